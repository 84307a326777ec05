//! Pages of records: a line for each record and each tally that looks at it, with verdict, reason
//! and clause.
//!
//! Not here: verdicts, which the engine gives.

use std::collections::BTreeMap;

use guiju::FieldId;
use guiju::{Cell as Data, EntityId, Evaluation, FieldKind, RecordVerdict, Unit, VerdictKind};

use super::Filler;
use crate::layout::List;
use crate::page::{Cell, Look, Page, Value};

/// The verdicts on the records of a root, by entity and row.
pub(super) type Verdicts<'a> = BTreeMap<(EntityId, usize), Vec<RecordVerdict<'a>>>;

pub(super) fn verdicts(evaluation: &Evaluation, root: usize) -> Verdicts<'_> {
    let mut all = Verdicts::new();
    for verdict in evaluation.verdicts(root) {
        all.entry((verdict.entity, verdict.row)).or_default().push(verdict);
    }
    all
}

impl Filler<'_> {
    pub(super) fn list(&self, root: Option<usize>, list: &List, verdicts: &Verdicts<'_>) -> Page {
        let evaluation = self.filling.evaluation;
        let entity = &evaluation.pack().schema().entities[list.entity];
        let mut columns: Vec<(String, u16)> = Vec::new();
        // Keys of records are only unique within what these belong to.
        let parent = entity.parents().next().filter(|parent| !list.fields.contains(parent));
        let shown: Vec<FieldId> = parent.into_iter().chain(list.fields.iter().copied()).collect();
        for field in shown.iter().filter_map(|field| entity.fields.get(*field)) {
            let label = self.text(&field.label);
            match field.kind {
                FieldKind::Period => {
                    columns.push((label.to_owned() + &self.pick("起日", " from"), 15));
                    columns.push((label.to_owned() + &self.pick("迄日", " until"), 15));
                }
                FieldKind::Date => columns.push((label.to_owned(), 13)),
                FieldKind::Text | FieldKind::Reference(_) => columns.push((label.to_owned(), 24)),
                _ => columns.push((label.to_owned(), 15)),
            }
        }
        // No tally looks at what all roots share.
        let is_shared = evaluation.pack().schema().is_shared(list.entity);
        if !is_shared {
            for (zh, en, width) in [
                ("認列項目", "counted under", 18),
                ("結果", "verdict", 10),
                ("理由", "reason", 36),
                ("依據", "clause", 22),
            ] {
                columns.push((self.pick(zh, en), width));
            }
        }
        let widths = columns.iter().map(|(_, width)| *width).collect();
        let mut page = self.begun(root, &list.title, widths);
        self.headed(&mut page, columns.into_iter().map(|(label, _)| label).collect());
        let windows = &self.filling.layout.windows;
        let window = list.window.map_or(self.filling.window, |window| windows.get(window));
        let data = evaluation.data();
        let own = root.map_or(0..0, |root| data.rows_of(list.entity, root));
        for row in if is_shared { data.rows_shared(list.entity) } else { own } {
            let within = window.map(|window| self.filling.is_within(window, list.entity, row));
            if within == Some(Some(false)) {
                continue;
            }
            let found = verdicts.get(&(list.entity, row)).map_or(&[][..], Vec::as_slice);
            if let Some(tally) = &list.counted
                && !found.iter().any(|verdict| {
                    verdict.tally == tally && verdict.verdict != VerdictKind::Refused
                })
            {
                continue;
            }
            let undated = within == Some(None);
            let fields: Vec<Cell> =
                shown.iter().flat_map(|field| self.columns_of(list.entity, *field, row)).collect();
            if is_shared {
                page.lines.push(fields);
                continue;
            }
            let mut wanted = found
                .iter()
                .filter(|verdict| {
                    list.tallies.is_empty()
                        || list.tallies.iter().any(|tally| tally == verdict.tally)
                })
                .peekable();
            if wanted.peek().is_none() {
                let none = if list.tallies.is_empty() {
                    self.pick("不屬任何項目", "under nothing")
                } else {
                    self.pick("不屬這些項目", "under none of these")
                };
                let mut line = fields.clone();
                line.push(Cell::text(none, Look::Plain, 1));
                line.extend((0..3).map(|_| Cell::new(Value::Empty, Look::Plain)));
                page.lines.push(line);
            }
            for verdict in wanted {
                let mut line = fields.clone();
                line.extend(self.verdict(verdict, undated));
                page.lines.push(line);
            }
        }
        if data.is_missing_list(list.entity) {
            let none = self.pick("資料未提供", "not given in the data");
            page.lines.push(vec![Cell::text(none, Look::Open, 1)]);
        }
        self.ended(&mut page);
        page
    }

    /// Tally, verdict, reason and clause.
    fn verdict(&self, verdict: &RecordVerdict<'_>, undated: bool) -> [Cell; 4] {
        let (words, look) = match verdict.verdict {
            VerdictKind::Counted => (self.pick("認列", "counted"), Look::Plain),
            VerdictKind::Refused => (self.pick("不予認列", "refused"), Look::Refused),
            VerdictKind::Undetermined => (self.pick("未定", "open"), Look::Open),
        };
        let mut reason =
            verdict.reason.as_ref().map(|reason| self.text(reason).to_owned()).unwrap_or_default();
        if undated {
            if !reason.is_empty() {
                reason += &self.pick("；", "; ");
            }
            reason += &self.pick(
                "沒有日期，是否屬於本期未定",
                "without a day, so whether it is of the window is open",
            );
        }
        [
            Cell::text(self.text(verdict.label), Look::Plain, 1),
            Cell::text(words, look, 1),
            Cell::text(reason, Look::Plain, 1),
            Cell::text(verdict.clause.clone().unwrap_or_default(), Look::Plain, 1),
        ]
    }

    /// A field of a record; a period takes two columns.
    fn columns_of(&self, entity: EntityId, field: FieldId, row: usize) -> Vec<Cell> {
        let evaluation = self.filling.evaluation;
        let kind = &evaluation.pack().schema().entities[entity].fields[field].kind;
        if *kind != FieldKind::Period {
            return vec![self.field(entity, field, row)];
        }
        let days = match evaluation.data().cell(entity, field, row) {
            Some(Data::Period(period)) => [Value::Day(period.start), Value::Day(period.end)],
            _ => [Value::Empty, Value::Empty],
        };
        days.map(|day| Cell::new(day, Look::Plain)).into()
    }

    /// A field of a record in one cell; empty where it is missing.
    pub(super) fn field(&self, entity: EntityId, field: FieldId, row: usize) -> Cell {
        let data = self.filling.evaluation.data();
        let schema = self.filling.evaluation.pack().schema();
        let minguo = self.filling.locale == guiju::Locale::ZhTw;
        let kind = &schema.entities[entity].fields[field].kind;
        let choice = |choices: &guiju::Choices, value: usize| {
            choices.values.get(value).map(|choice| self.text(&choice.label).to_owned())
        };
        let value = match (data.cell(entity, field, row), kind) {
            (None, _) => Value::Empty,
            (Some(Data::Bool(true)), _) => Value::Text(self.pick("是", "yes")),
            (Some(Data::Bool(false)), _) => Value::Text(self.pick("否", "no")),
            (Some(Data::Number(number)), kind) => {
                self.number(&number, &kind.unit().unwrap_or(Unit::Number))
            }
            (Some(Data::Date(day)), _) => Value::Day(day),
            (Some(Data::Period(period)), _) => Value::Text(format!(
                "{}～{}",
                Value::Day(period.start).shown(minguo),
                Value::Day(period.end).shown(minguo)
            )),
            (Some(Data::Text(_)), _) => {
                let text = data.record_text(entity, field, row);
                text.map_or(Value::Empty, |text| Value::Text(text.to_owned()))
            }
            (Some(Data::Choice(value)), FieldKind::Choice(choices)) => {
                choice(choices, usize::from(value)).map_or(Value::Empty, Value::Text)
            }
            (Some(Data::List(set)), FieldKind::List(choices)) => {
                let has = |value: &usize| set >> value & 1 == 1;
                let values = (0..choices.values.len()).filter(has);
                let labels: Vec<String> =
                    values.filter_map(|value| choice(choices, value)).collect();
                Value::Text(labels.join(&self.pick("、", ", ")))
            }
            (Some(Data::Row(other)), FieldKind::Reference(of)) => {
                Value::Text(data.key(*of, other as usize).into_owned())
            }
            (Some(Data::Choice(_) | Data::List(_) | Data::Row(_)), _) => Value::Empty,
        };
        Cell::new(value, Look::Plain)
    }
}
