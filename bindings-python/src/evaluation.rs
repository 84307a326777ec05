//! One evaluation: the interpreter runs on meanwhile, is asked for interrupts, and told how far the work has come.

use std::ops::ControlFlow;

use guiju::{Abort, Dataset, Limits, Locale, Outcome, Plan, Progress};
use pyo3::prelude::*;

use crate::error;

/// Judges a dataset. `progress` is called with the number of records judged since its last call; the numbers add up to all records.
pub(crate) fn evaluate(
    py: Python<'_>,
    plan: &Plan,
    data: &Dataset,
    limits: &Limits,
    locale: Locale,
    progress: Option<Py<PyAny>>,
) -> PyResult<Outcome> {
    watched(py, data.records(), locale, progress, |watch| plan.evaluate_watched(data, limits, watch))
}

/// What the host is told, and whether it wants the work to go on.
pub(crate) type Watch<'w> = dyn FnMut(Progress) -> ControlFlow<()> + 'w;

/// Long work over some records.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    records: usize,
    locale: Locale,
    progress: Option<Py<PyAny>>,
    work: impl FnOnce(&mut Watch<'_>) -> Result<T, Abort> + Send,
) -> PyResult<T> {
    let mut told = Told { progress, records: records as u64, done: 0 };
    let mut broken = None;
    let judged = py.detach(|| {
        error::guarded(|| {
            work(&mut |reached| match Python::attach(|py| told.tell(py, reached.done, reached.total)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    broken = Some(error);
                    ControlFlow::Break(())
                }
            })
        })
    })?;
    match (judged, broken) {
        // Also where the work was done before it could stop: what the host raised is not lost.
        (_, Some(error)) => Err(error),
        (Err(abort), None) => Err(error::abort(py, abort, locale)),
        (Ok(found), None) => {
            told.tell(py, 1, 1)?;
            Ok(found)
        }
    }
}

/// How much has been told.
struct Told {
    progress: Option<Py<PyAny>>,
    records: u64,
    done: u64,
}

impl Told {
    fn tell(&mut self, py: Python<'_>, done: u64, total: u64) -> PyResult<()> {
        py.check_signals()?;
        let Some(progress) = &self.progress else { return Ok(()) };
        let share = u128::from(self.records) * u128::from(done.min(total)) / u128::from(total.max(1));
        let reached = u64::try_from(share).unwrap_or(self.records);
        if reached > self.done {
            progress.call1(py, (reached - self.done,))?;
            self.done = reached;
        }
        Ok(())
    }
}
