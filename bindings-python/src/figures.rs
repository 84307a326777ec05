//! The KPIs of all roots as columns that threads fill side by side, each some roots.
//!
//! The rows of a root are as many as it has KPIs, so that each stands at a place known beforehand:
//! what all roots share is copied, and what only some have is written where they have it. It makes
//! what `tables` makes a row at a time. Not here: rows of only some KPIs, and of the programme.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Decimal128Array, Int32Array, LargeStringArray, RecordBatch, new_null_array,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType};
use guiju::{Evaluation, KpiId, KpiValue, NumberError, Unit};
use rayon::prelude::*;

use crate::columns::{Columns, DECIMAL, Word, Words, exact, mantissa};
use crate::result::Judged;

/// Roots that a thread takes at once. As many as fill whole bytes of bits.
const ROOTS: usize = 512;

/// What is the same in the rows of every root, one for each KPI.
struct Pattern<'a> {
    kpi: Vec<Word>,
    label: Vec<Word>,
    sign: Vec<Word>,
    units: Vec<&'a Unit>,
}

/// Decimals in the making.
struct Decimals {
    values: Vec<i128>,
    /// One bit for each row.
    known: Vec<u8>,
}

/// Some rows of [`Decimals`].
type Slots<'c> = (&'c mut [i128], &'c mut [u8]);

/// The rows of some roots.
struct Part<'c> {
    roots: std::ops::Range<usize>,
    root: &'c mut [i32],
    pattern: [&'c mut [i32]; 3],
    state: &'c mut [i32],
    /// Value, low, high, target, attainment, previous.
    numbers: [Slots<'c>; 6],
    /// Where the text of each row ends, counted from the first text of the part.
    ends: &'c mut [i64],
    written: &'c mut [u8],
}

/// What a part found beside what it filled.
struct Found {
    /// The first row of each state.
    first: [Option<usize>; 4],
    texts: String,
    why: Vec<(usize, NumberError)>,
}

fn put((values, known): &mut Slots<'_>, row: usize, value: i128) {
    values[row] = value;
    known[row / 8] |= 1 << (row % 8);
}

fn clear((values, known): &mut Slots<'_>, row: usize) {
    values[row] = 0;
    known[row / 8] &= !(1 << (row % 8));
}

/// The table of all roots; `None` where it has to be made a row at a time: roots have different
/// numbers of KPIs, or a number does not fit, and the first that does not has to be told.
pub(crate) fn of_roots(judged: &Judged) -> Result<Option<RecordBatch>, ArrowError> {
    let (evaluation, locale) = (&judged.evaluation, judged.locale);
    let count = evaluation.roots.first().map_or(0, |root| root.kpis.len());
    let rows = count * evaluation.roots.len();
    if rows == 0 || evaluation.roots.iter().any(|root| root.kpis.len() != count) {
        return Ok(None);
    }
    let [mut of_root, mut of_kpi, mut of_label, mut of_sign, mut of_state, mut why] =
        <[Words; 6]>::default();
    let mut pattern = Pattern { kpi: vec![], label: vec![], sign: vec![], units: vec![] };
    for info in evaluation.pack().kpis().take(count) {
        pattern.kpi.push(of_kpi.word(info.name));
        pattern.label.push(of_label.word(info.label.get(locale)));
        pattern.sign.push(of_sign.word(&info.unit.sign()));
        pattern.units.push(info.unit);
    }
    if pattern.units.len() != count {
        return Ok(None);
    }
    let keys = (0..evaluation.roots.len()).map(|at| of_root.word(evaluation.data().root_key(at)));
    let keys: Vec<Word> = keys.collect();

    let bytes = rows.div_ceil(8);
    // Zeros that nobody writes to take no memory.
    let mut numbers: [Decimals; 6] =
        std::array::from_fn(|_| Decimals { values: vec![0; rows], known: vec![0; bytes] });
    let [mut root, mut kpi, mut sign, mut state] = std::array::from_fn(|_| vec![0_i32; rows]);
    // Mostly each KPI has a label of its own, and the places among both are the same.
    let alike = pattern.kpi == pattern.label;
    let mut label = vec![0_i32; if alike { 0 } else { rows }];
    let (mut ends, mut written) = (vec![0_i64; rows + 1], vec![0_u8; bytes]);
    let found: Option<Vec<Found>> = {
        let size = ROOTS * count;
        let mut slots: Vec<_> = numbers
            .iter_mut()
            .map(|column| column.values.chunks_mut(size).zip(column.known.chunks_mut(size / 8)))
            .collect();
        let [mut root, mut kpi, mut label, mut sign, mut state] =
            [&mut root, &mut kpi, &mut label, &mut sign, &mut state]
                .map(|all| all.chunks_mut(size));
        let mut ends = ends[1..].chunks_mut(size);
        let mut written = written.chunks_mut(size / 8);
        let parts: Vec<Part<'_>> = (0..keys.len())
            .step_by(ROOTS)
            .map(|start| Part {
                roots: start..keys.len().min(start + ROOTS),
                root: root.next().unwrap_or_default(),
                pattern: [&mut kpi, &mut label, &mut sign]
                    .map(|column| column.next().unwrap_or_default()),
                state: state.next().unwrap_or_default(),
                numbers: std::array::from_fn(|at| slots[at].next().unwrap_or_default()),
                ends: ends.next().unwrap_or_default(),
                written: written.next().unwrap_or_default(),
            })
            .collect();
        parts.into_par_iter().map(|part| part.fill(evaluation, &keys, &pattern)).collect()
    };
    let Some(found) = found else { return Ok(None) };

    // Words stand in the order in which they first occur.
    let first = |state: usize| found.iter().find_map(|part| part.first[state]);
    let mut states: Vec<(usize, usize)> =
        (0..4).filter_map(|state| Some((first(state)?, state))).collect();
    states.sort_unstable();
    let mut places = [0; 4];
    for (row, kind) in states {
        let value = &evaluation.roots[row / count].kpis[KpiId::new(row % count)];
        places[kind] = of_state.word(value.state()).place();
    }
    state.par_iter_mut().for_each(|state| *state = places[*state as usize]);
    for (row, error) in found.iter().flat_map(|part| &part.why) {
        why.repeat(Word::MISSING, row.saturating_sub(why.len()));
        why.push(error.reason(locale));
    }
    why.repeat(Word::MISSING, rows.saturating_sub(why.len()));

    let exact = texts(&found, ends, written, ROOTS * count)?;
    let mut numbers = numbers.into_iter().map(|column| column.done(rows));
    let mut number = || numbers.next().unwrap_or_else(|| Ok(new_null_array(&DECIMAL, rows)));
    let kpi = Int32Array::from(kpi);
    let label = if alike { kpi.clone() } else { label.into() };
    Columns::new()
        .add(judged.root_name(), of_root.placed(root.into())?)
        .add("kpi", of_kpi.placed(kpi)?)
        .add("state", of_state.placed(state.into())?)
        .add("value", number()?)
        .add("low", number()?)
        .add("high", number()?)
        .add("unit", of_sign.placed(sign.into())?)
        .add("target", number()?)
        .add("attainment", number()?)
        .add("previous", number()?)
        .add("exact", exact)
        .add("label", of_label.placed(label)?)
        .add("why", why.done()?)
        .done()
        .map(Some)
}

impl Part<'_> {
    /// Fills the rows; `None` where a number does not fit.
    fn fill(self, evaluation: &Evaluation, keys: &[Word], pattern: &Pattern<'_>) -> Option<Found> {
        let Part { roots, root, pattern: words, state, numbers, ends, written } = self;
        let [mut value, mut low, mut high, mut target, mut attainment, mut previous] = numbers;
        let count = pattern.kpi.len();
        let start = roots.start * count;
        let mut found = Found { first: [None; 4], texts: String::new(), why: Vec::new() };
        for (words, pattern) in words.into_iter().zip([&pattern.kpi, &pattern.label, &pattern.sign])
        {
            for words in words.chunks_exact_mut(count) {
                words.iter_mut().zip(pattern).for_each(|(place, word)| *place = word.place());
            }
        }
        let data = evaluation.data();
        for (at, index) in roots.enumerate() {
            let first = at * count;
            let kpis = &evaluation.roots[index].kpis;
            root[first..first + count].fill(keys[index].place());
            for (row, (found_value, unit)) in (first..).zip(kpis.iter().zip(&pattern.units)) {
                let now = match found_value {
                    KpiValue::Known(number) => {
                        put(&mut value, row, mantissa(number).ok()?);
                        if let Some(text) = exact(number, unit) {
                            found.texts.push_str(&text);
                            written[row / 8] |= 1 << (row % 8);
                        }
                        0
                    }
                    KpiValue::Undetermined { low: least, high: most, .. } => {
                        for (column, bound) in [(&mut low, least), (&mut high, most)] {
                            if let Some(bound) = bound {
                                put(column, row, mantissa(bound).ok()?);
                            }
                        }
                        1
                    }
                    KpiValue::NotApplicable => 2,
                    KpiValue::Invalid(error) => {
                        found.why.push((start + row, *error));
                        3
                    }
                };
                state[row] = now;
                found.first[now as usize].get_or_insert(start + row);
                ends[row] = i64::try_from(found.texts.len()).ok()?;
            }
            let mut fits = true;
            let row = |kpi: KpiId| (kpi.index() < count).then(|| first + kpi.index());
            evaluation.each_target(index, |kpi, goal| {
                let Some(row) = row(kpi) else { return };
                let share = if let KpiValue::Known(value) = &kpis[kpi] {
                    value.attainment(goal)
                } else {
                    None
                };
                match (mantissa(goal), share.as_ref().map(mantissa).transpose()) {
                    (Ok(goal), Ok(share)) => {
                        put(&mut target, row, goal);
                        match share {
                            Some(share) => put(&mut attainment, row, share),
                            // Of a target that was told before.
                            None => clear(&mut attainment, row),
                        }
                    }
                    _ => fits = false,
                }
            });
            data.each_previous(index, |kpi, before| match (row(kpi), mantissa(before)) {
                (Some(row), Ok(before)) => put(&mut previous, row, before),
                (None, _) => {}
                (_, Err(_)) => fits = false,
            });
            if !fits {
                return None;
            }
        }
        Some(found)
    }
}

impl Decimals {
    fn done(self, rows: usize) -> Result<ArrayRef, ArrowError> {
        if self.known.iter().all(|bits| *bits == 0) {
            return Ok(new_null_array(&DECIMAL, rows));
        }
        let nulls = nulls(self.known, rows);
        let numbers = Decimal128Array::try_new(self.values.into(), nulls)?;
        Ok(Arc::new(numbers.with_data_type(DECIMAL)))
    }
}

/// Which rows have a value; nothing where all have.
fn nulls(known: Vec<u8>, rows: usize) -> Option<NullBuffer> {
    let nulls = NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(known), 0, rows));
    (nulls.null_count() > 0).then_some(nulls)
}

/// The texts of all parts as one column; `ends` has those of each part by themselves.
fn texts(
    found: &[Found],
    mut ends: Vec<i64>,
    written: Vec<u8>,
    size: usize,
) -> Result<ArrayRef, ArrowError> {
    let rows = ends.len() - 1;
    if written.iter().all(|bits| *bits == 0) {
        return Ok(new_null_array(&DataType::LargeUtf8, rows));
    }
    let mut before = 0;
    let start = |part: &Found| {
        let start = before;
        before += part.texts.len() as i64;
        start
    };
    let starts: Vec<i64> = found.iter().map(start).collect();
    ends[1..].par_chunks_mut(size).zip(starts).for_each(|(ends, start)| {
        ends.iter_mut().for_each(|end| *end += start);
    });
    let all: String = found.iter().map(|part| part.texts.as_str()).collect();
    let offsets = OffsetBuffer::new(ends.into());
    let texts = LargeStringArray::try_new(offsets, all.into_bytes().into(), nulls(written, rows))?;
    Ok(Arc::new(texts))
}
