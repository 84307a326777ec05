//! Classifications of the root that read its figures. They cannot be known before these are, so that
//! each is a named value of the root that a `case` gives: for formulas and obligations, in an order
//! in which whatever it reads comes first.
//!
//! Not here: classifications by what records say (`classes`), and circles (`values`, `formulas`).

use std::collections::HashSet;
use std::sync::Arc;

use super::{Checker, Items};
use crate::syntax::ast::{self, Expr, ExprKind, Name};
use guiju_model::schema::Choices;
use guiju_model::source::Span;
use guiju_model::words::{self, built_in};

impl Checker<'_> {
    /// Takes the classifications of the root that read its figures, by whatever way, out of the
    /// others.
    pub(super) fn part_by_figures(&mut self, items: &mut Items) {
        let Some(root) = self.schema.entities.get(self.schema.root) else { return };
        let root = root.name.clone();
        let of_root = |owner: &Name| owner.node == root;
        if !items.classes.iter().any(|class| of_root(&class.entity)) {
            return;
        }
        let mut figures: HashSet<String> = HashSet::new();
        for tally in items.tallies.iter().filter(|tally| tally.owner.is_none()) {
            figures.insert(tally.name.node.clone());
            let twins = tally.measures.iter().filter_map(|measure| measure.twin.as_ref());
            figures.extend(twins.map(|twin| twin.name.node.clone()));
        }
        figures.extend(items.kpis.iter().map(|kpi| kpi.name.node.clone()));
        figures.retain(|name| self.index.field(self.schema.root, name).is_none());
        let values = items.values.iter().filter(|value| value.owner.as_ref().is_some_and(of_root));
        let mut open: Vec<(&Name, Vec<&Expr>)> =
            values.map(|value| (&value.name, vec![&value.value])).collect();
        open.extend(
            items
                .classes
                .iter()
                .filter(|class| of_root(&class.entity))
                .map(|class| (&class.name, class.rows.iter().map(|row| &row.guard).collect())),
        );
        let mut found: HashSet<String> = HashSet::new();
        loop {
            let before = open.len();
            open.retain(|(name, exprs)| {
                let reads = exprs.iter().any(|expr| self.reads(expr, &root, &figures, &found));
                if reads {
                    found.insert(name.node.clone());
                }
                !reads
            });
            if open.len() == before {
                break;
            }
        }
        let classes = std::mem::take(&mut items.classes);
        (items.by_figures, items.classes) = classes
            .into_iter()
            .partition(|class| of_root(&class.entity) && found.contains(&class.name.node));
    }

    /// Whether a condition of the root reads figures, or names that do.
    fn reads(
        &self,
        expr: &Expr,
        root: &str,
        figures: &HashSet<String>,
        found: &HashSet<String>,
    ) -> bool {
        let mut names = Vec::new();
        self.computed_from(self.schema.root, expr, &mut names);
        let reads = |name: &String| match name.split_once('.') {
            Some((owner, name)) if owner == root => found.contains(name) || figures.contains(name),
            Some((owner, of)) if is_programme(owner) => {
                let field = self.schema.programme.and_then(|own| self.index.field(own, of));
                field.is_none()
            }
            // A part of a tally.
            Some((tally, _)) => figures.contains(tally),
            None => found.contains(name) || figures.contains(name),
        };
        names.iter().any(reads) || asks(expr)
    }

    /// A classification as the value of the root that it is; `None` where it has no sound values.
    pub(super) fn by_figures(
        &mut self,
        class: &ast::Classify,
    ) -> Option<(ast::Let, Option<Arc<Choices>>)> {
        let choices = super::declare::choices(&class.values, self.findings);
        let written = class.rows.iter().map(|row| &row.value);
        let written = written.chain(class.otherwise.as_ref().map(|(value, _)| value));
        let unknown: Vec<&Name> = written.filter(|value| !is_one_of(&choices, value)).collect();
        unknown.iter().for_each(|value| self.no_value_of(value, &class.name.node, &choices));
        if !unknown.is_empty() {
            self.lost.names.insert(class.name.node.clone());
            return None;
        }
        let named = |value: &Name| Expr {
            span: value.span,
            kind: ExprKind::Path(vec![value.clone()]),
            height: 1,
        };
        let rows = class.rows.iter().map(|row| ast::CaseRow {
            span: row.span,
            guard: row.guard.clone(),
            value: named(&row.value),
            ground: row.ground.clone(),
        });
        let otherwise = class.otherwise.as_ref();
        let case = ast::Case {
            word: class.name.clone(),
            ordered: class.ordered,
            rows: rows.collect(),
            otherwise: otherwise.map(|(value, ground)| (named(value), ground.clone())),
        };
        let height = class.rows.iter().map(|row| row.guard.height).max().unwrap_or(0);
        let end = self.ends.get(&class.name.span).copied().unwrap_or(class.name.span.end);
        let span = Span { end, ..class.name.span };
        let value = Expr { span, kind: ExprKind::Case(Box::new(case)), height: height.max(1) + 1 };
        let item = ast::Let {
            owner: Some(class.entity.clone()),
            name: class.name.clone(),
            label: class.label.clone(),
            value,
            message: None,
            ground: None,
        };
        Some((item, Some(choices)))
    }
}

fn is_one_of(choices: &Choices, value: &Name) -> bool {
    choices.values.iter().any(|choice| choice.name == value.node)
}

fn is_programme(name: &str) -> bool {
    built_in(words::Name::Programme, name).is_some()
}

/// Whether a condition asks for what only figures and obligations may.
fn asks(expr: &Expr) -> bool {
    let asks_itself = match &expr.kind {
        ExprKind::IsMet(_) => true,
        ExprKind::Call(function, _) => matches!(
            function.as_slice(),
            [name] if matches!(
                built_in(words::Name::Function, &name.node),
                Some("previous" | "target" | "group")
            )
        ),
        _ => false,
    };
    asks_itself || expr.parts().into_iter().any(asks)
}
