//! What an editor asks of rules while they are written, and the language server that answers.
//!
//! [`Workspace`] is the core: texts and byte positions in, values out. It reads files through what
//! its host gives ([`Files`]), so that it can run where there are none. [`Session`] speaks the
//! language server protocol over it, and [`serve`] does so on a pair of streams. Not here: what
//! names mean (`guiju_compiler::names`), and what is wrong with rules (`guiju_compiler::check`).

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

mod analysis;
pub mod ask;
mod protocol;
mod text;
mod workspace;

pub use analysis::Analysis;
pub use protocol::{Session, json, serve, text_of};
pub use text::{Edit, Place, Reach, Spot, Text};
pub use workspace::{Files, Workspace};
