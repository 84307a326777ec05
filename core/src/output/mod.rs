//! Outcomes and differences as text: the JSON for machines, and values in words for people.

#[cfg(feature = "compiler")]
mod difference;
mod form;
mod json;
mod words;
mod writer;

#[cfg(feature = "compiler")]
pub use difference::diff_document;
pub use json::{JsonOptions, to_json};
pub(crate) use json::{show, why};
pub use words::{amount, amount_apart, grouped, kpi_words};
pub use writer::Json;
