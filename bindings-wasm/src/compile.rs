//! Compiling: texts of rules in, a compiled pack and diagnostics out. Not here: judging (`judge`),
//! which needs none of this.

use std::collections::HashMap;

#[cfg(feature = "receipts")]
use guiju::Pack;
use guiju::{Checked, Json, Limits, Locale, Parsed, Source, SourcePack};
use serde::Deserialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::said::{failure, known, limits, list, words};

/// Names and texts of rule files, in order.
type Files = Vec<(String, String)>;

/// What a pack is made of.
#[derive(Deserialize)]
struct PackInput {
    files: Files,
    /// The packs it may amend, by name.
    #[serde(default)]
    library: HashMap<String, Files>,
    /// Rules and data of one's own, not a stranger's.
    #[serde(default)]
    trusted: bool,
}

/// Everything there is to say about the rules, warnings too: the diagnostics as JSON.
///
/// # Errors
/// JSON with the code `ARGUMENT`, where the input is not of the wrapper's making, or where there is
/// no such language.
#[wasm_bindgen]
pub fn check(input: &str, locale: &str) -> Result<String, String> {
    let locale = known(locale)?;
    let (checked, _) = checked(input)?;
    let mut json = Json::compact();
    list(&mut json, checked.diagnostics(), checked.sources(), locale);
    Ok(json.finish())
}

/// Compiles a pack.
///
/// # Errors
/// JSON with the code `PACK` and every diagnostic, or `ARGUMENT` as in [`check`].
#[wasm_bindgen]
pub fn compile(input: &str, locale: &str) -> Result<Vec<u8>, String> {
    let (checked, _) = checked(input)?;
    Ok(sound(checked, known(locale)?)?.to_compiled())
}

/// The pack that rules make, and the limits for what it judges.
///
/// # Errors
/// As of [`compile`].
#[cfg(feature = "receipts")]
pub(crate) fn pack(input: &str, locale: Locale) -> Result<(Pack, Limits), String> {
    let (checked, limits) = checked(input)?;
    Ok((sound(checked, locale)?.into(), limits))
}

fn sound(checked: Checked, locale: Locale) -> Result<SourcePack, String> {
    checked.into_pack().map_err(|error| {
        failure(
            "PACK",
            &words(locale, "規則無法使用", "the rules do not compile"),
            &error.diagnostics,
            &error.sources,
            locale,
        )
    })
}

fn checked(input: &str) -> Result<(Checked, Limits), String> {
    let input: PackInput = serde_json::from_str(input)
        .map_err(|error| failure("ARGUMENT", &error.to_string(), &[], &[], Locale::En))?;
    let sources = |files: &Files| {
        files
            .iter()
            .map(|(name, text)| Source::new(name.as_str(), text.as_str()))
            .collect::<Vec<_>>()
    };
    let library = |name: &str| input.library.get(name).map(sources);
    let limits = limits(input.trusted);
    Ok((Parsed::parse_with(sources(&input.files), &limits, &library).check(), limits))
}
