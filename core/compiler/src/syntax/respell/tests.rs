//! What holds of both spellings: every word is a name where a name is meant, a name of the pack's
//! own stays, and either spelling comes back from the other. Files of the repository are turned in
//! `format::tests`.

use std::fs;
use std::path::Path;

use crate::format::Spelling;
use crate::pipeline::Parsed;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::limits::Limits;
use guiju_model::source::Source;
use guiju_model::text::Locale;
use guiju_model::words::{NAMES, WORDS, Words, is_reserved};

fn spelled(text: &str, words: Words) -> String {
    let limits = Limits::default();
    let found =
        Spelling::new(words, &[], &limits).format(&Source::new("rules.guiju", text), &limits);
    found.unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// What is wrong with the rules, and which of their tests fail.
fn failures(text: &str) -> Vec<String> {
    let limits = Limits::default();
    let checked = Parsed::parse(vec![Source::new("rules.guiju", text)], &limits).check();
    let told = |diagnostic: &Diagnostic| {
        format!("{} {}", diagnostic.code.id(), diagnostic.message(Locale::En))
    };
    let mut failures: Vec<String> = checked.diagnostics().iter().map(told).collect();
    let tests = checked.pack().map(|pack| pack.run_tests(&limits)).unwrap_or_default();
    failures.extend(tests.iter().flat_map(|test| &test.failures).map(told));
    failures
}

#[test]
fn every_word_is_a_name_where_one_is_meant() {
    let words = WORDS.iter().flat_map(|word| word.english.split(' ').chain([word.chinese]));
    let names = NAMES.iter().flat_map(|(_, english, chinese)| [*english, *chinese]);
    // What data gives beside records, and the programme, are called so already.
    let taken = ["previous", "targets", "programme", "全計畫"];
    for word in words.chain(names).filter(|word| !is_reserved(word) && !taken.contains(word)) {
        let rules = format!(
            "規則包 p\n資料 a {{ 識別 id: 文字 }}\n資料 e 屬於 a {{\n識別 k: 文字\n{word}: 整數\n}}\n\
             核計 t 取自 e {{ 選取 {word} > 3  計數 }} 因為 \"示範\"\n\
             範例 f: e {{\n{word}: 1 }}\n\
             測試 \"t\" {{\n  a A {{ e r 同 f {{\n{word}: 5 }}\n  e s {{ {word}: 1 }} }}\n  應 A.t = 1\n}}\n"
        );
        // `period` is the period wherever it stands alone.
        let expected: &[&str] = if word == "period" { &["G218"] } else { &[] };
        let codes =
            |text: &str| failures(text).iter().map(|told| told[..4].to_owned()).collect::<Vec<_>>();
        let english = spelled(&rules, Words::English);
        if expected.is_empty() {
            assert_eq!(
                (failures(&rules), failures(&english)),
                (Vec::new(), Vec::new()),
                "{word}\n{rules}\n{english}"
            );
        } else {
            assert_eq!(codes(&rules), codes(&english), "{word}");
        }
        assert!(english.contains(&format!("{word}: int\n")), "{english}");
        assert_eq!(spelled(&spelled(&english, Words::Chinese), Words::English), english, "{word}");
    }
}

#[test]
fn names_that_the_pack_declares_stay() {
    let chinese = "設 計畫期間 = 113/01/01 .. 113/12/31\n資料 期間 屬於 a { 識別 k: 文字  上期: 期間?  類: 是 | 否  甲: 是否 }\n\
                   對照表 取小 依 整數 { 1 => 2 }\n核計 t 取自 期間 { 選取 類 = 是 且 日 在 計畫期間  加總 取小(甲) + 取大(甲, 1) }\n\
                   測試 \"t\" { a A { 期間 x { 類: 是  甲: true } } }\n";
    let english = "let 計畫期間 = 113/01/01 .. 113/12/31\nentity 期間 in a { key k: text  上期: 期間?  類: 是 | 否  甲: bool }\n\
                   table 取小 by int { 1 => 2 }\ntally t from 期間 { select 類 = 是 and 日 in 計畫期間  sum 取小(甲) + max(甲, 1) }\n\
                   test \"t\" { a A { 期間 x { 類: 是  甲: true } } }\n";
    assert_eq!(spelled(chinese, Words::English), english);
    // Nothing says that `true` is no choice of that name.
    assert_eq!(spelled(english, Words::Chinese), chinese);
}

#[test]
fn a_phrase_that_has_no_room_for_what_is_in_it_stays() {
    let text = "tally t from e {\n  select a is not\n      known and b is -- 註\n      known and c is known\n  count\n}\n";
    let chinese = spelled(text, Words::Chinese);
    assert!(
        chinese.contains("a is not\n")
            && chinese.contains("b is  -- 註\n")
            && chinese.contains("且 c 有值"),
        "{chinese}"
    );
    assert_eq!(spelled(&chinese, Words::English), spelled(text, Words::English));
}

#[test]
fn words_of_several_roles_are_told_apart() {
    let english = "entity e in a { key k: text }\n\
                   table rate from date { 113/01/01 => 1% }\n\
                   tally t in 家 from e { select k in (\"甲\")  count as n in 筆 }\n\
                   kpi x as % = (t or 0 家 because \"無\") / (n or t)\n\
                   kpi y for programme by region in 家 = sum(t) + count()\n\
                   obligation o for every kpi with target expect value >= target\n\
                   obligation z expect value >= target(value)\n\
                   once u by k between t, n within programme by a keep none else \"重複\"\n\
                   once v by k between t, n keep first of (t, n) else \"重複\"\n\
                   extend tally t { first require a else \"甲\"  after b require c else \"丙\" }\n\
                   drop period\n\
                   test \"t\" {\n\
                   \x20 programme { year: 1 }\n\
                   \x20 a A { targets { x: 1% } }\n\
                   \x20 expect programme.y undetermined in t\n\
                   \x20 expect A.x between 1 and 2\n\
                   \x20 expect A.x is undetermined\n\
                   \x20 e r { k: \"甲\" }\n\
                   \x20 expect A.x has no issue G801\n\
                   }\n";
    let chinese = "資料 e 屬於 a { 識別 k: 文字 }\n\
                   對照表 rate 自 日期 { 113/01/01 => 1% }\n\
                   核計 t 以 家 取自 e { 選取 k 在 (\"甲\")  計數 稱為 n 以 筆 }\n\
                   指標 x 以 % = (t 無則 0 家 因為 \"無\") / (n 或 t)\n\
                   指標 y 全計畫 依 region 以 家 = 加總(t) + 計數()\n\
                   義務 o 每項有目標之指標 應 實際值 >= 目標值\n\
                   義務 z 應 value >= 目標值(value)\n\
                   不重複 u 依 k 比對 t, n 跨全計畫 依 a 保留 均不計 否則 \"重複\"\n\
                   不重複 v 依 k 比對 t, n 優先計入 (t, n) 否則 \"重複\"\n\
                   增訂 核計 t { 最前 要求 a 否則 \"甲\"  接在 b 要求 c 否則 \"丙\" }\n\
                   刪除 計畫期間\n\
                   測試 \"t\" {\n\
                   \x20 全計畫 { year: 1 }\n\
                   \x20 a A { 目標值 { x: 1% } }\n\
                   \x20 應 全計畫.y 未定 t\n\
                   \x20 應 A.x 介於 1 至 2\n\
                   \x20 應 A.x 未定\n\
                   \x20 e r { k: \"甲\" }\n\
                   \x20 應 A.x 無提示 G801\n\
                   }\n";
    assert_eq!(spelled(english, Words::Chinese), chinese);
    assert_eq!(spelled(chinese, Words::English), english);
    // What is mixed comes to either.
    let mixed: String = english
        .lines()
        .zip(chinese.lines())
        .enumerate()
        .map(|(n, (a, b))| if n % 2 == 0 { a } else { b }.to_owned() + "\n")
        .collect();
    assert_eq!(
        (spelled(&mixed, Words::English), spelled(&mixed, Words::Chinese)),
        (english.to_owned(), chinese.to_owned())
    );
}

#[test]
fn the_reference_lists_every_word() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for (name, section) in
        [("language.md", "## Words in Chinese"), ("language.zh-TW.md", "## 中文的詞")]
    {
        let text = fs::read_to_string(docs.join(name)).expect("the reference");
        let section =
            text.split_once(section).map(|(_, section)| section).expect("the section of words");
        for word in WORDS {
            let listed = section.contains(&format!("| `{}`", word.english))
                && section.contains(&format!("`{}` |", word.chinese));
            assert!(listed, "{name}: {} {}", word.english, word.chinese);
        }
    }
}
