//! The expressions and the texts of an item, wherever they stand in it. Not here: what an edition
//! changes (`amend`).

use crate::syntax::ast::{self, Expr, Item, ItemKind};
use guiju_model::source::{SourceId, Span};
use guiju_model::text::Localized;

/// Every expression directly in an item.
pub fn exprs(kind: &ItemKind, visit: &mut impl FnMut(&Expr)) {
    match kind {
        ItemKind::Let(item) => visit(&item.value),
        ItemKind::Classify(item) => item.rows.iter().for_each(|row| visit(&row.guard)),
        ItemKind::Table(item) => {
            let cells = item.rows.iter().flat_map(|row| row.keys.iter().chain(&row.values));
            cells.chain(item.otherwise.iter().flat_map(|row| &row.values)).for_each(visit);
        }
        ItemKind::Tally(item) => {
            item.select.iter().for_each(|select| visit(&select.condition));
            item.require.iter().for_each(|require| visit(&require.condition));
            let added = item.edits.iter().filter_map(|edit| {
                if let ast::Edit::Require(_, require) = edit { Some(require) } else { None }
            });
            added.for_each(|require| visit(&require.condition));
            item.measures.iter().filter_map(|measure| measure.of.as_ref()).for_each(&mut *visit);
            item.targets.iter().filter_map(|target| target.sum.as_ref()).for_each(&mut *visit);
            item.splits.iter().for_each(|split| visit(&split.by));
        }
        ItemKind::Award(item) => {
            item.require.iter().for_each(|require| visit(&require.condition));
            item.exprs().for_each(visit);
        }
        ItemKind::Once(item) => item.exprs().for_each(visit),
        ItemKind::Kpi(item) => {
            visit(&item.value);
            item.when.iter().for_each(visit);
        }
        ItemKind::Obligation(item) => {
            visit(&item.expect);
            item.when.iter().for_each(visit);
        }
        ItemKind::Check(item) => {
            visit(&item.expect);
            item.when.iter().for_each(visit);
        }
        _ => {}
    }
}

/// Every message of an item, with where it is told.
pub(in crate::check) fn texts(kind: &ItemKind, visit: &mut impl FnMut(&Localized, Span)) {
    match kind {
        ItemKind::Let(item) => {
            item.message.iter().for_each(|message| visit(message, item.name.span))
        }
        ItemKind::Tally(item) => {
            let added = item.edits.iter().filter_map(|edit| {
                if let ast::Edit::Require(_, require) = edit { Some(require) } else { None }
            });
            let all = item.require.iter().chain(added);
            all.for_each(|require| {
                require.message.iter().for_each(|message| visit(message, require.span))
            });
        }
        ItemKind::Once(item) => visit(&item.message, item.name.span),
        ItemKind::Award(item) => {
            item.require.iter().for_each(|require| {
                require.message.iter().for_each(|message| visit(message, require.span))
            });
        }
        ItemKind::Obligation(item) => {
            item.message.iter().for_each(|message| visit(message, item.name.span))
        }
        ItemKind::Check(item) => visit(&item.message, item.name.span),
        _ => {}
    }
}

/// What stands in the file of a table, row by row.
pub(super) fn cells(item: &Item) -> Vec<Vec<&str>> {
    let file = match &item.kind {
        ItemKind::Table(table) => table.file.as_ref().and_then(|file| file.rows.as_deref()),
        _ => None,
    };
    let rows = file.unwrap_or_default().iter().map(|row| row.cells.iter());
    rows.map(|cells| cells.map(|cell| cell.node.as_str()).collect()).collect()
}

/// The file that a table has its rows in.
pub(super) fn file_of(item: &Item) -> Option<SourceId> {
    match &item.kind {
        ItemKind::Table(table) => Some(table.file.as_ref()?.rows.as_ref()?.first()?.span.source),
        _ => None,
    }
}
