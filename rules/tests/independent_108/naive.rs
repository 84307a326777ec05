//! The second computation: what edition 108 says of every record of one alliance, read off the table of the contract row by
//! row. It walks the JSON with plain loops and keeps no index, no plan and no column. Not here: the two non-duplication
//! rules (`once.rs`) and what follows from the verdicts (`figures.rs`).

use serde_json::Value;

use crate::once;
use crate::value::{Day, Tri, ask, field, flag, number, one_of, sure, text, whole, within};

/// The programme year, both ends included.
const YEAR: (Day, Day) = ((2019, 2, 1), (2020, 1, 31));
/// The window in which a contract is signed.
const SIGNED: (Day, Day) = ((2019, 1, 1), (2020, 1, 31));
/// The day a membership has to span.
const AUDIT: Day = (2019, 10, 31);

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

fn judge(scope: Tri, requirements: &[(Tri, Clauses)]) -> Verdict {
    if scope == Tri::No {
        return Verdict::OutOfScope;
    }
    for (holds, clauses) in requirements {
        if *holds == Tri::No {
            return if scope == Tri::Yes { Verdict::Refused(clauses) } else { Verdict::Undetermined { possible: false } };
        }
    }
    let mut all = scope;
    for (holds, _) in requirements {
        all = all.and(*holds);
    }
    if all == Tri::Yes { Verdict::Counted } else { Verdict::Undetermined { possible: true } }
}

/// The records of an entity; none where the array is left out.
pub(crate) fn records<'a>(alliance: &'a Value, entity: &str) -> &'a [Value] {
    alliance.get(entity).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Every record under every tally it could be in scope of, all rules applied.
pub(crate) fn rows(alliance: &Value) -> Vec<Row<'_>> {
    let mut rows = members(alliance);
    let known: Vec<(String, Tri)> =
        rows.iter().filter(|row| row.tally == "company_members").map(|row| (row.key.to_owned(), row.counted())).collect();
    let member = |name: Option<&str>| match name {
        None => Tri::Unknown,
        Some(name) => known.iter().find(|(known, _)| known == name).expect("a member of the alliance").1,
    };

    for record in records(alliance, "member") {
        let counted = member(text(record, "name"));
        push(&mut rows, "new_hires", "member", record, counted, &[]);
        let adds = ask(number(record, "added_value"), |value| value > whole(0));
        let given = given(record, "added_value_method").and(given(record, "added_value_evidence"));
        push(&mut rows, "added_value", "member", record, counted.and(adds), &[(given, &["guide_107:107-9"])]);
    }
    for record in records(alliance, "revenue") {
        revenue(&mut rows, alliance, record);
    }
    for record in records(alliance, "transfer") {
        let mut requirements = vec![
            (member(text(record, "counterpart")), &["guide_107:107-8", "briefing_108:108-8"][..]),
            (one_of(record, "transferor", &["pi", "co_pi"]), &["qa_104:104-7.b"]),
            (flag(record, "derived_in_programme"), &["qa_104:104-7.b"]),
            (within(record, "signed", SIGNED.0, SIGNED.1), &["briefing_108:108-8"]),
        ];
        requirements.extend(not_elsewhere(alliance, record));
        push(&mut rows, "technology_transfer", "transfer", record, Tri::Yes, &requirements);
    }
    for record in records(alliance, "collaboration") {
        let mut requirements = vec![
            (one_of(record, "status", &["signed"]), &["qa_104:104-7.e"][..]),
            (member(text(record, "counterpart")), &["briefing_108:108-9", "guide_107:107-8"]),
            (one_of(record, "signatory", &["pi", "co_pi"]), &["qa_104:104-7.c"]),
            (flag(record, "derived_in_programme"), &["qa_104:104-7.c"]),
            (within(record, "signed", SIGNED.0, SIGNED.1), &["briefing_108:108-9"]),
            (one_of(record, "evidence_kind", &["none"]).not(), &["qa_104:104-7.d"]),
        ];
        requirements.extend(not_elsewhere(alliance, record));
        push(&mut rows, "collaboration", "collaboration", record, Tri::Yes, &requirements);
    }
    for record in records(alliance, "activity") {
        activity(&mut rows, record);
    }
    for record in records(alliance, "outcome") {
        let owner: (Tri, Clauses) = (one_of(record, "owner", &["member"]), &["qa_104:104-6.d", "briefing_108:108-19"]);
        let whose: (Tri, Clauses) = (member(text(record, "beneficiary")), &["briefing_108:108-19"]);
        let kind = |kind| one_of(record, "kind", &[kind]);
        let evidence: (Tri, Clauses) = (given(record, "evidence"), &["qa_104:104-6.a"]);
        let written = |name, refused: &str| (sure(text(record, name).is_some_and(|text| text != refused)), &["qa_104:104-6.c"][..]);
        push(&mut rows, "new_products", "outcome", record, kind("product"), &[owner, whose, evidence]);
        push(&mut rows, "new_technologies", "outcome", record, kind("technology"), &[owner, whose]);
        let patent = [owner, whose, written("patent_no", "申請中"), written("patent_company", "無")];
        push(&mut rows, "patents", "outcome", record, kind("patent"), &patent);
    }
    for record in records(alliance, "staff") {
        for (tally, level) in [
            ("undergraduates", "undergraduate"),
            ("masters", "master"),
            ("phds", "phd"),
            ("postdocs", "postdoc"),
            ("assistants", "assistant"),
        ] {
            push(&mut rows, tally, "staff", record, one_of(record, "level", &[level]), &[]);
        }
    }
    once::evidence(&mut rows);
    once::events(&mut rows, alliance);
    rows
}

fn push<'a>(
    rows: &mut Vec<Row<'a>>,
    tally: &'static str,
    entity: &'static str,
    record: &'a Value,
    scope: Tri,
    requirements: &[(Tri, Clauses)],
) {
    let key = record[if entity == "member" { "name" } else { "id" }].as_str().expect("a key");
    rows.push(Row { tally, entity, key, record, scope, verdict: judge(scope, requirements), loose: false });
}

fn given(record: &Value, name: &str) -> Tri {
    sure(field(record, name).is_some())
}

/// Every standing the member may have: the rows in order, up to the first that holds for certain.
pub(crate) fn standings(member: &Value) -> Vec<&'static str> {
    let origin = |origin| one_of(member, "origin", &[origin]);
    let company_like = one_of(member, "kind", &["company", "association", "foundation"]);
    let mut possible = Vec::new();
    for (holds, standing) in [
        (origin("mainland"), "other"),
        (one_of(member, "kind", &["individual"]), "individual"),
        (one_of(member, "kind", &["research_institute"]), "other"),
        (origin("foreign").and(company_like), "company"),
        (origin("domestic").and(company_like).and(flag(member, "registered")), "company"),
        (Tri::Yes, "other"),
    ] {
        if holds != Tri::No && !possible.contains(&standing) {
            possible.push(standing);
        }
        if holds == Tri::Yes {
            break;
        }
    }
    possible
}

fn members(alliance: &Value) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for record in records(alliance, "member") {
        let possible = standings(record);
        let standing = |standing| match (possible.contains(&standing), possible.len()) {
            (false, _) => Tri::No,
            (true, 1) => Tri::Yes,
            (true, _) => Tri::Unknown,
        };
        let joined = one_of(record, "contract_kind", &["membership", "memorandum"]).or(one_of(record, "contract_kind", &["collaboration"])
            .and(flag(record, "core_related"))
            .and(one_of(record, "contract_signatory", &["pi"])));
        let spans = match field(record, "contract") {
            None => Tri::Unknown,
            Some(contract) => within_contract(contract),
        };
        let school = flag(record, "pi_signed").and(one_of(record, "institution_seal", &["university", "college"]));
        let renewed = flag(record, "renewal").not().or(flag(record, "renewal_receipt"));
        let requirements: [(Tri, Clauses); 5] = [
            (joined, &["briefing_108:108-4"]),
            (spans, &["briefing_108:108-3"]),
            (school, &["guide_107:107-4"]),
            (one_of(record, "member_seal", &["none"]).not(), &["guide_107:107-4"]),
            (renewed, &["guide_107:107-5"]),
        ];
        push(&mut rows, "company_members", "member", record, standing("company"), &requirements);
        push(&mut rows, "individual_members", "member", record, standing("individual"), &[]);
        push(&mut rows, "other_members", "member", record, standing("other"), &[]);
    }
    rows
}

fn within_contract(contract: &Value) -> Tri {
    use crate::value::day;
    ask(text(contract, "start"), |start| day(start) <= AUDIT).and(ask(text(contract, "end"), |end| day(end) >= AUDIT))
}

/// Not counted in an earlier year, not counted by another programme.
fn not_elsewhere(alliance: &Value, record: &Value) -> [(Tri, Clauses); 2] {
    let listed = |list: &str| {
        let evidence = text(record, "evidence");
        sure(evidence.is_some_and(|evidence| records(alliance, list).iter().any(|id| id.as_str() == Some(evidence))))
    };
    [(listed("reviewed").not(), &["qa_104:104-2.g"]), (listed("elsewhere").not(), &["qa_104:104-2.h"])]
}

fn revenue<'a>(rows: &mut Vec<Row<'a>>, alliance: &Value, record: &'a Value) {
    let company = one_of(record, "payer_kind", &["company", "association", "foundation"]);
    let agrees = match number(record, "evidence_amount") {
        None => Tri::Yes,
        Some(evidence) => ask(number(record, "amount"), |amount| amount == evidence),
    };
    let mut shared = vec![
        (one_of(record, "source", &["cash"]), &["briefing_108:108-6"][..]),
        (flag(record, "receipt_stamped"), &["qa_104:104-3.b"]),
        (flag(record, "label_matches").or(flag(record, "explanation_signed")), &["qa_104:104-3.c"]),
        (agrees, &["guide_107:107-6"]),
        (within(record, "received", YEAR.0, YEAR.1), &[]),
    ];
    shared.extend(not_elsewhere(alliance, record));
    let category = |options: &[&str]| one_of(record, "category", options);
    push(rows, "membership_fee", "revenue", record, category(&["membership_fee"]), &shared);

    let mut technical: Vec<(Tri, Clauses)> = vec![(company, &["briefing_108:108-5"])];
    technical.extend(&shared);
    push(rows, "technical_service", "revenue", record, category(&["technical_service"]), &technical);

    let mut other: Vec<(Tri, Clauses)> = vec![(category(&["donation"]).not().or(company), &["briefing_108:108-7"])];
    other.extend(&shared);
    let others = category(&["seminar_fee", "course_fee", "donation", "other"]);
    push(rows, "other_income", "revenue", record, others, &other);
}

fn activity<'a>(rows: &mut Vec<Row<'a>>, record: &'a Value) {
    let kind = |kind| one_of(record, "kind", &[kind]);
    let shown = |options: [&str; 2]| {
        ask(field(record, "evidence_kinds"), |kinds| {
            kinds.as_array().expect("a list").iter().any(|kind| options.contains(&kind.as_str().expect("text")))
        })
    };
    let poster = shown(["poster", "sign_in_sheet"]);
    let members_only = one_of(record, "audience", &["company_member"]);
    let dated: (Tri, Clauses) = (within(record, "date", YEAR.0, YEAR.1), &[]);
    let hosted: (Tri, Clauses) = (one_of(record, "role", &["host", "co_host"]), &["briefing_108:108-15"]);
    push(rows, "promotions", "activity", record, kind("promotion"), &[hosted, (poster, &["qa_104:104-4.b"]), dated]);
    push(rows, "seminars", "activity", record, kind("seminar"), &[(poster, &["qa_104:104-5.a"]), dated]);
    let consultation: [(Tri, Clauses); 2] = [(members_only, &["briefing_108:108-17"]), dated];
    push(rows, "consultations", "activity", record, kind("consultation"), &consultation);
    let visit: [(Tri, Clauses); 3] =
        [(members_only, &["briefing_108:108-18"]), (shown(["visit_form", "photo"]), &["qa_104:104-5.c"]), dated];
    push(rows, "site_visits", "activity", record, kind("site_visit"), &visit);
}
