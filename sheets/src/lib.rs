//! Workbooks that people fill in or file: what is in them ([`Book`]), the empty ones of a pack
//! ([`template()`]), and how they are written, as `.ods` ([`ods()`]) and `.xlsx` ([`xlsx()`]).
//!
//! Not here: reading workbooks, which is `guiju-files`.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

mod book;
mod ods;
mod template;
mod xlsx;

pub use book::{Book, Column, Kind, Sheet};
pub use ods::ods;
pub use template::template;
pub use xlsx::xlsx;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// What the writer of `.xlsx` says, such as that a sheet has too long a name.
    #[error(transparent)]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The archive of an `.ods`.
    #[error(transparent)]
    Archive(#[from] zip::result::ZipError),
    /// Writing bytes.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
