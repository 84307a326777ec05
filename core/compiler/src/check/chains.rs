//! Types what a named value or a figure of a record reads before it is typed itself, so that a
//! chain of thousands needs no stack, in whatever order it is declared.
//!
//! Not here: typing one of them (`values`, `figures`), nor telling that they form a circle.

use std::collections::HashSet;

use super::Checker;

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
        let (mut open, mut begun) = (vec![first], HashSet::new());
        while let Some(next) = open.last().copied() {
            if !self.is_typed(next) && begun.insert(next) {
                open.extend(self.read_by(next));
                continue;
            }
            open.pop();
            if next != first && !self.is_typed(next) {
                match next {
                    Once::Value(at) => drop(self.value(at)),
                    Once::Figure(at) => drop(self.typed_figure(at)),
                }
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

    /// What something mentions, the last first.
    fn read_by(&self, one: Once) -> Vec<Once> {
        let (entity, expr) = match one {
            Once::Value(at) => {
                let (entity, written) = self.value_written(at);
                (entity, Some(&written.value))
            }
            Once::Figure(at) => self.figure_written(at),
        };
        let Some(expr) = expr else { return Vec::new() };
        let values = self.values_in(entity, expr).into_iter().map(Once::Value);
        let figures = self.figures_in(entity, expr).into_iter().map(Once::Figure);
        let mut found: Vec<Once> = values.chain(figures).collect();
        found.reverse();
        found
    }
}
