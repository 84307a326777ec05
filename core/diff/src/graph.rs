//! What depends on what, in either pack: which verdicts and figures a change can reach at all.
//!
//! Read from the items as written, of both packs together, so that it holds for every mixture of
//! the two. It errs on the side of finding too much: a name too many costs time, never a number.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::force::{Force, key};
use super::pieces::Matched;
use super::{Change, Part};
use guiju_compiler::check::amend::exprs;
use guiju_compiler::syntax::ast::{Expr, ExprKind, Item, ItemKind, Keep, Tally};

/// Something that a change can alter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Let,
    Class,
    /// Which records are a tally's business.
    Scope,
    /// One of the conditions of a tally, by what it mentions itself: a reference to another tally
    /// leads nowhere from here.
    Condition,
    /// What a tally decides about a record.
    Verdict,
    /// What a tally counts, sums and splits.
    Figures,
    Once,
    Kpi,
}

/// What depends on what, by kind and name.
#[derive(Default)]
pub(super) struct Graph {
    index: HashMap<(Kind, String), usize>,
    kinds: Vec<Kind>,
    needs: Vec<BTreeSet<usize>>,
    /// For each change, what it alters directly.
    altered: Vec<BTreeSet<usize>>,
}

/// What an item, or a part of one, mentions.
#[derive(Default)]
struct Mentions {
    /// Names as they are written, and each part of a dotted name.
    names: HashSet<String>,
    /// Tallies that are asked whether a record counts, or that claim keys.
    tallies: HashSet<String>,
}

impl Graph {
    pub(super) fn new(old: &Force, new: &Force, matched: &Matched) -> Graph {
        let mut graph = Graph::default();
        let items: Vec<&Item> = old.items.iter().chain(&new.items).collect();
        let parts: Vec<(usize, Mentions)> = items
            .iter()
            .flat_map(|item| parts(item))
            .map(|(kind, name, found)| (graph.node(kind, name), found))
            .collect();
        // What a name leads to: a classification by its last part, a KPI by its whole id.
        let mut classes: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut owners: HashMap<&str, Vec<usize>> = HashMap::new();
        // Named values, by the last part too.
        let mut values: HashMap<&str, Vec<usize>> = HashMap::new();
        let roots: HashSet<&str> = items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Entity(entity) if entity.parent.is_none() => Some(&*entity.name.node),
                _ => None,
            })
            .collect();
        for item in &items {
            match &item.kind {
                ItemKind::Classify(class) => {
                    let name = format!("{}.{}", class.entity.node, class.name.node);
                    // One of the root may read figures, and formulas read it.
                    let of_root = roots.contains(class.entity.node.as_str());
                    let named = if of_root { &mut values } else { &mut classes };
                    let named = named.entry(&class.name.node).or_default();
                    named.extend(graph.node_of(Kind::Class, &name));
                }
                ItemKind::Tally(tally) => {
                    let nodes = [Kind::Verdict, Kind::Figures]
                        .into_iter()
                        .filter_map(|kind| graph.node_of(kind, &tally.name.node));
                    let nodes: Vec<usize> = nodes.collect();
                    let twins = tally.measures.iter().filter_map(|measure| measure.twin.as_ref());
                    // Figures of records are read as fields are, those of the root by formulas.
                    let named = if tally.owner.is_some() { &mut values } else { &mut owners };
                    for name in twins.map(|twin| twin.name.node.as_str()).chain([tally.short()]) {
                        named.entry(name).or_default().extend(&nodes);
                    }
                }
                ItemKind::Let(item) => {
                    if let Some(owner) = &item.owner {
                        let name = format!("{}.{}", owner.node, item.name.node);
                        values
                            .entry(&item.name.node)
                            .or_default()
                            .extend(graph.node_of(Kind::Let, &name));
                    }
                }
                ItemKind::Award(award) => owners
                    .entry(&award.name.node)
                    .or_default()
                    .extend(graph.node_of(Kind::Kpi, &award.name.node)),
                ItemKind::Kpi(kpi) => owners
                    .entry(&kpi.name.node)
                    .or_default()
                    .extend(graph.node_of(Kind::Kpi, &kpi.name.node)),
                _ => {}
            }
        }
        let awards: HashMap<&str, usize> = items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Award(award) => {
                    let name = award.name.node.as_str();
                    Some((name, graph.node_of(Kind::Kpi, name)?))
                }
                _ => None,
            })
            .collect();
        for (node, mentions) in &parts {
            let leads = |found: &HashMap<&str, Vec<usize>>| {
                mentions
                    .names
                    .iter()
                    .filter_map(|name| found.get(name.as_str()))
                    .flatten()
                    .copied()
                    .collect::<BTreeSet<usize>>()
            };
            let kind = graph.kinds[*node];
            let mut needs = leads(&values);
            if kind != Kind::Kpi {
                needs.append(&mut leads(&classes));
            }
            // A value or a classification of the root may read its KPIs.
            if matches!(kind, Kind::Kpi | Kind::Let | Kind::Class) {
                needs.append(&mut leads(&owners));
            }
            // What an award decides about a record is asked by whoever has it before them.
            let asked = mentions.names.iter().chain(&mentions.tallies);
            needs.extend(asked.filter_map(|name| awards.get(name.as_str())));
            if awards.values().any(|award| award == node) {
                needs.append(&mut leads(&classes));
            }
            needs.remove(node);
            let tallies: Vec<usize> = mentions
                .tallies
                .iter()
                .filter_map(|tally| graph.node_of(Kind::Verdict, tally))
                .collect();
            for tally in tallies {
                needs.insert(tally);
                if graph.kinds[*node] == Kind::Once {
                    // Whoever claims is decided by the rule, too.
                    graph.needs[tally].insert(*node);
                }
            }
            graph.needs[*node].extend(needs);
        }
        for tally in items.iter().filter_map(|item| {
            if let ItemKind::Tally(tally) = &item.kind { Some(&tally.name.node) } else { None }
        }) {
            if let (Some(verdict), Some(scope)) =
                (graph.node_of(Kind::Verdict, tally), graph.node_of(Kind::Scope, tally))
            {
                graph.needs[verdict].insert(scope);
            }
        }
        graph.altered = matched.changes.iter().map(|change| graph.alters(change, &parts)).collect();
        graph
    }

    /// What a change alters: its item or, for a constant, whatever mentions it, directly or through
    /// other constants.
    fn alters(&self, change: &Change, parts: &[(usize, Mentions)]) -> BTreeSet<usize> {
        let kinds: &[Kind] = match (change.item, change.part) {
            ("classify", _) => &[Kind::Class],
            ("tally", Part::Select) => &[Kind::Scope],
            ("tally", Part::Require) => &[Kind::Verdict],
            ("tally", Part::Figures) => &[Kind::Figures],
            ("tally", Part::Whole) => &[Kind::Scope, Kind::Verdict, Kind::Figures],
            ("once", _) => &[Kind::Once],
            ("award" | "kpi", _) => &[Kind::Kpi],
            _ => &[],
        };
        let mut altered: BTreeSet<usize> =
            kinds.iter().filter_map(|kind| self.node_of(*kind, &change.name)).collect();
        if matches!(change.item, "let" | "table" | "period") {
            let last = |name: &'_ str| name.rsplit('.').next().unwrap_or_default().to_owned();
            let mut names: HashSet<String> = HashSet::from([last(&change.name)]);
            loop {
                let known = altered.len();
                let mentioning = parts
                    .iter()
                    .filter(|(_, mentions)| names.iter().any(|name| mentions.names.contains(name)));
                altered.extend(mentioning.map(|(node, _)| *node));
                if altered.len() == known {
                    break;
                }
                let constants = self
                    .index
                    .iter()
                    .filter(|((kind, _), node)| *kind == Kind::Let && altered.contains(node));
                names.extend(constants.map(|((_, name), _)| last(name)));
            }
        }
        altered
    }

    fn node(&mut self, kind: Kind, name: String) -> usize {
        *self.index.entry((kind, name)).or_insert_with(|| {
            self.needs.push(BTreeSet::new());
            self.kinds.push(kind);
            self.needs.len() - 1
        })
    }

    /// Where something stands.
    pub(super) fn node_of(&self, kind: Kind, name: &str) -> Option<usize> {
        self.index.get(&(kind, name.to_owned())).copied()
    }

    /// Something and all that it depends on; without what only the non-duplication rules bring in,
    /// where nothing is claimed twice.
    pub(super) fn upstream(&self, kind: Kind, name: &str, through_onces: bool) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = self.node_of(kind, name).into_iter().collect();
        while let Some(node) = open.pop() {
            if (through_onces || self.kinds[node] != Kind::Once) && found.insert(node) {
                open.extend(&self.needs[node]);
            }
        }
        found
    }

    /// Whether a change alters anything among these.
    pub(super) fn reaches(&self, change: usize, nodes: &BTreeSet<usize>) -> bool {
        self.altered.get(change).is_some_and(|altered| !altered.is_disjoint(nodes))
    }

    /// Whether a change alters a formula among these itself, rather than what formulas read.
    pub(super) fn alters_formula(&self, change: usize, nodes: &BTreeSet<usize>) -> bool {
        self.altered.get(change).is_some_and(|altered| {
            altered.iter().any(|node| self.kinds[*node] == Kind::Kpi && nodes.contains(node))
        })
    }

    /// What each condition of a tally depends on itself.
    pub(super) fn conditions<'g>(
        &'g self,
        tally: &'g str,
    ) -> impl Iterator<Item = BTreeSet<usize>> + 'g {
        let is_of = move |name: &str| name.split_once('/').is_some_and(|(of, _)| of == tally);
        let names =
            self.index.keys().filter(move |(kind, name)| *kind == Kind::Condition && is_of(name));
        names.map(|(kind, name)| self.upstream(*kind, name, false))
    }

    /// Leaves one out of these.
    pub(super) fn leave(&self, kind: Kind, name: &str, nodes: &mut BTreeSet<usize>) {
        if let Some(node) = self.node_of(kind, name) {
            nodes.remove(&node);
        }
    }

    /// Everything of a kind.
    pub(super) fn all(&self, kind: Kind) -> BTreeSet<usize> {
        (0..self.kinds.len()).filter(|node| self.kinds[*node] == kind).collect()
    }

    /// The names of a kind among these.
    pub(super) fn names(&self, kind: Kind, nodes: &BTreeSet<usize>) -> HashSet<String> {
        let wanted =
            self.index.iter().filter(|((of, _), node)| *of == kind && nodes.contains(node));
        wanted.map(|((_, name), _)| name.clone()).collect()
    }
}

/// What an item is made of, as far as changes alter it apart, with what each part mentions.
fn parts(item: &Item) -> Vec<(Kind, String, Mentions)> {
    let all = || {
        let mut mentions = Mentions::default();
        exprs(&item.kind, &mut |expr| mentions.read(expr));
        mentions
    };
    let Some((word, name)) = key(&item.kind) else { return Vec::new() };
    let kind = match (word, &item.kind) {
        ("tally", ItemKind::Tally(tally)) => return of_tally(tally),
        ("once", ItemKind::Once(once)) => {
            let kept = match &once.keep {
                Keep::None | Keep::Among(_) => &[],
                Keep::First(order) | Keep::Best(order) => order.node.as_slice(),
            };
            let mut mentions = all();
            mentions
                .tallies
                .extend(once.groups.iter().flatten().chain(kept).map(|name| name.node.clone()));
            return vec![(Kind::Once, name, mentions)];
        }
        ("let" | "table", _) => Kind::Let,
        ("classify", _) => Kind::Class,
        ("award" | "kpi", _) => Kind::Kpi,
        _ => return Vec::new(),
    };
    vec![(kind, name, all())]
}

fn of_tally(tally: &Tally) -> Vec<(Kind, String, Mentions)> {
    let (mut scope, mut verdict, mut figures) =
        (Mentions::default(), Mentions::default(), Mentions::default());
    tally.select.iter().for_each(|select| scope.read(&select.condition));
    tally.require.iter().for_each(|require| verdict.read(&require.condition));
    let selects = tally
        .select
        .iter()
        .enumerate()
        .map(|(at, select)| (format!("{}/select/{at}", tally.name.node), &select.condition));
    let requires = tally
        .require
        .iter()
        .enumerate()
        .map(|(at, require)| (format!("{}/require/{at}", tally.name.node), &require.condition));
    let conditions = selects.chain(requires).map(|(name, condition)| {
        let mut mentions = Mentions::default();
        mentions.read(condition);
        (Kind::Condition, name, Mentions { names: mentions.names, ..Mentions::default() })
    });
    let conditions: Vec<_> = conditions.collect();
    tally
        .measures
        .iter()
        .filter_map(|measure| measure.of.as_ref())
        .for_each(|sum| figures.read(sum));
    tally.splits.iter().for_each(|split| figures.read(&split.by));
    tally.targets.iter().filter_map(|target| target.sum.as_ref()).for_each(|sum| figures.read(sum));
    let name = || tally.name.node.clone();
    let whole = [
        (Kind::Scope, name(), scope),
        (Kind::Verdict, name(), verdict),
        (Kind::Figures, name(), figures),
    ];
    whole.into_iter().chain(conditions).collect()
}

impl Mentions {
    fn read(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Path(path) => {
                let parts: Vec<&str> = path.iter().map(|name| name.node.as_str()).collect();
                self.names.insert(parts.join("."));
                self.names.extend(parts.into_iter().map(str::to_owned));
            }
            ExprKind::Call(name, _) => self.names.extend(name.iter().map(|name| name.node.clone())),
            ExprKind::CountedIn(_, tally) => {
                // An award is asked by its name, as a figure is.
                self.names.insert(tally.node.clone());
                self.tallies.insert(tally.node.clone());
            }
            _ => {}
        }
        expr.parts().into_iter().for_each(|part| self.read(part));
    }
}
