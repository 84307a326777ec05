//! What a verdict hangs on is what turns it when all single changes are made in the text of the
//! data, one by one, and judged anew by the other evaluator: no more and no less.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use guiju::{Engine, Evaluation, HangsOn, Limits, Pack};
use serde_json::{Value, json};

use crate::model::{Kind, LISTS, SHARED};
use crate::{Choices, Model, compiled, data, rules};

/// What became of packs, data and verdicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Packs that the checker accepted.
    pub packs: u64,
    /// Verdicts that were asked about.
    pub verdicts: u64,
    /// Single changes that turned one.
    pub turned: u64,
    /// Single changes that left it as it was.
    pub stood: u64,
    /// Other values that turned one.
    pub others: u64,
    /// Changes that turned a verdict that was certain to another that is.
    pub certain: u64,
}

/// Records of data that is asked about, at most: every one is left out once.
const MOST: usize = 20;

/// Draws a pack and data, and asks about some verdicts.
///
/// # Panics
/// Where the answer is another, with the rules and the data.
pub fn hangs_on_what_turns_it(bytes: &[u8], datasets: usize, asked: &mut Asked) {
    let mut choices = Choices::new(bytes);
    let model = Model::draw(&mut choices);
    let text = rules::text(&model, &mut choices);
    let Some(pack) = compiled(&text) else { return };
    asked.packs += 1;
    let kpis: Vec<String> = pack.schema().kpis.iter().map(|kpi| kpi.name.clone()).collect();
    for _ in 0..datasets {
        let text_of_data = data::json(&model, &kpis, &mut choices);
        let limits = Limits::default();
        let Ok(dataset) = pack.read_json(&text_of_data, None, &limits) else { continue };
        if dataset.records() > MOST {
            continue;
        }
        let Ok(evaluation) = pack.evaluate(&dataset, &limits) else { continue };
        let document: Value = serde_json::from_str(&text_of_data).unwrap_or_default();
        let case = Case { model: &model, pack: &pack, evaluation: &evaluation, document };
        let all = case.verdicts();
        for _ in 0..3.min(all.len()) {
            let question = choices.of(&all);
            if let Err(wrong) = case.hold(question, asked) {
                panic!("{question:?}: {wrong}\n{text}\n{text_of_data}");
            }
            asked.verdicts += 1;
        }
    }
}

/// A verdict that is asked about.
#[derive(Clone, Debug)]
struct Asking {
    /// The key of the root; none for the programme.
    root: Option<String>,
    name: String,
    /// Entity and key, for an award among records.
    record: Option<(String, String)>,
}

/// A single change: the record, and the field of it that is not given.
type Single = (String, Option<String>);

struct Case<'a> {
    model: &'a Model,
    pack: &'a Pack,
    evaluation: &'a Evaluation,
    document: Value,
}

impl Case<'_> {
    fn verdicts(&self) -> Vec<Asking> {
        let result = result(self.evaluation);
        let mut all = Vec::new();
        for (root, name) in obligations(&result) {
            all.push(Asking { root, name, record: None });
        }
        for (award, found) in awards(self.evaluation) {
            for (root, record) in found.into_keys() {
                all.push(Asking { root: Some(root), name: award.clone(), record });
            }
        }
        all
    }

    /// Whether the answer is what turns the verdict.
    fn hold(&self, asking: &Asking, asked: &mut Asked) -> Result<(), String> {
        let now = verdict(self.evaluation, asking);
        let found = self.answer(asking)?;
        if found.verdict != now {
            return Err(format!("it is {now}, not {}", found.verdict));
        }
        let text = found.to_text(guiju::Locale::En);
        if found.tried.stopped.is_some() || found.truncated > 0 {
            return Err(format!("not all was tried: {text}"));
        }
        let mut named: BTreeMap<Single, String> = BTreeMap::new();
        for change in &found.changes {
            if let Some(verdict) = change.without {
                named.insert((change.record.clone(), change.field.clone()), verdict.to_owned());
            }
        }
        for (single, document) in self.changes(asking) {
            let judged = self.judge(&document).ok_or("data that cannot be judged")?;
            let after = verdict(&judged, asking);
            let told = named.remove(&single);
            let turned = (after != now).then(|| after.clone());
            if told != turned {
                return Err(format!(
                    "{single:?}: told {told:?}, is {turned:?}: {document}\n{text}"
                ));
            }
            if turned.is_some() {
                asked.turned += 1;
                let open = [now.as_str(), &after].contains(&"undetermined");
                asked.certain += u64::from(!open);
            } else {
                asked.stood += 1;
            }
        }
        if let Some(more) = named.keys().next() {
            return Err(format!("{more:?} is no change\n{text}"));
        }
        self.hold_few(asking, &found, &now)?;
        for change in &found.changes {
            let Some(field) = &change.field else { continue };
            for other in &change.others {
                let place = (change.record.as_str(), field.as_str());
                let beside =
                    other.beside.iter().map(|beside| (beside.value.as_str(), beside.verdict));
                for (value, wanted) in beside.chain([(other.value.as_str(), other.verdict)]) {
                    let document = self.with(asking, place, value);
                    let judged = self.judge(&document).ok_or("data that cannot be judged")?;
                    let after = verdict(&judged, asking);
                    if after != wanted {
                        let told = format!("{place:?} {value}: told {wanted}, is {after}");
                        return Err(format!("{told}: {document}\n{text}"));
                    }
                }
                asked.others += 1;
            }
        }
        Ok(())
    }

    /// Of a field that holds few values, every one that turns the verdict is told, and no other.
    fn hold_few(&self, asking: &Asking, found: &HangsOn, now: &str) -> Result<(), String> {
        for place in self.places(asking).iter().filter(|place| place.has_values) {
            let Some(shape) = self.model.entities.get(place.entity) else { continue };
            let record = self.document.pointer(&place.pointer).unwrap_or(&Value::Null);
            for field in &shape.fields {
                let Some(given) = record.get(&field.name) else { continue };
                let values: Vec<String> = match field.kind {
                    Kind::Bool => vec!["true".to_owned(), "false".to_owned()],
                    Kind::Choice(count) => (0..count).map(|value| format!("v{value}")).collect(),
                    _ => continue,
                };
                let name = place.name(asking);
                let mut told = found.changes.iter().filter(|change| {
                    (&change.record, change.field.as_ref()) == (&name, Some(&field.name))
                });
                let told = told.next().map_or(&[][..], |change| &change.others);
                for value in values.iter().filter(|value| *given != as_json(value)) {
                    let document = self.with(asking, (&name, &field.name), value);
                    let judged = self.judge(&document).ok_or("data that cannot be judged")?;
                    let after = verdict(&judged, asking);
                    let mut told = told.iter().filter(|other| other.value == *value);
                    let told = told.next().map(|other| other.verdict);
                    let turned = (after != now).then_some(after.as_str());
                    if told != turned {
                        let what = format!("{name} {} as {value}", field.name);
                        return Err(format!("{what}: told {told:?}, is {turned:?}: {document}"));
                    }
                }
            }
        }
        Ok(())
    }

    fn answer(&self, asking: &Asking) -> Result<HangsOn, String> {
        let data = self.evaluation.data();
        let root = asking.root.as_ref().map_or(Some(data.len()), |root| data.find_root(root));
        let record = asking.record.as_ref().map(|(entity, key)| (entity.as_str(), key.as_str()));
        let mut unwatched = |_| ControlFlow::Continue(());
        let root = root.ok_or("no such root")?;
        self.evaluation
            .hangs_on(root, &asking.name, record, &Limits::default(), &mut unwatched)
            .map_err(|error| error.to_string())
    }

    fn judge(&self, document: &Value) -> Option<Evaluation> {
        let limits = Limits::default();
        let data = self.pack.read_json(&document.to_string(), None, &limits).ok()?;
        self.pack.with_engine(Engine::Reference).evaluate(&data, &limits).ok()
    }

    /// Every single change of what may be named, with the data that has it.
    fn changes(&self, asking: &Asking) -> Vec<(Single, Value)> {
        let mut changes = Vec::new();
        for place in self.places(asking) {
            let subject = place.name(asking);
            if let Some(without) = &place.without
                && !self.is_of(asking, &place)
            {
                changes.push(((subject.clone(), None), without.clone()));
            }
            if !place.has_values {
                continue;
            }
            let record = self.document.pointer(&place.pointer);
            let given = record.and_then(Value::as_object).into_iter().flatten();
            let mut fields: Vec<String> = given
                .filter(|(field, value)| {
                    field.as_str() != "id"
                        && !value.is_null()
                        && !["reviewed", "elsewhere"].contains(&field.as_str())
                        && self.model.entities.iter().all(|entity| entity.name != **field)
                })
                .map(|(field, _)| field.clone())
                .collect();
            for list in ["targets", "previous"] {
                if let Some(at) = fields.iter().position(|field| field == list) {
                    fields.remove(at);
                    let kpis = record.and_then(|record| record[list].as_object());
                    let kpis = kpis.into_iter().flatten().map(|(kpi, _)| format!("{list}.{kpi}"));
                    fields.extend(kpis);
                }
            }
            for field in fields {
                let mut document = self.document.clone();
                let mut record = document.pointer_mut(&place.pointer);
                match (field.split_once('.'), &mut record) {
                    (Some((list, kpi)), Some(record)) => {
                        record[list].as_object_mut().map(|list| list.remove(kpi));
                    }
                    (None, Some(record)) => {
                        record.as_object_mut().map(|record| record.remove(&field));
                    }
                    _ => {}
                }
                changes.push(((subject.clone(), Some(field)), document));
            }
        }
        changes
    }

    /// The data with another value.
    fn with(&self, asking: &Asking, (record, field): (&str, &str), value: &str) -> Value {
        let mut document = self.document.clone();
        let places = self.places(asking);
        let place = places.iter().find(|place| place.name(asking) == record && place.has_values);
        let Some(found) = place.and_then(|place| document.pointer_mut(&place.pointer)) else {
            return Value::Null;
        };
        let value = as_json(value);
        match field.split_once('.') {
            Some((list, kpi)) => found[list][kpi] = value,
            None => found[field] = value,
        }
        document
    }

    /// Whether the verdict is about a record, or one that belongs to it.
    fn is_of(&self, asking: &Asking, place: &Place) -> bool {
        match &asking.record {
            _ if place.entity == 0 => asking.root.as_ref() == Some(&place.keys[0]),
            Some((entity, key)) => {
                let own = place.keys[1..].join("/");
                let below = &self.model.entities;
                let asked = below.iter().position(|other| other.name == *entity);
                let is_below = |mut at: usize| loop {
                    if at == place.entity {
                        return true;
                    }
                    if at == 0 || at == SHARED {
                        return false;
                    }
                    at = below[at].parent;
                };
                asked.is_some_and(is_below) && (*key == own || key.starts_with(&format!("{own}/")))
            }
            None => false,
        }
    }

    /// The records that a verdict may hang on.
    fn places(&self, asking: &Asking) -> Vec<Place> {
        let mut places = Vec::new();
        let roots = self.document["roots"].as_array().map_or(&[][..], Vec::as_slice);
        for (at, root) in roots.iter().enumerate() {
            let key = root["id"].as_str().unwrap_or_default().to_owned();
            let own = asking.root.as_ref().is_none_or(|root| *root == key);
            let pointer = format!("/roots/{at}");
            let without = self.without("/roots", at, None);
            let keys = vec![key];
            places.push(Place {
                entity: 0,
                named: format!("root/{}", keys[0]),
                keys: keys.clone(),
                pointer: pointer.clone(),
                without: Some(without),
                has_values: own,
            });
            if own {
                self.below(0, root, (&pointer, &pointer), &keys, &mut places);
                places.extend(self.listed(&keys[0], &format!("{pointer}/{}", LISTS[0]), LISTS[0]));
            }
        }
        places.extend(self.listed("", &format!("/programme/{}", LISTS[1]), LISTS[1]));
        if let Some(shared) = self.model.shared() {
            let name = &self.model.entities[shared].name;
            let list = self.document["programme"][name].as_array().map_or(&[][..], Vec::as_slice);
            for (at, record) in list.iter().enumerate() {
                let key = record["id"].as_str().unwrap_or_default();
                let lists = format!("/programme/{name}");
                places.push(Place {
                    entity: shared,
                    named: format!("{name}/{key}"),
                    keys: vec![String::new(), key.to_owned()],
                    pointer: format!("{lists}/{at}"),
                    without: Some(self.without(&lists, at, Some((shared, key, "")))),
                    has_values: true,
                });
            }
        }
        if self.model.programme && self.document.get("programme").is_some() {
            places.push(Place {
                entity: SHARED,
                named: "programme".to_owned(),
                keys: Vec::new(),
                pointer: "/programme".to_owned(),
                without: None,
                has_values: true,
            });
        }
        places
    }

    /// The entries of a list, of a root or of the programme, which have nothing but their key.
    fn listed(&self, root: &str, lists: &str, name: &str) -> Vec<Place> {
        let list = self.document.pointer(lists).and_then(Value::as_array);
        let entry = |(at, record): (usize, &Value)| {
            let key = record["id"].as_str().unwrap_or_default();
            Place {
                entity: SHARED,
                named: format!("{name}/{key}"),
                keys: vec![root.to_owned(), key.to_owned()],
                pointer: format!("{lists}/{at}"),
                without: Some(self.without(lists, at, None)),
                has_values: false,
            }
        };
        list.map_or(&[][..], Vec::as_slice).iter().enumerate().map(entry).collect()
    }

    fn below(
        &self,
        parent: usize,
        of: &Value,
        (root, pointer): (&str, &str),
        keys: &[String],
        places: &mut Vec<Place>,
    ) {
        for entity in self.model.children(parent) {
            let name = &self.model.entities[entity].name;
            let lists = format!("{pointer}/{name}");
            let list = of[name].as_array().map_or(&[][..], Vec::as_slice);
            for (at, record) in list.iter().enumerate() {
                let key = record["id"].as_str().unwrap_or_default();
                let keys = [keys, &[key.to_owned()]].concat();
                let pointer = format!("{lists}/{at}");
                places.push(Place {
                    entity,
                    named: format!("{name}/{}", keys[1..].join("/")),
                    keys: keys.clone(),
                    pointer: pointer.clone(),
                    without: Some(self.without(&lists, at, Some((entity, key, root)))),
                    has_values: true,
                });
                self.below(entity, record, (root, &pointer), &keys, places);
            }
        }
    }

    /// The data without one of a list; what refers to it, within a root or anywhere, does so no
    /// more.
    fn without(&self, list: &str, at: usize, of: Option<(usize, &str, &str)>) -> Value {
        let mut document = self.document.clone();
        document.pointer_mut(list).and_then(Value::as_array_mut).map(|list| list.remove(at));
        if let Some((entity, key, within)) = of
            && (self.model.entities[entity].parent == 0 || within.is_empty())
        {
            let mut fields = Vec::new();
            for (of, shape) in self.model.entities.iter().enumerate() {
                let refers =
                    shape.fields.iter().filter(|field| field.kind == Kind::Reference(entity));
                fields.extend(refers.map(|field| (of, field.name.as_str())));
            }
            document
                .pointer_mut(within)
                .into_iter()
                .for_each(|within| forget(within, &fields, key));
        }
        document
    }
}

/// Names of fields are unique, so that they are looked for wherever they are.
fn forget(within: &mut Value, fields: &[(usize, &str)], key: &str) {
    match within {
        Value::Object(record) => {
            for (_, field) in fields {
                if record.get(*field).and_then(Value::as_str) == Some(key) {
                    record.remove(*field);
                }
            }
            record.values_mut().for_each(|value| forget(value, fields, key));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| forget(value, fields, key)),
        _ => {}
    }
}

/// A value as it stands in data.
fn as_json(value: &str) -> Value {
    match value {
        "true" | "false" => json!(value == "true"),
        _ => json!(value),
    }
}

/// A record that may be left out, or whose values may not be given.
struct Place {
    entity: usize,
    named: String,
    /// The key of its root, and those that lead to it.
    keys: Vec<String>,
    pointer: String,
    without: Option<Value>,
    has_values: bool,
}

impl Place {
    fn name(&self, asking: &Asking) -> String {
        let of_root = self.entity != 0 && self.keys.first().is_some_and(|root| !root.is_empty());
        if asking.root.is_none() && of_root {
            return format!("{} {}", self.keys[0], self.named);
        }
        self.named.clone()
    }
}

fn result(evaluation: &Evaluation) -> Value {
    let options = guiju::JsonOptions::default();
    serde_json::from_str(&evaluation.to_json(&options)).unwrap_or_default()
}

/// The obligations of roots and of the programme.
fn obligations(result: &Value) -> Vec<(Option<String>, String)> {
    let mut all = Vec::new();
    let mut add = |root: Option<&str>, of: &Value| {
        for found in of["obligations"].as_array().into_iter().flatten() {
            let id = found["id"].as_str().unwrap_or_default().to_owned();
            all.push((root.map(str::to_owned), id));
        }
    };
    for root in result["roots"].as_array().into_iter().flatten() {
        add(root["id"].as_str(), root);
    }
    add(None, &result["programme"]);
    all
}

/// Whom awards decide on: the root, and a record of it.
type Decided = BTreeMap<(String, Option<(String, String)>), String>;

fn awards(evaluation: &Evaluation) -> Vec<(String, Decided)> {
    let (data, schema) = (evaluation.data(), evaluation.pack().schema());
    let rules = &evaluation.pack().rules;
    rules
        .awards
        .iter()
        .enumerate()
        .map(|(at, award)| {
            let (name, entity) = (award.name.clone(), award.entity);
            let mut decided = Decided::new();
            for (row, standing) in evaluation.awards[at].standings.iter().enumerate() {
                let root = data.root_key(data.root_of(entity, row)).to_owned();
                let record = (entity != schema.root).then(|| {
                    (schema.entities[entity].name.clone(), data.key(entity, row).into_owned())
                });
                decided.insert((root, record), standing.decision.id().to_owned());
            }
            (name, decided)
        })
        .collect()
}

fn verdict(evaluation: &Evaluation, asking: &Asking) -> String {
    for (award, decided) in awards(evaluation) {
        if award == asking.name {
            let key = (asking.root.clone().unwrap_or_default(), asking.record.clone());
            return decided.get(&key).cloned().unwrap_or_default();
        }
    }
    let result = result(evaluation);
    let roots = result["roots"].as_array().map_or(&[][..], Vec::as_slice);
    let of = match &asking.root {
        Some(key) => roots.iter().find(|root| root["id"].as_str() == Some(key)),
        None => Some(&result["programme"]),
    };
    let found = of.and_then(|of| of["obligations"].as_array()).into_iter().flatten();
    let mut found = found.filter(|found| found["id"].as_str() == Some(&asking.name));
    found.next().and_then(|found| found["status"].as_str()).unwrap_or("not_applicable").to_owned()
}
