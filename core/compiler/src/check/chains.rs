//! Types what a named value or a figure of a record reads before it is typed itself, so that a
//! chain of thousands needs no stack, in whatever order it is declared.
//!
//! Not here: typing one of them (`values`, `figures`), nor telling that they form a circle.

use std::collections::HashMap;

use super::Checker;
use crate::syntax::ast;
use guiju_model::index::EntityId;

/// What an expression may mention that is typed once, when it is first mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Once {
    /// A named value, by its number.
    Value(usize),
    /// A figure of a record, by its number.
    Figure(usize),
}

impl Checker<'_> {
    /// Types all that something reads, directly or not, the furthest first.
    pub(super) fn type_chain(&mut self, first: Once) {
        // What is met on the way reads nothing that waits, save in a circle.
        if std::mem::replace(&mut self.in_chain, true) {
            return;
        }
        // Whether each that was met still waits for what it mentions.
        let (mut open, mut waits) = (vec![first], HashMap::new());
        while let Some(next) = open.last().copied() {
            if !self.is_typed(next) && !waits.contains_key(&next) {
                waits.insert(next, true);
                // The first that is mentioned is typed first.
                let others = self.mentioned_by(next).into_iter().rev();
                open.extend(others.filter(|other| !waits.contains_key(other)));
                continue;
            }
            open.pop();
            waits.insert(next, false);
            // A circle is told from the one that was met first.
            let in_circle = |of: &Once| !self.is_typed(*of) && waits.get(of) == Some(&true);
            if next == first || self.is_typed(next) || self.mentioned_by(next).iter().any(in_circle)
            {
                continue;
            }
            match next {
                Once::Value(at) => drop(self.value(at)),
                Once::Figure(at) => drop(self.typed_figure(at)),
            }
        }
        self.in_chain = false;
    }

    fn is_typed(&self, one: Once) -> bool {
        match one {
            Once::Value(at) => self.values[at].typed.is_some(),
            Once::Figure(at) => self.figures[at].typed.is_some(),
        }
    }

    /// The named values and figures that something mentions.
    pub(super) fn mentioned_by(&self, one: Once) -> Vec<Once> {
        let (entity, expr) = match one {
            Once::Value(at) => {
                let (entity, written) = self.value_written(at);
                (entity, Some(&written.value))
            }
            Once::Figure(at) => self.figure_written(at),
        };
        expr.map(|expr| self.mentioned_in(entity, expr)).unwrap_or_default()
    }

    /// The same of an expression of an entity.
    pub(super) fn mentioned_in(&self, entity: EntityId, expr: &ast::Expr) -> Vec<Once> {
        let values = self.values_in(entity, expr).into_iter().map(Once::Value);
        let figures = self.figures_in(entity, expr).into_iter().map(Once::Figure);
        values.chain(figures).collect()
    }
}
