//! Bodies of classifications, and what they ask of each other: no circles, bounded depth and
//! bounded effort.
//!
//! A classification may read others of the same record, so deciding one can mean deciding many. Its
//! cost is known here, before anything is evaluated, and is what each mention of it is charged as
//! fuel.

use super::expr::Scope;
use super::order::order;
use super::{Checker, label};
use crate::syntax::ast;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::rules::{Class, ClassRow, Expr, ExprKind, MOST_CLASS_STEPS};
use guiju_model::schema::Choices;
use guiju_model::text::Localized;

impl Checker<'_> {
    pub(super) fn class_rows(&mut self, classes: &[ast::Classify], nesting: usize) -> Vec<Class> {
        let mut list = Vec::new();
        let mut names: Vec<&ast::Name> = Vec::new();
        for written in classes {
            let name = &written.name.node;
            let found = self
                .index
                .entity(&written.entity.node)
                .and_then(|entity| self.index.class(entity, name));
            // One that is declared twice, or for no entity, has been reported.
            let Some(found) = found.filter(|found| *found == list.len()) else { continue };
            let (entity, choices) =
                (self.classes[found].entity, self.classes[found].choices.clone());
            let value = |checker: &mut Self, written: &ast::Name| {
                let index = choices.values.iter().position(|value| value.name == written.node);
                if index.is_none() {
                    checker.no_value_of(written, name, &choices);
                }
                index.unwrap_or(0)
            };
            let mut rows = Vec::new();
            for row in &written.rows {
                let guard = self.condition(&row.guard, Scope::Classification(entity));
                let basis = self.basis(row.ground.as_ref(), &row.value.node, row.span);
                let value = value(self, &row.value);
                rows.push(ClassRow { span: row.span, guard, value, basis });
            }
            let otherwise = written.otherwise.as_ref().map(|(target, ground)| {
                (
                    value(self, target),
                    self.basis(
                        ground.as_ref(),
                        &self.spelled("otherwise", target.span),
                        target.span,
                    ),
                )
            });
            names.push(&written.name);
            let label = label(written.label.as_ref(), name);
            list.push(Class {
                entity,
                name: name.clone(),
                label,
                choices,
                ordered: written.ordered,
                rows,
                otherwise,
            });
        }
        self.class_costs = vec![1; list.len()];
        self.weigh(&mut list, &names, nesting);
        list
    }

    /// Reports what is none of the values of a classification.
    pub(super) fn no_value_of(&mut self, written: &ast::Name, name: &str, choices: &Choices) {
        let known = choices.values.iter().map(|value| value.name.as_str());
        let nearest = self.meant(&written.node, known);
        let diagnostic = Diagnostic::new(Code::NotAValueOf)
            .arg(&written.node)
            .word(Localized::new(format!(" `{name}` "), format!("`{name}`")))
            .word(Localized::same(choices.names()));
        self.report(diagnostic.at(written.span).suggest(nearest.as_deref()));
    }

    /// Counts the effort of named values that read classifications, now that theirs is known.
    pub(super) fn weigh_values(&mut self) {
        let costs = std::mem::take(&mut self.class_costs);
        self.values
            .iter_mut()
            .filter_map(|value| value.typed.as_mut())
            .for_each(|typed| recount(typed, &costs));
        self.class_costs = costs;
    }

    /// Orders the classifications by what they read, and counts the effort and depth of each.
    fn weigh(&mut self, list: &mut [Class], names: &[&ast::Name], nesting: usize) {
        let needs: Vec<Vec<usize>> = list
            .iter()
            .map(|class| {
                let mut found = Vec::new();
                class.rows.iter().for_each(|row| mentioned(&row.guard, &mut found));
                found
            })
            .collect();
        let sorted = order(&needs);
        for circle in &sorted.circles {
            let names: Vec<&ast::Name> = circle.iter().map(|at| names[*at]).collect();
            self.circle(&names);
        }
        if !sorted.circles.is_empty() {
            return;
        }
        let mut heights = vec![0_usize; list.len()];
        for at in sorted.nodes {
            let class = &mut list[at];
            for row in &mut class.rows {
                recount(&mut row.guard, &self.class_costs);
            }
            let cost =
                class.rows.iter().fold(1, |sum: u64, row| sum.saturating_add(row.guard.nodes));
            heights[at] =
                1 + class.rows.iter().map(|row| height(&row.guard, &heights)).max().unwrap_or(0);
            self.class_costs[at] = cost.min(MOST_CLASS_STEPS);
            if cost > MOST_CLASS_STEPS {
                let limit = MOST_CLASS_STEPS.to_string();
                self.report(
                    Diagnostic::new(Code::TooCostly).arg(&class.name).arg(limit).at(names[at].span),
                );
            } else if heights[at] > nesting + 1 {
                self.report(
                    Diagnostic::new(Code::TooDeep).arg(nesting.to_string()).at(names[at].span),
                );
                // Said once; what reads this one is not to blame.
                heights[at] = 1;
            }
        }
    }
}

fn mentioned(expr: &Expr, found: &mut Vec<usize>) {
    if let ExprKind::Class { class, .. } = expr.kind {
        found.push(class);
    }
    expr.kind.parts().into_iter().for_each(|part| mentioned(part, found));
}

fn height(expr: &Expr, heights: &[usize]) -> usize {
    match expr.kind {
        ExprKind::Class { class, .. } => 1 + heights[class],
        _ => 1 + expr.kind.parts().into_iter().map(|part| height(part, heights)).max().unwrap_or(0),
    }
}

fn recount(expr: &mut Expr, costs: &[u64]) {
    expr.kind.parts_mut().into_iter().for_each(|part| recount(part, costs));
    expr.nodes = expr.kind.steps(costs);
}
