//! What a caller gives as data: frames by table name, or objects shaped like the JSON document. It
//! is taken from Python here, on the thread of the caller, and read to a dataset elsewhere.
//!
//! Not here: how arrays are taken out of frames (`capsule`, `frame`), what objects become
//! (`value`), what is no table (`odd`).

use std::path::PathBuf;
use std::sync::Arc;

use guiju::{
    Code, DataPlace, Dataset, Diagnostic, Limits, Locale, Localized, Progress, Reading, Schema,
};
use guiju_files::FileError;
use pyo3::exceptions::{PyException, PyImportError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping, PySlice, PyString};

use crate::error::{self, Kind};
use crate::evaluation::{READ, Steps, Work};
use crate::frame::Frame;
use crate::odd::{self, Odd};
use crate::{capsule, value};

/// Data on its way in.
pub(crate) enum Given {
    /// That of a result, which was read before.
    Result(Dataset),
    /// Frames, as they came.
    Frames { frames: Vec<Frame>, shortest: bool },
    /// A JSON document.
    Text(String),
    /// A file or a folder.
    Path(PathBuf),
}

/// The steps in which the batches of frames arrive; to read their records takes longer.
const ARRIVED: u64 = READ / 5;

impl Given {
    /// The data, and how many steps that took.
    pub(crate) fn read(
        self,
        schema: &Arc<Schema>,
        limits: &Limits,
        steps: &Steps<'_>,
    ) -> Result<(Dataset, u64), FileError> {
        let (mut watch, mut of_records) = (steps.part(0, READ), steps.part(ARRIVED, READ));
        let reading = Reading::new(schema, limits);
        let data = match self {
            Given::Result(data) => return Ok((data, 0)),
            Given::Text(text) => reading.watched(&mut watch).json(&text, None)?,
            Given::Path(path) => guiju_files::read(reading.watched(&mut watch), &path)?,
            Given::Frames { frames, shortest } => {
                let tables: Vec<_> = frames.iter().map(|frame| frame.table(shortest)).collect();
                let read = reading.watched(&mut of_records).columns(&tables);
                let explain =
                    |finding| frames.iter().fold(finding, |finding, frame| frame.explain(finding));
                read.map_err(|error| {
                    FileError::Diagnostics(error.diagnostics.into_iter().map(explain).collect())
                })?
            }
        };
        Ok((data, READ))
    }
}

/// Takes a mapping: what is wrong with it as a whole is an exception.
pub(crate) fn take(
    data: &Bound<'_, PyAny>,
    floats: Option<&str>,
    schema: &Schema,
    locale: Locale,
    work: &mut Work,
) -> PyResult<Given> {
    let py = data.py();
    let shortest = match floats {
        None => false,
        Some("shortest") => true,
        Some(other) => {
            let words = match locale {
                Locale::ZhTw => format!("floats={other:?}：只能是 \"shortest\"，或不要給"),
                Locale::En => format!("floats={other:?}: give \"shortest\", or leave it out"),
            };
            return Err(error::sentence(py, Kind::Error, &words));
        }
    };
    let Ok(mapping) = data.cast::<PyMapping>() else {
        let Odd { what, instead } = odd::as_data(data)?;
        return Err(PyTypeError::new_err(match locale {
            Locale::ZhTw => format!("資料是{}。{}", what.get(locale), instead.get(locale)),
            Locale::En => format!("the data is {}: {}", what.get(locale), instead.get(locale)),
        }));
    };
    let pairs: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)> =
        mapping.items()?.iter().map(|pair| pair.extract()).collect::<PyResult<_>>()?;
    let streams = pairs
        .iter()
        .map(|(_, value)| capsule::is_stream(value))
        .collect::<PyResult<Vec<bool>>>()?;
    if streams.contains(&true) || pairs.iter().any(|(_, value)| odd::is_frame(value)) {
        return Ok(Given::Frames { frames: frames(py, &pairs, &streams, locale, work)?, shortest });
    }
    if let Some(problem) = lists_by_table(&pairs, schema) {
        return Err(error::findings(py, Kind::Data, &[problem], &[], locale));
    }
    Ok(Given::Text(value::to_json(data, shortest, locale)?))
}

/// The frames by the names of their tables. One is read to its end before the next is asked for: a
/// connection has one result at a time.
fn frames(
    py: Python<'_>,
    pairs: &[(Bound<'_, PyAny>, Bound<'_, PyAny>)],
    streams: &[bool],
    locale: Locale,
    work: &mut Work,
) -> PyResult<Vec<Frame>> {
    let (mut frames, mut problems) = (Vec::new(), Vec::new());
    let total = pairs.len() as u64;
    let mut others: Vec<(Odd, Vec<String>)> = Vec::new();
    for (done, ((key, value), is_stream)) in (0_u64..).zip(pairs.iter().zip(streams)) {
        let Ok(name) = key.extract::<String>() else {
            let found = key.repr()?.to_cow()?.into_owned();
            return Err(PyTypeError::new_err(match locale {
                Locale::ZhTw => format!("表名是文字，不是 {found}"),
                Locale::En => format!("the name of a table is a text, not {found}"),
            }));
        };
        if !is_stream || odd::is_column(value) {
            let odd = odd::among_tables(value);
            match others.iter_mut().find(|(known, _)| known.what == odd.what) {
                Some((_, names)) => names.push(name),
                None => others.push((odd, vec![name])),
            }
            continue;
        }
        let reader = match capsule::given(value) {
            Ok(given) => capsule::open(&given)?,
            Err(error) => {
                problems.push(refused(value, name, error)?);
                continue;
            }
        };
        let arrive = move |steps: &Steps<'_>| {
            let mut watch = steps.part(0, ARRIVED);
            Ok(reader.read(&mut || watch(Progress { done, total }).is_continue()))
        };
        match work.part_of_others(py, arrive)? {
            Ok(stream) => frames.extend(stream.map(|stream| Frame::new(name, stream))),
            Err(capsule::Broken(words)) => {
                problems.push(bad(name, Localized::same(words), unreadable()))
            }
        }
    }
    problems.extend(others.into_iter().map(|(Odd { what, instead }, names)| {
        let words =
            Localized::new(format!("它是{}", what.zh), format!("it is {}", what.get(Locale::En)));
        let mut names = names.into_iter();
        let problem = bad(names.next().unwrap_or_default(), words, instead);
        let rest: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        match rest.is_empty() {
            true => problem,
            false => problem.note(
                format!("{} 也是如此", rest.join("、")),
                format!("the same of {}", rest.join(", ")),
            ),
        }
    }));
    if problems.is_empty() {
        Ok(frames)
    } else {
        Err(error::findings(py, Kind::Data, &problems, &[], locale))
    }
}

/// A table that cannot be read: why, and the way out.
fn bad(table: String, why: Localized, instead: Localized) -> Diagnostic {
    Diagnostic::new(Code::BadFrame)
        .word(why)
        .word(instead)
        .in_data(DataPlace { file: Some(table), ..DataPlace::default() })
}

/// The way out where only the producer knows what is wrong.
fn unreadable() -> Localized {
    Localized::new(
        "請檢查這個資料框：它的程式庫無法這樣交出這些欄。",
        "look at the frame: its library cannot hand over these columns as they are",
    )
}

/// Rows by table name that are lists, which are neither frames nor the JSON document.
fn lists_by_table(
    pairs: &[(Bound<'_, PyAny>, Bound<'_, PyAny>)],
    schema: &Schema,
) -> Option<Diagnostic> {
    let root = &schema.root_entity().name;
    let document = format!("{root}s");
    let name = |key: &Bound<'_, PyAny>| {
        key.cast::<PyString>().ok().map(|key| key.to_string_lossy().into_owned())
    };
    let is_table = |(key, value): &&(Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        name(key).is_some_and(|key| {
            key != document && schema.entities.iter().any(|entity| entity.name == key)
        }) && value
            .cast::<PyList>()
            .is_ok_and(|list| list.get_item(0).is_ok_and(|item| item.cast::<PyDict>().is_ok()))
    };
    let first = name(&pairs.iter().find(is_table)?.0)?;
    let instead = Localized::new(
        format!(
            "請做成資料框，例如 `polars.DataFrame(rows)`；或放在 `{document}` 底下，如同 JSON 文件。"
        ),
        format!(
            "make frames of them, as with `polars.DataFrame(rows)`, or put them under `{document}` as in the JSON document"
        ),
    );
    Some(bad(first, Localized::new("它是 list", "it is a list"), instead))
}

/// What is wrong with a frame that refuses to become columns: values of several types in one,
/// numbers that no column has room for. Says where, if the frame is one of pandas. Any other
/// exception is not about the data.
fn refused(frame: &Bound<'_, PyAny>, name: String, error: PyErr) -> PyResult<Diagnostic> {
    let py = frame.py();
    if error.is_instance_of::<PyImportError>(py) {
        let words = Localized::new(
            "pandas 要透過 pyarrow 才能交出欄，而 pyarrow 沒有安裝",
            "pandas hands over its columns through pyarrow, which is not installed",
        );
        let instead = Localized::new(
            "請先 `pip install pyarrow`，或改用 polars。",
            "`pip install pyarrow`, or give frames of polars",
        );
        return Ok(bad(name, words, instead));
    }
    let about_data =
        error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py);
    if !about_data && !error.is_instance_of::<PyOverflowError>(py) {
        return Err(error);
    }
    if let Some(column) = unless_it_fails(py, repeated(frame))? {
        let place =
            DataPlace { file: Some(name), column: Some(column.clone()), ..DataPlace::default() };
        return Ok(Diagnostic::new(Code::DuplicateColumn).arg(column).in_data(place));
    }
    let Some(Refusal { column, row, kinds }) = unless_it_fails(py, refusal(frame))? else {
        return Ok(bad(name, Localized::same(error.value(py).str()?.to_cow()?), unreadable()));
    };
    let (words, instead) = match kinds {
        Some((first, other)) => (
            Localized::new(
                format!("這一欄有 {first}，這一列卻是 {other}"),
                format!("the column holds `{first}`, and `{other}` in this row"),
            ),
            Localized::new(
                format!(
                    "同一欄請用同一種型別，例如都用文字：`frame[\"{column}\"].astype(\"string\")`。"
                ),
                format!(
                    "give all values of a column one type, such as text: `frame[\"{column}\"].astype(\"string\")`"
                ),
            ),
        ),
        None => (
            Localized::same(error.value(py).str()?.to_cow()?),
            Localized::new(
                "請轉換這一欄，例如改成文字。",
                "convert the column, for instance to text",
            ),
        ),
    };
    let mut problem = bad(name, words, instead);
    problem.place =
        problem.place.map(|place| DataPlace { column: Some(column), row: Some(row), ..place });
    Ok(problem)
}

/// What was found, if anything; interrupts and the like are not failures of looking.
fn unless_it_fails<T>(py: Python<'_>, found: PyResult<Option<T>>) -> PyResult<Option<T>> {
    found.or_else(
        |error| if error.is_instance_of::<PyException>(py) { Ok(None) } else { Err(error) },
    )
}

/// Whether a frame hands over its columns.
fn converts(frame: &Bound<'_, PyAny>) -> PyResult<bool> {
    let given = unless_it_fails(frame.py(), capsule::given(frame).map(Some))?;
    Ok(given.is_some())
}

/// The name that two columns of a frame have.
fn repeated(frame: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let names: Vec<String> = frame
        .getattr("columns")?
        .try_iter()?
        .map(|name| Ok(name?.str()?.to_cow()?.into_owned()))
        .collect::<PyResult<_>>()?;
    Ok(names
        .iter()
        .enumerate()
        .find(|(at, name)| names[..*at].contains(name))
        .map(|(_, name)| name.clone()))
}

/// Where a frame cannot be converted, and between which types, where there are two.
struct Refusal {
    column: String,
    row: u64,
    kinds: Option<(String, String)>,
}

/// The first column that cannot be converted by itself, and the first row with which it cannot.
fn refusal(frame: &Bound<'_, PyAny>) -> PyResult<Option<Refusal>> {
    let py = frame.py();
    for column in frame.getattr("columns")?.try_iter()? {
        let column = column?;
        let alone = frame.get_item(PyList::new(py, [&column])?)?;
        if converts(&alone)? {
            continue;
        }
        let rows = alone.getattr("iloc")?;
        // As many rows convert, and this many do not.
        let (mut good, mut bad) = (0, alone.len()?);
        while bad - good > 1 {
            let half = good + (bad - good) / 2;
            let first = rows.get_item(PySlice::new(py, 0, half as isize, 1))?;
            if converts(&first)? {
                good = half;
            } else {
                bad = half;
            }
        }
        let values = frame.get_item(&column)?.getattr("iloc")?;
        let missing = py.import("pandas")?.getattr("isna")?;
        let kind = |row: usize| -> PyResult<Option<String>> {
            let value = values.get_item(row)?;
            let known = !unless_it_fails(py, missing.call1((&value,))?.is_truthy().map(Some))?
                .unwrap_or(false);
            Ok(known.then_some(value.get_type().name()?.to_cow()?.into_owned()))
        };
        let other = kind(good)?;
        let mut before = None;
        for row in (0..good).rev() {
            before = kind(row)?;
            if before.is_some() {
                break;
            }
        }
        let kinds = before.zip(other).filter(|(before, other)| before != other);
        return Ok(Some(Refusal {
            column: column.str()?.to_cow()?.into_owned(),
            row: good as u64,
            kinds,
        }));
    }
    Ok(None)
}
