//! KPIs by name before their formulas are read: measures and parts of tallies, and formulas. Not
//! here: the formulas (`formulas`).

use std::sync::Arc;

use super::{Checker, Items, KpiName, TallyName, duplicate, label};
use crate::syntax::ast;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{FieldId, KpiId, TallyId};
use guiju_model::rules::{Basis, Kpi, KpiKind, KpiScope};
use guiju_model::schema::{Choices, FieldKind};
use guiju_model::source::Span;
use guiju_model::unit::Unit;

impl Checker<'_> {
    /// KPIs by name and unit: measures and parts of tallies first as they are declared, then
    /// formulas (whose units follow).
    pub(super) fn declare_kpis(&mut self, items: &Items) {
        for (index, tally) in items.tallies.iter().enumerate() {
            let Some(entity) = self.own_entity(&tally.entity) else {
                self.lost.names.insert(tally.name.node.clone());
                continue;
            };
            let index = TallyId::new(index);
            self.tallies.insert(tally.name.node.clone(), TallyName { index, entity });
            // What makes figures of records is not asked by name.
            self.tally_names
                .extend(Some(&tally.name.node).filter(|_| tally.owner.is_none()).cloned());
        }
        for (index, tally) in items.tallies.iter().enumerate() {
            let index = TallyId::new(index);
            let name = &tally.name.node;
            let main = label(tally.label.as_ref(), name);
            if tally.measures.is_empty() {
                // It belongs behind what stands last in the tally.
                let select = tally.select.iter().map(|part| part.span);
                let asked = tally.require.iter().map(|part| part.span);
                let last = select.chain(asked).max_by_key(|span| span.end);
                let end = last.map(|span| Span { start: span.end, ..span });
                let diagnostic = Diagnostic::new(Code::NoMeasure).arg(name);
                self.report(match end {
                    Some(end) => {
                        diagnostic.at(end).also(tally.name.span, "這個計數項", "this tally")
                    }
                    None => diagnostic.at(tally.name.span),
                });
            }
            if tally.owner.is_some() {
                continue;
            }
            for (number, measure) in tally.measures.iter().enumerate() {
                let kind = KpiKind::Measure { tally: index, measure: number };
                match (&measure.twin, number) {
                    (None, 0) => {
                        self.declare_kpi(name.clone(), main.clone(), kind, tally.name.span);
                        self.declare_parts(index, tally, &main);
                    }
                    (Some(twin), 1..) => {
                        let label = label(twin.label.as_ref(), &twin.name.node);
                        self.declare_kpi(twin.name.node.clone(), label, kind, twin.name.span);
                    }
                    (Some(twin), 0) => self.report(first_is_named(tally, twin)),
                    (None, _) => self.report(Diagnostic::new(Code::MeasureName).at(measure.span)),
                }
            }
        }
        for kpi in items.kpis.iter().filter(|kpi| kpi.scope.is_none()) {
            self.declare_formula(kpi, KpiScope::Root);
        }
        for kpi in &items.kpis {
            let Some(scope) = &kpi.scope else { continue };
            let by = scope.by.as_ref().and_then(|field| self.grouping_field(field));
            self.declare_formula(kpi, KpiScope::Programme { by });
        }
    }

    /// A field that roots can be grouped by: one with named values.
    pub(super) fn grouping_field(&mut self, name: &ast::Name) -> Option<FieldId> {
        let schema = Arc::clone(&self.schema);
        let root = schema.entities.get(schema.root)?;
        let found = self.index.field(schema.root, &name.node);
        match found.map(|index| (index, &root.fields[index].kind)) {
            Some((index, FieldKind::Choice(_))) => Some(index),
            Some((_, kind)) => {
                let expected =
                    guiju_model::text::Localized::new("選項型的欄位", "a field with named values");
                self.report(
                    Diagnostic::new(Code::TypeMismatch)
                        .word(expected)
                        .word(kind.describe())
                        .at(name.span),
                );
                None
            }
            None => {
                let nearest =
                    self.meant(&name.node, root.fields.iter().map(|field| field.name.as_str()));
                let diagnostic = Diagnostic::new(Code::UnknownField)
                    .arg(&name.node)
                    .arg(&root.name)
                    .at(name.span);
                self.report(diagnostic.suggest(nearest.as_deref()));
                None
            }
        }
    }

    fn declare_kpi(
        &mut self,
        name: String,
        label: guiju_model::text::Localized,
        kind: KpiKind,
        span: Span,
    ) {
        if let Some(first) = self.kpi(&name) {
            let first = self.kpis[first].span;
            self.report(duplicate(&name, span, first));
            return;
        }
        // In formulas a value of the root would no longer be seen behind a figure of that name.
        if let Some(first) = self.value_span(self.schema.root, &name) {
            self.report(duplicate(&name, span, first));
        }
        let kpi = Kpi {
            name,
            label,
            unit: Unit::Number,
            kind,
            scope: KpiScope::Root,
            when: None,
            basis: Basis::None,
        };
        // Of records of no known kind no unit is known.
        let broken = self.lost.names.contains(&kpi.name);
        self.index.add_kpi(&kpi.name, &kpi.kind, KpiId::new(self.kpis.len()));
        self.kpis.push(KpiName { kpi, span, broken });
    }

    fn declare_formula(&mut self, kpi: &ast::Kpi, scope: KpiScope) {
        let name = kpi.name.node.clone();
        let before = self.kpis.len();
        // The formula itself is typed later, once all names are known.
        let placeholder = KpiKind::Formula(super::expr::error(kpi.value.span));
        self.declare_kpi(
            name.clone(),
            label(kpi.label.as_ref(), &name),
            placeholder,
            kpi.name.span,
        );
        if let Some(declared) = self.kpis.get_mut(KpiId::new(before)) {
            declared.kpi.scope = scope;
        }
    }

    fn declare_parts(
        &mut self,
        index: TallyId,
        tally: &ast::Tally,
        main: &guiju_model::text::Localized,
    ) {
        for (split_index, split) in tally.splits.iter().enumerate() {
            let parts: Vec<(String, guiju_model::text::Localized)> = match &split.into {
                Some(names) => names
                    .iter()
                    .map(|value| {
                        (value.name.node.clone(), label(value.label.as_ref(), &value.name.node))
                    })
                    .collect(),
                None => self
                    .split_choices(tally, split)
                    .map(|choices| {
                        choices
                            .values
                            .iter()
                            .map(|value| (value.name.clone(), value.label.clone()))
                            .collect()
                    })
                    .unwrap_or_default(),
            };
            for (part, (name, label)) in parts.into_iter().enumerate() {
                let full = guiju_model::text::Localized {
                    zh: format!("{}（{}）", main.zh, label.zh),
                    en: Some(format!(
                        "{} ({})",
                        main.en.as_deref().unwrap_or(&main.zh),
                        label.en.as_deref().unwrap_or(&label.zh)
                    )),
                };
                let kind = KpiKind::Part { tally: index, split: split_index, part };
                self.declare_kpi(format!("{}.{name}", tally.name.node), full, kind, split.span);
            }
        }
    }

    /// The named values a split is by, where it is by a plain field or classification.
    fn split_choices(&self, tally: &ast::Tally, split: &ast::Split) -> Option<Arc<Choices>> {
        let entity = self.tallies.get(&tally.name.node)?.entity;
        let ast::ExprKind::Path(path) = &split.by.kind else { return None };
        let (entity, name) = match path.as_slice() {
            [name] => (entity, name),
            [owner, name] => (self.entity_called(&owner.node, entity)?, name),
            _ => return None,
        };
        match self
            .index
            .field(entity, &name.node)
            .map(|field| &self.schema.entities[entity].fields[field].kind)
        {
            Some(FieldKind::Choice(choices)) => Some(Arc::clone(choices)),
            _ => self
                .index
                .class(entity, &name.node)
                .map(|class| Arc::clone(&self.classes[class].choices)),
        }
    }
}

/// The first figure of a tally is called like it.
pub(super) fn first_is_named(tally: &ast::Tally, twin: &ast::Twin) -> Diagnostic {
    Diagnostic::new(Code::FirstIsNamed).arg(&tally.name.node).at(twin.name.span)
}
