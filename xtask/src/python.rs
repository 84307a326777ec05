//! `cargo xtask python`: the Python package as its users get it: the wheel is built, installed
//! where nothing of the source tree is found, and tested there.
//!
//! Everything stands under `target/python`. Not here: what is tested (`bindings-python/tests`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// Builds the wheel and runs its tests.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .context("the repository is not there")?;
    let package = root.join("bindings-python");
    let place = root.join("target/python");
    let python = environment(&place, &package.join("requirements.txt"))?;

    println!("building the wheel");
    let wheels = place.join("wheels");
    if wheels.is_dir() {
        fs::remove_dir_all(&wheels).context("old wheels cannot be removed")?;
    }
    let maturin = python.with_file_name("maturin");
    call(
        Command::new(&maturin)
            .args(["build", "--release", "--locked", "--quiet", "--out"])
            .arg(&wheels)
            .current_dir(&package),
    )?;
    let wheel = fs::read_dir(&wheels)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == "whl"));
    let wheel = wheel.context("no wheel was built")?;
    println!(
        "{} ({} KB)",
        wheel.file_name().unwrap_or_default().to_string_lossy(),
        fs::metadata(&wheel)?.len() / 1024
    );
    let mut install = Command::new(&python);
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--force-reinstall",
    ]);
    call(install.arg(&wheel))?;

    // From an empty folder, so that nothing of the source tree is imported by chance.
    let outside = place.join("outside");
    fs::create_dir_all(&outside)?;
    let settings = package.join("pyproject.toml");
    let module = |name: &str| {
        let mut command = Command::new(&python);
        command.args(["-m", name]).current_dir(&outside);
        command
    };
    println!("stubs and types");
    let known = package.join("stubtest.txt");
    call(
        module("mypy.stubtest")
            .arg("guiju")
            .arg("--mypy-config-file")
            .arg(&settings)
            .arg("--allowlist")
            .arg(known),
    )?;
    call(module("mypy").arg("--config-file").arg(&settings).arg(package.join("tests")))?;
    println!("tests and the examples of the documents");
    call(
        module("pytest")
            .arg("-c")
            .arg(&settings)
            .arg(format!("--rootdir={}", package.display()))
            .arg(package.join("tests")),
    )
}

/// What the tests need, named or installed before anything runs.
pub(crate) fn needs() -> anyhow::Result<()> {
    can_make_environments(&base())
}

fn base() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// The interpreter of an environment that has what the list asks for.
fn environment(place: &Path, list: &Path) -> anyhow::Result<PathBuf> {
    let wanted =
        fs::read_to_string(list).with_context(|| format!("{} cannot be read", list.display()))?;
    environment_of(place, &wanted)
}

/// The interpreter of an environment that has these packages.
pub(crate) fn environment_of(place: &Path, wanted: &str) -> anyhow::Result<PathBuf> {
    let folder = place.join("environment");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) && python.exists() {
        return Ok(python);
    }
    let base = base();
    can_make_environments(&base)?;
    println!("making an environment in {}", folder.display());
    fs::create_dir_all(place)?;
    call(Command::new(&base).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let list = place.join("wanted.txt");
    fs::write(&list, wanted)?;
    let mut install = Command::new(&python);
    call(
        install
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(list),
    )?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

/// Whether there is a Python that can make environments; on Debian the part that is missing is
/// installed where that is allowed.
fn can_make_environments(python: &str) -> anyhow::Result<()> {
    let answers = |code: &str| {
        Command::new(python).args(["-c", code]).output().is_ok_and(|output| output.status.success())
    };
    if !answers("import venv, ensurepip") {
        super::debian::install(&["python3", "python3-venv"])?;
    }
    ensure!(
        answers("import sys; sys.exit(sys.version_info < (3, 11))"),
        "the tests of the Python package need Python 3.11 or later as `{python}`; another one can be named by the variable PYTHON"
    );
    ensure!(
        answers("import venv, ensurepip"),
        "`{python}` cannot make environments; on Debian: apt-get install python3-venv"
    );
    Ok(())
}

fn call(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
    ensure!(status.success(), "{} failed", command.get_program().to_string_lossy());
    Ok(())
}
