//! What can be checked only when all records are read: keys, references, and whether a column's
//! numbers share one scale.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::buffer::NOBODY;
use super::parents::Known;
use super::{DatasetBuilder, Origins};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId, List};
use guiju_model::number::Exact;
use guiju_model::schema::FieldKind;

impl DatasetBuilder<'_> {
    /// Every record has a key that no other in its scope has.
    pub(super) fn check_keys(&mut self) {
        let programme = self.schema.programme;
        let draft = matches!(self.origins, Origins::Draft { .. });
        let refused = std::mem::take(&mut self.refused_keys);
        for (entity, refused) in refused.entries().filter(|(entity, _)| Some(*entity) != programme)
        {
            let key = self.schema.entities[entity].key;
            let rows = self.buffers[entity].roots.len();
            // With room for all, it never stands in memory twice.
            let mut seen: HashMap<(u32, u32), u32> = HashMap::with_capacity(rows);
            for row in 0..rows {
                let buffer = &self.buffers[entity];
                let Some(id) = buffer.columns[key].text(row) else {
                    if draft {
                        // Asked for with the other fields that are not filled in.
                        continue;
                    }
                    let place = self.place(entity, row, None);
                    // A key of the wrong type has been reported already, at the field.
                    let field_place = self.place(entity, row, Some(key));
                    if refused.binary_search(&row).is_err() && !self.findings.mentions(&field_place)
                    {
                        let name = self.schema.entities[entity].fields[key].name.clone();
                        self.findings
                            .push(Diagnostic::new(Code::MissingKey).arg(name).in_data(place));
                    }
                    continue;
                };
                // Keys of children are unique within their parent, keys of roots among all.
                let shape = &self.schema.entities[entity];
                let scope = match (shape.levels, shape.child) {
                    (0, true) => buffer.roots[row],
                    (0, false) => 0,
                    // Whose it is was asked for.
                    _ if buffer.parents[row] == NOBODY => continue,
                    _ => buffer.parents[row],
                };
                if let Some(first) = seen.insert((scope, self.texts.folded(id)), row as u32) {
                    let problem = Diagnostic::new(Code::DuplicateKey)
                        .word(self.schema.entities[entity].label.clone())
                        .arg(self.texts.text(id));
                    let diagnostic = if draft {
                        // People count the records before them from one.
                        let number = u64::from(buffer.origins[first as usize]) + 1;
                        problem.note(
                            format!("與第 {number} 筆相同。"),
                            format!("record {number} has it too;"),
                        )
                    } else {
                        let first_place = self.place(entity, first as usize, None).show();
                        problem.note(
                            format!("第一筆在 {first_place}"),
                            format!("the first is at {first_place}"),
                        )
                    };
                    let place = self.place(entity, row, Some(key));
                    self.findings.push(diagnostic.in_data(place));
                }
            }
        }
    }

    /// References as rows of the entity they name.
    pub(super) fn resolve(&mut self) {
        let schema = Arc::clone(&self.schema);
        let known: Known = schema.entities.iter().map(|_| OnceCell::new()).collect();
        let mut positions: List<EntityId, Option<Vec<u32>>> =
            schema.entities.iter().map(|_| None).collect();
        for (entity, shape) in schema.entities.entries() {
            for field in shape.declared() {
                let FieldKind::Reference(target) = shape.fields[field].kind else { continue };
                let positions =
                    positions[target].get_or_insert_with(|| self.buffers[target].positions());
                let mut rows = vec![0; self.buffers[entity].roots.len()];
                for (row, resolved) in rows.iter_mut().enumerate() {
                    let Some(id) = self.buffers[entity].columns[field].text(row) else { continue };
                    let several = match self.referred(&known, (entity, row), target, id) {
                        Ok(found) => {
                            *resolved = positions[found];
                            continue;
                        }
                        Err(several) => several,
                    };
                    self.buffers[entity].columns[field].clear(row);
                    self.unresolved.push((entity, row, field));
                    let root = self.buffers[entity].roots[row];
                    if self.names_an_orphan(target, root, id) {
                        continue;
                    }
                    if let Some(same) = several {
                        self.report_several(entity, (row, field), (target, id), same);
                    } else if !self.incomplete[target] {
                        self.report_dangling(entity, row, field, target, id);
                    }
                }
                self.buffers[entity].columns[field].refer(rows);
            }
        }
    }

    fn report_dangling(
        &mut self,
        entity: EntityId,
        row: usize,
        field: FieldId,
        target: EntityId,
        id: u32,
    ) {
        let mut problem = Diagnostic::new(Code::Dangling)
            .arg(self.texts.text(id))
            .word(self.schema.entities[target].label.clone());
        if self.schema.entities[target].levels > 0 && self.texts.text(id).contains(['/', '~']) {
            problem = problem.note(
                "`/` 分開所屬各筆的識別值；識別值裡的 `/` 寫成 `~1`，`~` 寫成 `~0`",
                "`/` parts the keys of what it belongs to; a `/` within a key is `~1`, a `~` is `~0`",
            );
        }
        let place = self.place(entity, row, Some(field));
        self.report(problem, place, |builder, _| {
            builder.near_record(target, builder.root_for(target, entity, row), id)
        });
    }

    /// The numbers of a column fit one scale: 28 digits before the point in one row and 12 after it
    /// in another do not.
    pub(super) fn check_scales(&mut self) {
        let schema = Arc::clone(&self.schema);
        for (entity, shape) in schema.entities.entries() {
            let is_number = |field: &FieldId| shape.fields[*field].kind.unit().is_some();
            for field in shape.fields.ids().filter(is_number) {
                let column = &self.buffers[entity].columns[field];
                let scale = column.scale();
                let fits = |(mantissa, own): (i128, u32)| {
                    10_i128
                        .checked_pow(scale.saturating_sub(own))
                        .and_then(|factor| mantissa.checked_mul(factor))
                        .is_some()
                };
                let rows = 0..self.buffers[entity].roots.len();
                let wide: Vec<usize> = rows
                    .filter(|row| column.scaled(*row).is_some_and(|parts| !fits(parts)))
                    .collect();
                let Some((row, (mantissa, own))) =
                    wide.first().and_then(|row| Some((*row, column.scaled(*row)?)))
                else {
                    continue;
                };
                let value = Exact::scaled(mantissa, own).ok().and_then(|value| value.to_plain());
                let diagnostic = Diagnostic::new(Code::TooManyDigits).arg(value.unwrap_or_default()).note(
                    format!("同一欄另有 {scale} 位小數的數字，兩者無法一併精確保存"),
                    format!("another number of this field has {scale} decimals; the two cannot be kept exactly together"),
                );
                let place = self.place(entity, row, Some(field));
                self.findings.push(diagnostic.in_data(place));
                // What does not fit is not there: a draft goes on without it.
                for row in wide {
                    self.buffers[entity].columns[field].clear(row);
                }
            }
        }
    }
}
