//! A pack: rules that compile, and what can be done with them.
//!
//! Not here: how a pack comes to be (`pipeline`, or `compiled` for one that was compiled before).

use std::sync::Arc;

use crate::data::DataError;
use crate::data::{self, Dataset};
use crate::eval::Engine;
#[cfg(feature = "columnar")]
use crate::eval::Program;
use crate::provenance::Provenance;
use guiju_model::date::Period;
use guiju_model::index::KpiId;
use guiju_model::limits::Limits;
use guiju_model::rules::{Document, Rounds, Rules, Step};
use guiju_model::schema::Schema;
use guiju_model::source::{Source, SourceId};
use guiju_model::text::Localized;

/// Rules that compile, in the order they are evaluated.
///
/// A pack is immutable and can be shared between threads; cloning one is cheap.
#[derive(Clone, Debug)]
pub struct Pack {
    #[doc(hidden)]
    pub rules: Arc<Rules>,
    #[doc(hidden)]
    pub steps: Arc<[Step]>,
    /// KPIs in an order where each stands after those it is computed from.
    #[doc(hidden)]
    pub kpi_order: Arc<[KpiId]>,
    /// When each rule is computed; no round at all where rules read one another in a circle.
    pub(crate) rounds: Arc<Rounds>,
    /// Compiled when it is first needed, once for all clones.
    #[cfg(feature = "columnar")]
    program: Arc<std::sync::OnceLock<Program>>,
    #[doc(hidden)]
    pub engine: Engine,
    /// Found when it is first asked for; a compiled pack brings it.
    provenance: Arc<std::sync::OnceLock<Provenance>>,
}

impl Pack {
    #[doc(hidden)]
    pub fn new(rules: impl Into<Arc<Rules>>, steps: Vec<Step>, kpi_order: Vec<KpiId>) -> Pack {
        let rules = rules.into();
        Pack {
            rounds: Arc::new(rules.flow().rounds().unwrap_or_default()),
            rules,
            steps: steps.into(),
            kpi_order: kpi_order.into(),
            #[cfg(feature = "columnar")]
            program: Arc::default(),
            engine: Engine::default(),
            provenance: Arc::default(),
        }
    }

    /// The same pack, whose files are no longer at hand.
    pub(crate) fn made_from(self, provenance: Provenance) -> Pack {
        Pack { provenance: Arc::new(provenance.into()), ..self }
    }

    /// Whether rules of roots or records read figures of the programme.
    #[doc(hidden)]
    pub fn reads_back(&self) -> bool {
        self.rounds.count > 1
    }

    #[cfg(feature = "columnar")]
    pub(crate) fn program(&self) -> &Program {
        self.program.get_or_init(|| Program::new(&self.rules))
    }

    /// The pack's name.
    pub fn name(&self) -> &str {
        &self.rules.name
    }

    /// What people call it.
    pub fn label(&self) -> &Localized {
        &self.rules.label
    }

    /// The names of the packs that its rules come from: those it amends, the oldest first, then its
    /// own.
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

    /// The files of each of its editions, the oldest first, with the name of the pack they make up:
    /// what `Parsed::parse_with` takes to make this pack again, where no constant was given another
    /// value.
    pub fn edition_sources(&self) -> Vec<(&str, Vec<&Source>)> {
        let file = |id: &SourceId| self.rules.sources.get(id.0 as usize);
        self.rules
            .editions
            .iter()
            .map(|(name, ids)| (name.as_str(), ids.iter().filter_map(file).collect()))
            .collect()
    }

    /// What it was made from, by digests: results name it.
    pub fn provenance(&self) -> &Provenance {
        self.provenance.get_or_init(|| Provenance::of(&self.rules))
    }

    /// The period the pack is about, where it declares one.
    pub fn period(&self) -> Option<Period> {
        self.rules.period
    }

    /// Reads a JSON document of this pack's data; `file` is the name shown in messages.
    ///
    /// # Errors
    /// Every problem in the data.
    pub fn read_json(
        &self,
        text: &str,
        file: Option<&str>,
        limits: &Limits,
    ) -> Result<Dataset, DataError> {
        data::read_json(text, file, self.schema(), limits)
    }

    /// Reads JSON lines: one root (alliance) a line.
    ///
    /// # Errors
    /// Every problem in the data.
    pub fn read_json_lines(
        &self,
        text: &str,
        file: Option<&str>,
        limits: &Limits,
    ) -> Result<Dataset, DataError> {
        data::read_json_lines(text, file, self.schema(), limits)
    }

    /// Reads tables that are columns in memory already.
    ///
    /// # Errors
    /// Every problem in the data.
    pub fn read_columns(
        &self,
        tables: &[data::ColumnTable<'_>],
        limits: &Limits,
    ) -> Result<Dataset, DataError> {
        data::read_columns(tables, self.schema(), limits)
    }

    /// Reads a folder of CSV tables: the name and the bytes of each file.
    ///
    /// # Errors
    /// Every problem in the data.
    pub fn read_tables(
        &self,
        files: &[data::TableFile<'_>],
        limits: &Limits,
    ) -> Result<Dataset, DataError> {
        data::read_tables(files, self.schema(), limits)
    }

    /// Reads the sheets of a workbook, which is called `book` in messages.
    ///
    /// # Errors
    /// Every problem in the data.
    pub fn read_sheets(
        &self,
        book: &str,
        sheets: &[data::SheetTable],
        limits: &Limits,
    ) -> Result<Dataset, DataError> {
        data::read_sheets(book, sheets, self.schema(), limits)
    }
}
