//! Changes of rules that no test notices: as text for people, and all changes as JSON.

use guiju::{Diagnostic, Fate, Json, Locale, Mutant, Mutants, Source, SourcePack};

use super::{clean, diagnostics};
use crate::words::{count, pick};

/// The changes of the pack's own rules that no test notices, and how many there were of each sort.
pub(crate) fn text(pack: &SourcePack, found: &Mutants, locale: Locale) -> String {
    let own = |mutant: &&Mutant| mutant.pack == pack.name();
    let mut out = String::new();
    for mutant in found.list.iter().filter(own).filter(|mutant| mutant.fate == Fate::Survived) {
        let clauses = if mutant.clauses.is_empty() {
            String::new()
        } else {
            format!("  @ {}", mutant.clauses.join(", "))
        };
        let would = mutant
            .would
            .clone()
            .unwrap_or_else(|| pick(locale, "（省略）", "(dropped)").to_owned());
        let place = format!("{}:{}:{}", mutant.file, mutant.position.line, mutant.position.column);
        out += &format!("{}  {}{}\n", clean(&place), clean(&mutant.item), clean(&clauses));
        out += &format!("  - {}\n  + {}\n\n", clean(&mutant.was), clean(&would));
    }
    let number = |wanted: &dyn Fn(&Fate) -> bool| {
        found.list.iter().filter(own).filter(|mutant| wanted(&mutant.fate)).count()
    };
    let all = number(&|_| true);
    let (noticed, needed) = found.score(pack.name());
    let refused = number(&|fate| *fate == Fate::Refused);
    let same = number(&|fate| *fate == Fate::Equivalent);
    let allowed = number(&|fate| matches!(fate, Fate::Allowed(_)));
    let share = share(noticed, needed);
    out += &match locale {
        Locale::ZhTw => format!(
            "{}：{all} 項改動；測試發現 {needed} 項中的 {noticed} 項（{share}），{} 項沒有發現；{refused} 項不合文法或型別而無從執行，{same} 項不影響任何結果，{allowed} 項另有理由\n",
            pack.name(),
            needed - noticed
        ),
        Locale::En => format!(
            "{}: {}; the tests notice {noticed} of {needed} ({share}), not {}; the checker refuses {refused}, {same} change no result, {allowed} are allowed with a reason\n",
            pack.name(),
            count(all, "change", "changes"),
            needed - noticed
        ),
    };
    let inherited = |fate: &dyn Fn(&Fate) -> bool| {
        found.list.iter().filter(|mutant| !own(mutant) && fate(&mutant.fate)).count()
    };
    let (unseen, seen) = (
        inherited(&|fate| *fate == Fate::Survived),
        inherited(&|fate| matches!(fate, Fate::Noticed(_))),
    );
    if seen + unseen > 0 {
        out += &match locale {
            Locale::ZhTw => {
                format!("沿用的規則另有 {} 項改動，這裡的測試發現 {seen} 項\n", seen + unseen)
            }
            Locale::En => format!(
                "of {} to rules taken over, the tests here notice {seen}\n",
                count(seen + unseen, "change", "changes")
            ),
        };
    }
    out
}

/// A share in percent, cut after one decimal: 100 % only where it is all.
fn share(part: usize, whole: usize) -> String {
    let thousandths = (part * 1000).checked_div(whole).unwrap_or(1000);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// Every change, inherited rules included.
pub(crate) fn to_json(
    pack: &SourcePack,
    found: &Mutants,
    findings: &[Diagnostic],
    files: &[Source],
    locale: Locale,
) -> String {
    let mut json = Json::pretty();
    json.object(|json| {
        let (noticed, needed) = found.score(pack.name());
        json.key("changes")
            .list(|json| found.list.iter().for_each(|mutant| change(mutant, json, locale)));
        diagnostics::to_json(findings, files, json, locale);
        json.key("needed").number(needed as i64);
        json.key("noticed").number(noticed as i64);
        json.key("pack").text(pack.name());
        json.key("proposals").list(|json| found.proposals.iter().for_each(|text| json.text(text)));
    });
    json.finish()
}

fn change(mutant: &Mutant, json: &mut Json, locale: Locale) {
    let (fate, by, reason) = match &mutant.fate {
        Fate::Noticed(by) => ("noticed", Some(by.as_str()), None),
        Fate::Refused => ("refused", None, None),
        Fate::Equivalent => ("equivalent", None, None),
        Fate::Survived => ("survived", None, None),
        Fate::Allowed(reason) => ("allowed", None, Some(reason.get(locale))),
    };
    json.object(|json| {
        json.key("clauses").list(|json| mutant.clauses.iter().for_each(|clause| json.text(clause)));
        json.key("column").number(mutant.position.column.into());
        json.key("fate").text(fate);
        json.key("file").text(&mutant.file);
        json.key("item").text(&mutant.item);
        json.key("kind").text(mutant.kind.id());
        json.key("line").number(mutant.position.line.into());
        json.key("noticed_by").text_or_null(by);
        json.key("pack").text(&mutant.pack);
        match mutant.proposal {
            Some(number) => json.key("proposal").number(number as i64),
            None => json.key("proposal").null(),
        }
        json.key("reason").text_or_null(reason);
        json.key("was").text(&mutant.was);
        json.key("would").text_or_null(mutant.would.as_deref());
    });
}
