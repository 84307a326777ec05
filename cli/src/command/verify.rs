//! `guiju verify`: data judged again, and everything in which that differs from the receipt of a
//! result.
//!
//! Not here: what a receipt is made of, which is `guiju_seal`.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use guiju::{Engine, Limits, Locale};
use guiju_seal::{Difference, FirstDifference, Material, PublicKey, Receipt, Role, Statement};

use super::{Asked, judge, receipt};
use crate::args::{TextFormat, Verify};
use crate::failure::Failure;
use crate::report::receipt::{Copy, Findings, Signature};
use crate::report::{Report, Wanted, clean, diagnostics};
use crate::words::pick;

pub(crate) fn run(args: &Verify, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let receipt = receipt::read(&args.receipt, limits)?;
    let key = args.key.as_deref().map(receipt::public_key).transpose()?;
    let signature = signature(&receipt, key.as_ref())?;
    let stated = receipt.statement();
    let asked = Asked {
        years: vec![(args.pack.as_str(), args.data.as_path())],
        previous: args.previous.as_deref(),
        root: None,
        engine: Engine::default(),
        digests: true,
    };
    let mut judged = match judge(&asked, limits, locale).map(|mut years| years.pop()) {
        Ok(Some(judged)) => judged,
        Ok(None) => return Err(Failure::message("沒有結果", "there is no result")),
        Err(failure) => {
            // What cannot be judged any more can still be compared.
            let status = failure.report(locale, args.format == TextFormat::Json);
            let names = changed(args, stated, limits).join(", ");
            if !names.is_empty() && args.format == TextFormat::Text {
                diagnostics::say(&format!(
                    "{}{}\n",
                    pick(locale, "內容與收據不同：", "not what the receipt states: "),
                    clean(&names)
                ));
            }
            return Ok(status);
        }
    };
    if let Some(key) = stated.options.get("root") {
        judged.wanted = judged.evaluation.data().find_root(key).map_or(Wanted::Absent, Wanted::One);
    }
    let option =
        |name: &str, value: &str| stated.options.get(name).is_some_and(|stated| stated == value);
    let (records, spoken) =
        (option("records", "true"), if option("locale", "en") { Locale::En } else { Locale::ZhTw });
    let mut differences = stated.differences(&receipt::statement(&judged, records, spoken)?);
    // A root that is gone from the data is told with the data that changed.
    differences.retain(
        |difference| !matches!(difference, Difference::Options if judged.wanted == Wanted::Absent),
    );
    let report = judged.report(spoken);
    let copy = args
        .result
        .as_deref()
        .map(|path| copy(path, stated, &report, records, limits))
        .transpose()?;
    let verified = differences.is_empty()
        && signature != Signature::Wrong
        && copy.as_ref().is_none_or(|copy| copy.first.is_none());
    let found =
        Findings { stated, signature, differences: &differences, copy: copy.as_ref(), verified };
    let text = if args.format == TextFormat::Json { found.json() } else { found.text(locale) };
    writeln!(io::stdout().lock(), "{}", text.trim_end())?;
    Ok(if verified { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The files of data whose bytes are not those of the receipt, where they can be read.
fn changed(args: &Verify, stated: &Statement, limits: &Limits) -> Vec<String> {
    let Ok(gathered) = guiju_files::gather(&args.data, limits) else { return Vec::new() };
    let is_stated = |file: &Material| stated.materials.contains(file);
    let files = gathered.files().map(|(name, bytes)| Material::of(Role::Data, name, bytes));
    files.filter(|file| !is_stated(file)).map(|file| file.name).collect()
}

/// What is to be said of the signature, if one can be checked.
fn signature(receipt: &Receipt, key: Option<&PublicKey>) -> Result<Signature, Failure> {
    match (key, receipt.key_ids().next()) {
        (Some(key), Some(_)) => {
            Ok(if receipt.is_signed_by(key) { Signature::Right } else { Signature::Wrong })
        }
        // Whoever names a key wants a signature by it.
        (Some(_), None) => Ok(Signature::Wrong),
        (None, None) => Ok(Signature::Absent),
        (None, Some(id)) => Err(Failure::message(
            format!("收據有簽章（金鑰 {id}）：請以 --key 給你信任的公鑰"),
            format!(
                "the receipt is signed (key {id}): give the public key that you trust with --key"
            ),
        )),
    }
}

/// The result as it was handed on, compared with what the receipt states and with what was computed
/// now.
fn copy(
    path: &Path,
    stated: &Statement,
    report: &Report<'_>,
    records: bool,
    limits: &Limits,
) -> Result<Copy, Failure> {
    let bytes = guiju_files::result_bytes(path, limits)?;
    let name = super::name(path);
    if guiju_seal::digest(&bytes) == stated.result {
        return Ok(Copy { name, first: None });
    }
    let computed = report.json(records)? + "\n";
    Ok(Copy { name, first: Some(FirstDifference::between(&bytes, &computed)) })
}
