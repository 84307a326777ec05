//! A difference as one page that needs nothing beside it, for light and dark screens. Not here: what is on it (`mod`, the engine).

use std::fmt::Write as _;

use guiju::{Change, DataDiff, Exact, FigureDiff, Unit, Written};

use super::{AMOUNTS, Difference};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--add:#2a7d3c;--cut:#b3261e;--soft:#8881}\
body{font:16px/1.6 system-ui,'Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1.4rem 0 .4rem}\
.change{border:1px solid var(--line);border-radius:.5rem;margin:.6rem 0;padding:.4rem .8rem}\
.sides{display:grid;grid-template-columns:1fr 1fr;gap:.8rem}@media(max-width:50rem){.sides{grid-template-columns:1fr}}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);padding:.5rem;border-radius:.3rem;font-size:.85rem;margin:.2rem 0}\
mark.add{background:#2a7d3c33;color:inherit}mark.cut{background:#b3261e33;color:inherit}\
.tag{font-size:.8rem;border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;margin-left:.4rem}.place{font-size:.8rem;opacity:.7}\
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
tr.effect td{border-bottom:0;font-size:.88rem;opacity:.9}.bar{display:inline-block;height:.6rem;border-radius:.2rem;min-width:1px;vertical-align:middle}\
.up{background:var(--add)}.down{background:var(--cut)}details{margin:.5rem 0}summary{cursor:pointer}";

/// The page.
pub(crate) fn page(difference: &Difference<'_>) -> String {
    let rules = difference.rules;
    let title = format!("{} → {}", rules.before.title(difference.locale), rules.after.title(difference.locale));
    let language = difference.pick("zh-Hant-TW", "en");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n",
        title = escape(&title)
    );
    if let Some(data) = difference.data {
        figures(&mut page, difference, data);
    }
    let _ = writeln!(page, "<h2>{}</h2>", difference.pick("規則的變更，逐條", "What changed in the rules, clause by clause"));
    if rules.changes.is_empty() {
        let _ = writeln!(page, "<p>{}</p>", difference.pick("規則沒有差別。", "The rules do not differ."));
    }
    for group in &rules.groups {
        let heading = match &group.clause {
            Some((id, summary)) => format!("@ {id} {}", summary.get(difference.locale)),
            None => difference.pick("未引條文", "Citing no clause").to_owned(),
        };
        let _ = writeln!(page, "<h3>{}</h3>", escape(&heading));
        group.changes.iter().filter_map(|at| rules.changes.get(*at)).for_each(|change| one(&mut page, difference, change));
        for change in group.also.iter().filter_map(|at| rules.changes.get(*at)) {
            let under = change.clauses.first().map(String::as_str).unwrap_or_default();
            let see = difference.pick("見", "see");
            let _ = writeln!(page, "<p class=\"place\">→ {}: {see} {}</p>", escape(&change.title(difference.locale)), escape(under));
        }
    }
    page.push_str("</body></html>\n");
    page
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
    let text = |written: &Option<Written>| written.as_ref().map(|written| written.text.clone()).unwrap_or_default();
    let (old, new) = (text(&change.before), text(&change.after));
    let (old, new) = marked(&old, &new);
    for (written, body) in [(&change.before, old), (&change.after, new)] {
        match written {
            Some(written) => {
                let _ = writeln!(page, "<div><span class=\"place\">{}</span><pre>{body}</pre></div>", escape(&written.place()));
            }
            None => {
                let _ = writeln!(page, "<div class=\"place\">{}</div>", difference.pick("（沒有）", "(not there)"));
            }
        }
    }
    page.push_str("</div></div>\n");
}

/// Both texts with what differs marked: what stands between the words that both begin and end with.
fn marked(old: &str, new: &str) -> (String, String) {
    if old.is_empty() || new.is_empty() {
        return (escape(old), escape(new));
    }
    let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let most = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    let show = |text: &[char], class: &str| {
        let part = |from: usize, to: usize| escape(&text[from..to].iter().collect::<String>());
        let (middle, tail) = (part(start, text.len() - end), part(text.len() - end, text.len()));
        let middle = if middle.is_empty() { middle } else { format!("<mark class=\"{class}\">{middle}</mark>") };
        format!("{}{middle}{tail}", part(0, start))
    };
    (show(&a, "cut"), show(&b, "add"))
}

fn figures(page: &mut String, difference: &Difference<'_>, data: &DataDiff<'_>) {
    let _ = writeln!(page, "<p>{}</p>", escape(difference.note()));
    let heading = |page: &mut String, first: &str| {
        let [before, after, change] =
            [("變更前", "before"), ("變更後", "after"), ("差額", "difference")].map(|(zh, en)| difference.pick(zh, en));
        let _ = writeln!(
            page,
            "<table><tr><th>{first}</th><th class=\"n\">{before}</th><th class=\"n\">{after}</th><th class=\"n\">{change}</th><th></th></tr>"
        );
    };
    let _ = writeln!(page, "<h2>{}</h2>", difference.pick("合計與各項變更的影響", "Totals, and the effect of each change"));
    heading(page, difference.pick("指標（各單位合計）", "KPI (sum over all)"));
    for total in data.totals() {
        let cells = [total.before, total.after].map(|value| AMOUNTS.value(value, total.unit));
        let change = total.after.sub(total.before).ok();
        row(page, difference, total.label.get(difference.locale), &cells, change, total.unit, &difference.effects(data, &total.shares));
    }
    page.push_str("</table>\n");
    let programme = data.programme();
    if !programme.is_empty() {
        let _ = writeln!(page, "<h2>{}</h2>", difference.pick("全計畫指標", "Figures of the programme"));
        heading(page, difference.pick("指標", "KPI"));
        programme.iter().for_each(|figure| figure_row(page, difference, data, figure));
        page.push_str("</table>\n");
    }
    let _ = writeln!(page, "<h2>{}</h2>", difference.pick("各單位", "Each one"));
    for root in data.roots() {
        let mut list = data.figures(root).peekable();
        let (verdicts, statuses) = (data.verdicts(root).collect::<Vec<_>>(), data.obligations(root));
        if list.peek().is_none() && verdicts.is_empty() && statuses.is_empty() {
            continue;
        }
        let _ = writeln!(page, "<details><summary>{}</summary>", escape(data.data().root_key(root)));
        heading(page, difference.pick("指標", "KPI"));
        list.for_each(|figure| figure_row(page, difference, data, &figure));
        page.push_str("</table>\n");
        if !verdicts.is_empty() {
            let [record, before, after] =
                [("資料", "record"), ("變更前", "before"), ("變更後", "after")].map(|(zh, en)| difference.pick(zh, en));
            let _ = writeln!(page, "<table><tr><th>{record}</th><th>{before}</th><th>{after}</th></tr>");
            for change in &verdicts {
                let name = format!("{}/{} {}", change.entity, change.key, change.label.get(difference.locale));
                let sides = [&change.before, &change.after].map(|side| escape(&difference.side(side)));
                let _ = writeln!(page, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", escape(&name), sides[0], sides[1]);
            }
            page.push_str("</table>\n");
        }
        for change in &statuses {
            let [before, after] = [change.before, change.after].map(|status| crate::words::status(status, difference.locale));
            let _ = writeln!(page, "<p>{}: {before} → {after}</p>", escape(change.label.get(difference.locale)));
        }
        page.push_str("</details>\n");
    }
}

fn figure_row(page: &mut String, difference: &Difference<'_>, data: &DataDiff<'_>, figure: &FigureDiff<'_>) {
    let cells = [figure.before, figure.after].map(|value| AMOUNTS.kpi_or_state(value, figure.unit, difference.locale));
    let effects = figure.shares.map(|shares| difference.effects(data, shares)).unwrap_or_default();
    row(page, difference, figure.label.get(difference.locale), &cells, figure.difference, figure.unit, &effects);
}

fn row(
    page: &mut String,
    _difference: &Difference<'_>,
    name: &str,
    cells: &[String; 2],
    change: Option<Exact>,
    unit: &Unit,
    effects: &[(String, Exact)],
) {
    let [before, after] = cells.each_ref().map(|cell| escape(cell));
    let shown = change.map(|change| Difference::signed(change, unit)).unwrap_or_default();
    let unit_sign = if *unit == Unit::Ratio { String::new() } else { format!(" {}", escape(&unit.sign())) };
    let _ = writeln!(
        page,
        "<tr><td><b>{}</b></td><td class=\"n\">{before}</td><td class=\"n\">{after}</td><td class=\"n\">{}{unit_sign}</td><td></td></tr>",
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
            "<tr class=\"effect\"><td colspan=\"3\">　{}</td><td class=\"n\">{}</td><td style=\"width:12rem\">\
             <span class=\"bar {class}\" style=\"width:{width}%\"></span></td></tr>",
            escape(what),
            escape(&Difference::signed(*effect, unit))
        );
    }
}

/// Text that may stand anywhere in the page.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
