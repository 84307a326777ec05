//! One root in full: every KPI with its target and previous value, obligations, issues, and the data still missing.
//!
//! Money is exact here, in 元. Not here: single records (`records`).

use guiju::{Issue, KpiForm, KpiValue, Unit};

use super::number::Amounts;
use super::table::Grid;
use super::{Report, clean};
use crate::words;

const AMOUNTS: Amounts = Amounts::Exact;

impl Report<'_> {
    pub(crate) fn single(&self, root: usize) -> String {
        let outcome = &self.outcome.roots[root];
        let entity = self.plan.schema().root_entity();
        let name = self.name_field().and_then(|(field, _)| self.data.root_text(root, field)).unwrap_or_default();
        let title = format!("{} {} {name}", entity.label.get(self.locale), self.data.root_key(root));
        let mut text = clean(&format!("{}{}{}", self.label, self.pick("：", ": "), title.trim_end())) + "\n";
        text.push_str(&self.kpis(root));
        text.push_str(&self.obligations(self.pick("義務", "Obligations"), &outcome.obligations, AMOUNTS));
        text.push_str(&self.issues(&outcome.issues));
        text.push_str(&self.needs(outcome.kpis.iter(), &outcome.obligations));
        text
    }

    fn kpis(&self, root: usize) -> String {
        let mut grid = Grid::new(&[
            self.pick("指標", "KPI"),
            self.pick("數值", "value"),
            self.pick("單位", "unit"),
            self.pick("預期", "target"),
            self.pick("達成率 (%)", "attainment (%)"),
            self.pick("上年度", "previous"),
            self.pick("狀態", "state"),
        ]);
        [1, 3, 4, 5].into_iter().for_each(|column| grid.right(column));
        for (index, value) in self.outcome.roots[root].kpis.iter().enumerate() {
            let kpi = &self.kpis[index];
            let (target, previous) = (self.data.target(root, index), self.data.previous(root, index));
            let attainment = match (value, target) {
                (KpiValue::Known(value), Some(target)) => value.div(target).ok(),
                _ => None,
            };
            let shown = |value| AMOUNTS.value(value, kpi.unit);
            let indent = if kpi.form == KpiForm::Part { "  " } else { "" };
            grid.row(vec![
                format!("{indent}{}", kpi.label.get(self.locale)),
                AMOUNTS.kpi(value, kpi.unit),
                AMOUNTS.unit(kpi.unit),
                target.map(shown).unwrap_or_default(),
                attainment.map(|share| AMOUNTS.value(share, &Unit::Ratio)).unwrap_or_default(),
                previous.map(shown).unwrap_or_default(),
                words::state(value, self.locale),
            ]);
        }
        grid.section(self.pick("指標", "KPIs"))
    }

    fn issues(&self, issues: &[Issue]) -> String {
        let mut grid = Grid::new(&[
            self.pick("資料", "record"),
            self.pick("欄位", "field"),
            self.pick("等級", "severity"),
            self.pick("說明", "message"),
            self.pick("依據", "clause"),
        ]);
        for issue in issues {
            let entity = &self.plan.schema().entities[issue.entity];
            grid.row(vec![
                format!("{}/{}", entity.name, self.data.record_key(issue.entity, issue.row)),
                issue.field.map(|field| entity.fields[field].label.get(self.locale).to_owned()).unwrap_or_default(),
                words::severity(issue.severity, self.locale).to_owned(),
                issue.message.get(self.locale).to_owned(),
                issue.clause.clone().unwrap_or_default(),
            ]);
        }
        grid.section(self.pick("資料問題", "Issues"))
    }
}
