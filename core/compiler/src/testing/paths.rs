//! Why a path of a test leads nowhere: its first part that does not, and what was meant by it. Not
//! here: what a path leads to (`judge`).

use super::judge::Judge;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::index::EntityId;
use guiju_model::rules::KpiScope;
use guiju_model::schema::{Entity, FieldKind, PROGRAMME};
use guiju_model::text::{Locale, Localized, fold, nearest, show};

/// Where a path goes astray.
struct Miss {
    /// The part, by its place in the path.
    at: usize,
    why: Localized,
    /// What might stand in its place.
    known: Vec<String>,
    /// What the whole path should be, where that is clear.
    whole: Option<String>,
}

impl Judge<'_> {
    /// Says of a path that leads nowhere which of its parts does not, and what was meant.
    pub(super) fn astray(&self, path: &[String], diagnostic: Diagnostic) -> Diagnostic {
        let Some(miss) = self.miss(path) else { return diagnostic };
        let meant = path.get(miss.at).and_then(|part| {
            let found = nearest(part, miss.known.iter().map(String::as_str))?.to_owned();
            let mut meant = path.to_vec();
            *meant.get_mut(miss.at)? = found;
            Some(written(&meant))
        });
        let diagnostic = diagnostic.note(&*miss.why.zh, miss.why.get(Locale::En));
        diagnostic.suggest(miss.whole.or(meant).as_deref())
    }

    fn miss(&self, path: &[String]) -> Option<Miss> {
        let rules = &*self.pack.rules;
        let (first, rest) = path.split_first()?;
        let names_nothing = |at: usize, owner: &str, known: Vec<String>| {
            let (part, owner) =
                (path.get(at).map_or_else(String::new, |part| show(part)), show(owner));
            let why = Localized::new(
                format!("`{owner}` 沒有名為 `{part}` 的指標、義務、值或資料"),
                format!("`{owner}` has no figure, obligation, value or records called `{part}`"),
            );
            Miss { at, why, known, whole: None }
        };
        if first == PROGRAMME {
            if let Some(miss) = self.miss_group(rest) {
                return Some(miss);
            }
            let figures = rules.kpis.iter().filter(|kpi| kpi.scope != KpiScope::Root);
            let known = figures.map(|kpi| kpi.name.clone()).collect();
            return (!rest.is_empty()).then(|| names_nothing(1, PROGRAMME, known));
        }
        let shape = rules.schema.root_entity();
        let Some(root) = self.data.find_root(first) else {
            let keys = (0..self.data.len()).map(|root| self.data.root_key(root).to_owned());
            return Some(no_such_key(0, shape, first, keys.collect()));
        };
        let name = rest.first()?;
        let Some(entity) = rules.schema.entities.find_id(|shape| shape.name == *name) else {
            let figures = rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root);
            let values = self.values.iter().filter(|value| value.entity == rules.schema.root);
            let known = figures
                .map(|kpi| kpi.name.as_str())
                .chain(rules.obligations.iter().map(|rule| rule.name.as_str()))
                .chain(values.map(|value| value.name.as_str()))
                .chain(shape.fields.iter().map(|field| field.name.as_str()))
                .chain(rules.schema.entities.iter().map(|shape| shape.name.as_str()));
            let known: Vec<String> = known.map(str::to_owned).collect();
            let whole = nearest(&rest.join("."), known.iter().map(String::as_str))
                .map(|meant| written(&[first.clone(), meant.to_owned()]));
            return Some(Miss { whole, ..names_nothing(1, first, known) });
        };
        Some(self.miss_record(path, root, entity))
    }

    /// Of a path to a group of the programme: one that nobody belongs to, or that there is not.
    fn miss_group(&self, path: &[String]) -> Option<Miss> {
        let rules = &*self.pack.rules;
        let ([name, value, ..], root) = (path, rules.schema.root_entity()) else { return None };
        let at = root.fields.find_id(|field| field.name == *name)?;
        let by = KpiScope::Programme { by: Some(at) };
        let FieldKind::Choice(choices) = &root.fields[at].kind else { return None };
        if !rules.kpis.iter().any(|kpi| kpi.scope == by)
            && !rules.awards.iter().any(|award| award.by == Some(at))
        {
            return None;
        }
        let there = choices.value(value).is_some();
        let (value, name) = (show(value), show(name));
        let why = if there {
            Localized::new(
                format!("這個測試裡沒有{} `{name}` 為 `{value}`", root.label.get(Locale::ZhTw)),
                format!("no {} of this test has `{name} = {value}`", root.label.get(Locale::En)),
            )
        } else {
            Localized::new(
                format!("`{name}` 沒有 `{value}` 這個選項"),
                format!("`{name}` has no choice `{value}`"),
            )
        };
        let known = choices.values.iter().map(|choice| choice.name.clone()).collect();
        Some(Miss { at: 2, why, known: if there { Vec::new() } else { known }, whole: None })
    }

    /// Of a path to a record, whose root and entity there are.
    fn miss_record(&self, path: &[String], root: usize, entity: EntityId) -> Miss {
        let rules = &*self.pack.rules;
        let shape = &rules.schema.entities[entity];
        let mut owners: Vec<EntityId> =
            std::iter::successors(Some(entity), |below| rules.schema.parent(*below))
                .take(shape.levels + 1)
                .collect();
        owners.reverse();
        let keys = |row: usize| {
            let mut keys: Vec<String> =
                self.data.own_keys(entity, row).map(str::to_owned).collect();
            keys.reverse();
            keys
        };
        let begin = |keys: &[String]| [&path[..path.len().min(2)], keys].concat();
        let mut rows: Vec<usize> = self.data.rows_of(entity, root).collect();
        // A path that leaves out what the record belongs to.
        let own = |key: &String| {
            let mut found =
                rows.iter().filter(|row| fold(self.data.own_key(entity, **row)) == fold(key));
            found.next().map(|row| keys(*row))
        };
        let whole = path.get(2).filter(|_| shape.levels > 0).and_then(own).map(|keys| {
            let rest = path.get(3..).unwrap_or_default();
            written(&[begin(&keys).as_slice(), rest].concat())
        });
        for (level, owner) in owners.into_iter().enumerate() {
            let at = level + 2;
            let of = &rules.schema.entities[owner];
            let known: Vec<String> =
                rows.iter().filter_map(|row| keys(*row).get(level).cloned()).collect();
            let Some(key) = path.get(at) else {
                let shown = rows.first().map(|row| written(&begin(&keys(*row))));
                let shown = shown.map(|path| format!("：`{path}`")).unwrap_or_default();
                let why = Localized::new(
                    format!("{}後面要寫{}的識別值{shown}", shape.label.zh, of.label.zh),
                    format!(
                        "the key of a {} is lacking behind `{}`{}",
                        of.label.get(Locale::En),
                        shape.name,
                        shown.replace('：', ", as in ")
                    ),
                );
                return Miss { at, why, known, whole };
            };
            rows.retain(|row| keys(*row).get(level).is_some_and(|own| fold(own) == fold(key)));
            if rows.is_empty() {
                return Miss { whole, ..no_such_key(at, of, key, known) };
            }
        }
        let at = shape.levels + 3;
        let part = path.get(at).map_or_else(String::new, |part| show(part));
        let figures = rules.tallies.iter().filter_map(|tally| tally.owner.as_ref());
        let figures = figures.filter(|owner| owner.entity == entity).flat_map(|of| &of.figures);
        let classes = rules.classes.iter().filter(|class| class.entity == entity);
        let values = self.values.iter().filter(|value| value.entity == entity);
        let known = shape
            .own_fields()
            .iter()
            .map(|field| field.name.clone())
            .chain(classes.map(|class| class.name.clone()))
            .chain(figures.map(|figure| figure.name.clone()))
            .chain(values.map(|value| value.name.clone()));
        let known: Vec<String> = known.collect();
        if path.get(at).is_some_and(|part| known.contains(part)) {
            let why = Localized::new(
                format!("`{part}` 後面不能再寫什麼"),
                format!("nothing stands behind `{part}`"),
            );
            return Miss { at: at + 1, why, known: Vec::new(), whole: None };
        }
        let why = Localized::new(
            format!("`{}` 沒有名為 `{part}` 的欄位、分類、數字或值", shape.name),
            format!(
                "`{}` has no field, classification, figure or value called `{part}`",
                shape.name
            ),
        );
        Miss { at, why, known, whole: None }
    }
}

fn no_such_key(at: usize, of: &Entity, key: &str, known: Vec<String>) -> Miss {
    let key = show(key);
    let why = Localized::new(
        format!("沒有識別值為 `{key}` 的{}", of.label.zh),
        format!("no {} has the key `{key}`", of.label.get(Locale::En)),
    );
    Miss { at, why, known, whole: None }
}

/// A path as a test writes it: what is no name stands in quotation marks.
fn written(path: &[String]) -> String {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let parts: Vec<String> = path
        .iter()
        .map(|part| if is_name(part) { part.clone() } else { format!("\"{part}\"") })
        .collect();
    parts.join(".")
}
