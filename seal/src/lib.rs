//! Receipts for results: which rules, data and earlier results a result was computed from, signed,
//! so that anybody who has these can compute every byte of it again and see that nothing was
//! changed.
//!
//! A receipt is a DSSE envelope around an in-toto statement ([`Statement`]): its subject is the
//! result, its materials are files with their SHA-256 digests. The payload is canonical JSON (RFC
//! 8785); it holds texts only, since numbers beyond the doubles of JSON would differ from reader to
//! reader. Signatures are Ed25519. Verifying means to make the statement anew and to compare
//! ([`Receipt::checks`], [`Statement::differences`]). Not here: files and their reading.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

mod check;
mod copy;
mod envelope;
mod keys;
mod statement;

pub use check::{Check, Evidence};
pub use copy::FirstDifference;
pub use envelope::{Receipt, ReceiptError, seal};
pub use keys::{KeyError, PrivateKey, PublicKey, Signer};
pub use statement::{Difference, Material, Role, Statement, digest};
