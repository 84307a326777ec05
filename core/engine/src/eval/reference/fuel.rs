//! Effort spent, memory held, and the host that watches. Not here: what an evaluation is going to take (`cost`).

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::watch::{Progress, Watch};
use guiju_model::memory::{Holder, Memory};
use guiju_model::outcome::Abort;

/// Effort spent, charged before it is made where it can be known; the host is told now and then,
/// and may stop it. What ended an evaluation ends every charge after it.
pub(crate) struct Fuel<'w> {
    used: Cell<u64>,
    limit: u64,
    /// All the effort there will be, but for rare choices between claims and what is computed with
    /// very long numbers.
    total: u64,
    /// When the host is told next.
    next: Cell<u64>,
    watch: RefCell<&'w mut Watch<'w>>,
    ended: Cell<Option<Abort>>,
    memory: Option<Arc<Memory>>,
}

/// How often a host is told, at most.
const REPORTS: u64 = 500;

impl<'w> Fuel<'w> {
    pub(crate) fn new(limit: u64, total: u64, watch: &'w mut Watch<'w>) -> Fuel<'w> {
        Fuel {
            used: Cell::new(0),
            limit,
            total,
            next: Cell::new(0),
            watch: RefCell::new(watch),
            ended: Cell::new(None),
            memory: None,
        }
    }

    /// The same within a bound on memory, which other threads may share.
    pub(crate) fn within(self, memory: Arc<Memory>) -> Fuel<'w> {
        Fuel { memory: Some(memory), ..self }
    }

    /// The bound on memory, to be shared.
    #[cfg(feature = "parallel")]
    pub(crate) fn memory(&self) -> Option<Arc<Memory>> {
        self.memory.clone()
    }

    /// Notes that this many bytes more are going to be held.
    pub(crate) fn hold(&self, bytes: usize, by: Holder) -> Result<(), Abort> {
        // Most figures hold nothing beside themselves, and all threads share the sum.
        if bytes == 0 {
            return self.check();
        }
        if let Some(Err(abort)) = self.memory.as_ref().map(|memory| memory.hold(bytes, by)) {
            self.ended.set(Some(abort));
        }
        self.check()
    }

    /// Notes that bytes are held no more.
    pub(crate) fn release(&self, bytes: usize) {
        if let Some(memory) = &self.memory {
            memory.release(bytes);
        }
    }

    pub(crate) fn used(&self) -> u64 {
        self.used.get()
    }

    pub(crate) fn charge(&self, steps: u64) -> Result<(), Abort> {
        self.check()?;
        let used = self.used.get().saturating_add(steps);
        self.used.set(used);
        if used > self.limit {
            self.ended.set(Some(Abort::Fuel { limit: self.limit }));
        } else if used >= self.next.get()
            && let Ok(mut watch) = self.watch.try_borrow_mut()
        {
            // What comes on top of all that was expected is told of ever more rarely.
            self.next.set(used.saturating_add(self.total.max(used) / REPORTS));
            if watch(Progress { done: used.min(self.total), total: self.total }).is_break() {
                self.ended.set(Some(Abort::Stopped));
            }
        }
        self.check()
    }

    /// Whether the evaluation may go on: after expressions that charged what they found to be dear.
    pub(crate) fn check(&self) -> Result<(), Abort> {
        self.ended.get().map_or(Ok(()), Err)
    }
}

/// What expressions are charged to where their effort is not known beforehand.
pub(crate) trait Meter {
    /// Charges some steps; whether the evaluation may go on. Once it may not, values are of no
    /// interest any more.
    fn spend(&self, steps: u64) -> bool;

    /// The effort so far.
    fn spent(&self) -> u64;

    /// Notes that needs are going to take this many bytes; whether the evaluation may go on.
    fn hold(&self, bytes: usize) -> bool;

    /// Notes that bytes are held no more.
    fn release(&self, bytes: usize);
}

impl Meter for Fuel<'_> {
    fn spend(&self, steps: u64) -> bool {
        self.charge(steps).is_ok()
    }

    fn spent(&self) -> u64 {
        self.used.get()
    }

    fn hold(&self, bytes: usize) -> bool {
        Fuel::hold(self, bytes, Holder::Needs).is_ok()
    }

    fn release(&self, bytes: usize) {
        Fuel::release(self, bytes);
    }
}
