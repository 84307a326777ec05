//! A rules engine for programmes that count members, money and results.
//!
//! Rules are written in a small language next to the clause they come from ([`Parsed`]), checked ([`Checked`], [`Pack`]), laid out in an
//! order of evaluation ([`Plan`]) and applied to columns of data ([`Dataset`]). The [`Outcome`] has exact numbers, a verdict for every
//! record, and bounds wherever data is missing; nothing is guessed and nothing is skipped.
//!
//! ```
//! use guiju::{JsonOptions, Limits, Parsed, Source, to_json};
//!
//! let rules = r#"
//! pack fees "會費" / "fees"
//! entity alliance { key id: text }
//! entity member in alliance { key name: text  fee: money  registered: bool }
//! tally paying "收費會員" / "paying members" in 家 from member {
//!   select fee > 0 元
//!   require registered else "未經登記" / "not registered"   because "示範" / "for show"
//!   count
//! }
//! "#;
//! let limits = Limits::default();
//! let pack = Parsed::parse(vec![Source::new("fees.guiju", rules)], &limits).check().into_pack()?;
//! let json = r#"{"alliances": [{"id": "A1", "member": [{"name": "甲公司", "fee": "50000", "registered": true}]}]}"#;
//! let data = pack.read_json(json, None, &limits).expect("the data is sound");
//! let plan = pack.plan();
//! let outcome = plan.evaluate(&data, &limits)?;
//! let result = to_json(&plan, &data, &outcome, &JsonOptions::default());
//! assert!(result.contains(r#""value": "1""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate does no I/O and has no clock, no threads and no process-wide state.

// Without some of its parts, what they share with the rest has no use.
#![cfg_attr(not(all(feature = "compiler", feature = "earlier", feature = "explain", feature = "tables")), allow(dead_code))]

#[cfg(feature = "compiler")]
mod check;
mod compiled;
#[cfg(feature = "compiler")]
mod coverage;
mod data;
mod date;
mod describe;
mod diagnostic;
#[cfg(feature = "compiler")]
mod diff;
mod eval;
#[cfg(feature = "compiler")]
mod exercise;
mod explain;
#[cfg(feature = "compiler")]
mod format;
mod limits;
mod number;
mod outcome;
mod output;
mod pack;
#[cfg(feature = "compiler")]
mod parameters;
mod partial;
#[cfg(feature = "compiler")]
mod pipeline;
mod plan;
mod progress;
mod schema;
mod sort;
mod source;
#[cfg(feature = "compiler")]
mod syntax;
#[cfg(feature = "compiler")]
mod testing;
mod text;
mod unit;
mod validate;

pub use compiled::{CompiledError, PackedError};
#[cfg(feature = "compiler")]
pub use coverage::{ClauseCoverage, CoverageState};
#[cfg(feature = "earlier")]
pub use data::Earlier;
#[cfg(feature = "tables")]
pub use data::{
    ColumnBatch, ColumnTable, ColumnValue, NumberFormat, SheetCell, SheetRow, SheetTable, SheetValue, read_columns, read_sheets,
};
pub use data::{Dataset, read_json, read_json_lines};
#[cfg(feature = "csv")]
pub use data::{TableFile, read_tables};
pub use date::{Date, Period};
#[cfg(feature = "compiler")]
pub use describe::RuleCounts;
pub use describe::{KpiForm, KpiInfo, Needed, ObligationInfo, RecordVerdict, VerdictKind};
#[cfg(feature = "tables")]
pub use diagnostic::SheetPlace;
#[cfg(feature = "render")]
pub use diagnostic::render;
pub use diagnostic::{Code, CodeInfo, DataPlace, Diagnostic, Fix, Label, Severity};
#[cfg(feature = "compiler")]
pub use diff::{
    Aspect, Change, ChangeKind, ClauseGroup, Comparison, DataDiff, DiffError, FigureDiff, PackName, Part, RuleDiff, Shares, StatusChange,
    TotalDiff, VerdictChange, VerdictSide, Written, diff,
};
pub use eval::{Engine, Progress};
#[cfg(feature = "compiler")]
pub use exercise::{Exercise, RuleKind};
#[cfg(feature = "explain")]
pub use explain::{ExplainError, Explanation, Question, explain};
#[cfg(feature = "compiler")]
pub use format::format;
pub use limits::Limits;
pub use number::{Exact, NumberError};
pub use outcome::{Abort, Group, Grouping, Issue, KpiValue, Need, ObligationOutcome, Outcome, RootOutcome, Status};
#[cfg(feature = "compiler")]
pub use output::diff_document;
pub use output::{Json, JsonOptions, amount, amount_apart, grouped, kpi_words, to_json};
pub use pack::Pack;
#[cfg(feature = "compiler")]
pub use parameters::Variations;
pub use partial::{CombineError, Combined};
#[cfg(feature = "compiler")]
pub use pipeline::{Checked, PackError, Parsed};
pub use plan::{Clause, Document, Plan};
pub use progress::{KpiProgress, MissingField, ObligationProgress, ProgressReport};
pub use schema::{Choice, Choices, Entity, Field, FieldKind, KpiSchema, Schema};
pub use source::{Position, Source, SourceId, Span};
#[cfg(feature = "compiler")]
pub use testing::TestResult;
pub use text::{Locale, Localized, printable};
pub use unit::Unit;
pub use validate::{DraftError, FieldIssue, JudgedDraft};
