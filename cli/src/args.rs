//! The command line: commands, options, and the help with its examples.
//!
//! Not here: what the options do (`command`).

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use guiju::Locale;

const EXAMPLES: &str = "\
Examples:
  guiju evaluate alliance_108 data/
  guiju explain alliance_108 data/ --alliance A1 --kpi operating_revenue
  guiju check my_rules/
  guiju test my_rules/

Exit status: 0 done, 1 the rules or the data have errors, 2 wrong usage. An obligation that is not met is a result, not an error.";

const EVALUATE: &str = "\
Examples:
  guiju evaluate alliance_108 data/                          all alliances and the programme
  guiju evaluate alliance_108 data/ --alliance A1 --records  one alliance, record by record
  guiju evaluate alliance_108 data.json --format json        exact results for programs
  guiju evaluate my_rules/ - --format csv < data.json        a line for each KPI";

const EXPLAIN: &str = "\
Examples:
  guiju explain alliance_108 data/ --alliance A1
  guiju explain alliance_108 data/ --alliance A1 --kpi operating_revenue
  guiju explain alliance_108 data/ --alliance A1 --record revenue/R-0007
  guiju explain alliance_108 data/ --alliance A1 --obligation exceed_grant --locale en";

const CHECK: &str = "\
Examples:
  guiju check my_rules/
  guiju check alliance_108 --locale en
  guiju check my_rules/ --clauses clauses.txt
  guiju check my_rules/ --format json > findings.json";

const TEST: &str = "\
Examples:
  guiju test my_rules/
  guiju test alliance_108";

/// Judge data by written rules: exact numbers, and a reason for every record.
///
/// 規矩：依成文規則評核資料，數字精確，每一筆都有理由。
#[derive(Debug, Parser)]
#[command(name = "guiju", version, after_help = EXAMPLES, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// Language of labels and messages.
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE", default_value = "zh-TW")]
    locale: Language,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge data by a pack.
    ///
    /// 依規則包評核資料。
    #[command(after_help = EVALUATE)]
    Evaluate(Evaluate),
    /// Say why a KPI, a record or an obligation came out as it did.
    ///
    /// 說明指標、資料或義務的結果從何而來。
    #[command(after_help = EXPLAIN)]
    Explain(Explain),
    /// Check the rules of a pack; every problem at once.
    ///
    /// 檢查規則包，一次列出所有問題。
    #[command(after_help = CHECK)]
    Check(Check),
    /// Run the tests written in a pack.
    ///
    /// 執行規則包內的測試。
    #[command(after_help = TEST)]
    Test(Test),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Evaluate {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// A folder of CSV tables, a .json or .jsonl file, or `-` for JSON from standard input.
    pub(crate) data: PathBuf,
    /// How to write the result: a table for people, JSON or CSV for programs.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ResultFormat,
    /// Also the verdict on every record; with `--format csv`, those instead of the KPIs.
    #[arg(long)]
    pub(crate) records: bool,
    /// Only the alliance (root record) with this id.
    #[arg(long, value_name = "ID")]
    pub(crate) alliance: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// A folder of CSV tables, a .json or .jsonl file, or `-` for JSON from standard input.
    pub(crate) data: PathBuf,
    /// The alliance (root record) in question.
    #[arg(long, value_name = "ID")]
    pub(crate) alliance: String,
    #[command(flatten)]
    pub(crate) about: About,
    /// How to write the explanation.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TextFormat,
}

/// At most one of these; without any, an overview.
#[derive(Debug, clap::Args)]
#[group(required = false, multiple = false)]
pub(crate) struct About {
    /// The KPI to explain.
    #[arg(long, value_name = "KPI")]
    pub(crate) kpi: Option<String>,
    /// The record to explain, by entity and key.
    #[arg(long, value_name = "ENTITY/KEY", value_parser = record)]
    pub(crate) record: Option<Record>,
    /// The obligation to explain.
    #[arg(long, value_name = "OBLIGATION")]
    pub(crate) obligation: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// A file with one clause id a line: show which rules cite each, and fail where one is neither cited nor declared not computable.
    #[arg(long, value_name = "LIST")]
    pub(crate) clauses: Option<PathBuf>,
    /// How to write the findings: text on standard error, or JSON on standard output.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TextFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
}

/// A record by entity and key.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) entity: String,
    pub(crate) key: String,
}

/// The key may itself have a slash.
fn record(text: &str) -> Result<Record, String> {
    match text.split_once('/') {
        Some((entity, key)) if !entity.is_empty() && !key.is_empty() => Ok(Record { entity: entity.to_owned(), key: key.to_owned() }),
        _ => Err("write the record as ENTITY/KEY, such as revenue/R-0007".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    Table,
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    #[value(name = "zh-TW", alias = "zh")]
    ZhTw,
    #[value(name = "en")]
    En,
}

impl Args {
    /// The language to speak.
    pub(crate) fn locale(&self) -> Locale {
        match self.locale {
            Language::ZhTw => Locale::ZhTw,
            Language::En => Locale::En,
        }
    }

    /// Whether errors are wanted as JSON.
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::Evaluate(evaluate) => evaluate.format == ResultFormat::Json,
            Command::Explain(explain) => explain.format == TextFormat::Json,
            Command::Check(check) => check.format == TextFormat::Json,
            Command::Test(_) => false,
        }
    }
}
