//! Explanations as JSON, texts in one language; keys in alphabetical order. No decisions here: everything is in the data.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::answer::{
    ClassExplanation, Explanation, KpiExplanation, Line, ObligationExplanation, Operand, RecordExplanation, RequirementExplanation,
    RuleReference, Statement, VerdictExplanation,
};
use crate::text::{Locale, Localized};

impl Explanation {
    /// The explanation as JSON, texts in one language.
    pub fn to_json(&self, locale: Locale) -> impl Serialize + '_ {
        In(self, locale)
    }
}

/// Something in one of the languages that it is there in.
struct In<'a, T: ?Sized>(&'a T, Locale);

impl<'a, T: ?Sized> In<'a, T> {
    fn of<U: ?Sized>(&self, part: &'a U) -> In<'a, U> {
        In(part, self.1)
    }
}

/// An object: of each key what stands under it.
macro_rules! object {
    ($($of:ident { $($key:literal: $value:expr),* $(,)? } as $this:ident)*) => {$(
        impl Serialize for In<'_, $of> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $this = self;
                let mut map = serializer.serialize_map(None)?;
                $(map.serialize_entry($key, &$value)?;)*
                map.end()
            }
        }
    )*};
}

object! {
    KpiExplanation {
        "formula": this.0.formula,
        "id": this.0.id,
        "label": this.of(&this.0.label),
        "needs": this.0.needs,
        "operands": this.of(&this.0.operands),
        "root": this.0.root,
        "rule": this.of(&this.0.rule),
        "statement": this.0.statement.as_ref().map(|statement| this.of(statement)),
        "target": this.0.target.as_ref().map(|(target, rest)| (this.of(target), rest.as_ref().map(|rest| this.of(rest)))),
        "value": this.of(&this.0.value),
    } as this
    Operand {
        "clauses": this.0.clauses,
        "label": this.of(&this.0.label),
        "name": this.0.name,
        "value": this.of(&this.0.value),
    } as this
    Statement {
        "declared": this.of(&this.0.declared),
        "entity": this.of(&this.0.entity),
        "lines": this.of(&this.0.lines),
    } as this
    Line {
        "amount": this.0.amount,
        "clauses": this.0.clauses,
        "keys": this.0.keys,
        "label": this.of(&this.0.label),
        "records": this.0.records,
        "truncated": this.0.truncated,
        "without_amount": this.0.without_amount,
    } as this
    RecordExplanation {
        "classes": this.of(&this.0.classes),
        "entity": this.of(&this.0.entity),
        "key": this.0.key,
        "root": this.0.root,
        "verdicts": this.of(&this.0.verdicts),
    } as this
    ClassExplanation {
        "label": this.of(&this.0.label),
        "rule": this.0.rule.as_ref().map(|rule| this.of(rule)),
        "values": this.of(&this.0.values),
    } as this
    VerdictExplanation {
        "label": this.of(&this.0.label),
        "requirements": this.of(&this.0.requirements),
        "tally": this.0.tally,
        "verdict": this.0.verdict,
    } as this
    RequirementExplanation {
        "answer": this.0.answer,
        "change": this.0.change.as_ref().map(|change| this.of(change)),
        "message": this.of(&this.0.message),
        "rivals": this.0.rivals,
        "rule": this.of(&this.0.rule),
    } as this
    ObligationExplanation {
        "expect": this.0.expect,
        "gap": this.0.gap.as_ref().map(|gap| this.of(gap)),
        "id": this.0.id,
        "label": this.of(&this.0.label),
        "message": this.0.message.as_ref().map(|message| this.of(message)),
        "needs": this.0.needs,
        "operands": this.of(&this.0.operands),
        "root": this.0.root,
        "rule": this.of(&this.0.rule),
        "status": this.0.status,
        "when": this.0.when,
    } as this
    RuleReference {
        "because": this.0.because.as_ref().map(|reason| this.of(reason)),
        "clauses": this.0.clauses.iter().map(|(id, says)| (id, this.of(says))).collect::<Vec<_>>(),
        "pack": this.0.pack,
        "place": this.0.place,
    } as this
}

impl Serialize for In<'_, Explanation> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0 {
            Explanation::Kpi(kpi) => map.serialize_entry("kpi", &self.of(&**kpi))?,
            Explanation::Record(record) => map.serialize_entry("record", &self.of(record))?,
            Explanation::Obligation(obligation) => map.serialize_entry("obligation", &self.of(&**obligation))?,
        }
        map.end()
    }
}

impl Serialize for In<'_, Localized> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.get(self.1))
    }
}

impl<T> Serialize for In<'_, Vec<T>>
where
    for<'a> In<'a, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for part in self.0 {
            list.serialize_element(&self.of(part))?;
        }
        list.end()
    }
}
