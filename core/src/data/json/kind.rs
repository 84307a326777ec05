//! Whether JSON is data or the result of an evaluation, which is no data. Not here: reading either.

use serde_json::value::RawValue;

use super::raw::Pairs;

/// Whether an object is what an evaluation gives, and no data.
pub(super) fn is_result(pairs: &Pairs<'_>) -> bool {
    ["pack", "engine"].iter().all(|key| pairs.0.iter().any(|(found, _)| found == key))
}

/// Whether a value is a list of results.
pub(super) fn is_list_of_results(value: &RawValue) -> bool {
    let first = serde_json::from_str::<Vec<&RawValue>>(value.get()).ok().and_then(|list| list.first().copied());
    first.and_then(|first| serde_json::from_str::<Pairs<'_>>(first.get()).ok()).is_some_and(|pairs| is_result(&pairs))
}
