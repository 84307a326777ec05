//! Tallies that two packs have both, what reaches them, and the rules in between that they are
//! judged by.
//!
//! Not here: judging records (`records`).

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::apart::{Claimed, Ties};
use super::bundle::{Bundles, Cache};
use super::game::{Set, members, one};
use super::graph::{Graph, Kind};
use super::variant::{Draft, Variant};
use guiju_engine::data::Dataset;
use guiju_engine::eval::reference::{State, kpi};
use guiju_engine::pack::Pack;
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::Verdict;
use guiju_model::rules::{Node, Once, Rules, Step, Tally};

/// The most bundles that may alter one condition before they are all taken to matter: of so many,
/// making each alone and leaving each out alone are all mixtures there are.
const MOST_OF_CONDITION: u32 = 3;
/// The most variants of the rules that are ever compiled.
const MOST_VARIANTS: usize = 4_000;

/// What a record adds to each measure, where that is known.
pub(super) type Values = Vec<Option<Exact>>;

/// Where a record stands: entity, row and root.
pub(super) type Place = (EntityId, usize, usize);

/// One of the packs, its data and what it found.
pub(super) struct Judged<'a> {
    pub(super) variant: &'a Variant,
    pub(super) data: &'a Dataset,
    pub(super) state: &'a State,
}

/// Rules in between, made when they are asked for.
pub(super) struct Workshop<'a> {
    pub(super) draft: &'a Draft,
    pub(super) graph: &'a Graph,
    pub(super) bundles: &'a Bundles,
    pub(super) cache: Cache,
    /// Steps of evaluation that are left.
    pub(super) fuel: u64,
    /// Bytes that one mixture of rules may hold while it judges.
    pub(super) memory: u64,
}

impl Workshop<'_> {
    /// All bundles.
    pub(super) fn all(&self) -> Set {
        (0..self.bundles.len()).fold(0, |set, bundle| set | one(bundle))
    }

    /// The rules in which these bundles are made; `None` where they do not hold together or are too
    /// many.
    pub(super) fn variant(&mut self, set: Set) -> Option<Arc<Variant>> {
        if self.cache.len() > MOST_VARIANTS {
            return None;
        }
        let changes =
            members(set).filter_map(|bundle| self.bundles.get(bundle)).flatten().copied().collect();
        self.cache.variant(self.draft, changes).ok()
    }
}

/// A tally that both packs have and that some change reaches.
pub(super) struct TallyPair {
    pub(super) name: String,
    pub(super) tallies: [TallyId; 2],
    /// Its KPIs that both have, each by its number before and after.
    pub(super) kpis: Vec<(String, [KpiId; 2])>,
    /// The bundles that reach it, by whatever claims on keys bring in.
    pub(super) bundles: Set,
    /// Whether no change alters what it counts, sums and splits: then only verdicts matter.
    pub(super) plain: bool,
    /// Whether several changes decide which records are its business, so that one in between may be
    /// where it is not before or after.
    pub(super) wide: bool,
    /// Whether a rule over the whole programme decides about it.
    pub(super) programme: bool,
}

impl TallyPair {
    /// The tallies that both packs have and that some change reaches.
    pub(super) fn all(sides: &[Variant; 2], graph: &Graph, bundles: &Bundles) -> Vec<TallyPair> {
        let [before, after] = sides;
        let mut pairs = Vec::new();
        let reaching = |nodes: &BTreeSet<usize>| reaching(nodes, graph, bundles);
        for (index, tally) in before.pack.rules.tallies.entries() {
            let (Some(later), name) =
                (after.tallies.get(&tally.name).copied(), tally.name.as_str())
            else {
                continue;
            };
            let figures = reaching(&graph.upstream(Kind::Figures, name, true));
            let nodes = graph.upstream(Kind::Verdict, name, true);
            let (bundles, onces) = (reaching(&nodes) | figures, graph.names(Kind::Once, &nodes));
            let over_all = |(variant, tally): (&Variant, TallyId)| {
                let rules = &variant.pack.rules;
                let claimed = |once: &Once| once.within_programme && onces.contains(&once.name);
                rules.onces.iter().any(claimed) || hangs_on_award(rules, tally)
            };
            let programme = [(before, index), (after, later)].into_iter().any(over_all);
            let plain = figures == 0;
            let wide = reaching(&graph.upstream(Kind::Scope, name, true)).count_ones() > 1;
            let kpis = both(tally, &after.pack.rules.tallies[later], sides);
            if bundles != 0 {
                pairs.push(TallyPair {
                    name: name.to_owned(),
                    tallies: [index, later],
                    kpis,
                    bundles,
                    plain,
                    wide,
                    programme,
                });
            }
        }
        pairs
    }

    /// What is compared of a record: what it adds to each KPI or, where only its verdict matters,
    /// whether it counts.
    pub(super) fn values(
        &self,
        judged: &Judged<'_>,
        tally: TallyId,
        numbers: &[Option<KpiId>],
        place: Place,
    ) -> Values {
        let (rules, (entity, row, root)) = (&judged.variant.pack.rules, place);
        let is_of = rules.tallies.get(tally).is_some_and(|tally| tally.entity == entity);
        // A tally of other records has nothing from this one.
        let verdict = judged
            .state
            .verdicts
            .get(tally)
            .and_then(|sheet| sheet.verdicts.get(row))
            .filter(|_| is_of);
        let verdict = verdict.copied().unwrap_or(Verdict::OUT_OF_SCOPE);
        if self.plain {
            return vec![match verdict {
                Verdict::COUNTED => Some(Exact::ONE),
                Verdict::UNDETERMINED => None,
                _ => Some(Exact::ZERO),
            }];
        }
        if !is_of {
            return vec![Some(Exact::ZERO); numbers.len()];
        }
        numbers
            .iter()
            .map(|number| {
                kpi::of_record(rules, judged.data, judged.state, (*number)?, (root, row), verdict)
            })
            .collect()
    }

    /// The same under one of the packs.
    pub(super) fn side_values(&self, side: usize, judged: &Judged<'_>, place: Place) -> Values {
        let numbers: Vec<Option<KpiId>> =
            self.kpis.iter().map(|(_, numbers)| Some(numbers[side])).collect();
        self.values(judged, self.tallies[side], &numbers, place)
    }

    /// What a record would add to each KPI if it counted, where that is all there is to know.
    pub(super) fn worth(&self, before: &Judged<'_>, (_, row, root): Place) -> Option<Values> {
        let rules = &before.variant.pack.rules;
        let one = |(_, numbers): &(String, [KpiId; 2])| {
            kpi::of_record(
                rules,
                before.data,
                before.state,
                numbers[0],
                (root, row),
                Verdict::COUNTED,
            )
        };
        self.plain.then(|| self.kpis.iter().map(one).collect())
    }
}

/// Whether the verdicts of a tally follow from an award, which ties a record to all it is compared
/// with, and to whatever these hang on.
fn hangs_on_award(rules: &Rules, tally: TallyId) -> bool {
    if rules.awards.is_empty() {
        return false;
    }
    let flow = rules.flow();
    let reads = flow.reads();
    let (mut open, mut met) = (vec![flow.at(Node::Tally(tally))], BTreeSet::new());
    while let Some(at) = open.pop() {
        if matches!(flow.node(at), Some(Node::Award(_))) {
            return true;
        }
        if met.insert(at) {
            open.extend(reads.get(at).into_iter().flatten());
        }
    }
    false
}

/// The KPIs that two tallies of one name have both, each by its number before and after.
fn both(old: &Tally, new: &Tally, sides: &[Variant; 2]) -> Vec<(String, [KpiId; 2])> {
    let of = |tally: &Tally| -> Vec<KpiId> {
        let parts = tally.splits.iter().flat_map(|split| split.parts.iter().copied());
        tally.measures.iter().map(|measure| measure.kpi).chain(parts).collect()
    };
    let later = of(new);
    let found = of(old).into_iter().filter_map(|kpi| {
        let name = &sides[0].pack.rules.kpis.get(kpi)?.name;
        let twin = sides[1].kpis.get(name).filter(|twin| later.contains(twin))?;
        Some((name.clone(), [kpi, *twin]))
    });
    found.collect()
}

/// What the verdicts of a tally on some records depend on.
pub(super) struct Reach {
    pub(super) bundles: Set,
    /// Those among them that are taken to matter to every record: they alter more than conditions,
    /// or conditions that many others alter.
    pub(super) always: Set,
    pub(super) tallies: BTreeSet<String>,
    onces: HashSet<String>,
}

impl Reach {
    /// What decides about records of a tally that are tied to others by these claims.
    pub(super) fn new(
        pair: &TallyPair,
        ties: &Ties<'_>,
        claimed: &Claimed,
        workshop: &Workshop<'_>,
    ) -> Reach {
        let graph = workshop.graph;
        // A rule over the whole programme may tie a record to any other.
        let mut nodes = graph.upstream(Kind::Verdict, &pair.name, pair.programme);
        nodes.extend(graph.upstream(Kind::Figures, &pair.name, false));
        let mut onces =
            if pair.programme { graph.names(Kind::Once, &nodes) } else { HashSet::new() };
        let mut tallies: BTreeSet<String> =
            graph.names(Kind::Verdict, &nodes).into_iter().collect();
        if !claimed.onces.is_empty() {
            for name in ties.named(&claimed.tallies) {
                nodes.extend(graph.upstream(Kind::Verdict, name, false));
            }
            for once in ties.named(&claimed.onces) {
                nodes.extend(graph.node_of(Kind::Once, once));
                // All who may claim are judged, though what reaches the others does not matter
                // here.
                tallies.extend(graph.names(Kind::Verdict, &graph.upstream(Kind::Once, once, true)));
                onces.insert(once.to_owned());
            }
        }
        let reaching = |nodes: &BTreeSet<usize>| reaching(nodes, graph, workshop.bundles);
        let bundles = reaching(&nodes);
        // A formula for what is summed is not looked at apart from the verdict.
        let figures = if pair.plain {
            0
        } else {
            reaching(&graph.upstream(Kind::Figures, &pair.name, false))
        };
        let claims =
            reaching(&onces.iter().filter_map(|once| graph.node_of(Kind::Once, once)).collect());
        let conditions =
            tallies.iter().flat_map(|tally| graph.conditions(tally)).map(|nodes| reaching(&nodes));
        // Besides what a condition mentions, a change of the condition itself alters it.
        let crowded = conditions
            .filter(|altering| altering.count_ones() >= MOST_OF_CONDITION)
            .fold(0, |all, altering| all | altering);
        Reach { bundles, always: (figures | claims | crowded) & bundles, tallies, onces }
    }

    /// The steps of a variant that decide about the records.
    pub(super) fn steps(&self, variant: &Variant) -> Pack {
        let rules = &variant.pack.rules;
        // What goes back from the programme to its roots needs all rules.
        if variant.pack.reads_back() {
            return variant.pack.clone();
        }
        let wanted = |step: &&Step| match step {
            Step::Tally(tally) => {
                rules.tallies.get(*tally).is_some_and(|tally| self.tallies.contains(&tally.name))
            }
            Step::Once(once) => {
                rules.onces.get(*once).is_some_and(|once| self.onces.contains(&once.name))
            }
        };
        Pack::new(
            Arc::clone(rules),
            variant.pack.steps.iter().filter(wanted).copied().collect(),
            Vec::new(),
        )
    }
}

/// The bundles that alter anything among these.
fn reaching(nodes: &BTreeSet<usize>, graph: &Graph, bundles: &Bundles) -> Set {
    let reached = |changes: &Vec<usize>| changes.iter().any(|change| graph.reaches(*change, nodes));
    bundles
        .iter()
        .enumerate()
        .filter(|(_, changes)| reached(changes))
        .fold(0, |set, (at, _)| set | one(at))
}
