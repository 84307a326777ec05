//! Plain tables whose columns line up under Chinese text; the only file that knows the drawing library.
//!
//! Rules are drawn with `-` alone: box-drawing characters are two columns wide in some Chinese terminals. On a terminal long text wraps
//! to its width; in a file every row is one line.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

use super::clean;

const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('-').junction(' '))
    .content_lines(ContentLineStyle::none().junction(' '));

/// A table in the making.
pub(crate) struct Grid {
    table: Table,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// A table with these headers, its columns set left.
    pub(crate) fn new<S: AsRef<str>>(header: &[S]) -> Grid {
        let mut table = Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
        // A header may have a second line for its unit.
        let lines = |text: &str| text.lines().map(clean).collect::<Vec<_>>().join("\n");
        table.set_header(header.iter().map(|text| Cell::new(lines(text.as_ref()))));
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
        }
        Grid { table, columns: header.len(), rows: 0 }
    }

    /// Sets a column right, and never wraps it.
    pub(crate) fn right(&mut self, column: usize) {
        if let Some(column) = self.table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }

    /// One more row; missing cells are empty.
    pub(crate) fn row(&mut self, mut cells: Vec<String>) {
        cells.resize(self.columns, String::new());
        self.table.add_row(cells.iter().map(|text| Cell::new(clean(text))));
        self.rows += 1;
    }

    /// The table under a title, after an empty line; nothing where it has no rows.
    pub(crate) fn section(&self, title: &str) -> String {
        if self.rows == 0 {
            return String::new();
        }
        format!("\n{}\n\n{}\n", clean(title), self.table.trim_fmt())
    }
}
