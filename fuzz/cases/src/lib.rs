//! Random packs and data, drawn construct by construct, and the laws they are for: both evaluators
//! give the same outcome, and what is said of missing data holds whatever it turns out to be.
//!
//! The bytes that choices are drawn from come from property tests, from a fuzzer, or from a seed.
//! Not here: what the rules mean.

mod awards;
mod choices;
mod completion;
mod conditions;
mod data;
mod figures;
mod hangs_on;
pub mod hostile;
mod model;
mod rules;
pub mod targets;
mod values;

use std::collections::BTreeMap;

use guiju::{CombineError, Dataset, Engine, Evaluation, JsonOptions, Limits, Pack, Parsed, Source};
use serde_json::Value;

pub use choices::Choices;
pub use completion::{Filled, completions_stay_within};
pub use hangs_on::{Asked, hangs_on_what_turns_it};
pub use model::Model;

/// What became of a pack and its data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Packs that the checker accepted.
    pub packs: u64,
    /// Packs that it refused.
    pub refused: u64,
    /// Sets of data that both evaluators judged alike.
    pub agreed: u64,
    /// Sets of data that were refused.
    pub unsound: u64,
}

/// Draws a pack and some sets of data for it, and holds both evaluators to one outcome.
///
/// # Panics
/// Where they differ, with the rules and the data.
pub fn engines_agree(bytes: &[u8], datasets: usize, tally: &mut Tally) {
    let mut choices = Choices::new(bytes);
    let model = Model::draw(&mut choices);
    let text = rules::text(&model, &mut choices);
    let Some(pack) = compiled(&text) else {
        tally.refused += 1;
        return;
    };
    tally.packs += 1;
    let kpis: Vec<String> = pack.schema().kpis.iter().map(|kpi| kpi.name.clone()).collect();
    for _ in 0..datasets {
        let data = data::json(&model, &kpis, &mut choices);
        if agree(&pack, &text, &data) {
            tally.agreed += 1
        } else {
            tally.unsound += 1
        }
        parts_make_the_whole(&pack, &text, &data);
    }
}

/// Holds the programme to what it is when it is put together from roots that were judged apart.
///
/// # Panics
/// Where they differ.
fn parts_make_the_whole(pack: &Pack, rules: &str, data: &str) {
    let limits = Limits::default();
    let Ok(whole) = pack.read_json(data, None, &limits).map(|data| pack.evaluate(&data, &limits))
    else {
        return;
    };
    let Ok(whole) = whole else { return };
    let combined = match in_turns(pack, &whole, &limits) {
        Err(CombineError::Records { .. } | CombineError::Abort(_)) => return,
        combined => combined,
    };
    let combined = combined
        .unwrap_or_else(|wrong| panic!("parts do not make a whole: {wrong}\n{rules}\n{data}"));
    // Records have other numbers in the parts, but the same names. What a figure of the programme
    // lacks is told where it is first computed, and not again where roots have read it.
    let programme = |judged: &Evaluation| -> Value {
        let result: Value =
            serde_json::from_str(&judged.to_json(&JsonOptions::default())).unwrap_or_default();
        let mut programme = result["programme"].clone();
        if pack.turns() > 1 {
            forget_needs(&mut programme);
        }
        programme
    };
    let (found, wanted) = (programme(&combined), programme(&whole));
    assert!(
        found == wanted,
        "parts make another whole\n{rules}\n{data}\nparts: {found}\nwhole: {wanted}"
    );
    for (award, (found, wanted)) in
        combined.outcome().awards.iter().zip(&whole.outcome().awards).enumerate()
    {
        let decided = found.standings.iter().map(|standing| standing.decision);
        // Those among records were decided in the parts.
        let same = found.standings.is_empty()
            || decided.eq(wanted.standings.iter().map(|standing| standing.decision));
        assert!(same, "parts decide award {award} otherwise\n{rules}\n{data}");
    }
}

/// The programme from one part, in as many turns as the rules need.
fn in_turns(pack: &Pack, whole: &Evaluation, limits: &Limits) -> Result<Evaluation, CombineError> {
    let mut combined = pack.combine([], limits)?;
    for _ in 0..pack.turns() {
        let part = pack.evaluate(&pack.part(whole.data(), &combined)?, limits)?;
        combined = pack.combine([part.partial().as_str()], limits)?;
    }
    Ok(combined)
}

fn forget_needs(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("needs");
            fields.values_mut().for_each(forget_needs);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_needs),
        _ => {}
    }
}

/// What begins the lines of a text that are those of a file beside the rules, before its name.
pub(crate) const IN_FILE: &str = "--| ";

/// The pack of a text, if it compiles.
pub fn compiled(text: &str) -> Option<Pack> {
    let mut tables: BTreeMap<&str, String> = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix(IN_FILE)) {
        if let Some((name, row)) = line.split_once(' ') {
            tables.entry(name).or_default().extend([row, "\n"]);
        }
    }
    let tables = tables.into_iter().map(|(name, rows)| Source::new(name, rows));
    let sources = tables.chain([Source::new("random.guiju", text)]).collect();
    Parsed::parse(sources, &Limits::default()).check().into_pack().ok().map(Pack::from)
}

/// Whether the data is sound; both evaluators then agree on it, and on what they make of it in the
/// year after, where rules look at what earlier years counted.
///
/// # Panics
/// Where they differ.
pub fn agree(pack: &Pack, rules: &str, data: &str) -> bool {
    let limits = Limits::default();
    let Ok(dataset) = pack.read_json(data, None, &limits) else { return false };
    judged_alike(pack, &dataset, rules, data);
    if rules.contains("across years") {
        let year_before = rules.replacen(rules::YEAR, "period 112/02/01 .. 113/01/31", 1);
        let judged = compiled(&year_before).and_then(|pack| pack.evaluate(&dataset, &limits).ok());
        let followed =
            judged.and_then(|before| dataset.with_previous(pack, &before.earlier(), &limits).ok());
        followed.iter().for_each(|dataset| judged_alike(pack, dataset, rules, data));
    }
    true
}

fn judged_alike(pack: &Pack, dataset: &Dataset, rules: &str, data: &str) {
    let limits = Limits::default();
    let by = |engine| pack.with_engine(engine).evaluate(dataset, &limits);
    let (fast, slow) = (by(Engine::Columnar), by(Engine::Reference));
    if fast.as_ref().map(Evaluation::outcome) != slow.as_ref().map(Evaluation::outcome) {
        let options = JsonOptions { records: true, ..JsonOptions::default() };
        let shown = |judged: &Result<Evaluation, guiju::Abort>| match judged {
            Ok(evaluation) => evaluation.to_json(&options),
            Err(abort) => abort.to_string(),
        };
        // Not all of an outcome is in a result.
        let whole = |judged: &Result<Evaluation, guiju::Abort>| {
            format!("{:#?}", judged.as_ref().map(Evaluation::outcome))
        };
        let (whole_fast, whole_slow) = (whole(&fast), whole(&slow));
        let differing =
            whole_fast.lines().zip(whole_slow.lines()).find(|(fast, slow)| fast != slow);
        let (fast, slow) = (shown(&fast), shown(&slow));
        panic!(
            "the evaluators differ: {differing:?} (columnar, reference)\n{rules}\n{data}\ncolumnar: {fast}\nreference: {slow}"
        );
    }
}
