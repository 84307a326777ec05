//! `cargo xtask site`: the documentation as a site, with the engine that opens rules in it; and its
//! tests.
//!
//! Not here: how pages are made of documents (`site`), and the language server in WebAssembly
//! (`editors`).

use super::{editors, wasm};

/// Builds the site into `site/.vitepress/dist`, which checks its links; or does so with a larger
/// engine, which is built faster, and runs its tests.
pub(crate) fn run(test: bool) -> anyhow::Result<()> {
    let root = wasm::root();
    println!("[1/2] server");
    wasm::needs_npm()?;
    let browser = if test { Some(wasm::needs()?) } else { None };
    editors::server(&root, !test)?;
    println!("[2/2] site");
    let site = root.join("site");
    // The editor in its pages is that of the playground, with the libraries of the playground.
    for package in [&root.join("playground"), &site] {
        wasm::npm(package, &["ci", "--no-audit", "--no-fund"])?;
    }
    let mut tasks = vec!["build"];
    tasks.extend(test.then_some("test"));
    for task in tasks {
        let mut command = wasm::npm_command(&site);
        command.args(["run", "--silent", task]);
        if let Some(browser) = &browser {
            command.env("CHROMIUM", browser);
        }
        wasm::succeed(&mut command)?;
    }
    Ok(())
}
