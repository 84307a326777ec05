//! What a fuzzer tries, each as a function of any bytes that panics where something does not hold.
//! The fuzzer calls them, and a test that replays what is kept (`fuzz/kept`).
//!
//! Not here: how bytes are made (`fuzz/fuzz_targets`, by a nightly compiler).

use std::sync::LazyLock;

use guiju::{
    Checked, JsonOptions, Limits, Locale, Pack, Parsed, Question, Source, TableFile, format, render,
};

use crate::{Tally, agree, compiled, engines_agree};

/// A target: what is done with the bytes.
pub type Target = fn(&[u8]);

/// Every target by the name of its file in `fuzz/fuzz_targets`.
pub const TARGETS: &[(&str, Target)] =
    &[("rules", rules), ("json", json), ("tables", tables), ("engines", engines), ("packs", packs)];

/// A pack with every kind of field, for data that a fuzzer makes up.
const RULES: &str = include_str!("pack.guiju");

static PACK: LazyLock<Pack> = LazyLock::new(|| compiled(RULES).expect("the pack compiles"));

/// Little of everything, so that no input takes long.
fn limits() -> Limits {
    Limits { fuel: 2_000_000, ..Limits::untrusted() }
}

/// Rules: parsing and checking end, with findings that can be shown or with a pack whose own tests
/// can be run. What can be read can be formatted, once and for all, and means the same afterwards.
///
/// # Panics
/// Where a finding points outside the text, or where formatting changes more than the layout.
pub fn rules(bytes: &[u8]) {
    let Ok(source) = Source::from_bytes("fuzz.guiju", bytes) else { return };
    let text = source.text().to_owned();
    let checked = Parsed::parse(vec![source], &limits()).check();
    for finding in checked.diagnostics() {
        for locale in [Locale::ZhTw, Locale::En] {
            assert!(!render::render(finding, checked.sources(), locale, false).is_empty());
        }
        for label in &finding.labels {
            assert!(
                text.get(label.span.start as usize..label.span.end as usize).is_some(),
                "a place outside the text"
            );
        }
    }
    let found = codes(&checked);
    if let Ok(pack) = checked.into_pack() {
        pack.run_tests(&limits());
    }
    if let Ok(once) = format(&Source::new("fuzz.guiju", text), &limits()) {
        // A layout may take more room than what it lays out.
        let limits = Limits { pack_bytes: 64 << 20, ..limits() };
        let source = Source::new("fuzz.guiju", once.as_str());
        assert_eq!(format(&source, &limits).ok().as_ref(), Some(&once), "formatting goes on");
        let checked = Parsed::parse(vec![source], &limits).check();
        assert_eq!(codes(&checked), found, "formatted rules mean something else");
    }
}

fn codes(checked: &Checked) -> Vec<&'static str> {
    checked.diagnostics().iter().map(|finding| finding.code.id()).collect()
}

/// JSON data and JSON lines: reading ends, with findings or data that both evaluators agree on.
///
/// # Panics
/// Where they differ.
pub fn json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    agree(&PACK, RULES, text);
    let _ = PACK.read_json_lines(text, Some("fuzz.jsonl"), &limits());
}

/// Two CSV tables with a zero byte between them: reading ends, with findings or data, and data can
/// be judged and shown.
///
/// # Panics
/// Where something panics.
pub fn tables(bytes: &[u8]) {
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (first, second) = (&bytes[..cut], bytes.get(cut + 1..).unwrap_or_default());
    let files = [
        TableFile { name: "grantee.csv", bytes: first },
        TableFile { name: "receipt.csv", bytes: second },
    ];
    let Ok(data) = PACK.read_tables(&files, &limits()) else { return };
    if let Ok(outcome) = PACK.evaluate(&data, &limits()) {
        outcome.to_json(&JsonOptions { records: true, ..JsonOptions::default() });
    }
}

/// Random packs and data out of any bytes: both evaluators give one outcome.
///
/// # Panics
/// Where they differ.
pub fn engines(bytes: &[u8]) {
    engines_agree(bytes, 3, &mut Tally::default());
}

/// A compiled pack with bytes changed: place and change in three bytes each. It is refused, or
/// judges and explains without a panic.
///
/// # Panics
/// Where something panics.
pub fn packs(bytes: &[u8]) {
    static COMPILED: LazyLock<Vec<u8>> = LazyLock::new(|| PACK.to_compiled());
    let mut compiled = COMPILED.clone();
    for edit in bytes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % compiled.len();
        compiled[at] ^= edit[2];
    }
    let limits = limits();
    let Ok(pack) = Pack::from_compiled(&compiled, &limits) else { return };
    pack.to_json();
    let data = include_str!("../../kept/json/good.json");
    let Ok(data) = pack.read_json(data, None, &limits) else { return };
    let Ok(outcome) = pack.evaluate(&data, &limits) else { return };
    outcome.to_json(&JsonOptions { records: true, ..JsonOptions::default() });
    for kpi in pack.kpis().map(|kpi| kpi.name.to_owned()) {
        if let Ok(answer) = outcome.explain(0, &Question::Kpi(kpi), &limits) {
            answer.to_text(Locale::En);
        }
    }
    for entity in pack.schema().entities.ids() {
        let name = pack.schema().entities[entity].name.clone();
        if let Ok(draft) = pack.judge_draft(&name, "{}", &limits) {
            draft.issues();
            let _ = draft.progress();
        }
    }
}
