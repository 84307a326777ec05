//! The threads that judge, and what the thread of the caller does meanwhile.
//!
//! A fork copies a process without its threads: a pool made before it has nobody left who works, and whoever waits for it waits for ever.
//! So the package has a pool of its own, made anew where the process is another one. Not here: what is done (`evaluation`).

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, TryLockError};
use std::time::Duration;

use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// How often the caller is asked whether it has been interrupted.
const ASKED: Duration = Duration::from_millis(50);

/// As much stack as a main thread has.
const STACK: usize = 8 << 20;

/// The pool, and the process whose threads it has.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// The pool of this process.
fn pool() -> Result<Arc<ThreadPool>, ThreadPoolBuildError> {
    let process = std::process::id();
    let mut kept = match POOL.try_lock() {
        Ok(kept) => kept,
        Err(TryLockError::Poisoned(kept)) => kept.into_inner(),
        // Another thread is making it, or was when this process forked from its own: in the child nobody would ever unlock it.
        Err(TryLockError::WouldBlock) => return make(),
    };
    match kept.take() {
        Some((of, pool)) if of == process => {
            *kept = Some((of, Arc::clone(&pool)));
            return Ok(pool);
        }
        // To drop it would be to wait for threads that are not here.
        Some((_, pool)) => std::mem::forget(pool),
        None => {}
    }
    let pool = make()?;
    *kept = Some((process, Arc::clone(&pool)));
    Ok(pool)
}

fn make() -> Result<Arc<ThreadPool>, ThreadPoolBuildError> {
    let threads = || ThreadPoolBuilder::new().stack_size(STACK).thread_name(|n| format!("guiju-{n}"));
    // Where a process may not have that many, one is enough.
    Ok(Arc::new(threads().build().or_else(|_| threads().num_threads(1).build())?))
}

/// Runs `work` on the pool, and on this thread `hear` for every message that comes of it, or with nothing after a while without one.
///
/// It returns once every sender of the messages is gone: `work` owns them.
pub(crate) fn beside<M: Send>(
    py: Python<'_>,
    work: impl FnOnce() + Send,
    mut messages: Receiver<M>,
    mut hear: impl FnMut(Python<'_>, Option<M>),
) -> Result<(), ThreadPoolBuildError> {
    pool()?.in_place_scope(|scope| {
        scope.spawn(|_| work());
        loop {
            let from = &mut messages;
            match py.detach(move || from.recv_timeout(ASKED)) {
                Ok(message) => hear(py, Some(message)),
                Err(RecvTimeoutError::Timeout) => hear(py, None),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
    Ok(())
}
