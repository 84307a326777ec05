//! The example sheet of qa_104 as one alliance in JSON: records that evaluate, under the rules of
//! 108, to the sheet's numbers.
//!
//! The sheet gives numbers and a few dates, which are moved to the programme year 108; names,
//! amounts of single records and whatever the sheet leaves blank are invented.

use anyhow::Context;
use serde_json::{Value, json};

use super::members::day;
use super::record::{
    Activity, Cell, Collaboration, Fate, Head, Member, Money, Outcome, Record, Revenue, Staff,
    Transfer,
};

const COMPANIES: usize = 20;
const INSTITUTES: usize = 3;
const INDIVIDUALS: usize = 15;
/// What each of the twenty pays: 80 仟元 together.
const FEE: i64 = 4_000;

/// The document: one record a line, fields in the order of the data model.
pub(crate) fn document() -> anyhow::Result<Vec<u8>> {
    let head = object(&head()?)?;
    let lists = [
        ("member", lines(&members()?)?),
        ("revenue", lines(&revenue()?)?),
        ("transfer", lines(&[transfer()?])?),
        ("collaboration", lines(&collaborations()?)?),
        ("activity", lines(&activities()?)?),
        ("outcome", lines(&outcomes())?),
        ("staff", lines(&staff())?),
    ];
    let fields = head
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .context("a record is an object")?;
    let mut text = format!("{{\"alliances\": [{{\n  {fields}");
    for (name, lines) in &lists {
        text.push_str(&format!(",\n  \"{name}\": [\n    {}\n  ]", lines.join(",\n    ")));
    }
    text.push_str(",\n  \"reviewed\": [],\n  \"elsewhere\": []\n}]}\n");
    serde_json::from_str::<Value>(&text).context("the summary sheet is not JSON")?;
    Ok(text.into_bytes())
}

/// Records as objects, one each.
pub(crate) fn lines<R: Record>(records: &[R]) -> anyhow::Result<Vec<String>> {
    records.iter().map(object).collect()
}

/// A record as an object without what is missing. Objects are written by hand: the order of a JSON
/// map's keys would hang on features of other packages.
pub(crate) fn object<R: Record>(record: &R) -> anyhow::Result<String> {
    let mut fields = Vec::new();
    for (name, cell) in record.cells() {
        let value = match cell {
            Cell::Missing => continue,
            Cell::Text(text) => json!(text),
            Cell::Flag(value) => json!(value),
            Cell::Count(value) => json!(value),
            // The sheet counts in 仟元.
            Cell::Money(amount) if amount > 0 && amount % 1_000 == 0 => {
                fields.push(format!(
                    r#""{name}": {{"amount": "{}", "unit": "仟元"}}"#,
                    amount / 1_000
                ));
                continue;
            }
            Cell::Money(amount) => json!(amount.to_string()),
            Cell::Day(day) => json!(day.to_string()),
            Cell::Span(start, end) => {
                fields.push(format!(r#""{name}": {{"start": "{start}", "end": "{end}"}}"#));
                continue;
            }
            Cell::Words(words) => json!(words),
        };
        fields.push(format!(r#""{name}": {}"#, serde_json::to_string(&value)?));
    }
    Ok(format!("{{{}}}", fields.join(", ")))
}

fn head() -> anyhow::Result<Head> {
    Ok(Head {
        id: "SHEET".to_owned(),
        name: "綜整表範例聯盟".to_owned(),
        host: "範例大學".to_owned(),
        field: "ict",
        phase: 1,
        phase_year: 1,
        grant: Money(2_000_000),
        website_since: Some(day(2019, 3, 1)?),
        website_updated: Some(day(2019, 10, 15)?),
        website_names_ministry: Some(true),
        highlights: "範例：條列式簡述計畫亮點。",
        banner_format: "PNG",
        banner_width: Some(222),
        banner_height: Some(112),
        fate: Fate::Counted,
    })
}

/// The three companies that the sheet calls A, B and C, then numbered ones.
fn company(place: usize) -> String {
    match place {
        0 => "A廠商".to_owned(),
        1 => "B廠商".to_owned(),
        2 => "C廠商".to_owned(),
        _ => format!("範例廠商{:02}", place + 1),
    }
}

fn members() -> anyhow::Result<Vec<Member>> {
    let contract = (day(2019, 2, 1)?, day(2020, 1, 31)?);
    let member = |name: String, kind: &'static str, region: &'static str, fee: i64| Member {
        name,
        kind,
        origin: "domestic",
        registered: kind != "individual",
        contract: Some(contract),
        contract_kind: "membership",
        core_related: Some(true),
        contract_signatory: "pi",
        member_seal: "company_and_owner",
        institution_seal: "college",
        pi_signed: true,
        renewal: false,
        renewal_receipt: None,
        fee: Money(fee),
        region,
        size: "small",
        industry: "general",
        new_hires: Some(0),
        added_value: Some(Money(0)),
        added_value_method: "",
        added_value_evidence: String::new(),
        responsible_person: "陳○○".to_owned(),
        address: "範例市範例路1號".to_owned(),
        phone: "00-0000-0000".to_owned(),
        fate: Fate::Counted,
    };
    let mut members: Vec<Member> = (0..COMPANIES)
        .map(|place| {
            member(
                company(place),
                "company",
                if place == COMPANIES - 1 { "central" } else { "north" },
                FEE,
            )
        })
        .collect();
    // 1,200 仟元 together.
    for (place, value) in [(3, 1_000_000), (4, 200_000)] {
        members[place].added_value = Some(Money(value));
        members[place].added_value_method = "前後年度營收差額";
        members[place].added_value_evidence = format!("產值說明-{place}");
    }
    members.extend((1..=INSTITUTES).map(|number| {
        member(format!("財團法人範例研究所{number}"), "research_institute", "north", 0)
    }));
    members.extend(
        (1..=INDIVIDUALS)
            .map(|number| member(format!("個人會員{number:02}"), "individual", "north", 0)),
    );
    Ok(members)
}

/// 80 of fees, 10 of technical services in three cases, 10 of seminar fees; in 仟元.
fn revenue() -> anyhow::Result<Vec<Revenue>> {
    let received = day(2019, 4, 30)?;
    let mut records: Vec<Revenue> = Vec::new();
    let fees = (0..COMPANIES).map(|place| ("membership_fee", company(place), FEE));
    // All services went to one company.
    let services = [4_000, 3_000, 3_000].map(|amount| ("technical_service", company(0), amount));
    let seminars =
        [(5_000, 1), (5_000, 2)].map(|(amount, payer)| ("seminar_fee", company(payer), amount));
    for (category, payer, amount) in fees.chain(services).chain(seminars) {
        let number = records.len() + 1;
        records.push(Revenue {
            id: format!("R{number:02}"),
            category,
            source: "cash",
            payer,
            payer_kind: "company",
            amount: Money(amount),
            received,
            receipt_stamped: true,
            label_matches: true,
            explanation_signed: None,
            evidence: format!("收據-{number:02}"),
            evidence_amount: Some(Money(amount)),
            fate: Fate::Counted,
        });
    }
    Ok(records)
}

fn transfer() -> anyhow::Result<Transfer> {
    Ok(Transfer {
        id: "T1".to_owned(),
        counterpart: company(2),
        signed: day(2019, 6, 3)?,
        amount: Money(100_000),
        transferor: "pi",
        derived_in_programme: true,
        evidence: "技轉合約-1".to_owned(),
        fate: Fate::Counted,
    })
}

/// The sheet names 600 with A and 300 with B of a total of 1,000; 100 are left for C.
fn collaborations() -> anyhow::Result<Vec<Collaboration>> {
    let signed = day(2019, 5, 2)?;
    let projects =
        [(0, 600_000, "approval_list"), (1, 300_000, "approval_list"), (2, 100_000, "contract")];
    Ok((1..)
        .zip(projects)
        .map(|(number, (place, amount, evidence_kind))| Collaboration {
            id: format!("C{number}"),
            counterpart: company(place),
            signed: Some(signed),
            status: "signed",
            amount: Money(amount),
            signatory: "pi",
            derived_in_programme: true,
            evidence_kind,
            evidence: format!("產學合約-{number}"),
            fate: Fate::Counted,
        })
        .collect())
}

/// 10 promotions, 2 seminars with 100 people on one day, 3 consultations with 6, 2 site visits with 70.
fn activities() -> anyhow::Result<Vec<Activity>> {
    let mut planned = Vec::new();
    for month in 3..=12 {
        planned.push(("promotion", day(2019, month, 10)?, 30));
    }
    planned.extend([("seminar", day(2019, 7, 18)?, 60), ("seminar", day(2019, 7, 18)?, 40)]);
    planned.extend([
        ("consultation", day(2019, 5, 7)?, 2),
        ("consultation", day(2019, 8, 7)?, 2),
        ("consultation", day(2019, 11, 7)?, 2),
    ]);
    planned.extend([("site_visit", day(2019, 12, 6)?, 35), ("site_visit", day(2019, 12, 20)?, 35)]);
    Ok((1..)
        .zip(planned)
        .map(|(number, (kind, date, participants))| Activity {
            id: format!("A{number:02}"),
            kind,
            date,
            event: format!("活動-{number:02}"),
            role: "host",
            audience: "company_member",
            participants,
            evidence_kinds: if kind == "site_visit" {
                vec!["visit_form", "photo"]
            } else {
                vec!["poster", "sign_in_sheet"]
            },
            fate: Fate::Counted,
        })
        .collect())
}

/// One product, one technology, and two patents of two companies, one applied for and one granted.
fn outcomes() -> Vec<Outcome> {
    let outcome = |id: &str, kind: &'static str, place: usize, patent_state: &'static str| {
        let patent = kind == "patent";
        Outcome {
            id: id.to_owned(),
            kind,
            beneficiary: company(place),
            owner: "member",
            patent_no: if patent { format!("範例-{id}") } else { String::new() },
            patent_company: if patent { company(place) } else { String::new() },
            patent_state,
            evidence: format!("成果佐證-{id}"),
            fate: Fate::Counted,
        }
    };
    vec![
        outcome("O1", "product", 5, ""),
        outcome("O2", "technology", 6, ""),
        outcome("O3", "patent", 7, "applied"),
        outcome("O4", "patent", 8, "granted"),
    ]
}

/// The sheet leaves these blank.
fn staff() -> Vec<Staff> {
    [("undergraduate", 0), ("master", 2), ("phd", 1), ("postdoc", 0), ("assistant", 1)]
        .into_iter()
        .map(|(level, number)| Staff {
            id: level.to_owned(),
            level,
            approved: number,
            actual: number,
            monthly_pay: None,
            company_pays_monthly: None,
            fate: Fate::Counted,
        })
        .collect()
}
