//! Where a named value is used: the rules that mention it, directly or by way of other named
//! values.
//!
//! By names as they are written: of two values of one name for two entities, the uses of both. Not
//! here: which figures a change can reach (`graph`).

use std::collections::HashSet;

use super::force::key;
use guiju_compiler::check::amend::exprs;
use guiju_compiler::syntax::ast::{Expr, ExprKind, Item, ItemKind};
use guiju_model::text::Localized;

/// A rule that uses a named value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The rule, as changes of it are called: `tally:donations`.
    pub id: String,
    /// What people call it.
    pub label: Localized,
}

/// The rules of a pack, each with the names that it mentions.
pub(super) struct Mentions<'a>(Vec<(&'a Item, HashSet<String>)>);

impl<'a> Mentions<'a> {
    pub(super) fn of(items: &'a [Item]) -> Mentions<'a> {
        let mentions = items.iter().map(|item| {
            let mut found = HashSet::new();
            exprs(&item.kind, &mut |expr| collect(expr, &mut found));
            (item, found)
        });
        Mentions(mentions.collect())
    }

    /// The rules that use a named value, in their order; `name` is without its entity.
    pub(super) fn uses(&self, name: &str) -> Vec<Use> {
        let mut names: HashSet<String> = HashSet::from([name.to_owned()]);
        loop {
            let known = names.len();
            for (item, found) in &self.0 {
                if let ItemKind::Let(value) = &item.kind
                    && !found.is_disjoint(&names)
                {
                    names.insert(value.name.node.clone());
                }
            }
            if names.len() == known {
                break;
            }
        }
        let using = self.0.iter().filter(|(item, found)| {
            !matches!(item.kind, ItemKind::Let(_)) && !found.is_disjoint(&names)
        });
        let named = using.filter_map(|(item, _)| {
            let (kind, name) = key(&item.kind)?;
            let label = super::pieces::label(item).unwrap_or_else(|| Localized::same(&name));
            Some(Use { id: format!("{kind}:{name}"), label })
        });
        named.collect()
    }
}

/// The last parts of the names that an expression mentions, and the tables it asks.
fn collect(expr: &Expr, found: &mut HashSet<String>) {
    match &expr.kind {
        ExprKind::Path(path) => found.extend(path.last().map(|name| name.node.clone())),
        ExprKind::Call(name, _) => found.extend(name.first().map(|name| name.node.clone())),
        _ => {}
    }
    expr.parts().into_iter().for_each(|part| collect(part, found));
}
