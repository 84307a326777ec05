//! The tables of differences: changes of rules, and what they did to figures, records and
//! obligations.
//!
//! Not here: the class that hands them out (`diff`).

use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::ArrowError;
use guiju::{
    Change, DataDiff, Exact, FigureDiff, KpiValue, Locale, RuleDiff, Shares, StatusChange, Unit,
    VerdictSide, Written,
};

use crate::columns::{Columns, Numbers, Texts, exact};

/// Every change, as the rules were written and are.
pub(crate) fn changes(rules: &RuleDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut id, mut item, mut name, mut kind, mut aspects, mut clauses, mut label] =
        <[Texts; 7]>::default();
    let (mut before, mut after) = (Side::default(), Side::default());
    for change in &rules.changes {
        id.push(&change.id);
        item.push(change.item);
        name.push(&change.name);
        kind.push(change.kind.id());
        aspects.push(change.aspects.iter().map(|aspect| aspect.id()).collect::<Vec<_>>().join(";"));
        clauses.push(change.clauses.join(";"));
        before.push(change.before.as_ref());
        after.push(change.after.as_ref());
        label.push(change.title(locale));
    }
    Columns::new()
        .add("change", id.done())
        .add("item", item.done())
        .add("name", name.done())
        .add("kind", kind.done())
        .add("aspects", aspects.done())
        .add("clauses", clauses.done())
        .add("before", before.text.done())
        .add("after", after.text.done())
        .add("before_place", before.place.done())
        .add("after_place", after.place.done())
        .add("label", label.done())
        .done()
}

/// A rule as it was, or as it is.
#[derive(Default)]
struct Side {
    text: Texts,
    place: Texts,
}

impl Side {
    fn push(&mut self, written: Option<&Written>) {
        self.text.maybe(written.map(|written| &written.text));
        self.place.maybe(written.map(Written::place));
    }
}

/// The changes under each clause.
pub(crate) fn clauses(rules: &RuleDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut clause, mut summary, mut id] = <[Texts; 3]>::default();
    let mut told = BooleanBuilder::new();
    for group in &rules.groups {
        let (name, said) =
            group.clause.as_ref().map(|(name, said)| (name, said.get(locale))).unzip();
        for (list, here) in [(&group.changes, true), (&group.also, false)] {
            for change in list.iter().filter_map(|at| rules.changes.get(*at)) {
                clause.maybe(name);
                summary.maybe(said);
                id.push(&change.id);
                told.append_value(here);
            }
        }
    }
    Columns::new()
        .add("clause", clause.done())
        .add("summary", summary.done())
        .add("change", id.done())
        .add("told_here", Arc::new(told.finish()))
        .done()
}

/// The columns of figures that are not what they were.
#[derive(Default)]
struct Figures {
    kpi: Texts,
    before: Value,
    after: Value,
    difference: Numbers,
    exact: Texts,
    unit: Texts,
    label: Texts,
}

/// A value before or after.
#[derive(Default)]
struct Value {
    state: Texts,
    value: Numbers,
    low: Numbers,
    high: Numbers,
}

impl Value {
    fn push(&mut self, value: &KpiValue) -> Result<(), ArrowError> {
        let (known, low, high) = match value {
            KpiValue::Known(known) => (Some(known), None, None),
            KpiValue::Undetermined { low, high, .. } => (None, low.as_ref(), high.as_ref()),
            KpiValue::NotApplicable | KpiValue::Invalid(_) => (None, None, None),
        };
        self.state.push(value.state());
        self.value.push(known)?;
        self.low.push(low)?;
        self.high.push(high)
    }

    fn add_to(self, columns: Columns, side: &str) -> Result<Columns, ArrowError> {
        Ok(columns
            .add(&format!("{side}_state"), self.state.done())
            .add(&format!("{side}_low"), self.low.done()?)
            .add(&format!("{side}_high"), self.high.done()?))
    }
}

impl Figures {
    fn push(&mut self, figure: &FigureDiff<'_>, locale: Locale) -> Result<(), ArrowError> {
        self.kpi.push(figure.name);
        self.before.push(figure.before)?;
        self.after.push(figure.after)?;
        self.difference.push(figure.difference.as_ref())?;
        self.exact.maybe(
            figure.difference.as_ref().and_then(|difference| exact(difference, figure.unit)),
        );
        self.unit.push(figure.unit.sign());
        self.label.push(figure.label.get(locale));
        Ok(())
    }

    fn add_to(mut self, columns: Columns) -> Result<RecordBatch, ArrowError> {
        let [before, after] =
            [&mut self.before, &mut self.after].map(|side| std::mem::take(&mut side.value));
        let columns = columns
            .add("kpi", self.kpi.done())
            .add("before", before.done()?)
            .add("after", after.done()?)
            .add("difference", self.difference.done()?)
            .add("unit", self.unit.done());
        let columns = self.after.add_to(self.before.add_to(columns, "before")?, "after")?;
        columns.add("exact", self.exact.done()).add("label", self.label.done()).done()
    }
}

/// The figures of every root that are not what they were.
pub(crate) fn kpis(data: &DataDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let (mut root, mut figures) = (Texts::default(), Figures::default());
    for at in data.roots() {
        for figure in data.figures(at) {
            root.push(data.data().root_key(at));
            figures.push(&figure, locale)?;
        }
    }
    figures.add_to(Columns::new().add(root_name(data), root.done()))
}

/// The same of the programme.
pub(crate) fn programme(data: &DataDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let mut figures = Figures::default();
    data.programme().iter().try_for_each(|figure| figures.push(figure, locale))?;
    figures.add_to(Columns::new())
}

/// The sums over all roots.
pub(crate) fn totals(data: &DataDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut kpi, mut unit, mut label] = <[Texts; 3]>::default();
    let [mut before, mut after, mut difference] = <[Numbers; 3]>::default();
    let (mut changed, mut left_out) = (Vec::new(), Vec::new());
    for total in data.totals() {
        kpi.push(total.name);
        before.push(Some(&total.before))?;
        after.push(Some(&total.after))?;
        difference.push(total.after.sub(&total.before).ok().as_ref())?;
        unit.push(total.unit.sign());
        changed.push(total.changed as i64);
        left_out.push(total.left_out as i64);
        label.push(total.label.get(locale));
    }
    Columns::new()
        .add("kpi", kpi.done())
        .add("before", before.done()?)
        .add("after", after.done()?)
        .add("difference", difference.done()?)
        .add("unit", unit.done())
        .add("changed", Arc::new(Int64Array::from(changed)))
        .add("left_out", Arc::new(Int64Array::from(left_out)))
        .add("label", label.done())
        .done()
}

/// The parts that changes have in differences: of the sums over all, of the programme, of every
/// root.
pub(crate) fn effects(data: &DataDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut of, mut root, mut kpi, mut changes, mut fractions, mut unit, mut label] =
        <[Texts; 7]>::default();
    let mut amount = Numbers::default();
    let mut add = |scope: (&str, Option<&str>),
                   name: &str,
                   in_unit: &Unit,
                   shares: &Shares|
     -> Result<(), ArrowError> {
        for (ids, words, share) in parts(data, shares, locale) {
            of.push(scope.0);
            root.maybe(scope.1);
            kpi.push(name);
            changes.maybe(ids);
            amount.push(Some(&share))?;
            fractions.maybe(exact(&share, in_unit));
            unit.push(in_unit.sign());
            label.push(words);
        }
        Ok(())
    };
    for total in data.totals() {
        add(("total", None), total.name, total.unit, &total.shares)?;
    }
    for figure in data.programme() {
        figure
            .shares
            .map_or(Ok(()), |shares| add(("programme", None), figure.name, figure.unit, shares))?;
    }
    for at in data.roots() {
        for figure in data.figures(at) {
            let scope = (root_name(data), Some(data.data().root_key(at)));
            figure.shares.map_or(Ok(()), |shares| add(scope, figure.name, figure.unit, shares))?;
        }
    }
    Columns::new()
        .add("of", of.done())
        .add(root_name(data), root.done())
        .add("kpi", kpi.done())
        .add("changes", changes.done())
        .add("amount", amount.done()?)
        .add("unit", unit.done())
        .add("exact", fractions.done())
        .add("label", label.done())
        .done()
}

/// The parts of a difference: the ids of the changes, what they are called, how much; last what was
/// done only together, without ids.
pub(crate) fn parts(
    data: &DataDiff,
    shares: &Shares,
    locale: Locale,
) -> Vec<(Option<String>, String, Exact)> {
    let comparison = data.comparison();
    let named = |(bundle, share): &(usize, Exact)| {
        let numbers = comparison.bundles().get(*bundle).into_iter().flatten();
        let changes: Vec<&Change> =
            numbers.filter_map(|number| comparison.rules().changes.get(*number)).collect();
        let ids: Vec<&str> = changes.iter().map(|change| change.id.as_str()).collect();
        let titles: Vec<String> = changes.iter().map(|change| change.title(locale)).collect();
        (Some(ids.join(";")), titles.join("; "), share.clone())
    };
    let together = match locale {
        Locale::ZhTw => "多項變更共同造成",
        Locale::En => "several changes together",
    };
    shares
        .by
        .iter()
        .map(named)
        .chain(shares.together.iter().map(|share| (None, together.to_owned(), share.clone())))
        .collect()
}

/// The records that a tally judges otherwise.
pub(crate) fn records(data: &DataDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut root, mut entity, mut key, mut tally, mut label] = <[Texts; 5]>::default();
    let mut sides = <[[Texts; 3]; 2]>::default();
    for at in data.roots() {
        for change in data.verdicts(at) {
            root.push(data.data().root_key(at));
            entity.push(change.entity);
            key.push(change.key);
            tally.push(change.tally);
            label.push(change.label.get(locale));
            for ([verdict, reason, clause], side) in
                sides.iter_mut().zip([&change.before, &change.after])
            {
                let VerdictSide { verdict: found, reason: why, clause: cited } = side;
                verdict.push(found.map_or("out_of_scope", |verdict| verdict.id()));
                reason.maybe(why.as_ref().map(|why| why.get(locale)));
                clause.maybe(cited.as_ref());
            }
        }
    }
    let [before, after] = sides;
    let mut columns = Columns::new()
        .add(root_name(data), root.done())
        .add("entity", entity.done())
        .add("key", key.done())
        .add("tally", tally.done());
    for (side, [verdict, reason, clause]) in [("before", before), ("after", after)] {
        columns = columns
            .add(side, verdict.done())
            .add(&format!("{side}_reason"), reason.done())
            .add(&format!("{side}_clause"), clause.done());
    }
    columns.add("label", label.done()).done()
}

/// The obligations with another status; those of the programme, whose root is missing, come last.
pub(crate) fn obligations(data: &DataDiff, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut root, mut id, mut before, mut after, mut label] = <[Texts; 5]>::default();
    let mut add = |of: Option<&str>, change: &StatusChange<'_>| {
        root.maybe(of);
        id.push(&change.id);
        before.push(change.before.id());
        after.push(change.after.id());
        let kpi = change.kpi.map(|kpi| format!(" {}", kpi.get(locale))).unwrap_or_default();
        label.push(format!("{}{kpi}", change.label.get(locale)));
    };
    for at in data.roots() {
        data.obligations(at).iter().for_each(|change| add(Some(data.data().root_key(at)), change));
    }
    data.programme_obligations().iter().for_each(|change| add(None, change));
    Columns::new()
        .add(root_name(data), root.done())
        .add("obligation", id.done())
        .add("before", before.done())
        .add("after", after.done())
        .add("label", label.done())
        .done()
}

fn root_name(data: &DataDiff) -> &str {
    &data.comparison().schema().root_entity().name
}
