//! Which items and which parts of them belong together in two packs, and what changed in each.
//!
//! Requirements have no names: they are matched in order, by how much they say the same. Not here:
//! in what two texts differ (`said`).

mod parts;

use std::collections::{HashMap, HashSet};

use super::force::{Force, key};
use super::said::{Said, aspects};
use super::uses::Mentions;
use super::{Aspect, Change, ChangeKind, Part};
use guiju_compiler::syntax::Token;
use guiju_compiler::syntax::ast::{Ground, Item, ItemKind, Row};
use guiju_model::source::Span;
use guiju_model::text::Localized;
use parts::{pieces, whole};

/// The items of two packs side by side.
pub(super) struct Matched {
    pub(super) changes: Vec<Change>,
    /// For each change, where it stands before and after, as the files of both packs are numbered.
    pub(super) spans: Vec<(Option<Span>, Option<Span>)>,
    pub(super) entries: Vec<Entry>,
}

/// An item of either pack.
pub(super) struct Entry {
    /// Its place among the items of the earlier pack.
    pub(super) old: Option<usize>,
    /// Its place among the items of the later pack.
    pub(super) new: Option<usize>,
    /// Its parts in the order of the later pack, those that are gone among them.
    pub(super) parts: Vec<Matching>,
}

/// A part of an item in both packs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matching {
    pub(super) part: Part,
    /// Its number among the parts of its kind, before and after.
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
    /// The change it is, if any.
    pub(super) change: Option<usize>,
}

/// A part of an item, ready to be compared.
struct Piece<'a> {
    part: Part,
    /// Its number among the parts of its kind.
    number: usize,
    /// What it is called, where it has a name.
    name: Option<&'a str>,
    /// The named condition that it asks for.
    asks: Option<&'a str>,
    span: Span,
    text: String,
    grounds: Vec<&'a Ground>,
    /// How many of them are those of the named condition.
    own_grounds: usize,
    /// Where the rows of a table stand that are in a file.
    rows: Vec<Span>,
    said: Said,
}

/// How alike two requirements must be to be two versions of one.
const ALIKE: usize = 40;

/// How alike two are that ask for the same name, whatever it means in either pack.
const SAME_NAME: usize = 101;

/// Matches the items of two packs.
pub(super) fn matched(old: &Force, new: &Force) -> Matched {
    let mut matcher = Matcher {
        old,
        new,
        uses: Mentions::of(&new.items),
        constants: HashSet::new(),
        found: Matched { changes: Vec::new(), spans: Vec::new(), entries: Vec::new() },
    };
    let places: HashMap<(&str, String), usize> = old
        .items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| Some((key(&item.kind)?, at)))
        .collect();
    for item in old.items.iter().chain(&new.items) {
        if let ItemKind::Let(constant) = &item.kind
            && constant.owner.is_none()
        {
            matcher.constants.insert(constant.name.node.clone());
        }
    }
    matcher.constants.insert("period".to_owned());
    let mut met = HashSet::new();
    for (index, item) in new.items.iter().enumerate() {
        let before = key(&item.kind).and_then(|key| places.get(&key)).copied();
        met.extend(before);
        matcher.item(before, Some(index));
    }
    for index in (0..old.items.len()).filter(|index| !met.contains(index)) {
        matcher.item(Some(index), None);
    }
    matcher.found
}

struct Matcher<'a> {
    old: &'a Force,
    new: &'a Force,
    /// What the later rules mention.
    uses: Mentions<'a>,
    /// Names that stand for values in either pack.
    constants: HashSet<String>,
    found: Matched,
}

impl<'a> Matcher<'a> {
    fn item(&mut self, old: Option<usize>, new: Option<usize>) {
        let (old_items, new_items): (&'a [Item], &'a [Item]) = (&self.old.items, &self.new.items);
        let before = old.and_then(|at| old_items.get(at));
        let after = new.and_then(|at| new_items.get(at));
        let pieces = match (before, after) {
            (Some(before), Some(after)) if same_shape(before, after) => {
                (pieces(self.old, before), pieces(self.new, after))
            }
            (before, after) => {
                let one = |force: &'a Force, item: Option<&'a Item>| {
                    item.map(|item| whole(force, item)).into_iter().collect()
                };
                (one(self.old, before), one(self.new, after))
            }
        };
        let mut parts = Vec::new();
        if let Some(item) = after.or(before) {
            for (before, after) in pairs(&pieces.0, &pieces.1) {
                let moved = before.zip(after).is_some_and(|(a, b)| {
                    a.part == Part::Require && is_moved(a, b, &pieces.0, &pieces.1)
                });
                let change = self.compare(item, before, after, moved);
                let part = after.or(before).map_or(Part::Whole, |piece| piece.part);
                parts.push(Matching {
                    part,
                    old: before.map(|piece| piece.number),
                    new: after.map(|piece| piece.number),
                    change,
                });
            }
        }
        self.found.entries.push(Entry { old, new, parts });
    }

    /// The change from one version of a piece to the other, if there is one.
    fn compare(
        &mut self,
        item: &Item,
        before: Option<&Piece<'_>>,
        after: Option<&Piece<'_>>,
        moved: bool,
    ) -> Option<usize> {
        // A name alone decides nothing; what asks for it does, and is told.
        let of_records = matches!(&item.kind, ItemKind::Let(found) if found.owner.is_some());
        let (kind, found) = match (before, after) {
            (Some(before), Some(after)) => {
                let mut found = aspects(&before.said, &after.said, &self.constants);
                if before.asks.is_some() && before.asks == after.asks {
                    // What became of the condition is told once, where it is declared.
                    let cited = |force: &Force, piece: &Piece<'_>| {
                        force.clauses(&piece.grounds[piece.own_grounds..])
                    };
                    found = if cited(self.old, before) == cited(self.new, after) {
                        Vec::new()
                    } else {
                        vec![Aspect::Citation]
                    };
                }
                if moved {
                    found.push(Aspect::Order);
                    found.sort_unstable();
                }
                if found.is_empty() {
                    return None;
                }
                (ChangeKind::Changed, found)
            }
            _ if of_records => return None,
            (None, _) => (ChangeKind::Added, Vec::new()),
            (_, None) => (ChangeKind::Removed, Vec::new()),
        };
        let piece = after.or(before)?;
        let (word, name) = key(&item.kind)?;
        let part_name = match piece.part {
            Part::Select | Part::Require => (piece.number + 1).to_string(),
            _ => piece.name.unwrap_or_default().to_owned(),
        };
        // What is gone is numbered as it was, which is another number than those of what is there.
        let number = if kind == ChangeKind::Removed && piece.part != Part::Whole {
            format!("-{part_name}")
        } else {
            part_name.clone()
        };
        let id = match piece.part {
            Part::Whole => format!("{word}:{name}"),
            Part::Head => format!("{word}:{name}/head"),
            Part::Figures => format!("{word}:{name}/figures"),
            Part::Select => format!("{word}:{name}/select/{number}"),
            Part::Require => format!("{word}:{name}/require/{number}"),
            Part::Field | Part::Clause => format!("{word}:{name}/{part_name}"),
        };
        let rows = |force: &'a Force, piece: Option<&Piece<'_>>| -> Vec<&'a str> {
            piece.iter().flat_map(|piece| &piece.rows).map(|row| force.text(*row)).collect()
        };
        let (rows_before, rows_after) = (rows(self.old, before), rows(self.new, after));
        let written = |force: &Force, piece: Option<&Piece<'_>>, own: &[&str], others: &[&str]| {
            let piece = piece?;
            let mut text = piece.text.clone();
            // Of a table in a file the rows that the other does not have.
            let others: HashSet<&str> = others.iter().copied().collect();
            let differing = own.iter().filter(|row| !others.contains(*row));
            differing.filter(|_| kind == ChangeKind::Changed).for_each(|row| {
                text.push('\n');
                text.push_str(row);
            });
            Some(force.written(text, piece.span, &piece.grounds))
        };
        let drop = if kind == ChangeKind::Removed {
            self.new.drop_of(word, &name).filter(|_| piece.part == Part::Whole)
        } else {
            None
        };
        let dropped = drop.map(|(span, drop)| {
            self.new.written(self.new.quoted(*span), *span, &drop.ground.iter().collect::<Vec<_>>())
        });
        let force = if after.is_some() { self.new } else { self.old };
        let before_clauses =
            before.map(|piece| self.old.clauses(&piece.grounds)).unwrap_or_default();
        let mut clauses = match &dropped {
            Some(dropped) if !dropped.clauses.is_empty() => dropped.clauses.clone(),
            _ => force.clauses(&resting_on(item, piece, self.old, self.new)),
        };
        clauses.sort_by_key(|clause| before_clauses.contains(clause));
        let named = matches!(item.kind, ItemKind::Let(_) | ItemKind::Table(_));
        let value = name.rsplit('.').next().unwrap_or(&name);
        let uses =
            if named && kind == ChangeKind::Changed { self.uses.uses(value) } else { Vec::new() };
        let change = Change {
            id,
            item: word,
            label: label(item).unwrap_or_else(|| Localized::same(&name)),
            name,
            part: piece.part,
            part_name,
            kind,
            aspects: found,
            clauses,
            uses,
            before: written(self.old, before, &rows_before, &rows_after),
            after: written(self.new, after, &rows_after, &rows_before).or(dropped),
        };
        self.found.changes.push(change);
        self.found.spans.push((before.map(|piece| piece.span), after.map(|piece| piece.span)));
        Some(self.found.changes.len() - 1)
    }
}

/// Whether two items of one name can be compared part by part.
fn same_shape(before: &Item, after: &Item) -> bool {
    match (&before.kind, &after.kind) {
        (ItemKind::Tally(a), ItemKind::Tally(b)) => a.entity.node == b.entity.node,
        (ItemKind::Entity(a), ItemKind::Entity(b)) => {
            a.parent.as_ref().map(|name| &name.node) == b.parent.as_ref().map(|name| &name.node)
        }
        _ => true,
    }
}

/// Pieces that belong together: those with a name by it, the others in order by likeness; what is
/// gone stands where it was.
fn pairs<'p, 'a>(
    old: &'p [Piece<'a>],
    new: &'p [Piece<'a>],
) -> Vec<(Option<&'p Piece<'a>>, Option<&'p Piece<'a>>)> {
    let mut pairs = Vec::new();
    let mut parts: Vec<Part> = old.iter().chain(new).map(|piece| piece.part).collect();
    parts.sort_unstable();
    parts.dedup();
    for part in parts {
        let of = |pieces: &'p [Piece<'a>]| {
            pieces.iter().filter(|piece| piece.part == part).collect::<Vec<_>>()
        };
        let (before, after) = (of(old), of(new));
        match part {
            Part::Select | Part::Require => pairs.extend(in_order(&before, &after)),
            _ => {
                let named = |piece: &&&Piece<'a>, other: &Piece<'a>| piece.name == other.name;
                pairs.extend(after.iter().map(|piece| {
                    (before.iter().find(|other| named(other, piece)).copied(), Some(*piece))
                }));
                let gone = before
                    .iter()
                    .filter(|piece| !after.iter().any(|other| other.name == piece.name));
                pairs.extend(gone.map(|piece| (Some(*piece), None)));
            }
        }
    }
    pairs
}

/// The pairing of two lists that keeps their order and is the most alike; then equal pieces that
/// stand elsewhere.
fn in_order<'p, 'a>(
    old: &[&'p Piece<'a>],
    new: &[&'p Piece<'a>],
) -> Vec<(Option<&'p Piece<'a>>, Option<&'p Piece<'a>>)> {
    let alike = |a: &Piece<'a>, b: &Piece<'a>| {
        if a.asks.is_some() && a.asks == b.asks { SAME_NAME } else { a.said.likeness(&b.said) }
    };
    let likeness: Vec<Vec<usize>> =
        old.iter().map(|a| new.iter().map(|b| alike(a, b)).collect()).collect();
    // best[i][j]: the most that the first i old and j new pieces can be alike.
    let mut best = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in 1..=old.len() {
        for j in 1..=new.len() {
            let alike = likeness[i - 1][j - 1];
            let paired = if alike >= ALIKE { best[i - 1][j - 1] + alike } else { 0 };
            best[i][j] = paired.max(best[i - 1][j]).max(best[i][j - 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (old.len(), new.len());
    while i > 0 || j > 0 {
        let alike = if i > 0 && j > 0 { likeness[i - 1][j - 1] } else { 0 };
        if alike >= ALIKE && best[i][j] == best[i - 1][j - 1] + alike {
            (i, j) = (i - 1, j - 1);
            pairs.push((Some(old[i]), Some(new[j])));
        } else if j > 0 && best[i][j] == best[i][j - 1] {
            j -= 1;
            pairs.push((None, Some(new[j])));
        } else {
            i -= 1;
            pairs.push((Some(old[i]), None));
        }
    }
    pairs.reverse();
    // A requirement that only stands elsewhere is neither gone nor new.
    let gone: Vec<&'p Piece<'a>> =
        pairs.iter().filter(|pair| pair.1.is_none()).filter_map(|pair| pair.0).collect();
    for piece in gone {
        if let Some(slot) = pairs
            .iter()
            .position(|(a, b)| a.is_none() && b.is_some_and(|b| b.said.computes_as(&piece.said)))
        {
            pairs[slot].0 = Some(piece);
            pairs.retain(|(a, b)| b.is_some() || !a.is_some_and(|a| std::ptr::eq(a, piece)));
        }
    }
    pairs
}

/// Whether a requirement stands elsewhere than its neighbours would make it: something it came
/// after now comes after it.
fn is_moved(before: &Piece<'_>, after: &Piece<'_>, old: &[Piece<'_>], new: &[Piece<'_>]) -> bool {
    let after_of = |piece: &Piece<'_>| {
        let candidates = new
            .iter()
            .filter(|other| other.part == Part::Require && other.said.computes_as(&piece.said));
        candidates.map(|other| other.number).next()
    };
    let earlier =
        old.iter().filter(|other| other.part == Part::Require && other.number < before.number);
    earlier.filter_map(after_of).any(|number| number > after.number)
}

pub(super) fn label(item: &Item) -> Option<Localized> {
    match &item.kind {
        ItemKind::Source(item) => item.label.clone(),
        ItemKind::Let(item) => item.label.clone(),
        ItemKind::Table(item) => item.label.clone(),
        ItemKind::Entity(item) => item.label.clone(),
        ItemKind::Classify(item) => item.label.clone(),
        ItemKind::Tally(item) => item.label.clone(),
        ItemKind::Once(item) => item.label.clone(),
        ItemKind::Award(item) => item.label.clone(),
        ItemKind::Kpi(item) => item.label.clone(),
        ItemKind::Obligation(item) => item.label.clone(),
        ItemKind::Check(item) => item.label.clone(),
        ItemKind::Period(..) => Some(Localized::new("計畫年度", "period")),
        _ => None,
    }
}

/// The grounds that a change of a piece rests on: of a tally that is new or gone its own, of a
/// table the rows that differ.
fn resting_on<'a>(item: &'a Item, piece: &Piece<'a>, old: &Force, new: &Force) -> Vec<&'a Ground> {
    match &item.kind {
        ItemKind::Tally(tally) if piece.part == Part::Whole && tally.ground.is_some() => {
            tally.ground.iter().collect()
        }
        ItemKind::Classify(class) => {
            let rows = |force: &Force| -> Vec<Vec<Token>> {
                let same = |other: &&Item| key(&other.kind) == key(&item.kind);
                match force.items.iter().find(same).map(|found| &found.kind) {
                    Some(ItemKind::Classify(found)) => {
                        found.rows.iter().map(|row| row_words(force, row)).collect()
                    }
                    _ => Vec::new(),
                }
            };
            let (before, after) = (rows(old), rows(new));
            let differs = |words: &Vec<Token>| !(before.contains(words) && after.contains(words));
            let force =
                if new.items.iter().any(|other| std::ptr::eq(other, item)) { new } else { old };
            let differing = class.rows.iter().filter(|row| differs(&row_words(force, row)));
            let found: Vec<&Ground> = differing.filter_map(|row| row.ground.as_ref()).collect();
            if found.is_empty() { piece.grounds.clone() } else { found }
        }
        _ => piece.grounds.clone(),
    }
}

/// What a row of a table says, whatever it rests on.
fn row_words(force: &Force, row: &Row) -> Vec<Token> {
    Said::of(
        force.words(row.span),
        &force.cited(&row.ground.iter().collect::<Vec<_>>(), row.span),
        Vec::new(),
    )
    .logic
}

/// Every ground in an item.
fn grounds(kind: &ItemKind) -> Vec<&Ground> {
    match kind {
        ItemKind::Period(_, ground) => ground.iter().collect(),
        ItemKind::Let(item) => item.ground.iter().collect(),
        ItemKind::Table(item) => {
            let rows =
                item.rows.iter().chain(&item.otherwise).filter_map(|row| row.ground.as_ref());
            item.ground.iter().chain(rows).collect()
        }
        ItemKind::Entity(item) => {
            item.fields.iter().filter_map(|field| field.ground.as_ref()).collect()
        }
        ItemKind::Classify(item) => {
            let otherwise = item.otherwise.as_ref().and_then(|(_, ground)| ground.as_ref());
            item.rows.iter().filter_map(|row| row.ground.as_ref()).chain(otherwise).collect()
        }
        ItemKind::Tally(item) => {
            let requirements = item.require.iter().filter_map(|require| require.ground.as_ref());
            item.ground
                .iter()
                .chain(item.select.iter().filter_map(|select| select.ground.as_ref()))
                .chain(requirements)
                .collect()
        }
        ItemKind::Once(item) => item.ground.iter().collect(),
        ItemKind::Award(item) => item
            .ground
            .iter()
            .chain(item.require.iter().filter_map(|require| require.ground.as_ref()))
            .collect(),
        ItemKind::Kpi(item) => item.ground.iter().collect(),
        ItemKind::Obligation(item) => item.ground.iter().collect(),
        ItemKind::Check(item) => item.ground.iter().collect(),
        _ => Vec::new(),
    }
}
