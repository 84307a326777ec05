//! A receipt checked: data is judged again, and everything that the receipt states is one line with
//! what was found, for hosts that show a table.
//!
//! Not here: reading files, and what a receipt and its signature are (`envelope`).

use guiju::{Abort, Dataset, JsonOptions, Limits, Locale, Pack};

use crate::copy::FirstDifference;
use crate::envelope::Receipt;
use crate::keys::PublicKey;
use crate::statement::{Difference, Material, Role, Statement, digest};

/// One thing that was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// `signature`, `engine`, `pack`, `options`, `rules`, `data`, `previous`, `result` or
    /// `result_file`.
    pub check: &'static str,
    /// Of a file of rules, its edition.
    pub edition: Option<String>,
    /// Of a file, its name.
    pub name: Option<String>,
    /// `same`, `changed`, `missing` or `added`; of the signature `right`, `wrong`, `absent`, or
    /// `unchecked` where no key was given to check it by.
    pub status: &'static str,
    /// What the receipt states: a SHA-256, or a name.
    pub stated: Option<String>,
    /// What was found instead, or as well.
    pub found: Option<String>,
    /// Where a result that was handed on first differs, or why nothing could be computed.
    pub place: Option<String>,
}

impl Check {
    /// Whether it is as the receipt says; that nobody signed it is no difference.
    pub fn holds(&self) -> bool {
        matches!(self.status, "same" | "right" | "absent")
    }
}

/// What a receipt is checked with.
pub struct Evidence<'a> {
    /// The pack, from rules as text.
    pub pack: &'a Pack,
    /// The data, with earlier results in it; or why it cannot be read any more, in one line.
    pub data: Result<Dataset, String>,
    /// Every file of the data, and earlier results.
    pub files: Vec<Material>,
    /// The name and the bytes of the result as it was handed on.
    pub result: Option<(&'a str, &'a [u8])>,
    /// What judging may take.
    pub limits: &'a Limits,
}

impl Receipt {
    /// Every check, the signature first. Whoever names a key wants a signature by it.
    ///
    /// ```
    /// use guiju::{JsonOptions, Limits, Parsed, Source};
    /// use guiju_seal::{Evidence, Material, Receipt, Role, Statement, seal};
    /// let limits = Limits::default();
    /// let rules = "pack p\nentity shop { key id: text }\nentity sale in shop { key id: text }\ntally sales in 件 from sale { count } because \"示範\"";
    /// let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check().into_pack()?.into();
    /// let text = r#"{"shops": [{"id": "A"}]}"#;
    /// let read = |pack: &guiju::Pack| pack.read_json(text, None, &limits).expect("sound data");
    /// let files = vec![Material::of(Role::Data, "data.json", text.as_bytes())];
    ///
    /// let options = JsonOptions::default();
    /// let result = guiju::Pack::evaluate(&pack, &read(&pack), &limits)?.to_json(&options);
    /// let statement = Statement::new(&pack, &options, None, &result).with(files.clone());
    /// let receipt = Receipt::read(&seal(&statement, None)?)?;
    ///
    /// let evidence = Evidence { pack: &pack, data: Ok(read(&pack)), files, result: None, limits: &limits };
    /// assert!(receipt.checks(None, evidence)?.iter().all(|check| check.holds()));
    /// let nothing = Evidence { pack: &pack, data: Ok(read(&pack)), files: Vec::new(), result: None, limits: &limits };
    /// let checks = receipt.checks(None, nothing)?;
    /// assert!(checks.iter().any(|check| check.check == "data" && check.status == "missing"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Abort`] where judging takes more than the limits allow.
    pub fn checks(
        &self,
        key: Option<&PublicKey>,
        evidence: Evidence<'_>,
    ) -> Result<Vec<Check>, Abort> {
        let Evidence { pack, data, files, result, limits } = evidence;
        let stated = self.statement();
        let signature = match (key, self.key_ids().next()) {
            (Some(key), Some(_)) if self.is_signed_by(key) => "right",
            (Some(_), _) => "wrong",
            (None, None) => "absent",
            (None, Some(_)) => "unchecked",
        };
        let option = |name: &str, value: &str| stated.options.get(name).is_some_and(|s| s == value);
        let options = JsonOptions {
            records: option("records", "true"),
            root: None,
            locale: if option("locale", "en") { Locale::En } else { Locale::ZhTw },
        };
        let root = stated.options.get("root").map(String::as_str);
        let judged = match data {
            Ok(data) => Ok(judged(pack, &data, (&options, root), limits)?),
            // What cannot be judged any more can still be compared.
            Err(why) => Err(why),
        };
        let computed = judged.as_deref().unwrap_or_default();
        let found = Statement::new(pack, &options, root, computed).with(files);
        let mut checks = vec![Check { check: "signature", status: signature, ..Check::default() }];
        compared(stated, &found, &mut checks);
        if let (Err(why), Some(result)) = (&judged, checks.last_mut()) {
            *result = Check {
                found: None,
                place: Some(why.clone()),
                status: "changed",
                ..result.clone()
            };
        }
        if let Some((name, bytes)) = result {
            checks.push(copy(name, bytes, stated, judged.as_deref().ok()));
        }
        Ok(checks)
    }
}

/// The result as the receipt was asked for, as JSON.
fn judged(
    pack: &Pack,
    data: &Dataset,
    (options, root): (&JsonOptions, Option<&str>),
    limits: &Limits,
) -> Result<String, Abort> {
    // A root that is gone from the data is told with the data that changed.
    let root = root.map(|key| data.find_root(key).unwrap_or(data.len()));
    let options = JsonOptions { root, ..options.clone() };
    pack.evaluate(data, limits)?.to_json_within(&options, limits)
}

/// A line for everything that a receipt states, and for every file beside that; the result last.
fn compared(stated: &Statement, found: &Statement, checks: &mut Vec<Check>) {
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
    checks.push(pair("result", &stated.result, &found.result));
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
