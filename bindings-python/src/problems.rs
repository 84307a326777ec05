//! Findings as rows of one table, whether of rules, of data that could not be read, or of records
//! that were judged; and how good each table of data is.
//!
//! Not here: the findings themselves (`error`), and their words, which are the engine's.

use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::ArrowError;
use indexmap::IndexMap;
use pyo3::prelude::*;

use crate::columns::{Columns, Texts};
use crate::error::{self, Diagnostic};
use crate::given;
use crate::result::Judged;
use crate::table::Table;

/// A row in the making.
#[derive(Default)]
struct Problem {
    code: String,
    severity: String,
    table: Option<String>,
    row: Option<i64>,
    field: Option<String>,
    message: String,
    clause: Option<String>,
    root: Option<String>,
    key: Option<String>,
    help: Option<String>,
    file: Option<String>,
    line: Option<i64>,
    cell: Option<String>,
    pointer: Option<String>,
}

impl Problem {
    fn of(found: &Diagnostic) -> Problem {
        let place = found.at();
        let in_pointer = place.pointer.as_deref().map(Pointer::of).unwrap_or_default();
        Problem {
            code: found.code().to_owned(),
            severity: found.severity().to_owned(),
            table: table_of(&place).or(in_pointer.table),
            row: place.row.and_then(|row| i64::try_from(row).ok()).or(in_pointer.row),
            field: place.column.or(in_pointer.field),
            message: found.message().to_owned(),
            help: found.help().map(str::to_owned),
            file: place.file,
            line: place.line.and_then(|line| i64::try_from(line).ok()),
            cell: place.cell,
            pointer: place.pointer,
            ..Problem::default()
        }
    }
}

/// The table that a place in data is in: the sheet of a workbook, the file of a folder, the name of
/// a frame. Rules and documents have none.
fn table_of(place: &error::At) -> Option<String> {
    if let Some(cell) = &place.cell {
        let sheet = cell.rsplit_once('!').map_or(cell.as_str(), |(sheet, _)| sheet);
        let plain = sheet.strip_prefix('\'').and_then(|sheet| sheet.strip_suffix('\''));
        return Some(plain.map_or_else(|| sheet.to_owned(), |sheet| sheet.replace("''", "'")));
    }
    let name = place.file.as_deref()?.rsplit(['/', '\\']).next()?;
    match name.rsplit_once('.') {
        _ if place.row.is_some() => Some(name.to_owned()),
        Some((table, end)) if end.eq_ignore_ascii_case("csv") => Some(table.to_owned()),
        Some(_) => None,
        // Files have an ending, frames have none.
        None => Some(name.to_owned()),
    }
}

/// Where a JSON pointer leads: into which list, to which of its items, and to which field.
#[derive(Default)]
struct Pointer {
    table: Option<String>,
    row: Option<i64>,
    field: Option<String>,
}

impl Pointer {
    /// The innermost list that it names; the list of roots is called after them.
    fn of(pointer: &str) -> Pointer {
        let parts: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|part| part.replace("~1", "/").replace("~0", "~"))
            .collect();
        let number = |at: usize| parts.get(at).and_then(|part| part.parse::<i64>().ok());
        let list =
            (0..parts.len()).rev().find(|at| number(*at).is_none() && number(*at + 1).is_some());
        let Some(list) = list else {
            return Pointer { field: parts.into_iter().next(), ..Pointer::default() };
        };
        let table = match parts[list].strip_suffix('s') {
            Some(root) if list == 0 && parts[list].len() > 1 => root.to_owned(),
            _ => parts[list].clone(),
        };
        Pointer { table: Some(table), row: number(list + 1), field: parts.get(list + 2).cloned() }
    }
}

fn batch(problems: Vec<Problem>) -> Result<RecordBatch, ArrowError> {
    let [mut code, mut severity, mut table, mut field, mut message, mut clause] =
        <[Texts; 6]>::default();
    let [mut root, mut key, mut help, mut file, mut cell, mut pointer] = <[Texts; 6]>::default();
    let [mut row, mut line]: [Vec<Option<i64>>; 2] = Default::default();
    for problem in problems {
        code.push(problem.code);
        severity.push(problem.severity);
        table.maybe(problem.table);
        row.push(problem.row);
        field.maybe(problem.field);
        message.push(problem.message);
        clause.maybe(problem.clause);
        root.maybe(problem.root);
        key.maybe(problem.key);
        help.maybe(problem.help);
        file.maybe(problem.file);
        line.push(problem.line);
        cell.maybe(problem.cell);
        pointer.maybe(problem.pointer);
    }
    Columns::new()
        .add("code", code.done())
        .add("severity", severity.done())
        .add("table", table.done())
        .add("row", Arc::new(Int64Array::from(row)))
        .add("field", field.done())
        .add("message", message.done())
        .add("clause", clause.done())
        .add("root", root.done())
        .add("key", key.done())
        .add("help", help.done())
        .add("file", file.done())
        .add("line", Arc::new(Int64Array::from(line)))
        .add("cell", cell.done())
        .add("pointer", pointer.done())
        .done()
}

/// Findings of an exception as a table, which `guiju.Error.to_table` hands on.
#[pyfunction]
pub(crate) fn problems(py: Python<'_>, diagnostics: Vec<Bound<'_, Diagnostic>>) -> PyResult<Table> {
    let found: Vec<Problem> = diagnostics.iter().map(|found| Problem::of(found.get())).collect();
    // Nothing in it is in words of the package.
    Table::build(py, "problems", guiju::Locale::default(), || batch(found))
}

/// What was said of the data when it was read, then what is said of its records.
fn of_result(judged: &Judged, warnings: &[Diagnostic]) -> Vec<Problem> {
    let (data, mut found) =
        (judged.evaluation.data(), warnings.iter().map(Problem::of).collect::<Vec<_>>());
    for (at, outcome) in judged.evaluation.roots.iter().enumerate() {
        for issue in &outcome.issues {
            let shape = &data.schema.entities[issue.entity];
            found.push(Problem {
                code: issue.code.clone(),
                severity: error::severity(issue.severity).to_owned(),
                table: Some(shape.name.clone()),
                row: i64::try_from(issue.row).ok(),
                field: issue.field.map(|field| shape.fields[field].name.clone()),
                message: issue.message.get(judged.locale).to_owned(),
                clause: issue.clause.clone(),
                root: Some(data.root_key(at).to_owned()),
                key: Some(data.record_key(issue.entity, issue.row).into_owned()),
                pointer: Some(data.issue_path(at, issue)),
                ..Problem::default()
            });
        }
    }
    found
}

/// Warnings and issues of a result in that form; `row` counts the rows of `Result.data`.
pub(crate) fn all(judged: &Judged, warnings: &[Diagnostic]) -> Result<RecordBatch, ArrowError> {
    batch(of_result(judged, warnings))
}

/// Of a table, by code and severity: how many problems there are, and in which rows.
type Kinds = IndexMap<(String, String), (i64, Vec<i64>)>;

/// For each table, how much was read of it and how much is missing; and a row for every kind of
/// problem it has, or one without.
pub(crate) fn quality(judged: &Judged, warnings: &[Diagnostic]) -> Result<RecordBatch, ArrowError> {
    let data = judged.evaluation.data();
    let mut kinds: IndexMap<Option<String>, Kinds> = IndexMap::new();
    for shape in &data.schema.entities {
        kinds.insert(Some(shape.name.clone()), IndexMap::new());
    }
    for problem in of_result(judged, warnings) {
        let of = kinds
            .entry(problem.table)
            .or_default()
            .entry((problem.code, problem.severity))
            .or_default();
        of.0 += 1;
        of.1.extend(problem.row);
    }
    let [mut table, mut code, mut severity] = <[Texts; 3]>::default();
    let [mut rows, mut cells, mut missing, mut problems, mut failing]: [Vec<Option<i64>>; 5] =
        Default::default();
    for (name, kinds) in kinds {
        let entity = name
            .as_ref()
            .and_then(|name| data.schema.entities.find_id(|shape| shape.name == *name));
        let read = entity.map(|entity| data.tables[entity].rows);
        let fields = entity.map_or(0, |entity| data.schema.entities[entity].fields.len());
        let blank = entity.map(|entity| {
            let ids = data.schema.entities[entity].fields.ids();
            let is_blank = |row| move |field: &_| data.cell(entity, *field, row).is_none();
            let blank = |row| ids.clone().filter(is_blank(row)).count();
            (0..data.tables[entity].rows).map(blank).sum::<usize>()
        });
        let mut push = |kind: Option<(String, String)>, count: i64, at: i64| {
            table.maybe(name.as_ref());
            rows.push(read.map(|rows| rows as i64));
            cells.push(read.map(|rows| (rows * fields) as i64));
            missing.push(blank.map(|blank| blank as i64));
            let (of, how) = kind.unzip();
            code.maybe(of);
            severity.maybe(how);
            problems.push(Some(count));
            failing.push(Some(at));
        };
        if kinds.is_empty() {
            push(None, 0, 0);
        }
        for (kind, (count, mut at)) in kinds {
            at.sort_unstable();
            at.dedup();
            push(Some(kind), count, at.len() as i64);
        }
    }
    let number = |values: Vec<Option<i64>>| Arc::new(Int64Array::from(values));
    Columns::new()
        .add("table", table.done())
        .add("rows", number(rows))
        .add("cells", number(cells))
        .add("missing", number(missing))
        .add("code", code.done())
        .add("severity", severity.done())
        .add("problems", number(problems))
        .add("failing_rows", number(failing))
        .done()
}

/// The rows of a table that something is said about, as `Result.data` has them, a row for each
/// problem.
pub(crate) fn failing(judged: &Judged, entity: guiju::EntityId) -> Result<RecordBatch, ArrowError> {
    let name = &judged.evaluation.data().schema.entities[entity].name;
    let [mut code, mut severity, mut field, mut message] = <[Texts; 4]>::default();
    let mut rows = Vec::new();
    for problem in of_result(judged, &[]) {
        let Some(row) = problem
            .row
            .and_then(|row| usize::try_from(row).ok())
            .filter(|_| problem.table.as_ref() == Some(name))
        else {
            continue;
        };
        rows.push(row);
        code.push(problem.code);
        severity.push(problem.severity);
        field.maybe(problem.field);
        message.push(problem.message);
    }
    given::columns(judged, entity, &rows)?
        .add("problem:code", code.done())
        .add("problem:severity", severity.done())
        .add("problem:field", field.done())
        .add("problem:message", message.done())
        .done()
}
