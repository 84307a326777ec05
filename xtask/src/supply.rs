//! `cargo xtask sbom`: what an artefact is made of, as a CycloneDX 1.5 document; and the test that
//! all of it comes from the public registry, under licences that go with ours.
//!
//! Both read `cargo metadata` and the lock file, so that they need no network once the crates are
//! there. The document has no date and no serial number: the same tree gives the same bytes. Not
//! here: known weaknesses, which change without us (`cargo audit` asks for them).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

/// Prints the document of a crate of the workspace, with all that it is built from.
pub(crate) fn sbom(artefact: &str) -> anyhow::Result<()> {
    println!("{:#}", document(&Crates::read()?, artefact)?);
    Ok(())
}

/// The crates of the lock file for this platform.
struct Crates {
    packages: BTreeMap<String, Value>,
    /// For each the ones it is built from, without those of tests and of build scripts.
    needs: BTreeMap<String, Vec<String>>,
    /// The SHA-256 of each archive, by name and version.
    digests: BTreeMap<(String, String), String>,
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

impl Crates {
    fn read() -> anyhow::Result<Crates> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let version = Command::new("rustc").arg("-vV").output().context("cannot start `rustc`")?;
        let version = String::from_utf8(version.stdout)?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let output = Command::new(super::test::cargo())
            .args(["metadata", "--locked", "--format-version", "1", "--filter-platform"])
            .arg(host.context("`rustc` does not say for what it compiles")?)
            .current_dir(&root)
            .output()
            .context("cannot start `cargo`")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found: Value = serde_json::from_slice(&output.stdout)?;
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let packages = list(&found["packages"]);
        let packages =
            packages.into_iter().map(|package| (text(&package, "id").to_owned(), package));
        let needs = list(&found["resolve"]["nodes"]).into_iter().map(|node| {
            let normal =
                |need: &&Value| list(&need["dep_kinds"]).iter().any(|of| of["kind"].is_null());
            let needs = list(&node["deps"]);
            let needs = needs.iter().filter(normal).map(|need| text(need, "pkg").to_owned());
            (text(&node, "id").to_owned(), needs.collect())
        });
        let lock = fs::read_to_string(root.join("Cargo.lock"))?;
        let digests = lock.split("[[package]]").filter_map(|entry| {
            let of = |key: &str| {
                let line = entry.lines().find_map(|line| line.strip_prefix(key))?;
                Some(line.trim_start_matches(" = ").trim_matches('"').to_owned())
            };
            Some(((of("name")?, of("version")?), of("checksum")?))
        });
        Ok(Crates {
            packages: packages.collect(),
            needs: needs.collect(),
            digests: digests.collect(),
        })
    }

    /// A crate of the workspace with all that it is built from.
    fn below(&self, artefact: &str) -> anyhow::Result<(&str, BTreeSet<&str>)> {
        let own =
            |package: &Value| text(package, "name") == artefact && package["source"].is_null();
        let (first, _) = self
            .packages
            .iter()
            .find(|(_, package)| own(package))
            .with_context(|| format!("there is no crate `{artefact}` in the workspace"))?;
        let (mut found, mut open) = (BTreeSet::new(), vec![first.as_str()]);
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(self.needs.get(id).into_iter().flatten().map(String::as_str));
            }
        }
        Ok((first, found))
    }
}

/// A licence as SPDX writes it; `/` is how it was written once.
fn licence(package: &Value) -> String {
    text(package, "license").split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

fn named(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", text(package, "name"), text(package, "version"))
}

fn document(crates: &Crates, artefact: &str) -> anyhow::Result<Value> {
    let (first, all) = crates.below(artefact)?;
    let component = |id: &str| {
        let package = &crates.packages[id];
        let (name, version) = (text(package, "name"), text(package, "version"));
        let mut component = json!({
            "type": if id == first { "application" } else { "library" },
            "bom-ref": named(package),
            "name": name,
            "version": version,
            "purl": named(package),
            "licenses": [{ "expression": licence(package) }],
        });
        if let Some(digest) = crates.digests.get(&(name.to_owned(), version.to_owned())) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": digest }]);
        }
        component
    };
    let dependencies = all.iter().map(|id| {
        let needs = crates.needs.get(*id).into_iter().flatten();
        let needs: Vec<String> = needs.map(|need| named(&crates.packages[need])).collect();
        json!({ "ref": named(&crates.packages[*id]), "dependsOn": needs })
    });
    let components = all.iter().filter(|id| **id != first).map(|id| component(id));
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(first) },
        "components": components.collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where crates may come from.
    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

    /// Licences that go with `MIT OR Apache-2.0`, for whoever hands on what is built.
    const ALLOWED: [&str; 11] = [
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "Unicode-3.0",
        "Unlicense",
        "Zlib",
    ];

    /// Every part of a licence that holds together with others leaves a choice that goes.
    fn goes(licence: &str) -> bool {
        let bare = |part: &str| part.trim().trim_matches(['(', ')']).trim().to_owned();
        licence
            .split(" AND ")
            .all(|part| bare(part).split(" OR ").any(|one| ALLOWED.contains(&&*bare(one))))
    }

    #[test]
    fn licences_are_read_as_they_are_meant() {
        for (licence, fine) in [
            ("MIT OR GPL-3.0-only", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("MIT AND GPL-3.0-only", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-3.0-only", false),
            ("", false),
        ] {
            assert_eq!(goes(licence), fine, "{licence}");
        }
    }

    #[test]
    fn everything_is_from_the_registry_under_a_licence_that_goes() {
        let crates = Crates::read().expect("the lock file is read");
        assert!(crates.packages.len() > 50, "{}", crates.packages.len());
        for package in crates.packages.values() {
            let (name, source) = (text(package, "name"), &package["source"]);
            assert!(source.is_null() || *source == REGISTRY, "{name} comes from {source}");
            assert!(goes(&licence(package)), "{name}: {}", licence(package));
        }
    }

    #[test]
    fn a_document_names_all_that_an_artefact_is_built_from() {
        let crates = Crates::read().expect("the lock file is read");
        let of = document(&crates, "guiju-cli").expect("it is in the workspace");
        let components = of["components"].as_array().expect("a list");
        let named = |name: &str| components.iter().find(|component| component["name"] == name);
        assert_eq!(text(&of["metadata"]["component"], "name"), "guiju-cli");
        assert!(named("guiju-engine").is_some() && named("insta").is_none());
        let clap = named("clap").expect("the command uses it");
        assert_eq!(text(&clap["hashes"][0], "content").len(), 64);
        assert_eq!(of, document(&crates, "guiju-cli").expect("the same again"));
        assert!(document(&crates, "nobody").is_err());
    }
}
