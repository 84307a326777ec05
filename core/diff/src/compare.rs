//! Two packs over the same data, and what every change did to what they find there.
//!
//! Not here: the parts of the work, each in its own file: what can be mixed (`common`, `variant`,
//! `bundle`), what depends on what (`graph`), records (`records`), formulas (`figures`), shares
//! (`game`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::apart::{RootTies, Ties};
use super::bundle::{Bundles, Cache, bundles};
use super::common::Common;
use super::figures::{Figure, Formulas, Games, known};
use super::force::Force;
use super::found::{DataDiff, Found};
use super::game::{self, Derived, MAX_BUNDLES, Set, one};
use super::graph::{Graph, Kind};
use super::pieces::{Matched, matched};
use super::records::{Divided, Dividends, divide};
use super::tallies::{Judged, TallyPair, Workshop};
use super::{RuleDiff, clauses};
use guiju_compiler::source_pack::SourcePack;
use guiju_engine::data::Dataset;
use guiju_engine::eval::reference::State;
use guiju_engine::watch::{Progress, Watch};
use guiju_model::diagnostic::Diagnostic;
use guiju_model::index::KpiId;
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::outcome::Abort;
use guiju_model::rules::{KpiKind, KpiScope};
use guiju_model::schema::Schema;
use guiju_model::text::Locale;

/// Roots that are worked on together: enough for an evaluator to be quick, few enough to fit in
/// little memory.
const BLOCK: usize = 256;
/// The units in which progress is told: the packs as they are take the most, each the same.
const PROGRESS: u64 = 1_000;
const EACH_PACK: u64 = 350;

/// Two packs that the same data can be judged by, and the rules between them.
///
/// ```
/// use std::sync::Arc;
/// use guiju::{Comparison, Limits, SourcePack, Parsed, Source, read_json};
/// let pack = |name: &str, least: &str| -> SourcePack {
///     let rules = format!(
///         "pack {name}\nentity market {{ key id: text }}\nentity shop in market {{ key name: text  rent: money  open: bool }}\n\
///          tally shops in 家 from shop {{\n  require rent >= {least} else \"租金不足\"  because \"示範\"\n  count\n}}"
///     );
///     Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default()).check().into_pack().expect("sound rules")
/// };
/// let limits = Limits::default();
/// let packs = Arc::new(Comparison::new(&pack("a_107", "500 元"), &pack("a_108", "800 元"))?);
/// let text = r#"{"markets": [{"id": "M1", "shop": [{"name": "甲", "rent": "600"}, {"name": "乙", "rent": "900"}]}]}"#;
/// let data = read_json(text, None, packs.schema(), &limits).expect("sound data");
/// let found = packs.judge(&data, None, &limits)?;
/// let figure = found.figures(0).next().expect("the number of shops is another");
/// assert_eq!(figure.difference, Some((-1).into()));
/// let shares = figure.shares.expect("both numbers are known");
/// assert_eq!(packs.rules().changes[packs.bundles()[shares.by[0].0][0]].id, "tally:shops/require/1");
/// assert_eq!(shares.by[0].1, (-1).into());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Comparison {
    rules: RuleDiff,
    common: Common,
    graph: Graph,
    bundles: Bundles,
    cache: Cache,
    /// The names of all that each pack itself has, without what stands beside it.
    own: [Own; 2],
}

/// What a pack itself has.
pub(super) struct Own {
    pub(super) kpis: HashSet<String>,
    pub(super) tallies: HashSet<String>,
}

/// Why two packs cannot be compared on data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// No data could be read by both: they describe different things.
    #[error("the two packs do not describe the same data{}", problem.as_ref().map(|problem| format!(": {}", problem.message(Locale::En))).unwrap_or_default())]
    OtherData {
        /// The first thing in one pack that does not hold over the data of the other.
        problem: Option<Box<Diagnostic>>,
    },
}

/// What shares the memory of a comparison: both outcomes, and a mixture of the rules at a time.
const SHARES: u64 = 3;

/// What ended the work, with the limits that the caller gave.
fn bound_of_all(abort: Abort, limits: &Limits) -> Abort {
    match abort {
        Abort::Fuel { .. } => Abort::Fuel { limit: limits.fuel },
        Abort::Memory { asked, by, .. } => {
            Abort::Memory { limit: limits.memory, asked: asked.saturating_mul(SHARES), by }
        }
        other => other,
    }
}

impl Comparison {
    /// Lays two packs over one data model and finds out which of their differences can be made one
    /// by one.
    ///
    /// # Errors
    /// [`DiffError`] where the packs do not describe the same data.
    pub fn new(before: &SourcePack, after: &SourcePack) -> Result<Comparison, DiffError> {
        let old = Force::of(before, 0);
        let new = Force::of(after, old.files());
        let matched = matched(&old, &new);
        let common = Common::new(&old, &new, &matched, &after.limits)?;
        let graph = Graph::new(&old, &new, &matched);
        let mut cache = Cache::default();
        let mut bundles = bundles(&common.draft, &old, &new, &matched, &mut cache);
        if bundles.len() > MAX_BUNDLES {
            bundles = vec![bundles.concat()];
        }
        let groups = clauses::groups(&matched.changes, &old, &new);
        let Matched { changes, .. } = matched;
        let rules = RuleDiff {
            before: super::PackName::of(before),
            after: super::PackName::of(after),
            changes,
            groups,
        };
        let own = [before, after].map(|pack| Own {
            kpis: pack.rules.kpis.iter().map(|kpi| kpi.name.clone()).collect(),
            tallies: pack.rules.tallies.iter().map(|tally| tally.name.clone()).collect(),
        });
        Ok(Comparison { rules, common, graph, bundles, cache, own })
    }

    /// What changed in the rules.
    pub fn rules(&self) -> &RuleDiff {
        &self.rules
    }

    /// What the data is to be read with: the entities and fields of both packs.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.common.schema
    }

    /// The changes that can alter figures, as indices of the rules' changes; those that only make
    /// sense together in one list.
    pub fn bundles(&self) -> &[Vec<usize>] {
        &self.bundles
    }

    /// Judges data by both packs, and says what each change did: for all roots and the programme,
    /// or for one root only.
    ///
    /// # Errors
    /// [`Abort`] where a limit stops the work, or where the data was read with another schema.
    pub fn judge(
        self: &Arc<Self>,
        data: &Dataset,
        root: Option<usize>,
        limits: &Limits,
    ) -> Result<DataDiff, Abort> {
        self.judge_watched(data, root, limits, &mut |_| ControlFlow::Continue(()))
    }

    /// The same while the host watches, at most some hundred times; breaking stops the work.
    ///
    /// # Errors
    /// As [`Comparison::judge`], and [`Abort::Stopped`] where `watch` broke off.
    pub fn judge_watched(
        self: &Arc<Self>,
        data: &Dataset,
        root: Option<usize>,
        limits: &Limits,
        watch: &mut Watch<'_>,
    ) -> Result<DataDiff, Abort> {
        if data.schema != self.common.schema {
            return Err(Abort::WrongSchema);
        }
        // Both outcomes are held at once, and so are the verdicts by mixtures of the rules.
        let share = limits.memory / SHARES;
        let each = Limits { memory: share, ..limits.clone() };
        let bound = |abort| bound_of_all(abort, limits);
        let before = self.side(0, data, &each, watch).map_err(bound)?;
        let after = self.side(1, data, &each, watch).map_err(bound)?;
        let mut found = DataDiff::new(Arc::clone(self), data.clone(), [before, after], root);
        let shared = self.share(&found, &each, watch).map_err(bound)?;
        found.take(shared);
        Ok(found)
    }

    /// One of the packs on all data.
    fn side(
        &self,
        side: usize,
        data: &Dataset,
        limits: &Limits,
        watch: &mut Watch<'_>,
    ) -> Result<Found, Abort> {
        let pack = &self.common.sides[side].pack;
        let data = data.for_schema(&pack.rules.schema);
        let base = EACH_PACK * side as u64;
        let outcome = pack.evaluate_watched(&data, limits, &mut |progress| {
            let part = u128::from(progress.done) * u128::from(EACH_PACK)
                / u128::from(progress.total.max(1));
            watch(Progress { done: base + part as u64, total: PROGRESS })
        })?;
        let mut outcome = outcome.into_outcome();
        let verdicts = std::mem::take(&mut outcome.verdicts);
        let kpis = outcome.roots.iter_mut().map(|root| std::mem::take(&mut root.kpis)).collect();
        let state = State::of(kpis, verdicts).with_awards(&outcome).with_figures(pack, &data);
        let obligations = outcome.roots.into_iter().map(|root| root.obligations).collect();
        Ok(Found { data, state, obligations, programme: outcome.programme })
    }

    /// Divides every difference among the bundles.
    fn share(
        &self,
        found: &DataDiff,
        limits: &Limits,
        watch: &mut Watch<'_>,
    ) -> Result<Shared, Abort> {
        let [old, new] = &self.common.sides;
        let judged = [(old, &found.sides[0]), (new, &found.sides[1])]
            .map(|(variant, side)| Judged { variant, data: &side.data, state: &side.state });
        let mut workshop = Workshop {
            draft: &self.common.draft,
            graph: &self.graph,
            bundles: &self.bundles,
            cache: self.cache.clone(),
            fuel: limits.fuel,
            memory: limits.memory,
        };
        let pairs: Vec<TallyPair> = TallyPair::all(&self.common.sides, &self.graph, &self.bundles);
        let figures = self.figures();
        let numbers: HashMap<&str, usize> =
            figures.iter().enumerate().map(|(at, figure)| (figure.name.as_str(), at)).collect();
        let ties = Ties::new(
            &found.data,
            [(old, &found.sides[0].state), (new, &found.sides[1].state)],
            &|name| pairs.iter().any(|pair| pair.wide && pair.name == name),
        );
        let mut formulas = Formulas::new(&found.data, &judged[0], &figures, self.formula_bundles());
        let wanted: Vec<usize> =
            found.root.map_or_else(|| (0..found.data.len()).collect(), |root| vec![root]);
        let mut games: BTreeMap<usize, Games> = BTreeMap::new();
        // A rule over the whole programme makes every evaluation one of all roots: as few as
        // possible.
        for pair in pairs.iter().filter(|pair| pair.programme) {
            let roots: Vec<RootTies<'_, '_>> =
                wanted.iter().map(|root| ties.of_root(*root)).collect();
            collect(
                pair,
                divide(pair, &judged, &found.data, &ties, &roots, &mut workshop)?,
                &numbers,
                &mut games,
            );
        }
        let blocks = wanted.len().div_ceil(BLOCK).max(1) as u64;
        for (number, block) in wanted.chunks(BLOCK).enumerate() {
            let done = 2 * EACH_PACK + (PROGRESS - 2 * EACH_PACK) * number as u64 / blocks;
            if watch(Progress { done, total: PROGRESS }).is_break() {
                return Err(Abort::Stopped);
            }
            let roots: Vec<RootTies<'_, '_>> =
                block.iter().map(|root| ties.of_root(*root)).collect();
            for pair in pairs.iter().filter(|pair| !pair.programme) {
                collect(
                    pair,
                    divide(pair, &judged, &found.data, &ties, &roots, &mut workshop)?,
                    &numbers,
                    &mut games,
                );
            }
            for root in block {
                let mut of_root = games.remove(root).unwrap_or_default();
                complete(&judged, &figures, *root, &mut of_root, one(MAX_BUNDLES));
                formulas.of_root(*root, &judged[1], &mut of_root, &mut workshop);
                if !of_root.is_empty() {
                    games.insert(*root, of_root);
                }
            }
        }
        let programme = if found.root.is_some() {
            Vec::new()
        } else {
            self.programme(found, &games, &mut formulas, &mut workshop)
        };
        Ok(Shared { figures, games, programme })
    }

    /// The differences of the programme's own KPIs.
    fn programme(
        &self,
        found: &DataDiff,
        games: &BTreeMap<usize, Games>,
        formulas: &mut Formulas<'_>,
        workshop: &mut Workshop<'_>,
    ) -> Vec<(String, Dividends)> {
        let totals = found.programme_totals();
        let wanted: Vec<Derived> = totals
            .iter()
            .map(|(name, numbers, before, total)| Derived {
                before: before.clone(),
                total: total.clone(),
                linear: self.figure(name, *numbers).linear,
            })
            .collect();
        let names: Vec<String> = totals.into_iter().map(|(name, ..)| name).collect();
        if wanted.iter().all(|wanted| wanted.total.is_none()) {
            return Vec::new();
        }
        let divided = formulas.of_programme(games, &names, &wanted, workshop);
        let mut list = Vec::new();
        for ((name, wanted), dividends) in names.into_iter().zip(wanted).zip(divided) {
            let Some(total) = wanted.total else { continue };
            let mut dividends =
                dividends.unwrap_or_else(|| BTreeMap::from([(one(MAX_BUNDLES), total)]));
            dividends.retain(|_, dividend| !dividend.is_zero());
            list.push((name, dividends));
        }
        list
    }

    /// The KPIs of roots that both packs have, each with what the other has beside it.
    fn figures(&self) -> Vec<Figure> {
        let [old, new] = &self.common.sides;
        let of_root = old.pack.rules.kpis.entries().filter(|(_, kpi)| kpi.scope == KpiScope::Root);
        let both = of_root.filter_map(|(number, kpi)| {
            let later = *new.kpis.get(&kpi.name)?;
            let is_of_root = new.pack.rules.kpis[later].scope == KpiScope::Root;
            is_of_root.then(|| self.figure(&kpi.name, [number, later]))
        });
        let mut figures: Vec<Figure> = both.collect();
        let formulas = figures.iter().filter(|figure| figure.formula);
        let read: HashSet<String> = formulas
            .flat_map(|figure| {
                let nodes = self.graph.upstream(Kind::Kpi, &figure.name, false);
                self.graph
                    .names(Kind::Verdict, &nodes)
                    .into_iter()
                    .chain(self.graph.names(Kind::Figures, &nodes))
            })
            .collect();
        for figure in &mut figures {
            let tally = match old.pack.rules.kpis[figure.numbers[0]].kind {
                KpiKind::Measure { tally, .. } | KpiKind::Part { tally, .. } => tally,
                KpiKind::Formula(_) => continue,
            };
            figure.read = read.contains(&old.pack.rules.tallies[tally].name);
        }
        figures
    }

    fn figure(&self, name: &str, numbers: [KpiId; 2]) -> Figure {
        Figure::new(name, numbers, &self.common.sides, &self.graph, &self.bundles)
    }

    /// The bundles that alter formulas.
    fn formula_bundles(&self) -> Set {
        let formulas = self.graph.all(Kind::Kpi);
        let alters = |changes: &[usize]| {
            changes.iter().any(|change| self.graph.alters_formula(*change, &formulas))
        };
        self.bundles
            .iter()
            .enumerate()
            .filter(|(_, changes)| alters(changes))
            .fold(0, |set, (at, _)| set | one(at))
    }

    pub(super) fn common(&self) -> &Common {
        &self.common
    }

    pub(super) fn own(&self) -> &[Own; 2] {
        &self.own
    }
}

/// What was divided, for [`DataDiff`].
pub(super) struct Shared {
    pub(super) figures: Vec<Figure>,
    pub(super) games: BTreeMap<usize, Games>,
    /// KPIs of the programme by name.
    pub(super) programme: Vec<(String, Dividends)>,
}

/// Notes what was found for a tally with the figures of each root.
fn collect(
    pair: &TallyPair,
    found: Divided,
    numbers: &HashMap<&str, usize>,
    games: &mut BTreeMap<usize, Games>,
) {
    for ((at, root), dividends) in found {
        if let Some(figure) = pair.kpis.get(at).and_then(|(name, _)| numbers.get(name.as_str())) {
            games.entry(root).or_default().insert(*figure, dividends);
        }
    }
}

/// Makes the differences of a root's tallies complete: what no record explains was done together;
/// what is not known is not divided.
fn complete(
    judged: &[Judged<'_>; 2],
    figures: &[Figure],
    root: usize,
    games: &mut Games,
    together: Set,
) {
    for (at, figure) in figures.iter().enumerate() {
        let rule = judged[0].variant.pack.rules.kpis.get(figure.numbers[0]);
        if rule.is_none_or(|rule| matches!(rule.kind, KpiKind::Formula(_))) {
            continue;
        }
        let value = |side: usize| known(judged[side].state.kpis[root].get(figure.numbers[side])?);
        let difference = value(0).zip(value(1)).and_then(|(before, after)| after.sub(&before).ok());
        let mut dividends = games.remove(&at).unwrap_or_default();
        let rest = difference
            .and_then(|difference| difference.sub(&game::total(dividends.values()).ok()?).ok());
        let Some(rest) = rest else { continue };
        let sum = dividends.get(&together).cloned().unwrap_or(Exact::ZERO);
        let Ok(sum) = sum.add(&rest) else { continue };
        dividends.insert(together, sum);
        dividends.retain(|_, dividend| !dividend.is_zero());
        if !dividends.is_empty() {
            games.insert(at, dividends);
        }
    }
}
