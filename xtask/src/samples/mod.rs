//! The sample data of the `alliance_108` pack, drawn from a fixed seed.
//!
//! All files are made in memory, then written or compared. What they hold is decided in the modules
//! below; what they should evaluate to is known here without the engine, from what each record was
//! made to be.

mod alliance;
mod draw;
mod field_revenue;
pub(crate) mod many;
mod members;
mod money;
mod names;
mod published;
mod readme;
mod record;
mod refused;
mod results;
mod summary_sheet;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

/// The files by their path below the folder of the samples.
type Files = BTreeMap<String, Vec<u8>>;

/// The subfolder that holds nothing but generated files.
const FIELD_REVENUE: &str = "field-revenue";

/// Writes the samples, or compares them with what is there.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let folder = folder()?;
    let files = generate()?;
    let bytes: usize = files.values().map(Vec::len).sum();
    let stray = stray(&folder, &files)?;
    if check {
        let mut differing: Vec<String> =
            stray.iter().map(|path| format!("{} is not generated", path.display())).collect();
        for (name, content) in &files {
            if std::fs::read(folder.join(name)).ok().as_ref() != Some(content) {
                differing.push(format!("{name} differs"));
            }
        }
        ensure!(differing.is_empty(), "run `cargo xtask samples`: {}", differing.join("; "));
        println!("{} sample files are up to date ({bytes} bytes)", files.len());
        return Ok(());
    }
    for path in stray {
        std::fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
    }
    for (name, content) in &files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .with_context(|| format!("making {}", parent.display()))?;
        }
        std::fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    }
    println!("wrote {} sample files ({bytes} bytes) to {}", files.len(), folder.display());
    Ok(())
}

/// All files, after checking that their records add up to the published figures.
fn generate() -> anyhow::Result<Files> {
    published::check()?;
    let alliances = field_revenue::draw()?;
    field_revenue::check(&alliances)?;
    let mut files = Files::new();
    for (name, content) in table::tables(&alliances)? {
        files.insert(format!("{FIELD_REVENUE}/{name}"), content);
    }
    files.insert("summary-sheet.json".to_owned(), summary_sheet::document()?);
    files.insert("README.md".to_owned(), readme::text(&alliances)?.into_bytes());
    Ok(files)
}

fn folder() -> anyhow::Result<PathBuf> {
    let workspace =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    Ok(workspace.join("rules/packs/alliance_108/samples"))
}

/// What lies in the generated subfolder and would not be written.
fn stray(folder: &Path, files: &Files) -> anyhow::Result<Vec<PathBuf>> {
    let generated = folder.join(FIELD_REVENUE);
    if !generated.exists() {
        return Ok(Vec::new());
    }
    let mut stray = Vec::new();
    for entry in
        std::fs::read_dir(&generated).with_context(|| format!("listing {}", generated.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            bail!("{} should hold files only", generated.display());
        }
        let name =
            path.file_name().map(|name| format!("{FIELD_REVENUE}/{}", name.to_string_lossy()));
        if name.is_none_or(|name| !files.contains_key(&name)) {
            stray.push(path);
        }
    }
    Ok(stray)
}

#[cfg(test)]
mod tests {
    /// Two runs in one process: nothing depends on hashing order, time or surroundings.
    #[test]
    fn samples_are_the_same_every_time() {
        let (first, second) = (super::generate().unwrap(), super::generate().unwrap());
        assert!(first == second);
        assert!(first.values().map(Vec::len).sum::<usize>() < 1_500_000);
    }
}
