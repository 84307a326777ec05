//! What the language allows and nobody means: values that nothing uses, comparisons of a thing with
//! itself, dates written day first. Not here: rows of tables that never win (`tables`).

use std::collections::HashMap;

use super::amend::{exprs, texts};
use super::messages::holes;
use super::{Checker, Items};
use crate::syntax::ast::{self, Binary, Item};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::source::Span;
use guiju_model::text::Localized;

impl Checker<'_> {
    /// `30/11/2024`: two divisions, where a date was meant; whether it was.
    pub(super) fn is_day_first(&mut self, span: Span, left: &ast::Expr, right: &ast::Expr) -> bool {
        let whole = |expr: &ast::Expr| match &expr.kind {
            ast::ExprKind::Number(number, None) => number.to_plain()?.parse::<u32>().ok(),
            _ => None,
        };
        let ast::ExprKind::Binary(Binary::Divide, day, month) = &left.kind else { return false };
        let (Some(day), Some(month), Some(year)) = (whole(day), whole(month), whole(right)) else {
            return false;
        };
        if !(1..=31).contains(&day) || !(1..=12).contains(&month) || year < 100 {
            return false;
        }
        let date = format!("{year}/{month:02}/{day:02}");
        self.report(Diagnostic::new(Code::DayFirst).arg(&date).at(span).fix(&date));
        true
    }

    /// Values in parentheses after `has`, where it is not said whether one of them will do.
    pub(super) fn is_undecided_has(&mut self, operator: Binary, right: &ast::Expr) -> bool {
        let found = operator == Binary::Has && matches!(right.kind, ast::ExprKind::List(_));
        if found {
            let spelled = |text: &str| self.quoted(text, right.span);
            let expected = Localized::new(
                spelled(" `has any` 或 `has all`"),
                spelled("`has any` or `has all`"),
            );
            let several = Localized::new(
                spelled("後面有數個值的 `has`"),
                spelled("`has` before several values"),
            );
            self.report(Diagnostic::new(Code::Syntax).word(expected).word(several).at(right.span));
        }
        found
    }

    /// A comparison of a thing with itself.
    pub(super) fn with_itself(&mut self, span: Span, left: &ast::Expr, right: &ast::Expr) {
        let names = |expr: &ast::Expr| {
            expr.path().map(|path| path.iter().map(|name| name.node.clone()).collect::<Vec<_>>())
        };
        if let (Some(left), Some(right)) = (names(left), names(right))
            && left == right
        {
            self.report(Diagnostic::new(Code::ComparedWithItself).arg(left.join(".")).at(span));
        }
    }

    /// Constants, tables and named values that no rule mentions.
    pub(super) fn unused(&mut self, items: &Items, mentioned: &HashMap<String, u32>) {
        // A rule that could not be read may be what uses it.
        if self.findings.has_errors() {
            return;
        }
        for item in items.lets.iter().chain(&items.values) {
            if !mentioned.contains_key(&item.name.node) {
                self.report(Diagnostic::new(Code::Unused).arg(&item.name.node).at(item.name.span));
            }
        }
        self.unused_figures(mentioned);
        for table in
            items.tables.iter().filter(|table| !mentioned.contains_key(&asked(&table.name.node)))
        {
            self.report(Diagnostic::new(Code::Unused).arg(&table.name.node).at(table.name.span));
        }
    }
}

/// A table as one that rules ask.
fn asked(table: &str) -> String {
    format!("{table}(")
}

/// Every part of every name that rules mention, also in messages; tables that they ask as [`asked`]
/// calls them.
pub(super) fn mentioned(items: &[Item]) -> HashMap<String, u32> {
    let mut found = HashMap::new();
    for item in items {
        exprs(&item.kind, &mut |expr| names(expr, &mut found));
        if let ast::ItemKind::Once(once) = &item.kind {
            once.key.iter().for_each(|part| mention(&mut found, part.node.clone()));
        }
        texts(&item.kind, &mut |text, _| {
            let both = std::iter::once(text.zh.as_str()).chain(text.en.as_deref());
            let names = both.flat_map(holes).flat_map(|name| name.split('.'));
            names.for_each(|name| mention(&mut found, name.to_owned()));
        });
    }
    found
}

fn mention(found: &mut HashMap<String, u32>, name: String) {
    *found.entry(name).or_default() += 1;
}

fn names(expr: &ast::Expr, found: &mut HashMap<String, u32>) {
    match &expr.kind {
        ast::ExprKind::Path(path) => {
            path.iter().for_each(|name| mention(found, name.node.clone()));
        }
        // Something else may have the name of a function.
        ast::ExprKind::Call(path, _) => {
            path.iter().take(1).for_each(|name| mention(found, asked(&name.node)));
        }
        _ => {}
    }
    expr.parts().into_iter().for_each(|part| names(part, found));
}
