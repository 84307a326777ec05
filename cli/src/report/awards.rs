//! Awards: the list of each with the line of its cut and the waiting list, and what they made of
//! one root. The same tables stand in text and in pages. Not here: the figures of roots (`single`).

use guiju::{AwardList, AwardPlace, Decision, KpiValue, Unit};

use super::table::{Cell, Grid, Look};
use super::{Report, clause};

impl Report<'_> {
    /// A table for each list.
    pub(super) fn awards(&self) -> Vec<Grid> {
        self.evaluation.award_lists().iter().map(|list| self.award(list)).collect()
    }

    fn award(&self, list: &AwardList<'_>) -> Grid {
        let exact = super::number::Amounts::Exact;
        let shown = |value: &KpiValue| {
            format!(
                "{} {}",
                exact.kpi_or_state(value, list.unit, self.locale),
                exact.unit(list.unit)
            )
        };
        let group = list
            .of
            .as_ref()
            .map(|of| format!("{}{}", self.pick("：", ": "), of.get(self.locale)))
            .unwrap_or_default();
        let title = format!(
            "{}{group}{}{}{}{}{}",
            list.label.get(self.locale),
            self.pick("（共 ", " (of "),
            shown(&list.contest.limit).trim_end(),
            self.pick("，計入 ", ", given "),
            shown(&list.contest.given).trim_end(),
            self.pick("）", ")"),
        );
        let mut grid = self.standings(title, self.pick("申請者", "applicant"));
        for (at, place) in list.places.iter().enumerate() {
            if at == list.contest.line && at > 0 {
                grid.row(vec![self.pick("── 以下未計入 ──", "── the line of the cut ──")]);
            }
            grid.row(self.standing(place, place.key().into_owned()));
        }
        if !list.others.is_empty() {
            grid.row(vec![self.pick("── 未列入名次 ──", "── not on the list ──")]);
        }
        for place in &list.others {
            grid.row(self.standing(place, place.key().into_owned()));
        }
        grid
    }

    /// What the awards made of one root, or of its records.
    pub(super) fn awards_of(&self, root: usize) -> Grid {
        let mut grid =
            self.standings(self.pick("核給", "Awards").to_owned(), self.pick("核給", "award"));
        for place in self.evaluation.placed(root) {
            grid.row(self.standing(&place, self.award_name(&place)));
        }
        grid
    }

    /// What people call an award, with the record where it is among records.
    pub(super) fn award_name(&self, place: &AwardPlace<'_>) -> String {
        let label = place.award.label.get(self.locale);
        match place.is_of_root() {
            true => label.to_owned(),
            false => format!("{label}{}{}", self.pick("：", ": "), place.key()),
        }
    }

    fn standings(&self, title: String, first: &str) -> Grid {
        let header = [
            first,
            self.pick("名次", "rank"),
            self.pick("結果", "result"),
            self.pick("金額", "amount"),
            self.pick("備取", "waiting"),
            self.pick("理由", "reason"),
            self.pick("依據", "clause"),
        ];
        let mut grid = Grid::new(title, &header);
        [1, 3, 4].into_iter().for_each(|column| grid.right(column));
        grid
    }

    fn standing(&self, place: &AwardPlace<'_>, name: String) -> Vec<Cell> {
        let exact = super::number::Amounts::Exact;
        let figure = |value: &KpiValue, unit: &Unit| match value {
            KpiValue::NotApplicable => Cell::default(),
            value => exact.kpi_or_state(value, unit, self.locale).into(),
        };
        let (look, result) = match place.standing.decision {
            Decision::Counted => (Look::Good, self.pick("計入", "counted")),
            Decision::Refused => (Look::Bad, self.pick("不計入", "refused")),
            Decision::Undetermined => (Look::Open, self.pick("未定", "undetermined")),
        };
        let reason =
            if place.fits() { String::new() } else { place.reason().get(self.locale).to_owned() };
        vec![
            name.into(),
            figure(&place.standing.rank, &Unit::Number),
            look.on(result),
            figure(&place.standing.amount, &place.award.unit),
            figure(&place.standing.reserve, &Unit::Number),
            reason.into(),
            clause(place.clause()),
        ]
    }
}
