//! How a host watches long work, and stops it.
//!
//! Not here: threads and clocks, which are the host's.

use std::ops::ControlFlow;

/// How far some work has come, in steps of its own measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps taken.
    pub done: u64,
    /// All steps there will be.
    pub total: u64,
}

/// Told how far the work is; says whether it is to go on.
pub type Watch<'w> = dyn FnMut(Progress) -> ControlFlow<()> + 'w;
