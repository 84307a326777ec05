//! A rules engine for programmes that count members, money and results.
//!
//! Rules are written in a small language next to the clause they come from ([`Parsed`]), checked
//! ([`Checked`], [`SourcePack`]) and applied to columns of data ([`Dataset`]). The [`Evaluation`]
//! has exact numbers, a verdict for every record, and bounds wherever data is missing; nothing is
//! guessed and nothing is skipped.
//!
//! The code is in four crates, whose names this one gives on: `guiju-model`, `guiju-engine`,
//! `guiju-compiler`, `guiju-diff`. Only what stands here is stable.
//!
//! ```
//! use guiju::{JsonOptions, Limits, Parsed, Source};
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
//! let evaluation = pack.evaluate(&data, &limits)?;
//! let result = evaluation.to_json(&JsonOptions::default());
//! assert!(result.contains(r#""value": "1""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate does no I/O and has no clock. With the feature `parallel` it uses the threads of
//! rayon's pool.

pub use guiju_compiler::exercise::{Exercise, RuleKind};
pub use guiju_compiler::format::{Spelling, format};
pub use guiju_compiler::mutate::{
    Allowance, ChangeKind as MutationKind, FailingTests, Fate, Mutant, MutantOptions, Mutants,
    allowances,
};
pub use guiju_compiler::names::{Declared, NameKind, Named, Names};
pub use guiju_compiler::parameters::Variations;
pub use guiju_compiler::pipeline::{Checked, PackError, Parsed};
pub use guiju_compiler::source_pack::{RuleCounts, SourcePack};
pub use guiju_compiler::syntax::{
    OutlineItem, beside, cited_at, is_table_file, outline, table_files,
};
pub use guiju_compiler::testing::TestResult;
pub use guiju_diff::{
    Aspect, Change, ChangeKind, ClauseGroup, Comparison, DataDiff, DiffError, FigureDiff, PackName,
    Part, RuleDiff, Shares, StatusChange, TotalDiff, Use as RuleUse, VerdictChange, VerdictSide,
    Written, diff, diff_document,
};
pub use guiju_engine::compiled::{CompiledError, PackedError};
pub use guiju_engine::coverage::{ClauseCoverage, CoverageState};
pub use guiju_engine::data::{
    Cell, ColumnBatch, ColumnTable, ColumnValue, DataError, Dataset, Earlier, NumberFormat,
    Reading, SheetCell, SheetRow, SheetTable, SheetValue, TableFile, read_columns, read_json,
    read_json_lines, read_sheets, read_tables,
};
pub use guiju_engine::describe::{
    KpiForm, KpiInfo, Needed, ObligationInfo, RecordVerdict, Saying, VerdictKind,
};
pub use guiju_engine::eval::Engine;
pub use guiju_engine::evaluation::Evaluation;
pub use guiju_engine::explain::{
    ChangesTried, ExplainError, Explanation, HangsOn, HangsOnError, Neighbour, Question,
    TurningChange, TurningValue,
};
pub use guiju_engine::output::Place as AwardPlace;
pub use guiju_engine::output::{AwardList, JsonOptions, amount, amount_apart, grouped, kpi_words};
pub use guiju_engine::pack::Pack;
pub use guiju_engine::partial::CombineError;
pub use guiju_engine::progress::{
    AwardProgress, KpiProgress, MissingField, ObligationProgress, ProgressReport,
};
pub use guiju_engine::provenance::Provenance;
pub use guiju_engine::validate::{DraftError, FieldIssue, JudgedDraft};
pub use guiju_engine::values::{Amounts, ConstantInfo};
pub use guiju_engine::watch::{Progress, Watch};
pub use guiju_model::date::{Date, DateError, Period};
#[cfg(feature = "render")]
pub use guiju_model::diagnostic::render;
pub use guiju_model::diagnostic::{
    Code, CodeInfo, DataPlace, Diagnostic, Fix, Label, Severity, SheetPlace,
};
pub use guiju_model::index::{EntityId, FieldId, Ids, KpiId, List, TallyId};
pub use guiju_model::json::Json;
pub use guiju_model::limits::Limits;
pub use guiju_model::memory::Holder;
pub use guiju_model::needs::Needs;
pub use guiju_model::number::{Exact, NumberError, Rounding};
pub use guiju_model::outcome::{
    Abort, Group, Grouping, Issue, KpiValue, Need, ObligationOutcome, Outcome, RootOutcome, Status,
};
pub use guiju_model::rules::{Clause, Document, Register};
pub use guiju_model::schema::{Choice, Choices, Entity, Field, FieldKind, KpiSchema, Schema};
pub use guiju_model::source::{Position, Source, SourceId, Span};
pub use guiju_model::standing::{AwardOutcome, Cause, Contest, Decision, Room, Standing};
pub use guiju_model::text::{
    Locale, Localized, characters, fold, is_invisible, is_noncharacter, is_private, listed,
    nearest, printable,
};
pub use guiju_model::unit::{MONEY, Unit};
pub use guiju_model::utf16::decode as decode_utf16;
pub use guiju_model::words::Words;
