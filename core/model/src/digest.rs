//! SHA-256, as results and receipts name rules and data by it.
//!
//! Not here: what is digested: of rules `guiju_engine::provenance`, of data
//! `guiju_engine::data::canonical`.

use std::fmt::Write as _;

// RustCrypto's, as the receipts': no other hash in pure Rust is as widely reviewed.
use sha2::{Digest as _, Sha256};

/// A digest in the making, fed with text piece by piece.
///
/// ```
/// use guiju_model::digest::Digest;
/// let mut digest = Digest::default();
/// digest.feed("a");
/// digest.feed("bc");
/// assert!(digest.finish().starts_with("ba7816bf8f01cfea"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Goes on with a piece of text, as UTF-8.
    pub fn feed(&mut self, text: &str) {
        self.0.update(text);
    }

    /// The digest as 64 hexadecimal digits.
    pub fn finish(self) -> String {
        self.0.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// The digest of one text as 64 hexadecimal digits.
///
/// ```
/// assert!(guiju_model::digest::of("").starts_with("e3b0c44298fc1c14"));
/// ```
pub fn of(text: &str) -> String {
    let mut digest = Digest::default();
    digest.feed(text);
    digest.finish()
}
