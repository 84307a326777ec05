//! What data of a pack looks like: entities, fields, choices, and the KPIs that targets may be given for.
//!
//! Readers of data, forms and frames need only this, none of the rules. Not here: the columns themselves (`data`).

use std::sync::Arc;

use crate::date::Period;
use crate::number::Exact;
use crate::text::{Localized, folded};
use crate::unit::Unit;

/// The most values an enumeration may have: possible values of an unknown one are a bit set.
pub const MAX_CHOICES: usize = 128;

/// The entity whose one record is that of the programme itself, over all roots.
pub const PROGRAMME: &str = "programme";

/// The data model of a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The entities, in the order of their declaration.
    pub entities: Vec<Entity>,
    /// The index of the entity that is evaluated, to which the others belong.
    pub root: usize,
    /// The index of the entity `programme`, where the pack has one: a single record over all roots, without a key.
    pub programme: Option<usize>,
    /// Every KPI of the root, in the order of their declaration: targets and previous values are given for these.
    pub kpis: Vec<KpiSchema>,
    /// Every KPI of the programme, likewise.
    pub programme_kpis: Vec<KpiSchema>,
    /// Which records are of the year that the pack is about, where rules ask for it.
    pub dated: Option<Dated>,
}

/// The days by which records belong to the period of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The period.
    pub period: Period,
    /// Entities and their fields that have to be in it for a record to count.
    pub fields: Vec<(usize, usize)>,
}

/// A KPI as data knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct KpiSchema {
    /// Its id, such as `company_members.north`.
    pub name: String,
    /// The unit of its value.
    pub unit: Unit,
    /// Whether its value, and what is given for it, can be below zero.
    pub signed: bool,
}

/// A kind of record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Its name: the array in JSON, the file in a folder of tables.
    pub name: String,
    /// What people call it.
    pub label: Localized,
    /// Whether it belongs to the root entity.
    pub child: bool,
    /// Its fields, in the order of their declaration.
    pub fields: Vec<Field>,
    /// The index of the field that identifies a record within its parent; no meaning for the programme's own record.
    pub key: usize,
}

/// A field of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: Localized,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a complete record may lack it.
    pub optional: bool,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Any text; blank text is missing.
    Text,
    /// Yes or no.
    Bool,
    /// A day.
    Date,
    /// A span of days, both ends included.
    Period,
    /// An amount in 元, never negative.
    Money,
    /// A whole number, never negative.
    Int,
    /// A share: 1 is 100 %.
    Percent,
    /// A whole number between two others, both included.
    Range(i64, i64),
    /// One of named values.
    Choice(Arc<Choices>),
    /// Any of named values.
    List(Arc<Choices>),
    /// The key of a record of another entity with the same parent.
    Reference(usize),
}

/// The named values of an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    /// The values, in the order of their declaration.
    pub values: Vec<Choice>,
}

/// One named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its name in rules and data.
    pub name: String,
    /// What people call it.
    pub label: Localized,
}

impl Schema {
    /// The index of an entity by its name or label.
    pub fn entity(&self, name: &str) -> Option<usize> {
        find(name, self.entities.iter().map(|entity| (entity.name.as_str(), &entity.label)))
    }

    /// The entity that is evaluated.
    pub fn root_entity(&self) -> &Entity {
        &self.entities[self.root]
    }

    /// A KPI by its index in the rules: those of the root first, then those of the programme.
    pub fn kpi_at(&self, index: usize) -> Option<&KpiSchema> {
        self.kpis.get(index).or_else(|| self.programme_kpis.get(index.checked_sub(self.kpis.len())?))
    }

    /// The index in the rules of a KPI of a root, or of the programme.
    pub fn kpi_of(&self, programme: bool, name: &str) -> Option<usize> {
        if !programme {
            return self.kpi(name);
        }
        self.programme_kpis.iter().position(|kpi| kpi.name == name).map(|at| at + self.kpis.len())
    }

    /// The index of a KPI of the root by its id.
    pub fn kpi(&self, name: &str) -> Option<usize> {
        self.kpis.iter().position(|kpi| kpi.name == name)
    }
}

impl Entity {
    /// The index of a field by its name or its label in either language.
    pub fn field(&self, name: &str) -> Option<usize> {
        find(name, self.fields.iter().map(|field| (field.name.as_str(), &field.label)))
    }
}

impl Choices {
    /// The index of a value by its name or its label in either language.
    pub fn value(&self, name: &str) -> Option<usize> {
        find(name, self.values.iter().map(|value| (value.name.as_str(), &value.label)))
    }

    /// The names, joined for a message.
    pub fn names(&self) -> String {
        self.values.iter().map(|value| value.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The set of all values.
    pub fn all(&self) -> u128 {
        if self.values.len() >= MAX_CHOICES { u128::MAX } else { (1 << self.values.len()) - 1 }
    }
}

/// A name wins over a label, so that a label can never hide a field.
fn find<'a>(name: &str, known: impl Iterator<Item = (&'a str, &'a Localized)> + Clone) -> Option<usize> {
    let by_name = known.clone().position(|(candidate, _)| candidate == name);
    by_name
        .or_else(|| {
            let name = folded(name);
            known.clone().position(|(candidate, _)| folded(candidate) == name)
        })
        .or_else(|| {
            let name = folded(name);
            known.clone().position(|(_, label)| {
                folded(&label.zh) == name || label.en.as_deref().is_some_and(|en| folded(en).eq_ignore_ascii_case(&name))
            })
        })
}

impl FieldKind {
    /// The unit of a numeric field.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            FieldKind::Money => Some(Unit::Money),
            FieldKind::Int | FieldKind::Range(..) => Some(Unit::Number),
            FieldKind::Percent => Some(Unit::Ratio),
            _ => None,
        }
    }

    /// The least value a numeric field can have; nothing bounds it from above but a range.
    pub fn bounds(&self) -> Option<(Exact, Option<Exact>)> {
        match self {
            FieldKind::Range(low, high) => Some((Exact::from(*low), Some(Exact::from(*high)))),
            FieldKind::Money | FieldKind::Int | FieldKind::Percent => Some((Exact::ZERO, None)),
            _ => None,
        }
    }

    /// The kind in words, for messages.
    pub fn describe(&self) -> Localized {
        match self {
            FieldKind::Text => Localized::new("文字", "a text"),
            FieldKind::Bool => Localized::new("「是」或「否」（true／false）", "true or false"),
            FieldKind::Date => Localized::new("日期", "a date"),
            FieldKind::Period => Localized::new("期間（start 與 end）", "a period with start and end"),
            FieldKind::Money => Localized::new("金額", "an amount of money"),
            FieldKind::Int => Localized::new("整數", "a whole number"),
            FieldKind::Percent => Localized::new("比率", "a share"),
            FieldKind::Range(low, high) => {
                Localized::new(format!("{low} 到 {high} 的整數"), format!("a whole number from {low} to {high}"))
            }
            FieldKind::Choice(choices) => Localized::new(format!("選項（{}）", choices.names()), format!("one of {}", choices.names())),
            FieldKind::List(choices) => {
                Localized::new(format!("選項清單（{}）", choices.names()), format!("a list of {}", choices.names()))
            }
            FieldKind::Reference(_) => Localized::new("另一筆資料的名稱", "the name of another record"),
        }
    }
}
