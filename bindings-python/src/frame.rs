//! Arrow arrays as the columns that the engine reads: whatever frames really send, without copying
//! it.
//!
//! Not here: getting hold of the arrays (`capsule`), and which values a field may hold, which the
//! engine decides.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, OffsetSizeTrait};
use arrow_buffer::i256;
use arrow_schema::{DataType, TimeUnit};
use chrono::DateTime;
use guiju::{Code, ColumnBatch, ColumnTable, ColumnValue, Diagnostic};

use crate::capsule::Stream;

type Column<'a> = Box<dyn Fn(usize) -> ColumnValue<'a> + 'a>;

/// A table with the names of its columns' types, for messages.
pub(crate) struct Frame {
    name: String,
    stream: Stream,
    types: Vec<String>,
    /// The columns that are the index of a frame of pandas.
    index: Vec<String>,
}

/// How the columns of an index begin that has no name; nobody put them there.
const NAMELESS: &str = "__index_level_";

impl Frame {
    pub(crate) fn new(name: String, stream: Stream) -> Frame {
        let types =
            stream.schema.fields.iter().map(|field| field.data_type().to_string()).collect();
        let pandas = stream
            .schema
            .metadata
            .get("pandas")
            .and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
        let index = pandas.as_ref().and_then(|pandas| pandas.get("index_columns")?.as_array());
        // A plain range is an object there, and no column.
        let index = index
            .into_iter()
            .flatten()
            .filter_map(|column| Some(column.as_str()?.to_owned()))
            .collect();
        Frame { name, stream, types, index }
    }

    /// Says of a finding about the columns of this table what the index of its frame has to do with
    /// it.
    pub(crate) fn explain(&self, finding: Diagnostic) -> Diagnostic {
        let Some(place) =
            finding.place.as_ref().filter(|place| place.file.as_ref() == Some(&self.name))
        else {
            return finding;
        };
        if finding.code == Code::UnknownDataField
            && place.column.as_ref().is_some_and(|column| self.index.contains(column))
        {
            return finding.note(
                "這是資料框的索引；`reset_index(drop=True)` 會去掉它",
                "it is the index of the frame, which `reset_index(drop=True)` leaves out",
            );
        }
        if finding.code == Code::MissingColumn
            && self.index.iter().any(|column| column.starts_with(NAMELESS))
        {
            let name = finding.args.first().map(|name| name.zh.clone()).unwrap_or_default();
            return finding.note(
                format!("資料框的索引沒有名稱，所以不讀；它若是 `{name}`，請先寫 `frame.index.name = \"{name}\"`"),
                format!("the index of the frame has no name and is not read; if it is `{name}`, name it: `frame.index.name = \"{name}\"`"),
            );
        }
        let kind = |column: &String| {
            self.stream
                .schema
                .fields
                .iter()
                .find(|field| field.name() == column)
                .map(|field| field.data_type())
        };
        let of_type = [Code::WrongColumn, Code::WrongType].contains(&finding.code);
        match place.column.as_ref().filter(|_| of_type).and_then(kind) {
            Some(DataType::Struct(_) | DataType::Map(..)) => finding.note(
                "這一欄是巢狀的：請把各部分放在各自的欄，期間則是 `…_start` 與 `…_end`",
                "the column is nested: put its parts into columns of their own, for a period `…_start` and `…_end`",
            ),
            Some(kind) if kind.is_nested() => finding.note(
                "這一欄是巢狀的：每一列只要一個值，或一層文字的清單",
                "the column is nested: give one value in each row, or one list of texts",
            ),
            _ => finding,
        }
    }

    /// The rows of all batches.
    pub(crate) fn table(&self, shortest: bool) -> ColumnTable<'_> {
        let fields = &self.stream.schema.fields;
        // pandas adds what its rows are numbered by, unless it is a plain range.
        let kept: Vec<usize> =
            (0..fields.len()).filter(|at| !fields[*at].name().starts_with(NAMELESS)).collect();
        let batches = self.stream.batches.iter().map(|(rows, columns)| ColumnBatch {
            rows: *rows,
            columns: kept
                .iter()
                .map(|at| column(&columns[*at], &self.types[*at], shortest))
                .collect(),
        });
        ColumnTable {
            name: &self.name,
            headings: kept.iter().map(|at| fields[*at].name().as_str()).collect(),
            batches: batches.collect(),
        }
    }
}

/// The values of an array; `name` is that of its type.
fn column<'a>(array: &'a ArrayRef, name: &'a str, shortest: bool) -> Column<'a> {
    use DataType as T;
    match array.data_type() {
        T::Null => Box::new(|_| ColumnValue::Missing),
        T::Boolean => {
            let values = array.as_boolean();
            known(array, move |row| ColumnValue::Bool(values.value(row)))
        }
        T::Utf8 => {
            let values = array.as_string::<i32>();
            known(array, move |row| ColumnValue::Text(values.value(row)))
        }
        T::LargeUtf8 => {
            let values = array.as_string::<i64>();
            known(array, move |row| ColumnValue::Text(values.value(row)))
        }
        T::Utf8View => {
            let values = array.as_string_view();
            known(array, move |row| ColumnValue::Text(values.value(row)))
        }
        T::Int8 => whole::<Int8Type>(array),
        T::Int16 => whole::<Int16Type>(array),
        T::Int32 => whole::<Int32Type>(array),
        T::Int64 => whole::<Int64Type>(array),
        T::UInt8 => whole::<UInt8Type>(array),
        T::UInt16 => whole::<UInt16Type>(array),
        T::UInt32 => whole::<UInt32Type>(array),
        T::UInt64 => whole::<UInt64Type>(array),
        T::Float16 => {
            let values = array.as_primitive::<Float16Type>();
            known(array, move |row| {
                float(
                    f64::from(values.value(row).to_f32()),
                    || values.value(row).to_string(),
                    shortest,
                )
            })
        }
        T::Float32 => {
            let values = array.as_primitive::<Float32Type>();
            known(array, move |row| {
                float(f64::from(values.value(row)), || values.value(row).to_string(), shortest)
            })
        }
        T::Float64 => {
            let values = array.as_primitive::<Float64Type>();
            known(array, move |row| {
                float(values.value(row), || values.value(row).to_string(), shortest)
            })
        }
        T::Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale),
        T::Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale),
        T::Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale),
        T::Decimal256(_, scale) => {
            let (values, scale) = (array.as_primitive::<Decimal256Type>(), *scale);
            known(array, move |row| wide(values.value(row), scale))
        }
        T::Date32 => {
            let values = array.as_primitive::<Date32Type>();
            known(array, move |row| ColumnValue::Day(values.value(row)))
        }
        T::Date64 => {
            let values = array.as_primitive::<Date64Type>();
            known(array, move |row| moment(values.value(row), 1_000, None))
        }
        T::Timestamp(unit, zone) => {
            let zone = zone.as_deref();
            match unit {
                TimeUnit::Second => time::<TimestampSecondType>(array, 1, zone),
                TimeUnit::Millisecond => time::<TimestampMillisecondType>(array, 1_000, zone),
                TimeUnit::Microsecond => time::<TimestampMicrosecondType>(array, 1_000_000, zone),
                TimeUnit::Nanosecond => time::<TimestampNanosecondType>(array, 1_000_000_000, zone),
            }
        }
        T::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            if dictionary.values().is_empty() {
                return Box::new(|_| ColumnValue::Missing);
            }
            let (keys, values) =
                (dictionary.normalized_keys(), column(dictionary.values(), name, shortest));
            known(array, move |row| keys.get(row).map_or(ColumnValue::Missing, |key| values(*key)))
        }
        T::List(_) => list::<i32>(array, name),
        T::LargeList(_) => list::<i64>(array, name),
        T::FixedSizeList(_, size) => {
            let (lists, size) = (array.as_fixed_size_list(), usize::try_from(*size).unwrap_or(0));
            let items = column(lists.values(), name, false);
            known(array, move |row| texts(&items, row * size..(row + 1) * size, name))
        }
        _ => known(array, move |_| ColumnValue::Foreign(name)),
    }
}

/// Values where they are known.
fn known<'a>(array: &'a ArrayRef, value: impl Fn(usize) -> ColumnValue<'a> + 'a) -> Column<'a> {
    match array.nulls() {
        None => Box::new(value),
        Some(nulls) => {
            Box::new(move |row| if nulls.is_null(row) { ColumnValue::Missing } else { value(row) })
        }
    }
}

fn whole<'a, T: ArrowPrimitiveType>(array: &'a ArrayRef) -> Column<'a>
where
    T::Native: Into<i128>,
{
    let values = array.as_primitive::<T>();
    known(array, move |row| ColumnValue::Decimal { mantissa: values.value(row).into(), scale: 0 })
}

fn decimal<'a, T: ArrowPrimitiveType>(array: &'a ArrayRef, scale: i8) -> Column<'a>
where
    T::Native: Into<i128>,
{
    let values = array.as_primitive::<T>();
    known(array, move |row| scaled(values.value(row).into(), scale))
}

/// `mantissa / 10^scale`, where the scale may be below zero.
fn scaled<'a>(mantissa: i128, scale: i8) -> ColumnValue<'a> {
    if let Ok(scale) = u32::try_from(scale) {
        return ColumnValue::Decimal { mantissa, scale };
    }
    match 10_i128
        .checked_pow(u32::from(scale.unsigned_abs()))
        .and_then(|factor| mantissa.checked_mul(factor))
    {
        Some(mantissa) => ColumnValue::Decimal { mantissa, scale: 0 },
        None => ColumnValue::Huge(Cow::Owned(format!("{mantissa}e{}", scale.unsigned_abs()))),
    }
}

/// A number of 256 bits, most of whose digits are mostly zeros after the point.
fn wide<'a>(value: i256, scale: i8) -> ColumnValue<'a> {
    let (mut mantissa, mut left) = (value, scale);
    let ten = i256::from_i128(10);
    loop {
        if let Some(mantissa) = mantissa.to_i128() {
            return scaled(mantissa, left);
        }
        if left <= 0 || mantissa.checked_rem(ten) != Some(i256::ZERO) {
            return ColumnValue::Huge(Cow::Owned(format!("{value}e-{scale}")));
        }
        mantissa = mantissa.checked_div(ten).unwrap_or(i256::ZERO);
        left -= 1;
    }
}

/// A float, or the number of its shortest spelling.
fn float<'a>(value: f64, spelling: impl Fn() -> String, shortest: bool) -> ColumnValue<'a> {
    if !shortest || !value.is_finite() {
        return ColumnValue::Float(value);
    }
    let text = spelling();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    match format!("{whole}{fraction}").parse() {
        Ok(mantissa) => ColumnValue::Decimal { mantissa, scale: fraction.len() as u32 },
        Err(_) => ColumnValue::Huge(Cow::Owned(text)),
    }
}

fn time<'a, T: ArrowPrimitiveType<Native = i64>>(
    array: &'a ArrayRef,
    per_second: i64,
    zone: Option<&'a str>,
) -> Column<'a> {
    let values = array.as_primitive::<T>();
    known(array, move |row| moment(values.value(row), per_second, zone))
}

/// A moment, which is simply a day at midnight outside any time zone.
fn moment<'a>(value: i64, per_second: i64, zone: Option<&str>) -> ColumnValue<'a> {
    let per_day = 86_400 * per_second;
    if let (None, 0, Ok(days)) =
        (zone, value.rem_euclid(per_day), i32::try_from(value.div_euclid(per_day)))
    {
        return ColumnValue::Day(days);
    }
    let nanoseconds =
        u32::try_from(value.rem_euclid(per_second) * (1_000_000_000 / per_second)).unwrap_or(0);
    let shown = DateTime::from_timestamp(value.div_euclid(per_second), nanoseconds)
        .map(|moment| moment.naive_utc().to_string());
    let shown = shown.unwrap_or_else(|| value.to_string());
    let shown = zone.map_or(shown.clone(), |zone| format!("{shown} UTC ({zone})"));
    ColumnValue::Moment { shown: Cow::Owned(shown), zoned: zone.is_some() }
}

fn list<'a, O: OffsetSizeTrait>(array: &'a ArrayRef, name: &'a str) -> Column<'a> {
    let lists = array.as_list::<O>();
    let (offsets, items) = (lists.value_offsets(), column(lists.values(), name, false));
    known(array, move |row| {
        texts(&items, offsets[row].as_usize()..offsets[row + 1].as_usize(), name)
    })
}

/// Some items of a list; anything but texts is nothing that a field holds.
fn texts<'a>(items: &Column<'a>, range: std::ops::Range<usize>, name: &'a str) -> ColumnValue<'a> {
    let text = |at| match items(at) {
        ColumnValue::Text(text) => Some(text),
        _ => None,
    };
    range
        .map(text)
        .collect::<Option<Vec<_>>>()
        .map_or(ColumnValue::Foreign(name), ColumnValue::List)
}
