//! One root in full: every KPI with its target and previous value, obligations, issues, and the
//! data still missing.
//!
//! Money is exact here, in 元. Not here: single records (`records`).

use guiju::{Issue, KpiValue};

use super::number::Amounts;
use super::table::{Grid, Look};
use super::{Report, attainment, clean, kpi_label};
use crate::words;

const AMOUNTS: Amounts = Amounts::Exact;

impl Report<'_> {
    pub(crate) fn single(&self, root: usize) -> String {
        let outcome = &self.evaluation.roots[root];
        let entity = self.evaluation.pack().schema().root_entity().label.get(self.locale);
        let title =
            format!("{}{}{entity} {}", self.label(), self.pick("：", ": "), self.root_title(root));
        let placed = self.evaluation.placed(root);
        let tables = [
            self.kpis(root),
            self.awards_of(root),
            self.obligations(self.pick("義務", "Obligations"), &outcome.obligations, AMOUNTS),
            self.issues(&outcome.issues),
            self.needs(
                outcome.kpis.iter(),
                outcome.obligations.iter(),
                placed.iter().map(|place| &place.standing.needs),
            ),
        ];
        clean(&title) + "\n" + &tables.map(|grid| grid.text()).concat()
    }

    /// The key of a root and, where it has one, its name.
    pub(super) fn root_title(&self, root: usize) -> String {
        let name = self
            .name_field()
            .and_then(|(field, _)| self.evaluation.data().root_text(root, field))
            .unwrap_or_default();
        format!("{} {name}", self.evaluation.data().root_key(root)).trim_end().to_owned()
    }

    pub(super) fn kpis(&self, root: usize) -> Grid {
        let header = [
            self.pick("指標", "KPI"),
            self.pick("數值", "value"),
            self.pick("單位", "unit"),
            self.pick("預期", "target"),
            self.pick("達成率 (%)", "attainment (%)"),
            self.pick("上年度", "previous"),
            self.pick("狀態", "state"),
        ];
        let mut grid = Grid::new(self.pick("指標", "KPIs"), &header);
        [1, 3, 4, 5].into_iter().for_each(|column| grid.right(column));
        for (index, value) in self.evaluation.roots[root].kpis.entries() {
            let kpi = &self.kpis[index];
            let (target, previous) =
                (self.evaluation.target(root, index), self.evaluation.data().previous(root, index));
            let shown = |value| AMOUNTS.value(value, kpi.unit);
            let state = if matches!(value, KpiValue::Undetermined { .. }) {
                Look::Open
            } else {
                Look::Plain
            };
            grid.row(vec![
                kpi_label(kpi, self.locale),
                AMOUNTS.kpi(value, kpi.unit, self.locale).into(),
                AMOUNTS.unit(kpi.unit).into(),
                target.as_ref().map(shown).unwrap_or_default().into(),
                attainment(value, target.as_ref()),
                previous.as_ref().map(shown).unwrap_or_default().into(),
                state.on(words::state(value, self.locale)),
            ]);
        }
        grid
    }

    pub(super) fn issues(&self, issues: &[Issue]) -> Grid {
        let header = [
            self.pick("資料", "record"),
            self.pick("欄位", "field"),
            self.pick("等級", "severity"),
            self.pick("說明", "message"),
            self.pick("依據", "clause"),
        ];
        let mut grid = Grid::new(self.pick("資料問題", "Issues"), &header);
        for issue in issues {
            let entity = &self.evaluation.pack().schema().entities[issue.entity];
            grid.row(vec![
                format!(
                    "{}/{}",
                    entity.name,
                    self.evaluation.data().record_key(issue.entity, issue.row)
                )
                .into(),
                issue
                    .field
                    .map(|field| entity.fields[field].label.get(self.locale))
                    .unwrap_or_default()
                    .into(),
                words::severity(issue.severity, self.locale).into(),
                issue.message.get(self.locale).into(),
                super::clause(issue.clause.clone()),
            ]);
        }
        grid
    }
}
