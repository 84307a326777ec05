//! What rules say to people about a record. Not here: values in the place of holes, which are put
//! in when a message is told.

use super::Expr;
use crate::text::{Locale, Localized, fill_with, joined};

/// What people read about a record, with holes for values of it.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The text; a hole stands in it as the label of its value, `{收款日}`.
    pub text: Localized,
    pub holes: Vec<Hole>,
}

impl Message {
    /// The message as it heads several records, each with values of its own: every hole by the
    /// label of its value, in brackets.
    pub fn heading(&self) -> Localized {
        let put = |text: &str, locale: Locale, [open, close]: [&str; 2]| {
            fill_with(text, &mut |hole| {
                let known = self.holes.iter().any(|known| known.label.get(locale) == hole);
                known.then(|| joined(&[open, hole, close], "").into())
            })
        };
        Localized {
            zh: put(&self.text.zh, Locale::ZhTw, ["〈", "〉"]),
            en: self.text.en.as_deref().map(|text| put(text, Locale::En, ["[", "]"])),
        }
    }
}

/// A hole in a message.
#[derive(Clone, Debug)]
pub struct Hole {
    /// What stands in the text in its place.
    pub label: Localized,
    pub value: Expr,
}
