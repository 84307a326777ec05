//! The command line: commands, options, and the help with its examples.
//!
//! Not here: what the options do (`command`), and wrong usage (`usage`).

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use guiju::{Engine, Limits};

use crate::failure::Failure;
use crate::help::{
    CHECK, COMPILE, DIFF, DOC, EVALUATE, EXAMPLES, EXPLAIN, FMT, LSP, MUTATE, REPORT, TEMPLATE,
    TEST, TYPES, VERIFY,
};
use crate::sink;

/// Judge data by written rules: exact numbers, and a reason for every record.
///
/// 規矩：依成文規則評核資料，數字精確，每一筆都有理由。
#[derive(Debug, Parser)]
#[command(name = "guiju", version, after_help = EXAMPLES, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// Language of labels and messages.
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE", default_value = "zh-TW")]
    pub(crate) locale: Language,
    /// Keep the limits for rules and data of strangers: small files, 64 MiB of memory, less effort.
    ///
    /// 以「不信任來源」的上限讀取與評核：小檔案、記憶體 64 MiB、較少步驟。
    #[arg(long, global = true)]
    pub(crate) untrusted: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// What rules and data may come to.
    pub(crate) fn limits(&self) -> Limits {
        if self.untrusted { Limits::untrusted() } else { Limits::default() }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge data by a pack.
    ///
    /// 依規則包評核資料。
    #[command(after_help = EVALUATE)]
    Evaluate(Evaluate),
    /// Judge data again, and compare with the receipt of a result.
    ///
    /// 依收據重算結果，並核對簽章與每個檔案。
    #[command(after_help = VERIFY)]
    Verify(Verify),
    /// Say why a KPI, a record or an obligation, an alliance or the programme came out as it did.
    ///
    /// 說明指標、資料、義務、聯盟或整體計畫的結果從何而來。
    #[command(after_help = EXPLAIN)]
    Explain(Explain),
    /// Check the rules of a pack; every problem at once.
    ///
    /// 檢查規則包，一次列出所有問題。
    #[command(after_help = CHECK)]
    Check(Check),
    /// Show what changed from one pack to another, clause by clause, and what each change does to
    /// the figures of some data.
    ///
    /// 逐條列出兩個規則包的差別，以及每項變更對資料的影響。
    #[command(after_help = DIFF)]
    Diff(Diff),
    /// Run the tests written in a pack.
    ///
    /// 執行規則包內的測試。
    #[command(after_help = TEST)]
    Test(Test),
    /// Write the tables of a pack, empty or with what stays from last year: a workbook, or CSV, to
    /// fill in and to evaluate.
    ///
    /// 產生規則包的空白資料表（可沿用前一年的資料），填好即可評核。
    #[command(after_help = TEMPLATE)]
    Template(Template),
    /// Write the sheets that a pack describes, filled with the result of some data: to be handed
    /// in.
    ///
    /// 依規則包的說明產生填好的報表（綜整表、期間報表、逐筆清單等）。
    #[command(after_help = REPORT)]
    Report(Report),
    /// Change the rules of a pack one at a time, and show the changes that no test notices.
    ///
    /// 逐一改動規則，列出測試沒有發現的改動。
    #[command(after_help = MUTATE)]
    Mutate(Mutate),
    /// Format rule files: one layout for all of them. Lines stay where their author broke them.
    ///
    /// 整理規則檔的排版；換行維持作者所寫。
    #[command(after_help = FMT)]
    Fmt(Fmt),
    /// Help write rules in an editor, as a language server on standard input and output.
    ///
    /// 語言伺服器：讓編輯器邊寫邊檢查規則、補全、改名。
    #[command(after_help = LSP)]
    Lsp,
    /// Write a pack as one compiled file: pages and programs judge by it without a compiler. It is
    /// of one version of guiju.
    ///
    /// 把規則包編譯成一個檔案，網頁與程式不需編譯器就能使用；只適用同一版本的 guiju。
    #[command(after_help = COMPILE)]
    Compile(Compile),
    /// Write what a pack is made of as TypeScript declarations: its entities, fields, choices,
    /// KPIs, tallies and obligations.
    ///
    /// 把規則包的資料、欄位、選項、指標、計數項與義務寫成 TypeScript 型別。
    #[command(after_help = TYPES)]
    Types(Types),
    /// Show law and rules on one page: clause by clause the rules that compute it, their tests, and
    /// the data they ask for.
    ///
    /// 把條文與規則寫成一頁：每條條文由哪些規則計算、哪些測試看過、讀哪些欄位。
    #[command(after_help = DOC)]
    Doc(Doc),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Evaluate {
    /// A built-in pack by name, a folder of .guiju files, or a compiled pack (.gjc).
    pub(crate) pack: String,
    /// A folder of CSV tables, a workbook (.xlsx, .ods) with a sheet for each, a .json or .jsonl
    /// file, or `-` for JSON from standard input.
    pub(crate) data: PathBuf,
    /// Later years, each a pack and its data: the results of one are the previous values of the
    /// next.
    #[arg(value_name = "PACK DATA")]
    pub(crate) later: Vec<String>,
    /// What `--format json` wrote for an earlier year (of several, the last counts), or `-`: its
    /// values are the previous ones.
    #[arg(long, value_name = "RESULT.json")]
    pub(crate) previous: Option<PathBuf>,
    /// How to write the result: a table or a page for people, JSON or CSV for programs.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ResultFormat,
    /// Also the verdict on every record; with `--format csv`, those instead of the KPIs.
    #[arg(long)]
    pub(crate) records: bool,
    /// With `--format csv`, texts as they are; otherwise those that a spreadsheet would run as
    /// formulas get a `'` before them.
    #[arg(long)]
    pub(crate) raw_cells: bool,
    /// Only the alliance (root record) with this id.
    #[arg(long, visible_alias = "root", value_name = "ID")]
    pub(crate) alliance: Option<String>,
    /// Also write a receipt: what the JSON of this result was computed from, for `guiju verify`.
    #[arg(long, value_name = "RECEIPT.json", conflicts_with = "later")]
    pub(crate) seal: Option<PathBuf>,
    /// The Ed25519 private key (PEM) that signs the receipt; without it the one in
    /// GUIJU_SIGNING_KEY, or none.
    #[arg(long, value_name = "KEY.pem", requires = "seal")]
    pub(crate) key: Option<PathBuf>,
    /// What computes: over whole columns, or record by record to check the other against. The
    /// result is the same. A compiled pack always takes the latter.
    #[arg(long, value_enum, default_value = "columnar")]
    pub(crate) engine: EngineName,
}

impl Evaluate {
    /// Every pack with its data, in the order of time.
    pub(crate) fn years(&self) -> Vec<(&str, &Path)> {
        let later = self.later.chunks_exact(2).filter_map(|pair| match pair {
            [pack, data] => Some((pack.as_str(), Path::new(data))),
            _ => None,
        });
        std::iter::once((self.pack.as_str(), self.data.as_path())).chain(later).collect()
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// What `guiju evaluate --seal` wrote.
    pub(crate) receipt: PathBuf,
    /// The pack that judged: a built-in one by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// The data that was judged, as for `evaluate`.
    pub(crate) data: PathBuf,
    /// The result of an earlier year that gave the previous values, where there was one.
    #[arg(long, value_name = "RESULT.json")]
    pub(crate) previous: Option<PathBuf>,
    /// The Ed25519 public key (PEM) of whom you trust; a signed receipt is not taken without it.
    #[arg(long, value_name = "KEY.pem")]
    pub(crate) key: Option<PathBuf>,
    /// The result itself, as `evaluate --format json` wrote it, to be compared byte by byte.
    #[arg(long, value_name = "RESULT.json")]
    pub(crate) result: Option<PathBuf>,
    /// How to write what was found.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TextFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A built-in pack by name, a folder of .guiju files, or a compiled pack (.gjc).
    pub(crate) pack: String,
    /// A folder of CSV tables, a workbook (.xlsx, .ods) with a sheet for each, a .json or .jsonl
    /// file, or `-` for JSON from standard input.
    pub(crate) data: PathBuf,
    /// The alliance (root record) in question. Without one the programme is; a record needs none
    /// that only one alliance has.
    #[arg(long, visible_alias = "root", value_name = "ID")]
    pub(crate) alliance: Option<String>,
    /// What `evaluate --format json` wrote for an earlier year, or `-`: its values are the previous
    /// ones.
    #[arg(long, value_name = "RESULT.json")]
    pub(crate) previous: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) about: About,
    /// The obligation, or the award, of which to say what its verdict hangs on: each single record
    /// whose leaving turns it, and each single value whose change does. `--record` names whom an
    /// award among records decides on.
    #[arg(long, value_name = "OBLIGATION", conflicts_with_all = ["kpi", "obligation"])]
    pub(crate) hangs_on: Option<String>,
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
    /// A file with one clause id a line: show which rules cite each, and fail where one is neither
    /// cited nor declared not computable.
    #[arg(long, value_name = "LIST")]
    pub(crate) clauses: Option<PathBuf>,
    /// How to write the findings: text on standard error, or JSON or SARIF 2.1.0 on standard
    /// output.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: CheckFormat,
}

/// How findings in rules are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    Text,
    Json,
    Sarif,
}

/// How results of tests are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    Text,
    Junit,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// The pack before: a built-in one by name, or a folder of .guiju files.
    #[arg(value_name = "PACK_A")]
    pub(crate) before: String,
    /// The pack after.
    #[arg(value_name = "PACK_B")]
    pub(crate) after: String,
    /// Data to judge by both: a folder of CSV tables, a workbook (.xlsx, .ods), a .json or .jsonl
    /// file, or `-`.
    #[arg(long, value_name = "DATA")]
    pub(crate) data: Option<PathBuf>,
    /// How to write it: text for people, JSON for programs, or a page.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: DiffFormat,
    /// With `--data`, only the alliance (root record) with this id.
    #[arg(long, visible_alias = "root", value_name = "ID", requires = "data")]
    pub(crate) alliance: Option<String>,
}

/// How a difference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
    Html,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// Also show which rules the tests exercise: what none has seen hold, or fail. The exit status
    /// stays that of the tests.
    #[arg(long)]
    pub(crate) coverage: bool,
    /// How to write the results: text for people, or JUnit XML for continuous integration.
    #[arg(long, value_enum, default_value = "text", conflicts_with = "coverage")]
    pub(crate) format: TestFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Mutate {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// Write tests that would notice the changes to a new file in the pack's `tests` folder, for
    /// its author to read and accept.
    #[arg(long)]
    pub(crate) write: bool,
    /// End with exit status 1 where a change of the pack's own rules goes unnoticed and is not
    /// allowed to.
    #[arg(long)]
    pub(crate) check: bool,
    /// How to write it: text for people, JSON for programs.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TextFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Template {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// What to write: a workbook of OpenDocument or Excel, or a folder of CSV. Without it, what the
    /// name of the file ends in, or else `ods`.
    #[arg(long, value_enum)]
    pub(crate) format: Option<TemplateFormat>,
    /// The data of the year before, as `evaluate` reads it (a folder, a workbook, JSON, or `-`):
    /// the roots and the records that others refer to are filled in, such as alliances and their
    /// members.
    #[arg(long, value_name = "DATA")]
    pub(crate) previous: Option<PathBuf>,
    /// With `--format csv`, texts as they are; otherwise those that a spreadsheet would run as
    /// formulas get a `'` before them, which has to go before the tables are read.
    #[arg(long)]
    pub(crate) raw_cells: bool,
    /// The new file, or the folder for CSV; without it, or with `-`, a workbook goes to standard
    /// output. What is there is never replaced.
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
}

impl Template {
    pub(crate) fn chosen(&self) -> Result<TemplateFormat, Failure> {
        sink::format(self.format, self.output.as_deref(), TemplateFormat::Ods)
    }
}

impl Report {
    pub(crate) fn chosen(&self) -> Result<ReportFormat, Failure> {
        sink::format(self.format, self.output.as_deref(), ReportFormat::Ods)
    }
}

/// The format of an empty workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplateFormat {
    Ods,
    Xlsx,
    Csv,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    /// A built-in pack by name, a folder of .guiju files, or a compiled pack (.gjc).
    pub(crate) pack: String,
    /// A folder of CSV tables, a workbook (.xlsx, .ods) with a sheet for each, a .json or .jsonl
    /// file, or `-` for JSON from standard input.
    pub(crate) data: PathBuf,
    /// The sheet, as the file sheets.toml beside the rules names it.
    #[arg(long, value_name = "NAME", required_unless_present = "template")]
    pub(crate) sheet: Option<String>,
    /// An office's own form (.ods) to fill in: cells that are named after figures, or marked
    /// `{{figure}}`, take their values, and all else stays. With a sheet, money is in its unit.
    #[arg(long, value_name = "FORM.ods", conflicts_with = "format")]
    pub(crate) template: Option<PathBuf>,
    /// The window that the sheet is of: its figures and records are those with a day in it.
    #[arg(long, value_name = "WINDOW")]
    pub(crate) window: Option<String>,
    /// Only the alliance (root record) with this id; without it all of them, in one workbook.
    #[arg(long, visible_alias = "root", value_name = "ID")]
    pub(crate) alliance: Option<String>,
    /// What `evaluate --format json` wrote for an earlier year, or `-`: its values are the previous
    /// ones.
    #[arg(long, value_name = "RESULT.json")]
    pub(crate) previous: Option<PathBuf>,
    /// What to write: a workbook of OpenDocument or Excel, a PDF that can be read aloud, the source
    /// of which Typst makes PDF, a page, or CSV. Without it, what the name of the file ends in, or
    /// else `ods`.
    #[arg(long, value_enum)]
    pub(crate) format: Option<ReportFormat>,
    /// With `--format pdf`, another font (.otf, .ttf, .ttc), for characters that its own one lacks.
    #[arg(long, value_name = "FILE")]
    pub(crate) font: Vec<PathBuf>,
    /// The file, which is replaced where it is there; or a folder that is there, for a file for
    /// each alliance. Without it, or with `-`, the sheet goes to standard output.
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
}

/// The format of a sheet that is handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Ods,
    Xlsx,
    Pdf,
    Typ,
    #[value(alias = "htm")]
    Html,
    Csv,
}

impl ReportFormat {
    /// The ending of its files.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            ReportFormat::Ods => "ods",
            ReportFormat::Xlsx => "xlsx",
            ReportFormat::Pdf => "pdf",
            ReportFormat::Typ => "typ",
            ReportFormat::Html => "html",
            ReportFormat::Csv => "csv",
        }
    }

    /// Whether a terminal cannot show it.
    pub(crate) fn is_binary(self) -> bool {
        matches!(self, ReportFormat::Ods | ReportFormat::Xlsx | ReportFormat::Pdf)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Fmt {
    /// Files, and folders with everything below them; or `-` alone for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change, each with the first line that differs.
    #[arg(long)]
    pub(crate) check: bool,
    /// Spell the words of the language in Chinese or English; without it every word stays as it is
    /// written.
    #[arg(long, value_name = "SPELLING")]
    pub(crate) words: Option<WordSpelling>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Compile {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// The file to write, ending in .gjc, or `-` for standard output.
    #[arg(short, long, value_name = "FILE.gjc")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Types {
    /// A built-in pack by name, a folder of .guiju files, or a compiled pack (.gjc).
    pub(crate) pack: String,
    /// The file to write, ending in .d.ts, or `-` for standard output.
    #[arg(short, long, value_name = "FILE.d.ts")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Doc {
    /// A built-in pack by name, or a folder of .guiju files.
    pub(crate) pack: String,
    /// A page that needs nothing beside it, or Markdown.
    #[arg(long, value_enum, default_value = "html")]
    pub(crate) format: DocFormat,
}

/// The format of law and rules on one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocFormat {
    Html,
    Markdown,
}

/// How the words of the language are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WordSpelling {
    Zh,
    En,
}

/// A record by entity and key.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) entity: String,
    pub(crate) key: String,
}

/// The key may itself have a slash.
fn record(text: &str) -> Result<Record, NotARecord> {
    match text.split_once('/') {
        Some((entity, key)) if !entity.is_empty() && !key.is_empty() => {
            Ok(Record { entity: entity.to_owned(), key: key.to_owned() })
        }
        _ => Err(NotARecord),
    }
}

/// Why a text names no record.
#[derive(Debug)]
pub(crate) struct NotARecord;

impl NotARecord {
    pub(crate) const ZH: &str = "請寫成 `資料/編號`，如 `revenue/R-0007`";
}

impl std::fmt::Display for NotARecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("write the record as ENTITY/KEY, such as revenue/R-0007")
    }
}

impl std::error::Error for NotARecord {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    Table,
    Json,
    Csv,
    Html,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EngineName {
    Columnar,
    Reference,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Engine {
        match name {
            EngineName::Columnar => Engine::Columnar,
            EngineName::Reference => Engine::Reference,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    #[value(name = "zh-TW", alias = "zh")]
    ZhTw,
    #[value(name = "en")]
    En,
}
