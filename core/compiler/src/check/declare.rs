//! Entities to the schema, and the names of classifications, tallies and KPIs before their bodies
//! are read.

use std::collections::HashMap;
use std::sync::Arc;

use super::index::{Places, places};
use super::nesting::{Astray, Nesting, is_shared};
use super::{Checker, ClassName, Items, duplicate, label};
use crate::syntax::ast;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::index::{EntityId, FieldId, List};
use guiju_model::schema::{
    Choice, Choices, Decimal, Entity, Field, FieldKind, MAX_CHOICES, PROGRAMME, Schema,
};
use guiju_model::source::Span;
use guiju_model::text::{Localized, fold, nearest};
use guiju_model::words::{self, Words, name_in};

/// Names that data uses beside entities and fields.
const DATA_WORDS: &[&str] = &["targets", "previous", "reviewed", "elsewhere"];
const BUILT_IN: &[&str] = &["text", "bool", "date", "period", "money", "int", "number", "percent"];

/// The data model that the entities declare.
pub(super) fn schema(items: &Items, findings: &mut Findings) -> (Schema, Astray) {
    let names: Vec<&str> = items.entities.iter().map(|entity| entity.name.node.as_str()).collect();
    let known = places(names.iter().copied());
    let programme = names.iter().position(|name| *name == PROGRAMME);
    let is_root =
        |index: &usize| items.entities[*index].parent.is_none() && Some(*index) != programme;
    let roots: Vec<usize> = (0..names.len()).filter(is_root).collect();
    // Without anything declared, that the pack is missing is all there is to say.
    let declares = items.pack.is_some() || !names.is_empty() || !items.tallies.is_empty();
    let nesting = Nesting::of(items, &known, roots.is_empty(), findings);
    let circles = roots.is_empty() && nesting.circles;
    if declares && roots.len() != 1 && !circles && !items.lost.words.contains("entity") {
        let mut diagnostic = Diagnostic::new(Code::NoRoot).arg(roots.len().to_string());
        // The one that others belong to is the root, and what nothing belongs to was meant to
        // belong to it.
        let parents: Vec<&str> = items
            .entities
            .iter()
            .filter_map(|entity| Some(entity.parent.as_ref()?.node.as_str()))
            .collect();
        let is_parent = |root: &&usize| parents.contains(&names[**root]);
        let meant = roots.iter().find(is_parent).or(roots.first());
        for root in roots.iter().filter(|root| Some(*root) != meant) {
            diagnostic = diagnostic.at(items.entities[*root].name.span);
        }
        if let Some(meant) = meant {
            let span = items.entities[*meant].name.span;
            diagnostic = diagnostic.also(span, "最上層", "the root");
        }
        findings.push(diagnostic);
    }
    let root = roots.first().copied().unwrap_or(0);
    let (mut entities, mut astray) = (List::new(), nesting.astray());
    for (at, entity) in items.entities.iter().enumerate() {
        let above = nesting.above(at);
        let mut fields =
            fields(entity, (&names, &known), &nesting.taken(at, root), items, findings);
        // The last of them belongs to the root: a table that names the first alone mostly says all.
        let parents = above.iter().enumerate().map(|(level, parent)| {
            let parent_of = &items.entities[*parent];
            Field {
                name: parent_of.name.node.clone(),
                label: label(parent_of.label.as_ref(), &parent_of.name.node),
                kind: FieldKind::Reference(EntityId::new(*parent)),
                optional: level > 0,
            }
        });
        nesting.labels(items, (at, root), &fields, findings);
        let own = fields.len();
        fields.extend(parents);
        astray.of(EntityId::new(at), &fields, own);
        let places = entity.fields.iter().map(|field| field.name.span);
        let place = entity.parent.as_ref().map_or(entity.name.span, |parent| parent.span);
        ambiguous(
            places
                .chain(std::iter::repeat(place))
                .zip(&fields)
                .map(|(at, field)| (at, &field.name, &field.label)),
            findings,
        );
        entities.push(Entity {
            name: entity.name.node.clone(),
            label: label(entity.label.as_ref(), &entity.name.node),
            // What nothing belongs to was meant to belong to the root.
            child: !is_shared(entity)
                && (entity.parent.is_some() || at != root && Some(at) != programme),
            key: if entity.name.node == PROGRAMME {
                single(entity, findings)
            } else {
                key(entity, findings)
            },
            fields: fields.into(),
            levels: above.len(),
        });
    }
    let root = EntityId::new(root);
    references(items, &entities, root, findings);
    let programme = programme.map(EntityId::new);
    let schema = Schema {
        entities,
        root,
        programme,
        kpis: List::new(),
        programme_kpis: Vec::new(),
        dated: None,
    };
    (schema, astray)
}

/// The fields whose types are no types, by the places of their entities: they stand in the schema,
/// and nothing is known of them.
pub(super) fn untyped(items: &Items) -> Vec<(EntityId, String)> {
    let known = places(items.entities.iter().map(|entity| entity.name.node.as_str()));
    let untyped = |field: &&ast::Field| matches!(&field.kind, ast::FieldKind::Named(kind) if named(&kind.node, &known).is_none());
    let fields = items.entities.iter().enumerate().flat_map(|(at, entity)| {
        entity
            .fields
            .iter()
            .filter(untyped)
            .map(move |field| (EntityId::new(at), field.name.node.clone()))
    });
    fields.collect()
}

/// The programme's own record is one, and belongs to nothing.
fn single(entity: &ast::Entity, findings: &mut Findings) -> FieldId {
    let keys = entity.fields.iter().filter(|field| field.key).map(|field| field.name.span);
    for span in keys.chain(entity.parent.as_ref().map(|parent| parent.span)) {
        findings.push(Diagnostic::new(Code::ProgrammeShape).at(span));
    }
    FieldId::default()
}

fn key(entity: &ast::Entity, findings: &mut Findings) -> FieldId {
    let keys: Vec<usize> =
        (0..entity.fields.len()).filter(|index| entity.fields[*index].key).collect();
    let shape = |field: &ast::Field| {
        !field.optional && matches!(&field.kind, ast::FieldKind::Named(name) if name.node == "text")
    };
    if keys.len() != 1 || !keys.iter().all(|index| shape(&entity.fields[*index])) {
        findings.push(Diagnostic::new(Code::KeyShape).arg(&entity.name.node).at(entity.name.span));
    }
    keys.first().map_or(FieldId::default(), |key| FieldId::new(*key))
}

fn fields(
    entity: &ast::Entity,
    (names, known): (&[&str], &Places),
    taken: &[&str],
    items: &Items,
    findings: &mut Findings,
) -> Vec<Field> {
    let lost = &items.lost;
    let mut fields: Vec<Field> = Vec::new();
    let firsts = entity
        .fields
        .iter()
        .map(|field| (&field.name.node, field.name.span))
        .rev()
        .collect::<HashMap<_, _>>();
    for field in &entity.fields {
        let name = &field.name.node;
        let is_root = entity.parent.is_none();
        // Lists of what all roots share stand with the programme, not with a root.
        let listed = known
            .get(name)
            .is_some_and(|at| entity.name.node == PROGRAMME || !is_shared(&items.entities[*at]));
        if (is_root && (DATA_WORDS.contains(&name.as_str()) || listed))
            || (!is_root && taken.contains(&name.as_str()))
        {
            findings.push(Diagnostic::new(Code::ReservedField).arg(name).at(field.name.span));
        }
        if let Some(first) = firsts.get(name)
            && *first != field.name.span
        {
            findings.push(duplicate(name, field.name.span, *first));
        }
        let kind = match &field.kind {
            ast::FieldKind::Named(kind) => match named(&kind.node, known) {
                Some(kind) => kind,
                None if lost.names.contains(&kind.node) => FieldKind::Text,
                None => {
                    let chinese = BUILT_IN
                        .iter()
                        .map(|name| name_in(words::Name::Type, name, Words::Chinese));
                    let candidates = BUILT_IN.iter().chain(names).copied().chain(chinese);
                    let nearest = if findings.keeps_errors() {
                        elsewhere(&kind.node).or_else(|| nearest(&kind.node, candidates))
                    } else {
                        None
                    };
                    findings.push(
                        Diagnostic::new(Code::UnknownType)
                            .arg(&kind.node)
                            .word(Localized::same(BUILT_IN.join(", ")))
                            .at(kind.span)
                            .suggest(nearest),
                    );
                    FieldKind::Text
                }
            },
            ast::FieldKind::Signed => FieldKind::SignedMoney,
            ast::FieldKind::Decimal(range, unit) => {
                if let Some((low, high)) = range.as_ref().filter(|(low, high)| low.node > high.node)
                {
                    let (a, b) = (low.node.to_string(), high.node.to_string());
                    findings.push(
                        Diagnostic::new(Code::EmptyRange).arg(a).arg(b).at(low.span.to(high.span)),
                    );
                }
                let range = range.as_ref().filter(|(low, high)| low.node <= high.node);
                let unit = unit.as_ref().filter(|unit| {
                    // Money and shares have types of their own.
                    let other = guiju_model::unit::money_factor(&unit.node).is_some()
                        || matches!(unit.node.as_str(), "%" | "天" | "日");
                    if other {
                        findings
                            .push(Diagnostic::new(Code::UnknownUnit).arg(&unit.node).at(unit.span));
                    }
                    !other
                });
                FieldKind::Number(Box::new(Decimal {
                    range: range.map(|(low, high)| (low.node.clone(), high.node.clone())),
                    unit: unit.map(|unit| unit.node.clone()),
                }))
            }
            ast::FieldKind::Enum(values) => FieldKind::Choice(choices(values, findings)),
            ast::FieldKind::List(values) => FieldKind::List(choices(values, findings)),
            ast::FieldKind::Range(low, high) => match (low.node.to_i64(), high.node.to_i64()) {
                (Some(low), Some(high)) if low <= high => FieldKind::Range(low, high),
                _ => {
                    let (a, b) = (low.node.to_string(), high.node.to_string());
                    findings.push(
                        Diagnostic::new(Code::EmptyRange).arg(a).arg(b).at(low.span.to(high.span)),
                    );
                    FieldKind::Int
                }
            },
        };
        fields.push(Field {
            name: name.clone(),
            label: label(field.label.as_ref(), name),
            kind,
            optional: field.optional,
        });
    }
    fields
}

/// Data names fields and choices by name or label: no label may be another's too, whatever its
/// width and case.
fn ambiguous<'a>(
    list: impl Iterator<Item = (Span, &'a String, &'a Localized)> + Clone,
    findings: &mut Findings,
) {
    let folded = |text: &str| fold(text).to_lowercase();
    let mut taken: HashMap<String, (&String, Span)> =
        list.clone().map(|(at, name, _)| (folded(name), (name, at))).collect();
    for (at, name, label) in list {
        for text in std::iter::once(&label.zh).chain(&label.en) {
            match taken.get(&folded(text)) {
                Some((other, first)) if *other != name => {
                    findings.push(
                        Diagnostic::new(Code::SharedLabel).arg(text).arg(*other).at(at).also(
                            *first,
                            "另一個在這裡",
                            "the other is here",
                        ),
                    );
                    break;
                }
                Some(_) => {}
                None => {
                    taken.insert(folded(text), (name, at));
                }
            }
        }
    }
}

/// The type that other languages call otherwise.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "integer" | "整数" | "數字" => "int",
        "string" | "str" | "varchar" | "char" | "字串" => "text",
        "boolean" | "flag" | "yesno" | "布林" => "bool",
        "float" | "double" | "decimal" | "real" | "numeric" | "小數" => "number",
        "datetime" | "day" | "timestamp" => "date",
        "amount" | "currency" | "元" => "money",
        "percentage" | "ratio" | "rate" | "%" | "比率" => "percent",
        "daterange" | "range" | "interval" | "區間" => "period",
        _ => return None,
    })
}

fn named(name: &str, entities: &Places) -> Option<FieldKind> {
    Some(match name {
        "text" => FieldKind::Text,
        "bool" => FieldKind::Bool,
        "date" => FieldKind::Date,
        "period" => FieldKind::Period,
        "money" => FieldKind::Money,
        "int" => FieldKind::Int,
        "percent" => FieldKind::Percent,
        _ => FieldKind::Reference(EntityId::new(*entities.get(name)?)),
    })
}

/// The named values of an enumeration, without repetitions.
pub(super) fn choices(values: &[ast::EnumValue], findings: &mut Findings) -> Arc<Choices> {
    let mut list: Vec<Choice> = Vec::new();
    let mut spans: HashMap<&String, Span> = HashMap::new();
    for value in values {
        let (name, span) = (&value.name.node, value.name.span);
        let first = *spans.entry(name).or_insert(span);
        if first != span {
            findings.push(duplicate(name, span, first));
        } else if list.len() == MAX_CHOICES {
            // Whatever else is wrong with the rest, there are too many.
            findings
                .push(Diagnostic::new(Code::TooManyValues).arg(MAX_CHOICES.to_string()).at(span));
            break;
        } else {
            list.push(Choice { name: name.clone(), label: label(value.label.as_ref(), name) });
        }
    }
    let written = list
        .iter()
        .filter_map(|choice| Some((*spans.get(&choice.name)?, &choice.name, &choice.label)));
    ambiguous(written, findings);
    Arc::new(Choices { values: list })
}

/// A reference stays within one root, or leads to what all roots share; what is shared refers to
/// nothing of a root.
fn references(
    items: &Items,
    entities: &List<EntityId, Entity>,
    root: EntityId,
    findings: &mut Findings,
) {
    let shared = |entity: EntityId| items.entities.get(entity.index()).is_some_and(is_shared);
    for ((of, entity), parsed) in entities.entries().zip(&items.entities) {
        let refers = |target: EntityId| {
            target != root
                && (shared(target) && (of == root || entity.child || shared(of))
                    || entity.child && entities[target].child)
        };
        for (field, written) in entity.fields.iter().zip(&parsed.fields) {
            if let FieldKind::Reference(target) = field.kind
                && !refers(target)
            {
                let target = &entities[target].name;
                findings.push(
                    Diagnostic::new(Code::DanglingReference)
                        .arg(&field.name)
                        .arg(target)
                        .at(written.name.span),
                );
            }
        }
    }
}

impl Checker<'_> {
    pub(super) fn entity(&mut self, name: &ast::Name) -> Option<EntityId> {
        let found = self.index.entity(&name.node);
        if found.is_some() && found == self.schema.programme {
            let words = Localized::new("逐筆資料的規則", "a rule on single records");
            self.report(Diagnostic::new(Code::WrongScope).arg(PROGRAMME).word(words).at(name.span));
            return None;
        }
        if found.is_none() && !self.lost.names.contains(&name.node) {
            let nearest = self
                .meant(&name.node, self.schema.entities.iter().map(|entity| entity.name.as_str()));
            self.report(
                Diagnostic::new(Code::UnknownEntity)
                    .arg(&name.node)
                    .at(name.span)
                    .suggest(nearest.as_deref()),
            );
        }
        found
    }

    /// The entity whose records a rule takes one by one for each root, which it cannot where all
    /// roots share them.
    pub(super) fn own_entity(&mut self, name: &ast::Name) -> Option<EntityId> {
        let found = self.entity(name)?;
        if self.schema.is_shared(found) {
            self.report(Diagnostic::new(Code::SharedByRoots).arg(&name.node).at(name.span));
            return None;
        }
        Some(found)
    }

    /// Classifications by name, so that rules may refer to them in any order.
    pub(super) fn declare_classes(&mut self, classes: &[ast::Classify]) {
        for class in classes {
            let choices = choices(&class.values, self.findings);
            let Some(entity) = self.entity(&class.entity) else {
                self.lost.names.insert(class.name.node.clone());
                continue;
            };
            let name = class.name.node.clone();
            if let Some(first) = self.index.class(entity, &name) {
                self.report(duplicate(&name, class.name.span, self.classes[first].span));
                continue;
            }
            if self.index.field(entity, &name).is_some() {
                self.report(Diagnostic::new(Code::DuplicateName).arg(&name).at(class.name.span));
                continue;
            }
            self.index.add_class(entity, &name, self.classes.len());
            self.classes.push(ClassName { entity, name, span: class.name.span, choices });
        }
    }
}
