//! Workbooks that people fill in or file.
//!
//! Empty ones: what is in them ([`Book`]), those of a pack ([`template()`]), with what stays from the
//! year before ([`carried()`]), and how they are written, as `.ods` ([`ods()`]) and `.xlsx` ([`xlsx()`]). Filled ones: what the sheets of a pack
//! show ([`Layout`]), their pages with the values of a result ([`fill()`]), and how these are
//! written ([`pages_ods()`], [`pages_xlsx()`], [`page_csv()`], [`html()`], [`typ()`]); and an office's own form with
//! values put into it ([`form()`]).
//!
//! Not here: reading workbooks, which is `guiju-files`.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

mod book;
mod carry;
mod fill;
mod form;
mod html;
mod layout;
mod ods;
mod page;
mod page_csv;
mod page_ods;
mod page_xlsx;
mod template;
mod typ;
mod xlsx;

pub use book::{Book, Column, Kind, Sheet};
pub use carry::{Carried, Count, carried};
pub use fill::{FillError, Filling, fill, no_such_root, root};
pub use form::form;
pub use html::html;
pub use layout::{
    Column as LayoutColumn, Layout, LayoutError, List, Part, Row, RowOf, Section, SheetLayout,
    Shows, Table, Window,
};
pub use ods::ods;
pub use page::{Cell, LONGEST_TEXT, Look, Page, Value};
pub use page_csv::{inert, page_csv};
pub use page_ods::pages_ods;
pub use page_xlsx::pages_xlsx;
pub use template::template;
pub use typ::typ;
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
