//! Outcomes as text: the JSON for machines, and values in words for people; and a pack as types of
//! a language.

mod awards;
mod document;
mod form;
mod json;
mod standing;
mod typescript;
mod words;

pub use json::JsonOptions;
pub use standing::{AwardList, Place};
pub(crate) use words::amount_given;
pub use words::{amount, amount_apart, grouped, kpi_words};
