//! Explanations: why a KPI has its value, why a record counts or does not, why an obligation is met
//! or not.
//!
//! Asked on demand, of the reference evaluator again. What would have to change for a condition to
//! hold (`change`) is asked by drafts too; answers are in `answer`, questions in `question`. What a
//! verdict hangs on (`hangs_on`) is asked of changed data.

mod answer;
mod asked;
mod awarded;
mod bucket;
mod change;
mod counterpart;
mod hangs_on;
mod json;
mod kpi;
mod obligation;
mod programme;
mod question;
mod record;
mod text;
mod whole;
mod words;

pub use self::answer::Explanation;
pub use self::asked::ExplainError;
pub use self::hangs_on::{
    ChangesTried, HangsOn, HangsOnError, Neighbour, TurningChange, TurningValue,
};
pub use self::question::Question;
use std::cell::Cell;

use crate::data::Dataset;
use crate::eval::reference::State;
use crate::eval::reference::expr::Subject;
use crate::pack::Pack;
use guiju_model::number::Exact;
use guiju_model::outcome::Outcome;
use guiju_model::rules::{Expr, Rules};
use guiju_model::text::Localized;

/// What would have to change for a condition on a record to hold, in words.
pub(crate) fn way_out(
    pack: &Pack,
    data: &Dataset,
    outcome: &Outcome,
    state: &State,
    subject: Subject<'_>,
    condition: &Expr,
) -> Localized {
    let root = if let Subject::Record { root, .. } = subject { Some(root) } else { None };
    let left = Cell::new(NODES_OF_A_LINE);
    let explainer = Explainer {
        pack,
        rules: &pack.rules,
        data,
        outcome,
        state,
        root,
        roots: &[],
        nodes: NODES_OF_A_LINE,
        left: &left,
        compared: Vec::new(),
    };
    explainer.change(condition, true, subject)
}

/// Missing values named in one line of words.
const NODES_OF_A_LINE: usize = 20;

#[derive(Clone)]
struct Explainer<'a> {
    pack: &'a Pack,
    rules: &'a Rules,
    data: &'a Dataset,
    outcome: &'a Outcome,
    state: &'a State,
    /// The root in question; `None` for the programme.
    root: Option<usize>,
    /// All roots, where the programme is in question.
    roots: &'a [usize],
    /// How many keys or missing values one list may have.
    nodes: usize,
    /// How many more nodes there may be in all.
    left: &'a Cell<usize>,
    /// Numbers that are compared: what is not equal is not shown alike.
    compared: Vec<Exact>,
}
