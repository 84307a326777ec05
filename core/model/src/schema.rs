//! What data of a pack looks like: entities, fields, choices, and the KPIs that targets may be
//! given for.
//!
//! Readers of data, forms and frames need only this, none of the rules. Not here: the columns
//! themselves (`data`).

use std::sync::Arc;

use crate::date::Period;
use crate::index::{EntityId, FieldId, Ids, KpiId, List};
use crate::number::Exact;
use crate::text::{Locale, Localized, folded, joined_words};
use crate::unit::Unit;

/// The most values an enumeration may have: possible values of an unknown one are a bit set.
pub const MAX_CHOICES: usize = 128;

/// The most entities that may stand below one another, the root not counted.
pub const MAX_LEVELS: usize = 8;

/// The entity whose one record is that of the programme itself, over all roots.
pub const PROGRAMME: &str = "programme";

/// The data model of a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The entities, in the order of their declaration.
    pub entities: List<EntityId, Entity>,
    /// The index of the entity that is evaluated, to which the others belong.
    pub root: EntityId,
    /// The index of the entity `programme`, where the pack has one: a single record over all roots,
    /// without a key.
    pub programme: Option<EntityId>,
    /// Every KPI of the root, in the order of their declaration: targets and previous values are
    /// given for these.
    pub kpis: List<KpiId, KpiSchema>,
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
    pub fields: Vec<(EntityId, FieldId)>,
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
    /// Whether its records belong to those of the root entity, directly or not.
    pub child: bool,
    /// Its fields, in the order of their declaration. What it belongs to below the root follows:
    /// see [`Entity::parents`].
    pub fields: List<FieldId, Field>,
    /// How many of its fields, the last ones, refer to the records it belongs to.
    pub levels: usize,
    /// The index of the field that identifies a record within its parent; no meaning for the
    /// programme's own record.
    pub key: FieldId,
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
    /// A number, of any sign and with decimals.
    Number(Box<Decimal>),
    /// An amount in 元 that may be below zero.
    SignedMoney,
    /// One of named values.
    Choice(Arc<Choices>),
    /// Any of named values.
    List(Arc<Choices>),
    /// The key of a record of another entity of the same root, or of one that all roots share.
    Reference(EntityId),
}

/// What is known of a number with decimals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decimal {
    /// The least and the most it can be.
    pub range: Option<(Exact, Exact)>,
    /// What is counted or measured; none for a number without a unit.
    pub unit: Option<String>,
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
    pub fn entity(&self, name: &str) -> Option<EntityId> {
        let names = self.entities.iter().map(|entity| (entity.name.as_str(), &entity.label));
        find(name, names).map(EntityId::new)
    }

    /// The entity whose records those of another belong to; none for the root, and for what belongs
    /// to the programme.
    pub fn parent(&self, entity: EntityId) -> Option<EntityId> {
        let shape = self.entities.get(entity)?;
        match shape.parents().next().and_then(|field| Some(&shape.fields.get(field)?.kind)) {
            Some(FieldKind::Reference(parent)) => Some(*parent),
            _ => shape.child.then_some(self.root),
        }
    }

    /// The entities whose records belong to those of another, in the order of their declaration.
    pub fn children(&self, parent: EntityId) -> impl Iterator<Item = (EntityId, &Entity)> {
        self.entities.entries().filter(move |(child, _)| self.parent(*child) == Some(parent))
    }

    /// Whether records of an entity belong to the programme and to no root: its own record, and
    /// those that all roots share.
    pub fn is_of_programme(&self, entity: EntityId) -> bool {
        entity != self.root && self.entities.get(entity).is_some_and(|shape| !shape.child)
    }

    /// Whether all roots share the records of an entity.
    pub fn is_shared(&self, entity: EntityId) -> bool {
        Some(entity) != self.programme && self.is_of_programme(entity)
    }

    /// Whether an entity is a list: of nothing but a key, and of the root or shared by all.
    pub fn is_list(&self, entity: EntityId) -> bool {
        self.entities.get(entity).is_some_and(|shape| {
            let is_text = shape.fields.first().is_some_and(|key| key.kind == FieldKind::Text);
            shape.fields.len() == 1 && is_text && (shape.child || self.is_shared(entity))
        })
    }

    /// The entities whose records all roots share, in the order of their declaration.
    pub fn shared(&self) -> impl Iterator<Item = (EntityId, &Entity)> {
        self.entities.entries().filter(|(entity, _)| self.is_shared(*entity))
    }

    /// Whether what an entity belongs to is its parent and what that one belongs to.
    pub fn nests(&self, entity: EntityId) -> bool {
        let above = |entity: EntityId| {
            let shape = self.entities.get(entity)?;
            shape
                .fields
                .split_at_checked(shape.own())
                .map(|(_, above)| above)
                .filter(|above| above.len() == shape.levels)
        };
        let Some(own) = above(entity) else { return false };
        let Some((first, rest)) = own.split_first() else { return true };
        let FieldKind::Reference(parent) = first.kind else { return false };
        let kinds = |fields: &[Field]| -> Vec<FieldKind> {
            fields.iter().map(|field| field.kind.clone()).collect()
        };
        own.len() <= MAX_LEVELS
            && self
                .entities
                .get(entity)
                .is_some_and(|shape| shape.child && shape.parents().follow(shape.key))
            && above(parent).is_some_and(|above| kinds(above) == kinds(rest))
    }

    /// Whether records of an entity belong to those of another, directly or not.
    pub fn is_below(&self, entity: EntityId, above: EntityId) -> bool {
        let child = self.entities.get(entity).is_some_and(|shape| shape.child);
        child && (above == self.root || self.parent_field(entity, above).is_some())
    }

    /// The field by which records of an entity name those of another that they belong to.
    pub fn parent_field(&self, entity: EntityId, parent: EntityId) -> Option<FieldId> {
        let shape = self.entities.get(entity)?;
        let leads = |field: &FieldId| {
            shape.fields.get(*field).is_some_and(|field| field.kind == FieldKind::Reference(parent))
        };
        shape.parents().find(leads)
    }

    /// The entity that is evaluated.
    pub fn root_entity(&self) -> &Entity {
        &self.entities[self.root]
    }

    /// A KPI by its index in the rules: those of the root first, then those of the programme.
    pub fn kpi_at(&self, index: KpiId) -> Option<&KpiSchema> {
        self.kpis
            .get(index)
            .or_else(|| self.programme_kpis.get(index.index().checked_sub(self.kpis.len())?))
    }

    /// The index in the rules of a KPI of a root, or of the programme.
    pub fn kpi_of(&self, programme: bool, name: &str) -> Option<KpiId> {
        if !programme {
            return self.kpi(name);
        }
        let at = self.programme_kpis.iter().position(|kpi| kpi.name == name);
        at.map(|at| KpiId::new(at + self.kpis.len()))
    }

    /// The index of a KPI of the root by its id.
    pub fn kpi(&self, name: &str) -> Option<KpiId> {
        self.kpis.find_id(|kpi| kpi.name == name)
    }
}

impl Entity {
    /// The fields that refer to the records it belongs to, its parent's first and then up to those
    /// that belong to the root itself; none where it does so.
    pub fn parents(&self) -> Ids<FieldId> {
        Ids::new(self.own(), self.fields.len())
    }

    /// The fields that are declared for it.
    pub fn declared(&self) -> Ids<FieldId> {
        Ids::new(0, self.own())
    }

    /// How many fields are declared for it.
    fn own(&self) -> usize {
        self.fields.len().saturating_sub(self.levels)
    }

    /// The fields that are declared for it.
    pub fn own_fields(&self) -> &[Field] {
        self.fields.split_at(self.own()).0
    }

    /// The index of a field by its name or its label in either language.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        let names = self.fields.iter().map(|field| (field.name.as_str(), &field.label));
        find(name, names).map(FieldId::new)
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

    /// What people call them, joined for a message.
    pub fn labels(&self) -> Localized {
        joined_words(&self.values.iter().map(|value| &value.label).collect::<Vec<_>>(), "、", ", ")
    }

    /// The set of all values.
    pub fn all(&self) -> u128 {
        if self.values.len() >= MAX_CHOICES { u128::MAX } else { (1 << self.values.len()) - 1 }
    }
}

/// A name wins over a label, so that a label can never hide a field.
fn find<'a>(
    name: &str,
    known: impl Iterator<Item = (&'a str, &'a Localized)> + Clone,
) -> Option<usize> {
    let by_name = known.clone().position(|(candidate, _)| candidate == name);
    by_name
        .or_else(|| {
            let name = folded(name);
            known.clone().position(|(candidate, _)| folded(candidate) == name)
        })
        .or_else(|| {
            let name = folded(name);
            known.clone().position(|(_, label)| {
                folded(&label.zh) == name
                    || label.en.as_deref().is_some_and(|en| folded(en).eq_ignore_ascii_case(&name))
            })
        })
}

impl FieldKind {
    /// The unit of a numeric field.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            FieldKind::Money | FieldKind::SignedMoney => Some(Unit::Money),
            FieldKind::Int | FieldKind::Range(..) => Some(Unit::Number),
            FieldKind::Percent => Some(Unit::Ratio),
            FieldKind::Number(decimal) => {
                Some(decimal.unit.clone().map_or(Unit::Number, Unit::Count))
            }
            _ => None,
        }
    }

    /// The least and the most that a numeric field can be, as far as there are any; `None` for
    /// other fields.
    pub fn bounds(&self) -> Option<(Option<Exact>, Option<Exact>)> {
        match self {
            FieldKind::Range(low, high) => {
                Some((Some(Exact::from(*low)), Some(Exact::from(*high))))
            }
            FieldKind::Money | FieldKind::Int | FieldKind::Percent => {
                Some((Some(Exact::ZERO), None))
            }
            FieldKind::Number(decimal) => Some(decimal.range.clone().unzip()),
            FieldKind::SignedMoney => Some((None, None)),
            _ => None,
        }
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        self.bounds().is_some()
    }

    /// The kind in words, for messages.
    pub fn describe(&self) -> Localized {
        match self {
            FieldKind::Text => Localized::new("文字", "a text"),
            FieldKind::Bool => Localized::new("「是」或「否」（true／false）", "true or false"),
            FieldKind::Date => Localized::new("日期", "a date"),
            FieldKind::Period => {
                Localized::new("期間（start 與 end）", "a period with start and end")
            }
            FieldKind::Money => Localized::new("金額", "an amount of money"),
            FieldKind::Int => Localized::new("整數", "a whole number"),
            FieldKind::Percent => Localized::new("比率", "a share"),
            FieldKind::Range(low, high) => Localized::new(
                format!("{low} 到 {high} 的整數"),
                format!("a whole number from {low} to {high}"),
            ),
            FieldKind::Number(decimal) => decimal.describe(),
            FieldKind::SignedMoney => {
                Localized::new("可為負的金額", "an amount of money, which may be below zero")
            }
            FieldKind::Choice(choices) => around(&choices.labels(), ("選項（", "）"), "one of "),
            FieldKind::List(choices) => {
                around(&choices.labels(), ("選項清單（", "）"), "a list of ")
            }
            FieldKind::Reference(_) => {
                Localized::new("另一筆資料的名稱", "the name of another record")
            }
        }
    }

    /// How to write a value of the kind, for messages.
    pub fn written(&self) -> Localized {
        match self {
            FieldKind::Text => Localized::new(
                "請寫文字，JSON 要加引號：`\"7\"`。",
                "write a text, in JSON in quotation marks: `\"7\"`",
            ),
            FieldKind::Bool => {
                Localized::new("請寫「是」或「否」（true 或 false）。", "write true or false")
            }
            FieldKind::Date => Localized::new(
                "請寫日期，如 `108/10/31` 或 `2019-10-31`。",
                "write a date such as `2019-10-31` or `108/10/31`",
            ),
            FieldKind::Period => Localized::new(
                "請寫兩個日期，如 `108/02/01..109/01/31`。",
                "write both days, as in `2019-02-01..2020-01-31`",
            ),
            FieldKind::Money => Localized::new(
                "請只寫數字，單位為元，如 `300000`。",
                "write digits alone, in 元: `300000`",
            ),
            FieldKind::Int => {
                Localized::new("請寫整數，如 `12`。", "write a whole number such as `12`")
            }
            FieldKind::Percent => Localized::new(
                "請寫比率，如 `20%` 或 `0.2`。",
                "write a share such as `20%` or `0.2`",
            ),
            FieldKind::Range(low, high) => Localized::new(
                format!("請寫 {low} 到 {high} 的整數。"),
                format!("write a whole number from {low} to {high}"),
            ),
            FieldKind::Number(decimal) => match &decimal.range {
                Some((low, high)) => Localized::new(
                    format!("請寫 {low} 到 {high} 的數字，如 `12.5`。"),
                    format!("write a number from {low} to {high}, such as `12.5`"),
                ),
                None => Localized::new(
                    "請寫數字，如 `12.5` 或 `-3`。",
                    "write a number such as `12.5` or `-3`",
                ),
            },
            FieldKind::SignedMoney => Localized::new(
                "請只寫數字，單位為元，如 `300000` 或 `-5000`。",
                "write digits alone, in 元: `300000` or `-5000`",
            ),
            FieldKind::Choice(choices) => {
                around(&choices.labels(), ("請寫其中一項：", "。"), "write one of these: ")
            }
            FieldKind::List(choices) => {
                around(&choices.labels(), ("請列出其中各項：", "。"), "list any of these: ")
            }
            FieldKind::Reference(_) => {
                Localized::new("請寫那筆資料的名稱。", "write the name of that record")
            }
        }
    }
}

impl Decimal {
    fn describe(&self) -> Localized {
        match &self.range {
            Some((low, high)) => Localized::new(
                format!("{low} 到 {high} 的數字"),
                format!("a number from {low} to {high}"),
            ),
            None => Localized::new("數字", "a number"),
        }
    }
}

/// A list of names within a phrase.
fn around(list: &Localized, (before, after): (&str, &str), en: &str) -> Localized {
    Localized::new(format!("{before}{}{after}", list.zh), format!("{en}{}", list.get(Locale::En)))
}
