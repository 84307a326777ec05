//! Expressions: precedence, and the height limit that keeps every later walk within a small stack.

use std::sync::LazyLock;

use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::Rule;
use super::ast::{Binary, Expr, ExprKind};
use super::lower::{Lower, programme};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::words::{Words, quoted};

/// Loosest first. `not` binds looser than a comparison, so `not a = b` denies the comparison.
static PRATT: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::kw_or) | left(Rule::zh_or_else))
        .op(left(Rule::kw_and))
        .op(Op::prefix(Rule::kw_not))
        .op(left(Rule::eq)
            | left(Rule::ne)
            | left(Rule::lt)
            | left(Rule::le)
            | left(Rule::gt)
            | left(Rule::ge)
            | left(Rule::kw_in)
            | left(Rule::not_in)
            | left(Rule::kw_covers)
            | left(Rule::kw_matches)
            | left(Rule::kw_has)
            | left(Rule::has_any)
            | left(Rule::has_all))
        .op(left(Rule::dotdot))
        .op(left(Rule::plus) | left(Rule::minus))
        .op(left(Rule::times) | left(Rule::slash))
        .op(Op::prefix(Rule::negative))
        .op(Op::postfix(Rule::is_known)
            | Op::postfix(Rule::is_not_known)
            | Op::postfix(Rule::asks_met)
            | Op::postfix(Rule::counted_in))
});

impl Lower<'_> {
    /// The tree of an `expr` pair.
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Expr {
        self.expr_in(pair, false)
    }

    /// The same; `replaced` where its second part stands in for a missing value.
    fn expr_in(&mut self, pair: Pair<'_, Rule>, replaced: bool) -> Expr {
        let span = self.span(&pair);
        let pairs = pair.into_inner();
        // In Chinese that has a word of its own, which joins no conditions.
        let wrong = |part: Pair<'_, Rule>| match part.as_rule() {
            Rule::zh_or_else => !replaced,
            Rule::kw_or => replaced && !part.as_str().is_ascii(),
            _ => false,
        };
        if pairs.clone().any(wrong) {
            let kind = self.bad_because(span, Words::Chinese);
            return self.node(span, kind);
        }
        if longest_prefix_run(pairs.clone()) > self.limits.nesting {
            return self.too_deep(span);
        }
        // The Pratt parser takes three closures that all need the lowering; a cell lends it to one
        // at a time.
        let lower = std::cell::RefCell::new(self);
        PRATT
            .map_primary(|pair| lower.borrow_mut().primary(pair))
            .map_prefix(|operator, operand| lower.borrow_mut().prefix(&operator, operand))
            .map_postfix(|operand, operator| lower.borrow_mut().postfix(operand, operator))
            .map_infix(|left, operator, right| lower.borrow_mut().infix(left, &operator, right))
            .parse(pairs)
    }

    // What nests passes through here and through `paren` for each level: neither keeps more on the
    // stack than it has to.
    fn primary(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::quantity | Rule::date | Rule::string | Rule::bool | Rule::counted_self => {
                self.leaf(pair, span)
            }
            Rule::reference => self.reference(pair, span),
            _ => self.paren(pair, span),
        }
    }

    fn leaf(&mut self, pair: Pair<'_, Rule>, span: Span) -> Expr {
        let kind = match pair.as_rule() {
            Rule::quantity => {
                let (number, unit) = self.quantity(pair);
                ExprKind::Number(number.node, unit)
            }
            Rule::date => match self.date(&pair) {
                Some(date) => ExprKind::Date(date),
                None => ExprKind::Error,
            },
            Rule::string => ExprKind::Text(self.string(&pair)),
            Rule::bool => ExprKind::Bool(pair.as_str() == "true"),
            _ => ExprKind::CountedIn(None, self.last_name(pair)),
        };
        self.node(span, kind)
    }

    fn reference(&mut self, pair: Pair<'_, Rule>, span: Span) -> Expr {
        let mut path = Vec::new();
        let (mut arguments, mut over) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ident => path.push(self.name(&part)),
                Rule::arguments => {
                    let entity =
                        part.clone().into_inner().find(|inner| inner.as_rule() == Rule::over);
                    over = entity.map(|entity| self.last_name(entity));
                    arguments = Some(self.exprs(part));
                }
                _ => {}
            }
        }
        if let [first, _, ..] = path.as_mut_slice() {
            programme(&mut first.node);
        }
        let kind = match arguments {
            Some(mut arguments) if over.is_some() => match (over, arguments.pop()) {
                (Some(entity), Some(condition)) => {
                    ExprKind::Over(path, entity, Box::new(condition))
                }
                _ => ExprKind::Error,
            },
            Some(arguments) => ExprKind::Call(path, arguments),
            None => ExprKind::Path(path),
        };
        self.node(span, kind)
    }

    fn exprs(&mut self, pair: Pair<'_, Rule>) -> Vec<Expr> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::expr)
            .map(|part| self.expr(part))
            .collect()
    }

    fn paren(&mut self, pair: Pair<'_, Rule>, span: Span) -> Expr {
        let reason = pair.clone().into_inner().find(|part| part.as_rule() == Rule::because);
        let parts = pair.into_inner().filter(|part| part.as_rule() == Rule::expr);
        let inner: Vec<Expr> = parts.map(|part| self.expr_in(part, reason.is_some())).collect();
        self.in_paren(reason, inner, span)
    }

    fn in_paren(
        &mut self,
        reason: Option<Pair<'_, Rule>>,
        mut inner: Vec<Expr>,
        span: Span,
    ) -> Expr {
        let kind = match (reason, inner.len()) {
            (None, 1) => return Expr { span, ..inner.remove(0) },
            (None, _) => ExprKind::List(inner),
            (Some(reason), 1) => match (inner.remove(0).kind, self.because(reason)) {
                (ExprKind::Or(mut parts), reason) if parts.len() == 2 => {
                    let fallback = parts.remove(1);
                    ExprKind::Default(Box::new(parts.remove(0)), Box::new(fallback), reason)
                }
                (ExprKind::Error, _) => ExprKind::Error,
                _ => self.bad_because(span, Words::English),
            },
            (Some(_), _) => self.bad_because(span, Words::English),
        };
        self.node(span, kind)
    }

    fn bad_because(&mut self, span: Span, words: Words) -> ExprKind {
        let [zh, en] =
            [" `值 or 替代值 because \"理由\"`", "`value or fallback because \"reason\"`"]
                .map(|written| quoted(written, words));
        let expected = Localized::new(zh, en);
        let found = Localized::new("別的寫法", "something else");
        self.findings.push(Diagnostic::new(Code::Syntax).word(expected).word(found).at(span));
        ExprKind::Error
    }

    fn prefix(&mut self, operator: &Pair<'_, Rule>, operand: Expr) -> Expr {
        let span = self.span(operator).to(operand.span);
        let kind = match operator.as_rule() {
            Rule::kw_not => ExprKind::Not(Box::new(operand)),
            _ => ExprKind::Negate(Box::new(operand)),
        };
        self.node(span, kind)
    }

    fn postfix(&mut self, operand: Expr, operator: Pair<'_, Rule>) -> Expr {
        let span = operand.span.to(self.span(&operator));
        let kind = match operator.as_rule() {
            Rule::is_known => ExprKind::IsKnown(Box::new(operand)),
            Rule::is_not_known => {
                let known = self.node(span, ExprKind::IsKnown(Box::new(operand)));
                ExprKind::Not(Box::new(known))
            }
            Rule::asks_met => match operand.path() {
                Some([name]) => ExprKind::IsMet(name.clone()),
                _ => {
                    let expected = Localized::new("義務的名稱", "the name of an obligation");
                    let found = Localized::new("別的寫法", "something else");
                    self.findings.push(
                        Diagnostic::new(Code::Syntax).word(expected).word(found).at(operand.span),
                    );
                    ExprKind::Error
                }
            },
            _ => ExprKind::CountedIn(Some(Box::new(operand)), self.last_name(operator)),
        };
        self.node(span, kind)
    }

    fn infix(&mut self, left: Expr, operator: &Pair<'_, Rule>, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        let operator = match operator.as_rule() {
            Rule::kw_or | Rule::zh_or_else => return self.join(span, left, right, true),
            Rule::kw_and => return self.join(span, left, right, false),
            Rule::eq => Binary::Equal,
            Rule::ne => Binary::NotEqual,
            Rule::lt => Binary::Less,
            Rule::le => Binary::LessEqual,
            Rule::gt => Binary::Greater,
            Rule::ge => Binary::GreaterEqual,
            Rule::kw_in => Binary::In,
            Rule::not_in => Binary::NotIn,
            Rule::kw_covers => Binary::Covers,
            Rule::kw_matches => Binary::Matches,
            Rule::kw_has => Binary::Has,
            Rule::has_any => Binary::HasAny,
            Rule::has_all => Binary::HasAll,
            Rule::dotdot => Binary::Range,
            Rule::plus => Binary::Add,
            Rule::minus => Binary::Subtract,
            Rule::times => Binary::Multiply,
            _ => Binary::Divide,
        };
        self.node(span, ExprKind::Binary(operator, Box::new(left), Box::new(right)))
    }

    /// Chains of one connective become one flat node, so that long lists of conditions are not
    /// deep.
    fn join(&mut self, span: Span, left: Expr, right: Expr, or: bool) -> Expr {
        // The height is kept up as the chain grows; looking at all parts each time would be
        // quadratic.
        let (mut parts, below) = match (left.kind, or) {
            (ExprKind::Or(parts), true) | (ExprKind::And(parts), false) => (parts, left.height - 1),
            (kind, _) => (vec![Expr { span: left.span, kind, height: left.height }], left.height),
        };
        let height = 1 + below.max(right.height);
        if height > self.limits.nesting {
            return self.too_deep(span);
        }
        parts.push(right);
        Expr { span, kind: if or { ExprKind::Or(parts) } else { ExprKind::And(parts) }, height }
    }

    fn node(&mut self, span: Span, kind: ExprKind) -> Expr {
        let height = 1 + match &kind {
            ExprKind::Not(a)
            | ExprKind::Negate(a)
            | ExprKind::IsKnown(a)
            | ExprKind::CountedIn(Some(a), _) => a.height,
            ExprKind::Over(_, _, condition) => condition.height,
            ExprKind::Binary(_, a, b) | ExprKind::Default(a, b, _) => a.height.max(b.height),
            ExprKind::And(parts)
            | ExprKind::Or(parts)
            | ExprKind::List(parts)
            | ExprKind::Call(_, parts) => parts.iter().map(|part| part.height).max().unwrap_or(0),
            _ => 0,
        };
        if height > self.limits.nesting {
            return self.too_deep(span);
        }
        Expr { span, kind, height }
    }

    fn too_deep(&mut self, span: Span) -> Expr {
        if !self.depth_reported {
            self.depth_reported = true;
            let limit = self.limits.nesting.to_string();
            self.findings.push(
                Diagnostic::new(Code::TooDeep).arg(limit).at(Span { end: span.start + 1, ..span }),
            );
        }
        Expr { span, kind: ExprKind::Error, height: 1 }
    }
}

fn longest_prefix_run(pairs: Pairs<'_, Rule>) -> usize {
    let (mut longest, mut run) = (0, 0);
    for pair in pairs {
        run = if matches!(pair.as_rule(), Rule::kw_not | Rule::negative) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
