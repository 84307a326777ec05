//! Keys that sign receipts and check signatures: Ed25519, in the PEM files that OpenSSL writes and
//! reads.
//!
//! Not here: what is signed (`envelope`). A private key is never shown, not even by `Debug`.

use std::fmt;

use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::statement::digest;

/// Whoever signs: a key in memory ([`PrivateKey`]), or a host's own device or service.
pub trait Signer {
    /// What names the key in a receipt: for Ed25519 [`PublicKey::id`].
    fn key_id(&self) -> String;

    /// The Ed25519 signature over the message, 64 bytes.
    ///
    /// # Errors
    /// What kept the signer from signing, in one sentence.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String>;
}

/// A private key in memory.
pub struct PrivateKey(SigningKey);

/// A key that checks signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why a text is no key that can be used. The text itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No private key of Ed25519 in PKCS #8 and PEM.
    #[error("this is no Ed25519 private key in PEM (PKCS #8)")]
    Private,
    /// No public key of Ed25519 in PEM.
    #[error("this is no Ed25519 public key in PEM")]
    Public,
    /// A private key where the public one is wanted: it must not be handed around.
    #[error("this is a private key; to check a signature give the public one")]
    NotPublic,
}

impl PrivateKey {
    /// A key from PEM, as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// # Errors
    /// [`KeyError::Private`] where it is anything else.
    ///
    /// ```
    /// let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    /// let key = guiju_seal::PrivateKey::from_pem(pem)?;
    /// assert_eq!(key.public().id().len(), 64);
    /// # Ok::<(), guiju_seal::KeyError>(())
    /// ```
    pub fn from_pem(pem: &str) -> Result<PrivateKey, KeyError> {
        SigningKey::from_pkcs8_pem(pem.trim()).map(PrivateKey).map_err(|_| KeyError::Private)
    }

    /// The key that checks what this one signs.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

impl Signer for PrivateKey {
    fn key_id(&self) -> String {
        self.public().id()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PrivateKey(of {})", self.public().id())
    }
}

impl PublicKey {
    /// A key from PEM, as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] where it is a private key, [`KeyError::Public`] where it is anything
    /// else.
    pub fn from_pem(pem: &str) -> Result<PublicKey, KeyError> {
        if pem.contains("PRIVATE KEY-----") {
            return Err(KeyError::NotPublic);
        }
        VerifyingKey::from_public_key_pem(pem.trim()).map(PublicKey).map_err(|_| KeyError::Public)
    }

    /// What names the key in receipts: the SHA-256 of its DER form, 64 hexadecimal digits.
    pub fn id(&self) -> String {
        self.0
            .to_public_key_der()
            .map_or_else(|_| digest(self.0.as_bytes()), |der| digest(der.as_bytes()))
    }

    /// Whether this signature over the message was made with the private key of this one. Weak keys
    /// and malleable signatures do not pass.
    pub(crate) fn checks(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}
