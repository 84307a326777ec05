//! Rules from text: the parser, the checker, the formatter, and what authors of rules ask for:
//! tests, what they exercise, clause coverage, other values for constants.
//!
//! Not here: judging data (`guiju-engine`). Programs add the crate `guiju`, which documents what it
//! gives on of this one; what else is public here may change with any version.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]
#![allow(missing_docs, reason = "the facade documents what people use")]

pub mod check;
pub mod exercise;
pub mod format;
pub mod mutate;
pub mod names;
pub mod parameters;
pub mod pipeline;
pub mod source_pack;
pub mod syntax;
pub mod testing;
