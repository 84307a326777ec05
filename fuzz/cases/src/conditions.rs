//! Random conditions on the records of an entity: every operator, every kind of operand, through
//! references and from the root too.

use crate::Choices;
use crate::model::{Field, Kind, LISTS, Model};
use crate::values::{Holds, Named};

/// Days that conditions and data share, so that edges are met.
pub(crate) const DAYS: [&str; 5] =
    ["113/02/01", "113/06/30", "113/07/01", "114/01/31", "114/02/01"];

/// Texts that conditions and data share, some of them spellings of one another.
pub(crate) const TEXTS: [&str; 6] = ["A1", "Ａ１", " A1 ", "b", "申請中", "長一點的文字"];

/// Pieces of such texts, and some of none.
/// Forms that some of the texts have.
const FORMS: [&str; 3] = ["9", "\\\\A9", "申請A"];
const PIECES: [&str; 5] = ["1", "Ａ", "申請", "長一點的文字", "z"];

/// What conditions can refer to.
pub(crate) struct Scope<'m> {
    pub(crate) model: &'m Model,
    /// Classifications: entity, name, number of values.
    pub(crate) classes: &'m [(usize, String, usize)],
    /// Named values.
    pub(crate) values: &'m [Named],
    /// Tallies that may be asked whether they count a record.
    pub(crate) tallies: &'m [(usize, String)],
    pub(crate) entity: usize,
    /// Whether the registers can be asked.
    pub(crate) registers: bool,
}

/// Terms that follow a day; some lead out of the calendar.
const TERMS: [&str; 6] = ["30 天", "1 月", "5 個月", "1 年", "9_000 年", "4_000_000 天"];

/// The functions that round, and steps to round to.
pub(crate) const ROUNDINGS: [&str; 4] = ["round", "round_up", "round_down", "round_even"];
pub(crate) const STEPS: [&str; 5] = ["1", "2", "0.5", "10", "0.03"];

const COMPARISONS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

/// A condition of the root on its records.
pub(crate) fn over(model: &Model, values: &[Named], choices: &mut Choices<'_>) -> String {
    let entity = model.records(choices);
    let scope = Scope { model, classes: &[], values, tallies: &[], entity, registers: true };
    format!(
        "{}({}: {})",
        choices.of(&["some", "every"]),
        model.entities[entity].name,
        scope.condition(choices, 1)
    )
}

impl Scope<'_> {
    /// A condition of about this depth.
    pub(crate) fn condition(&self, choices: &mut Choices<'_>, depth: usize) -> String {
        match choices.below(if depth == 0 { 5 } else { 9 }) {
            0..5 => self.simple(choices),
            5 => format!(
                "({} and {})",
                self.condition(choices, depth - 1),
                self.condition(choices, depth - 1)
            ),
            6 => format!(
                "({} or {})",
                self.condition(choices, depth - 1),
                self.condition(choices, depth - 1)
            ),
            7 => format!("not ({})", self.condition(choices, depth - 1)),
            _ => self.whole(choices),
        }
    }

    /// A condition on the record as a whole.
    fn whole(&self, choices: &mut Choices<'_>) -> String {
        // A classification has no registers, and does not ask so.
        let below = self.model.children(self.entity);
        if self.registers && self.entity != 0 && !below.is_empty() && choices.chance(60) {
            let entity = *choices.of(&below);
            let inner = Scope { entity, tallies: &[], ..*self };
            return format!(
                "{}({}: {})",
                choices.of(&["some", "every"]),
                self.model.entities[entity].name,
                inner.condition(choices, 1)
            );
        }
        let here: Vec<&String> = self
            .tallies
            .iter()
            .filter(|(entity, _)| *entity == self.entity)
            .map(|(_, name)| name)
            .collect();
        for field in self.model.fields(self.entity, |kind| kind.target().is_some()) {
            let Some(target) = field.kind.target() else { continue };
            let there: Vec<&String> = self
                .tallies
                .iter()
                .filter(|(entity, _)| *entity == target)
                .map(|(_, name)| name)
                .collect();
            if !there.is_empty() && choices.chance(60) {
                return format!("{} counted in {}", field.name, choices.of(&there));
            }
        }
        if here.is_empty() {
            self.simple(choices)
        } else {
            format!("counted in {}", choices.of(&here))
        }
    }

    /// A condition on one or two values.
    fn simple(&self, choices: &mut Choices<'_>) -> String {
        let (prefix, entity) = self.place(choices);
        let classes: Vec<&(usize, String, usize)> =
            self.classes.iter().filter(|(of, ..)| *of == entity).collect();
        if !classes.is_empty() && prefix != "root." && choices.chance(20) {
            let (_, name, count) = choices.of(&classes);
            return one_of(&format!("{prefix}{name}"), "w", *count, choices);
        }
        let named: Vec<&Named> = self
            .values
            .iter()
            .filter(|value| {
                // What a root reads through a reference, its records do not.
                let of_root = prefix == "root." && self.model.shared().is_none();
                value.entity == entity && (prefix.is_empty() || of_root || value.plain)
            })
            .collect();
        if !named.is_empty() && choices.chance(40) {
            let value = choices.of(&named);
            return by_name(value.holds, &format!("{prefix}{}", value.name), choices);
        }
        let field = choices.of(&self.model.entities[entity].fields);
        self.on(field, &format!("{prefix}{}", field.name), entity, &prefix, choices)
    }

    /// Whether lists of texts can be asked. What is not given is in none that is empty, so that
    /// filling in may turn the answer.
    fn lists(&self) -> bool {
        self.model.lists && self.model.ways_out
    }

    fn is_shared(&self) -> bool {
        self.model.shared() == Some(self.entity)
    }

    /// Where to look: the record, a record it refers to, or its root.
    fn place(&self, choices: &mut Choices<'_>) -> (String, usize) {
        if self.entity != 0 && !self.is_shared() && choices.chance(15) {
            return ("root.".to_owned(), 0);
        }
        let references = self.model.fields(self.entity, |kind| kind.target().is_some());
        if !references.is_empty() && choices.chance(30) {
            let field = choices.of(&references);
            if let Some(target) = field.kind.target() {
                return (format!("{}.", field.name), target);
            }
        }
        (String::new(), self.entity)
    }

    fn on(
        &self,
        field: &Field,
        name: &str,
        entity: usize,
        prefix: &str,
        choices: &mut Choices<'_>,
    ) -> String {
        if self.model.ways_out && choices.chance(12) {
            return format!("{name} is {}known", choices.of(&["", "not "]));
        }
        let twin = |kind: Kind, choices: &mut Choices<'_>| {
            let twins = self.model.fields(entity, |other| *other == kind);
            format!("{prefix}{}", choices.of(&twins).name)
        };
        let comparison = *choices.of(&COMPARISONS);
        let equality = *choices.of(&["=", "<>"]);
        match &field.kind {
            Kind::Bool if self.model.programme && choices.chance(10) => "programme.open".to_owned(),
            Kind::Bool if choices.chance(20) => {
                format!("{name} {equality} {}", twin(Kind::Bool, choices))
            }
            Kind::Bool => name.to_owned(),
            Kind::Choice(count) => one_of(name, "v", *count, choices),
            Kind::List(count) => {
                let value = format!("v{}", choices.below(*count));
                match choices.below(3) {
                    0 => format!("{name} has {value}"),
                    1 => format!("{name} has any ({value}, v0)"),
                    _ => format!("{name} has all ({value}, v0)"),
                }
            }
            Kind::Date => match choices.below(11) {
                0 => format!("{name} in period"),
                1 => format!("{name} in ({}, {})", choices.of(&DAYS), choices.of(&DAYS)),
                2 => format!("{name} {comparison} {}", twin(Kind::Date, choices)),
                3 => {
                    format!("{name} - {} {comparison} {} 天", choices.of(&DAYS), choices.below(300))
                }
                4 => match self.model.fields(entity, |kind| *kind == Kind::Period).first() {
                    Some(period) => format!("{prefix}{} covers {name}", period.name),
                    None => format!("{name} not in period"),
                },
                5 => format!(
                    "{name} + {} {comparison} {}",
                    choices.of(&TERMS),
                    twin(Kind::Date, choices)
                ),
                6 => format!("{name} - {} {comparison} {}", choices.of(&TERMS), choices.of(&DAYS)),
                7 => {
                    format!("age({name}, {}) {comparison} {}", choices.of(&DAYS), choices.below(2))
                }
                8 => {
                    format!("{name} in span({}, {})", twin(Kind::Date, choices), choices.of(&TERMS))
                }
                9 if choices.chance(50) => {
                    format!("year({name}) {comparison} {}", choices.of(&["2023", "2024", "2025"]))
                }
                9 => format!("month({name}) {comparison} {}", choices.of(&["2", "6", "7"])),
                _ => format!("{name} {comparison} {}", choices.of(&DAYS)),
            },
            Kind::Period => match choices.below(8) {
                0 => format!("{name} in period"),
                1 => format!("{name} covers {}", twin(Kind::Period, choices)),
                2 => format!("days({name}) {comparison} {} 天", choices.of(&["1", "30", "365"])),
                3 => {
                    let other = if choices.chance(50) {
                        "period".to_owned()
                    } else {
                        twin(Kind::Period, choices)
                    };
                    format!(
                        "overlap({name}, {other}) {comparison} {} 天",
                        choices.of(&["0", "1", "151"])
                    )
                }
                4 => format!(
                    "{}({name}) {comparison} {}",
                    choices.of(&["first", "last"]),
                    choices.of(&DAYS)
                ),
                5 => format!(
                    "{name} in span(first({}), {})",
                    twin(Kind::Period, choices),
                    choices.of(&TERMS)
                ),
                _ => format!("{name} covers {}", choices.of(&DAYS)),
            },
            Kind::Money | Kind::Int | Kind::Percent | Kind::Range(..) => {
                self.number(field, name, entity, prefix, choices)
            }
            Kind::Text if self.lists() && choices.chance(25) => {
                let list = if self.is_shared() { LISTS[1] } else { choices.of(&LISTS) };
                format!("{name} {}in {list}", choices.of(&["", "not "]))
            }
            Kind::Text => match choices.between(
                if self.registers && self.model.ways_out && !self.is_shared() { 0 } else { 2 },
                5,
            ) {
                0 => format!("{name} {}in reviewed", choices.of(&["", "not "])),
                1 => format!("{name} {}in elsewhere", choices.of(&["", "not "])),
                2 => format!("{name} {equality} {}", twin(Kind::Text, choices)),
                3 => format!("{name} in (\"{}\", \"{}\")", choices.of(&TEXTS), choices.of(&TEXTS)),
                4 if choices.chance(50) => {
                    format!("length({name}) {comparison} {} 字", choices.below(4))
                }
                4 => match choices.below(4) {
                    0 => format!("{name} matches (\"A9\", \"{}\")", choices.of(&FORMS)),
                    1 => format!("{name} has \"{}\"", choices.of(&PIECES)),
                    2 => format!(
                        "{name} has any (\"{}\", \"{}\")",
                        choices.of(&PIECES),
                        choices.of(&PIECES)
                    ),
                    _ => format!(
                        "{name} has all (\"{}\", \"{}\")",
                        choices.of(&PIECES),
                        choices.of(&PIECES)
                    ),
                },
                _ => format!("{name} {equality} \"{}\"", choices.of(&TEXTS)),
            },
            Kind::Reference(_) | Kind::Parent(_) if self.model.ways_out => {
                format!("{name} is known")
            }
            Kind::Reference(_) | Kind::Parent(_) => twin(Kind::Bool, choices),
        }
    }

    fn number(
        &self,
        field: &Field,
        name: &str,
        entity: usize,
        prefix: &str,
        choices: &mut Choices<'_>,
    ) -> String {
        let unit = match field.kind {
            Kind::Money => " 元",
            Kind::Percent => "%",
            _ => "",
        };
        let whole = matches!(field.kind, Kind::Int | Kind::Range(..));
        let alike = |kind: &Kind| {
            *kind == field.kind || (whole && matches!(kind, Kind::Int | Kind::Range(..)))
        };
        let twins = self.model.fields(entity, alike);
        let other = if choices.chance(40) {
            format!("{prefix}{}", choices.of(&twins).name)
        } else {
            format!(
                "{}{unit}",
                choices.of(&["0", "1", "2", "5", "5.5", "1200.25", "99999999999999999999999999"])
            )
        };
        let comparison = *choices.of(&COMPARISONS);
        match choices.below(10) {
            0 => format!("{name} + {other} {comparison} 6{unit}"),
            // A share of a number is a number.
            1 if field.kind == Kind::Percent => format!("{name} + {name} {comparison} {other}"),
            1 => format!("2 * {name} {comparison} {other}"),
            // A number by a number is a share.
            2 if whole => format!("{name} / 3 {comparison} 50%"),
            2 => format!("{name} / 3 {comparison} {other}"),
            3 => format!("min({name}, {other}) {comparison} 2{unit}"),
            4 if self.model.ways_out => {
                format!("({name} or 1{unit} because \"x\") {comparison} {other}")
            }
            5 => format!("{name} in (0{unit}, 5{unit})"),
            6 => format!(
                "{}({name}, {}{unit}) {comparison} {other}",
                choices.of(&ROUNDINGS),
                choices.of(&STEPS)
            ),
            _ => format!("{name} {comparison} {other}"),
        }
    }
}

fn one_of(name: &str, values: &str, count: usize, choices: &mut Choices<'_>) -> String {
    let first = choices.below(count);
    match choices.below(4) {
        0 => format!("{name} = {values}{first}"),
        1 => format!("{name} <> {values}{first}"),
        2 => format!("{name} in ({values}{first}, {values}0)"),
        _ => format!("{name} not in ({values}{first}, {values}{})", choices.below(count)),
    }
}

/// A condition on a named value.
fn by_name(holds: Holds, name: &str, choices: &mut Choices<'_>) -> String {
    let comparison = *choices.of(&COMPARISONS);
    match holds {
        Holds::Requirement | Holds::Condition => name.to_owned(),
        Holds::Money => {
            format!("{name} {comparison} {} 元", choices.of(&["0", "2", "5", "5.5", "1200.25"]))
        }
        Holds::Date if choices.chance(30) => format!("{name} in period"),
        Holds::Date => format!("{name} {comparison} {}", choices.of(&DAYS)),
        Holds::Text => format!("{name} {} \"{}\"", choices.of(&["=", "<>"]), choices.of(&TEXTS)),
    }
}
