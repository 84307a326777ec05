//! Lists the rule files under `packs/`, and what stands beside them, so that they are compiled
//! into the crate; samples stay out of it. The rules of each pack are checked here too, and kept as
//! bytes that are read in a fraction of the time.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use guiju::{Limits, Parsed, Source, table_files};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=packs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("packs");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut names = String::new();
    let (mut packs, mut compiled) = (String::new(), String::new());
    let (mut allowed, mut sheets) = (String::new(), String::new());
    for pack in entries(&root)?.into_iter().filter(|path| path.is_dir()) {
        let mut files = rules(&pack)?;
        if pack.join("tests").is_dir() {
            files.extend(rules(&pack.join("tests"))?);
        }
        if files.is_empty() {
            continue;
        }
        let name = show(pack.strip_prefix(&root).unwrap_or(&pack));
        let _ = write!(names, "{name:?}, ");
        fs::write(out.join(format!("{name}.gjc")), bytes(&root, &name)?)?;
        let _ = writeln!(
            compiled,
            "    include_bytes!(concat!(env!(\"OUT_DIR\"), {:?})),",
            format!("/{name}.gjc")
        );
        let _ = writeln!(packs, "    &[");
        files.extend(tables(&files)?);
        for file in files {
            let path = show(file.strip_prefix(&root).unwrap_or(&file));
            let _ = writeln!(
                packs,
                "        ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),",
                format!("/packs/{path}")
            );
        }
        let _ = writeln!(packs, "    ],");
        for (file, texts) in [("mutants.allow", &mut allowed), ("sheets.toml", &mut sheets)] {
            let path = pack.join(file);
            let text = if path.is_file() { fs::read_to_string(&path)? } else { String::new() };
            let _ = writeln!(texts, "    {text:?},");
        }
    }
    let code = format!(
        "/// The names of the built-in packs, in alphabetical order.\npub const NAMES: &[&str] = &[{}];\n\n\
         /// For each name, its files: the name shown in messages, and the text.\nconst FILES: &[&[(&str, &str)]] = &[\n{packs}];\n\n\
         /// For each name, its rules as [`guiju::Pack::to_compiled`] writes them.\n\
         const COMPILED: &[&[u8]] = &[\n{compiled}];\n\n\
         /// For each name, the changes of its rules that no test need notice.\nconst ALLOWED: &[&str] = &[\n{allowed}];\n\n\
         /// For each name, what its sheets show; empty where it describes none.\nconst SHEETS: &[&str] = &[\n{sheets}];\n",
        names.trim_end_matches(", ")
    );
    fs::write(out.join("packs.rs"), code)
}

/// The rules of a pack as bytes.
fn bytes(root: &Path, name: &str) -> io::Result<Vec<u8>> {
    let files = |name: &str| -> Option<Vec<Source>> {
        let read = |path: PathBuf| {
            let shown = show(path.strip_prefix(root).unwrap_or(&path));
            Some(Source::new(shown, fs::read_to_string(&path).ok()?))
        };
        let mut files = rules(&root.join(name)).ok()?;
        files.extend(tables(&files).ok()?);
        files.into_iter().map(read).collect()
    };
    let own = files(name).ok_or_else(|| io::Error::other(format!("{name} cannot be read")))?;
    let pack = Parsed::parse_with(own, &Limits::default(), &files).check().into_pack();
    Ok(pack.map_err(|error| io::Error::other(format!("{name}: {error}")))?.to_compiled())
}

fn rules(folder: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "guiju"))
        .collect())
}

/// The files beside these that tables have their rows in.
fn tables(files: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for file in files {
        let source = Source::new("", fs::read_to_string(file)?);
        let names = table_files(&source, &Limits::default()).into_iter();
        found.extend(names.map(|name| file.with_file_name(name)));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// What stands in a folder, in one order on every machine; nothing where there is no such folder.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// A path with `/` on every system.
fn show(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
