//! What an editor asks, a file for each question: a place in, values out. Nothing here fails: where
//! there is no answer, it is empty.
//!
//! Not here: how answers are sent (`protocol`).

pub mod calls;
pub mod colours;
pub mod complete;
pub mod find;
pub mod hover;
pub mod layout;
pub mod live;
pub mod margin;
pub mod outline;
pub mod problems;
pub mod rename;
mod sentence;
pub mod tested;
mod words;
