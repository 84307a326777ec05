//! The grammar by which editors colour rules (TextMate), from the table of words. `cargo xtask
//! docs` writes it.
//!
//! Not here: colours by what a name is the name of, which the language server knows; and the
//! comparison with that server (`editors/vscode/test`).

use std::collections::BTreeSet;

use guiju_model::words::{Kind, NAMES, Name, OR_ELSE, WORDS, Word};
use serde_json::{Value, json};

/// The file.
pub(crate) const FILE: &str = "editors/vscode/syntaxes/guiju.tmLanguage.json";

/// What may go on with a name: no word of the language begins or ends within one.
const NAME: &str = r"[\p{L}\p{M}\p{N}_]";

/// Its text.
pub(crate) fn text() -> anyhow::Result<String> {
    let items = words(|word| word.kind == Kind::Item);
    let reserved: BTreeSet<&str> =
        words(|word| word.kind == Kind::Reserved).into_iter().chain([OR_ELSE.chinese]).collect();
    let plain = words(|word| word.kind == Kind::Plain).into_iter();
    let plain: BTreeSet<&str> = plain.filter(|word| !reserved.contains(word)).collect();
    let names = |kinds: &[Name]| -> BTreeSet<&str> {
        let of_kind = NAMES.iter().filter(|(kind, ..)| kinds.contains(kind));
        of_kind.flat_map(|(_, english, chinese)| [*english, *chinese]).collect()
    };
    let escapes = json!([
        { "name": "constant.character.escape.guiju", "match": r#"\\["\\]"# },
        { "name": "variable.other.interpolated.guiju", "match": r"\{[^{}\n]*\}" },
    ]);
    let quoted = |begin: &str, end: &str| {
        json!({
            "name": "string.quoted.double.guiju",
            "begin": begin,
            "end": format!("{end}|$"),
            "patterns": escapes,
        })
    };
    let one = |scope: &str, pattern: String| json!({ "name": format!("{scope}.guiju"), "match": pattern });
    let digits = "[0-9０-９]";
    let clause = format!("(?:{NAME}|[-－.．:：])+");
    let patterns: Vec<Value> = vec![
        one("comment.line.double-dash", "[-－]-.*$".to_owned()),
        quoted("[\"＂]", "[\"＂]"),
        json!({
            "name": "string.quoted.double.guiju",
            "begin": "“",
            "end": "”|$",
            "patterns": [one("variable.other.interpolated", r"\{[^{}\n]*\}".to_owned())],
        }),
        json!({
            "match": format!("([@＠])\\s*({clause}(?:\\s*[,，、]\\s*[@＠]?\\s*{clause})*)"),
            "captures": {
                "1": { "name": "punctuation.definition.annotation.guiju" },
                "2": { "name": "entity.name.tag.clause.guiju" },
            },
        }),
        one(
            "constant.numeric",
            format!("(?<!{NAME}){digits}(?:{digits}|_)*(?:[.．／/]{digits}+)*[%％]?"),
        ),
        one("support.function", format!("{}(?=\\s*[(（])", any(&names(&[Name::Function])))),
        one("keyword.declaration", any(&items)),
        one("keyword.control", any(&reserved)),
        one("keyword.other", any(&plain)),
        one("support.type", any(&names(&[Name::Type]))),
        one(
            "constant.language",
            any(&names(&[Name::Flag, Name::Period, Name::Programme, Name::Given])),
        ),
        one("keyword.operator", "=>|＝＞|⇒|<>|[<>]=|\\.\\.|[=＝<>＜＞≥≤≠+＋*＊/／%％-]".to_owned()),
    ];
    let grammar = json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "comment": "Made by `cargo xtask docs` from the table of words.",
        "name": "guiju",
        "scopeName": "source.guiju",
        "patterns": patterns,
    });
    Ok(serde_json::to_string_pretty(&grammar)? + "\n")
}

/// The single words of those in the table that are wanted, in both spellings.
fn words(wanted: impl Fn(&Word) -> bool) -> BTreeSet<&'static str> {
    let found = WORDS.iter().filter(|word| wanted(word));
    found.flat_map(|word| word.english.split(' ').chain([word.chinese])).collect()
}

/// A pattern for any of these as a whole word, the longest first.
fn any(words: &BTreeSet<&str>) -> String {
    let mut words: Vec<&str> = words.iter().copied().collect();
    words.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    format!("(?<!{NAME})(?:{})(?!{NAME})", words.join("|"))
}
