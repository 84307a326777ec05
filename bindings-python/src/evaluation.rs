//! Long work: it is done on threads of the package's own, while the caller's thread hears
//! interrupts and tells how far it is.
//!
//! Whoever interrupts is answered at once: work that is left behind ends by itself at its next
//! step, and only the end of the interpreter waits for it. Not here: the threads (`pool`), and what
//! is done.

use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use guiju::{Abort, Dataset, Evaluation, Limits, Locale, Pack, Progress};
use guiju_files::FileError;
use pyo3::prelude::*;

use crate::error::{self, Kind};
use crate::pool::{self, Task};

/// What the whole work is to whoever is told how far it has come.
const TOTAL: u64 = 1_000;

/// The part of it that is reading, where data is read first.
pub(crate) const READ: u64 = 500;

/// How often the caller is asked whether it has been interrupted.
const ASKED: Duration = Duration::from_millis(50);

/// Why work ended without a result.
pub(crate) enum Failure {
    /// The data, or its file.
    Data(FileError),
    /// The evaluation.
    Abort(Abort),
    /// What was asked for.
    Asked(String),
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Failure {
        Failure::Data(error)
    }
}

impl From<Abort> for Failure {
    fn from(abort: Abort) -> Failure {
        Failure::Abort(abort)
    }
}

enum Message<T> {
    Reached(u64),
    Done(Result<T, Failure>),
    Defect,
}

/// Where work tells how far it is, and hears that it is to stop.
pub(crate) struct Steps<'w> {
    tell: &'w dyn Fn(u64),
    stopped: &'w AtomicBool,
}

impl Steps<'_> {
    /// A watch over the part of the work between two steps.
    pub(crate) fn part(&self, from: u64, to: u64) -> impl FnMut(Progress) -> ControlFlow<()> + '_ {
        let mut last = from;
        move |Progress { done, total }| {
            let share =
                u128::from(to - from) * u128::from(done.min(total)) / u128::from(total.max(1));
            let reached = from + u64::try_from(share).unwrap_or(0);
            if reached > last {
                last = reached;
                (self.tell)(reached);
            }
            if self.stopped.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    }

    /// A watch over all that follows a step.
    pub(crate) fn rest(&self, from: u64) -> impl FnMut(Progress) -> ControlFlow<()> + '_ {
        self.part(from, TOTAL)
    }
}

/// Long work in one part or several, each when the one before is done.
pub(crate) struct Work {
    told: Told,
    locale: Locale,
}

impl Work {
    /// `progress` is called with the steps taken and all there will be: now, and until
    /// [`Work::end`].
    pub(crate) fn begin(
        py: Python<'_>,
        locale: Locale,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Work> {
        let mut told = Told { progress, reached: None };
        told.tell(py, 0)?;
        Ok(Work { told, locale })
    }

    /// Does a part of it.
    pub(crate) fn part<T: Send + 'static>(
        &mut self,
        py: Python<'_>,
        work: impl FnOnce(&Steps<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> PyResult<T> {
        self.run(py, pool::spawn, work)
    }

    /// Does a part of it that runs code of others, which may take its time, and may have the
    /// package do something else meanwhile.
    pub(crate) fn part_of_others<T: Send + 'static>(
        &mut self,
        py: Python<'_>,
        work: impl FnOnce(&Steps<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> PyResult<T> {
        self.run(py, pool::alone, work)
    }

    fn run<T: Send + 'static>(
        &mut self,
        py: Python<'_>,
        spawn: fn(Task) -> io::Result<()>,
        work: impl FnOnce(&Steps<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> PyResult<T> {
        let stopped = Arc::new(AtomicBool::new(false));
        let (messages, mut heard) = mpsc::channel();
        let flag = Arc::clone(&stopped);
        let task = move || {
            // Nobody listens only where nobody waits for the result either.
            let send = |message: Message<T>| drop(messages.send(message));
            let steps = Steps { tell: &|reached| send(Message::Reached(reached)), stopped: &flag };
            let done = catch_unwind(AssertUnwindSafe(|| work(&steps)));
            send(done.map_or(Message::Defect, Message::Done));
        };
        if let Err(error) = spawn(Box::new(task)) {
            let words = match self.locale {
                Locale::ZhTw => format!("無法建立評核用的執行緒：{error}"),
                Locale::En => format!("the threads that judge cannot be started: {error}"),
            };
            return Err(error::sentence(py, Kind::Error, &words));
        }
        let mut hear = || loop {
            let heard = &mut heard;
            match py.detach(move || heard.recv_timeout(ASKED)) {
                Ok(Message::Reached(reached)) => self.told.tell(py, reached)?,
                Ok(Message::Done(found)) => {
                    return found.map_err(|failure| failed(py, &failure, self.locale));
                }
                Err(RecvTimeoutError::Timeout) => py.check_signals()?,
                Ok(Message::Defect) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(error::sentence(py, Kind::Error, error::DEFECT));
                }
            }
        };
        hear().inspect_err(|_| stopped.store(true, Ordering::Relaxed))
    }

    /// All is done.
    pub(crate) fn end(mut self, py: Python<'_>) -> PyResult<()> {
        self.told.tell(py, TOTAL)
    }
}

fn failed(py: Python<'_>, failure: &Failure, locale: Locale) -> PyErr {
    match failure {
        Failure::Data(error) => error::file(py, Kind::Data, error, locale),
        Failure::Abort(abort) => error::abort(py, *abort, locale),
        Failure::Asked(words) => error::sentence(py, Kind::Error, words),
    }
}

/// Does what may take long and tells nobody how far it is: whoever interrupts it leaves it behind.
pub(crate) fn aside<T: Send + 'static>(
    py: Python<'_>,
    locale: Locale,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    Work::begin(py, locale, None)?.part(py, move |_| Ok(work()))
}

/// Judges a dataset.
pub(crate) fn evaluate(
    py: Python<'_>,
    pack: &Pack,
    data: &Dataset,
    limits: &Limits,
    locale: Locale,
) -> PyResult<Evaluation> {
    let (pack, data, limits) = (pack.clone(), data.clone(), limits.clone());
    let judge =
        move |steps: &Steps<'_>| Ok(pack.evaluate_watched(&data, &limits, &mut steps.rest(0))?);
    Work::begin(py, locale, None)?.part(py, judge)
}

/// What has been told.
struct Told {
    progress: Option<Py<PyAny>>,
    reached: Option<u64>,
}

impl Told {
    fn tell(&mut self, py: Python<'_>, reached: u64) -> PyResult<()> {
        py.check_signals()?;
        let Some(progress) = &self.progress else { return Ok(()) };
        if self.reached.is_none_or(|before| reached > before) {
            progress.call1(py, (reached, TOTAL))?;
            self.reached = Some(reached);
        }
        Ok(())
    }
}
