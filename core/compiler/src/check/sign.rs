//! Which KPIs can be below zero: what is missing of the others is bounded by zero, and data may not
//! give less.
//!
//! By the shape of the rules alone: whoever subtracts can. Not here: units (`formulas`).

use guiju_model::calendar::Calendar;
use guiju_model::index::{EntityId, FieldId, KpiId, List, TallyId};
use guiju_model::rules::{
    Arithmetic, Expr, ExprKind, Function, Kpi, KpiKind, Rules, Step, Table, Tally, Value,
};
use guiju_model::schema::{FieldKind, Schema};

/// For each KPI, whether its value can be below zero.
pub(super) fn signed(
    kpis: &List<KpiId, Kpi>,
    rules: &Rules,
    steps: &[Step],
    schema: &Schema,
) -> List<KpiId, bool> {
    let (tallies, tables) = (&rules.tallies, &rules.tables[..]);
    let figures = &signed_figures(tallies, tables, steps, schema);
    let mut signed: List<KpiId, bool> = List::new();
    let mut read_by: List<KpiId, Vec<KpiId>> = kpis.iter().map(|_| Vec::new()).collect();
    for (at, kpi) in kpis.entries() {
        let mut reads = Vec::new();
        let measure = |tally: TallyId, measure: usize| {
            let measure = tallies.get(tally).and_then(|tally| tally.measures.get(measure));
            measure
                .filter(|measure| measure.function != Function::Distinct)
                .and_then(|measure| measure.of.as_ref())
        };
        let (entity, value) = match &kpi.kind {
            KpiKind::Measure { tally, measure: index } => {
                (tallies.get(*tally).map(|tally| tally.entity), measure(*tally, *index))
            }
            KpiKind::Part { tally, .. } => {
                (tallies.get(*tally).map(|tally| tally.entity), measure(*tally, 0))
            }
            KpiKind::Formula(value) => (None, Some(value)),
        };
        let shape = Shape { schema, tables, figures, entity: entity.unwrap_or(schema.root) };
        signed.push(value.is_some_and(|value| shape.subtracts(value, &mut reads)));
        for read in reads {
            if let Some(readers) = read_by.get_mut(read) {
                readers.push(at);
            }
        }
    }
    let mut open: Vec<KpiId> = signed.ids().filter(|at| signed[*at]).collect();
    while let Some(at) = open.pop() {
        for reader in std::mem::take(&mut read_by[at]) {
            if !signed[reader] {
                signed[reader] = true;
                open.push(reader);
            }
        }
    }
    signed
}

/// For each tally, whether each of its figures of records can be below zero; a tally comes after
/// those whose figures it reads.
fn signed_figures(
    tallies: &List<TallyId, Tally>,
    tables: &[Table],
    steps: &[Step],
    schema: &Schema,
) -> List<TallyId, Vec<bool>> {
    let mut figures: List<TallyId, Vec<bool>> = tallies.iter().map(|_| Vec::new()).collect();
    for step in steps {
        let Step::Tally(at) = *step else { continue };
        let Some((tally, owner)) =
            tallies.get(at).and_then(|tally| Some((tally, tally.owner.as_ref()?)))
        else {
            continue;
        };
        let shape = Shape { schema, tables, figures: &figures, entity: tally.entity };
        let below = |figure: &guiju_model::rules::Figure| {
            // Which figures of the programme can be is not known yet.
            let mut reads = Vec::new();
            figure.function != Function::Distinct
                && figure
                    .of
                    .as_ref()
                    .is_some_and(|of| shape.subtracts(of, &mut reads) || !reads.is_empty())
        };
        figures[at] = owner.figures.iter().map(below).collect();
    }
    figures
}

struct Shape<'a> {
    schema: &'a Schema,
    tables: &'a [Table],
    figures: &'a List<TallyId, Vec<bool>>,
    entity: EntityId,
}

impl Shape<'_> {
    /// Whether a number can be below zero by itself; `reads` collects the KPIs whose values it may
    /// take.
    fn subtracts(&self, expr: &Expr, reads: &mut Vec<KpiId>) -> bool {
        match &expr.kind {
            ExprKind::Constant(value) => matches!(value, Value::Number(number) if number.is_negative()),
            ExprKind::Field { via, field } => self.below_zero(self.owner(*via), *field),
            ExprKind::RootField(field) => self.below_zero(self.schema.root, *field),
            ExprKind::ProgrammeField(field) => self.schema.programme.is_some_and(|entity| self.below_zero(entity, *field)),
            ExprKind::Figure { tally, figure, .. } => self.figures.get(*tally).and_then(|of| of.get(*figure)).is_some_and(|signed| *signed),
            ExprKind::Kpi(kpi)
            | ExprKind::OfProgramme(kpi)
            | ExprKind::OfGroup { kpi, .. }
            | ExprKind::Previous(kpi)
            | ExprKind::Target(kpi) => {
                reads.push(*kpi);
                false
            }
            ExprKind::Default(a, b, _) => self.subtracts(a, reads) | self.subtracts(b, reads),
            ExprKind::Arithmetic(operator, a, b) => {
                *operator == Arithmetic::Subtract || self.subtracts(a, reads) | self.subtracts(b, reads)
            }
            ExprKind::Negate(_) => true,
            // Before the day of birth.
            ExprKind::Calendar(function, _) => *function == Calendar::Age,
            ExprKind::Round(_, of, _) => self.subtracts(of, reads),
            ExprKind::Extremum { greatest, of } => {
                // A floor that is not below zero itself holds, whatever else is read.
                let holds = |part: &Expr| {
                    let mut others = Vec::new();
                    !self.subtracts(part, &mut others) && others.is_empty()
                };
                !(*greatest && of.iter().any(holds)) && of.iter().fold(false, |found, part| found | self.subtracts(part, reads))
            }
            ExprKind::Case(case) => case.values().fold(false, |found, value| found | self.subtracts(value, reads)),
            ExprKind::Aggregate(_, of) => of.as_ref().is_some_and(|of| self.subtracts(of, reads)),
            // A share of what it is applied to, or a constant of the table.
            ExprKind::Lookup { table, column, .. } => self.tables.get(*table).is_some_and(|table| {
                let negative = |values: &[Value]| matches!(values.get(*column), Some(Value::Number(number)) if number.is_negative());
                table.rows.iter().any(|row| negative(&row.values)) || table.otherwise.iter().any(|row| negative(&row.values))
            }),
            // No numbers, or a count; `value` and `target` stand in obligations only.
            ExprKind::Class { .. }
            | ExprKind::EachValue
            | ExprKind::EachTarget
            | ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare(..)
            | ExprKind::OneOf(..)
            | ExprKind::Within(..)
            | ExprKind::Has { .. }
            | ExprKind::Contains { .. }
            | ExprKind::Matches { .. }
            | ExprKind::IsKnown(_)
            | ExprKind::Over { .. }
            | ExprKind::Listed(..)
            | ExprKind::CountedIn { .. }
            | ExprKind::IsMet(_)
            | ExprKind::Awarded { .. }
            // Nobody is given less than nothing.
            | ExprKind::Placed { .. }
            | ExprKind::Length(_) => false,
        }
    }

    fn owner(&self, via: Option<FieldId>) -> EntityId {
        let field = via.and_then(|via| self.schema.entities.get(self.entity)?.fields.get(via));
        if let Some(FieldKind::Reference(target)) = field.map(|field| &field.kind) {
            *target
        } else {
            self.entity
        }
    }

    fn below_zero(&self, entity: EntityId, field: FieldId) -> bool {
        let field = self.schema.entities.get(entity).and_then(|shape| shape.fields.get(field));
        field
            .and_then(|field| field.kind.bounds())
            .is_some_and(|(low, _)| low.is_none_or(|low| low.is_negative()))
    }
}
