//! A sheet in the making: cells as they come, what is wrong with them, what is merged and what is
//! hidden. Both formats fill one.

use guiju::{
    Code, DataPlace, Diagnostic, Locale, Localized, SheetCell, SheetPlace, SheetRow, SheetTable,
    SheetValue,
};

use super::value::Read;
use super::{Broken, place};

/// The rows and columns that a sheet has at most, in the programs that write them.
pub(super) const ROWS: u32 = 1_048_576;
pub(super) const COLUMNS: u32 = 16_384;
/// Cells with something in them: what a machine has memory for, and more than people fill in.
const CELLS: u64 = 20_000_000;
/// The fewest bytes in which a file can write a cell. Cells that stand for many, as in `.ods`, come
/// to no more than written ones could.
const CELL_BYTES: u64 = 16;
/// Problems of one sheet. No more than some are ever shown; a hundred times as many are counted.
const FINDINGS: usize = 10_000;

/// Characters of the name of a sheet in a place; Excel allows 31.
const NAME: usize = 60;

/// Some cells from one to another: row and column of each.
pub(super) type Area = ((u32, u32), (u32, u32));

/// How much more the cells of all sheets may hold. A few bytes can stand for many cells, or for a
/// long text in each of them.
pub(super) struct Budget {
    /// Bytes of texts, and how many there may be.
    texts: u64,
    all_texts: u64,
    cells: u64,
    all_cells: u64,
    /// Bytes of memory that all of it may take, and how much of them is left.
    memory: u64,
    memory_left: u64,
}

impl Budget {
    /// As much as `bytes` of XML could write out.
    pub(super) fn new(bytes: u64, memory: u64) -> Budget {
        let cells = CELLS.min(bytes / CELL_BYTES);
        Budget {
            texts: bytes,
            all_texts: bytes,
            cells,
            all_cells: cells,
            memory,
            memory_left: memory,
        }
    }

    /// Takes memory for lists that have grown, and for texts.
    fn hold(&mut self, bytes: usize) -> Result<(), Broken> {
        let left = self.memory_left.checked_sub(bytes as u64).ok_or_else(|| {
            let most = super::megabytes(self.memory);
            Broken::TooLarge(Localized::new(
                format!("各儲存格合計占用 {most} 記憶體"),
                format!("{most} of memory for all cells"),
            ))
        })?;
        self.memory_left = left;
        Ok(())
    }

    fn spend(&mut self, value: &SheetValue) -> Result<(), Broken> {
        let text = if let SheetValue::Text(text) = value { text.len() as u64 } else { 0 };
        let over = |zh: String, en: String| Broken::TooLarge(Localized::new(zh, en));
        self.cells = self.cells.checked_sub(1).ok_or_else(|| {
            let most = self.all_cells;
            over(format!("{most} 個儲存格"), format!("{most} cells"))
        })?;
        self.texts = self.texts.checked_sub(text).ok_or_else(|| {
            let most = super::megabytes(self.all_texts);
            over(format!("各儲存格的文字合計 {most}"), format!("{most} of texts in all cells"))
        })?;
        Ok(())
    }
}

pub(super) struct Grid<'b> {
    book: &'b str,
    table: SheetTable,
    budget: &'b mut Budget,
    merged: Vec<Area>,
    hidden_rows: Vec<(u32, u32)>,
    hidden_columns: Vec<(u32, u32)>,
}

impl<'b> Grid<'b> {
    pub(super) fn new(book: &'b str, name: String, budget: &'b mut Budget) -> Grid<'b> {
        let table = SheetTable { name, ..SheetTable::default() };
        Grid {
            book,
            table,
            budget,
            merged: Vec::new(),
            hidden_rows: Vec::new(),
            hidden_columns: Vec::new(),
        }
    }

    /// Adds a cell; they come row by row, from left to right, which makes `false` of any other.
    pub(super) fn push(&mut self, row: u32, column: u32, read: Read) -> Result<bool, Broken> {
        let after = match self.table.rows.last() {
            None => true,
            Some(last) if last.number == row => {
                last.cells.last().is_none_or(|cell| cell.column < column)
            }
            Some(last) => last.number < row,
        };
        if !after || row == 0 || row > ROWS || column == 0 || column > COLUMNS {
            return Ok(false);
        }
        if self.table.rows.last().is_none_or(|last| last.number != row) {
            let room = self.table.rows.capacity();
            self.table.rows.push(SheetRow { number: row, cells: Vec::new() });
            self.budget.hold((self.table.rows.capacity() - room) * size_of::<SheetRow>())?;
        }
        let value = read.unwrap_or_else(|problem| {
            self.find(problem.in_data(self.at(Some(row), Some(column))));
            SheetValue::Refused
        });
        self.budget.spend(&value)?;
        if let Some(last) = self.table.rows.last_mut() {
            let room = last.cells.capacity();
            let text = if let SheetValue::Text(text) = &value { text.len() } else { 0 };
            last.cells.push(SheetCell { column, value });
            let grown = last.cells.capacity() - room;
            self.budget.hold(grown * size_of::<SheetCell>() + text)?;
        }
        Ok(true)
    }

    pub(super) fn merge(&mut self, area: Area) {
        if area.0 != area.1 {
            self.merged.push(area);
        }
    }

    pub(super) fn hide_rows(&mut self, first: u32, last: u32) {
        join(&mut self.hidden_rows, first, last);
    }

    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        join(&mut self.hidden_columns, first, last);
    }

    /// The sheet, with what is to be said of it.
    pub(super) fn finish(mut self, hidden: bool) -> SheetTable {
        for (from, to) in std::mem::take(&mut self.merged) {
            let row = self
                .table
                .rows
                .binary_search_by_key(&from.0, |row| row.number)
                .ok()
                .and_then(|at| self.table.rows.get(at));
            // An empty field of any size says nothing.
            if row.is_some_and(|row| {
                row.cells.binary_search_by_key(&from.1, |cell| cell.column).is_ok()
            }) {
                let [first, last] =
                    [from, to].map(|(row, column)| format!("{}{row}", SheetPlace::letters(column)));
                let area = format!("{first}:{last}");
                self.find(
                    Diagnostic::new(Code::MergedCells)
                        .arg(area)
                        .in_data(self.at(Some(from.0), Some(from.1))),
                );
            }
        }
        if let Some(words) = self.hidden(hidden) {
            let name = self.table.name.clone();
            self.find(
                Diagnostic::new(Code::HiddenRead)
                    .arg(name)
                    .word(words)
                    .in_data(self.at(None, None)),
            );
        }
        self.table
    }

    /// What is hidden and has something in it.
    fn hidden(&self, whole: bool) -> Option<Localized> {
        let rows = &self.table.rows;
        let last = rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column).max()?;
        if whole {
            return Some(Localized::new("整個工作表", "the whole sheet"));
        }
        let filled = |from: u32, to: u32| {
            rows.get(rows.partition_point(|row| row.number < from))
                .is_some_and(|row| row.number <= to)
        };
        let hidden = self.hidden_rows.iter().filter(|(from, to)| filled(*from, *to));
        let mut list: Vec<Localized> = hidden
            .map(|(from, to)| match from == to {
                true => Localized::new(format!("第 {from} 列"), format!("row {from}")),
                false => Localized::new(format!("第 {from}-{to} 列"), format!("rows {from}-{to}")),
            })
            .collect();
        for (from, to) in self.hidden_columns.iter().filter(|(from, _)| *from <= last) {
            let (from, to) = (SheetPlace::letters(*from), SheetPlace::letters(last.min(*to)));
            list.push(match from == to {
                true => Localized::new(format!("{from} 欄"), format!("column {from}")),
                false => Localized::new(format!("{from}-{to} 欄"), format!("columns {from}-{to}")),
            });
        }
        let joined = |locale: Locale, by: &str| {
            list.iter().map(|words| words.get(locale)).collect::<Vec<_>>().join(by)
        };
        (!list.is_empty())
            .then(|| Localized::new(joined(Locale::ZhTw, "、"), joined(Locale::En, ", ")))
    }

    fn find(&mut self, finding: Diagnostic) {
        if self.table.findings.len() < FINDINGS {
            self.table.findings.push(finding);
        }
    }

    fn at(&self, row: Option<u32>, column: Option<u32>) -> DataPlace {
        // Names are short, but for those of files that are made to take room in every message.
        let sheet = self.table.name.chars().take(NAME).collect();
        DataPlace { cell: Some(SheetPlace { sheet, row, column }), ..place(self.book) }
    }
}

/// Adds a range to those before it; one that follows another makes it longer.
fn join(ranges: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    match ranges.last_mut() {
        Some((_, end)) if end.checked_add(1) == Some(first) => *end = last,
        _ => ranges.push((first, last)),
    }
}
