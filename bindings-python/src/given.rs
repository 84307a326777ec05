//! The data of a result, as it was read: a table for each entity, and those of what is given beside
//! records.
//!
//! Read back, these tables are the same data. Not here: verdicts on records (`tables`).

use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{Date32Array, RecordBatch, new_null_array};
use arrow_schema::{ArrowError, DECIMAL128_MAX_PRECISION, DataType};
use guiju::{Cell, Dataset, Date, EntityId, Exact, FieldKind, KpiId, KpiSchema, Period, Register};

use crate::columns::{Columns, DECIMAL, Numbers, SCALE, Texts, fits};
use crate::result::Judged;

/// The tables of what is given beside records.
pub(crate) const BESIDE: [&str; 4] = ["targets", "previous", "reviewed", "elsewhere"];

/// The records of an entity: the key of the root, then its fields.
pub(crate) fn records(judged: &Judged, entity: EntityId) -> Result<RecordBatch, ArrowError> {
    columns(judged, entity, &(0..judged.evaluation.data().tables[entity].rows).collect::<Vec<_>>())?
        .done()
}

/// The columns of some of its rows.
pub(crate) fn columns(
    judged: &Judged,
    entity: EntityId,
    rows: &[usize],
) -> Result<Columns, ArrowError> {
    let data = judged.evaluation.data();
    let shape = &data.schema.entities[entity];
    let mut columns = Columns::new();
    // A field of that name would hide it; such data has no table form that names its root.
    if shape.child && shape.fields.iter().all(|field| field.name != judged.root_name()) {
        let mut root = Texts::default();
        rows.iter().for_each(|row| root.push(data.root_key(data.root_of(entity, *row))));
        columns = columns.add(judged.root_name(), root.done());
    }
    // What a record belongs to below the root, each by its own key.
    for (level, field) in shape.parents().enumerate() {
        let mut keys = Texts::default();
        rows.iter().for_each(|row| keys.maybe(data.own_keys(entity, *row).nth(level + 1)));
        columns = columns.add(&shape.fields[field].name, keys.done());
    }
    for at in shape.declared() {
        let field = &shape.fields[at];
        let cells = rows.iter().map(|row| data.cell(entity, at, *row));
        columns = match &field.kind {
            FieldKind::Period => {
                let (starts, ends): (Vec<_>, Vec<_>) = cells
                    .map(|cell| period(cell).map(|of| (day(of.start), day(of.end))).unzip())
                    .unzip();
                let (starts, ends) = (Date32Array::from(starts), Date32Array::from(ends));
                columns
                    .add(&format!("{}_start", field.name), Arc::new(starts))
                    .add(&format!("{}_end", field.name), Arc::new(ends))
            }
            FieldKind::Bool => {
                let mut values = BooleanBuilder::with_capacity(rows.len());
                cells.for_each(|cell| {
                    values.append_option(if let Some(Cell::Bool(value)) = cell {
                        Some(value)
                    } else {
                        None
                    })
                });
                columns.add(&field.name, Arc::new(values.finish()))
            }
            FieldKind::Date => {
                let days = cells
                    .map(|cell| if let Some(Cell::Date(of)) = cell { Some(day(of)) } else { None });
                columns.add(&field.name, Arc::new(days.collect::<Date32Array>()))
            }
            kind if kind.is_number() => {
                let numbers = cells.map(|cell| {
                    if let Some(Cell::Number(value)) = cell { Some(value) } else { None }
                });
                columns.add(&field.name, as_read(&numbers.collect::<Vec<_>>())?)
            }
            kind => {
                let mut texts = Texts::default();
                cells.for_each(|cell| texts.maybe(cell.map(|cell| text(data, kind, &cell))));
                columns.add(&field.name, texts.done())
            }
        };
    }
    Ok(columns)
}

fn day(date: Date) -> i32 {
    date.epoch_days()
}

fn period(cell: Option<Cell>) -> Option<Period> {
    if let Some(Cell::Period(period)) = cell { Some(period) } else { None }
}

/// A value as data writes it; of a list `;` stands between its values.
pub(crate) fn text(data: &Dataset, kind: &FieldKind, cell: &Cell) -> String {
    match (kind, cell) {
        (_, Cell::Text(id)) => data.texts.text(*id).to_owned(),
        (FieldKind::Choice(choices), Cell::Choice(value)) => choices
            .values
            .get(usize::from(*value))
            .map_or_else(String::new, |value| value.name.clone()),
        (FieldKind::List(choices), Cell::List(set)) => {
            let chosen = choices.values.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
            chosen.map(|(_, value)| value.name.as_str()).collect::<Vec<_>>().join(";")
        }
        (FieldKind::Reference(entity), Cell::Row(row)) => {
            data.record_key(*entity, *row as usize).into_owned()
        }
        (_, Cell::Bool(value)) => value.to_string(),
        (_, Cell::Number(value)) => value.to_plain().unwrap_or_else(|| value.to_fraction()),
        (_, Cell::Date(date)) => date.to_string(),
        (_, Cell::Period(period)) => format!("{}..{}", period.start, period.end),
        _ => String::new(),
    }
}

/// Numbers with all of their decimals: with more than six where any of them has more, and with
/// fewer where they would not fit.
fn as_read(numbers: &[Option<Exact>]) -> Result<arrow_array::ArrayRef, ArrowError> {
    let scaled = |number: &Exact| number.as_scaled();
    let known = || numbers.iter().flatten().map(scaled);
    let own = known().map(|scaled| scaled.map_or(0, |(_, scale)| scale)).max().unwrap_or(0);
    let at = |(mantissa, scale): (i128, u32), wanted: u32| {
        10_i128
            .checked_pow(wanted.checked_sub(scale)?)
            .and_then(|factor| mantissa.checked_mul(factor))
            .filter(|found| fits(*found))
    };
    let roomy = own.max(u32::from(SCALE));
    let scale =
        if known().flatten().all(|scaled| at(scaled, roomy).is_some()) { roomy } else { own };
    if numbers.iter().all(Option::is_none) {
        return Ok(new_null_array(&DECIMAL, numbers.len()));
    }
    let mut column = Numbers::default();
    for number in numbers {
        let mantissa = match number {
            None => None,
            Some(number) => Some(scaled(number).and_then(|scaled| at(scaled, scale)).ok_or_else(|| {
                ArrowError::ComputeError(format!(
                    "{} stands in no column with the other numbers: they need more than 38 digits",
                    number.to_fraction()
                ))
            })?),
        };
        column.push_mantissa(mantissa);
    }
    column.typed(DataType::Decimal128(
        DECIMAL128_MAX_PRECISION,
        i8::try_from(scale).unwrap_or(i8::MAX),
    ))
}

/// Targets or previous values: the root (missing for the programme), the KPI and the value. A
/// previous value that is no finite decimal, such as a third, is rounded like every other number of
/// a table.
pub(crate) fn kpis(judged: &Judged, previous: bool) -> Result<RecordBatch, ArrowError> {
    let data = judged.evaluation.data();
    let schema = judged.evaluation.pack().schema();
    let (mut root, mut kpi, mut values) = (Texts::default(), Texts::default(), Vec::new());
    let mut push = |key: Option<&str>, of: &KpiSchema, value: Option<Exact>| {
        if let Some(value) = value {
            root.maybe(key);
            kpi.push(&of.name);
            values.push(Some(value));
        }
    };
    for at in 0..data.len() {
        for (index, of) in schema.kpis.entries() {
            push(
                Some(data.root_key(at)),
                of,
                if previous { data.previous(at, index) } else { data.target(at, index) },
            );
        }
    }
    for (index, of) in schema.programme_kpis.iter().enumerate() {
        let index = KpiId::new(index + schema.kpis.len());
        push(
            None,
            of,
            if previous { data.programme_previous(index) } else { data.programme_target(index) },
        );
    }
    let values = if values.iter().flatten().all(|value| value.as_scaled().is_some()) {
        as_read(&values)?
    } else {
        let mut rounded = Numbers::default();
        values.iter().try_for_each(|value| rounded.push(value.as_ref()))?;
        rounded.done()?
    };
    Columns::new()
        .add(judged.root_name(), root.done())
        .add("kpi", kpi.done())
        .add("value", values)
        .done()
}

/// The evidence that a register lists for each root.
pub(crate) fn register(judged: &Judged, register: Register) -> Result<RecordBatch, ArrowError> {
    let data = judged.evaluation.data();
    let (mut root, mut evidence) = (Texts::default(), Texts::default());
    for at in 0..data.len() {
        for listed in data.registered(at, register) {
            root.push(data.root_key(at));
            evidence.push(listed);
        }
    }
    Columns::new().add(judged.root_name(), root.done()).add("evidence", evidence.done()).done()
}

/// Whether two results are of the same data, as far as the packs of both have the same entities and
/// fields.
pub(crate) fn same(one: &Judged, other: &Judged) -> Result<bool, ArrowError> {
    let (left, right) = (one.evaluation.data(), other.evaluation.data());
    if left.len() != right.len() {
        return Ok(false);
    }
    for (entity, shape) in left.schema.entities.entries() {
        let Some(same) = right.schema.entities.find_id(|other| other.name == shape.name) else {
            continue;
        };
        if Arc::ptr_eq(&left.tables, &right.tables) && entity == same {
            continue;
        }
        let (mine, yours) = (records(one, entity)?, records(other, same)?);
        let shared = |name: &str| Some(mine.column_by_name(name)? == yours.column_by_name(name)?);
        if mine.num_rows() != yours.num_rows()
            || mine.schema_ref().fields().iter().any(|field| shared(field.name()) == Some(false))
        {
            return Ok(false);
        }
    }
    // Of KPIs that only one pack has, the other could not have been given anything.
    let (own, others) = (one.evaluation.pack().schema(), other.evaluation.pack().schema());
    let kpis = |programme: bool| {
        let listed: &[KpiSchema] = if programme { &own.programme_kpis } else { &own.kpis };
        listed.iter().filter_map(move |kpi| {
            Some((own.kpi_of(programme, &kpi.name)?, others.kpi_of(programme, &kpi.name)?))
        })
    };
    let given = |root: usize| {
        kpis(false).all(|(own, other)| {
            left.target(root, own) == right.target(root, other)
                && left.previous(root, own) == right.previous(root, other)
        }) && [Register::Reviewed, Register::Elsewhere]
            .into_iter()
            .all(|of| left.registered(root, of).eq(right.registered(root, of)))
    };
    let of_all = |(own, other): (KpiId, KpiId)| {
        left.programme_target(own) == right.programme_target(other)
            && left.programme_previous(own) == right.programme_previous(other)
    };
    Ok((0..left.len()).all(given) && kpis(true).all(of_all))
}
