//! `case`: a value chosen by conditions, as the whole right side of a `let` or `kpi`. Not here:
//! whether its rows overlap or leave a gap (`tables`).

use std::sync::Arc;

use super::Checker;
use super::expr::{Scope, error, node};
use super::values::any;
use crate::syntax::ast;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::rules::{
    Basis, Case, CaseOtherwise, CaseRow, Class, ClassRow, Expr, ExprKind, Type,
};
use guiju_model::schema::{Choice, Choices};
use guiju_model::source::Span;
use guiju_model::text::Localized;

/// The rows of a `case`, to be analysed like those of a classification.
pub(super) struct CaseTable {
    pub(super) class: Class,
    pub(super) name: Span,
    pub(super) otherwise: Option<Span>,
}

impl Checker<'_> {
    /// `choices` are the values of the classification that it is.
    pub(super) fn case(
        &mut self,
        span: Span,
        written: &ast::Case,
        scope: Scope,
        choices: Option<&Arc<Choices>>,
    ) -> Expr {
        let mut rows: Vec<CaseRow> = Vec::new();
        let (mut first, mut sound): (Option<Expr>, bool) = (None, true);
        let mut value = |checker: &mut Self, written: &ast::Expr| {
            let choices = match first.as_ref().map(|first| &first.ty) {
                Some(Type::Choice(choices)) => Some(Arc::clone(choices)),
                _ => choices.cloned(),
            };
            let value = checker.expr(written, scope, choices.as_ref());
            match &first {
                None => {
                    sound &= value.ty != Type::Error;
                    first = Some(value.clone());
                }
                Some(first) => {
                    sound &= checker.agree(first, &value, &Localized::new("選用", "chosen between"))
                }
            }
            value
        };
        for row in &written.rows {
            let guard = self.condition(&row.guard, scope);
            // A row of a classification is called by its value.
            let called = match row.value.path() {
                Some([value]) if written.word.node != "case" => value.node.clone(),
                _ => self.spelled("case", row.span),
            };
            let basis = self.basis(row.ground.as_ref(), &called, row.span);
            rows.push(CaseRow { span: row.span, guard, value: value(self, &row.value), basis });
        }
        let otherwise = written.otherwise.as_ref().map(|(written, ground)| CaseOtherwise {
            basis: self.basis(
                ground.as_ref(),
                &self.spelled("otherwise", written.span),
                written.span,
            ),
            value: value(self, written),
        });
        let Some(first) = first else {
            let found = Localized::new("沒有任何一列", "no row at all");
            self.report(
                Diagnostic::new(Code::Syntax)
                    .word(Localized::new("一列條件", "a row"))
                    .word(found)
                    .at(span),
            );
            return error(span);
        };
        sound &= rows.iter().all(|row| row.guard.ty != Type::Error);
        if !sound {
            return error(span);
        }
        self.cases.extend(self.table_of(&rows, written, scope));
        node(
            span,
            first.ty,
            ExprKind::Case(Box::new(Case { ordered: written.ordered, rows, otherwise })),
        )
    }

    /// The rows as those of a classification with a value for each.
    fn table_of(&self, rows: &[CaseRow], written: &ast::Case, scope: Scope) -> Option<CaseTable> {
        let entity = match scope {
            Scope::Record(entity) | Scope::Classification(entity) => entity,
            Scope::Root | Scope::EachTarget => self.schema.root,
            Scope::Constant | Scope::Programme => return None,
        };
        // Figures and lists are not tried out. Where the first that holds is taken and the rest is, nothing
        // is left to be proved.
        let is_figure = |kind: &ExprKind| {
            matches!(
                kind,
                ExprKind::Kpi(_)
                    | ExprKind::Previous(_)
                    | ExprKind::Target(_)
                    | ExprKind::Figure { .. }
                    | ExprKind::Over { .. }
                    | ExprKind::Listed(..)
            )
        };
        let reads_figures = |row: &CaseRow| any(&row.guard, &is_figure);
        if written.ordered && written.otherwise.is_some() && rows.iter().any(reads_figures) {
            return None;
        }
        let choice =
            |n: usize| Choice { name: n.to_string(), label: Localized::same(n.to_string()) };
        let class = Class {
            entity,
            name: written.word.node.clone(),
            label: Localized::same(&written.word.node),
            choices: Arc::new(Choices { values: (0..=rows.len()).map(choice).collect() }),
            ordered: written.ordered,
            rows: rows
                .iter()
                .enumerate()
                .map(|(value, row)| ClassRow {
                    span: row.span,
                    guard: row.guard.clone(),
                    value,
                    basis: Basis::None,
                })
                .collect(),
            otherwise: written.otherwise.as_ref().map(|_| (rows.len(), Basis::None)),
        };
        Some(CaseTable {
            class,
            name: written.word.span,
            otherwise: written.otherwise.as_ref().map(|(value, _)| value.span),
        })
    }
}
