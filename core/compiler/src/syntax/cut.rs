//! Words and names that were written without blanks between them: where to cut. Not here: which
//! names are known.

use guiju_model::words::{OR_ELSE, WORDS};

/// Words that follow conditions, long enough to be no end of a name.
const LATER: &[&str] = &["否則", "因為", "有值", "無值"];

/// A text that begins with one of these words and goes on with a name, cut after the word.
pub(super) fn after_first<'a>(
    text: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let word = words
        .into_iter()
        .filter(|word| text.len() > word.len() && text.starts_with(word))
        .max_by_key(|word| word.len())?;
    let rest = &text[word.len()..];
    // What comes after the name may be run together with it too.
    let name = LATER
        .iter()
        .filter_map(|later| Some((rest.strip_suffix(later)?, later)))
        .find(|(name, _)| !name.is_empty());
    Some(
        name.map_or_else(
            || format!("{word} {rest}"),
            |(name, later)| format!("{word} {name} {later}"),
        ),
    )
}

/// Words after which nothing needs to follow.
const ENDS: &[&str] = &["有值", "無值"];

/// Operators as they are said, and the signs for them.
const SAID: &[(&str, &str)] = &[
    ("大於", ">"),
    ("小於", "<"),
    ("不小於", ">="),
    ("不大於", "<="),
    ("等於", "="),
    ("不等於", "<>"),
    ("加", "+"),
    ("減", "-"),
    ("乘以", "*"),
    ("除以", "/"),
];

/// A text that is made of nothing but known names and Chinese words of the language, cut into the
/// fewest of them: the words between names, not the names alone. Operators that are said become
/// signs.
pub(crate) fn known<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const LONGEST: usize = 256;
    if text.len() > LONGEST {
        return None;
    }
    let names: Vec<&str> =
        names.into_iter().filter(|name| !name.is_empty() && text.contains(*name)).collect();
    let words = WORDS.iter().chain([&OR_ELSE]).map(|word| word.chinese);
    let words: Vec<&str> = words
        .chain(SAID.iter().map(|(said, _)| *said))
        .filter(|word| text.contains(word))
        .collect();
    // For every place the fewest pieces up to it, how many of them are words, and where the last
    // one begins.
    let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; text.len() + 1];
    best[0] = Some((0, 0, 0));
    for at in 0..text.len() {
        let (Some((pieces, joints, _)), true) = (best[at], text.is_char_boundary(at)) else {
            continue;
        };
        for (list, is_word) in [(&names, 0), (&words, 1)] {
            for piece in list.iter().filter(|piece| text[at..].starts_with(**piece)) {
                let end = at + piece.len();
                // Of all words only these can end a condition.
                if is_word == 1 && end == text.len() && !ENDS.contains(piece) {
                    continue;
                }
                let found = (pieces + 1, joints + is_word, at);
                if best[end].is_none_or(|other| (found.0, found.1) < (other.0, other.1)) {
                    best[end] = Some(found);
                }
            }
        }
    }
    let (pieces, joints, _) = best[text.len()]?;
    if pieces < 2 || joints == 0 || joints == pieces {
        return None;
    }
    let (mut cuts, mut end) = (Vec::new(), text.len());
    while end > 0 {
        let (.., start) = best[end]?;
        let piece = &text[start..end];
        let sign = SAID.iter().find(|(said, _)| *said == piece && !names.contains(said));
        cuts.push(sign.map_or(piece, |(_, sign)| sign));
        end = start;
    }
    cuts.reverse();
    Some(cuts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_words_run_together_are_cut() {
        let names = ["收款日", "期間", "現金", "期間外收款日"];
        assert_eq!(known("收款日在期間", names).as_deref(), Some("收款日 在 期間"));
        assert_eq!(known("收款日不大於期間", names).as_deref(), Some("收款日 <= 期間"));
        assert_eq!(known("非現金", names).as_deref(), Some("非 現金"));
        assert_eq!(
            known("期間外收款日有值且現金", names).as_deref(),
            Some("期間外收款日 有值 且 現金")
        );
        assert_eq!(known("收款日有值", names).as_deref(), Some("收款日 有值"));
        for text in ["收款日期間", "在或", "收款日在", "收款日在年度", "", "現金"]
        {
            assert_eq!(known(text, names), None, "{text}");
        }
    }

    #[test]
    fn the_longest_word_is_cut_off() {
        assert_eq!(after_first("不重複收據", ["不重複", "核計"]).as_deref(), Some("不重複 收據"));
        assert_eq!(after_first("要求現金否則", ["要求"]).as_deref(), Some("要求 現金 否則"));
        assert_eq!(after_first("核計", ["核計"]), None);
    }
}
