//! The tables of results and of packs, built column by column.
//!
//! What six decimals do not write exactly stands as a fraction in `exact`. Not here: the class that
//! hands them out (`table`), and the tables of differences (`diff_tables`).

use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{Date32Array, Int64Array, RecordBatch};
use arrow_schema::ArrowError;
use guiju::{
    EntityId, Exact, FieldKind, Group, KpiForm, KpiId, KpiValue, List, Locale, ObligationOutcome,
    Pack, SourcePack, Unit, VerdictKind,
};
use indexmap::IndexMap;

use crate::columns::{Columns, Numbers, Texts, exact};
use crate::error::severity;
use crate::result::Judged;

/// The columns of KPIs.
#[derive(Default)]
struct Kpis {
    kpi: Texts,
    label: Texts,
    state: Texts,
    value: Numbers,
    low: Numbers,
    high: Numbers,
    unit: Texts,
    target: Numbers,
    attainment: Numbers,
    previous: Numbers,
    exact: Texts,
    why: Texts,
}

impl Kpis {
    fn push(
        &mut self,
        (name, label, unit, sign): (&str, &str, &Unit, &str),
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
        self.kpi.push(name);
        self.label.push(label);
        self.state.push(value.state());
        self.value.push(known)?;
        self.low.push(low)?;
        self.high.push(high)?;
        self.unit.push(sign);
        self.target.push(target.as_ref())?;
        let attainment =
            known.zip(target.as_ref()).and_then(|(value, target)| value.attainment(target));
        self.attainment.push(attainment.as_ref())?;
        self.previous.push(previous.as_ref())?;
        self.exact.maybe(known.and_then(|value| exact(value, unit)));
        self.why.maybe(why);
        Ok(())
    }

    fn add_to(self, columns: Columns) -> Result<Columns, ArrowError> {
        Ok(columns
            .add("kpi", self.kpi.done())
            .add("state", self.state.done())
            .add("value", self.value.done()?)
            .add("low", self.low.done()?)
            .add("high", self.high.done()?)
            .add("unit", self.unit.done())
            .add("target", self.target.done()?)
            .add("attainment", self.attainment.done()?)
            .add("previous", self.previous.done()?)
            .add("exact", self.exact.done())
            .add("label", self.label.done())
            .add("why", self.why.done()))
    }
}

/// Every KPI of every root.
pub(crate) fn kpis(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let (mut root, mut kpis) = (Texts::default(), Kpis::default());
    of_roots(judged, None, &mut root, &mut kpis)?;
    kpis.add_to(Columns::new().add(judged.root_name(), root.done()))?.done()
}

/// Adds KPIs of every root, all or those wanted; gives their number.
fn of_roots(
    judged: &Judged,
    wanted: Option<&[KpiId]>,
    root: &mut Texts,
    kpis: &mut Kpis,
) -> Result<usize, ArrowError> {
    let infos: Vec<_> = judged
        .evaluation
        .pack()
        .kpis()
        .map(|info| (info.name, info.label.get(judged.locale), info.unit, info.unit.sign()))
        .collect();
    let data = judged.evaluation.data();
    let mut rows = 0;
    for (at, outcome) in judged.evaluation.roots.iter().enumerate() {
        for ((index, value), (name, label, unit, sign)) in outcome.kpis.entries().zip(&infos) {
            if wanted.is_some_and(|wanted| !wanted.contains(&index)) {
                continue;
            }
            root.push(data.root_key(at));
            let given = (judged.evaluation.target(at, index), data.previous(at, index));
            kpis.push((name, label, unit, sign), value, given, judged.locale)?;
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
    root: Texts,
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
        (0..of_programme).for_each(|_| self.root.maybe(None::<&str>));
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
            let mut texts = Texts::default();
            for (n, rows) in self.rows.iter().enumerate() {
                (0..*rows).for_each(|_| texts.maybe(values.get(n).and_then(Option::as_deref)));
            }
            columns = columns.add(name, texts.done());
        }
        let columns = self.kpis.add_to(columns.add(root, self.root.done()))?;
        columns.add("by", self.groups.by.done()).add("group", self.groups.group.done()).done()
    }
}

/// The groups that figures of the programme are of; missing for the whole of it.
#[derive(Default)]
struct Groups {
    by: Texts,
    group: Texts,
    label: Texts,
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
            kpis.push(
                (info.name, info.label.get(judged.locale), info.unit, &info.unit.sign()),
                value,
                given,
                judged.locale,
            )?;
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
    let columns =
        kpis.add_to(Columns::new().add("by", groups.by.done()).add("group", groups.group.done()))?;
    columns.add("group_label", groups.label.done()).done()
}

/// Every obligation of every root, then those of the programme, whose root is missing.
pub(crate) fn obligations(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let [
        mut root,
        mut id,
        mut severities,
        mut status,
        mut unit,
        mut fraction,
        mut clause,
        mut label,
        mut message,
    ] = <[Texts; 9]>::default();
    let (mut gap, mut equal) = (Numbers::default(), BooleanBuilder::new());
    let mut add = |of: Option<usize>, outcome: &ObligationOutcome| -> Result<(), ArrowError> {
        let info = judged.evaluation.pack().obligation(outcome);
        root.maybe(of.map(|root| judged.evaluation.data().root_key(root)));
        id.push(&info.id);
        severities.push(severity(info.severity));
        status.push(outcome.status.id());
        // Where more or less is required and both sides are equal, a gap of 0 would read like an
        // obligation that is met.
        let missing = outcome.gap.as_ref().filter(|gap| !gap.is_zero());
        gap.push(missing)?;
        equal.append_value(outcome.gap.as_ref().is_some_and(Exact::is_zero));
        unit.maybe(outcome.gap.as_ref().map(|_| info.unit.sign()));
        fraction.maybe(missing.and_then(|gap| exact(gap, &info.unit)));
        clause.maybe(info.clause.as_deref());
        label.push(info.label.get(judged.locale));
        message.maybe(info.message.map(|message| message.get(judged.locale)));
        Ok(())
    };
    for (at, outcome) in judged.evaluation.roots.iter().enumerate() {
        outcome.obligations.iter().try_for_each(|obligation| add(Some(at), obligation))?;
    }
    judged
        .evaluation
        .programme
        .obligations
        .iter()
        .try_for_each(|obligation| add(None, obligation))?;
    Columns::new()
        .add(judged.root_name(), root.done())
        .add("obligation", id.done())
        .add("severity", severities.done())
        .add("status", status.done())
        .add("gap", gap.done()?)
        .add("equal", Arc::new(equal.finish()))
        .add("unit", unit.done())
        .add("exact", fraction.done())
        .add("clause", clause.done())
        .add("label", label.done())
        .add("message", message.done())
        .done()
}

/// What each award made of every root, or of its records. `rank`, `amount` and `reserve` are
/// missing where they are open or there is none.
pub(crate) fn awards(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let [
        mut root,
        mut award,
        mut key,
        mut verdict,
        mut unit,
        mut fraction,
        mut reason,
        mut rule,
        mut clause,
        mut label,
    ] = <[Texts; 10]>::default();
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
        .add(judged.root_name(), root.done())
        .add("award", award.done())
        .add("key", key.done())
        .add("verdict", verdict.done());
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
        .add("unit", unit.done())
        .add("exact", fraction.done())
        .add("reason", reason.done())
        .add("rule", rule.done())
        .add("clause", clause.done())
        .add("label", label.done())
        .done()
}

/// What checks and the engine say about single records.
pub(crate) fn issues(judged: &Judged) -> Result<RecordBatch, ArrowError> {
    let [mut root, mut path, mut code, mut severities, mut message, mut clause] =
        <[Texts; 6]>::default();
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
        .add(judged.root_name(), root.done())
        .add("path", path.done())
        .add("code", code.done())
        .add("severity", severities.done())
        .add("message", message.done())
        .add("clause", clause.done())
        .done()
}

/// What every tally says of every record of an entity that is in its scope, and the amount it is
/// about: all of it, and what of it counts.
pub(crate) fn records(judged: &Judged, entity: EntityId) -> Result<RecordBatch, ArrowError> {
    let [
        mut root,
        mut key,
        mut tally,
        mut verdict,
        mut reason,
        mut rule,
        mut clause,
        mut unit,
        mut label,
    ] = <[Texts; 9]>::default();
    let (mut amount, mut counted) = (Numbers::default(), Numbers::default());
    let amounts = judged.evaluation.amounts();
    for at in 0..judged.evaluation.data().len() {
        for found in judged.evaluation.verdicts(at).filter(|found| found.entity == entity) {
            root.push(judged.evaluation.data().root_key(at));
            key.push(found.key);
            tally.push(found.tally);
            verdict.push(found.verdict.id());
            reason.maybe(found.reason.as_ref().map(|reason| reason.get(judged.locale)));
            rule.maybe(found.rule);
            clause.maybe(found.clause);
            label.push(found.label.get(judged.locale));
            let nothing = Exact::ZERO;
            let brings = amounts.of(found.rule_tally, found.row);
            amount.push(brings.as_ref())?;
            counted.push(match found.verdict {
                VerdictKind::Counted => brings.as_ref(),
                VerdictKind::Refused => Some(&nothing),
                VerdictKind::Undetermined => None,
            })?;
            unit.maybe(amounts.unit(found.rule_tally).map(Unit::sign));
        }
    }
    Columns::new()
        .add(judged.root_name(), root.done())
        .add("key", key.done())
        .add("tally", tally.done())
        .add("verdict", verdict.done())
        .add("reason", reason.done())
        .add("rule", rule.done())
        .add("clause", clause.done())
        .add("amount", amount.done()?)
        .add("counted", counted.done()?)
        .add("unit", unit.done())
        .add("label", label.done())
        .done()
}

/// The fields of every entity.
pub(crate) fn schema(pack: &Pack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut entity, mut field, mut label, mut kind, mut choices] = <[Texts; 5]>::default();
    let (mut key, mut optional) = (BooleanBuilder::new(), BooleanBuilder::new());
    let schema = pack.schema();
    for shape in &schema.entities {
        for (at, described) in shape.fields.iter().enumerate() {
            entity.push(&shape.name);
            field.push(&described.name);
            label.push(described.label.get(locale));
            let (name, values) = kind_of(&described.kind, schema);
            kind.push(name);
            choices.maybe(values);
            key.append_value(at == shape.key);
            optional.append_value(described.optional);
        }
    }
    Columns::new()
        .add("entity", entity.done())
        .add("field", field.done())
        .add("type", kind.done())
        .add("key", Arc::new(key.finish()))
        .add("optional", Arc::new(optional.finish()))
        .add("choices", choices.done())
        .add("label", label.done())
        .done()
}

/// A kind of field as rules write it, and the names of its values.
fn kind_of(kind: &FieldKind, schema: &guiju::Schema) -> (String, Option<String>) {
    let plain = |name: &str| (name.to_owned(), None);
    let names = |choices: &guiju::Choices| {
        choices.values.iter().map(|value| value.name.as_str()).collect::<Vec<_>>().join(";")
    };
    match kind {
        FieldKind::Text => plain("text"),
        FieldKind::Bool => plain("bool"),
        FieldKind::Date => plain("date"),
        FieldKind::Period => plain("period"),
        FieldKind::Money => plain("money"),
        FieldKind::Int => plain("int"),
        FieldKind::Percent => plain("percent"),
        FieldKind::Range(low, high) => (format!("{low}..{high}"), None),
        FieldKind::Number(decimal) => {
            let range = decimal
                .range
                .as_ref()
                .map(|(low, high)| format!(" {low}..{high}"))
                .unwrap_or_default();
            let unit = decimal.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
            (format!("number{range}{unit}"), None)
        }
        FieldKind::SignedMoney => plain("signed money"),
        FieldKind::Choice(choices) => ("choice".to_owned(), Some(names(choices))),
        FieldKind::List(choices) => ("list".to_owned(), Some(names(choices))),
        FieldKind::Reference(target) => (schema.entities[*target].name.clone(), None),
    }
}

/// Every KPI as the rules declare it.
pub(crate) fn declared_kpis(pack: &Pack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut kpi, mut label, mut unit, mut form, mut scope, mut by] = <[Texts; 6]>::default();
    let root = pack.schema().root_entity();
    for info in pack.kpis() {
        kpi.push(info.name);
        label.push(info.label.get(locale));
        unit.push(info.unit.sign());
        form.push(match info.form {
            KpiForm::Measure => "tally",
            KpiForm::Part => "part",
            KpiForm::Formula => "formula",
        });
        scope.push(if info.programme { "programme" } else { &root.name });
        by.maybe(info.by.map(|field| root.fields[field].name.as_str()));
    }
    Columns::new()
        .add("kpi", kpi.done())
        .add("label", label.done())
        .add("unit", unit.done())
        .add("form", form.done())
        .add("scope", scope.done())
        .add("by", by.done())
        .done()
}

/// Every named constant, with its value as rules write it.
pub(crate) fn parameters(pack: &SourcePack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut name, mut value, mut unit, mut clause, mut label] = <[Texts; 5]>::default();
    let mut given = BooleanBuilder::new();
    let changed = pack.parameters();
    for constant in pack.constants() {
        name.push(constant.name);
        value.push(constant.value);
        unit.maybe(constant.unit.map(Unit::sign));
        given.append_value(changed.iter().any(|(name, _)| *name == constant.name));
        clause.maybe(constant.clause);
        label.push(constant.label.get(locale));
    }
    Columns::new()
        .add("parameter", name.done())
        .add("value", value.done())
        .add("unit", unit.done())
        .add("changed", Arc::new(given.finish()))
        .add("clause", clause.done())
        .add("label", label.done())
        .done()
}

/// Every clause of every document, and whether rules cite it.
pub(crate) fn sources(pack: &Pack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut document, mut clause, mut summary, mut state, mut why, mut label] =
        <[Texts; 6]>::default();
    let mut dated = Vec::new();
    for source in pack.documents() {
        for listed in &source.clauses {
            document.push(&source.name);
            clause.push(&listed.id);
            summary.push(listed.summary.get(locale));
            state.push(match (&listed.uncomputable, listed.cited.is_empty()) {
                (_, false) => "cited",
                (Some(_), _) => "not_computable",
                (None, true) => "uncited",
            });
            why.maybe(listed.uncomputable.as_ref().map(|why| why.get(locale)));
            label.push(source.label.get(locale));
            dated.push(source.dated.map(guiju::Date::epoch_days));
        }
    }
    Columns::new()
        .add("document", document.done())
        .add("clause", clause.done())
        .add("summary", summary.done())
        .add("state", state.done())
        .add("why", why.done())
        .add("dated", Arc::new(Date32Array::from(dated)))
        .add("label", label.done())
        .done()
}
