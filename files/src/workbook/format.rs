//! What the format of a cell says about its number: a date, a share, a unit beside it, or nothing.
//! Not here: the number (`value`), and cells whose format has to be told from what they show
//! (`shown`).

use std::sync::Arc;

use guiju::NumberFormat;

/// How a number is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Plain,
    /// With something beside the digits, or some of them left out.
    With(Arc<NumberFormat>),
    /// A hundred times as much, with a `%` beside it.
    Percent(Arc<NumberFormat>),
    Date,
    /// A time without a day.
    Time,
}

/// Parts of a format, and characters beside a number: more than spreadsheet programs take, and few
/// enough to be looked at in every cell.
const SECTIONS: usize = 4;
const BESIDE: usize = 40;

/// What a format or a cell puts beside a number, without the marks that say nothing of its unit:
/// spaces, brackets, colons.
pub(super) fn bare(text: &str) -> String {
    let mark = |c: &char| {
        c.is_alphanumeric()
            || matches!(c, '%' | '‰' | '°' | '/' | '$' | '€' | '£' | '¥' | '￥' | '₩')
    };
    text.chars().filter(mark).take(BESIDE).collect()
}

/// A share without anything else.
pub(super) fn percent() -> Shown {
    Shown::Percent(Arc::new(NumberFormat { after: "%".to_owned(), ..NumberFormat::default() }))
}

/// A format that Excel knows by number and does not write out; those of 27 and more are dates or
/// times, as the language has it.
pub(super) fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => percent(),
        14..=17 | 22 | 27..=36 | 50..=58 => Shown::Date,
        18..=21 | 45..=47 => Shown::Time,
        _ => Shown::Plain,
    }
}

/// A format that is written out, such as `[$-404]e"年"m"月"d"日"`. Only the part for numbers above
/// zero counts, or where the parts have conditions, all of them: what they put beside a number is
/// then joined by `/`, which no unit is.
pub(super) fn custom(code: &str) -> Shown {
    let sections = sections(&code.replace("G/通用格式", "General"));
    let Some(first) = sections.first() else { return Shown::Plain };
    let kind = first.kind();
    if !matches!(kind, Shown::Plain | Shown::Percent(_)) {
        return kind;
    }
    let mut format = first.format();
    if sections.iter().any(|section| section.conditional) {
        let first = format.clone();
        for other in sections.iter().map(Section::format).filter(|other| *other != first) {
            format.after = format!("{}/{}{}", format.after, other.before, other.after);
        }
    }
    let nothing = format == NumberFormat::default();
    match kind {
        Shown::Percent(_) => Shown::Percent(Arc::new(format)),
        _ if nothing => Shown::Plain,
        _ => Shown::With(Arc::new(format)),
    }
}

/// One part of a format.
#[derive(Debug, Default)]
struct Section {
    /// What means something, in lower case: placeholders of digits, letters of dates, `s` for times
    /// that run on.
    code: String,
    /// What is shown as it stands before the first digit, and after it.
    before: String,
    after: String,
    conditional: bool,
}

/// The parts of a format.
fn sections(code: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        if c == ';' && sections.len() == SECTIONS {
            break;
        }
        let Some(section) = sections.last_mut() else { break };
        match c {
            ';' => sections.push(Section::default()),
            '"' => {
                let text: String = characters.by_ref().take_while(|c| *c != '"').collect();
                section.show(&text);
            }
            '\\' | '!' => section.show(&characters.next().map(String::from).unwrap_or_default()),
            '_' | '*' => drop(characters.next()),
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let lower = inside.to_lowercase();
                if let Some(currency) = inside.strip_prefix('$') {
                    section.show(mark(currency));
                } else if inside.starts_with(['<', '>', '=']) {
                    section.conditional = true;
                } else if !inside.is_empty()
                    && ["h", "m", "s"].iter().any(|unit| lower.replace(unit, "").is_empty())
                {
                    section.code.push('s');
                }
            }
            c if c.is_ascii() => section.code.push(c.to_ascii_lowercase()),
            c => section.show(&c.to_string()),
        }
    }
    sections
}

/// What a format shows for a currency: its sign and, behind a dash, a language, such as `NT$-404`.
/// Of a bare `$` the language says whose it is.
fn mark(currency: &str) -> &str {
    let (sign, language) = currency.split_once('-').unwrap_or((currency, ""));
    let language = u32::from_str_radix(language, 16).unwrap_or_default() & 0xFFFF;
    match (sign, language) {
        ("$", 0x409) => "US$",
        ("$", 0xC04) => "HK$",
        ("$", 0x1004 | 0x4809) => "S$",
        ("$", 0x1009 | 0xC0C) => "CA$",
        ("$", 0xC09) => "A$",
        _ => sign,
    }
}

impl Section {
    fn show(&mut self, text: &str) {
        let digits = self.code.contains(['0', '#', '?']) || self.code.contains("general");
        if digits { &mut self.after } else { &mut self.before }.push_str(text);
    }

    /// Whether it is a number, a share, a date or a time.
    fn kind(&self) -> Shown {
        if self.code.contains("general") {
            return Shown::Plain;
        }
        let letters =
            self.code.replace("am/pm", "h").replace("a/p", "h").replace("e+", "").replace("e-", "");
        let time = letters.contains(['h', 's']);
        // Years of an era (`e`), names of eras (`g`) and of weekdays (`aaa`); `m` beside hours or
        // seconds is minutes.
        if letters.contains(['y', 'd', 'e', 'g', 'a', 'b']) || (letters.contains('m') && !time) {
            Shown::Date
        } else if time {
            Shown::Time
        } else if letters.contains('%') {
            percent()
        } else {
            Shown::Plain
        }
    }

    /// What it adds to a number and leaves out of it.
    fn format(&self) -> NumberFormat {
        // A comma that no digit follows leaves three out.
        let digits: String =
            self.code.chars().filter(|c| matches!(c, '0' | '#' | '?' | ',' | '.')).collect();
        let left_out = digits
            .split('.')
            .map(|part| part.len() - part.trim_end_matches(',').len())
            .sum::<usize>();
        let thousands = if digits.contains(['0', '#', '?']) {
            u32::try_from(left_out).unwrap_or(u32::MAX)
        } else {
            0
        };
        let percents: String = self.code.chars().filter(|c| *c == '%').collect();
        NumberFormat {
            before: bare(&self.before),
            after: bare(&(percents + &self.after)),
            thousands,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A format in a few letters: what stands before and after the number, and a comma for every
    /// three digits that are left out.
    fn told(code: &str) -> String {
        let with = |format: &NumberFormat| {
            let commas = ",".repeat(format.thousands as usize);
            format!("{}0{commas}{}", format.before, format.after)
        };
        match custom(code) {
            Shown::Plain => "0".to_owned(),
            Shown::With(format) => with(&format),
            Shown::Percent(format) => format!("percent {}", with(&format)),
            Shown::Date => "date".to_owned(),
            Shown::Time => "time".to_owned(),
        }
    }

    #[test]
    fn no_format_is_long() {
        let Shown::With(format) = custom(&format!("0\"{}\"", "元".repeat(1_000_000))) else {
            panic!("a unit")
        };
        assert_eq!(format.after, "元".repeat(BESIDE));
        let long = format!("[>1]0{}", ";[>1]0\"元\"".repeat(1_000_000));
        assert!(matches!(custom(&long), Shown::With(format) if format.after.len() < 100));
    }

    #[test]
    fn formats_are_told_apart() {
        for (code, expected) in [
            ("General", "0"),
            ("G/通用格式", "0"),
            ("#,##0_);[Red]\\(#,##0\\)", "0"),
            ("_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-", "0"),
            ("0.00E+00", "0"),
            ("# ?/?", "0"),
            ("@", "0"),
            ("\"NT$\"#,##0.00", "NT$0"),
            ("[$NT$-404]#,##0", "NT$0"),
            ("_-\"$\"* #,##0_-", "$0"),
            ("[$US$-409] #,##0", "US$0"),
            ("[$$-409]#,##0.00", "US$0"),
            ("[$$-1009]#,##0", "CA$0"),
            ("[$$-404]#,##0", "$0"),
            ("[$$-en-US]#,##0", "$0"),
            ("#,##0 [$€-407]", "0€"),
            ("0\"年\"", "0年"),
            ("0\"仟元\"", "0仟元"),
            ("0\\仟\\元", "0仟元"),
            ("#,##0元", "0元"),
            ("#,##0 \"(萬元)\"", "0萬元"),
            ("General\"人\"", "0人"),
            ("\"共\"G/通用格式\"元\"", "共0元"),
            ("[DBNum2][$-404]General\"元整\"", "0元整"),
            ("#,##0,", "0,"),
            ("#,##0,\"仟元\"", "0,仟元"),
            ("0.00,,", "0,,"),
            ("0,.0,\"M\"", "0,,M"),
            ("[>=10000]0,\"千\";0\"元\"", "0,千/元"),
            ("[Red][<0]-0\"元\";0\"元\"", "0元"),
            ("[=1]0;0\"a\";0\"b\";@;0\"c\";0\"d\"", "0/a/b"),
            ("0.0%", "percent 0%"),
            ("0%%", "percent 0%%"),
            ("0\"%\"", "0%"),
            ("yyyy/m/d", "date"),
            ("[$-404]e\"年\"m\"月\"d\"日\"", "date"),
            ("[$-404]e", "date"),
            ("mmm", "date"),
            ("aaaa", "date"),
            ("yyyy/m/d h:mm", "date"),
            ("h:mm AM/PM", "time"),
            ("[h]:mm", "time"),
            ("[mm]", "time"),
            ("mm:ss.0", "time"),
        ] {
            assert_eq!(told(code), expected, "{code}");
        }
    }
}
