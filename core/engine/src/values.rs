//! Values for hosts that hand them on as tables: constants as rules write them, what a record
//! brings to its tally, registers of evidence.
//!
//! Amounts are asked of the reference evaluator. Not here: names and verdicts (`describe`), and
//! values in words (`output`).

use crate::data::{Cell, Dataset};
use crate::eval::reference::{State, kpi};
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use guiju_model::index::{FieldId, KpiId, List, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::Verdict;
use guiju_model::rules::{
    Constant, ExprKind, Function, KpiKind, Register, Rules, Tally, Type, Value,
};
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// A named constant (`let`) of a pack.
#[derive(Clone, Debug)]
pub struct ConstantInfo<'a> {
    /// Its name in rules.
    pub name: &'a str,
    /// What people call it.
    pub label: &'a Localized,
    /// Its value as rules write it: `25%`, `3000000 元`, `2019-10-31`.
    pub value: String,
    /// The unit of a number.
    pub unit: Option<&'a Unit>,
    /// The first clause it cites, as `document:clause`.
    pub clause: Option<String>,
}

impl Pack {
    /// The named constants, in the order of their declaration.
    pub fn constants(&self) -> impl ExactSizeIterator<Item = ConstantInfo<'_>> {
        self.rules.constants.iter().map(|constant| ConstantInfo {
            name: &constant.name,
            label: &constant.label,
            value: written(constant),
            unit: if let Type::Number(unit) = &constant.ty { Some(unit) } else { None },
            clause: self.rules.clause_ids(&constant.basis).into_iter().next(),
        })
    }
}

/// The value of a constant, as rules can say it.
fn written(constant: &Constant) -> String {
    match (&constant.value, &constant.ty) {
        (Value::Bool(value), _) => value.to_string(),
        (Value::Number(value), Type::Number(unit)) => number(value, unit),
        (Value::Number(value), Type::Months) => format!("{} 個月", value.to_fraction()),
        (Value::Number(value), _) => value.to_fraction(),
        (Value::Text(text), _) => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
        (Value::Date(day), _) => day.to_string(),
        (Value::Period(period), _) => format!("{} .. {}", period.start, period.end),
        (Value::Choice(value), Type::Choice(choices)) => {
            choices.values.get(*value).map_or_else(String::new, |value| value.name.clone())
        }
        (Value::Choice(value), _) => value.to_string(),
    }
}

/// A number with its unit; what is no finite decimal is a quotient.
fn number(value: &Exact, unit: &Unit) -> String {
    let percent = value.mul(&Exact::from(100)).ok().and_then(|percent| percent.to_plain());
    match (unit, percent, value.to_plain()) {
        (Unit::Ratio, Some(percent), _) => format!("{percent}%"),
        (Unit::Per(of, each), ..) => {
            format!("{} / {}", number(value, of), number(&Exact::ONE, each))
        }
        (_, _, Some(plain)) => format!("{plain} {}", unit.sign()).trim_end().to_owned(),
        _ => {
            let fraction = value.to_fraction();
            let (numerator, denominator) = fraction.split_once('/').unwrap_or((&fraction, "1"));
            let unit = if *unit == Unit::Ratio { String::new() } else { unit.sign() };
            format!("{} / {denominator}", format!("{numerator} {unit}").trim_end())
        }
    }
}

/// What records bring to tallies. See [`Evaluation::amounts`].
pub struct Amounts<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    state: State,
    /// For each tally, the KPI that is named like it.
    kpis: List<TallyId, Option<KpiId>>,
    /// For each tally, where the amount stands as it is.
    plain: List<TallyId, Plain>,
}

/// Amounts that need no evaluation where they are given.
enum Plain {
    /// Records are counted.
    One,
    /// A field of the record.
    Field(FieldId),
    /// An expression, or what is no sum.
    Other,
}

impl Plain {
    fn of(tally: &Tally) -> Plain {
        let measure = tally.measures.first().filter(|one| one.function == Function::Sum);
        match measure.map(|measure| measure.of.as_ref().map(|of| &of.kind)) {
            Some(None) => Plain::One,
            Some(Some(ExprKind::Field { via: None, field })) => Plain::Field(*field),
            _ => Plain::Other,
        }
    }
}

impl Evaluation {
    /// What each record brings to the KPI that its tally is named for: the amount that is added up,
    /// or 1 where records are counted.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = "pack shops\nsource g { 1 }\nentity market { key id: text }\nentity shop in market { key id: text  fee: money  open: bool }\n\
    ///              tally fees from shop {\n  require open else \"closed\" @ 1\n  sum fee\n} @ 1";
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let json = r#"{"markets": [{"id": "M1", "shop": [{"id": "S1", "fee": 30, "open": false}]}]}"#;
    /// let evaluation = pack.evaluate(&pack.read_json(json, None, &limits).expect("sound data"), &limits)?;
    /// let refused = evaluation.verdicts(0).next().expect("one record in scope");
    /// assert_eq!(evaluation.amounts().of(refused.rule_tally, refused.row), Some(30.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn amounts(&self) -> Amounts<'_> {
        let rules = &*self.pack().rules;
        let of_tally = |wanted: TallyId| {
            let first = |kind: &KpiKind| matches!(kind, KpiKind::Measure { tally, measure: 0 } if *tally == wanted);
            rules.kpis.find_id(|kpi| first(&kpi.kind))
        };
        // What is added up may ask whether other tallies count a record, and of no KPI: those are
        // computed from it.
        let state =
            State::of(Vec::new(), self.outcome().verdicts.clone()).with_awards(self.outcome());
        Amounts {
            rules,
            data: self.data(),
            state,
            kpis: rules.tallies.ids().map(of_tally).collect(),
            plain: rules.tallies.iter().map(Plain::of).collect(),
        }
    }
}

impl Amounts<'_> {
    /// The amount of a record, whatever the verdict on it; `None` where it is not known.
    pub fn of(&self, tally: TallyId, row: usize) -> Option<Exact> {
        let (kpi, rule) = ((*self.kpis.get(tally)?)?, self.rules.tallies.get(tally)?);
        match self.plain.get(tally)? {
            Plain::One => return Some(Exact::ONE),
            Plain::Field(field) => {
                if let Some(Cell::Number(amount)) = self.data.cell(rule.entity, *field, row) {
                    return Some(amount);
                }
            }
            Plain::Other => {}
        }
        self.evaluated(kpi, rule, row)
    }

    /// The same, as rules say it.
    fn evaluated(&self, kpi: KpiId, rule: &Tally, row: usize) -> Option<Exact> {
        let root = self.data.root_of(rule.entity, row);
        kpi::of_record(self.rules, self.data, &self.state, kpi, (root, row), Verdict::COUNTED)
    }

    /// The name of a tally.
    pub fn tally(&self, tally: TallyId) -> &str {
        self.rules.tallies.get(tally).map_or("", |rule| &rule.name)
    }

    /// The unit of what a tally adds up.
    pub fn unit(&self, tally: TallyId) -> Option<&Unit> {
        Some(&self.rules.kpis.get((*self.kpis.get(tally)?)?)?.unit)
    }
}

impl Dataset {
    /// The evidence that a register of a root lists, in the form by which it is compared.
    pub fn registered(&self, root: usize, register: Register) -> impl Iterator<Item = &str> {
        let listed = self.given.get(root).map_or(&[][..], |given| given.register(register));
        listed.iter().map(|id| self.texts.text(*id))
    }
}
