//! A difference as one page. Not here: what is on it (`mod`, the engine), and how pages look
//! (`page`).

use std::io::{self, Write};

use guiju::{Change, ChangeKind, DataDiff, Exact, FigureDiff, StatusChange, Unit, Written};
use similar::{ChangeTag, TextDiff};

use super::{AMOUNTS, Difference};
use crate::report::page::{bar, begin, contents, end, escape, heading, percent};

/// The page.
pub(crate) fn page(page: &mut impl Write, difference: &Difference<'_>) -> io::Result<()> {
    let rules = difference.rules;
    let title = format!(
        "{} → {}",
        rules.before.title(difference.locale),
        rules.after.title(difference.locale)
    );
    begin(page, &title, difference.locale)?;
    writeln!(page, "<p>{}</p>", escape(&rules.counts(difference.locale)))?;
    let parts = [
        ("rules", difference.pick("逐條變更", "Clause by clause")),
        ("programme", difference.pick("全計畫", "The programme")),
        ("each", difference.pick("各單位", "One by one")),
    ];
    let parts = if difference.data.is_some() { &parts[..] } else { &parts[..1] };
    contents(page, if parts.len() > 1 { parts } else { &[] }, difference.locale)?;
    for (id, title) in parts {
        heading(page, 2, id, title)?;
        match (*id, difference.data) {
            ("programme", Some(data)) => programme(page, difference, data)?,
            ("each", Some(data)) => {
                data.roots().try_for_each(|root| one_root(page, difference, data, root))?
            }
            _ => clauses(page, difference)?,
        }
    }
    end(page)
}

/// The rules, clause by clause with both texts.
fn clauses(page: &mut impl Write, difference: &Difference<'_>) -> io::Result<()> {
    let rules = difference.rules;
    for group in &rules.groups {
        let (summary, id) = match &group.clause {
            Some((id, summary)) => (summary.get(difference.locale), id.as_str()),
            None => (difference.pick("未引條文", "Citing no clause"), ""),
        };
        writeln!(page, "<h3>{} <span class=\"quiet\">{}</span></h3>", escape(summary), escape(id))?;
        group
            .changes
            .iter()
            .filter_map(|at| rules.changes.get(*at))
            .try_for_each(|change| one(page, difference, change))?;
        for change in group.also.iter().filter_map(|at| rules.changes.get(*at)) {
            let under = change.clauses.first().map(String::as_str).unwrap_or_default();
            let see = difference.pick("見", "see");
            writeln!(
                page,
                "<p class=\"quiet\">→ {}: {see} {}</p>",
                escape(&change.title(difference.locale)),
                escape(under)
            )?;
        }
    }
    Ok(())
}

fn one(page: &mut impl Write, difference: &Difference<'_>, change: &Change) -> io::Result<()> {
    let aspects = change.aspect_words(difference.locale);
    let tag =
        if aspects.is_empty() { change.kind.words(difference.locale).to_owned() } else { aspects };
    writeln!(
        page,
        "<div class=\"change\"><b>{} {}</b><span class=\"tag\">{}</span><div class=\"sides\">",
        change.kind.sign(),
        escape(&change.title(difference.locale)),
        escape(&tag)
    )?;
    if let Some(uses) = change.use_words(difference.locale) {
        writeln!(page, "<p class=\"quiet\">{}</p>", escape(&uses))?;
    }
    let text = |written: &Option<Written>| written.as_ref().map(|written| written.text.clone());
    let bodies = match (text(&change.before), text(&change.after)) {
        (Some(old), Some(new)) if change.kind == ChangeKind::Changed => {
            marked(&old, &new).map(Some)
        }
        (old, new) => [old, new].map(|text| text.map(|text| escape(&text))),
    };
    for (written, body) in [&change.before, &change.after].into_iter().zip(bodies) {
        if let (Some(written), Some(body)) = (written, body) {
            writeln!(
                page,
                "<div><span class=\"quiet\">{}</span><pre>{body}</pre></div>",
                escape(&written.place())
            )?;
        }
    }
    writeln!(page, "</div></div>")
}

/// Both texts with the words that differ marked.
fn marked(old: &str, new: &str) -> [String; 2] {
    let mut sides = [String::new(), String::new()];
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        let text = escape(change.value());
        match change.tag() {
            ChangeTag::Equal => sides.iter_mut().for_each(|side| side.push_str(&text)),
            ChangeTag::Delete => sides[0].push_str(&format!("<del>{text}</del>")),
            ChangeTag::Insert => sides[1].push_str(&format!("<ins>{text}</ins>")),
        }
    }
    sides.map(|side| side.replace("</del><del>", "").replace("</ins><ins>", ""))
}

/// The first row of a table of figures.
fn columns(page: &mut impl Write, difference: &Difference<'_>, first: &str) -> io::Result<()> {
    let [before, after, change] =
        [("變更前", "before"), ("變更後", "after"), ("差額", "difference")]
            .map(|(zh, en)| difference.pick(zh, en));
    writeln!(
        page,
        "<table><thead><tr><th scope=\"col\">{first}</th><th scope=\"col\" class=\"n\">{before}</th><th scope=\"col\" class=\"n\">{after}</th>\
         <th scope=\"col\" class=\"n\">{change}</th><td class=\"b\"></td></tr></thead><tbody>"
    )
}

/// The figures of the programme and the sums over all, each with the effects of the changes.
fn programme(
    page: &mut impl Write,
    difference: &Difference<'_>,
    data: &DataDiff,
) -> io::Result<()> {
    writeln!(page, "<p>{}</p>", escape(difference.note()))?;
    let figures = data.programme();
    if !figures.is_empty() {
        columns(page, difference, difference.pick("全計畫指標", "figure of the programme"))?;
        figures.iter().try_for_each(|figure| figure_row(page, difference, data, figure))?;
        writeln!(page, "</tbody></table>")?;
    }
    statuses(page, difference, &data.programme_obligations())?;
    let totals = data.totals();
    if !totals.is_empty() {
        columns(page, difference, difference.pick("各單位合計", "sum over all"))?;
        for total in &totals {
            let cells = [&total.before, &total.after].map(|value| AMOUNTS.value(value, total.unit));
            let change = total.after.sub(&total.before).ok();
            row(
                page,
                total.label.get(difference.locale),
                &cells,
                change.as_ref(),
                total.unit,
                &difference.effects(data, &total.shares),
            )?;
        }
        writeln!(page, "</tbody></table>")?;
    }
    Ok(())
}

/// One root: its figures with the effects of the changes, the records judged otherwise, and
/// obligations.
fn one_root(
    page: &mut impl Write,
    difference: &Difference<'_>,
    data: &DataDiff,
    root: usize,
) -> io::Result<()> {
    let open = if data.data().len() == 1 { " open" } else { "" };
    writeln!(page, "<details{open}><summary>{}</summary>", escape(data.data().root_key(root)))?;
    let mut list = data.figures(root).peekable();
    if list.peek().is_some() {
        columns(page, difference, difference.pick("指標", "KPI"))?;
        list.try_for_each(|figure| figure_row(page, difference, data, &figure))?;
        writeln!(page, "</tbody></table>")?;
    }
    let mut verdicts = data.verdicts(root).peekable();
    if verdicts.peek().is_some() {
        let [record, before, after] =
            [("資料", "record"), ("變更前", "before"), ("變更後", "after")]
                .map(|(zh, en)| difference.pick(zh, en));
        writeln!(
            page,
            "<table><thead><tr><th scope=\"col\">{record}</th><th scope=\"col\">{before}</th><th scope=\"col\">{after}</th></tr></thead><tbody>"
        )?;
        for change in verdicts {
            let name =
                format!("{}/{} {}", change.entity, change.key, change.label.get(difference.locale));
            let [before, after] = [&change.before, &change.after].map(|side| difference.side(side));
            writeln!(
                page,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
                escape(&name),
                escape(&before),
                escape(&after)
            )?;
        }
        writeln!(page, "</tbody></table>")?;
    }
    statuses(page, difference, &data.obligations(root))?;
    writeln!(page, "</details>")
}

fn statuses(
    page: &mut impl Write,
    difference: &Difference<'_>,
    changes: &[StatusChange<'_>],
) -> io::Result<()> {
    for change in changes {
        let [before, after] = [change.before, change.after]
            .map(|status| crate::words::status(status, difference.locale));
        let kpi =
            change.kpi.map(|kpi| format!(" {}", kpi.get(difference.locale))).unwrap_or_default();
        writeln!(
            page,
            "<p>{}{}: {before} → {after}</p>",
            escape(change.label.get(difference.locale)),
            escape(&kpi)
        )?;
    }
    Ok(())
}

fn figure_row(
    page: &mut impl Write,
    difference: &Difference<'_>,
    data: &DataDiff,
    figure: &FigureDiff<'_>,
) -> io::Result<()> {
    let cells = [figure.before, figure.after]
        .map(|value| AMOUNTS.kpi_or_state(value, figure.unit, difference.locale));
    let effects = figure.shares.map(|shares| difference.effects(data, shares)).unwrap_or_default();
    row(
        page,
        figure.label.get(difference.locale),
        &cells,
        figure.difference.as_ref(),
        figure.unit,
        &effects,
    )
}

fn row(
    page: &mut impl Write,
    name: &str,
    cells: &[String; 2],
    change: Option<&Exact>,
    unit: &Unit,
    effects: &[(String, Exact)],
) -> io::Result<()> {
    let [before, after] = cells.each_ref().map(|cell| escape(cell));
    let shown = change.map(|change| Difference::signed(change, unit)).unwrap_or_default();
    let unit_sign = if change.is_none() || *unit == Unit::Ratio {
        String::new()
    } else {
        format!(" {}", escape(&unit.sign()))
    };
    writeln!(
        page,
        "<tr><th scope=\"row\"><b>{}</b></th><td class=\"n\">{before}</td><td class=\"n\">{after}</td><td class=\"n\">{}{unit_sign}</td><td class=\"b\"></td></tr>",
        escape(name),
        escape(&shown)
    )?;
    let size = |value: &Exact| value.clone().max(value.negate());
    let widest = effects.iter().map(|(_, effect)| size(effect)).max().unwrap_or(Exact::ZERO);
    for (what, effect) in effects {
        let class = if effect.is_negative() { "bad" } else { "good" };
        writeln!(
            page,
            "<tr class=\"effect\"><td colspan=\"3\">{}</td><td class=\"n\">{}</td><td class=\"b\">{}</td></tr>",
            escape(what),
            escape(&Difference::signed(effect, unit)),
            bar(&percent(&size(effect), &widest), class)
        )?;
    }
    Ok(())
}
