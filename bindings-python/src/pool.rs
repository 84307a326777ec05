//! The threads that read and judge.
//!
//! A fork copies a process without its threads: a pool made before it has nobody left who works,
//! and whoever waits for it waits for ever. So the package has a pool of its own, made anew where
//! the process is another one. Not here: what is done (`evaluation`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::time::Duration;
use std::{io, thread};

use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

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
        // Another thread is making it, or was when this process forked from its own: in the child
        // nobody would ever unlock it.
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
    let threads =
        || ThreadPoolBuilder::new().stack_size(STACK).thread_name(|n| format!("guiju-{n}"));
    // Where a process may not have that many, one is enough.
    Ok(Arc::new(threads().build().or_else(|_| threads().num_threads(1).build())?))
}

/// Something to do; nobody waits for it here.
pub(crate) type Task = Box<dyn FnOnce() + Send>;

/// Runs a task on the pool.
pub(crate) fn spawn(task: Task) -> io::Result<()> {
    pool().map_err(io::Error::other)?.spawn(counted(task));
    Ok(())
}

/// Runs a task on a thread of its own, for code of others: it may wait for what the pool does, and
/// must not keep it from that.
pub(crate) fn alone(task: Task) -> io::Result<()> {
    let thread = thread::Builder::new().stack_size(STACK).name("guiju-alone".to_owned());
    thread.spawn(counted(task)).map(drop)
}

/// The process, and in the lower half how many of its tasks are not done.
static UNDONE: AtomicU64 = AtomicU64::new(0);

/// Of the tasks that are not done, those of this process: a child has no threads of its parent.
fn undone(process_and_tasks: u64) -> u64 {
    let of = process_and_tasks >> 32;
    if of == u64::from(std::process::id()) { process_and_tasks & u64::from(u32::MAX) } else { 0 }
}

fn count(change: impl Fn(u64) -> u64) {
    let process = u64::from(std::process::id()) << 32;
    let change = |before| Some(process | change(undone(before)));
    // It changes whatever stands there, so that it cannot fail.
    UNDONE.fetch_update(Ordering::SeqCst, Ordering::SeqCst, change).ok();
}

/// The task, counted until all that it holds is dropped.
fn counted(task: Task) -> impl FnOnce() + Send {
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            count(|tasks| tasks.saturating_sub(1));
        }
    }
    count(|tasks| tasks + 1);
    let counted = Counted;
    move || {
        let _counted = counted;
        task();
    }
}

/// Waits where the interpreter ends for work that an interrupt left behind: what it reads may be
/// Python's, and a thread that asks for the interpreter then would take the process down.
#[pyfunction]
pub(crate) fn wait_for_tasks(py: Python<'_>) -> PyResult<()> {
    while undone(UNDONE.load(Ordering::SeqCst)) > 0 {
        py.check_signals()?;
        py.detach(|| thread::sleep(Duration::from_millis(5)));
    }
    Ok(())
}
