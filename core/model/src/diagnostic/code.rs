//! The one table of diagnostics: stable code, severity, message and way out in both languages. Its
//! rows stand in `code/`: `rules` has what is found in rules, `data` what is found in data and
//! results, `sheets` what is found where sheets are made.
//!
//! `{0}`, `{1}` … are holes that the finder of the problem fills. The table feeds the messages,
//! `docs/diagnostics.md` and the test that every code has a case. Codes are never reused: G1
//! writing, G2 names, G3 types, G4 tables of cases, G5 shape of a declaration, G6 data, G7 tests in
//! packs, G8 results, G9 sheets.

use super::Severity;
use crate::text::Locale;

/// What is fixed about a kind of finding.
#[derive(Debug)]
pub struct CodeInfo {
    /// The stable code, such as `G201`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    message: [&'static str; 2],
    help: [&'static str; 2],
}

impl CodeInfo {
    /// The message template.
    pub fn message(&self, locale: Locale) -> &'static str {
        self.message[usize::from(locale == Locale::En)]
    }

    /// The advice template, empty where the message says all.
    pub fn help(&self, locale: Locale) -> &'static str {
        self.help[usize::from(locale == Locale::En)]
    }
}

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident { $zh:literal, $en:literal } help { $help_zh:literal, $help_en:literal })*) => {
        #[allow(non_upper_case_globals, missing_docs, reason = "kinds of findings; the message of each stands beside its name in the table")]
        impl Code {
            $(pub const $name: Code = {
                static INFO: CodeInfo = CodeInfo {
                    id: $id,
                    severity: Severity::$severity,
                    message: [$zh, $en],
                    help: [$help_zh, $help_en],
                };
                Code(&INFO)
            };)*
        }

        pub(super) const ROWS: &[Code] = &[$(Code::$name,)*];
    };
}

mod data;
mod rules;
mod sheets;

/// The kind of a finding.
///
/// Each kind is a static of its own, so that a program has the messages only of what its code can
/// find.
#[derive(Clone, Copy)]
pub struct Code(&'static CodeInfo);

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Code) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Code) -> std::cmp::Ordering {
        self.id().cmp(other.id())
    }
}

impl std::hash::Hash for Code {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}

impl Code {
    /// Every code, in the order of the table.
    pub const ALL: &[Code] = &{
        let tables = [rules::ROWS, data::ROWS, sheets::ROWS];
        let mut all = [rules::ROWS[0]; rules::ROWS.len() + data::ROWS.len() + sheets::ROWS.len()];
        let (mut at, mut table) = (0, 0);
        while table < tables.len() {
            let mut row = 0;
            while row < tables[table].len() {
                all[at] = tables[table][row];
                (at, row) = (at + 1, row + 1);
            }
            table += 1;
        }
        all
    };

    /// The fixed facts of this code.
    pub fn info(self) -> &'static CodeInfo {
        self.0
    }

    /// The stable code, such as `G201`.
    pub fn id(self) -> &'static str {
        self.info().id
    }

    /// Whether it is about a whole column of a frame, so that saying it of one value says all.
    pub fn is_of_a_column(self) -> bool {
        [Code::FloatNumber, Code::TimeZone, Code::WrongColumn].contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_messages_carry_the_same_holes() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            let info = code.info();
            assert!(seen.insert(info.id), "{} twice", info.id);
            for n in 0..4 {
                let hole = format!("{{{n}}}");
                let [zh, en] = info.message;
                assert_eq!(zh.contains(&hole), en.contains(&hole), "{} hole {n}", info.id);
            }
        }
    }
}
