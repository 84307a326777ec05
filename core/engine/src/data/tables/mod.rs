//! Tables to a dataset, wherever their rows come from: one for each entity, and four for what is
//! given beside the records.
//!
//! A row is a function from columns to raw values. Not here: headings (`header`), rows (`rows`),
//! reading CSV (`csv`) or the columns of frames (`columns`).

#[expect(clippy::indexing_slicing, reason = "a field was found by its name in the same entity")]
pub(super) mod header;
mod rows;

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{DatasetBuilder, Origins, Reading};
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic, SheetPlace};
use guiju_model::index::EntityId;
use guiju_model::limits::Limits;
use guiju_model::rules::Register;
use guiju_model::schema::{Entity, Field, FieldKind, Schema};
use guiju_model::text::{Localized, fold, nearest, show};
use header::Header;

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Entity(EntityId),
    Kpis { previous: bool },
    Register(Register),
}

/// The tables beside those of entities.
const BESIDE: [(&str, Kind); 4] = [
    ("targets", Kind::Kpis { previous: false }),
    ("previous", Kind::Kpis { previous: true }),
    ("reviewed", Kind::Register(Register::Reviewed)),
    ("elsewhere", Kind::Register(Register::Elsewhere)),
];

/// How the rows of tables are counted in messages.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Lines of a file, from 1.
    Lines,
    /// Rows of a frame, from 0.
    Rows,
    /// Rows and columns of the sheets of a workbook, from 1.
    Cells { book: String },
}

/// Tables on the way to a dataset.
pub(super) struct Tables<'l> {
    pub(super) builder: DatasetBuilder<'l>,
    pub(super) schema: &'l Arc<Schema>,
    pub(super) limits: &'l Limits,
    counted: Counted,
    /// What follows the name of an entity in the name of its table.
    suffix: &'static str,
    /// Roots by folded key.
    roots: IndexMap<String, usize>,
    /// Whether all roots were read; otherwise nothing is said about those not found.
    all_roots: bool,
    /// How much there is to read, in bytes or rows, and how much of it the tables before this one
    /// had.
    total: u64,
    before: u64,
}

/// A table being read.
pub(super) struct Table<'f> {
    kind: Kind,
    name: &'f str,
    header: Header,
    /// The parent of the row before.
    last: Option<(String, usize)>,
    /// Columns that cannot be read at all: said once, and then left alone.
    refused: Vec<usize>,
    /// Whether every row so far was read.
    whole: bool,
}

impl Table<'_> {
    /// The number of columns.
    pub(super) fn width(&self) -> usize {
        self.header.width
    }

    /// Whether one of the columns without which a row belongs to nothing, or says nothing, is as
    /// given.
    pub(super) fn rests_on(&self, is: impl Fn(usize) -> bool) -> bool {
        let beside = !matches!(self.kind, Kind::Entity(_));
        self.header.parent.is_some_and(&is)
            || (beside && self.header.fields.iter().any(|(column, ..)| is(*column)))
    }

    /// A row could not be read.
    pub(super) fn lost_a_row(&mut self) {
        self.whole = false;
    }
}

impl<'l> Tables<'l> {
    /// `total` is how much there is to read, in bytes or rows.
    pub(super) fn new(reading: Reading<'l>, counted: Counted, total: u64) -> Tables<'l> {
        let (schema, limits) = (reading.schema(), reading.limits());
        let suffix = match &counted {
            Counted::Lines => ".csv",
            Counted::Rows | Counted::Cells { .. } => "",
        };
        let names =
            schema.entities.iter().map(|entity| format!("{}{suffix}", entity.name)).collect();
        let origins = match &counted {
            Counted::Lines => Origins::Tables { files: names },
            Counted::Rows => Origins::Frames { names },
            Counted::Cells { book } => Origins::Sheets { book: show(book), names },
        };
        let builder = reading.begin(origins);
        Tables {
            builder,
            schema,
            limits,
            counted,
            suffix,
            roots: IndexMap::new(),
            all_roots: false,
            total,
            before: 0,
        }
    }

    /// Says with every row how much of its table is read.
    pub(super) fn reached(&mut self, within: u64) {
        self.builder.reached(self.before.saturating_add(within), self.total);
    }

    /// A table of this size is read.
    pub(super) fn passed(&mut self, size: u64) {
        self.before = self.before.saturating_add(size);
    }

    /// What a table holds by its name without suffix.
    pub(super) fn kind(&self, stem: &str) -> Option<Kind> {
        let entity = self.schema.entities.find_id(|entity| entity.name == stem).map(Kind::Entity);
        entity.or_else(|| BESIDE.iter().find(|(known, _)| *known == stem).map(|(_, kind)| *kind))
    }

    /// What a sheet holds by its name, or by the label of an entity in either language where only
    /// one has it.
    pub(super) fn labelled(&self, name: &str) -> Option<Kind> {
        let (name, bare) = (fold(name), header::squeezed(name));
        let labelled = |label: &str| header::squeezed(label).eq_ignore_ascii_case(&bare);
        let is = |entity: &Entity| {
            labelled(&entity.label.zh) || entity.label.en.as_deref().is_some_and(labelled)
        };
        let mut labels = self
            .schema
            .entities
            .ids()
            .filter(|entity| self.schema.entities.get(*entity).is_some_and(is));
        self.kind(&name)
            .or_else(|| labels.next().filter(|_| labels.next().is_none()).map(Kind::Entity))
    }

    /// Two sheets that hold the same.
    pub(super) fn twice(&mut self, kind: Kind, first: &str, second: &str) {
        let Some(shape) = shape(self.schema, kind) else { return };
        let place = self.at(&show(second), None, None, None);
        self.builder.problem(
            Diagnostic::new(Code::SheetTwice)
                .arg(first)
                .arg(second)
                .arg(&shape.name)
                .in_data(place),
        );
    }

    /// A table of nothing known, or of what another table holds already.
    pub(super) fn unknown(&mut self, name: &str) {
        let stems = self
            .schema
            .entities
            .iter()
            .map(|entity| entity.name.as_str())
            .chain(BESIDE.iter().map(|(name, _)| *name));
        let known: Vec<String> = stems.map(|stem| format!("{stem}{}", self.suffix)).collect();
        let near = nearest(name, known.iter().map(String::as_str)).filter(|near| *near != name);
        let place = self.at(&show(name), None, None, None);
        let diagnostic =
            Diagnostic::new(Code::UnknownTable).arg(name).word(Localized::same(known.join(", ")));
        self.builder.problem(diagnostic.suggest(near).in_data(place));
    }

    /// Reads every table that is there: the roots first, because the others name them, then in the
    /// order of the schema. `read` gives the number of rows and a word on how they were read, or
    /// `None` where rows were left out.
    pub(super) fn each<T>(
        &mut self,
        found: &[(Kind, T)],
        mut read: impl FnMut(&mut Self, Kind, &T) -> Option<String>,
    ) {
        let root = Kind::Entity(self.schema.root);
        let entities = self.schema.entities.ids().map(Kind::Entity);
        let rest = entities.filter(|kind| *kind != root).chain(BESIDE.map(|(_, kind)| kind));
        for kind in std::iter::once(root).chain(rest) {
            let Some((_, table)) = found.iter().find(|(other, _)| *other == kind) else {
                if kind == root {
                    let name = format!("{}{}", self.schema.root_entity().name, self.suffix);
                    self.builder.problem(Diagnostic::new(Code::MissingTable).arg(name));
                }
                continue;
            };
            if let Kind::Entity(entity) = kind {
                self.builder.arrived(entity);
            }
            if self.builder.is_full() {
                continue;
            }
            match (read(self, kind, table), kind) {
                (Some(note), _) => self.builder.note(note),
                (None, Kind::Entity(entity)) => self.builder.incomplete(entity),
                (None, _) => {}
            }
        }
    }

    /// The place of a heading, or of all.
    fn heading_at(
        &self,
        name: &str,
        n: Option<u32>,
        headings: &[&str],
        column: Option<usize>,
    ) -> DataPlace {
        let heading = column
            .and_then(|column| headings.get(column))
            .map(|heading| header::in_a_line(heading));
        self.at(name, n, column, heading.as_deref().filter(|heading| !heading.is_empty()))
    }

    /// Reports a row with nothing in it.
    pub(super) fn blank_row(&mut self, name: &str, n: u32) {
        let place = self.at(name, Some(n), None, None);
        self.builder.problem(Diagnostic::new(Code::BlankRow).in_data(place));
    }

    /// Reports a cell right of the headings, which take up this many columns.
    pub(super) fn beside(&mut self, name: &str, n: u32, column: usize, width: usize) {
        let place = self.at(name, Some(n), Some(column), None);
        self.builder.problem(
            Diagnostic::new(Code::BesideColumns)
                .arg(SheetPlace::letters(width as u32))
                .in_data(place),
        );
    }

    /// A place in a table; `n` is a line or a row, and a column has its number, from 0, and its
    /// heading.
    pub(super) fn at(
        &self,
        name: &str,
        n: Option<u32>,
        number: Option<usize>,
        heading: Option<&str>,
    ) -> DataPlace {
        let column = heading.map(show);
        let (file, line) = (Some(name.to_owned()), n.map(u64::from));
        match &self.counted {
            Counted::Lines => DataPlace { file, line, column, ..DataPlace::default() },
            Counted::Rows => DataPlace { file, row: line, column, ..DataPlace::default() },
            Counted::Cells { book } => {
                let cell = SheetPlace {
                    sheet: name.to_owned(),
                    row: n,
                    column: number.map(|number| number as u32 + 1),
                };
                DataPlace {
                    file: Some(show(book)),
                    cell: Some(cell),
                    column,
                    ..DataPlace::default()
                }
            }
        }
    }
}

/// The shape of a table, for headings: that of its entity, or of the two columns beside the root's.
fn shape(schema: &Schema, kind: Kind) -> Option<Cow<'_, Entity>> {
    let text = |name: &str, zh: &str| Field {
        name: name.to_owned(),
        label: Localized::new(zh, name),
        kind: FieldKind::Text,
        optional: false,
    };
    let fields = match kind {
        Kind::Entity(entity) => return schema.entities.get(entity).map(Cow::Borrowed),
        Kind::Kpis { .. } => vec![text("kpi", "指標"), text("value", "值")],
        Kind::Register(_) => vec![text("evidence", "證明文件")],
    };
    let name = BESIDE.iter().find(|(_, other)| *other == kind).map_or("", |(name, _)| name);
    Some(Cow::Owned(Entity {
        name: name.to_owned(),
        label: Localized::same(name),
        child: true,
        fields: fields.into(),
        levels: 0,
        key: rows::KEY,
    }))
}
