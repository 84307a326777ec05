//! Rules that go back from the programme to its roots: which figures of the programme an expression
//! names, so that their units are known first, and circles of rules that read one another.
//!
//! Circles within one kind of rules are told where these are ordered. Not here: the rounds in which
//! rules are computed, which follow from them (`Rules::flow`).

use std::collections::{HashMap, HashSet};

use super::Checker;
use super::chains::Once;
use super::expr::dotted;
use super::order::order;
use super::{Items, values};
use crate::syntax::ast::{self, Name};
use guiju_model::index::{EntityId, KpiId};
use guiju_model::rules::{KpiScope, Node, Rules};
use guiju_model::schema::PROGRAMME;
use guiju_model::source::Spanned;
use guiju_model::text::Localized;
use guiju_model::words::{self, built_in};

impl Checker<'_> {
    /// The named values and figures of records that name a figure of the programme, themselves or
    /// by way of others.
    pub(super) fn that_read_the_programme(&self) -> HashSet<Once> {
        let values = (0..self.values.len()).map(Once::Value);
        let all = values.chain((0..self.figures.len()).map(Once::Figure));
        let mut read_by: HashMap<Once, Vec<Once>> = HashMap::new();
        let mut open = Vec::new();
        for one in all {
            for of in self.mentioned_by(one) {
                read_by.entry(of).or_default().push(one);
            }
            let mut found = Vec::new();
            self.named_by(one, &mut found);
            open.extend((!found.is_empty()).then_some(one));
        }
        let mut met = HashSet::new();
        while let Some(one) = open.pop() {
            if met.insert(one) {
                open.extend(read_by.get(&one).into_iter().flatten());
            }
        }
        met
    }

    /// The figures of the programme that expressions of an entity name, also by way of `readers`:
    /// what [`Checker::that_read_the_programme`] found.
    pub(super) fn figures_of_programme(
        &self,
        entity: EntityId,
        exprs: &[&ast::Expr],
        readers: &HashSet<Once>,
    ) -> Vec<KpiId> {
        let (mut found, mut open, mut met) = (Vec::new(), Vec::new(), HashSet::new());
        for expr in exprs {
            self.named_of_programme(expr, &mut found);
            open.extend(self.mentioned_in(entity, expr));
        }
        while let Some(one) = open.pop() {
            if readers.contains(&one) && met.insert(one) {
                self.named_by(one, &mut found);
                open.extend(self.mentioned_by(one));
            }
        }
        found
    }

    /// The figures of the programme that a named value or a figure names itself.
    fn named_by(&self, one: Once, found: &mut Vec<KpiId>) {
        match one {
            Once::Value(at) => {
                let (_, written) = self.value_written(at);
                self.named_of_programme(&written.value, found);
                written.message.iter().for_each(|message| self.in_holes(message, found));
            }
            Once::Figure(at) => {
                let (_, of) = self.figure_written(at);
                of.into_iter().for_each(|of| self.named_of_programme(of, found));
            }
        }
    }

    /// The same of all that a tally asks of its records.
    pub(super) fn figures_of_tally(
        &self,
        tally: &ast::Tally,
        readers: &HashSet<Once>,
    ) -> Vec<KpiId> {
        let Some(entity) = self.tallies.get(&tally.name.node).map(|found| found.entity) else {
            return Vec::new();
        };
        let edits = tally.edits.iter().filter_map(|edit| match edit {
            ast::Edit::Require(_, require) => Some(require),
            ast::Edit::Drop(..) => None,
        });
        let required: Vec<&ast::Require> = tally.require.iter().chain(edits).collect();
        let exprs: Vec<&ast::Expr> = tally
            .select
            .iter()
            .map(|part| &part.condition)
            .chain(required.iter().map(|require| &require.condition))
            .chain(tally.measures.iter().filter_map(|measure| measure.of.as_ref()))
            .chain(tally.targets.iter().filter_map(|target| target.sum.as_ref()))
            .chain(tally.splits.iter().map(|split| &split.by))
            .collect();
        let mut found = self.figures_of_programme(entity, &exprs, readers);
        let messages = required.iter().filter_map(|require| require.message.as_ref());
        messages.for_each(|message| self.in_holes(message, &mut found));
        found
    }

    fn named_of_programme(&self, expr: &ast::Expr, found: &mut Vec<KpiId>) {
        match &expr.kind {
            ast::ExprKind::Path(path) => found.extend(self.of_programme(path)),
            ast::ExprKind::Call(name, arguments)
                if built_in(words::Name::Function, &dotted(name)) == Some("group") =>
            {
                let kpi = arguments.first().and_then(|argument| argument.path());
                found.extend(kpi.and_then(|path| self.kpi(&dotted(path))));
            }
            _ => {}
        }
        expr.parts().into_iter().for_each(|part| self.named_of_programme(part, found));
    }

    /// The figures of the programme that holes of a message name.
    fn in_holes(&self, message: &Localized, found: &mut Vec<KpiId>) {
        let texts = [Some(message.zh.as_str()), message.en.as_deref()];
        for text in texts.into_iter().flatten() {
            let holes = text.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            for (owner, name) in holes.filter_map(|hole| hole.split_once('.')) {
                if built_in(words::Name::Programme, owner.trim()) == Some(PROGRAMME) {
                    found.extend(self.kpi(name.trim()));
                }
            }
        }
    }

    /// Circles of rules of several kinds; where figures of roots ask about obligations, all figures
    /// are put in order once more, since what an obligation reads is known only now.
    pub(super) fn circles(&mut self, rules: &Rules, items: &Items, kpi_order: &mut Vec<KpiId>) {
        let flow = rules.flow();
        // Rules that could not be read leave holes in the numbers: then there is an error anyway.
        let whole = rules.tallies.len() == items.tallies.len()
            && rules.onces.len() == items.onces.len()
            && rules.awards.len() == items.awards.len()
            && rules.obligations.len() == items.obligations.len();
        if !whole {
            return;
        }
        let sorted = order(&flow.reads());
        for circle in &sorted.circles {
            let nodes: Vec<Node> = circle.iter().filter_map(|at| flow.node(*at)).collect();
            let any = |is: fn(&Node) -> bool| nodes.iter().any(is);
            let of_records = any(|node| matches!(node, Node::Tally(_) | Node::Once(_)));
            let of_awards = any(|node| matches!(node, Node::Award(_)));
            let of_figures = any(|node| matches!(node, Node::Kpi(_)));
            let mixed = any(|node| matches!(node, Node::Obligation(_)))
                || (of_records && (of_awards || of_figures));
            if !mixed {
                continue;
            }
            let name = |node: &Node| match *node {
                Node::Tally(at) => items.tallies.get(at.index()).map(|item| item.name.clone()),
                Node::Once(at) => items.onces.get(at).map(|item| item.name.clone()),
                Node::Award(at) => items.awards.get(at).map(|item| item.name.clone()),
                Node::Obligation(at) => items.obligations.get(at).map(|item| item.name.clone()),
                Node::Kpi(at) => self
                    .kpis
                    .get(at)
                    .map(|kpi| Spanned { node: kpi.kpi.name.clone(), span: kpi.span }),
                Node::Check(_) => None,
            };
            let names: Vec<Name> = nodes.iter().filter_map(name).collect();
            self.circle_once(&names);
        }
        let asks = |kpi: &guiju_model::rules::Kpi| {
            let exprs = match &kpi.kind {
                guiju_model::rules::KpiKind::Formula(formula) => Some(formula),
                _ => None,
            };
            exprs.into_iter().chain(&kpi.when).any(|expr| {
                values::any(expr, &|kind| matches!(kind, guiju_model::rules::ExprKind::IsMet(_)))
            })
        };
        if rules.kpis.iter().any(|kpi| kpi.scope == KpiScope::Root && asks(kpi)) {
            let kpi = |at: &usize| match flow.node(*at) {
                Some(Node::Kpi(kpi)) => Some(kpi),
                _ => None,
            };
            *kpi_order = sorted.nodes.iter().filter_map(kpi).collect();
        }
    }

    /// A circle, in which a tally and the figure that is called like it are one step.
    pub(super) fn circle_once(&mut self, names: &[Name]) {
        let mut steps: Vec<&Name> = Vec::new();
        for name in names {
            if steps.last().is_none_or(|last| last.node != name.node) {
                steps.push(name);
            }
        }
        if steps.len() > 1 && steps.first().map(|n| &n.node) == steps.last().map(|n| &n.node) {
            steps.pop();
        }
        self.circle(&steps);
    }
}
