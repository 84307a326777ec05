//! Columns of tables in the making: texts, words that come again and again, and exact numbers.
//!
//! Money, counts and shares are decimals in one scale for all columns. Not here: which columns
//! there are (`tables`, `diff_tables`), and in which form words leave (`words`).

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{
    ArrayRef, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, new_null_array,
};
use arrow_buffer::{NullBuffer, NullBufferBuilder};
use arrow_schema::{ArrowError, DECIMAL128_MAX_PRECISION, DataType, Field, Schema};
use guiju::{Exact, Unit};
use indexmap::IndexSet;

/// Columns in the making.
pub(crate) struct Columns {
    names: Vec<String>,
    arrays: Vec<ArrayRef>,
}

/// A column of texts, some of which may be missing. One without any costs next to nothing.
#[derive(Default)]
pub(crate) struct Texts {
    /// Missing texts before the first that is there.
    missing: usize,
    found: Option<LargeStringBuilder>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: impl AsRef<str>) {
        let missing = self.missing;
        let found = self.found.get_or_insert_with(|| {
            let mut found = LargeStringBuilder::with_capacity(missing + 1, text.as_ref().len());
            found.append_nulls(missing);
            found
        });
        found.append_value(text);
    }

    pub(crate) fn maybe(&mut self, text: Option<impl AsRef<str>>) {
        match (text, &mut self.found) {
            (Some(text), _) => self.push(text),
            (None, Some(found)) => found.append_null(),
            (None, None) => self.missing += 1,
        }
    }

    pub(crate) fn done(self) -> ArrayRef {
        match self.found {
            Some(mut found) => Arc::new(found.finish()),
            None => new_null_array(&DataType::LargeUtf8, self.missing),
        }
    }
}

/// A word of a column: its place among them, or none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word(i32);

impl Word {
    pub(crate) const MISSING: Word = Word(-1);

    /// The place; -1 for none.
    pub(crate) fn place(self) -> i32 {
        self.0
    }
}

/// A column of words that come again and again. Each is kept once, and a row has its place, so that
/// whoever asks for a word once pays nothing for its rows.
#[derive(Default)]
pub(crate) struct Words {
    places: IndexSet<String>,
    /// Missing words before the first that is there.
    missing: usize,
    /// How many rows there will be, where that is known.
    expected: usize,
    rows: Vec<i32>,
}

impl Words {
    /// A column of some rows, which takes room for them when the first word comes.
    pub(crate) fn with_capacity(rows: usize) -> Words {
        Words { expected: rows, ..Words::default() }
    }

    /// The place of a word, for as many rows as have it.
    pub(crate) fn word(&mut self, text: &str) -> Word {
        let place = self
            .places
            .get_index_of(text)
            .unwrap_or_else(|| self.places.insert_full(text.to_owned()).0);
        // More words than that come with more rows than memory holds.
        Word(i32::try_from(place).unwrap_or(i32::MAX))
    }

    /// The same of a word that may be missing.
    pub(crate) fn maybe_word(&mut self, text: Option<&str>) -> Word {
        text.map_or(Word::MISSING, |text| self.word(text))
    }

    pub(crate) fn add(&mut self, Word(place): Word) {
        if self.rows.is_empty() {
            if place < 0 {
                self.missing += 1;
                return;
            }
            self.rows.reserve_exact(self.expected.max(self.missing + 1));
            self.rows.resize(self.missing, -1);
        }
        self.rows.push(place);
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        if self.rows.is_empty() { self.missing } else { self.rows.len() }
    }

    /// The same word in several rows.
    pub(crate) fn repeat(&mut self, word: Word, rows: usize) {
        (0..rows).for_each(|_| self.add(word));
    }

    pub(crate) fn push(&mut self, text: impl AsRef<str>) {
        let word = self.word(text.as_ref());
        self.add(word);
    }

    pub(crate) fn maybe(&mut self, text: Option<impl AsRef<str>>) {
        let word = self.maybe_word(text.as_ref().map(AsRef::as_ref));
        self.add(word);
    }

    pub(crate) fn done(mut self) -> Result<ArrayRef, ArrowError> {
        if self.rows.is_empty() {
            return Ok(new_null_array(&words(), self.missing));
        }
        let nulls = self
            .rows
            .contains(&-1)
            .then(|| self.rows.iter().map(|place| *place >= 0).collect::<NullBuffer>());
        if nulls.is_some() {
            self.rows.iter_mut().for_each(|place| *place = (*place).max(0));
        }
        let rows = Int32Array::try_new(std::mem::take(&mut self.rows).into(), nulls)?;
        self.placed(rows)
    }

    /// A column of these words whose places are given.
    pub(crate) fn placed(self, rows: Int32Array) -> Result<ArrayRef, ArrowError> {
        let mut values = LargeStringBuilder::new();
        self.places.iter().for_each(|text| values.append_value(text));
        Ok(Arc::new(DictionaryArray::try_new(rows, Arc::new(values.finish()))?))
    }
}

/// The type of columns of words.
pub(crate) fn words() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::LargeUtf8))
}

/// Decimals of every column of numbers. One scale whatever the data, so that tables of many results
/// can be put together.
pub(crate) const SCALE: u8 = 6;

/// The type of those columns.
pub(crate) const DECIMAL: DataType = DataType::Decimal128(DECIMAL128_MAX_PRECISION, SCALE as i8);

/// A column of exact numbers; what needs more than six decimals is rounded, and stands in full as a
/// fraction ([`exact`]).
#[derive(Default)]
pub(crate) struct Numbers {
    /// Missing numbers before the first that is there: a column without any costs next to nothing.
    missing: usize,
    /// How many there will be, where that is known.
    rows: usize,
    values: Vec<i128>,
    known: Option<NullBufferBuilder>,
}

impl Numbers {
    /// A column of some rows, which takes room for them when the first number comes.
    pub(crate) fn with_capacity(rows: usize) -> Numbers {
        Numbers { rows, ..Numbers::default() }
    }

    pub(crate) fn push(&mut self, value: Option<&Exact>) -> Result<(), ArrowError> {
        let value = value.map(mantissa).transpose()?;
        self.push_mantissa(value);
        Ok(())
    }

    /// The same of a number in the scale of the column.
    pub(crate) fn push_mantissa(&mut self, value: Option<i128>) {
        if value.is_none() && self.known.is_none() {
            self.missing += 1;
            return;
        }
        let known = self.known.get_or_insert_with(|| {
            let rows = self.rows.max(self.missing + 1);
            self.values.reserve_exact(rows);
            self.values.resize(self.missing, 0);
            let mut known = NullBufferBuilder::new(rows);
            known.append_n_nulls(self.missing);
            known
        });
        known.append(value.is_some());
        self.values.push(value.unwrap_or(0));
    }

    pub(crate) fn done(self) -> Result<ArrayRef, ArrowError> {
        self.typed(DECIMAL)
    }

    /// The column as decimals of another scale.
    pub(crate) fn typed(self, kind: DataType) -> Result<ArrayRef, ArrowError> {
        match self.known {
            Some(mut known) => Ok(Arc::new(
                Decimal128Array::try_new(self.values.into(), known.finish())?.with_data_type(kind),
            )),
            None => Ok(new_null_array(&kind, self.missing)),
        }
    }
}

/// Digits that a column has room for.
const MOST: u128 = 10_u128.pow(DECIMAL128_MAX_PRECISION as u32);

/// Whether a mantissa has no more digits than a column has.
pub(crate) fn fits(mantissa: i128) -> bool {
    mantissa.unsigned_abs() < MOST
}

/// The number in the scale of columns, half away from zero.
///
/// # Errors
/// Where it has more digits than a column has.
pub(crate) fn mantissa(value: &Exact) -> Result<i128, ArrowError> {
    const FACTOR: i128 = 10_i128.pow(SCALE as u32);
    let quick = value.parts().and_then(|(numerator, denominator)| {
        // Amounts have few decimals; a wide division is dear.
        if let Ok(small @ 1..=1_000_000) = i64::try_from(denominator)
            && FACTOR as i64 % small == 0
        {
            return numerator.checked_mul(i128::from(FACTOR as i64 / small));
        }
        let scaled = numerator.checked_mul(FACTOR)?;
        let whole = match (i64::try_from(scaled), i64::try_from(denominator)) {
            (Ok(scaled), Ok(denominator)) => i128::from(scaled / denominator),
            _ => scaled / denominator,
        };
        let rest = scaled - whole * denominator;
        let up = rest.unsigned_abs() >= denominator.unsigned_abs() - rest.unsigned_abs();
        Some(whole + if up { rest.signum() } else { 0 })
    });
    let found = quick.or_else(|| value.to_fixed(u32::from(SCALE)).replace('.', "").parse().ok());
    found.filter(|found| fits(*found)).ok_or_else(|| {
        let digits = value.to_fixed(u32::from(SCALE));
        ArrowError::ComputeError(format!(
            "{digits} needs more digits than a column of decimals has; `to_json()` has all of them"
        ))
    })
}

/// The fraction of a share, and of any other number that six decimals do not write.
pub(crate) fn exact(value: &Exact, unit: &Unit) -> Option<String> {
    let written = || {
        value.is_whole()
            || value.as_scaled().is_some_and(|(_, decimals)| decimals <= u32::from(SCALE))
    };
    (*unit == Unit::Ratio || !written()).then(|| value.to_fraction())
}

impl Columns {
    pub(crate) fn new() -> Columns {
        Columns { names: Vec::new(), arrays: Vec::new() }
    }

    pub(crate) fn add(mut self, name: &str, array: ArrayRef) -> Columns {
        self.names.push(name.to_owned());
        self.arrays.push(array);
        self
    }

    pub(crate) fn done(self) -> Result<RecordBatch, ArrowError> {
        let fields: Vec<Field> = self
            .names
            .iter()
            .zip(&self.arrays)
            .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), self.arrays)
    }
}
