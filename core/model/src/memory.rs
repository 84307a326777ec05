//! Bytes that are held while something is worked out, against what a caller allows.
//!
//! They are added up where lists are made, from lengths and capacities, without an allocator: the
//! same in a page and on a server. Small things are left out, so that the sum is somewhat below
//! what an allocator counts. Not here: effort, which is fuel.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::number::Exact;
use crate::outcome::{Abort, Counted, Issue, KpiValue};
use crate::text::Locale;

/// What is held, by all threads that work on one thing.
#[derive(Debug)]
pub struct Memory {
    limit: u64,
    held: AtomicU64,
}

impl Memory {
    /// Nothing is held yet.
    pub fn new(limit: u64) -> Memory {
        Memory { limit, held: AtomicU64::new(0) }
    }

    /// Notes that this many bytes more are going to be held.
    ///
    /// # Errors
    /// [`Abort::Memory`] where they would be too many; they are not held then.
    pub fn hold(&self, bytes: usize, by: Holder) -> Result<(), Abort> {
        let bytes = bytes as u64;
        let asked = self.held.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if asked <= self.limit {
            return Ok(());
        }
        self.held.fetch_sub(bytes, Ordering::Relaxed);
        Err(Abort::Memory { limit: self.limit, asked, by })
    }

    /// Notes that bytes are held no more.
    pub fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes as u64, Ordering::Relaxed);
    }
}

/// Makes room for some more in a list that is accounted for after it has grown: the bytes that this
/// takes. A long list grows by a sixteenth at a time, so that little is held unaccounted.
pub fn make_room<T>(list: &mut Vec<T>, more: usize) -> usize {
    let room = list.capacity();
    if list.len() + more > room {
        list.reserve_exact(more.max(if room < 64 { room.max(4) } else { room / 16 }));
    }
    (list.capacity() - room) * size_of::<T>()
}

/// What takes memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holder {
    /// The verdicts on records, and room for figures.
    Verdicts,
    /// Claims on what may count once only.
    Claims,
    /// Lists of what is missing.
    Needs,
    /// Figures, obligations and awards.
    Figures,
    /// What is said about single records.
    Issues,
    /// A result as it is written.
    Text,
}

impl Holder {
    /// What it is called, in the plural.
    pub fn name(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Holder::Verdicts, Locale::En) => "the verdicts on records",
            (Holder::Verdicts, Locale::ZhTw) => "各筆資料的判定",
            (Holder::Claims, Locale::En) => "claims on what may count once only",
            (Holder::Claims, Locale::ZhTw) => "不得重複計算的主張",
            (Holder::Needs, Locale::En) => "the lists of what is missing",
            (Holder::Needs, Locale::ZhTw) => "缺漏資料的清單",
            (Holder::Figures, Locale::En) => "figures, obligations and awards",
            (Holder::Figures, Locale::ZhTw) => "指標、義務與核定結果",
            (Holder::Issues, Locale::En) => "issues of single records",
            (Holder::Issues, Locale::ZhTw) => "各筆資料的提醒",
            (Holder::Text, Locale::En) => "the texts of the result",
            (Holder::Text, Locale::ZhTw) => "結果的文字",
        }
    }
}

/// The bytes that values hold outside of themselves.
impl KpiValue {
    /// Those of long numbers; needs are shared, and counted where they are made.
    pub fn held(&self) -> usize {
        let of = |bound: &Option<Exact>| bound.as_ref().map_or(0, Exact::held);
        match self {
            KpiValue::Known(value) => value.held(),
            KpiValue::Undetermined { low, high, .. } => of(low) + of(high),
            KpiValue::NotApplicable | KpiValue::Invalid(_) => 0,
        }
    }
}

impl Issue {
    /// Those of its texts.
    pub fn held(&self) -> usize {
        let message =
            self.message.zh.capacity() + self.message.en.as_ref().map_or(0, String::capacity);
        self.code.capacity() + message + self.clause.as_ref().map_or(0, String::capacity)
    }
}

impl Counted {
    /// Those of its texts.
    pub fn held(&self) -> usize {
        let parts = self.key.iter().map(|(name, text)| name.capacity() + text.capacity());
        self.tally.capacity()
            + self.key.capacity() * size_of::<(String, String)>()
            + parts.sum::<usize>()
    }
}
