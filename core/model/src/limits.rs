//! Every limit on what a caller may hand over, in one place, finite by default.
//!
//! A limit that is passed ends the call with [`crate::outcome::Abort`] (or, while reading rules and
//! data, with a diagnostic): it is never a value that a rule could absorb. Not here: deadlines and
//! cancelling, which belong to the host.

/// Sizes and effort allowed to one call.
///
/// ```
/// let limits = guiju::Limits { fuel: 50_000_000, ..guiju::Limits::untrusted() };
/// assert!(limits.pack_bytes < guiju::Limits::default().pack_bytes);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one rule file.
    pub pack_bytes: usize,
    /// Bytes of all rule files of a pack together, those of the packs it amends among them.
    pub pack_total_bytes: usize,
    /// Items (declarations) in a pack.
    pub items: usize,
    /// Depth of brackets, and of an expression once precedence is applied.
    pub nesting: usize,
    /// Characters of one string or identifier in rules.
    pub literal_chars: usize,
    /// Diagnostics kept; the rest are counted.
    pub diagnostics: usize,
    /// Bytes of one data document or file.
    pub data_bytes: u64,
    /// Records over all tables of a dataset.
    pub rows: usize,
    /// Characters of one data value.
    pub value_chars: usize,
    /// Steps of one evaluation: one for each node of an expression applied to a record.
    pub fuel: u64,
    /// Nodes of one explanation.
    pub explanation_nodes: usize,
    /// Bytes that one call may hold at once, beside what it is given: while it reads rules or data,
    /// judges, explains, compares or writes a result.
    pub memory: u64,
}

impl Default for Limits {
    /// For rules and data of one's own: generous, finite. A call may hold 1 GiB.
    fn default() -> Limits {
        Limits {
            pack_bytes: 1 << 20,
            pack_total_bytes: 16 << 20,
            items: 10_000,
            nesting: 64,
            literal_chars: 4_096,
            diagnostics: 100,
            data_bytes: 4 << 30,
            rows: 50_000_000,
            value_chars: 65_536,
            fuel: 20_000_000_000,
            explanation_nodes: 1_000_000,
            memory: 1 << 30,
        }
    }
}

impl Limits {
    /// For rules and data from strangers: a form in a browser, an upload. A call may hold 64 MiB.
    pub fn untrusted() -> Limits {
        Limits {
            pack_bytes: 256 << 10,
            pack_total_bytes: 1 << 20,
            items: 1_000,
            nesting: 32,
            literal_chars: 1_024,
            diagnostics: 20,
            data_bytes: 10 << 20,
            rows: 100_000,
            value_chars: 4_096,
            fuel: 50_000_000,
            explanation_nodes: 10_000,
            memory: 64 << 20,
        }
    }
}
