//! Compiled packs: checked rules as bytes, for hosts that judge and never compile, such as a page
//! with built-in packs.
//!
//! Bytes are data from anywhere: they are read within limits, and every index in them is looked at
//! (`sound`) before a rule is applied, so that damaged or hostile ones are refused, or give wrong
//! answers, but never a panic. Whoever writes the bytes writes the rules: whether these are the
//! right ones no reader can tell. Not here: compiling (`check`).

#![deny(
    clippy::indexing_slicing,
    reason = "positions that input gives are looked up, never trusted"
)]

mod about;
#[expect(clippy::indexing_slicing, reason = "the indices are counted from the lists themselves")]
mod classes;
mod data;
mod excerpt;
mod parts;
#[expect(
    clippy::indexing_slicing,
    reason = "each index is compared with the length of its list first"
)]
mod sound;
#[expect(clippy::indexing_slicing, reason = "there is a section of each name")]
mod wire;

use std::fmt;

pub use self::data::PackedError;
use self::excerpt::Excerpt;
use self::wire::{Reader, Wire, Writer};
use crate::eval::Engine;
use crate::pack::Pack;
use guiju_model::limits::Limits;
use guiju_model::rules::{Among, Award, Expr, Once, Rules};
use guiju_model::text::Locale;

/// What every compiled pack begins with.
const MAGIC: &[u8] = b"\0guiju";

/// Raised with every change of what bytes mean. Engines of different versions refuse each other's
/// packs anyway.
const FORMAT: u32 = 13;

/// What ends the version that bytes carry.
const END: u8 = 0;

/// Bytes that cannot be used as a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompiledError {
    /// Another version of the engine wrote it.
    Version {
        /// The version that wrote it.
        found: String,
    },
    /// It is no compiled pack, or not a whole one.
    Damaged,
    /// Its rules take more memory than is allowed.
    TooLarge {
        /// What was allowed, in bytes.
        limit: u64,
    },
}

impl std::error::Error for CompiledError {}

impl fmt::Display for CompiledError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Locale::En))
    }
}

impl CompiledError {
    /// What is wrong and what to do about it, in one language.
    pub fn message(&self, locale: Locale) -> String {
        let (own, release) = (version(), env!("CARGO_PKG_VERSION"));
        match (self, locale) {
            (CompiledError::Version { found }, Locale::ZhTw) => format!(
                "這個編譯過的規則包屬於版本 {found}，引擎是版本 {own}；請用 guiju {release} 重新編譯：`guiju compile PACK -o FILE.gjc`"
            ),
            (CompiledError::Version { found }, Locale::En) => format!(
                "the compiled pack is of version {found}, the engine of version {own}; compile the pack again with guiju {release}: `guiju compile PACK -o FILE.gjc`"
            ),
            (CompiledError::Damaged, Locale::ZhTw) => {
                "這不是編譯過的規則包，或內容已損壞；請重新編譯：`guiju compile PACK -o FILE.gjc`".to_owned()
            }
            (CompiledError::Damaged, Locale::En) => {
                "this is no compiled pack, or a damaged one; compile the pack again: `guiju compile PACK -o FILE.gjc`".to_owned()
            }
            (CompiledError::TooLarge { limit }, Locale::ZhTw) => format!(
                "編譯過的規則包占用的記憶體超過 {limit} 位元組；請確認檔案是否正確，或提高上限（`Limits::memory`）"
            ),
            (CompiledError::TooLarge { limit }, Locale::En) => format!(
                "the compiled pack takes more than {limit} bytes of memory; check that this is the right file, or allow more (`Limits::memory`)"
            ),
        }
    }

    /// The code that programs tell it by.
    pub fn code(&self) -> &'static str {
        match self {
            CompiledError::Version { .. } => "PACK_VERSION",
            CompiledError::Damaged => "PACK_DAMAGED",
            CompiledError::TooLarge { .. } => "PACK_TOO_LARGE",
        }
    }
}

/// The version that bytes carry: of the engine, and of their format.
fn version() -> String {
    format!("{}/{FORMAT}", env!("CARGO_PKG_VERSION"))
}

/// What was written, behind what it is and the version that writes it.
fn sealed(magic: &[u8], written: Writer) -> Vec<u8> {
    written.finish([magic, version().as_bytes(), &[END]].concat())
}

/// What was written by this version.
fn unsealed<'b>(magic: &[u8], bytes: &'b [u8]) -> Result<&'b [u8], CompiledError> {
    let rest = bytes.strip_prefix(magic).ok_or(CompiledError::Damaged)?;
    let end = rest.iter().position(|byte| *byte == END).ok_or(CompiledError::Damaged)?;
    let (found, rest) = rest.split_at_checked(end).ok_or(CompiledError::Damaged)?;
    if found != version().as_bytes() {
        let found = std::str::from_utf8(found).map_err(|_| CompiledError::Damaged)?;
        return Err(CompiledError::Version { found: guiju_model::text::show(found) });
    }
    Ok(rest.get(1..).unwrap_or_default())
}

impl Pack {
    /// The rules as bytes, for [`Pack::from_compiled`] of the same version. Tests are left out, and
    /// of the files all but what explanations quote.
    ///
    /// ```
    /// use guiju::{CompiledError, Limits, Pack, Parsed, Source};
    /// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
    /// let limits = Limits::default();
    /// let bytes = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?.to_compiled();
    /// let pack = Pack::from_compiled(&bytes, &limits)?;
    /// let data = pack.read_json(r#"{"shops": [{"id": "S1", "fee": 100}]}"#, None, &limits).expect("sound data");
    /// assert_eq!(pack.evaluate(&data, &limits)?.roots[0].kpis[guiju::KpiId::new(0)], guiju::KpiValue::Known(200.into()));
    /// assert_eq!(Pack::from_compiled(&bytes[1..], &limits).err(), Some(CompiledError::Damaged));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_compiled(&self) -> Vec<u8> {
        let mut to = Writer::new(Excerpt::of(&self.rules));
        self.rules.write(&mut to);
        self.steps.to_vec().write(&mut to);
        self.kpi_order.to_vec().write(&mut to);
        self.provenance().write(&mut to);
        sealed(MAGIC, to)
    }

    /// A pack that was compiled before; its plans use the evaluator of one record at a time. It
    /// judges and explains as the one it was made of; what reads the text of rules again (their
    /// tests, other values for constants, differences) needs the files.
    ///
    /// # Errors
    /// [`CompiledError`] for bytes of another version, and for what is no pack.
    pub fn from_compiled(bytes: &[u8], limits: &Limits) -> Result<Pack, CompiledError> {
        // An expression has a type and a type a unit, which are as deep as an expression at most.
        let depth = limits.nesting.saturating_mul(2);
        let mut from = Reader::new(unsealed(MAGIC, bytes)?, depth, limits.memory);
        // The evaluator over whole columns takes the types of expressions for granted, which
        // nothing has checked here.
        let pack = Pack::new(Rules::read(&mut from), Wire::read(&mut from), Wire::read(&mut from))
            .with_engine(Engine::Reference)
            .made_from(Wire::read(&mut from));
        if from.is_done() && sound::is_sound(&pack, limits) {
            Ok(pack)
        } else if from.is_crowded() {
            Err(CompiledError::TooLarge { limit: limits.memory })
        } else {
            Err(CompiledError::Damaged)
        }
    }
}

/// Every expression of the rules, with all it is made of.
fn for_each_expr(rules: &Rules, work: &mut dyn FnMut(&Expr)) {
    fn all(expr: &Expr, work: &mut dyn FnMut(&Expr)) {
        work(expr);
        expr.kind.parts().into_iter().for_each(|part| all(part, work));
    }
    let guards = rules.classes.iter().flat_map(|class| class.rows.iter().map(|row| &row.guard));
    let tallies = rules.tallies.iter().flat_map(|tally| tally.exprs());
    let kpis = rules.kpis.iter().flat_map(sound::exprs_of_kpi);
    let obligations =
        rules.obligations.iter().flat_map(|rule| sound::exprs_of_rule(&rule.when, &rule.expect));
    let checks =
        rules.checks.iter().flat_map(|rule| sound::exprs_of_rule(&rule.when, &rule.expect));
    let awards = rules.awards.iter().flat_map(Award::exprs);
    let onces = rules.onces.iter().filter_map(Once::among).flat_map(Among::exprs);
    guards
        .chain(tallies)
        .chain(onces)
        .chain(awards)
        .chain(kpis)
        .chain(obligations)
        .chain(checks)
        .for_each(|expr| all(expr, work));
}
