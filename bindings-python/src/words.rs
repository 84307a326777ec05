//! The forms in which columns of words leave: texts in full, a part of the rows at a time; texts
//! that all rows share; or as they are kept.
//!
//! Not here: how they are made (`columns`), and the stream that carries them (`capsule`).

use std::sync::Arc;

use arrow_array::builder::{LargeStringBuilder, make_view};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array as _, ArrayRef, DictionaryArray, RecordBatch, StringViewArray, new_null_array,
};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use rayon::prelude::*;

use crate::columns;

/// Rows of a table that leave at once, where words are written in full.
const ROWS: usize = 1 << 18;

/// The words of a column and the place of each row among them, where it is one of words.
pub(crate) fn of(column: &ArrayRef) -> Option<&DictionaryArray<Int32Type>> {
    (*column.data_type() == columns::words()).then(|| column.as_dictionary::<Int32Type>())
}

/// The word of a row; `None` where it is missing.
pub(crate) fn word(words: &DictionaryArray<Int32Type>, row: usize) -> Option<&str> {
    Some(words.values().as_string::<i64>().value(words.key(row)?))
}

/// Every word written out where a row has it, which every consumer of Arrow understands.
fn in_full(words: &DictionaryArray<Int32Type>) -> ArrayRef {
    let bytes = |row| word(words, row).map_or(0, str::len);
    let size = (0..words.len()).map(bytes).sum();
    let mut texts = LargeStringBuilder::with_capacity(words.len(), size);
    (0..words.len()).for_each(|row| texts.append_option(word(words, row)));
    Arc::new(texts.finish())
}

/// Texts that point at the words, which stand there once; written out where they are too long to
/// be pointed at. In the threads of the pool that it is called in.
pub(crate) fn shared(column: &ArrayRef) -> ArrayRef {
    let Some(words) = of(column) else { return Arc::clone(column) };
    let texts = words.values().as_string::<i64>();
    if i32::try_from(texts.values().len()).is_err() {
        return in_full(words);
    }
    let view = |at: usize| {
        let start = u32::try_from(texts.value_offsets()[at]).unwrap_or(0);
        make_view(texts.value(at).as_bytes(), 0, start)
    };
    let views: Vec<u128> = (0..texts.len()).map(view).collect();
    if words.null_count() == words.len() {
        return new_null_array(&DataType::Utf8View, words.len());
    }
    let view =
        |at: &i32| usize::try_from(*at).ok().and_then(|at| views.get(at)).map_or(0, |at| *at);
    let places = words.keys().values().par_iter();
    let rows: Vec<u128> = match words.nulls() {
        None => places.map(view).collect(),
        Some(nulls) => places
            .enumerate()
            .map(|(row, at)| if nulls.is_valid(row) { view(at) } else { 0 })
            .collect(),
    };
    #[expect(
        unsafe_code,
        reason = "each view is that of a text of an array, over the very buffer of that array"
    )]
    let shared = unsafe {
        StringViewArray::new_unchecked(
            rows.into(),
            vec![texts.values().clone()].into(),
            words.nulls().cloned(),
        )
    };
    Arc::new(shared)
}

/// The batches of a table for a stream, with the schema they have in common. Words are written out
/// but in columns whose `requested` field is one of words, which leave as they are.
pub(crate) fn batches(
    table: &RecordBatch,
    requested: Option<&Schema>,
) -> (SchemaRef, impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send + use<>) {
    let kept = |field: &Field| {
        *field.data_type() != columns::words()
            || requested
                .and_then(|wanted| wanted.field_with_name(field.name()).ok())
                .is_some_and(|wanted| matches!(wanted.data_type(), DataType::Dictionary(..)))
    };
    let fields = table.schema_ref().fields();
    let kept: Vec<bool> = fields.iter().map(|field| kept(field)).collect();
    let left: Fields = fields
        .iter()
        .zip(&kept)
        .map(|(field, kept)| match kept {
            true => Arc::clone(field),
            false => Arc::new(field.as_ref().clone().with_data_type(DataType::LargeUtf8)),
        })
        .collect();
    let schema = Arc::new(Schema::new(left));
    let rows = if kept.iter().all(|kept| *kept) { usize::MAX } else { ROWS };
    let (of, table) = (Arc::clone(&schema), table.clone());
    // A table without rows is one batch too, so that its columns are told.
    let starts = (0..table.num_rows().max(1)).step_by(rows);
    let batch = move |start: usize| {
        let part = table.slice(start, rows.min(table.num_rows() - start));
        let columns =
            part.columns().iter().zip(&kept).map(|(column, kept)| match self::of(column) {
                Some(words) if !kept => in_full(words),
                _ => Arc::clone(column),
            });
        RecordBatch::try_new(Arc::clone(&of), columns.collect())
    };
    (schema, starts.map(batch))
}
