//! Why parts do not make a whole, in both languages. Not here: finding it (`read`).

use crate::data::DataError;
use guiju_model::outcome::Abort;
use guiju_model::text::Locale;

/// Why parts do not make a whole.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CombineError {
    /// A text that is no part.
    #[error("this is no partial result, or it is damaged: line {line}")]
    Damaged {
        /// The line, counted over all parts from 1.
        line: usize,
    },
    /// A part that other rules, or another version of the engine, made.
    #[error(
        "a partial result is of `{found}` (engine {engine}), or of other rules of that name, not of `{pack}`"
    )]
    OtherRules {
        /// The pack that parts are combined by.
        pack: String,
        /// The pack of the part.
        found: String,
        /// The engine of the part.
        engine: String,
    },
    /// Parts judged with different records of the programme.
    #[error(
        "the partial results were judged with different records of the programme: give every part the same one"
    )]
    OtherProgramme,
    /// A root that two parts have.
    #[error("`{key}` is in two partial results")]
    Twice {
        /// The key of the root.
        key: String,
    },
    /// An award that asks about records of roots, which are not in the parts.
    #[error(
        "award `{award}` asks about records of roots, which partial results do not have: ask that in an obligation, and whether it `is met`"
    )]
    Records {
        /// Its name.
        award: String,
    },
    /// Parts that were judged with different knowledge of the programme.
    #[error(
        "the partial results were judged in different turns, or with programmes of different data: give every part what was put together in the turn before"
    )]
    OtherTurn,
    /// Parts of which some are missing, or have other data than in the turn before.
    #[error(
        "the partial results are not of the roots, or not of the data, that the programme was put together from in the turn before: begin again with the first turn"
    )]
    OtherParts,
    /// Something that was not put together from parts.
    #[error("what is known of the programme so far is what `combine` made of its parts")]
    NotCombined,
    /// A root of a part that the programme was not put together from.
    #[error("`{key}` is in none of the parts that the programme was put together from")]
    NotAmong {
        /// The key of the root.
        key: String,
    },
    /// A key that must be counted once only, claimed in two parts: neither could know of the other.
    #[error("`{key}` is claimed by `{roots}` in different parts, and `{once}` holds over the whole programme: judge these two together", roots = roots.join("`, `"))]
    Dependent {
        /// The rule of non-duplication.
        once: String,
        /// The key.
        key: String,
        /// A root in each of two parts.
        roots: [String; 2],
    },
    /// Records of the roots that cannot be read back.
    #[error("the records in the partial results cannot be read")]
    Data(#[source] DataError),
    /// A limit.
    #[error(transparent)]
    Abort(#[from] Abort),
}

impl CombineError {
    /// What is wrong, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        if locale == Locale::En {
            return self.to_string();
        }
        match self {
            CombineError::Damaged { line } => format!("這不是部分結果，或已損壞：第 {line} 行"),
            CombineError::OtherRules { pack, found, engine } => {
                format!(
                    "有一份部分結果來自 `{found}`（引擎 {engine}），或同名的其他規則，而不是 `{pack}`"
                )
            }
            CombineError::OtherProgramme => {
                "各份部分結果評核時的計畫資料不同：每一份都要給相同的計畫資料".to_owned()
            }
            CombineError::Twice { key } => format!("`{key}` 出現在兩份部分結果中"),
            CombineError::Dependent { once, key, roots: [first, second] } => {
                format!(
                    "`{key}` 由 `{first}` 與 `{second}` 在不同的部分主張，而 `{once}` 的範圍是全計畫：請把兩者放在同一部分評核"
                )
            }
            CombineError::Records { award } => {
                format!(
                    "核給「{award}」詢問各筆資料，而部分結果中沒有這些資料：請改以義務詢問，再要求該義務「達成」"
                )
            }
            CombineError::OtherTurn => {
                "各份部分結果不是同一輪評核的，或評核時的計畫資料不同：每一份都要給上一輪合併的結果"
                    .to_owned()
            }
            CombineError::OtherParts => {
                "各份部分結果的單位或資料，與上一輪合併時不同：請從第一輪重新開始".to_owned()
            }
            CombineError::NotCombined => {
                "目前所知的計畫，須是以 `combine` 合併各份部分結果得到的".to_owned()
            }
            CombineError::NotAmong { key } => {
                format!("合併成計畫的各份部分結果裡都沒有 `{key}`")
            }
            CombineError::Data(_) => "部分結果中的資料無法讀取".to_owned(),
            CombineError::Abort(abort) => abort.message(locale),
        }
    }
}
