//! Outcomes as text: the JSON for machines, and values in words for people.

mod json;
mod words;

pub use json::{JsonOptions, to_json};
pub(crate) use json::{show, why};
pub use words::{amount, grouped, kpi_words};
