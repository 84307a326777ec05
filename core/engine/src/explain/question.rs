//! Questions, and finding what they are about. Not here: the answers (`answer`) and how they are
//! found (`kpi`, `record`, `whole`).

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use super::Explainer;
use super::answer::{Explanation, RuleReference};
use super::asked::{ExplainError, unknown};
use crate::eval::reference::{self, State};
use crate::evaluation::Evaluation;
use guiju_model::index::{EntityId, KpiId};
use guiju_model::limits::Limits;
use guiju_model::needs::Needs;
use guiju_model::outcome::ObligationOutcome;
use guiju_model::rules::{Basis, KpiScope, ObligationScope, Rules};
use guiju_model::sort::sort;
use guiju_model::text::fold;

/// What is to be explained. Instead of an id or an entity's name there may be what people call it,
/// in either language, where only one is called so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A KPI by its id: of the root, or of the programme.
    Kpi(String),
    /// A record of the root by its entity and key.
    Record {
        /// The entity's name.
        entity: String,
        /// The record's key.
        key: String,
    },
    /// An obligation by its id, such as `exceed_grant` or `reach_target_company_members`: of the
    /// root, or of the programme.
    Obligation(String),
    /// The root as a whole: every KPI and obligation, and the records that do not count, or may
    /// not.
    Root,
    /// The programme as a whole: every KPI and obligation over all roots.
    Programme,
}

/// What the reference evaluator finds again, and names in order, as far as somebody asked for it.
#[derive(Default)]
struct Replayed {
    root: OnceCell<State>,
    programme: OnceCell<State>,
    kpis: OnceCell<Names>,
    /// Those of the root in question, and those of the programme.
    obligations: [OnceCell<Names>; 2],
    /// For each entity its records of the root in question.
    records: OnceCell<Vec<OnceCell<Names>>>,
}

/// Names in their order, each with its place in the list that they were taken from: looking many
/// of them up one by one takes no longer than the list is long.
struct Names(Vec<(String, usize)>);

impl Names {
    fn new(names: impl Iterator<Item = String>) -> Names {
        let mut names: Vec<_> = names.enumerate().map(|(at, name)| (name, at)).collect();
        sort(&mut names, &mut |a, b| a.0.cmp(&b.0));
        Names(names)
    }

    /// The first place of a name.
    fn find(&self, name: &str) -> Option<usize> {
        let at = self.0.partition_point(|(before, _)| before.as_str() < name);
        self.0.get(at).filter(|(found, _)| found == name).map(|(_, place)| *place)
    }
}

/// What a node of an explanation takes with its texts, mostly.
const NODE: u64 = 2_048;

impl Evaluation {
    /// Explains one thing: about the root with this index, or about the programme, for which the
    /// index makes no difference.
    ///
    /// # Errors
    /// [`ExplainError`] where the question names something that is not there, or asks about a root
    /// that is not there.
    ///
    /// ```
    /// use guiju::{Limits, Locale, Parsed, Question, Source};
    /// let rules = r#"
    /// pack shops "商店"
    /// entity market "市場" / "market" { key id: text }
    /// entity shop "店" / "shop" in market { key name: text  rent "租金" / "rent": money? }
    /// tally shops "店數" / "shops" in 家 from shop { require rent > 0 元 else "沒有租金" / "no rent" because "示範"  count } because "示範"
    /// kpi all "全部" / "all shops" for programme in 家 = sum(shops) because "示範"
    /// "#;
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack().expect("sound rules");
    /// let data = r#"{"markets": [{"id": "M1", "shop": [{"name": "甲", "rent": 0}, {"name": "乙", "rent": 5}]}]}"#;
    /// let data = pack.read_json(data, None, &limits).expect("sound data");
    /// let evaluation = pack.evaluate(&data, &limits)?;
    ///
    /// let whole = evaluation.explain(0, &Question::Root, &limits).expect("there is a first market");
    /// assert!(whole.to_text(Locale::En).contains("✗ no rent"));
    /// let all = evaluation.explain(0, &Question::Kpi("all".to_owned()), &limits).expect("there is such a KPI");
    /// assert!(all.to_text(Locale::En).contains("sum(shops) = 1 家\n      1 家: M1"));
    /// # Ok::<(), guiju::Abort>(())
    /// ```
    pub fn explain(
        &self,
        root: usize,
        question: &Question,
        limits: &Limits,
    ) -> Result<Explanation, ExplainError> {
        self.answer(root, question, limits, &Replayed::default())
    }

    /// The same for many questions, whose common work is done once. Each may have as many nodes as
    /// the limits allow.
    pub fn explain_each<'q>(
        &'q self,
        root: usize,
        questions: impl IntoIterator<Item = Question> + 'q,
        limits: &'q Limits,
    ) -> impl Iterator<Item = Result<Explanation, ExplainError>> + 'q {
        let replayed = Replayed::default();
        let questions = questions.into_iter();
        questions.map(move |question| self.answer(root, &question, limits, &replayed))
    }

    fn answer(
        &self,
        root: usize,
        question: &Question,
        limits: &Limits,
        replayed: &Replayed,
    ) -> Result<Explanation, ExplainError> {
        let (pack, data, outcome) = (self.pack(), self.data(), self.outcome());
        let rules = &*pack.rules;
        let is_id = match question {
            Question::Kpi(name) => replayed.kpi(rules, name).is_some(),
            Question::Obligation(name) => {
                let own = outcome.roots.get(root).map_or(&[][..], |root| &root.obligations);
                [(own, false), (&outcome.programme.obligations[..], true)]
                    .iter()
                    .any(|(of, whole)| replayed.obligation(rules, of, *whole, name).is_some())
            }
            _ => false,
        };
        let question = if is_id { Cow::Borrowed(question) } else { question.named(pack) };
        let question = &*question;
        let of_programme = match question {
            Question::Programme => true,
            Question::Kpi(name) => {
                replayed.kpi(rules, name).is_some_and(|kpi| rules.kpis[kpi].scope != KpiScope::Root)
            }
            Question::Obligation(name) => {
                let found = &outcome.programme.obligations;
                replayed.obligation(rules, found, true, name).is_some()
            }
            Question::Record { .. } | Question::Root => false,
        };
        let there = (root < data.len()).then_some(root);
        let within = usize::try_from(limits.memory / NODE).unwrap_or(usize::MAX);
        let nodes = limits.explanation_nodes.min(within);
        let left = Cell::new(nodes);
        let roots: Vec<usize> = if of_programme { (0..data.len()).collect() } else { Vec::new() };
        let state = match there.filter(|_| !of_programme) {
            Some(root) => {
                let judged = || reference::replay(pack, data, root..root + 1);
                replayed.root.get_or_init(judged)
            }
            // Figures over all roots rest on theirs, which were found.
            None => replayed
                .programme
                .get_or_init(|| State::told(outcome).with_programme(pack, data, outcome)),
        };
        let explainer = Explainer {
            pack,
            rules,
            data,
            outcome,
            state,
            root: if of_programme { None } else { there },
            roots: &roots,
            nodes,
            left: &left,
            compared: Vec::new(),
        };
        match question {
            Question::Kpi(name) => {
                let found = replayed.kpi(rules, name);
                Ok(Explanation::Kpi(Box::new(explainer.kpi(explainer.find_kpi(name, found)?))))
            }
            Question::Record { entity, key } => {
                let (entity, row) = explainer.find_record(entity, key, replayed)?;
                Ok(Explanation::Record(explainer.record(entity, row)))
            }
            Question::Obligation(name) => {
                let found = replayed.obligation(rules, explainer.obligations(), of_programme, name);
                let found = explainer.find_obligation(name, found)?;
                Ok(Explanation::Obligation(Box::new(explainer.obligation(found))))
            }
            Question::Root => {
                explainer.own_root(None)?;
                Ok(Explanation::Whole(Box::new(explainer.whole())))
            }
            Question::Programme => {
                let own = rules.kpis.iter().any(|kpi| kpi.scope != KpiScope::Root)
                    || !outcome.programme.obligations.is_empty();
                if own {
                    Ok(Explanation::Whole(Box::new(explainer.whole())))
                } else {
                    Err(explainer.of_root(None))
                }
            }
        }
    }
}

impl Replayed {
    fn kpi(&self, rules: &Rules, name: &str) -> Option<KpiId> {
        let names = || Names::new(rules.kpis.iter().map(|kpi| kpi.name.clone()));
        self.kpis.get_or_init(names).find(name).map(KpiId::new)
    }

    /// The place of an obligation among those of the root, or of the programme.
    fn obligation(
        &self,
        rules: &Rules,
        among: &[ObligationOutcome],
        of_programme: bool,
        name: &str,
    ) -> Option<usize> {
        let ids = || {
            let id = |found: &ObligationOutcome| rules.obligation_id(found.obligation, found.kpi);
            Names::new(among.iter().map(id))
        };
        self.obligations[usize::from(of_programme)].get_or_init(ids).find(name)
    }
}

impl Explainer<'_> {
    /// The key of the root in question; `None` for the programme.
    pub(super) fn root_key(&self) -> Option<String> {
        self.root.map(|root| self.data.root_key(root).to_owned())
    }

    /// The root in question, or what is wrong where none of the data's was named.
    fn own_root(&self, asked: Option<&str>) -> Result<usize, ExplainError> {
        self.root.ok_or_else(|| self.of_root(asked))
    }

    fn of_root(&self, asked: Option<&str>) -> ExplainError {
        ExplainError::OfRoot {
            name: asked.map(guiju_model::text::show),
            entity: self.rules.schema.root_entity().label.clone(),
        }
    }

    fn find_kpi(&self, name: &str, found: Option<KpiId>) -> Result<KpiId, ExplainError> {
        let names = || self.rules.kpis.iter().map(|kpi| kpi.name.as_str());
        let found = found.ok_or_else(|| {
            ExplainError::of_award(self.rules, name)
                .unwrap_or_else(|| unknown("KPI", name, names()))
        })?;
        if self.rules.kpis[found].scope == KpiScope::Root {
            self.own_root(Some(name))?;
        }
        Ok(found)
    }

    /// An obligation that was found among those of the root, or of the programme, or what to say
    /// where it was not.
    fn find_obligation(&self, name: &str, found: Option<usize>) -> Result<usize, ExplainError> {
        if let Some(found) = found {
            return Ok(found);
        }
        let of_root = |scope: ObligationScope| scope != ObligationScope::Programme;
        if self.rules.obligations.iter().any(|rule| rule.name == name && of_root(rule.scope)) {
            self.own_root(Some(name))?;
        }
        let both = self.obligations().iter().chain(&self.outcome.programme.obligations);
        let known: Vec<String> =
            both.map(|found| self.rules.obligation_id(found.obligation, found.kpi)).collect();
        Err(unknown("obligation", name, known.iter().map(String::as_str)))
    }

    fn find_record(
        &self,
        entity: &str,
        key: &str,
        replayed: &Replayed,
    ) -> Result<(EntityId, usize), ExplainError> {
        let entities = &self.rules.schema.entities;
        let index = entities.find_id(|shape| shape.name == entity).ok_or_else(|| {
            unknown("entity", entity, entities.iter().map(|shape| shape.name.as_str()))
        })?;
        if self.rules.schema.is_shared(index) {
            let known: Vec<_> =
                self.data.rows_shared(index).map(|row| self.data.key(index, row)).collect();
            if !known.iter().any(|known| fold(known) == fold(key)) {
                return Err(unknown("record", key, known.iter().map(|key| &**key)));
            }
            let name = guiju_model::text::show(&format!("{entity}/{key}"));
            let entity = self.rules.schema.root_entity().label.clone();
            return Err(ExplainError::OfAll { name, entity });
        }
        let rows = self.data.rows_of(index, self.own_root(Some(&format!("{entity}/{key}")))?);
        let keys = rows.clone().map(|row| self.data.key(index, row));
        let wanted = fold(key);
        let records =
            replayed.records.get_or_init(|| entities.iter().map(|_| OnceCell::new()).collect());
        let place = records
            .get(index.index())
            .and_then(|names| {
                names.get_or_init(|| Names::new(keys.clone().map(|key| fold(&key)))).find(&wanted)
            })
            .ok_or_else(|| {
                // Its own key alone: which one is meant, what it belongs to says.
                let own = rows.clone().find(|row| fold(self.data.own_key(index, *row)) == wanted);
                let known: Vec<Cow<'_, str>> = keys.collect();
                match (own, unknown("record", key, known.iter().map(|key| &**key))) {
                    (Some(own), ExplainError::Unknown { kind, name, known, more, .. }) => {
                        let suggestion = Some(self.data.key(index, own).into_owned());
                        ExplainError::Unknown { kind, name, suggestion, known, more }
                    }
                    (_, error) => error,
                }
            })?;
        Ok((index, rows.start + place))
    }

    /// Where a rule at a place in the pack comes from.
    pub(super) fn reference(
        &self,
        basis: &Basis,
        span: guiju_model::source::Span,
    ) -> RuleReference {
        let source = self.rules.sources.get(span.source.0 as usize);
        let place =
            source.map(|source| format!("{}:{}", source.name(), source.position(span.start).line));
        RuleReference { pack: self.rules.edition(span).to_owned(), place, ..self.ground(basis) }
    }

    /// The clauses or the reason of a rule.
    pub(super) fn ground(&self, basis: &Basis) -> RuleReference {
        let clauses = match basis {
            Basis::Clauses(clauses) => self
                .rules
                .clause_ids(basis)
                .into_iter()
                .zip(clauses)
                .map(|(id, (document, clause))| {
                    (id, self.rules.documents[*document].clauses[*clause].summary.clone())
                })
                .collect(),
            _ => Vec::new(),
        };
        RuleReference {
            pack: self.rules.name.clone(),
            place: None,
            clauses,
            because: if let Basis::Because(reason) = basis { Some(reason.clone()) } else { None },
        }
    }

    /// Missing values as `member/甲公司 fee`, each once, and how many more there are.
    pub(super) fn needs(&self, needs: &Needs) -> Vec<String> {
        let all = needs.len();
        let listed = self.share(all);
        let first = needs.first(listed);
        let more = (all > listed).then(|| format!("… +{}", all - listed));
        first.iter().map(|need| self.need(need)).chain(more).collect()
    }
}
