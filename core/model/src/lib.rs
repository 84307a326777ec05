//! What every part of guiju speaks of: source text, exact numbers, dates, units, words in two
//! languages, limits, diagnostics, the schema of data, resolved rules, and outcomes.
//!
//! Not here: how rules are read (`guiju-compiler`), how data is read and judged (`guiju-engine`).
//! Programs add the crate `guiju`, which documents what it gives on of this one; what else is
//! public here may change with any version.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]
#![allow(
    missing_docs,
    reason = "the parts of resolved rules say what they are by their names; the facade documents what people use"
)]

pub mod calendar;
pub mod date;
pub mod diagnostic;
pub mod digest;
pub mod form;
pub mod index;
pub mod json;
pub mod limits;
pub mod memory;
pub mod needs;
pub mod number;
pub mod outcome;
pub mod rules;
pub mod schema;
pub mod sort;
pub mod source;
pub mod standing;
pub mod text;
pub mod unit;
pub mod utf16;
pub mod words;
