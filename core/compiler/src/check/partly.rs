//! Packs of which parts could not be read: what may be said of the rest. Not here: reading what is
//! left of a declaration (`syntax/recover`).

use guiju_model::diagnostic::Findings;
use guiju_model::index::List;
use guiju_model::rules::Rules;
use guiju_model::source::Span;

/// What classifications are made of, without what reads them.
pub(super) fn of_classes(rules: &Rules) -> Rules {
    Rules {
        classes: rules.classes.clone(),
        tables: rules.tables.clone(),
        constants: rules.constants.clone(),
        documents: Vec::new(),
        tallies: List::new(),
        onces: Vec::new(),
        awards: Vec::new(),
        award_order: Vec::new(),
        kpis: List::new(),
        obligations: Vec::new(),
        checks: Vec::new(),
        ..rules.clone()
    }
}

/// Takes back what was found in items of which parts could not be read: it may be wrong for want of
/// these. The first findings, as many as `before`, were made where the items were read.
pub(super) fn forget_consequences(findings: &mut Findings, before: usize, partly: &[Span]) {
    let mut number = 0;
    findings.retain(|found| {
        number += 1;
        let place = found.labels.iter().find(|label| label.primary).map(|label| label.span);
        let unread = |item: &Span| {
            place.is_some_and(|place| {
                item.source == place.source && item.start <= place.start && place.end <= item.end
            })
        };
        (number <= before || !partly.iter().any(unread)).then_some(found)
    });
}
