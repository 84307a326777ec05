//! What rules of roots and their records read of the programme: its figures, and those of the group
//! that a root belongs to.
//!
//! Where not all roots are there, as in a form, nothing is known of them, and that is what is
//! needed. Not here: computing them (`programme`).

use super::expr::Eval;
use crate::data::Cell;
use crate::eval::value::{Range, Val};
use guiju_model::index::{FieldId, KpiId};
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Need};

impl<'a> Eval<'a> {
    /// A figure of the programme.
    pub(super) fn of_programme(&mut self, kpi: KpiId) -> Val<'a> {
        let whole = self.state.whole.as_deref();
        match whole.and_then(|whole| whole.kpi(kpi)) {
            Some(found) => self.found(found),
            None => self.alone(kpi),
        }
    }

    /// A figure of the group that the root belongs to. Where it is missing which that is, whatever
    /// the figure is in any of them.
    pub(super) fn of_group(&mut self, field: FieldId, kpi: KpiId) -> Val<'a> {
        let Some(whole) = self.state.whole.as_deref() else { return self.alone(kpi) };
        let (entity, row) = (self.rules.schema.root, self.root());
        if let Some(Cell::Choice(value)) = self.data.cell(entity, field, row) {
            return match whole.of_group(field, Some(usize::from(value)), kpi).first() {
                Some(found) => self.found(found),
                None => self.alone(kpi),
            };
        }
        let all = whole.of_group(field, None, kpi);
        let known = |value: &KpiValue| all.iter().all(|other| *other == value);
        // In every group the same.
        if let Some(first @ (KpiValue::Known(_) | KpiValue::NotApplicable)) = all.first()
            && known(first)
        {
            return self.found(first);
        }
        self.needs.push(Need::Field { entity, row, field });
        self.set_undetermined();
        let mut hull: Option<Val<'a>> = None;
        for value in all {
            let found = match value {
                // In that group there is none.
                KpiValue::NotApplicable | KpiValue::Invalid(_) => {
                    self.may_fail = true;
                    self.may_not_apply |= *value == KpiValue::NotApplicable;
                    continue;
                }
                value => self.found(value),
            };
            hull = Some(match hull.take() {
                None => found,
                Some(before) => self.either(before, found),
            });
        }
        hull.unwrap_or_else(|| {
            self.may_fail = true;
            Val::Number(Range::OPEN)
        })
    }

    /// Nothing is known of a figure for which all roots are needed.
    fn alone(&mut self, kpi: KpiId) -> Val<'a> {
        self.needs.push(Need::Programme { kpi });
        self.set_undetermined();
        (self.may_fail, self.may_not_apply) = (true, true);
        let signed = self.rules.schema.kpi_at(kpi).is_none_or(|kpi| kpi.signed);
        Val::Number(Range { low: (!signed).then_some(Exact::ZERO), high: None })
    }
}
