//! Tables whose rows stand in a CSV file: which column is which key or value, and each cell as a
//! constant, read as data is.
//!
//! Not here: what holds of rows wherever they stand (`lookups`), and the file itself
//! (`syntax/beside`).

use super::expr::{field_type, node};
use super::{Checker, label};
use crate::syntax::ast;
use guiju_engine::data::embedded::{Seems, constant, heading, is_heading, number, seems};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::rules::{Expr, ExprKind, TableRow, Type, Value};
use guiju_model::schema::FieldKind;
use guiju_model::source::Spanned;
use guiju_model::text::{Locale, Localized, is_blank, listed};
use guiju_model::unit::Unit;
use guiju_model::words::{Name, Words, name_in};

/// A key or a value, as headings may call it.
struct Column {
    /// Its name first.
    names: Vec<String>,
    /// Where it stands in the file, and the unit that its heading says.
    found: Option<(usize, Option<String>)>,
}

/// What the cells of a value hold.
#[derive(Clone)]
enum Holds {
    Number(Unit),
    Other(FieldKind),
}

impl Checker<'_> {
    /// The rows of a file, their keys in the order in which the table names them; `types` gets the
    /// first value of each column. `None` where something is wrong with any, which has been said.
    pub(super) fn rows_of_file(
        &mut self,
        item: &ast::Table,
        file: &ast::TableFile,
        keys: &[FieldKind],
        types: &mut [Option<Expr>],
    ) -> Option<Vec<TableRow>> {
        let headings = file.rows.as_deref().and_then(<[_]>::first)?;
        let mut columns: Vec<Column> = item.keys.iter().map(|key| self.key_column(key)).collect();
        columns.extend(value_columns(item));
        let mut sound = self.headings(item, headings, &mut columns);
        if file.body().is_empty() {
            self.report(Diagnostic::new(Code::NoData).at(headings.span));
            return None;
        }
        if !sound {
            return None;
        }
        let mut rows = Vec::new();
        let mut holds: Vec<Option<Holds>> = vec![None; types.len()];
        for row in file.body() {
            let (mut found, mut values) = (Vec::new(), Vec::new());
            for (at, column) in columns.iter().enumerate() {
                let (place, unit) = column.found.as_ref()?;
                let (cell, unit) = (row.cells.get(*place), unit.as_deref());
                let Some(cell) = cell.filter(|cell| !is_blank(&cell.node)) else {
                    let at = cell.map_or(row.span, |cell| cell.span);
                    self.report(Diagnostic::new(Code::EmptyTableCell).arg(&item.name.node).at(at));
                    continue;
                };
                if let Some(kind) = keys.get(at) {
                    // What whole numbers count is for the reader alone.
                    let unit =
                        unit.filter(|_| !matches!(kind, FieldKind::Int | FieldKind::Range(..)));
                    found.extend(self.key_cell(cell, unit, kind));
                } else if let (Some(holds), Some(first)) =
                    (holds.get_mut(at - keys.len()), types.get_mut(at - keys.len()))
                {
                    values.extend(self.value_cell(cell, unit, holds, first));
                }
            }
            sound &= found.len() == keys.len() && values.len() == types.len();
            let basis = self.basis_if_any(None);
            rows.push(TableRow { span: row.span, keys: found, values, basis });
        }
        sound.then_some(rows)
    }

    /// The names of a key: of the field whose type it has, or of that type.
    fn key_column(&self, key: &ast::TableKey) -> Column {
        let names = match key.of.as_slice() {
            [owner, name] => {
                let field = self.index.entity(&owner.node).and_then(|entity| {
                    let field = self.index.field(entity, &name.node)?;
                    Some(&self.schema.entities[entity].fields[field].label)
                });
                let labels = field.into_iter().flat_map(spellings);
                [name.node.clone(), format!("{}.{}", owner.node, name.node)]
                    .into_iter()
                    .chain(labels)
                    .collect()
            }
            other => other
                .iter()
                .flat_map(|name| {
                    [Words::English, Words::Chinese]
                        .map(|words| name_in(Name::Type, &name.node, words).to_owned())
                })
                .collect(),
        };
        Column { names, found: None }
    }

    /// Finds the columns of the headings; whether each is there once and nothing else is.
    fn headings(&mut self, item: &ast::Table, row: &ast::SheetRow, columns: &mut [Column]) -> bool {
        let mut sound = true;
        let table = &item.name.node;
        for (place, cell) in row.cells.iter().enumerate() {
            let (name, with_unit) = heading(&cell.node);
            let is = |written: &str, column: &Column| {
                column.names.iter().any(|known| is_heading(written, known))
            };
            // Two keys of one type stand in the order of the table.
            let of = |written: &str| {
                let free = columns.iter().position(|own| own.found.is_none() && is(written, own));
                free.or_else(|| columns.iter().position(|column| is(written, column)))
            };
            let (at, unit) = match (of(&name), with_unit) {
                (Some(at), _) => (Some(at), None),
                (None, Some((base, unit))) => (of(&base), Some(unit)),
                (None, None) => (None, None),
            };
            let Some(column) = at.and_then(|at| columns.get_mut(at)) else {
                let known = columns.iter().flat_map(|column| &column.names).map(String::as_str);
                let meant = self.meant(&name, known);
                let own = columns.iter().filter_map(|column| column.names.first());
                let wanted = listed(own.map(String::as_str));
                let unknown = Diagnostic::new(Code::UnknownDataField)
                    .arg(&name)
                    .arg(table)
                    .note(
                        format!("這個表的欄是：{}", wanted.zh),
                        format!("the columns of this table are {}", wanted.get(Locale::En)),
                    )
                    .suggest(meant.as_deref());
                self.report(unknown.at(cell.span));
                sound = false;
                continue;
            };
            let of_value = at.is_some_and(|at| at >= item.keys.len());
            if let Some(unit) = unit.as_ref().filter(|unit| of_value && self.unit(unit).is_none()) {
                self.report(Diagnostic::new(Code::UnknownUnit).arg(unit).at(cell.span));
                sound = false;
            }
            if column.found.is_some() {
                self.report(Diagnostic::new(Code::DuplicateColumn).arg(&name).at(cell.span));
                sound = false;
            }
            column.found = Some((place, unit));
        }
        for column in columns.iter().filter(|column| column.found.is_none()) {
            let there = listed(row.cells.iter().map(|cell| cell.node.as_str()));
            let words = Localized::new(
                format!("每個鍵與每個值都須有一欄；檔案的標題是：{}", there.zh),
                format!(
                    "each key and each value has its column; the headings of the file are {}",
                    there.get(Locale::En)
                ),
            );
            let name = column.names.first().map_or("", String::as_str);
            let missing = Diagnostic::new(Code::MissingColumn).arg(name).arg(table).word(words);
            self.report(missing.at(row.span));
            sound = false;
        }
        sound
    }

    fn key_cell(
        &mut self,
        cell: &Spanned<String>,
        unit: Option<&str>,
        kind: &FieldKind,
    ) -> Option<Value> {
        match constant(&cell.node, unit, kind, self.literal_chars) {
            Ok(value) => value,
            Err(problem) => {
                self.report(problem.at(cell.span));
                None
            }
        }
    }

    /// A value; the first of a column says what the others are.
    fn value_cell(
        &mut self,
        cell: &Spanned<String>,
        unit: Option<&str>,
        holds: &mut Option<Holds>,
        first: &mut Option<Expr>,
    ) -> Option<Value> {
        let of = holds.get_or_insert_with(|| self.holds(&cell.node, unit)).clone();
        let (ty, read) = match &of {
            Holds::Number(own) => {
                let read = number(&cell.node, unit, own, self.literal_chars);
                let read = read.map(|read| {
                    let (value, odd) = read?;
                    odd.into_iter().for_each(|odd| self.report(odd.at(cell.span)));
                    Some(Value::Number(value))
                });
                (Type::Number(own.clone()), read)
            }
            Holds::Other(kind) => {
                (field_type(kind), constant(&cell.node, None, kind, self.literal_chars))
            }
        };
        match read {
            Ok(value) => {
                let value = value?;
                first.get_or_insert_with(|| node(cell.span, ty, ExprKind::Constant(value.clone())));
                Some(value)
            }
            Err(problem) => {
                self.report(problem.at(cell.span));
                None
            }
        }
    }

    /// What a column holds whose heading says this unit, and that begins with this cell.
    fn holds(&self, text: &str, unit: Option<&str>) -> Holds {
        if let Some((unit, _)) = unit.and_then(|unit| self.unit(unit)) {
            return Holds::Number(unit);
        }
        match seems(text) {
            Seems::Money => Holds::Number(Unit::Money),
            Seems::Number(beside) if beside.is_empty() => Holds::Number(Unit::Number),
            Seems::Number(beside) => match self.unit(&beside) {
                Some((unit, _)) => Holds::Number(unit),
                None => Holds::Other(FieldKind::Text),
            },
            Seems::Date => Holds::Other(FieldKind::Date),
            Seems::Flag => Holds::Other(FieldKind::Bool),
            Seems::Text => Holds::Other(FieldKind::Text),
        }
    }
}

/// The columns of the values; one that has no name of its own is called like the table.
fn value_columns(item: &ast::Table) -> Vec<Column> {
    let of = |name: &str, written: Option<&Localized>| {
        let label = label(written, name);
        let names = std::iter::once(name.to_owned()).chain(spellings(&label)).collect();
        Column { names, found: None }
    };
    if item.columns.is_empty() {
        return vec![of(&item.name.node, item.label.as_ref())];
    }
    item.columns.iter().map(|column| of(&column.name.node, column.label.as_ref())).collect()
}

fn spellings(label: &Localized) -> impl Iterator<Item = String> {
    [Some(label.zh.clone()), label.en.clone()].into_iter().flatten()
}
