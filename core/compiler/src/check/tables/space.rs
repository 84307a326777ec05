//! The fields that a table's conditions read, and for each a few values that stand for all it can
//! have.
//!
//! A condition sees a field through comparisons only. With constants, its values fall into the
//! constants themselves and the stretches between them: one value of each will do. Fields compared
//! with one another share their constants and get as many values in each stretch as there are
//! fields, so that every order among them occurs. What is computed (sums, differences, products)
//! cannot be covered this way; such a row is marked inexact. Choosing the values themselves is in
//! `points`.

use std::collections::{BTreeMap, BTreeSet};

use guiju_model::calendar::Calendar;
use guiju_model::date::{Date, Period};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::number::{Exact, Rounding};
use guiju_model::rules::{Arithmetic, Class, Expr, ExprKind, Rules, Value};
use guiju_model::schema::FieldKind;

/// Where a field is, seen from the record that is classified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Own(FieldId),
    Root(FieldId),
    /// The entity and a field of the programme's own record.
    Programme(EntityId, FieldId),
    /// A field of the record that a reference leads to.
    Via(FieldId, FieldId),
}

/// One value to try.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sample {
    Missing,
    Bool(bool),
    Number(Exact),
    Text(String),
    Date(Date),
    Period(Period),
    Choice(usize),
    List(u128),
    /// A reference that is given.
    Record,
}

/// A field and the values tried for it.
pub(super) struct Tried {
    pub(super) place: Place,
    pub(super) values: Vec<Sample>,
}

/// What one row reads.
#[derive(Default)]
pub(super) struct Reads {
    /// For each part of a condition joined by `and`, the numbers of its fields, each once, in the
    /// order of their first use.
    pub(super) parts: Vec<Vec<usize>>,
    /// Whether the values stand for all, as far as this row can tell them apart.
    pub(super) exact: bool,
    /// Whether it reads figures or verdicts, which are not tried out.
    pub(super) figures: bool,
}

pub(super) struct Space {
    pub(super) fields: Vec<Tried>,
    pub(super) rows: Vec<Reads>,
}

/// What the conditions compare a field with.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) constants: Vec<Value>,
    /// Sets that a list is asked to have any or all of.
    pub(super) masks: Vec<u128>,
    pub(super) may_be_missing: bool,
    /// Another field of its group of fields compared with each other; itself where it is the head.
    group: usize,
}

pub(super) struct Reader<'a> {
    rules: &'a Rules,
    entity: EntityId,
    numbers: BTreeMap<Place, usize>,
    pub(super) places: Vec<Place>,
    pub(super) facts: Vec<Facts>,
    row: Reads,
    /// Fields of the part being read.
    fields: Vec<usize>,
    /// Classifications the part has been followed into, and whether within `is known`: each is
    /// followed once.
    seen: BTreeSet<(usize, bool)>,
    within_known: bool,
}

/// One side of a comparison: what it can come down to.
enum Leaf {
    Field(usize),
    Constant(Value),
    /// A field rounded to a step.
    Rounded(usize, Exact),
}

impl Space {
    pub(super) fn of(rules: &Rules, class: &Class) -> Space {
        let mut reader = Reader {
            rules,
            entity: class.entity,
            numbers: BTreeMap::new(),
            places: Vec::new(),
            facts: Vec::new(),
            row: Reads::default(),
            fields: Vec::new(),
            seen: BTreeSet::new(),
            within_known: false,
        };
        let mut rows = Vec::new();
        for row in &class.rows {
            reader.row = Reads { exact: true, ..Reads::default() };
            for part in parts(&row.guard) {
                reader.seen.clear();
                reader.condition(part);
                let fields = std::mem::take(&mut reader.fields);
                reader.row.parts.push(fields);
            }
            rows.push(std::mem::take(&mut reader.row));
        }
        let values = super::points::choose(&reader);
        let fields = reader
            .places
            .iter()
            .zip(values)
            .map(|(place, values)| Tried { place: *place, values })
            .collect();
        Space { fields, rows }
    }

    /// Whether cases choose what can be there once only: the key of the root, or a field of the
    /// programme.
    pub(super) fn fixes_singles(&self, rules: &Rules, entity: EntityId) -> bool {
        let schema = &rules.schema;
        let is_key = |of: EntityId, field: FieldId| {
            (of == schema.root || schema.is_shared(of)) && field == schema.entities[of].key
        };
        self.fields.iter().any(|field| match field.place {
            Place::Programme(..) => true,
            Place::Root(field) => is_key(schema.root, field),
            Place::Own(field) => is_key(entity, field),
            Place::Via(via, field) => match schema.entities[entity].fields[via].kind {
                FieldKind::Reference(target) => is_key(target, field),
                _ => false,
            },
        })
    }
}

/// The parts of a condition that must all hold.
pub(super) fn parts(guard: &Expr) -> &[Expr] {
    match &guard.kind {
        ExprKind::And(parts) => parts,
        _ => std::slice::from_ref(guard),
    }
}

impl<'a> Reader<'a> {
    pub(super) fn kind(&self, place: Place) -> &'a FieldKind {
        let schema = &self.rules.schema;
        match place {
            Place::Own(field) => &schema.entities[self.entity].fields[field].kind,
            Place::Root(field) => &schema.root_entity().fields[field].kind,
            Place::Programme(entity, field) => &schema.entities[entity].fields[field].kind,
            Place::Via(via, field) => match schema.entities[self.entity].fields[via].kind {
                FieldKind::Reference(target) => &schema.entities[target].fields[field].kind,
                _ => &schema.entities[self.entity].fields[field].kind,
            },
        }
    }

    fn is_key(&self, place: Place) -> bool {
        let schema = &self.rules.schema;
        match place {
            Place::Own(field) => schema.entities[self.entity].key == field,
            Place::Root(field) => schema.root_entity().key == field,
            Place::Programme(..) => false,
            Place::Via(via, field) => {
                matches!(schema.entities[self.entity].fields[via].kind, FieldKind::Reference(target) if schema.entities[target].key == field)
            }
        }
    }

    fn field(&mut self, place: Place) -> usize {
        let next = self.places.len();
        let number = *self.numbers.entry(place).or_insert(next);
        if number == next {
            self.places.push(place);
            self.facts.push(Facts { group: number, ..Facts::default() });
        }
        if !self.fields.contains(&number) {
            self.fields.push(number);
        }
        number
    }

    fn condition(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Not(a) => self.condition(a),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|part| self.condition(part))
            }
            ExprKind::Compare(_, a, b) | ExprKind::Within(a, b) => {
                self.solve(a, b);
                self.solve(b, a);
                let (a, b) = (self.leaves(a), self.leaves(b));
                for a in &a {
                    for b in &b {
                        self.meet(a, b);
                    }
                }
            }
            ExprKind::OneOf(a, values) => {
                for leaf in self.leaves(a) {
                    for value in values {
                        self.meet(&leaf, &Leaf::Constant(value.clone()));
                    }
                }
            }
            ExprKind::Has { list, set, .. } => {
                for leaf in self.leaves(list) {
                    if let Leaf::Field(field) = leaf {
                        self.facts[field].masks.push(*set);
                    }
                }
            }
            ExprKind::IsKnown(a) => {
                self.may_be_missing(a);
            }
            _ => {
                self.leaves(expr);
            }
        }
    }

    /// Where a field makes a number that is computed from it and constants pass another constant:
    /// such a row stays inexact, but more of what matters is tried.
    fn solve(&mut self, computed: &'a Expr, constant: &Expr) {
        if matches!(computed.kind, ExprKind::Arithmetic(..) | ExprKind::Negate(_))
            && let Ok(Value::Number(number)) = super::super::constants::value(constant)
            && let Some((of, scale, offset)) = linear(computed)
            && let Ok(edge) = number.sub(&offset).and_then(|rest| rest.div(&scale))
            && let [Leaf::Field(field)] = self.leaves(of)[..]
            && let Some(facts) = self.facts.get_mut(field)
        {
            // What no number of the data is lies between two that are.
            let ends = match edge.to_plain() {
                Some(_) => vec![Ok(edge)],
                None => [Rounding::Down, Rounding::Up].map(|to| edge.rounded(to, &near())).into(),
            };
            facts.constants.extend(ends.into_iter().flatten().map(Value::Number));
        }
    }

    /// What an expression comes down to: fields and constants, one of which is its value.
    fn leaves(&mut self, expr: &'a Expr) -> Vec<Leaf> {
        if let Ok(value) = super::super::constants::value(expr) {
            return vec![Leaf::Constant(value)];
        }
        match &expr.kind {
            ExprKind::Field { via: None, field } => {
                vec![Leaf::Field(self.field(Place::Own(*field)))]
            }
            ExprKind::Field { via: Some(via), field } => {
                vec![Leaf::Field(self.field(Place::Via(*via, *field)))]
            }
            ExprKind::RootField(field) => vec![Leaf::Field(self.field(Place::Root(*field)))],
            ExprKind::ProgrammeField(field) => {
                let programme = self.rules.schema.programme;
                programme
                    .map(|entity| Leaf::Field(self.field(Place::Programme(entity, *field))))
                    .into_iter()
                    .collect()
            }
            ExprKind::Default(value, fallback, _) => {
                let mut leaves = self.may_be_missing(value);
                leaves.extend(self.leaves(fallback));
                leaves
            }
            ExprKind::Class { via: None, class } => {
                // Its value follows from the fields its rows read, and those are tried in full.
                let rules = self.rules;
                if self.seen.insert((*class, self.within_known)) {
                    rules.classes[*class].rows.iter().for_each(|row| self.condition(&row.guard));
                }
                Vec::new()
            }
            ExprKind::Arithmetic(_, a, b) => {
                self.row.exact = false;
                let mut leaves = self.leaves(a);
                leaves.extend(self.leaves(b));
                leaves
            }
            ExprKind::Negate(a) => {
                self.row.exact = false;
                self.leaves(a)
            }
            ExprKind::Case(_) => {
                self.row.exact = false;
                expr.kind.parts().into_iter().flat_map(|part| self.leaves(part)).collect()
            }
            ExprKind::Round(rounding, of, step) => {
                // Whether it is known though the field is not is a matter of the bounds of the
                // field.
                self.row.exact &= !self.within_known;
                let Ok(Value::Number(step)) = super::super::constants::value(step) else {
                    return Vec::new();
                };
                let leaves = self.leaves(of).into_iter().map(|leaf| match leaf {
                    Leaf::Field(field) => Leaf::Rounded(field, step.clone()),
                    Leaf::Constant(Value::Number(number)) => Leaf::Constant(Value::Number(
                        number.rounded(*rounding, &step).unwrap_or(number),
                    )),
                    other => {
                        self.row.exact = false;
                        other
                    }
                });
                leaves.collect()
            }
            // The days tried for a period are those tried for its ends.
            ExprKind::Calendar(Calendar::First | Calendar::Last, of) => {
                of.iter().flat_map(|part| self.leaves(part)).collect()
            }
            ExprKind::Calendar(_, of) => {
                self.row.exact = false;
                of.iter().flat_map(|part| self.leaves(part)).collect()
            }
            ExprKind::Length(text)
            | ExprKind::Contains { text, .. }
            | ExprKind::Matches { text, .. } => {
                self.row.exact = false;
                self.leaves(text);
                Vec::new()
            }
            ExprKind::Extremum { of, .. } => {
                // One of its operands, so what matters of them is how each compares with the other
                // side. Whether it is known, though, is a matter of how they compare with each
                // other.
                self.row.exact &= !self.within_known;
                of.iter().flat_map(|part| self.leaves(part)).collect()
            }
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare(..)
            | ExprKind::Within(..)
            | ExprKind::OneOf(..)
            | ExprKind::Has { .. }
            | ExprKind::IsKnown(_) => {
                self.condition(expr);
                Vec::new()
            }
            ExprKind::Lookup { of, .. } => {
                self.row.exact = false;
                of.iter().for_each(|key| drop(self.leaves(key)));
                Vec::new()
            }
            ExprKind::Kpi(_)
            | ExprKind::Previous(_)
            | ExprKind::Target(_)
            | ExprKind::CountedIn { .. }
            | ExprKind::Figure { .. }
            | ExprKind::Over { .. } => {
                (self.row.exact, self.row.figures) = (false, true);
                Vec::new()
            }
            _ => {
                self.row.exact = false;
                Vec::new()
            }
        }
    }

    fn may_be_missing(&mut self, expr: &'a Expr) -> Vec<Leaf> {
        let mut own = std::mem::take(&mut self.fields);
        let outer = std::mem::replace(&mut self.within_known, true);
        let leaves = self.leaves(expr);
        self.within_known = outer;
        for field in std::mem::take(&mut self.fields) {
            if !self.is_key(self.places[field]) {
                self.facts[field].may_be_missing = true;
            }
            if !own.contains(&field) {
                own.push(field);
            }
        }
        self.fields = own;
        leaves
    }

    /// Two values are compared.
    fn meet(&mut self, a: &Leaf, b: &Leaf) {
        match (a, b) {
            (Leaf::Field(field), Leaf::Constant(value))
            | (Leaf::Constant(value), Leaf::Field(field)) => {
                self.facts[*field].constants.push(value.clone());
            }
            (Leaf::Field(a), Leaf::Field(b)) => {
                let (a, b) = (self.head(*a), self.head(*b));
                self.facts[a.max(b)].group = a.min(b);
            }
            (Leaf::Rounded(field, step), Leaf::Constant(Value::Number(number)))
            | (Leaf::Constant(Value::Number(number)), Leaf::Rounded(field, step)) => {
                let edges = rounding_edges(number, step);
                self.row.exact &= edges.is_some();
                self.facts[*field].constants.extend(edges.into_iter().flatten().map(Value::Number));
            }
            (Leaf::Rounded(..), _) | (_, Leaf::Rounded(..)) => self.row.exact = false,
            (Leaf::Constant(_), Leaf::Constant(_)) => {}
        }
    }

    /// The head of a field's group; heads come before their members, so this ends.
    pub(super) fn head(&self, mut field: usize) -> usize {
        while self.facts[field].group != field {
            field = self.facts[field].group;
        }
        field
    }
}

/// A number as a field times a constant, and a constant more.
fn linear(expr: &Expr) -> Option<(&Expr, Exact, Exact)> {
    let constant = |expr: &Expr| match super::super::constants::value(expr) {
        Ok(Value::Number(number)) => Some(number),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Field { .. } | ExprKind::RootField(_) => Some((expr, Exact::ONE, Exact::ZERO)),
        ExprKind::Negate(of) => {
            let (field, scale, offset) = linear(of)?;
            Some((field, scale.negate(), offset.negate()))
        }
        ExprKind::Arithmetic(operator, a, b) => {
            let (of, by, turned) = match (constant(a), constant(b)) {
                (None, Some(by)) => (a, by, false),
                (Some(by), None) => (b, by, true),
                _ => return None,
            };
            let (field, scale, offset) = linear(of)?;
            Some(match operator {
                Arithmetic::Add => (field, scale, offset.add(&by).ok()?),
                Arithmetic::Subtract if turned => (field, scale.negate(), by.sub(&offset).ok()?),
                Arithmetic::Subtract => (field, scale, offset.sub(&by).ok()?),
                Arithmetic::Multiply if !by.is_zero() => {
                    (field, scale.mul(&by).ok()?, offset.mul(&by).ok()?)
                }
                Arithmetic::Divide if !turned => {
                    (field, scale.div(&by).ok()?, offset.div(&by).ok()?)
                }
                _ => return None,
            })
        }
        _ => None,
    }
}

/// The step to which what no number of the data is gets rounded.
fn near() -> Exact {
    Exact::fraction(1, 100).unwrap_or(Exact::ONE)
}

/// Where a number can pass another by being rounded to a step: the multiples beside that other, and
/// the middles between them.
fn rounding_edges(number: &Exact, step: &Exact) -> Option<Vec<Exact>> {
    let half = step.div(&Exact::from(2)).ok()?;
    let below = Exact::from(i64::try_from(number.div(step).ok()?.floor()?).ok()?);
    let first = below.sub(&Exact::ONE).ok()?.mul(step).ok()?;
    (0..=4).map(|n| first.add(&half.mul(&Exact::from(n)).ok()?).ok()).collect()
}
