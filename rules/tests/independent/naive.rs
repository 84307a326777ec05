//! The second computation: what an edition says of every record of one alliance, read off the
//! contract row by row. It walks the JSON with plain loops and keeps no index, no plan and no
//! column. Not here: who is a member (`members.rs`), what counts once (`once.rs`) and
//! what follows from the verdicts (`figures.rs`, `duties.rs`).

use serde_json::Value;

use crate::edition::Edition::{self, E104, E107, E108, E115};
use crate::value::{Q, Tri, ask, field, flag, folded, number, one_of, sure, text, whole, within};
use crate::{members, once, reports};

/// The clauses a refusal may cite; none where the contract names none for the requirement.
pub(crate) type Clauses = &'static [&'static str];

/// What a tally says of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    OutOfScope,
    Counted,
    Refused(Clauses),
    /// Whether the record may still turn out to be counted.
    Undetermined {
        possible: bool,
    },
}

/// One record under one tally.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) tally: &'static str,
    pub(crate) entity: &'static str,
    pub(crate) key: &'a str,
    pub(crate) record: &'a Value,
    pub(crate) scope: Tri,
    pub(crate) verdict: Verdict,
    /// Which requirement fails for certain, the first being 0; none where none does.
    pub(crate) fails: Option<usize>,
    /// The verdict hangs on which kind an event is kept as, while data that decides it is missing.
    pub(crate) loose: bool,
}

impl Row<'_> {
    /// Is it counted? An undetermined record that fails something for certain is not.
    pub(crate) fn counted(&self) -> Tri {
        match self.verdict {
            Verdict::Counted => Tri::Yes,
            Verdict::Undetermined { possible: true } => Tri::Unknown,
            _ => Tri::No,
        }
    }
}

pub(crate) fn push<'a>(
    rows: &mut Vec<Row<'a>>,
    tally: &'static str,
    entity: &'static str,
    record: &'a Value,
    scope: Tri,
    requirements: &[(Tri, Clauses)],
) {
    let fails = requirements.iter().position(|(holds, _)| *holds == Tri::No);
    let certain = requirements.iter().all(|(holds, _)| *holds == Tri::Yes);
    let verdict = match (scope, fails) {
        (Tri::No, _) => Verdict::OutOfScope,
        (Tri::Yes, Some(first)) => Verdict::Refused(requirements[first].1),
        (Tri::Unknown, Some(_)) => Verdict::Undetermined { possible: false },
        (Tri::Yes, None) if certain => Verdict::Counted,
        (_, None) => Verdict::Undetermined { possible: true },
    };
    let named = record[key(entity)].as_str().expect("a key");
    rows.push(Row { tally, entity, key: named, record, scope, verdict, fails, loose: false });
}

/// The field that identifies a record.
pub(crate) fn key(entity: &str) -> &'static str {
    match entity {
        "member" => "name",
        "past_year" => "year",
        _ => "id",
    }
}

/// The records of an entity; none where the array is left out.
pub(crate) fn records<'a>(alliance: &'a Value, entity: &str) -> &'a [Value] {
    alliance.get(entity).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Every record under every tally it could be in scope of, all rules applied.
pub(crate) fn rows(edition: Edition, alliance: &Value) -> Vec<Row<'_>> {
    let mut rows = members::members(edition, alliance);
    let known: Vec<(String, Tri)> = rows
        .iter()
        .filter(|row| row.tally == "company_members")
        .map(|row| (row.key.to_owned(), row.counted()))
        .collect();
    // Does the member of this name count? Nobody's name is left open.
    let counts = |name: Option<&str>| match name {
        None => Tri::Unknown,
        Some(name) => {
            known.iter().find(|(known, _)| known == name).expect("a member of the alliance").1
        }
    };

    for record in records(alliance, "member") {
        hired(edition, &mut rows, alliance, record, counts(text(record, "name")));
    }
    for record in records(alliance, "revenue") {
        revenue(edition, &mut rows, alliance, record);
    }
    for record in records(alliance, "transfer") {
        transfer(edition, &mut rows, alliance, record, counts(text(record, "counterpart")));
    }
    for record in records(alliance, "collaboration") {
        collaboration(edition, &mut rows, alliance, record, counts(text(record, "counterpart")));
    }
    for record in records(alliance, "activity") {
        activity(edition, &mut rows, alliance, record);
    }
    for record in records(alliance, "outcome") {
        outcome(edition, &mut rows, alliance, record, counts(text(record, "beneficiary")));
    }
    for record in records(alliance, "staff") {
        staff(&mut rows, record);
    }
    if edition == E115 {
        for record in records(alliance, "past_year") {
            push(
                &mut rows,
                "years_funded",
                "past_year",
                record,
                Tri::Yes,
                &[(sure(past_year(record).is_some()), &[])],
            );
        }
    }
    reports::reports(edition, &mut rows, alliance);
    once::among_themselves(&mut rows, alliance);
    once::evidence(edition, &mut rows);
    once::services(&mut rows);
    once::events(&mut rows, alliance);
    rows
}

/// The Minguo year of a year funded before: from 100 to the one before the year applied for, in
/// either calendar.
pub(crate) fn past_year(record: &Value) -> Option<u32> {
    let written = folded(text(record, "year")?);
    let year: u32 = written.parse().ok()?;
    let minguo = if year >= 1_000 { year - 1911 } else { year };
    (written == year.to_string() && (100..115).contains(&minguo)).then_some(minguo)
}

fn given(record: &Value, name: &str) -> Tri {
    sure(field(record, name).is_some())
}

/// People hired and value added: of every member in the first two editions, later of company
/// members that count.
fn hired<'a>(
    edition: Edition,
    rows: &mut Vec<Row<'a>>,
    alliance: &Value,
    record: &'a Value,
    counts: Tri,
) {
    let whose = match edition {
        E104 | E107 => Tri::Yes,
        _ => counts,
    };
    push(rows, "new_hires", "member", record, whose, &[]);
    // Where nothing has to be shown for a value, nothing is as good as any.
    let adds = whose.and(ask(number(record, "added_value"), |value| value > whole(0)));
    let shown = given(record, "added_value_method").and(given(record, "added_value_evidence"));
    let fresh = not_elsewhere(alliance, record, &["added_value_evidence"]);
    match edition {
        E104 => push(rows, "added_value", "member", record, whose, &fresh),
        _ => push(
            rows,
            "added_value",
            "member",
            record,
            adds,
            &[vec![(shown, &["guide_107:107-9"][..])], fresh].concat(),
        ),
    }
}

/// Not counted in an earlier year, not counted by another programme, under any of these names.
fn not_elsewhere(alliance: &Value, record: &Value, names: &[&str]) -> Vec<(Tri, Clauses)> {
    let listed = |list: &str, name: &str| {
        let id = text(record, name).map(folded);
        sure(id.is_some_and(|id| {
            records(alliance, list)
                .iter()
                .any(|other| other.as_str().map(folded) == Some(id.clone()))
        }))
    };
    let each = |list: &'static str, clauses: Clauses| {
        names.iter().map(move |name| (listed(list, name).not(), clauses))
    };
    each("reviewed", &["qa_104:104-2.g"]).chain(each("elsewhere", &["qa_104:104-2.h"])).collect()
}

/// Does a document state what all income on it adds up to? A row without a document stands for
/// itself.
fn agrees(alliance: &Value, record: &Value) -> Tri {
    let document = |record: &Value| text(record, "evidence").map(folded);
    let on_it: Vec<&Value> = match document(record) {
        None => vec![record],
        own => records(alliance, "revenue").iter().filter(|row| document(row) == own).collect(),
    };
    let stated: Vec<Q> = on_it.iter().filter_map(|row| number(row, "evidence_amount")).collect();
    let Some(first) = stated.first() else { return Tri::Yes };
    if stated.iter().any(|other| other != first) {
        return Tri::No;
    }
    let amounts: Vec<Q> = on_it.iter().filter_map(|row| number(row, "amount")).collect();
    let (open, sum) = (amounts.len() < on_it.len(), amounts.into_iter().sum::<Q>());
    if sum > *first || (sum < *first && !open) {
        Tri::No
    } else if open {
        Tri::Unknown
    } else {
        Tri::Yes
    }
}

/// A contract is compared with its own evidence, where that states an amount; the first document
/// asks nothing.
fn own_amount(edition: Edition, record: &Value) -> Option<(Tri, Clauses)> {
    let holds = number(record, "evidence_amount")
        .map_or(Tri::Yes, |stated| ask(number(record, "amount"), |amount| amount == stated));
    (edition >= E107).then_some((holds, &["guide_107:107-6"]))
}

fn revenue<'a>(edition: Edition, rows: &mut Vec<Row<'a>>, alliance: &Value, record: &'a Value) {
    let company = one_of(record, "payer_kind", &["company", "association", "foundation"]);
    let category = |options: &[&str]| one_of(record, "category", options);
    let free_money: Clauses =
        if edition < E108 { &["qa_104:104-3.e"] } else { &["briefing_108:108-6"] };
    let mut shared: Vec<(Tri, Clauses)> = vec![
        (one_of(record, "source", &["cash"]), free_money),
        (flag(record, "receipt_stamped"), &["qa_104:104-3.b"]),
        (
            flag(record, "label_matches").or(flag(record, "explanation_signed")),
            &["qa_104:104-3.c", "qa_104:104-3.d"],
        ),
    ];
    if edition >= E107 {
        shared.push((agrees(alliance, record), &["guide_107:107-6"]));
    }
    shared.push((within(record, "received", edition.year()), &[]));
    shared.extend(not_elsewhere(alliance, record, &["evidence"]));

    // Nobody asks who paid before 108.
    let mut technical = Vec::new();
    let mut other = Vec::new();
    if edition >= E108 {
        technical.push((company, &["briefing_108:108-5"][..]));
        other.push((category(&["donation"]).not().or(company), &["briefing_108:108-7"][..]));
    }
    technical.extend(&shared);
    other.extend(&shared);
    push(rows, "membership_fee", "revenue", record, category(&["membership_fee"]), &shared);
    push(
        rows,
        "technical_service",
        "revenue",
        record,
        category(&["technical_service"]),
        &technical,
    );
    push(
        rows,
        "other_income",
        "revenue",
        record,
        category(&["seminar_fee", "course_fee", "donation", "other"]),
        &other,
    );
}

/// The first document asks for a member of any standing: whoever is named is one. Later the member
/// has to count.
fn partner(edition: Edition, record: &Value, counts: Tri) -> Tri {
    match edition {
        E104 => ask(text(record, "counterpart"), |_| true),
        _ => counts,
    }
}

fn transfer<'a>(
    edition: Edition,
    rows: &mut Vec<Row<'a>>,
    alliance: &Value,
    record: &'a Value,
    counts: Tri,
) {
    let with: Clauses = if edition == E104 {
        &["qa_104:104-7.b"]
    } else {
        &["guide_107:107-8", "briefing_108:108-8"]
    };
    let signed: Clauses = if edition < E108 { &[] } else { &["briefing_108:108-8"] };
    let mut requirements = vec![
        (partner(edition, record, counts), with),
        (one_of(record, "transferor", &["pi", "co_pi"]), &["qa_104:104-7.b"][..]),
        (flag(record, "derived_in_programme"), &["qa_104:104-7.b"]),
        (within(record, "signed", edition.signing()), signed),
    ];
    requirements.extend(not_elsewhere(alliance, record, &["evidence"]));
    requirements.extend(own_amount(edition, record));
    push(rows, "technology_transfer", "transfer", record, Tri::Yes, &requirements);
}

fn collaboration<'a>(
    edition: Edition,
    rows: &mut Vec<Row<'a>>,
    alliance: &Value,
    record: &'a Value,
    counts: Tri,
) {
    let with: Clauses = if edition == E104 {
        &["qa_104:104-7.c"]
    } else {
        &["guide_107:107-8", "briefing_108:108-9"]
    };
    let signed: Clauses = if edition < E108 { &[] } else { &["briefing_108:108-9"] };
    let mut requirements = vec![
        (one_of(record, "status", &["signed"]), &["qa_104:104-7.e"][..]),
        (partner(edition, record, counts), with),
        (one_of(record, "signatory", &["pi", "co_pi"]), &["qa_104:104-7.c"]),
        (flag(record, "derived_in_programme"), &["qa_104:104-7.c"]),
        (within(record, "signed", edition.signing()), signed),
        (one_of(record, "evidence_kind", &["none"]).not(), &["qa_104:104-7.d"]),
    ];
    requirements.extend(not_elsewhere(alliance, record, &["evidence"]));
    requirements.extend(own_amount(edition, record));
    push(rows, "collaboration", "collaboration", record, Tri::Yes, &requirements);
}

fn activity<'a>(edition: Edition, rows: &mut Vec<Row<'a>>, alliance: &Value, record: &'a Value) {
    let kind = |kind| one_of(record, "kind", &[kind]);
    let shown = |options: [&str; 2]| {
        ask(field(record, "evidence_kinds"), |kinds| {
            kinds
                .as_array()
                .expect("a list")
                .iter()
                .any(|kind| options.contains(&kind.as_str().expect("text")))
        })
    };
    let poster = shown(["poster", "sign_in_sheet"]);
    let visited = shown(["visit_form", "photo"]);
    let for_members = one_of(record, "audience", &["company_member"]);
    let dated: (Tri, Clauses) = (within(record, "date", edition.year()), &[]);
    let hosted: (Tri, Clauses) =
        (one_of(record, "role", &["host", "co_host"]), &["briefing_108:108-15"]);

    let mut promotion = vec![(poster, &["qa_104:104-4.b"][..]), dated];
    let seminar = vec![(poster, &["qa_104:104-5.a"][..]), dated];
    let mut consultation = vec![dated];
    let mut visit = vec![(visited, &["qa_104:104-5.c"][..]), dated];
    if edition >= E108 {
        promotion.insert(0, hosted);
        consultation.insert(0, (for_members, &["briefing_108:108-17"]));
        visit.insert(0, (for_members, &["briefing_108:108-18"]));
    }
    let fresh = not_elsewhere(alliance, record, &["event"]);
    let [promotion, seminar, consultation, visit] =
        [promotion, seminar, consultation, visit].map(|asked| [asked, fresh.clone()].concat());
    push(rows, "promotions", "activity", record, kind("promotion"), &promotion);
    push(rows, "seminars", "activity", record, kind("seminar"), &seminar);
    push(rows, "consultations", "activity", record, kind("consultation"), &consultation);
    push(rows, "site_visits", "activity", record, kind("site_visit"), &visit);
}

/// A number of a patent: a digit somewhere, and no word for what is still under way.
fn numbered(number: &str) -> bool {
    let number = folded(number);
    let pending = ["申請中", "審查中", "尚在申請", "已申請", "pending", "Pending", "PENDING"];
    number.chars().any(|letter| letter.is_ascii_digit())
        && !pending.iter().any(|word| number.contains(word))
}

fn outcome<'a>(
    edition: Edition,
    rows: &mut Vec<Row<'a>>,
    alliance: &Value,
    record: &'a Value,
    counts: Tri,
) {
    let kind = |kind| one_of(record, "kind", &[kind]);
    let written = |name, right: fn(&str) -> bool| {
        (sure(text(record, name).is_some_and(right)), &["qa_104:104-6.c"][..])
    };

    let owner: (Tri, Clauses) =
        (one_of(record, "owner", &["member"]), &["qa_104:104-6.d", "briefing_108:108-19"]);
    // Until 107 any member's will do, and whoever is named is one.
    let whom = if edition < E108 { ask(text(record, "beneficiary"), |_| true) } else { counts };
    let whose: [(Tri, Clauses); 2] = [owner, (whom, &["briefing_108:108-19"])];
    let and = |more: &[(Tri, Clauses)]| [&whose[..], more].concat();
    let evidence: (Tri, Clauses) = (given(record, "evidence"), &["qa_104:104-6.a"]);
    let fresh = |names: &[&str]| not_elsewhere(alliance, record, names);
    push(
        rows,
        "new_products",
        "outcome",
        record,
        kind("product"),
        &[and(&[evidence]), fresh(&["evidence"])].concat(),
    );
    push(
        rows,
        "new_technologies",
        "outcome",
        record,
        kind("technology"),
        &[whose.to_vec(), fresh(&["evidence"])].concat(),
    );
    let patent = and(&[
        written("patent_no", numbered),
        written("patent_company", |name| folded(name) != "無"),
    ]);
    push(
        rows,
        "patents",
        "outcome",
        record,
        kind("patent"),
        &[patent, fresh(&["evidence", "patent_no"])].concat(),
    );
}

fn staff<'a>(rows: &mut Vec<Row<'a>>, record: &'a Value) {
    for (tally, level) in [
        ("undergraduates", "undergraduate"),
        ("masters", "master"),
        ("phds", "phd"),
        ("postdocs", "postdoc"),
        ("assistants", "assistant"),
    ] {
        push(rows, tally, "staff", record, one_of(record, "level", &[level]), &[]);
    }
    // A student whom no company pays is none to be matched.
    let paid = one_of(record, "level", &["phd"]).and(given(record, "company_pays_monthly"));
    let enough = ask(number(record, "company_pays_monthly"), |pay| pay >= whole(10_000));
    push(rows, "phd_match", "staff", record, paid, &[(enough, &["qa_104:104-X1"])]);
}
