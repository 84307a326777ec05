//! KPIs as analysts lay them out: a row for each root, and figures by the values of a field of the
//! root.
//!
//! Not here: the figures themselves (`spread`).

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::ArrowError;
use guiju::FieldId;
use guiju::{FieldKind, KpiId, KpiValue, List};
use indexmap::IndexMap;
use std::sync::Arc;

use crate::columns::{Columns, Numbers, Texts, exact};
use crate::given;
use crate::result::Judged;
use crate::spread::{Bounds, Figure, Spread};

/// A row for each root, and for each KPI its value and its state; `bounds` adds both bounds of what
/// is open.
pub(crate) fn wide(
    judged: &Judged,
    kpis: &[KpiId],
    bounds: bool,
) -> Result<RecordBatch, ArrowError> {
    let infos: List<KpiId, _> = judged.evaluation.pack().kpis().collect();
    let mut root = Texts::default();
    (0..judged.evaluation.data().len())
        .for_each(|at| root.push(judged.evaluation.data().root_key(at)));
    let mut columns = Columns::new().add(judged.root_name(), root.done());
    for kpi in kpis {
        let (mut value, mut low, mut high, mut state) =
            (Numbers::default(), Numbers::default(), Numbers::default(), Texts::default());
        for outcome in &judged.evaluation.roots {
            let found = &outcome.kpis[*kpi];
            value.push(if let KpiValue::Known(value) = found { Some(value) } else { None })?;
            let (least, most) = if let KpiValue::Undetermined { low, high, .. } = found {
                (low.as_ref(), high.as_ref())
            } else {
                (None, None)
            };
            low.push(least)?;
            high.push(most)?;
            state.push(found.state());
        }
        let name = infos[*kpi].name;
        columns = columns.add(name, value.done()?).add(&format!("{name}:state"), state.done());
        if bounds {
            columns = columns
                .add(&format!("{name}:low"), low.done()?)
                .add(&format!("{name}:high"), high.done()?);
        }
    }
    columns.done()
}

/// What figures by group tell.
pub(crate) const TOTALS: &[Figure] = &[Figure::Sum, Figure::Average, Figure::Min, Figure::Max];
/// What a distribution tells.
pub(crate) const QUARTILES: &[Figure] =
    &[Figure::Min, Figure::Quartile(1), Figure::Quartile(2), Figure::Quartile(3), Figure::Max];

/// The roots by the value of a field, or all as one group: named values in the order of their
/// declaration, others in their own, the roots that lack it last.
pub(crate) fn groups(
    judged: &Judged,
    field: Option<FieldId>,
) -> Vec<(Option<String>, Option<String>, Vec<usize>)> {
    let data = judged.evaluation.data();
    let Some(field) = field else { return vec![(None, None, (0..data.len()).collect())] };
    let root = data.schema.root;
    let shape = &data.schema.entities[root].fields[field];
    let mut found: IndexMap<Option<String>, (guiju::Cell, Vec<usize>)> = IndexMap::new();
    let mut lacking = Vec::new();
    for at in 0..data.len() {
        match data.cell(root, field, at) {
            Some(cell) => found
                .entry(Some(given::text(data, &shape.kind, &cell)))
                .or_insert_with(|| (cell, Vec::new()))
                .1
                .push(at),
            None => lacking.push(at),
        }
    }
    found.sort_by(|a, (left, _), b, (right, _)| match (left, right) {
        (guiju::Cell::Number(left), guiju::Cell::Number(right)) => left.cmp(right),
        (guiju::Cell::Choice(left), guiju::Cell::Choice(right)) => left.cmp(right),
        _ => a.cmp(b),
    });
    let label = |cell: &guiju::Cell| match (&shape.kind, cell) {
        (FieldKind::Choice(choices), guiju::Cell::Choice(value)) => choices
            .values
            .get(usize::from(*value))
            .map(|value| value.label.get(judged.locale).to_owned()),
        _ => None,
    };
    let mut groups: Vec<_> = found
        .into_iter()
        .map(|(name, (cell, roots))| (name.clone(), label(&cell).or(name), roots))
        .collect();
    if !lacking.is_empty() {
        groups.push((None, None, lacking));
    }
    groups
}

/// Figures of KPIs for each group: how many roots have a value, and what these come to.
pub(crate) fn by(
    judged: &Judged,
    field: Option<FieldId>,
    kpis: &[KpiId],
    figures: &[Figure],
) -> Result<RecordBatch, ArrowError> {
    let infos: List<KpiId, _> = judged.evaluation.pack().kpis().collect();
    let [mut group, mut group_label, mut kpi, mut label, mut unit, mut fraction] =
        <[Texts; 6]>::default();
    let mut counts: [Vec<i64>; 5] = Default::default();
    let mut told: Vec<[Numbers; 3]> = figures.iter().map(|_| Default::default()).collect();
    let wrong = |error: guiju::NumberError| {
        ArrowError::ComputeError(error.reason(judged.locale).to_owned())
    };
    let groups = groups(judged, field);
    for at in kpis {
        for (name, words, roots) in &groups {
            let mut spread = Spread::default();
            roots.iter().for_each(|root| spread.push(&judged.evaluation.roots[*root].kpis[*at]));
            let info = &infos[*at];
            group.maybe(name.as_ref());
            group_label.maybe(words.as_ref());
            kpi.push(info.name);
            label.push(info.label.get(judged.locale));
            unit.push(info.unit.sign());
            let found = [
                spread.count(),
                spread.known,
                spread.undetermined,
                spread.not_applicable,
                spread.invalid,
            ];
            counts.iter_mut().zip(found).for_each(|(column, found)| column.push(found as i64));
            let mut average = None;
            for (figure, [value, least, most]) in figures.iter().zip(&mut told) {
                let Bounds { low, high, known } = spread.figure(*figure).map_err(wrong)?;
                value.push(low.as_ref().filter(|_| known))?;
                least.push(low.as_ref().filter(|_| !known))?;
                most.push(high.as_ref().filter(|_| !known))?;
                average = average.or(low.filter(|_| known && *figure == Figure::Average));
            }
            fraction.maybe(average.and_then(|average| exact(&average, info.unit)));
        }
    }
    let mut columns = Columns::new().add("group", group.done()).add("kpi", kpi.done());
    for (name, column) in
        ["count", "known", "undetermined", "not_applicable", "invalid"].iter().zip(counts)
    {
        columns = columns.add(name, Arc::new(Int64Array::from(column)));
    }
    let mut bounds = Vec::new();
    for (figure, [value, least, most]) in figures.iter().zip(told) {
        columns = columns.add(figure.name(), value.done()?);
        bounds.push((format!("{}_low", figure.name()), least.done()?));
        bounds.push((format!("{}_high", figure.name()), most.done()?));
    }
    for (name, column) in bounds {
        columns = columns.add(&name, column);
    }
    columns = columns.add("unit", unit.done());
    if figures.contains(&Figure::Average) {
        columns = columns.add("average_exact", fraction.done());
    }
    columns.add("group_label", group_label.done()).add("label", label.done()).done()
}
