//! The items of a pack, sorted by kind. Not here: what they mean.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Lost, duplicate};
use crate::syntax::ast::{self, Item, ItemKind, Name};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::source::Span;

/// The items of a pack by kind, in the order of the sources.
#[derive(Default)]
pub(crate) struct Items {
    pub(super) pack: Option<ast::Pack>,
    pub(super) period: Option<(guiju_model::date::Period, Span, Option<ast::Ground>)>,
    pub(super) sources: Vec<ast::SourceDocument>,
    pub(super) lets: Vec<ast::Let>,
    pub(super) values: Vec<ast::Let>,
    pub(super) tables: Vec<ast::Table>,
    pub(super) entities: Vec<ast::Entity>,
    pub(super) classes: Vec<ast::Classify>,
    /// Those of the root that read its figures.
    pub(super) by_figures: Vec<ast::Classify>,
    pub(super) tallies: Vec<ast::Tally>,
    pub(super) onces: Vec<ast::Once>,
    pub(super) awards: Vec<ast::Award>,
    pub(super) kpis: Vec<ast::Kpi>,
    pub(super) obligations: Vec<ast::Obligation>,
    pub(super) checks: Vec<ast::Check>,
    pub(super) examples: Vec<ast::Example>,
    pub(super) tests: Vec<ast::Test>,
    pub(super) lost: Lost,
}

impl Items {
    /// Sorts items by kind and reports names declared twice.
    pub(super) fn sort(list: Vec<Item>, findings: &mut Findings) -> Items {
        let mut items = Items::default();
        let mut seen: HashMap<(&'static str, String), Span> = HashMap::new();
        let mut fresh = |space: &'static str, name: &ast::Name, findings: &mut Findings| match seen
            .insert((space, name.node.clone()), name.span)
        {
            None => true,
            Some(first) => {
                seen.insert((space, name.node.clone()), first);
                findings.push(duplicate(&name.node, name.span, first));
                false
            }
        };
        for item in list {
            match item.kind {
                // Gone since the editions were laid over one another.
                ItemKind::Drop(_) | ItemKind::Extend(_) | ItemKind::ExtendTally(_) => {}
                ItemKind::Pack(pack) => match &items.pack {
                    Some(first) => findings.push(duplicate("pack", item.span, first.name.span)),
                    None => items.pack = Some(pack),
                },
                ItemKind::Period(period, ground) => match &items.period {
                    Some((_, first, _)) => findings.push(duplicate("period", item.span, *first)),
                    None => items.period = Some((period.node, item.span, ground)),
                },
                ItemKind::Source(source) => {
                    if fresh("source", &source.name, findings) {
                        items.sources.push(source);
                    }
                }
                // Of which entity it is, is known later.
                ItemKind::Let(value) if value.owner.is_some() => items.values.push(value),
                ItemKind::Let(constant) => {
                    if fresh("value", &constant.name, findings) {
                        items.lets.push(constant);
                    }
                }
                ItemKind::Table(table) => {
                    if fresh("value", &table.name, findings) {
                        items.tables.push(table);
                    }
                }
                ItemKind::Entity(entity) => {
                    if fresh("entity", &entity.name, findings) {
                        items.entities.push(entity);
                    }
                }
                ItemKind::Classify(class) => items.classes.push(class),
                // Tallies and KPIs share one space: both are shown as KPIs.
                ItemKind::Tally(tally) => {
                    if fresh("value", &tally.name, findings) {
                        items.tallies.push(tally);
                    }
                }
                ItemKind::Kpi(kpi) => {
                    if fresh("value", &kpi.name, findings) {
                        items.kpis.push(kpi);
                    }
                }
                ItemKind::Once(once) => {
                    if fresh("once", &once.name, findings) {
                        items.onces.push(once);
                    }
                }
                ItemKind::Award(award) => {
                    if fresh("value", &award.name, findings) {
                        items.awards.push(award);
                    }
                }
                ItemKind::Obligation(obligation) => {
                    if fresh("obligation", &obligation.name, findings) {
                        items.obligations.push(obligation);
                    }
                }
                ItemKind::Check(check) => {
                    if fresh("check", &check.name, findings) {
                        items.checks.push(check);
                    }
                }
                ItemKind::Example(example) => {
                    if fresh("example", &example.name, findings) {
                        items.examples.push(example);
                    }
                }
                ItemKind::Test(test) => {
                    if fresh("test", &test.name, findings) {
                        items.tests.push(test);
                    }
                }
                ItemKind::Lost(lost) => {
                    if lost.partly {
                        items.lost.partly.push(item.span);
                    } else {
                        items.lost.words.insert(lost.word);
                    }
                    items.lost.names.extend(lost.names);
                    items.lost.counters.extend(lost.units);
                }
            }
        }
        if items.pack.is_none() && !items.lost.words.contains("pack") {
            findings.push(Diagnostic::new(Code::NoPack));
        }
        items.hidden_fields(findings);
        items
    }

    /// Names that would silently stand for something else than the field of that name: a constant
    /// anywhere, a KPI in formulas.
    pub(super) fn hidden_fields(&self, findings: &mut Findings) {
        let mut fields: HashMap<&str, (Span, bool)> = HashMap::new();
        let nested: HashSet<&str> = self
            .entities
            .iter()
            .filter(|entity| entity.parent.is_some())
            .map(|entity| &*entity.name.node)
            .collect();
        for entity in &self.entities {
            for field in &entity.fields {
                let root = entity.parent.is_none();
                let known =
                    fields.entry(field.name.node.as_str()).or_insert((field.name.span, root));
                known.1 |= root;
            }
            // Its records are read by that name.
            let is_nested = |parent: &&Name| nested.contains(&*parent.node);
            if let Some(parent) = entity.parent.as_ref().filter(is_nested) {
                fields.entry(parent.node.as_str()).or_insert((parent.span, false));
            }
        }
        let constants = self.lets.iter().map(|constant| (&constant.name, false));
        let tallies = self.tallies.iter().map(|tally| (&tally.name, true));
        let kpis = self.kpis.iter().map(|kpi| (&kpi.name, true));
        for (name, in_formulas_only) in constants.chain(tallies).chain(kpis) {
            if let Some((field, root)) = fields.get(name.node.as_str())
                && (*root || !in_formulas_only)
            {
                findings.push(duplicate(&name.node, name.span, *field));
            }
        }
    }

    /// Every counter that some declaration introduces with `in`.
    pub(super) fn counters(&self) -> BTreeSet<String> {
        let tallies = self.tallies.iter().flat_map(|tally| {
            let twins =
                tally.measures.iter().filter_map(|measure| measure.twin.as_ref()?.unit.as_ref());
            tally.unit.iter().chain(twins)
        });
        let kpis = self.kpis.iter().filter_map(|kpi| kpi.unit.as_ref());
        let fields =
            self.entities.iter().flat_map(|entity| &entity.fields).filter_map(|field| match &field
                .kind
            {
                ast::FieldKind::Decimal(_, unit) => unit.as_ref(),
                _ => None,
            });
        tallies
            .chain(kpis)
            .chain(self.awards.iter().filter_map(|award| award.unit.as_ref()))
            .chain(fields)
            .map(|unit| &unit.node)
            .chain(&self.lost.counters)
            .filter(|&name| {
                guiju_model::unit::money_factor(name).is_none()
                    && !matches!(name.as_str(), "%" | "天" | "日")
            })
            .cloned()
            .collect()
    }
}
