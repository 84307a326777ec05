//! Rules compiled for columns: every condition on records as a node, each kind of node a kernel,
//! equal conditions one node.
//!
//! What no kernel does is a node too, [`Condition::Other`], and the reference evaluator answers it
//! record by record. Nothing here depends on data.

use std::collections::HashMap;

use super::computed::{Compared, Computed};
use guiju_model::date::Period;
use guiju_model::index::{EntityId, FieldId, List, TallyId};
use guiju_model::number::Exact;
use guiju_model::rules::{Comparison, Expr, ExprKind, Function, Listing, Rules, Type, Value};
use guiju_model::schema::FieldKind;

/// A condition on the records of one entity, by number.
pub(crate) type Id = usize;

/// The conditions of a pack.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(super) nodes: Vec<Node>,
    /// For each node whether records are asked of the reference evaluator for it, one by one.
    pub(super) slow: Vec<bool>,
    /// Conditions that the reference evaluator answers.
    pub(super) others: Vec<Other>,
    pub(super) tallies: List<TallyId, Tally>,
    /// For each check its two conditions.
    pub(super) checks: Vec<(Option<Id>, Id)>,
    /// For each classification the conditions of its rows.
    pub(super) classes: Vec<Vec<Id>>,
}

/// A condition that the reference evaluator answers.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) expr: Expr,
    /// The same for records that have all it compares, where it compares numbers.
    pub(super) compared: Option<Compared>,
}

/// The conditions of a tally.
#[derive(Debug)]
pub(super) struct Tally {
    pub select: Vec<Id>,
    pub require: Vec<Id>,
    /// For each split, what puts a record into each of its parts.
    pub(super) parts: Vec<Vec<Id>>,
    /// For each measure, the field of the record that it adds up.
    pub(super) sums: Vec<Sum>,
}

/// What a measure adds up.
#[derive(Debug)]
pub(super) enum Sum {
    Records,
    Field(FieldId),
    Computed(Computed),
    /// Left to the reference evaluator.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) entity: EntityId,
    pub(super) condition: Condition,
}

/// Where a value stands, seen from a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum From {
    Record,
    /// The record that a field refers to.
    Reference(FieldId),
    Root,
    Programme,
}

/// A field of a record that can be reached from the one in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) from: From,
    pub(super) field: FieldId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Condition {
    Constant(bool),
    Flag(Place),
    Known(Place),
    Number(Place, Comparison, Exact),
    Numbers(Place, Comparison, Place),
    Date(Place, Comparison, i32),
    Dates(Place, Comparison, Place),
    /// One of these folded texts.
    Text(Place, Vec<String>),
    SameText(Place, Place),
    /// One of a set of values.
    Choice(Place, u128),
    /// The same of a classification.
    Class(From, usize, u128),
    /// A day or a period within a period.
    Within(Span, Span),
    Has {
        list: Place,
        set: u128,
        all: bool,
    },
    Listed(Place, Listing),
    Counted(From, TallyId),
    /// Two conditions have the same truth.
    Same(Id, Id),
    Not(Id),
    And(Vec<Id>),
    Or(Vec<Id>),
    /// An expression of [`Program::others`].
    Other(usize),
}

/// A day or a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Span {
    Constant(Period),
    Field(Place),
}

#[derive(Default)]
struct Compiler {
    /// For each classification, whether it is of records that all roots share. None of them is in a
    /// block: the record that asks looks at the one it refers to.
    shared: Vec<bool>,
    program: Program,
    ids: HashMap<Node, Id>,
}

impl Program {
    pub(crate) fn new(rules: &Rules) -> Program {
        let shared = rules.classes.iter().map(|class| rules.schema.is_shared(class.entity));
        let mut compiler = Compiler { shared: shared.collect(), ..Compiler::default() };
        for class in &rules.classes {
            let rows =
                class.rows.iter().map(|row| compiler.condition(class.entity, &row.guard)).collect();
            compiler.program.classes.push(rows);
        }
        for tally in &rules.tallies {
            let entity = tally.entity;
            let select = tally.select.iter().map(|expr| compiler.condition(entity, expr)).collect();
            let require = tally
                .require
                .iter()
                .map(|requirement| compiler.condition(entity, &requirement.condition))
                .collect();
            let parts = tally.splits.iter().map(|split| {
                (0..split.parts.len())
                    .map(|part| compiler.part(entity, &split.by, part))
                    .collect::<Vec<Id>>()
            });
            let parts = parts.collect();
            let sums = tally.measures.iter().map(|measure| match &measure.of {
                _ if measure.function != Function::Sum => Sum::Other,
                None => Sum::Records,
                Some(Expr { kind: ExprKind::Field { via: None, field }, .. }) => Sum::Field(*field),
                Some(of) => Computed::new(of).map_or(Sum::Other, Sum::Computed),
            });
            let tally = Tally { select, require, parts, sums: sums.collect() };
            compiler.program.tallies.push(tally);
        }
        for check in &rules.checks {
            let when = check.when.as_ref().map(|when| compiler.condition(check.entity, when));
            let expect = compiler.condition(check.entity, &check.expect);
            compiler.program.checks.push((when, expect));
        }
        compiler.program
    }
}

impl Compiler {
    fn node(&mut self, entity: EntityId, condition: Condition) -> Id {
        let node = Node { entity, condition };
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let id = self.program.nodes.len();
        // A node stands after its parts.
        let slow = match &node.condition {
            Condition::Other(_) => true,
            Condition::Not(inner) => self.program.slow[*inner],
            Condition::Same(left, right) => self.program.slow[*left] || self.program.slow[*right],
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().any(|part| self.program.slow[*part])
            }
            _ => false,
        };
        self.program.slow.push(slow);
        self.program.nodes.push(node.clone());
        self.ids.insert(node, id);
        id
    }

    fn condition(&mut self, entity: EntityId, expr: &Expr) -> Id {
        let condition = self.kernel(entity, expr).unwrap_or_else(|| {
            let compared = Compared::new(expr);
            self.program.others.push(Other { expr: expr.clone(), compared });
            Condition::Other(self.program.others.len() - 1)
        });
        self.node(entity, condition)
    }

    /// The kernel for a condition, if there is one.
    fn kernel(&mut self, entity: EntityId, expr: &Expr) -> Option<Condition> {
        Some(match &expr.kind {
            ExprKind::Constant(Value::Bool(value)) => Condition::Constant(*value),
            ExprKind::Not(inner) => Condition::Not(self.condition(entity, inner)),
            ExprKind::And(parts) => Condition::And(self.conditions(entity, parts)),
            ExprKind::Or(parts) => Condition::Or(self.conditions(entity, parts)),
            ExprKind::Compare(comparison, left, right) => {
                return self.compare(entity, *comparison, left, right);
            }
            ExprKind::OneOf(inner, values) => return self.one_of(entity, inner, values),
            ExprKind::Within(inner, period) => Condition::Within(span(inner)?, span(period)?),
            ExprKind::Has { list, set, all } => {
                Condition::Has { list: place(list)?, set: *set, all: *all }
            }
            ExprKind::IsKnown(inner) => Condition::Known(place(inner)?),
            ExprKind::Listed(text, list) => Condition::Listed(place(text)?, *list),
            ExprKind::CountedIn { via, tally } => Condition::Counted(from(*via), *tally),
            _ if expr.ty == Type::Bool => Condition::Flag(place(expr)?),
            _ => return None,
        })
    }

    fn conditions(&mut self, entity: EntityId, parts: &[Expr]) -> Vec<Id> {
        parts.iter().map(|part| self.condition(entity, part)).collect()
    }

    fn compare(
        &mut self,
        entity: EntityId,
        comparison: Comparison,
        left: &Expr,
        right: &Expr,
    ) -> Option<Condition> {
        if matches!(left.kind, ExprKind::Constant(_))
            && !matches!(right.kind, ExprKind::Constant(_))
        {
            return self.compare(entity, mirrored(comparison), right, left);
        }
        let negated = comparison == Comparison::NotEqual;
        let equality = negated || comparison == Comparison::Equal;
        let equal = match (&left.ty, &right.kind) {
            (Type::Number(_), ExprKind::Constant(Value::Number(value))) => {
                return Some(Condition::Number(place(left)?, comparison, value.clone()));
            }
            (Type::Number(_), _) => {
                return Some(Condition::Numbers(place(left)?, comparison, place(right)?));
            }
            (Type::Date, ExprKind::Constant(Value::Date(day))) => {
                return Some(Condition::Date(place(left)?, comparison, day.0));
            }
            (Type::Date, _) => {
                return Some(Condition::Dates(place(left)?, comparison, place(right)?));
            }
            (Type::Text, ExprKind::Constant(Value::Text(text))) if equality => {
                Condition::Text(place(left)?, vec![text.clone()])
            }
            (Type::Text, _) if equality => Condition::SameText(place(left)?, place(right)?),
            (Type::Choice(_), ExprKind::Constant(Value::Choice(value))) if equality => {
                self.choice(left, 1 << value)?
            }
            (Type::Bool, _) if equality => {
                Condition::Same(self.condition(entity, left), self.condition(entity, right))
            }
            _ => return None,
        };
        Some(if negated { Condition::Not(self.node(entity, equal)) } else { equal })
    }

    fn one_of(&mut self, entity: EntityId, inner: &Expr, values: &[Value]) -> Option<Condition> {
        match &inner.ty {
            Type::Choice(_) => {
                let set = values.iter().fold(0, |set, value| {
                    if let Value::Choice(index) = value { set | 1 << index } else { set }
                });
                self.choice(inner, set)
            }
            Type::Text => {
                let texts = values.iter().filter_map(|value| {
                    if let Value::Text(text) = value { Some(text.clone()) } else { None }
                });
                Some(Condition::Text(place(inner)?, texts.collect()))
            }
            Type::Number(_) | Type::Date => {
                let place = place(inner)?;
                let one = |value: &Value| match value {
                    Value::Number(value) => {
                        Some(Condition::Number(place, Comparison::Equal, value.clone()))
                    }
                    Value::Date(day) => Some(Condition::Date(place, Comparison::Equal, day.0)),
                    _ => None,
                };
                let parts: Option<Vec<Condition>> = values.iter().map(one).collect();
                Some(Condition::Or(
                    parts?.into_iter().map(|part| self.node(entity, part)).collect(),
                ))
            }
            _ => None,
        }
    }

    fn choice(&self, expr: &Expr, set: u128) -> Option<Condition> {
        match &expr.kind {
            ExprKind::Class { class, .. } if self.shared.get(*class) == Some(&true) => None,
            ExprKind::Class { via, class } => Some(Condition::Class(from(*via), *class, set)),
            _ => Some(Condition::Choice(place(expr)?, set)),
        }
    }

    /// What puts a record into a part of a split.
    fn part(&mut self, entity: EntityId, by: &Expr, part: usize) -> Id {
        if by.ty == Type::Bool {
            let yes = self.condition(entity, by);
            return if part == 0 { yes } else { self.node(entity, Condition::Not(yes)) };
        }
        match self.choice(by, 1 << part) {
            Some(condition) => self.node(entity, condition),
            None => {
                // A set of one value asks just that.
                let kind = ExprKind::OneOf(Box::new(by.clone()), vec![Value::Choice(part)]);
                self.condition(
                    entity,
                    &Expr { span: by.span, ty: Type::Bool, kind, nodes: by.nodes },
                )
            }
        }
    }
}

fn span(expr: &Expr) -> Option<Span> {
    match &expr.kind {
        ExprKind::Constant(Value::Date(day)) => {
            Some(Span::Constant(Period { start: *day, end: *day }))
        }
        ExprKind::Constant(Value::Period(period)) => Some(Span::Constant(*period)),
        _ => Some(Span::Field(place(expr)?)),
    }
}

pub(super) fn place(expr: &Expr) -> Option<Place> {
    match &expr.kind {
        ExprKind::Field { via, field } => Some(Place { from: from(*via), field: *field }),
        ExprKind::RootField(field) => Some(Place { from: From::Root, field: *field }),
        ExprKind::ProgrammeField(field) => Some(Place { from: From::Programme, field: *field }),
        _ => None,
    }
}

fn from(via: Option<FieldId>) -> From {
    via.map_or(From::Record, From::Reference)
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}

impl From {
    /// The entity that is reached from a record of another.
    pub(super) fn entity(self, rules: &Rules, entity: EntityId) -> EntityId {
        match self {
            From::Record => entity,
            From::Reference(field) => match rules.schema.entities[entity].fields[field].kind {
                FieldKind::Reference(target) => target,
                _ => entity,
            },
            From::Root => rules.schema.root,
            From::Programme => rules.schema.programme.unwrap_or(entity),
        }
    }
}
