//! JSON documents and JSON lines to a dataset.
use super::Dataset;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::schema::Schema;
use std::sync::Arc;
/// Reads a document.
///
/// # Errors
/// Every problem found.
pub fn read_json(_text: &str, _file: Option<&str>, _schema: &Arc<Schema>, _limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
    Err(vec![])
}
/// Reads lines.
///
/// # Errors
/// Every problem found.
pub fn read_json_lines(_text: &str, _file: Option<&str>, _schema: &Arc<Schema>, _limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
    Err(vec![])
}
