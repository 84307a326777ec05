//! Who is what kind of member, and which members count. The standing is a plain function of
//! complete values; where values are missing, every way of filling them in is tried. Not here: what
//! members bring with them (`naive.rs`).

use serde_json::Value;

use crate::edition::Edition::{self, E104, E107, E108, E115};
use crate::naive::{Clauses, Row, push, records};
use crate::value::{Tri, ask, day, field, flag, number, one_of, text, whole};

pub(crate) const KINDS: [&str; 5] =
    ["company", "association", "foundation", "research_institute", "individual"];
pub(crate) const ORIGINS: [&str; 3] = ["domestic", "foreign", "mainland"];
pub(crate) const INDUSTRIES: [&str; 3] = ["general", "agriculture_fishery", "cultural_creative"];

/// The standing of a member of whom all is known.
fn standing(
    edition: Edition,
    kind: &str,
    origin: &str,
    registered: bool,
    industry: &str,
) -> &'static str {
    // Businesses are registered; associations and foundations are under other laws.
    let at_home = registered && kind == "company" || ["association", "foundation"].contains(&kind);
    let company_like = kind == "company" || at_home;
    match edition {
        // Companies, individuals, and all other legal persons.
        E104 if kind == "company" => "company",
        E104 if kind == "individual" => "individual",
        E104 => "other",
        // Whatever the mainland sends, and whoever does research, is neither company nor individual
        // from here on.
        _ if origin == "mainland" || kind == "research_institute" => "other",
        E107 | E108 if kind == "individual" => "individual",
        E107 if at_home && origin == "domestic" => "company",
        E107 => "other",
        E108 if at_home || company_like && origin == "foreign" => "company",
        E108 => "other",
        E115 if kind == "individual" && industry != "general" => "company",
        E115 if kind == "individual" => "individual",
        E115 if kind == "company" && (origin == "foreign" || registered) => "company",
        E115 if kind == "foundation" && origin == "domestic" => "company",
        E115 => "other",
    }
}

/// Every standing the member may have, whatever is missing.
pub(crate) fn standings(edition: Edition, member: &Value) -> Vec<&'static str> {
    let choices = |name: &str, all: &[&'static str]| -> Vec<String> {
        match text(member, name) {
            Some(known) => vec![known.to_owned()],
            None => all.iter().map(|one| (*one).to_owned()).collect(),
        }
    };
    let registered = match flag(member, "registered") {
        Tri::Yes => vec![true],
        Tri::No => vec![false],
        Tri::Unknown => vec![true, false],
    };
    let mut possible = Vec::new();
    for kind in choices("kind", &KINDS) {
        for origin in choices("origin", &ORIGINS) {
            for industry in choices("industry", &INDUSTRIES) {
                for registered in &registered {
                    let standing = standing(edition, &kind, &origin, *registered, &industry);
                    possible.push(standing);
                }
            }
        }
    }
    ["company", "individual", "other"]
        .into_iter()
        .filter(|standing| possible.contains(standing))
        .collect()
}

/// Every member under the three tallies of members.
pub(crate) fn members(edition: Edition, alliance: &Value) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for record in records(alliance, "member") {
        let possible = standings(edition, record);
        let standing = |standing| match (possible.contains(&standing), possible.len()) {
            (false, _) => Tri::No,
            (true, 1) => Tri::Yes,
            (true, _) => Tri::Unknown,
        };
        push(
            &mut rows,
            "company_members",
            "member",
            record,
            standing("company"),
            &requirements(edition, record),
        );
        push(&mut rows, "individual_members", "member", record, standing("individual"), &[]);
        push(&mut rows, "other_members", "member", record, standing("other"), &[]);
    }
    rows
}

/// What is asked of a company's papers, in order.
fn requirements(edition: Edition, record: &Value) -> Vec<(Tri, Clauses)> {
    let joined = one_of(record, "contract_kind", &["membership", "memorandum"]);
    let as_good_as_joined = one_of(record, "contract_kind", &["collaboration"])
        .and(flag(record, "core_related"))
        .and(one_of(record, "contract_signatory", &["pi"]));
    let spans = match field(record, "contract") {
        None => Tri::Unknown,
        Some(contract) => ask(text(contract, "start"), |start| day(start) <= edition.audit())
            .and(ask(text(contract, "end"), |end| day(end) >= edition.audit())),
    };
    let school = flag(record, "pi_signed").and(one_of(
        record,
        "institution_seal",
        &["university", "college"],
    ));
    let two_seals = one_of(record, "member_seal", &["company_and_owner", "company_and_signature"]);
    let sealed = one_of(record, "member_seal", &["none"]).not();
    let renewed = flag(record, "renewal").not().or(flag(record, "renewal_receipt"));
    match edition {
        E104 => vec![
            (joined, &["qa_104:104-2.c"]),
            (spans, &["qa_104:104-2.c"]),
            (school, &["qa_104:104-2.d"]),
            (two_seals, &["qa_104:104-2.d"]),
        ],
        E107 => vec![
            (joined, &["qa_104:104-2.c"]),
            (spans, &["guide_107:107-3"]),
            (school, &["guide_107:107-4"]),
            (sealed, &["guide_107:107-4"]),
            (renewed, &["guide_107:107-5"]),
        ],
        E108 | E115 => vec![
            (joined.or(as_good_as_joined), &["briefing_108:108-4"]),
            (spans, &["briefing_108:108-3"]),
            (school, &["guide_107:107-4"]),
            (sealed, &["guide_107:107-4"]),
            (renewed, &["guide_107:107-5"]),
        ],
    }
}

/// Does the member pay? A split of those that count.
pub(crate) fn pays(record: &Value) -> Tri {
    ask(number(record, "fee"), |fee| fee > whole(0))
}
