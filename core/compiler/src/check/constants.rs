//! `let`: named constants, computed while checking, in whatever order they are written.

use std::collections::HashMap;

use super::expr::Scope;
use super::index::places;
use super::order::order;
use super::{Checker, label};
use crate::syntax::ast;
use guiju_model::calendar::{Term, later};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::{Exact, NumberError};
use guiju_model::rules::{Arithmetic, Basis, Constant, Expr, ExprKind, Type, Value};
use guiju_model::text::{Locale, Localized};
use guiju_model::words::{self, built_in};

impl Checker<'_> {
    pub(super) fn constants(&mut self, lets: &[ast::Let]) {
        let index: HashMap<&str, usize> =
            lets.iter().enumerate().map(|(at, item)| (item.name.node.as_str(), at)).collect();
        let needs: Vec<Vec<usize>> = lets
            .iter()
            .map(|item| {
                let mut names = Vec::new();
                paths(&item.value, &mut names);
                names.iter().filter_map(|name| index.get(name.as_str()).copied()).collect()
            })
            .collect();
        let sorted = order(&needs);
        for circle in &sorted.circles {
            let names: Vec<&ast::Name> = circle.iter().map(|at| &lets[*at].name).collect();
            self.circle(&names);
        }
        let looping = sorted.looping;
        self.lost
            .names
            .extend((0..lets.len()).filter(|at| looping[*at]).map(|at| lets[at].name.node.clone()));
        for at in sorted.nodes.iter().filter(|at| !looping[**at]) {
            self.constant(&lets[*at]);
        }
        // Shown in the order they were written.
        self.constants.sort_by_key(|constant| index.get(constant.name.as_str()).copied());
        self.index.constants = places(self.constants.iter().map(|constant| constant.name.as_str()));
    }

    fn constant(&mut self, item: &ast::Let) {
        let expr = self.expr(&item.value, Scope::Constant, None);
        // No constant, which is said below, and its rows have grounds of their own.
        let by_rows = matches!(item.value.kind, ast::ExprKind::Case(_));
        let basis = if by_rows {
            Basis::None
        } else {
            self.basis(item.ground.as_ref(), &item.name.node, item.name.span)
        };
        if expr.ty == Type::Error {
            self.lost.names.insert(item.name.node.clone());
            return;
        }
        match value(&expr) {
            Ok(value) => {
                let (name, label) =
                    (item.name.node.clone(), label(item.label.as_ref(), &item.name.node));
                self.index.constants.insert(name.clone(), self.constants.len());
                self.constants.push(Constant { name, label, value, ty: expr.ty, basis });
            }
            Err(reason) => {
                self.lost.names.insert(item.name.node.clone());
                self.report(match reason {
                    None => Diagnostic::new(Code::ConstantNeeded).at(expr.span),
                    Some(reason) => {
                        Diagnostic::new(Code::ConstantFails).word(words(reason)).at(expr.span)
                    }
                });
            }
        }
    }

    /// Reports a circle of names.
    pub(super) fn circle(&mut self, names: &[&ast::Name]) {
        let mut shown: Vec<&str> = names.iter().map(|name| name.node.as_str()).collect();
        shown.extend(names.first().map(|name| name.node.as_str()));
        let mut diagnostic = Diagnostic::new(Code::Cycle).arg(shown.join(" → "));
        for (n, name) in names.iter().enumerate() {
            diagnostic =
                if n == 0 { diagnostic.at(name.span) } else { diagnostic.also(name.span, "", "") };
        }
        self.report(diagnostic);
    }
}

/// The names that an expression is computed from, dotted as written; not those whose value comes
/// with the data (`given`).
pub(super) fn paths(expr: &ast::Expr, found: &mut Vec<String>) {
    names(expr, false, &mut |name, given| {
        if !given {
            found.push(name);
        }
    });
}

/// The names that an expression reads an earlier value or a target of, as in `previous(x)`.
pub(super) fn given(expr: &ast::Expr, found: &mut Vec<String>) {
    names(expr, false, &mut |name, given| {
        if given {
            found.push(name);
        }
    });
}

fn names(expr: &ast::Expr, given: bool, found: &mut dyn FnMut(String, bool)) {
    if let ast::ExprKind::Path(path) = &expr.kind {
        found(super::expr::dotted(path), given);
    }
    // What it asks of records is nothing of the root.
    if let ast::ExprKind::Over(..) = &expr.kind {
        return;
    }
    let given = given
        || matches!(&expr.kind, ast::ExprKind::Call(function, _) if matches!(function.as_slice(), [name] if is_given(&name.node)));
    expr.parts().into_iter().for_each(|part| names(part, given, found));
}

/// The functions whose value comes with the data.
pub(super) fn is_given(function: &str) -> bool {
    matches!(built_in(words::Name::Function, function), Some("previous" | "target"))
}

/// The value of a constant expression; `Err(None)` where it is not constant.
pub(super) fn value(expr: &Expr) -> Result<Value, Option<NumberError>> {
    match &expr.kind {
        ExprKind::Constant(value) => Ok(value.clone()),
        ExprKind::Negate(inner) => match value(inner)? {
            Value::Number(number) => Ok(Value::Number(number.negate())),
            _ => Err(None),
        },
        ExprKind::Calendar(function, of) => {
            let values: Vec<Value> = of.iter().map(value).collect::<Result<_, _>>()?;
            let counted = of.last().map_or(Term::Days, |last| term(&last.ty));
            function.of(&values, counted).ok_or(None)?.map_err(Some)
        }
        ExprKind::Arithmetic(operator, left, right) => match (value(left)?, value(right)?) {
            (Value::Date(a), Value::Date(b)) => Ok(Value::Number(Exact::from(
                i64::from(a.epoch_days()) - i64::from(b.epoch_days()),
            ))),
            (Value::Date(day), Value::Number(count)) => {
                let count = if *operator == Arithmetic::Subtract { count.negate() } else { count };
                later(day, &count, term(&right.ty)).map(Value::Date).map_err(Some)
            }
            (Value::Number(a), Value::Number(b)) => match operator {
                Arithmetic::Add => a.add(&b),
                Arithmetic::Subtract => a.sub(&b),
                Arithmetic::Multiply => a.mul(&b),
                Arithmetic::Divide => a.div(&b),
            }
            .and_then(short)
            .map_err(Some),
            _ => Err(None),
        },
        ExprKind::Round(rounding, of, step) => match (value(of)?, value(step)?) {
            (Value::Number(of), Value::Number(step)) => {
                of.rounded(*rounding, &step).and_then(short).map_err(Some)
            }
            _ => Err(None),
        },
        ExprKind::Extremum { greatest, of } => {
            let mut found: Option<Exact> = None;
            for part in of {
                let Value::Number(number) = value(part)? else { return Err(None) };
                found = Some(match found {
                    None => number,
                    Some(other) => {
                        if *greatest {
                            other.max(number)
                        } else {
                            other.min(number)
                        }
                    }
                });
            }
            found.map(Value::Number).ok_or(None)
        }
        _ => Err(None),
    }
}

/// What a number of this type counts after a day.
fn term(ty: &Type) -> Term {
    if *ty == Type::Months { Term::Months } else { Term::Days }
}

/// Nobody writes a constant as long as sums may become, and compiled packs have no room for one.
fn short(number: Exact) -> Result<Value, NumberError> {
    if number.parts().is_none() { Err(NumberError::Overflow) } else { Ok(Value::Number(number)) }
}

pub(super) fn words(error: NumberError) -> Localized {
    match error {
        NumberError::Overflow => Localized::new("位數過多", "too many digits"),
        NumberError::DivisionByZero => Localized::new("除以零", "a division by zero"),
        _ => Localized::new(error.reason(Locale::ZhTw), error.reason(Locale::En)),
    }
}
