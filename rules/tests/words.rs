//! The built-in packs in both spellings of the words: turned and turned back they are the same
//! bytes, and they mean the same.
//!
//! Not here: how each word is spelled, which is tested beside the grammar.

use std::path::Path;

use guiju::{
    Aspect, JsonOptions, Limits, Locale, Parsed, Source, SourcePack, Spelling, Words, diff,
};
use guiju_rules::{NAMES, sources};

/// The files of a pack with their words in this spelling.
fn spelled(files: &[Source], words: Words) -> Vec<Source> {
    let limits = Limits::default();
    let spelling = Spelling::new(words, files, &limits);
    let spell = |file: &Source| {
        let text = spelling
            .format(file, &limits)
            .unwrap_or_else(|_| panic!("{} cannot be read", file.name()));
        Source::new(file.name(), text)
    };
    files.iter().map(spell).collect()
}

fn compiled(name: &str, words: Words) -> SourcePack {
    let library = |name: &str| Some(spelled(&sources(name)?, words));
    let checked =
        Parsed::parse_with(library(name).unwrap_or_default(), &Limits::default(), &library).check();
    checked.into_pack().unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn packs_are_turned_and_turned_back() {
    for name in NAMES {
        let files = sources(name).expect("a built-in pack");
        let chinese = spelled(&files, Words::Chinese);
        for ((file, turned), back) in
            files.iter().zip(&chinese).zip(spelled(&chinese, Words::English))
        {
            assert_ne!(turned.text(), file.text(), "{}", file.name());
            assert_eq!(back.text(), file.text(), "{}", file.name());
            // No word of the language is left in English.
            let begins = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
            assert_eq!(turned.text().lines().find(begins), None, "{}", file.name());
        }
        for (turned, again) in chinese.iter().zip(spelled(&chinese, Words::Chinese)) {
            assert_eq!(again.text(), turned.text(), "{}", turned.name());
        }
    }
}

#[test]
fn the_spelling_has_no_say_in_results() {
    let limits = Limits::default();
    for name in NAMES {
        let (english, chinese) = (compiled(name, Words::English), compiled(name, Words::Chinese));
        let failures = |pack: &SourcePack| {
            pack.run_tests(&limits).iter().map(|test| test.failures.len()).sum::<usize>()
        };
        assert_eq!((failures(&english), failures(&chinese)), (0, 0), "{name}");
        assert_eq!(english.run_tests(&limits).len(), chinese.run_tests(&limits).len(), "{name}");
        for (old, new) in [(&english, &chinese), (&chinese, &english)] {
            let found = diff(old, new);
            let changes: Vec<&str> =
                found.changes.iter().map(|change| change.id.as_str()).collect();
            assert!(changes.is_empty(), "{name}: {changes:?}");
        }
    }
    let samples =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/alliance_108/samples/field-revenue");
    let results = [Words::English, Words::Chinese].map(|words| {
        let pack = compiled("alliance_108", words);
        let data = guiju_files::data(pack.schema(), &samples, &limits)
            .unwrap_or_else(|_| panic!("the samples can be read"));
        let outcome = pack.evaluate(&data, &limits).expect("within limits");
        let result = outcome.to_json(&JsonOptions { records: true, ..JsonOptions::default() });
        // A digest names the bytes of the files, so it alone differs.
        let digests = pack.provenance().editions.clone();
        assert!(digests.iter().all(|(_, digest)| result.contains(digest)));
        digests.iter().fold(result, |result, (_, digest)| result.replace(digest, ""))
    });
    assert!(results[0] == results[1], "the result depends on the spelling");
}

#[test]
fn a_change_is_told_whatever_the_spelling() {
    let pack = |rules: &str| {
        let checked =
            Parsed::parse(vec![Source::new("rules.guiju", rules)], &Limits::default()).check();
        checked.into_pack().unwrap_or_else(|error| panic!("{error}"))
    };
    let old = pack(
        "pack p\nperiod 113/01/01 .. 113/12/31\nlet least = 3 because \"甲\"\nentity a { key id: text  n: int  paid: date? }\n\
         kpi x in 家 = (n or 0 because \"無\") because \"甲\"\nobligation o when paid is known expect n >= least else \"少\" because \"甲\"\n",
    );
    let new = pack(
        "規則包 p\n計畫期間 113/01/01 .. 113/12/31\n設 least = 4 因為 \"甲\"\n資料 a { 識別 id: 文字  n: 整數  paid: 日期? }\n\
         指標 x 以 家 = (n 無則 0 因為 \"無\") 因為 \"甲\"\n義務 o 當 paid 無值 應 n >= least 否則 \"少\" 因為 \"甲\"\n",
    );
    let found = diff(&old, &new);
    let told: Vec<(&str, &[Aspect])> = found
        .changes
        .iter()
        .map(|change| (change.id.as_str(), change.aspects.as_slice()))
        .collect();
    assert_eq!(told, [("let:least", &[Aspect::Parameter][..]), ("obligation:o", &[Aspect::Logic])]);
    assert!(
        found.to_text(Locale::ZhTw).contains("當 paid 無值"),
        "both are quoted as they are written"
    );
}
