//! The CSV files beside rules that tables have their rows in: which a file of rules asks for, and
//! their rows put into its tables.
//!
//! They are given among the files of a pack and known by their ending. Not here: reading from
//! folders, which is the host's, and what the cells mean (`check/sheets`).

use std::ops::Range;

use pest::Parser as _;
use unicode_normalization::UnicodeNormalization;

use super::ast::{Item, ItemKind, SheetRow, TableFile};
use super::{Grammar, Rule, lower, scan};
use guiju_engine::data::embedded;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span, Spanned};

/// Whether a file among those of a pack holds the rows of a table, and no rules.
pub fn is_table_file(name: &str) -> bool {
    let ending = name.len().checked_sub(ENDING.len()).and_then(|at| name.get(at..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING))
}

const ENDING: &str = ".csv";

/// The names of the CSV files beside a file of rules that its tables have their rows in, in order,
/// for hosts that read packs from somewhere: each belongs among the files of the pack, under the
/// name of the file of rules with this in the place of its last part.
///
/// ```
/// use guiju::{Limits, Source, table_files};
/// let rules = Source::new("p/rates.guiju", "pack p\ntable rate by text file \"rates.csv\" { otherwise => 0 }");
/// assert_eq!(table_files(&rules, &Limits::default()), ["rates.csv"]);
/// ```
pub fn table_files(rules: &Source, limits: &Limits) -> Vec<String> {
    let mut found = Vec::new();
    // Nearly no file of rules asks for any.
    if is_table_file(rules.name()) || !rules.text().contains(['"', '＂', '“']) || !names_one(rules)
    {
        return found;
    }
    let mut unsaid = Findings::new(0);
    for slice in scan::scan(rules, SourceId(0), limits, &mut unsaid) {
        let text = rules.slice(slice.span);
        if !(text.starts_with("table") || text.starts_with("對照表")) {
            continue;
        }
        let Ok(pairs) = Grammar::parse(Rule::item, text) else { continue };
        let mut lower = lower::Lower::new(SourceId(0), slice.span.start, limits, &mut unsaid);
        for item in lower.items(pairs).unwrap_or_default() {
            if let ItemKind::Table(table) = item.kind {
                found.extend(table.file.map(|file| file.name.node));
            }
        }
    }
    found.retain(|name| is_plain(name));
    found.sort();
    found.dedup();
    found
}

/// Whether a text holds the ending anywhere, in capitals or not.
fn names_one(rules: &Source) -> bool {
    rules
        .text()
        .as_bytes()
        .windows(ENDING.len())
        .any(|part| part.eq_ignore_ascii_case(ENDING.as_bytes()))
}

/// Whether a name is that of a CSV file, and of nothing in another folder.
fn is_plain(name: &str) -> bool {
    is_table_file(name)
        && name.len() > ENDING.len()
        && !name.contains(['/', '\\', ':'])
        && !name.contains(char::is_control)
}

/// Puts the rows of files into the tables that ask for them; `sources` are those of one edition,
/// and `first` is the number of the first.
pub fn bring(
    items: &mut [Item],
    sources: &[Source],
    first: u32,
    limits: &Limits,
    findings: &mut Findings,
) {
    let files = items.iter_mut().filter_map(|item| match &mut item.kind {
        ItemKind::Table(table) => Some((item.span, table.file.as_mut()?)),
        _ => None,
    });
    for (item, file) in files {
        if !is_plain(&file.name.node) {
            let name = &file.name;
            findings.push(Diagnostic::new(Code::TableFileName).arg(&name.node).at(name.span));
            continue;
        }
        let rules = item.source.0.checked_sub(first).and_then(|at| sources.get(at as usize));
        let wanted = rules.map(|rules| beside(rules.name(), &file.name.node));
        let found = wanted.and_then(|wanted| {
            let same = |source: &Source| source.name().nfc().eq(wanted.nfc());
            sources.iter().position(|source| is_table_file(source.name()) && same(source))
        });
        let Some((at, source)) = found.and_then(|at| Some((at, sources.get(at)?))) else {
            let missing = Diagnostic::new(Code::TableFileMissing).arg(&file.name.node);
            findings.push(missing.at(file.name.span));
            continue;
        };
        read(file, source, SourceId(first + at as u32), limits, findings);
    }
}

/// The name of a file beside another.
pub fn beside(rules: &str, file: &str) -> String {
    let folder = rules.rfind(['/', '\\']).and_then(|at| rules.get(..=at)).unwrap_or_default();
    format!("{folder}{file}")
}

fn read(
    file: &mut TableFile,
    source: &Source,
    id: SourceId,
    limits: &Limits,
    findings: &mut Findings,
) {
    // That it is too large is said once, where files are counted.
    if source.text().len() > limits.pack_bytes {
        return;
    }
    let span = |place: &Range<usize>| Span {
        source: id,
        start: place.start as u32,
        end: place.end as u32,
    };
    match embedded::rows(source.text(), limits.diagnostics.saturating_add(1)) {
        Err(problems) => problems
            .into_iter()
            .for_each(|(place, problem)| findings.push(problem.at(span(&place)))),
        Ok(rows) => {
            let rows = rows.into_iter().map(|row| SheetRow {
                span: span(&row.place),
                cells: row
                    .cells
                    .into_iter()
                    .map(|cell| Spanned { span: span(&cell.place), node: cell.text })
                    .collect(),
            });
            file.rows = Some(rows.collect());
        }
    }
}
