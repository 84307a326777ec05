//! Names that a record knows only by way of what it belongs or refers to: how they are written.
//!
//! Not here: what a name means (`names`).

use super::Checker;
use super::expr::Scope;
use crate::syntax::ast::Name;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::index::EntityId;
use guiju_model::rules::Type;
use guiju_model::schema::FieldKind;
use guiju_model::text::Localized;

impl Checker<'_> {
    /// What a record of an entity may read by one step, each with the word before the dot: what it
    /// belongs to, the root too, and what it refers to.
    pub(super) fn steps_from(&self, entity: EntityId) -> Vec<(&str, EntityId)> {
        let Some(shape) = self.schema.entities.get(entity) else { return Vec::new() };
        let fields = shape.fields.iter().filter_map(|field| match field.kind {
            FieldKind::Reference(target) => Some((field.name.as_str(), target)),
            _ => None,
        });
        let root = self.schema.entities.get(self.schema.root).filter(|_| shape.child);
        fields.chain(root.map(|root| (root.name.as_str(), self.schema.root))).collect()
    }

    /// How a name of what a record belongs or refers to is written in rules of that record.
    fn reached(&self, entity: EntityId, name: &str) -> Vec<String> {
        let in_words = |label: &Localized| label.zh == name || label.en.as_deref() == Some(name);
        let called = |target: EntityId| {
            let known = self.index.field(target, name).is_some()
                || self.index.class(target, name).is_some()
                || self.index.value(target, name).is_some()
                || self.index.figure(target, name).is_some();
            let labelled = || {
                let fields = &self.schema.entities.get(target)?.fields;
                fields.iter().find(|field| in_words(&field.label)).map(|field| field.name.clone())
            };
            if known { Some(name.to_owned()) } else { labelled() }
        };
        let steps = self.steps_from(entity).into_iter();
        steps.filter_map(|(owner, target)| Some(format!("{owner}.{}", called(target)?))).collect()
    }

    /// Says of a name that a record does not know where it stands, if by one step or two.
    pub(super) fn by_steps(
        &self,
        diagnostic: Diagnostic,
        path: &[Name],
        scope: Scope,
    ) -> Diagnostic {
        let (Scope::Record(entity) | Scope::Classification(entity), Some(last)) =
            (scope, path.last())
        else {
            return diagnostic;
        };
        let found = self.reached(entity, &last.node);
        // Of a longer path the step before the last is what is meant.
        let step = path.iter().rev().nth(1).map(|step| format!("{}.", step.node));
        // Only of what the record belongs to: a record that it refers to has others.
        let above = |name: &str| {
            let Some(shape) = self.schema.entities.get(entity) else { return false };
            let mut parents = shape.parents().filter_map(|field| shape.fields.get(field));
            self.index.entity(name) == Some(self.schema.root)
                || parents.any(|parent| parent.name == name)
        };
        let meant =
            step.filter(|_| path.len() > 2 && path.first().is_some_and(|first| above(&first.node)));
        let meant = meant.and_then(|step| found.iter().find(|name| name.starts_with(&step)));
        match (meant, found.as_slice()) {
            (Some(meant), _) => diagnostic
                .note(
                    "所屬的各層都直接寫名稱，不必一層一層寫",
                    "whatever a record belongs to is read by its own name, without those between",
                )
                .suggest(Some(meant)),
            (None, _) if path.len() > 2 => {
                let (owner, inner) = (&path[path.len() - 3].node, &path[path.len() - 2].node);
                let last = &last.node;
                let target = self.entity_called(owner, entity);
                let Some(target) = target.and_then(|target| self.schema.entities.get(target))
                else {
                    return diagnostic;
                };
                let entity = &target.name;
                let (zh, en) = (
                    format!(
                        "名稱只往前一步：先寫 `let {entity}.{last}_ = {inner}.{last}`，再讀 `{owner}.{last}_`"
                    ),
                    format!(
                        "names take one step: declare `let {entity}.{last}_ = {inner}.{last}` and read `{owner}.{last}_`"
                    ),
                );
                diagnostic.note(zh, en)
            }
            (None, [only]) => diagnostic.suggest(Some(only)),
            (None, []) => diagnostic,
            (None, several) => {
                let list = |between| {
                    let names: Vec<String> =
                        several.iter().map(|name| format!("`{name}`")).collect();
                    names.join(between)
                };
                diagnostic.note(
                    format!("有這個名稱的是 {}", list("、")),
                    format!("those that have it are {}", list(", ")),
                )
            }
        }
    }

    /// Adds how the key of a record is compared, where a record is compared with a text.
    pub(super) fn of_a_key(
        &self,
        diagnostic: Diagnostic,
        expected: &Type,
        found: &Type,
    ) -> Diagnostic {
        let (Type::Reference(entity), Type::Text) = (expected, found) else { return diagnostic };
        let Some(shape) = self.schema.entities.get(*entity) else { return diagnostic };
        let Some(key) = shape.fields.get(shape.key) else { return diagnostic };
        let (name, key) = (&shape.name, &key.name);
        diagnostic.note(
            format!("要比的是它的識別值，讀作 `{name}.{key}`；隔了兩步的先以 `let` 取名"),
            format!(
                "its key is what is compared with a text: `{name}.{key}`, with a name by `let` \
                 where it is two steps away"
            ),
        )
    }
}
