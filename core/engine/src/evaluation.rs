//! A judged dataset as one value: the pack, the data and what came out, so that nothing asked of it can be mixed up with another.
//!
//! Not here: how it is judged (`eval`), and how answers are made (`output`, `explain`, `describe`, `partial`).

use std::ops::Deref;

use guiju_model::limits::Limits;
use guiju_model::outcome::{Need, Outcome};

use crate::data::{Dataset, Earlier};
use crate::describe::{Needed, RecordVerdict};
use crate::explain::{ExplainError, Explanation, Question, explain};
use crate::output::{JsonOptions, to_json};
use crate::pack::Pack;

/// What [`Pack::evaluate`] gives: the outcome, with the pack and the data that it stands for. It reads like its [`Outcome`].
///
/// ```
/// use guiju::{JsonOptions, KpiValue, Limits, Parsed, Question, Source};
/// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
/// let limits = Limits::default();
/// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
/// let data = pack.read_json(r#"{"shops": [{"id": "S1", "fee": 100}]}"#, None, &limits).expect("sound data");
/// let evaluation = pack.evaluate(&data, &limits)?;
/// assert_eq!(evaluation.roots[0].kpis[0], KpiValue::Known(200.into()));
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
}

impl Evaluation {
    pub(crate) fn new(pack: &Pack, data: &Dataset, outcome: Outcome) -> Evaluation {
        Evaluation { pack: pack.clone(), data: data.clone(), outcome }
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

    /// What came out, by itself.
    pub fn into_outcome(self) -> Outcome {
        self.outcome
    }

    /// The one JSON form of results: the same bytes from every host.
    pub fn to_json(&self, options: &JsonOptions) -> String {
        to_json(&self.pack, &self.data, &self.outcome, options)
    }

    /// Why a figure, a record or an obligation of the root with this index is as it is.
    ///
    /// # Errors
    /// [`ExplainError`] where the question names something that is not there.
    pub fn explain(&self, root: usize, question: &Question, limits: &Limits) -> Result<Explanation, ExplainError> {
        explain(&self.pack, &self.data, &self.outcome, root, question, limits)
    }

    /// The verdicts on the records of a root, entity by entity and record by record; records out of scope of a tally are left out.
    pub fn verdicts(&self, root: usize) -> impl Iterator<Item = RecordVerdict<'_>> {
        self.pack.verdicts(&self.data, &self.outcome, root)
    }

    /// Something missing that matters, in words.
    pub fn needed(&self, need: &Need) -> Needed {
        self.pack.needed(&self.data, need)
    }

    /// What rules over all roots can read of these, as text that [`Pack::combine`] takes.
    pub fn partial(&self) -> String {
        self.pack.partial(&self.data, &self.outcome)
    }

    /// The results as the previous values of a later year.
    pub fn earlier(&self) -> Earlier {
        Earlier::of(&self.pack, &self.data, &self.outcome)
    }
}

impl Deref for Evaluation {
    type Target = Outcome;

    fn deref(&self) -> &Outcome {
        &self.outcome
    }
}
