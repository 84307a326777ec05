//! A pack with all that its files say beside the rules: tests, examples, and the places that only
//! authors' tools ask for.
//!
//! Not here: what the rules mean (`guiju_engine::pack`), and how files become one (`pipeline`).

use std::ops::Deref;

use guiju_engine::pack::Pack;
use guiju_model::index::EntityId;
use guiju_model::limits::Limits;
use guiju_model::rules::Expr;
use guiju_model::source::Span;

use crate::syntax::ast;

/// A pack that was compiled from its files. It is a [`Pack`], and knows the tests, examples and
/// text of its files too, which compiled packs do not carry.
#[derive(Clone, Debug)]
pub struct SourcePack {
    pub(crate) pack: Pack,
    pub(crate) examples: Vec<ast::Example>,
    pub(crate) tests: Vec<ast::Test>,
    /// Named values of records and roots, which rules have in the place of their names.
    pub(crate) values: Vec<Named>,
    #[doc(hidden)]
    pub places: Places,
    /// For reading the files again.
    #[doc(hidden)]
    pub limits: Limits,
}

impl Deref for SourcePack {
    type Target = Pack;

    fn deref(&self) -> &Pack {
        &self.pack
    }
}

impl From<SourcePack> for Pack {
    fn from(from: SourcePack) -> Pack {
        from.pack
    }
}

/// A named value of the records of an entity, or of the roots.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) entity: EntityId,
    pub(crate) name: String,
    pub(crate) value: Expr,
}

/// Where those parts of rules stand that are no expressions, which know their place themselves.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Of every non-duplication rule.
    pub onces: Vec<Span>,
    /// Of what each classification gives where no row holds.
    pub otherwise: Vec<Option<Span>>,
}

/// How many rules of each kind there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleCounts {
    /// Kinds of records.
    pub entities: usize,
    /// Tallies.
    pub tallies: usize,
    /// KPIs, those of the programme and the parts of tallies among them.
    pub kpis: usize,
    /// Tests written in the pack.
    pub tests: usize,
}

impl SourcePack {
    /// How many rules of each kind it has.
    pub fn counts(&self) -> RuleCounts {
        RuleCounts {
            entities: self.rules.schema.entities.len(),
            tallies: self.rules.tallies.len(),
            kpis: self.rules.kpis.len(),
            tests: self.tests.len(),
        }
    }
}
