//! What sets the columns of a table apart, where it is not commas, and the first line by which
//! Excel is told. Looked at before anything else of the text: with another sign, its quotation
//! marks would seem to be wrong. Not here: rows and cells (`scan`).

use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::text::{Localized, folded};

/// Signs that programs and people set columns apart by, and their names.
const SIGNS: [(char, &str, &str); 7] = [
    ('\t', "定位字元（Tab）", "tabs"),
    (';', "分號", "semicolons"),
    ('；', "全形分號", "full-width semicolons"),
    ('，', "全形逗號", "full-width commas"),
    ('、', "頓號", "ideographic commas"),
    ('|', "直線", "vertical bars"),
    ('｜', "全形直線", "full-width vertical bars"),
];

/// How many bytes a first line such as `sep=,` takes, with its line end; 0 where the text has none.
///
/// # Errors
/// The finding, where that line names another sign than a comma.
pub(in crate::data) fn declared(text: &str) -> Result<usize, Box<Diagnostic>> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default();
    // Excel drops the quotation marks that a program may have put around the line.
    let bare = line.trim_matches('"');
    let Some(sign) =
        bare.get(..4).filter(|name| name.eq_ignore_ascii_case("sep=")).and_then(|_| bare.get(4..))
    else {
        return Ok(0);
    };
    // Saved as a table itself, the line has as many commas as there are columns.
    let sign = if sign.trim_matches(',').is_empty() { "," } else { sign };
    if sign != "," {
        let named = SIGNS.iter().find(|(known, ..)| sign.chars().eq([*known]));
        let words = named.map_or_else(
            || Localized::same(format!("`{}`", folded(sign))),
            |(_, zh, en)| Localized::new(*zh, *en),
        );
        return Err(not_commas(words));
    }
    let rest = text.get(end..).unwrap_or_default();
    let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
    Ok(end + line_end)
}

/// What sets the headings apart, where it is not commas.
pub(in crate::data) fn other_than_commas(text: &str) -> Option<Box<Diagnostic>> {
    let mut quoted = false;
    let mut counts = [0_usize; SIGNS.len()];
    for c in text.trim_start_matches(['\r', '\n']).chars() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\r' | '\n' => break,
            ',' => return None,
            c => {
                if let Some(count) =
                    SIGNS.iter().position(|(sign, ..)| *sign == c).and_then(|at| counts.get_mut(at))
                {
                    *count += 1;
                }
            }
        }
    }
    let most = counts
        .iter()
        .zip(SIGNS)
        .rev()
        .max_by_key(|(count, _)| **count)
        .filter(|(count, _)| **count > 0);
    most.map(|(_, (_, zh, en))| not_commas(Localized::new(zh, en)))
}

fn not_commas(sign: Localized) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::NotCommas).word(sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use guiju_model::text::Locale;

    fn named(found: &Diagnostic) -> &str {
        found.args.first().map_or("", |arg| arg.get(Locale::En))
    }

    #[test]
    fn signs_are_told_by_the_headings() {
        for (text, expected) in [
            ("id,fee\n1;2", None),
            ("id", None),
            ("", None),
            ("\"a;b\"\nx;y", None),
            ("id;fee\n", Some("semicolons")),
            ("\"id\";\"fee, in all\"\n", Some("semicolons")),
            ("\n\n\"id\"\t\"fee\"\r\n", Some("tabs")),
            ("id，fee，note、x\n", Some("full-width commas")),
            ("\"never closed;", None),
        ] {
            assert_eq!(other_than_commas(text).as_deref().map(named), expected, "{text}");
        }
    }

    #[test]
    fn the_line_for_excel_is_no_heading() {
        for (text, expected) in [
            ("sep=,\r\nid", 7),
            ("SEP=,\nid", 6),
            ("sep=,", 5),
            ("\"sep=,\"\rid", 8),
            ("sep=,,,\nid", 8),
            ("id\nsep=,", 0),
        ] {
            assert_eq!(declared(text).ok(), Some(expected), "{text}");
        }
        for (text, expected) in
            [("sep=;\r\nid;fee", "semicolons"), ("sep=\t\n", "tabs"), ("sep=^", "`^`")]
        {
            assert_eq!(
                declared(text).as_ref().map_err(|found| named(found)),
                Err(expected),
                "{text}"
            );
        }
    }
}
