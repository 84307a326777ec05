//! The one form of data whose digest results name: a JSON document that depends on what the data
//! says, and on nothing of how it was written (file format, encoding, units, calendars, the order
//! of fields, fields that are blank).
//!
//! Keys are sorted and nothing is between them, as RFC 8785 has it; numbers are texts, in 元 and
//! without trailing zeros; days are ISO; records stand in the order of the data, nested in what
//! they belong to. It reads back as the same data. What an earlier result brought is not part of
//! it: that has a digest of its own. Not here: the digest of rules (`provenance`).

use std::cmp::Ordering;
use std::rc::Rc;

use super::earlier::{Found, Value};
use super::{Cell, Dataset, Earlier, Given};
use guiju_model::digest::Digest;
use guiju_model::index::{EntityId, FieldId, KpiId};
use guiju_model::json::Json;
use guiju_model::number::Exact;
use guiju_model::outcome::Counted;
use guiju_model::schema::{FieldKind, KpiSchema, PROGRAMME, Schema};
use guiju_model::sort::sort;

/// The digests that the one of the data is made of, as 64 hexadecimal digits each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) programme: String,
    pub(crate) roots: Vec<String>,
}

impl Dataset {
    /// The SHA-256 of the data in its canonical form, as 64 hexadecimal digits: the same for the
    /// same data from tables, a workbook or JSON. Takes time with the size of the data.
    ///
    /// It is that of the lines which give the digest of what is said of the programme (`{}` where
    /// that is nothing) and then of each root, in order, with all its records; so the digest of a
    /// whole follows from those of its parts.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money  open: date }\nkpi due = fee * 2 @ 1";
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let digest = |json: &str| pack.read_json(json, None, &limits).expect("sound data").digest();
    /// let written = digest(r#"{"shops": [{"id": "S1", "fee": {"amount": "2.50", "unit": "仟元"}, "open": "108/10/31"}]}"#);
    /// assert_eq!(written, digest(r#"{"shops":[{"open":"2019-10-31","fee":2500,"id":"S1"}]}"#));
    /// assert_ne!(written, digest(r#"{"shops":[{"open":"2019-10-31","fee":2501,"id":"S1"}]}"#));
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn digest(&self) -> String {
        let mut whole = Digest::default();
        self.each_digest(|digest| {
            whole.feed(digest);
            whole.feed("\n");
        });
        whole.finish()
    }

    /// The canonical form itself, as one document.
    pub fn to_canonical_json(&self) -> String {
        let mut form = self.form();
        let list = format!("{}s", self.schema.root_entity().name);
        let programme_first = utf16(PROGRAMME, &list) == Ordering::Less;
        form.json.open('{');
        if programme_first {
            form.json.key(PROGRAMME);
            form.programme();
        }
        form.json.key(&list).open('[');
        (0..self.len()).for_each(|root| form.record(self.schema.root, Place::of(root)));
        form.json.close(']');
        if !programme_first {
            form.json.key(PROGRAMME);
            form.programme();
        }
        form.json.close('}');
        form.json.finish()
    }

    /// The digests of the earlier results that previous values were taken from.
    pub fn earlier_digests(&self) -> &[String] {
        &self.earlier
    }

    pub(crate) fn digests(&self) -> Digests {
        let mut all = Vec::with_capacity(self.len() + 1);
        self.each_digest(|digest| all.push(digest.to_owned()));
        let roots = all.split_off(all.len().min(1));
        Digests { programme: all.pop().unwrap_or_default(), roots }
    }

    /// The digest of what is said of the programme and then that of each root, one after the other.
    fn each_digest(&self, mut to: impl FnMut(&str)) {
        // Of data put together from parts, the parts have told them.
        if let Some(told) = &self.told {
            std::iter::once(&told.programme).chain(&told.roots).for_each(|digest| to(digest));
            return;
        }
        let mut form = Form { digest: Some(Digest::default()), ..self.form() };
        form.programme();
        to(&form.take_digest());
        for root in 0..self.len() {
            form.record(self.schema.root, Place::of(root));
            to(&form.take_digest());
        }
    }

    fn form(&self) -> Form<'_> {
        let shapes = self.schema.entities.ids().map(|entity| shape(&self.schema, entity)).collect();
        Form { data: self, shapes, json: Json::compact(), digest: None }
    }
}

/// What stands under one key of a record.
#[derive(Clone, Copy)]
enum Member {
    Field(FieldId),
    Records(EntityId),
    Targets,
    Previous,
    Reviewed,
    Elsewhere,
}

/// The members of the records of an entity, in the order of their keys.
fn shape(schema: &Schema, entity: EntityId) -> Vec<(String, Member)> {
    let Some(own) = schema.entities.get(entity) else { return Vec::new() };
    let fields = own.fields.entries().take(own.own_fields().len());
    let mut members: Vec<(String, Member)> =
        fields.map(|(at, field)| (field.name.clone(), Member::Field(at))).collect();
    if entity == schema.root {
        let given = [
            ("targets", Member::Targets),
            ("previous", Member::Previous),
            ("reviewed", Member::Reviewed),
            ("elsewhere", Member::Elsewhere),
        ];
        members.extend(given.map(|(name, member)| (name.to_owned(), member)));
    }
    let children = schema.children(entity);
    members.extend(children.map(|(child, own)| (own.name.clone(), Member::Records(child))));
    sort(&mut members, &mut |(a, _), (b, _)| utf16(a, b));
    members
}

/// The members of what is said of the programme, with the records that all roots share.
fn shape_of_programme(schema: &Schema) -> Vec<(String, Member)> {
    let mut members = schema.programme.map(|own| shape(schema, own)).unwrap_or_default();
    members.push(("targets".to_owned(), Member::Targets));
    members.push(("previous".to_owned(), Member::Previous));
    members
        .extend(schema.shared().map(|(shared, own)| (own.name.clone(), Member::Records(shared))));
    sort(&mut members, &mut |(a, _), (b, _)| utf16(a, b));
    members
}

/// The order of keys.
fn utf16(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// Where a record is: its row, and the root it belongs to; none for what belongs to the programme.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    root: Option<usize>,
}

impl Place {
    /// Of a root itself.
    fn of(root: usize) -> Place {
        Place { row: root, root: Some(root) }
    }
}

/// Data on its way into its canonical form.
struct Form<'a> {
    data: &'a Dataset,
    /// By entity.
    shapes: Rc<[Vec<(String, Member)>]>,
    json: Json,
    /// Where what is written goes; otherwise it is kept.
    digest: Option<Digest>,
}

impl Form<'_> {
    /// The digest of what was written since the last one.
    fn take_digest(&mut self) -> String {
        self.pass_on();
        self.json.restart();
        self.digest.replace(Digest::default()).map(Digest::finish).unwrap_or_default()
    }

    /// Hands on what was written, so that a root with many records takes no room.
    fn pass_on(&mut self) {
        if let Some(digest) = &mut self.digest {
            self.json.drain(|text| digest.feed(text));
        }
    }

    fn programme(&mut self) {
        let data = self.data;
        let entity = data.schema.programme.unwrap_or(data.schema.root);
        self.json.open('{');
        for (name, member) in shape_of_programme(&data.schema) {
            self.member(&name, member, entity, Place { row: 0, root: None });
        }
        self.json.close('}');
    }

    /// One record with all that belongs to it.
    fn record(&mut self, entity: EntityId, place: Place) {
        let shapes = Rc::clone(&self.shapes);
        self.json.open('{');
        for (name, member) in shapes.get(entity.index()).into_iter().flatten() {
            self.member(name, *member, entity, place);
        }
        self.json.close('}');
    }

    /// What stands under one key; nothing where there is nothing to say.
    fn member(&mut self, name: &str, member: Member, entity: EntityId, place: Place) {
        let data = self.data;
        let given = place.root.map_or(Some(&data.programme), |root| data.given.get(root));
        match (member, given) {
            (Member::Field(field), _) => self.field(name, entity, field, place.row),
            (Member::Records(child), _) => self.records(name, child, entity, place),
            (Member::Targets, Some(given)) => self.kpis(name, given, false, place.root.is_none()),
            (Member::Previous, Some(given)) => self.kpis(name, given, true, place.root.is_none()),
            (Member::Reviewed, Some(given)) => self.texts(name, &given.reviewed),
            (Member::Elsewhere, Some(given)) => self.texts(name, &given.elsewhere),
            (_, None) => {}
        }
    }

    /// The records of an entity that belong to one of another; nothing where there are none, but
    /// for a shared list, which is empty only where that is said.
    fn records(&mut self, name: &str, entity: EntityId, parent: EntityId, place: Place) {
        let data = self.data;
        let rows = match place.root {
            None => 0..data.tables.get(entity).map_or(0, |table| table.rows),
            Some(root) if parent == data.schema.root => data.rows_of(entity, root),
            Some(root) => data.rows_below(entity, place.row, data.rows_of(entity, root)),
        };
        if !rows.is_empty() || (place.root.is_none() && data.is_given_list(entity)) {
            self.json.key(name).open('[');
            for row in rows {
                self.record(entity, Place { row, ..place });
                self.pass_on();
            }
            self.json.close(']');
        }
    }

    /// A field; nothing where it is missing.
    fn field(&mut self, name: &str, entity: EntityId, field: FieldId, row: usize) {
        let data = self.data;
        let Some(cell) = data.cell(entity, field, row) else { return };
        let kind = data.schema.entities.get(entity).and_then(|shape| shape.fields.get(field));
        let kind = kind.map(|field| &field.kind);
        let json = self.json.key(name);
        match (cell, kind) {
            (Cell::Bool(value), _) => json.bool(value),
            (Cell::Number(value), Some(FieldKind::Percent)) => {
                let percent = value.mul(&Exact::from(100)).unwrap_or(value);
                json.text(&format!("{percent}%"));
            }
            (Cell::Number(value), _) => json.text(&value.to_string()),
            (Cell::Date(day), _) => json.text(&day.to_string()),
            (Cell::Period(period), _) => json.object(|json| {
                json.key("end").text(&period.end.to_string());
                json.key("start").text(&period.start.to_string());
            }),
            (Cell::Text(text), _) => json.text(data.texts.text(text)),
            (Cell::Choice(value), Some(FieldKind::Choice(choices))) => {
                let choice = choices.values.get(usize::from(value));
                json.text_or_null(choice.map(|choice| choice.name.as_str()));
            }
            (Cell::List(set), Some(FieldKind::List(choices))) => json.list(|json| {
                let has =
                    |at: &usize| set.checked_shr(*at as u32).is_some_and(|bits| bits & 1 == 1);
                let values = choices.values.iter().enumerate().filter(|(at, _)| has(at));
                values.for_each(|(_, choice)| json.text(&choice.name));
            }),
            (Cell::Row(row), Some(FieldKind::Reference(target))) => {
                json.text(&data.key(*target, row as usize));
            }
            _ => json.null(),
        }
    }

    /// The values given for KPIs, without those that an earlier result brought; nothing where there
    /// are none.
    fn kpis(&mut self, name: &str, given: &Given, previous: bool, programme: bool) {
        let values = if previous { &given.previous } else { &given.targets };
        if values.is_empty() {
            return;
        }
        let schema = &self.data.schema;
        let first = schema.kpis.len();
        let (kpis, first): (&[KpiSchema], _) =
            if programme { (&schema.programme_kpis, first) } else { (&schema.kpis, 0) };
        let value_of = |kpi: KpiId| -> Option<&Exact> {
            let kpi = self.data.number(kpi)?;
            let brought = given.brought.binary_search_by_key(&kpi, |(known, _)| *known);
            if let (true, Ok(at)) = (previous, brought) {
                return given.brought.get(at)?.1.as_ref();
            }
            let at = values.binary_search_by_key(&kpi, |(known, _)| *known).ok()?;
            values.get(at).map(|(_, value)| value)
        };
        let mut found: Vec<(&str, &Exact)> = kpis
            .iter()
            .enumerate()
            .filter_map(|(at, kpi)| Some((kpi.name.as_str(), value_of(KpiId::new(first + at))?)))
            .collect();
        sort(&mut found, &mut |(a, _), (b, _)| utf16(a, b));
        if !found.is_empty() {
            self.json.key(name).object(|json| {
                found.iter().for_each(|(name, value)| json.key(name).text(&value.to_string()));
            });
        }
    }

    /// A register, whose order means nothing; nothing where it is empty.
    fn texts(&mut self, name: &str, ids: &[u32]) {
        let mut texts: Vec<&str> = ids.iter().map(|id| self.data.texts.text(*id)).collect();
        sort(&mut texts, &mut |a, b| utf16(a, b));
        if !texts.is_empty() {
            self.json.key(name).list(|json| texts.iter().for_each(|text| json.text(text)));
        }
    }
}

impl Earlier {
    /// The SHA-256 of what it has to give, as 64 hexadecimal digits: the same whether it comes from
    /// an evaluation or from the JSON of its result.
    pub fn digest(&self) -> String {
        let mut digest = Digest::default();
        let mut json = Json::compact();
        json.open('{');
        let found = |json: &mut Json, key: &str, found: &Found, digest: &mut Digest| {
            json.key(key).open('[');
            for row in &found.rows {
                json.object(|json| {
                    json.key("counted")
                        .list(|json| row.counted.iter().for_each(|one| counted(json, one)));
                    json.key("key").text(&row.key);
                    let mut values: Vec<(&(String, String), &Value)> = row
                        .values
                        .iter()
                        .filter_map(|(kpi, value)| Some((found.kpis.get_index(*kpi)?, value)))
                        .collect();
                    sort(&mut values, &mut |(a, _), (b, _)| utf16(&a.0, &b.0));
                    json.key("kpis").object(|json| {
                        for ((name, unit), value) in values {
                            json.key(name).list(|json| {
                                let value = value.as_ref().ok().map(Exact::to_string);
                                json.text_or_null(value.as_deref());
                                json.text(unit);
                            });
                        }
                    });
                });
                json.drain(|text| digest.feed(text));
            }
            json.close(']');
        };
        json.key("pack").text(&self.pack);
        let days = self.period.map(|period| [period.start, period.end]);
        json.key("period").list(|json| {
            days.into_iter().flatten().for_each(|day| json.text(&day.to_string()));
        });
        found(&mut json, "programme", &self.programme, &mut digest);
        json.key("root").text(&self.entity);
        found(&mut json, "roots", &self.roots, &mut digest);
        json.close('}');
        json.drain(|text| digest.feed(text));
        digest.finish()
    }
}

fn counted(json: &mut Json, counted: &Counted) {
    json.object(|json| {
        json.optional("day", counted.day.map(|day| day.to_string()).as_deref());
        json.key("key").list(|json| {
            for (name, text) in &counted.key {
                json.text(name);
                json.text(text);
            }
        });
        let days = counted.period.map(|period| [period.start, period.end]);
        json.key("period").list(|json| {
            days.into_iter().flatten().for_each(|day| json.text(&day.to_string()));
        });
        json.key("tally").text(&counted.tally);
    });
}
