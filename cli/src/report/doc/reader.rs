//! Reads the entries of the page off a pack: which part of which rule cites a clause, what that
//! part names, what it was before, and what tests saw of it. Not here: what an entry is (`doc`).

use guiju::{
    Clause, Exercise, Limits, Locale, NameKind, Names, OutlineItem, Source, SourceId, SourcePack,
    Span, Spelling, TestResult, Words, is_table_file, outline,
};

use super::{RuleEntry, Seen};

/// What the entries are made from.
pub(super) struct Reader<'a> {
    pub(super) pack: &'a SourcePack,
    pub(super) names: &'a Names,
    pub(super) files: &'a [File<'a>],
    pub(super) exercises: Vec<Exercise<'a>>,
}

/// A rule file, its items, and the same in other words.
pub(crate) struct File<'a> {
    id: SourceId,
    source: &'a Source,
    edition: &'a str,
    items: Vec<OutlineItem>,
    /// The texts of the items and of their parts in other words, in the same order.
    respelled: Option<(Source, Vec<OutlineItem>)>,
}

/// The files of a pack with what stands in them; the page borrows from it.
pub(crate) fn files<'a>(
    pack: &'a SourcePack,
    names: &'a Names,
    locale: Locale,
    limits: &Limits,
) -> Vec<File<'a>> {
    let words = match locale {
        Locale::ZhTw => Words::Chinese,
        Locale::En => Words::English,
    };
    let spelling = Spelling::new(words, pack.sources(), limits);
    let mut found = Vec::new();
    for (edition, ids) in names.editions() {
        for id in ids {
            let source = pack.sources().get(id.0 as usize);
            let Some(source) = source.filter(|source| !is_table_file(source.name())) else {
                continue;
            };
            let items = outline(source, *id, limits);
            let respelled = spelling.format(source, limits).ok().map(|text| {
                let source = Source::new(source.name(), text);
                let items = outline(&source, *id, limits);
                (source, items)
            });
            found.push(File { id: *id, source, edition, items, respelled });
        }
    }
    found
}

impl<'a> Reader<'a> {
    /// The rules that cite a clause, the newest edition's first.
    pub(super) fn citing(&self, clause: &Clause) -> Vec<RuleEntry<'a>> {
        let mut parts: Vec<Span> = Vec::new();
        let mut found = Vec::new();
        let mut cited = clause.cited.clone();
        cited.sort_unstable();
        for span in cited {
            let Some((file, at)) = self.item_at(span) else { continue };
            let part = file.items[at].part_at(span.start);
            if !parts.contains(&part) {
                parts.push(part);
                found.push(self.entry(file, at, part));
            }
        }
        found
    }

    /// The item around a place.
    fn item_at(&self, at: Span) -> Option<(&'a File<'a>, usize)> {
        let file = self.files.iter().find(|file| file.id == at.source)?;
        let item = file
            .items
            .iter()
            .position(|item| item.span.start <= at.start && at.start < item.span.end)?;
        Some((file, item))
    }

    fn entry(&self, file: &'a File<'a>, at: usize, part: Span) -> RuleEntry<'a> {
        let item = &file.items[at];
        let text = dedented(file.source, part);
        let in_words = file.respelled.as_ref().and_then(|(source, items)| {
            let other = items.get(at)?;
            // A file keeps its items and their parts in other words.
            let span = match item.parts.iter().position(|own| *own == part) {
                Some(at) => *other.parts.get(at)?,
                None => other.span,
            };
            Some(dedented(source, span)).filter(|words| *words != text)
        });
        let uses = self.uses(part);
        // What a part in it says is that part's own.
        let inner: Vec<Span> = item
            .parts
            .iter()
            .filter(|own| **own != part && part.start <= own.start && own.end <= part.end)
            .copied()
            .collect();
        let owner = self.subject(item).and_then(|at| self.names.named(at)).map(|named| {
            let (owner, name) = (&named.symbol.owner, &named.symbol.name);
            if owner.is_empty() { format!("{name}.") } else { format!("{owner}.{name}.") }
        });
        let here = |exercise: &&Exercise<'a>| {
            let within =
                |span: &Span| exercise.place.as_deref().is_some_and(|at| self.on(at, *span));
            let of_owner = owner.as_ref().is_some_and(|owner| exercise.rule.starts_with(owner));
            within(&part) && !inner.iter().any(within) || of_owner && uses.iter().any(within)
        };
        let seen = self.exercises.iter().filter(here);
        RuleEntry {
            name: &item.name,
            label: self.subject(item).and_then(|at| self.names.named(at)?.label.as_ref()),
            place: format!("{}:{}", file.source.name(), file.source.position(part.start).line),
            edition: file.edition,
            in_words,
            before: self.before(file, item),
            seen: seen.map(|exercise| (exercise.label.clone(), seen_of(exercise))).collect(),
            uses: uses.iter().filter_map(|span| self.text(*span)).collect(),
            text,
        }
    }

    /// Whether a place, as `file:line`, is on the lines of a span.
    fn on(&self, place: &str, span: Span) -> bool {
        let Some(source) = self.pack.sources().get(span.source.0 as usize) else { return false };
        let line = |offset| source.position(offset).line;
        place.rsplit_once(':').is_some_and(|(name, found)| {
            name == source.name()
                && found
                    .parse()
                    .is_ok_and(|found| (line(span.start)..=line(span.end)).contains(&found))
        })
    }

    fn text(&self, span: Span) -> Option<String> {
        Some(dedented(self.pack.sources().get(span.source.0 as usize)?, span))
    }

    /// Where the values, conditions and tables stand that a part names, and those that these name.
    fn uses(&self, part: Span) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let mut open = vec![part];
        while let Some(within) = open.pop() {
            for mention in self.names.in_file(within.source) {
                let inside = within.start <= mention.span.start && mention.span.end <= within.end;
                let Some(named) = self.names.named(mention.named).filter(|_| inside) else {
                    continue;
                };
                let kinds = [NameKind::Constant, NameKind::Value, NameKind::Table];
                let newest = named.declared.last().filter(|_| kinds.contains(&named.symbol.kind));
                let Some(whole) = newest.map(|declared| declared.whole) else { continue };
                let is_around = whole.source == part.source
                    && whole.start <= part.start
                    && part.end <= whole.end;
                if !is_around && !found.contains(&whole) {
                    found.push(whole);
                    open.push(whole);
                }
            }
        }
        found
    }

    /// The name that an item declares or extends, by its place among the names.
    fn subject(&self, item: &OutlineItem) -> Option<usize> {
        let mentions = self.names.in_file(item.span.source).iter();
        let mut within = mentions.filter(|mention| {
            item.span.start <= mention.span.start && mention.span.end <= item.span.end
        });
        let of_entity = |at| self.names.named(at).map(|named| named.symbol.kind);
        let found = within.find(|mention| of_entity(mention.named) != Some(NameKind::Entity))?;
        Some(found.named)
    }

    /// What the editions before say of the same, the newest first.
    fn before(&self, file: &File<'_>, item: &OutlineItem) -> Vec<(&'a str, String)> {
        let subject = self.subject(item);
        let editions = self.names.editions().iter().map(|(edition, _)| edition.as_str());
        let older: Vec<&str> = editions.take_while(|edition| *edition != file.edition).collect();
        let said = |edition: &&'a str| {
            let files = self.files.iter().filter(move |file| file.edition == *edition);
            let items = files.flat_map(|file| file.items.iter().map(move |item| (file, item)));
            let same = items.filter(|(_, other)| {
                other.is_rule && subject.is_some() && self.subject(other) == subject
            });
            same.map(|(file, other)| (*edition, dedented(file.source, other.span)))
                .collect::<Vec<_>>()
        };
        older.iter().rev().flat_map(said).collect()
    }

    /// The tests that rest on a clause.
    pub(super) fn tests(&self, results: &'a [TestResult], id: &str) -> Vec<(&'a str, String)> {
        let resting =
            results.iter().filter(|result| result.clauses.iter().any(|clause| clause == id));
        resting
            .filter_map(|result| {
                let source = self.pack.sources().get(result.span.source.0 as usize)?;
                let line = source.position(result.span.start).line;
                Some((result.name.as_str(), format!("{}:{line}", source.name())))
            })
            .collect()
    }

    /// Every item of every file that says a rule.
    fn rules(&self) -> impl Iterator<Item = (&'a File<'a>, usize)> {
        self.files.iter().flat_map(|file| {
            let items = file.items.iter().enumerate().filter(|(_, item)| item.is_rule);
            items.map(move |(at, _)| (file, at))
        })
    }

    /// Rules in force that no clause is cited for, with the reason that their author gives.
    pub(super) fn own(&self) -> Vec<RuleEntry<'a>> {
        let cited: Vec<Span> =
            self.pack.documents().iter().flat_map(|document| &document.clauses).fold(
                Vec::new(),
                |mut spans, clause| {
                    spans.extend(&clause.cited);
                    spans
                },
            );
        let within = |part: Span| {
            cited.iter().any(|span| {
                span.source == part.source && part.start <= span.start && span.end <= part.end
            })
        };
        let last = |file: &File<'_>, item: &OutlineItem| {
            let newer = self
                .names
                .editions()
                .iter()
                .map(|(edition, _)| edition.as_str())
                .skip_while(|edition| *edition != file.edition)
                .skip(1);
            newer.into_iter().all(|edition| {
                let files = self.files.iter().filter(|file| file.edition == edition);
                files.into_iter().all(|file| file.items.iter().all(|other| other.name != item.name))
            })
        };
        let mut found = Vec::new();
        for (file, at) in self.rules() {
            let item = &file.items[at];
            let parts = item.parts.iter().filter(|part| !within(**part));
            if last(file, item) {
                found.extend(parts.map(|part| self.entry(file, at, *part)));
            }
        }
        found
    }

    /// What the newest edition says, where it amends another.
    pub(super) fn changes(&self) -> Vec<RuleEntry<'a>> {
        let [.., _, (newest, _)] = self.names.editions() else { return Vec::new() };
        self.rules()
            .filter(|(file, _)| file.edition == newest)
            .map(|(file, at)| self.entry(file, at, file.items[at].span))
            .collect()
    }
}

fn seen_of(exercise: &Exercise<'_>) -> Seen {
    match (exercise.is_complete(), exercise.holds || exercise.fails == Some(true)) {
        (true, _) => Seen::All,
        (false, true) => Seen::Part,
        (false, false) => Seen::Nothing,
    }
}

/// The text of a place, its lines as far to the left as its first.
fn dedented(source: &Source, span: Span) -> String {
    let start = source.position(span.start);
    let line = source.text().lines().nth(start.line as usize - 1).unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    let mut lines = source.slice(span).lines();
    let mut text = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let blanks = line.len() - line.trim_start().len();
        text.push('\n');
        text.push_str(line.get(indent.min(blanks)..).unwrap_or(line));
    }
    text
}
