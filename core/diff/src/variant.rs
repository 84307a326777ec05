//! Rules that stand between two packs: those of the earlier one with some of the changes.
//!
//! What only one of the packs has and nothing else there depends on stands beside the others in
//! every variant: it alters nothing by being there. Citations are left out; they decide nothing.
//! Not here: which changes can be made without which (`bundle`).

use std::collections::HashMap;

use super::force::{Force, key};
use super::pieces::{Entry, Matched, Matching};
use super::{Aspect, Change, ChangeKind, Part};
use guiju_compiler::check::{self, Checked};
use guiju_compiler::syntax::ast::{Expr, ExprKind, Ground, Item, ItemKind, Tally};
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::{Diagnostic, Findings, Severity};
use guiju_model::index::{KpiId, TallyId};
use guiju_model::limits::Limits;
use guiju_model::source::Span;
use guiju_model::text::Localized;

/// A pack of a variant, with its rules by name.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) pack: Pack,
    pub(super) kpis: HashMap<String, KpiId>,
    pub(super) tallies: HashMap<String, TallyId>,
}

/// Everything variants are made from.
pub(super) struct Draft {
    slots: Vec<Slot>,
    /// The name of the pack, and the entities that all variants share.
    pub(super) common: Vec<Item>,
    limits: Limits,
}

enum Slot {
    /// The same in every variant.
    Fixed(Item),
    /// A name that decides nothing by itself and only one of the packs has: there in every variant,
    /// for whatever stands there and asks for it.
    Named {
        added: bool,
        item: Item,
    },
    /// One of two, or nothing.
    Either {
        change: usize,
        old: Option<Item>,
        new: Option<Item>,
    },
    Tally {
        old: Tally,
        new: Tally,
        span: Span,
        parts: Vec<TallyPart>,
    },
    /// What only one of the packs has: there in every variant, while it is `free`.
    Extra {
        change: usize,
        added: bool,
        item: Item,
        free: bool,
    },
}

/// A part of a tally in both packs, and the change that decides which of the two is meant.
struct TallyPart {
    matching: Matching,
    acts: Option<usize>,
}

impl Variant {
    pub(super) fn new(pack: Pack) -> Variant {
        let kpis = pack.rules.kpis.entries().map(|(at, kpi)| (kpi.name.clone(), at)).collect();
        let tallies =
            pack.rules.tallies.entries().map(|(at, tally)| (tally.name.clone(), at)).collect();
        Variant { pack, kpis, tallies }
    }
}

/// Whether a change can alter a figure by itself.
pub(super) fn acts(change: &Change) -> bool {
    let computed = change.kind != ChangeKind::Changed
        || change.aspects.iter().any(|aspect| matches!(aspect, Aspect::Logic | Aspect::Parameter));
    match (change.item, change.part) {
        ("once", _) | ("tally", Part::Select | Part::Require | Part::Figures) => computed,
        ("period" | "let" | "table" | "classify" | "award" | "kpi" | "tally", _) => {
            computed && change.kind == ChangeKind::Changed
        }
        _ => false,
    }
}

impl Draft {
    /// Lays the items of two packs together, over entities that they share.
    pub(super) fn new(
        old: &Force,
        new: &Force,
        matched: &Matched,
        common: Vec<Item>,
        limits: &Limits,
    ) -> Draft {
        let mut draft = Draft {
            slots: Vec::new(),
            common: common.into_iter().map(quiet).collect(),
            limits: limits.clone(),
        };
        for entry in &matched.entries {
            let before = entry
                .old
                .and_then(|at| old.items.get(at))
                .cloned()
                .map(|item| quiet(met(item, &old.items)));
            let after = entry
                .new
                .and_then(|at| new.items.get(at))
                .cloned()
                .map(|item| quiet(met(item, &new.items)));
            draft.slots.extend(slot(entry, before, after, &matched.changes));
        }
        draft
    }

    /// The items of the variant in which these changes are made.
    fn items(&self, on: &dyn Fn(usize) -> bool) -> Vec<Item> {
        let mut items = self.common.clone();
        for slot in &self.slots {
            match slot {
                Slot::Fixed(item) | Slot::Named { item, .. } => items.push(item.clone()),
                Slot::Either { change, old, new } => {
                    items.extend(if on(*change) { new } else { old }.clone())
                }
                Slot::Tally { old, new, span, parts } => items
                    .push(Item { span: *span, kind: ItemKind::Tally(mixed(old, new, parts, on)) }),
                Slot::Extra { change, added, item, free } => {
                    if *free || on(*change) == *added {
                        items.push(item.clone());
                    }
                }
            }
        }
        items
    }

    /// The rules of the variant in which these changes are made, or what is wrong with them.
    pub(super) fn compile(&self, on: &dyn Fn(usize) -> bool) -> Result<Variant, Vec<Diagnostic>> {
        compile(self.items(on), &self.limits).map(Variant::new)
    }

    /// Of all conditions of a tally that either pack has, which are there where these changes are
    /// made, and whether in the later version; what decides about scope first. `None` for a tally
    /// that is not mixed of parts.
    pub(super) fn conditions(
        &self,
        name: &str,
        on: &dyn Fn(usize) -> bool,
    ) -> Option<Vec<Option<bool>>> {
        let parts = self.slots.iter().find_map(|slot| match slot {
            Slot::Tally { new, parts, .. } if new.name.node == name => Some(parts),
            _ => None,
        })?;
        let of = |part: Part| parts.iter().filter(move |other| other.matching.part == part);
        let version = |part: &TallyPart| {
            let later = part.acts.is_none_or(on);
            if later { part.matching.new } else { part.matching.old }.map(|_| later)
        };
        Some(of(Part::Select).chain(of(Part::Require)).map(version).collect())
    }

    /// What only one of the packs has, and stands beside the rules of the other.
    pub(super) fn extras(&self, added: bool) -> impl Iterator<Item = &Item> {
        self.slots.iter().filter_map(move |slot| match slot {
            Slot::Extra { added: found, item, free: true, .. }
            | Slot::Named { added: found, item }
                if *found == added =>
            {
                Some(item)
            }
            _ => None,
        })
    }

    /// Lets what only one pack has come and go with its change, where `wanted` says so; whether
    /// there was any such thing.
    pub(super) fn bind(&mut self, added: bool, wanted: &dyn Fn(&Item) -> bool) -> bool {
        let mut bound = false;
        for slot in &mut self.slots {
            if let Slot::Extra { added: of, item, free, .. } = slot
                && (*free, *of) == (true, added)
                && wanted(item)
            {
                *free = false;
                bound = true;
            }
        }
        bound
    }

    /// The changes that come and go, besides those that act by themselves.
    pub(super) fn bound(&self) -> impl Iterator<Item = usize> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Extra { change, free: false, .. } => Some(*change),
            _ => None,
        })
    }
}

/// Checks items as rules; errors where they do not hold together.
pub(super) fn compile(items: Vec<Item>, limits: &Limits) -> Result<Pack, Vec<Diagnostic>> {
    let mut findings = Findings::new(limits.items);
    let Checked { rules, steps, kpi_order, .. } =
        check::check_items(items, Vec::new(), Vec::new(), limits, &mut findings);
    match rules {
        Some(rules) => Ok(Pack::new(rules, steps, kpi_order)),
        None => Err(findings
            .finish()
            .into_iter()
            .filter(|found| found.severity == Severity::Error)
            .collect()),
    }
}

fn slot(
    entry: &Entry,
    before: Option<Item>,
    after: Option<Item>,
    changes: &[Change],
) -> Option<Slot> {
    let change = entry.parts.iter().find_map(|part| part.change);
    let acting =
        |part: &Matching| part.change.filter(|change| changes.get(*change).is_some_and(acts));
    let kind = after
        .as_ref()
        .or(before.as_ref())
        .and_then(|item| key(&item.kind))
        .map(|(kind, _)| kind)?;
    match (kind, before, after) {
        // Entities are shared; the others are judged only in the packs themselves.
        ("entity" | "source" | "obligation" | "check" | "example", _, _) => None,
        (
            "tally",
            Some(Item { kind: ItemKind::Tally(old), .. }),
            Some(Item { kind: ItemKind::Tally(new), span }),
        ) if entry.parts.iter().any(|part| part.part != Part::Whole) => {
            let parts = entry
                .parts
                .iter()
                .map(|part| TallyPart { matching: *part, acts: acting(part) })
                .collect();
            Some(Slot::Tally { old, new, span, parts })
        }
        (_, old, new) => match (entry.parts.iter().find_map(acting), change, old, new) {
            (Some(change), _, old, new) => Some(Slot::Either { change, old, new }),
            (None, _, Some(_), Some(new)) => Some(Slot::Fixed(new)),
            (None, None, Some(item), None) => Some(Slot::Named { added: false, item }),
            (None, None, None, Some(item)) => Some(Slot::Named { added: true, item }),
            (None, Some(change), None, Some(item)) => {
                Some(Slot::Extra { change, added: true, item, free: true })
            }
            (None, Some(change), Some(item), None) => {
                Some(Slot::Extra { change, added: false, item, free: true })
            }
            _ => None,
        },
    }
}

/// A tally with the parts of either pack.
fn mixed(old: &Tally, new: &Tally, parts: &[TallyPart], on: &dyn Fn(usize) -> bool) -> Tally {
    let mut tally = Tally { select: Vec::new(), require: Vec::new(), ..new.clone() };
    for TallyPart { matching, acts } in parts {
        let later = acts.is_none_or(on);
        match matching.part {
            Part::Select => {
                let part = if later {
                    matching.new.and_then(|at| new.select.get(at))
                } else {
                    matching.old.and_then(|at| old.select.get(at))
                };
                tally.select.extend(part.cloned());
            }
            Part::Require => {
                let part = if later {
                    matching.new.and_then(|at| new.require.get(at))
                } else {
                    matching.old.and_then(|at| old.require.get(at))
                };
                tally.require.extend(part.cloned());
            }
            Part::Figures if !later => {
                tally.measures.clone_from(&old.measures);
                tally.splits.clone_from(&old.splits);
                tally.targets.clone_from(&old.targets);
            }
            Part::Head if !later => tally.unit.clone_from(&old.unit),
            _ => {}
        }
    }
    tally
}

/// An award that asks for what an obligation expects, rather than for the obligation, which is
/// judged only in the packs themselves.
fn met(mut item: Item, items: &[Item]) -> Item {
    match &mut item.kind {
        ItemKind::Award(award) => {
            for require in &mut award.require {
                written_out(&mut require.condition, items);
            }
        }
        ItemKind::Kpi(kpi) => {
            [Some(&mut kpi.value), kpi.when.as_mut()]
                .into_iter()
                .flatten()
                .for_each(|expr| written_out(expr, items));
        }
        _ => {}
    }
    item
}

fn written_out(expr: &mut Expr, items: &[Item]) {
    let ExprKind::IsMet(name) = &expr.kind else {
        return expr.parts_mut().into_iter().for_each(|part| written_out(part, items));
    };
    let asked = items.iter().find_map(|item| match &item.kind {
        ItemKind::Obligation(rule) if rule.name.node == name.node => Some(rule),
        _ => None,
    });
    if let Some(rule) = asked {
        let parts: Vec<Expr> = rule.when.iter().chain([&rule.expect]).cloned().collect();
        let height = 1 + parts.iter().map(|part| part.height).max().unwrap_or(0);
        *expr = Expr { span: expr.span, kind: ExprKind::And(parts), height };
    }
}

/// An item that cites nothing and does not have to.
pub(super) fn quiet(mut item: Item) -> Item {
    let reason = || Some(Ground::Because(Localized::default()));
    match &mut item.kind {
        ItemKind::Period(_, ground) => *ground = reason(),
        ItemKind::Let(item) => {
            item.ground = reason();
            uncited(&mut item.value);
            // What is said of a record alters nothing, and may name what a variant does not have.
            item.message.iter_mut().for_each(|message| *message = Localized::default());
        }
        ItemKind::Table(item) => {
            item.ground = reason();
            item.rows.iter_mut().chain(&mut item.otherwise).for_each(|row| row.ground = reason());
        }
        ItemKind::Entity(item) => item.fields.iter_mut().for_each(|field| field.ground = None),
        ItemKind::Classify(item) => {
            item.rows.iter_mut().for_each(|row| {
                row.ground = reason();
                uncited(&mut row.guard);
            });
            if let Some((_, ground)) = &mut item.otherwise {
                *ground = reason();
            }
        }
        ItemKind::Tally(item) => {
            item.select.iter_mut().for_each(|select| {
                select.ground = reason();
                uncited(&mut select.condition);
            });
            item.require.iter_mut().for_each(|require| {
                require.ground = reason();
                uncited(&mut require.condition);
            });
            item.measures.iter_mut().filter_map(|measure| measure.of.as_mut()).for_each(uncited);
            item.targets.iter_mut().for_each(|target| {
                target.ground = reason();
                target.sum.iter_mut().for_each(uncited);
            });
            item.splits.iter_mut().for_each(|split| uncited(&mut split.by));
            item.ground = reason();
        }
        ItemKind::Once(item) => item.ground = reason(),
        ItemKind::Award(item) => {
            item.ground = reason();
            item.require.iter_mut().for_each(|require| require.ground = reason());
        }
        ItemKind::Kpi(item) => {
            item.ground = reason();
            item.when.iter_mut().chain([&mut item.value]).for_each(uncited);
        }
        ItemKind::Obligation(item) => item.ground = reason(),
        ItemKind::Check(item) => item.ground = reason(),
        _ => {}
    }
    item
}

/// The rows of cases without their citations.
fn uncited(expr: &mut Expr) {
    if let ExprKind::Case(case) = &mut expr.kind {
        let rows = case.rows.iter_mut().map(|row| &mut row.ground);
        rows.chain(case.otherwise.iter_mut().map(|(_, ground)| ground))
            .for_each(|ground| *ground = Some(Ground::Because(Localized::default())));
    }
    expr.parts_mut().into_iter().for_each(uncited);
}
