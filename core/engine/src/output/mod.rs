//! Outcomes as text: the JSON for machines, and values in words for people.

mod form;
mod json;
mod words;

pub use json::JsonOptions;
pub use words::{amount, amount_apart, grouped, kpi_words};
