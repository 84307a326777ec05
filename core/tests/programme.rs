//! Figures over the whole programme: laws that hold whatever the data are, and bounds against every
//! way of filling in what is missing.

use guiju::{Evaluation, Exact, KpiValue, Limits, Locale, Outcome, Parsed, Source, SourcePack};
use proptest::prelude::*;

const RULES: &str = r#"
pack p "範例"
source s "作業要點" { 1 "第一點" }
entity alliance "聯盟" { key id: text  region: north | south | east  phase: 1..3  grant: money }
entity member "會員" in alliance { key name: text }
tally members in 家 from member { count } @ 1
kpi later "第二期以後" = grant when phase >= 2 @ 1
kpi grant_share for programme by region = share(grant) @ 1
kpi member_share for programme by region = share(members) @ 1
kpi later_share for programme by region = share(later) @ 1
kpi phase_share for programme by region = share(phase) @ 1
kpi second_share for programme by region = share(phase = 2) @ 1
kpi many for programme by region = count(phase >= 2 or members > 2 家) @ 1
kpi capped for programme by region = sum(min(max(phase, 2), 2 * phase - 1)) @ 1
"#;

/// `None` is missing; `phase` and `region` have three values each.
#[derive(Clone, Debug)]
struct Alliance {
    region: Option<u8>,
    phase: Option<u8>,
    grant: u32,
    members: usize,
}

fn alliance(missing: bool) -> impl Strategy<Value = Alliance> {
    let choice = |n: u8| {
        if missing {
            prop_oneof![3 => (0..n).prop_map(Some), 1 => Just(None)].boxed()
        } else {
            (0..n).prop_map(Some).boxed()
        }
    };
    (choice(3), choice(3), 0..60_u32, 0..5_usize)
        .prop_map(|(region, phase, grant, members)| Alliance { region, phase, grant, members })
}

fn pack() -> SourcePack {
    Parsed::parse(vec![Source::new("p.guiju", RULES)], &Limits::default())
        .check()
        .into_pack()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn judged(pack: &SourcePack, alliances: &[Alliance]) -> Evaluation {
    let rows: Vec<String> = alliances
        .iter()
        .enumerate()
        .map(|(n, alliance)| {
            let region = alliance.region.map_or("null".to_owned(), |region| format!("\"{}\"", ["north", "south", "east"][region as usize]));
            let phase = alliance.phase.map_or("null".to_owned(), |phase| (phase + 1).to_string());
            let members: Vec<String> = (0..alliance.members).map(|n| format!(r#"{{"name": "{n}"}}"#)).collect();
            format!(
                r#"{{"id": "A{n}", "region": {region}, "phase": {phase}, "grant": "{}", "member": [{}]}}"#,
                alliance.grant,
                members.join(", ")
            )
        })
        .collect();
    let limits = Limits::default();
    let data = pack
        .read_json(&format!(r#"{{"alliances": [{}]}}"#, rows.join(", ")), None, &limits)
        .expect("sound data");
    pack.evaluate(&data, &limits).expect("the limits suffice")
}

/// The value of a KPI of the programme (`None`), or of a group by its region.
fn figure(
    pack: &SourcePack,
    outcome: &Outcome,
    name: &str,
    region: Option<usize>,
) -> Option<KpiValue> {
    let index = pack.schema().kpi_of(true, name).expect("the KPI is there");
    let group = match region {
        None => &outcome.programme,
        Some(region) => outcome
            .groups
            .first()?
            .values
            .iter()
            .find(|(value, _)| *value == region)
            .map(|(_, group)| group)?,
    };
    group.kpis.iter().find(|(kpi, _)| *kpi == index).map(|(_, value)| value.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn shares_of_all_groups_add_up_to_one(alliances in prop::collection::vec(alliance(false), 0..12)) {
        let pack = pack();
        let outcome = judged(&pack, &alliances);
        for name in ["grant_share", "member_share", "later_share", "phase_share"] {
            let groups: Vec<KpiValue> = (0..3).filter_map(|region| figure(&pack, &outcome, name, Some(region))).collect();
            match figure(&pack, &outcome, name, None).expect("the programme always has it") {
                KpiValue::Known(whole) => {
                    prop_assert_eq!(whole, Exact::from(1));
                    let mut sum = Exact::from(0);
                    for group in groups {
                        let KpiValue::Known(share) = group else { panic!("{name}: {group:?}") };
                        sum = sum.add(&share).expect("small numbers");
                    }
                    prop_assert_eq!(sum, Exact::from(1), "{}", name);
                }
                // A part of nothing, or of nobody, is none for any group either.
                other => prop_assert!(groups.iter().all(|group| *group == other), "{}: {:?} {:?}", name, other, groups),
            }
        }
    }

    /// Where the share of a condition and the number of members of the group are known, one is the
    /// other's part.
    #[test]
    fn the_share_of_a_condition_is_its_count(alliances in prop::collection::vec(alliance(false), 1..12)) {
        let pack = pack();
        let outcome = judged(&pack, &alliances);
        for region in [None, Some(0), Some(1), Some(2)] {
            let of = alliances.iter().filter(|alliance| region.is_none_or(|region| alliance.region == Some(region as u8)));
            let second = of.clone().filter(|alliance| alliance.phase == Some(1)).count() as i128;
            let expected = (of.clone().count() > 0).then(|| KpiValue::Known(Exact::fraction(second, of.count() as i128).expect("not of none")));
            prop_assert_eq!(figure(&pack, &outcome, "second_share", region), expected);
        }
    }

    /// The bounds are met by some way of filling in what is missing, and exceeded by none.
    #[test]
    fn bounds_are_those_of_all_completions(alliances in prop::collection::vec(alliance(true), 1..5)) {
        let pack = pack();
        let outcome = judged(&pack, &alliances);
        let mut completions = vec![Vec::new()];
        for alliance in &alliances {
            let filled = |field: Option<u8>| field.map_or(0..3, |value| value..value + 1);
            let ways: Vec<Alliance> = filled(alliance.region)
                .flat_map(|region| filled(alliance.phase).map(move |phase| (region, phase)))
                .map(|(region, phase)| Alliance { region: Some(region), phase: Some(phase), ..alliance.clone() })
                .collect();
            completions = completions.into_iter().flat_map(|done: Vec<Alliance>| ways.iter().map(move |way| [&done[..], std::slice::from_ref(way)].concat())).collect();
        }
        prop_assume!(completions.len() <= 243);
        let outcomes: Vec<Evaluation> = completions.iter().map(|completion| judged(&pack, completion)).collect();
        for name in ["grant_share", "member_share", "phase_share", "second_share", "many", "capped", "later_share"] {
            for region in [None, Some(0), Some(1), Some(2)] {
                let Some(open) = figure(&pack, &outcome, name, region) else { continue };
                let all: Vec<KpiValue> = outcomes.iter().filter_map(|outcome| figure(&pack, outcome, name, region)).collect();
                let known: Option<Vec<Exact>> = all.iter().map(|value| if let KpiValue::Known(value) = value { Some(value.clone()) } else { None }).collect();
                match (&open, known) {
                    (KpiValue::Known(value), Some(found)) => prop_assert!(found.iter().all(|other| other == value), "{} {:?}", name, found),
                    (KpiValue::Undetermined { low: Some(low), high: Some(high), needs, .. }, Some(found)) => {
                        prop_assert!(!needs.is_empty());
                        // Whether a KPI applies at all may depend on what is missing: then its
                        // bounds hold, and no more is claimed.
                        let exact = name != "later_share";
                        prop_assert!(found.iter().all(|value| low <= value && value <= high), "{} {:?} {:?}", name, open, found);
                        prop_assert!(!exact || (found.contains(low) && found.contains(high)), "{} {:?} {:?} {:?}", name, region, open, found);
                    }
                    // Some completion has no such figure: it never has a known one that is not the
                    // same in all others.
                    (KpiValue::Known(_), None) => prop_assert!(false, "{} {:?} {:?}", name, open, all),
                    _ => {}
                }
            }
        }
    }
}

/// Figures of records in messages are told root by root; the groups that a root without one may
/// belong to take all roots, and one of those groups may have nobody yet.
#[test]
fn messages_tell_figures_where_a_root_has_no_group() {
    let case = "../rules/conformance/constructs/programme_group_in_messages";
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(case);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file of the case");
    let limits = Limits::default();
    let rules = vec![Source::new("00.guiju", read("pack/00.guiju"))];
    let pack = Parsed::parse(rules, &limits).check().into_pack().expect("a sound pack");
    let data = pack.read_json(&read("data.json"), None, &limits).expect("sound data");
    let judged = pack.evaluate(&data, &limits).expect("within limits");
    let told: Vec<String> = (0..3)
        .flat_map(|root| judged.verdicts(root).collect::<Vec<_>>())
        .filter_map(|record| Some(record.reason?.get(Locale::En).to_owned()))
        .collect();
    assert_eq!(told, ["only 60 元 paid", "only 80 元 paid"]);
}
