//! One evaluation: the interpreter runs on meanwhile, is asked for interrupts, and told how far the work has come.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use guiju::{Abort, Dataset, Evaluation, Limits, Locale, Pack, Progress};
use pyo3::prelude::*;

use crate::error::{self, Kind};
use crate::pool;

/// Judges a dataset. `progress` is called with the number of records judged since its last call; the numbers add up to all records.
pub(crate) fn evaluate(
    py: Python<'_>,
    pack: &Pack,
    data: &Dataset,
    limits: &Limits,
    locale: Locale,
    progress: Option<Py<PyAny>>,
) -> PyResult<Evaluation> {
    watched(py, data.records(), locale, progress, |watch| pack.evaluate_watched(data, limits, watch))
}

/// What is told how far the work is, and says whether it is to go on.
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
    let (mut judged, mut broken) = (None, None);
    let stopped = AtomicBool::new(false);
    let (messages, heard) = mpsc::channel();
    let place = &mut judged;
    let task = || {
        let messages = messages;
        *place = Some(error::guarded(|| {
            work(&mut |reached: Progress| {
                // Nobody listens only where nobody waits for the result either.
                let heard = messages.send(reached).is_ok();
                if heard && !stopped.load(Ordering::Relaxed) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
        }));
    };
    let started = pool::beside(py, task, heard, |py, reached: Option<Progress>| {
        let (done, total) = reached.map_or((0, 1), |reached| (reached.done, reached.total));
        if broken.is_none()
            && let Err(error) = told.tell(py, done, total)
        {
            stopped.store(true, Ordering::Relaxed);
            broken = Some(error);
        }
    });
    if let Err(error) = started {
        let words = match locale {
            Locale::ZhTw => format!("無法建立評核用的執行緒：{error}"),
            Locale::En => format!("the threads that judge cannot be started: {error}"),
        };
        return Err(error::sentence(py, Kind::Error, &words));
    }
    match (judged, broken) {
        // Also where the work was done before it could stop: what the host raised is not lost.
        (_, Some(error)) => Err(error),
        (Some(judged), None) => {
            let found = judged?.map_err(|abort| error::abort(py, abort, locale))?;
            told.tell(py, 1, 1)?;
            Ok(found)
        }
        (None, None) => Err(error::sentence(py, Kind::Error, error::DEFECT)),
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
