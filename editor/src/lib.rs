//! What an editor asks of rules while they are written, and the language server that answers.
//!
//! [`Workspace`] is the core: texts and byte positions in, values out. It reads files through what its host gives ([`Files`]), so that it can
//! run where there are none. [`server`] speaks the language server protocol over it. Not here: what names mean (`guiju_compiler::names`), and
//! what is wrong with rules (`guiju_compiler::check`).

mod analysis;
pub mod ask;
pub mod server;
mod text;
mod workspace;

mod protocol;

pub use analysis::Analysis;
pub use text::{Edit, Place, Reach, Spot, Text};
pub use workspace::{Files, Workspace};
