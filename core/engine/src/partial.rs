//! The programme from parts: roots judged apart, in other processes perhaps, and put together
//! exactly.
//!
//! A part is text: a line about the rules, then a line for each root with what rules over all roots
//! can read of it. Parts that are written one after another are a part again, so they can be
//! gathered in any tree. Not here: what is computed over the roots, which the evaluator does as if
//! it had judged them all itself.

mod error;
mod named;
pub(crate) mod part;
mod read;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use self::error::CombineError;
use self::named::with_parents;
use crate::data::{Cell, Dataset};
use crate::eval::reference::asked;
use crate::eval::reference::claimed::Keys;
use crate::eval::reference::figures;
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use crate::provenance::Provenance;
use guiju_model::digest::Digest;
use guiju_model::index::{EntityId, KpiId};
use guiju_model::number::{Exact, NumberError};
use guiju_model::outcome::{
    KpiValue, Need, ObligationOutcome, Outcome, RootOutcome, Status, Verdict,
};
use guiju_model::rules::{Expr, ExprKind, Kpi, KpiKind, KpiScope, ObligationScope, Rules};
use guiju_model::schema::FieldKind;

/// The first line of a part: which rules it was judged by, and the programme's own record, which
/// every part has to share.
#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
struct Head {
    partial: String,
    engine: String,
    /// What tells rules of one name apart.
    rules: String,
    programme: Value,
    programme_given: GivenLine,
    /// Of what the data says of the programme.
    digest: String,
    /// The digests of the earlier results that previous values are from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<String>,
    /// How often the parts had been put together when this one was judged.
    #[serde(default, skip_serializing_if = "is_first")]
    turn: usize,
    /// The digest of the data that they were put together to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    so_far: String,
}

fn is_first(turn: &usize) -> bool {
    *turn == 0
}

/// One root.
#[derive(Serialize, Deserialize)]
struct RootLine {
    key: String,
    /// Of the root's data.
    digest: String,
    /// The record as data, with the keys of its records that KPIs need.
    root: Value,
    given: GivenLine,
    kpis: IndexMap<String, Figure>,
    /// Targets that follow from records, as far as rules over all roots read them.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    targets: IndexMap<String, Figure>,
    /// What became of the obligations that awards ask about: 1 for one that is met, 0 for one that
    /// is not.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    met: IndexMap<String, Figure>,
    /// For each rule of non-duplication within the programme, the keys that the root claims.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    claims: IndexMap<String, BTreeSet<String>>,
}

/// What is given beside records, by KPI; as fractions, since earlier results may be such.
#[derive(Serialize, Deserialize, Default, Debug, PartialEq, Eq)]
struct GivenLine {
    targets: IndexMap<String, String>,
    previous: IndexMap<String, String>,
}

/// The value of a KPI.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Figure {
    Known(String),
    Undetermined {
        low: Option<String>,
        high: Option<String>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        may_be_none: bool,
        needs: Vec<Lack>,
    },
    NotApplicable,
    Invalid(Failure),
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Failure {
    Overflow,
    PartsDiffer,
    DivisionByZero,
    NoRow,
    NoSuchDay,
    NotWhole,
    NoDays,
}

/// Something that would have to be known. A root is named by its key; the programme is none.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Lack {
    Field { root: Option<String>, entity: String, key: String, field: String },
    Previous { root: Option<String>, kpi: String },
    Target { root: Option<String>, kpi: String },
    Programme { kpi: String },
    List { list: String },
}

impl Evaluation {
    /// What rules over all roots can read of these, as text that
    /// [`Pack::combine`](crate::pack::Pack::combine) takes.
    ///
    /// ```
    /// use guiju::{KpiId, KpiValue, Limits, Parsed, Source};
    /// let rules = "pack p\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 because \"示範\"\n\
    ///              kpi all_due for programme = sum(due) because \"示範\"";
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check().into_pack()?;
    /// let part = |id: &str, fee: u32| -> String {
    ///     let data = pack.read_json(&format!(r#"{{"shops": [{{"id": "{id}", "fee": {fee}}}]}}"#), None, &limits).expect("sound data");
    ///     pack.evaluate(&data, &limits).expect("within limits").partial()
    /// };
    /// let whole = pack.combine([part("S1", 5).as_str(), &part("S2", 7)], &limits).expect("parts of one whole");
    /// assert_eq!(whole.programme.kpis, [(KpiId::new(1), KpiValue::Known(24.into()))]);
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn partial(&self) -> String {
        let (rules, data, outcome) = (&*self.pack().rules, self.data(), self.outcome());
        let (wanted, aims) = read_by_programme(rules);
        let ruled = |root: &'_ RootOutcome| {
            root.targets.iter().filter(|(kpi, _)| aims.contains(kpi)).cloned().collect::<Vec<_>>()
        };
        let asked =
            asked::of_roots(rules, outcome.roots.iter().map(|root| root.obligations.as_slice()));
        let writer =
            Writer { rules, data, named: named(rules, data, outcome, (&wanted, &aims), &asked) };
        let digests = data.digests();
        let mut out = line(&writer.head(self.pack(), &digests.programme));
        for (root, found) in outcome.roots.iter().enumerate() {
            let kpis = wanted.iter().filter_map(|kpi| {
                Some((rules.kpis[*kpi].name.clone(), writer.figure(found.kpis.get(*kpi)?)))
            });
            out.push_str(&line(&RootLine {
                key: data.root_key(root).to_owned(),
                digest: digests.roots.get(root).cloned().unwrap_or_default(),
                root: writer.root(root),
                given: writer.given(Some(root)),
                kpis: kpis.collect(),
                targets: ruled(found)
                    .iter()
                    .map(|(kpi, value)| (rules.kpis[*kpi].name.clone(), writer.figure(value)))
                    .collect(),
                met: asked[root]
                    .iter()
                    .map(|found| {
                        (rules.obligations[found.obligation].name.clone(), writer.met(found))
                    })
                    .collect(),
                claims: writer.claims(self.pack(), outcome, root),
            }));
        }
        out
    }
}

fn line(value: &impl Serialize) -> String {
    // Writing plain texts and lists to memory cannot fail.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

/// What tells rules of one name apart.
fn digest_of(pack: &Pack) -> String {
    let mut digest = Digest::default();
    let Provenance { editions, parameters } = pack.provenance();
    for part in editions.iter().chain(parameters).flat_map(|(name, value)| [name, value]) {
        digest.feed(part);
        digest.feed("\n");
    }
    digest.finish()
}

/// The KPIs of roots that rules over all roots read, and those whose targets they read.
fn read_by_programme(rules: &Rules) -> (BTreeSet<KpiId>, BTreeSet<KpiId>) {
    type Read = (BTreeSet<KpiId>, BTreeSet<KpiId>);
    fn collect(expr: &Expr, found: &mut Read) {
        match expr.kind {
            ExprKind::Kpi(kpi) => drop(found.0.insert(kpi)),
            ExprKind::Target(kpi) => drop(found.1.insert(kpi)),
            _ => {}
        }
        expr.kind.parts().into_iter().for_each(|part| collect(part, found));
    }
    let mut found = Read::default();
    for kpi in rules.kpis.iter().filter(|kpi| kpi.scope != KpiScope::Root) {
        let formula = if let KpiKind::Formula(formula) = &kpi.kind { Some(formula) } else { None };
        formula.into_iter().chain(&kpi.when).for_each(|expr| collect(expr, &mut found));
    }
    for obligation in
        rules.obligations.iter().filter(|obligation| obligation.scope == ObligationScope::Programme)
    {
        obligation
            .when
            .iter()
            .chain([&obligation.expect])
            .for_each(|expr| collect(expr, &mut found));
    }
    let mut open: Vec<&Expr> = Vec::new();
    for award in rules.awards.iter().filter(|award| award.entity == rules.schema.root) {
        open.extend(award.asked());
        open.extend(award.require.iter().map(|requirement| &requirement.condition));
        collect(&award.limit, &mut found);
    }
    // Whether a figure is certain to have a value is seen from those that it is made of.
    let mut met = BTreeSet::new();
    while let Some(expr) = open.pop() {
        open.extend(expr.kind.parts());
        if let ExprKind::Target(kpi) = expr.kind {
            found.1.insert(kpi);
        }
        let (when, value) = match expr.kind {
            ExprKind::Kpi(kpi) if met.insert(kpi) => match rules.kpis.get(kpi) {
                Some(Kpi { kind: KpiKind::Formula(formula), when, .. }) => (when, Some(formula)),
                Some(kpi) => (&kpi.when, None),
                None => continue,
            },
            _ => continue,
        };
        open.extend(when.iter().chain(value));
    }
    found.0.extend(met);
    let of_root = |kpi: &KpiId| rules.kpis[*kpi].scope == KpiScope::Root;
    found.0.retain(of_root);
    found.1.retain(of_root);
    found
}

/// The records of roots that have to be there by name: those that values need, and those that roots
/// refer to.
fn named(
    rules: &Rules,
    data: &Dataset,
    outcome: &Outcome,
    (wanted, aims): (&BTreeSet<KpiId>, &BTreeSet<KpiId>),
    asked: &[Vec<ObligationOutcome>],
) -> BTreeSet<(EntityId, usize)> {
    let mut found = BTreeSet::new();
    for (at, root) in outcome.roots.iter().enumerate() {
        let targets =
            root.targets.iter().filter(|(kpi, _)| aims.contains(kpi)).map(|(_, value)| value);
        let open = wanted.iter().filter_map(|kpi| root.kpis.get(*kpi)).chain(targets).filter_map(
            |value| match value {
                KpiValue::Undetermined { needs, .. } => Some(needs),
                _ => None,
            },
        );
        for needs in open.chain(asked.get(at).into_iter().flatten().map(|outcome| &outcome.needs)) {
            found.extend(needs.all().iter().filter_map(|need| match need {
                Need::Field { entity, row, .. } => Some((*entity, *row)),
                Need::Previous { .. }
                | Need::Target { .. }
                | Need::Programme { .. }
                | Need::List { .. } => None,
            }));
        }
        for (field, shape) in rules.schema.root_entity().fields.entries() {
            if let (Some(Cell::Row(row)), FieldKind::Reference(target)) =
                (data.cell(rules.schema.root, field, at), &shape.kind)
            {
                found.insert((*target, row as usize));
            }
        }
    }
    found.retain(|(entity, _)| {
        *entity != rules.schema.root && !rules.schema.is_of_programme(*entity)
    });
    with_parents(rules, data, &mut found);
    found
}

struct Writer<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    /// Records that stand with their keys, as entity and row.
    named: BTreeSet<(EntityId, usize)>,
}

impl Writer<'_> {
    fn head(&self, pack: &Pack, digest: &str) -> Head {
        let schema = &self.rules.schema;
        let mut programme = schema.programme.map(|programme| self.record(programme, 0));
        for (shared, shape) in schema.shared() {
            // What a list has is as unknown in the whole as in the part.
            if self.data.is_missing_list(shared) {
                continue;
            }
            let rows = 0..self.data.tables[shared].rows;
            let list = rows.map(|row| Value::Object(self.record(shared, row))).collect();
            programme.get_or_insert_default().insert(shape.name.clone(), list);
        }
        Head {
            partial: self.rules.name.clone(),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            rules: digest_of(pack),
            programme: programme.map_or(Value::Null, Value::Object),
            programme_given: self.given(None),
            digest: digest.to_owned(),
            earlier: self.data.earlier_digests().to_vec(),
            turn: self.data.so_far.as_ref().map_or(0, |part| part.turn),
            so_far: self.data.so_far.as_ref().map(|part| part.digest.clone()).unwrap_or_default(),
        }
    }

    /// The fields of a record as data.
    fn record(&self, entity: EntityId, row: usize) -> Map<String, Value> {
        let fields = self.rules.schema.entities[entity].fields.entries();
        fields
            .filter_map(|(field, shape)| {
                Some((
                    shape.name.clone(),
                    self.cell(self.data.cell(entity, field, row)?, &shape.kind)?,
                ))
            })
            .collect()
    }

    fn root(&self, root: usize) -> Value {
        let mut fields = self.record(self.rules.schema.root, root);
        self.named_below(&mut fields, self.rules.schema.root, root, root);
        for (name, list) in [
            ("reviewed", &self.data.given[root].reviewed),
            ("elsewhere", &self.data.given[root].elsewhere),
        ] {
            if !list.is_empty() {
                fields.insert(
                    name.to_owned(),
                    list.iter().map(|id| self.data.texts.text(*id)).collect(),
                );
            }
        }
        Value::Object(fields)
    }

    /// A value as the reader of data takes it.
    fn cell(&self, cell: Cell, kind: &FieldKind) -> Option<Value> {
        Some(match (cell, kind) {
            (Cell::Bool(value), _) => json!(value),
            (Cell::Number(value), FieldKind::Percent) => {
                json!(format!("{}%", value.mul(&Exact::from(100)).ok()?.to_plain()?))
            }
            (Cell::Number(value), _) => json!(value.to_plain()?),
            (Cell::Date(day), _) => json!(day.to_string()),
            (Cell::Period(period), _) => {
                json!({"start": period.start.to_string(), "end": period.end.to_string()})
            }
            (Cell::Text(id), _) => json!(self.data.texts.text(id)),
            (Cell::Choice(value), FieldKind::Choice(choices)) => {
                json!(choices.values.get(usize::from(value))?.name)
            }
            (Cell::List(set), FieldKind::List(choices)) => choices
                .values
                .iter()
                .enumerate()
                .filter(|(at, _)| set >> at & 1 == 1)
                .map(|(_, value)| value.name.as_str())
                .collect(),
            (Cell::Row(row), FieldKind::Reference(target)) => {
                json!(self.data.key(*target, row as usize))
            }
            _ => return None,
        })
    }

    /// Targets and previous values of a root, or of the programme.
    fn given(&self, root: Option<usize>) -> GivenLine {
        let own = |kpi: &KpiId| (self.rules.kpis[*kpi].scope == KpiScope::Root) == root.is_some();
        let list = |value: &dyn Fn(KpiId) -> Option<Exact>| {
            let kpis = self.rules.kpis.ids().filter(own);
            kpis.filter_map(|kpi| {
                Some((self.rules.kpis[kpi].name.clone(), value(kpi)?.to_fraction()))
            })
            .collect()
        };
        let data = self.data;
        match root {
            Some(root) => GivenLine {
                targets: list(&|kpi| data.target(root, kpi)),
                previous: list(&|kpi| data.previous(root, kpi)),
            },
            None => GivenLine {
                targets: list(&|kpi| data.programme_target(kpi)),
                previous: list(&|kpi| data.programme_previous(kpi)),
            },
        }
    }

    fn figure(&self, value: &KpiValue) -> Figure {
        match value {
            KpiValue::Known(value) => Figure::Known(value.to_fraction()),
            KpiValue::Undetermined { low, high, may_be_none, needs } => {
                let bound = |bound: &Option<Exact>| bound.as_ref().map(Exact::to_fraction);
                Figure::Undetermined {
                    low: bound(low),
                    high: bound(high),
                    may_be_none: *may_be_none,
                    needs: needs.all().iter().map(|need| self.lack(need)).collect(),
                }
            }
            KpiValue::NotApplicable => Figure::NotApplicable,
            KpiValue::Invalid(error) => Figure::Invalid(match error {
                NumberError::Overflow => Failure::Overflow,
                NumberError::PartsDiffer => Failure::PartsDiffer,
                NumberError::NoRow => Failure::NoRow,
                NumberError::DivisionByZero => Failure::DivisionByZero,
                NumberError::NoSuchDay => Failure::NoSuchDay,
                NumberError::NotWhole => Failure::NotWhole,
                NumberError::NoDays => Failure::NoDays,
            }),
        }
    }

    fn met(&self, outcome: &ObligationOutcome) -> Figure {
        let needs = outcome.needs.clone();
        self.figure(&match outcome.status {
            Status::Met => KpiValue::Known(Exact::ONE),
            Status::NotMet => KpiValue::Known(Exact::ZERO),
            Status::Undetermined => {
                KpiValue::Undetermined { low: None, high: None, may_be_none: true, needs }
            }
            Status::NotApplicable => KpiValue::NotApplicable,
        })
    }

    fn lack(&self, need: &Need) -> Lack {
        let key = |root: &usize| self.data.root_key(*root).to_owned();
        match need {
            Need::Field { entity, row, field } => {
                let shape = &self.rules.schema.entities[*entity];
                let schema = &self.rules.schema;
                let root = (!schema.is_of_programme(*entity))
                    .then(|| key(&self.data.root_of(*entity, *row)));
                let record = if Some(*entity) == schema.programme {
                    String::new()
                } else {
                    self.data.key(*entity, *row).into_owned()
                };
                Lack::Field {
                    root,
                    entity: shape.name.clone(),
                    key: record,
                    field: shape.fields[*field].name.clone(),
                }
            }
            Need::Previous { root, kpi } => Lack::Previous {
                root: root.as_ref().map(key),
                kpi: self.rules.kpis[*kpi].name.clone(),
            },
            Need::Target { root, kpi } => Lack::Target {
                root: root.as_ref().map(key),
                kpi: self.rules.kpis[*kpi].name.clone(),
            },
            Need::Programme { kpi } => Lack::Programme { kpi: self.rules.kpis[*kpi].name.clone() },
            Need::List { entity } => {
                Lack::List { list: self.rules.schema.entities[*entity].name.clone() }
            }
        }
    }

    /// The keys that rules of non-duplication within the programme have to find in no other part.
    /// Of a record that is surely not counted it is not told whether it claims its key; it may.
    fn claims(
        &self,
        pack: &Pack,
        outcome: &Outcome,
        root: usize,
    ) -> IndexMap<String, BTreeSet<String>> {
        let mut claims = IndexMap::new();
        if !self.rules.onces.iter().any(|once| once.within_programme) {
            return claims;
        }
        let state = figures::told(pack, self.data, outcome, root);
        let keys_of = Keys { rules: self.rules, data: self.data, state: &state };
        for once in self.rules.onces.iter().filter(|once| once.within_programme) {
            let mut keys = BTreeSet::new();
            for claimant in once.groups.iter().flatten() {
                let (tally, verdicts) =
                    (&self.rules.tallies[claimant.tally], &outcome.verdicts[claimant.tally]);
                for row in self.data.rows_of(tally.entity, root) {
                    let verdict = verdicts[row];
                    let own_refusal =
                        verdict.refusal().is_some_and(|index| index < tally.require.len());
                    if verdict == Verdict::OUT_OF_SCOPE || own_refusal {
                        continue;
                    }
                    keys.extend(keys_of.text(claimant, row));
                }
            }
            if !keys.is_empty() {
                claims.insert(once.name.clone(), keys);
            }
        }
        claims
    }
}
