//! Results of an earlier evaluation as the values that rules read by `previous(kpi)`.
//!
//! Nothing is taken in silence: a result of the wrong time, another unit, or another value than the
//! data gives is an error, and what could not be taken is said. Not here: reading the JSON of a
//! result (`json::result`), what a missing value means (`eval`).

use std::sync::Arc;

use indexmap::IndexSet;

use super::{Dataset, Given, read_result};
use crate::data::DataError;
use crate::evaluation::Evaluation;
use crate::output::amount;
use crate::pack::Pack;
use guiju_model::date::Period;
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic, Findings, Severity};
use guiju_model::index::KpiId;
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::outcome::{Counted, KpiValue};
use guiju_model::schema::KpiSchema;
use guiju_model::sort::sort;
use guiju_model::text::{Locale, Localized, fold};
use guiju_model::unit::Unit;

/// The KPIs that an earlier evaluation found, for [`Dataset::with_previous`].
///
/// ```
/// use guiju::{Earlier, JsonOptions, Limits, Parsed, Source};
/// let limits = Limits::default();
/// let year = |period: &str| {
///     let rules = format!(
///         "pack shops \"商店\"\nperiod {period}\nentity market {{ key id: text }}\nentity shop in market {{ key name: text }}\n\
///          tally shops_now \"商店\" in 家 from shop {{ count }} because \"示範\"\n\
///          kpi growth \"增加\" = shops_now - previous(shops_now) because \"示範\"\n"
///     );
///     Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack().expect("sound rules")
/// };
/// let (first, second) = (year("107/01/01 .. 107/12/31"), year("108/01/01 .. 108/12/31"));
/// let data = first.read_json(r#"{"markets": [{"id": "M1", "shop": [{"name": "甲"}]}]}"#, None, &limits).expect("sound data");
/// let evaluation = first.evaluate(&data, &limits)?;
///
/// // From the evaluation itself, or from its JSON when the year has passed: both are the same.
/// let earlier = evaluation.earlier();
/// let text = evaluation.to_json(&JsonOptions::default());
/// assert_eq!(Earlier::from_json(&text, None, &limits).expect("a result"), earlier);
///
/// let data = second.read_json(r#"{"markets": [{"id": "M1", "shop": [{"name": "甲"}, {"name": "乙"}]}]}"#, None, &limits);
/// let data = data.expect("sound data").with_previous(&second, &earlier, &limits).expect("it is earlier");
/// let outcome = second.evaluate(&data, &limits)?;
/// let growth = second.schema().kpi("growth").expect("declared");
/// assert_eq!(outcome.roots[0].kpis[growth], guiju::KpiValue::Known(1.into()));
/// # Ok::<(), guiju::Abort>(())
/// ```
#[derive(Clone, Debug)]
pub struct Earlier {
    pub(super) pack: String,
    pub(super) period: Option<Period>,
    /// The name of the root entity.
    pub(super) entity: String,
    /// A row for each root.
    pub(super) roots: Found,
    /// One row.
    pub(super) programme: Found,
    /// Where it was read from; `None` where it came from an evaluation.
    pub(super) origin: Option<Origin>,
}

/// A file, and the JSON pointer of the result in it.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) file: Option<String>,
    pub(super) pointer: String,
}

/// What was found, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Name and unit of each KPI, the unit as it is shown.
    pub(super) kpis: IndexSet<(String, String)>,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The key of the root; empty for the programme.
    pub(super) key: String,
    /// By KPI.
    pub(super) values: Vec<(usize, Value)>,
    /// What records counted under, in that year and before.
    pub(super) counted: Vec<Counted>,
}

pub(super) type Value = Result<Exact, NoValue>;

/// Why an earlier result has no number for a KPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NoValue {
    Undetermined,
    NotApplicable,
    Invalid,
}

impl NoValue {
    const ALL: [NoValue; 3] = [NoValue::Undetermined, NoValue::NotApplicable, NoValue::Invalid];
}

/// The same results; where they came from makes no difference.
impl PartialEq for Earlier {
    fn eq(&self, other: &Earlier) -> bool {
        (&self.pack, self.period, &self.entity) == (&other.pack, other.period, &other.entity)
            && (&self.roots, &self.programme) == (&other.roots, &other.programme)
    }
}

impl Earlier {
    /// Reads the JSON of a result. Of several years in one run, the last one is taken. `file` is
    /// the name shown in messages.
    ///
    /// # Errors
    /// Every problem found: no JSON, no result of an evaluation, values that are not as results
    /// write them.
    pub fn from_json(
        text: &str,
        file: Option<&str>,
        limits: &Limits,
    ) -> Result<Earlier, DataError> {
        read_result(text, file, limits)
    }
}

impl Evaluation {
    /// The results as the previous values of a later year, without a detour through JSON.
    pub fn earlier(&self) -> Earlier {
        let (pack, data, outcome) = (self.pack(), self.data(), self.outcome());
        let mut roots = Found::default();
        for (root, found) in outcome.roots.iter().take(data.len()).enumerate() {
            let kpis = found.kpis.entries();
            roots.push(pack, data.root_key(root).to_owned(), kpis, &found.counted);
        }
        let mut programme = Found::default();
        programme.push(
            pack,
            String::new(),
            outcome.programme.kpis.iter().map(|(kpi, value)| (*kpi, value)),
            &[],
        );
        Earlier {
            pack: pack.rules.name.clone(),
            period: pack.rules.period,
            entity: pack.rules.schema.root_entity().name.clone(),
            roots,
            programme,
            origin: None,
        }
    }
}

impl Found {
    fn push<'v>(
        &mut self,
        pack: &Pack,
        key: String,
        found: impl Iterator<Item = (KpiId, &'v KpiValue)>,
        counted: &[Counted],
    ) {
        let mut values = Vec::new();
        for (index, value) in found {
            let Some(kpi) = pack.rules.kpis.get(index) else { continue };
            let value = match value {
                KpiValue::Known(value) => Ok(value.clone()),
                KpiValue::Undetermined { .. } => Err(NoValue::Undetermined),
                KpiValue::NotApplicable => Err(NoValue::NotApplicable),
                KpiValue::Invalid(_) => Err(NoValue::Invalid),
            };
            values.push((self.kpi(kpi.name.clone(), kpi.unit.sign()), value));
        }
        self.rows.push(Row { key, values, counted: counted.to_vec() });
    }

    /// The index of a KPI.
    pub(super) fn kpi(&mut self, name: String, unit: String) -> usize {
        self.kpis.insert_full((name, unit)).0
    }
}

impl Dataset {
    /// The data with the values of an earlier evaluation as `previous`; `pack` is the one the data
    /// will be judged by.
    ///
    /// Known values are taken, exactly; others stay missing. A previous value that the data gives
    /// itself must be the same, or the same as results write it (six decimals). KPIs this pack does
    /// not have, and roots that only one of the two knows, are passed over. What was not taken is
    /// said among [`Dataset::warnings`].
    ///
    /// # Errors
    /// Every problem found: a result that is not earlier than the pack's period, of other roots, in
    /// other units, or with other values than the data gives.
    pub fn with_previous(
        mut self,
        pack: &Pack,
        earlier: &Earlier,
        limits: &Limits,
    ) -> Result<Dataset, DataError> {
        let mut join = Join::new(earlier, limits);
        join.check(pack);
        if !join.findings.has_errors() {
            join.roots(&mut self);
            join.say();
            self.earlier.push(earlier.digest());
        }
        if join.findings.has_errors() {
            let mut problems = join.findings.finish();
            problems.retain(|problem| problem.severity == Severity::Error);
            return Err(problems.into());
        }
        self.warnings.extend(join.findings.finish());
        Ok(self)
    }
}

impl Given {
    /// Remembers that a previous value is not from the data itself, which had `own`.
    fn bring(&mut self, kpi: KpiId, own: Option<Exact>) {
        if let Err(slot) = self.brought.binary_search_by_key(&kpi, |(known, _)| *known) {
            self.brought.insert(slot, (kpi, own));
        }
    }
}

/// How many names a remark lists.
const LISTED: usize = 8;

/// Earlier results on their way into data, and what there is to say of them.
struct Join<'a> {
    earlier: &'a Earlier,
    findings: Findings,
    /// Values that are no number, by reason.
    open: [usize; 3],
}

impl<'a> Join<'a> {
    fn new(earlier: &'a Earlier, limits: &Limits) -> Join<'a> {
        Join { earlier, findings: Findings::new(limits.diagnostics), open: [0; 3] }
    }

    fn push(&mut self, diagnostic: Diagnostic, pointer: &str) {
        let place = self.earlier.origin.as_ref().map(|origin| DataPlace {
            file: origin.file.clone(),
            pointer: Some(format!("{}{pointer}", origin.pointer)),
            ..DataPlace::default()
        });
        self.findings.push(match place {
            Some(place) => diagnostic.in_data(place),
            None => diagnostic,
        });
    }

    /// Whether the result can be what came before: about the same kind of roots, and over before
    /// the pack's period begins.
    fn check(&mut self, pack: &Pack) {
        let (before, entity) = (&self.earlier.pack, &self.earlier.entity);
        let own = &pack.rules.schema.root_entity().name;
        if entity != own {
            let other = Diagnostic::new(Code::OtherRoots)
                .arg(format!("{entity}s"))
                .arg(&pack.rules.name)
                .arg(format!("{own}s"));
            self.push(other, &format!("/{entity}s"));
        }
        let (Some(then), Some(now)) = (self.earlier.period, pack.rules.period) else { return };
        if then.end >= now.start {
            let late = Diagnostic::new(Code::NotEarlier)
                .arg(before)
                .word(days(then))
                .arg(&pack.rules.name)
                .word(days(now));
            self.push(late, "/period");
        } else if then.end.epoch_days() + 1 < now.start.epoch_days() {
            let (from, to) = (then.end, now.start);
            let from = Localized::new(from.minguo(), from.to_string());
            let gap = Diagnostic::new(Code::EarlierGap)
                .arg(before)
                .word(from)
                .word(Localized::new(to.minguo(), to.to_string()));
            self.push(gap, "/period");
        }
    }

    fn roots(&mut self, data: &mut Dataset) {
        let earlier = self.earlier;
        let schema = Arc::clone(&data.schema);
        let list = format!("/{}s", earlier.entity);
        let own = self.own(&earlier.roots, 0, &schema.kpis, &|row| format!("{list}/{row}"));
        // In the order of their keys; without the root once its earlier result was found.
        let mut places: Vec<(String, Option<usize>)> =
            (0..data.len()).map(|root| (fold(data.root_key(root)), Some(root))).collect();
        sort(&mut places, &mut |(a, _), (b, _)| a.cmp(b));
        let mut ended = Vec::new();
        for (n, row) in earlier.roots.rows.iter().enumerate() {
            let key = fold(&row.key);
            let place = places.binary_search_by(|(known, _)| known.cmp(&key));
            let Some(root) = place.ok().and_then(|at| places[at].1.take()) else {
                ended.push(row.key.as_str());
                continue;
            };
            let key = data.root_key(root).to_owned();
            if let Some(given) = Arc::make_mut(&mut data.given).get_mut(root) {
                let given = Arc::make_mut(given);
                given.counted.clone_from(&row.counted);
                self.row(row, &own, given, &key, &format!("{list}/{n}"));
            }
        }
        let own = self.own(&earlier.programme, schema.kpis.len(), &schema.programme_kpis, &|_| {
            "/programme".to_owned()
        });
        for row in &earlier.programme.rows {
            self.row(row, &own, Arc::make_mut(&mut data.programme), "programme", "/programme");
        }
        let mut fresh: Vec<usize> = places.into_iter().filter_map(|(_, root)| root).collect();
        sort(&mut fresh, &mut usize::cmp);
        let fresh: Vec<&str> = fresh.into_iter().map(|root| data.root_key(root)).collect();
        for (code, keys) in [(Code::EarlierEnded, ended), (Code::EarlierNew, fresh)] {
            if !keys.is_empty() {
                let label = schema.root_entity().label.clone();
                let remark = Diagnostic::new(code)
                    .arg(keys.len().to_string())
                    .word(label)
                    .arg(&earlier.pack)
                    .word(listed(&keys));
                self.push(remark, &list);
            }
        }
    }

    /// For each KPI that was found, the one of the pack with its name and unit, and its index in
    /// the rules; `first` is that of the first of `kpis`.
    fn own<'s>(
        &mut self,
        found: &Found,
        first: usize,
        kpis: &'s [KpiSchema],
        place: &dyn Fn(usize) -> String,
    ) -> Vec<Option<(KpiId, &'s KpiSchema)>> {
        let mut unknown = Vec::new();
        let mut own = Vec::with_capacity(found.kpis.len());
        for (n, (name, unit)) in found.kpis.iter().enumerate() {
            let known = kpis
                .iter()
                .enumerate()
                .rfind(|(_, kpi)| kpi.name == *name)
                .map(|(at, kpi)| (KpiId::new(first + at), kpi));
            let Some((_, kpi)) = known else {
                unknown.push(name.as_str());
                own.push(None);
                continue;
            };
            let sign = kpi.unit.sign();
            if *unit != sign {
                let (then, now) = (unit_words(unit), unit_words(&sign));
                let other = Diagnostic::new(Code::EarlierUnit)
                    .arg(name)
                    .arg(&self.earlier.pack)
                    .word(then)
                    .word(now);
                let row = found
                    .rows
                    .iter()
                    .position(|row| row.values.iter().any(|(kpi, _)| *kpi == n))
                    .unwrap_or_default();
                self.push(other, &format!("{}/kpis/{name}/unit", place(row)));
            }
            own.push(known.filter(|_| *unit == sign));
        }
        if !unknown.is_empty() {
            let count = unknown.len().to_string();
            let remark = Diagnostic::new(Code::EarlierKpis)
                .arg(&self.earlier.pack)
                .arg(count)
                .word(listed(&unknown));
            self.push(remark, "");
        }
        own
    }

    /// The values of one root, or of the programme, into what its data gives as previous.
    fn row(
        &mut self,
        row: &Row,
        own: &[Option<(KpiId, &KpiSchema)>],
        given: &mut Given,
        owner: &str,
        pointer: &str,
    ) {
        for (kpi, value) in &row.values {
            let Some(Some((index, kpi))) = own.get(*kpi) else { continue };
            let pointer = format!("{pointer}/kpis/{}/value", kpi.name);
            let slot = given.previous.binary_search_by_key(index, |(index, _)| *index);
            match (value.clone(), slot) {
                (Err(reason), Err(_)) => self.open[reason as usize] += 1,
                // What the data says of a value that the result leaves open stands.
                (Err(_), Ok(_)) => {}
                (Ok(value), _) if value.is_negative() && !kpi.signed => {
                    self.push(Diagnostic::new(Code::Negative).arg(value.to_string()), &pointer);
                }
                (Ok(value), Err(slot)) => {
                    given.previous.insert(slot, (*index, value));
                    given.bring(*index, None);
                }
                (Ok(value), Ok(slot)) => match given.previous.get_mut(slot) {
                    Some((_, same)) if *same == value => {}
                    Some((_, rounded))
                        if Exact::parse(&kpi.unit.decimal(&value)).as_ref() == Some(rounded) =>
                    {
                        let rounded = std::mem::replace(rounded, value);
                        given.bring(*index, Some(rounded));
                    }
                    Some((_, given)) => {
                        let words = |value: &Exact| match kpi.unit {
                            Unit::Ratio => kpi.unit.decimal(value),
                            _ => amount(value, &kpi.unit),
                        };
                        let (data, result) = (words(given), words(&value));
                        let differs =
                            Diagnostic::new(Code::EarlierDiffers).arg(owner).arg(&kpi.name);
                        self.push(differs.arg(data).arg(&self.earlier.pack).arg(result), &pointer);
                    }
                    None => {}
                },
            }
        }
    }

    /// Says how many values are missing all the same.
    fn say(&mut self) {
        let count: usize = self.open.iter().sum();
        if count == 0 {
            return;
        }
        let words = |locale| {
            let one = |(reason, count): (NoValue, usize)| match (reason, locale) {
                (NoValue::Undetermined, Locale::ZhTw) => format!("待定 {count}"),
                (NoValue::Undetermined, Locale::En) => format!("undetermined {count}"),
                (NoValue::NotApplicable, Locale::ZhTw) => format!("不適用 {count}"),
                (NoValue::NotApplicable, Locale::En) => format!("not applicable {count}"),
                (NoValue::Invalid, Locale::ZhTw) => format!("無法計算 {count}"),
                (NoValue::Invalid, Locale::En) => format!("invalid {count}"),
            };
            let counts = NoValue::ALL.into_iter().zip(self.open).filter(|(_, count)| *count > 0);
            counts.map(one).collect::<Vec<_>>().join(if locale == Locale::ZhTw {
                "、"
            } else {
                ", "
            })
        };
        let reasons = Localized::new(words(Locale::ZhTw), words(Locale::En));
        let remark = Diagnostic::new(Code::EarlierOpen)
            .arg(&self.earlier.pack)
            .arg(count.to_string())
            .word(reasons);
        self.push(remark, "");
    }
}

fn days(period: Period) -> Localized {
    let (start, end) = (period.start, period.end);
    Localized::new(format!("{} 至 {}", start.minguo(), end.minguo()), format!("{start} to {end}"))
}

fn unit_words(unit: &str) -> Localized {
    let shown = guiju_model::text::show(unit);
    if unit.is_empty() {
        Localized::new("無單位", "no unit")
    } else {
        Localized::new(format!("「{shown}」"), shown)
    }
}

/// The first few names.
fn listed(names: &[&str]) -> Localized {
    let shown: Vec<String> =
        names.iter().take(LISTED).map(|name| guiju_model::text::show(name)).collect();
    let more = if names.len() > LISTED { " …" } else { "" };
    Localized::new(shown.join("、") + more, shown.join(", ") + more)
}
