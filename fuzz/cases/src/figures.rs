//! Random figures and what they should reach: formulas and cases over measures, targets and earlier
//! values, of roots and of the programme.

use crate::Choices;
use crate::conditions::{ROUNDINGS, STEPS, over};
use crate::model::{Kind, Model};
use crate::values::{Holds, Named};

/// A measure of a tally.
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) money: bool,
}

/// KPIs and obligations over some measures, and what awards may ask of them.
pub(crate) fn text<'a>(
    model: &'a Model,
    measures: &'a [Measure],
    values: &'a [Named],
    choices: &mut Choices<'_>,
) -> (String, Figures<'a>) {
    let mut text = String::new();
    let mut root = Figures { model, measures, values, named: Vec::new(), kpis: 0, obligations: 0 };
    for at in 0..choices.below(3) {
        let (holds, formula) = if choices.chance(40) {
            (Holds::Condition, root.condition(choices))
        } else {
            (Holds::Money, root.money(choices, 1))
        };
        text.push_str(&format!("let root.m{at} = {formula} because \"x\"\n\n"));
        root.named.push((format!("m{at}"), holds));
    }
    for at in 0..choices.below(4) {
        let when = if choices.chance(40) {
            format!("\n  when {}", root.condition(choices))
        } else {
            String::new()
        };
        let (unit, formula) = match choices.below(4) {
            3 => ("", root.case(choices)),
            0 => (" as %", format!("({}) / ({})", root.money(choices, 1), root.money(choices, 1))),
            1 => ("", root.count(choices, 1)),
            _ => ("", root.money(choices, 2)),
        };
        text.push_str(&format!("kpi p{at}{unit} = {formula}{when}\n  because \"x\"\n\n"));
        root.kpis += 1;
    }
    for at in 0..choices.below(4) {
        let when = if choices.chance(40) {
            format!("  when {}\n", root.condition(choices))
        } else {
            String::new()
        };
        let expect = match choices.below(3) {
            0 => over(model, values, choices),
            1 => format!("{} or {}", over(model, values, choices), root.condition(choices)),
            _ => root.condition(choices),
        };
        text.push_str(&format!(
            "obligation b{at} advice\n{when}  expect {expect}\n  because \"x\"\n\n"
        ));
        root.obligations += 1;
    }
    if choices.chance(50) {
        text.push_str("obligation reach for every kpi with target\n  expect value >= 0.9 * target\n  because \"x\"\n\n");
    }
    let mut amounts: Vec<String> = Vec::new();
    for at in 0..choices.below(4) {
        let by = if choices.chance(50) { " by f00" } else { "" };
        let form = choices.below(8);
        if form < 3 {
            amounts.push(format!("programme.g{at}"));
            amounts.extend((!by.is_empty()).then(|| format!("group(g{at})")));
        }
        let formula = match form {
            0 => format!("sum({})", root.money(choices, 1)),
            1 => format!("average({})", root.money(choices, 1)),
            2 => format!("{}({})", choices.of(&["maximum", "minimum"]), root.money(choices, 0)),
            3 => format!("share({})", root.condition(choices)),
            4 => format!("share({})", root.money(choices, 0)),
            5 if root.kpis > 0 => "sum(p0)".to_owned(),
            6 => format!("count({})", root.condition(choices)),
            _ => "count()".to_owned(),
        };
        text.push_str(&format!("kpi g{at} for programme{by} = {formula}\n  because \"x\"\n\n"));
    }
    text.push_str(&root.back(amounts, choices));
    (text, root)
}

/// What there is to say of a root.
pub(crate) struct Figures<'a> {
    model: &'a Model,
    measures: &'a [Measure],
    values: &'a [Named],
    /// Named values of the root that are made of figures.
    named: Vec<(String, Holds)>,
    /// How many KPIs there are, `p0` and so on.
    pub(crate) kpis: usize,
    /// How many obligations there are, `b0` and so on.
    pub(crate) obligations: usize,
}

impl Figures<'_> {
    fn measure(&self, money: bool, choices: &mut Choices<'_>) -> Option<&str> {
        let known: Vec<&Measure> =
            self.measures.iter().filter(|measure| measure.money == money).collect();
        if known.is_empty() { None } else { Some(&choices.of(&known).name) }
    }

    /// A named value of the root.
    fn by_name(&self, wanted: &[Holds], choices: &mut Choices<'_>) -> Option<String> {
        let of_fields = self
            .values
            .iter()
            .filter(|value| value.entity == 0)
            .map(|value| (&value.name, value.holds));
        let all = of_fields.chain(self.named.iter().map(|(name, holds)| (name, *holds)));
        let known: Vec<&String> =
            all.filter(|(_, holds)| wanted.contains(holds)).map(|(name, _)| name).collect();
        if known.is_empty() { None } else { Some((*choices.of(&known)).clone()) }
    }

    /// Money chosen by conditions on the root.
    fn case(&self, choices: &mut Choices<'_>) -> String {
        let row = |choices: &mut Choices<'_>| {
            format!("  {} => {} because \"x\"\n", self.condition(choices), self.money(choices, 1))
        };
        let rows: String = (0..choices.between(1, 3)).map(|_| row(choices)).collect();
        format!(
            "case ordered {{\n{rows}  otherwise => {} because \"x\"\n}}",
            self.money(choices, 1)
        )
    }

    /// Rules of roots and records that read these figures of the programme, and what asks about
    /// obligations; then the programme once more, and its roots again.
    fn back(&self, mut amounts: Vec<String>, choices: &mut Choices<'_>) -> String {
        let mut text = String::new();
        for at in 0..choices.below(3) {
            if amounts.is_empty() {
                break;
            }
            let of = choices.of(&amounts).clone();
            let formula = match choices.below(4) {
                0 => of.clone(),
                1 => format!("max({of}, {})", self.money(choices, 0)),
                2 => format!(
                    "case ordered {{\n  {of} > 5 元 => {of} because \"x\"\n  otherwise => {} because \"x\"\n}}",
                    self.money(choices, 0)
                ),
                _ => format!("{} - {of}", self.money(choices, 1)),
            };
            text.push_str(&format!("kpi q{at} = {formula}\n  because \"x\"\n\n"));
            text.push_str(&format!(
                "obligation d{at} advice\n  expect {} >= {of}\n  because \"x\"\n\n",
                self.money(choices, 0)
            ));
            let by = if choices.chance(50) { " by f00" } else { "" };
            let over = *choices.of(&["sum", "average", "maximum"]);
            text.push_str(&format!(
                "kpi h{at} for programme{by} = {over}(q{at}) because \"x\"\n\n"
            ));
            text.push_str(&format!(
                "kpi j{at} for programme = count(d{at} is met) because \"x\"\n\n"
            ));
            amounts.push(format!("programme.h{at}"));
            amounts.extend((!by.is_empty()).then(|| format!("group(h{at})")));
        }
        if let (false, true) = (amounts.is_empty(), choices.chance(50)) {
            let entity = self.model.records(choices);
            let fields = self.model.fields(entity, |kind| *kind == Kind::Money);
            let (field, of) = (choices.of(&fields), choices.of(&amounts));
            text.push_str(&format!(
                "tally u0 from {} {{\n  require {} >= {of} / 3 else \"x {{{}}}\" because \"x\"\n  sum {}\n}}\n\n",
                self.model.entities[entity].name, field.name, field.name, field.name
            ));
            text.push_str("kpi u1 for programme = sum(u0) because \"x\"\n\n");
        }
        if self.obligations > 0 && choices.chance(50) {
            let asked = choices.below(self.obligations);
            text.push_str(&format!(
                "kpi q9 = case {{\n  b{asked} is met => {} because \"x\"\n  otherwise => {} because \"x\"\n}}\n\n\
                 obligation d9 advice\n  when {}\n  expect b{asked} is met\n  because \"x\"\n\n\
                 kpi j9 for programme = share(d9 is met) because \"x\"\n\n",
                self.money(choices, 0),
                self.money(choices, 0),
                self.condition(choices)
            ));
        }
        // A classification of the root by its figures, and what reads it.
        if choices.chance(40) {
            text.push_str(&format!(
                "classify root.z8: hi | mid | lo ordered {{\n  {} >= 3 元 => hi because \"x\"\n  {} => mid because \"x\"\n  otherwise => lo because \"x\"\n}}\n\n\
                 kpi z7 = case {{\n  z8 in (hi, mid) => {} because \"x\"\n  otherwise => 1 元 because \"x\"\n}}\n\n\
                 obligation z6 advice\n  expect z8 <> lo\n  because \"x\"\n\n\
                 kpi z5 for programme = count(z8 = hi) because \"x\"\n\n",
                self.money(choices, 0),
                self.condition(choices),
                self.money(choices, 0),
            ));
        }
        text
    }

    /// A sum of money.
    pub(crate) fn money(&self, choices: &mut Choices<'_>, depth: usize) -> String {
        let Some(measure) = self.measure(true, choices) else { return "5 元".to_owned() };
        let deeper = |choices: &mut Choices<'_>| self.money(choices, depth.saturating_sub(1));
        match choices.below(if depth == 0 { 5 } else { 13 }) {
            0 => measure.to_owned(),
            1 => self.by_name(&[Holds::Money], choices).unwrap_or_else(|| measure.to_owned()),
            2 if choices.chance(20) => self
                .days(choices)
                .map_or_else(|| measure.to_owned(), |days| format!("{days} / 1 天 * 3 元")),
            2 => self.root_field(Kind::Money, choices).unwrap_or_else(|| measure.to_owned()),
            3 => format!("target({measure})"),
            4 => format!("previous({measure})"),
            5 => format!("({} + {})", deeper(choices), deeper(choices)),
            6 => format!("({} - {})", deeper(choices), deeper(choices)),
            7 => format!("30% * {}", deeper(choices)),
            8 => format!("min({}, {})", deeper(choices), deeper(choices)),
            9 => format!("max({}, {})", deeper(choices), deeper(choices)),
            11 => format!(
                "{}({}, {} 元)",
                choices.of(&ROUNDINGS),
                deeper(choices),
                choices.of(&STEPS)
            ),
            10 if self.model.ways_out => format!("({} or 7 元 because \"x\")", deeper(choices)),
            _ => format!("{} / 3", deeper(choices)),
        }
    }

    /// A number of records.
    fn count(&self, choices: &mut Choices<'_>, depth: usize) -> String {
        let Some(measure) = self.measure(false, choices) else { return "1 件".to_owned() };
        match choices.below(if depth == 0 { 3 } else { 5 }) {
            0 => measure.to_owned(),
            1 => format!("target({measure})"),
            2 => format!("previous({measure})"),
            3 => {
                format!("({} + {})", self.count(choices, depth - 1), self.count(choices, depth - 1))
            }
            _ => format!("({measure} + 2 件)"),
        }
    }

    /// A number of days.
    fn days(&self, choices: &mut Choices<'_>) -> Option<String> {
        if choices.chance(50) {
            let period = self.root_field(Kind::Period, choices)?;
            return Some(if choices.chance(50) {
                format!("days({period})")
            } else {
                format!("overlap({period}, period)")
            });
        }
        let day = self.root_field(Kind::Date, choices)?;
        Some(format!("days(span({day}, {}))", choices.of(&["3 個月", "10 天", "9_000 年"])))
    }

    pub(crate) fn root_field(&self, kind: Kind, choices: &mut Choices<'_>) -> Option<String> {
        let fields = self.model.fields(0, |other| *other == kind);
        if fields.is_empty() { None } else { Some(format!("root.{}", choices.of(&fields).name)) }
    }

    /// A condition on a root.
    pub(crate) fn condition(&self, choices: &mut Choices<'_>) -> String {
        let comparison = *choices.of(&["=", "<>", "<", "<=", ">", ">="]);
        match choices.below(9) {
            0 => format!("{} {comparison} {}", self.count(choices, 1), self.count(choices, 0)),
            1 => format!("root.f00 {} v1", choices.of(&["=", "<>"])),
            2 => format!("root.f00 in (v0, v{})", choices.below(3)),
            3 if self.model.ways_out => format!("target({}) is known", self.measures[0].name),
            4 if self.model.ways_out => format!("{} is not known", self.measures[0].name),
            5 => {
                self.root_field(Kind::Bool, choices).unwrap_or_else(|| "root.f01 > 2 元".to_owned())
            }
            7 => match self.by_name(&[Holds::Condition, Holds::Requirement], choices) {
                Some(name) => name,
                None => self.comparison(choices, comparison),
            },
            6 => format!(
                "({} and {})",
                self.comparison(choices, comparison),
                self.comparison(choices, ">")
            ),
            _ => self.comparison(choices, comparison),
        }
    }

    fn comparison(&self, choices: &mut Choices<'_>, comparison: &str) -> String {
        format!("{} {comparison} {}", self.money(choices, 1), self.money(choices, 1))
    }
}
