//! What a question names: by its id or by what people call it, and what to say of something that is
//! not there. Not here: the answers (`question`).

use std::borrow::Cow;
use std::fmt;

use super::question::Question;
use crate::pack::Pack;
use guiju_model::rules::{Obligation, ObligationScope, Rules};
use guiju_model::text::{Locale, Localized, fold, nearest, show};

/// Names that are listed where nothing like what was asked for is there.
const LISTED: usize = 8;

/// A question about something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExplainError {
    /// No KPI, record, entity or obligation of that name.
    Unknown {
        /// KPI, entity, record or obligation.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// The nearest one there is.
        suggestion: Option<String>,
        /// The first of those there are.
        known: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// An award, or a figure of one, asked for as a KPI.
    OfAward {
        /// What was asked for.
        name: String,
        /// What people call those that the award is among.
        entity: Localized,
    },
    /// A record that all roots share, on which no tally decides.
    OfAll {
        /// What was asked for.
        name: String,
        /// What people call a root.
        entity: Localized,
    },
    /// Something that every root has of its own, where no root of the data was named, or where
    /// there is nothing of the programme.
    OfRoot {
        /// What was asked for, if not the root as a whole.
        name: Option<String>,
        /// What people call a root.
        entity: Localized,
    },
}

impl fmt::Display for ExplainError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.message(Locale::En))
    }
}

impl std::error::Error for ExplainError {}

impl ExplainError {
    /// What is not there, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        let zh = locale == Locale::ZhTw;
        match self {
            ExplainError::Unknown { kind, name, suggestion, known, more } => {
                let there = there_is(suggestion.as_deref(), known, *more, zh);
                if zh {
                    format!("沒有{} `{name}`{there}", in_chinese(kind))
                } else {
                    format!("there is no {kind} `{name}`{there}")
                }
            }
            ExplainError::OfAward { name, entity } if zh => {
                format!("`{name}` 是核給，不是指標；請改問{}，說明中有核給的結果與理由", entity.zh)
            }
            ExplainError::OfAward { name, entity } => format!(
                "`{name}` is of an award and no KPI; ask about the {}, which tells what the award made of it and why",
                entity.get(locale)
            ),
            ExplainError::OfAll { name, entity } if zh => {
                format!("`{name}` 由所有{}共用，沒有自己的認列結果；請改問引用它的資料", entity.zh)
            }
            ExplainError::OfAll { name, entity } => format!(
                "`{name}` is there for every {} and has no verdict of its own; ask about a record that reads it",
                entity.get(locale)
            ),
            ExplainError::OfRoot { name, entity } if zh => {
                let own =
                    name.as_ref().map_or_else(|| "說明".to_owned(), |name| format!(" `{name}`"));
                format!("每個{}各有自己的{own}，請指明是哪一個", entity.zh)
            }
            ExplainError::OfRoot { name, entity } => {
                let own = name
                    .as_ref()
                    .map_or_else(|| "explanation".to_owned(), |name| format!("`{name}`"));
                format!("every {} has its own {own}: say which one", entity.get(locale))
            }
        }
    }

    /// What to say where a name that no KPI has is an award's, or a figure's of one.
    pub(super) fn of_award(rules: &Rules, name: &str) -> Option<ExplainError> {
        let first = name.split('.').next().unwrap_or(name);
        let award = rules.awards.iter().find(|award| award.name == first)?;
        let entity = rules.schema.entities[award.entity].label.clone();
        Some(ExplainError::OfAward { name: show(name), entity })
    }
}

/// What there is instead.
fn there_is(suggestion: Option<&str>, known: &[String], more: usize, zh: bool) -> String {
    let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match (suggestion, known.is_empty()) {
        (Some(name), _) if zh => format!("；是否要寫 `{name}`？"),
        (Some(name), _) => format!("; did you mean `{name}`?"),
        (None, true) => String::new(),
        (None, false) if zh => {
            let more = if more > 0 { format!("，還有 {more} 個") } else { String::new() };
            format!("；有的是 {}{more}", quoted.join("、"))
        }
        (None, false) => {
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("; there are {}{more}", quoted.join(", "))
        }
    }
}

fn in_chinese(kind: &str) -> &str {
    match kind {
        "KPI" => "指標",
        "entity" => "資料類別",
        "record" => "資料",
        "obligation" => "義務",
        other => other,
    }
}

pub(super) fn unknown<'a>(
    kind: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> ExplainError {
    ExplainError::Unknown {
        kind,
        name: show(name),
        suggestion: nearest(name, known.clone()).map(str::to_owned),
        more: known.clone().count().saturating_sub(LISTED),
        known: known.take(LISTED).map(show).collect(),
    }
}

/// The id of what people call so, in either language; `None` where it is an id itself, and where
/// none or several are called so.
pub(super) fn by_label<'a>(
    name: &str,
    all: impl Iterator<Item = (&'a String, &'a Localized)>,
) -> Option<String> {
    let wanted = fold(name);
    let mut found: Option<&String> = None;
    for (id, label) in all {
        if id == name {
            return None;
        }
        let is_called = fold(&label.zh) == wanted || fold(label.get(Locale::En)) == wanted;
        if is_called && found.replace(id).is_some() {
            return None;
        }
    }
    found.cloned()
}

/// The id of an obligation and what people call it; one for every KPI with a target has an id for
/// each of them, and no name of its own.
pub(super) fn obligation(rule: &Obligation) -> Option<(&String, &Localized)> {
    (rule.scope != ObligationScope::EveryTarget).then_some((&rule.name, &rule.label))
}

impl Question {
    /// The same question by ids, where it was asked by what people call things.
    pub fn named(&self, pack: &Pack) -> Cow<'_, Question> {
        let rules = &*pack.rules;
        let named = match self {
            Question::Kpi(name) => {
                by_label(name, rules.kpis.iter().map(|kpi| (&kpi.name, &kpi.label)))
                    .map(Question::Kpi)
            }
            Question::Record { entity, key } => {
                let all = rules.schema.entities.iter();
                by_label(entity, all.map(|shape| (&shape.name, &shape.label)))
                    .map(|entity| Question::Record { entity, key: key.clone() })
            }
            Question::Obligation(name) => {
                let all = rules.obligations.iter();
                by_label(name, all.map(|rule| (&rule.name, &rule.label))).map(Question::Obligation)
            }
            Question::Root | Question::Programme => None,
        };
        named.map_or(Cow::Borrowed(self), Cow::Owned)
    }
}
