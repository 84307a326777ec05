//! Tables of cases: rows that hold at once, records that fall in no row, rows that never win. Every
//! example shown has been evaluated by the reference evaluator before it is shown.
//!
//! How it decides: a condition sees a field only through its comparisons, so each field is given a
//! few values that stand for all (`space`). Each row is evaluated once on every combination of the
//! values of *its own* fields (`trial`), at most [`CASES`] of them; questions about several rows
//! are then looked up and joined (`search`). What that cannot decide within [`STEPS`] is reported
//! as undecided, never passed over. Not here: what a table does with missing data (`eval`).

pub(super) mod added;
mod apart;
mod points;
mod search;
mod space;
mod trial;
mod witness;

use std::collections::HashMap;

use super::cases::CaseTable;
use crate::syntax::ast;
pub(crate) use apart::{Apart, Record, apart, classes_apart};
use guiju_engine::eval::value::Truth;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::rules::{Class, Comparison, Expr, ExprKind, Rules, Type};
use guiju_model::source::Span;
use search::{Answer, Search, Want};
use space::Space;
use trial::Trial;

/// The most combinations that one row is evaluated on.
const CASES: usize = 20_000;
/// The most steps spent on one table, and on all tables of a pack: nodes evaluated and combinations
/// looked up.
const STEPS: u64 = 5_000_000;
const PACK_STEPS: u64 = 20_000_000;

/// Analyses every classification, and every `case`. The written ones are where the names stand.
pub(super) fn analyse(
    rules: &Rules,
    written: &[ast::Classify],
    cases: &[CaseTable],
    limits: &Limits,
    findings: &mut Findings,
) {
    let mut left = PACK_STEPS.min(limits.fuel);
    // Of one that is written twice, the first.
    let written: HashMap<_, _> = written
        .iter()
        .rev()
        .map(|item| ((item.entity.node.as_str(), item.name.node.as_str()), item))
        .collect();
    let classes = rules.classes.iter().filter_map(|class| {
        let entity = rules.schema.entities[class.entity].name.as_str();
        let written = written.get(&(entity, class.name.as_str()))?;
        Some((class, written.name.span, written.otherwise.as_ref().map(|(name, _)| name.span)))
    });
    let cases = cases.iter().map(|table| (&table.class, table.name, table.otherwise));
    let read = |class: &&Class| class.rows.iter().all(|row| is_read(&row.guard));
    let all = classes.chain(cases).filter(|(class, ..)| read(class));
    for (class, name, otherwise) in all {
        let allowed = left.min(STEPS);
        let mut table = Table::new(rules, class, (name, otherwise), allowed, limits);
        table.dead_rows(findings);
        if !class.ordered {
            table.overlaps(findings);
        }
        table.remainder(findings);
        table.undecided(findings);
        left -= allowed - table.search.steps.min(allowed);
    }
}

pub(super) struct Table<'a> {
    class: &'a Class,
    name: Span,
    otherwise: Option<Span>,
    search: Search<'a>,
    /// Rows that hold for no record.
    empty: Vec<bool>,
    /// Rows of which something could not be decided.
    open: Vec<bool>,
    /// Whether the steps ran out.
    gave_up: bool,
    found: bool,
}

impl<'a> Table<'a> {
    fn new(
        rules: &'a Rules,
        class: &'a Class,
        (name, otherwise): (Span, Option<Span>),
        steps: u64,
        limits: &Limits,
    ) -> Table<'a> {
        let space = Space::of(rules, class);
        let trial = Trial::new(rules, class, limits);
        let rows = class.rows.len();
        Table {
            class,
            name,
            otherwise,
            search: Search::new(class, space, trial, steps),
            empty: vec![false; rows],
            open: vec![false; rows],
            gave_up: false,
            found: false,
        }
    }

    /// Asks, and notes the rows that a "no" cannot be trusted for.
    fn ask(&mut self, wants: &[Want]) -> Answer {
        let answer = self.search.find(wants);
        match &answer {
            Answer::Found(_) => {}
            Answer::GaveUp => self.gave_up = true,
            Answer::None | Answer::Unclear => {
                let doubtful: Vec<usize> = wants
                    .iter()
                    .map(|want| want.row)
                    .filter(|row| !self.search.is_exact(*row))
                    .collect();
                for row in &doubtful {
                    self.open[*row] = true;
                }
                if !doubtful.is_empty() {
                    return Answer::Unclear;
                }
            }
        }
        answer
    }

    fn dead_rows(&mut self, findings: &mut Findings) {
        let name = &self.class.name;
        for row in 0..self.class.rows.len() {
            if self.gave_up {
                return;
            }
            let span = self.class.rows[row].span;
            if let Answer::None = self.ask(&[Want::holds(row)]) {
                self.empty[row] = true;
                self.found = true;
                let diagnostic = Diagnostic::new(Code::DeadRow).arg(name).at(span);
                findings.push(
                    diagnostic
                        .note("沒有任何資料能符合這個條件", "no record can meet this condition"),
                );
                continue;
            }
            if !self.class.ordered || row == 0 {
                continue;
            }
            let mut wants: Vec<Want> = vec![Want::holds(row)];
            wants.extend((0..row).filter(|earlier| !self.empty[*earlier]).map(Want::fails));
            if let Answer::None = self.ask(&wants) {
                self.found = true;
                let mut diagnostic = Diagnostic::new(Code::DeadRow).arg(name).at(span);
                let alone = (0..row).find(|earlier| {
                    matches!(
                        self.search.find(&[Want::holds(row), Want::fails(*earlier)]),
                        Answer::None
                    )
                });
                match alone {
                    Some(earlier) => {
                        diagnostic = diagnostic.also(
                            self.class.rows[earlier].span,
                            "前面這一列已先處理",
                            "this earlier row comes first",
                        );
                    }
                    None => {
                        diagnostic = diagnostic.note(
                            "前面各列合起來已包含它",
                            "the rows before it together leave nothing for it",
                        )
                    }
                }
                findings.push(diagnostic);
            }
        }
    }

    fn overlaps(&mut self, findings: &mut Findings) {
        for later in 1..self.class.rows.len() {
            for earlier in 0..later {
                if self.empty[later] || self.empty[earlier] || self.gave_up {
                    continue;
                }
                if let Answer::Found(case) = self.ask(&[Want::holds(earlier), Want::holds(later)]) {
                    self.found = true;
                    let diagnostic = Diagnostic::new(Code::Overlap)
                        .arg(&self.class.name)
                        .at(self.class.rows[later].span)
                        .also(self.class.rows[earlier].span, "與這一列", "and this row");
                    findings.push(self.search.show(diagnostic, &case));
                }
            }
        }
    }

    /// What no row takes: a gap, or what `otherwise` is for.
    fn remainder(&mut self, findings: &mut Findings) {
        if self.gave_up {
            return;
        }
        let wants: Vec<Want> =
            (0..self.class.rows.len()).filter(|row| !self.empty[*row]).map(Want::fails).collect();
        match (self.ask(&wants), self.otherwise) {
            (Answer::Found(case), None) => {
                self.found = true;
                let mut diagnostic = Diagnostic::new(Code::Gap).arg(&self.class.name);
                diagnostic = match self.nearly(&case) {
                    Some(row) => diagnostic
                        .at(self.class.rows[row].span)
                        .also(self.name, "這張表", "this table")
                        .note(
                            "這一列的界線剛好沒有包含它",
                            "the edge of this row just leaves it out",
                        ),
                    None => diagnostic.at(self.name),
                };
                findings.push(self.search.show(diagnostic, &case));
            }
            (Answer::None, Some(span)) => {
                findings.push(Diagnostic::new(Code::OtherwiseDead).arg(&self.class.name).at(span));
            }
            _ => {}
        }
    }

    /// The row that would hold for a record if one of its edges belonged to it.
    fn nearly(&mut self, case: &search::Case) -> Option<usize> {
        (0..self.class.rows.len()).find(|row| {
            let mut guard = self.class.rows[*row].guard.clone();
            widen(&mut guard) && self.search.holds_for(&guard, case)
        })
    }

    /// Says what is left open, unless there is something to mend first.
    fn undecided(&self, findings: &mut Findings) {
        if self.found || !(self.gave_up || self.open.contains(&true)) {
            return;
        }
        let mut diagnostic = Diagnostic::new(Code::NotDecided).arg(&self.class.name).at(self.name);
        for row in (0..self.open.len()).filter(|row| self.open[*row]).take(4) {
            let (zh, en) = self.search.why(row);
            diagnostic = diagnostic.also(self.class.rows[row].span, zh, en);
        }
        if self.gave_up {
            diagnostic =
                diagnostic.note("需要試的組合超過上限", "more combinations than may be tried");
        }
        findings.push(diagnostic);
    }
}

/// Whether all of a condition could be read.
fn is_read(expr: &Expr) -> bool {
    expr.ty != Type::Error && expr.kind.parts().into_iter().all(is_read)
}

/// Makes the edges of comparisons belong to them; whether there is any.
fn widen(guard: &mut Expr) -> bool {
    match &mut guard.kind {
        ExprKind::Compare(comparison, ..) => {
            let wider = match comparison {
                Comparison::Less => Comparison::LessEqual,
                Comparison::Greater => Comparison::GreaterEqual,
                _ => return false,
            };
            *comparison = wider;
            true
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            // Each of them, also behind one that has an edge.
            parts.iter_mut().filter_map(|part| widen(part).then_some(())).count() > 0
        }
        _ => false,
    }
}

impl Want {
    fn holds(row: usize) -> Want {
        Want { row, truth: Truth::True }
    }

    fn fails(row: usize) -> Want {
        Want { row, truth: Truth::False }
    }
}

#[cfg(test)]
mod tests;
