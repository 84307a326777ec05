//! What the formulas and conditions of a rule mean, whatever they are written with: values in the
//! place of their names, and a list of conditions that hold together, or of which one holds, as one
//! list.
//!
//! For telling a rule that gives a value a name from one that decides otherwise. Not here: what
//! rules say beside them (`said`).

use std::collections::HashMap;
use std::ops::Range;

use guiju_compiler::syntax::Token;
use guiju_compiler::syntax::ast::{Case, CaseRow, Expr, ExprKind, Item, ItemKind, Name};
use guiju_model::source::{SourceId, Span, Spanned};
use guiju_model::text::Localized;

/// A piece of a rule: its formulas and conditions in order, without their places, and the words of
/// what it computes beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Meant {
    exprs: Vec<Expr>,
    beside: Vec<Token>,
}

/// The named values of each entity.
#[derive(Default)]
pub(super) struct Values(HashMap<String, HashMap<String, Expr>>);

/// No place: what a rule means does not depend on where it is written.
const NOWHERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

impl Meant {
    /// These formulas and conditions of records of an entity.
    pub(super) fn of(exprs: &[&Expr], entity: &str, values: &Values, beside: Vec<Token>) -> Meant {
        let names = values.0.get(entity);
        Meant { exprs: exprs.iter().map(|expr| plain(expr, names, &[])).collect(), beside }
    }

    /// This and what comes after it.
    pub(super) fn and(mut self, next: Meant) -> Meant {
        self.exprs.extend(next.exprs);
        self.beside.extend(next.beside);
        self
    }

    /// Whether there is anything that may be written otherwise.
    pub(super) fn has_exprs(&self) -> bool {
        !self.exprs.is_empty()
    }
}

impl Values {
    /// Those of a pack; the pack holds together, so none stands for itself.
    pub(super) fn of(items: &[Item]) -> Values {
        let mut values = Values::default();
        for item in items {
            if let ItemKind::Let(found) = &item.kind
                && let Some(owner) = &found.owner
            {
                values
                    .0
                    .entry(owner.node.clone())
                    .or_default()
                    .insert(found.name.node.clone(), found.value.clone());
            }
        }
        values
    }
}

/// Where formulas and conditions stand in a text that begins at this byte.
pub(super) fn places(exprs: &[&Expr], start: u32) -> Vec<Range<usize>> {
    let place = |expr: &&Expr| {
        Some(
            expr.span.start.checked_sub(start)? as usize
                ..expr.span.end.checked_sub(start)? as usize,
        )
    };
    exprs.iter().filter_map(place).collect()
}

/// An expression without places, with values in the place of their names; `open` has the names that
/// it is part of the value of. One of these is no name of a value here, but a choice that is called
/// so.
fn plain(expr: &Expr, values: Option<&HashMap<String, Expr>>, open: &[&str]) -> Expr {
    let of = |expr: &Expr| plain(expr, values, open);
    let boxed = |expr: &Expr| Box::new(of(expr));
    let list = |parts: &[Expr]| parts.iter().map(of).collect::<Vec<_>>();
    let kind = match &expr.kind {
        ExprKind::Path(path) => match path.as_slice() {
            [name] => match values
                .and_then(|values| values.get_key_value(&name.node))
                .filter(|(name, _)| !open.contains(&name.as_str()))
            {
                Some((name, value)) => {
                    return plain(value, values, &[open, &[name.as_str()]].concat());
                }
                None => ExprKind::Path(names(path)),
            },
            _ => ExprKind::Path(names(path)),
        },
        ExprKind::Number(number, unit) => ExprKind::Number(number.clone(), unit.as_ref().map(name)),
        ExprKind::Text(text) => ExprKind::Text(text.clone()),
        ExprKind::Bool(value) => ExprKind::Bool(*value),
        ExprKind::Date(day) => ExprKind::Date(*day),
        ExprKind::Over(function, entity, condition) => {
            ExprKind::Over(names(function), name(entity), boxed(condition))
        }
        ExprKind::Call(function, parts) => ExprKind::Call(names(function), list(parts)),
        ExprKind::List(parts) => ExprKind::List(list(parts)),
        ExprKind::Not(part) => ExprKind::Not(boxed(part)),
        ExprKind::Negate(part) => ExprKind::Negate(boxed(part)),
        ExprKind::And(parts) => ExprKind::And(flat(list(parts), |kind| {
            if let ExprKind::And(parts) = kind { Ok(parts) } else { Err(kind) }
        })),
        ExprKind::Or(parts) => ExprKind::Or(flat(list(parts), |kind| {
            if let ExprKind::Or(parts) = kind { Ok(parts) } else { Err(kind) }
        })),
        ExprKind::Binary(sign, a, b) => ExprKind::Binary(*sign, boxed(a), boxed(b)),
        ExprKind::IsKnown(part) => ExprKind::IsKnown(boxed(part)),
        ExprKind::IsMet(obligation) => ExprKind::IsMet(name(obligation)),
        ExprKind::CountedIn(who, tally) => {
            ExprKind::CountedIn(who.as_deref().map(boxed), name(tally))
        }
        // Why a value is replaced is wording.
        ExprKind::Default(value, other, _) => {
            ExprKind::Default(boxed(value), boxed(other), Localized::default())
        }
        ExprKind::Case(case) => {
            let row = |row: &CaseRow| CaseRow {
                span: NOWHERE,
                guard: of(&row.guard),
                value: of(&row.value),
                ground: None,
            };
            let otherwise = case.otherwise.as_ref().map(|(value, _)| (of(value), None));
            ExprKind::Case(Box::new(Case {
                word: Spanned { node: String::new(), span: NOWHERE },
                ordered: case.ordered,
                rows: case.rows.iter().map(row).collect(),
                otherwise,
            }))
        }
        ExprKind::Error => ExprKind::Error,
    };
    nowhere(kind)
}

fn nowhere(kind: ExprKind) -> Expr {
    Expr { span: NOWHERE, kind, height: 0 }
}

/// Parts that are lists of the same kind taken apart.
fn flat(parts: Vec<Expr>, inner: impl Fn(ExprKind) -> Result<Vec<Expr>, ExprKind>) -> Vec<Expr> {
    parts
        .into_iter()
        .flat_map(|part| inner(part.kind).unwrap_or_else(|kind| vec![nowhere(kind)]))
        .collect()
}

fn name(name: &Name) -> Name {
    Spanned { node: name.node.clone(), span: NOWHERE }
}

fn names(path: &[Name]) -> Vec<Name> {
    path.iter().map(name).collect()
}
