//! Days and periods: functions of them, and terms of days, months and years after a day.
//!
//! What is constant is computed here already, so that a day which does not exist is told to the
//! author. Not here: the calendar itself.

use super::Checker;
use super::constants::{value, words};
use super::expr::{Scope, error, node};
use crate::syntax::ast;
use guiju_model::calendar::{Calendar, MONTHS};
use guiju_model::date::Date;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::{Exact, NumberError};
use guiju_model::rules::{Arithmetic, Expr, ExprKind, Type, Value};
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// Gregorian years below are years of the Minguo calendar.
const MINGUO_ENDS: i64 = 1_000;

impl Checker<'_> {
    pub(super) fn calendar(
        &mut self,
        span: Span,
        function: Calendar,
        arguments: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        if arguments.len() != function.arguments() {
            return self.wrong_arguments(span, &function.arguments().to_string(), arguments.len());
        }
        let wanted: &[Type] = match function {
            Calendar::Age => &[Type::Date, Type::Date],
            Calendar::First | Calendar::Last | Calendar::Days => &[Type::Period],
            Calendar::Overlap => &[Type::Period, Type::Period],
            Calendar::Span => &[Type::Date, Type::Months],
            Calendar::Year | Calendar::Month => &[Type::Date],
        };
        let mut of = Vec::with_capacity(arguments.len());
        for (argument, wanted) in arguments.iter().zip(wanted) {
            let expr = if *wanted == Type::Months {
                self.term(argument, scope)
            } else {
                self.expr(argument, scope, None)
            };
            let fits = expr.ty == *wanted
                || (*wanted == Type::Months && expr.ty == Type::Number(Unit::Days));
            if fits {
                of.push(expr);
            } else if *wanted == Type::Months {
                self.no_term(&expr);
            } else {
                self.mismatch(&wanted.describe(), &expr);
            }
        }
        if of.len() < arguments.len() {
            return error(span);
        }
        let ty = match function {
            Calendar::Age | Calendar::Year | Calendar::Month => Type::Number(Unit::Number),
            Calendar::Days | Calendar::Overlap => Type::Number(Unit::Days),
            Calendar::First | Calendar::Last => Type::Date,
            Calendar::Span => Type::Period,
        };
        if let (Calendar::Span, [_, count]) = (function, of.as_slice())
            && !self.is_term(count, 1)
        {
            return error(span);
        }
        self.computed(node(span, ty, ExprKind::Calendar(function, of)))
    }

    /// `day + term` and `day - term`.
    pub(super) fn shifted(
        &mut self,
        span: Span,
        operator: Arithmetic,
        day: Expr,
        count: Expr,
    ) -> Expr {
        if !matches!(count.ty, Type::Months | Type::Number(Unit::Days)) {
            self.no_term(&count);
            return error(span);
        }
        if !self.is_term(&count, i64::MIN) {
            return error(span);
        }
        self.computed(node(
            span,
            Type::Date,
            ExprKind::Arithmetic(operator, Box::new(day), Box::new(count)),
        ))
    }

    /// What stands where a term may: months and years too, even if a counter is called so.
    pub(super) fn term(&mut self, written: &ast::Expr, scope: Scope) -> Expr {
        if let ast::ExprKind::Number(number, Some(unit)) = &written.kind
            && let Some(months) = self.months(written.span, number, &unit.node)
        {
            return months;
        }
        let expr = self.expr(written, scope, None);
        match (&expr.ty, value(&expr)) {
            (Type::Number(Unit::Count(unit)), Ok(Value::Number(number))) => {
                self.months(expr.span, &number, unit).unwrap_or(expr)
            }
            _ => expr,
        }
    }

    /// A number of months, where the unit is one of them.
    pub(super) fn months(&mut self, span: Span, number: &Exact, unit: &str) -> Option<Expr> {
        let (_, factor) = MONTHS.iter().find(|(name, _)| *name == unit)?;
        let months =
            number.mul(&Exact::from(*factor)).ok().filter(|months| months.to_i64().is_some());
        Some(match months {
            Some(months) => node(span, Type::Months, ExprKind::Constant(Value::Number(months))),
            None => self.fails(span, NumberError::NotWhole),
        })
    }

    /// Whether a term is not known to be none: whole, and no less than some number.
    fn is_term(&mut self, count: &Expr, least: i64) -> bool {
        let Ok(Value::Number(number)) = value(count) else { return true };
        let reason = if !number.is_whole() {
            NumberError::NotWhole
        } else if number < Exact::from(least) {
            NumberError::NoDays
        } else {
            return true;
        };
        self.fails(count.span, reason);
        false
    }

    /// The same expression, unless it is constant and has no value.
    fn computed(&mut self, expr: Expr) -> Expr {
        match value(&expr) {
            Err(Some(reason)) => self.fails(expr.span, reason),
            _ => expr,
        }
    }

    fn fails(&mut self, span: Span, reason: NumberError) -> Expr {
        self.report(Diagnostic::new(Code::ConstantFails).word(words(reason)).at(span));
        error(span)
    }

    fn no_term(&mut self, found: &Expr) {
        let expected = Localized::new(
            "天數、月數或年數，例如 `30 天`、`3 個月`、`2 年`",
            "days, months or years, as in `30 天`, `3 個月` or `2 年`",
        );
        self.mismatch(&expected, found);
    }

    /// Reports a year of the Minguo calendar that a Gregorian one is compared with; whether it did.
    pub(super) fn is_minguo_year(&mut self, left: &Expr, right: &Expr) -> bool {
        for (year, other) in [(left, right), (right, left)] {
            let (ExprKind::Calendar(Calendar::Year, _), Ok(Value::Number(number))) =
                (&year.kind, value(other))
            else {
                continue;
            };
            let Some(minguo) = number.to_i64().filter(|number| (1..MINGUO_ENDS).contains(number))
            else {
                continue;
            };
            let gregorian = (minguo + Date::MINGUO).to_string();
            self.report(
                Diagnostic::new(Code::MinguoYear)
                    .arg(minguo.to_string())
                    .arg(&gregorian)
                    .at(other.span)
                    .fix(&gregorian),
            );
            return true;
        }
        false
    }
}
