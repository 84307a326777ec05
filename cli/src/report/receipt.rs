//! What `verify` found, as a table for people and as JSON.
//!
//! Not here: the comparison (`command::verify`).

use guiju::{Json, Locale};
use guiju_seal::{Difference, FirstDifference, Material, Role, Statement};

use super::table::{Cell, Grid, Look};
use crate::words::pick;

/// What is to be said of the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    Right,
    Wrong,
    /// The receipt has none.
    Absent,
}

/// A result as it was handed on, beside the receipt.
pub(crate) struct Copy {
    pub(crate) name: String,
    /// Where it first differs from what was computed now; nothing where it is what the receipt
    /// states.
    pub(crate) first: Option<FirstDifference>,
}

/// All that was checked.
pub(crate) struct Findings<'a> {
    pub(crate) stated: &'a Statement,
    pub(crate) signature: Signature,
    pub(crate) differences: &'a [Difference],
    pub(crate) copy: Option<&'a Copy>,
    /// Whether all is as the receipt says.
    pub(crate) verified: bool,
}

impl Findings<'_> {
    /// A table of every check, and one sentence.
    pub(crate) fn text(&self, locale: Locale) -> String {
        let header = [
            pick(locale, "項目", "what"),
            pick(locale, "名稱", "name"),
            pick(locale, "核對", "check"),
        ];
        let mut grid = Grid::new(pick(locale, "核對收據", "Receipt"), &header);
        let is = |good: bool, zh: &'static str, en: &'static str| {
            (if good { Look::Good } else { Look::Bad }).on(pick(locale, zh, en))
        };
        let signature = match self.signature {
            Signature::Right => is(true, "由給定的金鑰簽章", "signed by the key given"),
            Signature::Wrong => is(false, "不是給定的金鑰所簽", "not signed by the key given"),
            Signature::Absent => Look::Open.on(pick(
                locale,
                "沒有簽章，任何人都能寫出",
                "not signed: anybody could have written it",
            )),
        };
        grid.row(vec![pick(locale, "簽章", "signature").into(), Cell::default(), signature]);
        let engine = self.differences.iter().find_map(|difference| match difference {
            Difference::Engine { found, .. } => Some(found),
            _ => None,
        });
        let checked = match engine {
            None => is(true, "相符", "the same"),
            Some(found) => Look::Bad.on(match locale {
                Locale::ZhTw => format!("這裡是 {found}"),
                Locale::En => format!("this is {found}"),
            }),
        };
        grid.row(vec![
            pick(locale, "引擎", "engine").into(),
            self.stated.engine.as_str().into(),
            checked,
        ]);
        let pack =
            self.differences.iter().any(|difference| matches!(difference, Difference::Pack { .. }));
        let checked = if pack {
            is(false, "不是這個規則包", "another pack was given")
        } else {
            is(true, "相符", "the same")
        };
        grid.row(vec![
            pick(locale, "規則包", "pack").into(),
            self.stated.pack.as_str().into(),
            checked,
        ]);
        for material in &self.stated.materials {
            let checked = match self
                .differences
                .iter()
                .find(|difference| about(difference) == Some(material))
            {
                Some(Difference::Missing(_)) => is(false, "沒有這個檔案", "there is no such file"),
                Some(_) => is(false, "內容不同", "its bytes differ"),
                None => is(true, "相符", "the same"),
            };
            grid.row(vec![role(material.role, locale).into(), place(material).into(), checked]);
        }
        for difference in self.differences {
            match difference {
                Difference::Added(material) => {
                    let added = is(false, "收據裡沒有", "not in the receipt");
                    grid.row(vec![
                        role(material.role, locale).into(),
                        place(material).into(),
                        added,
                    ]);
                }
                Difference::Options => {
                    let options = is(false, "這裡讀不懂", "not known here");
                    grid.row(vec![
                        pick(locale, "選項", "options").into(),
                        Cell::default(),
                        options,
                    ]);
                }
                _ => {}
            }
        }
        let result = self
            .differences
            .iter()
            .any(|difference| matches!(difference, Difference::Result { .. }));
        let checked = if result {
            is(false, "重算不同", "computes to another")
        } else {
            is(true, "重算相同", "computes to the same bytes")
        };
        grid.row(vec![pick(locale, "結果", "result").into(), Cell::default(), checked]);
        if let Some(copy) = self.copy {
            let checked = match &copy.first {
                None => is(true, "相符", "the same"),
                Some(FirstDifference::Value { path, given, computed }) => {
                    Look::Bad.on(match locale {
                        Locale::ZhTw => format!("{path}：檔案是 {given}，重算是 {computed}"),
                        Locale::En => {
                            format!("{path}: the file has {given}, computed is {computed}")
                        }
                    })
                }
                Some(FirstDifference::Byte(at)) => Look::Bad.on(match locale {
                    Locale::ZhTw => format!("第 {} 個位元組起不同", at + 1),
                    Locale::En => format!("differs from byte {} on", at + 1),
                }),
            };
            grid.row(vec![
                pick(locale, "結果檔", "result file").into(),
                copy.name.as_str().into(),
                checked,
            ]);
        }
        let summary = match (self.verified, self.signature) {
            (true, Signature::Right) => pick(locale, "全部相符。", "All is as the receipt says."),
            (true, _) => pick(
                locale,
                "全部相符，但收據沒有簽章。",
                "All is as the receipt says, but nobody signed it.",
            ),
            (false, _) => pick(locale, "與收據不符。", "This is not what the receipt says."),
        };
        format!("{}\n{summary}\n", grid.text().trim_end())
    }

    /// The same for programs: what differs.
    pub(crate) fn json(&self) -> String {
        let mut json = Json::pretty();
        json.object(|json| {
            json.key("verified").bool(self.verified);
            json.key("signature").text(match self.signature {
                Signature::Right => "right",
                Signature::Wrong => "wrong",
                Signature::Absent => "absent",
            });
            json.key("differences").list(|json| {
                self.differences.iter().for_each(|difference| of_difference(difference, json))
            });
            if let Some(first) = self.copy.and_then(|copy| copy.first.as_ref()) {
                json.key("result_file").object(|json| match first {
                    FirstDifference::Value { path, given, computed } => {
                        json.key("path").text(path);
                        json.key("given").text(given);
                        json.key("computed").text(computed);
                    }
                    FirstDifference::Byte(at) => json.key("byte").text(&(at + 1).to_string()),
                });
            }
        });
        json.finish()
    }
}

fn of_difference(difference: &Difference, json: &mut Json) {
    let (kind, values): (&str, [Option<&str>; 2]) = match difference {
        Difference::Engine { stated, found } => ("engine", [Some(stated), Some(found)]),
        Difference::Pack { stated, found } => ("pack", [Some(stated), Some(found)]),
        Difference::Result { stated, found } => ("result", [Some(stated), Some(found)]),
        Difference::Changed(_) => ("changed", [None; 2]),
        Difference::Missing(_) => ("missing", [None; 2]),
        Difference::Added(_) => ("added", [None; 2]),
        _ => ("options", [None; 2]),
    };
    json.object(|json| {
        json.key("kind").text(kind);
        for (name, value) in ["stated", "found"].into_iter().zip(values) {
            if let Some(value) = value {
                json.key(name).text(value);
            }
        }
        if let Some(material) = about(difference) {
            json.key("role").text(match material.role {
                Role::Rules => "rules",
                Role::Data => "data",
                Role::Previous => "previous",
            });
            if let Some(edition) = &material.edition {
                json.key("edition").text(edition);
            }
            json.key("name").text(&material.name);
        }
    });
}

/// The file that a difference is about.
fn about(difference: &Difference) -> Option<&Material> {
    match difference {
        Difference::Changed(material)
        | Difference::Missing(material)
        | Difference::Added(material) => Some(material),
        _ => None,
    }
}

fn role(role: Role, locale: Locale) -> &'static str {
    match role {
        Role::Rules => pick(locale, "規則", "rules"),
        Role::Data => pick(locale, "資料", "data"),
        Role::Previous => pick(locale, "前期結果", "earlier result"),
    }
}

/// A file of rules with the edition it belongs to.
fn place(material: &Material) -> String {
    material
        .edition
        .as_ref()
        .map_or_else(|| material.name.clone(), |edition| format!("{edition}/{}", material.name))
}
