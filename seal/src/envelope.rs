//! The envelope around a statement, with its signatures: DSSE 1.0.
//!
//! A signature covers the kind of payload and its exact bytes, so that no reader has to agree with
//! another on how to write JSON. Not here: what the payload states (`statement`), keys (`keys`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::keys::{PublicKey, Signer};
use crate::statement::Statement;

const PAYLOAD: &str = "application/vnd.in-toto+json";
/// More than a receipt over a thousand files takes.
const MOST_BYTES: usize = 4 << 20;

/// A receipt that was read: what it states, and its signatures, not yet checked.
#[derive(Clone, Debug)]
pub struct Receipt {
    statement: Statement,
    payload: Vec<u8>,
    /// The name of the key, and the signature.
    signatures: Vec<(String, Vec<u8>)>,
}

/// Why a text is no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// It is no DSSE envelope with an in-toto statement.
    #[error(
        "this is no receipt: a JSON envelope with payloadType, payload and signatures is expected"
    )]
    Envelope,
    /// The payload is none of ours, or of another version.
    #[error(
        "the receipt states something else than an evaluation, or was made by a version that is not known here"
    )]
    Statement,
    /// More than a receipt can be.
    #[error("this is too large for a receipt")]
    TooLarge,
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    #[serde(rename = "payloadType")]
    payload_type: String,
    payload: String,
    signatures: Vec<Signed>,
}

#[derive(Serialize, Deserialize)]
struct Signed {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// The receipt of a statement as JSON with a line break at its end, signed where there is a signer.
/// Without one it still says what a result was computed from, but anybody could have written it.
///
/// # Errors
/// What the signer says.
pub fn seal(statement: &Statement, signer: Option<&dyn Signer>) -> Result<String, String> {
    let payload = statement.to_json();
    let signed = signer.map(|signer| {
        let signature = signer.sign(&to_be_signed(payload.as_bytes()))?;
        Ok::<Signed, String>(Signed { keyid: signer.key_id(), sig: STANDARD.encode(signature) })
    });
    let signatures = signed.transpose()?.into_iter().collect();
    let envelope = Envelope {
        payload_type: PAYLOAD.to_owned(),
        payload: STANDARD.encode(payload),
        signatures,
    };
    let mut text = serde_json::to_string_pretty(&envelope).unwrap_or_default();
    text.push('\n');
    Ok(text)
}

/// The bytes that a signature covers (DSSE's pre-authentication encoding).
fn to_be_signed(payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {PAYLOAD} {} ", PAYLOAD.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

impl Receipt {
    /// Reads a receipt; nothing of it is believed yet.
    ///
    /// # Errors
    /// [`ReceiptError`] where it is none.
    pub fn read(text: &str) -> Result<Receipt, ReceiptError> {
        if text.len() > MOST_BYTES {
            return Err(ReceiptError::TooLarge);
        }
        let envelope: Envelope = serde_json::from_str(text).map_err(|_| ReceiptError::Envelope)?;
        if envelope.payload_type != PAYLOAD {
            return Err(ReceiptError::Envelope);
        }
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| ReceiptError::Envelope);
        let payload = bytes(&envelope.payload)?;
        let signatures = envelope
            .signatures
            .iter()
            .map(|signed| Ok((signed.keyid.clone(), bytes(&signed.sig)?)));
        let signatures = signatures.collect::<Result<_, ReceiptError>>()?;
        let statement = std::str::from_utf8(&payload)
            .ok()
            .and_then(Statement::from_json)
            .ok_or(ReceiptError::Statement)?;
        Ok(Receipt { statement, payload, signatures })
    }

    /// What it states. Believe it only where [`Receipt::is_signed_by`] a key you trust.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The names of the keys it says it was signed with; empty where it is not signed.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|(id, _)| id.as_str())
    }

    /// Whether one of its signatures was made with the private key of this one. What the receipt
    /// calls its keys does not matter.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let message = to_be_signed(&self.payload);
        self.signatures.iter().any(|(_, signature)| key.checks(&message, signature))
    }
}
