//! Where records stand in the data that they were read from, as findings show it. Not here: reading
//! (`builder`).

use super::{DatasetBuilder, Origins};
use guiju_model::diagnostic::DataPlace;
use guiju_model::diagnostic::SheetPlace;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::schema::PROGRAMME;

impl DatasetBuilder<'_> {
    /// Where a field of a record stands in the data.
    pub fn place(&self, entity: EntityId, row: usize, field: Option<FieldId>) -> DataPlace {
        let buffer = &self.buffers[entity];
        let place = (buffer.roots[row], buffer.origins[row]);
        self.placed(entity, place, &self.list(entity, row), field)
    }

    /// Where a record stands in lists within its root, or within the record that is read alone.
    fn list(&self, entity: EntityId, row: usize) -> String {
        let whole = matches!(&self.origins, Origins::Draft { entity: whole } if *whole == entity);
        let alone = entity == self.schema.root || Some(entity) == self.schema.programme;
        if alone || whole {
            return String::new();
        }
        let above = match (self.schema.parent(entity), self.buffers[entity].parent(row)) {
            (Some(parent), Some(of)) => self.list(parent, of),
            _ => String::new(),
        };
        listed(&above, &self.schema.entities[entity].name, self.buffers[entity].origins[row])
    }

    /// The same of a row of a table that belongs to nothing.
    pub(super) fn place_of(
        &self,
        entity: EntityId,
        origin: u32,
        field: Option<FieldId>,
    ) -> DataPlace {
        let list = listed("", &self.schema.entities[entity].name, origin);
        self.placed(entity, (0, origin), &list, field)
    }

    fn placed(
        &self,
        entity: EntityId,
        (root, origin): (u32, u32),
        list: &str,
        field: Option<FieldId>,
    ) -> DataPlace {
        let schema = &self.schema.entities[entity];
        let (column, heading) = {
            let named =
                |field: FieldId| self.headings.iter().rev().find(|(of, ..)| *of == (entity, field));
            field.and_then(named).map(|(_, column, heading)| (*column, heading.clone())).unzip()
        };
        let field = field.map(|field| schema.fields[field].name.as_str());
        let programme = self.schema.is_of_programme(entity);
        let within = |prefix: String| {
            let record = format!("{prefix}{list}");
            field.map_or(record.clone(), |field| format!("{record}/{field}"))
        };
        match &self.origins {
            Origins::Json { file } => {
                let root = self.buffers[self.schema.root]
                    .origins
                    .get(root as usize)
                    .filter(|_| !programme);
                let owner = root.map_or_else(
                    || PROGRAMME.to_owned(),
                    |index| format!("{}s/{index}", self.schema.root_entity().name),
                );
                DataPlace {
                    file: file.clone(),
                    pointer: Some(within(format!("/{owner}"))),
                    ..DataPlace::default()
                }
            }
            Origins::JsonLines { file } => {
                let line = self.buffers[self.schema.root]
                    .origins
                    .get(root as usize)
                    .filter(|_| !programme)
                    .copied()
                    .unwrap_or(if Some(entity) == self.schema.programme {
                        origin
                    } else {
                        self.programme_line
                    });
                let owner = if programme { format!("/{PROGRAMME}") } else { String::new() };
                DataPlace {
                    file: file.clone(),
                    line: Some(u64::from(line)),
                    pointer: Some(within(owner)),
                    ..DataPlace::default()
                }
            }
            Origins::Tables { files } => DataPlace {
                file: files.get(entity).cloned(),
                line: Some(u64::from(origin)),
                column: heading.or_else(|| field.map(str::to_owned)),
                ..DataPlace::default()
            },
            Origins::Frames { names } => DataPlace {
                file: names.get(entity).cloned(),
                row: Some(u64::from(origin)),
                column: heading.or_else(|| field.map(str::to_owned)),
                ..DataPlace::default()
            },
            Origins::Sheets { book, names } => DataPlace {
                file: Some(book.clone()),
                cell: names.get(entity).map(|name| SheetPlace {
                    sheet: name.clone(),
                    row: Some(origin),
                    column: column.map(|column| column as u32 + 1),
                }),
                column: heading.or_else(|| field.map(str::to_owned)),
                ..DataPlace::default()
            },
            // The root that a record by itself belongs to has no place of its own.
            Origins::Draft { .. } => {
                DataPlace { pointer: Some(within(String::new())), ..DataPlace::default() }
            }
            Origins::Test => {
                DataPlace { pointer: Some(within(format!("/{root}"))), ..DataPlace::default() }
            }
        }
    }
}

fn listed(above: &str, name: &str, origin: u32) -> String {
    format!("{above}/{name}/{origin}")
}
