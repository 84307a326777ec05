//! Random awards among roots and among records: every form of limit, order, requirement and tie.
//! Not here: what they ask about roots (`figures`) and about records (`conditions`, `values`).

use crate::Choices;
use crate::conditions::{STEPS, Scope};
use crate::figures::Figures;
use crate::model::{Kind, Model};
use crate::rules::{Counted, Known};
use crate::values;

/// Some awards, each with a figure of the programme that reads it.
pub(crate) fn text(
    model: &Model,
    known: &Known<'_>,
    tallies: &[Counted],
    of_root: &Figures<'_>,
    choices: &mut Choices<'_>,
) -> String {
    let mut text = String::new();
    let mut decided: Vec<Decided> = Vec::new();
    let tallies: Vec<(usize, String)> =
        tallies.iter().map(|tally| (tally.entity, tally.name.clone())).collect();
    for at in 0..choices.below(4) {
        let entity = if choices.chance(60) { 0 } else { model.records(choices) };
        let scope = Scope {
            model,
            classes: known.classes,
            values: known.values,
            tallies: &tallies,
            entity,
            registers: entity != 0,
        };
        let form = Form::draw(choices);
        let drawn = Drawn { scope, known, of_root, decided: &decided, form };
        text.push_str(&drawn.text(at, choices));
        if entity == 0 {
            if form != Form::Places {
                text.push_str(&format!(
                    "kpi a{at}sum for programme = sum(a{at}.amount) because \"x\"\n\n"
                ));
            }
            text.push_str(&format!(
                "kpi a{at}count for programme in 件 = count(counted in a{at}) because \"x\"\n\n"
            ));
            decided.push(Decided { at, form });
        } else if choices.chance(60) {
            text.push_str(&drawn.read_by(at, choices));
        }
    }
    text
}

/// What there is to give.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Places,
    Budget,
    Proportion,
}

impl Form {
    fn draw(choices: &mut Choices<'_>) -> Form {
        *choices.of(&[Form::Places, Form::Budget, Form::Budget, Form::Proportion])
    }
}

/// An award among roots that later ones may ask about.
struct Decided {
    at: usize,
    form: Form,
}

struct Drawn<'d> {
    scope: Scope<'d>,
    known: &'d Known<'d>,
    of_root: &'d Figures<'d>,
    decided: &'d [Decided],
    form: Form,
}

impl Drawn<'_> {
    fn among_roots(&self) -> bool {
        self.scope.entity == 0
    }

    fn text(&self, at: usize, choices: &mut Choices<'_>) -> String {
        let name = &self.scope.model.entities[self.scope.entity].name;
        let group = match (self.among_roots(), choices.chance(40)) {
            (false, _) => "",
            (true, false) => " for programme",
            (true, true) => " for programme by f00",
        };
        let mut text = format!("award a{at}{group} from {name} {{\n");
        for _ in 0..choices.below(3) {
            text.push_str(&format!(
                "  require {} else \"{}\" because \"x\"\n",
                self.required(choices),
                self.message(choices)
            ));
        }
        if self.form != Form::Proportion {
            let criteria: Vec<String> =
                (0..choices.between(1, 2)).map(|_| self.criterion(choices)).collect();
            text.push_str(&format!("  order {}\n", criteria.join(", ")));
        }
        text.push_str(&self.limit(choices));
        match self.form {
            Form::Places => {}
            Form::Budget => {
                text.push_str(&format!(
                    "  give {}\n  rest {}\n",
                    self.amount(choices),
                    choices.of(&["partly", "stop", "next"])
                ));
            }
            Form::Proportion => {
                text.push_str(&format!(
                    "  in proportion to {}\n  step {} 元\n",
                    self.amount(choices),
                    choices.of(&STEPS)
                ));
            }
        }
        let ties: &[&str] = if self.form == Form::Places {
            &["open", "none", "together"]
        } else {
            &["open", "none"]
        };
        if choices.chance(70) {
            text.push_str(&format!("  ties {}\n", choices.of(ties)));
        }
        if self.form != Form::Proportion && choices.chance(50) {
            text.push_str(&format!("  reserve {}\n", choices.below(4)));
        }
        text + "} because \"x\"\n\n"
    }

    /// Rules that read what an award among records decided: of these records, of what they belong
    /// to, of the root and of the programme.
    fn read_by(&self, at: usize, choices: &mut Choices<'_>) -> String {
        let model = self.scope.model;
        let shape = &model.entities[self.scope.entity];
        let asked = |choices: &mut Choices<'_>| match choices.below(8) {
            0 => format!("not (counted in a{at})"),
            1 => format!("a{at}.{}", self.figure(choices)),
            2 => format!("counted in a{at} or {}", self.scope.condition(choices, 0)),
            _ => format!("counted in a{at}"),
        };
        let conditions = |choices: &mut Choices<'_>| {
            let mut text = format!("  select {}\n", asked(choices));
            if choices.chance(30) {
                let also = self.scope.condition(choices, 1);
                text.push_str(&format!("  require {also} else \"x\" because \"x\"\n"));
            }
            text
        };
        let function = *choices.of(&["sum", "minimum", "maximum", "average"]);
        let of = match self.form {
            Form::Budget | Form::Proportion if choices.chance(50) => format!("a{at}.amount"),
            _ => self.amount(choices),
        };
        let mut text = format!("tally r{at} in 件 from {} {{\n{}", shape.name, conditions(choices));
        text.push_str(&format!("  count\n  {function} {of} as r{at}s\n"));
        if choices.chance(40) {
            let by = self.scope.condition(choices, 1);
            text.push_str(&format!("  split ({by}) into yes, no\n"));
        }
        text.push_str("} because \"x\"\n\n");
        let parents = model.fields(self.scope.entity, |kind| matches!(kind, Kind::Parent(_)));
        if let [_, ..] = parents.as_slice()
            && let Kind::Parent(parent) = choices.of(&parents).kind
        {
            let owner = &model.entities[parent].name;
            text.push_str(&format!(
                "tally {owner}.o{at} from {} {{\n{}  {function} {of}\n  count as o{at}n\n}} because \"x\"\n\n",
                shape.name,
                conditions(choices)
            ));
            text.push_str(&format!(
                "tally l{at} from {owner} {{\n  require o{at}n >= 1 else \"{{o{at}n}}\" because \"x\"\n  sum o{at}\n}} because \"x\"\n\n"
            ));
        }
        if choices.chance(40) {
            let quantifier = choices.of(&["some", "every"]);
            text.push_str(&format!(
                "obligation q{at} expect {quantifier}({}: {}) because \"x\"\n\n",
                shape.name,
                asked(choices)
            ));
        }
        if choices.chance(40) {
            text.push_str(&format!(
                "check w{at} on {} advice\n  when {}\n  expect {}\n  else \"x {{a{at}.rank}}\"\n  because \"x\"\n\n",
                shape.name,
                asked(choices),
                self.scope.condition(choices, 1)
            ));
        }
        text + &format!("kpi r{at}sum for programme = sum(r{at}s) because \"x\"\n\n")
    }

    /// What is asked of a figure of the award.
    fn figure(&self, choices: &mut Choices<'_>) -> &'static str {
        let asked: &[&'static str] = match self.form {
            Form::Places => &["rank <= 2", "reserve = 1", "rank > 1"],
            Form::Budget => &["rank <= 2", "amount > 3 元", "reserve = 1"],
            Form::Proportion => &["amount > 3 元", "amount = 0 元"],
        };
        choices.of::<&'static str>(asked)
    }

    /// What is asked of one that takes part.
    fn required(&self, choices: &mut Choices<'_>) -> String {
        if self.of_root.obligations > 0 && choices.chance(30) {
            return format!("b{} is met", choices.below(self.of_root.obligations));
        }
        if !self.among_roots() {
            return self.scope.condition(choices, 1);
        }
        if !self.decided.is_empty() && choices.chance(50) {
            let other = choices.of(self.decided);
            let asked = format!("counted in a{}", other.at);
            return match choices.below(4) {
                0 => format!("not ({asked})"),
                1 => format!("a{}.rank <= 2", other.at),
                _ => asked,
            };
        }
        self.of_root.condition(choices)
    }

    /// A message, often with what it is about.
    fn message(&self, choices: &mut Choices<'_>) -> String {
        let model = self.scope.model;
        let fields = model.fields(self.scope.entity, |_| true);
        let named = self
            .known
            .values
            .iter()
            .filter(|value| value.entity == self.scope.entity && !self.among_roots());
        let mut holes: Vec<&String> = named.map(|value| &value.name).collect();
        holes.extend(fields.iter().map(|field| &field.name));
        if choices.chance(50) { format!("x {{{}}}", choices.of(&holes)) } else { "x".to_owned() }
    }

    fn criterion(&self, choices: &mut Choices<'_>) -> String {
        let days = self.scope.model.fields(self.scope.entity, |kind| *kind == Kind::Date);
        if !days.is_empty() && choices.chance(30) {
            return format!("{} {}", choices.of(&["earliest", "latest"]), choices.of(&days).name);
        }
        format!("{} {}", choices.of(&["highest", "lowest"]), self.number(choices))
    }

    /// A number to put them in order by.
    fn number(&self, choices: &mut Choices<'_>) -> String {
        if !self.among_roots() {
            let fields = self.scope.model.fields(self.scope.entity, |kind| {
                matches!(kind, Kind::Int | Kind::Percent | Kind::Range(..))
            });
            return match fields.as_slice() {
                [_, ..] if choices.chance(50) => choices.of(&fields).name.clone(),
                _ => self.amount(choices),
            };
        }
        match self.decided {
            [_, ..] if choices.chance(20) => {
                let other = choices.of(self.decided);
                let figure = if other.form == Form::Places || choices.chance(50) {
                    "rank"
                } else {
                    "amount"
                };
                format!("a{}.{figure}", other.at)
            }
            _ if self.of_root.kpis > 0 && choices.chance(50) => {
                format!("p{}", choices.below(self.of_root.kpis))
            }
            _ => self.amount(choices),
        }
    }

    /// An amount of one that takes part.
    fn amount(&self, choices: &mut Choices<'_>) -> String {
        if self.among_roots() {
            self.of_root.money(choices, 1)
        } else {
            values::amount(&self.scope, self.known.calls, choices)
        }
    }

    fn limit(&self, choices: &mut Choices<'_>) -> String {
        let programme = self.scope.model.programme && choices.chance(60);
        let whole = if self.form == Form::Places { "places" } else { "budget" };
        let constant = choices.below(4);
        let limit = match (self.form, self.among_roots()) {
            (Form::Places, _) if programme => "programme.seats".to_owned(),
            (_, _) if programme => "programme.budget".to_owned(),
            (Form::Places, true) if choices.chance(20) => "count() / 2".to_owned(),
            (Form::Places, false) if choices.chance(50) => {
                self.of_root.root_field(Kind::Int, choices).unwrap_or_else(|| constant.to_string())
            }
            (Form::Places, _) => constant.to_string(),
            (_, true) if choices.chance(50) => {
                format!("sum({}) / 2", self.of_root.money(choices, 1))
            }
            (_, false) if choices.chance(50) => self.of_root.money(choices, 1),
            _ => format!("{} 元", choices.of(&["0", "3", "7.5", "1203", "2400.5"])),
        };
        format!("  {whole} {limit}\n")
    }
}
