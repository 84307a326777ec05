//! What is wrong with TOML, in both languages: the words of its parser, and the same in Chinese.
//!
//! Not here: what descriptions of sheets make of TOML (`read`).

use guiju::{Localized, printable};

/// What the parser says, and how that is said in Chinese. What is not listed here is shown as it
/// is.
const WORDS: [(&str, &str); 24] = [
    ("unclosed array table", "`[[` 沒有以 `]]` 結束"),
    ("unclosed table", "`[` 沒有以 `]` 結束"),
    ("unclosed array", "清單沒有以 `]` 結束"),
    ("unclosed inline table", "`{` 沒有以 `}` 結束"),
    ("missing opening quote", "少了開頭的引號"),
    ("missing array opening", "`]` 之前沒有 `[`"),
    ("missing inline table opening", "`}` 之前沒有 `{`"),
    ("missing comma", "兩項之間少了逗號"),
    ("missing assignment between key-value pairs", "鍵與值之間少了 `=`"),
    ("missing value", "`=` 之後少了值"),
    ("missing key", "`=` 之前少了鍵"),
    ("key with no value", "鍵之後少了 `=` 與值"),
    ("string values must be quoted", "文字要加引號，如 `\"…\"`"),
    ("duplicate key", "同一個鍵寫了兩次"),
    ("cannot extend value", "這個鍵已經有值，不能再往下寫"),
    ("extra comma", "多了一個逗號"),
    ("extra `=`", "多了一個 `=`"),
    ("extra assignment", "多了一個 `=`"),
    ("unexpected `=` in array", "清單裡不能有 `=`"),
    ("invalid unquoted key", "鍵裡有不能直接寫的字元，請加引號"),
    ("unquoted keys cannot be empty", "鍵是空的"),
    ("unexpected leading zero", "數字不能以 0 開頭；日期與編號要加引號"),
    ("carriage return must be followed by newline", "換行不完整"),
    ("invalid basic string", "文字沒有以引號結束"),
];

/// The words of the parser's message.
pub(super) fn words(message: &str) -> Localized {
    let own = WORDS.iter().find(|(begins, _)| message.starts_with(begins));
    let en = message.trim_end_matches(", expected nothing");
    let en = en.trim_end_matches(", expected literal string");
    let en = printable(en).into_owned();
    Localized::new(own.map_or_else(|| en.clone(), |(_, zh)| (*zh).to_owned()), en)
}
