//! Records one at a time to sorted, resolved columns. Every reader of data goes through here, so that all are equally strict.

use std::collections::HashMap;
use std::sync::Arc;

use super::cell::{self, Raw};
use super::column::{Cell, Column, Texts, Values};
use super::{Dataset, Given, Table};
use crate::date::Date;
use crate::diagnostic::{Code, DataPlace, Diagnostic, Findings};
use crate::limits::Limits;
use crate::plan::Register;
use crate::schema::{FieldKind, Schema};
use crate::text::Localized;

/// How places in the data are named.
#[derive(Clone, Debug)]
pub(crate) enum Origins {
    /// One JSON document: JSON pointers.
    Json { file: Option<String> },
    /// One root a line: the line, and a pointer within it.
    JsonLines { file: Option<String> },
    /// A file for each entity: file, line and column.
    Tables { files: Vec<String> },
    /// A test in a rule file.
    Test,
}

/// A dataset in the making.
pub(crate) struct DatasetBuilder<'a> {
    schema: Arc<Schema>,
    limits: &'a Limits,
    origins: Origins,
    findings: Findings,
    texts: Texts,
    buffers: Vec<Buffer>,
    given: Vec<Given>,
    rows: usize,
    notes: Vec<String>,
}

/// The records of one entity as they came.
struct Buffer {
    /// The root of each record, and where it stood: an index or a line.
    roots: Vec<u32>,
    origins: Vec<u32>,
    /// One list for each field.
    cells: Vec<Vec<Option<Cell>>>,
}

impl<'a> DatasetBuilder<'a> {
    pub(crate) fn new(schema: &Arc<Schema>, limits: &'a Limits, origins: Origins) -> DatasetBuilder<'a> {
        let buffers = schema
            .entities
            .iter()
            .map(|entity| Buffer { roots: Vec::new(), origins: Vec::new(), cells: vec![Vec::new(); entity.fields.len()] })
            .collect();
        DatasetBuilder {
            schema: Arc::clone(schema),
            limits,
            origins,
            findings: Findings::new(limits.diagnostics),
            texts: Texts::default(),
            buffers,
            given: Vec::new(),
            rows: 0,
            notes: Vec::new(),
        }
    }

    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Reports a problem that a reader found.
    pub(crate) fn problem(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }

    /// A line on how the data was read.
    pub(crate) fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Whether the row limit is reached; reported once, and the reader should stop.
    pub(crate) fn is_full(&self) -> bool {
        self.rows > self.limits.rows
    }

    /// Begins a root record; `origin` is its index or line.
    pub(crate) fn root(&mut self, origin: u32) -> usize {
        let root = self.given.len();
        self.given.push(Given::default());
        self.push(self.schema.root, root, origin);
        root
    }

    /// Begins a record of a root; `origin` is its index in its list, or its line.
    pub(crate) fn record(&mut self, entity: usize, root: usize, origin: u32) -> usize {
        self.push(entity, root, origin)
    }

    fn push(&mut self, entity: usize, root: usize, origin: u32) -> usize {
        self.rows += 1;
        if self.rows == self.limits.rows + 1 {
            let limit = self.limits.rows;
            self.findings
                .push(Diagnostic::new(Code::DataTooLarge).word(Localized::new(format!("{limit} 筆資料"), format!("{limit} records"))));
        }
        let buffer = &mut self.buffers[entity];
        buffer.roots.push(root as u32);
        buffer.origins.push(origin);
        for cells in &mut buffer.cells {
            cells.push(None);
        }
        buffer.roots.len() - 1
    }

    /// Sets a field of a record that was begun.
    pub(crate) fn set(&mut self, entity: usize, row: usize, field: usize, raw: &Raw<'_>) {
        let kind = &self.schema.entities[entity].fields[field].kind;
        match cell::convert(raw, kind, &mut self.texts, self.limits.value_chars) {
            Ok(cell) => self.buffers[entity].cells[field][row] = cell,
            Err(diagnostic) => {
                let place = self.place(entity, row, Some(field));
                self.findings.push(diagnostic.in_data(place));
            }
        }
    }

    /// Sets a target or previous value; `at` is where it stands.
    pub(crate) fn kpi(&mut self, root: usize, previous: bool, name: &str, raw: &Raw<'_>, at: DataPlace) {
        let name = crate::text::fold(name);
        let Some(kpi) = self.schema.kpi(&name) else {
            let nearest = crate::text::nearest(&name, self.schema.kpis.iter().map(|kpi| kpi.name.as_str()));
            self.findings.push(Diagnostic::new(Code::UnknownKpi).arg(&name).suggest(nearest).in_data(at));
            return;
        };
        match cell::kpi_number(raw, &self.schema.kpis[kpi].unit) {
            Ok(None) => {}
            Ok(Some(value)) => {
                let given = &mut self.given[root];
                let pairs = if previous { &mut given.previous } else { &mut given.targets };
                match pairs.binary_search_by_key(&kpi, |(index, _)| *index) {
                    Err(slot) => pairs.insert(slot, (kpi, value)),
                    Ok(_) => self.findings.push(Diagnostic::new(Code::DuplicateField).arg(&name).in_data(at)),
                }
            }
            Err(diagnostic) => self.findings.push(diagnostic.in_data(at)),
        }
    }

    /// Adds an evidence id to a register.
    pub(crate) fn register(&mut self, root: usize, register: Register, id: &str) {
        let id = self.texts.intern(id);
        let id = self.texts.folded(id);
        let given = &mut self.given[root];
        match register {
            Register::Reviewed => given.reviewed.push(id),
            Register::Elsewhere => given.elsewhere.push(id),
        }
    }

    /// Where a field of a record stands in the data.
    pub(crate) fn place(&self, entity: usize, row: usize, field: Option<usize>) -> DataPlace {
        let buffer = &self.buffers[entity];
        let (root, origin) = (buffer.roots[row], buffer.origins[row]);
        let schema = &self.schema.entities[entity];
        let field = field.map(|field| schema.fields[field].name.as_str());
        let within = |prefix: String| {
            let record = if schema.child { format!("{prefix}/{}/{origin}", schema.name) } else { prefix };
            field.map_or(record.clone(), |field| format!("{record}/{field}"))
        };
        match &self.origins {
            Origins::Json { file } => DataPlace {
                file: file.clone(),
                pointer: Some(within(format!("/{}s/{root}", self.schema.root_entity().name))),
                ..DataPlace::default()
            },
            Origins::JsonLines { file } => {
                let line = self.buffers[self.schema.root].origins[root as usize];
                DataPlace { file: file.clone(), line: Some(u64::from(line)), pointer: Some(within(String::new())), column: None }
            }
            Origins::Tables { files } => DataPlace {
                file: files.get(entity).cloned(),
                line: Some(u64::from(origin)),
                column: field.map(str::to_owned),
                pointer: None,
            },
            Origins::Test => DataPlace { pointer: Some(within(format!("/{root}"))), ..DataPlace::default() },
        }
    }

    /// Sorts, resolves references, and checks keys; the dataset, or every problem found since the beginning.
    pub(crate) fn finish(mut self) -> Result<Dataset, Vec<Diagnostic>> {
        self.check_keys();
        let lookups = self.lookups();
        self.resolve(&lookups);
        if self.findings.has_errors() {
            return Err(self.findings.finish());
        }
        let roots = self.given.len();
        for given in &mut self.given {
            given.reviewed.sort_unstable();
            given.elsewhere.sort_unstable();
        }
        let schema = Arc::clone(&self.schema);
        let tables = std::mem::take(&mut self.buffers)
            .into_iter()
            .zip(&schema.entities)
            .map(|(buffer, entity)| {
                let kinds: Vec<&FieldKind> = entity.fields.iter().map(|field| &field.kind).collect();
                buffer.into_table(roots, &kinds)
            })
            .collect();
        let warnings = self.findings.finish();
        Ok(Dataset { schema: self.schema, tables, texts: self.texts, given: self.given, warnings, notes: self.notes })
    }

    fn check_keys(&mut self) {
        for entity in 0..self.buffers.len() {
            let key = self.schema.entities[entity].key;
            let mut seen: HashMap<(u32, u32), usize> = HashMap::new();
            for row in 0..self.buffers[entity].roots.len() {
                let buffer = &self.buffers[entity];
                let Some(Cell::Text(id)) = buffer.cells[key][row] else {
                    let place = self.place(entity, row, None);
                    // A key of the wrong type has been reported already, at the field.
                    let field_place = self.place(entity, row, Some(key));
                    if !self.findings.mentions(&field_place) {
                        let name = self.schema.entities[entity].fields[key].name.clone();
                        self.findings.push(Diagnostic::new(Code::MissingKey).arg(name).in_data(place));
                    }
                    continue;
                };
                // Keys of children are unique within their root, keys of roots among all.
                let scope = if self.schema.entities[entity].child { buffer.roots[row] } else { 0 };
                if let Some(first) = seen.insert((scope, self.texts.folded(id)), row) {
                    let first_place = self.place(entity, first, None).show();
                    let diagnostic = Diagnostic::new(Code::DuplicateKey)
                        .arg(&self.schema.entities[entity].name)
                        .arg(self.texts.text(id))
                        .note(format!("第一筆在 {first_place}"), format!("the first is at {first_place}"));
                    let place = self.place(entity, row, Some(key));
                    self.findings.push(diagnostic.in_data(place));
                }
            }
        }
    }

    /// For each entity: rows after sorting by root, by root and folded key.
    fn lookups(&self) -> Vec<HashMap<(u32, u32), u32>> {
        let referred: Vec<usize> = self
            .schema
            .entities
            .iter()
            .flat_map(|entity| &entity.fields)
            .filter_map(|field| if let FieldKind::Reference(target) = field.kind { Some(target) } else { None })
            .collect();
        (0..self.buffers.len())
            .map(|entity| {
                let mut lookup = HashMap::new();
                if referred.contains(&entity) {
                    let buffer = &self.buffers[entity];
                    let key = self.schema.entities[entity].key;
                    for (sorted, row) in buffer.sorted().into_iter().enumerate() {
                        if let Some(Cell::Text(id)) = buffer.cells[key][row] {
                            lookup.insert((buffer.roots[row], self.texts.folded(id)), sorted as u32);
                        }
                    }
                }
                lookup
            })
            .collect()
    }

    fn resolve(&mut self, lookups: &[HashMap<(u32, u32), u32>]) {
        let schema = Arc::clone(&self.schema);
        for (entity, shape) in schema.entities.iter().enumerate() {
            for (field, description) in shape.fields.iter().enumerate() {
                let FieldKind::Reference(target) = description.kind else { continue };
                for row in 0..self.buffers[entity].roots.len() {
                    let Some(Cell::Text(id)) = self.buffers[entity].cells[field][row] else { continue };
                    let root = self.buffers[entity].roots[row];
                    let found = lookups[target].get(&(root, self.texts.folded(id))).copied();
                    self.buffers[entity].cells[field][row] = found.map(Cell::Row);
                    if found.is_none() {
                        self.report_dangling(entity, row, field, target, id);
                    }
                }
            }
        }
    }

    fn report_dangling(&mut self, entity: usize, row: usize, field: usize, target: usize, id: u32) {
        let target_entity = &self.schema.entities[target];
        let root = self.buffers[entity].roots[row];
        let buffer = &self.buffers[target];
        let known: Vec<&str> = (0..buffer.roots.len())
            .filter(|other| buffer.roots[*other] == root)
            .filter_map(|other| match buffer.cells[target_entity.key][other] {
                Some(Cell::Text(id)) => Some(self.texts.text(id)),
                _ => None,
            })
            .collect();
        let text = self.texts.text(id);
        let diagnostic = Diagnostic::new(Code::Dangling)
            .arg(text)
            .word(target_entity.label.clone())
            .suggest(crate::text::nearest(text, known).map(str::to_owned).as_deref());
        let place = self.place(entity, row, Some(field));
        self.findings.push(diagnostic.in_data(place));
    }
}

impl Buffer {
    /// The rows in order of their root, otherwise as they came.
    fn sorted(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.roots.len()).collect();
        order.sort_by_key(|row| self.roots[*row]);
        order
    }

    fn into_table(self, roots: usize, kinds: &[&FieldKind]) -> Table {
        let order = self.sorted();
        let mut offsets = vec![0_u32; roots + 1];
        for root in &self.roots {
            offsets[*root as usize + 1] += 1;
        }
        for root in 0..roots {
            offsets[root + 1] += offsets[root];
        }
        let columns = self.cells.iter().zip(kinds).map(|(cells, kind)| column(cells, &order, kind)).collect();
        Table { rows: order.len(), offsets, columns }
    }
}

fn column(cells: &[Option<Cell>], order: &[usize], kind: &FieldKind) -> Column {
    let mut valid = vec![0_u64; order.len().div_ceil(64)];
    let sorted: Vec<Option<Cell>> = order.iter().map(|row| cells[*row]).collect();
    for (row, cell) in sorted.iter().enumerate() {
        valid[row / 64] |= u64::from(cell.is_some()) << (row % 64);
    }
    macro_rules! gather {
        ($pattern:pat => $value:expr, $default:expr) => {
            sorted.iter().map(|cell| if let Some($pattern) = cell { $value } else { $default }).collect()
        };
    }
    let values = match kind {
        FieldKind::Text => Values::Text(gather!(Cell::Text(id) => *id, 0)),
        FieldKind::Bool => Values::Bool(gather!(Cell::Bool(value) => *value, false)),
        FieldKind::Date => Values::Date(gather!(Cell::Date(Date(days)) => *days, 0)),
        FieldKind::Period => Values::Period {
            starts: gather!(Cell::Period(period) => period.start.0, 0),
            ends: gather!(Cell::Period(period) => period.end.0, 0),
        },
        FieldKind::Choice(_) => Values::Choice(gather!(Cell::Choice(value) => *value, 0)),
        FieldKind::List(_) => Values::List(gather!(Cell::List(set) => *set, 0)),
        FieldKind::Reference(_) => Values::Row(gather!(Cell::Row(row) => *row, 0)),
        FieldKind::Money | FieldKind::Int | FieldKind::Percent | FieldKind::Range(..) => numbers(&sorted),
    };
    Column { valid, values }
}

/// Numbers at the least common scale. Cells have at most 28 digits and 12 decimals, so a mantissa always fits 128 bits.
fn numbers(sorted: &[Option<Cell>]) -> Values {
    let parts: Vec<(i128, u32)> =
        sorted.iter().map(|cell| if let Some(Cell::Number(value)) = cell { value.as_scaled().unwrap_or((0, 0)) } else { (0, 0) }).collect();
    let scale = parts.iter().map(|(_, scale)| *scale).max().unwrap_or(0);
    let mantissas: Vec<i128> = parts.into_iter().map(|(mantissa, own)| mantissa * 10_i128.pow(scale - own)).collect();
    match mantissas.iter().map(|mantissa| i64::try_from(*mantissa)).collect::<Result<Vec<i64>, _>>() {
        Ok(mantissas) => Values::Narrow { mantissas, scale },
        Err(_) => Values::Wide { mantissas, scale },
    }
}
