//! What tables take where keys are open: a row is searched for where its keys are known, and all
//! rows are looked at where they are not. Found from the data beforehand, so that both evaluators
//! charge the same.
//!
//! Not here: finding rows (`lookups`), and what a search takes, which expressions say themselves.

use crate::data::{Cell, Dataset};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::{
    Aggregate, Expr, ExprKind, KpiKind, KpiScope, ObligationScope, Rules, Tally,
};
use guiju_model::schema::FieldKind;

/// What an expression is about.
#[derive(Clone, Copy)]
enum About {
    Record(EntityId),
    Root,
    /// All roots, or those of a group.
    Roots,
}

/// A field that a key reads.
enum Read {
    Own(FieldId),
    Via(FieldId, FieldId),
    Root(FieldId),
    Programme(FieldId),
}

/// The steps of looking at all rows, wherever that is done.
pub(crate) fn cost(rules: &Rules, data: &Dataset) -> u64 {
    if rules.tables.iter().all(|table| table.steps() >= table.rows.len() as u64) {
        return 0;
    }
    let mut open = OpenKeys { rules, data, classes: vec![None; rules.classes.len()], steps: 0 };
    open.of_rules();
    open.steps
}

struct OpenKeys<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    /// What deciding each classification takes beyond what it says itself.
    classes: Vec<Option<u64>>,
    steps: u64,
}

impl<'a> OpenKeys<'a> {
    fn of_rules(&mut self) {
        let rules = self.rules;
        let roots = self.data.len() as u64;
        // Groups look at every root once more.
        let of_programme = roots.saturating_mul(2).saturating_add(1);
        for tally in &rules.tallies {
            self.of_tally(tally);
        }
        for once in &rules.onces {
            for claimant in once.groups.iter().flatten() {
                let Some(tally) = rules.tallies.get(claimant.tally) else { continue };
                let keys = claimant.key.iter().map(|part| &part.value);
                let among = once.among().into_iter().flat_map(|among| among.exprs());
                keys.chain(among).for_each(|e| self.expr(e, About::Record(tally.entity), 2));
            }
        }
        for kpi in &rules.kpis {
            let formula =
                if let KpiKind::Formula(formula) = &kpi.kind { Some(formula) } else { None };
            let (about, times) = match kpi.scope {
                KpiScope::Root => (About::Root, 1),
                KpiScope::Programme { .. } => (About::Roots, of_programme),
            };
            formula.into_iter().chain(&kpi.when).for_each(|e| self.expr(e, about, times));
        }
        for rule in &rules.obligations {
            let (about, times) = match rule.scope {
                ObligationScope::Root => (About::Root, 1),
                ObligationScope::EveryTarget => (About::Root, rules.kpis.len() as u64),
                ObligationScope::Programme => (About::Roots, of_programme),
            };
            rule.when.iter().chain([&rule.expect]).for_each(|e| self.expr(e, about, times));
        }
        for award in &rules.awards {
            let of_root = award.entity == rules.schema.root;
            let about = if of_root { About::Root } else { About::Record(award.entity) };
            // Who may stand in several groups is asked for each.
            let field = award.by.and_then(|by| rules.schema.root_entity().fields.get(by));
            let groups = match field.map(|field| &field.kind) {
                Some(FieldKind::Choice(choices)) => choices.values.len() as u64,
                _ => 1,
            };
            award.asked().into_iter().for_each(|e| self.expr(e, about, groups));
            for requirement in &award.require {
                self.expr(&requirement.condition, about, groups);
            }
            self.expr(&award.limit, About::Roots, of_programme);
        }
        for check in &rules.checks {
            let about = match check.entity == rules.schema.root {
                true => About::Root,
                false => About::Record(check.entity),
            };
            check.when.iter().chain([&check.expect]).for_each(|e| self.expr(e, about, 1));
        }
    }

    fn of_tally(&mut self, tally: &'a Tally) {
        let about = About::Record(tally.entity);
        tally.exprs().into_iter().for_each(|e| self.expr(e, about, 1));
        // Each part asks once more.
        for split in &tally.splits {
            self.expr(&split.by, about, split.parts.len() as u64);
        }
    }

    fn expr(&mut self, expr: &'a Expr, about: About, times: u64) {
        match &expr.kind {
            ExprKind::Lookup { table, of, .. } => {
                let rows = self.rules.tables.get(*table).map_or(0, |table| table.rows.len() as u64);
                let open = self.open(of, about);
                self.add(rows, open, times);
            }
            ExprKind::Class { class, .. } => {
                let steps = self.of_class(*class);
                self.add(steps, self.all(about), times);
            }
            ExprKind::Over { entity, condition, .. } => {
                return self.expr(condition, About::Record(*entity), times);
            }
            ExprKind::Aggregate(aggregate, Some(of)) => {
                // The share of a sum asks for the others too.
                let looks = if matches!(aggregate, Aggregate::Share) { 4 } else { 2 };
                return self.expr(of, About::Root, looks);
            }
            _ => {}
        }
        expr.kind.parts().into_iter().for_each(|part| self.expr(part, about, times));
    }

    fn add(&mut self, steps: u64, subjects: u64, times: u64) {
        let all = steps.saturating_mul(subjects).saturating_mul(times);
        self.steps = self.steps.saturating_add(all);
    }

    /// How many there are to ask; of all roots together, one.
    fn all(&self, about: About) -> u64 {
        match about {
            About::Record(entity) => {
                self.data.tables.get(entity).map_or(0, |table| table.rows as u64)
            }
            About::Root => self.data.len() as u64,
            About::Roots => 1,
        }
    }

    /// The rows of all tables that the conditions of a classification ask.
    fn of_class(&mut self, class: usize) -> u64 {
        match self.classes.get(class) {
            Some(Some(steps)) => return *steps,
            None => return 0,
            Some(None) => {}
        }
        // One that leads back to itself is none.
        self.classes[class] = Some(0);
        let mut steps = 0_u64;
        let rows = self.rules.classes.get(class).map_or(&[][..], |class| &class.rows);
        let mut left: Vec<&Expr> = rows.iter().map(|row| &row.guard).collect();
        while let Some(expr) = left.pop() {
            let own = match &expr.kind {
                ExprKind::Lookup { table, .. } => {
                    self.rules.tables.get(*table).map_or(0, |table| table.rows.len() as u64)
                }
                ExprKind::Class { class, .. } => self.of_class(*class),
                _ => 0,
            };
            steps = steps.saturating_add(own);
            left.extend(expr.kind.parts());
        }
        self.classes[class] = Some(steps);
        steps
    }

    /// How many of those that are asked have keys that may be open.
    fn open(&self, keys: &[Expr], about: About) -> u64 {
        let mut reads = Vec::new();
        if !keys.iter().all(|key| read(key, &mut reads)) || matches!(about, About::Roots) {
            return self.all(about);
        }
        let (schema, data) = (&self.rules.schema, self.data);
        let programme =
            |field: FieldId| schema.programme.is_none_or(|of| data.cell(of, field, 0).is_none());
        let lacks = |entity: EntityId, row: usize, root: &dyn Fn() -> usize| {
            reads.iter().any(|read| match *read {
                Read::Own(field) => data.cell(entity, field, row).is_none(),
                Read::Root(field) => data.cell(schema.root, field, root()).is_none(),
                Read::Programme(field) => programme(field),
                Read::Via(via, field) => {
                    let kind = schema.entities.get(entity).and_then(|of| of.fields.get(via));
                    match (data.cell(entity, via, row), kind.map(|field| &field.kind)) {
                        (Some(Cell::Row(other)), Some(FieldKind::Reference(target))) => {
                            data.cell(*target, field, other as usize).is_none()
                        }
                        _ => true,
                    }
                }
            })
        };
        let count = match about {
            About::Record(entity) => (0..data.tables.get(entity).map_or(0, |table| table.rows))
                .filter(|row| lacks(entity, *row, &|| data.root_of(entity, *row)))
                .count(),
            _ => (0..data.len()).filter(|root| lacks(schema.root, *root, &|| *root)).count(),
        };
        count as u64
    }
}

/// Notes the fields that a key reads; whether it is known where these are.
fn read(expr: &Expr, found: &mut Vec<Read>) -> bool {
    match expr.kind {
        ExprKind::Field { via: None, field } => found.push(Read::Own(field)),
        ExprKind::Field { via: Some(via), field } => found.push(Read::Via(via, field)),
        ExprKind::RootField(field) => found.push(Read::Root(field)),
        ExprKind::ProgrammeField(field) => found.push(Read::Programme(field)),
        ExprKind::Constant(_)
        | ExprKind::Not(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Compare(..)
        | ExprKind::OneOf(..)
        | ExprKind::Within(..)
        | ExprKind::Arithmetic(..)
        | ExprKind::Negate(_)
        | ExprKind::Length(_)
        | ExprKind::Extremum { .. }
        | ExprKind::Round(..)
        | ExprKind::Calendar(..) => {}
        // What follows from other rules may be open whatever is given.
        _ => return false,
    }
    expr.kind.parts().into_iter().all(|part| read(part, found))
}
