//! Parts read back, and the programme evaluated over all their roots. Not here: the form of a part
//! (`partial`).

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::part::{Combined, all_of};
use super::{CombineError, Failure, Figure, GivenLine, Head, Lack, RootLine, digest_of};
use crate::data::{Dataset, Digests, Given, read_json};
use crate::eval::reference::awards::There;
use crate::eval::reference::{Fuel, State, asked, open_keys, programme};
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use crate::watch::Progress;
use guiju_model::index::{KpiId, List};
use guiju_model::limits::Limits;
use guiju_model::needs::Needs;
use guiju_model::number::{Exact, NumberError};
use guiju_model::outcome::{KpiValue, Need, ObligationOutcome, Outcome, Status};
use guiju_model::rules::{Award, Expr, ExprKind, KpiScope, Listing, Rules};
use guiju_model::schema::{PROGRAMME, Schema};
use guiju_model::text::fold;

impl Pack {
    /// The programme from parts: its KPIs, groups and obligations are those of one evaluation over
    /// all the roots, in the order of the parts. See [`Evaluation::partial`].
    ///
    /// # Errors
    /// [`CombineError`] where the parts are not of one whole: of other rules, of different records
    /// of the programme, of the same root twice, or where a rule over the programme holds two of
    /// them together.
    pub fn combine<'a>(
        &self,
        parts: impl IntoIterator<Item = &'a str>,
        limits: &Limits,
    ) -> Result<Evaluation, CombineError> {
        let rules = &*self.rules;
        let asks_records = |award: &&Award| {
            award.entity == rules.schema.root
                && award.exprs().into_iter().any(|expr| reads_records(&rules.schema, expr))
        };
        if let Some(award) = rules.awards.iter().find(asks_records) {
            return Err(CombineError::Records { award: award.name.clone() });
        }
        let whole = Whole::read(self, parts)?;
        let mut data = whole.dataset(rules, limits)?;
        let roots: HashMap<&str, usize> =
            whole.lines.iter().enumerate().map(|(at, line)| (line.key.as_str(), at)).collect();
        let numbers: HashMap<&str, KpiId> =
            rules.kpis.entries().map(|(at, kpi)| (kpi.name.as_str(), at)).collect();
        let reader = Reader { rules, data: &data, roots, numbers };
        let damaged = |at: usize| CombineError::Damaged { line: whole.numbers[at] };
        let (mut kpis, mut targets, mut met, mut given) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, line) in whole.lines.iter().enumerate() {
            kpis.push(reader.kpis(line).ok_or_else(|| damaged(at))?);
            targets.push(reader.targets(line).ok_or_else(|| damaged(at))?);
            met.push(reader.asked(line).ok_or_else(|| damaged(at))?);
            given.push(reader.given(&line.given, &data.given[at]).ok_or_else(|| damaged(at))?);
        }
        let of_programme = match &whole.head {
            Some(head) => reader
                .given(&head.programme_given, &data.programme)
                .ok_or(CombineError::Damaged { line: 1 })?,
            None => Arc::clone(&data.programme),
        };
        data.given = Arc::new(given);
        data.programme = of_programme;
        data.earlier = whole.head.as_ref().map(|head| head.earlier.clone()).unwrap_or_default();
        let programme = whole.head.as_ref().map(|head| head.digest.clone());
        data.told = Some(Arc::new(Digests {
            programme: programme.unwrap_or_else(|| data.digests().programme),
            roots: whole.lines.iter().map(|line| line.digest.clone()).collect(),
        }));
        let so_far = whole.head.as_ref().map_or("", |head| &head.so_far);
        if !so_far.is_empty() && so_far != all_of(&data) {
            return Err(CombineError::OtherParts);
        }
        let mut state = State::of(kpis, List::new()).with_targets(targets);
        state.asked = met;
        let mut unwatched = |_: Progress| ControlFlow::Continue(());
        let fuel = Fuel::new(limits.fuel, u64::MAX, &mut unwatched);
        fuel.charge(open_keys::cost(&self.rules, &data))?;
        // Records of roots are not in the parts, and awards among them were decided there.
        programme::rounds(self, &data, &mut state, There::Roots, &fuel)?;
        let (programme, groups) = programme::evaluate(self, &data, &state, &fuel)?;
        let awards = state.awards;
        // Without parts nothing was judged yet.
        let turn = whole.head.as_ref().map_or(0, |head| head.turn.saturating_add(1));
        let outcome = Outcome {
            roots: Vec::new(),
            programme,
            groups,
            awards,
            verdicts: List::new(),
            fuel: fuel.used(),
        };
        // The programme of nobody is known.
        let outcome = if turn == 0 { outcome } else { self.as_far_as_known(outcome, turn) };
        Ok(Evaluation::new(self, &data, outcome)
            .put_together(Combined { turn, whole: state.whole }))
    }
}

/// Whether something is asked of the records of a root.
fn reads_records(schema: &Schema, expr: &Expr) -> bool {
    let own = match expr.kind {
        ExprKind::Over { .. } => true,
        ExprKind::Listed(_, Listing::Entity(list)) => !schema.is_shared(list),
        _ => false,
    };
    own || expr.kind.parts().into_iter().any(|part| reads_records(schema, part))
}

/// All lines of all parts.
struct Whole {
    head: Option<Head>,
    lines: Vec<RootLine>,
    /// The number of each line among all.
    numbers: Vec<usize>,
}

impl Whole {
    /// Reads the lines and makes sure that they belong together.
    fn read<'a>(
        pack: &Pack,
        parts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Whole, CombineError> {
        let mut whole = Whole { head: None, lines: Vec::new(), numbers: Vec::new() };
        // By rule and key: the part that claims it, and its root.
        let mut claims: HashMap<(String, String), (usize, String)> = HashMap::new();
        let mut keys: HashSet<String> = HashSet::new();
        let (mut part, mut number) = (0, 0);
        for text in parts {
            let mut begun = false;
            for text in text.lines() {
                number += 1;
                let damaged = |_| CombineError::Damaged { line: number };
                if text.starts_with("{\"partial\":") {
                    let found: Head = serde_json::from_str(text).map_err(damaged)?;
                    whole.take_head(pack, found)?;
                    (part, begun) = (part + 1, true);
                    continue;
                }
                let line: RootLine = serde_json::from_str(text).map_err(damaged)?;
                if !begun {
                    return Err(CombineError::Damaged { line: number });
                }
                if !keys.insert(fold(&line.key)) {
                    return Err(CombineError::Twice { key: line.key });
                }
                for (once, claimed) in &line.claims {
                    for key in claimed {
                        let (other, root) = claims
                            .entry((once.clone(), key.clone()))
                            .or_insert_with(|| (part, line.key.clone()));
                        if *other != part {
                            let roots = [root.clone(), line.key.clone()];
                            return Err(CombineError::Dependent {
                                once: once.clone(),
                                key: key.clone(),
                                roots,
                            });
                        }
                    }
                }
                whole.lines.push(line);
                whole.numbers.push(number);
            }
        }
        Ok(whole)
    }

    fn take_head(&mut self, pack: &Pack, found: Head) -> Result<(), CombineError> {
        let own = (pack.name(), env!("CARGO_PKG_VERSION"), digest_of(pack));
        if (found.partial.as_str(), found.engine.as_str(), &found.rules) != (own.0, own.1, &own.2) {
            return Err(CombineError::OtherRules {
                pack: pack.name().to_owned(),
                found: found.partial,
                engine: found.engine,
            });
        }
        match &self.head {
            Some(first) if (first.turn, &first.so_far) != (found.turn, &found.so_far) => {
                return Err(CombineError::OtherTurn);
            }
            Some(first) if *first != found => return Err(CombineError::OtherProgramme),
            _ => self.head = Some(found),
        }
        Ok(())
    }

    /// The records of the roots, read like any data.
    fn dataset(&self, rules: &Rules, limits: &Limits) -> Result<Dataset, CombineError> {
        let mut text = String::from("{");
        if let Some(head) = self.head.as_ref().filter(|head| !head.programme.is_null()) {
            text.push_str(&format!("\"{PROGRAMME}\":{},", head.programme));
        }
        text.push_str(&format!("\"{}s\":[", rules.schema.root_entity().name));
        for (n, line) in self.lines.iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            text.push_str(&line.root.to_string());
        }
        text.push_str("]}");
        let data = read_json(&text, None, &rules.schema, limits).map_err(CombineError::Data)?;
        // The key stands beside the record too, and both must be the same.
        let same = |(at, line): (usize, &RootLine)| data.root_key(at) == line.key;
        match self.lines.iter().enumerate().position(|line| !same(line)) {
            None if data.len() == self.lines.len() => Ok(data),
            at => Err(CombineError::Damaged { line: at.map_or(1, |at| self.numbers[at]) }),
        }
    }
}

/// Names back to what they name.
struct Reader<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    roots: HashMap<&'a str, usize>,
    numbers: HashMap<&'a str, KpiId>,
}

impl Reader<'_> {
    /// The KPIs of a root; those that are not there are read by no rule over the programme.
    fn kpis(&self, line: &RootLine) -> Option<List<KpiId, KpiValue>> {
        let count = self.rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root).count();
        let mut kpis = List::from(vec![KpiValue::NotApplicable; count]);
        for (name, figure) in &line.kpis {
            *kpis.get_mut(self.kpi(name)?)? = self.value(figure)?;
        }
        Some(kpis)
    }

    /// Targets of a root that follow from its records.
    fn targets(&self, line: &RootLine) -> Option<Vec<(KpiId, KpiValue)>> {
        line.targets
            .iter()
            .map(|(name, figure)| Some((self.kpi(name)?, self.value(figure)?)))
            .collect()
    }

    /// What became of the obligations of a root that awards ask about.
    fn asked(&self, line: &RootLine) -> Option<Vec<ObligationOutcome>> {
        let outcome = |obligation: usize| {
            let figure = line.met.get(&self.rules.obligations.get(obligation)?.name)?;
            let (status, needs) = match self.value(figure)? {
                KpiValue::Known(met) => {
                    (if met.is_zero() { Status::NotMet } else { Status::Met }, Needs::default())
                }
                KpiValue::Undetermined { needs, .. } => (Status::Undetermined, needs),
                KpiValue::NotApplicable => (Status::NotApplicable, Needs::default()),
                KpiValue::Invalid(_) => return None,
            };
            Some(ObligationOutcome { obligation, kpi: None, status, gap: None, needs })
        };
        asked::by_programme(self.rules).into_iter().map(outcome).collect()
    }

    fn kpi(&self, name: &str) -> Option<KpiId> {
        self.numbers.get(name).copied()
    }

    fn value(&self, figure: &Figure) -> Option<KpiValue> {
        Some(match figure {
            Figure::Known(value) => KpiValue::Known(Exact::from_fraction(value)?),
            Figure::Undetermined { low, high, may_be_none, needs } => {
                let bound = |bound: &Option<String>| match bound {
                    None => Some(None),
                    Some(bound) => Exact::from_fraction(bound).map(Some),
                };
                let needs: Option<Vec<Need>> = needs.iter().map(|lack| self.need(lack)).collect();
                KpiValue::Undetermined {
                    low: bound(low)?,
                    high: bound(high)?,
                    may_be_none: *may_be_none,
                    needs: Needs::from(needs?),
                }
            }
            Figure::NotApplicable => KpiValue::NotApplicable,
            Figure::Invalid(failure) => KpiValue::Invalid(match failure {
                Failure::Overflow => NumberError::Overflow,
                Failure::PartsDiffer => NumberError::PartsDiffer,
                Failure::NoRow => NumberError::NoRow,
                Failure::DivisionByZero => NumberError::DivisionByZero,
                Failure::NoSuchDay => NumberError::NoSuchDay,
                Failure::NotWhole => NumberError::NotWhole,
                Failure::NoDays => NumberError::NoDays,
            }),
        })
    }

    fn need(&self, lack: &Lack) -> Option<Need> {
        let root = |key: &Option<String>| match key {
            None => Some(None),
            Some(key) => self.roots.get(key.as_str()).copied().map(Some),
        };
        Some(match lack {
            Lack::Field { root: owner, entity, key, field } => {
                let entity = self.rules.schema.entities.find_id(|shape| shape.name == *entity)?;
                let field = self.rules.schema.entities[entity]
                    .fields
                    .find_id(|shape| shape.name == *field)?;
                let row = match root(owner)? {
                    None if Some(entity) == self.rules.schema.programme => 0,
                    None if self.rules.schema.is_shared(entity) => (0..self.data.tables[entity]
                        .rows)
                        .find(|row| self.data.key(entity, *row) == *key)?,
                    None => return None,
                    Some(root) => self
                        .data
                        .rows_of(entity, root)
                        .find(|row| self.data.key(entity, *row) == *key)?,
                };
                Need::Field { entity, row, field }
            }
            Lack::Previous { root: owner, kpi } => {
                Need::Previous { root: root(owner)?, kpi: self.kpi(kpi)? }
            }
            Lack::Target { root: owner, kpi } => {
                Need::Target { root: root(owner)?, kpi: self.kpi(kpi)? }
            }
            Lack::Programme { kpi } => Need::Programme { kpi: self.kpi(kpi)? },
            Lack::List { list } => Need::List {
                entity: self.rules.schema.entities.find_id(|shape| shape.name == *list)?,
            },
        })
    }

    fn given(&self, line: &GivenLine, read: &Given) -> Option<Arc<Given>> {
        let list = |pairs: &indexmap::IndexMap<String, String>| -> Option<Vec<(KpiId, Exact)>> {
            let mut list = pairs
                .iter()
                .map(|(name, value)| Some((self.kpi(name)?, Exact::from_fraction(value)?)))
                .collect::<Option<Vec<_>>>()?;
            list.sort_unstable_by_key(|(kpi, _)| *kpi);
            Some(list)
        };
        let (reviewed, elsewhere) = (read.reviewed.clone(), read.elsewhere.clone());
        Some(Arc::new(Given {
            targets: list(&line.targets)?,
            previous: list(&line.previous)?,
            reviewed,
            elsewhere,
            counted: read.counted.clone(),
            // The part has told which data it is from.
            brought: Vec::new(),
        }))
    }
}
