//! A difference as one page that needs nothing beside it, for light and dark screens. Not here: what is on it (`mod`, the engine).

use std::fmt::Write as _;

use guiju::{Change, ChangeKind, DataDiff, Exact, FigureDiff, StatusChange, Unit, Written};
use html_escape::encode_safe as escape;
use similar::{ChangeTag, TextDiff};

use super::{AMOUNTS, Difference};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--add:#2a7d3c;--cut:#b3261e}\
@media(prefers-color-scheme:dark){:root{--add:#6fbf7f;--cut:#f2928b}}\
body{font:16px/1.6 system-ui,'Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid var(--line)}h3{font-size:1.05rem;margin:1.8rem 0 .4rem}\
nav a{margin-right:1.2rem}.quiet{font-size:.85rem;opacity:.75;font-weight:normal}\
.change{border:1px solid var(--line);border-radius:.5rem;margin:.6rem 0;padding:.4rem .8rem}\
.sides{display:grid;grid-template-columns:1fr 1fr;gap:.8rem}.sides>:only-child{grid-column:1/-1}.sides>div{min-width:0}\
pre{white-space:pre-wrap;background:var(--soft);padding:.5rem;border-radius:.3rem;font-size:.85rem;margin:.2rem 0}\
del,ins{text-decoration:none;border-radius:.2rem;background:#b3261e33}ins{background:#2a7d3c33}\
.tag{font-size:.8rem;border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;margin-left:.4rem;white-space:nowrap}\
table{border-collapse:collapse;width:100%;font-size:.95rem;margin:.4rem 0 1rem}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}\
tr.effect td{border-bottom:0;font-size:.88rem}tr.effect td:first-child{padding-left:1.6rem}\
td.b{width:8rem}.bar{display:block;height:.6rem;margin-top:.45rem;border-radius:.2rem;min-width:1px;background:var(--add)}.down{background:var(--cut)}\
details{margin:.5rem 0}summary{cursor:pointer;font-weight:bold}\
@media(max-width:45rem){body{margin:1rem auto}.sides{grid-template-columns:1fr}.b{display:none}table{font-size:.85rem}th,td{padding:.2rem .25rem}}";

/// The page.
pub(crate) fn page(difference: &Difference<'_>) -> String {
    let rules = difference.rules;
    let title = format!("{} → {}", rules.before.title(difference.locale), rules.after.title(difference.locale));
    let language = difference.pick("zh-Hant-TW", "en");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n<p>{counts}</p>\n",
        title = escape(&title),
        counts = escape(&rules.counts(difference.locale)),
    );
    let headings = [
        ("rules", difference.pick("逐條變更", "Clause by clause")),
        ("programme", difference.pick("全計畫", "The programme")),
        ("each", difference.pick("各單位", "One by one")),
    ];
    if difference.data.is_some() {
        let links = headings.map(|(id, heading)| format!("<a href=\"#{id}\">{heading}</a>")).concat();
        let _ = writeln!(page, "<nav>{links}</nav>");
    }
    let begin = |page: &mut String, at: usize| {
        let (id, heading) = headings[at];
        let _ = writeln!(page, "<h2 id=\"{id}\">{heading}</h2>");
    };
    begin(&mut page, 0);
    clauses(&mut page, difference);
    if let Some(data) = difference.data {
        begin(&mut page, 1);
        programme(&mut page, difference, data);
        begin(&mut page, 2);
        data.roots().for_each(|root| one_root(&mut page, difference, data, root));
    }
    page.push_str("</body></html>\n");
    page
}

/// The rules, clause by clause with both texts.
fn clauses(page: &mut String, difference: &Difference<'_>) {
    let rules = difference.rules;
    for group in &rules.groups {
        let (summary, id) = match &group.clause {
            Some((id, summary)) => (summary.get(difference.locale), id.as_str()),
            None => (difference.pick("未引條文", "Citing no clause"), ""),
        };
        let _ = writeln!(page, "<h3>{} <span class=\"quiet\">{}</span></h3>", escape(summary), escape(id));
        group.changes.iter().filter_map(|at| rules.changes.get(*at)).for_each(|change| one(page, difference, change));
        for change in group.also.iter().filter_map(|at| rules.changes.get(*at)) {
            let under = change.clauses.first().map(String::as_str).unwrap_or_default();
            let see = difference.pick("見", "see");
            let _ = writeln!(page, "<p class=\"quiet\">→ {}: {see} {}</p>", escape(&change.title(difference.locale)), escape(under));
        }
    }
}

fn one(page: &mut String, difference: &Difference<'_>, change: &Change) {
    let aspects = change.aspect_words(difference.locale);
    let tag = if aspects.is_empty() { change.kind.words(difference.locale).to_owned() } else { aspects };
    let _ = writeln!(
        page,
        "<div class=\"change\"><b>{} {}</b><span class=\"tag\">{}</span><div class=\"sides\">",
        change.kind.sign(),
        escape(&change.title(difference.locale)),
        escape(&tag)
    );
    let text = |written: &Option<Written>| written.as_ref().map(|written| written.text.clone());
    let bodies = match (text(&change.before), text(&change.after)) {
        (Some(old), Some(new)) if change.kind == ChangeKind::Changed => marked(&old, &new).map(Some),
        (old, new) => [old, new].map(|text| text.map(|text| escape(&text).into_owned())),
    };
    for (written, body) in [&change.before, &change.after].into_iter().zip(bodies) {
        if let (Some(written), Some(body)) = (written, body) {
            let _ = writeln!(page, "<div><span class=\"quiet\">{}</span><pre>{body}</pre></div>", escape(&written.place()));
        }
    }
    page.push_str("</div></div>\n");
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
fn heading(page: &mut String, difference: &Difference<'_>, first: &str) {
    let [before, after, change] =
        [("變更前", "before"), ("變更後", "after"), ("差額", "difference")].map(|(zh, en)| difference.pick(zh, en));
    let _ = writeln!(
        page,
        "<table><tr><th>{first}</th><th class=\"n\">{before}</th><th class=\"n\">{after}</th><th class=\"n\">{change}</th><th class=\"b\"></th></tr>"
    );
}

/// The figures of the programme and the sums over all, each with the effects of the changes.
fn programme(page: &mut String, difference: &Difference<'_>, data: &DataDiff) {
    let _ = writeln!(page, "<p>{}</p>", escape(difference.note()));
    let figures = data.programme();
    if !figures.is_empty() {
        heading(page, difference, difference.pick("全計畫指標", "figure of the programme"));
        figures.iter().for_each(|figure| figure_row(page, difference, data, figure));
        page.push_str("</table>\n");
    }
    statuses(page, difference, &data.programme_obligations());
    let totals = data.totals();
    if !totals.is_empty() {
        heading(page, difference, difference.pick("各單位合計", "sum over all"));
        for total in &totals {
            let cells = [total.before, total.after].map(|value| AMOUNTS.value(value, total.unit));
            let change = total.after.sub(total.before).ok();
            row(page, total.label.get(difference.locale), &cells, change, total.unit, &difference.effects(data, &total.shares));
        }
        page.push_str("</table>\n");
    }
}

/// One root: its figures with the effects of the changes, the records judged otherwise, and obligations.
fn one_root(page: &mut String, difference: &Difference<'_>, data: &DataDiff, root: usize) {
    let open = if data.data().len() == 1 { " open" } else { "" };
    let _ = writeln!(page, "<details{open}><summary>{}</summary>", escape(data.data().root_key(root)));
    let mut list = data.figures(root).peekable();
    if list.peek().is_some() {
        heading(page, difference, difference.pick("指標", "KPI"));
        list.for_each(|figure| figure_row(page, difference, data, &figure));
        page.push_str("</table>\n");
    }
    let mut verdicts = data.verdicts(root).peekable();
    if verdicts.peek().is_some() {
        let [record, before, after] =
            [("資料", "record"), ("變更前", "before"), ("變更後", "after")].map(|(zh, en)| difference.pick(zh, en));
        let _ = writeln!(page, "<table><tr><th>{record}</th><th>{before}</th><th>{after}</th></tr>");
        for change in verdicts {
            let name = format!("{}/{} {}", change.entity, change.key, change.label.get(difference.locale));
            let [before, after] = [&change.before, &change.after].map(|side| difference.side(side));
            let _ = writeln!(page, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", escape(&name), escape(&before), escape(&after));
        }
        page.push_str("</table>\n");
    }
    statuses(page, difference, &data.obligations(root));
    page.push_str("</details>\n");
}

fn statuses(page: &mut String, difference: &Difference<'_>, changes: &[StatusChange<'_>]) {
    for change in changes {
        let [before, after] = [change.before, change.after].map(|status| crate::words::status(status, difference.locale));
        let kpi = change.kpi.map(|kpi| format!(" {}", kpi.get(difference.locale))).unwrap_or_default();
        let _ = writeln!(page, "<p>{}{}: {before} → {after}</p>", escape(change.label.get(difference.locale)), escape(&kpi));
    }
}

fn figure_row(page: &mut String, difference: &Difference<'_>, data: &DataDiff, figure: &FigureDiff<'_>) {
    let cells = [figure.before, figure.after].map(|value| AMOUNTS.kpi_or_state(value, figure.unit, difference.locale));
    let effects = figure.shares.map(|shares| difference.effects(data, shares)).unwrap_or_default();
    row(page, figure.label.get(difference.locale), &cells, figure.difference, figure.unit, &effects);
}

fn row(page: &mut String, name: &str, cells: &[String; 2], change: Option<Exact>, unit: &Unit, effects: &[(String, Exact)]) {
    let [before, after] = cells.each_ref().map(escape);
    let shown = change.map(|change| Difference::signed(change, unit)).unwrap_or_default();
    let unit_sign = if change.is_none() || *unit == Unit::Ratio { String::new() } else { format!(" {}", escape(&unit.sign())) };
    let _ = writeln!(
        page,
        "<tr><td><b>{}</b></td><td class=\"n\">{before}</td><td class=\"n\">{after}</td><td class=\"n\">{}{unit_sign}</td><td class=\"b\"></td></tr>",
        escape(name),
        escape(&shown)
    );
    let size = |value: &Exact| if value.is_negative() { value.negate() } else { *value };
    let widest = effects.iter().map(|(_, effect)| size(effect)).max().unwrap_or(Exact::ZERO);
    for (what, effect) in effects {
        // The width of a bar is a picture, not a figure: whole percent will do.
        let width = size(effect).mul(Exact::from(100)).and_then(|part| part.div(widest)).map(|width| width.to_fixed(0)).unwrap_or_default();
        let class = if effect.is_negative() { "down" } else { "up" };
        let _ = writeln!(
            page,
            "<tr class=\"effect\"><td colspan=\"3\">{}</td><td class=\"n\">{}</td><td class=\"b\">\
             <span class=\"bar {class}\" style=\"width:{width}%\"></span></td></tr>",
            escape(what),
            escape(&Difference::signed(*effect, unit))
        );
    }
}
