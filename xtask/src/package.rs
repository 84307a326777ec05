//! `cargo xtask package`: every crate, wheel and npm package as it would be published, and what its
//! packager says of it. Nothing is uploaded.
//!
//! The crates are packed and built from what was packed; the wheel runs on every Linux since 2014.
//! Not here: the tests of the packages, which the other tasks run.

use std::fs;
use std::process::Command;

use super::python::environment_of;
use super::wasm::{root, succeed};

/// What makes and checks the wheel: Zig links against an old libc, twine reads the metadata.
const WHEEL: &str = "maturin==1.16.0\nziglang==0.15.2\ntwine==7.0.0\n";

/// Packs everything.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = root();
    println!("[1/3] crates");
    // The file that says which of them are published is that of each: `publish = false`.
    succeed(
        Command::new(super::test::cargo())
            .args(["publish", "--workspace", "--dry-run", "--locked", "--quiet"])
            .current_dir(&root),
    )?;

    println!("[2/3] wheel");
    let place = root.join("target/package-wheel");
    let python = environment_of(&place, WHEEL)?;
    let wheels = place.join("wheels");
    if wheels.is_dir() {
        fs::remove_dir_all(&wheels)?;
    }
    succeed(
        Command::new(python.with_file_name("maturin"))
            .args(["build", "--release", "--locked", "--quiet", "--zig"])
            .args(["--compatibility", "manylinux2014", "--out"])
            .arg(&wheels)
            .current_dir(root.join("bindings-python")),
    )?;
    for wheel in fs::read_dir(&wheels)? {
        let wheel = wheel?.path();
        println!("{}", wheel.file_name().unwrap_or_default().to_string_lossy());
        let mut twine = Command::new(python.with_file_name("twine"));
        succeed(twine.args(["check", "--strict"]).arg(wheel))?;
    }

    println!("[3/3] npm");
    super::wasm::run(false, false)?;
    let package = root.join("bindings-wasm");
    succeed(super::wasm::npm_command(&package).args(["run", "--silent", "publint"]))?;
    // The names and sizes of what it contains.
    succeed(super::wasm::npm_command(&package.join("dist")).args(["pack", "--dry-run"]))
}
