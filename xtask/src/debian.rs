//! Debian packages that a step needs: installed where that is allowed, which is as root on Debian.
//!
//! Not here: what other systems call these packages; a step that still lacks something says so
//! itself.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

/// Installs the packages; does nothing where this is not Debian or not root.
pub(crate) fn install(packages: &[&str]) -> anyhow::Result<()> {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root || !Path::new("/etc/debian_version").exists() {
        return Ok(());
    }
    println!("installing {}", packages.join(", "));
    // A fresh machine has no lists of packages, or old ones that name versions no longer there.
    apt(&["update", "--quiet"])?;
    apt(&[&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat())
}

fn apt(arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("apt-get");
    let status = command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("cannot start `apt-get`")?;
    ensure!(status.success(), "`apt-get {}` failed", arguments.join(" "));
    Ok(())
}
