//! Messages and explanations about rules in Chinese words quote Chinese words. Not here: the words
//! themselves, which are tested beside the grammar, and misspelt ones, which are cases of
//! `rules/refused`.

use std::fs;
use std::path::Path;

use guiju::{Checked, Limits, Locale, Parsed, Question, Source, Spelling, Words};
use guiju_model::words::{Kind, NAMES, WORDS};

fn checked(text: &str) -> Checked {
    Parsed::parse(vec![Source::new("rules.guiju", text)], &Limits::default()).check()
}

/// What has two spellings is in the tables of both pages.
#[test]
fn the_documents_list_every_word() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for page in ["language.md", "language.zh-TW.md"] {
        let text = fs::read_to_string(docs.join(page)).expect("a page");
        let tables: String = text.lines().filter(|line| line.starts_with('|')).collect();
        for (_, _, chinese) in NAMES {
            let quoted = ["`", "(…)`", " { … }`"].map(|end| format!("`{chinese}{end}"));
            assert!(quoted.iter().any(|quoted| tables.contains(quoted)), "{page}: {chinese}");
        }
        for word in WORDS.iter().filter(|word| word.english != word.chinese) {
            assert!(tables.contains(&format!("`{}`", word.chinese)), "{page}: {}", word.chinese);
        }
    }
}

/// The pieces of rules that a message quotes.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    message.split('`').skip(1).step_by(2)
}

#[test]
fn messages_quote_the_words_of_the_file() {
    let limits = Limits::default();
    let english: Vec<&str> = WORDS
        .iter()
        .filter(|word| word.kind != Kind::Plain)
        .flat_map(|word| word.english.split(' '))
        .collect();
    let mut told = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/refused"))
        .expect("a folder")
    {
        let path = entry.expect("an entry").path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let Ok(chinese) = Spelling::new(Words::Chinese, &[], &limits)
            .format(&Source::new("rules.guiju", text), &limits)
        else {
            continue;
        };
        for diagnostic in checked(&chinese).diagnostics() {
            let notes = diagnostic.notes.iter().map(|note| note.get(Locale::ZhTw).to_owned());
            let said = [Some(diagnostic.message(Locale::ZhTw)), diagnostic.help(Locale::ZhTw)]
                .into_iter()
                .flatten()
                .chain(notes);
            for message in said {
                // What the author wrote is quoted as it is, and so is a name that is near to it, or
                // made of it.
                let own = |piece: &str| {
                    chinese.contains(piece.trim_end_matches('_'))
                        || diagnostic.suggestion.as_deref() == Some(piece)
                };
                let is_english = |piece: &str| {
                    piece.split(|c: char| !c.is_alphanumeric()).any(|word| english.contains(&word))
                };
                for piece in quoted(&message).filter(|piece| !own(piece)) {
                    assert!(!is_english(piece), "{}: {message}", path.display());
                    told += 1;
                }
            }
        }
    }
    assert!(told > 20, "{told} pieces of rules were quoted");
}

#[test]
fn explanations_quote_rules_as_they_are_written() {
    let rules = "規則包 p\n資料 a { 識別 id: 文字  甲: 整數 }\n\
                 指標 x = 視情形 { 甲 > 3 => 2 因為 \"示範\"  其餘 => 1 因為 \"示範\" } 因為 \"示範\"\n";
    let pack = checked(rules).into_pack().expect("sound rules");
    let json = r#"{"as": [{"id": "A", "甲": 1}, {"id": "B", "甲": 5}]}"#;
    let data = pack.read_json(json, None, &Limits::default()).expect("sound data");
    let evaluation = pack.evaluate(&data, &Limits::default()).expect("within limits");
    for (root, condition) in ["其餘", "甲 > 3"].into_iter().enumerate() {
        let explanation = evaluation
            .explain(root, &Question::Kpi("x".to_owned()), &Limits::default())
            .expect("there is one");
        let told = explanation.to_text(Locale::ZhTw);
        assert!(told.contains(condition) && !told.contains("otherwise"), "{told}");
    }
}
