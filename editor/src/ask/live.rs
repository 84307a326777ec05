//! The figures of an author's own data: what each tally counted and refused, what each requirement
//! refused, the value of each KPI.
//!
//! Not here: judging (the engine), and where the figures are shown (`margin`).

use std::collections::HashMap;

use guiju::DataError;
use guiju::{Dataset, Limits, Locale, SourcePack, kpi_words};
use guiju_model::outcome::Verdict;
use guiju_model::rules::KpiScope;
use guiju_model::standing::Decision;

use super::words::pick;
use crate::analysis::Analysis;
use crate::workspace::Files;

/// Figures by the name of what they are of.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// By tally, award or KPI.
    pub figures: HashMap<String, String>,
    /// By the place of a requirement's condition: how many records it refused.
    pub refused: HashMap<guiju::Span, usize>,
    /// What keeps the data from being judged.
    pub problem: Option<String>,
}

/// The most effort that figures in the margin are worth: a keystroke waits for them.
const FUEL: u64 = 200_000_000;

/// The limits on what is judged while somebody types.
pub(crate) fn worth(limits: &Limits) -> Limits {
    Limits { fuel: FUEL, ..limits.clone() }
}

/// The data of a pack in a folder: what is set, or the pack's own `data` or `samples`.
pub(crate) fn data(
    folder: &str,
    pack: &SourcePack,
    files: &dyn Files,
    limits: &Limits,
    set: Option<&str>,
) -> Option<Result<Dataset, DataError>> {
    let places = match set {
        Some(set) if set.starts_with('/') => vec![set.to_owned()],
        Some(set) => vec![format!("{folder}/{set}")],
        None => {
            ["data", "data.json", "samples"].iter().map(|name| format!("{folder}/{name}")).collect()
        }
    };
    places.iter().find_map(|place| files.data(place, pack.schema(), limits))
}

/// Judges the data of a pack: in the folder that is set, or the pack's own `samples` or `data`.
/// `None` without data or with errors in the rules.
pub fn live(
    analysis: &Analysis,
    files: &dyn Files,
    limits: &Limits,
    set: Option<&str>,
    locale: Locale,
) -> Option<Live> {
    let pack = analysis.findings().pack.as_ref()?;
    let limits = worth(limits);
    let found = data(&analysis.folder, pack, files, &limits, set)?;
    Some(match found {
        Ok(data) => judged(pack, data, &limits, locale),
        Err(found) => {
            let first = found.diagnostics.first();
            Live { problem: first.map(|first| first.message(locale)), ..Live::default() }
        }
    })
}

/// How many were counted, refused and left undetermined.
fn counts(counted: usize, refused: usize, open: usize, locale: Locale) -> String {
    match locale {
        Locale::ZhTw => format!("計入 {counted}，不計入 {refused}，待定 {open}"),
        Locale::En => format!("{counted} counted, {refused} refused, {open} undetermined"),
    }
}

fn judged(pack: &SourcePack, data: Dataset, limits: &Limits, locale: Locale) -> Live {
    let evaluation = match pack.evaluate(&data, limits) {
        Ok(evaluation) => evaluation,
        Err(abort) => return Live { problem: Some(abort.message(locale)), ..Live::default() },
    };
    let (outcome, rules) = (&evaluation, &pack.rules);
    let mut live = Live::default();
    for (tally, verdicts) in rules.tallies.iter().zip(&outcome.verdicts) {
        let count = |wanted: &dyn Fn(&Verdict) -> bool| {
            verdicts.iter().filter(|verdict| wanted(verdict)).count()
        };
        let counted = count(&|verdict| *verdict == Verdict::COUNTED);
        let refused = count(&|verdict| verdict.refusal().is_some());
        let open = count(&|verdict| verdict.id() == "undetermined");
        live.figures.insert(tally.name.clone(), counts(counted, refused, open, locale));
        for (at, requirement) in tally.require.iter().enumerate() {
            let refused = count(&|verdict| verdict.refusal() == Some(at));
            *live.refused.entry(requirement.condition.span).or_default() += refused;
        }
    }
    for (award, found) in rules.awards.iter().zip(&outcome.awards) {
        let count = |wanted: Decision| {
            found.standings.iter().filter(|standing| standing.decision == wanted).count()
        };
        let [counted, refused, open] =
            [Decision::Counted, Decision::Refused, Decision::Undetermined].map(count);
        live.figures.insert(award.name.clone(), counts(counted, refused, open, locale));
    }
    for (at, kpi) in rules.kpis.entries() {
        let values: Vec<String> = match kpi.scope {
            KpiScope::Root => outcome
                .roots
                .iter()
                .filter_map(|root| root.kpis.get(at))
                .map(|value| kpi_words(value, &kpi.unit, locale))
                .collect(),
            KpiScope::Programme { .. } => outcome
                .programme
                .kpis
                .iter()
                .filter(|(index, _)| *index == at)
                .map(|(_, value)| kpi_words(value, &kpi.unit, locale))
                .collect(),
        };
        // Of many alliances the first few: a margin is one line.
        const SHOWN: usize = 3;
        let more = if values.len() > SHOWN { " …" } else { "" };
        let text = values
            .iter()
            .take(SHOWN)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(pick(locale, "、", "; "))
            + more;
        if !text.is_empty() {
            let own = live.figures.entry(kpi.name.clone()).or_default();
            *own = if own.is_empty() {
                text
            } else {
                format!("{text}{}{own}{}", pick(locale, "（", " ("), pick(locale, "）", ")"))
            };
        }
    }
    live
}
