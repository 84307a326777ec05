//! `round`, `round_up`, `round_down` and `round_even`: a number, and the step of its unit that it
//! is rounded to.
//!
//! Not here: what rounding gives, which is a matter of exact numbers.

use super::Checker;
use super::constants::{value, words};
use super::expr::{Scope, error, node};
use crate::syntax::ast;
use guiju_engine::output::amount;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::{Exact, Rounding};
use guiju_model::rules::{Expr, ExprKind, Type, Value};
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

impl Checker<'_> {
    pub(super) fn round(
        &mut self,
        span: Span,
        rounding: Rounding,
        arguments: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        let [of, step] = arguments else {
            let expected = Localized::new(
                self.quoted("數值與捨入單位，例如 `round(金額, 1 元)`", span),
                self.quoted("a number and its step, as in `round(amount, 1 元)`", span),
            );
            let found = Localized::new(
                format!("{} 個引數", arguments.len()),
                format!("{} argument(s)", arguments.len()),
            );
            self.report(Diagnostic::new(Code::TypeMismatch).word(expected).word(found).at(span));
            return error(span);
        };
        let (of, step) = (self.number_of(of, scope), self.number_of(step, scope));
        let action = Localized::new("互為數值與捨入單位", "rounded to one another");
        if let (Type::Number(unit), Type::Number(Unit::Number)) = (&of.ty, &step.ty)
            && *unit != Unit::Number
        {
            // A number of digits is no step: which one was meant nobody can tell.
            let diagnostic = Diagnostic::new(Code::UnitMismatch)
                .word(unit.describe())
                .word(Unit::Number.describe())
                .word(action)
                .at(step.span);
            self.report(diagnostic.note(
                "第二個是捨入單位，不是位數：`round(金額, 1 元)`、`round(比率, 1%)`",
                "the second is the step, not a number of digits: `round(amount, 1 元)`, \
                 `round(share, 1%)`",
            ));
            return error(span);
        }
        if !self.agree(&of, &step, &action) {
            return error(span);
        }
        match value(&step) {
            Ok(Value::Number(number)) if number > Exact::ZERO => {
                let step = node(step.span, step.ty, ExprKind::Constant(Value::Number(number)));
                return node(
                    span,
                    of.ty.clone(),
                    ExprKind::Round(rounding, Box::new(of), Box::new(step)),
                );
            }
            Ok(Value::Number(number)) => {
                let unit = if let Type::Number(unit) = &step.ty { unit } else { &Unit::Number };
                self.report(
                    Diagnostic::new(Code::RoundingStep).arg(amount(&number, unit)).at(step.span),
                );
            }
            Ok(_) | Err(None) => self.report(Diagnostic::new(Code::ConstantNeeded).at(step.span)),
            Err(Some(reason)) => {
                self.report(Diagnostic::new(Code::ConstantFails).word(words(reason)).at(step.span))
            }
        }
        error(span)
    }
}
