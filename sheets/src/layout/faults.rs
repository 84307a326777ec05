//! What is wrong with the parts of a description, kept until one of them is asked for: a sheet that
//! does not fit takes no other away.
//!
//! Not here: finding it (`read`, `resolve`).

use std::fmt;

use guiju::Diagnostic;

use super::Layout;

/// What a part of a description is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Dates,
    Window,
    Sheet,
}

impl Kind {
    /// The key of `drop` that takes it out.
    pub(super) fn key(self) -> &'static str {
        match self {
            Kind::Dates => "dates",
            Kind::Window => "windows",
            Kind::Sheet => "sheets",
        }
    }

    /// What it is called.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Dates => ("日期", "date"),
            Kind::Window => ("填報期間", "window"),
            Kind::Sheet => ("報表", "sheet"),
        }
    }
}

/// A part that cannot be used.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// What is wrong with itself.
    pub(super) found: Vec<Diagnostic>,
    /// The others without which it cannot be used, by their numbers.
    pub(super) because: Vec<usize>,
}

impl Layout {
    /// The number of what is wrong with a part, if anything is.
    pub(super) fn fault(&self, kind: Kind, name: &str) -> Option<usize> {
        self.faults.iter().position(|fault| fault.kind == kind && fault.name == name)
    }

    /// Everything that is wrong, by its place.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let of_parts = self.faults.iter().flat_map(|fault| &fault.found);
        sorted(self.found.iter().chain(of_parts).cloned().collect())
    }

    /// What is wrong with a part itself, or with what it is made from.
    pub(super) fn wrong_with(&self, kind: Kind, name: &str) -> Result<(), LayoutError> {
        let Some(fault) = self.fault(kind, name).and_then(|number| self.faults.get(number)) else {
            return Ok(());
        };
        // What these hang on themselves is wrong by itself: a sheet has the sections of one that
        // has its own.
        let others = fault.because.iter().filter_map(|number| self.faults.get(*number));
        let behind = others.clone().flat_map(|other| &other.because);
        let behind = behind.filter_map(|number| self.faults.get(*number));
        let all = [fault].into_iter().chain(others).chain(behind);
        let mut found: Vec<Diagnostic> = all.flat_map(|fault| fault.found.clone()).collect();
        found = sorted(found);
        found.dedup();
        Err(found.into())
    }
}

fn sorted(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    found
}

/// Why a sheet or a window cannot be used: everything that is wrong with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LayoutError {
    /// What is wrong, by its place in the files; at least one.
    pub diagnostics: Vec<Diagnostic>,
}

impl From<Vec<Diagnostic>> for LayoutError {
    fn from(diagnostics: Vec<Diagnostic>) -> LayoutError {
        LayoutError { diagnostics }
    }
}

impl From<Diagnostic> for LayoutError {
    fn from(diagnostic: Diagnostic) -> LayoutError {
        LayoutError { diagnostics: vec![diagnostic] }
    }
}

/// A line for each.
impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, found) in self.diagnostics.iter().enumerate() {
            write!(f, "{}{found}", if n > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for LayoutError {}
