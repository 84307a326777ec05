//! What a verdict reads, through every rule that it rests on: fields, kinds of records, targets and
//! previous values. Nothing else can turn it.
//!
//! Not here: the clauses of each field (`reads`), and asking the evaluator.

use std::collections::BTreeSet;

use guiju_model::index::{EntityId, FieldId, KpiId};
use guiju_model::rules::{
    Expr, ExprKind, Keep, Kpi, KpiKind, KpiScope, Link, Listing, Node, ObligationScope, Once,
    Rules, Tally,
};
use guiju_model::schema::FieldKind;

/// What a verdict reads.
pub(super) struct Behind<'a> {
    rules: &'a Rules,
    /// Fields, by the entity and their index.
    pub(super) fields: BTreeSet<(EntityId, FieldId)>,
    /// Entities some of whose records are looked at.
    pub(super) entities: BTreeSet<EntityId>,
    pub(super) targets: BTreeSet<KpiId>,
    pub(super) previous: BTreeSet<KpiId>,
    /// Whether more than one root takes part.
    pub(super) whole: bool,
    /// Fields that are compared as keys, or asked whether they are known: a verdict that stands
    /// while such a field is not given may turn all the same when it has another value.
    loose: BTreeSet<(EntityId, FieldId)>,
    /// Rules of which the same is asked: so it is of all fields that they read.
    loose_rules: Vec<Node>,
    classes: BTreeSet<(usize, bool)>,
}

impl<'a> Behind<'a> {
    /// What some rules read, and all that these read.
    pub(super) fn of(rules: &'a Rules, nodes: &[Node]) -> Behind<'a> {
        let mut behind = Behind {
            rules,
            fields: BTreeSet::new(),
            entities: BTreeSet::new(),
            targets: BTreeSet::new(),
            previous: BTreeSet::new(),
            whole: false,
            loose: BTreeSet::new(),
            loose_rules: Vec::new(),
            classes: BTreeSet::new(),
        };
        behind.through(nodes, false);
        let loose = std::mem::take(&mut behind.loose_rules);
        behind.through(&loose, true);
        behind
    }

    /// Goes through some rules and all that they read.
    fn through(&mut self, nodes: &[Node], loose: bool) {
        let flow = self.rules.flow();
        let reads = flow.reads();
        let mut next: Vec<usize> = nodes.iter().map(|node| flow.at(*node)).collect();
        let mut seen = BTreeSet::new();
        while let Some(at) = next.pop() {
            if seen.insert(at) {
                flow.node(at).into_iter().for_each(|node| self.node(node, loose));
                next.extend(reads.get(at).into_iter().flatten());
            }
        }
    }

    /// Whether a verdict that stands while a field is not given stands whatever the field is.
    pub(super) fn is_sure_of(&self, field: (EntityId, FieldId)) -> bool {
        !self.loose.contains(&field)
    }

    fn node(&mut self, node: Node, loose: bool) {
        let rules = self.rules;
        let root = rules.schema.root;
        match node {
            Node::Tally(tally) => {
                rules.tallies.get(tally).into_iter().for_each(|tally| self.tally(tally, loose));
            }
            Node::Once(once) => {
                rules.onces.get(once).into_iter().for_each(|once| self.once(once, loose));
            }
            Node::Award(award) => {
                let Some(award) = rules.awards.get(award) else { return };
                self.whole |= award.entity == root;
                self.entities.insert(award.entity);
                award.by.into_iter().for_each(|field| self.note(root, field, loose));
                let required = award.require.iter().map(|requirement| &requirement.condition);
                required.chain(award.asked()).for_each(|expr| self.expr(award.entity, expr, loose));
                let of = rules.schema.parent(award.entity).unwrap_or(root);
                self.expr(of, &award.limit, loose);
            }
            Node::Kpi(kpi) => {
                let Some(Kpi { scope, kind, when, .. }) = rules.kpis.get(kpi) else { return };
                if let KpiScope::Programme { by } = scope {
                    self.whole = true;
                    by.iter().for_each(|field| self.note(root, *field, loose));
                }
                let formula =
                    if let KpiKind::Formula(formula) = kind { Some(formula) } else { None };
                formula.into_iter().chain(when).for_each(|expr| self.expr(root, expr, loose));
            }
            Node::Obligation(rule) => {
                let Some(rule) = rules.obligations.get(rule) else { return };
                // Whether there is one on a target that a rule gives hangs on records.
                if rule.scope == ObligationScope::EveryTarget
                    && rules.tallies.iter().any(|tally| tally.target.is_some())
                {
                    self.loose_rules.push(node);
                }
                self.whole |= rule.scope == ObligationScope::Programme;
                rule.when
                    .iter()
                    .chain([&rule.expect])
                    .for_each(|expr| self.expr(root, expr, loose));
            }
            Node::Check(_) => {}
        }
    }

    fn tally(&mut self, tally: &Tally, loose: bool) {
        self.entities.insert(tally.entity);
        tally.exprs().into_iter().for_each(|expr| self.expr(tally.entity, expr, loose));
        let Some(owner) = &tally.owner else { return };
        self.entities.insert(owner.entity);
        match &owner.link {
            Link::Reference(field) => self.note(tally.entity, *field, loose),
            Link::Key { theirs, own } => {
                theirs.iter().for_each(|field| self.note(tally.entity, *field, true));
                own.iter().for_each(|field| self.note(owner.entity, *field, true));
            }
        }
    }

    fn once(&mut self, once: &Once, loose: bool) {
        self.whole |= once.within_programme;
        for claimant in once.groups.iter().flatten() {
            let Some(tally) = self.rules.tallies.get(claimant.tally) else { continue };
            claimant.key.iter().for_each(|part| self.expr(tally.entity, &part.value, true));
            let among = once.among().into_iter().flat_map(|among| among.exprs());
            among.for_each(|expr| self.expr(tally.entity, expr, loose));
            // The choice is the one that meets more targets.
            if let (Keep::Best { .. }, Some(measure)) = (&once.keep, tally.measures.first()) {
                self.targets.insert(measure.kpi);
            }
        }
    }

    fn note(&mut self, entity: EntityId, field: FieldId, loose: bool) {
        self.fields.insert((entity, field));
        if loose {
            self.loose.insert((entity, field));
        }
    }

    /// A field that refers to another record, and the entity of that record.
    fn refer(&mut self, entity: EntityId, via: FieldId, loose: bool) -> Option<EntityId> {
        self.note(entity, via, loose);
        let shape = self.rules.schema.entities.get(entity)?;
        let FieldKind::Reference(other) = shape.fields.get(via)?.kind else { return None };
        self.entities.insert(other);
        Some(other)
    }

    fn expr(&mut self, entity: EntityId, expr: &Expr, loose: bool) {
        let rules = self.rules;
        let mut loose = loose;
        match &expr.kind {
            ExprKind::Field { via: None, field } => self.note(entity, *field, loose),
            ExprKind::Field { via: Some(via), field } => {
                if let Some(other) = self.refer(entity, *via, loose) {
                    self.note(other, *field, loose);
                }
            }
            ExprKind::Figure { via: Some(via), .. }
            | ExprKind::CountedIn { via: Some(via), .. }
            | ExprKind::Awarded { via: Some(via), .. }
            | ExprKind::Placed { via: Some(via), .. } => {
                self.refer(entity, *via, loose);
            }
            ExprKind::Class { via, class } => {
                if let Some(via) = via {
                    self.refer(entity, *via, loose);
                }
                if self.classes.insert((*class, loose))
                    && let Some(class) = rules.classes.get(*class)
                {
                    class.rows.iter().for_each(|row| self.expr(class.entity, &row.guard, loose));
                }
            }
            ExprKind::RootField(field) | ExprKind::OfGroup { field, .. } => {
                self.note(rules.schema.root, *field, loose);
            }
            ExprKind::ProgrammeField(field) => {
                rules.schema.programme.into_iter().for_each(|of| self.note(of, *field, loose));
            }
            ExprKind::Target(kpi) => {
                self.targets.insert(*kpi);
            }
            ExprKind::Previous(kpi) => {
                self.previous.insert(*kpi);
            }
            ExprKind::Aggregate(..) => self.whole = true,
            ExprKind::Over { entity: other, condition, .. } => {
                self.entities.insert(*other);
                return self.expr(*other, condition, loose);
            }
            ExprKind::Listed(_, Listing::Entity(list)) => {
                self.entities.insert(*list);
            }
            ExprKind::IsKnown(_) | ExprKind::Default(..) => loose = true,
            _ => {}
        }
        if loose {
            self.asked_of(&expr.kind);
        }
        expr.kind.parts().into_iter().for_each(|part| self.expr(entity, part, loose));
    }

    /// Notes the rules that an expression refers to, of which more than their value is asked.
    fn asked_of(&mut self, kind: &ExprKind) {
        match *kind {
            // A target may follow from the records that its KPI counts.
            ExprKind::Kpi(kpi)
            | ExprKind::OfProgramme(kpi)
            | ExprKind::OfGroup { kpi, .. }
            | ExprKind::Target(kpi) => self.loose_rules.push(Node::Kpi(kpi)),
            ExprKind::Figure { tally, .. } | ExprKind::CountedIn { tally, .. } => {
                let onces = self.rules.tallies.get(tally).map_or(&[][..], |tally| &tally.onces);
                self.loose_rules.extend(onces.iter().map(|once| Node::Once(*once)));
                self.loose_rules.push(Node::Tally(tally));
            }
            ExprKind::IsMet(rule) => self.loose_rules.push(Node::Obligation(rule)),
            ExprKind::Awarded { award, .. } | ExprKind::Placed { award, .. } => {
                self.loose_rules.push(Node::Award(award));
            }
            _ => {}
        }
    }
}
