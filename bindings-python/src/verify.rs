//! `guiju.verify`: data judged again, and everything in which that differs from the receipt of a
//! result, as a table with a row for each check.
//!
//! Not here: what a receipt is made of, which is `guiju_seal`.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use guiju::{JsonOptions, Limits, Locale, Reading};
use guiju_files::{FileError, Gathered};
use guiju_seal::{
    Difference, FirstDifference, Material, PublicKey, Receipt, Role, Statement, digest,
};
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

/// A row of the table.
#[derive(Default)]
struct Check {
    check: &'static str,
    edition: Option<String>,
    name: Option<String>,
    status: &'static str,
    stated: Option<String>,
    found: Option<String>,
    place: Option<String>,
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
    let good = |check: &Check| matches!(check.status, "same" | "right" | "absent");
    let verified = checks.iter().all(good);
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
    let stated = receipt.statement();
    let mut checks = vec![Check {
        check: "signature",
        status: signature(&receipt, asked.key.as_deref(), locale)?,
        ..Check::default()
    }];
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
    let options = JsonOptions {
        records: stated.options.get("records").is_some_and(|records| records == "true"),
        root: None,
        locale: if stated.options.get("locale").is_some_and(|locale| locale == "en") {
            Locale::En
        } else {
            Locale::ZhTw
        },
    };
    let root = stated.options.get("root").map(String::as_str);
    // What cannot be judged any more can still be compared.
    let judged = judged(gathered, pack, earlier.as_ref(), (&options, root), limits);
    let (json, why) = match judged {
        Ok(json) => (Some(json), None),
        Err(Failure::Data(error)) => (None, Some(told(&error, locale))),
        Err(other) => return Err(other),
    };
    let found = Statement::new(pack, &options, root, json.as_deref().unwrap_or_default())
        .with(files.iter().cloned());
    compared(stated, &found, why, &mut checks);
    if let Some(path) = &asked.result {
        let bytes = guiju_files::result_bytes(path, limits)?;
        checks.push(copy(&name(path), &bytes, stated, json.as_deref()));
    }
    Ok(checks)
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

/// What is to be said of the signature, if one can be checked.
fn signature(
    receipt: &Receipt,
    key: Option<&Path>,
    locale: Locale,
) -> Result<&'static str, Failure> {
    /// More than a key in PEM takes.
    const MOST_KEY_BYTES: u64 = 64 << 10;
    match (key, receipt.key_ids().next()) {
        (Some(path), id) => {
            let limits = Limits { data_bytes: MOST_KEY_BYTES, ..Limits::default() };
            let file = File::open(path).map_err(|error| FileError::unreadable(path, &error))?;
            let pem = guiju_files::text(path, guiju_files::capped(file, path, &limits)?)?;
            let key = PublicKey::from_pem(&pem).map_err(|error| {
                let (path, way) = (path.display(), "openssl pkey -in KEY.pem -pubout");
                Failure::Asked(match locale {
                    Locale::ZhTw => format!("{path}：這不是 PEM 格式的 Ed25519 公鑰（{way}）"),
                    Locale::En => format!("{path}: {error} ({way} makes one)"),
                })
            })?;
            // Whoever names a key wants a signature by it.
            Ok(if id.is_some() && receipt.is_signed_by(&key) { "right" } else { "wrong" })
        }
        (None, None) => Ok("absent"),
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

/// The result as the receipt was asked for, as JSON.
fn judged(
    gathered: Gathered,
    pack: &guiju::Pack,
    earlier: Option<&guiju::Earlier>,
    (options, root): (&JsonOptions, Option<&str>),
    limits: &Limits,
) -> Result<String, Failure> {
    let mut data = gathered.read(Reading::new(pack.schema(), limits))?;
    if let Some(earlier) = earlier {
        data = data.with_previous(pack, earlier, limits).map_err(FileError::Diagnostics)?;
    }
    // A root that is gone from the data is told with the data that changed.
    let root = root.map(|key| data.find_root(key).unwrap_or(data.len()));
    let options = JsonOptions { root, ..options.clone() };
    Ok(pack.evaluate(&data, limits)?.to_json_within(&options, limits)?)
}

/// What is wrong with data, in one line.
fn told(error: &FileError, locale: Locale) -> String {
    match error {
        FileError::Diagnostics(list) => {
            list.first().map_or_else(String::new, |first| first.message(locale))
        }
        FileError::Message(words) => words.get(locale).to_owned(),
    }
}

/// A row for everything that a receipt states, and for every file beside that.
fn compared(stated: &Statement, found: &Statement, why: Option<String>, checks: &mut Vec<Check>) {
    let differences = stated.differences(found);
    let same = |good: bool| if good { "same" } else { "changed" };
    let pair = |check, stated: &str, found: &str| Check {
        check,
        status: same(stated == found),
        stated: Some(stated.to_owned()),
        found: Some(found.to_owned()),
        ..Check::default()
    };
    checks.push(pair("engine", &stated.engine, &found.engine));
    checks.push(pair("pack", &stated.pack, &found.pack));
    let options = !differences.iter().any(|of| matches!(of, Difference::Options));
    checks.push(Check { check: "options", status: same(options), ..Check::default() });
    let file = |of: &Material, status| Check {
        check: match of.role {
            Role::Rules => "rules",
            Role::Data => "data",
            Role::Previous => "previous",
        },
        edition: of.edition.clone(),
        name: Some(of.name.clone()),
        status,
        ..Check::default()
    };
    for of in &stated.materials {
        let is = |other: &Material| other == of;
        let status = differences.iter().find_map(|difference| match difference {
            Difference::Changed(other) if is(other) => Some("changed"),
            Difference::Missing(other) if is(other) => Some("missing"),
            _ => None,
        });
        let place = |of: &Material| (of.role, of.edition.clone(), of.name.clone());
        let now = match status {
            None => Some(of.sha256.clone()),
            Some("changed") => found
                .materials
                .iter()
                .find(|other| place(other) == place(of) && other.sha256 != of.sha256)
                .map(|other| other.sha256.clone()),
            Some(_) => None,
        };
        checks.push(Check {
            stated: Some(of.sha256.clone()),
            found: now,
            ..file(of, status.unwrap_or("same"))
        });
    }
    for difference in &differences {
        if let Difference::Added(of) = difference {
            checks.push(Check { found: Some(of.sha256.clone()), ..file(of, "added") });
        }
    }
    let mut result = pair("result", &stated.result, &found.result);
    if let Some(why) = why {
        result = Check { found: None, place: Some(why), status: "changed", ..result };
    }
    checks.push(result);
}

/// The result as it was handed on, beside what the receipt states and what was computed now.
fn copy(name: &str, bytes: &[u8], stated: &Statement, computed: Option<&str>) -> Check {
    let own = digest(bytes);
    let check = Check {
        check: "result_file",
        name: Some(name.to_owned()),
        status: if own == stated.result { "same" } else { "changed" },
        stated: Some(stated.result.clone()),
        found: Some(own),
        ..Check::default()
    };
    let (true, Some(computed)) = (check.status == "changed", computed) else { return check };
    match FirstDifference::between(bytes, &format!("{computed}\n")) {
        FirstDifference::Value { path, given, computed } => {
            Check { place: Some(path), stated: Some(computed), found: Some(given), ..check }
        }
        FirstDifference::Byte(at) => Check { place: Some(format!("byte {}", at + 1)), ..check },
    }
}
