//! What checks and rules that compare records say about single records. Not here: verdicts
//! (`tally`, `once`).

use super::{Fuel, State, cost, expr, message};
use crate::data::Dataset;
use expr::{Eval, Subject};
use guiju_model::diagnostic::Code;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::outcome::{Abort, Issue};
use guiju_model::rules::{Basis, Check, Rules};
use guiju_model::text::{Localized, fill};

/// What the checks say about single records.
pub(super) fn check_records(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    use crate::eval::value::Truth;
    for check in &rules.checks {
        for root in state.roots.clone() {
            fuel.charge(
                cost::of_check(check).saturating_mul(data.rows_of(check.entity, root).len() as u64),
            )?;
            fuel.charge(cost::over_of_check(check, data, root))?;
            for row in data.rows_of(check.entity, root) {
                let mut eval = Eval::of_truth(
                    rules,
                    data,
                    state,
                    Subject::Record { entity: check.entity, row, root },
                );
                let applies =
                    check.when.as_ref().is_none_or(|when| eval.truth(when) == Truth::True);
                if applies && eval.truth(&check.expect) == Truth::False {
                    let issue = failed(rules, data, state, check, row);
                    state.push_issue(root, issue);
                    state.account_often(fuel)?;
                }
            }
            state.account(fuel)?;
        }
    }
    Ok(())
}

/// What a check says about a record that fails it.
pub(crate) fn failed(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    check: &Check,
    row: usize,
) -> Issue {
    let subject =
        expr::Subject::Record { entity: check.entity, row, root: data.root_of(check.entity, row) };
    Issue {
        entity: check.entity,
        row,
        field: check.field,
        code: check.name.clone(),
        severity: check.severity,
        message: message::filled(rules, data, state, subject, &check.message),
        clause: rules.clause_ids(&check.basis).into_iter().next(),
    }
}

/// The warning for a record that a rule cannot compare with others; `rule` is what people call it,
/// and what it rests on, `part` what the key lacks, and `field` where it is to be filled in.
pub(crate) fn no_key(
    rules: &Rules,
    rule: (&Localized, &Basis),
    (entity, row): (EntityId, usize),
    part: &Localized,
    field: Option<FieldId>,
) -> Issue {
    let (info, (called, basis)) = (Code::NoKey.info(), rule);
    let message = |locale| {
        let template: &str = info.message(locale);
        fill(template, &[part.get(locale), called.get(locale)])
    };
    Issue {
        entity,
        row,
        field,
        code: info.id.to_owned(),
        severity: info.severity,
        message: Localized::new(
            message(guiju_model::text::Locale::ZhTw),
            message(guiju_model::text::Locale::En),
        ),
        clause: rules.clause_ids(basis).into_iter().next(),
    }
}
