//! Folders of CSV tables to a dataset: a file for each entity, and four for what is given beside the records.
//!
//! Not here: encodings (`decode`), quotation marks and line ends (`scan`), headings (`header`), cells of records (`rows`).

mod decode;
mod header;
mod rows;
mod scan;

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Dataset, DatasetBuilder, Origins};
use crate::diagnostic::{Code, DataPlace, Diagnostic};
use crate::limits::Limits;
use crate::plan::Register;
use crate::schema::{Entity, Field, FieldKind, Schema};
use crate::text::{Localized, nearest, show};

/// One file of a folder.
#[derive(Clone, Copy, Debug)]
pub struct TableFile<'a> {
    /// File name, such as `member.csv`.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What a file of a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Entity(usize),
    Kpis { previous: bool },
    Register(Register),
}

/// The files beside those of entities.
const BESIDE: [(&str, Kind); 4] = [
    ("targets", Kind::Kpis { previous: false }),
    ("previous", Kind::Kpis { previous: true }),
    ("reviewed", Kind::Register(Register::Reviewed)),
    ("elsewhere", Kind::Register(Register::Elsewhere)),
];

/// Reads the files of a folder. Files that are not called `….csv` are left alone, with a note.
///
/// # Errors
/// Every problem found.
pub fn read_tables(files: &[TableFile<'_>], schema: &Arc<Schema>, limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
    let names = schema.entities.iter().map(|entity| format!("{}.csv", entity.name)).collect();
    let builder = DatasetBuilder::new(schema, limits, Origins::Tables { files: names });
    let mut reader = Reader { builder, schema, limits, roots: IndexMap::new(), all_roots: false };
    let mut found: Vec<(Kind, &TableFile<'_>)> = Vec::new();
    for file in files {
        match reader.kind(file.name) {
            Some(kind) if found.iter().any(|(other, _)| *other == kind) => reader.unknown(file.name),
            Some(kind) => found.push((kind, file)),
            None => {}
        }
    }
    // The roots first, because the others name them; then in the order of the schema.
    let entities = (0..schema.entities.len()).map(Kind::Entity);
    let root = Kind::Entity(schema.root);
    let rest = entities.filter(|kind| *kind != root).chain(BESIDE.map(|(_, kind)| kind));
    for kind in std::iter::once(root).chain(rest) {
        match found.iter().find(|(other, _)| *other == kind) {
            Some((_, file)) => reader.file(kind, file),
            None if kind == root => {
                let name = format!("{}.csv", schema.root_entity().name);
                reader.builder.problem(Diagnostic::new(Code::MissingTable).arg(name));
            }
            None => {}
        }
    }
    reader.builder.finish()
}

/// Files on the way to a dataset.
struct Reader<'s, 'l> {
    builder: DatasetBuilder<'l>,
    schema: &'s Arc<Schema>,
    limits: &'l Limits,
    /// Roots by folded key.
    roots: IndexMap<String, usize>,
    /// Whether all roots were read; otherwise nothing is said about those not found.
    all_roots: bool,
}

impl Reader<'_, '_> {
    /// What a file holds by its name; a table of nothing known is reported.
    fn kind(&mut self, name: &str) -> Option<Kind> {
        let table = name.rsplit_once('.').filter(|(_, extension)| extension.eq_ignore_ascii_case("csv"));
        let Some((stem, _)) = table else {
            self.builder.note(format!("{}: not a table, left alone", show(name)));
            return None;
        };
        let entity = self.schema.entities.iter().position(|entity| entity.name == stem).map(Kind::Entity);
        let kind = entity.or_else(|| BESIDE.iter().find(|(known, _)| *known == stem).map(|(_, kind)| *kind));
        if kind.is_none() {
            self.unknown(name);
        }
        kind
    }

    fn unknown(&mut self, name: &str) {
        let known: Vec<String> = self
            .schema
            .entities
            .iter()
            .map(|entity| entity.name.as_str())
            .chain(BESIDE.iter().map(|(name, _)| *name))
            .map(|stem| format!("{stem}.csv"))
            .collect();
        let near = nearest(name, known.iter().map(String::as_str)).filter(|near| *near != name);
        let place = DataPlace { file: Some(show(name)), ..DataPlace::default() };
        let diagnostic = Diagnostic::new(Code::UnknownTable).arg(name).word(Localized::same(known.join(", ")));
        self.builder.problem(diagnostic.suggest(near).in_data(place));
    }

    /// Reads a file whole, or reports why not.
    fn file(&mut self, kind: Kind, file: &TableFile<'_>) {
        if self.builder.is_full() {
            return;
        }
        let rows = self.table(kind, file);
        if let (Kind::Entity(entity), false) = (kind, rows.is_some()) {
            self.builder.incomplete(entity);
        }
        if let Some((rows, encoding)) = rows {
            self.builder.note(format!("{}: {rows} rows, {encoding}", show(file.name)));
        }
    }

    /// The number of rows and the encoding; `None` where rows were left out.
    fn table(&mut self, kind: Kind, file: &TableFile<'_>) -> Option<(usize, &'static str)> {
        let name = show(file.name);
        let place = |line: Option<u64>| DataPlace { file: Some(name.clone()), line, ..DataPlace::default() };
        if file.bytes.len() as u64 > self.limits.data_bytes {
            let (size, limit) = (file.bytes.len(), self.limits.data_bytes);
            let words = Localized::new(format!("{size} 位元組，上限為 {limit}"), format!("{size} bytes; the limit is {limit}"));
            self.builder.problem(Diagnostic::new(Code::DataTooLarge).word(words).in_data(place(None)));
            return None;
        }
        let (text, encoding) = match decode::decode(file.bytes) {
            Ok(decoded) => decoded,
            Err((line, problem)) => {
                self.builder.problem(problem.in_data(place(Some(line))));
                return None;
            }
        };
        if text.starts_with('\u{FEFF}') {
            self.builder.problem(Diagnostic::new(Code::ControlCharacter).arg("U+FEFF").in_data(place(Some(1))));
            return None;
        }
        let structure = scan::scan(&text, self.limits.diagnostics.saturating_add(1));
        if structure.lines.is_empty() {
            self.builder.problem(Diagnostic::new(Code::NoData).in_data(place(None)));
            return None;
        }
        let sound = structure.problems.is_empty();
        for (line, problem) in structure.problems {
            self.builder.problem(problem.in_data(place(Some(u64::from(line)))));
        }
        if !sound {
            return None;
        }
        self.rows(kind, &name, &text, &structure.lines, &structure.blank).map(|rows| (rows, encoding))
    }
}

/// The shape of a table, for headings: that of its entity, or of the two columns beside the root's.
fn shape(schema: &Schema, kind: Kind) -> Option<Cow<'_, Entity>> {
    let text =
        |name: &str, zh: &str| Field { name: name.to_owned(), label: Localized::new(zh, name), kind: FieldKind::Text, optional: false };
    let (fields, key) = match kind {
        Kind::Entity(entity) => return schema.entities.get(entity).map(Cow::Borrowed),
        Kind::Kpis { .. } => (vec![text("kpi", "指標"), text("value", "值")], 0),
        Kind::Register(_) => (vec![text("evidence", "證明文件")], 0),
    };
    let name = BESIDE.iter().find(|(_, other)| *other == kind).map_or("", |(name, _)| name);
    Some(Cow::Owned(Entity { name: name.to_owned(), label: Localized::same(name), child: true, fields, key }))
}
