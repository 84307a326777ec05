//! Records one at a time to sorted, resolved columns. Every reader of data goes through here, so
//! that all are equally strict.
//!
//! Not here: beginning records (`records`), the rules for one cell (`cell`), keys and references
//! (`keys`), the columns (`buffer`), what is said once of a field (`remarks`).

mod places;
mod records;

use std::collections::HashSet;
use std::sync::Arc;

use super::amount;
use super::buffer::{Buffer, NOBODY};
use super::cell::{self, Raw};
use super::column::{Cell, Texts};
use super::lists::Lists;
use super::remarks::{Of, Remarks};
use super::{Dataset, Given};
use crate::data::DataError;
use crate::watch::{Progress, Watch};
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic, Findings};
use guiju_model::index::{EntityId, FieldId, List};
use guiju_model::limits::Limits;
use guiju_model::rules::Register;
use guiju_model::schema::{FieldKind, KpiSchema, Schema};
use guiju_model::sort::sort;
use guiju_model::text::{Localized, named, treated};
use guiju_model::unit::Unit;

/// After how many records whoever watches is asked.
const LOOK_EVERY: u64 = 1_024;

/// How places in the data are named.
#[derive(Clone, Debug)]
pub enum Origins {
    /// One JSON document: JSON pointers.
    Json { file: Option<String> },
    /// One root a line: the line, and a pointer within it.
    JsonLines { file: Option<String> },
    /// A file for each entity: file, line and column.
    Tables { files: List<EntityId, String> },
    /// A frame for each entity: its name, row and column.
    Frames { names: List<EntityId, String> },
    /// A sheet of a workbook for each entity: the sheet, row and column.
    Sheets { book: String, names: List<EntityId, String> },
    /// A test in a rule file.
    Test,
    /// One record in the making, of this entity: JSON pointers from it.
    Draft { entity: EntityId },
}

impl Origins {
    /// Where findings are gathered.
    fn findings(&self, cap: usize) -> Findings {
        match self {
            Origins::Tables { .. } | Origins::Frames { .. } | Origins::Sheets { .. } => {
                Findings::of_tables(cap)
            }
            Origins::Draft { .. } => Findings::new(cap.max(DRAFT_FINDINGS)),
            _ => Findings::new(cap),
        }
    }
}

/// The fewest problems told of a record in the making: a form says of each field and each record
/// whether it is well.
const DRAFT_FINDINGS: usize = 10_000;

/// A dataset in the making.
pub struct DatasetBuilder<'a> {
    pub(super) schema: Arc<Schema>,
    pub(super) limits: &'a Limits,
    pub(super) origins: Origins,
    pub(super) findings: Findings,
    remarks: Remarks,
    pub(super) texts: Texts,
    pub(super) buffers: List<EntityId, Buffer>,
    /// Entities of which records may be lacking because of a problem that was reported: nothing
    /// more is said about keys not found.
    pub(super) incomplete: List<EntityId, bool>,
    /// Entities whose records were given, were there none.
    pub(super) arrived: List<EntityId, bool>,
    /// For each entity, the roots and keys of records of which it is not known what they belong
    /// to: that is said of them, and not again of what names them.
    pub(super) orphans: List<EntityId, HashSet<(u32, u32)>>,
    /// For each entity, the records whose key was refused, in their order.
    pub(super) refused_keys: List<EntityId, Vec<usize>>,
    /// The columns of tables that give a field, counted from 0, and their headings.
    headings: Vec<((EntityId, FieldId), usize, String)>,
    given: Vec<Given>,
    programme: Given,
    /// Of lines of JSON, the last with the programme.
    pub(super) programme_line: u32,
    pub(super) rows: usize,
    /// Bytes of the records so far, without their texts.
    pub(super) held: usize,
    /// The records of the entity that has the most.
    pub(super) most: usize,
    /// The entities that records refer to, and how many records these have.
    pub(super) referred: List<EntityId, bool>,
    pub(super) found: usize,
    /// Whether there is no memory for more.
    pub(super) crowded: bool,
    notes: Vec<String>,
    /// References to records that were not read: entity, row as it came, field.
    pub(super) unresolved: Vec<(EntityId, usize, FieldId)>,
    watch: Option<&'a mut Watch<'a>>,
    /// Records since the beginning, for the watch.
    looked_at: u64,
    /// Whether the watch broke off.
    stopped: bool,
}

/// Records as far as they could be read: what is wrong in them counts as missing.
pub struct Draft {
    pub(crate) data: Dataset,
    pub(crate) problems: Vec<Diagnostic>,
    /// For each entity and row of the data, its place in its list.
    pub(crate) origins: List<EntityId, Vec<u32>>,
    /// References that were given, whatever they led to: entity, row, field.
    pub(crate) unresolved: Vec<(EntityId, usize, FieldId)>,
}

impl<'a> DatasetBuilder<'a> {
    pub fn new(schema: &Arc<Schema>, limits: &'a Limits, origins: Origins) -> DatasetBuilder<'a> {
        let buffers = schema.entities.iter().map(Buffer::new).collect();
        DatasetBuilder {
            schema: Arc::clone(schema),
            limits,
            findings: origins.findings(limits.diagnostics),
            origins,
            remarks: Remarks::default(),
            texts: Texts::default(),
            buffers,
            incomplete: vec![false; schema.entities.len()].into(),
            arrived: vec![false; schema.entities.len()].into(),
            orphans: vec![HashSet::new(); schema.entities.len()].into(),
            refused_keys: vec![Vec::new(); schema.entities.len()].into(),
            headings: Vec::new(),
            given: Vec::new(),
            programme: Given::default(),
            programme_line: 0,
            rows: 0,
            held: 0,
            most: 0,
            referred: DatasetBuilder::looked_up(schema),
            found: 0,
            crowded: false,
            notes: Vec::new(),
            unresolved: Vec::new(),
            watch: None,
            looked_at: 0,
            stopped: false,
        }
    }

    /// Has somebody watch; see [`Reading`](super::Reading).
    pub(super) fn watched(self, watch: &'a mut Watch<'a>) -> DatasetBuilder<'a> {
        DatasetBuilder { watch: Some(watch), ..self }
    }

    /// Says with every record how far reading is, in any measure; whoever has broken off is told no
    /// more.
    pub(crate) fn reached(&mut self, done: u64, total: u64) {
        self.looked_at += 1;
        if self.looked_at.is_multiple_of(LOOK_EVERY)
            && !self.stopped
            && let Some(watch) = &mut self.watch
        {
            self.stopped = watch(Progress { done, total }).is_break();
        }
    }

    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Reports a problem that a reader found.
    pub(crate) fn problem(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }

    /// Whether further problems of a document are only counted.
    pub(crate) fn has_enough(&self) -> bool {
        self.findings.is_full(None)
    }

    /// The key of this record was given, and refused: it is not reported as missing too.
    pub(super) fn refuse_key(&mut self, entity: EntityId, row: usize) {
        if let Some(rows) = self.refused_keys.get_mut(entity) {
            rows.push(row);
        }
    }

    /// Records of this entity could not be read, so references to it cannot be judged.
    pub(crate) fn incomplete(&mut self, entity: EntityId) {
        if let Some(flag) = self.incomplete.get_mut(entity) {
            *flag = true;
        }
    }

    /// The column and the heading under which a table gives a field, for messages.
    pub(crate) fn heading(&mut self, entity: EntityId, field: FieldId, column: usize, text: &str) {
        self.headings.push(((entity, field), column, guiju_model::text::show(text)));
    }

    /// The sheet that has the records of an entity.
    pub(super) fn sheet(&mut self, entity: EntityId, name: &str) {
        if let Origins::Sheets { names, .. } = &mut self.origins
            && let Some(own) = names.get_mut(entity)
        {
            *own = guiju_model::text::show(name);
        }
    }

    /// The records begun so far for an entity.
    pub fn count(&self, entity: EntityId) -> usize {
        self.buffers.get(entity).map_or(0, |buffer| buffer.roots.len())
    }

    /// A line on how the data was read.
    pub(crate) fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Whether the reader should stop: the row limit is reached, which is reported once, or whoever
    /// watches has broken off.
    pub(crate) fn is_full(&self) -> bool {
        self.stopped || self.crowded || self.rows > self.limits.rows
    }

    /// Sets a field of a record that was begun.
    pub fn set(&mut self, entity: EntityId, row: usize, field: FieldId, raw: &Raw<'_>) {
        self.offer(entity, row, field, raw);
    }

    /// Sets a field of a record that was begun; gives the code of what was wrong with the value.
    pub(super) fn offer(
        &mut self,
        entity: EntityId,
        row: usize,
        field: FieldId,
        raw: &Raw<'_>,
    ) -> Option<Code> {
        match self.read(entity, field, raw) {
            Ok(cell) => {
                self.look_closer(entity, row, field, raw, &cell);
                self.buffers[entity].columns[field].set(row, cell);
                None
            }
            Err(problem) => {
                if field == self.schema.entities[entity].key {
                    self.refuse_key(entity, row);
                }
                let place = self.place(entity, row, Some(field));
                Some(self.refused(entity, field, *problem, place))
            }
        }
    }

    /// What there is to say of a value that was taken.
    fn look_closer(
        &mut self,
        entity: EntityId,
        row: usize,
        field: FieldId,
        raw: &Raw<'_>,
        cell: &Option<Cell>,
    ) {
        let (of, at) =
            (Of::Field(entity, field), |builder: &Self| builder.place(entity, row, Some(field)));
        let unmarked = match (cell, &self.schema.entities[entity].fields[field].kind) {
            (Some(Cell::Number(share)), FieldKind::Percent) => amount::unmarked_share(raw, share),
            _ => None,
        };
        if let Some(remark) = unmarked {
            self.remark(of, remark, &at);
        }
        if let Some((_, c)) = cell::misleading(raw) {
            let name = self.schema.entities[entity].fields[field].name.clone();
            self.misleading(of, &name, c, &at);
        }
    }

    /// Checks a value of a record whose root is not known, so that everything wrong with its row is
    /// reported at once.
    pub(super) fn look_at(
        &mut self,
        entity: EntityId,
        origin: u32,
        field: FieldId,
        raw: &Raw<'_>,
    ) -> Option<Code> {
        let problem = self.read(entity, field, raw).err()?;
        let place = self.place_of(entity, origin, Some(field));
        Some(self.refused(entity, field, *problem, place))
    }

    /// The cell of a raw value, or why it is none.
    fn read(
        &mut self,
        entity: EntityId,
        field: FieldId,
        raw: &Raw<'_>,
    ) -> Result<Option<Cell>, Box<Diagnostic>> {
        let kind = &self.schema.entities[entity].fields[field].kind;
        cell::convert(raw, kind, &mut self.texts, self.limits.value_chars)
    }

    /// Reports a value that a field refused; gives its code.
    fn refused(
        &mut self,
        entity: EntityId,
        field: FieldId,
        problem: Diagnostic,
        place: DataPlace,
    ) -> Code {
        let code = problem.code;
        let schema = Arc::clone(&self.schema);
        self.report(problem, place, |_, problem| {
            match &schema.entities[entity].fields[field].kind {
                FieldKind::Choice(choices) | FieldKind::List(choices)
                    if code == Code::WrongChoice =>
                {
                    cell::nearest_choice(problem, choices)
                }
                _ => None,
            }
        });
        code
    }

    /// Reports a problem; `suggest` finds the nearest name, where it will be read.
    pub(super) fn report(
        &mut self,
        mut problem: Diagnostic,
        place: DataPlace,
        suggest: impl FnOnce(&Self, &Diagnostic) -> Option<String>,
    ) {
        if self.findings.repeats(&problem, &place) {
            return;
        }
        if !self.findings.is_full(Some(&place)) {
            problem.suggestion = suggest(self, &problem);
        }
        self.findings.push(problem.in_data(place));
    }

    /// Sets a target or previous value of a root, or of the programme where that is `None`; `at` is
    /// where it stands.
    pub fn kpi(
        &mut self,
        root: Option<usize>,
        previous: bool,
        name: &str,
        raw: &Raw<'_>,
        at: DataPlace,
    ) {
        self.offer_kpi(root, previous, name, raw, at);
    }

    /// The same; gives the code of what was wrong.
    pub(super) fn offer_kpi(
        &mut self,
        root: Option<usize>,
        previous: bool,
        name: &str,
        raw: &Raw<'_>,
        at: DataPlace,
    ) -> Option<Code> {
        let folded = guiju_model::text::fold(name);
        let list = Of::Kpis { programme: root.is_none(), previous };
        match self.kpi_or_wrong(root, previous, &folded, raw) {
            Ok(remark) => {
                if let Some(remark) = remark {
                    self.remark(list, remark, &|_| at.clone());
                }
                if let Some((_, c)) =
                    guiju_model::text::misleading(name).or_else(|| cell::misleading(raw))
                {
                    self.misleading(list, &folded, c, &|_| at.clone());
                }
                None
            }
            Err(wrong) => {
                let code = wrong.code;
                let unknown = code == Code::UnknownKpi;
                self.report(*wrong, at, |builder, _| {
                    let schema = &builder.schema;
                    let known: &[KpiSchema] =
                        if root.is_none() { &schema.programme_kpis } else { &schema.kpis };
                    guiju_model::text::nearest(&folded, known.iter().map(|kpi| kpi.name.as_str()))
                        .filter(|_| unknown)
                        .map(str::to_owned)
                });
                Some(code)
            }
        }
    }

    /// Says of a field or a list that a text in it has a character which misleads its reader.
    pub(super) fn misleading(
        &mut self,
        of: Of,
        name: &str,
        c: char,
        at: &dyn Fn(&Self) -> DataPlace,
    ) {
        let remark =
            Diagnostic::new(Code::MisleadingCharacter).arg(name).word(named(c)).word(treated(c));
        self.remark(of, remark, at);
    }

    /// Says something of a field or a list: once, whatever else of it would give reason to.
    fn remark(&mut self, of: Of, remark: Diagnostic, at: &dyn Fn(&Self) -> DataPlace) {
        if self.remarks.is_new(of, remark.code) {
            let place = at(self);
            self.remarks.add(of, remark.in_data(place));
        }
    }

    /// Sets it; a remark on the value, if there is one.
    fn kpi_or_wrong(
        &mut self,
        root: Option<usize>,
        previous: bool,
        name: &str,
        raw: &Raw<'_>,
    ) -> Result<Option<Diagnostic>, Box<Diagnostic>> {
        let schema = Arc::clone(&self.schema);
        let programme = root.is_none();
        let Some((kpi, shape)) =
            schema.kpi_of(programme, name).and_then(|kpi| Some((kpi, schema.kpi_at(kpi)?)))
        else {
            return Err(Box::new(if schema.kpi_of(!programme, name).is_some() {
                let own = if programme {
                    schema.root_entity().label.clone()
                } else {
                    Localized::new("整體計畫", "the programme")
                };
                Diagnostic::new(Code::WrongKpiScope).arg(name).word(own)
            } else {
                Diagnostic::new(Code::UnknownKpi).arg(name)
            }));
        };
        let Some(value) = amount::kpi_number(raw, shape, self.limits.value_chars)? else {
            return Ok(None);
        };
        let given = root.map_or(&mut self.programme, |root| &mut self.given[root]);
        let pairs = if previous { &mut given.previous } else { &mut given.targets };
        match pairs.binary_search_by_key(&kpi, |(index, _)| *index) {
            Err(slot) => {
                let odd = if shape.unit == Unit::Ratio {
                    amount::unmarked_share(raw, &value)
                } else {
                    None
                };
                pairs.insert(slot, (kpi, value));
                self.holds_kpi();
                Ok(odd)
            }
            Ok(_) => Err(Box::new(Diagnostic::new(Code::DuplicateField).arg(name))),
        }
    }

    /// Adds an evidence id to a register if it is a text that no field would refuse; `at` is where
    /// it stands.
    pub(crate) fn evidence(&mut self, root: usize, register: Register, id: &str, at: DataPlace) {
        match cell::hostile(&Raw::Text(id), self.limits.value_chars) {
            Some(problem) => self.findings.push(problem.in_data(at)),
            None => {
                if let Some((_, c)) = guiju_model::text::misleading(id) {
                    self.misleading(Of::Register(register), register.name(), c, &|_| at.clone());
                }
                self.register(root, register, id);
            }
        }
    }

    /// Adds an evidence id to a register.
    pub fn register(&mut self, root: usize, register: Register, id: &str) {
        let id = self.texts.intern(id);
        let id = self.texts.folded(id);
        self.holds_evidence();
        let given = &mut self.given[root];
        match register {
            Register::Reviewed => given.reviewed.push(id),
            Register::Elsewhere => given.elsewhere.push(id),
        }
    }

    /// Sorts, resolves references, and checks keys; the dataset, or every problem found since the
    /// beginning.
    pub fn finish(mut self) -> Result<Dataset, DataError> {
        if self.stopped || self.crowded {
            return Err(self.findings.finish().into());
        }
        self.complete();
        if self.findings.has_errors() {
            return Err(self.findings.finish().into());
        }
        if !matches!(self.origins, Origins::Test) {
            self.check_period();
            self.check_arrived();
        }
        let warnings = std::mem::take(&mut self.findings).finish();
        Ok(Dataset { warnings, ..self.into_dataset() })
    }

    /// The same of records in the making: there is a dataset whatever was found.
    pub(crate) fn finish_draft(mut self) -> Draft {
        self.complete();
        let problems = std::mem::take(&mut self.findings).finish();
        let origins = self
            .buffers
            .iter()
            .map(|buffer| {
                buffer.sorted().into_iter().map(|row| buffer.origins[row as usize]).collect()
            })
            .collect();
        let unresolved = std::mem::take(&mut self.unresolved);
        Draft { data: self.into_dataset(), problems, origins, unresolved }
    }

    /// What can be found only when all records are read.
    fn complete(&mut self) {
        // Rules read its fields; where it was not given, all of them are missing.
        if let Some(entity) = self.schema.programme.filter(|entity| self.count(*entity) == 0) {
            self.push(entity, 0, NOBODY, 0);
        }
        // What refers to a record whose key was refused does not find it, and it is no fault of its
        // own.
        for (flag, refused) in self.incomplete.iter_mut().zip(&self.refused_keys) {
            *flag |= !refused.is_empty();
        }
        self.settle_parents();
        self.check_keys();
        self.resolve();
        self.check_scales();
        std::mem::take(&mut self.remarks).list().for_each(|remark| self.findings.push(remark));
    }

    fn into_dataset(mut self) -> Dataset {
        let roots = self.given.len();
        for given in &mut self.given {
            for register in [&mut given.reviewed, &mut given.elsewhere] {
                sort(register, &mut u32::cmp);
            }
        }
        let tables = std::mem::take(&mut self.buffers)
            .into_iter()
            .enumerate()
            // What belongs to the programme belongs to none of the roots.
            .map(|(index, buffer)| {
                let index = EntityId::new(index);
                buffer.into_table(if self.schema.is_of_programme(index) { 1 } else { roots })
            })
            .collect();
        let given = Arc::new(self.given.into_iter().map(Arc::new).collect());
        let (tables, texts, programme) =
            (Arc::new(tables), Arc::new(self.texts), Arc::new(self.programme));
        let lists = Lists::without(self.incomplete);
        Dataset {
            schema: self.schema,
            tables,
            texts,
            given,
            programme,
            renumbered: None,
            lists,
            earlier: Vec::new(),
            told: None,
            so_far: None,
            warnings: Vec::new(),
            notes: self.notes,
        }
    }
}
