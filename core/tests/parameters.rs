//! Other values for the constants of a pack. Not here: sweeps over many of them, which hosts do.

use guiju::{Limits, Parsed, Severity, Source, SourcePack};

const RULES: &str = "pack p\nsource g { 1 }\nentity a { key id: text  fee: money }\nlet share = 30% @ 1\nlet twice = share * 2 @ 1\n\
                     let day = 108/01/01 @ 1\nlet limit = 3 @ 1\nkpi due = fee * twice @ 1\nkpi late = fee * share @ 1";

fn pack() -> SourcePack {
    Parsed::parse(vec![Source::new("p.guiju", RULES)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules")
}

fn codes(values: &[(&str, &str)]) -> Vec<&'static str> {
    let error = pack().with_parameters(values, &Limits::default()).err();
    error
        .into_iter()
        .flat_map(|error| error.diagnostics)
        .filter(|found| found.severity == Severity::Error)
        .map(|found| found.code.id())
        .collect()
}

#[test]
fn values_are_checked_like_rules() {
    assert_eq!(codes(&[("share", "25%"), ("day", "2019-05-01")]), Vec::<&str>::new());
    assert_eq!(codes(&[("shar", "25%")]), ["G201"]);
    assert_eq!(codes(&[("share", "5 元")]), ["G304", "G304"]);
    assert_eq!(codes(&[("limit", "5 元")]), ["G301"]);
    assert_eq!(codes(&[("day", "25%")]), ["G301"]);
    assert_eq!(codes(&[("share", "fee")]), ["G201"]);
    assert_eq!(codes(&[("share", "25% @ 1")]), ["G305"]);
    for text in ["", "25%\nkpi other = 1", "1 / 0", "25%)", "\""] {
        assert!(!codes(&[("share", text)]).is_empty(), "{text}");
    }
}

#[test]
fn a_difference_sees_values_that_were_given() {
    let limits = Limits::default();
    let changed = pack().with_parameters(&[("share", "25%")], &limits).expect("sound");
    let found = guiju::diff(&pack(), &changed);
    let change = match found.changes.as_slice() {
        [change] => change,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (change.id.as_str(), change.aspects.as_slice()),
        ("let:share", [guiju::Aspect::Parameter].as_slice())
    );
    let texts = [&change.before, &change.after]
        .map(|written| written.as_ref().map(|written| written.text.as_str()));
    assert_eq!(texts, [Some("let share = 30% @ 1"), Some("let share = 25% @ 1")]);
    assert!(guiju::diff(&changed, &changed.clone()).changes.is_empty());
}

#[test]
fn what_depends_on_a_constant_follows_and_may_change_again() {
    let limits = Limits::default();
    let pack = pack();
    let data =
        pack.read_json(r#"{"as": [{"id": "A", "fee": 100}]}"#, None, &limits).expect("sound data");
    let due = |pack: &SourcePack| {
        pack.evaluate(&data, &limits).expect("within limits").roots[0].kpis.to_vec()
    };
    let changed = pack.with_parameters(&[("share", "25%")], &limits).expect("sound");
    assert_eq!(
        due(&changed),
        [guiju::KpiValue::Known(50.into()), guiju::KpiValue::Known(25.into())]
    );
    let again = changed.with_parameters(&[("twice", "0.01")], &limits).expect("sound");
    assert_eq!(due(&again), [guiju::KpiValue::Known(1.into()), guiju::KpiValue::Known(25.into())]);
    assert_eq!((again.name(), again.editions()), ("p", vec!["p"]));
}
