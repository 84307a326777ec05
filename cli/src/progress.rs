//! A bar on standard error while work takes longer than a moment; nothing where nobody is looking.
//!
//! It tells the phase, how far it has come where that is known, and the time passed. Not here:
//! anything printed to a file or a pipe.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use guiju::Locale;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// A bar that lives as long as this value.
pub(crate) struct Progress {
    bar: ProgressBar,
    locale: Locale,
    /// Dropped to stop waiting.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to wait for work that takes long.
    pub(crate) fn start(locale: Locale) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style.tick_chars("|/-\\ "));
        }
        if !std::io::stderr().is_terminal() {
            return Progress { bar, locale, stop: None, thread: None };
        }
        let (stop, stopped) = mpsc::channel();
        let shown = bar.clone();
        let thread = thread::Builder::new().spawn(move || {
            if stopped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    shown.tick();
                }
            }
        });
        Progress { bar, locale, stop: Some(stop), thread: thread.ok() }
    }

    /// Says that data is being read.
    pub(crate) fn reading(&self, from: &str) {
        let from = crate::report::clean(from);
        self.bar.set_message(match self.locale {
            Locale::ZhTw => format!("讀取 {from}"),
            Locale::En => format!("reading {from}"),
        });
    }

    /// Says that rules are being changed; the bar fills as changes are tried.
    pub(crate) fn changing(&self) {
        self.filling();
        self.bar.set_message(match self.locale {
            Locale::ZhTw => "逐一改動規則",
            Locale::En => "changing rules",
        });
    }

    /// Says that data is changed and judged again; the bar fills as changes are tried.
    pub(crate) fn trying(&self) {
        self.filling();
        self.bar.set_message(match self.locale {
            Locale::ZhTw => "逐一改動資料",
            Locale::En => "changing data",
        });
    }

    fn filling(&self) {
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent:>3}% {elapsed}")
        {
            self.bar.set_style(style.progress_chars("=> "));
        }
    }

    /// Says that records are being judged; the bar fills as steps are taken.
    pub(crate) fn evaluating(&self, records: usize) {
        self.filling();
        self.bar.set_message(match self.locale {
            Locale::ZhTw => format!("評核 {records} 筆資料"),
            Locale::En => format!("evaluating {records} records"),
        });
    }

    /// Shows how far judging has come.
    pub(crate) fn step(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // The thread does nothing that panics; if it did, the bar is gone all the same.
            drop(thread.join());
        }
        self.bar.finish_and_clear();
    }
}
