//! Receipts of results: keys from files and the environment, statements of what was judged, and
//! files that are whole or not there.
//!
//! Not here: what a receipt is made of, which is `guiju_seal`.

use std::env;
use std::fs::File;
use std::io;
use std::path::Path;

use guiju::{Limits, Locale};
use guiju_files::FileError;
use guiju_seal::{KeyError, PrivateKey, PublicKey, Receipt, ReceiptError, Signer, Statement};

use super::Judged;
use crate::failure::Failure;
use crate::report::Wanted;
use crate::sink;

/// Where a key to sign with may stand instead of a file: the PEM text itself.
pub(super) const KEY_VARIABLE: &str = "GUIJU_SIGNING_KEY";
/// More than a key in PEM takes.
const MOST_KEY_BYTES: u64 = 64 << 10;

/// The key to sign with: of a file, or of the environment; none where there is neither.
pub(super) fn private_key(path: Option<&Path>) -> Result<Option<PrivateKey>, Failure> {
    let (pem, place) = match (path, env::var_os(KEY_VARIABLE)) {
        (Some(path), _) => (key_text(path)?, path.display().to_string()),
        (None, Some(text)) => (text.to_string_lossy().into_owned(), KEY_VARIABLE.to_owned()),
        (None, None) => return Ok(None),
    };
    PrivateKey::from_pem(&pem).map(Some).map_err(|error| unusable(&place, error))
}

/// The key to check with.
pub(super) fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    PublicKey::from_pem(&key_text(path)?)
        .map_err(|error| unusable(&path.display().to_string(), error))
}

fn key_text(path: &Path) -> Result<String, Failure> {
    let limits = Limits { data_bytes: MOST_KEY_BYTES, ..Limits::default() };
    let unreadable = |error: io::Error| Failure::from(FileError::unreadable(path, &error));
    let bytes = guiju_files::capped(File::open(path).map_err(unreadable)?, path, &limits)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unusable(place: &str, error: KeyError) -> Failure {
    let zh = match error {
        KeyError::NotPublic => "這是私鑰；核對簽章要給公鑰（openssl pkey -in KEY.pem -pubout）",
        KeyError::Public => "這不是 PEM 格式的 Ed25519 公鑰（openssl pkey -in KEY.pem -pubout）",
        _ => "這不是 PEM 格式的 Ed25519 私鑰（openssl genpkey -algorithm ed25519）",
    };
    let way = match error {
        KeyError::NotPublic | KeyError::Public => "openssl pkey -in KEY.pem -pubout",
        _ => "openssl genpkey -algorithm ed25519",
    };
    Failure::message(format!("{place}：{zh}"), format!("{place}: {error} ({way} makes one)"))
}

/// What there is to state of a result, in the form in which the command writes it as JSON.
pub(super) fn statement(
    judged: &Judged,
    records: bool,
    locale: Locale,
) -> Result<Statement, Failure> {
    let report = judged.report(locale);
    let root = if let Wanted::One(root) = judged.wanted {
        Some(judged.evaluation.data().root_key(root))
    } else {
        None
    };
    let json = report.json(records)?;
    Ok(Statement::new(judged.evaluation.pack(), &report.options(records), root, &json)
        .with(judged.files.iter().cloned()))
}

/// Writes a receipt; an old one is there until the new one is whole.
pub(super) fn write(
    path: &Path,
    statement: &Statement,
    key: Option<&PrivateKey>,
) -> Result<(), Failure> {
    let text = guiju_seal::seal(statement, key.map(|key| key as &dyn Signer)).map_err(|error| {
        Failure::message(format!("無法簽章：{error}"), format!("cannot sign the receipt: {error}"))
    })?;
    guiju_files::replace(path, text.as_bytes()).map_err(|error| {
        let (why, path) = (sink::why(path, &error), path.display());
        Failure::message(
            format!("無法寫入收據 {path}：{}", why.get(Locale::ZhTw)),
            format!("cannot write the receipt {path}: {}", why.get(Locale::En)),
        )
    })
}

/// Reads a receipt.
pub(super) fn read(path: &Path, limits: &Limits) -> Result<Receipt, Failure> {
    let unreadable = |error: io::Error| Failure::from(FileError::unreadable(path, &error));
    let bytes = guiju_files::capped(File::open(path).map_err(unreadable)?, path, limits)?;
    let text = guiju_files::text(path, bytes)?;
    Receipt::read(&text).map_err(|error| {
        let path = path.display();
        let zh = match error {
            ReceiptError::Statement => "這份收據說的不是評核結果，或出自這裡不認得的版本",
            ReceiptError::TooLarge => "這個檔案太大，不會是收據",
            _ => "這不是收據：應是 `guiju evaluate --seal` 寫出的 JSON",
        };
        Failure::message(
            format!("{path}：{zh}"),
            format!("{path}: {error}; `guiju evaluate --seal` writes receipts"),
        )
    })
}
