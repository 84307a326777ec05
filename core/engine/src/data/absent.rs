//! Lists that all roots share and data does not give: one that was forgotten is no empty list.
//!
//! Not here: records that belong to a root, of which it has none where none are given; other shared
//! records, which are missed where something refers to them; and drafts, which are of one record.

use guiju_model::diagnostic::{Code, DataPlace, Diagnostic};
use guiju_model::index::EntityId;
use guiju_model::text::Localized;

use super::builder::{DatasetBuilder, Origins};

impl DatasetBuilder<'_> {
    /// The records of an entity are given, were it without any.
    pub(super) fn arrived(&mut self, entity: EntityId) {
        if let Some(flag) = self.arrived.get_mut(entity) {
            *flag = true;
        }
    }

    /// Warns of every shared list that was not given; what it has is not known.
    pub(super) fn check_arrived(&mut self) {
        let schema = std::sync::Arc::clone(&self.schema);
        for (entity, shape) in schema.shared().filter(|(entity, _)| schema.is_list(*entity)) {
            let [arrived, incomplete] = [&self.arrived, &self.incomplete]
                .map(|flags| flags.get(entity).copied().unwrap_or_default());
            let Some(empty) = self.empty(entity).filter(|_| !arrived && !incomplete) else {
                continue;
            };
            let place = DataPlace { file: self.origins.file(entity), ..DataPlace::default() };
            let warning = Diagnostic::new(Code::ListNotGiven).arg(&shape.name).word(empty);
            self.findings.push(warning.in_data(place));
            self.incomplete(entity);
        }
    }

    /// How one says that there are no such records; `None` where data need not say so.
    fn empty(&self, entity: EntityId) -> Option<Localized> {
        let only_headings = |name: &str| {
            Localized::new(format!("只有標題列的 `{name}`"), format!("`{name}` with its headings"))
        };
        match &self.origins {
            Origins::Json { .. } | Origins::JsonLines { .. } => {
                let name = &self.schema.entities.get(entity)?.name;
                let empty = format!("`\"programme\": {{\"{name}\": []}}`");
                Some(Localized::same(empty))
            }
            Origins::Tables { files: names }
            | Origins::Frames { names }
            | Origins::Sheets { names, .. } => names.get(entity).map(|name| only_headings(name)),
            Origins::Test | Origins::Draft { .. } => None,
        }
    }
}

impl Origins {
    /// The file that the records of an entity are looked for in.
    fn file(&self, entity: EntityId) -> Option<String> {
        match self {
            Origins::Json { file } | Origins::JsonLines { file } => file.clone(),
            Origins::Sheets { book, .. } => Some(book.clone()),
            Origins::Tables { files: names } | Origins::Frames { names } => {
                names.get(entity).cloned()
            }
            Origins::Test | Origins::Draft { .. } => None,
        }
    }
}
