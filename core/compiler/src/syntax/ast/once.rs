//! `once` as it is written. Not here: what the names in it stand for.

use guiju_model::rules::Toward;
use guiju_model::source::Spanned;
use guiju_model::text::Localized;

use super::{Expr, Ground, Name};

#[derive(Clone, Debug, PartialEq)]
pub struct Once {
    pub name: Name,
    pub label: Option<Localized>,
    pub key: Vec<Name>,
    /// Of a rule among the records of a tally, that tally.
    pub groups: Vec<Vec<Name>>,
    pub within_programme: bool,
    /// The entity whose records are to be parties of their own: the root.
    pub by_root: Option<Name>,
    pub keep: Keep,
    pub message: Localized,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Keep {
    None,
    First(Spanned<Vec<Name>>),
    Best(Spanned<Vec<Name>>),
    Among(Among),
}

/// Records of one tally against each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Among {
    pub when: Option<Expr>,
    pub keep: KeepRecord,
    pub across: Option<Across>,
}

/// What earlier years counted goes first; with a day, where it lies in the year that did.
#[derive(Clone, Debug, PartialEq)]
pub struct Across {
    pub day: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum KeepRecord {
    None,
    First,
    Order(Vec<(Toward, Expr)>),
}

impl Once {
    /// Everything that it reads of a record, besides the key.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let among = if let Keep::Among(among) = &self.keep { Some(among) } else { None };
        among.into_iter().flat_map(|among| {
            let order = if let KeepRecord::Order(criteria) = &among.keep {
                criteria.as_slice()
            } else {
                &[]
            };
            let day = among.across.iter().flat_map(|across| &across.day);
            among.when.iter().chain(order.iter().map(|(_, value)| value)).chain(day)
        })
    }
}
