//! The language server protocol over the answers of `ask`: messages in, messages out, by
//! [`Session`]; on streams by [`serve`].
//!
//! Not here: any answer.

mod address;
mod answers;
mod changes;
mod convert;
mod offers;
mod reports;
mod session;
mod streams;
mod wire;

pub use session::Session;
pub use streams::serve;
pub use wire::{json, text_of};
