//! What an edition drops: names of its base, with or without the word for what they are. Not here:
//! everything else that is mentioned (`rules`).

use super::{NameKind, Reader};
use crate::syntax::TokenKind;
use crate::syntax::ast::{self, Name};
use guiju_model::source::Span;

impl Reader<'_> {
    pub(super) fn dropped(&mut self, dropped: &ast::Dropped) {
        let words = self.words(dropped.name.span);
        let parts: Vec<&(crate::syntax::Token, Span)> =
            words.iter().filter(|(token, _)| token.kind == TokenKind::Word).collect();
        if dropped.name.node.contains('.') {
            let [.., (owner, at), (name, place)] = parts.as_slice() else { return };
            self.refer_to(NameKind::Entity, "", &owner.text, *at);
            let name = Name { node: name.text.clone(), span: *place };
            let found = self.names.member(&owner.text, &name);
            return self.found(found);
        }
        let Some((_, place)) = parts.last() else { return };
        let kinds: &[NameKind] = match dropped.kind.as_deref() {
            Some("source") => &[NameKind::Document],
            Some("let") => &[NameKind::Constant],
            Some("table") => &[NameKind::Table],
            Some("tally") => &[NameKind::Tally],
            Some("once") => &[NameKind::Once],
            Some("award") => &[NameKind::Award],
            Some("kpi") => &[NameKind::Kpi],
            Some("obligation") => &[NameKind::Obligation],
            Some("check") => &[NameKind::Check],
            Some("example") => &[NameKind::Example],
            _ => &ANY,
        };
        kinds.iter().find_map(|kind| self.refer_to(*kind, "", &dropped.name.node, *place));
    }
}

/// What a name without a kind may drop.
const ANY: [NameKind; 10] = [
    NameKind::Constant,
    NameKind::Table,
    NameKind::Tally,
    NameKind::Kpi,
    NameKind::Once,
    NameKind::Award,
    NameKind::Obligation,
    NameKind::Check,
    NameKind::Document,
    NameKind::Example,
];
