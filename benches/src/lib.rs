//! The workload: tables drawn from a seed, this engine on them, and a loop written by hand to
//! compare with.
//!
//! Other engines run on the same tables (`rivals/`). Not here: what is timed and printed (`main`).

pub mod check;
pub mod engine;
pub mod files;
pub mod growth;
pub mod hand;
pub mod tables;
pub mod work;
