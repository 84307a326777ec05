//! What each rule reads of others, and the rounds in which they can be computed: records, roots and
//! the programme in turn, as often as rules go back from the programme to its roots.
//!
//! Not here: names and messages (the compiler), and computing anything (the engine).

use std::collections::BTreeSet;

use crate::index::{EntityId, KpiId, List, TallyId};

use super::{
    Award, Check, Expr, ExprKind, Kpi, KpiKind, KpiScope, Obligation, ObligationScope, Once, Tally,
};

/// The rules that others read, or that read others.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    pub tallies: &'a List<TallyId, Tally>,
    pub onces: &'a [Once],
    pub awards: &'a [Award],
    pub kpis: &'a List<KpiId, Kpi>,
    pub obligations: &'a [Obligation],
    pub checks: &'a [Check],
}

/// A rule by its place in the list of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Tally(TallyId),
    Once(usize),
    Award(usize),
    Kpi(KpiId),
    Obligation(usize),
    Check(usize),
}

/// The round of each rule, from zero on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rounds {
    pub tallies: List<TallyId, usize>,
    pub onces: Vec<usize>,
    pub awards: Vec<usize>,
    pub kpis: List<KpiId, usize>,
    pub obligations: Vec<usize>,
    /// The figures of roots and the obligations that roots and records ask about, in an order where
    /// each stands after what it reads; empty where none is asked about.
    pub asking: Vec<Node>,
    /// The number of rounds.
    pub count: usize,
}

/// In which part of a round a rule is computed: of records, of roots, of the programme, or after
/// all rounds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Part {
    Records,
    Roots,
    Programme,
    End,
}

impl Flow<'_> {
    fn counts(&self) -> [usize; 6] {
        [
            self.tallies.len(),
            self.onces.len(),
            self.awards.len(),
            self.kpis.len(),
            self.obligations.len(),
            self.checks.len(),
        ]
    }

    /// The rule that stands at a place in the list of all.
    pub fn node(&self, mut at: usize) -> Option<Node> {
        let of: [fn(usize) -> Node; 6] = [
            |at| Node::Tally(TallyId::new(at)),
            Node::Once,
            Node::Award,
            |at| Node::Kpi(KpiId::new(at)),
            Node::Obligation,
            Node::Check,
        ];
        for (count, node) in self.counts().into_iter().zip(of) {
            match at.checked_sub(count) {
                None => return Some(node(at)),
                Some(rest) => at = rest,
            }
        }
        None
    }

    /// The place of a rule in the list of all.
    pub fn at(&self, node: Node) -> usize {
        let (kind, at) = match node {
            Node::Tally(at) => (0, at.index()),
            Node::Once(at) => (1, at),
            Node::Award(at) => (2, at),
            Node::Kpi(at) => (3, at.index()),
            Node::Obligation(at) => (4, at),
            Node::Check(at) => (5, at),
        };
        self.counts()[..kind].iter().sum::<usize>() + at
    }

    fn part(&self, node: Node) -> Part {
        let of_programme =
            |kpi: KpiId| self.kpis.get(kpi).is_some_and(|kpi| kpi.scope != KpiScope::Root);
        match node {
            Node::Tally(_) | Node::Once(_) => Part::Records,
            Node::Kpi(kpi) if of_programme(kpi) => Part::Programme,
            Node::Kpi(_) => Part::Roots,
            Node::Award(_) => Part::Programme,
            Node::Obligation(at) => match self.obligations.get(at).map(|rule| rule.scope) {
                Some(ObligationScope::Programme) => Part::End,
                _ => Part::Roots,
            },
            // What awards decide is read by checks once it is there.
            Node::Check(_) => Part::Roots,
        }
    }

    /// For each rule, the rules it reads, by their places in the list of all.
    pub fn reads(&self) -> Vec<Vec<usize>> {
        let with_rounds = |(at, _): (usize, bool)| at;
        self.edges().into_iter().map(|of| of.into_iter().map(with_rounds).collect()).collect()
    }

    /// The rounds of all rules; `None` where some of them read one another in a circle.
    pub fn rounds(&self) -> Option<Rounds> {
        let edges = self.edges();
        let mut read_by: Vec<Vec<(usize, bool)>> = vec![Vec::new(); edges.len()];
        let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
        for (at, reads) in edges.iter().enumerate() {
            for (read, later) in reads {
                read_by.get_mut(*read)?.push((at, *later));
            }
        }
        let mut rounds = vec![0; edges.len()];
        let mut ready: Vec<usize> = (0..edges.len()).filter(|at| open[*at] == 0).collect();
        let mut order = Vec::with_capacity(edges.len());
        while let Some(at) = ready.pop() {
            order.push(at);
            for (reader, later) in &read_by[at] {
                rounds[*reader] = rounds[*reader].max(rounds[at] + usize::from(*later));
                open[*reader] -= 1;
                if open[*reader] == 0 {
                    ready.push(*reader);
                }
            }
        }
        if order.len() < edges.len() {
            return None;
        }
        let mut asked = vec![false; edges.len()];
        for (at, reads) in edges.iter().enumerate() {
            if self.node(at).is_some_and(|node| self.part(node) != Part::Programme) {
                reads.iter().for_each(|(read, _)| asked[*read] = true);
            }
        }
        let of_roots = |at: usize| match self.node(at)? {
            node @ Node::Kpi(_) if self.part(node) == Part::Roots => Some(node),
            node @ Node::Obligation(_) if asked[at] => Some(node),
            _ => None,
        };
        let mut asking: Vec<Node> = order.into_iter().filter_map(of_roots).collect();
        if !asking.iter().any(|node| matches!(node, Node::Obligation(_))) {
            asking.clear();
        }
        let count = rounds.iter().max().map_or(1, |last| last + 1);
        let mut lists = self.counts().into_iter().scan(0, |start, count| {
            let list = rounds.get(*start..*start + count).unwrap_or_default().to_vec();
            *start += count;
            Some(list)
        });
        let mut next = || lists.next().unwrap_or_default();
        Some(Rounds {
            tallies: next().into(),
            onces: next(),
            awards: next(),
            kpis: next().into(),
            obligations: next(),
            asking,
            count,
        })
    }

    /// The rounds of the figures of the programme that rules of roots and of their records read.
    /// Each once, in order.
    pub fn read_back(&self, rounds: &Rounds, root: EntityId) -> BTreeSet<usize> {
        let of_programme = |node: Node| match node {
            // What stands in one root is decided there.
            Node::Award(at) => self.awards.get(at).is_some_and(|award| award.entity == root),
            Node::Obligation(at) => self
                .obligations
                .get(at)
                .is_some_and(|rule| rule.scope == ObligationScope::Programme),
            node => self.part(node) == Part::Programme,
        };
        let round = |at: usize| match self.node(at)? {
            node @ Node::Kpi(kpi) if of_programme(node) => rounds.kpis.get(kpi).copied(),
            _ => None,
        };
        let edges = self.edges().into_iter().enumerate();
        let of_roots = edges
            .filter(|(at, _)| self.node(*at).is_some_and(|node| !of_programme(node)))
            .flat_map(|(_, reads)| reads);
        of_roots.filter_map(|(read, _)| round(read)).collect()
    }

    /// For each rule, what it reads, and whether only what an earlier round has found.
    fn edges(&self) -> Vec<Vec<(usize, bool)>> {
        let total: usize = self.counts().iter().sum();
        (0..total)
            .map(|at| {
                let mut reads = Reads { flow: self, reader: Part::End, found: Vec::new() };
                if let Some(node) = self.node(at) {
                    reads.reader = self.part(node);
                    reads.of(node);
                }
                reads.found
            })
            .collect()
    }
}

/// What one rule reads.
struct Reads<'f, 'a> {
    flow: &'f Flow<'a>,
    reader: Part,
    found: Vec<(usize, bool)>,
}

impl Reads<'_, '_> {
    fn of(&mut self, node: Node) {
        let flow = self.flow;
        match node {
            Node::Tally(at) => {
                flow.tallies.get(at).into_iter().flat_map(Tally::exprs).for_each(|e| self.expr(e));
            }
            Node::Once(at) => {
                let Some(once) = flow.onces.get(at) else { return };
                for claimant in once.groups.iter().flatten() {
                    self.push(Node::Tally(claimant.tally), false);
                    // What the records of a tally leave of each other comes before what other
                    // tallies leave of them.
                    let Some(tally) = flow.tallies.get(claimant.tally) else { continue };
                    for other in tally.onces.iter().filter(|_| once.among().is_none()) {
                        if flow.onces.get(*other).is_some_and(|once| once.among().is_some()) {
                            self.push(Node::Once(*other), false);
                        }
                    }
                }
                once.exprs().into_iter().for_each(|e| self.expr(e));
            }
            Node::Award(at) => {
                flow.awards.get(at).into_iter().flat_map(Award::exprs).for_each(|e| self.expr(e));
            }
            Node::Kpi(at) => {
                let Some(kpi) = flow.kpis.get(at) else { return };
                match &kpi.kind {
                    KpiKind::Measure { tally, .. } | KpiKind::Part { tally, .. } => {
                        self.verdicts(*tally)
                    }
                    KpiKind::Formula(formula) => self.expr(formula),
                }
                kpi.when.iter().for_each(|when| self.expr(when));
            }
            Node::Obligation(at) => {
                let Some(rule) = flow.obligations.get(at) else { return };
                rule.when.iter().chain([&rule.expect]).for_each(|e| self.expr(e));
            }
            Node::Check(at) => {
                let Some(rule) = flow.checks.get(at) else { return };
                let holes = rule.message.holes.iter().map(|hole| &hole.value);
                rule.when.iter().chain([&rule.expect]).chain(holes).for_each(|e| self.expr(e));
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr.kind {
            ExprKind::CountedIn { tally, .. } | ExprKind::Figure { tally, .. } => {
                self.verdicts(tally)
            }
            ExprKind::Kpi(kpi) => self.push(Node::Kpi(kpi), false),
            ExprKind::OfProgramme(kpi) | ExprKind::OfGroup { kpi, .. } => {
                self.push(Node::Kpi(kpi), true)
            }
            // A target by a rule follows from records.
            ExprKind::Target(kpi) => {
                if let Some(Kpi { kind: KpiKind::Measure { tally, .. }, .. }) =
                    self.flow.kpis.get(kpi)
                    && self.flow.tallies.get(*tally).is_some_and(|tally| tally.target.is_some())
                {
                    self.verdicts(*tally);
                }
            }
            ExprKind::IsMet(rule) => self.push(Node::Obligation(rule), false),
            ExprKind::Awarded { award, .. } | ExprKind::Placed { award, .. } => {
                self.push(Node::Award(award), false)
            }
            _ => {}
        }
        expr.kind.parts().into_iter().for_each(|part| self.expr(part));
    }

    /// The verdicts of a tally, after the rules of non-duplication.
    fn verdicts(&mut self, tally: TallyId) {
        self.push(Node::Tally(tally), false);
        let onces = self.flow.tallies.get(tally).map_or(&[][..], |tally| &tally.onces);
        onces.iter().for_each(|once| self.push(Node::Once(*once), false));
    }

    /// What comes later in a round can only be read in the next.
    fn push(&mut self, node: Node, always_later: bool) {
        let later = always_later || self.flow.part(node) > self.reader;
        self.found.push((self.flow.at(node), later));
    }
}
