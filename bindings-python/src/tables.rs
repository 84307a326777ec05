//! The tables of results, built column by column.
//!
//! What six decimals do not write exactly stands as a fraction in `exact`. Not here: the class that
//! hands them out (`table`), the tables of packs (`declared`) and of differences (`diff_tables`).

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::ArrowError;
use guiju::{
    EntityId, Exact, FieldKind, Group, KpiId, KpiInfo, KpiValue, List, Locale, ObligationOutcome,
    TallyId, Unit, VerdictKind,
};
use indexmap::IndexMap;

use crate::columns::{Columns, Numbers, Texts, Word, Words, exact};
use crate::error::severity;
use crate::figures;
use crate::result::Judged;

/// The columns of KPIs.
#[derive(Default)]
struct Kpis {
    kpi: Words,
    label: Words,
    state: Words,
    /// The words of states that were met: known, undetermined, not applicable, invalid.
    states: [Option<Word>; 4],
    value: Numbers,
    low: Numbers,
    high: Numbers,
    unit: Words,
    target: Numbers,
    attainment: Numbers,
    previous: Numbers,
    exact: Texts,
    why: Words,
}

/// What is said of a KPI in every row of it.
struct Named<'a> {
    kpi: Word,
    label: Word,
    sign: Word,
    unit: &'a Unit,
}

impl Kpis {
    /// Columns of some rows.
    fn with_capacity(rows: usize) -> Kpis {
        let (words, numbers) = (|| Words::with_capacity(rows), || Numbers::with_capacity(rows));
        Kpis {
            kpi: words(),
            label: words(),
            state: words(),
            unit: words(),
            value: numbers(),
            low: numbers(),
            high: numbers(),
            target: numbers(),
            attainment: numbers(),
            previous: numbers(),
            ..Kpis::default()
        }
    }

    fn named<'a>(&mut self, info: &KpiInfo<'a>, locale: Locale) -> Named<'a> {
        Named {
            kpi: self.kpi.word(info.name),
            label: self.label.word(info.label.get(locale)),
            sign: self.unit.word(&info.unit.sign()),
            unit: info.unit,
        }
    }

    fn push(
        &mut self,
        of: &Named<'_>,
        value: &KpiValue,
        (target, previous): (Option<Exact>, Option<Exact>),
        locale: Locale,
    ) -> Result<(), ArrowError> {
        let (known, low, high, why) = match value {
            KpiValue::Known(value) => (Some(value), None, None, None),
            KpiValue::Undetermined { low, high, .. } => (None, low.as_ref(), high.as_ref(), None),
            KpiValue::NotApplicable => (None, None, None, None),
            KpiValue::Invalid(error) => (None, None, None, Some(error.reason(locale))),
        };
        self.kpi.add(of.kpi);
        self.label.add(of.label);
        let place = match value {
            KpiValue::Known(_) => 0,
            KpiValue::Undetermined { .. } => 1,
            KpiValue::NotApplicable => 2,
            KpiValue::Invalid(_) => 3,
        };
        let state = *self.states[place].get_or_insert_with(|| self.state.word(value.state()));
        self.state.add(state);
        self.value.push(known)?;
        self.low.push(low)?;
        self.high.push(high)?;
        self.unit.add(of.sign);
        self.target.push(target.as_ref())?;
        let attainment =
            known.zip(target.as_ref()).and_then(|(value, target)| value.attainment(target));
        self.attainment.push(attainment.as_ref())?;
        self.previous.push(previous.as_ref())?;
        self.exact.maybe(known.and_then(|value| exact(value, of.unit)));
        self.why.maybe(why);
        Ok(())
    }

    fn add_to(self, columns: Columns) -> Result<Columns, ArrowError> {
        Ok(columns
            .add("kpi", self.kpi.done()?)
            .add("state", self.state.done()?)
            .add("value", self.value.done()?)
            .add("low", self.low.done()?)
            .add("high", self.high.done()?)
            .add("unit", self.unit.done()?)
            .add("target", self.target.done()?)
            .add("attainment", self.attainment.done()?)
            .add("previous", self.previous.done()?)
            .add("exact", self.exact.done())
            .add("label", self.label.done()?)
            .add("why", self.why.done()?))
    }
}

/// Every KPI of every root.
pub(crate) fn kpis(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    if let Some(side_by_side) = figures::of_roots(judged)? {
        return Ok(side_by_side);
    }
    let first = judged.evaluation.roots.first();
    let rows = judged.evaluation.roots.len() * first.map_or(0, |root| root.kpis.len());
    let (mut root, mut kpis) = (Words::with_capacity(rows), Kpis::with_capacity(rows));
    of_roots(judged, None, &mut root, &mut kpis)?;
    kpis.add_to(Columns::new().add(judged.root_name(), root.done()?))?.done()
}

/// Adds KPIs of every root, all or those wanted; gives their number.
fn of_roots(
    judged: &Judged,
    wanted: Option<&[KpiId]>,
    root: &mut Words,
    kpis: &mut Kpis,
) -> Result<usize, ArrowError> {
    let data = judged.evaluation.data();
    let schema = judged.evaluation.pack().schema();
    let named: List<KpiId, Option<Named<'_>>> = judged
        .evaluation
        .pack()
        .kpis()
        .zip(schema.kpis.ids())
        .map(|(info, index)| {
            wanted
                .is_none_or(|wanted| wanted.contains(&index))
                .then(|| kpis.named(&info, judged.locale))
        })
        .collect();
    let mut rows = 0;
    for (at, outcome) in judged.evaluation.roots.iter().enumerate() {
        let key = root.word(data.root_key(at));
        for ((index, value), named) in outcome.kpis.entries().zip(&named) {
            let Some(named) = named else { continue };
            root.add(key);
            let given = (judged.evaluation.target(at, index), data.previous(at, index));
            kpis.push(named, value, given, judged.locale)?;
            rows += 1;
        }
    }
    Ok(rows)
}

/// The KPIs of many variations of a pack.
#[derive(Default)]
pub(crate) struct Sweep {
    wanted: Option<Vec<KpiId>>,
    /// The number of each variation, and how many rows it has.
    rows: Vec<usize>,
    /// By name, the value in each variation.
    parameters: IndexMap<String, Vec<Option<String>>>,
    root: Words,
    groups: Groups,
    kpis: Kpis,
}

impl Sweep {
    /// `wanted` are the KPIs to keep, those of the programme too; all of the roots where it is
    /// `None`.
    pub(crate) fn new(wanted: Option<Vec<KpiId>>) -> Sweep {
        Sweep { wanted, ..Sweep::default() }
    }

    /// Adds the result of a variation.
    pub(crate) fn push(
        &mut self,
        judged: &Judged,
        values: &[(String, String)],
    ) -> Result<(), ArrowError> {
        let before = self.rows.len();
        for (name, value) in values {
            let column = self.parameters.entry(name.clone()).or_default();
            column.resize(before, None);
            column.push(Some(value.clone()));
        }
        let of_roots = of_roots(judged, self.wanted.as_deref(), &mut self.root, &mut self.kpis)?;
        (0..of_roots).for_each(|_| self.groups.push(None, judged.locale));
        let wanted = self.wanted.as_deref().unwrap_or_default();
        let of_programme =
            of_programme(judged, |kpi| wanted.contains(&kpi), &mut self.groups, &mut self.kpis)?;
        self.root.repeat(Word::MISSING, of_programme);
        self.rows.push(of_roots + of_programme);
        Ok(())
    }

    /// The table: number and values of the variation, then the columns of KPIs and those of groups
    /// of the programme.
    pub(crate) fn done(self, root: &str) -> Result<RecordBatch, ArrowError> {
        let numbers =
            self.rows.iter().enumerate().flat_map(|(n, rows)| std::iter::repeat_n(n as i64, *rows));
        let mut columns =
            Columns::new().add("variation", Arc::new(Int64Array::from_iter_values(numbers)));
        for (name, values) in &self.parameters {
            let mut words = Words::default();
            for (n, rows) in self.rows.iter().enumerate() {
                let word = words.maybe_word(values.get(n).and_then(Option::as_deref));
                words.repeat(word, *rows);
            }
            columns = columns.add(name, words.done()?);
        }
        let columns = self.kpis.add_to(columns.add(root, self.root.done()?))?;
        columns.add("by", self.groups.by.done()?).add("group", self.groups.group.done()?).done()
    }
}

/// The groups that figures of the programme are of; missing for the whole of it.
#[derive(Default)]
struct Groups {
    by: Words,
    group: Words,
    label: Words,
}

impl Groups {
    fn push(&mut self, of: Option<(&str, &guiju::Choice)>, locale: Locale) {
        self.by.maybe(of.map(|(field, _)| field));
        self.group.maybe(of.map(|(_, value)| &value.name));
        self.label.maybe(of.map(|(_, value)| value.label.get(locale)));
    }
}

/// Adds KPIs of the programme: over all roots, then for each group of them; gives their number.
fn of_programme(
    judged: &Judged,
    wanted: impl Fn(KpiId) -> bool,
    groups: &mut Groups,
    kpis: &mut Kpis,
) -> Result<usize, ArrowError> {
    let infos: List<KpiId, _> = judged.evaluation.pack().kpis().collect();
    let data = judged.evaluation.data();
    let mut rows = 0;
    let mut add = |of: &Group, names: Option<(&str, &guiju::Choice)>| -> Result<(), ArrowError> {
        for (index, value) in of.kpis.iter().filter(|(index, _)| wanted(*index)) {
            let Some(info) = infos.get(*index) else { continue };
            groups.push(names, judged.locale);
            let given = match names {
                None => (data.programme_target(*index), data.programme_previous(*index)),
                Some(_) => (None, None),
            };
            let named = kpis.named(info, judged.locale);
            kpis.push(&named, value, given, judged.locale)?;
            rows += 1;
        }
        Ok(())
    };
    add(&judged.evaluation.programme, None)?;
    let fields = &judged.evaluation.pack().schema().root_entity().fields;
    for grouping in &judged.evaluation.groups {
        let field = &fields[grouping.field];
        let FieldKind::Choice(choices) = &field.kind else { continue };
        for (value, group) in &grouping.values {
            add(group, Some((&field.name, &choices.values[*value])))?;
        }
    }
    Ok(rows)
}

/// Every KPI of the programme: over all roots, then for each group of them.
pub(crate) fn programme(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let (mut groups, mut kpis) = (Groups::default(), Kpis::default());
    of_programme(judged, |_| true, &mut groups, &mut kpis)?;
    let columns = kpis
        .add_to(Columns::new().add("by", groups.by.done()?).add("group", groups.group.done()?))?;
    columns.add("group_label", groups.label.done()?).done()
}

/// What is said of an obligation in every row of it, and the unit of its gap.
type Told = ([Word; 6], Unit);

/// The place of a list, which grows to have it.
fn slot<T: Default>(list: &mut Vec<T>, at: usize) -> &mut T {
    if list.len() <= at {
        list.resize_with(at + 1, T::default);
    }
    &mut list[at]
}

/// Every obligation of every root, then those of the programme, whose root is missing.
pub(crate) fn obligations(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let [
        mut root,
        mut id,
        mut severities,
        mut status,
        mut unit,
        mut clause,
        mut label,
        mut message,
    ] = <[Words; 8]>::default();
    let (mut gap, mut equal, mut fraction) =
        (Numbers::default(), BooleanBuilder::new(), Texts::default());
    let roots: Vec<Word> = (0..judged.evaluation.data().len())
        .map(|at| root.word(judged.evaluation.data().root_key(at)))
        .collect();
    // What is said of an obligation in every row of it: by its place, and by that of the KPI.
    let mut known: Vec<Vec<Option<Told>>> = Vec::new();
    let mut add = |of: Word, outcome: &ObligationOutcome| -> Result<(), ArrowError> {
        let kpi = outcome.kpi.map_or(0, |kpi| kpi.index() + 1);
        let (words, kind) =
            slot(slot(&mut known, outcome.obligation), kpi).get_or_insert_with(|| {
                let info = judged.evaluation.pack().obligation(outcome);
                let words = [
                    id.word(&info.id),
                    severities.word(severity(info.severity)),
                    unit.word(&info.unit.sign()),
                    clause.maybe_word(info.clause.as_deref()),
                    label.word(info.label.get(judged.locale)),
                    message.maybe_word(info.message.map(|message| message.get(judged.locale))),
                ];
                (words, info.unit)
            });
        root.add(of);
        id.add(words[0]);
        severities.add(words[1]);
        status.push(outcome.status.id());
        // Where more or less is required and both sides are equal, a gap of 0 would read like an
        // obligation that is met.
        let missing = outcome.gap.as_ref().filter(|gap| !gap.is_zero());
        gap.push(missing)?;
        equal.append_value(outcome.gap.as_ref().is_some_and(Exact::is_zero));
        unit.add(if outcome.gap.is_some() { words[2] } else { Word::MISSING });
        fraction.maybe(missing.and_then(|gap| exact(gap, kind)));
        clause.add(words[3]);
        label.add(words[4]);
        message.add(words[5]);
        Ok(())
    };
    for (key, outcome) in roots.into_iter().zip(&judged.evaluation.roots) {
        outcome.obligations.iter().try_for_each(|obligation| add(key, obligation))?;
    }
    judged
        .evaluation
        .programme
        .obligations
        .iter()
        .try_for_each(|obligation| add(Word::MISSING, obligation))?;
    Columns::new()
        .add(judged.root_name(), root.done()?)
        .add("obligation", id.done()?)
        .add("severity", severities.done()?)
        .add("status", status.done()?)
        .add("gap", gap.done()?)
        .add("equal", Arc::new(equal.finish()))
        .add("unit", unit.done()?)
        .add("exact", fraction.done())
        .add("clause", clause.done()?)
        .add("label", label.done()?)
        .add("message", message.done()?)
        .done()
}

/// What each award made of every root, or of its records. `rank`, `amount` and `reserve` are
/// missing where they are open or there is none.
pub(crate) fn awards(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let [mut root, mut award, mut verdict, mut unit, mut reason, mut rule, mut clause, mut label] =
        <[Words; 8]>::default();
    let (mut key, mut fraction) = (Texts::default(), Texts::default());
    let mut figures: [[Numbers; 3]; 3] = Default::default();
    for at in 0..judged.evaluation.data().len() {
        for place in judged.evaluation.placed(at) {
            root.push(judged.evaluation.data().root_key(at));
            award.push(&place.award.name);
            key.maybe((!place.is_of_root()).then(|| place.key()));
            verdict.push(place.standing.decision.id());
            let found = [&place.standing.rank, &place.standing.amount, &place.standing.reserve];
            for ([value, low, high], found) in figures.iter_mut().zip(found) {
                let (known, least, most) = match found {
                    KpiValue::Known(value) => (Some(value), None, None),
                    KpiValue::Undetermined { low, high, .. } => (None, low.as_ref(), high.as_ref()),
                    KpiValue::NotApplicable | KpiValue::Invalid(_) => (None, None, None),
                };
                value.push(known)?;
                low.push(least)?;
                high.push(most)?;
            }
            let given = if let KpiValue::Known(amount) = &place.standing.amount {
                Some(amount)
            } else {
                None
            };
            unit.push(place.award.unit.sign());
            fraction.maybe(given.and_then(|amount| exact(amount, &place.award.unit)));
            reason.maybe((!place.fits()).then(|| place.reason().get(judged.locale).to_owned()));
            rule.push(place.rule());
            clause.maybe(place.clause());
            label.push(place.award.label.get(judged.locale));
        }
    }
    let mut columns = Columns::new()
        .add(judged.root_name(), root.done()?)
        .add("award", award.done()?)
        .add("key", key.done())
        .add("verdict", verdict.done()?);
    let names = [
        ["rank", "rank_low", "rank_high"],
        ["amount", "amount_low", "amount_high"],
        ["reserve", "reserve_low", "reserve_high"],
    ];
    for (names, numbers) in names.into_iter().zip(figures) {
        for (name, numbers) in names.into_iter().zip(numbers) {
            columns = columns.add(name, numbers.done()?);
        }
    }
    columns
        .add("unit", unit.done()?)
        .add("exact", fraction.done())
        .add("reason", reason.done()?)
        .add("rule", rule.done()?)
        .add("clause", clause.done()?)
        .add("label", label.done()?)
        .done()
}

/// What checks and the engine say about single records.
pub(crate) fn issues(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let [mut root, mut code, mut severities, mut clause] = <[Words; 4]>::default();
    let (mut path, mut message) = (Texts::default(), Texts::default());
    for (at, outcome) in judged.evaluation.roots.iter().enumerate() {
        for issue in &outcome.issues {
            root.push(judged.evaluation.data().root_key(at));
            path.push(judged.evaluation.data().issue_path(at, issue));
            code.push(&issue.code);
            severities.push(severity(issue.severity));
            message.push(issue.message.get(judged.locale));
            clause.maybe(issue.clause.as_deref());
        }
    }
    Columns::new()
        .add(judged.root_name(), root.done()?)
        .add("path", path.done())
        .add("code", code.done()?)
        .add("severity", severities.done()?)
        .add("message", message.done())
        .add("clause", clause.done()?)
        .done()
}

/// What every tally says of every record of an entity that is in its scope, and the amount it is
/// about: all of it, and what of it counts.
pub(crate) fn records(judged: &Judged, entity: EntityId) -> Result<RecordBatch, ArrowError> {
    let (evaluation, locale) = (&judged.evaluation, judged.locale);
    let (pack, data) = (evaluation.pack(), evaluation.data());
    let [mut root, mut tally, mut verdict, mut reason, mut rule, mut clause, mut unit, mut label] =
        <[Words; 8]>::default();
    let (mut key, mut amount, mut counted) =
        (Texts::default(), Numbers::default(), Numbers::default());
    let amounts = evaluation.amounts();
    let deciding: Vec<(TallyId, [Word; 3])> = pack
        .deciding(entity)
        .map(|(id, name, words)| {
            let sign = amounts.unit(id).map(Unit::sign);
            let words =
                [tally.word(name), label.word(words.get(locale)), unit.maybe_word(sign.as_deref())];
            (id, words)
        })
        .collect();
    // What a verdict says is looked up once, however many records have it.
    let mut sayings: Vec<Vec<Option<Option<Said>>>> = Vec::new();
    for at in 0..data.len() {
        let own = root.word(data.root_key(at));
        // Reasons with values of their records, found for the root as a whole.
        let mut told: Option<HashMap<(usize, TallyId), String>> = None;
        for row in data.rows_of(entity, at) {
            for (place, (id, words)) in deciding.iter().enumerate() {
                let found = evaluation.verdicts[*id][row];
                let said = slot(slot(&mut sayings, place), usize::from(found.0));
                let said = said.get_or_insert_with(|| {
                    let saying = pack.saying(*id, found)?;
                    Some(Said {
                        kind: saying.verdict,
                        verdict: verdict.word(saying.verdict.id()),
                        reason: if saying.varies {
                            None
                        } else {
                            Some(
                                reason
                                    .maybe_word(saying.message.map(|words| words.text.get(locale))),
                            )
                        },
                        rule: rule.maybe_word(saying.rule.as_deref()),
                        clause: clause.maybe_word(saying.clause.as_deref()),
                    })
                });
                let Some(said) = said else { continue };
                root.add(own);
                key.push(data.key(entity, row));
                tally.add(words[0]);
                verdict.add(said.verdict);
                match said.reason {
                    Some(word) => reason.add(word),
                    None => {
                        let told = told.get_or_insert_with(|| reasons(judged, at, entity));
                        reason.maybe(told.get(&(row, *id)));
                    }
                }
                rule.add(said.rule);
                clause.add(said.clause);
                label.add(words[1]);
                let (brings, nothing) = (amounts.of(*id, row), Exact::ZERO);
                amount.push(brings.as_ref())?;
                counted.push(match said.kind {
                    VerdictKind::Counted => brings.as_ref(),
                    VerdictKind::Refused => Some(&nothing),
                    VerdictKind::Undetermined => None,
                })?;
                unit.add(words[2]);
            }
        }
    }
    Columns::new()
        .add(judged.root_name(), root.done()?)
        .add("key", key.done())
        .add("tally", tally.done()?)
        .add("verdict", verdict.done()?)
        .add("reason", reason.done()?)
        .add("rule", rule.done()?)
        .add("clause", clause.done()?)
        .add("amount", amount.done()?)
        .add("counted", counted.done()?)
        .add("unit", unit.done()?)
        .add("label", label.done()?)
        .done()
}

/// What a verdict of a tally says in every row that has it.
struct Said {
    kind: VerdictKind,
    verdict: Word,
    /// Nothing where the reason names values of the record.
    reason: Option<Word>,
    rule: Word,
    clause: Word,
}

/// Why tallies refuse the records of an entity of a root, with values of these records.
fn reasons(judged: &Judged, root: usize, entity: EntityId) -> HashMap<(usize, TallyId), String> {
    let refused = judged.evaluation.verdicts(root).filter(|found| found.entity == entity);
    refused
        .filter_map(|found| {
            let words = found.reason.as_ref()?.get(judged.locale).to_owned();
            Some(((found.row, found.rule_tally), words))
        })
        .collect()
}
