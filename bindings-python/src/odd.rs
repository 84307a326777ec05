//! What is given as data and is no table, or not yet one: what it is, and the way out.
//!
//! Objects are told by the names of their types and modules, so that nothing is imported. Not here:
//! tables whose columns are wrong (`data`), and values within them, which the engine refuses.

use guiju::Localized;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyMapping, PyString};

/// Something that is no table.
pub(crate) struct Odd {
    /// What it is, after "it is".
    pub(crate) what: Localized,
    /// What to do instead.
    pub(crate) instead: Localized,
}

/// Whether an object is a frame of a library, though it may not hand over its columns.
pub(crate) fn is_frame(object: &Bound<'_, PyAny>) -> bool {
    let (module, name) = kind(object);
    let frames = ["DataFrame", "LazyFrame", "Series", "Table", "RecordBatch", "DuckDBPyRelation"];
    module != "builtins" && (frames.contains(&name.as_str()) || name.ends_with("Dataset"))
}

/// Whether an object hands over a single column, which is no table.
pub(crate) fn is_column(object: &Bound<'_, PyAny>) -> bool {
    ["Series", "Array", "ChunkedArray"].contains(&kind(object).1.as_str())
}

/// What an object is that was given as one of several tables, and does not hand over its columns.
pub(crate) fn among_tables(object: &Bound<'_, PyAny>) -> Odd {
    let (module, name) = kind(object);
    let odd =
        |zh: &str, en: &str| Odd { what: named(&module, &name), instead: Localized::new(zh, en) };
    match (module.as_str(), name.as_str()) {
        ("builtins", "NoneType") => odd(
            "沒有這種資料時，請不要給這個表。",
            "leave the table out where there are no such records",
        ),
        ("polars", "LazyFrame") => odd("請先呼叫 `.collect()`。", "call `.collect()` on it"),
        (_, "Series") => odd(
            "一欄不是表；`.to_frame()` 會把它變成表。",
            "one column is no table; `.to_frame()` makes one of it",
        ),
        _ if is_column(object) => {
            odd("一欄不是表，請給整個表。", "one column is no table; give the table that it is of")
        }
        ("pyspark", "DataFrame") => odd("請先呼叫 `.toArrow()`。", "call `.toArrow()` on it"),
        ("dask" | "dask_expr", "DataFrame") => {
            odd("請先呼叫 `.compute()`。", "call `.compute()` on it")
        }
        ("pyarrow", name) if name.ends_with("Dataset") => {
            odd("請先呼叫 `.to_table()`。", "call `.to_table()` on it")
        }
        (library @ ("pandas" | "polars" | "pyarrow"), _) if is_frame(object) => {
            old(object, library, &name)
        }
        _ if object.cast::<PyList>().is_ok() || object.cast::<PyMapping>().is_ok() => odd(
            "請做成資料框，例如 `polars.DataFrame(…)`。",
            "make a frame of it, as with `polars.DataFrame(…)`",
        ),
        _ => odd(
            "請給 polars、pandas、pyarrow 或 DuckDB 的資料框，或其他有 `__arrow_c_stream__` 的物件。",
            "give a frame of polars, pandas, pyarrow or DuckDB, or anything else with `__arrow_c_stream__`",
        ),
    }
}

/// A frame of a library that is too old to hand over its columns.
fn old(object: &Bound<'_, PyAny>, library: &str, name: &str) -> Odd {
    let since = match library {
        "pandas" => "2.2",
        "polars" => "1.3",
        _ => "14",
    };
    let found = object.py().import(library).and_then(|module| module.getattr("__version__"));
    let version: String = found.and_then(|version| version.extract()).unwrap_or_default();
    let with_version = format!("{library} {version}");
    Odd {
        what: named(with_version.trim_end(), name),
        instead: Localized::new(
            format!("要 {library} {since} 以後的版本才讀得到它的欄（`__arrow_c_stream__`）。"),
            format!("{library} {since} or later hands over its columns (`__arrow_c_stream__`)"),
        ),
    }
}

/// What an object is that was given as all the data, and is no mapping.
pub(crate) fn as_data(object: &Bound<'_, PyAny>) -> PyResult<Odd> {
    let (module, name) = kind(object);
    let text = object.cast::<PyString>().map(|text| text.to_string_lossy().into_owned());
    let (zh, en) = if object.hasattr("__arrow_c_stream__")? || is_frame(object) {
        (
            "一個資料框要連同它的表名一起給：`{\"revenue\": frame}`。",
            "give a frame with the name of its table: `{\"revenue\": frame}`",
        )
    } else if object.cast::<PyBytes>().is_ok()
        || text.as_ref().is_ok_and(|text| text.trim_start().starts_with(['{', '[']))
    {
        ("JSON 文字請用 `evaluate_json`。", "`evaluate_json` takes JSON as text")
    } else if text.is_ok() || object.hasattr("__fspath__")? {
        ("檔案與資料夾請用 `evaluate_path`。", "`evaluate_path` takes files and folders")
    } else {
        (
            "請給 dict：表名對資料框，或形狀如同 JSON 文件，例如 `{\"alliances\": […]}`。",
            "give a dict: of frames by table name, or shaped like the JSON document, such as `{\"alliances\": […]}`",
        )
    };
    Ok(Odd { what: named(&module, &name), instead: Localized::new(zh, en) })
}

/// What a type is called, after "it is".
fn named(module: &str, name: &str) -> Localized {
    if name == "NoneType" {
        return Localized::new(" None", "None");
    }
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    let with_article = format!("{} {name}", if vowel { "an" } else { "a" });
    if module == "builtins" {
        Localized::new(format!(" {name}"), with_article)
    } else {
        Localized::new(format!(" {module} 的 {name}"), format!("{with_article} of {module}"))
    }
}

/// The library that an object comes from, and the name of its type.
fn kind(object: &Bound<'_, PyAny>) -> (String, String) {
    // Not `to_string`, which asks Python for the text: an interrupt that comes up there would be
    // lost.
    let text = |text: Bound<'_, PyString>| text.to_string_lossy().into_owned();
    let kind = object.get_type();
    let module = kind.module().map(text).unwrap_or_default();
    let library = module.split('.').next().unwrap_or_default();
    let library = if library.starts_with("_duckdb") { "duckdb" } else { library };
    (library.to_owned(), kind.name().map(text).unwrap_or_default())
}
