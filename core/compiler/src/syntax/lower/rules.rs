//! Declarations of data and rules from the grammar into the tree: entities, classifications,
//! tallies, figures, obligations. Not here: names, numbers and days (`lower`).

use super::super::Rule;
use super::super::ast::{
    Check, Classify, Entity, EnumValue, Field, FieldKind, Kpi, Measure, Obligation, Require, Row,
    Scope, Select, Split, Tally, TargetRule, Twin,
};
use super::super::parts::Parts;
use super::{Lower, owned, programme};
use guiju_model::diagnostic::Severity;
use guiju_model::number::Exact;
use guiju_model::rules::Function;
use guiju_model::source::{Span, Spanned};
use pest::iterators::Pair;

impl Lower<'_> {
    pub(super) fn entity(&mut self, pair: Pair<'_, Rule>) -> Entity {
        let fields = pair
            .clone()
            .into_inner()
            .filter(|part| part.as_rule() == Rule::field)
            .map(|part| self.field(part))
            .collect();
        let parts = Parts::of(self, pair);
        let mut name = parts.name;
        programme(&mut name.node);
        let mut parent = parts.more.into_iter().next();
        parent.iter_mut().for_each(|parent| programme(&mut parent.node));
        Entity { name, label: parts.label, parent, fields }
    }

    pub(super) fn field(&mut self, pair: Pair<'_, Rule>) -> Field {
        let (span, mut key, mut optional, mut kind) = (self.span(&pair), false, false, None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::key_mark => key = true,
                Rule::optional => optional = true,
                Rule::field_type => {
                    kind = part.into_inner().next().map(|inner| self.field_kind(inner))
                }
                _ => {}
            }
        }
        let parts = Parts::of(self, pair);
        let kind = kind.unwrap_or_else(|| FieldKind::Named(parts.name.clone()));
        Field {
            span,
            name: parts.name,
            label: parts.label,
            key,
            optional,
            kind,
            ground: parts.ground,
        }
    }

    pub(super) fn field_kind(&mut self, pair: Pair<'_, Rule>) -> FieldKind {
        match pair.as_rule() {
            Rule::ident => FieldKind::Named(self.name(&pair)),
            Rule::enum_type => FieldKind::Enum(self.enum_values(pair)),
            Rule::signed_type => FieldKind::Signed,
            Rule::decimal_type => {
                let unit = pair
                    .clone()
                    .into_inner()
                    .find(|part| part.as_rule() == Rule::unit)
                    .map(|part| self.unit(&part));
                let bounds = pair.into_inner().filter(|part| part.as_rule() == Rule::bound);
                let bounds: Vec<Spanned<Exact>> =
                    bounds.map(|part| self.quantity(part).0).collect();
                let range =
                    <[Spanned<Exact>; 2]>::try_from(bounds).ok().map(|[low, high]| (low, high));
                FieldKind::Decimal(range, unit)
            }
            Rule::list_type => {
                let values = pair.into_inner().find(|part| part.as_rule() == Rule::enum_type);
                FieldKind::List(values.map(|values| self.enum_values(values)).unwrap_or_default())
            }
            _ => {
                let mut numbers: Vec<Spanned<Exact>> = pair
                    .into_inner()
                    .filter(|part| part.as_rule() == Rule::number)
                    .map(|part| self.number(&part))
                    .collect();
                let high = numbers.remove(1);
                FieldKind::Range(numbers.remove(0), high)
            }
        }
    }

    pub(super) fn enum_values(&mut self, pair: Pair<'_, Rule>) -> Vec<EnumValue> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::enum_value)
            .map(|part| self.enum_value(part))
            .collect()
    }

    pub(super) fn enum_value(&mut self, pair: Pair<'_, Rule>) -> EnumValue {
        let parts = Parts::of(self, pair);
        EnumValue { name: parts.name, label: parts.label }
    }

    pub(super) fn classify(&mut self, pair: Pair<'_, Rule>) -> Classify {
        let (mut values, mut ordered, mut rows, mut otherwise) =
            (Vec::new(), false, Vec::new(), None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::enum_type => values = self.enum_values(part),
                Rule::ordered => ordered = true,
                Rule::row => {
                    let span = self.span(&part);
                    let parts = Parts::of(self, part);
                    rows.extend(parts.exprs.into_iter().next().map(|guard| Row {
                        span,
                        guard,
                        value: parts.name,
                        ground: parts.ground,
                    }));
                }
                Rule::otherwise => {
                    let parts = Parts::of(self, part);
                    otherwise = Some((parts.name, parts.ground));
                }
                _ => {}
            }
        }
        let parts = Parts::of(self, pair);
        let mut names = parts.more.into_iter();
        let entity = parts.name;
        let name = names.next().unwrap_or_else(|| entity.clone());
        Classify { entity, name, label: parts.label, values, ordered, rows, otherwise }
    }

    pub(super) fn tally(&mut self, pair: Pair<'_, Rule>) -> Tally {
        let (mut unit, mut entity, mut by) = (None, None, Vec::new());
        let (mut select, mut require, mut measures) = (Vec::new(), Vec::new(), Vec::new());
        let (mut targets, mut splits) = (Vec::new(), Vec::new());
        for part in pair.clone().into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::unit => unit = Some(self.unit(&part)),
                Rule::from_entity => entity = Some(self.last_name(part)),
                Rule::by_key => by = self.names(part),
                Rule::select => select.extend(self.select(part)),
                Rule::require => require.extend(self.require(part)),
                Rule::count | Rule::sum | Rule::average | Rule::minimum | Rule::maximum => {
                    measures.push(self.measure(part, span))
                }
                Rule::target => targets.push(self.target(part, span)),
                Rule::split => splits.extend(self.split(part)),
                _ => {}
            }
        }
        let parts = Parts::of(self, pair);
        let (label, ground, edits) = (parts.label, parts.ground, Vec::new());
        let (name, owner) = owned(parts.name, parts.more);
        let entity = entity.unwrap_or_else(|| name.clone());
        Tally {
            name,
            owner,
            label,
            unit,
            entity,
            by,
            select,
            require,
            edits,
            measures,
            targets,
            splits,
            ground,
        }
    }

    pub(super) fn select(&mut self, pair: Pair<'_, Rule>) -> Option<Select> {
        let span = self.span(&pair);
        let Parts { exprs, ground, .. } = Parts::of(self, pair);
        exprs.into_iter().next().map(|condition| Select { span, condition, ground })
    }

    pub(in crate::syntax) fn require(&mut self, pair: Pair<'_, Rule>) -> Option<Require> {
        let span = self.span(&pair);
        let Parts { exprs, message, ground, .. } = Parts::of(self, pair);
        exprs.into_iter().next().map(|condition| Require { span, condition, message, ground })
    }

    pub(super) fn split(&mut self, pair: Pair<'_, Rule>) -> Option<Split> {
        let span = self.span(&pair);
        let names: Vec<EnumValue> = pair
            .clone()
            .into_inner()
            .filter(|part| part.as_rule() == Rule::enum_value)
            .map(|part| self.enum_value(part))
            .collect();
        let by = Parts::of(self, pair).exprs.into_iter().next()?;
        Some(Split { span, by, into: <[EnumValue; 2]>::try_from(names).ok() })
    }

    pub(super) fn measure(&mut self, pair: Pair<'_, Rule>, span: Span) -> Measure {
        let distinct = pair.clone().into_inner().any(|part| part.as_rule() == Rule::kw_distinct);
        let function = match pair.as_rule() {
            Rule::average => Function::Average,
            Rule::minimum => Function::Minimum,
            Rule::maximum => Function::Maximum,
            Rule::count if distinct => Function::Distinct,
            _ => Function::Sum,
        };
        let twin =
            pair.clone().into_inner().find(|part| part.as_rule() == Rule::twin).map(|part| {
                let unit = part
                    .clone()
                    .into_inner()
                    .find(|p| p.as_rule() == Rule::unit)
                    .map(|p| self.unit(&p));
                let parts = Parts::of(self, part);
                Twin { name: parts.name, label: parts.label, unit }
            });
        Measure { span, function, of: Parts::of(self, pair).exprs.into_iter().next(), twin }
    }

    pub(super) fn target(&mut self, pair: Pair<'_, Rule>, span: Span) -> TargetRule {
        let Parts { exprs, ground, .. } = Parts::of(self, pair);
        TargetRule { span, sum: exprs.into_iter().next(), ground }
    }

    pub(in crate::syntax) fn scope(&mut self, pair: Pair<'_, Rule>) -> Scope {
        let span = self.span(&pair);
        Scope { span, by: self.names(pair).pop() }
    }

    pub(super) fn kpi(&mut self, pair: Pair<'_, Rule>) -> Option<Kpi> {
        let unit = pair
            .clone()
            .into_inner()
            .find(|p| matches!(p.as_rule(), Rule::unit | Rule::percent))
            .map(|p| self.unit(&p));
        let parts = Parts::of(self, pair);
        let value = parts.exprs.into_iter().next()?;
        Some(Kpi {
            name: parts.name,
            label: parts.label,
            scope: parts.scope,
            unit,
            value,
            when: parts.when,
            ground: parts.ground,
        })
    }

    pub(super) fn obligation(&mut self, pair: Pair<'_, Rule>) -> Option<Obligation> {
        let every_target =
            pair.clone().into_inner().any(|part| part.as_rule() == Rule::every_target);
        let parts = Parts::of(self, pair);
        Some(Obligation {
            name: parts.name,
            label: parts.label,
            scope: parts.scope,
            every_target,
            severity: parts.severity.unwrap_or(Severity::Error),
            when: parts.when,
            expect: parts.exprs.into_iter().next()?,
            message: parts.message,
            ground: parts.ground,
        })
    }

    pub(super) fn check(&mut self, pair: Pair<'_, Rule>) -> Option<Check> {
        let parts = Parts::of(self, pair);
        let mut more = parts.more.into_iter();
        Some(Check {
            name: parts.name,
            label: parts.label,
            entity: more.next()?,
            field: more.next(),
            severity: parts.severity.unwrap_or(Severity::Error),
            when: parts.when,
            expect: parts.exprs.into_iter().next()?,
            message: parts.message.unwrap_or_default(),
            ground: parts.ground,
        })
    }
}
