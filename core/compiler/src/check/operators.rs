//! Operators: which types and units go together, and what comes out.

use std::sync::Arc;

use super::Checker;
use super::constants::value;
use super::expr::{Scope, error, node};
use crate::syntax::ast::{self, Binary};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::form::{FormFault, fault};
use guiju_model::number::Exact;
use guiju_model::rules::{Arithmetic, Comparison, Expr, ExprKind, Type, Value};
use guiju_model::schema::Choices;
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

impl Checker<'_> {
    pub(super) fn binary(
        &mut self,
        span: Span,
        operator: Binary,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: Scope,
    ) -> Expr {
        match operator {
            Binary::Equal => self.compare(span, Comparison::Equal, left, right, scope),
            Binary::NotEqual => self.compare(span, Comparison::NotEqual, left, right, scope),
            Binary::Less => self.compare(span, Comparison::Less, left, right, scope),
            Binary::LessEqual => self.compare(span, Comparison::LessEqual, left, right, scope),
            Binary::Greater => self.compare(span, Comparison::Greater, left, right, scope),
            Binary::GreaterEqual => {
                self.compare(span, Comparison::GreaterEqual, left, right, scope)
            }
            Binary::In => self.is_in(span, left, right, scope),
            Binary::NotIn => {
                let inner = self.is_in(span, left, right, scope);
                if inner.ty == Type::Error {
                    inner
                } else {
                    node(span, Type::Bool, ExprKind::Not(Box::new(inner)))
                }
            }
            Binary::Covers => {
                let (period, inner) = (self.expr(left, scope, None), self.expr(right, scope, None));
                self.within(span, inner, period)
            }
            Binary::Matches => self.matches(span, left, right, scope),
            Binary::Has if self.is_undecided_has(operator, right) => error(span),
            Binary::Has | Binary::HasAny | Binary::HasAll => {
                self.has(span, operator == Binary::HasAll, left, right, scope)
            }
            Binary::Range => self.range(span, left, right, scope),
            Binary::Add => self.arithmetic(span, Arithmetic::Add, left, right, scope),
            Binary::Subtract => self.arithmetic(span, Arithmetic::Subtract, left, right, scope),
            Binary::Multiply => self.arithmetic(span, Arithmetic::Multiply, left, right, scope),
            Binary::Divide if self.is_day_first(span, left, right) => error(span),
            Binary::Divide => self.arithmetic(span, Arithmetic::Divide, left, right, scope),
        }
    }

    /// Both sides, where a bare name on one side may be a value of the enumeration on the other.
    fn pair(&mut self, left: &ast::Expr, right: &ast::Expr, scope: Scope) -> (Expr, Expr) {
        let bare =
            |expr: &ast::Expr| matches!(&expr.kind, ast::ExprKind::Path(path) if path.len() == 1);
        let known = |checker: &Self, expr: &ast::Expr| match &expr.kind {
            ast::ExprKind::Path(path) => checker.is_name(path, scope),
            _ => true,
        };
        if bare(left) && !known(self, left) && known(self, right) {
            let right = self.expr(right, scope, None);
            let choices = choices_of(&right);
            return (self.expr(left, scope, choices.as_ref()), right);
        }
        let left = self.expr(left, scope, None);
        if left.ty == Type::Error && bare(right) && !known(self, right) {
            // Perhaps a value of what was meant on the left.
            return (left, error(right.span));
        }
        let choices = choices_of(&left);
        let right = self.expr(right, scope, choices.as_ref());
        (left, right)
    }

    fn compare(
        &mut self,
        span: Span,
        comparison: Comparison,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: Scope,
    ) -> Expr {
        self.with_itself(span, left, right);
        let written = left;
        let (left, right) = self.pair(left, right, scope);
        if self.chained(written, &right)
            || self.is_minguo_year(&left, &right)
            || !self.agree(&left, &right, &Localized::new("比較", "compared"))
        {
            return error(span);
        }
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let allowed = match &left.ty {
            Type::Number(_) | Type::Date | Type::Error => true,
            Type::Bool | Type::Text | Type::Choice(_) => !ordered,
            Type::Period | Type::List(_) | Type::Reference(_) | Type::Months => false,
        };
        if !allowed {
            let expected = if ordered {
                Localized::new(
                    "可以比大小的值（數字或日期）",
                    "something with an order (a number or a date)",
                )
            } else {
                Localized::new("可以比較的值", "something that can be compared")
            };
            self.mismatch(&expected, &left);
            return error(span);
        }
        node(span, Type::Bool, ExprKind::Compare(comparison, Box::new(left), Box::new(right)))
    }

    /// Whether two sides have the same type and unit; reports where not.
    pub(super) fn agree(&mut self, left: &Expr, right: &Expr, action: &Localized) -> bool {
        match (&left.ty, &right.ty) {
            (Type::Error, _) | (_, Type::Error) => false,
            (Type::Number(a), Type::Number(b)) if a != b => {
                let mut diagnostic = Diagnostic::new(Code::UnitMismatch)
                    .word(a.describe())
                    .word(b.describe())
                    .word(action.clone())
                    .at(right.span);
                if per_constant(left) || per_constant(right) {
                    diagnostic = diagnostic.note(
                        "除以同單位的常數得到的是比率；請不要相除，直接與有單位的數比較",
                        "divided by a constant of its own unit it is a share: compare the number \
                         itself with one that has the unit",
                    );
                    self.report(diagnostic);
                    return false;
                }
                let fix = with_unit(left, b)
                    .map(|fix| (left.span, fix))
                    .or_else(|| with_unit(right, a).map(|fix| (right.span, fix)));
                if let Some((span, fix)) = fix {
                    diagnostic.labels[0].span = span;
                    diagnostic = self.of_constant(diagnostic, span, &fix);
                } else {
                    diagnostic = self.written_in(self.written_in(diagnostic, a), b);
                }
                self.report(diagnostic);
                false
            }
            (Type::Choice(a), Type::Choice(b)) if Arc::ptr_eq(a, b) => true,
            (a, b) if a == b && !matches!(a, Type::Choice(_)) => true,
            (Type::Choice(choices), Type::Text) if self.quoted_choice(choices, right) => false,
            (Type::Text, Type::Choice(choices)) if self.quoted_choice(choices, left) => false,
            (record @ Type::Reference(_), text @ Type::Text)
            | (text @ Type::Text, record @ Type::Reference(_)) => {
                let diagnostic = Diagnostic::new(Code::TypeMismatch)
                    .word(left.ty.describe())
                    .word(right.ty.describe())
                    .at(right.span);
                self.report(self.of_a_key(diagnostic, record, text));
                false
            }
            (a, _) => {
                let expected = a.describe();
                self.mismatch(&expected, right);
                false
            }
        }
    }

    /// Says what is written in a unit, for two that differ.
    fn written_in(&self, diagnostic: Diagnostic, unit: &Unit) -> Diagnostic {
        let Unit::Count(counter) = unit else {
            return match unit {
                Unit::Money => diagnostic.note(
                    "金額寫成 元、仟元、萬元、億元，例如 `1_000 元`",
                    "money is written in 元, 仟元, 萬元 or 億元, such as `1_000 元`",
                ),
                _ => diagnostic,
            };
        };
        const SHOWN: usize = 3;
        let counted = self.kpis.iter().filter(|kpi| kpi.kpi.unit == *unit).take(SHOWN);
        let names: Vec<String> = counted.map(|kpi| format!("`{}`", kpi.kpi.name)).collect();
        if names.is_empty() {
            return diagnostic;
        }
        diagnostic.note(
            format!("以 {counter} 計的是 {}", names.join("、")),
            format!("{counter} is the unit of {}", names.join(", ")),
        )
    }

    /// A unit that is missing at a place: where a constant stands there by name, it is missing
    /// where the constant is declared, if nothing else asks for it.
    fn of_constant(&self, mut diagnostic: Diagnostic, used: Span, fix: &str) -> Diagnostic {
        let constant = self.constant_uses.get(&used).and_then(|at| self.constants.get(*at));
        let Some(name) = constant.map(|constant| constant.name.as_str()) else {
            return diagnostic.fix(fix);
        };
        let Some(declared) = self.constant_values.get(name).copied() else { return diagnostic };
        if self.mentions.get(name) != Some(&1) {
            return diagnostic.also(declared, "常數在這裡，沒有單位", "the constant has no unit");
        }
        diagnostic.labels[0].span = declared;
        diagnostic.fix(fix).also(used, "用在這裡", "used here")
    }

    /// A choice in quotation marks, which is written without.
    fn quoted_choice(&mut self, choices: &Choices, found: &Expr) -> bool {
        let ExprKind::Constant(Value::Text(text)) = &found.kind else { return false };
        let Some(value) = choices.value(text) else { return false };
        let diagnostic = Diagnostic::new(Code::TypeMismatch)
            .word(Localized::same(choices.names()))
            .word(found.ty.describe())
            .at(found.span)
            .fix(&choices.values[value].name);
        self.report(diagnostic.note(
            "選項直接寫名稱，不加引號",
            "a choice is written by its name, without quotation marks",
        ));
        true
    }

    /// `1 <= x <= 5`, where each side is a comparison of its own.
    fn chained(&mut self, left: &ast::Expr, right: &Expr) -> bool {
        let compared = matches!(
            left.kind,
            ast::ExprKind::Binary(
                Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual,
                ..
            )
        );
        let chained = compared && matches!(right.ty, Type::Number(_) | Type::Date);
        if chained {
            let diagnostic = Diagnostic::new(Code::TypeMismatch)
                .word(Type::Bool.describe())
                .word(right.ty.describe())
                .at(right.span);
            self.report(diagnostic.note(
                self.quoted("比較一次只有兩邊，請以 `and` 相連：`a <= b and b <= c`", right.span),
                self.quoted(
                    "a comparison has two sides, so join two: `a <= b and b <= c`",
                    right.span,
                ),
            ));
        }
        chained
    }

    fn has(
        &mut self,
        span: Span,
        all: bool,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: Scope,
    ) -> Expr {
        let list = self.expr(left, scope, None);
        let items = match &right.kind {
            ast::ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(right),
        };
        if list.ty == Type::Text {
            return self.contains(span, all, list, items, scope);
        }
        let Type::List(choices) = list.ty.clone() else {
            self.mismatch(
                &Localized::new("選項清單或文字", "a list of named values, or a text"),
                &list,
            );
            return error(span);
        };
        let mut set = 0;
        for item in items {
            let value = self.expr(item, scope, Some(&choices));
            match value.kind {
                ExprKind::Constant(Value::Choice(index)) => set |= 1 << index,
                _ if value.ty == Type::Error => return error(span),
                _ => self.report(Diagnostic::new(Code::ConstantNeeded).at(value.span)),
            }
        }
        node(span, Type::Bool, ExprKind::Has { list: Box::new(list), set, all })
    }

    /// Texts within a text.
    fn contains(
        &mut self,
        span: Span,
        all: bool,
        text: Expr,
        items: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        let mut parts = Vec::new();
        for item in items {
            let part = self.expr(item, scope, None);
            match part.kind {
                ExprKind::Constant(Value::Text(part)) if part.is_empty() => {
                    self.report(Diagnostic::new(Code::EmptyText).at(item.span))
                }
                ExprKind::Constant(Value::Text(part)) => parts.push(part),
                _ if part.ty == Type::Error => return error(span),
                _ if part.ty == Type::Text => {
                    self.report(Diagnostic::new(Code::ConstantNeeded).at(part.span))
                }
                _ => self.mismatch(&Type::Text.describe(), &part),
            }
        }
        node(span, Type::Bool, ExprKind::Contains { text: Box::new(text), parts, all })
    }

    /// A text and the forms that it may have.
    fn matches(&mut self, span: Span, left: &ast::Expr, right: &ast::Expr, scope: Scope) -> Expr {
        let text = self.expr(left, scope, None);
        if text.ty != Type::Text {
            self.mismatch(&Type::Text.describe(), &text);
            return error(span);
        }
        let items = match &right.kind {
            ast::ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(right),
        };
        let mut forms = Vec::new();
        for item in items {
            let form = self.expr(item, scope, None);
            match form.kind {
                ExprKind::Constant(Value::Text(form)) => {
                    if let Some(fault) = fault(&form) {
                        self.report(no_form(&form, fault).at(item.span));
                    }
                    forms.push(form);
                }
                _ if form.ty == Type::Error => return error(span),
                _ if form.ty == Type::Text => {
                    self.report(Diagnostic::new(Code::ConstantNeeded).at(form.span))
                }
                _ => self.mismatch(&Type::Text.describe(), &form),
            }
        }
        node(span, Type::Bool, ExprKind::Matches { text: Box::new(text), forms })
    }

    /// `day .. day`: a constant period.
    fn range(&mut self, span: Span, left: &ast::Expr, right: &ast::Expr, scope: Scope) -> Expr {
        let (left, right) = (self.expr(left, scope, None), self.expr(right, scope, None));
        match (value(&left), value(&right)) {
            (Ok(Value::Date(start)), Ok(Value::Date(end))) => {
                if start > end {
                    self.report(
                        Diagnostic::new(Code::PeriodReversed)
                            .arg(start.minguo())
                            .arg(end.minguo())
                            .at(span),
                    );
                    return error(span);
                }
                let period = guiju_model::date::Period { start, end };
                node(span, Type::Period, ExprKind::Constant(Value::Period(period)))
            }
            _ => {
                for side in [&left, &right]
                    .into_iter()
                    .filter(|side| !matches!(value(side), Ok(Value::Date(_))))
                {
                    if side.ty == Type::Date {
                        self.report(Diagnostic::new(Code::ConstantNeeded).at(side.span));
                    } else {
                        self.mismatch(&Type::Date.describe(), side);
                    }
                }
                error(span)
            }
        }
    }

    fn arithmetic(
        &mut self,
        span: Span,
        operator: Arithmetic,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: Scope,
    ) -> Expr {
        let left = self.expr(left, scope, None);
        let right = if left.ty == Type::Date {
            self.term(right, scope)
        } else {
            self.expr(right, scope, None)
        };
        let numbers = Localized::new("數字", "a number");
        let ty = match (operator, &left.ty, &right.ty) {
            (_, Type::Error, _) | (_, _, Type::Error) => return error(span),
            (Arithmetic::Subtract, Type::Date, Type::Date) => Type::Number(Unit::Days),
            (Arithmetic::Add | Arithmetic::Subtract, Type::Date, _) => {
                return self.shifted(span, operator, left, right);
            }
            (Arithmetic::Add | Arithmetic::Subtract, Type::Number(unit), Type::Number(_)) => {
                let action = match operator {
                    Arithmetic::Add => Localized::new("相加", "added"),
                    _ => Localized::new("相減", "subtracted"),
                };
                let unit = unit.clone();
                if !self.agree(&left, &right, &action) {
                    return error(span);
                }
                Type::Number(unit)
            }
            (Arithmetic::Multiply, Type::Number(a), Type::Number(b)) => match a.times(b) {
                Some(unit) => Type::Number(unit),
                None => {
                    let (a, b) = (a.describe(), b.describe());
                    self.report(Diagnostic::new(Code::NoSuchUnit).word(a).word(b).at(span));
                    return error(span);
                }
            },
            (Arithmetic::Divide, Type::Number(a), Type::Number(b)) => Type::Number(a.over(b)),
            (_, Type::Number(_), _) => {
                self.mismatch(&numbers, &right);
                return error(span);
            }
            _ => {
                self.mismatch(&numbers, &left);
                return error(span);
            }
        };
        node(span, ty, ExprKind::Arithmetic(operator, Box::new(left), Box::new(right)))
    }

    /// Whether a path means something by itself in the scope, without reporting.
    fn is_name(&self, path: &[ast::Name], scope: Scope) -> bool {
        path.first().is_some_and(|first| self.lookup(first.span, path, scope).is_some())
    }
}

pub(super) fn choices_of(expr: &Expr) -> Option<Arc<Choices>> {
    if let Type::Choice(choices) = &expr.ty { Some(Arc::clone(choices)) } else { None }
}

/// What is wrong with a form of texts.
fn no_form(form: &str, fault: FormFault) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::NoForm).arg(form);
    match fault {
        FormFault::OneText => diagnostic.note(
            "格式裡沒有 `A`（字母）也沒有 `9`（數字），只有一種文字符合；比較一種文字請用 `=`",
            "it has neither `A`, a letter, nor `9`, a digit: compare with one text by `=`",
        ),
        FormFault::Sign(sign) => diagnostic.note(
            format!("`{sign}` 在這裡沒有特別的意思；就是這個字元時請寫 `\\\\{sign}`"),
            format!("`{sign}` means nothing special here; the character itself is `\\\\{sign}`"),
        ),
        FormFault::Backslash => diagnostic.note(
            "`\\\\` 只寫在 `A`、`9` 或符號之前，表示那個字元本身",
            "`\\\\` stands before `A`, `9` or a sign, for that character itself",
        ),
    }
}

/// A number divided by a constant of its own unit, as where units are taken off by hand.
fn per_constant(expr: &Expr) -> bool {
    let ExprKind::Arithmetic(Arithmetic::Divide, _, by) = &expr.kind else { return false };
    expr.ty == Type::Number(Unit::Ratio) && matches!(by.kind, ExprKind::Constant(_))
}

/// A plain constant written with the unit that was meant.
fn with_unit(expr: &Expr, unit: &Unit) -> Option<String> {
    match (&expr.kind, &expr.ty) {
        (ExprKind::Constant(Value::Number(value)), Type::Number(Unit::Number))
            if *unit != Unit::Number =>
        {
            match unit {
                // 0.3 and 30 are both meant as 30%.
                Unit::Ratio if *value <= Exact::ONE => {
                    value.mul(&Exact::from(100)).ok()?.to_plain().map(|value| format!("{value}%"))
                }
                Unit::Ratio => value.to_plain().map(|value| format!("{value}%")),
                _ => value.to_plain().map(|value| format!("{value} {}", unit.sign())),
            }
        }
        _ => None,
    }
}
