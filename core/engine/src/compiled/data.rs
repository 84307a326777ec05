//! Datasets as bytes, for hosts that hand results to other processes.
//!
//! The form is that of compiled packs (`wire`): bytes carry the version of the engine, are read
//! within what they hold, and every index in them is looked at, so that damaged ones are refused.
//! Warnings stay behind: they name places in files that are not here. Not here: the data that
//! people write, which the readers of `data` take.

use std::sync::Arc;

use super::wire::{Reader, Wire, Writer};
use super::{CompiledError, sealed, unsealed, version};
use crate::data::lists::Lists;
use crate::data::{Column, Dataset, Digests, Given, Table, Texts, Values};
use guiju_model::index::{EntityId, KpiId, List};
use guiju_model::schema::{FieldKind, Schema};

/// What every dataset begins with.
const MAGIC: &[u8] = b"\0data";

/// Bytes that cannot be used as data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackedError {
    /// Another version of the engine wrote them.
    #[error(
        "the data was written by version {found} of the engine, which is {own} here; judge it again there, or read it anew"
    )]
    Version {
        /// The version that wrote it.
        found: String,
        /// The version that reads it.
        own: String,
    },
    /// They are no dataset, or one of another pack, or not a whole one.
    #[error("these bytes are no data of this pack, or damaged; read the data anew")]
    Damaged,
}

impl From<CompiledError> for PackedError {
    fn from(error: CompiledError) -> PackedError {
        match error {
            CompiledError::Version { found } => PackedError::Version { found, own: version() },
            // Nothing bounds it: the bytes are one's own.
            CompiledError::Damaged | CompiledError::TooLarge { .. } => PackedError::Damaged,
        }
    }
}

impl Dataset {
    /// The records as bytes, for [`Dataset::from_bytes`] of the same version.
    ///
    /// ```
    /// use guiju::{Dataset, Limits, Parsed, Source};
    /// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let data = pack.read_json(r#"{"shops": [{"id": "S1", "fee": 100}]}"#, None, &limits).expect("sound data");
    /// let again = Dataset::from_bytes(&data.to_bytes(), pack.schema())?;
    /// assert_eq!(pack.evaluate(&again, &limits)?.outcome(), pack.evaluate(&data, &limits)?.outcome());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new(Vec::new());
        self.tables.write(&mut to);
        self.texts.all().map(str::to_owned).collect::<Vec<_>>().write(&mut to);
        self.given.len().write(&mut to);
        self.given.iter().chain([&self.programme]).for_each(|given| given.write(&mut to));
        self.renumbered.as_deref().cloned().write(&mut to);
        self.earlier.write(&mut to);
        let told = self.told.as_deref().cloned();
        told.map(|told| (told.programme, told.roots)).write(&mut to);
        self.notes.write(&mut to);
        self.lists.absent().clone().write(&mut to);
        sealed(MAGIC, to)
    }

    /// Data that [`Dataset::to_bytes`] wrote, for packs with the schema it was read by.
    ///
    /// # Errors
    /// [`PackedError`] for bytes of another version, and for what is no dataset of this schema.
    pub fn from_bytes(bytes: &[u8], schema: &Arc<Schema>) -> Result<Dataset, PackedError> {
        let mut from = Reader::new(unsealed(MAGIC, bytes)?, 1, u64::MAX);
        let tables = List::<EntityId, Table>::read(&mut from);
        let mut texts = Texts::default();
        let written = Vec::<String>::read(&mut from);
        // A text follows the form it is compared by, so that each gets its own number again.
        let numbered =
            written.iter().enumerate().all(|(number, text)| texts.intern(text) as usize == number);
        let roots = usize::read(&mut from);
        let mut given = Vec::new();
        while given.len() < roots && !from.has_failed() {
            given.push(Arc::new(Given::read(&mut from)));
        }
        let programme = Arc::new(Given::read(&mut from));
        let renumbered = Option::<List<KpiId, Option<KpiId>>>::read(&mut from).map(Arc::new);
        let earlier = Wire::read(&mut from);
        let told = Option::<(String, Vec<String>)>::read(&mut from)
            .map(|(programme, roots)| Arc::new(Digests { programme, roots }));
        let notes = Wire::read(&mut from);
        let absent = List::<EntityId, bool>::read(&mut from);
        let told_of_each = absent.len() == schema.entities.len();
        let lists = Lists::without(absent);
        let (schema, tables, texts) = (Arc::clone(schema), Arc::new(tables), Arc::new(texts));
        let data = Dataset {
            schema,
            tables,
            texts,
            given: Arc::new(given),
            programme,
            renumbered,
            lists,
            earlier,
            told,
            so_far: None,
            warnings: Vec::new(),
            notes,
        };
        if numbered && told_of_each && from.is_done() && data.is_sound() {
            Ok(data)
        } else {
            Err(PackedError::Damaged)
        }
    }
}

impl Wire for Table {
    fn write(&self, to: &mut Writer) {
        self.rows.write(to);
        self.offsets.write(to);
        self.columns.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Table {
        Table { rows: Wire::read(from), offsets: Wire::read(from), columns: Wire::read(from) }
    }
}

impl Wire for Column {
    fn write(&self, to: &mut Writer) {
        self.valid.write(to);
        match &self.values {
            Values::Bool(values) => tagged(to, 0, values),
            Values::Narrow { mantissas, scale } => {
                tagged(to, 1, mantissas);
                scale.write(to);
            }
            Values::Wide { mantissas, scale } => {
                tagged(to, 2, mantissas);
                scale.write(to);
            }
            Values::Date(days) => tagged(to, 3, days),
            Values::Period { starts, ends } => {
                tagged(to, 4, starts);
                ends.write(to);
            }
            Values::Text(ids) => tagged(to, 5, ids),
            Values::Choice(values) => tagged(to, 6, values),
            Values::List(sets) => tagged(to, 7, sets),
            Values::Row(rows) => tagged(to, 8, rows),
        }
    }

    fn read(from: &mut Reader<'_>) -> Column {
        let valid = Wire::read(from);
        let values = match from.byte() {
            0 => Values::Bool(Wire::read(from)),
            1 => Values::Narrow { mantissas: Wire::read(from), scale: Wire::read(from) },
            2 => Values::Wide { mantissas: Wire::read(from), scale: Wire::read(from) },
            3 => Values::Date(Wire::read(from)),
            4 => Values::Period { starts: Wire::read(from), ends: Wire::read(from) },
            5 => Values::Text(Wire::read(from)),
            6 => Values::Choice(Wire::read(from)),
            7 => Values::List(Wire::read(from)),
            tag => {
                if tag != 8 {
                    from.fail();
                }
                Values::Row(Wire::read(from))
            }
        };
        Column { valid, values }
    }
}

fn tagged<T: Wire>(to: &mut Writer, tag: u8, values: &Vec<T>) {
    to.byte(tag);
    values.write(to);
}

impl Wire for Given {
    fn write(&self, to: &mut Writer) {
        self.targets.write(to);
        self.previous.write(to);
        self.brought.write(to);
        self.reviewed.write(to);
        self.elsewhere.write(to);
        self.counted.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Given {
        Given {
            targets: Wire::read(from),
            previous: Wire::read(from),
            brought: Wire::read(from),
            reviewed: Wire::read(from),
            elsewhere: Wire::read(from),
            counted: Wire::read(from),
        }
    }
}

/// Decimals that a number of a column may have; readers take fewer.
const MOST_DECIMALS: u32 = 28;

impl Dataset {
    /// Whether it is such as readers make it, as far as evaluation relies on it.
    fn is_sound(&self) -> bool {
        let (schema, roots) = (&self.schema, self.given.len());
        let entities = schema.entities.entries().zip(self.tables.iter());
        let total = schema.kpis.len() + schema.programme_kpis.len();
        let register = |ids: &[u32]| ids.is_sorted() && ids.iter().all(|id| self.is_text(*id));
        self.tables.len() == schema.entities.len()
            && entities.into_iter().all(|((index, entity), table)| {
                // What belongs to the programme belongs to none of the roots.
                let owners = if schema.is_of_programme(index) { 1 } else { roots };
                let ends = table.offsets.first() == Some(&0)
                    && table.offsets.last().is_some_and(|end| *end as usize == table.rows);
                let own = index != schema.root
                    || table
                        .offsets
                        .iter()
                        .enumerate()
                        .all(|(root, offset)| root == *offset as usize);
                let fields = || {
                    entity
                        .fields
                        .iter()
                        .zip(&table.columns)
                        .all(|(field, column)| self.is_column(index, &field.kind, column))
                };
                table.offsets.len() == owners + 1
                    && table.offsets.is_sorted()
                    && ends
                    && own
                    && table.columns.len() == entity.fields.len()
                    && fields()
            })
            && self.given.iter().chain([&self.programme]).all(|given| {
                let pairs = [&given.targets, &given.previous];
                let known = pairs.iter().all(|pairs| {
                    pairs.is_sorted_by(|a, b| a.0 < b.0)
                        && pairs.iter().all(|(kpi, _)| kpi.index() < total)
                });
                known
                    && register(&given.reviewed)
                    && register(&given.elsewhere)
                    && given.counted.is_sorted()
            })
    }

    fn is_text(&self, id: u32) -> bool {
        (id as usize) < self.texts.len()
    }

    /// Whether a column has a value for every row, of the kind of its field; what a row without a
    /// value has is nothing that leads anywhere.
    fn is_column(&self, entity: EntityId, kind: &FieldKind, column: &Column) -> bool {
        let Some(rows) = self.tables.get(entity).map(|table| table.rows) else { return false };
        let last = column.valid.last().copied().unwrap_or(0);
        let beyond = if rows.is_multiple_of(64) { 0 } else { last >> (rows % 64) };
        if column.valid.len() != rows.div_ceil(64) || beyond != 0 {
            return false;
        }
        let known = |row: usize| column.is_known(row);
        let each = |ids: &[u32], leads: &dyn Fn(usize, u32) -> bool| {
            ids.len() == rows
                && ids
                    .iter()
                    .enumerate()
                    .all(|(row, id)| if known(row) { leads(row, *id) } else { *id == 0 })
        };
        match (&column.values, kind) {
            (Values::Bool(values), FieldKind::Bool) => values.len() == rows,
            (Values::Date(days), FieldKind::Date) => days.len() == rows,
            (Values::Period { starts, ends }, FieldKind::Period) => {
                starts.len() == rows && ends.len() == rows
            }
            (Values::Narrow { mantissas, scale }, kind) if kind.is_number() => {
                mantissas.len() == rows && *scale <= MOST_DECIMALS
            }
            (Values::Wide { mantissas, scale }, kind) if kind.is_number() => {
                mantissas.len() == rows && *scale <= MOST_DECIMALS
            }
            (Values::Text(ids), FieldKind::Text) => each(ids, &|_, id| self.is_text(id)),
            (Values::Choice(values), FieldKind::Choice(choices)) => {
                values.len() == rows
                    && values.iter().all(|value| usize::from(*value) < choices.values.len())
            }
            (Values::List(sets), FieldKind::List(choices)) => {
                let most = choices.values.len();
                sets.len() == rows && (most >= 128 || sets.iter().all(|set| set >> most == 0))
            }
            // Records refer to those that all roots share, or to records of their own root.
            (Values::Row(ids), FieldKind::Reference(target)) if self.schema.is_shared(*target) => {
                let shared = self.tables.get(*target).map_or(0, |table| table.rows);
                each(ids, &|_, id| (id as usize) < shared)
            }
            (Values::Row(ids), FieldKind::Reference(target)) => each(ids, &|row, id| {
                self.rows_of(*target, self.root_of(entity, row)).contains(&(id as usize))
            }),
            _ => false,
        }
    }
}
