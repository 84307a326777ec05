//! What deciding the classifications of rules takes that were read from bytes. Not here: whether
//! the rest of them is sound (`sound`).

use guiju_model::rules::{Class, Expr, ExprKind, MOST_CLASS_STEPS};

/// What deciding each classification takes; `None` where one is defined by itself, or takes more
/// steps or depth than checking allows. Again and again those fall away that ask only such as have:
/// in a sound pack no more often than they may be deep.
pub(super) fn class_steps(classes: &[Class], nesting: usize) -> Option<Vec<u64>> {
    let mut steps: Vec<u64> = vec![0; classes.len()];
    let mut heights: Vec<Option<usize>> = vec![None; classes.len()];
    let mut open: Vec<usize> = (0..classes.len()).collect();
    while !open.is_empty() {
        let count = open.len();
        for index in std::mem::take(&mut open) {
            let guards = || classes[index].rows.iter().map(|row| &row.guard);
            let Some(height) = guards().try_fold(1, |most, guard| {
                Some(height(guard, &heights)?.saturating_add(1).max(most))
            }) else {
                open.push(index);
                continue;
            };
            let own = guards().fold(1, |sum: u64, guard| sum.saturating_add(guard.nodes));
            if height > nesting.saturating_add(1) || own > MOST_CLASS_STEPS {
                return None;
            }
            (steps[index], heights[index]) = (own, Some(height));
        }
        if open.len() == count {
            return None;
        }
    }
    Some(steps)
}

/// How deep deciding an expression goes, where the depth of all classifications it asks is known.
fn height(expr: &Expr, classes: &[Option<usize>]) -> Option<usize> {
    let mut below = 0;
    if let ExprKind::Class { class, .. } = expr.kind {
        below = (*classes.get(class)?)?;
    }
    for part in expr.kind.parts() {
        below = below.max(height(part, classes)?);
    }
    Some(below.saturating_add(1))
}
