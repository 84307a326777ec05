//! What the format of a cell says about its number: a date, a share, or nothing. Not here: the number (`value`).

/// How a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Plain,
    Percent,
    Date,
    /// A time without a day.
    Time,
}

/// A format that Excel knows by number and does not write out; those of 27 and more are dates or times, as the language has it.
pub(super) fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        14..=17 | 22 | 27..=36 | 50..=58 => Shown::Date,
        18..=21 | 45..=47 => Shown::Time,
        _ => Shown::Plain,
    }
}

/// A format that is written out, such as `[$-404]e"年"m"月"d"日"`. Only the part for numbers above zero counts.
pub(super) fn custom(code: &str) -> Shown {
    let letters = bare(code);
    if letters.contains("general") || letters.contains("通用格式") {
        return Shown::Plain;
    }
    let letters = letters.replace("am/pm", "h").replace("a/p", "h").replace("e+", "").replace("e-", "");
    let time = letters.contains(['h', 's']);
    // Years of an era (`e`), names of eras (`g`) and of weekdays (`aaa`); `m` beside hours or seconds is minutes.
    if letters.contains(['y', 'd', 'e', 'g', 'a', 'b']) || (letters.contains('m') && !time) {
        Shown::Date
    } else if time {
        Shown::Time
    } else if letters.contains('%') {
        Shown::Percent
    } else {
        Shown::Plain
    }
}

/// The first section in lower case without what is shown as it stands: texts in quotes, escaped characters, and brackets, but for those
/// of times that run on, such as `[h]`.
fn bare(code: &str) -> String {
    let mut left = String::new();
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        match c {
            ';' => break,
            '"' => {
                characters.by_ref().find(|c| *c == '"');
            }
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect::<String>().to_lowercase();
                if !inside.is_empty() && ["h", "m", "s"].iter().any(|unit| inside.replace(unit, "").is_empty()) {
                    left.push('s');
                }
            }
            c => left.extend(c.to_lowercase()),
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        for (code, shown) in [
            ("General", Shown::Plain),
            ("G/通用格式", Shown::Plain),
            ("#,##0_);[Red]\\(#,##0\\)", Shown::Plain),
            ("\"NT$\"#,##0.00", Shown::Plain),
            ("[$NT$-404]#,##0", Shown::Plain),
            ("0.00E+00", Shown::Plain),
            ("0\"年\"", Shown::Plain),
            ("@", Shown::Plain),
            ("0.0%", Shown::Percent),
            ("yyyy/m/d", Shown::Date),
            ("[$-404]e\"年\"m\"月\"d\"日\"", Shown::Date),
            ("[$-404]e", Shown::Date),
            ("mmm", Shown::Date),
            ("aaaa", Shown::Date),
            ("yyyy/m/d h:mm", Shown::Date),
            ("h:mm AM/PM", Shown::Time),
            ("[h]:mm", Shown::Time),
            ("[mm]", Shown::Time),
            ("mm:ss.0", Shown::Time),
        ] {
            assert_eq!(custom(code), shown, "{code}");
        }
    }
}
