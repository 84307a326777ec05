//! Evaluation: a pack and a dataset to an outcome.
//!
//! [`mod@reference`] takes one record at a time and is the meaning of the language; it also answers
//! what an explanation asks. An evaluator over whole columns has the same signature and must give
//! the same outcome, byte for byte.

#[cfg(feature = "columnar")]
mod columnar;
pub mod reference;
pub mod value;

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::data::Dataset;
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use crate::watch::Watch;
#[cfg(feature = "columnar")]
pub(crate) use columnar::Program;
use guiju_model::limits::Limits;
use guiju_model::outcome::Abort;

/// Which evaluator judges. Both give the same outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Over whole columns: fast. It needs the feature `columnar`, which is on by default.
    #[cfg(feature = "columnar")]
    #[default]
    Columnar,
    /// One record at a time: the meaning of the language, to check the other against.
    #[cfg_attr(not(feature = "columnar"), default)]
    Reference,
}

impl Pack {
    /// The same pack for another evaluator.
    #[must_use]
    pub fn with_engine(&self, engine: Engine) -> Pack {
        let mut pack = self.clone();
        pack.engine = engine;
        pack
    }

    /// Judges a dataset.
    ///
    /// # Errors
    /// [`Abort`] where a limit stops the evaluation, or where the data was read with another pack's
    /// schema.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = r#"
    /// pack shops "商店"
    /// entity market { key id: text }
    /// entity shop in market { key name: text  open: bool }
    /// tally open_shops "營業中" in 家 from shop { select open  count } because "示範"
    /// "#;
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack().expect("sound rules");
    /// let data = pack
    ///     .read_json(r#"{"markets": [{"id": "M1", "shop": [{"name": "甲", "open": true}, {"name": "乙"}]}]}"#, None, &limits)
    ///     .expect("sound data");
    /// let outcome = pack.evaluate(&data, &limits)?;
    /// // 乙 does not say whether it is open: between 1 and 2 家.
    /// assert!(matches!(&outcome.roots[0].kpis[guiju::KpiId::new(0)], guiju::KpiValue::Undetermined { .. }));
    /// # Ok::<(), guiju::Abort>(())
    /// ```
    pub fn evaluate(&self, data: &Dataset, limits: &Limits) -> Result<Evaluation, Abort> {
        self.evaluate_watched(data, limits, &mut |_| ControlFlow::Continue(()))
    }

    /// Judges a dataset while the host watches, at most some hundred times; breaking stops the
    /// evaluation.
    ///
    /// # Errors
    /// As [`Pack::evaluate`], and [`Abort::Stopped`] where `watch` broke off.
    ///
    /// ```
    /// # use guiju::{Abort, Limits, Parsed, Source};
    /// use std::ops::ControlFlow;
    /// # let rules = "pack p \"p\"\nentity a { key id: text }\nentity b in a { key id: text }\ntally bs from b { count } because \"p\"";
    /// # let limits = Limits::default();
    /// # let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check().into_pack().expect("sound rules");
    /// # let data = pack.read_json(r#"{"as": [{"id": "1"}]}"#, None, &limits).expect("sound data");
    /// let mut seen = 0;
    /// let outcome = pack.evaluate_watched(&data, &limits, &mut |progress| {
    ///     seen = progress.done;
    ///     if progress.done < progress.total { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// });
    /// assert_eq!(outcome.err(), Some(Abort::Stopped));
    /// assert!(seen > 0);
    /// ```
    pub fn evaluate_watched<'w>(
        &self,
        data: &Dataset,
        limits: &Limits,
        watch: &'w mut Watch<'w>,
    ) -> Result<Evaluation, Abort> {
        // The same schema is most often the very same one.
        if !Arc::ptr_eq(&data.schema, &self.rules.schema) && data.schema != self.rules.schema {
            return Err(Abort::WrongSchema);
        }
        // What other rules found of the programme is nothing to these.
        if data.so_far.as_ref().is_some_and(|part| !part.is_of(&self.rules)) {
            return Err(Abort::WrongSchema);
        }
        let outcome = match self.engine {
            #[cfg(feature = "columnar")]
            Engine::Columnar => columnar::evaluate(self, data, limits, watch),
            Engine::Reference => reference::evaluate(self, data, limits, watch),
        };
        Ok(Evaluation::new(self, data, outcome?))
    }
}
