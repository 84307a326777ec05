//! Judges data by rules: readers of data, both evaluators, explanations, drafts, partial results,
//! compiled packs and the JSON of results.
//!
//! Not here: rules as text (`guiju-compiler`), and the files that rules and data come from
//! (`guiju-files`). Programs add the crate `guiju`, which documents what it gives on of this one;
//! what else is public here may change with any version.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]
#![allow(missing_docs, reason = "the facade documents what people use")]

pub mod compiled;
pub mod coverage;
pub mod data;
pub mod describe;
pub mod eval;
pub mod evaluation;
pub mod explain;
pub mod output;
pub mod pack;
pub mod partial;
pub mod progress;
pub mod provenance;
mod reads;
pub mod validate;
pub mod values;
pub mod watch;
mod within;
