//! A pack: rules that compile, and what can be done with them.
//!
//! Not here: how a pack comes to be (`pipeline`, or `compiled` for one that was compiled before).

use std::sync::Arc;

use crate::data::{self, Dataset};
use crate::diagnostic::Diagnostic;
use crate::eval::Engine;
use crate::limits::Limits;
use crate::plan::{Document, Plan, Rules, Step};
use crate::schema::Schema;
#[cfg(feature = "compiler")]
use crate::source::Span;
use crate::source::{Source, SourceId};
#[cfg(feature = "compiler")]
use crate::syntax::ast;
use crate::text::Localized;

/// Rules that compile, with their tests.
///
/// A pack is immutable and can be shared between threads.
#[derive(Clone, Debug)]
pub struct Pack {
    pub(crate) rules: Arc<Rules>,
    pub(crate) steps: Vec<Step>,
    pub(crate) kpi_order: Vec<usize>,
    /// The evaluator that its plans begin with.
    pub(crate) engine: Engine,
    #[cfg(feature = "compiler")]
    pub(crate) written: Written,
}

/// What files say beside rules, and what they were read within; nothing of it where a pack was compiled before.
#[cfg(feature = "compiler")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) examples: Vec<ast::Example>,
    pub(crate) tests: Vec<ast::Test>,
    pub(crate) places: Places,
    /// For reading the files again.
    pub(crate) limits: Limits,
}

/// Where those parts of rules stand that are no expressions, which know their place themselves.
#[cfg(feature = "compiler")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// Of every non-duplication rule.
    pub(crate) onces: Vec<Span>,
    /// Of what each classification gives where no row holds.
    pub(crate) otherwise: Vec<Option<Span>>,
}

impl Pack {
    /// A pack without tests, from rules that were not checked here: the evaluator over whole columns takes the types of expressions for
    /// granted, so that such rules are applied by the other one.
    pub(crate) fn new(rules: Arc<Rules>, steps: Vec<Step>, kpi_order: Vec<usize>) -> Pack {
        Pack {
            rules,
            steps,
            kpi_order,
            engine: Engine::Reference,
            #[cfg(feature = "compiler")]
            written: Written::default(),
        }
    }

    /// The pack's name.
    pub fn name(&self) -> &str {
        &self.rules.name
    }

    /// What people call it.
    pub fn label(&self) -> &Localized {
        &self.rules.label
    }

    /// The names of the packs that its rules come from: those it amends, the oldest first, then its own.
    pub fn editions(&self) -> Vec<&str> {
        self.rules.editions.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The data model.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.rules.schema
    }

    /// The documents its rules come from.
    pub fn documents(&self) -> &[Document] {
        &self.rules.documents
    }

    /// The files it was made from; of a compiled pack, what it keeps of them.
    pub fn sources(&self) -> &[Source] {
        &self.rules.sources
    }

    /// The files of each of its editions, the oldest first, with the name of the pack they make up: what `Parsed::parse_with` takes to
    /// make this pack again, where no constant was given another value.
    pub fn edition_sources(&self) -> Vec<(&str, Vec<&Source>)> {
        let file = |id: &SourceId| self.rules.sources.get(id.0 as usize);
        self.rules.editions.iter().map(|(name, ids)| (name.as_str(), ids.iter().filter_map(file).collect())).collect()
    }

    /// The rules in the order they are evaluated.
    pub fn plan(&self) -> Plan {
        Plan::new(Arc::clone(&self.rules), self.steps.clone(), self.kpi_order.clone()).with_engine(self.engine)
    }

    /// Reads a JSON document of this pack's data; `file` is the name shown in messages.
    ///
    /// # Errors
    /// Every problem in the data.
    pub fn read_json(&self, text: &str, file: Option<&str>, limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
        data::read_json(text, file, self.schema(), limits)
    }

    /// Reads JSON lines: one root (alliance) a line.
    ///
    /// # Errors
    /// Every problem in the data.
    pub fn read_json_lines(&self, text: &str, file: Option<&str>, limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
        data::read_json_lines(text, file, self.schema(), limits)
    }

    /// Reads tables that are columns in memory already.
    ///
    /// # Errors
    /// Every problem in the data.
    #[cfg(feature = "tables")]
    pub fn read_columns(&self, tables: &[data::ColumnTable<'_>], limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
        data::read_columns(tables, self.schema(), limits)
    }

    /// Reads a folder of CSV tables: the name and the bytes of each file.
    ///
    /// # Errors
    /// Every problem in the data.
    #[cfg(feature = "csv")]
    pub fn read_tables(&self, files: &[data::TableFile<'_>], limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
        data::read_tables(files, self.schema(), limits)
    }

    /// Reads the sheets of a workbook, which is called `book` in messages.
    ///
    /// # Errors
    /// Every problem in the data.
    #[cfg(feature = "tables")]
    pub fn read_sheets(&self, book: &str, sheets: &[data::SheetTable], limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
        data::read_sheets(book, sheets, self.schema(), limits)
    }
}
