//! Outcomes as text for machines. What people read is made by the hosts from the same data.

mod json;

pub use json::{JsonOptions, to_json};
pub(crate) use json::{show, why};
