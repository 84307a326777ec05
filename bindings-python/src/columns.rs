//! Columns of tables in the making: texts and exact numbers.
//!
//! Money, counts and shares are decimals in one scale for a column. Not here: which columns there are (`tables`, `diff_tables`).

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch};
use arrow_schema::{ArrowError, DECIMAL128_MAX_PRECISION, Field, Schema};
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

/// A column of numbers, each as results write it.
#[derive(Default)]
pub(crate) struct Numbers(Vec<Option<(i128, u32)>>);

impl Numbers {
    pub(crate) fn push(&mut self, value: Option<Exact>, unit: &Unit) -> Result<(), ArrowError> {
        self.written(value.map(|value| unit.decimal(value)).as_deref())
    }

    /// A plain decimal.
    pub(crate) fn written(&mut self, text: Option<&str>) -> Result<(), ArrowError> {
        let parts = |text: &str| {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            Some((format!("{whole}{fraction}").parse().ok()?, u32::try_from(fraction.len()).ok()?))
        };
        self.0.push(match text {
            None => None,
            Some(text) => Some(parts(text).ok_or_else(|| too_wide(text))?),
        });
        Ok(())
    }

    /// All in the scale of the one with the most decimals.
    pub(crate) fn done(self) -> Result<ArrayRef, ArrowError> {
        let scale = self.0.iter().flatten().map(|(_, scale)| *scale).max().unwrap_or(0);
        let rescaled = |(mantissa, own): (i128, u32)| {
            let factor = 10_i128.checked_pow(scale - own)?;
            mantissa.checked_mul(factor).filter(|mantissa| mantissa.unsigned_abs() < 10_u128.pow(u32::from(DECIMAL128_MAX_PRECISION)))
        };
        let values = self.0.into_iter().map(|parts| match parts {
            None => Ok(None),
            Some(parts) => rescaled(parts).map(Some).ok_or_else(|| too_wide(&parts.0.to_string())),
        });
        let array = Decimal128Array::from(values.collect::<Result<Vec<_>, _>>()?);
        let scale = i8::try_from(scale).map_err(|_| too_wide(""))?;
        Ok(Arc::new(array.with_precision_and_scale(DECIMAL128_MAX_PRECISION, scale)?))
    }
}

fn too_wide(text: &str) -> ArrowError {
    ArrowError::ComputeError(format!("{text} needs more digits than a column of decimals has; `to_json()` has all of them"))
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
