//! What a verdict hangs on: each single record whose leaving, and each single value whose change,
//! turns it. Nothing is guessed: the data is changed, judged again, and put back.
//!
//! `behind` says which data a verdict reads at all, `ask` judges changed data, `search` has the
//! values that are tried, `told` the words. Not here: changes of several things at once.

mod answer;
mod ask;
mod behind;
mod changes;
mod named;
mod search;
mod told;

use super::asked::{ExplainError, by_label, obligation, unknown};
use crate::evaluation::Evaluation;
use crate::output::Place;
use crate::watch::Watch;
pub use answer::{ChangesTried, HangsOn, Neighbour, TurningChange, TurningValue};
use ask::{Asking, Of};
use guiju_model::limits::Limits;
use guiju_model::outcome::ObligationOutcome;
use guiju_model::rules::ObligationScope;
use guiju_model::text::{Locale, Localized, fold};

/// A verdict that is not there to be asked about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HangsOnError {
    /// There is no such obligation, award or record, or no root was named that has it.
    #[error(transparent)]
    Unknown(#[from] ExplainError),
    /// An award among records, of which none was named.
    #[error("`{name}` decides on every {}: say which record", entity.get(Locale::En))]
    OfRecord {
        /// The award.
        name: String,
        /// What people call such a record.
        entity: Localized,
    },
    /// An obligation, asked of a record.
    #[error("`{name}` is an obligation, and not of a single record: leave the record out")]
    NotOfRecord {
        /// The obligation.
        name: String,
    },
    /// The verdict looks at roots whose records are elsewhere.
    #[error("the verdict looks at all roots, and their records are not all here")]
    InParts,
}

impl HangsOnError {
    /// What is not there, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        match (self, locale) {
            (HangsOnError::Unknown(error), _) => error.message(locale),
            (_, Locale::En) => self.to_string(),
            (HangsOnError::OfRecord { name, entity }, Locale::ZhTw) => {
                format!("`{name}` 對每筆{}各有核給結果，請指明是哪一筆", entity.zh)
            }
            (HangsOnError::NotOfRecord { name }, Locale::ZhTw) => {
                format!("`{name}` 是義務，不是單筆資料的結果；請不要指定哪一筆")
            }
            (HangsOnError::InParts, Locale::ZhTw) => {
                "這項結果要看所有對象，而它們的資料不都在這裡".to_owned()
            }
        }
    }
}

impl Evaluation {
    /// What the verdict of an obligation hangs on, or the decision of an award: each single record
    /// whose leaving turns it, and each single value that turns it by not being given or by being
    /// another. The obligation is one of the root with this index, or of the programme, for which
    /// the index makes no difference; of an award, the decision on that root is meant, or on one of
    /// its records, by entity and key. Of one name the obligation is meant; what people call an
    /// obligation or an award serves as its name.
    ///
    /// Each change is judged by the evaluator. A record is left out with those that belong to it,
    /// and references to it are then not given; of an award among roots, and of whatever looks at
    /// all roots, every other root is left out as a whole. Numbers and days are tried further and
    /// further from what they are, and the first that turns the verdict is narrowed down to its
    /// neighbour which does not. Texts, lists, periods and references are left out alone.
    ///
    /// All changes together may take as much fuel as the limits allow; what is found until it ends,
    /// or until `watch` breaks off, is the answer, which says how much was tried.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use guiju::{Limits, Locale, Parsed, Source};
    /// let rules = r#"
    /// pack shops
    /// entity market { key id: text }
    /// entity shop in market { key name: text  rent: money }
    /// tally rents from shop { sum rent } because "示範"
    /// obligation enough expect rents >= 100 元 because "示範"
    /// "#;
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let data = r#"{"markets": [{"id": "M1", "shop": [{"name": "A", "rent": 90}, {"name": "B", "rent": 30}]}]}"#;
    /// let data = pack.read_json(data, None, &limits).expect("sound data");
    /// let evaluation = pack.evaluate(&data, &limits)?;
    /// let mut unwatched = |_| ControlFlow::Continue(());
    /// let found = evaluation.hangs_on(0, "enough", None, &limits, &mut unwatched)?;
    /// let text = found.to_text(Locale::En);
    /// assert!(text.contains("shop/B left out → not met"));
    /// assert!(text.contains("9 元 → not met (10 元: still met)"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`HangsOnError`] where there is no such verdict, or where it looks at roots that were judged
    /// elsewhere.
    pub fn hangs_on<'w>(
        &self,
        root: usize,
        name: &str,
        record: Option<(&str, &str)>,
        limits: &Limits,
        watch: &'w mut Watch<'w>,
    ) -> Result<HangsOn, HangsOnError> {
        let of = self.verdict_of(root, name, record)?;
        let asking = Asking::new(self, of, limits)?;
        Ok(asking.answer(watch))
    }

    fn verdict_of(
        &self,
        root: usize,
        name: &str,
        record: Option<(&str, &str)>,
    ) -> Result<Of, HangsOnError> {
        let (rules, data) = (&*self.pack().rules, self.data());
        let verdicts = rules.obligations.iter().filter_map(obligation);
        let verdicts = verdicts.chain(rules.awards.iter().map(|award| (&award.name, &award.label)));
        let called = by_label(name, verdicts);
        let name = called.as_deref().unwrap_or(name);
        let there = (root < data.len()).then_some(root);
        let id = |found: &ObligationOutcome| rules.obligation_id(found.obligation, found.kpi);
        let own: &[ObligationOutcome] = there
            .and_then(|root| self.outcome().roots.get(root))
            .map_or(&[], |found| &found.obligations);
        let programme = &self.outcome().programme.obligations;
        if record.is_none() {
            let both = own
                .iter()
                .map(|found| (there, found))
                .chain(programme.iter().map(|found| (None, found)));
            for (root, found) in both {
                if id(found) == name {
                    let (index, kpi) = (found.obligation, found.kpi);
                    return Ok(Of::Obligation { root, index, kpi });
                }
            }
        }
        let of_root = || {
            let entity = rules.schema.root_entity().label.clone();
            HangsOnError::Unknown(ExplainError::OfRoot { name: Some(name.to_owned()), entity })
        };
        let Some(award) = rules.awards.iter().position(|award| award.name == name) else {
            let of_roots = rules
                .obligations
                .iter()
                .any(|rule| rule.name == name && rule.scope != ObligationScope::Programme);
            if there.is_none() && of_roots {
                return Err(of_root());
            }
            let known: Vec<String> = own.iter().chain(programme).map(id).collect();
            if record.is_some() && known.iter().any(|known| known == name) {
                return Err(HangsOnError::NotOfRecord { name: name.to_owned() });
            }
            let awards = rules.awards.iter().map(|award| award.name.as_str());
            let known = known.iter().map(String::as_str).chain(awards);
            return Err(unknown("obligation", name, known).into());
        };
        let root = there.ok_or_else(of_root)?;
        let entity = rules.awards[award].entity;
        if entity == rules.schema.root && record.is_none() {
            return self.standing(award, root).ok_or(HangsOnError::InParts);
        }
        let shape = &rules.schema.entities[entity];
        let Some((asked, key)) = record else {
            let entity = shape.label.clone();
            return Err(HangsOnError::OfRecord { name: name.to_owned(), entity });
        };
        let called = by_label(asked, [(&shape.name, &shape.label)].into_iter());
        if shape.name != called.as_deref().unwrap_or(asked) {
            return Err(unknown("entity", asked, [shape.name.as_str()].into_iter()).into());
        }
        let wanted = fold(key);
        let mut rows = data.rows_of(entity, root);
        let row = rows.clone().find(|row| fold(&data.key(entity, *row)) == wanted);
        let row = row.ok_or_else(|| {
            let keys: Vec<_> = rows.by_ref().map(|row| data.key(entity, row)).collect();
            unknown("record", key, keys.iter().map(|key| &**key))
        })?;
        self.standing(award, row).ok_or(HangsOnError::InParts)
    }

    /// The decision of an award on a root or a record.
    fn standing(&self, award: usize, row: usize) -> Option<Of> {
        Place::of(self.pack(), self.data(), self.outcome(), award, row)?;
        Some(Of::Award { award, row })
    }
}
