//! Receipts: data judged again by rules as they are written, and everything in which that differs
//! from the receipt of a result. Not here: what a receipt is made of (`guiju_seal`), and the files
//! of a page (`js/receipts.js`).

use guiju::{Dataset, Earlier, Json, Limits, Locale, Pack, Reading};
use guiju_files::{FileError, Gathered};
use guiju_seal::{Check, Evidence, Material, PublicKey, Receipt, Role};
use std::path::Path;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::compile::pack;
use crate::said::{failure, known, words};

/// What a receipt is checked with, handed over file by file.
#[wasm_bindgen]
pub struct Verifier {
    pack: Pack,
    limits: Limits,
    locale: Locale,
    data: Vec<(String, Vec<u8>)>,
    previous: Option<(String, Vec<u8>)>,
    result: Option<(String, Vec<u8>)>,
}

#[wasm_bindgen]
impl Verifier {
    /// Compiles the rules, as `compile` takes them.
    ///
    /// # Errors
    /// As of `compile`.
    #[wasm_bindgen(constructor)]
    pub fn new(rules: &str, locale: &str) -> Result<Verifier, String> {
        let locale = known(locale)?;
        let (pack, limits) = pack(rules, locale)?;
        Ok(Verifier { pack, limits, locale, data: Vec::new(), previous: None, result: None })
    }

    /// A file of the data.
    pub fn data(&mut self, name: String, bytes: Vec<u8>) {
        self.data.push((name, bytes));
    }

    /// The result of an earlier year that gave previous values.
    pub fn previous(&mut self, name: String, bytes: Vec<u8>) {
        self.previous = Some((name, bytes));
    }

    /// The result as it was handed on.
    pub fn result(&mut self, name: String, bytes: Vec<u8>) {
        self.result = Some((name, bytes));
    }

    /// Every check as JSON: whether all holds, the signature, and a list.
    ///
    /// # Errors
    /// JSON with the code `ARGUMENT` where the receipt or the key is none, or where the receipt is
    /// signed and no key is given; `DATA` where no file of data was handed over that can be one;
    /// `LIMIT` where judging takes too much.
    pub fn verify(&self, receipt: &str, key: Option<String>) -> Result<String, String> {
        let locale = self.locale;
        let argument =
            |zh: &str, en: &str| failure("ARGUMENT", &words(locale, zh, en), &[], &[], locale);
        let receipt = Receipt::read(receipt).map_err(|error| {
            let en = format!("{error}; `guiju evaluate --seal` writes receipts");
            argument("這不是收據，應是 `guiju evaluate --seal` 寫出的 JSON", &en)
        })?;
        let key = match (key, receipt.key_ids().next()) {
            (Some(pem), _) => Some(PublicKey::from_pem(&pem).map_err(|error| {
                let en = format!("the key: {error}");
                argument("這不是 PEM 格式的 Ed25519 公鑰", &en)
            })?),
            (None, None) => None,
            (None, Some(id)) => {
                return Err(argument(
                    &format!("收據有簽章（金鑰 {id}）：請給你信任的公鑰"),
                    &format!("the receipt is signed (key {id}): give the public key you trust"),
                ));
            }
        };
        let mut files: Vec<Material> = Vec::new();
        if let Some((name, bytes)) = &self.previous {
            files.push(Material::of(Role::Previous, name, bytes));
        }
        let gathered = Gathered::of_files(self.data.clone(), &self.limits)
            .map_err(|error| crate::said::unread(&error, locale))?;
        files.extend(gathered.files().map(|(name, bytes)| Material::of(Role::Data, name, bytes)));
        let evidence = Evidence {
            pack: &self.pack,
            data: self.read(gathered).map_err(|error| error.in_short(locale)),
            files,
            result: self.result.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
            limits: &self.limits,
        };
        let checks = receipt
            .checks(key.as_ref(), evidence)
            .map_err(|abort| failure("LIMIT", &abort.message(locale), &[], &[], locale))?;
        Ok(said(&checks))
    }

    fn read(&self, gathered: Gathered) -> Result<Dataset, FileError> {
        let data = gathered.read(Reading::new(self.pack.schema(), &self.limits))?;
        let Some((name, bytes)) = &self.previous else { return Ok(data) };
        let text = guiju_files::text(Path::new(name), bytes.clone())?;
        let earlier = Earlier::from_json(&text, Some(name), &self.limits);
        earlier
            .and_then(|earlier| data.with_previous(&self.pack, &earlier, &self.limits))
            .map_err(FileError::from)
    }
}

fn said(checks: &[Check]) -> String {
    let mut json = Json::compact();
    json.object(|json| {
        json.key("verified").bool(checks.iter().all(Check::holds));
        let signature = checks.first().map_or("absent", |check| check.status);
        json.key("signature").text(signature);
        json.key("checks").list(|json| {
            for check in checks {
                json.object(|json| {
                    json.key("check").text(check.check);
                    json.key("status").text(check.status);
                    for (name, value) in [
                        ("edition", &check.edition),
                        ("name", &check.name),
                        ("stated", &check.stated),
                        ("found", &check.found),
                        ("place", &check.place),
                    ] {
                        if let Some(value) = value {
                            json.key(name).text(value);
                        }
                    }
                });
            }
        });
    });
    json.finish()
}
