//! Python objects shaped like the JSON document, as its text: what is read is then exactly what a
//! file of it would be.
//!
//! Numbers keep every digit. A float is refused, because it is no longer the number that somebody
//! wrote, unless its shortest spelling is asked for. Not here: what a field may hold, which the
//! reader of JSON decides.

use std::fmt::Write as _;

use guiju::{Code, DataPlace, Diagnostic, Locale, Localized};
use pyo3::exceptions::{PyRecursionError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple,
};

use crate::error::{self, Kind};

/// Levels of the document: more than any data has.
const DEEPEST: usize = 32;

/// After how many values the interpreter is asked whether it was interrupted.
const ASK_EVERY: u64 = 1_024;

/// The document as text.
pub(crate) fn to_json(data: &Bound<'_, PyAny>, shortest: bool, locale: Locale) -> PyResult<String> {
    let decimal = data.py().import("decimal")?.getattr("Decimal")?;
    let mut writer = Writer {
        out: String::new(),
        pointer: Vec::new(),
        problems: Vec::new(),
        values: 0,
        decimal,
        shortest,
    };
    writer.value(data)?;
    if writer.problems.is_empty() {
        return Ok(writer.out);
    }
    Err(error::findings(data.py(), Kind::Data, &writer.problems, &[], locale))
}

struct Writer<'py> {
    out: String,
    /// Keys and indices that lead to the value being written.
    pointer: Vec<String>,
    problems: Vec<Diagnostic>,
    /// Values written so far.
    values: u64,
    decimal: Bound<'py, PyAny>,
    shortest: bool,
}

impl<'py> Writer<'py> {
    fn value(&mut self, value: &Bound<'py, PyAny>) -> PyResult<()> {
        self.values += 1;
        if self.values.is_multiple_of(ASK_EVERY) {
            value.py().check_signals()?;
        }
        if self.pointer.len() > DEEPEST {
            return Err(PyRecursionError::new_err("the data is nested too deeply"));
        }
        if value.is_none() {
            self.out.push_str("null");
        } else if let Ok(text) = value.cast::<PyString>() {
            let text = text.to_cow()?;
            self.text(&text);
        } else if let Ok(value) = value.cast::<PyBool>() {
            self.out.push_str(if value.is_true() { "true" } else { "false" });
        } else if let Ok(dict) = value.cast::<PyDict>() {
            self.object(dict.iter().map(Ok))?;
        } else if value.cast::<PyList>().is_ok() || value.cast::<PyTuple>().is_ok() {
            self.list(value)?;
        } else if value.is_instance(&self.decimal)? {
            self.decimal(value)?;
        } else if let Ok(float) = value.cast::<PyFloat>() {
            self.float(float.value());
        } else if value.cast::<PyDateTime>().is_ok() {
            self.moment(value)?;
        } else if value.cast::<PyDate>().is_ok() {
            let day = value.call_method0("isoformat")?;
            self.text(&day.cast::<PyString>()?.to_cow()?);
        } else if value.cast::<PyInt>().is_ok() || value.hasattr("__index__")? {
            let whole = value.py().import("operator")?.getattr("index")?.call1((value,))?;
            // `repr` of a whole number has no exponent; its length is checked where it is read.
            match whole.repr() {
                Ok(digits) => self.out.push_str(&digits.to_cow()?),
                // Python itself refuses to write out thousands of digits.
                Err(error) if !error.is_instance_of::<PyValueError>(value.py()) => {
                    return Err(error);
                }
                Err(_) => self.problem(Diagnostic::new(Code::TooManyDigits).arg("int")),
            }
        } else if let Ok(mapping) = value.cast::<PyMapping>() {
            let items = mapping.items()?;
            self.object(items.iter().map(|pair| pair.extract()))?;
        } else {
            self.foreign(value)?;
        }
        Ok(())
    }

    fn object(
        &mut self,
        items: impl Iterator<Item = PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)>>,
    ) -> PyResult<()> {
        self.out.push('{');
        for (n, item) in items.enumerate() {
            let (key, value) = item?;
            if n > 0 {
                self.out.push(',');
            }
            let key = match key.cast::<PyString>() {
                Ok(key) => key.to_cow()?.into_owned(),
                Err(_) => {
                    self.foreign(&key)?;
                    continue;
                }
            };
            self.text(&key);
            self.out.push(':');
            self.within(key.replace('~', "~0").replace('/', "~1"), &value)?;
        }
        self.out.push('}');
        Ok(())
    }

    fn list(&mut self, items: &Bound<'py, PyAny>) -> PyResult<()> {
        self.out.push('[');
        for (n, item) in items.try_iter()?.enumerate() {
            if n > 0 {
                self.out.push(',');
            }
            self.within(n.to_string(), &item?)?;
        }
        self.out.push(']');
        Ok(())
    }

    fn within(&mut self, part: String, value: &Bound<'py, PyAny>) -> PyResult<()> {
        self.pointer.push(part);
        self.value(value)?;
        self.pointer.pop();
        Ok(())
    }

    fn text(&mut self, text: &str) {
        // Writing a text as JSON cannot fail.
        self.out.push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    fn decimal(&mut self, value: &Bound<'py, PyAny>) -> PyResult<()> {
        if !value.call_method0("is_finite")?.is_truthy()? {
            let shown = value.str()?;
            self.problem(Diagnostic::new(Code::NotFinite).arg(shown.to_cow()?));
        } else {
            let exponent: i64 = value.call_method0("adjusted")?.extract()?;
            if exponent.abs() > 60 {
                let shown = value.str()?;
                self.problem(Diagnostic::new(Code::TooManyDigits).arg(shown.to_cow()?));
            } else {
                // As text: JSON knows no `.5`, and the reader takes both alike.
                let plain = value.call_method1("__format__", ("f",))?;
                self.text(&plain.cast::<PyString>()?.to_cow()?);
            }
        }
        Ok(())
    }

    fn float(&mut self, value: f64) {
        if !value.is_finite() {
            self.problem(Diagnostic::new(Code::NotFinite).arg(format!("{value:?}")));
        } else if self.shortest {
            let _ = write!(self.out, "{value}");
        } else {
            self.problem(Diagnostic::new(Code::FloatNumber).arg(format!("{value:?}")));
        }
    }

    /// A moment stands for its day only at midnight, and only where no time zone says that it may
    /// be another day elsewhere.
    fn moment(&mut self, value: &Bound<'py, PyAny>) -> PyResult<()> {
        let shown = value.str()?;
        let shown = shown.to_cow()?;
        if !value.getattr("tzinfo")?.is_none() {
            self.problem(Diagnostic::new(Code::TimeZone).arg(&*shown));
        } else if !shown.ends_with(" 00:00:00") {
            self.problem(Diagnostic::new(Code::TimeOfDay).arg(&*shown));
        } else {
            self.text(&shown[..shown.len() - " 00:00:00".len()]);
        }
        Ok(())
    }

    fn foreign(&mut self, value: &Bound<'py, PyAny>) -> PyResult<()> {
        let name = value.get_type().qualname()?;
        let known = Localized::new("資料可用的型別", "what data can be made of");
        let written = Localized::new(
            "請先轉成文字、Decimal、日期、串列或字典。",
            "convert it to a text, a Decimal, a date, a list or a dict",
        );
        self.problem(
            Diagnostic::new(Code::WrongType).arg(name.to_cow()?).word(known).word(written),
        );
        Ok(())
    }

    fn problem(&mut self, diagnostic: Diagnostic) {
        // The value is refused as a whole; the text only has to stay in shape.
        self.out.push_str("null");
        let pointer: String = self.pointer.iter().flat_map(|part| ["/", part]).collect();
        self.problems
            .push(diagnostic.in_data(DataPlace { pointer: Some(pointer), ..DataPlace::default() }));
    }
}
