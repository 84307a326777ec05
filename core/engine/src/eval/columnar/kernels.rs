//! The kernels: the truth of one condition for all records of a block.
//!
//! Records with a value take the fast way, over the values side by side; those without one get what
//! the bounds of a missing value allow, as the reference evaluator would find. Not here:
//! classifications (`classes`), numbers (`numbers`).

use super::bits::{self, Planes, pack, pack_pairs};
use super::block::{Block, View};
use super::computed::Seen;
use super::numbers::{Interval, number, numbers};
use super::program::{Condition, Node, Place, Span};
use crate::data::{Texts, Values};
use crate::eval::reference::State;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::value::Truth;
use guiju_model::date::{Date, Period};
use guiju_model::index::EntityId;
use guiju_model::outcome::Verdict;
use guiju_model::rules::Listing;
use guiju_model::schema::FieldKind;

impl Block<'_> {
    /// The truth of a condition whose parts are known.
    pub(super) fn compute(&mut self, node: &Node, state: &State, out: &mut Planes) {
        let entity = node.entity;
        match &node.condition {
            Condition::Constant(truth) => out.fill(self.len(entity), *truth),
            Condition::Flag(place) => {
                let view = self.view(entity, *place);
                if let (Values::Bool(values), rows) = view.values.parts() {
                    pack(&values[rows], &mut out.yes, |value| value);
                }
                out.settle(&view.known);
            }
            Condition::Known(place) => self.known(entity, *place, out),
            Condition::Number(place, comparison, value) => {
                number(&self.view(entity, *place), *comparison, value, out)
            }
            Condition::Numbers(left, comparison, right) => {
                numbers(&self.view(entity, *left), *comparison, &self.view(entity, *right), out);
            }
            Condition::Date(place, comparison, day) => {
                let view = self.view(entity, *place);
                if let (Values::Date(days), rows) = view.values.parts() {
                    let interval = Interval::new(*comparison, i128::from(*day), i128::from(*day));
                    pack(&days[rows], &mut out.yes, interval.holds::<i32>());
                }
                out.settle(&view.known);
            }
            Condition::Dates(left, comparison, right) => {
                let (left, right) = (self.view(entity, *left), self.view(entity, *right));
                if let ((Values::Date(a), a_rows), (Values::Date(b), b_rows)) =
                    (left.values.parts(), right.values.parts())
                {
                    pack_pairs(&a[a_rows], &b[b_rows], &mut out.yes, |a, b| {
                        comparison.holds(a.cmp(&b))
                    });
                }
                out.settle(&both(&left, &right));
            }
            Condition::Text(place, texts) => {
                let view = self.view(entity, *place);
                let wanted: Vec<u32> =
                    texts.iter().filter_map(|text| self.data.texts.find_folded(text)).collect();
                if let (Values::Text(ids), rows) = view.values.parts() {
                    pack(&ids[rows], &mut out.yes, |id| {
                        wanted.contains(&self.data.texts.folded(id))
                    });
                }
                out.settle(&view.known);
            }
            Condition::SameText(left, right) => {
                let (left, right) = (self.view(entity, *left), self.view(entity, *right));
                let texts: &Texts = &self.data.texts;
                if let ((Values::Text(a), a_rows), (Values::Text(b), b_rows)) =
                    (left.values.parts(), right.values.parts())
                {
                    pack_pairs(&a[a_rows], &b[b_rows], &mut out.yes, |a, b| {
                        texts.folded(a) == texts.folded(b)
                    });
                }
                out.settle(&both(&left, &right));
            }
            Condition::Choice(place, set) => choice(&self.view(entity, *place), *set, out),
            Condition::Class(from, class, set) => self.class(entity, *from, *class, *set, out),
            Condition::Within(inner, period) => self.within(entity, *inner, *period, out),
            Condition::Has { list, set, all } => {
                let view = self.view(entity, *list);
                if let (Values::List(lists), rows) = view.values.parts() {
                    pack(&lists[rows], &mut out.yes, |list| {
                        if *all { list & set == *set } else { list & set != 0 }
                    });
                }
                out.settle(&view.known);
            }
            Condition::Listed(place, register) => self.listed(entity, *place, *register, out),
            Condition::Counted(from, tally) => {
                let (rows, reached) = match self.targets(entity, *from) {
                    None => {
                        let verdicts = state.verdicts[*tally].of(self.rows[entity].clone());
                        pack(verdicts, &mut out.yes, |verdict| verdict == Verdict::COUNTED);
                        pack(verdicts, &mut out.no, |verdict| {
                            verdict != Verdict::COUNTED && verdict != Verdict::UNDETERMINED
                        });
                        return;
                    }
                    Some((rows, reached)) => {
                        (rows, reached.unwrap_or_else(|| bits::all(self.len(entity))))
                    }
                };
                out.open(self.len(entity));
                let verdicts = &state.verdicts[*tally];
                bits::each_set(&reached, |at| match verdicts.get(rows[at] as usize) {
                    Verdict::COUNTED => out.mark(at, Truth::True),
                    Verdict::UNDETERMINED => {}
                    _ => out.mark(at, Truth::False),
                });
            }
            Condition::Same(left, right) => {
                let (left, right) = (self.truth(*left), self.truth(*right));
                let pairs = left.yes.iter().zip(&left.no).zip(right.yes.iter().zip(&right.no));
                (out.yes, out.no) = pairs
                    .map(|((yes, no), (also, nor))| (yes & also | no & nor, yes & nor | no & also))
                    .unzip();
            }
            Condition::Not(inner) => {
                let inner = self.truth(*inner);
                out.yes.clone_from(&inner.no);
                out.no.clone_from(&inner.yes);
            }
            Condition::And(parts) => self.join(parts, self.len(entity), true, out),
            Condition::Or(parts) => self.join(parts, self.len(entity), false, out),
            // Asked where it is wanted (`prepare_some`).
            Condition::Other(_) => {}
        }
    }

    /// All of some conditions, or any of them.
    fn join(&self, parts: &[usize], len: usize, all: bool, out: &mut Planes) {
        out.fill(len, all);
        for part in parts {
            let part = self.truth(*part);
            let (narrow, wide) =
                if all { (&mut out.yes, &mut out.no) } else { (&mut out.no, &mut out.yes) };
            let (own, other) = if all { (&part.yes, &part.no) } else { (&part.no, &part.yes) };
            narrow.iter_mut().zip(own).for_each(|(bits, own)| *bits &= own);
            wide.iter_mut().zip(other).for_each(|(bits, other)| *bits |= other);
        }
    }

    fn known(&self, entity: EntityId, place: Place, out: &mut Planes) {
        let view = self.view(entity, place);
        // A range of one number, or a choice of one value, is known whether it is given or not.
        let given_away = match view.kind {
            FieldKind::Range(low, high) => low == high,
            FieldKind::Number(decimal) => {
                decimal.range.as_ref().is_some_and(|(low, high)| low == high)
            }
            FieldKind::Choice(choices) => choices.values.len() == 1,
            _ => false,
        };
        let all = bits::all(self.len(entity));
        out.yes = if given_away { view.reached.unwrap_or_else(|| all.clone()) } else { view.known };
        out.settle(&all);
    }

    fn within(&self, entity: EntityId, inner: Span, period: Span, out: &mut Planes) {
        let len = self.len(entity);
        let view = |span: Span| match span {
            Span::Field(place) => Some(self.view(entity, place)),
            Span::Constant(_) => None,
        };
        let (inner_view, outer_view) = (view(inner), view(period));
        match (days(inner, inner_view.as_ref()), days(period, outer_view.as_ref())) {
            (Days::Of(starts, ends), Days::Constant(period)) => {
                pack_pairs(starts, ends, &mut out.yes, |start, end| {
                    period.start.0 <= start && end <= period.end.0
                });
            }
            (Days::Constant(inner), Days::Of(starts, ends)) => {
                pack_pairs(starts, ends, &mut out.yes, |start, end| {
                    start <= inner.start.0 && inner.end.0 <= end
                });
            }
            (inner, outer) => {
                let rows: Vec<u32> = (0..len as u32).collect();
                pack(&rows, &mut out.yes, |row| {
                    outer.at(row as usize).covers(inner.at(row as usize))
                });
            }
        }
        let mut known = bits::all(len);
        for view in [inner_view, outer_view].into_iter().flatten() {
            known.iter_mut().zip(&view.known).for_each(|(all, known)| *all &= known);
        }
        out.settle(&known);
    }

    fn listed(&self, entity: EntityId, place: Place, list: Listing, out: &mut Planes) {
        let view = self.view(entity, place);
        let len = self.len(entity);
        out.fill(len, false);
        let (Values::Text(ids), rows) = view.values.parts() else { return };
        let ids = &ids[rows];
        for root in self.roots.clone() {
            let (registered, listed) = match list {
                Listing::Register(register) => (self.data.given[root].register(register), None),
                Listing::Entity(of) => (&[][..], Some(self.data.list(of, root))),
            };
            if listed.map_or(registered.is_empty(), |listed| listed.is_empty()) {
                // Nothing is in an empty list, not even what is unknown.
                continue;
            }
            for at in self.rows_of(entity, root) {
                let bit = 1 << (at % 64);
                let has = if view.known[at / 64] & bit == 0 {
                    None
                } else {
                    let id = self.data.texts.folded(ids[at]);
                    match listed {
                        Some(listed) => listed.has(Some(id)),
                        None => Some(registered.binary_search(&id).is_ok()),
                    }
                };
                match has {
                    Some(false) => {}
                    Some(true) => {
                        out.yes[at / 64] |= bit;
                        out.no[at / 64] &= !bit;
                    }
                    None => out.no[at / 64] &= !bit,
                }
            }
        }
    }

    /// A condition no kernel does, asked for some records that were open, one by one: of the
    /// reference evaluator, unless it compares numbers that are known.
    pub(super) fn other(
        &self,
        entity: EntityId,
        expr: usize,
        wanted: &[u64],
        state: &State,
        out: &mut Planes,
    ) {
        let other = &self.program.others[expr];
        let first = self.rows[entity].start;
        let compared =
            other.compared.as_ref().map(|compared| (compared, self.views(entity, compared)));
        let seen =
            compared.as_ref().map(|(compared, views)| (compared, Seen { views, state, first }));
        for root in self.roots.clone() {
            bits::each_set_in(wanted, self.rows_of(entity, root), |at| {
                let quick = seen.as_ref().and_then(|(compared, seen)| compared.of(seen, at));
                if let Some(holds) = quick {
                    return out.mark(at, Truth::from(holds));
                }
                let row = first + at;
                let mut eval = Eval::of_truth(
                    self.rules,
                    self.data,
                    state,
                    Subject::Record { entity, row, root },
                );
                out.mark(at, eval.truth(&other.expr));
            });
        }
    }
}

/// Records that have both values.
pub(super) fn both(left: &View<'_>, right: &View<'_>) -> Vec<u64> {
    left.known.iter().zip(&right.known).map(|(left, right)| left & right).collect()
}

/// Days or periods side by side.
enum Days<'v> {
    Constant(Period),
    Of(&'v [i32], &'v [i32]),
}

impl Days<'_> {
    fn at(&self, row: usize) -> Period {
        match self {
            Days::Constant(period) => *period,
            Days::Of(starts, ends) => Period { start: Date(starts[row]), end: Date(ends[row]) },
        }
    }
}

fn days<'v>(span: Span, view: Option<&'v View<'_>>) -> Days<'v> {
    match (span, view.map(|view| view.values.parts())) {
        (Span::Constant(period), _) => Days::Constant(period),
        (_, Some((Values::Date(days), rows))) => Days::Of(&days[rows.clone()], &days[rows]),
        (_, Some((Values::Period { starts, ends }, rows))) => {
            Days::Of(&starts[rows.clone()], &ends[rows])
        }
        _ => Days::Of(&[], &[]),
    }
}

/// Gives all records without a value one truth, but for those whose reference leads nowhere.
pub(super) fn decide_missing(view: &View<'_>, truth: Truth, out: &mut Planes) {
    let plane = match truth {
        Truth::True => &mut out.yes,
        Truth::False => &mut out.no,
        Truth::Unknown => return,
    };
    let len = view.len();
    for (word, bits) in plane.iter_mut().enumerate() {
        let reached = view.reached.as_ref().map_or(u64::MAX, |reached| reached[word]);
        *bits |= !view.known[word] & reached & bits::present(len, word);
    }
}

/// One of a set of values.
fn choice(view: &View<'_>, set: u128, out: &mut Planes) {
    let (values, rows) = view.values.parts();
    if let Values::Choice(values) = values {
        match (set.count_ones(), set.trailing_zeros() as u8) {
            (1, only) => pack(&values[rows], &mut out.yes, |value| value == only),
            _ => pack(&values[rows], &mut out.yes, |value| set >> value & 1 == 1),
        }
    }
    out.settle(&view.known);
    if let FieldKind::Choice(choices) = view.kind {
        let all = choices.all();
        let missing = match (all & set, all & !set) {
            (0, _) => Truth::False,
            (_, 0) => Truth::True,
            _ => Truth::Unknown,
        };
        decide_missing(view, missing, out);
    }
}
