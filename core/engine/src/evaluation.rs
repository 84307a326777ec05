//! A judged dataset as one value: the pack, the data and what came out, so that nothing asked of it
//! can be mixed up with another.
//!
//! What is asked of it are its methods, which stand where the answers are made: `output`,
//! `explain`, `describe`, `partial`, `data::earlier`. Not here: how it is judged (`eval`).

use std::ops::Deref;

use guiju_model::index::KpiId;
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Outcome};

use crate::data::Dataset;
use crate::pack::Pack;
use crate::partial::part::Combined;

/// What [`Pack::evaluate`] gives: the outcome, with the pack and the data that it stands for. It
/// reads like its [`Outcome`].
///
/// ```
/// use guiju::{JsonOptions, KpiValue, Limits, Parsed, Question, Source};
/// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
/// let limits = Limits::default();
/// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
/// let data = pack.read_json(r#"{"shops": [{"id": "S1", "fee": 100}]}"#, None, &limits).expect("sound data");
/// let evaluation = pack.evaluate(&data, &limits)?;
/// assert_eq!(evaluation.roots[0].kpis[guiju::KpiId::new(0)], KpiValue::Known(200.into()));
/// assert!(evaluation.to_json(&JsonOptions::default()).contains(r#""value": "200""#));
/// let why = evaluation.explain(0, &Question::Kpi("due".to_owned()), &limits)?;
/// assert!(why.to_text(guiju::Locale::En).contains("200"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Evaluation {
    pack: Pack,
    data: Dataset,
    outcome: Outcome,
    /// Of one that was put together from parts, how far.
    combined: Option<Combined>,
}

impl Evaluation {
    /// Pack and data are shared, so that keeping them costs next to nothing.
    pub(crate) fn new(pack: &Pack, data: &Dataset, outcome: Outcome) -> Evaluation {
        Evaluation { pack: pack.clone(), data: data.clone(), outcome, combined: None }
    }

    pub(crate) fn put_together(self, combined: Combined) -> Evaluation {
        Evaluation { combined: Some(combined), ..self }
    }

    pub(crate) fn combined(&self) -> Option<&Combined> {
        self.combined.as_ref()
    }

    /// The rules it was judged by.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The data that was judged.
    pub fn data(&self) -> &Dataset {
        &self.data
    }

    /// What came out. Indices of roots, KPIs and records count those of the data and the pack.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The target of a KPI of a root: the one that is given, or else what follows from the records
    /// by the tally's rule, where that is known.
    pub fn target(&self, root: usize, kpi: KpiId) -> Option<Exact> {
        target(&self.data, &self.outcome, root, kpi)
    }

    /// [`Evaluation::target`] of each KPI of a root that has one. Where a KPI is told twice, the
    /// later one holds.
    pub fn each_target(&self, root: usize, mut found: impl FnMut(KpiId, &Exact)) {
        let ruled = self.outcome.roots.get(root).map_or(&[][..], |root| &root.targets);
        for (kpi, value) in ruled {
            if let KpiValue::Known(value) = value {
                found(*kpi, value);
            }
        }
        self.data.each_target(root, found);
    }

    /// What came out, without the rest.
    pub fn into_outcome(self) -> Outcome {
        self.outcome
    }
}

/// [`Evaluation::target`].
pub(crate) fn target(data: &Dataset, outcome: &Outcome, root: usize, kpi: KpiId) -> Option<Exact> {
    let ruled =
        || match outcome.roots.get(root)?.targets.iter().find(|(target, _)| *target == kpi)? {
            (_, KpiValue::Known(value)) => Some(value.clone()),
            _ => None,
        };
    data.target(root, kpi).or_else(ruled)
}

impl Deref for Evaluation {
    type Target = Outcome;

    fn deref(&self) -> &Outcome {
        &self.outcome
    }
}
