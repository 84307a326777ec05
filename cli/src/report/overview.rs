//! Many roots: the programme as a whole, by the values of each grouping field, then a line for each root.
//!
//! Money is in 仟元 here. Not here: the full result of one root (`single`).

use guiju::{FieldKind, Grouping, KpiForm, KpiInfo, Locale, Severity, Status};

use super::number::Amounts;
use super::table::Grid;
use super::{Report, clean};

const AMOUNTS: Amounts = Amounts::Thousands;
/// The most KPIs in the table of roots; all of them stand in the report on one root.
const COLUMNS: usize = 6;

impl Report<'_> {
    pub(crate) fn overview(&self) -> String {
        let mut text = self.heading();
        text.push_str(&self.programme());
        for grouping in &self.outcome.groups {
            text.push_str(&self.grouping(grouping));
        }
        text.push_str(&self.roots());
        let programme = &self.outcome.programme;
        text.push_str(&self.obligations(self.pick("全計畫義務", "Obligations of the programme"), &programme.obligations, AMOUNTS));
        text.push_str(&self.needs(programme.kpis.iter().map(|(_, value)| value), &programme.obligations));
        text
    }

    fn heading(&self) -> String {
        let root = self.plan.schema().root_entity().label.get(self.locale);
        let (label, name, roots, records) = (self.label, self.plan.name(), self.data.len(), self.data.records());
        clean(&match self.locale {
            Locale::ZhTw => format!("{label}（{name}）：{root} {roots} 個，資料共 {records} 筆"),
            Locale::En => format!("{label} ({name}): {root} {roots}; records {records}"),
        }) + "\n"
            + self.pick("金額以仟元表示，四捨六入五成雙。", "Money in 仟元, rounded half-even.")
            + "\n"
    }

    /// The programme's KPIs that are not grouped; the others have their total in the table of groups.
    fn programme(&self) -> String {
        let shown = || self.outcome.programme.kpis.iter().filter(|(index, _)| self.kpis[*index].by.is_none());
        let given = |kpi: usize| [self.data.programme_target(kpi), self.data.programme_previous(kpi)];
        let mut header = vec![self.pick("指標", "KPI"), self.pick("數值", "value"), self.pick("單位", "unit")];
        // Mostly nothing is given for the programme.
        if shown().any(|(index, _)| given(*index).iter().any(Option::is_some)) {
            header.extend([self.pick("預期", "target"), self.pick("上年度", "previous")]);
        }
        let mut grid = Grid::new(&header);
        (1..header.len()).filter(|column| *column != 2).for_each(|column| grid.right(column));
        for (index, value) in shown() {
            let kpi = &self.kpis[*index];
            let value = AMOUNTS.kpi_or_state(value, kpi.unit, self.locale);
            let mut cells = vec![kpi.label.get(self.locale).to_owned(), value, AMOUNTS.unit(kpi.unit)];
            cells.extend(
                given(*index)
                    .into_iter()
                    .take(header.len() - 3)
                    .map(|given| given.map(|given| AMOUNTS.value(given, kpi.unit)).unwrap_or_default()),
            );
            grid.row(cells);
        }
        grid.section(self.pick("全計畫", "Programme"))
    }

    /// A row for each value of the field, in the order of its declaration, and the total.
    fn grouping(&self, grouping: &Grouping) -> String {
        let field = &self.plan.schema().root_entity().fields[grouping.field];
        let FieldKind::Choice(choices) = &field.kind else { return String::new() };
        let columns: Vec<usize> = (0..self.kpis.len()).filter(|kpi| self.kpis[*kpi].by == Some(grouping.field)).collect();
        let field_label = field.label.get(self.locale);
        let header = std::iter::once(field_label.to_owned()).chain(columns.iter().map(|kpi| self.header(&self.kpis[*kpi])));
        let mut grid = Grid::new(&header.collect::<Vec<_>>());
        (1..=columns.len()).for_each(|column| grid.right(column));
        let row = |label: &str, group: &guiju::Group| {
            let cells = columns.iter().map(|column| {
                let value = group.kpis.iter().find(|(kpi, _)| kpi == column);
                value.map(|(_, value)| AMOUNTS.kpi_or_state(value, self.kpis[*column].unit, self.locale)).unwrap_or_default()
            });
            std::iter::once(label.to_owned()).chain(cells).collect::<Vec<_>>()
        };
        for (value, group) in &grouping.values {
            grid.row(row(choices.values[*value].label.get(self.locale), group));
        }
        grid.row(row(self.pick("合計", "total"), &self.outcome.programme));
        grid.section(&match self.locale {
            Locale::ZhTw => format!("全計畫，依{field_label}"),
            Locale::En => format!("Programme by {field_label}"),
        })
    }

    /// A line for each root: its formulas where the pack has any, otherwise what its tallies measure.
    fn roots(&self) -> String {
        let of_form =
            |form| (0..self.plan.schema().kpis.len()).filter(move |kpi| self.kpis[*kpi].form == form).take(COLUMNS).collect::<Vec<_>>();
        let mut columns = of_form(KpiForm::Formula);
        if columns.is_empty() {
            columns = of_form(KpiForm::Measure);
        }
        let entity = self.plan.schema().root_entity();
        let name = self.name_field();
        let mut header = vec![entity.fields[entity.key].label.get(self.locale).to_owned()];
        header.extend(name.map(|(_, label)| label.to_owned()));
        let first = header.len();
        header.extend(columns.iter().map(|kpi| self.header(&self.kpis[*kpi])));
        header.extend(
            [self.pick("未達成義務", "not met"), self.pick("待定義務", "undetermined"), self.pick("資料問題", "issues")].map(str::to_owned),
        );
        let mut grid = Grid::new(&header);
        (first..header.len()).for_each(|column| grid.right(column));
        for (root, outcome) in self.outcome.roots.iter().enumerate() {
            let mut cells = vec![self.data.root_key(root).to_owned()];
            cells.extend(name.map(|(field, _)| self.data.root_text(root, field).unwrap_or_default().to_owned()));
            cells.extend(columns.iter().map(|kpi| AMOUNTS.kpi_or_state(&outcome.kpis[*kpi], self.kpis[*kpi].unit, self.locale)));
            let with = |status| outcome.obligations.iter().filter(|outcome| outcome.status == status).count().to_string();
            let issues = outcome.issues.iter().filter(|issue| issue.severity > Severity::Advice).count();
            cells.extend([with(Status::NotMet), with(Status::Undetermined), issues.to_string()]);
            grid.row(cells);
        }
        grid.section(&match self.locale {
            Locale::ZhTw => format!("各{}", entity.label.get(self.locale)),
            Locale::En => format!("Each {}", entity.label.get(self.locale)),
        })
    }

    /// A KPI's label and, below it, its unit.
    fn header(&self, kpi: &KpiInfo<'_>) -> String {
        let (label, unit) = (kpi.label.get(self.locale), AMOUNTS.unit(kpi.unit));
        if unit.is_empty() { label.to_owned() } else { format!("{label}\n({unit})") }
    }
}
