//! `cargo xtask editors`: the language server in WebAssembly, the VS Code extension packed with it,
//! and the playground; and their tests.
//!
//! Not here: how a module is built and made small (`wasm`), and what the tests do
//! (`editors/vscode/test`, `playground/test`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use super::target::Builder;
use super::wasm::{self, Module};

/// Builds everything; or builds it larger, which is faster, and runs its tests.
pub(crate) fn run(test: bool) -> anyhow::Result<()> {
    let root = wasm::root();
    println!("[1/3] server");
    wasm::needs_npm()?;
    server(&root, !test)?;
    let browser = if test { Some(wasm::needs()?) } else { None };
    for (number, place) in [(2, "editors/vscode"), (3, "playground")] {
        println!("[{number}/3] {place}");
        let package = root.join(place);
        wasm::npm(&package, &["ci", "--no-audit", "--no-fund"])?;
        let mut tasks = vec!["build"];
        tasks.extend(test.then_some("test"));
        for task in tasks {
            let mut command = wasm::npm_command(&package);
            command.args(["run", "--silent", task]);
            if let Some(browser) = &browser {
                command.env("CHROMIUM", browser);
            }
            wasm::succeed(&mut command)?;
        }
    }
    Ok(())
}

/// Builds the language server in WebAssembly, with the built-in packs beside it: small, for what
/// people download, or faster.
pub(crate) fn server(root: &Path, small: bool) -> anyhow::Result<()> {
    let builder = Builder::find()?;
    let bindgen = wasm::bindgen(root)?;
    let dist = root.join("editors/server/dist");
    // Its optimiser comes with the npm package of the engine.
    let optimiser = root.join("bindings-wasm");
    if small && !optimiser.join("node_modules/.bin/wasm-opt").exists() {
        wasm::npm(&optimiser, &["ci", "--no-audit", "--no-fund"])?;
    }
    let server = Module {
        package: "guiju-editor-wasm",
        file: "guiju_editor_wasm.wasm",
        features: None,
        name: "server",
        small,
        typed: true,
    };
    wasm::module(root, &builder, &bindgen, &dist, &server)?;
    packs(root, &dist)
}

/// The built-in packs as texts: the rules and tests of all of them, which editions in a workspace
/// amend; and each with its samples too, to be opened.
fn packs(root: &Path, dist: &Path) -> anyhow::Result<()> {
    let folder = dist.join("packs");
    fs::create_dir_all(&folder)?;
    let mut rules = BTreeMap::new();
    for name in guiju_rules::NAMES {
        let sources = guiju_rules::sources(name).context("a built-in pack has files")?;
        let files: Vec<(String, String)> =
            sources.iter().map(|file| (file.name().to_owned(), file.text().to_owned())).collect();
        rules.insert(*name, files);
        let mut all = Vec::new();
        texts(&root.join("rules/packs").join(name), name, &mut all)?;
        ensure!(!all.is_empty(), "{name} has no files");
        fs::write(folder.join(format!("{name}.json")), serde_json::to_string(&all)?)?;
    }
    fs::write(dist.join("rules.json"), serde_json::to_string(&rules)?)?;
    Ok(())
}

/// The files of a folder and those below it, by the name of the pack and their path within it.
fn texts(folder: &Path, name: &str, all: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    for path in entries {
        let file = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        let name = format!("{name}/{file}");
        if path.is_dir() {
            texts(&path, &name, all)?;
        } else {
            all.push((name, fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
