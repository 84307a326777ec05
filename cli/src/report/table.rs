//! Tables as data, and how they stand in text: columns that line up under Chinese; the only file
//! that knows the drawing library.
//!
//! Rules are drawn with `-` alone: box-drawing characters are two columns wide in some Chinese
//! terminals. On a terminal long text wraps to its width; in a file every row is one line. Not
//! here: how a table stands in a page (`page`).

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table,
    TableStyle,
};
use guiju::{Exact, Locale};

use super::clean;

const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('-').junction(' '))
    .content_lines(ContentLineStyle::none().junction(' '));

/// A table in the making.
pub(crate) struct Grid {
    pub(crate) title: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A column of a table.
pub(crate) struct Column {
    /// Its header, which may have a second line for its unit.
    pub(crate) header: String,
    /// Whether it is set right, as numbers are.
    pub(crate) right: bool,
}

/// One entry of a table.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) look: Look,
}

/// What an entry is beside its text; a page shows it, text has only words.
#[derive(Default)]
pub(crate) enum Look {
    #[default]
    Plain,
    /// A part of the row above.
    Part,
    Good,
    Bad,
    Open,
    /// Another place of the page, by its id.
    Link(String),
    /// A share of a whole, such as the attainment of a target.
    Share(Exact),
    /// Numbers of good, open and bad ones.
    Stack([usize; 3]),
}

impl Look {
    /// The same entry with this text.
    pub(crate) fn on(self, text: impl Into<String>) -> Cell {
        Cell { text: text.into(), look: self }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Look::Plain.on(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Look::Plain.on(text)
    }
}

impl Grid {
    /// A table with these headers, its columns set left.
    pub(crate) fn new<S: AsRef<str>>(title: impl Into<String>, header: &[S]) -> Grid {
        let column = |text: &S| Column { header: text.as_ref().to_owned(), right: false };
        Grid { title: title.into(), columns: header.iter().map(column).collect(), rows: Vec::new() }
    }

    /// Sets a column right, and never wraps it.
    pub(crate) fn right(&mut self, column: usize) {
        if let Some(column) = self.columns.get_mut(column) {
            column.right = true;
        }
    }

    /// One more row; missing cells are empty.
    pub(crate) fn row<C: Into<Cell>>(&mut self, cells: Vec<C>) {
        let mut cells: Vec<Cell> = cells.into_iter().map(Into::into).collect();
        cells.resize_with(self.columns.len(), Cell::default);
        self.rows.push(cells);
    }

    /// A row that says how many more there are, where there are any.
    pub(crate) fn row_of_more(&mut self, more: usize, locale: Locale) {
        if more > 0 {
            self.row(vec![match locale {
                Locale::ZhTw => format!("…另有 {more} 項"),
                Locale::En => format!("… and {more} more"),
            }]);
        }
    }

    /// The table under its title, after an empty line; nothing where it has no rows.
    pub(crate) fn text(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut table = Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
        let lines = |text: &str| text.lines().map(clean).collect::<Vec<_>>().join("\n");
        table.set_header(self.columns.iter().map(|column| lines(&column.header)));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| {
                let indent = if matches!(cell.look, Look::Part) { "  " } else { "" };
                format!("{indent}{}", clean(&cell.text))
            }));
        }
        for (drawn, column) in table.column_iter_mut().zip(&self.columns) {
            drawn.set_padding((0, 1));
            if column.right {
                drawn.set_cell_alignment(CellAlignment::Right);
                drawn.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        format!("\n{}\n\n{}\n", clean(&self.title), table.trim_fmt())
    }
}
