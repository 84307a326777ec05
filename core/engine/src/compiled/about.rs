//! What an expression may speak of, where rules are read from bytes. Not here: whether it does
//! (`sound`).

use guiju_model::index::{EntityId, FieldId};

/// What an expression is about.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum About {
    /// A record of an entity.
    Record(EntityId),
    Root,
    /// All roots, or those of a group.
    Roots,
    /// The same, where the value of a field is that of the group.
    Group(FieldId),
}

impl About {
    pub(super) fn is_roots(self) -> bool {
        matches!(self, About::Roots | About::Group(_))
    }
}
