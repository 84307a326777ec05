//! Pages of figures side by side: a line for each root, or for each value of a field and for the
//! programme.
//!
//! Not here: figures below one another (`figures`).

use guiju::{FieldKind, KpiId, KpiValue};

use super::Filler;
use crate::layout::{Shows, Table};
use crate::page::{Cell, Look, Page, Value};

impl Filler<'_> {
    pub(super) fn table(&self, table: &Table) -> Page {
        let evaluation = self.filling.evaluation;
        let entity = evaluation.pack().schema().root_entity();
        let by = table.by.and_then(|by| entity.fields.get(by));
        let first = match by {
            Some(field) => vec![(self.text(&field.label).to_owned(), 24)],
            None => {
                vec![(self.text(&entity.label).to_owned(), 10), (self.pick("名稱", "name"), 26)]
            }
        };
        let widths = first.iter().map(|(_, width)| *width);
        let widths = widths.chain(table.figures.iter().map(|_| 16)).collect();
        let mut page = self.begun(None, &table.title, widths);
        let labels = table.figures.iter().filter_map(|kpi| self.kpis.get(*kpi));
        let labels = labels.map(|kpi| self.text(kpi.label).to_owned());
        self.headed(&mut page, first.into_iter().map(|(label, _)| label).chain(labels).collect());
        match (table.by, by.map(|field| &field.kind)) {
            (Some(by), Some(FieldKind::Choice(choices))) => {
                let groupings = &evaluation.outcome().groups;
                let values = groupings.iter().find(|grouping| grouping.field == by);
                for (value, group) in values.into_iter().flat_map(|grouping| &grouping.values) {
                    let label = choices.values.get(*value).map(|choice| self.text(&choice.label));
                    page.lines.push(self.group(label.unwrap_or_default(), table, &group.kpis));
                }
                let all = self.pick("合計", "all");
                page.lines.push(self.group(&all, table, &evaluation.outcome().programme.kpis));
            }
            _ => {
                for root in 0..evaluation.data().len() {
                    let key = evaluation.data().root_key(root);
                    let name = self.name_of(root).unwrap_or_default();
                    let mut line =
                        vec![Cell::text(key, Look::Label, 1), Cell::text(name, Look::Label, 1)];
                    line.extend(
                        table
                            .figures
                            .iter()
                            .map(|kpi| self.shown(Some(root), *kpi, Shows::Achieved)),
                    );
                    page.lines.push(line);
                }
            }
        }
        self.ended(&mut page);
        page
    }

    fn group(&self, label: &str, table: &Table, kpis: &[(KpiId, KpiValue)]) -> Vec<Cell> {
        let cell = |kpi: &KpiId| {
            let value = kpis.iter().find(|(index, _)| index == kpi).map(|(_, value)| value);
            match value.zip(self.kpis.get(*kpi)) {
                Some((value, kpi)) => self.figure(value, kpi.unit),
                None => Cell::new(Value::Empty, Look::Plain),
            }
        };
        let label = Cell::text(label, Look::Label, 1);
        std::iter::once(label).chain(table.figures.iter().map(cell)).collect()
    }
}
