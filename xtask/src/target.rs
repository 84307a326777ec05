//! What can build for the browser: the toolchain that runs this, once it has the target's standard
//! library; or Debian's compiler, which builds that library from its source, where the library
//! cannot be had.
//!
//! Not here: what is built (`wasm`).

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

/// The target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler for the web, the source of its standard library, and the linker.
const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// A cargo that builds for the target.
pub(crate) enum Builder {
    Own,
    Debian,
}

impl Builder {
    /// The one there is, with what it needs installed; the error says what to install by hand.
    pub(crate) fn find() -> anyhow::Result<Builder> {
        let library = Command::new("rustc")
            .args(["--print", "target-libdir", "--target", TARGET])
            .output()
            .context("cannot start `rustc`")?;
        let there = Path::new(String::from_utf8_lossy(&library.stdout).trim()).is_dir();
        if there
            || Command::new("rustup")
                .args(["target", "add", TARGET])
                .status()
                .is_ok_and(|status| status.success())
        {
            return Ok(Builder::Own);
        }
        let debian =
            || ["/usr/bin/cargo", "/usr/bin/rust-lld"].iter().all(|path| Path::new(path).exists());
        if !debian() {
            super::debian::install(&PACKAGES)?;
        }
        ensure!(
            debian(),
            "the standard library for {TARGET} is missing; install it with `rustup target add {TARGET}`, or on Debian `apt-get install {}`",
            PACKAGES.join(" ")
        );
        Ok(Builder::Debian)
    }

    /// The command that builds a package, less the arguments that name it.
    pub(crate) fn build(&self) -> Command {
        let mut command;
        match self {
            Builder::Own => {
                command = Command::new(super::test::cargo());
                command.arg("build");
            }
            Builder::Debian => {
                command = Command::new("/usr/bin/cargo");
                // Building the standard library is for nightly compilers, unless they are told
                // otherwise.
                command.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc");
                command.args(["build", "-Zbuild-std=std,panic_abort"]);
            }
        }
        command
            .args(["--target", TARGET, "--locked"])
            .env("CARGO_ENCODED_RUSTFLAGS", flags().join("\x1f"));
        command
    }
}

/// Flags by which a module names the files of its panics without saying where they lay when it was
/// built, and is small.
fn flags() -> Vec<String> {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .map(|output| output.stdout)
        .unwrap_or_default();
    let sysroot = String::from_utf8_lossy(&sysroot).trim().to_owned();
    let home = env::var("CARGO_HOME")
        .or_else(|_| env::var("HOME").map(|home| format!("{home}/.cargo")))
        .unwrap_or_default();
    let folders = [
        (format!("{sysroot}/lib/rustlib/src/rust/library"), "std"),
        (format!("{home}/registry/src"), "crates"),
    ];
    // Digests as a loop instead of its steps written out, which takes a fifth of the room.
    let compact = "--cfg=sha2_backend_soft=\"compact\"".to_owned();
    let remapped = folders.map(|(folder, name)| format!("--remap-path-prefix={folder}={name}"));
    remapped.into_iter().chain([compact]).collect()
}
