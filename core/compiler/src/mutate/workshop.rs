//! Packs with one change each: the item that changes is read again, everything else is taken as it
//! was read once. Not here: which changes there are (`syntax/changes`), and whether a test notices
//! them (`mutate`).

use std::collections::HashSet;
use std::ops::Range;

use crate::check::{self, amend, amend::Amended, amend::Edition};
use crate::pipeline::Parsed;
use crate::source_pack::SourcePack;
use crate::syntax;
use crate::syntax::ast::{self, Item, ItemKind};
use crate::syntax::changes::{Change, changes};
use guiju_engine::eval::Engine;
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::Findings;
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};

/// A pack taken apart, to be put together with changes.
pub(super) struct Workshop<'l> {
    limits: &'l Limits,
    /// The files as they are, and without their text: a changed pack is only ever asked for
    /// results.
    sources: Vec<Source>,
    blank: Vec<Source>,
    editions: Vec<Edition>,
    amended: Amended,
}

/// What a change is made to, as far as tests can see it.
pub(super) enum Subject {
    /// Rules that only records of this entity can tell of.
    Entity(String),
    /// Anything else.
    All,
}

impl<'l> Workshop<'l> {
    pub(super) fn new(pack: &SourcePack, limits: &'l Limits) -> Workshop<'l> {
        let Parsed { sources, mut editions, .. } = pack.parsed_again(limits);
        for edition in &mut editions {
            edition
                .items
                .retain(|item| !matches!(item.kind, ItemKind::Test(_) | ItemKind::Example(_)));
        }
        let blank: Vec<Source> =
            sources.iter().map(|source| Source::new(source.name(), "")).collect();
        let amended = amend::amend(editions.clone(), &blank, &mut Findings::new(0));
        Workshop { limits, sources, blank, editions, amended }
    }

    /// The files, the numbers of which spans name.
    pub(super) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The changes of all rules in force, edition by edition, the oldest first.
    pub(super) fn changes(&self) -> Vec<Change> {
        let in_force = self.in_force();
        let files = self.editions.iter().flat_map(|edition| &edition.sources);
        let all = files.flat_map(|id| {
            self.sources
                .get(id.0 as usize)
                .map(|source| changes(source, *id, self.limits))
                .unwrap_or_default()
        });
        all.filter(|change| in_force.contains(&start(change.item))).collect()
    }

    /// Where the items begin that make up the rules: those that no later edition restates or drops.
    fn in_force(&self) -> HashSet<(SourceId, u32)> {
        let mut found: HashSet<(SourceId, u32)> =
            self.amended.items.iter().map(|item| start(item.span)).collect();
        let parts: Vec<Span> = self.amended.items.iter().flat_map(extended).collect();
        for item in self.editions.iter().flat_map(|edition| &edition.items) {
            let holds = |part: &Span| {
                item.span.source == part.source
                    && (item.span.start..item.span.end).contains(&part.start)
            };
            match item.kind {
                ItemKind::Drop(_) => drop(found.insert(start(item.span))),
                ItemKind::ExtendTally(_) if parts.iter().any(holds) => {
                    found.insert(start(item.span));
                }
                _ => {}
            }
        }
        found
    }

    /// Whose records can tell of a change.
    pub(super) fn subject(&self, item: Span) -> Subject {
        let at = start(item);
        let found = self
            .editions
            .iter()
            .flat_map(|edition| &edition.items)
            .find(|other| start(other.span) == at);
        let tally = |name: &str| {
            self.amended.items.iter().find_map(|item| match &item.kind {
                ItemKind::Tally(tally) if tally.name.node == name => {
                    Some(Subject::Entity(tally.entity.node.clone()))
                }
                _ => None,
            })
        };
        match found.map(|item| &item.kind) {
            Some(ItemKind::Tally(item)) => Subject::Entity(item.entity.node.clone()),
            Some(ItemKind::ExtendTally(item)) => tally(&item.tally.node).unwrap_or(Subject::All),
            Some(ItemKind::Classify(item)) => Subject::Entity(item.entity.node.clone()),
            Some(ItemKind::Check(item)) => Subject::Entity(item.entity.node.clone()),
            // One that several entities have is several items.
            Some(ItemKind::Let(item))
                if self.amended.items.iter().filter(|other| start(other.span) == at).count()
                    == 1 =>
            {
                item.owner
                    .as_ref()
                    .map_or(Subject::All, |owner| Subject::Entity(owner.node.clone()))
            }
            _ => Subject::All,
        }
    }

    /// The pack with a change; `None` where its rules do not hold together any more.
    pub(super) fn pack(&self, change: &Change) -> Option<Pack> {
        let source = self.sources.get(change.item.source.0 as usize)?;
        let text = edited(
            source.text(),
            change.item.start as usize..change.item.end as usize,
            &change.edits,
        )?;
        let id = SourceId(self.sources.len() as u32);
        let mut findings = Findings::new(1);
        let changed = Source::new(source.name(), text);
        let mut items = syntax::parse(&changed, id, false, self.limits, &mut findings);
        self.bring_rows(&mut items, changed, change.item.source, &mut findings);
        if findings.has_errors() {
            return None;
        }
        let mut blank = self.blank.clone();
        blank.push(Source::new(source.name(), ""));
        let names = self.editions.iter().map(|edition| {
            let own = edition.sources.contains(&change.item.source).then_some(id);
            (edition.name.clone(), edition.sources.iter().copied().chain(own).collect())
        });
        let amended = self.amended_with(change.item, items, id, &blank);
        let checked = check::rules(amended, blank, names.collect(), self.limits, &mut findings);
        checked.rules.map(|rules| {
            Pack::new(rules, checked.steps, checked.kpi_order).with_engine(Engine::Reference)
        })
    }

    /// Puts the rows of files into tables among items of a file that has changed.
    fn bring_rows(
        &self,
        items: &mut [Item],
        changed: Source,
        of: SourceId,
        findings: &mut Findings,
    ) {
        if items
            .iter()
            .any(|item| matches!(&item.kind, ItemKind::Table(table) if table.file.is_some()))
        {
            // Files of other editions may have the same names.
            let edition = self.editions.iter().find(|edition| edition.sources.contains(&of));
            let own = |at: usize| {
                edition.is_some_and(|edition| edition.sources.contains(&SourceId(at as u32)))
            };
            let blank = Source::new("", "");
            let sources = self.sources.iter().enumerate();
            let sources = sources.map(|(at, source)| if own(at) { source } else { &blank });
            let sources: Vec<Source> = sources.chain([&changed]).cloned().collect();
            syntax::bring(items, &sources, 0, self.limits, findings);
        }
    }

    /// The items in force with others in the place of one.
    fn amended_with(
        &self,
        item: Span,
        items: Vec<Item>,
        id: SourceId,
        blank: &[Source],
    ) -> Amended {
        if self.amended.items.iter().any(|other| start(other.span) == start(item)) {
            let mut amended = self.amended.clone();
            replace(&mut amended.items, item, items);
            return amended;
        }
        let mut editions = self.editions.clone();
        if let Some(edition) =
            editions.iter_mut().find(|edition| edition.sources.contains(&item.source))
        {
            edition.sources.push(id);
            replace(&mut edition.items, item, items);
        }
        amend::amend(editions, blank, &mut Findings::new(0))
    }
}

fn start(span: Span) -> (SourceId, u32) {
    (span.source, span.start)
}

fn replace(list: &mut Vec<Item>, old: Span, new: Vec<Item>) {
    let is_old = |item: &Item| start(item.span) == start(old);
    let Some(at) = list.iter().position(is_old) else { return };
    list.retain(|item| !is_old(item));
    list.splice(at..at, new);
}

/// Where the parts of a tally stand that editions may have added.
fn extended(item: &Item) -> Vec<Span> {
    let ItemKind::Tally(tally) = &item.kind else { return Vec::new() };
    let edits = tally.edits.iter().filter_map(|edit| match edit {
        ast::Edit::Require(_, require) => Some(require.span),
        ast::Edit::Drop(names, _) => names.first().map(|name| name.span),
    });
    let parts = tally
        .select
        .iter()
        .map(|select| select.span)
        .chain(tally.splits.iter().map(|split| split.span));
    let figures = tally
        .measures
        .iter()
        .map(|measure| measure.span)
        .chain(tally.targets.iter().map(|target| target.span));
    edits.chain(parts).chain(figures).collect()
}

/// A part of a text with the edits in it made.
pub(super) fn edited(
    text: &str,
    part: Range<usize>,
    edits: &[(Range<usize>, String)],
) -> Option<String> {
    let mut out = String::new();
    let mut at = part.start;
    let mut edits: Vec<_> = edits
        .iter()
        .filter(|(range, _)| range.start >= part.start && range.end <= part.end)
        .collect();
    edits.sort_by_key(|(range, _)| range.start);
    for (range, with) in edits {
        out.push_str(text.get(at..range.start)?);
        out.push_str(with);
        at = range.end;
    }
    out.push_str(text.get(at..part.end)?);
    Some(out)
}
