//! What each change did to figures that are computed from others: KPIs of a root, and those of the
//! programme.
//!
//! Records need not be judged again: what the changes did to the figures a formula reads is known,
//! and the formula is computed with some of those differences made and without the others. Not
//! here: how that becomes shares (`game`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::game::{Derived, MAX_BUNDLES, Set, derived, members, one, total};
use super::graph::{Graph, Kind};
use super::linear::is_linear;
use super::records::Dividends;
use super::tallies::{Judged, Workshop};
use super::variant::Variant;
use guiju_engine::data::Dataset;
use guiju_engine::eval::reference::State;
use guiju_engine::eval::reference::kpi::of_formula;
use guiju_engine::eval::reference::programme::of_programme;
use guiju_model::index::{KpiId, List};
use guiju_model::needs::Needs;
use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{KpiKind, KpiScope};

/// The most mixtures that are computed for one root, or for the programme.
const MOST_MIXTURES: usize = 256;
/// The most bundles that may alter one formula before their mixtures are too many.
const MOST_ALTERING: u32 = 4;

/// A KPI that the rules of both packs have, with what stands beside them.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub(super) name: String,
    /// Its number before and after.
    pub(super) numbers: [KpiId; 2],
    /// Whether it is computed from others.
    pub(super) formula: bool,
    /// The bundles that alter how it is computed, where it is a plain sum of what it reads.
    pub(super) linear: Option<Set>,
    /// Whether some formula of the root reads it.
    pub(super) read: bool,
    /// Whether a change alters anything it is made of.
    pub(super) touched: bool,
}

impl Figure {
    /// A KPI of both packs.
    pub(super) fn new(
        name: &str,
        numbers: [KpiId; 2],
        sides: &[Variant; 2],
        graph: &Graph,
        bundles: &[Vec<usize>],
    ) -> Figure {
        let is_formula = |side: usize| {
            matches!(
                sides[side].pack.rules.kpis.get(numbers[side]).map(|kpi| &kpi.kind),
                Some(KpiKind::Formula(_))
            )
        };
        let mut nodes = graph.upstream(Kind::Kpi, name, false);
        let scope = |side: usize, name: &str| {
            Some(sides[side].pack.rules.kpis.get(*sides[side].kpis.get(name)?)?.scope)
        };
        if scope(1, name).is_some_and(|scope| scope != KpiScope::Root) {
            // What alters the KPIs of roots is divided there.
            let of_root =
                |name: &String| (0..2).any(|side| scope(side, name) == Some(KpiScope::Root));
            let names = graph.names(Kind::Kpi, &nodes);
            names
                .iter()
                .filter(|name| of_root(name))
                .for_each(|name| graph.leave(Kind::Kpi, name, &mut nodes));
        }
        let altering = bundles.iter().enumerate().filter(|(_, changes)| {
            changes.iter().any(|change| graph.alters_formula(*change, &nodes))
        });
        let altering = altering.fold(0, |set: Set, (at, _)| set | one(at));
        let linear = (0..2).all(|side| is_linear(&sides[side].pack.rules, numbers[side]))
            && altering.count_ones() <= MOST_ALTERING;
        let formula = is_formula(0) || is_formula(1);
        let made_of =
            graph.upstream(Kind::Kpi, name, true).into_iter().chain((0..2).flat_map(|side| {
                let rules = &sides[side].pack.rules;
                let tally = rules.kpis.get(numbers[side]).and_then(|kpi| match kpi.kind {
                    KpiKind::Measure { tally, .. } | KpiKind::Part { tally, .. } => {
                        rules.tallies.get(tally)
                    }
                    KpiKind::Formula(_) => None,
                });
                let kinds = tally.into_iter().flat_map(|tally| {
                    [Kind::Verdict, Kind::Figures].map(|kind| (kind, &tally.name))
                });
                kinds
                    .flat_map(|(kind, tally)| graph.upstream(kind, tally, true))
                    .collect::<Vec<usize>>()
            }));
        let made_of: BTreeSet<usize> = made_of.collect();
        let touched = bundles.iter().flatten().any(|change| graph.reaches(*change, &made_of));
        Figure {
            name: name.to_owned(),
            numbers,
            formula,
            linear: linear.then_some(altering),
            read: false,
            touched,
        }
    }
}

/// What the changes did to the figures of one root, by number among the figures.
pub(super) type Games = BTreeMap<usize, Dividends>;

/// Formulas computed under rules in between.
pub(super) struct Formulas<'a> {
    data: &'a Dataset,
    before: &'a Judged<'a>,
    figures: &'a [Figure],
    /// Bundles that alter formulas; the others only alter what formulas read.
    bundles: Set,
    plans: HashMap<Set, Option<Arc<Laid>>>,
    state: State,
    /// By root and figure, what changes alter without a difference that could be divided: nobody
    /// knows it with some of them made.
    undivided: BTreeSet<(usize, usize)>,
}

/// A pack in between, and where its KPIs are found.
struct Laid {
    variant: Arc<Variant>,
    data: Dataset,
    /// For each KPI of a root: whether it is a formula, its number before, and its figure.
    kpis: List<KpiId, (bool, Option<KpiId>, Option<usize>)>,
    /// Formulas of the root in an order in which each can be computed.
    order: Vec<KpiId>,
}

impl<'a> Formulas<'a> {
    pub(super) fn new(
        data: &'a Dataset,
        before: &'a Judged<'a>,
        figures: &'a [Figure],
        bundles: Set,
    ) -> Formulas<'a> {
        let state = State::of(vec![List::new(); data.len()], List::new());
        Formulas {
            data,
            before,
            figures,
            bundles,
            plans: HashMap::new(),
            state,
            undivided: BTreeSet::new(),
        }
    }

    fn laid(&mut self, set: Set, workshop: &mut Workshop<'_>) -> Option<Arc<Laid>> {
        let set = set & self.bundles;
        if let Some(known) = self.plans.get(&set) {
            return known.clone();
        }
        let laid = workshop.variant(set).map(|variant| {
            let rules = &variant.pack.rules;
            let of_root = || rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root);
            let kpis = of_root().map(|kpi| {
                let figure = self.figures.iter().position(|figure| figure.name == kpi.name);
                (
                    matches!(kpi.kind, KpiKind::Formula(_)),
                    self.before.variant.kpis.get(&kpi.name).copied(),
                    figure,
                )
            });
            let kpis: List<KpiId, _> = kpis.collect();
            let order = variant
                .pack
                .kpi_order
                .iter()
                .copied()
                .filter(|kpi| kpis.get(*kpi).is_some_and(|(formula, ..)| *formula));
            let order = order.collect();
            Arc::new(Laid { data: self.data.for_schema(&rules.schema), kpis, order, variant })
        });
        self.plans.insert(set, laid.clone());
        laid
    }

    /// The formulas among these figures for one root, with the bundles of `set` made.
    fn values(
        &mut self,
        root: usize,
        set: Set,
        games: &Games,
        wanted: &[usize],
        workshop: &mut Workshop<'_>,
    ) -> Vec<Option<Exact>> {
        let Some(laid) = self.laid(set, workshop) else { return vec![None; wanted.len()] };
        let before = &self.before.state.kpis[root];
        let value = |(formula, number, figure): &(bool, Option<KpiId>, Option<usize>)| {
            if *formula || self.is_undivided(root, *figure) {
                return open();
            }
            let before = number.and_then(|number| before.get(number)).cloned().unwrap_or_else(open);
            match figure.and_then(|figure| games.get(&figure)) {
                Some(dividends) => made(&before, dividends, set),
                None => before,
            }
        };
        self.state.kpis[root] = laid.kpis.iter().map(value).collect();
        let rules = &laid.variant.pack.rules;
        for kpi in &laid.order {
            if let Some(value) = of_formula(rules, &laid.data, &self.state, root, *kpi) {
                self.state.kpis[root][*kpi] = value;
            }
        }
        let found = wanted.iter().map(|figure| {
            let kpi = laid.variant.kpis.get(&self.figures.get(*figure)?.name)?;
            known(self.state.kpis[root].get(*kpi)?)
        });
        let found = found.collect();
        self.state.kpis[root] = List::new();
        found
    }

    /// Adds the games of the formulas of a root to those of its tallies.
    pub(super) fn of_root(
        &mut self,
        root: usize,
        after: &Judged<'_>,
        games: &mut Games,
        workshop: &mut Workshop<'_>,
    ) {
        self.note_undivided(root, after, games, |figure| !figure.formula);
        let formulas: Vec<usize> = (0..self.figures.len())
            .filter(|at| self.figures.get(*at).is_some_and(|figure| figure.formula))
            .collect();
        let wanted: Vec<Derived> = formulas
            .iter()
            .filter_map(|at| self.figures.get(*at))
            .map(|figure| {
                let [before, after] =
                    [(self.before, figure.numbers[0]), (after, figure.numbers[1])].map(
                        |(judged, number)| judged.state.kpis[root].get(number).and_then(known),
                    );
                let total =
                    before.as_ref().zip(after).and_then(|(before, after)| after.sub(before).ok());
                Derived { before, total, linear: figure.linear }
            })
            .collect();
        let read = games
            .iter()
            .filter(|(figure, _)| self.figures.get(**figure).is_some_and(|figure| figure.read));
        let supports = supports(read.map(|(_, dividends)| dividends), self.bundles);
        // One bundle has all of every difference; of several, each may make one where all together
        // make none.
        let changes =
            |wanted: &Derived| wanted.total.as_ref().is_some_and(|total| !total.is_zero());
        if supports.len() < 2 && !wanted.iter().any(changes) {
            self.note_undivided(root, after, games, |figure| figure.formula);
            return;
        }
        let found = derived(&supports, &wanted, MOST_MIXTURES, |set| {
            self.values(root, set, games, &formulas, workshop)
        });
        for ((figure, wanted), found) in formulas.into_iter().zip(wanted).zip(found) {
            let Some(total) = wanted.total else { continue };
            if found.is_none() && total.is_zero() {
                self.undivided.insert((root, figure));
            }
            let mut dividends =
                found.unwrap_or_else(|| BTreeMap::from([(one(MAX_BUNDLES), total)]));
            dividends.retain(|_, dividend| !dividend.is_zero());
            if !dividends.is_empty() {
                games.insert(figure, dividends);
            }
        }
        self.note_undivided(root, after, games, |figure| figure.formula);
    }

    /// Notes the figures of a root that changes alter where there is no number before or after.
    fn note_undivided(
        &mut self,
        root: usize,
        after: &Judged<'_>,
        games: &Games,
        of: impl Fn(&Figure) -> bool,
    ) {
        for (at, figure) in
            self.figures.iter().enumerate().filter(|(_, figure)| figure.touched && of(figure))
        {
            let is_known = |judged: &Judged<'_>, number: KpiId| {
                judged.state.kpis[root].get(number).and_then(known).is_some()
            };
            let both =
                is_known(self.before, figure.numbers[0]) && is_known(after, figure.numbers[1]);
            if !both && !games.contains_key(&at) {
                self.undivided.insert((root, at));
            }
        }
    }

    fn is_undivided(&self, root: usize, figure: Option<usize>) -> bool {
        figure.is_some_and(|figure| self.undivided.contains(&(root, figure)))
    }

    /// The games of the KPIs of the programme, from those of its roots.
    pub(super) fn of_programme(
        &mut self,
        games: &BTreeMap<usize, Games>,
        names: &[String],
        wanted: &[Derived],
        workshop: &mut Workshop<'_>,
    ) -> Vec<Option<Dividends>> {
        let supports = supports(games.values().flat_map(Games::values), self.bundles);
        let mut last: Option<Arc<Laid>> = None;
        derived(&supports, wanted, MOST_MIXTURES, |set| {
            let Some(laid) = self.laid(set, workshop) else { return vec![None; names.len()] };
            if !last.as_ref().is_some_and(|last| Arc::ptr_eq(last, &laid)) {
                self.lay_roots(&laid);
                last = Some(Arc::clone(&laid));
            }
            for (root, games) in games {
                for (kpi, (_, number, figure)) in laid.kpis.entries() {
                    if let (Some(number), Some(dividends)) =
                        (number, figure.and_then(|figure| games.get(&figure)))
                    {
                        self.state.kpis[*root][kpi] =
                            made(&self.before.state.kpis[*root][*number], dividends, set);
                    }
                }
            }
            let found = of_programme(&laid.variant.pack, &laid.data, &self.state);
            let value = |name: &String| {
                let kpi = laid.variant.kpis.get(name)?;
                found.iter().find(|(index, _)| index == kpi).and_then(|(_, value)| known(value))
            };
            names.iter().map(value).collect()
        })
    }

    /// All roots as they were before, as a pack in between numbers its KPIs.
    fn lay_roots(&mut self, laid: &Laid) {
        for (root, before) in self.before.state.kpis.iter().enumerate() {
            let value = |(_, number, figure): &(bool, Option<KpiId>, Option<usize>)| match number
                .and_then(|number| before.get(number))
            {
                Some(before) if !self.is_undivided(root, *figure) => before.clone(),
                _ => open(),
            };
            self.state.kpis[root] = laid.kpis.iter().map(value).collect();
        }
    }
}

/// A figure of which nothing is known.
fn open() -> KpiValue {
    KpiValue::Undetermined { low: None, high: None, may_be_none: true, needs: Needs::default() }
}

/// The sets of bundles through which figures depend on changes, and each bundle that alters
/// formulas.
fn supports<'d>(games: impl Iterator<Item = &'d Dividends>, altering: Set) -> Vec<Set> {
    let read: BTreeSet<Set> = games
        .flat_map(|dividends| dividends.keys().copied())
        .chain(members(altering).map(one))
        .collect();
    read.into_iter().collect()
}

/// The value of a KPI, where it is known.
pub(super) fn known(value: &KpiValue) -> Option<Exact> {
    match value {
        KpiValue::Known(value) => Some(value.clone()),
        _ => None,
    }
}

/// A figure with the bundles of a set made.
fn made(before: &KpiValue, dividends: &Dividends, set: Set) -> KpiValue {
    let value = known(before).and_then(|before| {
        let difference = total(
            dividends
                .iter()
                .filter(|(smaller, _)| **smaller & set == **smaller)
                .map(|(_, dividend)| dividend),
        )
        .ok()?;
        before.add(&difference).ok()
    });
    value.map_or_else(open, KpiValue::Known)
}
