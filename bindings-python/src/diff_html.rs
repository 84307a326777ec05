//! How a difference looks in a notebook: the changes clause by clause, then what they do to sums
//! and to the programme.
//!
//! Not here: the styles that every look shares (`html`), and one root at a time, which the tables
//! have.

use std::fmt::Write as _;

use guiju::{
    Change, ChangeKind, DataDiff, Exact, KpiValue, Locale, RuleDiff, Shares, Unit, amount,
    kpi_words,
};

use crate::diff_tables::parts;
use crate::html::{block, escape, pick};

/// Changes that are shown.
const CHANGES: usize = 60;

/// The whole.
pub(crate) fn page(rules: &RuleDiff, data: Option<&DataDiff>, locale: Locale) -> String {
    let mut out = format!(
        "<div class=\"x\">{} → {}</div><div class=\"q\">{}</div>",
        escape(&rules.before.title(locale)),
        escape(&rules.after.title(locale)),
        escape(&rules.counts(locale))
    );
    if let Some(data) = data {
        figures(&mut out, data, locale);
    }
    let mut left = CHANGES;
    for group in &rules.groups {
        let changes: Vec<&Change> =
            group.changes.iter().filter_map(|at| rules.changes.get(*at)).take(left).collect();
        if changes.is_empty() {
            continue;
        }
        left -= changes.len();
        let (id, summary) = match &group.clause {
            Some((id, summary)) => (id.as_str(), summary.get(locale)),
            None => ("", pick(locale, "未引條文", "citing no clause")),
        };
        let _ = write!(
            out,
            "<div class=\"x\">{} <span class=\"q\">{}</span></div>",
            escape(summary),
            escape(id)
        );
        changes.into_iter().for_each(|change| one(&mut out, change, locale));
    }
    if rules.changes.len() > CHANGES {
        let _ = match locale {
            Locale::ZhTw => {
                write!(out, "<div class=\"q\">前 {CHANGES} 項，共 {} 項</div>", rules.changes.len())
            }
            Locale::En => {
                write!(out, "<div class=\"q\">{CHANGES} of {} changes</div>", rules.changes.len())
            }
        };
    }
    block(locale, &out)
}

/// A change, which unfolds to both texts.
fn one(out: &mut String, change: &Change, locale: Locale) {
    let aspects = change.aspect_words(locale);
    let what = if change.kind == ChangeKind::Changed {
        aspects
    } else {
        change.kind.words(locale).to_owned()
    };
    let _ = write!(
        out,
        "<details><summary>{} {} <span class=\"q\">{}</span></summary><div class=\"s\">",
        change.kind.sign(),
        escape(&change.title(locale)),
        escape(&what)
    );
    for written in [&change.before, &change.after] {
        out.push_str("<div>");
        if let Some(written) = written {
            let _ = write!(
                out,
                "<span class=\"q\">{}</span><pre>{}</pre>",
                escape(&written.place()),
                escape(&written.text)
            );
        }
        out.push_str("</div>");
    }
    out.push_str("</div></details>");
}

/// What the changes do to the sums over all roots and to the programme.
fn figures(out: &mut String, data: &DataDiff, locale: Locale) {
    let (programme, totals) = (data.programme(), data.totals());
    if !programme.is_empty() {
        begin(out, pick(locale, "整體計畫", "The programme"), locale);
        for figure in &programme {
            row(
                out,
                &Label { words: figure.label.get(locale), without: String::new() },
                [figure.before, figure.after],
                figure.difference.as_ref(),
                figure.unit,
                locale,
            );
            figure
                .shares
                .into_iter()
                .for_each(|shares| effects(out, data, shares, figure.unit, locale));
        }
        out.push_str("</tbody></table>");
    }
    if !totals.is_empty() {
        begin(out, pick(locale, "各單位合計", "Sums over all"), locale);
        for total in &totals {
            let [before, after] =
                [&total.before, &total.after].map(|side| KpiValue::Known(side.clone()));
            let label = Label {
                words: total.label.get(locale),
                without: without(data, total.left_out, locale),
            };
            row(
                out,
                &label,
                [&before, &after],
                total.after.sub(&total.before).ok().as_ref(),
                total.unit,
                locale,
            );
            effects(out, data, &total.shares, total.unit, locale);
        }
        out.push_str("</tbody></table>");
    }
}

fn begin(out: &mut String, title: &str, locale: Locale) {
    let [before, after, difference] =
        [("變更前", "before"), ("變更後", "after"), ("差額", "difference")]
            .map(|(zh, en)| pick(locale, zh, en));
    let _ = write!(
        out,
        "<table><thead><tr><th>{title}</th><th class=\"n\">{before}</th><th class=\"n\">{after}</th><th class=\"n\">{difference}</th></tr></thead><tbody>"
    );
}

/// What a figure is called, and what is not in it.
struct Label<'a> {
    words: &'a str,
    without: String,
}

/// Says of a sum that some roots are not in it: without that it would contradict the figure of the
/// programme, whose bounds have them.
fn without(data: &DataDiff, roots: usize, locale: Locale) -> String {
    if roots == 0 {
        return String::new();
    }
    let label = data.comparison().schema().root_entity().label.get(locale);
    match locale {
        Locale::ZhTw => format!("（不含 {roots} 個數值未定的{label}）"),
        Locale::En => format!(" (without {roots} × {label}, whose value is not known)"),
    }
}

fn row(
    out: &mut String,
    label: &Label<'_>,
    sides: [&KpiValue; 2],
    difference: Option<&Exact>,
    unit: &Unit,
    locale: Locale,
) {
    let [before, after] = sides.map(|side| escape(&kpi_words(side, unit, locale)));
    let difference = difference.map(|difference| signed(difference, unit)).unwrap_or_default();
    let _ = write!(
        out,
        "<tr><td class=\"t\"><span class=\"x\">{}</span><span class=\"q\">{}</span></td><td class=\"n\">{before}</td><td class=\"n\">{after}</td><td class=\"n\">{}</td></tr>",
        escape(label.words),
        escape(&label.without),
        escape(&difference)
    );
}

fn effects(out: &mut String, data: &DataDiff, shares: &Shares, unit: &Unit, locale: Locale) {
    for (_, words, share) in parts(data, shares, locale) {
        let shown = signed(&share, unit);
        let _ = write!(
            out,
            "<tr class=\"e\"><td class=\"t\" colspan=\"3\">{}</td><td class=\"n\">{}</td></tr>",
            escape(&words),
            escape(&shown)
        );
    }
}

fn signed(value: &Exact, unit: &Unit) -> String {
    let shown = amount(value, unit);
    if *value > Exact::ZERO { format!("+{shown}") } else { shown }
}
