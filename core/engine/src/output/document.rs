//! The records of a root as the JSON that readers of data take, each value exactly as it was read:
//! for hosts that go on with data that came as tables.
//!
//! Not here: results (`json`), drafts with values that cannot be read, which no dataset has.

use std::collections::HashMap;

use crate::data::{Cell, Dataset};
use guiju_model::index::{EntityId, KpiId, List};
use guiju_model::json::Json;
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::outcome::Abort;
use guiju_model::rules::Register;
use guiju_model::schema::{Entity, Field, FieldKind, KpiSchema};
use guiju_model::text::fold;

impl Dataset {
    /// A root with everything that was given for it, as one of the list of a JSON document: lists
    /// of records by entity, numbers as texts in the units of their fields (money in 元), days in
    /// ISO 8601. `{}` where there is no such root.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = "pack shops\nentity market { key id: text }\n\
    ///              entity shop in market { key id: text  fee: money }";
    /// let limits = Limits::default();
    /// let parsed = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits);
    /// let pack = parsed.check().into_pack()?;
    /// let json = r#"{"markets": [{"id": "M1", "shop": [{"id": "S1", "fee": 30000}]}]}"#;
    /// let data = pack.read_json(json, None, &limits).expect("sound data");
    /// let root = r#"{"id":"M1","shop":[{"id":"S1","fee":"30000"}]}"#;
    /// assert_eq!(data.root_json(0, &limits)?, root);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Abort::Memory`] where the text takes more than [`Limits::memory`].
    pub fn root_json(&self, root: usize, limits: &Limits) -> Result<String, Abort> {
        let mut json = Json::compact().within(limits.memory);
        let clear = self.clear_keys(root);
        json.object(|json| {
            if root >= self.len() {
                return;
            }
            self.record(json, &clear, (self.schema.root, root), root);
            let kpis = &self.schema.kpis;
            figures(json, "targets", kpis, |kpi| self.target(root, kpi));
            figures(json, "previous", kpis, |kpi| self.previous(root, kpi));
            for (name, register) in
                [("reviewed", Register::Reviewed), ("elsewhere", Register::Elsewhere)]
            {
                let mut ids = self.registered(root, register).peekable();
                if ids.peek().is_some() {
                    json.key(name).list(|json| ids.for_each(|id| json.text(id)));
                }
            }
        });
        json.finish_within()
    }

    /// The fields of a record, and the lists that stand in it.
    fn record(&self, json: &mut Json, clear: &Clear, of: (EntityId, usize), root: usize) {
        let (entity, row) = of;
        let Some(shape) = self.schema.entities.get(entity) else { return };
        for at in shape.declared() {
            let field = &shape.fields[at];
            if let Some(cell) = self.cell(entity, at, row) {
                json.key(&field.name);
                self.value(json, clear, field, &cell);
            }
        }
        for (child, list) in self.schema.children(entity) {
            let all = self.rows_of(child, root);
            let own =
                if entity == self.schema.root { all } else { self.rows_below(child, row, all) };
            if own.is_empty() {
                continue;
            }
            json.key(&list.name).list(|json| {
                for row in own {
                    json.object(|json| self.record(json, clear, (child, row), root));
                }
            });
        }
    }

    fn value(&self, json: &mut Json, clear: &Clear, field: &Field, cell: &Cell) {
        match (cell, &field.kind) {
            (Cell::Bool(value), _) => json.bool(*value),
            // A share without a mark could be one in hundredths.
            (Cell::Number(share), FieldKind::Percent) => {
                let percent = share.mul(&Exact::from(100)).unwrap_or_else(|_| share.clone());
                json.text(&format!("{}%", digits(&percent)));
            }
            (Cell::Number(number), _) => json.text(&digits(number)),
            (Cell::Date(day), _) => json.text(&day.to_string()),
            (Cell::Period(period), _) => json.object(|json| {
                json.key("start").text(&period.start.to_string());
                json.key("end").text(&period.end.to_string());
            }),
            (Cell::Text(id), _) => json.text(self.texts.text(*id)),
            (Cell::Choice(value), FieldKind::Choice(choices)) => {
                let choice = choices.values.get(usize::from(*value));
                json.text(choice.map_or("", |choice| &choice.name));
            }
            (Cell::List(bits), FieldKind::List(choices)) => json.list(|json| {
                let chosen =
                    choices.values.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
                chosen.for_each(|(_, choice)| json.text(&choice.name));
            }),
            (Cell::Row(row), FieldKind::Reference(target)) => {
                let row = *row as usize;
                let own = self.own_key(*target, row);
                let counted = clear.get(*target).and_then(Option::as_ref);
                match counted.map(|keys| keys.get(&fold(own)).copied()) {
                    None | Some(Some(1)) => json.text(own),
                    Some(_) => json.text(&self.key(*target, row)),
                }
            }
            // A column holds what its field does.
            _ => json.null(),
        }
    }

    /// How many records of a root have each key: of entities whose keys are unique only within what
    /// they belong to.
    fn clear_keys(&self, root: usize) -> Clear {
        let of = |(entity, shape): (EntityId, &Entity)| {
            let mut keys = HashMap::new();
            if shape.levels == 0 || root >= self.len() {
                return None;
            }
            for row in self.rows_of(entity, root) {
                *keys.entry(fold(self.own_key(entity, row))).or_insert(0) += 1;
            }
            Some(keys)
        };
        self.schema.entities.entries().map(of).collect()
    }
}

/// For each entity the number of records by their keys in the form that is compared; none where
/// keys are unique within the root.
type Clear = List<EntityId, Option<HashMap<String, u32>>>;

/// A number with all its digits; what has no end as a fraction.
fn digits(number: &Exact) -> String {
    number.to_plain().unwrap_or_else(|| number.to_fraction())
}

fn figures(
    json: &mut Json,
    name: &str,
    kpis: &List<KpiId, KpiSchema>,
    of: impl Fn(KpiId) -> Option<Exact>,
) {
    let given = kpis.entries().filter_map(|(id, kpi)| Some((&kpi.name, of(id)?)));
    let mut given = given.peekable();
    if given.peek().is_some() {
        json.key(name).object(|json| {
            given.for_each(|(name, value)| json.key(name).text(&digits(&value)));
        });
    }
}
