//! Results and findings as text and pages for people ([`overview`], [`single`], [`records`],
//! [`years`], [`page`]), and for programs ([`csv`]).
//!
//! Everything is driven by the labels and units of the pack. Not here: the JSON of results, which
//! the engine writes.

mod awards;
pub(crate) mod clauses;
pub(crate) mod csv;
pub(crate) mod diagnostics;
pub(crate) mod difference;
pub(crate) mod doc;
pub(crate) mod exercises;
pub(crate) mod junit;
pub(crate) mod mutants;
mod number;
mod overview;
pub(crate) mod page;
pub(crate) mod receipt;
mod records;
pub(crate) mod sarif;
mod single;
mod table;
pub(crate) mod years;

use guiju::{
    Abort, Evaluation, Exact, FieldId, JsonOptions, KpiForm, KpiId, KpiInfo, KpiValue, Limits,
    List, Locale, Need, Needs, ObligationOutcome, Status, Unit, amount_apart, printable,
};

use crate::words;
use number::Amounts;
use table::{Cell, Grid, Look};

/// The roots that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    One(usize),
    /// One that this year has no data of, though another year has.
    Absent,
}

/// What a report is made from.
pub(crate) struct Report<'a> {
    pub(crate) evaluation: &'a Evaluation,
    /// What the data is called: the name of its file or folder.
    pub(crate) source: &'a str,
    wanted: Wanted,
    /// What explanations and texts may come to.
    limits: &'a Limits,
    locale: Locale,
    /// Every KPI, by index.
    kpis: List<KpiId, KpiInfo<'a>>,
}

impl<'a> Report<'a> {
    /// A report on what was judged.
    pub(crate) fn new(
        evaluation: &'a Evaluation,
        source: &'a str,
        wanted: Wanted,
        limits: &'a Limits,
        locale: Locale,
    ) -> Report<'a> {
        let kpis = evaluation.pack().kpis().collect();
        Report { evaluation, source, wanted, limits, locale, kpis }
    }

    /// What people call the pack.
    fn label(&self) -> &'a str {
        self.evaluation.pack().label().get(self.locale)
    }

    /// The result as JSON.
    pub(crate) fn json(&self, records: bool) -> Result<String, Abort> {
        self.evaluation.to_json_within(&self.options(records), self.limits)
    }

    /// What that JSON holds.
    pub(crate) fn options(&self, records: bool) -> JsonOptions {
        let root = match self.wanted {
            Wanted::All => None,
            Wanted::One(root) => Some(root),
            Wanted::Absent => Some(self.evaluation.data().len()),
        };
        JsonOptions { records, root, locale: self.locale }
    }

    /// The result as tables: of one root, or of all and the programme.
    pub(crate) fn tables(&self, with_records: bool) -> String {
        let only = self.only();
        let mut text = match (self.wanted, only) {
            (Wanted::Absent, _) => return self.absent() + "\n",
            (_, Some(root)) => self.single(root),
            (_, None) => self.overview(),
        };
        if with_records {
            text.push_str(&self.records(only).text());
        }
        text
    }

    /// What is said of a root that this year has no data of.
    fn absent(&self) -> String {
        let root = self.evaluation.pack().schema().root_entity().label.get(self.locale);
        match self.locale {
            Locale::ZhTw => format!("沒有這個{root}的資料。"),
            Locale::En => format!("No data of this {root}."),
        }
    }

    /// The id of a root's place in a page.
    fn anchor(&self, root: usize) -> String {
        format!("{}.{}", self.evaluation.pack().name(), root + 1)
    }

    /// The root that the report is about, where it is about one alone.
    fn only(&self) -> Option<usize> {
        match self.wanted {
            Wanted::All => (self.evaluation.data().len() == 1).then_some(0),
            Wanted::One(root) => Some(root),
            Wanted::Absent => None,
        }
    }

    /// The roots that were asked for.
    fn roots_wanted(&self) -> std::ops::Range<usize> {
        match self.wanted {
            Wanted::All => 0..self.evaluation.data().len(),
            Wanted::One(root) => root..root + 1,
            Wanted::Absent => 0..0,
        }
    }

    fn pick<'w>(&self, zh: &'w str, en: &'w str) -> &'w str {
        words::pick(self.locale, zh, en)
    }

    /// The label of a field that every root must fill in with text, such as its name, and the
    /// field.
    fn name_field(&self) -> Option<(FieldId, &str)> {
        let root = self.evaluation.pack().schema().root_entity();
        let is_name =
            |field: &guiju::Field| field.kind == guiju::FieldKind::Text && !field.optional;
        let found =
            root.fields.entries().find(|(index, field)| *index != root.key && is_name(field));
        found.map(|(index, field)| (index, field.label.get(self.locale)))
    }

    /// Obligations as a table of their own.
    fn obligations(&self, title: &str, outcomes: &[ObligationOutcome], amounts: Amounts) -> Grid {
        let header = [
            self.pick("義務", "obligation"),
            self.pick("等級", "severity"),
            self.pick("結果", "result"),
            self.pick("差額", "gap"),
            self.pick("單位", "unit"),
            self.pick("依據", "clause"),
        ];
        let mut grid = Grid::new(title, &header);
        grid.right(3);
        for outcome in outcomes {
            let info = self.evaluation.pack().obligation(outcome);
            let gap = outcome.gap.as_ref().map(|gap| (gap, amounts.value(gap, &info.unit)));
            let (gap, unit) = match gap {
                // Where more or less is asked, equal is not enough.
                Some((gap, _)) if gap.is_zero() => {
                    (Some(self.pick("相等", "equal").to_owned()), None)
                }
                Some((gap, shown)) if !shown.contains(|digit| matches!(digit, '1'..='9')) => {
                    (Some(amount_apart(gap, &[Exact::ZERO], &info.unit)), None)
                }
                Some((_, shown)) => (Some(shown), Some(amounts.unit(&info.unit))),
                None => (None, None),
            };
            let status = match outcome.status {
                Status::Met => Look::Good,
                Status::NotMet => Look::Bad,
                Status::Undetermined => Look::Open,
                Status::NotApplicable => Look::Plain,
            };
            grid.row(vec![
                self.obligation_label(outcome).into(),
                words::severity(info.severity, self.locale).into(),
                status.on(words::status(outcome.status, self.locale)),
                gap.unwrap_or_default().into(),
                unit.unwrap_or_default().into(),
                clause(info.clause),
            ]);
        }
        grid
    }

    /// What people call an obligation, with the KPI where it is about one.
    fn obligation_label(&self, outcome: &ObligationOutcome) -> String {
        let info = self.evaluation.pack().obligation(outcome);
        match info.kpi {
            Some(kpi) => format!(
                "{}{}{}",
                info.label.get(self.locale),
                self.pick("：", ": "),
                kpi.label.get(self.locale)
            ),
            None => info.label.get(self.locale).to_owned(),
        }
    }

    /// What is missing of a root, each once, in the order of the data, and the values, obligations
    /// and awards that it leaves open; at most [`Needs::LISTED`], and how many more there are.
    fn leaves_open(&self, root: usize) -> (Vec<(Need, Vec<String>)>, usize) {
        let (placed, root) = (self.evaluation.placed(root), &self.evaluation.roots[root]);
        let kpis = self.kpis.iter().zip(&root.kpis).filter_map(|(kpi, value)| {
            Some((kpi.label.get(self.locale).to_owned(), needs_of(value)?))
        });
        let obligations =
            root.obligations.iter().map(|outcome| (self.obligation_label(outcome), &outcome.needs));
        let awards = placed.iter().map(|place| (self.award_name(place), &place.standing.needs));
        let open: Vec<(String, &Needs)> =
            kpis.chain(obligations).chain(awards).filter(|(_, needs)| !needs.is_empty()).collect();
        let missing = Needs::joined(open.iter().map(|(_, needs)| (*needs).clone()).collect());
        let by = |need: Need| {
            let waiting = open
                .iter()
                .filter(|(_, needs)| needs.contains(&need))
                .map(|(label, _)| label.clone())
                .collect();
            (need, waiting)
        };
        (
            missing.first(Needs::LISTED).into_iter().map(by).collect(),
            missing.len().saturating_sub(Needs::LISTED),
        )
    }

    /// What is missing for some values, obligations and awards, each once, as a table of its first
    /// rows.
    fn needs<'n>(
        &self,
        values: impl Iterator<Item = &'n KpiValue>,
        obligations: impl Iterator<Item = &'n ObligationOutcome>,
        awards: impl Iterator<Item = &'n Needs>,
    ) -> Grid {
        const SHOWN: usize = 30;
        let root = self.evaluation.pack().schema().root_entity().label.get(self.locale);
        let header = [root, self.pick("資料", "record"), self.pick("尚缺欄位", "missing field")];
        let mut grid = Grid::new(self.pick("待補資料", "Missing data"), &header);
        let missing = Needs::joined(
            values
                .filter_map(needs_of)
                .chain(obligations.map(|outcome| &outcome.needs))
                .chain(awards)
                .cloned()
                .collect(),
        );
        for need in missing.first(SHOWN) {
            let needed = self.evaluation.needed(&need);
            let root = needed.root.map_or(self.pick("整體計畫", "programme"), |root| {
                self.evaluation.data().root_key(root)
            });
            grid.row(vec![root, &needed.record, needed.field.get(self.locale)]);
        }
        grid.row_of_more(missing.len().saturating_sub(SHOWN), self.locale);
        grid
    }
}

/// What a value still needs; nothing where it is known.
fn needs_of(value: &KpiValue) -> Option<&Needs> {
    if let KpiValue::Undetermined { needs, .. } = value { Some(needs) } else { None }
}

/// A KPI's label; parts of a tally stand under it.
fn kpi_label(kpi: &KpiInfo<'_>, locale: Locale) -> Cell {
    let look = if kpi.form == KpiForm::Part { Look::Part } else { Look::Plain };
    look.on(kpi.label.get(locale))
}

/// A value as percent of its target, where both are known and the target is above zero. What is
/// nearly reached is not shown as reached.
fn attainment(value: &KpiValue, target: Option<&Exact>) -> Cell {
    match (value, target) {
        (KpiValue::Known(value), Some(target)) => {
            value.attainment(target).map_or_else(Cell::default, |share| {
                let shown = amount_apart(&share, &[Exact::ONE], &Unit::Ratio);
                Look::Share(share).on(shown.trim_end_matches(" %"))
            })
        }
        _ => Cell::default(),
    }
}

/// A clause, which a page says more of in another place.
fn clause(id: Option<String>) -> Cell {
    id.map_or_else(Cell::default, |id| Look::Link(id.clone()).on(id))
}

/// Text from rules or data as it may stand on a terminal: control characters are written out.
pub(crate) fn clean(text: &str) -> String {
    printable(text).into_owned()
}
