//! How the description of sheets is written: the shape of `sheets.toml`, with the place of every
//! name.
//!
//! Not here: what the names stand for (`resolve`).

use std::collections::BTreeMap;
use std::fmt;

use guiju::Localized;
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use toml::Spanned;

/// A whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What of the editions before it is no more.
    #[serde(default)]
    pub(super) drop: Drop,
    /// For each entity, the field with the day of its records.
    #[serde(default)]
    pub(super) dates: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub(super) windows: BTreeMap<Spanned<String>, Window>,
    #[serde(default)]
    pub(super) sheets: BTreeMap<Spanned<String>, Spanned<Sheet>>,
}

/// What an edition no longer has.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drop {
    #[serde(default)]
    pub(super) windows: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) sheets: Vec<Spanned<String>>,
}

/// The days that records are of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Window {
    pub(super) label: Words,
    /// The name of a constant that is a period, or `period` for that of the pack.
    pub(super) days: Option<Spanned<String>>,
    /// The first day, or the name of a constant that is one.
    pub(super) from: Option<Spanned<String>>,
    /// The last day, likewise.
    pub(super) until: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) cites: Vec<Spanned<String>>,
}

/// One kind of sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sheet {
    pub(super) title: Words,
    #[serde(default)]
    pub(super) of: Of,
    /// The unit that money is shown in.
    pub(super) unit: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) columns: Vec<Spanned<Column>>,
    /// The sheet whose sections it has too.
    pub(super) like: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) section: Vec<Section>,
    #[serde(default)]
    pub(super) table: Vec<Table>,
    #[serde(default)]
    pub(super) list: Vec<List>,
    #[serde(default)]
    pub(super) notes: Vec<Words>,
    #[serde(default)]
    pub(super) signatures: Vec<Words>,
    #[serde(default)]
    pub(super) cites: Vec<Spanned<String>>,
}

/// What a sheet is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Of {
    /// Each root: a sheet for every one.
    #[default]
    Each,
    /// The programme.
    Programme,
}

/// A column of figures; without `shows` it is left for people to fill in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    pub(super) shows: Option<Shows>,
    pub(super) label: Option<Words>,
}

/// What a column shows of each figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shows {
    /// What it should reach.
    Target,
    /// Its value over all records.
    Achieved,
    /// What is achieved less the target.
    Difference,
    /// What is achieved in percent of the target.
    Attainment,
    /// Its value of the year before.
    Previous,
    /// Its value over the records of the window.
    Window,
}

/// A numbered part of a sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub(super) number: Option<String>,
    pub(super) title: Words,
    pub(super) rows: Vec<Spanned<Row>>,
}

/// A line of a section.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) number: Option<String>,
    pub(super) figure: Option<Spanned<String>>,
    pub(super) field: Option<Spanned<String>>,
    /// A line that is left for people to fill in.
    pub(super) blank: Option<Words>,
    pub(super) label: Option<Words>,
}

/// Figures side by side: a line for each root, or for each value that figures are grouped by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) title: Words,
    pub(super) by: Option<Spanned<String>>,
    pub(super) figures: Vec<Spanned<String>>,
}

/// Records, a line for each and each tally that looks at it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    pub(super) title: Words,
    pub(super) entity: Spanned<String>,
    pub(super) fields: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) tallies: Vec<Spanned<String>>,
    /// The only records wanted: those that this tally counts, or may.
    pub(super) counted: Option<Spanned<String>>,
    /// The only records wanted: those of this window, whichever the sheet is made for.
    pub(super) window: Option<Spanned<String>>,
}

/// Words in one language for both, or in Chinese and English.
#[derive(Clone, Debug)]
pub(super) struct Words(pub(super) Localized);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        struct Both;

        impl<'de> Visitor<'de> for Both {
            type Value = Words;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or [\"中文\", \"English\"]")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Words, E> {
                Ok(Words(Localized::same(text)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Words, A::Error> {
                let zh: String =
                    texts.next_element()?.ok_or_else(|| de::Error::invalid_length(0, &self))?;
                let en: Option<String> = texts.next_element()?;
                if texts.next_element::<String>()?.is_some() {
                    return Err(de::Error::invalid_length(3, &self));
                }
                Ok(Words(Localized { zh, en }))
            }
        }

        deserializer.deserialize_any(Both)
    }
}
