//! The items of a pack that are in force, read again from its files: what a diff compares, and what
//! it quotes.
//!
//! Evaluation needs none of this, so a pack does not keep it.

use std::ops::Range;
use std::sync::Arc;

use super::Written;
use super::meant::Values;
use guiju_compiler::check::amend::{self, Edition, Identity, identity};
use guiju_compiler::check::asked::{Lets, asked};
use guiju_compiler::source_pack::SourcePack;
use guiju_compiler::syntax::ast::{
    Drop, Dropped, Expr, ExprKind, Ground, Item, ItemKind, Let, Name, Require, Tally,
};
use guiju_compiler::syntax::{self, Spellings, Token, is_table_file};
use guiju_model::diagnostic::Findings;
use guiju_model::limits::Limits;
use guiju_model::rules::Rules;
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::Localized;
use guiju_model::words::{Words, snippet, words_of};

/// The items of a pack that are in force, its tests and examples left out.
pub(super) struct Force {
    pub(super) items: Vec<Item>,
    /// What names of values and conditions stand for.
    pub(super) values: Values,
    pub(super) rules: Arc<Rules>,
    /// Its files; a constant that was given another value stands in its file of its own as it would
    /// be written in the rules.
    sources: Vec<Source>,
    /// What its editions drop, the latest last.
    drops: Vec<(Span, Drop)>,
    /// Where its editions extend entities, and why.
    extensions: Vec<(Span, Ground)>,
    /// How its files spell the words of the language.
    spellings: Spellings,
    /// The number of its first file: the files of two packs are numbered on.
    first: u32,
}

impl Force {
    /// Reads the items again; the files are numbered from `first`.
    pub(super) fn of(pack: &SourcePack, first: u32) -> Force {
        let rules = Arc::clone(&pack.rules);
        // All of this was read before and found sound.
        let mut unsaid = Findings::new(0);
        let (mut editions, mut drops, mut extensions) = (Vec::new(), Vec::new(), Vec::new());
        for (name, ids) in &rules.editions {
            let mut items = Vec::new();
            let sources: Vec<SourceId> = ids.iter().map(|id| SourceId(id.0 + first)).collect();
            for (id, own) in ids.iter().zip(&sources) {
                let source = rules.sources.get(id.0 as usize);
                if let Some(source) = source.filter(|source| !is_table_file(source.name())) {
                    items.extend(syntax::parse(source, *own, false, &pack.limits, &mut unsaid));
                }
            }
            // The tables of an edition stand in files of its own, which are numbered on.
            if let Some((low, high)) = ids.first().zip(ids.last()) {
                let own = rules.sources.get(low.0 as usize..=high.0 as usize);
                let own = own.unwrap_or_default();
                let number = low.0 + first;
                syntax::bring(&mut items, own, number, &pack.limits, &mut unsaid);
            }
            drops.extend(items.iter().filter_map(|item| match &item.kind {
                ItemKind::Drop(drop) => Some((item.span, drop.clone())),
                _ => None,
            }));
            extensions.extend(items.iter().filter_map(|item| match &item.kind {
                ItemKind::Extend(extension) => Some((item.span, extension.ground.clone()?)),
                _ => None,
            }));
            editions.push(Edition { name: name.clone(), sources, items });
        }
        let mut items = amend::amend(editions, &[], &mut unsaid).items;
        items.retain(|item| key(&item.kind).is_some());
        by_name(&mut items);
        let (values, sources, spellings) =
            (Values::of(&items), rules.sources.clone(), Spellings::default());
        let mut force =
            Force { items, values, sources, rules, drops, extensions, spellings, first };
        for (at, name, value) in pack.given_constants() {
            force.give(at, name, value, &pack.limits);
        }
        force.spellings = Spellings::of(&force.sources, &pack.limits);
        force
    }

    /// Puts a value in the place of that of a constant; its file is the one with this number.
    fn give(&mut self, at: usize, name: &str, value: &str, limits: &Limits) {
        let constant =
            |item: &Item| matches!(&item.kind, ItemKind::Let(found) if found.name.node == name);
        let Some(place) = self.items.iter().position(constant) else { return };
        let item = &self.items[place];
        let ItemKind::Let(found) = &item.kind else { return };
        let of = |start: u32, end: u32| self.text(Span { start, end, ..item.span }).to_owned();
        let text = of(item.span.start, found.value.span.start)
            + value
            + &of(found.value.span.end, item.span.end);
        let source = Source::new(self.sources[at].name(), text);
        let id = SourceId(at as u32 + self.first);
        let read = syntax::parse(&source, id, false, limits, &mut Findings::new(0));
        self.sources[at] = source;
        if let Some(item) = read.into_iter().find(constant) {
            self.items[place] = item;
        }
    }

    /// The named condition that a requirement asks for, and where it is declared.
    pub(super) fn named(&self, tally: &Tally, require: &Require) -> Option<(&Let, Span)> {
        let name = asked_name(require)?;
        self.items.iter().find_map(|item| match &item.kind {
            ItemKind::Let(found) if found.name.node == name.node => {
                let is_of =
                    found.owner.as_ref().is_some_and(|owner| owner.node == tally.entity.node);
                is_of.then_some((found, item.span))
            }
            _ => None,
        })
    }

    /// Where an item was dropped, and why.
    pub(super) fn drop_of(&self, kind: &str, name: &str) -> Option<&(Span, Drop)> {
        let drops = |dropped: &Dropped| {
            dropped.name.node == name && dropped.kind.as_deref().is_none_or(|asked| asked == kind)
        };
        self.drops.iter().rev().find(|(_, drop)| drop.names.iter().any(drops))
    }

    /// Why an edition adds the field at this place to an entity.
    pub(super) fn extension(&self, field: Span) -> Option<&Ground> {
        let holds = |outer: &Span| {
            outer.source == field.source && outer.start <= field.start && field.end <= outer.end
        };
        self.extensions.iter().find(|(span, _)| holds(span)).map(|(_, ground)| ground)
    }

    /// How many files the pack has.
    pub(super) fn files(&self) -> u32 {
        self.rules.sources.len() as u32
    }

    fn source(&self, span: Span) -> Option<&Source> {
        self.sources.get(span.source.0.checked_sub(self.first)? as usize)
    }

    /// A span as the pack itself numbers its files.
    fn own(&self, span: Span) -> Span {
        Span { source: SourceId(span.source.0.saturating_sub(self.first)), ..span }
    }

    /// The text as it stands in the file.
    pub(super) fn text(&self, span: Span) -> &str {
        self.source(span).map_or("", |source| source.slice(span))
    }

    /// The words of the text, each with its place in it; those of the language in English, however
    /// the file spells them.
    pub(super) fn words(&self, span: Span) -> Vec<(Token, Range<usize>)> {
        self.spellings.tokens(self.text(span), self.own(span))
    }

    /// A word of the language as the file spells it that a place is in.
    pub(super) fn spelled(&self, english: &str, at: Span) -> String {
        match self.source(at).map(|source| words_of(source.text())) {
            Some(Words::Chinese) => snippet(english),
            _ => english.to_owned(),
        }
    }

    /// The text without the indentation that it has in its file.
    pub(super) fn quoted(&self, span: Span) -> String {
        let before = self
            .source(span)
            .and_then(|source| source.text().get(..span.start as usize))
            .unwrap_or("");
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let indent = line.len() - line.trim_start_matches(' ').len();
        let mut out = String::new();
        for (number, line) in self.text(span).lines().enumerate() {
            let cut = if number == 0 {
                0
            } else {
                (line.len() - line.trim_start_matches(' ').len()).min(indent)
            };
            if number > 0 {
                out.push('\n');
            }
            out.push_str(line[cut..].trim_end());
        }
        out
    }

    /// A piece as it is shown: its text, where it stands, and what it rests on.
    pub(super) fn written(&self, text: String, span: Span, grounds: &[&Ground]) -> Written {
        let source = self.source(span);
        let because = grounds.iter().find_map(|ground| match ground {
            Ground::Because(reason) => Some(reason.clone()),
            Ground::Clauses(_) => None,
        });
        Written {
            text,
            file: source.map(|source| source.name().to_owned()).unwrap_or_default(),
            line: source.map_or(0, |source| source.position(span.start).line),
            edition: self.rules.edition(self.own(span)).to_owned(),
            clauses: self.clauses(grounds),
            because,
        }
    }

    /// The clauses that are cited, as `document:clause`, each once, in the order written.
    pub(super) fn clauses(&self, grounds: &[&Ground]) -> Vec<String> {
        let mut ids = Vec::new();
        for ground in grounds {
            if let Ground::Clauses(names) = ground {
                for name in names {
                    let id = self.clause(name);
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
            }
        }
        ids
    }

    /// A citation with its document: the pack compiles, so there is exactly one that it can mean.
    fn clause(&self, name: &Name) -> String {
        if name.node.contains(':') {
            return name.node.clone();
        }
        let has = |document: &&guiju_model::rules::Document| {
            document.clauses.iter().any(|clause| clause.id == name.node)
        };
        self.rules.documents.iter().find(has).map_or_else(
            || name.node.clone(),
            |document| format!("{}:{}", document.name, name.node),
        )
    }

    /// What the pack says of a clause, in short.
    pub(super) fn summary(&self, id: &str) -> Option<&Localized> {
        let (document, clause) = id.split_once(':')?;
        let document = self.rules.documents.iter().find(|known| known.name == document)?;
        document.clauses.iter().find(|known| known.id == clause).map(|clause| &clause.summary)
    }

    /// Where the citations of these grounds stand within a span, from the sign that begins them.
    pub(super) fn cited(&self, grounds: &[&Ground], within: Span) -> Vec<Range<usize>> {
        let text = self.text(within);
        let mut ranges = Vec::new();
        for ground in grounds {
            let Ground::Clauses(names) = ground else { continue };
            let (Some(first), Some(last)) = (names.first(), names.last()) else { continue };
            let (Some(start), Some(end)) = (
                first.span.start.checked_sub(within.start),
                last.span.end.checked_sub(within.start),
            ) else {
                continue;
            };
            let before = text.get(..start as usize).unwrap_or("");
            ranges.push(before.rfind(['@', '＠']).unwrap_or(start as usize)..end as usize);
        }
        ranges
    }
}

/// The name of the condition that a requirement asks for, where it writes none out.
pub(super) fn asked_name(require: &Require) -> Option<&Name> {
    match (&require.message, require.condition.path()) {
        (None, Some([name])) => Some(name),
        _ => None,
    }
}

/// Takes the requirements of tallies apart, so that each asks for one condition: by its name, or
/// written out.
fn by_name(items: &mut [Item]) {
    let lets: Vec<Let> = items
        .iter()
        .filter_map(
            |item| if let ItemKind::Let(found) = &item.kind { Some(found.clone()) } else { None },
        )
        .collect();
    let lets = Lets::of(lets.iter());
    for item in items {
        let ItemKind::Tally(tally) = &mut item.kind else { continue };
        // Sound, as the whole pack is.
        let found: Vec<Require> = asked(tally, &lets, &mut Findings::new(0))
            .into_iter()
            .map(|asked| {
                let own = usize::from(asked.named.is_some_and(|item| item.ground.is_some()));
                let ground = joined(asked.grounds.get(own..).unwrap_or_default());
                match asked.named {
                    None => Require {
                        span: asked.span,
                        condition: asked.condition.clone(),
                        message: Some(asked.message.clone()),
                        ground,
                    },
                    Some(named) => {
                        let kind = ExprKind::Path(vec![named.name.clone()]);
                        let condition = Expr { span: asked.span, kind, height: 1 };
                        Require { span: asked.span, condition, message: None, ground }
                    }
                }
            })
            .collect();
        tally.require = found;
        tally.edits.clear();
    }
}

/// Several grounds as one: all their clauses or, without any, the first reason.
fn joined(grounds: &[&Ground]) -> Option<Ground> {
    let clauses: Vec<Name> = grounds
        .iter()
        .filter_map(|ground| if let Ground::Clauses(names) = ground { Some(names) } else { None })
        .flatten()
        .cloned()
        .collect();
    if clauses.is_empty() {
        grounds.first().map(|ground| (*ground).clone())
    } else {
        Some(Ground::Clauses(clauses))
    }
}

/// What an item is compared by: its kind, as the word it begins with, and its name. `None` for what
/// a diff leaves out.
pub(super) fn key(kind: &ItemKind) -> Option<(&'static str, String)> {
    match kind {
        ItemKind::Period(..) => Some(("period", "period".to_owned())),
        ItemKind::Example(_) => None,
        kind => identity(kind).map(|Identity { kind, name, .. }| (kind, name.into_owned())),
    }
}
