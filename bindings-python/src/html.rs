//! How packs, results, tables and explanations look in a notebook: light or dark, after the page
//! around them.
//!
//! Colours are the text's own at part strength, so that any theme will do; states are words too,
//! never colours alone. Not here: what is shown, which the tables and explanations hold, and
//! differences (`diff_html`).

use std::fmt::Write as _;

use guiju::{KpiId, KpiValue, List, Locale, Status, kpi_words};

use crate::result::Judged;
use crate::table::Table;

/// Rows of a table that are shown.
const ROWS: usize = 20;
/// Characters of a text that stand in one line.
const LONG: usize = 40;
/// Roots of a result that are shown.
const ROOTS: usize = 12;

const STYLE: &str = "<style>\
.guiju{font:14px/1.5 system-ui,'Noto Sans TC','Noto Sans CJK TC',sans-serif;overflow-x:auto}\
.guiju table{color:inherit;font:inherit;border-collapse:collapse;margin:.4em 0;font-variant-numeric:tabular-nums}\
.guiju th,.guiju td{padding:.2em .8em;text-align:left!important;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent);background:none;white-space:nowrap}\
.guiju td.t{white-space:normal;min-width:18em;max-width:32em}\
.guiju h2{font-size:1.2em;margin:1.6em 0 .2em}\
.guiju th{font-weight:600;border-bottom-width:2px}\
.guiju td.n,.guiju th.n{text-align:right!important}\
.guiju .q{opacity:.65}\
.guiju .b{display:inline-block;height:.7em;min-width:2px;background:color-mix(in srgb,currentColor 45%,transparent);vertical-align:baseline}\
.guiju pre{white-space:pre-wrap;margin:.3em 0;background:none;color:inherit;font:inherit}\
.guiju .x{font-weight:600}\
.guiju tr.e td{border-bottom:0;padding-left:2em;opacity:.8}\
.guiju summary{cursor:pointer}\
.guiju .s{display:grid;grid-template-columns:1fr 1fr;gap:1em;margin:.2em 0 .8em 1.2em}\
.guiju .s pre{font:12px/1.5 ui-monospace,monospace;background:color-mix(in srgb,currentColor 6%,transparent);padding:.5em;min-width:0;overflow-wrap:anywhere}\
</style>";

/// Text made harmless.
pub(crate) fn escape(text: &str) -> String {
    // Lines may end, but nothing may hide or turn the text around it.
    let text = text.split('\n').map(guiju::printable).collect::<Vec<_>>().join("\n");
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The name of a language, as `guiju.load` takes it.
pub(crate) fn tag(locale: Locale) -> &'static str {
    pick(locale, "zh-TW", "en")
}

pub(crate) fn pick(locale: Locale, zh: &'static str, en: &'static str) -> &'static str {
    if locale == Locale::En { en } else { zh }
}

pub(crate) fn block(locale: Locale, inside: &str) -> String {
    let language = pick(locale, "zh-Hant-TW", "en");
    format!("{STYLE}<div class=\"guiju\" lang=\"{language}\">{inside}</div>")
}

/// A table, its first rows.
pub(crate) fn table(table: &Table, locale: Locale) -> String {
    block(locale, &rows(table, locale, ROWS))
}

/// A page of its own, with nothing beside it: a result, and tables of it in full under their
/// headings.
pub(crate) fn page(judged: &Judged, tables: &[(&str, Table)]) -> String {
    let locale = judged.locale;
    let (language, title) =
        (pick(locale, "zh-Hant-TW", "en"), escape(judged.evaluation.pack().label().get(locale)));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title></head>\n<body>{}\n",
        block(locale, &overview(judged, judged.evaluation.roots.len()))
    );
    for (heading, table) in tables.iter().filter(|(_, table)| table.batch().num_rows() > 0) {
        let inside = rows(table, locale, table.batch().num_rows());
        let _ = writeln!(out, "<div class=\"guiju\"><h2>{}</h2>{inside}</div>", escape(heading));
    }
    out + "</body></html>\n"
}

fn rows(table: &Table, locale: Locale, most: usize) -> String {
    let batch = table.batch();
    let (total, schema) = (batch.num_rows(), batch.schema_ref());
    // A column without a single value says nothing.
    let shown: Vec<usize> = (0..batch.num_columns())
        .filter(|at| total == 0 || batch.column(*at).null_count() < total)
        .collect();
    let long =
        |at: usize| (0..total.min(most)).any(|row| table.cell(at, row).chars().count() > LONG);
    let classes: Vec<&str> = (0..batch.num_columns())
        .map(|at| match schema.field(at).data_type() {
            kind if kind.is_numeric() => " class=\"n\"",
            _ if long(at) => " class=\"t\"",
            _ => "",
        })
        .collect();
    let mut out = String::from("<table><thead><tr>");
    for at in &shown {
        let _ = write!(out, "<th{}>{}</th>", classes[*at], escape(schema.field(*at).name()));
    }
    out.push_str("</tr></thead><tbody>");
    for row in 0..total.min(most) {
        out.push_str("<tr>");
        for at in &shown {
            let _ = write!(out, "<td{}>{}</td>", classes[*at], escape(&table.cell(*at, row)));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    if total > most {
        let _ = match locale {
            Locale::ZhTw => write!(out, "<div class=\"q\">前 {most} 列，共 {total} 列</div>"),
            Locale::En => write!(out, "<div class=\"q\">{most} of {total} rows</div>"),
        };
    }
    out
}

/// A pack: what it is called, what it judges, and its KPIs.
pub(crate) fn pack(pack: &guiju::SourcePack, kpis: &Table, locale: Locale) -> String {
    let counts = pack.counts();
    let editions = pack.editions().join(" ← ");
    let counted = match locale {
        Locale::ZhTw => format!(
            "{} 種資料、{} 個計數項、{} 個指標、{} 個測試",
            counts.entities, counts.tallies, counts.kpis, counts.tests
        ),
        Locale::En => {
            format!(
                "{} entities, {} tallies, {} KPIs, {} tests",
                counts.entities, counts.tallies, counts.kpis, counts.tests
            )
        }
    };
    let head = format!(
        "<div class=\"x\">{}</div><div class=\"q\">{} · {counted}</div>",
        escape(pack.label().get(locale)),
        escape(&editions)
    );
    block(locale, &(head + &rows(kpis, locale, ROWS)))
}

/// A result: how many values are known, obligations met, and the first roots.
pub(crate) fn result(judged: &Judged) -> String {
    block(judged.locale, &overview(judged, ROOTS))
}

fn overview(judged: &Judged, most: usize) -> String {
    let locale = judged.locale;
    let roots = &judged.evaluation.roots;
    let label = judged.evaluation.pack().schema().root_entity().label.get(locale);
    let mut out = format!(
        "<div class=\"x\">{}</div><div class=\"q\">{} {}</div><table><thead><tr>",
        escape(judged.evaluation.pack().label().get(locale)),
        roots.len(),
        escape(label)
    );
    let heads = [
        (label, ""),
        (pick(locale, "指標確定", "KPIs known"), "n"),
        (pick(locale, "目標達成", "targets reached"), "n"),
        ("", ""),
        (pick(locale, "義務未達成", "obligations not met"), "n"),
        (pick(locale, "待定", "undetermined"), "n"),
        (pick(locale, "提醒", "issues"), "n"),
    ];
    for (head, class) in heads {
        let _ = write!(out, "<th class=\"{class}\">{}</th>", escape(head));
    }
    out.push_str("</tr></thead><tbody>");
    for (root, found) in roots.iter().enumerate().take(most) {
        let known = found.kpis.iter().filter(|value| matches!(value, KpiValue::Known(_))).count();
        let targets: Vec<bool> = found
            .kpis
            .entries()
            .filter_map(|(kpi, value)| {
                let target = judged.evaluation.target(root, kpi)?;
                Some(matches!(value, KpiValue::Known(value) if *value >= target))
            })
            .collect();
        let reached = targets.iter().filter(|reached| **reached).count();
        let with = |status: Status| {
            found.obligations.iter().filter(|obligation| obligation.status == status).count()
        };
        let width = 6.0 * reached as f64 / targets.len().max(1) as f64;
        let _ = write!(
            out,
            "<tr><td>{}</td><td class=\"n\">{known} / {}</td><td class=\"n\">{reached} / {}</td>\
             <td><span class=\"b\" style=\"width:{width:.2}em\"></span></td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escape(judged.evaluation.data().root_key(root)),
            found.kpis.len(),
            targets.len(),
            with(Status::NotMet),
            with(Status::Undetermined),
            found.issues.len()
        );
    }
    out.push_str("</tbody></table>");
    if roots.len() > most {
        let _ = match locale {
            Locale::ZhTw => {
                write!(out, "<div class=\"q\">前 {most} 列，共 {} 列</div>", roots.len())
            }
            Locale::En => write!(out, "<div class=\"q\">{most} of {} rows</div>", roots.len()),
        };
    }
    out + &programme(judged)
}

/// The programme put together from parts.
pub(crate) fn whole(judged: &Judged) -> String {
    let (label, locale) =
        (judged.evaluation.pack().schema().root_entity().label.get(judged.locale), judged.locale);
    let head =
        format!("<div class=\"x\">{}</div>", escape(judged.evaluation.pack().label().get(locale)));
    block(
        locale,
        &format!(
            "{head}<div class=\"q\">{} {}</div>{}",
            judged.evaluation.data().len(),
            escape(label),
            programme(judged)
        ),
    )
}

/// The figures over all roots.
fn programme(judged: &Judged) -> String {
    let locale = judged.locale;
    let infos: List<KpiId, _> = judged.evaluation.pack().kpis().collect();
    if judged.evaluation.programme.kpis.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "<div class=\"x\">{}</div><table><tbody>",
        pick(locale, "整體計畫", "The programme")
    );
    for (kpi, value) in &judged.evaluation.programme.kpis {
        let Some(info) = infos.get(*kpi) else { continue };
        let words = kpi_words(value, info.unit, locale);
        let _ = write!(
            out,
            "<tr><td>{}</td><td class=\"n\">{}</td></tr>",
            escape(info.label.get(locale)),
            escape(&words)
        );
    }
    out + "</tbody></table>"
}

/// An explanation: its first line is what it is about, the depth of the others is that of the text.
pub(crate) fn explanation(text: &str, locale: Locale) -> String {
    let mut out = String::new();
    for (n, line) in text.lines().enumerate() {
        let depth = line.chars().take_while(|c| *c == ' ').count();
        let line = line.trim_start();
        let class = match line.chars().next() {
            _ if n == 0 => " class=\"x\"",
            Some('@') => " class=\"q\"",
            Some('✗' | '→') => " class=\"x\"",
            _ => "",
        };
        let _ = write!(
            out,
            "<pre{class} style=\"padding-left:{}em\">{}</pre>",
            depth as f32 * 0.6,
            escape(line)
        );
    }
    block(locale, &out)
}
