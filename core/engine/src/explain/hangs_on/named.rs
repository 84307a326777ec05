//! What records, values and verdicts are called. Not here: the lines that they stand in (`told`).

use std::cell::Cell as Left;

use super::super::Explainer;
use super::answer::{HangsOn, Neighbour, TurningChange, TurningValue};
use super::ask::{Asking, Of};
use super::search::Edge;
use crate::data::Cell;
use crate::eval::reference::State;
use crate::output::amount_given;
use guiju_model::outcome::Need;
use guiju_model::schema::FieldKind;
use guiju_model::text::{Locale, Localized};
use guiju_model::unit::Unit;

impl Asking<'_> {
    pub(super) fn turning(
        &self,
        place: &Need,
        cell: Cell,
        without: Option<&'static str>,
        others: Vec<Edge>,
    ) -> TurningChange {
        let rules = &self.evaluation.pack().rules;
        let (record, field, label) = match *place {
            Need::Field { entity, row, field } => {
                let shape = &rules.schema.entities[entity].fields[field];
                let record = self.words(|words| words.record_name(entity, row));
                (record, shape.name.clone(), shape.label.clone())
            }
            Need::Target { root, kpi } | Need::Previous { root, kpi } => {
                let is_target = matches!(place, Need::Target { .. });
                let list = if is_target { "targets" } else { "previous" };
                let kpi = &rules.kpis[kpi];
                let en = kpi.label.get(Locale::En);
                let label = if is_target {
                    Localized::new(format!("{}目標", kpi.label.zh), format!("target of {en}"))
                } else {
                    Localized::new(format!("上年度{}", kpi.label.zh), format!("last year's {en}"))
                };
                (self.data.owner(root), format!("{list}.{}", kpi.name), label)
            }
            Need::Programme { .. } | Need::List { .. } => Default::default(),
        };
        let is_line = matches!(cell, Cell::Number(_) | Cell::Date(_));
        let neighbour = |(cell, verdict): &(Cell, &'static str)| Neighbour {
            words: self.value_words(place, cell),
            value: self.plain(place, cell),
            verdict,
        };
        let value = |edge: Edge| TurningValue {
            words: self.value_words(place, &edge.turns.0),
            value: self.plain(place, &edge.turns.0),
            verdict: edge.turns.1,
            beside: is_line.then(|| neighbour(&edge.beside)),
        };
        TurningChange {
            record,
            field: Some(field),
            label,
            now: Some(self.value_words(place, &cell)),
            without,
            others: others.into_iter().map(value).collect(),
        }
    }

    /// A value as people read it, with all its decimals.
    fn value_words(&self, place: &Need, cell: &Cell) -> Localized {
        let kind = self.kind(place);
        let unit = match (&kind, place) {
            (Some(kind), _) => kind.unit(),
            (None, Need::Target { kpi, .. } | Need::Previous { kpi, .. }) => {
                Some(self.evaluation.pack().rules.kpis[*kpi].unit.clone())
            }
            _ => None,
        };
        match (cell, kind) {
            (Cell::Number(number), _) => {
                Localized::same(amount_given(number, &unit.unwrap_or(Unit::Number)))
            }
            (cell, Some(kind)) => self.words(|words| words.cell_words(Some(cell.clone()), &kind)),
            _ => Localized::default(),
        }
    }

    /// A value as data has it.
    fn plain(&self, place: &Need, cell: &Cell) -> String {
        match (cell, self.kind(place)) {
            (Cell::Number(number), _) => number.to_plain().unwrap_or_else(|| number.to_fraction()),
            (Cell::Date(day), _) => day.to_string(),
            (Cell::Bool(value), _) => value.to_string(),
            (Cell::Choice(value), Some(FieldKind::Choice(choices))) => {
                choices.values[usize::from(*value)].name.clone()
            }
            _ => String::new(),
        }
    }

    /// Words for what stands in the data.
    pub(super) fn words<T>(&self, of: impl FnOnce(&Explainer<'_>) -> T) -> T {
        let (state, left) = (State::default(), Left::new(0));
        let pack = self.evaluation.pack();
        of(&Explainer {
            pack,
            rules: &pack.rules,
            data: &self.data,
            outcome: self.evaluation.outcome(),
            state: &state,
            root: self.root,
            roots: &[],
            nodes: 0,
            left: &left,
            compared: Vec::new(),
        })
    }

    pub(super) fn told(self, changes: Vec<TurningChange>, truncated: usize) -> HangsOn {
        let rules = &self.evaluation.pack().rules;
        let (id, label, record) = match self.of {
            Of::Obligation { index, kpi, .. } => (
                rules.obligation_id(index, kpi),
                self.words(|words| words.obligation_label(index, kpi)),
                None,
            ),
            Of::Award { award, row } => {
                let award = &rules.awards[award];
                let is_root = award.entity == rules.schema.root;
                let record = (!is_root).then(|| self.data.named(award.entity, row));
                (award.name.clone(), award.label.clone(), record)
            }
        };
        HangsOn {
            root: self.root.map(|root| self.data.root_key(root).to_owned()),
            record,
            id,
            label,
            verdict: self.now,
            changes,
            truncated,
            tried: self.tried,
        }
    }
}
