//! Links between the documents of the repository: each leads to a file that is there, and to a
//! heading that is in it. `cargo xtask docs --check` looks.
//!
//! Not here: links of built pages (`site/check.ts`), and addresses of other sites, which are not
//! visited.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

/// Where documents are whose links are looked at.
const FOLDERS: [&str; 3] = ["", "docs", "site"];

/// Fails, with a list, where a link of a document leads nowhere.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let mut dead = Vec::new();
    let mut known = HashMap::new();
    for folder in FOLDERS {
        let entries = fs::read_dir(root.join(folder))?.map(|entry| entry.map(|entry| entry.path()));
        let mut files = entries.collect::<Result<Vec<PathBuf>, _>>()?;
        files.retain(|path| is_document(path));
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file)?;
            let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            for link in links(&text) {
                if !leads(&file, link, &mut known).with_context(|| format!("{name}: {link}"))? {
                    dead.push(format!("{name}: {link}"));
                }
            }
        }
    }
    ensure!(dead.is_empty(), "links that lead nowhere:\n{}", dead.join("\n"));
    Ok(())
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

/// Whether a link of a file leads somewhere; headings of files are read once.
fn leads(
    file: &Path,
    link: &str,
    known: &mut HashMap<PathBuf, HashSet<String>>,
) -> anyhow::Result<bool> {
    if ["https:", "http:", "mailto:"].iter().any(|scheme| link.starts_with(scheme)) {
        return Ok(true);
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match (path, file.parent()) {
        ("", _) | (_, None) => file.to_path_buf(),
        (path, Some(folder)) => folder.join(path),
    };
    if anchor.is_empty() || !is_document(&target) {
        return Ok(anchor.is_empty() && target.exists());
    }
    if !known.contains_key(&target) && target.exists() {
        known.insert(target.clone(), anchors(&fs::read_to_string(&target)?));
    }
    Ok(known.get(&target).is_some_and(|anchors| anchors.contains(anchor)))
}

/// The lines of a document outside of blocks of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// Where links outside of code lead.
fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in prose(text) {
        // What stands between two signs of code is none.
        for part in line.split('`').step_by(2) {
            // The words of a link may be code; its end then opens the next part.
            let ends = part.match_indices("](").map(|(at, sign)| at + sign.len());
            found.extend(ends.filter_map(|at| part.get(at..)?.split_once(')')).map(|(to, _)| to));
        }
    }
    found
}

/// The anchors of the headings, as GitHub makes them.
fn anchors(text: &str) -> HashSet<String> {
    let mut found: HashSet<String> = HashSet::new();
    let mut times: HashMap<String, usize> = HashMap::new();
    for line in prose(text) {
        let words = line.trim_start_matches('#');
        if words.len() == line.len() || !words.starts_with(' ') {
            continue;
        }
        let plain: String = words
            .trim()
            .to_lowercase()
            .chars()
            .filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'))
            .map(|sign| if sign == ' ' { '-' } else { sign })
            .collect();
        let before = times.entry(plain.clone()).or_default();
        found.insert(if *before == 0 { plain } else { format!("{plain}-{before}") });
        *before += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_anchors_are_found_outside_of_code() {
        let text = "# A `b`, c\n```text\n# no\n[no](no)\n```\n## 一、once：x\n## 一、once：x\n\
                    [`a`](b.md#c), `[no](no)` and [d](e) ![f](g.svg)\n";
        assert_eq!(links(text), ["b.md#c", "e", "g.svg"]);
        let wanted = ["a-b-c", "一once：x", "一once：x-1"].map(|anchor| anchor.replace('：', ""));
        assert_eq!(anchors(text), wanted.into_iter().collect());
    }
}
