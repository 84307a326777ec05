//! Editions to one list of items: what an edition restates, drops and adds, and what is odd about
//! that.
//!
//! The unit is the named item: one of the same kind and name takes the place of the old one, so
//! that the order of results stays. Not here: finding the base (`pipeline`), and whether the rules
//! that result hold together (the rest of `check`, whose errors in rules of the base are told by
//! `Touched` as what the edition broke).

mod walk;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::syntax::ast::{self, Expr, ExprKind, Item, ItemKind, Name};
use crate::syntax::{Spellings, Token};
use guiju_model::date::Period;
use guiju_model::diagnostic::{Code, Diagnostic, Findings, Severity};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::{Locale, Localized, nearest};
pub use walk::exprs;
pub(super) use walk::texts;
use walk::{cells, file_of};

/// The files of one edition and what they say.
#[derive(Clone)]
pub struct Edition {
    /// The pack's name.
    pub name: String,
    pub sources: Vec<SourceId>,
    pub items: Vec<Item>,
}

/// The items in force, and what the newest edition did to those of its base.
#[derive(Clone, Default)]
pub struct Amended {
    pub items: Vec<Item>,
    /// The files of the newest edition.
    own: HashSet<SourceId>,
    /// Names of the base that the newest edition restates or drops, and where it does.
    touched: Vec<Name>,
    /// Grounds of `drop` and `extend`, which leave no item behind.
    pub(crate) grounds: Vec<ast::Ground>,
    /// The files of all editions that hold more than tests and examples.
    pub(crate) rule_files: Vec<SourceId>,
}

/// Lays editions over one another, the oldest first.
pub fn amend(editions: Vec<Edition>, sources: &[Source], findings: &mut Findings) -> Amended {
    let newest = editions.len().saturating_sub(1);
    let mut amended = Amended::default();
    let rule = |item: &&Item| !matches!(item.kind, ItemKind::Test(_) | ItemKind::Example(_));
    let rules = || editions.iter().flat_map(|edition| edition.items.iter().filter(rule));
    let mut rule_files: Vec<SourceId> = rules().map(|item| item.span.source).collect();
    rule_files.extend(rules().filter_map(file_of));
    rule_files.sort_unstable();
    rule_files.dedup();
    for (index, edition) in editions.into_iter().enumerate() {
        // What is odd about an older edition is said where that one is checked.
        let mut unsaid = Findings::new(0);
        let findings = if index == newest { &mut *findings } else { &mut unsaid };
        amended = lay(amended.items, edition, index == 0, sources, findings);
    }
    Amended { rule_files, ..amended }
}

fn lay(
    base: Vec<Item>,
    edition: Edition,
    first: bool,
    sources: &[Source],
    findings: &mut Findings,
) -> Amended {
    let old_period = base.iter().find_map(period);
    let items: Vec<Item> = base
        .into_iter()
        .filter(|item| !matches!(item.kind, ItemKind::Pack(_) | ItemKind::Test(_)))
        .collect();
    let own = edition.sources.into_iter().collect();
    let mut amended = Amended { items, own, ..Amended::default() };
    let mut names = Names::of(&amended.items);
    // A name dropped and declared again is a new item, whatever the order of the files.
    let (drops, rest): (Vec<Item>, Vec<Item>) =
        edition.items.into_iter().partition(|item| matches!(item.kind, ItemKind::Drop(_)));
    for item in drops {
        if let ItemKind::Drop(drop) = item.kind {
            if first {
                findings.push(Diagnostic::new(Code::NothingToDrop).at(item.span));
            } else {
                if drop.ground.is_none() {
                    let name =
                        drop.names.first().map_or("drop", |dropped| dropped.name.node.as_str());
                    findings.push(Diagnostic::new(Code::Uncited).arg(name).at(item.span));
                }
                drop.names
                    .iter()
                    .for_each(|dropped| amended.drop_name(dropped, &mut names, findings));
            }
            amended.grounds.extend(drop.ground);
        }
    }
    names.forget_dropped(&mut amended.items);
    let (mut extensions, mut tallies) = (Vec::new(), Vec::new());
    let mut restated = HashSet::new();
    for item in rest {
        match item.kind {
            ItemKind::Extend(extension) => extensions.push(extension),
            ItemKind::ExtendTally(extension) => tallies.push(extension),
            kind => amended.place(
                Item { kind, span: item.span },
                &names,
                &mut restated,
                sources,
                findings,
            ),
        }
    }
    amended.extend(extensions, sources, findings);
    amended.extend_tallies(tallies, findings);
    if let (Some(old), Some(new)) = (old_period, amended.items.iter().find_map(period)) {
        amended.stale_dates(old.0, new, findings);
    }
    amended
}

impl Amended {
    /// Items that no edition lays over others.
    pub(crate) fn of(items: Vec<Item>) -> Amended {
        Amended { items, ..Amended::default() }
    }

    fn drop_name(&mut self, dropped: &ast::Dropped, names: &mut Names, findings: &mut Findings) {
        let name = &dropped.name;
        let asked = |kind: &str| dropped.kind.as_deref().is_none_or(|asked| asked == kind);
        let matches = |item: &Item| droppable(item).is_some_and(|found| asked(found.kind));
        let called = names.called(&name.node).iter().copied();
        let found: Vec<usize> =
            called.filter(|at| !names.dropped.contains(at) && matches(&self.items[*at])).collect();
        match found.as_slice() {
            [at] => {
                names.dropped.insert(*at);
                self.touched.push(name.clone());
            }
            [] => {
                // Only what is shown needs a suggestion.
                let items = if findings.keeps_errors() { &*self.items } else { &[] };
                let left = items.iter().enumerate().filter(|(at, _)| !names.dropped.contains(at));
                let known: Vec<Cow<'_, str>> =
                    left.filter_map(|(_, item)| droppable(item).map(|found| found.name)).collect();
                let nearest =
                    nearest(&name.node, known.iter().map(|name| &**name)).map(str::to_owned);
                findings.push(
                    Diagnostic::new(Code::UnknownDrop)
                        .arg(&name.node)
                        .at(name.span)
                        .suggest(nearest.as_deref()),
                );
            }
            several => {
                let kinds: Vec<&str> = several
                    .iter()
                    .filter_map(|at| identity(&self.items[*at].kind))
                    .map(|found| found.kind)
                    .collect();
                let first = kinds.first().copied().unwrap_or_default();
                findings.push(
                    Diagnostic::new(Code::AmbiguousDrop)
                        .arg(&name.node)
                        .arg(kinds.join(", "))
                        .arg(first)
                        .at(name.span),
                );
            }
        }
    }

    /// Puts an item of the edition in the place of the one it restates, or after all others.
    fn place(
        &mut self,
        item: Item,
        names: &Names,
        restated: &mut HashSet<(&'static str, String)>,
        sources: &[Source],
        findings: &mut Findings,
    ) {
        let Some(new) = known(&item) else { return self.items.push(item) };
        // The item moves, so its name is copied.
        let new = Identity { name: Cow::Owned(new.name.into_owned()), ..new };
        // Twice in one edition: both stay, and the checker says so.
        if !restated.insert((new.kind, new.name.to_string())) {
            return self.items.push(item);
        }
        let called = names.called(&new.name);
        let kind = |at: &usize| self.items.get(*at).and_then(known).map(|old| old.kind);
        let same = called.iter().copied().find(|at| kind(at) == Some(new.kind));
        if let Some(old) = same.and_then(|at| self.items.get_mut(at)) {
            if said(source(sources, old.span)) == said(source(sources, item.span))
                && cells(old) == cells(&item)
            {
                let diagnostic = Diagnostic::new(Code::AmendsNothing).arg(&*new.name).at(new.span);
                findings.push(diagnostic.also(
                    old.span,
                    "前一版的寫法完全相同",
                    "the base says exactly this",
                ));
            }
            self.touched.push(Name { node: new.name.into_owned(), span: new.span });
            *old = item;
            return;
        }
        // Constants, tables, tallies and KPIs share their names, and so do the values and
        // classifications of an entity: one must not come to stand for another unsaid.
        let shares =
            |kind: &str| matches!(kind, "let" | "table" | "tally" | "award" | "kpi" | "classify");
        let inherited = called
            .iter()
            .filter_map(|at| self.items.get(*at))
            .filter(|old| !self.own.contains(&old.span.source));
        let hidden = inherited.filter_map(known).find(|old| shares(old.kind) && shares(new.kind));
        if let Some(old) = hidden {
            let diagnostic = Diagnostic::new(Code::AmendmentHides)
                .arg(&*new.name)
                .arg(old.kind)
                .arg(new.kind)
                .at(new.span);
            findings.push(diagnostic.also(
                old.span,
                "前一版在這裡宣告",
                "the base declares it here",
            ));
            return;
        }
        self.items.push(item);
    }

    fn extend(
        &mut self,
        extensions: Vec<ast::Extend>,
        sources: &[Source],
        findings: &mut Findings,
    ) {
        let entities = self.items.iter_mut().filter_map(|item| match &mut item.kind {
            ItemKind::Entity(entity) => Some(entity),
            _ => None,
        });
        // In the order of declaration, for suggestions; of one that is declared twice, the first.
        let mut list: Vec<&mut ast::Entity> = entities.collect();
        let at = list
            .iter()
            .enumerate()
            .rev()
            .map(|(at, entity)| (entity.name.node.clone(), at))
            .collect::<HashMap<String, usize>>();
        for extension in extensions {
            let name = &extension.entity;
            if let Some(entity) = at.get(&name.node).and_then(|at| list.get_mut(*at)) {
                let base = entity.fields.len();
                for field in extension.fields {
                    // A field of the base is restated in its place; one that stands twice in the
                    // extension stays twice, and is told.
                    let old = entity.fields.iter_mut().take(base).find(|old| {
                        old.name.node == field.name.node && !self.own.contains(&old.span.source)
                    });
                    match old {
                        Some(old) => {
                            if said(source(sources, old.span)) == said(source(sources, field.span))
                            {
                                let diagnostic = Diagnostic::new(Code::AmendsNothing)
                                    .arg(&field.name.node)
                                    .at(field.span);
                                findings.push(diagnostic.also(
                                    old.span,
                                    "前一版的寫法完全相同",
                                    "the base says exactly this",
                                ));
                            }
                            self.touched.push(field.name.clone());
                            *old = field;
                        }
                        None => entity.fields.push(field),
                    }
                }
                self.grounds.extend(extension.ground);
                continue;
            }
            let known = list
                .iter()
                .filter(|_| findings.keeps_errors())
                .map(|entity| entity.name.node.as_str());
            let nearest = nearest(&name.node, known);
            findings.push(
                Diagnostic::new(Code::UnknownEntity).arg(&name.node).at(name.span).suggest(nearest),
            );
        }
    }

    /// Lays what an edition changes in tallies over what they say. A ground after an extension is
    /// what the tally rests on from then on.
    fn extend_tallies(&mut self, extensions: Vec<ast::ExtendTally>, findings: &mut Findings) {
        let tallies = self.items.iter_mut().filter_map(|item| {
            if let ItemKind::Tally(tally) = &mut item.kind { Some(tally) } else { None }
        });
        // As for entities: in the order of declaration and, of one that is declared twice, the
        // first.
        let mut list: Vec<&mut ast::Tally> = tallies.collect();
        let at = list
            .iter()
            .enumerate()
            .rev()
            .map(|(at, tally)| (tally.name.node.clone(), at))
            .collect::<HashMap<String, usize>>();
        let mut grounded = HashSet::new();
        for extension in extensions {
            let name = extension.tally;
            let Some(tally) = at.get(&name.node).and_then(|at| list.get_mut(*at)) else {
                let known = list
                    .iter()
                    .filter(|_| findings.keeps_errors())
                    .map(|tally| tally.name.node.as_str());
                let nearest = nearest(&name.node, known);
                findings.push(
                    Diagnostic::new(Code::UnknownName)
                        .arg(&name.node)
                        .at(name.span)
                        .suggest(nearest),
                );
                continue;
            };
            tally.edits.extend(extension.edits);
            tally.select.extend(extension.select);
            tally.measures.extend(extension.measures);
            if !extension.targets.is_empty() {
                tally.targets = extension.targets;
            }
            tally.splits.extend(extension.splits);
            if let Some(ground) = extension.ground {
                // Several extensions in one edition: all that they say.
                let again = !grounded.insert(name.node.clone());
                let said = tally.ground.take().filter(|_| again);
                tally.ground = Some(match (said, ground) {
                    (Some(ast::Ground::Clauses(said)), ast::Ground::Clauses(more)) => {
                        ast::Ground::Clauses([said, more].concat())
                    }
                    (Some(said @ ast::Ground::Clauses(_)), ast::Ground::Because(_)) => said,
                    (_, ground) => ground,
                });
            }
            self.touched.push(name);
        }
    }

    /// Days of the base's own year that the edition takes over into another year.
    fn stale_dates(&self, old: Period, new: (Period, Span), findings: &mut Findings) {
        let (period, period_span) = new;
        let outside =
            |stated: Period, year: Period| stated.end < year.start || year.end < stated.start;
        // Rows of tables are of the years they say.
        let dated = |item: &&Item| !matches!(item.kind, ItemKind::Table(_));
        for item in
            self.items.iter().filter(|item| !self.own.contains(&item.span.source)).filter(dated)
        {
            let Some(Identity { name, .. }) = identity(&item.kind) else { continue };
            let mut dates = Vec::new();
            exprs(&item.kind, &mut |expr| stated_dates(expr, &mut dates));
            texts(&item.kind, &mut |text, span| {
                dates.extend(
                    super::messages::dates(&text.zh)
                        .into_iter()
                        .map(|day| (Period { start: day, end: day }, span)),
                );
            });
            for (stated, span) in dates
                .into_iter()
                .filter(|(stated, _)| !outside(*stated, old) && outside(*stated, period))
            {
                findings.push(
                    Diagnostic::new(Code::StaleDate)
                        .arg(&*name)
                        .word(days(stated))
                        .word(days(period))
                        .at(period_span)
                        .also(span, "沿用自前一版", "taken over from the base"),
                );
            }
        }
    }

    /// What the newest edition touched, for [`Touched::blame`].
    pub(crate) fn touched(&self) -> Touched {
        let inherited = self.items.iter().filter(|item| !self.own.contains(&item.span.source));
        let items = inherited
            .map(|item| {
                (
                    item.span,
                    identity(&item.kind).map(|found| found.name.into_owned()).unwrap_or_default(),
                )
            })
            .collect();
        Touched { own: self.own.clone(), names: self.touched.clone(), items }
    }
}

/// The items of the base by name, so that editions take time in what they say.
struct Names {
    places: HashMap<String, Vec<usize>>,
    /// Places of items that were dropped.
    dropped: HashSet<usize>,
}

impl Names {
    fn of(items: &[Item]) -> Names {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            if let Some(found) = known(item) {
                places.entry(found.name.into_owned()).or_default().push(at);
            }
        }
        Names { places, dropped: HashSet::new() }
    }

    fn called(&self, name: &str) -> &[usize] {
        self.places.get(name).map_or(&[], Vec::as_slice)
    }

    /// Takes out what was dropped, once for all.
    fn forget_dropped(&mut self, items: &mut Vec<Item>) {
        if self.dropped.is_empty() {
            return;
        }
        let mut at = 0..;
        items.retain(|_| at.next().is_some_and(|at| !self.dropped.contains(&at)));
        *self = Names::of(items);
    }
}

/// What the newest edition touched, and the items it left as they were.
pub(crate) struct Touched {
    own: HashSet<SourceId>,
    names: Vec<Name>,
    items: Vec<(Span, String)>,
}

impl Touched {
    /// Tells an error in a rule of the base as what this edition broke, where checking the base
    /// `alone` does not find it; leaves out warnings there, which are said when the base is
    /// checked.
    pub(crate) fn blame(
        &self,
        found: Diagnostic,
        alone: &[Diagnostic],
        sources: &[Source],
    ) -> Option<Diagnostic> {
        let primary = found.labels.iter().find(|label| label.primary);
        let Some(label) = primary.filter(|label| !self.own.contains(&label.span.source)) else {
            return Some(found);
        };
        // What this edition brings about stands in a rule of the base that it left alone.
        if found.severity != Severity::Error {
            return (found.code == Code::CountedTwice && !alone.contains(&found)).then_some(found);
        }
        let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
        let broken = self
            .items
            .iter()
            .find(|(span, _)| holds(*span, label.span))
            .filter(|_| !alone.contains(&found));
        let cause = broken.and_then(|(span, name)| {
            let words = words(source(sources, *span));
            self.names
                .iter()
                .find(|touched| words.contains(last(&touched.node).as_str()))
                .map(|touched| (touched, name))
        });
        let Some((touched, broken)) = cause else { return Some(found) };
        let diagnostic =
            Diagnostic::new(Code::AmendmentBreaks).arg(&touched.node).arg(broken).at(touched.span);
        Some(diagnostic.also(label.span, &found.message(Locale::ZhTw), &found.message(Locale::En)))
    }
}

/// A named item: its kind, as the word it begins with, its name, and where that stands. A
/// classification is named with its entity.
pub struct Identity<'a> {
    pub kind: &'static str,
    pub name: Cow<'a, str>,
    pub span: Span,
}

/// What an item is called, if it has a name.
pub fn identity(kind: &ItemKind) -> Option<Identity<'_>> {
    let (kind, name) = match kind {
        ItemKind::Source(item) => ("source", &item.name),
        ItemKind::Let(ast::Let { owner: Some(owner), name, .. }) => {
            return Some(Identity {
                kind: "let",
                name: Cow::Owned(format!("{}.{}", owner.node, name.node)),
                span: name.span,
            });
        }
        ItemKind::Let(item) => ("let", &item.name),
        ItemKind::Table(item) => ("table", &item.name),
        ItemKind::Entity(item) => ("entity", &item.name),
        ItemKind::Classify(item) => {
            let name = format!("{}.{}", item.entity.node, item.name.node);
            return Some(Identity {
                kind: "classify",
                name: Cow::Owned(name),
                span: item.name.span,
            });
        }
        ItemKind::Tally(item) => ("tally", &item.name),
        ItemKind::Once(item) => ("once", &item.name),
        ItemKind::Award(item) => ("award", &item.name),
        ItemKind::Kpi(item) => ("kpi", &item.name),
        ItemKind::Obligation(item) => ("obligation", &item.name),
        ItemKind::Check(item) => ("check", &item.name),
        ItemKind::Example(item) => ("example", &item.name),
        ItemKind::Pack(_)
        | ItemKind::Drop(_)
        | ItemKind::Extend(_)
        | ItemKind::ExtendTally(_)
        | ItemKind::Period(..)
        | ItemKind::Test(_)
        | ItemKind::Lost(_) => {
            return None;
        }
    };
    Some(Identity { kind, name: Cow::Borrowed(&name.node), span: name.span })
}

/// The period of a pack is one of a kind.
fn period_identity(span: Span) -> Identity<'static> {
    Identity { kind: "period", name: Cow::Borrowed("period"), span }
}

/// What an item or a period is called.
fn known(item: &Item) -> Option<Identity<'_>> {
    identity(&item.kind).or_else(|| period(item).map(|(_, span)| period_identity(span)))
}

/// The same where it can be dropped.
fn droppable(item: &Item) -> Option<Identity<'_>> {
    identity(&item.kind).filter(|found| found.kind != "entity")
}

fn period(item: &Item) -> Option<(Period, Span)> {
    match &item.kind {
        ItemKind::Period(period, _) => Some((period.node, item.span)),
        _ => None,
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

fn source(sources: &[Source], span: Span) -> &str {
    sources.get(span.source.0 as usize).map_or("", |source| source.slice(span))
}

/// The words in a text, quoted ones too: a word too many only widens the search for what was
/// touched.
fn words(text: &str) -> HashSet<&str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect()
}

fn days(period: Period) -> Localized {
    if period.start == period.end {
        return Localized::new(period.start.minguo(), period.start.to_string());
    }
    Localized::new(
        format!("{}–{}", period.start.minguo(), period.end.minguo()),
        format!("{} to {}", period.start, period.end),
    )
}

/// The days and periods written in an expression.
fn stated_dates(expr: &Expr, found: &mut Vec<(Period, Span)>) {
    if let ExprKind::Binary(ast::Binary::Range, a, b) = &expr.kind
        && let (ExprKind::Date(start), ExprKind::Date(end)) = (&a.kind, &b.kind)
    {
        found.push((Period { start: *start, end: *end }, expr.span));
        return;
    }
    if let ExprKind::Date(day) = &expr.kind {
        found.push((Period { start: *day, end: *day }, expr.span));
    }
    expr.parts().into_iter().for_each(|part| stated_dates(part, found));
}

/// The words of an item, however they are spelled.
fn said(item: &str) -> Vec<Token> {
    let whole = Span { source: SourceId(0), start: 0, end: item.len() as u32 };
    let spellings = Spellings::of(&[Source::new("", item)], &Limits::default());
    spellings.tokens(item, whole).into_iter().map(|(token, _)| token).collect()
}
