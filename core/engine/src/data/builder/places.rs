//! Where records stand in the data that they were read from, as findings show it. Not here: reading
//! (`builder`).

use super::{DatasetBuilder, Origins};
use guiju_model::diagnostic::DataPlace;
use guiju_model::diagnostic::SheetPlace;
use guiju_model::index::EntityId;
use guiju_model::schema::PROGRAMME;

impl DatasetBuilder<'_> {
    /// Where a field of a record stands in the data.
    pub fn place(&self, entity: EntityId, row: usize, field: Option<usize>) -> DataPlace {
        let buffer = &self.buffers[entity];
        self.place_of(entity, buffer.roots[row], buffer.origins[row], field)
    }

    /// The same of a record by its root and its index, line or row.
    pub(super) fn place_of(
        &self,
        entity: EntityId,
        root: u32,
        origin: u32,
        field: Option<usize>,
    ) -> DataPlace {
        let schema = &self.schema.entities[entity];
        let (column, heading) = {
            let named =
                |field: usize| self.headings.iter().rev().find(|(of, ..)| *of == (entity, field));
            field.and_then(named).map(|(_, column, heading)| (*column, heading.clone())).unzip()
        };
        let field = field.map(|field| schema.fields[field].name.as_str());
        let programme = Some(entity) == self.schema.programme;
        let within = |prefix: String| {
            let record =
                if schema.child { format!("{prefix}/{}/{origin}", schema.name) } else { prefix };
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
                    .unwrap_or(origin);
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
            Origins::Draft { entity: whole } => {
                // The root that a record by itself belongs to has no place of its own.
                let inner = if *whole == entity {
                    String::new()
                } else {
                    format!("/{}/{origin}", schema.name)
                };
                let pointer = field.map_or(inner.clone(), |field| format!("{inner}/{field}"));
                DataPlace { pointer: Some(pointer), ..DataPlace::default() }
            }
            Origins::Test => {
                DataPlace { pointer: Some(within(format!("/{root}"))), ..DataPlace::default() }
            }
        }
    }
}
