//! Questions about several rows at once, answered from the truth of each row on the combinations of
//! its own fields.

use super::CASES;
use super::space::{Space, parts};
use super::trial::Trial;
use super::witness;
use guiju_engine::data::Dataset;
use guiju_engine::eval::value::Truth;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::rules::{Class, Expr};

/// Steps charged for building one record.
const BUILDING: u64 = 64;

/// What a row should come to.
#[derive(Clone, Copy)]
pub(super) struct Want {
    pub(super) row: usize,
    pub(super) truth: Truth,
}

/// The number of the value of each field that matters, by the number of the field.
pub(super) type Case = Vec<(usize, usize)>;

pub(super) enum Answer {
    /// A combination that was evaluated and found so.
    Found(Case),
    /// There is none.
    None,
    /// None was found, but the values tried do not stand for all.
    Unclear,
    GaveUp,
}

/// The truth of one part of a row's condition for each combination of the values of its fields, the
/// last field running fastest.
struct Truths {
    fields: Vec<usize>,
    truths: Vec<Truth>,
}

pub(super) struct Search<'a> {
    class: &'a Class,
    space: Space,
    trial: Trial<'a>,
    /// The parts of each row; `None` where one has too many combinations.
    tables: Vec<Option<Vec<Truths>>>,
    /// The records of the last condition: the next one often reads the same fields.
    records: Option<(Vec<usize>, Vec<Dataset>)>,
    pub(super) steps: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(class: &'a Class, space: Space, trial: Trial<'a>, steps: u64) -> Search<'a> {
        let mut search = Search { class, space, trial, tables: Vec::new(), records: None, steps };
        for row in 0..class.rows.len() {
            let parts = parts(&class.rows[row].guard);
            let table = parts
                .iter()
                .enumerate()
                .map(|(part, guard)| search.evaluate(row, part, guard))
                .collect();
            search.tables.push(table);
        }
        search.records = None;
        search
    }

    /// Whether a row's values stand for all there are, and were all tried.
    pub(super) fn is_exact(&self, row: usize) -> bool {
        self.space.rows[row].exact && self.tables[row].is_some()
    }

    /// Why a row is not exact.
    pub(super) fn why(&self, row: usize) -> (&'static str, &'static str) {
        if self.space.rows[row].figures {
            (
                "這一列看的是指標，不逐一試算；改用 `ordered` 並以 `otherwise` 收尾就無須證明",
                "reads figures, which are not tried out; with `ordered` and `otherwise` there is nothing to prove",
            )
        } else if self.tables[row].is_none() {
            ("這一列的組合太多，未逐一試算", "too many combinations to try")
        } else {
            (
                "這一列比較的是算出來的值，無法試遍所有情形",
                "compares computed values, of which only some were tried",
            )
        }
    }

    fn evaluate(&mut self, row: usize, part: usize, guard: &Expr) -> Option<Truths> {
        let fields = self.space.rows[row].parts[part].clone();
        let mut count = 1_usize;
        for field in &fields {
            count = count
                .checked_mul(self.space.fields[*field].values.len())
                .filter(|count| *count <= CASES)?;
        }
        if self.records.as_ref().is_none_or(|(tried, _)| *tried != fields) {
            self.steps = self.steps.checked_sub(BUILDING.saturating_mul(count as u64))?;
            let cases: Vec<Case> = (0..count).map(|number| self.case(&fields, number)).collect();
            self.records = Some((fields.clone(), self.trial.records(&self.space, &cases)?));
        }
        self.steps = self.steps.checked_sub(guard.nodes.saturating_mul(count as u64))?;
        let (_, records) = self.records.as_ref()?;
        Some(Truths { fields, truths: self.trial.truths(records, guard) })
    }

    fn case(&self, fields: &[usize], mut number: usize) -> Case {
        let mut case: Case = Vec::with_capacity(fields.len());
        for field in fields.iter().rev() {
            let size = self.space.fields[*field].values.len().max(1);
            case.push((*field, number % size));
            number /= size;
        }
        case.reverse();
        case
    }

    /// A combination on which all rows come to what is wanted. Fields are fixed one after the
    /// other, and a row is looked up as soon as its fields are: iterative, since tables may have
    /// many fields.
    pub(super) fn find(&mut self, wants: &[Want]) -> Answer {
        let mut order: Vec<usize> = Vec::new();
        // For each depth, what can be looked up there: a row that shall hold part by part, one that
        // shall not as a whole.
        let mut due: Vec<Vec<(Want, Option<usize>)>> = vec![Vec::new()];
        let mut depths = vec![0_usize; self.space.fields.len()];
        let Some(left) = self.steps.checked_sub((1 + wants.len() + depths.len() / 16) as u64)
        else {
            return Answer::GaveUp;
        };
        self.steps = left;
        for want in wants {
            let Some(table) = &self.tables[want.row] else { return Answer::Unclear };
            let mut last = 0;
            for (number, part) in table.iter().enumerate() {
                for field in &part.fields {
                    if depths[*field] == 0 {
                        order.push(*field);
                        due.push(Vec::new());
                        depths[*field] = order.len();
                    }
                }
                // Some of its fields may have been fixed for an earlier part.
                let depth = part.fields.iter().map(|field| depths[*field]).max().unwrap_or(0);
                last = last.max(depth);
                if want.truth == Truth::True {
                    due[depth].push((*want, Some(number)));
                }
            }
            if want.truth != Truth::True {
                due[last].push((*want, None));
            }
        }
        let mut chosen = vec![0_usize; self.space.fields.len()];
        if !due[0].iter().all(|due| self.holds(*due, &chosen)) {
            return Answer::None;
        }
        let mut depth = 0;
        while let Some(field) = order.get(depth).copied() {
            let Some(left) = self.steps.checked_sub(1 + due[depth + 1].len() as u64) else {
                return Answer::GaveUp;
            };
            self.steps = left;
            if chosen[field] >= self.space.fields[field].values.len() {
                chosen[field] = 0;
                let Some(above) = depth.checked_sub(1) else { return Answer::None };
                depth = above;
                chosen[order[depth]] += 1;
            } else if due[depth + 1].iter().all(|due| self.holds(*due, &chosen)) {
                depth += 1;
            } else {
                chosen[field] += 1;
            }
        }
        let case: Case = order.iter().map(|field| (*field, chosen[*field])).collect();
        if self.confirm(wants, &case) { Answer::Found(case) } else { Answer::Unclear }
    }

    /// Whether a row, or one part of it, comes to what is wanted.
    fn holds(&self, (want, part): (Want, Option<usize>), chosen: &[usize]) -> bool {
        let Some(table) = &self.tables[want.row] else { return false };
        let truth = |part: &Truths| {
            let at = part
                .fields
                .iter()
                .fold(0, |at, field| at * self.space.fields[*field].values.len() + chosen[*field]);
            part.truths.get(at).copied().unwrap_or(Truth::Unknown)
        };
        let found = match part {
            Some(part) => table.get(part).map_or(Truth::Unknown, truth),
            None => table.iter().map(truth).fold(Truth::True, Truth::and),
        };
        found == want.truth
    }

    /// Whether a condition holds for the one record of a case.
    pub(super) fn holds_for(&self, guard: &Expr, case: &Case) -> bool {
        let records = self.trial.records(&self.space, std::slice::from_ref(case));
        records.is_some_and(|records| self.trial.truths(&records, guard) == [Truth::True])
    }

    /// Evaluates the rows in question on the one record that will be shown.
    fn confirm(&mut self, wants: &[Want], case: &Case) -> bool {
        let Some(records) = self.trial.records(&self.space, std::slice::from_ref(case)) else {
            return false;
        };
        wants.iter().all(|want| {
            self.trial.truths(&records, &self.class.rows[want.row].guard) == [want.truth]
        })
    }

    /// Adds the record to a finding.
    pub(super) fn show(&self, diagnostic: Diagnostic, case: &Case) -> Diagnostic {
        if case.is_empty() {
            return diagnostic.note("例如：任何一筆資料", "for example: any record");
        }
        let words = witness::words(self.trial.rules, self.class.entity, &self.space, case);
        diagnostic.note(
            format!("例如：{}", words.zh),
            format!("for example: {}", words.get(guiju_model::text::Locale::En)),
        )
    }
}
