//! Awards: decisions over all roots, or over the records of each, in which not all who qualify can
//! be counted. Not here: how they are decided, which is the engine's.

use super::{Basis, Expr, Requirement};
use crate::index::{EntityId, FieldId};
use crate::number::Exact;
use crate::text::Localized;
use crate::unit::Unit;

/// A tally in which not all who qualify can be counted.
#[derive(Clone, Debug)]
pub struct Award {
    pub name: String,
    pub label: Localized,
    /// The root, for awards of the programme; otherwise an entity of records, which stand against
    /// those of the same root.
    pub entity: EntityId,
    /// The field of the root whose values each have an award of their own.
    pub by: Option<FieldId>,
    pub require: Vec<Requirement>,
    /// What decides who stands before whom, the first criterion first; empty where all share in
    /// proportion.
    pub order: Vec<Criterion>,
    /// How many places there are, or how much there is to give.
    pub limit: Expr,
    pub give: Give,
    pub ties: Ties,
    /// How many places the waiting list has.
    pub reserve: u64,
    /// The unit of what is given; of places, none.
    pub unit: Unit,
    pub basis: Basis,
}

/// What those who are counted are given.
#[derive(Clone, Debug)]
pub enum Give {
    /// One place each.
    Place,
    /// An amount each.
    Amount { give: Expr, rest: Rest },
    /// A part of the whole in proportion to a number, in multiples of a step above zero, by largest
    /// remainders.
    Proportion { to: Expr, step: Exact },
}

/// A criterion by which applicants are ordered.
#[derive(Clone, Debug)]
pub struct Criterion {
    pub toward: Toward,
    pub value: Expr,
}

/// Which end of a criterion stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    Highest,
    Lowest,
    Earliest,
    Latest,
}

impl Toward {
    /// Whether greater values stand first.
    pub fn is_greatest(self) -> bool {
        matches!(self, Toward::Highest | Toward::Latest)
    }
}

/// What becomes of a rest that is too small for who comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is given, and is all they get.
    Partly,
    /// Nobody gets it.
    Stop,
    /// Those behind who ask for no more than is left get it.
    Next,
}

/// What becomes of equals who cannot all be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// They stay undetermined until a further criterion parts them.
    Open,
    /// All are counted.
    Together,
    /// None is counted.
    None,
}

impl Award {
    /// What is asked of each applicant beside the requirements, with each expression's place in
    /// results.
    pub fn asked(&self) -> Vec<&Expr> {
        let mut asked: Vec<&Expr> = self.order.iter().map(|criterion| &criterion.value).collect();
        match &self.give {
            Give::Place => {}
            Give::Amount { give, .. } => asked.push(give),
            Give::Proportion { to, .. } => asked.push(to),
        }
        asked
    }

    /// Everything that it reads.
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut exprs = self.asked();
        self.require.iter().for_each(|requirement| exprs.push(&requirement.condition));
        exprs.push(&self.limit);
        exprs
    }
}
