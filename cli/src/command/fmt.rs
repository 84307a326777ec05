//! `guiju fmt`: files of rules in the one layout, or which of them are not in it.
//!
//! Not here: the layout, which is the engine's, and how files are found and written (`rewrite`).

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use guiju::PackError;
use guiju::{Limits, Locale, Localized, Source, Spelling, Words};

use crate::args::{Fmt, WordSpelling};
use crate::failure::Failure;
use crate::report::clean;
use crate::rewrite::{self, Found};
use crate::words::{count, pick};

pub(crate) fn run(args: &Fmt, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return stream(args, &mut out, limits, locale);
    }
    let Found { files, failures } = rewrite::find(&args.paths);
    let (mut changed, mut kept, mut failed) = (0, 0, failures.len());
    let spelling = spelling(args, &files, limits);
    // Said at the end: a reader who stops listening must not stop the work.
    let mut said = String::new();
    for failure in failures {
        failure.report(locale, false);
    }
    for path in &files {
        match one(path, args, limits, spelling.as_ref()) {
            Ok(None) => kept += 1,
            Ok(Some(difference)) => {
                changed += 1;
                let path = clean(&path.display().to_string());
                said += &match args.check {
                    true => format!("{}\n", difference.words(&path).get(locale)),
                    false => format!("{}{path}\n", pick(locale, "已排版 ", "formatted ")),
                };
            }
            Err(failure) => {
                failed += 1;
                failure.report(locale, false);
            }
        }
    }
    writeln!(out, "{said}{}", summary(args.check, changed, kept, failed).get(locale))?;
    Ok(status(failed == 0 && !(args.check && changed > 0)))
}

/// The spelling that is asked for. Names of the pack may be declared in all files that are asked
/// for, and in what stands beside them; what cannot be read declares nothing here, and is told
/// where it is formatted.
fn spelling(args: &Fmt, files: &[PathBuf], limits: &Limits) -> Option<Spelling> {
    let words = match args.words? {
        WordSpelling::Zh => Words::Chinese,
        WordSpelling::En => Words::English,
    };
    let mut folders: Vec<PathBuf> =
        files.iter().filter_map(|file| file.parent()).map(here).collect();
    // Tests of a pack are in a folder within it.
    folders.extend(folders.clone().iter().filter_map(|folder| folder.parent()).map(here));
    let entries = folders
        .iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten();
    let near = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| rewrite::is_rules(path) && path.is_file());
    let all: BTreeSet<PathBuf> = files.iter().cloned().chain(near).collect();
    let sources: Vec<Source> =
        all.iter().filter_map(|path| rewrite::read(path, limits).ok()).collect();
    Some(Spelling::new(words, &sources, limits))
}

/// The current folder has no name.
fn here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

/// Standard input to standard output.
fn stream(
    args: &Fmt,
    out: &mut impl Write,
    limits: &Limits,
    locale: Locale,
) -> Result<ExitCode, Failure> {
    const STDIN: &str = "stdin";
    let path = Path::new(STDIN);
    // One byte over the limit is enough for the parser to tell.
    let rules = io::stdin().lock().take(limits.pack_bytes as u64 + 1);
    let source =
        Source::new(STDIN, guiju_files::text(path, guiju_files::capped(rules, path, limits)?)?);
    let text = formatted(&source, limits, spelling(args, &[], limits).as_ref())?;
    if !args.check {
        out.write_all(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let difference = Difference::first(source.text(), &text);
    if let Some(difference) = &difference {
        writeln!(out, "{}", difference.words(STDIN).get(locale))?;
    }
    Ok(status(difference.is_none()))
}

fn status(fine: bool) -> ExitCode {
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Formats a file, or only looks at it: what changes first, if anything does.
fn one(
    path: &Path,
    args: &Fmt,
    limits: &Limits,
    spelling: Option<&Spelling>,
) -> Result<Option<Difference>, Failure> {
    let source = rewrite::read(path, limits)?;
    let text = formatted(&source, limits, spelling)?;
    let difference = Difference::first(source.text(), &text);
    if difference.is_some() && !args.check {
        rewrite::write(path, &source, &text)?;
    }
    Ok(difference)
}

fn formatted(
    source: &Source,
    limits: &Limits,
    spelling: Option<&Spelling>,
) -> Result<String, Failure> {
    let text = match spelling {
        None => guiju::format(source, limits),
        Some(spelling) => spelling.format(source, limits),
    };
    text.map_err(|PackError { diagnostics, sources, .. }| Failure::Diagnostics {
        diagnostics,
        sources,
    })
}

/// The first line in which a file is not as it should be.
struct Difference {
    line: usize,
    found: Localized,
    wanted: Localized,
}

impl Difference {
    fn first(found: &str, wanted: &str) -> Option<Difference> {
        let (mut found, mut wanted) = (found.split_inclusive('\n'), wanted.split_inclusive('\n'));
        for line in 1.. {
            match (found.next(), wanted.next()) {
                (None, None) => break,
                (found, wanted) if found == wanted => {}
                (found, wanted) => {
                    return Some(Difference {
                        line,
                        found: visible(found),
                        wanted: visible(wanted),
                    });
                }
            }
        }
        None
    }

    fn words(&self, path: &str) -> Localized {
        let Difference { line, found, wanted } = self;
        let lines = |locale| format!("  - {}\n  + {}", found.get(locale), wanted.get(locale));
        Localized::new(
            format!("{path}:{line} 需要排版\n{}", lines(Locale::ZhTw)),
            format!("{path}:{line} would change\n{}", lines(Locale::En)),
        )
    }
}

/// A line with what else would not be seen: blanks at its end, tabs, line ends of other systems, or
/// none.
fn visible(line: Option<&str>) -> Localized {
    let Some(line) = line else { return Localized::new("（檔案結束）", "(end of the file)") };
    let text = line.strip_suffix('\n');
    if text == Some("") {
        return Localized::new("（空行）", "(blank line)");
    }
    let ended = text.is_some();
    let text = text.unwrap_or(line);
    let trimmed = text.trim_end_matches([' ', '\u{3000}']);
    let shown = trimmed
        .chars()
        .map(|c| if c == '\t' { '␉' } else { c })
        .map(|c| if c == '\r' { '␍' } else { c });
    let blanks = text[trimmed.len()..].chars().map(|c| if c == ' ' { '·' } else { '□' });
    let shown = clean(&shown.chain(blanks).collect::<String>()).replace('\u{FEFF}', "<U+FEFF>");
    if ended {
        Localized::same(shown)
    } else {
        Localized::new(format!("{shown}（檔尾沒有換行）"), format!("{shown} (no line end)"))
    }
}

fn summary(check: bool, changed: usize, kept: usize, failed: usize) -> Localized {
    let changed_en = count(changed, "file", "files");
    let (mut zh, mut en) = if check {
        (
            format!("{changed} 個檔案需要排版，{kept} 個已符合"),
            format!("{changed_en} would change, {kept} formatted already"),
        )
    } else {
        (
            format!("已排版 {changed} 個檔案，{kept} 個維持原樣"),
            format!("{changed_en} formatted, {kept} unchanged"),
        )
    };
    if failed > 0 {
        zh += &format!("，{failed} 個有錯誤，未予更動");
        en += &format!(", {failed} left alone with errors");
    }
    Localized::new(zh, en)
}
