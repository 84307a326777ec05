//! The README of the samples: its text is in `readme.md`, the tables of what to expect are filled
//! in from the drawn records.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::ensure;

use super::alliance::Alliance;
use super::field_revenue::{Figures, figures};
use super::published::{FIELDS, rounded};
use super::record::{Fate, Flaw, Record};

const TEMPLATE: &str = include_str!("readme.md");

/// Which of its two languages a passage is in.
#[derive(Clone, Copy)]
enum Language {
    English,
    Chinese,
}

/// The whole README.
pub(crate) fn text(alliances: &[Alliance]) -> anyhow::Result<String> {
    let (counted, undetermined) = alliances
        .iter()
        .map(Alliance::company_members)
        .fold((0, 0), |(counted, unknown), (more, unsure)| (counted + more, unknown + unsure));
    let mut text = TEMPLATE.to_owned();
    for (place, content) in [
        ("fields_en", fields(alliances, Language::English)?),
        ("fields_zh", fields(alliances, Language::Chinese)?),
        ("left_out_en", left_out(alliances, Language::English)?),
        ("left_out_zh", left_out(alliances, Language::Chinese)?),
        ("members_low", counted.to_string()),
        ("members_high", (counted + undetermined).to_string()),
        ("undetermined", undetermined.to_string()),
    ] {
        let mark = format!("{{{{{place}}}}}");
        ensure!(text.contains(&mark), "the text of the README has no {mark}");
        text = text.replace(&mark, &content);
    }
    Ok(text)
}

/// The expected figures of each field and of all.
fn fields(alliances: &[Alliance], language: Language) -> anyhow::Result<String> {
    let mut table = String::from(match language {
        Language::English => {
            "| field | alliances | total operating revenue | average | average grant | self-sufficiency |\n"
        }
        Language::Chinese => {
            "| 領域 | 聯盟數 | 聯盟營運收入合計 | 平均 | 平均補助款 | 自給自足率 |\n"
        }
    });
    table.push_str("|---|--:|--:|--:|--:|--:|\n");
    for field in &FIELDS {
        let name = match language {
            Language::English => field.en,
            Language::Chinese => field.zh,
        };
        row(&mut table, &format!("{name} (`{}`)", field.id), &figures(alliances, Some(field)))?;
    }
    let all = match language {
        Language::English => "all",
        Language::Chinese => "合計",
    };
    row(&mut table, all, &figures(alliances, None))?;
    Ok(table.trim_end().to_owned())
}

fn row(table: &mut String, name: &str, figures: &Figures) -> anyhow::Result<()> {
    let of = figures.alliances * 1_000;
    // To a tenth of a percent.
    let share = rounded(figures.revenue * 1_000, figures.grant);
    writeln!(
        table,
        "| {name} | {} | {} | {} | {} | {}.{} % |",
        figures.alliances,
        grouped(figures.revenue / 1_000),
        grouped(rounded(figures.revenue, of)),
        grouped(rounded(figures.grant, of)),
        share / 10,
        share % 10,
    )?;
    Ok(())
}

/// `170294` as `170,294`.
fn grouped(value: i64) -> String {
    if value < 1_000 {
        value.to_string()
    } else {
        format!("{},{:03}", grouped(value / 1_000), value % 1_000)
    }
}

/// How many records are left out, by table and reason.
fn left_out(alliances: &[Alliance], language: Language) -> anyhow::Result<String> {
    let mut reasons: BTreeMap<(usize, &str, Flaw), usize> = BTreeMap::new();
    for alliance in alliances {
        let books = &alliance.books;
        count(&mut reasons, 0, "member", &alliance.member);
        count(&mut reasons, 1, "revenue", &books.revenue);
        count(&mut reasons, 2, "transfer", &books.transfer);
        count(&mut reasons, 3, "collaboration", &books.collaboration);
        count(&mut reasons, 4, "activity", &alliance.activity);
        count(&mut reasons, 5, "outcome", &alliance.outcome);
    }
    let mut table = String::from(match language {
        Language::English => "| table | clause | why it is left out | records |\n",
        Language::Chinese => "| 資料表 | 條款 | 不計的原因 | 筆數 |\n",
    });
    table.push_str("|---|---|---|--:|\n");
    for ((_, name, flaw), count) in reasons {
        let why = match language {
            Language::English => flaw.en,
            Language::Chinese => flaw.zh,
        };
        writeln!(table, "| {name} | {} | {why} | {count} |", flaw.clause)?;
    }
    Ok(table.trim_end().to_owned())
}

fn count<'a, R: Record>(
    reasons: &mut BTreeMap<(usize, &'a str, Flaw), usize>,
    order: usize,
    name: &'a str,
    records: &[R],
) {
    for record in records {
        if let Fate::Not(flaw) | Fate::Unknown(flaw) = record.fate() {
            *reasons.entry((order, name, flaw)).or_default() += 1;
        }
    }
}
