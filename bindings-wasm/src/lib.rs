//! The engine behind the npm package `guiju`, in modules: one judges, one gives reasons too,
//! one compiles rules where a page has any; one opens workbooks and writes them; one checks receipts.
//!
//! Translation only: texts in, JSON texts out. What people call is `js/face.js`, which turns these
//! texts into objects and errors, and survives a trap. Reading files, fetching and showing belong
//! to the page.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

#[cfg(feature = "books")]
mod books;
#[cfg(feature = "compiler")]
mod compile;
#[cfg(feature = "explainer")]
mod explain;
#[cfg(feature = "runtime")]
mod judge;
#[cfg(feature = "receipts")]
mod receipts;
mod said;

/// Half the size of the standard library's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(feature = "books")]
pub use books::Books;
#[cfg(feature = "compiler")]
pub use compile::{check, compile};
#[cfg(feature = "runtime")]
pub use judge::Rules;
#[cfg(feature = "receipts")]
pub use receipts::Verifier;
