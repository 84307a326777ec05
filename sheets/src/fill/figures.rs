//! Pages of figures below one another: target, what is achieved, and how they differ.
//!
//! Not here: figures side by side (`table`).

use guiju::{Exact, KpiId, KpiValue, Unit};

use super::Filler;
use crate::layout::{Column, Row, RowOf, Section, Shows};
use crate::page::{Cell, Look, Page, Value};

impl Filler<'_> {
    /// The figures of a root, or of the programme.
    pub(super) fn figures(
        &self,
        root: Option<usize>,
        columns: &[Column],
        sections: &[Section],
    ) -> Page {
        let widths = std::iter::once(34)
            .chain(columns.iter().map(|column| if column.shows.is_some() { 18 } else { 26 }));
        let mut page = self.begun(root, &self.filling.sheet.title, widths.collect());
        let mut headings = vec![self.pick("項目", "item")];
        headings.extend(columns.iter().map(|column| self.text(&column.label).to_owned()));
        self.headed(&mut page, headings);
        for section in sections {
            let title = numbered(section.number.as_deref(), self.text(&section.title));
            page.lines.push(vec![Cell::text(title, Look::Section, columns.len() + 1)]);
            let mut numbered = false;
            for row in &section.rows {
                numbered |= row.number.is_some();
                // What has no number of its own is a part of what has.
                let look = if numbered && row.number.is_none() { Look::Part } else { Look::Label };
                page.lines.push(self.line(root, columns, row, look));
            }
        }
        self.ended(&mut page);
        page
    }

    fn line(&self, root: Option<usize>, columns: &[Column], row: &Row, look: Look) -> Vec<Cell> {
        let label = numbered(row.number.as_deref(), self.text(&row.label));
        let mut cells = vec![Cell::text(label, look, 1)];
        for column in columns {
            cells.push(match (row.of, column.shows) {
                (_, None) | (RowOf::Blank, _) => Cell::new(Value::Empty, Look::Fill),
                (RowOf::Figure(kpi), Some(shows)) => self.shown(root, kpi, shows),
                (RowOf::Field(field), Some(Shows::Achieved)) => match root {
                    Some(root) => {
                        let entity = self.filling.evaluation.pack().schema().root;
                        self.field(entity, field, root)
                    }
                    None => Cell::new(Value::Empty, Look::Plain),
                },
                (RowOf::Field(_), Some(_)) => Cell::new(Value::Empty, Look::Plain),
            });
        }
        cells
    }

    /// What a column shows of a figure.
    pub(super) fn shown(&self, root: Option<usize>, kpi: KpiId, shows: Shows) -> Cell {
        let empty = Cell::new(Value::Empty, Look::Plain);
        let Some(unit) = self.kpis.get(kpi).map(|kpi| kpi.unit) else { return empty };
        let (value, target) = (self.value(root, kpi), self.target(root, kpi));
        let cell = |value: Option<KpiValue>, unit: &Unit| {
            value.map_or_else(|| empty.clone(), |value| self.figure(&value, unit))
        };
        match shows {
            Shows::Target => cell(target, unit),
            Shows::Achieved => cell(value, unit),
            Shows::Previous => {
                let data = self.filling.evaluation.data();
                let previous = match root {
                    Some(root) => data.previous(root, kpi),
                    None => data.programme_previous(kpi),
                };
                cell(previous.map(KpiValue::Known), unit)
            }
            Shows::Window => {
                let within = root.and_then(|root| self.within.as_ref()?.get(root)?.get(kpi));
                cell(within.cloned(), unit)
            }
            Shows::Difference => {
                cell(value.zip(target).and_then(|(value, target)| less(&value, &target)), unit)
            }
            Shows::Attainment => {
                let share = match (value, target) {
                    (Some(KpiValue::Known(value)), Some(KpiValue::Known(target))) => {
                        value.attainment(&target)
                    }
                    _ => None,
                };
                cell(share.map(KpiValue::Known), &Unit::Ratio)
            }
        }
    }

    /// The value of a figure over all records.
    pub(super) fn value(&self, root: Option<usize>, kpi: KpiId) -> Option<KpiValue> {
        let outcome = self.filling.evaluation.outcome();
        match root {
            Some(root) => outcome.roots.get(root)?.kpis.get(kpi).cloned(),
            None => {
                let (_, value) = outcome.programme.kpis.iter().find(|(index, _)| *index == kpi)?;
                Some(value.clone())
            }
        }
    }

    /// What a figure should reach: as it is given, or as it follows from records.
    fn target(&self, root: Option<usize>, kpi: KpiId) -> Option<KpiValue> {
        let evaluation = self.filling.evaluation;
        let Some(root) = root else {
            return evaluation.data().programme_target(kpi).map(KpiValue::Known);
        };
        let given = evaluation.data().target(root, kpi).map(KpiValue::Known);
        given.or_else(|| {
            let targets = &evaluation.outcome().roots.get(root)?.targets;
            targets.iter().find(|(index, _)| *index == kpi).map(|(_, value)| value.clone())
        })
    }
}

/// The first value less the second, open where one of them is; nothing where one has no value.
fn less(value: &KpiValue, target: &KpiValue) -> Option<KpiValue> {
    let bounds = |value: &KpiValue| match value {
        KpiValue::Known(value) => Some((Some(value.clone()), Some(value.clone()))),
        KpiValue::Undetermined { low, high, .. } => Some((low.clone(), high.clone())),
        KpiValue::NotApplicable | KpiValue::Invalid(_) => None,
    };
    let (value_bounds, target_bounds) = (bounds(value)?, bounds(target)?);
    let sub = |a: Option<Exact>, b: Option<Exact>| a?.sub(&b?).ok();
    if let (KpiValue::Known(value), KpiValue::Known(target)) = (value, target) {
        return value.sub(target).ok().map(KpiValue::Known);
    }
    let may_be_none = [value, target]
        .into_iter()
        .any(|of| matches!(of, KpiValue::Undetermined { may_be_none: true, .. }));
    Some(KpiValue::Undetermined {
        low: sub(value_bounds.0, target_bounds.1),
        high: sub(value_bounds.1, target_bounds.0),
        may_be_none,
        needs: guiju::Needs::default(),
    })
}

/// A label after its number.
fn numbered(number: Option<&str>, label: &str) -> String {
    number.map_or_else(|| label.to_owned(), |number| format!("{number} {label}"))
}
