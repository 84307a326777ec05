//! `cargo xtask wasm`: the npm package, from the engine's code to `bindings-wasm/dist`, and its
//! tests.
//!
//! What is missing of the tools is installed under `target/tools` and `bindings-wasm/node_modules`,
//! at the versions that are written down; what cannot be installed is named. Not here: what the
//! tests do (`bindings-wasm/test`).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, bail, ensure};

use super::target::{Builder, TARGET};

/// The most that a page with one pack may download, gzipped: what it is now and a little more, so
/// that growth is noticed. It is to become 120 KB; what is in the way is said in `ARCHITECTURE.md`.
const BUDGET: u64 = 318 * 1024;

/// The modules, each called like the feature of the crate that it is made with: what judges, what
/// gives reasons too, what compiles rules, what opens and writes workbooks, and what checks receipts.
const MODULES: [&str; 5] = ["runtime", "explainer", "compiler", "books", "receipts"];

/// Features that every browser of the last years and Node 20 have; naming more makes modules that
/// some refuse.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What makes a module small once it is compressed: functions that are called once stay functions,
/// and equal expressions stay where they are. Both make it larger by itself, and 6 % smaller
/// gzipped, as the numbers of locals stay low and like code stays alike. Functions of one kind
/// stand together where they stand by their names: that is 1 % of what is gzipped.
const SMALL: [&str; 6] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "--one-caller-inline-max-function-size=1",
    "--skip-pass=local-cse",
    "--reorder-functions-by-name",
];

/// Builds the package; runs its tests, where that is asked for, and the recipes whose bundlers take
/// long to install.
pub(crate) fn run(test: bool, heavy: bool) -> anyhow::Result<()> {
    let root = root();
    let package = root.join("bindings-wasm");
    let dist = package.join("dist");
    println!("[1/4] tools");
    needs_npm()?;
    let builder = Builder::find()?;
    let bindgen = bindgen(&root)?;
    wrapper(&root, &dist)?;
    npm(&package, &["ci", "--no-audit", "--no-fund"])?;

    println!("[2/4] engine");
    for name in MODULES {
        let wanted = Module {
            package: "guiju-wasm",
            file: "guiju_wasm.wasm",
            features: Some(name),
            name,
            small: true,
            typed: false,
        };
        module(&root, &builder, &bindgen, &dist.join("engine"), &wanted)?;
    }

    println!("[3/4] packs and the form");
    packs(&dist.join("packs"))?;
    let mut form = npm_command(&package);
    succeed(form.args(["run", "--silent", "build:component"]))?;
    size(&package)?;
    if test || heavy {
        println!("[4/4] tests");
        let browser = needs()?;
        let tasks: &[&str] = if test {
            &[
                "types",
                "publint",
                "test",
                "build:form",
                "build:receipt",
                "test:browser",
                "test:recipes",
            ]
        } else {
            &[]
        };
        for task in tasks.iter().chain(heavy.then_some(&"test:heavy")) {
            let mut command = npm_command(&package);
            command.args(["run", "--silent", *task]).env("CHROMIUM", &browser);
            succeed(&mut command)?;
        }
    }
    Ok(())
}

/// A module for browsers, and the crate it is made of.
pub(crate) struct Module<'a> {
    /// The crate.
    pub(crate) package: &'a str,
    /// What the compiler calls its module.
    pub(crate) file: &'a str,
    /// The one feature it is built with; `None` where the crate has none.
    pub(crate) features: Option<&'a str>,
    /// What the module is called.
    pub(crate) name: &'a str,
    /// Whether it is made small, which takes a minute or two; for what people download.
    pub(crate) small: bool,
    /// Whether TypeScript is told of it by what is generated, not by types written by hand.
    pub(crate) typed: bool,
}

/// Builds a module into a folder, with the glue that JavaScript calls it by.
pub(crate) fn module(
    root: &Path,
    builder: &Builder,
    bindgen: &Path,
    folder: &Path,
    module: &Module<'_>,
) -> anyhow::Result<()> {
    let name = module.name;
    let mut build = builder.build();
    build.args(["--profile", "wasm", "--package", module.package]);
    if let Some(features) = module.features {
        build.args(["--no-default-features", "--features", features]);
    }
    succeed(build.current_dir(root))?;
    let built = target_folder(root).join(TARGET).join("wasm").join(module.file);
    let mut glue = Command::new(bindgen);
    glue.args(["--target", "web", "--experimental-reset-state-function"]);
    if !module.typed {
        glue.arg("--no-typescript");
    }
    glue.args(["--out-name", name, "--out-dir"]);
    succeed(glue.arg(folder).arg(built))?;
    if !module.small {
        return Ok(());
    }
    let module = folder.join(format!("{name}_bg.wasm"));
    let mut optimise = Command::new(root.join("bindings-wasm/node_modules/.bin/wasm-opt"));
    optimise
        .args(SMALL)
        .args(["--strip-debug", "--strip-producers"])
        .args(FEATURES)
        .arg("-o")
        .arg(&module)
        .arg(&module);
    succeed(&mut optimise)
}

/// What only the tests need, named or installed before anything runs; gives the browser.
pub(crate) fn needs() -> anyhow::Result<PathBuf> {
    needs_npm()?;
    browser()
}

pub(crate) fn needs_npm() -> anyhow::Result<()> {
    let there = || {
        Command::new("npm").arg("--version").output().is_ok_and(|output| output.status.success())
    };
    if !there() {
        super::debian::install(&["nodejs", "npm"])?;
    }
    ensure!(there(), "`npm` is missing; install Node 20.19 or later");
    let node = Command::new("node").arg("--version").output().context("cannot start `node`")?;
    let version = String::from_utf8_lossy(&node.stdout).trim().trim_start_matches('v').to_owned();
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    ensure!(found >= (20, 19), "Node {version} is too old; install Node 20.19 or later");
    Ok(())
}

/// The command that writes the glue, at the very version of the library.
pub(crate) fn bindgen(root: &Path) -> anyhow::Result<PathBuf> {
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let entry = lock
        .split("[[package]]")
        .find(|entry| entry.contains("name = \"wasm-bindgen\"\n"))
        .context("wasm-bindgen is not locked")?;
    let version = entry
        .split("version = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .context("wasm-bindgen has no version")?;
    let tools = root.join("target/tools");
    let command = tools.join("bin/wasm-bindgen");
    let found = Command::new(&command).arg("--version").output();
    if !found.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout).trim() == format!("wasm-bindgen {version}")
    }) {
        println!("installing wasm-bindgen-cli {version} under target/tools");
        let folder = tools.display().to_string();
        // Unoptimised: it runs for seconds and takes minutes to optimise.
        let arguments = [
            "install",
            "--quiet",
            "--debug",
            "--root",
            &folder,
            "wasm-bindgen-cli",
            "--version",
            version,
        ];
        succeed(
            Command::new(super::test::cargo())
                .env("CARGO_PROFILE_DEV_DEBUG", "0")
                .current_dir(root)
                .args(arguments),
        )?;
    }
    Ok(command)
}

/// The files written by hand, with the licences.
fn wrapper(root: &Path, dist: &Path) -> anyhow::Result<()> {
    let _ = fs::remove_dir_all(dist);
    fs::create_dir_all(dist.join("engine"))?;
    let files =
        fs::read_dir(root.join("bindings-wasm/js"))?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = files.collect::<Result<Vec<_>, _>>()?;
    // The form is written in TypeScript, and comes into the package as JavaScript.
    files.retain(|path| path.is_file());
    for file in
        files.into_iter().chain(["LICENSE-MIT", "LICENSE-APACHE"].map(|name| root.join(name)))
    {
        let name = file.file_name().context("a file has a name")?;
        fs::copy(&file, dist.join(name))
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// For each built-in pack the rules compiled, its types, and a module with their text, without
/// tests; it imports the pack that it amends.
fn packs(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for name in guiju_rules::NAMES {
        let sources = guiju_rules::sources(name).context("a built-in pack has files")?;
        let rules = sources.iter().filter(|source| !source.name().contains("/tests/"));
        let files: Vec<(&str, &str)> = rules.map(|source| (source.name(), source.text())).collect();
        let pack = guiju_rules::load(name)?;
        let editions = pack.editions();
        let base = editions.iter().rev().nth(1);
        let import =
            base.map(|base| format!("import amends from \"./{base}.js\";\n")).unwrap_or_default();
        let amends = if base.is_some() { ", amends" } else { "" };
        let files = serde_json::to_string(&files)?;
        let text =
            format!("{import}export default {{ name: \"{name}\", files: {files}{amends} }};\n");
        fs::write(folder.join(format!("{name}.js")), text)?;
        fs::write(folder.join(format!("{name}.d.ts")), pack.to_typescript())?;
        fs::write(folder.join(format!("{name}.pack")), pack.to_compiled())?;
    }
    Ok(())
}

/// What a page downloads for one pack.
fn size(package: &Path) -> anyhow::Result<()> {
    let output = Command::new("node")
        .arg(package.join("test/size.mjs"))
        .output()
        .context("cannot start `node`")?;
    ensure!(
        output.status.success(),
        "the size cannot be measured: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    let total: u64 = text
        .lines()
        .last()
        .and_then(|line| line.split_whitespace().next())
        .context("no size")?
        .parse()?;
    ensure!(total <= BUDGET, "{total} bytes gzipped are over the budget of {BUDGET}");
    Ok(())
}

/// The browser that the form is driven in.
fn browser() -> anyhow::Result<PathBuf> {
    let found = || {
        env::split_paths(&env::var_os("PATH").unwrap_or_default())
            .map(|folder| folder.join("chromium"))
            .find(|path| path.is_file())
    };
    if let Some(path) = env::var_os("CHROMIUM").map(PathBuf::from).or_else(found) {
        return Ok(path);
    }
    super::debian::install(&["chromium", "fonts-noto-cjk"])?;
    found().context(
        "no chromium; install it (`apt-get install chromium`) or name one in the variable CHROMIUM",
    )
}

pub(crate) fn npm_command(package: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(package);
    command
}

pub(crate) fn npm(package: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = npm_command(package);
    succeed(command.args(arguments).arg("--silent"))
}

pub(crate) fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or(OsStr::new("?"))
        .to_string_lossy()
        .into_owned();
    let status = command.status().with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        let arguments = command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join(" ");
        bail!("`{name} {arguments}` failed");
    }
    Ok(())
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn target_folder(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}
