//! What an expression asks of records: fields, classifications, lists, and whether a tally counts
//! one. Not here: conditions and formulas (`expr`).

use super::super::needs::{self, Record};
use super::{Counterparts, Eval, Subject};
use crate::data::Cell;
use crate::eval::value::{Range, Truth, Val};
use guiju_model::index::{EntityId, FieldId, TallyId};
use guiju_model::outcome::{Need, Verdict};
use guiju_model::rules::{Class, Listing, Rules};
use guiju_model::schema::FieldKind;

impl<'a> Eval<'a> {
    /// The record a reference leads to; `None` where the reference is missing.
    pub(in crate::eval::reference) fn follow(
        &mut self,
        via: Option<FieldId>,
    ) -> Option<(EntityId, usize)> {
        let schema = &self.rules.schema;
        let (entity, row) = match (self.subject, via) {
            (Subject::Record { entity, row, .. }, _) => (entity, row),
            // A root reads by a reference what all roots share, and its own fields otherwise.
            (Subject::Root { root, .. }, Some(_)) => (schema.root, root),
            _ => return None,
        };
        let Some(via) = via else { return Some((entity, row)) };
        let target = match schema.entities[entity].fields.get(via)?.kind {
            FieldKind::Reference(target) => target,
            _ => return None,
        };
        if matches!(self.subject, Subject::Root { .. }) && !schema.is_shared(target) {
            return None;
        }
        match self.data.cell(entity, via, row) {
            Some(Cell::Row(row)) => Some((target, row as usize)),
            _ => {
                self.needs.push(Need::Field { entity, row, field: via });
                None
            }
        }
    }

    pub(super) fn field(&mut self, via: Option<FieldId>, field: FieldId) -> Val<'a> {
        match self.follow(via) {
            Some((entity, row)) => self.cell(entity, row, field),
            None => Val::Missing,
        }
    }

    pub(super) fn cell(&mut self, entity: EntityId, row: usize, field: FieldId) -> Val<'a> {
        let kind = &self.rules.schema.entities[entity].fields[field].kind;
        match self.data.cell(entity, field, row) {
            Some(Cell::Bool(value)) => Val::Truth(Truth::from(value)),
            Some(Cell::Number(value)) => Val::point(value),
            Some(Cell::Date(day)) => Val::Date(day),
            Some(Cell::Period(period)) => Val::Period(period),
            Some(Cell::Text(id)) => Val::Text(self.data.texts.folded_text(id)),
            Some(Cell::Choice(value)) => Val::Choice(1 << value),
            Some(Cell::List(set)) => Val::List(set),
            // A reference by itself is only ever asked whether it is known.
            Some(Cell::Row(_)) => Val::Text(""),
            None => {
                self.needs.push(Need::Field { entity, row, field });
                match kind {
                    FieldKind::Bool => Val::Truth(Truth::Unknown),
                    FieldKind::Choice(choices) => Val::Choice(choices.all()),
                    _ => match kind.bounds() {
                        Some((low, high)) => Val::Number(Range { low, high }),
                        None => Val::Missing,
                    },
                }
            }
        }
    }

    pub(super) fn class(&mut self, via: Option<FieldId>, class: usize) -> Val<'a> {
        let rules: &'a Rules = self.rules;
        let class = &rules.classes[class];
        let Some((entity, row)) = self.follow(via) else { return Val::Choice(class.choices.all()) };
        let outer = self.subject;
        self.subject = Subject::Record { entity, row, root: self.root() };
        let set = self.class_set(class);
        self.subject = outer;
        Val::Choice(set)
    }

    /// The values that a classification may give this record.
    pub fn class_set(&mut self, class: &'a Class) -> u128 {
        let mark = self.needs.found();
        let mut set: u128 = 0;
        let mut open = true;
        for row in &class.rows {
            match self.truth(&row.guard) {
                Truth::True => {
                    // Rows exclude each other, or come in order: either way nothing after this one
                    // can win.
                    set |= 1 << row.value;
                    if !class.ordered {
                        set = 1 << row.value;
                    }
                    open = false;
                    break;
                }
                Truth::Unknown => set |= 1 << row.value,
                Truth::False => {}
            }
        }
        if open {
            // A table without `otherwise` has no gaps, so one of the rows that are not known must
            // hold.
            if let Some((value, _)) = class.otherwise {
                set |= 1 << value;
            }
        }
        if set.count_ones() == 1 {
            self.needs.truncate(mark);
        }
        if set == 0 { class.choices.all() } else { set }
    }

    pub(super) fn listed(&mut self, text: &str, list: Listing) -> Truth {
        let id = self.data.texts.find_folded(text);
        let has =
            match list {
                Listing::Register(register) => {
                    let given = self.data.given.get(self.root());
                    Some(given.zip(id).is_some_and(|(given, id)| {
                        given.register(register).binary_search(&id).is_ok()
                    }))
                }
                Listing::Entity(entity) => self.data.list(entity, self.root()).has(id),
            };
        has.map_or_else(
            || {
                self.lacks_list(list);
                Truth::Unknown
            },
            Truth::from,
        )
    }

    /// Notes what a list lacks.
    pub(super) fn lacks_list(&mut self, list: Listing) {
        if let Listing::Entity(entity) = list {
            let lacking = self.data.lacking_of_list(entity, self.root());
            lacking.into_iter().for_each(|need| self.needs.push(need));
        }
    }

    /// Whether a list has nothing.
    pub(super) fn is_empty(&self, list: Listing) -> bool {
        match list {
            Listing::Register(register) => {
                let given = self.data.given.get(self.root());
                given.is_none_or(|given| given.register(register).is_empty())
            }
            Listing::Entity(entity) => self.data.list(entity, self.root()).is_empty(),
        }
    }

    pub(super) fn counted_in(&mut self, via: Option<FieldId>, tally: TallyId) -> Truth {
        let Some((_, row)) = self.follow(via) else { return Truth::Unknown };
        match self.state.verdicts[tally].get(row) {
            Verdict::COUNTED => Truth::True,
            Verdict::UNDETERMINED => {
                self.ask_counterpart((tally, row));
                Truth::Unknown
            }
            _ => Truth::False,
        }
    }

    /// Adds what an undetermined record needs, as far as the caller wants it.
    pub(super) fn ask_counterpart(&mut self, record: Record) {
        match &mut self.counterparts {
            Counterparts::Ignore => {}
            Counterparts::Resolve => {
                let needs =
                    needs::of_counterpart(self.rules, self.data, self.state, self.meter, record);
                self.needs.share(&needs);
            }
            Counterparts::Defer { unknown, asked } => {
                *asked = true;
                match self.state.needs.get(self.state.first_row(record.0), record) {
                    Some(needs) => self.needs.share(&needs),
                    None => unknown.push(record),
                }
            }
        }
    }
}
