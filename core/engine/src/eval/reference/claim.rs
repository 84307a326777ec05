//! Claims of records on keys: what one is, and what can be said of some together. Not here: which
//! claims stand (`once`).

use crate::data::Part;
use crate::eval::value::Truth;
use guiju_model::index::TallyId;

/// One record's claim on a key.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) key: Vec<Part>,
    pub(super) root: usize,
    pub(super) group: usize,
    pub(super) tally: TallyId,
    pub(super) row: usize,
    /// Whether it would count without this rule.
    pub(super) own: Truth,
    /// Whether it takes part.
    pub(super) takes_part: Truth,
}

/// The bytes of claims, and of the order they are brought into.
pub(super) fn held(claims: &[Claim]) -> usize {
    let parts: usize = claims.iter().map(|claim| claim.key.capacity()).sum();
    claims.len() * (size_of::<Claim>() + 2 * size_of::<usize>()) + parts * size_of::<Part>()
}

/// Whether each group claims a key: true where some claim is certain, unknown where all are open.
pub(super) fn claimed_by(list: &[Claim], groups: usize) -> Vec<Truth> {
    let mut claimed = vec![Truth::False; groups];
    for claim in list {
        claimed[claim.group] = claimed[claim.group].or(claim.own);
    }
    claimed
}
