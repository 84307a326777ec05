//! Results and findings as text, for people ([`overview`], [`single`], [`records`], [`years`]) and for programs ([`csv`]).
//!
//! Everything is driven by the labels and units of the pack. Not here: the JSON of results, which the engine writes.

pub(crate) mod clauses;
pub(crate) mod csv;
pub(crate) mod diagnostics;
pub(crate) mod difference;
mod number;
mod overview;
mod records;
mod single;
mod table;
pub(crate) mod years;

use std::collections::BTreeSet;

use guiju::{Dataset, JsonOptions, KpiInfo, KpiValue, Locale, Need, ObligationOutcome, Outcome, Plan, to_json};

use crate::words;
use number::Amounts;
use table::Grid;

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
    pub(crate) plan: &'a Plan,
    pub(crate) label: &'a str,
    pub(crate) data: &'a Dataset,
    pub(crate) outcome: &'a Outcome,
    wanted: Wanted,
    locale: Locale,
    /// Every KPI, by index.
    kpis: Vec<KpiInfo<'a>>,
}

impl<'a> Report<'a> {
    /// A report on an outcome; `label` is what people call the pack.
    pub(crate) fn new(
        plan: &'a Plan,
        label: &'a str,
        data: &'a Dataset,
        outcome: &'a Outcome,
        wanted: Wanted,
        locale: Locale,
    ) -> Report<'a> {
        Report { plan, label, data, outcome, wanted, locale, kpis: plan.kpis().collect() }
    }

    /// The result as JSON.
    pub(crate) fn json(&self, records: bool) -> String {
        let root = match self.wanted {
            Wanted::All => None,
            Wanted::One(root) => Some(root),
            Wanted::Absent => Some(self.data.len()),
        };
        to_json(self.plan, self.data, self.outcome, &JsonOptions { records, root, locale: self.locale })
    }

    /// The result as tables: of one root, or of all and the programme.
    pub(crate) fn tables(&self, with_records: bool) -> String {
        let only = self.only();
        let mut text = match (self.wanted, only) {
            (Wanted::Absent, _) => {
                let root = self.plan.schema().root_entity().label.get(self.locale);
                return match self.locale {
                    Locale::ZhTw => format!("沒有這個{root}的資料。\n"),
                    Locale::En => format!("No data of this {root}.\n"),
                };
            }
            (_, Some(root)) => self.single(root),
            (_, None) => self.overview(),
        };
        if with_records {
            text.push_str(&self.records(only));
        }
        text
    }

    /// The root that the report is about, where it is about one alone.
    fn only(&self) -> Option<usize> {
        match self.wanted {
            Wanted::All => (self.data.len() == 1).then_some(0),
            Wanted::One(root) => Some(root),
            Wanted::Absent => None,
        }
    }

    /// The roots that were asked for.
    fn roots_wanted(&self) -> std::ops::Range<usize> {
        match self.wanted {
            Wanted::All => 0..self.data.len(),
            Wanted::One(root) => root..root + 1,
            Wanted::Absent => 0..0,
        }
    }

    fn pick<'w>(&self, zh: &'w str, en: &'w str) -> &'w str {
        words::pick(self.locale, zh, en)
    }

    /// The label of a field that every root must fill in with text, such as its name, and the field.
    fn name_field(&self) -> Option<(usize, &str)> {
        let root = self.plan.schema().root_entity();
        let is_name = |field: &guiju::Field| field.kind == guiju::FieldKind::Text && !field.optional;
        let found = root.fields.iter().enumerate().find(|(index, field)| *index != root.key && is_name(field));
        found.map(|(index, field)| (index, field.label.get(self.locale)))
    }

    /// Obligations as a section of their own; nothing where there are none.
    fn obligations(&self, title: &str, outcomes: &[ObligationOutcome], amounts: Amounts) -> String {
        let mut grid = Grid::new(&[
            self.pick("義務", "obligation"),
            self.pick("等級", "severity"),
            self.pick("結果", "result"),
            self.pick("差額", "gap"),
            self.pick("單位", "unit"),
            self.pick("依據", "clause"),
        ]);
        grid.right(3);
        for outcome in outcomes {
            let info = self.plan.obligation(outcome);
            let label = match info.kpi {
                Some(kpi) => format!("{}{}{}", info.label.get(self.locale), self.pick("：", ": "), kpi.label.get(self.locale)),
                None => info.label.get(self.locale).to_owned(),
            };
            let gap = outcome.gap.map(|gap| amounts.value(gap, &info.unit));
            let unit = gap.as_ref().map(|_| amounts.unit(&info.unit));
            grid.row(vec![
                label,
                words::severity(info.severity, self.locale).to_owned(),
                words::status(outcome.status, self.locale).to_owned(),
                gap.unwrap_or_default(),
                unit.unwrap_or_default(),
                info.clause.unwrap_or_default(),
            ]);
        }
        grid.section(title)
    }

    /// What is missing and would settle these values and obligations, each once, in the order of the data.
    fn needs<'n>(&self, values: impl Iterator<Item = &'n KpiValue>, obligations: &'n [ObligationOutcome]) -> String {
        const SHOWN: usize = 30;
        let of_values = values.flat_map(|value| match value {
            KpiValue::Undetermined { needs, .. } => needs.as_slice(),
            _ => &[],
        });
        let needs: BTreeSet<&Need> = of_values.chain(obligations.iter().flat_map(|outcome| &outcome.needs)).collect();
        let root = self.plan.schema().root_entity().label.get(self.locale);
        let mut grid = Grid::new(&[root, self.pick("資料", "record"), self.pick("尚缺欄位", "missing field")]);
        for need in needs.iter().take(SHOWN) {
            let needed = self.plan.needed(self.data, need);
            let root = needed.root.map_or(self.pick("整體計畫", "programme"), |root| self.data.root_key(root));
            grid.row(vec![root.to_owned(), needed.record, needed.field.get(self.locale).to_owned()]);
        }
        if let Some(more) = needs.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            grid.row(vec![match self.locale {
                Locale::ZhTw => format!("…另有 {more} 項"),
                Locale::En => format!("… and {more} more"),
            }]);
        }
        grid.section(self.pick("待補資料", "Missing data"))
    }
}

/// Text from rules or data as it may stand on a terminal: control characters are written out.
pub(crate) fn clean(text: &str) -> String {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if !text.contains(hidden) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}
