//! Packs and data that pass through bytes: they judge and are judged as before, and bytes that were
//! tampered with do no harm.

use std::fs;
use std::path::{Path, PathBuf};

use guiju::{
    Checked, CompiledError, Dataset, Engine, JsonOptions, Limits, Locale, Pack, PackedError,
    Parsed, Question, Source, SourcePack,
};

/// The folders of the corpus with rules and data of their own, or data for a built-in pack.
fn cases() -> Vec<(String, PathBuf)> {
    fn gather(folder: &Path, cases: &mut Vec<(String, PathBuf)>) {
        let built_in =
            fs::read_to_string(folder.join("pack.txt")).ok().map(|name| name.trim().to_owned());
        let own = folder.join("pack").is_dir().then(|| folder.join("pack").display().to_string());
        let data = ["data.json", "data.jsonl", "data"]
            .map(|name| folder.join(name))
            .into_iter()
            .find(|path| path.exists());
        match (built_in.or(own), data) {
            (Some(pack), Some(data)) => cases.push((pack, data)),
            (Some(_), None) => {}
            (None, _) => {
                let below = fs::read_dir(folder)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path());
                below.filter(|path| path.is_dir()).for_each(|path| gather(&path, cases));
            }
        }
    }
    let mut cases = Vec::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance"), &mut cases);
    cases.sort();
    cases
}

/// Every case whose rules and data are sound, with its rules and its data; rules that several cases
/// share are compiled once.
fn sound_cases(mut work: impl FnMut(&str, &SourcePack, &Path, &Dataset)) {
    let limits = Limits::default();
    let mut last: Option<(String, Checked)> = None;
    for (name, path) in cases() {
        if last.as_ref().is_none_or(|(known, _)| *known != name) {
            last = guiju_files::pack(&name, &limits).ok().map(|checked| (name.clone(), checked));
        }
        let Some(pack) = last.as_ref().and_then(|(_, checked)| checked.pack()) else { continue };
        let Ok(data) = guiju_files::data(pack.schema(), &path, &limits) else { continue };
        work(&name, pack, &path, &data);
    }
}

fn through_bytes(pack: &Pack) -> Pack {
    Pack::from_compiled(&pack.to_compiled(), &Limits::default())
        .expect("what was written can be read")
}

const BOTH: [Locale; 2] = [Locale::ZhTw, Locale::En];

/// Everything that is said of some data in some languages: the result, and why its first root came
/// to it.
fn said(pack: &Pack, data: &Dataset, limits: &Limits, locales: &[Locale]) -> Option<String> {
    let outcome = pack.evaluate(data, limits).ok()?;
    let mut said = format!("{} steps\n", outcome.fuel);
    let roots = data.len().min(1);
    for locale in locales.iter().copied() {
        said += &outcome.to_json(&JsonOptions { records: true, root: None, locale });
        for root in 0..roots {
            let kpis = pack
                .kpis()
                .filter(|kpi| !kpi.programme)
                .map(|kpi| Question::Kpi(kpi.name.to_owned()));
            let obligations = outcome.roots[root]
                .obligations
                .iter()
                .map(|found| Question::Obligation(pack.obligation(found).id));
            let keys = outcome.verdicts(root).map(|found| (found.entity, found.key.into_owned()));
            let entities = &pack.schema().entities;
            let records = keys.map(|(entity, key)| Question::Record {
                entity: entities[entity].name.clone(),
                key,
            });
            for question in kpis.chain(obligations).chain(records) {
                said += &outcome
                    .explain(root, &question, limits)
                    .map_or_else(|error| error.to_string(), |why| why.to_text(locale));
            }
        }
    }
    Some(said)
}

#[test]
fn a_compiled_pack_says_what_the_rules_say() {
    let (limits, mut compared, mut built_in) = (Limits::default(), 0, 0);
    sound_cases(|name, pack, path, data| {
        // Those that are built in are bytes already.
        let again = guiju_rules::pack(name).unwrap_or_else(|_| through_bytes(pack));
        let known = guiju_rules::NAMES.contains(&name);
        built_in += usize::from(known);
        // The words of the built-in packs are many, and the same in most of their cases.
        let locales = if known { &BOTH[..1] } else { &BOTH };
        let data_again = guiju_files::data(again.schema(), path, &limits).expect("it was read");
        assert_eq!(
            said(pack, data, &limits, locales),
            said(&again, &data_again, &limits, locales),
            "{}",
            path.display()
        );
        assert_eq!(again.to_compiled().len(), through_bytes(&again).to_compiled().len(), "{name}");
        compared += 1;
    });
    assert!(compared > 100 && built_in > 10, "{compared} {built_in}");
}

#[test]
fn built_in_packs_are_the_bytes_of_their_rules_and_judge_whole_columns() {
    for name in guiju_rules::NAMES {
        let rules = guiju_rules::load(name).expect("a built-in pack");
        let pack = guiju_rules::pack(name).expect("a built-in pack");
        assert_eq!(pack.to_compiled(), through_bytes(&rules).to_compiled(), "{name}");
        assert_eq!(pack.engine, Engine::default(), "{name}");
    }
    let unknown = guiju_rules::pack("alliance_999").map(|_| ()).map_err(|error| error.to_string());
    assert!(unknown.is_err_and(|error| error.contains("alliance_999")));
}

#[test]
fn what_a_page_shows_of_the_rules_is_kept() {
    for name in guiju_rules::NAMES {
        let pack = guiju_rules::load(name).expect("a built-in pack");
        let again = through_bytes(&pack);
        assert_eq!(
            (again.name(), again.label(), again.editions(), again.schema()),
            (pack.name(), pack.label(), pack.editions(), pack.schema())
        );
        let clauses = |pack: &Pack| -> Vec<_> {
            let documents = pack.documents().iter();
            documents
                .flat_map(|known| {
                    known.clauses.iter().map(|clause| (clause.id.clone(), clause.summary.clone()))
                })
                .collect()
        };
        assert_eq!(clauses(&again), clauses(&pack));
        // Where clauses are cited is a place in a file.
        let cited = |pack: &Pack| {
            format!(
                "{:?}",
                pack.coverage(
                    &clauses(pack).into_iter().map(|(id, _)| id + "\n").collect::<String>()
                )
            )
        };
        let places = |text: String| {
            text.split('"')
                .filter(|part| part.contains(".guiju:"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(places(cited(&again)), places(cited(&pack)));
    }
}

#[test]
fn another_version_is_named() {
    let mut bytes = guiju_rules::load("alliance_108").expect("a built-in pack").to_compiled();
    let at = bytes
        .windows(MEANING.0.len())
        .position(|pair| pair == MEANING.0.as_bytes())
        .expect("the format has a number");
    bytes[at + 1] = b'8';
    let error = Pack::from_compiled(&bytes, &Limits::default()).expect_err("another version");
    assert_eq!(error.code(), "PACK_VERSION");
    assert!(error.to_string().contains(MEANING.0), "{error}");
    for nothing in [&b""[..], b"\0guiju", b"pack alliance_108"] {
        assert_eq!(
            Pack::from_compiled(nothing, &Limits::default()).err(),
            Some(CompiledError::Damaged)
        );
    }
}

/// Cases of the corpus that between them have something of every kind that is written.
const WRITTEN: [&str; 30] = [
    "awards_read",
    "entities_nested",
    "figures_by_key",
    "figures_by_reference",
    "measures",
    "some_and_every",
    "calendar",
    "cases_of_figures",
    "cases_of_values",
    "checks",
    "classify_ordered",
    "classify_unique",
    "counted_in",
    "dates",
    "kpi_formulas",
    "length",
    "lists",
    "message_holes",
    "min_max",
    "obligations",
    "once_across_years",
    "once_among_first",
    "once_keep_best",
    "once_keep_first",
    "programme",
    "registers",
    "rounding",
    "tables_by_keys",
    "tables_by_steps",
    "tables_graduated",
];

/// What the bytes of those cases come to, under the number of the format.
const MEANING: (&str, u64) = ("/13", 14_117_969_246_352_046_154);

#[test]
fn the_number_of_the_format_changes_with_what_bytes_mean() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/constructs");
    let mut found = 0xCBF2_9CE4_8422_2325_u64;
    for case in WRITTEN {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder.join(case).join("pack"))
            .expect("rules")
            .map(|file| file.expect("one").path())
            .collect();
        paths.sort();
        // By their own names: where they lie is no part of it.
        let name = |path: &Path| path.file_name().expect("a name").display().to_string();
        let sources = paths
            .iter()
            .map(|path| Source::new(name(path), fs::read_to_string(path).expect("a text")));
        let bytes = Parsed::parse(sources.collect(), &Limits::default())
            .check()
            .into_pack()
            .expect("sound rules")
            .to_compiled();
        let head = bytes
            .windows(MEANING.0.len())
            .position(|pair| pair == MEANING.0.as_bytes())
            .expect("the number that is in `MEANING`");
        found = bytes[head..]
            .iter()
            .fold(found, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3));
    }
    assert_eq!(
        found, MEANING.1,
        "compiled packs have other bytes than before. If what bytes mean has changed, raise `FORMAT` in `core/engine/src/compiled/mod.rs`, so that \
         packs written before are refused, and write it here with the number found; if only the rules of the cases have, the number will do."
    );
}

/// Numbers below an end, the same in every run.
fn draw() -> impl FnMut(usize) -> usize {
    let mut seed = 42_u64;
    move |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % end.max(1)
    }
}

/// Bytes behind the head changed, left out, doubled and exchanged.
fn tampered(bytes: &[u8], below: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    // What precedes the number of the format is looked at by itself.
    let head = bytes
        .windows(MEANING.0.len())
        .position(|pair| pair == MEANING.0.as_bytes())
        .expect("the format has a number")
        + 2;
    let mut changed = bytes.to_vec();
    for _ in 0..=below(2) {
        let at = head + below(changed.len() - head);
        match below(5) {
            0 => changed[at] = below(256) as u8,
            1 => changed[at] = changed[at].wrapping_add(1),
            2 => drop(changed.remove(at)),
            3 => changed.insert(at, below(4) as u8),
            _ => {
                let other = head + below(changed.len() - head);
                changed.swap(at, other);
            }
        }
    }
    changed
}

/// Refused, or rules of some kind, by which anything may come out but a panic.
#[test]
fn tampered_bytes_do_no_harm() {
    let limits = Limits { fuel: 200_000, ..Limits::untrusted() };
    let (mut below, mut taken) = (draw(), 0);
    for (name, data) in cases()
        .into_iter()
        .filter(|(name, path)| name.contains("constructs") && path.ends_with("data.json"))
    {
        let Ok(checked) = guiju_files::pack(&name, &Limits::default()) else { continue };
        let Some(pack) = checked.pack() else { continue };
        let text = fs::read_to_string(&data).expect("data of the corpus");
        let bytes = pack.to_compiled();
        for _ in 0..40 {
            let Ok(pack) = Pack::from_compiled(&tampered(&bytes, &mut below), &limits) else {
                continue;
            };
            taken += 1;
            let _ = pack.progress(&text, &limits);
            if let Ok(data) = pack.read_json(&text, None, &limits) {
                said(&pack, &data, &limits, &BOTH);
            }
        }
    }
    assert!(taken > 150, "{taken}");
}

#[test]
fn data_through_bytes_is_judged_alike() {
    let (limits, mut compared) = (Limits::default(), 0);
    sound_cases(|_, pack, path, data| {
        let again = Dataset::from_bytes(&data.to_bytes(), pack.schema())
            .expect("what was written can be read");
        let [Ok(before), Ok(after)] = [data, &again].map(|data| pack.evaluate(data, &limits))
        else {
            panic!("{} is not judged", path.display())
        };
        assert_eq!(before.outcome(), after.outcome(), "{}", path.display());
        let options = JsonOptions { records: true, root: None, locale: Locale::En };
        assert_eq!(before.to_json(&options), after.to_json(&options), "{}", path.display());
        assert_eq!(again.to_bytes(), data.to_bytes(), "{}", path.display());
        compared += 1;
    });
    assert!(compared > 100, "{compared}");
}

#[test]
fn data_of_another_pack_or_version_is_refused() {
    let pack = |name| guiju_rules::load(name).expect("a built-in pack");
    let (own, other) = (pack("alliance_108"), pack("gloria_108"));
    let data = own
        .read_json(r#"{"alliances": [{"id": "A1", "grant": "100"}]}"#, None, &Limits::default())
        .expect("sound data");
    let mut bytes = data.to_bytes();
    assert_eq!(Dataset::from_bytes(&bytes, other.schema()).err(), Some(PackedError::Damaged));
    assert_eq!(
        Dataset::from_bytes(&own.to_compiled(), own.schema()).err(),
        Some(PackedError::Damaged)
    );
    assert_eq!(Pack::from_compiled(&bytes, &Limits::default()).err(), Some(CompiledError::Damaged));
    for length in 0..bytes.len() {
        assert_eq!(
            Dataset::from_bytes(&bytes[..length], own.schema()).err(),
            Some(PackedError::Damaged),
            "{length}"
        );
    }
    let at = bytes
        .windows(MEANING.0.len())
        .position(|pair| pair == MEANING.0.as_bytes())
        .expect("the format has a number");
    bytes[at + 1] = b'8';
    let error = Dataset::from_bytes(&bytes, own.schema()).expect_err("another version");
    assert!(error.to_string().contains("/8") && error.to_string().contains(MEANING.0), "{error}");
}

/// Refused, or other data, by which anything may come out but a panic, whichever evaluator judges
/// it.
#[test]
fn tampered_data_does_no_harm() {
    let limits = Limits { fuel: 200_000, ..Limits::untrusted() };
    let (mut below, mut taken) = (draw(), 0);
    for (name, path) in cases()
        .into_iter()
        .filter(|(name, path)| name.contains("constructs") && path.ends_with("data.json"))
    {
        let Ok(checked) = guiju_files::pack(&name, &Limits::default()) else { continue };
        let Some(pack) = checked.pack() else { continue };
        let Ok(data) = guiju_files::data(pack.schema(), &path, &Limits::default()) else {
            continue;
        };
        let bytes = data.to_bytes();
        for _ in 0..100 {
            let Ok(data) = Dataset::from_bytes(&tampered(&bytes, &mut below), pack.schema()) else {
                continue;
            };
            taken += 1;
            said(pack, &data, &limits, &BOTH);
            said(&pack.with_engine(Engine::Reference), &data, &limits, &BOTH);
        }
    }
    assert!(taken > 300, "{taken}");
}

/// A choice between two sides needs two sides that count. A rule that keeps none becomes one that
/// chooses by another tag, a byte more for the side it prefers, and a length that says so; both are
/// tried everywhere.
#[test]
fn a_choice_between_more_than_two_tallies_is_refused() {
    let rules = "pack h\nsource s { 1 \"c\" }\nentity g { key id: text }\nentity a in g { key id: text  doc: text }\n\
                 entity b in g { key id: text  doc: text }\ntally t in 件 from a { count } @ 1\ntally u in 件 from b { count } @ 1\n\
                 tally w in 件 from b { count } @ 1\nonce o by doc between t, (u, w) keep none else \"d\" @ 1\n";
    let limits = Limits::default();
    let pack = Parsed::parse(vec![Source::new("h.guiju", rules)], &limits)
        .check()
        .into_pack()
        .expect("sound rules");
    let document = r#"{"gs": [{"id": "G", "a": [{"id": "1", "doc": "x"}], "b": [{"id": "1", "doc": "x"}], "targets": {"t": "1"}}]}"#;
    let (bytes, mut accepted) = (pack.to_compiled(), 0);
    for (head, at) in (0..40).flat_map(|head| (head + 1..bytes.len()).map(move |at| (head, at))) {
        for preferred in [0, 1] {
            let mut changed = bytes.clone();
            changed[head] = changed[head].wrapping_add(1);
            changed[at] = 2;
            changed.insert(at + 1, preferred);
            let Ok(pack) = Pack::from_compiled(&changed, &limits) else { continue };
            accepted += 1;
            // Whatever it judges, it judges without stopping.
            if let Ok(data) = pack.read_json(document, None, &limits) {
                let _ = said(&pack, &data, &limits, &BOTH);
            }
        }
    }
    assert!(accepted > 0);
}

/// What a classification says that deciding it takes is held to its rows: otherwise many steps
/// would pass for few.
#[test]
fn a_classification_that_understates_its_effort_is_refused() {
    let rows: String = (0..60)
        .map(|at| format!("  n >= {at} and n < {at} + 1 and m >= {at} => x @ 1\n"))
        .collect();
    let rules = format!(
        "pack h\nsource s {{ 1 \"c\" }}\nentity g {{ key id: text }}\nentity a in g {{ key id: text  n: int  m: int }}\n\
         classify a.kind: x | y ordered {{\n{rows}  otherwise => y @ 1\n}}\ntally t in 件 from a {{ select kind = x  count }} @ 1\n"
    );
    let limits = Limits::default();
    let pack = Parsed::parse(vec![Source::new("h.guiju", rules)], &limits)
        .check()
        .into_pack()
        .expect("sound rules");
    let data = pack
        .read_json(r#"{"gs": [{"id": "G", "a": [{"id": "1", "n": 7, "m": 8}]}]}"#, None, &limits)
        .expect("sound data");
    let fuel = pack.evaluate(&data, &limits).expect("within the limits").outcome().fuel;
    assert!(fuel > 60 * 10, "{fuel}");
    // A number of two bytes stands for the effort: whatever else it is made, the pack is refused or
    // takes as many steps.
    let (bytes, mut refused) = (pack.to_compiled(), 0);
    for at in 0..bytes.len() - 1 {
        for other in [[0x82, 0x01], [0xff, 0x01], [0x80, 0x02]] {
            let mut changed = bytes.clone();
            changed[at..at + 2].copy_from_slice(&other);
            let Ok(pack) = Pack::from_compiled(&changed, &limits) else {
                refused += 1;
                continue;
            };
            let Ok(outcome) = pack.evaluate(&data, &limits) else { continue };
            assert!(
                outcome.outcome().fuel >= fuel - 10,
                "{at}: {other:?} makes {} of {fuel} steps",
                outcome.outcome().fuel
            );
        }
    }
    assert!(refused > 0);
}

/// Tallies, and what may refuse what they count, come in an order in which no verdict hangs on
/// itself.
#[test]
fn steps_in_another_order_are_refused_or_come_to_an_end() {
    let mut rules =
        "pack h\nsource s { 1 \"c\" }\nentity g { key id: text }\nentity r in g { key id: text  f: bool  doc: text }\n".to_owned();
    for level in 0..3 {
        for side in ["a", "b"] {
            let asks =
                if level == 0 { "f".to_owned() } else { format!("counted in {side}{}", level - 1) };
            rules += &format!(
                "tally {side}{level} in 件 from r {{ require {asks} else \"x\" @ 1 count }}\n"
            );
        }
        rules +=
            &format!("once o{level} by doc between a{level}, b{level} keep none else \"d\" @ 1\n");
    }
    let limits = Limits { fuel: 100_000, ..Limits::untrusted() };
    let pack = Parsed::parse(vec![Source::new("h.guiju", rules)], &limits)
        .check()
        .into_pack()
        .expect("sound rules");
    let document =
        r#"{"gs": [{"id": "G", "r": [{"id": "1", "doc": "x"}, {"id": "2", "doc": "x"}]}]}"#;
    let (bytes, mut accepted) = (pack.to_compiled(), 0);
    let mut judge = |changed: &[u8]| {
        let Ok(pack) = Pack::from_compiled(changed, &limits) else { return };
        let Ok(data) = pack.read_json(document, None, &limits) else { return };
        accepted += u32::from(said(&pack, &data, &limits, &BOTH).is_some());
    };
    judge(&bytes);
    for at in 0..bytes.len() {
        for value in 0..4 {
            let mut changed = bytes.clone();
            changed[at] = value;
            judge(&changed);
        }
        for other in at + 1..bytes.len().min(at + 8) {
            let mut changed = bytes.clone();
            changed.swap(at, other);
            judge(&changed);
        }
    }
    assert!(accepted > 300, "{accepted}");
}
