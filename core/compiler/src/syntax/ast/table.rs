//! `table` as it is written, and the rows of the file that it may have them in. Not here: reading
//! such files (`syntax/beside`).

use std::sync::Arc;

use guiju_model::rules::KeyMatch;
use guiju_model::source::{Span, Spanned};
use guiju_model::text::Localized;

use super::{EnumValue, Expr, Ground, Name};

/// Values chosen by constants.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: Name,
    pub label: Option<Localized>,
    pub keys: Vec<TableKey>,
    pub graduated: bool,
    pub columns: Vec<EnumValue>,
    /// The file that its rows stand in; there are none in the rules then.
    pub file: Option<TableFile>,
    pub rows: Vec<TableRow>,
    pub otherwise: Option<TableRow>,
    pub ground: Option<Ground>,
}

/// A CSV file beside the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct TableFile {
    /// From the word before its name.
    pub span: Span,
    pub name: Name,
    /// What stands in it, that of the headings first; none where it is not there or not sound.
    pub rows: Option<Arc<[SheetRow]>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SheetRow {
    pub span: Span,
    pub cells: Vec<Spanned<String>>,
}

impl TableFile {
    /// Its rows after that of the headings.
    pub fn body(&self) -> &[SheetRow] {
        self.rows.as_deref().and_then(|rows| rows.get(1..)).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct TableKey {
    pub span: Span,
    pub matches: KeyMatch,
    /// A type, or a field whose type it has.
    pub of: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    pub span: Span,
    pub keys: Vec<Expr>,
    pub values: Vec<Expr>,
    pub ground: Option<Ground>,
}
