//! What a receipt states: a result, and all that it was computed from.
//!
//! The form is an in-toto statement (v1) with a predicate of our own. Not here: signatures
//! (`envelope`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use guiju::{JsonOptions, Locale, Pack};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What the predicate is; the number goes up when its meaning changes.
const PREDICATE: &str = "urn:guiju:evaluation:1";
const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// What the result is called: what the command's output is usually saved as.
const RESULT: &str = "result.json";

/// The SHA-256 of some bytes as 64 hexadecimal digits.
///
/// ```
/// assert!(guiju_seal::digest(b"").starts_with("e3b0c44298fc1c14"));
/// ```
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a file was to an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A file of rules, of some edition.
    Rules,
    /// A file of the data that was judged.
    Data,
    /// The result of an earlier year that gave the previous values.
    Previous,
}

/// A file that went into an evaluation, known by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// What it was to the evaluation.
    pub role: Role,
    /// Of a file of rules, the pack it belongs to: the one that was asked for, or one that it
    /// amends.
    pub edition: Option<String>,
    /// The name of the file without folders, so that receipts hold on every machine.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Material {
    /// A file that was read; `name` is without folders.
    pub fn of(role: Role, name: &str, bytes: &[u8]) -> Material {
        Material { role, edition: None, name: name.to_owned(), sha256: digest(bytes) }
    }
}

/// A result and what it was computed from.
///
/// ```
/// use guiju::{JsonOptions, Limits, Parsed, Source};
/// use guiju_seal::{Material, Role, Statement};
/// let rules = "pack fees\nentity shop { key id: text  fee: money }\nkpi cost = fee because \"示範\"\n";
/// let pack = Parsed::parse(vec![Source::new("fees.guiju", rules)], &Limits::default()).check().into_pack()?;
/// let json = r#"{"shops": [{"id": "S1", "fee": 5}]}"#;
/// let data = pack.read_json(json, None, &Limits::default()).expect("sound data");
/// let options = JsonOptions::default();
/// let result = pack.evaluate(&data, &Limits::default())?.to_json(&options);
/// let of = |bytes: &[u8]| Statement::new(&pack, &options, None, &result).with([Material::of(Role::Data, "shops.json", bytes)]);
/// let (stated, tampered) = (of(json.as_bytes()), of(b"{}"));
/// assert!(stated.differences(&stated).is_empty());
/// assert_eq!(stated.differences(&tampered).len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The version of the engine.
    pub engine: String,
    /// The pack that judged.
    pub pack: String,
    /// What the result was asked to hold: `records`, `locale`, and `root` where it is of one root
    /// only.
    pub options: BTreeMap<String, String>,
    /// Every file, in the order of roles, editions and names.
    pub materials: Vec<Material>,
    /// SHA-256 of the result as the command writes it: JSON and a line break.
    pub result: String,
}

/// Something in which what a receipt states and what was found differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// Another version of the engine.
    Engine {
        /// That of the receipt.
        stated: String,
        /// That of this program.
        found: String,
    },
    /// Another pack.
    Pack {
        /// That of the receipt.
        stated: String,
        /// The one that was given.
        found: String,
    },
    /// The result was asked for in another way.
    Options,
    /// A file has other bytes than the receipt states.
    Changed(Material),
    /// A file that the receipt states is not there.
    Missing(Material),
    /// A file is there that the receipt does not state.
    Added(Material),
    /// The same evaluation gives another result.
    Result {
        /// The digest of the receipt.
        stated: String,
        /// The digest of what was computed now.
        found: String,
    },
}

impl Statement {
    /// The statement of a result: `result` is what [`guiju::Evaluation::to_json`] gave with
    /// `options`, `root` the key of the root where it is of one only. The pack's rules are among
    /// its materials; what else was read is added by [`Statement::with`].
    pub fn new(pack: &Pack, options: &JsonOptions, root: Option<&str>, result: &str) -> Statement {
        let mut asked = BTreeMap::from([
            ("records".to_owned(), options.records.to_string()),
            (
                "locale".to_owned(),
                if options.locale == Locale::En { "en" } else { "zh-TW" }.to_owned(),
            ),
        ]);
        asked.extend(root.map(|root| ("root".to_owned(), root.to_owned())));
        let mut materials = Vec::new();
        for (edition, sources) in pack.edition_sources() {
            for source in sources {
                let name = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
                materials.push(Material {
                    role: Role::Rules,
                    edition: Some(edition.to_owned()),
                    name: name.to_owned(),
                    sha256: digest(source.text().as_bytes()),
                });
            }
        }
        let mut bytes = Vec::from(result);
        bytes.push(b'\n');
        let engine = env!("CARGO_PKG_VERSION").to_owned();
        Statement {
            engine,
            pack: pack.name().to_owned(),
            options: asked,
            materials,
            result: digest(&bytes),
        }
        .sorted()
    }

    /// The same with more files that went into the evaluation.
    #[must_use]
    pub fn with(mut self, files: impl IntoIterator<Item = Material>) -> Statement {
        self.materials.extend(files);
        self.sorted()
    }

    fn sorted(mut self) -> Statement {
        self.materials.sort_by(|a, b| {
            (a.role, &a.edition, &a.name, &a.sha256).cmp(&(b.role, &b.edition, &b.name, &b.sha256))
        });
        self
    }

    /// Everything in which `found`, made anew from rules and data, differs from this one; empty
    /// where both are the same.
    pub fn differences(&self, found: &Statement) -> Vec<Difference> {
        let mut differences = Vec::new();
        if self.engine != found.engine {
            differences.push(Difference::Engine {
                stated: self.engine.clone(),
                found: found.engine.clone(),
            });
        }
        if self.pack != found.pack {
            differences
                .push(Difference::Pack { stated: self.pack.clone(), found: found.pack.clone() });
        }
        if self.options != found.options {
            differences.push(Difference::Options);
        }
        let mut rest: Vec<&Material> = found.materials.iter().collect();
        for stated in &self.materials {
            let place = |material: &Material| {
                (material.role, material.edition.clone(), material.name.clone())
            };
            let same = rest.iter().position(|found| *found == stated);
            match same.or_else(|| rest.iter().position(|found| place(found) == place(stated))) {
                Some(at) => {
                    if rest.remove(at) != stated {
                        differences.push(Difference::Changed(stated.clone()));
                    }
                }
                None => differences.push(Difference::Missing(stated.clone())),
            }
        }
        differences.extend(rest.into_iter().cloned().map(Difference::Added));
        if self.result != found.result {
            differences.push(Difference::Result {
                stated: self.result.clone(),
                found: found.result.clone(),
            });
        }
        differences
    }

    /// The statement as canonical JSON (RFC 8785).
    pub(crate) fn to_json(&self) -> String {
        let mut text = String::new();
        canonical(&serde_json::to_value(Written::from(self)).unwrap_or_default(), &mut text);
        text
    }

    pub(crate) fn from_json(text: &str) -> Option<Statement> {
        let Written { kind, predicate_type, subject: [subject], predicate } =
            serde_json::from_str(text).ok()?;
        let of_material = |descriptor: Descriptor| {
            let Annotations { role, edition } = descriptor.annotations?;
            Some(Material {
                role,
                edition,
                name: descriptor.name,
                sha256: hex(descriptor.digest.sha256)?,
            })
        };
        let materials =
            predicate.materials.into_iter().map(of_material).collect::<Option<Vec<Material>>>()?;
        let is_ours = kind == STATEMENT && predicate_type == PREDICATE && subject.name == RESULT;
        let Predicate { engine, pack, options, .. } = predicate;
        is_ours.then_some(())?;
        Some(Statement {
            engine: engine.version,
            pack,
            options,
            materials,
            result: hex(subject.digest.sha256)?,
        })
    }
}

/// JSON with the keys of objects in order and no blanks. All our keys are ASCII, so that the order
/// of bytes is that of the RFC; there are no numbers, which are its other difficulty; texts are
/// escaped as it asks by the library.
fn canonical(value: &Value, out: &mut String) {
    let mut between = "";
    match value {
        Value::Object(members) => {
            let members: BTreeMap<&String, &Value> = members.iter().collect();
            out.push('{');
            for (key, member) in members {
                out.push_str(std::mem::replace(&mut between, ","));
                canonical(&Value::String(key.clone()), out);
                out.push(':');
                canonical(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                out.push_str(std::mem::replace(&mut between, ","));
                canonical(item, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn hex(text: String) -> Option<String> {
    (text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        .then_some(text)
}

/// A statement as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "_type")]
    kind: String,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    subject: [Descriptor; 1],
    predicate: Predicate,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Predicate {
    engine: Engine,
    pack: String,
    options: BTreeMap<String, String>,
    materials: Vec<Descriptor>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Engine {
    name: String,
    version: String,
}

/// A file, as in-toto describes one.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Descriptor {
    name: String,
    digest: Sha,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    annotations: Option<Annotations>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sha {
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Annotations {
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edition: Option<String>,
}

impl From<&Statement> for Written {
    fn from(of: &Statement) -> Written {
        let sha = |sha256: &String| Sha { sha256: sha256.clone() };
        let material = |material: &Material| Descriptor {
            name: material.name.clone(),
            digest: sha(&material.sha256),
            annotations: Some(Annotations {
                role: material.role,
                edition: material.edition.clone(),
            }),
        };
        Written {
            kind: STATEMENT.to_owned(),
            predicate_type: PREDICATE.to_owned(),
            subject: [Descriptor {
                name: RESULT.to_owned(),
                digest: sha(&of.result),
                annotations: None,
            }],
            predicate: Predicate {
                engine: Engine { name: "guiju".to_owned(), version: of.engine.clone() },
                pack: of.pack.clone(),
                options: of.options.clone(),
                materials: of.materials.iter().map(material).collect(),
            },
        }
    }
}
