//! The rows of a table, one after another. Not here: what a heading means (`header`), what a field
//! may hold (`cell`).

use std::borrow::Cow;

use super::header::{self, Header};
use super::{Counted, Kind, Table, Tables, shape};
use crate::data::Raw;
use crate::data::remarks::Of;
use crate::data::typed::Typed;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::schema::FieldKind;
use guiju_model::text::{fold, is_blank, misleading, nearest};

/// How many keys are compared for a suggestion: it must not cost more than reading does.
/// The columns of a table that is no entity's: what its rows are about, and the value there.
pub(super) const KEY: FieldId = FieldId::new(0);
const VALUE: FieldId = FieldId::new(1);

const NEAREST_OF: usize = 1_000;

/// A row: the raw value of each column.
pub(in crate::data) type Row<'r> = dyn Fn(usize) -> Raw<'r> + 'r;

impl Tables<'_> {
    /// Begins a table with its headings, which stand in line `line`; `None` where its rows could
    /// not be attached to anything.
    pub(in crate::data) fn begin<'f>(
        &mut self,
        kind: Kind,
        name: &'f str,
        headings: &[&str],
        line: Option<u32>,
    ) -> Option<Table<'f>> {
        let schema = std::sync::Arc::clone(self.schema);
        let shape = shape(&schema, kind)?;
        let programme = self.is_programme(kind);
        let alone = matches!(kind, Kind::Entity(entity) if schema.is_of_programme(entity));
        let parent = (kind != Kind::Entity(schema.root) && !alone).then(|| schema.root_entity());
        let mut problems = Vec::new();
        let header = header::resolve(
            headings,
            &shape,
            parent,
            &|column| self.heading_at(name, line, headings, column),
            &mut |problem| {
                problems.push(problem);
            },
        );
        problems.into_iter().for_each(|problem| self.builder.problem(problem));
        for (column, heading) in headings.iter().enumerate() {
            if let Some((_, c)) = misleading(heading) {
                let place = self.heading_at(name, line, headings, Some(column));
                self.builder.misleading(Of::Names(self.entity(kind)), &fold(heading), c, &|_| {
                    place.clone()
                });
            }
        }
        if let Kind::Entity(entity) = kind {
            for (field, column, heading) in &header.headings {
                self.builder.heading(entity, *field, *column, heading);
            }
        }
        // Without the keys there is nothing to attach a row to, and every row would say so.
        let keyed = programme || header.fields.iter().any(|(_, field, _)| *field == shape.key);
        let attached = keyed && (parent.is_none() || header.parent.is_some());
        // Nor is it known of any row what it belongs to.
        let mut needed = shape.parents().take(1);
        let whole = needed.all(|field| header.column(field).is_some());
        attached.then_some(Table { kind, name, header, last: None, refused: Vec::new(), whole })
    }

    /// Whether the top row of a sheet is none of headings; reported, with the row below that may
    /// be.
    pub(in crate::data) fn untitled(
        &mut self,
        kind: Kind,
        name: &str,
        n: u32,
        headings: &[&str],
        below: &[(u32, Vec<Cow<'_, str>>)],
    ) -> bool {
        let schema = std::sync::Arc::clone(self.schema);
        let Some(shape) = shape(&schema, kind) else { return false };
        let root = schema.root_entity();
        if headings.iter().any(|heading| header::knows(heading, &shape, root)) {
            return false;
        }
        let fields: Vec<&str> = shape.fields.iter().map(|field| field.name.as_str()).collect();
        let place = self.at(name, Some(n), None, None);
        let mut problem = Diagnostic::new(Code::NoHeadings).arg(fields.join(", ")).in_data(place);
        if let Some((row, _)) = below
            .iter()
            .find(|(_, cells)| cells.iter().any(|cell| header::knows(cell, &shape, root)))
        {
            problem = problem
                .note(format!("標題似乎在第 {row} 列"), format!("row {row} looks like them"));
        }
        self.builder.problem(problem);
        true
    }

    /// Reads a row; `n` is its line or its number.
    pub(in crate::data) fn row(&mut self, table: &mut Table<'_>, n: u32, cells: &Row<'_>) {
        if self.is_programme(table.kind) {
            let place = self.at(table.name, Some(n), None, None);
            if let Some((_, row)) = self.builder.programme(n, place) {
                self.cells(table, Some(row), n, cells);
            }
        } else if let Kind::Entity(shared) = table.kind
            && self.schema.is_shared(shared)
        {
            let row = self.builder.shared(shared, n);
            self.cells(table, Some(row), n, cells);
        } else if table.kind == Kind::Entity(self.schema.root) {
            let root = self.builder.root(n);
            self.cells(table, Some(root), n, cells);
            let key = table.header.column(self.schema.root_entity().key).map(cells);
            match key {
                Some(Raw::Text(key)) if !is_blank(key) => {
                    self.roots.entry(fold(key)).or_insert(root);
                }
                Some(Raw::Text(_) | Raw::Missing) | None => {}
                // Its records name a key that was refused, and it is no fault of theirs.
                Some(_) => table.whole = false,
            }
        } else {
            self.child(table, n, cells);
        }
    }

    /// Ends a table: whether all of its rows were read.
    pub(in crate::data) fn end(&mut self, table: &Table<'_>) -> bool {
        if table.kind == Kind::Entity(self.schema.root) {
            self.all_roots = table.whole;
        }
        table.whole
    }

    /// The entity that a table has the records of, or stands beside.
    fn entity(&self, kind: Kind) -> EntityId {
        if let Kind::Entity(entity) = kind { entity } else { self.schema.root }
    }

    fn is_programme(&self, kind: Kind) -> bool {
        self.schema.programme.is_some_and(|entity| kind == Kind::Entity(entity))
    }

    /// One row of a table whose rows belong to a root.
    fn child(&mut self, table: &mut Table<'_>, n: u32, cells: &Row<'_>) {
        let parent = match table.header.parent.map_or(Raw::Missing, cells) {
            Raw::Text(text) => text,
            Raw::Missing => "",
            other => {
                self.refuse_key(
                    table,
                    n,
                    &self.schema.root_entity().name.clone(),
                    table.header.parent,
                    &other,
                );
                return self.cells(table, None, n, cells);
            }
        };
        if let Kind::Kpis { previous } = table.kind
            && is_blank(parent)
        {
            // What belongs to no root is given for the programme.
            return self.kpi(table, None, previous, n, cells);
        }
        if let Some((_, c)) = misleading(parent) {
            let root = &self.schema.root_entity().name;
            let place = self.at(table.name, Some(n), table.header.parent, Some(root));
            self.builder
                .misleading(Of::Parent(self.entity(table.kind)), root, c, &|_| place.clone());
        }
        let root = match &table.last {
            // Rows of one root mostly stand together.
            Some((key, root)) if key == parent => Some(*root),
            _ => {
                let found = self.find_root(table.name, n, table.header.parent, parent);
                table.last = found.map(|root| (parent.to_owned(), root));
                found
            }
        };
        let Some(root) = root else {
            table.whole = false;
            return self.cells(table, None, n, cells);
        };
        match table.kind {
            Kind::Entity(entity) => {
                let row = self.builder.record(entity, root, n);
                self.cells(table, Some(row), n, cells);
            }
            Kind::Kpis { previous } => self.kpi(table, Some(root), previous, n, cells),
            Kind::Register(register) => {
                match table.header.column(KEY).map_or(Raw::Missing, cells) {
                    Raw::Text(id) if !is_blank(id) => {
                        let place = self.at(
                            table.name,
                            Some(n),
                            table.header.column(KEY),
                            Some("evidence"),
                        );
                        self.builder.evidence(root, register, id, place);
                    }
                    Raw::Text(_) | Raw::Missing => {
                        let place = self.at(
                            table.name,
                            Some(n),
                            table.header.column(KEY),
                            Some("evidence"),
                        );
                        self.builder.problem(
                            Diagnostic::new(Code::MissingKey).arg("evidence").in_data(place),
                        );
                    }
                    other => {
                        self.refuse_key(table, n, "evidence", table.header.column(KEY), &other)
                    }
                }
            }
        }
    }

    /// A target or previous value of a root, or of the programme.
    fn kpi(
        &mut self,
        table: &mut Table<'_>,
        root: Option<usize>,
        previous: bool,
        n: u32,
        cells: &Row<'_>,
    ) {
        let place = |tables: &Self, field: FieldId, name: &str| {
            tables.at(table.name, Some(n), table.header.column(field), Some(name))
        };
        let kpi = match table.header.column(KEY).map_or(Raw::Missing, cells) {
            Raw::Text(kpi) if !is_blank(kpi) => kpi,
            Raw::Text(_) | Raw::Missing => {
                let place = place(self, KEY, "kpi");
                return self
                    .builder
                    .problem(Diagnostic::new(Code::MissingKey).arg("kpi").in_data(place));
            }
            other => return self.refuse_key(table, n, "kpi", table.header.column(KEY), &other),
        };
        let Some(column) =
            table.header.column(VALUE).filter(|column| !table.refused.contains(column))
        else {
            return;
        };
        let known = self.schema.kpi_of(root.is_none(), &fold(kpi)).is_some();
        let place = if known { place(self, VALUE, "value") } else { place(self, KEY, "kpi") };
        let refused = self.builder.offer_kpi(root, previous, kpi, &cells(column), place);
        table.refused.extend(refused.filter(|code| code.is_of_a_column()).map(|_| column));
    }

    /// A column that has to hold texts holds something else: said once.
    fn refuse_key(
        &mut self,
        table: &mut Table<'_>,
        n: u32,
        name: &str,
        column: Option<usize>,
        raw: &Raw<'_>,
    ) {
        table.whole = false;
        if let Some(column) = column.filter(|column| !table.refused.contains(column)) {
            if !matches!(self.counted, Counted::Cells { .. }) {
                table.refused.push(column);
            }
            let place = self.at(table.name, Some(n), Some(column), Some(name));
            self.builder
                .problem(crate::data::cell::wrong_type(raw, &FieldKind::Text).in_data(place));
        }
    }

    /// The root with a key; `None` is reported, except where the roots themselves could not be
    /// read.
    fn find_root(&mut self, name: &str, n: u32, column: Option<usize>, key: &str) -> Option<usize> {
        let folded = fold(key);
        if let Some(root) = self.roots.get(&folded) {
            return Some(*root);
        }
        let entity = self.schema.root_entity();
        let place = self.at(name, Some(n), column, Some(&entity.name));
        if folded.is_empty() {
            self.builder
                .problem(Diagnostic::new(Code::MissingKey).arg(&entity.name).in_data(place));
            return None;
        }
        if !self.all_roots {
            return None;
        }
        let (problem, roots) =
            (Diagnostic::new(Code::UnknownParent).arg(key).word(entity.label.clone()), &self.roots);
        let near = || {
            nearest(&folded, roots.keys().take(NEAREST_OF).map(String::as_str)).map(str::to_owned)
        };
        self.builder.report(problem, place, |_, _| near());
        None
    }

    /// Checks the cells of a row that belongs to nothing.
    pub(in crate::data) fn look_at(&mut self, table: &mut Table<'_>, n: u32, cells: &Row<'_>) {
        table.whole = false;
        self.cells(table, None, n, cells);
    }

    /// Sets the fields of a record from its cells; without a record, they are only checked. `n` is
    /// the line or number of the row.
    fn cells(&mut self, table: &mut Table<'_>, record: Option<usize>, n: u32, cells: &Row<'_>) {
        let Kind::Entity(entity) = table.kind else { return };
        let Some(shape) = self.schema.entities.get(entity) else { return };
        let Table { header, refused, .. } = table;
        // Moments in one column of a frame are all of one kind, and mostly all have a time of day;
        // cells of sheets are given one by one.
        let frame = self.counted == Counted::Rows;
        let whole = |code: &Code| code.is_of_a_column() || (frame && *code == Code::TimeOfDay);
        for (column, field, unit) in &header.fields {
            let raw = cells(*column);
            if raw == Raw::Missing || refused.contains(column) {
                continue;
            }
            let kind = shape.fields.get(*field).map(|field| &field.kind);
            let listed = matches!(kind, Some(FieldKind::List(_)));
            let raw = match (raw, unit) {
                (Raw::Text(text), _) if listed && is_blank(text) => Raw::Text(text),
                (Raw::Text(text), Some(unit)) if kind == Some(&FieldKind::Int) => {
                    Raw::Counted(text, unit)
                }
                (Raw::Text(text), Some(unit)) => Raw::Amount(text, unit),
                (Raw::Typed(Typed::Scaled { mantissa, scale, .. }, _), Some(unit)) => {
                    Typed::Scaled { mantissa, scale, unit: Some(unit) }.raw()
                }
                (Raw::Typed(Typed::Figure { mantissa, scale, format, .. }, _), Some(unit)) => {
                    Typed::Figure { mantissa, scale, unit: Some(unit), format }.raw()
                }
                (Raw::Text(text), None) if listed => {
                    Raw::List(text.split([';', '；']).filter(|item| !is_blank(item)).collect())
                }
                (raw, _) => raw,
            };
            let code = self.offer(entity, record, n, *field, &raw);
            refused.extend(code.filter(whole).map(|_| *column));
        }
        for (field, start, end) in &header.periods {
            if refused.contains(start) {
                continue;
            }
            let code =
                self.offer(entity, record, n, *field, &Raw::Period(&cells(*start), &cells(*end)));
            refused.extend(code.filter(whole).map(|_| *start));
        }
        let keyed = header.column(shape.key).is_none_or(|column| !refused.contains(&column));
        if let (false, Some(row)) = (keyed, record) {
            self.builder.refuse_key(entity, row);
        }
    }

    fn offer(
        &mut self,
        entity: EntityId,
        record: Option<usize>,
        n: u32,
        field: FieldId,
        raw: &Raw<'_>,
    ) -> Option<Code> {
        match record {
            Some(row) => self.builder.offer(entity, row, field, raw),
            None => self.builder.look_at(entity, n, field, raw),
        }
    }
}

impl Header {
    fn column(&self, field: FieldId) -> Option<usize> {
        self.fields.iter().find(|(_, other, _)| *other == field).map(|(column, ..)| *column)
    }
}
