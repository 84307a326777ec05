//! Arrow's PyCapsule interface: streams of record batches in and out. The only file that speaks C.
//!
//! What comes in is checked against its own schema before it is touched: the number of buffers,
//! children and dictionaries, then every offset, key and text. A producer that gives pointers to
//! nowhere cannot be caught by anybody. Not here: what columns mean (`frame`).

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator, make_array, new_null_array};
use arrow_data::{ArrayData, layout};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::words;

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// Whether an object gives itself as a stream of record batches.
pub(crate) fn is_stream(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    object.hasattr("__arrow_c_stream__")
}

/// A table as it came: its schema, and the columns of each batch with their number of rows.
pub(crate) struct Stream {
    pub(crate) schema: Schema,
    pub(crate) batches: Vec<(usize, Vec<ArrayRef>)>,
}

/// Why a stream is no table, in a few words of its producer or of ours.
pub(crate) struct Broken(pub(crate) String);

/// What an object gives as its stream; an exception is its own.
pub(crate) fn given<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    object.call_method0("__arrow_c_stream__")
}

/// Takes the stream out of its capsule, to be read wherever there is time for it.
pub(crate) fn open(given: &Bound<'_, PyAny>) -> PyResult<Reader> {
    let capsule = given
        .cast::<PyCapsule>()
        .map_err(|_| PyTypeError::new_err("__arrow_c_stream__ gave no capsule"))?;
    let pointer = capsule
        .pointer_checked(Some(STREAM))
        .map_err(|_| PyTypeError::new_err("__arrow_c_stream__ gave a capsule of another kind"))?
        .cast::<FFI_ArrowArrayStream>();
    #[expect(
        unsafe_code,
        reason = "a capsule of this name holds a stream, which is moved out and marked as released there"
    )]
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    Ok(Reader { stream })
}

/// A stream that was taken and not read yet.
pub(crate) struct Reader {
    stream: FFI_ArrowArrayStream,
}

impl Reader {
    /// All batches; nothing where `goes_on` says after one of them that nobody waits any longer.
    pub(crate) fn read(
        mut self,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Stream>, Broken> {
        let schema = self.schema()?;
        let mut batches = Vec::new();
        while goes_on() {
            match catch_unwind(AssertUnwindSafe(|| self.next(&schema.fields))) {
                Ok(Ok(Some(batch))) => batches.push(batch),
                Ok(Ok(None)) => return Ok(Some(Stream { schema, batches })),
                Ok(Err(broken)) => return Err(broken),
                Err(_) => {
                    return Err(Broken("the columns are not what the schema says".to_owned()));
                }
            }
        }
        Ok(None)
    }

    fn schema(&mut self) -> Result<Schema, Broken> {
        let get_schema = self
            .stream
            .get_schema()
            .ok_or_else(|| Broken("the stream was read before".to_owned()))?;
        let mut schema = FFI_ArrowSchema::empty();
        #[expect(unsafe_code, reason = "the producer's own function on its own stream")]
        let status = unsafe { get_schema(&raw mut self.stream, &raw mut schema) };
        if status != 0 {
            return Err(self.failure(status));
        }
        let field = Field::try_from(&schema).map_err(|error| Broken(error.to_string()))?;
        match field.data_type() {
            DataType::Struct(fields) => {
                Ok(Schema::new_with_metadata(fields.clone(), field.metadata().clone()))
            }
            other => Err(Broken(format!("a stream of {other}, not of record batches"))),
        }
    }

    fn next(&mut self, fields: &Fields) -> Result<Option<(usize, Vec<ArrayRef>)>, Broken> {
        let get_next = self
            .stream
            .get_next()
            .ok_or_else(|| Broken("the stream was read before".to_owned()))?;
        let mut array = FFI_ArrowArray::empty();
        #[expect(unsafe_code, reason = "the producer's own function on its own stream")]
        let status = unsafe { get_next(&raw mut self.stream, &raw mut array) };
        if status != 0 {
            return Err(self.failure(status));
        }
        if array.is_released() {
            return Ok(None);
        }
        let kind = laid_out(&array, &DataType::Struct(fields.clone()));
        fits(&array, &kind)?;
        #[expect(
            unsafe_code,
            reason = "the array has the buffers and children that its type asks for"
        )]
        let data = unsafe { from_ffi_and_data_type(array, kind) }
            .map_err(|error| Broken(error.to_string()))?;
        data.validate_full().map_err(|error| Broken(error.to_string()))?;
        let (rows, start) = (data.len(), data.offset());
        let column = |(field, child): (&Arc<Field>, &ArrayData)| match field.data_type() {
            DataType::Null => new_null_array(&DataType::Null, rows),
            _ => make_array(child.slice(start, rows)),
        };
        Ok(Some((rows, fields.iter().zip(data.child_data()).map(column).collect())))
    }

    /// What the producer says of its last failure.
    fn failure(&mut self, status: i32) -> Broken {
        #[expect(
            unsafe_code,
            reason = "the producer's own function after its own failure; the text is copied before it may change"
        )]
        let said = self.stream.get_last_error().and_then(|get| unsafe {
            let text = get(&raw mut self.stream);
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
        });
        Broken(said.unwrap_or_else(|| format!("the producer failed with status {status}")))
    }
}

/// The type by which an array can be taken over: a column without values has no buffers, but some
/// producers (polars) name the one that says what is missing. A struct of nothing has just that
/// one.
fn laid_out(array: &FFI_ArrowArray, kind: &DataType) -> DataType {
    let below = |at: usize, field: &Arc<Field>| {
        if at >= array.num_children() {
            return Arc::clone(field);
        }
        Arc::new(
            field.as_ref().clone().with_data_type(laid_out(array.child(at), field.data_type())),
        )
    };
    match kind {
        DataType::Null if array.num_buffers() == 1 => DataType::Struct(Fields::empty()),
        DataType::Struct(fields) => DataType::Struct(
            fields.iter().enumerate().map(|(at, field)| below(at, field)).collect(),
        ),
        DataType::List(field) => DataType::List(below(0, field)),
        DataType::LargeList(field) => DataType::LargeList(below(0, field)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(below(0, field), *size),
        other => other.clone(),
    }
}

/// Whether an array has the parts that its type asks for.
fn fits(array: &FFI_ArrowArray, kind: &DataType) -> Result<(), Broken> {
    let wrong = || Broken(format!("a column is not the {kind} that the schema says"));
    let parts = layout(match kind {
        DataType::Dictionary(key, _) => key,
        other => other,
    });
    let buffers = parts.buffers.len() + usize::from(parts.can_contain_null_mask);
    let enough =
        if parts.variadic { array.num_buffers() > buffers } else { array.num_buffers() == buffers };
    let children: Vec<&DataType> = match kind {
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type()).collect(),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => vec![field.data_type()],
        DataType::RunEndEncoded(ends, values) => vec![ends.data_type(), values.data_type()],
        DataType::Union(fields, _) => fields.iter().map(|(_, field)| field.data_type()).collect(),
        _ => Vec::new(),
    };
    if !enough
        || array.num_children() != children.len()
        || array.len().checked_add(array.offset()).is_none()
    {
        return Err(wrong());
    }
    for (at, child) in children.into_iter().enumerate() {
        fits(array.child(at), child)?;
    }
    match (array.dictionary(), kind) {
        (Some(values), DataType::Dictionary(_, value)) => fits(values, value),
        (None, DataType::Dictionary(..)) | (Some(_), _) => Err(wrong()),
        (None, _) => Ok(()),
    }
}

/// The schema that a consumer would like a stream to have; it may get another.
fn wanted(requested: &Bound<'_, PyAny>) -> PyResult<Schema> {
    let other = || PyTypeError::new_err("the requested schema is no capsule of one");
    let capsule = requested.cast::<PyCapsule>().map_err(|_| other())?;
    let pointer =
        capsule.pointer_checked(Some(SCHEMA)).map_err(|_| other())?.cast::<FFI_ArrowSchema>();
    #[expect(
        unsafe_code,
        reason = "a capsule of this name holds a schema, which is read and left to its owner"
    )]
    let schema = unsafe { pointer.as_ref() };
    Schema::try_from(schema).map_err(|error| PyTypeError::new_err(error.to_string()))
}

/// A table as a stream capsule; see [`words::batches`] for what `requested` does.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    table: &RecordBatch,
    requested: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let requested = requested.map(wanted).transpose()?;
    let (schema, batches) = words::batches(table, requested.as_ref());
    let batches = RecordBatchIterator::new(batches, schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), STREAM)
}

/// A schema as a capsule.
pub(crate) fn schema<'py>(py: Python<'py>, schema: &SchemaRef) -> PyResult<Bound<'py, PyCapsule>> {
    let given = FFI_ArrowSchema::try_from(schema.as_ref())
        .map_err(|error| PyTypeError::new_err(error.to_string()))?;
    PyCapsule::new_with_value(py, given, SCHEMA)
}
