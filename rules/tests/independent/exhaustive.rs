//! Every combination of the values that decide, missing ones included, in fixed data: what a member
//! is, whether its papers are in order, what is asked of each kind of record, and which phase and
//! year come next. Dates are the edge days of the edition. Judged by both computations. Not here:
//! documents and events that records share, which are drawn at random.

use serde_json::{Value, json};

use crate::compare::same;
use crate::edition::Edition::{self, E115};
use crate::evaluate;
use crate::generate::written;
use crate::members::{INDUSTRIES, KINDS, ORIGINS};
use crate::value::Day;

/// How many records stand in one alliance: few, since the naive computation looks at all of them
/// for each.
const TOGETHER: usize = 50;

/// The values a field goes through.
type Choices<'a> = (&'a str, Vec<Value>);

/// Each of these, and nothing at all.
fn any<'a>(name: &'a str, options: &[&str]) -> Choices<'a> {
    (name, options.iter().map(|option| json!(option)).chain([Value::Null]).collect())
}

fn truth(name: &str) -> Choices<'_> {
    (name, vec![json!(true), json!(false), Value::Null])
}

/// Both ends of a period, the days beside them, and nothing.
fn edges(name: &str, (first, last): (Day, Day)) -> Choices<'_> {
    let days = [first, (first.0, first.1 - 1, 31), last, (last.0, last.1 + 1, 1)];
    (name, days.into_iter().map(day).chain([Value::Null]).collect())
}

fn day((year, month, day): Day) -> Value {
    // The day before the first of January.
    json!(if month == 0 { written((year - 1, 12, day), 3) } else { written((year, month, day), 3) })
}

/// Every way to choose one value for each field, over the same start.
fn product(start: &Value, fields: &[Choices<'_>]) -> Vec<Value> {
    let mut all = vec![start.clone()];
    for (name, values) in fields {
        let with = |record: &Value, value: &Value| {
            let mut record = record.clone();
            record[*name] = value.clone();
            record
        };
        all = all
            .iter()
            .flat_map(|record| values.iter().map(move |value| with(record, value)))
            .collect();
    }
    all
}

fn company(edition: Edition) -> Value {
    let year = edition.begins();
    json!({
        "kind": "company", "origin": "domestic", "registered": true, "industry": "general", "size": "small",
        "contract": { "start": day((year, 2, 1)), "end": day((year + 1, 1, 31)) }, "contract_kind": "membership",
        "contract_signatory": "pi", "core_related": true, "member_seal": "company_and_owner", "institution_seal": "college",
        "pi_signed": true, "renewal": false, "fee": "50000", "region": "north", "new_hires": 1, "added_value": "0",
    })
}

/// A member that counts, one whose papers are not in order, one that is no company, and one of whom
/// it is not known.
fn four(edition: Edition) -> Vec<Value> {
    let differs = |name: &str, field: &str, value: Value| {
        let mut member = company(edition);
        member["name"] = json!(name);
        member[field] = value;
        member
    };
    vec![
        differs("counted", "region", json!("east")),
        differs("refused", "pi_signed", json!(false)),
        differs("institute", "kind", json!("research_institute")),
        differs("open", "institution_seal", Value::Null),
    ]
}

fn anyone(name: &str) -> Choices<'_> {
    any(name, &["counted", "refused", "institute", "open"])
}

/// Put the records into alliances of one entity each, and compare.
fn compared(edition: Edition, entity: &str, records: Vec<Value>) {
    let mut alliances = Vec::new();
    for (at, some) in records.chunks(TOGETHER).enumerate() {
        let mut alliance = json!({
            "id": format!("A{at}"), "name": "聯盟", "host": "大學", "field": "ict", "phase": 1, "phase_year": 1, "grant": "1000000",
        });
        let key = if entity == "member" { "name" } else { "id" };
        let named = some.iter().enumerate().map(|(at, record)| {
            let mut record = record.clone();
            record[key] = json!(format!("N{at:03}"));
            record
        });
        if entity != "member" {
            alliance["member"] = json!(four(edition));
        }
        alliance[entity] = named.collect();
        alliances.push(alliance);
    }
    let document = json!({ "alliances": alliances });
    same(edition, &document, &evaluate(edition, &document));
}

pub(crate) fn standings(edition: Edition) {
    let fields = [
        any("kind", &KINDS),
        any("origin", &ORIGINS),
        truth("registered"),
        any("industry", &INDUSTRIES),
    ];
    compared(edition, "member", product(&company(edition), &fields));
}

/// Each paper in every state by itself, then all of them in order, not in order, and unknown.
pub(crate) fn papers(edition: Edition) {
    let start = company(edition);
    let joined = any("contract_kind", &["membership", "memorandum", "collaboration"]);
    let signatory = any("contract_signatory", &["pi", "co_pi", "other"]);
    let mut members = product(&start, &[joined, truth("core_related"), signatory]);
    let seal = any("institution_seal", &["university", "college", "department", "none"]);
    members.extend(product(&start, &[truth("pi_signed"), seal]));
    let seals = ["company_and_owner", "company_and_signature", "round_with_proof", "none"];
    members.extend(product(
        &start,
        &[any("member_seal", &seals), truth("renewal"), truth("renewal_receipt")],
    ));

    let audit = edition.audit();
    let (before, after) = ((audit.0, 10, 30), (audit.0, 11, 1));
    let mut contracts = Vec::new();
    for start in [before, audit, after] {
        for end in [before, audit, after].into_iter().filter(|end| start <= *end) {
            contracts.push(json!({ "start": day(start), "end": day(end) }));
        }
    }
    members.extend(product(&start, &[("contract", contracts.clone())]));

    let all = [
        any("kind", &["company", "research_institute"]),
        any("contract_kind", &["membership", "collaboration"]),
        ("core_related", vec![json!(false)]),
        ("contract", vec![contracts[1].clone(), contracts[0].clone(), Value::Null]),
        any("institution_seal", &["college", "department"]),
        any("member_seal", &["round_with_proof", "company_and_owner", "none"]),
        truth("renewal_receipt"),
        ("renewal", vec![json!(true)]),
    ];
    members.extend(product(&start, &all));
    compared(edition, "member", members);
}

pub(crate) fn activities(edition: Edition) {
    let kinds = [
        &[][..],
        &["poster"],
        &["sign_in_sheet"],
        &["visit_form"],
        &["photo"],
        &["photo", "poster"],
    ];
    let fields = [
        any("kind", &["promotion", "seminar", "consultation", "site_visit"]),
        any("role", &["host", "co_host", "none"]),
        any("audience", &["company_member", "other"]),
        ("evidence_kinds", kinds.iter().map(|kinds| json!(kinds)).chain([Value::Null]).collect()),
        edges("date", edition.year()),
    ];
    compared(edition, "activity", product(&json!({ "participants": 10 }), &fields));
}

/// The money and whom it is from; then the receipt.
pub(crate) fn receipts(edition: Edition) {
    let categories = any(
        "category",
        &["membership_fee", "technical_service", "seminar_fee", "course_fee", "donation", "other"],
    );
    let start = json!({
        "source": "cash", "payer_kind": "company", "amount": "1000", "received": day(edition.year().1), "receipt_stamped": true,
        "label_matches": true,
    });
    let sources = [
        "cash",
        "donated_equipment",
        "school_incentive",
        "programme_grant",
        "other_project",
        "technology_transfer",
    ];
    let payers = [
        "company",
        "association",
        "foundation",
        "research_institute",
        "individual",
        "government",
        "school",
    ];
    let mut receipts =
        product(&start, &[categories.clone(), any("source", &sources), any("payer_kind", &payers)]);
    let fields = [
        categories,
        truth("receipt_stamped"),
        truth("label_matches"),
        truth("explanation_signed"),
        ("evidence_amount", vec![json!("1000.00"), json!("1000.01"), Value::Null]),
    ];
    receipts.extend(product(&start, &fields));
    let amounts = ("amount", vec![json!({ "amount": "1", "unit": "仟元" }), Value::Null]);
    let said = ("evidence_amount", vec![json!("1000"), Value::Null]);
    receipts.extend(product(
        &start,
        &[any("category", &["other"]), amounts, said, edges("received", edition.year())],
    ));
    compared(edition, "revenue", receipts);
}

/// Transfers and collaborations.
pub(crate) fn contracts(edition: Edition) {
    let start = json!({ "amount": "1000" });
    let fields = [
        anyone("counterpart"),
        any("transferor", &["pi", "co_pi", "other"]),
        truth("derived_in_programme"),
        edges("signed", edition.signing()),
    ];
    compared(edition, "transfer", product(&start, &fields));
    // The programme year begins a month after the calendar year, and so do some windows.
    let year = edition.year();
    let first_days =
        ("signed", vec![day((year.0.0, 1, 1)), day((year.0.0, 1, 31)), day((year.0.0, 2, 1))]);
    let fields = [
        anyone("counterpart"),
        ("transferor", vec![json!("pi")]),
        ("derived_in_programme", vec![json!(true)]),
        first_days,
    ];
    compared(edition, "transfer", product(&start, &fields));

    let fields = [
        any("status", &["signed", "pending"]),
        anyone("counterpart"),
        any("signatory", &["co_pi", "other"]),
        truth("derived_in_programme"),
        edges("signed", edition.signing()),
        any("evidence_kind", &["contract", "none"]),
    ];
    compared(edition, "collaboration", product(&start, &fields));
}

pub(crate) fn outcomes(edition: Edition) {
    let fields = [
        any("kind", &["product", "technology", "patent"]),
        any("owner", &["member", "school"]),
        anyone("beneficiary"),
        any("patent_no", &["I654321", "申請中"]),
        any("patent_company", &["甲公司", "無"]),
        any("patent_state", &["applied", "granted"]),
        any("evidence", &["OE-1"]),
    ];
    compared(edition, "outcome", product(&json!({}), &fields));
}

/// Added value, with what shows it; then those who are paid.
pub(crate) fn people(edition: Edition) {
    let fields = [
        any("kind", &["company", "research_institute"]),
        any("institution_seal", &["college", "none"]),
        any("added_value", &["0", "0.01"]),
        any("added_value_method", &["營收增額"]),
        any("added_value_evidence", &["AV-1"]),
        ("new_hires", vec![json!(0), json!(2), Value::Null]),
    ];
    compared(edition, "member", product(&company(edition), &fields));
    let fields = [
        any("level", &["undergraduate", "master", "phd", "postdoc", "assistant"]),
        any("company_pays_monthly", &["0", "9999.99", "10000", "15000.5", "20000", "20001"]),
        ("actual", vec![json!(0), json!(3), Value::Null]),
    ];
    compared(edition, "staff", product(&json!({ "approved": 1 }), &fields));
}

/// Every phase and year after any number of years, a revenue and a membership beside what they are
/// measured by.
pub(crate) fn years(edition: Edition) {
    let number = |name| (name, (1..=3).map(|number| json!(number)).chain([Value::Null]).collect());
    let amounts =
        |name| any(name, &["0", "999999.99", "1000000", "1000000.01", "3000000", "3000000.01"]);
    let start = json!({
        "name": "聯盟", "host": "大學", "field": "ict", "grant": "1000000", "member": four(edition),
        "revenue": [{
            "id": "R", "category": "membership_fee", "source": "cash", "payer_kind": "company", "amount": "1000000",
            "received": day(edition.year().0), "receipt_stamped": true, "label_matches": true,
        }],
    });
    let phases = ("phase", vec![json!(1), json!(2), Value::Null]);
    let mut alliances = product(&start, &[phases.clone(), number("phase_year"), amounts("grant")]);
    let previous = [
        json!({}),
        json!({ "operating_revenue": "999999.99", "company_members": "0" }),
        json!({ "operating_revenue": "1000000", "company_members": "1" }),
        json!({ "operating_revenue": "1000000.01", "company_members": "2" }),
    ];
    alliances.extend(product(&start, &[("previous", previous.to_vec())]));
    if edition == E115 {
        let past = (0..8)
            .map(|count| {
                (0..count).map(|year| json!({ "year": format!("{}", 114 - year) })).collect()
            })
            .collect();
        alliances
            .extend(product(&start, &[("past_year", past), phases.clone(), number("phase_year")]));
        // A large or a foreign company, as each of the four.
        for (at, name, value) in [("size", "large"), ("origin", "foreign")]
            .iter()
            .flat_map(|(name, value)| (0..4).map(move |at| (at, name, value)))
        {
            let mut weighty = start.clone();
            weighty["member"][at][*name] = json!(value);
            alliances.extend(product(&weighty, std::slice::from_ref(&phases)));
        }
    }
    let named = alliances.into_iter().enumerate().map(|(at, mut alliance)| {
        alliance["id"] = json!(format!("A{at}"));
        alliance
    });
    let document: Value = json!({ "alliances": named.collect::<Vec<_>>() });
    same(edition, &document, &evaluate(edition, &document));
}
