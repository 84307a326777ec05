//! Many roots: the programme as a whole, by the values of each grouping field, then a line for each
//! root.
//!
//! Money is in 仟元 here. Not here: the full result of one root (`single`).

use guiju::{Exact, FieldKind, Group, Grouping, KpiForm, KpiId, KpiInfo, Locale, Severity, Status};

use super::number::Amounts;
use super::table::{Cell, Grid, Look};
use super::{Report, attainment, clean};
use crate::words;

pub(super) const AMOUNTS: Amounts = Amounts::Thousands;
/// The most KPIs in the table of roots; all of them stand in the report on one root.
const COLUMNS: usize = 6;

impl Report<'_> {
    pub(crate) fn overview(&self) -> String {
        let mut text = clean(&self.heading()) + "\n" + self.rounding() + "\n";
        text.push_str(&self.programme().text());
        self.evaluation
            .groups
            .iter()
            .for_each(|grouping| text.push_str(&self.grouping(grouping).text()));
        self.awards().iter().for_each(|grid| text.push_str(&grid.text()));
        text.push_str(&self.roots().text());
        text.push_str(&self.obligations_of_programme().text());
        text.push_str(&self.all_needs().text());
        text
    }

    /// What leaves anything open: in the programme, in a group, in a root or in an award.
    pub(super) fn all_needs(&self) -> Grid {
        let outcome = self.evaluation;
        let groups = || {
            outcome
                .groups
                .iter()
                .flat_map(|grouping| &grouping.values)
                .map(|(_, group)| group)
                .chain([&outcome.programme])
        };
        let of_groups = groups().flat_map(|group| &group.kpis).map(|(_, value)| value);
        let values = of_groups.chain(outcome.roots.iter().flat_map(|root| &root.kpis));
        let obligations = groups()
            .flat_map(|group| &group.obligations)
            .chain(outcome.roots.iter().flat_map(|root| &root.obligations));
        let standings = outcome.awards.iter().flat_map(|award| &award.standings);
        self.needs(values, obligations, standings.map(|standing| &standing.needs))
    }

    fn heading(&self) -> String {
        let (label, name) = (self.label(), self.evaluation.pack().name());
        match self.locale {
            Locale::ZhTw => format!("{label}（{name}）：{}", self.amount_of_data()),
            Locale::En => format!("{label} ({name}): {}", self.amount_of_data()),
        }
    }

    /// How much was judged.
    pub(super) fn amount_of_data(&self) -> String {
        let root = self.evaluation.pack().schema().root_entity().label.get(self.locale);
        let (roots, records) = (self.evaluation.data().len(), self.evaluation.data().records());
        match self.locale {
            Locale::ZhTw => format!("{root} {roots} 個，資料共 {records} 筆"),
            Locale::En => format!("{root} {roots}; records {records}"),
        }
    }

    /// How money is shown over all roots.
    pub(super) fn rounding(&self) -> &'static str {
        words::pick(
            self.locale,
            "金額以仟元表示，四捨五入。",
            "Money in 仟元, rounded half away from zero.",
        )
    }

    /// The programme's KPIs that are not grouped; the others have their total in the table of
    /// groups.
    pub(super) fn programme(&self) -> Grid {
        let shown = || {
            self.evaluation
                .programme
                .kpis
                .iter()
                .filter(|(index, _)| self.kpis[*index].by.is_none())
        };
        let given = |kpi: KpiId| {
            [
                self.evaluation.data().programme_target(kpi),
                self.evaluation.data().programme_previous(kpi),
            ]
        };
        let mut header =
            vec![self.pick("指標", "KPI"), self.pick("數值", "value"), self.pick("單位", "unit")];
        // Mostly nothing is given for the programme.
        let any_given = shown().any(|(index, _)| given(*index).iter().any(Option::is_some));
        if any_given {
            header.extend([
                self.pick("預期", "target"),
                self.pick("達成率 (%)", "attainment (%)"),
                self.pick("上年度", "previous"),
            ]);
        }
        let mut grid = Grid::new(self.pick("全計畫", "Programme"), &header);
        (1..header.len()).filter(|column| *column != 2).for_each(|column| grid.right(column));
        for (index, value) in shown() {
            let kpi = &self.kpis[*index];
            let mut cells: Vec<Cell> = vec![
                kpi.label.get(self.locale).into(),
                AMOUNTS.kpi_or_state(value, kpi.unit, self.locale).into(),
                AMOUNTS.unit(kpi.unit).into(),
            ];
            if any_given {
                let [target, previous] = given(*index);
                let shown = |given: Option<&Exact>| {
                    given.map(|given| AMOUNTS.value(given, kpi.unit)).unwrap_or_default()
                };
                cells.extend([
                    shown(target.as_ref()).into(),
                    attainment(value, target.as_ref()),
                    shown(previous.as_ref()).into(),
                ]);
            }
            grid.row(cells);
        }
        grid
    }

    pub(super) fn obligations_of_programme(&self) -> Grid {
        self.obligations(
            self.pick("全計畫義務", "Obligations of the programme"),
            &self.evaluation.programme.obligations,
            AMOUNTS,
        )
    }

    /// The KPIs that are grouped by a field.
    pub(super) fn grouped(&self, grouping: &Grouping) -> Vec<KpiId> {
        self.kpis.ids().filter(|kpi| self.kpis[*kpi].by == Some(grouping.field)).collect()
    }

    /// A row for each value of the field, in the order of its declaration, and the total.
    pub(super) fn grouping(&self, grouping: &Grouping) -> Grid {
        let field = &self.evaluation.pack().schema().root_entity().fields[grouping.field];
        let columns = self.grouped(grouping);
        let field_label = field.label.get(self.locale);
        let title = match self.locale {
            Locale::ZhTw => format!("全計畫，依{field_label}"),
            Locale::En => format!("Programme by {field_label}"),
        };
        let header = std::iter::once(field_label.to_owned())
            .chain(columns.iter().map(|kpi| self.header(&self.kpis[*kpi])));
        let mut grid = Grid::new(title, &header.collect::<Vec<_>>());
        let FieldKind::Choice(choices) = &field.kind else { return grid };
        (1..=columns.len()).for_each(|column| grid.right(column));
        let row = |label: &str, group: &Group| {
            let cells = columns.iter().map(|column| {
                let found = group.kpis.iter().find(|(index, _)| index == column);
                found
                    .map(|(_, value)| {
                        AMOUNTS.kpi_or_state(value, self.kpis[*column].unit, self.locale)
                    })
                    .unwrap_or_default()
            });
            std::iter::once(label.to_owned()).chain(cells).collect::<Vec<_>>()
        };
        for (value, group) in &grouping.values {
            grid.row(row(choices.values[*value].label.get(self.locale), group));
        }
        grid.row(row(self.pick("合計", "total"), &self.evaluation.programme));
        grid
    }

    /// A line for each root: its formulas where the pack has any, otherwise what its tallies
    /// measure.
    pub(super) fn roots(&self) -> Grid {
        let of_form = |form| {
            (self.evaluation.pack().schema().kpis.ids())
                .filter(move |kpi| self.kpis[*kpi].form == form)
                .take(COLUMNS)
                .collect::<Vec<_>>()
        };
        let mut columns = of_form(KpiForm::Formula);
        if columns.is_empty() {
            columns = of_form(KpiForm::Measure);
        }
        let entity = self.evaluation.pack().schema().root_entity();
        let name = self.name_field();
        let mut header = vec![entity.fields[entity.key].label.get(self.locale).to_owned()];
        header.extend(name.map(|(_, label)| label.to_owned()));
        let first = header.len();
        header.extend(columns.iter().map(|kpi| self.header(&self.kpis[*kpi])));
        header.extend(
            [
                self.pick("未達成義務", "not met"),
                self.pick("待定義務", "undetermined"),
                self.pick("資料問題", "issues"),
            ]
            .map(str::to_owned),
        );
        let title = match self.locale {
            Locale::ZhTw => format!("各{}", entity.label.get(self.locale)),
            Locale::En => format!("Each {}", entity.label.get(self.locale)),
        };
        let mut grid = Grid::new(title, &header);
        (first..header.len()).for_each(|column| grid.right(column));
        for (root, outcome) in self.evaluation.roots.iter().enumerate() {
            let mut cells =
                vec![Look::Link(self.anchor(root)).on(self.evaluation.data().root_key(root))];
            cells.extend(name.map(|(field, _)| {
                self.evaluation.data().root_text(root, field).unwrap_or_default().into()
            }));
            cells.extend(columns.iter().map(|kpi| {
                AMOUNTS.kpi_or_state(&outcome.kpis[*kpi], self.kpis[*kpi].unit, self.locale).into()
            }));
            let with = |status| {
                outcome.obligations.iter().filter(|outcome| outcome.status == status).count()
            };
            let issues =
                outcome.issues.iter().filter(|issue| issue.severity > Severity::Advice).count();
            cells.extend([
                counted(Look::Bad, with(Status::NotMet)),
                counted(Look::Open, with(Status::Undetermined)),
            ]);
            cells.push(issues.to_string().into());
            grid.row(cells);
        }
        grid
    }

    /// A KPI's label and, below it, its unit.
    fn header(&self, kpi: &KpiInfo<'_>) -> String {
        let (label, unit) = (kpi.label.get(self.locale), AMOUNTS.unit(kpi.unit));
        if unit.is_empty() { label.to_owned() } else { format!("{label}\n({unit})") }
    }
}

/// A number that catches the eye where it is not zero.
fn counted(look: Look, number: usize) -> Cell {
    if number == 0 { number.to_string().into() } else { look.on(number.to_string()) }
}
