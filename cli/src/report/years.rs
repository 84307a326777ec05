//! Several years: each under a heading as it would stand alone, then the KPIs year by year.
//!
//! Columns are packs in the order of time. A KPI that means something else in another year has
//! another unit and a row of its own. Not here: how one year looks (`overview`, `single`).

use guiju::{KpiId, KpiInfo, KpiValue, Locale};

use super::number::Amounts;
use super::table::Grid;
use super::{Report, Wanted, clean, kpi_label};

/// The years in the order of time.
pub(crate) fn tables(years: &[Report<'_>], with_records: bool) -> String {
    let mut text = String::new();
    for year in years {
        text.push_str(&format!("== {} ==\n\n{}\n", clean(&year.year()), year.tables(with_records)));
    }
    let Some(last) = years.last() else { return text };
    let title = last.pick("逐年比較", "Year by year");
    text.push_str(&format!("== {title} ==\n"));
    comparisons(years).iter().for_each(|grid| text.push_str(&grid.text()));
    text
}

/// The KPIs year by year: of the root that all years are about, if there is one, and of the
/// programme.
pub(crate) fn comparisons(years: &[Report<'_>]) -> Vec<Grid> {
    let Some(last) = years.last() else { return Vec::new() };
    let of_root = one_root(years).map(|(label, roots)| {
        comparison(&label, years, Amounts::Exact, |n, year| match roots.get(n) {
            Some(Some(root)) => year.evaluation.roots[*root].kpis.entries().collect(),
            _ => Vec::new(),
        })
    });
    let programme =
        comparison(last.pick("全計畫", "Programme"), years, Amounts::Thousands, |_, year| {
            year.evaluation.programme.kpis.iter().map(|(index, value)| (*index, value)).collect()
        });
    of_root.into_iter().chain([programme]).collect()
}

/// The root that all years are about, where they are about one alone: what to call it, and its
/// index in each year.
fn one_root(years: &[Report<'_>]) -> Option<(String, Vec<Option<usize>>)> {
    let roots: Vec<Option<usize>> = years.iter().map(Report::only).collect();
    let mut keys = years
        .iter()
        .zip(&roots)
        .filter_map(|(year, root)| root.map(|root| year.evaluation.data().root_key(root)));
    let key = keys.next()?;
    let every = years
        .iter()
        .zip(&roots)
        .all(|(year, root)| root.is_some() || year.wanted == Wanted::Absent);
    let label =
        years.last()?.evaluation.pack().schema().root_entity().label.get(years.last()?.locale);
    (every && keys.all(|other| other == key)).then(|| (format!("{label} {key}"), roots))
}

/// A row for each KPI, a column for each year.
fn comparison<'r>(
    title: &str,
    years: &'r [Report<'_>],
    amounts: Amounts,
    values: impl Fn(usize, &'r Report<'_>) -> Vec<(KpiId, &'r KpiValue)>,
) -> Grid {
    let Some(last) = years.last() else { return Grid::new(title, &[""; 0]) };
    let mut header =
        vec![last.pick("指標", "KPI").to_owned(), last.pick("單位", "unit").to_owned()];
    header.extend(years.iter().map(|year| year.evaluation.pack().name().to_owned()));
    let found: Vec<Vec<(&KpiInfo<'_>, &KpiValue)>> = years
        .iter()
        .enumerate()
        .map(|(n, year)| {
            values(n, year).into_iter().map(|(index, value)| (&year.kpis[index], value)).collect()
        })
        .collect();
    let same = |a: &KpiInfo<'_>, b: &KpiInfo<'_>| (a.name, a.unit) == (b.name, b.unit);
    // As the last pack orders them, then those it no longer has.
    let mut rows: Vec<&KpiInfo<'_>> = Vec::new();
    for (kpi, _) in found.iter().rev().flatten() {
        if !rows.iter().any(|row| same(row, kpi)) {
            rows.push(kpi);
        }
    }
    let mut grid = Grid::new(title, &header);
    (2..header.len()).for_each(|column| grid.right(column));
    for row in rows {
        let mut cells = vec![kpi_label(row, last.locale), amounts.unit(row.unit).into()];
        cells.extend(found.iter().map(|year| {
            let value = year.iter().find(|(kpi, _)| same(kpi, row)).map(|(_, value)| *value);
            value
                .map(|value| amounts.kpi_or_state(value, row.unit, last.locale))
                .unwrap_or_default()
                .into()
        }));
        grid.row(cells);
    }
    grid
}

impl Report<'_> {
    /// The pack, and the period it is about.
    pub(super) fn year(&self) -> String {
        let name = self.evaluation.pack().name();
        match (self.period(), self.locale) {
            (None, _) => name.to_owned(),
            (Some(period), Locale::ZhTw) => format!("{name}（{period}）"),
            (Some(period), Locale::En) => format!("{name} ({period})"),
        }
    }

    /// The period that the pack is about.
    pub(super) fn period(&self) -> Option<String> {
        self.evaluation.pack().period().map(|period| match self.locale {
            Locale::ZhTw => format!("{} 至 {}", period.start.minguo(), period.end.minguo()),
            Locale::En => format!("{} to {}", period.start, period.end),
        })
    }
}
