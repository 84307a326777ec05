//! The Python package: converts what comes in, calls the engine, converts what goes out, and maps
//! errors.
//!
//! The face of the package is `python/guiju`, its documentation the stubs beside it. Not here:
//! anything that decides a result.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

mod amend;
mod capsule;
mod columns;
mod compare;
mod data;
mod declared;
mod diff;
mod diff_html;
mod diff_tables;
mod error;
mod evaluation;
mod explanation;
mod figures;
mod frame;
mod given;
mod groups;
mod html;
mod kept;
mod named;
mod odd;
mod pack;
mod pool;
mod previous;
mod problems;
mod programme;
mod result;
mod sheet;
mod spread;
mod sweep;
mod table;
mod tables;
mod value;
mod verify;
mod words;

use pyo3::prelude::*;

/// What `guiju/__init__.py` takes its names from.
#[pymodule]
fn _guiju(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("PACKS", pyo3::types::PyTuple::new(module.py(), guiju_rules::NAMES)?)?;
    module.add_function(wrap_pyfunction!(pack::load, module)?)?;
    module.add_function(wrap_pyfunction!(diff::diff, module)?)?;
    module.add_function(wrap_pyfunction!(problems::problems, module)?)?;
    module.add_function(wrap_pyfunction!(sheet::unset, module)?)?;
    module.add_function(wrap_pyfunction!(verify::verify, module)?)?;
    let at_exit = wrap_pyfunction!(pool::wait_for_tasks, module)?;
    module.py().import("atexit")?.call_method1("register", (at_exit,))?;
    module.add_class::<error::Diagnostic>()?;
    module.add_class::<pack::Pack>()?;
    module.add_class::<result::Result>()?;
    module.add_class::<programme::Programme>()?;
    module.add_class::<table::Table>()?;
    module.add_class::<explanation::Explanation>()?;
    module.add_class::<diff::Diff>()?;
    Ok(())
}
