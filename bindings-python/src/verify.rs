//! `guiju.verify`: data judged again, and everything in which that differs from the receipt of a
//! result, as a table with a row for each check.
//!
//! Not here: what a receipt is made of, which is `guiju_seal`.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use guiju::{Limits, Locale, Reading};
use guiju_files::FileError;
use guiju_seal::{Check, Evidence, Material, PublicKey, Receipt, Role};
use pyo3::prelude::*;

use crate::columns::{Columns, Texts};
use crate::error::{self, Kind};
use crate::evaluation::{Failure, aside};
use crate::pack::Pack;
use crate::table::Table;

/// The files that a receipt is checked with.
struct Asked {
    receipt: PathBuf,
    data: PathBuf,
    key: Option<PathBuf>,
    previous: Option<PathBuf>,
    result: Option<PathBuf>,
}

/// Whether all is as the receipt says, what is to be said of its signature, and every check.
#[pyfunction]
#[pyo3(signature = (receipt, pack, data, *, key = None, previous = None, result = None))]
pub(crate) fn verify(
    py: Python<'_>,
    receipt: PathBuf,
    pack: &Bound<'_, Pack>,
    data: PathBuf,
    key: Option<PathBuf>,
    previous: Option<PathBuf>,
    result: Option<PathBuf>,
) -> PyResult<(bool, &'static str, Table)> {
    let pack = pack.get();
    let (rules, limits, locale) = (pack.shared(), pack.limits().clone(), pack.locale_of());
    let asked = Asked { receipt, data, key, previous, result };
    let checks = aside(py, locale, move || checks(&asked, &rules, &limits, locale))?;
    let checks = checks.map_err(|failure| match failure {
        Failure::Data(error) => error::file(py, Kind::Data, &error, locale),
        Failure::Abort(abort) => error::abort(py, abort, locale),
        Failure::Asked(words) => error::sentence(py, Kind::Error, &words),
    })?;
    let signature = checks.first().map_or("absent", |check| check.status);
    let verified = checks.iter().all(Check::holds);
    let table = Table::build(py, "checks", locale, || batch(checks))?;
    Ok((verified, signature, table))
}

fn batch(checks: Vec<Check>) -> Result<RecordBatch, ArrowError> {
    let [mut check, mut edition, mut name, mut status, mut stated, mut found, mut place] =
        <[Texts; 7]>::default();
    for of in checks {
        check.push(of.check);
        edition.maybe(of.edition);
        name.maybe(of.name);
        status.push(of.status);
        stated.maybe(of.stated);
        found.maybe(of.found);
        place.maybe(of.place);
    }
    Columns::new()
        .add("check", check.done())
        .add("edition", edition.done())
        .add("name", name.done())
        .add("status", status.done())
        .add("stated", stated.done())
        .add("found", found.done())
        .add("place", place.done())
        .done()
}

fn checks(
    asked: &Asked,
    pack: &guiju::Pack,
    limits: &Limits,
    locale: Locale,
) -> Result<Vec<Check>, Failure> {
    let receipt = read(&asked.receipt, limits, locale)?;
    let key = public_key(&receipt, asked.key.as_deref(), locale)?;
    let mut files = Vec::new();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut earlier = None;
    if let Some(path) = &asked.previous {
        let bytes = guiju_files::result_bytes(path, limits)?;
        files.push(Material::of(Role::Previous, &name(path), &bytes));
        earlier = Some(guiju_files::result(path, limits)?);
    }
    let gathered = guiju_files::gather(&asked.data, limits)?;
    files.extend(gathered.files().map(|(name, bytes)| Material::of(Role::Data, name, bytes)));
    let read = gathered.read(Reading::new(pack.schema(), limits));
    let data = read.and_then(|data| match &earlier {
        Some(earlier) => data.with_previous(pack, earlier, limits).map_err(FileError::from),
        None => Ok(data),
    });
    let result = match &asked.result {
        Some(path) => Some((name(path), guiju_files::result_bytes(path, limits)?)),
        None => None,
    };
    let evidence = Evidence {
        pack,
        data: data.map_err(|error| error.in_short(locale)),
        files,
        result: result.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
        limits,
    };
    Ok(receipt.checks(key.as_ref(), evidence)?)
}

fn read(path: &Path, limits: &Limits, locale: Locale) -> Result<Receipt, Failure> {
    let file = File::open(path).map_err(|error| FileError::unreadable(path, &error))?;
    let text = guiju_files::text(path, guiju_files::capped(file, path, limits)?)?;
    Receipt::read(&text).map_err(|error| {
        let path = path.display();
        Failure::Asked(match locale {
            Locale::ZhTw => format!("{path}：這不是收據，應是 `guiju evaluate --seal` 寫出的 JSON"),
            Locale::En => format!("{path}: {error}; `guiju evaluate --seal` writes receipts"),
        })
    })
}

/// The key to check the signature by; a receipt that has one asks for it.
fn public_key(
    receipt: &Receipt,
    key: Option<&Path>,
    locale: Locale,
) -> Result<Option<PublicKey>, Failure> {
    /// More than a key in PEM takes.
    const MOST_KEY_BYTES: u64 = 64 << 10;
    match (key, receipt.key_ids().next()) {
        (Some(path), _) => {
            let limits = Limits { data_bytes: MOST_KEY_BYTES, ..Limits::default() };
            let file = File::open(path).map_err(|error| FileError::unreadable(path, &error))?;
            let pem = guiju_files::text(path, guiju_files::capped(file, path, &limits)?)?;
            PublicKey::from_pem(&pem).map(Some).map_err(|error| {
                let (path, way) = (path.display(), "openssl pkey -in KEY.pem -pubout");
                Failure::Asked(match locale {
                    Locale::ZhTw => format!("{path}：這不是 PEM 格式的 Ed25519 公鑰（{way}）"),
                    Locale::En => format!("{path}: {error} ({way} makes one)"),
                })
            })
        }
        (None, None) => Ok(None),
        (None, Some(id)) => Err(Failure::Asked(match locale {
            Locale::ZhTw => format!("收據有簽章（金鑰 {id}）：請以 `key` 給你信任的公鑰"),
            Locale::En => {
                format!(
                    "the receipt is signed (key {id}): give the public key that you trust as `key`"
                )
            }
        })),
    }
}
