//! Findings in the making: capped, counted, and sorted at the end.
//!
//! In tables the cap holds for each of them, so that many findings in one never hide another's, and
//! what is wrong in the same way with many rows is one finding that names the rows. Not here: what
//! a finding is.

use super::{Code, DataPlace, Diagnostic, Severity};
use crate::sort::sort;

/// Further rows that a finding names.
const NAMED_ROWS: usize = 8;

/// Findings in the making.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Kept>,
    /// One for each table; a single one for everything else.
    tables: Vec<Table>,
    cap: usize,
    in_tables: bool,
}

#[derive(Clone, Debug)]
struct Kept {
    finding: Diagnostic,
    table: usize,
    /// The first of the further rows that it holds for, and how many there are.
    rows: Vec<u64>,
    more: usize,
}

/// How many findings a table has.
#[derive(Clone, Debug, Default)]
struct Table {
    /// File and sheet.
    name: (Option<String>, Option<String>),
    kept: usize,
    dropped: usize,
    /// Whether an error is among those that are only counted.
    dropped_error: bool,
}

impl Findings {
    /// An empty list that keeps at most `cap` findings.
    pub fn new(cap: usize) -> Findings {
        Findings { cap, ..Findings::default() }
    }

    /// An empty list that keeps at most `cap` findings of each table.
    pub fn of_tables(cap: usize) -> Findings {
        Findings { cap, in_tables: true, ..Findings::default() }
    }

    /// Adds a finding, or counts it when there are enough. An error takes the place of a warning
    /// then: warnings never hide errors.
    pub fn push(&mut self, finding: Diagnostic) {
        if finding.place.as_ref().is_some_and(|place| self.repeats(&finding, place)) {
            return;
        }
        let table = self.table(finding.place.as_ref());
        let Some(of) = self.tables.get_mut(table) else { return };
        if of.kept < self.cap {
            of.kept += 1;
            self.list.push(Kept { finding, table, rows: Vec::new(), more: 0 });
            return;
        }
        of.dropped += 1;
        if finding.severity != Severity::Error || of.dropped_error {
            return;
        }
        match self
            .list
            .iter_mut()
            .rfind(|kept| kept.table == table && kept.finding.severity != Severity::Error)
        {
            Some(kept) => *kept = Kept { finding, table, rows: Vec::new(), more: 0 },
            None => of.dropped_error = true,
        }
    }

    /// Counts a finding if the same was found in another row of the same column; a suggestion need
    /// not have been made yet.
    pub fn repeats(&mut self, finding: &Diagnostic, place: &DataPlace) -> bool {
        let Some(row) = row(place).filter(|_| self.in_tables) else { return false };
        let same = |kept: &&mut Kept| {
            let (other, Some(at)) = (&kept.finding, &kept.finding.place) else { return false };
            (other.code, other.severity) == (finding.code, finding.severity)
                && (&other.args, &other.notes) == (&finding.args, &finding.notes)
                && (&at.column, &at.file, sheet(at)) == (&place.column, &place.file, sheet(place))
        };
        let Some(kept) = self.list.iter_mut().find(same) else { return false };
        if kept.finding.place.as_ref().and_then(self::row) != Some(row) {
            kept.more += 1;
            if kept.rows.len() < NAMED_ROWS {
                kept.rows.push(row);
            }
        }
        true
    }

    /// Whether one more error in rules would be kept, so that it is worth making it helpful.
    pub fn keeps_errors(&self) -> bool {
        let Some((table, of)) =
            self.tables.iter().enumerate().find(|(_, table)| self.is_of(table, None))
        else {
            return self.cap > 0;
        };
        let replaceable = || {
            self.list
                .iter()
                .any(|kept| kept.table == table && kept.finding.severity != Severity::Error)
        };
        of.kept < self.cap || (!of.dropped_error && replaceable())
    }

    /// Whether further findings there are only counted: no need to make them helpful.
    pub fn is_full(&self, place: Option<&DataPlace>) -> bool {
        let of = self.tables.iter().find(|table| self.is_of(table, place));
        of.map_or(0, |table| table.kept) >= self.cap
    }

    fn is_of(&self, table: &Table, place: Option<&DataPlace>) -> bool {
        let (file, of) = table_of(place.filter(|_| self.in_tables));
        (table.name.0.as_deref(), table.name.1.as_deref()) == (file, of)
    }

    /// The table that a place is in.
    fn table(&mut self, place: Option<&DataPlace>) -> usize {
        self.tables.iter().position(|table| self.is_of(table, place)).unwrap_or_else(|| {
            let (file, sheet) = table_of(place.filter(|_| self.in_tables));
            self.tables.push(Table {
                name: (file.map(str::to_owned), sheet.map(str::to_owned)),
                ..Table::default()
            });
            self.tables.len() - 1
        })
    }

    /// Whether a finding stands at this place in the data.
    pub fn mentions(&self, place: &DataPlace) -> bool {
        // A syntax error knows the line of a pointer, where others do not.
        let same_line = |a: Option<u64>, b: Option<u64>| {
            a == b || (place.pointer.is_some() && (a.is_none() || b.is_none()))
        };
        self.list.iter().filter_map(|kept| kept.finding.place.as_ref()).any(|other| {
            if other.cell != place.cell {
                return false;
            }
            same_line(other.line, place.line)
                && (&other.file, &other.column, &other.pointer)
                    == (&place.file, &place.column, &place.pointer)
        })
    }

    /// Replaces every finding, or leaves it out.
    pub fn retain(&mut self, mut keep: impl FnMut(Diagnostic) -> Option<Diagnostic>) {
        let list = std::mem::take(&mut self.list).into_iter();
        self.list =
            list.filter_map(|kept| Some(Kept { finding: keep(kept.finding)?, ..kept })).collect();
    }

    /// Whether there is a finding of one of these kinds.
    pub fn has(&self, codes: &[Code]) -> bool {
        self.list.iter().any(|kept| codes.contains(&kept.finding.code))
    }

    /// How many findings are kept.
    pub fn kept(&self) -> usize {
        self.list.len()
    }

    /// How many of those that are kept are errors.
    pub fn errors(&self) -> usize {
        let is_error = |kept: &&Kept| kept.finding.severity == Severity::Error;
        self.list.iter().filter(is_error).count()
    }

    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.tables.iter().any(|table| table.dropped_error)
            || self.list.iter().any(|kept| kept.finding.severity == Severity::Error)
    }

    /// The findings in order of place, followed by how many more there were.
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut list: Vec<Diagnostic> = self.list.into_iter().map(Kept::told).collect();
        sort(&mut list, &mut |a, b| a.sort_key().cmp(&b.sort_key()));
        list.dedup();
        for table in self.tables.into_iter().filter(|table| table.dropped > 0) {
            let mut more = Diagnostic::new(Code::MoreFindings).arg(table.dropped.to_string());
            if !table.dropped_error {
                // Whatever is left out are warnings, which leave rules and data sound.
                more.severity = Severity::Warning;
            }
            list.push(match place_of(table.name) {
                Some(place) => more.in_data(place),
                None => more,
            });
        }
        list
    }
}

impl Kept {
    /// The finding with the further rows that it holds for.
    fn told(mut self) -> Diagnostic {
        if self.more == 0 {
            return self.finding;
        }
        sort(&mut self.rows, &mut u64::cmp);
        let rows: Vec<String> = self.rows.iter().map(u64::to_string).collect();
        let (zh, en) = (rows.join("、"), rows.join(", "));
        let rest = if self.more > self.rows.len() { ["、…", ", …"] } else { ["", ""] };
        let by_line = self.finding.place.as_ref().is_some_and(|place| place.line.is_some());
        let one = if by_line { "line" } else { "row" };
        match self.more {
            1 => {
                self.finding.note(format!("第 {zh} 列也是如此"), format!("the same in {one} {en}"))
            }
            more => {
                let zh = format!("另有 {more} 列也是如此：第 {zh}{} 列", rest[0]);
                self.finding.note(zh, format!("the same in {more} more {one}s: {en}{}", rest[1]))
            }
        }
    }
}

/// The row of a place in a table.
fn row(place: &DataPlace) -> Option<u64> {
    if let Some(cell) = &place.cell {
        return cell.row.map(u64::from);
    }
    place.line.or(place.row)
}

fn sheet(place: &DataPlace) -> Option<&str> {
    place.cell.as_ref().map(|cell| cell.sheet.as_str())
}

/// The file and the sheet that a place within a table is in; what is wrong with a table as a whole
/// is counted apart from it.
fn table_of(place: Option<&DataPlace>) -> (Option<&str>, Option<&str>) {
    match place.filter(|place| row(place).is_some() || place.column.is_some()) {
        Some(place) => (place.file.as_deref(), sheet(place)),
        None => (None, None),
    }
}

/// A table as a place.
fn place_of((file, sheet): (Option<String>, Option<String>)) -> Option<DataPlace> {
    file.as_ref()?;
    Some(DataPlace {
        file,
        cell: sheet.map(|sheet| super::SheetPlace { sheet, row: None, column: None }),
        ..DataPlace::default()
    })
}
