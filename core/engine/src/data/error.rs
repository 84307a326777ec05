//! Why data cannot be taken: the error of everything that reads. Not here: what is wrong with it
//! (`guiju_model::diagnostic`).

use std::fmt;

use guiju_model::diagnostic::Diagnostic;

/// Data or an earlier result that cannot be taken, with every problem of it.
///
/// ```
/// use guiju::{Limits, Parsed, Source};
/// let rules = r#"pack shops
/// entity shop { key id: text  fee: money }"#;
/// let limits = Limits::default();
/// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
/// let text = r#"{"shops": [{"id": "A", "fee": "much"}, {"id": "B", "feee": 5}]}"#;
/// let error = pack.read_json(text, Some("upload.json"), &limits).expect_err("two problems");
/// assert_eq!(error.diagnostics.len(), 2);
/// assert!(error.to_string().starts_with("G607: upload.json /shops/0/fee: `much` is not a number"), "{error}");
/// # Ok::<(), guiju::PackError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataError {
    /// Every problem, in the order of the data: each with a code, a place and a way out. None where
    /// the host stopped the reading.
    pub diagnostics: Vec<Diagnostic>,
}

impl From<Vec<Diagnostic>> for DataError {
    fn from(diagnostics: Vec<Diagnostic>) -> DataError {
        DataError { diagnostics }
    }
}

impl From<Diagnostic> for DataError {
    fn from(diagnostic: Diagnostic) -> DataError {
        DataError { diagnostics: vec![diagnostic] }
    }
}

/// A line for each problem: its code, its place and what is wrong, in English.
impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.diagnostics.is_empty() {
            return f.write_str("the reading was stopped");
        }
        for (n, problem) in self.diagnostics.iter().enumerate() {
            write!(f, "{}{problem}", if n > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for DataError {}
