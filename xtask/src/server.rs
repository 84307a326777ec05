//! `cargo xtask server`: the example of a service, built, put under load with faults for some
//! minutes, and ended. Outside the workspace, since a server is a hundred crates.
//!
//! Not here: the service and its load (`docs/examples/server`).

use std::process::{Child, Command};
use std::time::Duration;

use super::wasm::{root, succeed};

const ADDRESS: &str = "127.0.0.1:8108";

/// A process that ends with this.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Loads the service for so many minutes with so many requests a second.
pub(crate) fn run(minutes: u32, rate: u32) -> anyhow::Result<()> {
    let root = root();
    let folder = root.join("docs/examples/server");
    let target = root.join("target/server");
    for task in [
        &["fmt", "--check"][..],
        &["clippy", "--release", "--locked", "--", "--deny", "warnings"],
        &["build", "--release", "--locked"],
    ] {
        succeed(
            Command::new(super::test::cargo())
                .args(task)
                .env("CARGO_TARGET_DIR", &target)
                .current_dir(&folder),
        )?;
    }
    let program =
        |name: &str| target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let service = Command::new(program("guiju-server-example"))
        .args(["alliance_108", ADDRESS])
        .spawn()
        .map(Ended)?;
    // The pack is compiled ahead, so that the service is there at once.
    std::thread::sleep(Duration::from_secs(1));
    let document = root.join("rules/packs/alliance_108/samples/summary-sheet.json");
    succeed(Command::new(program("load")).arg(ADDRESS).arg(document).args([
        minutes.to_string(),
        rate.to_string(),
        service.0.id().to_string(),
    ]))
}
