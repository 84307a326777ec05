//! Columns of tables in the making: texts and exact numbers.
//!
//! Money, counts and shares are decimals in one scale for all columns. Not here: which columns there are (`tables`, `diff_tables`).

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch};
use arrow_schema::{ArrowError, DECIMAL128_MAX_PRECISION, DataType, Field, Schema};
use guiju::{Exact, Unit};

/// Columns in the making.
pub(crate) struct Columns {
    names: Vec<String>,
    arrays: Vec<ArrayRef>,
}

/// A column of texts, some of which may be missing.
#[derive(Default)]
pub(crate) struct Texts(LargeStringBuilder);

impl Texts {
    pub(crate) fn push(&mut self, text: impl AsRef<str>) {
        self.0.append_value(text);
    }

    pub(crate) fn maybe(&mut self, text: Option<impl AsRef<str>>) {
        self.0.append_option(text);
    }

    pub(crate) fn done(mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

/// Decimals of every column of numbers. One scale whatever the data, so that tables of many results can be put together.
const SCALE: u8 = 6;

/// The type of those columns.
pub(crate) const DECIMAL: DataType = DataType::Decimal128(DECIMAL128_MAX_PRECISION, SCALE as i8);

/// A column of exact numbers; what needs more than six decimals is rounded, and stands in full as a fraction ([`exact`]).
#[derive(Default)]
pub(crate) struct Numbers(Vec<Option<i128>>);

impl Numbers {
    pub(crate) fn push(&mut self, value: Option<&Exact>) -> Result<(), ArrowError> {
        let mantissa = |value: &Exact| {
            let digits = value.to_fixed(u32::from(SCALE)).replace('.', "");
            let mantissa =
                digits.parse().ok().filter(|mantissa: &i128| mantissa.unsigned_abs() < 10_u128.pow(u32::from(DECIMAL128_MAX_PRECISION)));
            mantissa.ok_or_else(|| {
                ArrowError::ComputeError(format!("{digits} needs more digits than a column of decimals has; `to_json()` has all of them"))
            })
        };
        self.0.push(value.map(mantissa).transpose()?);
        Ok(())
    }

    pub(crate) fn done(self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(Decimal128Array::from(self.0).with_data_type(DECIMAL)))
    }
}

/// The fraction of a share, and of any other number that six decimals do not write.
pub(crate) fn exact(value: &Exact, unit: &Unit) -> Option<String> {
    let written = |plain: String| plain.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= usize::from(SCALE));
    (*unit == Unit::Ratio || !value.to_plain().is_some_and(written)).then(|| value.to_fraction())
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
        let fields: Vec<Field> =
            self.names.iter().zip(&self.arrays).map(|(name, array)| Field::new(name, array.data_type().clone(), true)).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), self.arrays)
    }
}
