//! Which clauses ask for each field of the data: what stands beside a heading that people fill in.
//!
//! Not here: whether clauses are dealt with (`coverage`).

use std::collections::BTreeMap;

use crate::pack::Pack;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::{Among, Basis, Expr, ExprKind, KpiKind, Listing, Rules};
use guiju_model::schema::FieldKind;

/// The clauses of each field, by entity and field.
type Found = BTreeMap<(EntityId, FieldId), Vec<String>>;

impl Pack {
    /// For each field that rules read, by its entity and itself: the
    /// clauses of these rules, as `document:clause`, each once, in the order of the rules. Rules
    /// that give a reason of their own, and no clause, are not among them.
    ///
    /// ```
    /// use guiju::{FieldId, Limits, Parsed, Source};
    /// let rules = r#"pack shops
    /// source g { 1 "fees" }
    /// entity shop { key id: text  fee: money }
    /// kpi due = fee * 2 @ 1"#;
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &Limits::default()).check().into_pack()?;
    /// let fee = (pack.schema().root, FieldId::new(1));
    /// assert_eq!(pack.clauses_by_field()[&fee], ["g:1"]);
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn clauses_by_field(&self) -> BTreeMap<(EntityId, FieldId), Vec<String>> {
        let rules = &*self.rules;
        let mut reads = Reads { rules, found: Found::new() };
        for class in &rules.classes {
            class.rows.iter().for_each(|row| reads.expr(class.entity, &row.guard, &row.basis));
        }
        for tally in &rules.tallies {
            // What a requirement reads, it asks by its own clauses.
            let own: Vec<&Expr> =
                tally.require.iter().map(|requirement| &requirement.condition).collect();
            for expr in tally
                .exprs()
                .into_iter()
                .filter(|expr| !own.iter().any(|own| std::ptr::eq(*own, *expr)))
            {
                reads.expr(tally.entity, expr, &tally.basis);
            }
            for requirement in &tally.require {
                let basis = if requirement.basis == Basis::None {
                    &tally.basis
                } else {
                    &requirement.basis
                };
                reads.expr(tally.entity, &requirement.condition, basis);
            }
        }
        for once in &rules.onces {
            for claimant in once.groups.iter().flatten() {
                let entity = rules.tallies[claimant.tally].entity;
                let key = claimant.key.iter().map(|part| &part.value);
                key.chain(once.among().into_iter().flat_map(Among::exprs))
                    .for_each(|expr| reads.expr(entity, expr, &once.basis));
            }
        }
        let root = rules.schema.root;
        for kpi in &rules.kpis {
            let formula =
                if let KpiKind::Formula(formula) = &kpi.kind { Some(formula) } else { None };
            formula
                .into_iter()
                .chain(&kpi.when)
                .for_each(|expr| reads.expr(root, expr, &kpi.basis));
        }
        for obligation in &rules.obligations {
            obligation
                .when
                .iter()
                .chain([&obligation.expect])
                .for_each(|expr| reads.expr(root, expr, &obligation.basis));
        }
        for check in &rules.checks {
            check
                .when
                .iter()
                .chain([&check.expect])
                .for_each(|expr| reads.expr(check.entity, expr, &check.basis));
        }
        reads.found
    }
}

struct Reads<'a> {
    rules: &'a Rules,
    found: Found,
}

impl Reads<'_> {
    fn note(&mut self, field: (EntityId, FieldId), basis: &Basis) {
        let known = self.found.entry(field).or_default();
        for id in self.rules.clause_ids(basis) {
            if !known.contains(&id) {
                known.push(id);
            }
        }
        if known.is_empty() {
            self.found.remove(&field);
        }
    }

    /// Everything that an expression over records of an entity reads.
    fn expr(&mut self, entity: EntityId, expr: &Expr, basis: &Basis) {
        match &expr.kind {
            ExprKind::Field { via: None, field } => self.note((entity, *field), basis),
            ExprKind::Field { via: Some(via), field } => {
                self.note((entity, *via), basis);
                if let FieldKind::Reference(other) =
                    self.rules.schema.entities[entity].fields[*via].kind
                {
                    self.note((other, *field), basis);
                }
            }
            ExprKind::Class { via: Some(via), .. }
            | ExprKind::CountedIn { via: Some(via), .. }
            | ExprKind::Awarded { via: Some(via), .. }
            | ExprKind::Placed { via: Some(via), .. } => self.note((entity, *via), basis),
            ExprKind::RootField(field) => self.note((self.rules.schema.root, *field), basis),
            ExprKind::ProgrammeField(field) => {
                if let Some(programme) = self.rules.schema.programme {
                    self.note((programme, *field), basis);
                }
            }
            ExprKind::Over { entity: other, condition, .. } => {
                return self.expr(*other, condition, basis);
            }
            ExprKind::Listed(_, Listing::Entity(list)) => {
                if let Some(shape) = self.rules.schema.entities.get(*list) {
                    self.note((*list, shape.key), basis);
                }
            }
            _ => {}
        }
        expr.kind.parts().into_iter().for_each(|part| self.expr(entity, part, basis));
    }
}
