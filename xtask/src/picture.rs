//! The picture in the README: revenue against grants by field, drawn from the evaluated sample,
//! never from typed figures.

use std::fmt::Write as _;

use anyhow::{Context as _, anyhow};
use guiju::{Exact, KpiId, KpiValue, Limits, Locale, Pack, TableFile, Unit, amount};

const LEFT: u32 = 150;
const WIDE: u32 = 470;
const ROW: u32 = 44;
const TOP: u32 = 64;

/// The picture as SVG.
pub(crate) fn svg(samples: &std::path::Path) -> anyhow::Result<String> {
    let pack = guiju_rules::load("alliance_108")?;
    let limits = Limits::default();
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(samples).with_context(|| format!("cannot read {}", samples.display()))?
    {
        let entry = entry?;
        files
            .push((entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path())?));
    }
    files.sort();
    let tables: Vec<TableFile<'_>> =
        files.iter().map(|(name, bytes)| TableFile { name, bytes }).collect();
    let data = pack.read_tables(&tables, &limits).context("the sample cannot be read")?;
    let outcome = pack.evaluate(&data, &limits)?;

    let grouping = outcome.groups.first().context("the pack groups by nothing")?;
    let field = &pack.schema().root_entity().fields[grouping.field];
    let guiju::FieldKind::Choice(choices) = &field.kind else {
        return Err(anyhow!("the grouping has no named values"));
    };
    let [revenue, grant, share] =
        ["programme_revenue", "programme_grant", "programme_self_sufficiency"]
            .map(|name| kpi(&pack, name));
    let (revenue, grant, share) = (revenue?, grant?, share?);
    let mut rows = Vec::new();
    for (value, group) in &grouping.values {
        let known = |index: KpiId| {
            let found = group.kpis.iter().find(|(kpi, _)| *kpi == index).map(|(_, value)| value);
            if let Some(KpiValue::Known(value)) = found {
                Ok(value.clone())
            } else {
                Err(anyhow!("a figure of the picture is not known"))
            }
        };
        rows.push((
            choices.values[*value].label.clone(),
            known(revenue)?,
            known(grant)?,
            known(share)?,
        ));
    }
    let most =
        rows.iter().flat_map(|(_, revenue, grant, _)| [revenue, grant]).max().context("no rows")?;

    let height = TOP + ROW * rows.len() as u32 + 12;
    let mut out = String::new();
    writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" font-family="'Noto Sans CJK TC','Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif" font-size="13" role="img" aria-label="Operating revenue and grants by field">"##
    )?;
    writeln!(out, r##"<rect width="760" height="{height}" fill="#fff"/>"##)?;
    writeln!(
        out,
        r##"<text x="12" y="24" font-size="16" fill="#1a1a1a">各領域營運收入與補助款 · operating revenue and grants by field</text>"##
    )?;
    writeln!(
        out,
        r##"<rect x="{LEFT}" y="36" width="12" height="12" fill="#0b6e6e"/><text x="168" y="47" fill="#333">營運收入 revenue</text>"##
    )?;
    writeln!(
        out,
        r##"<rect x="290" y="36" width="12" height="12" fill="#d9a441"/><text x="308" y="47" fill="#333">補助款 grant</text>"##
    )?;
    for (number, (label, revenue, grant, share)) in rows.iter().enumerate() {
        let y = TOP + ROW * number as u32;
        writeln!(
            out,
            r##"<text x="{}" y="{}" text-anchor="end" fill="#1a1a1a">{}</text>"##,
            LEFT - 10,
            y + 20,
            label.get(Locale::ZhTw)
        )?;
        bar(&mut out, y + 4, revenue, most, "#0b6e6e")?;
        bar(&mut out, y + 18, grant, most, "#d9a441")?;
        let color = if *share > Exact::ONE { "#0b6e6e" } else { "#a33" };
        writeln!(
            out,
            r##"<text x="748" y="{}" text-anchor="end" fill="{color}">{}</text>"##,
            y + 20,
            amount(share, &Unit::Ratio)
        )?;
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn kpi(pack: &Pack, name: &str) -> anyhow::Result<KpiId> {
    pack.schema().kpi_of(true, name).with_context(|| format!("the pack has no `{name}`"))
}

fn bar(out: &mut String, y: u32, value: &Exact, most: &Exact, color: &str) -> anyhow::Result<()> {
    let width = value.mul(&Exact::from(i64::from(WIDE)))?.div(most)?.to_fixed(1);
    writeln!(out, r##"<rect x="{LEFT}" y="{y}" width="{width}" height="12" fill="{color}"/>"##)?;
    Ok(())
}
