//! Parsed items to resolved rules: names, types, units, cycles, citations, tables of cases; every
//! problem at once.
//!
//! Never fails: what is wrong becomes a diagnostic, and what depends on it is skipped without
//! further words. Rules come out only where no error was found.

pub mod amend;
pub mod asked;
mod awards;
mod calendar;
mod cases;
mod classes;
mod constants;
mod dated;
mod declare;
mod expr;
mod figures;
mod flow;
mod formulas;
mod functions;
mod ground;
mod habits;
mod index;
mod lookups;
mod messages;
mod names;
mod nesting;
mod oddities;
mod operators;
mod order;
mod partly;
mod reached;
mod rounding;
mod rules;
mod sign;
pub(crate) mod spelled;
pub(crate) mod tables;
mod unique;
mod values;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::source_pack::{Named, Places};
use crate::syntax::ast::{self, Item, ItemKind};
use amend::Edition;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::index::{EntityId, KpiId, List, TallyId};
use guiju_model::limits::Limits;
use guiju_model::rules::{Constant, Rules, Step};
use guiju_model::schema::{Choices, Schema};
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::{Localized, nearest};
use guiju_model::unit::Unit;
use index::Index;

/// What checking made of a pack.
pub struct Checked {
    /// `None` where an error was found.
    pub rules: Option<Rules>,
    pub steps: Vec<Step>,
    pub kpi_order: Vec<KpiId>,
    pub examples: Vec<ast::Example>,
    pub tests: Vec<ast::Test>,
    /// Named values of records and roots.
    pub(crate) values: Vec<Named>,
    pub places: Places,
}

/// Checks a pack: its editions laid over one another, the oldest first.
pub(crate) fn check(
    editions: Vec<Edition>,
    sources: Vec<Source>,
    limits: &Limits,
    findings: &mut Findings,
) -> Checked {
    let base = editions[..editions.len().saturating_sub(1)].to_vec();
    let names =
        editions.iter().map(|edition| (edition.name.clone(), edition.sources.clone())).collect();
    let amended = amend::amend(editions, &sources, findings);
    if base.is_empty() {
        return rules(amended, sources, names, limits, findings);
    }
    let touched = amended.touched();
    let checked = rules(amended, sources.clone(), names, limits, findings);
    let mut alone = Findings::new(limits.diagnostics);
    if findings.has_errors() {
        check(base, sources.clone(), limits, &mut alone);
    }
    let alone = alone.finish();
    findings.retain(|found| touched.blame(found, &alone, &sources));
    checked
}

/// Checks items that stand together, wherever they come from.
pub fn check_items(
    items: Vec<Item>,
    sources: Vec<Source>,
    editions: Vec<(String, Vec<SourceId>)>,
    limits: &Limits,
    findings: &mut Findings,
) -> Checked {
    rules(amend::Amended::of(items), sources, editions, limits, findings)
}

/// Checks the items in force together; `editions` names the editions they come from, with the files
/// of each.
pub(crate) fn rules(
    amended: amend::Amended,
    sources: Vec<Source>,
    editions: Vec<(String, Vec<SourceId>)>,
    limits: &Limits,
    findings: &mut Findings,
) -> Checked {
    let before = findings.kept();
    let mentioned = oddities::mentioned(&amended.items);
    let ends = amended
        .items
        .iter()
        .filter_map(|item| Some((amend::identity(&item.kind)?.span, item.span.end)));
    let ends: HashMap<Span, u32> = ends.collect();
    let mut items = Items::sort(amended.items, findings);
    items.types_in_english();
    let (examples, tests) = (std::mem::take(&mut items.examples), std::mem::take(&mut items.tests));
    let places = Places {
        onces: items.onces.iter().map(|once| once.name.span).collect(),
        otherwise: items
            .classes
            .iter()
            .map(|class| class.otherwise.as_ref().map(|(value, _)| value.span))
            .collect(),
    };
    let documents = ground::documents(&items.sources, findings);
    // Names are collected before any body is read.
    let (tallies, kpis) =
        (items.tallies.iter().map(|tally| &tally.name), items.kpis.iter().map(|kpi| &kpi.name));
    let awards = items.awards.iter().map(|award| &award.name);
    let computed =
        tallies.chain(kpis).chain(awards).chain(items.tables.iter().map(|table| &table.name));
    items.lost.figures = computed.map(|name| name.node.clone()).collect();
    items.lost.lets = items.lets.iter().map(|item| item.name.node.clone()).collect();
    let read = ["entity", "let", "table", "classify", "extend", "drop", "period"];
    let mut classes_sound = !read.iter().any(|word| items.lost.words.contains(*word));
    let errors = findings.errors();
    let (schema, astray) = declare::schema(&items, findings);
    let mut index = Index::new(&schema, &documents.list, &editions);
    for ((entity, name), at) in &astray.hidden {
        index.read_field(*entity, name, *at);
    }
    for (entity, field) in declare::untyped(&items) {
        index.forget_field(entity, &field);
        items.lost.names.insert(field);
    }
    let mut checker = Checker {
        findings,
        index,
        documents: documents.list,
        clause_ids: documents.ids,
        period: items.period.as_ref().map(|(period, _, _)| *period),
        counters: items.counters(),
        ends,
        mentions: mentioned.clone(),
        constant_uses: HashMap::new(),
        constant_values: items
            .lets
            .iter()
            .map(|item| (item.name.node.clone(), item.value.span))
            .collect(),
        schema: Arc::new(schema),
        astray,
        constants: Vec::new(),
        classes: Vec::new(),
        values: Vec::new(),
        figures: Vec::new(),
        open_figures: Vec::new(),
        tables: Vec::new(),
        table_names: Vec::new(),
        cases: Vec::new(),
        value_steps: 0,
        nesting: limits.nesting,
        class_costs: Vec::new(),
        words: sources.iter().map(|source| guiju_model::words::words_of(source.text())).collect(),
        lost: std::mem::take(&mut items.lost),
        tallies: HashMap::new(),
        tally_names: Vec::new(),
        kpis: List::new(),
        awards: awards::Awards::default(),
    };
    let mut rules = Rules {
        name: items.pack.as_ref().map(|pack| pack.name.node.clone()).unwrap_or_default(),
        label: items
            .pack
            .as_ref()
            .map(|pack| label(pack.label.as_ref(), &pack.name.node))
            .unwrap_or_default(),
        period: checker.period,
        sources,
        editions,
        rule_files: amended.rule_files,
        documents: Vec::new(),
        schema: Arc::clone(&checker.schema),
        constants: Vec::new(),
        tables: Vec::new(),
        classes: Vec::new(),
        tallies: List::new(),
        onces: Vec::new(),
        awards: Vec::new(),
        award_order: Vec::new(),
        kpis: List::new(),
        obligations: Vec::new(),
        checks: Vec::new(),
    };
    checker.other_grounds(&items, &amended.grounds);
    checker.constants(&items.lets);
    checker.declare_classes(&items.classes);
    checker.tables(&items.tables);
    classes_sound &= checker.findings.errors() == errors;
    checker.declare_values(&items);
    checker.declare_awards(&items);
    checker.declare_kpis(&items);
    checker.declare_figures(&items);
    let errors = checker.findings.errors();
    rules.classes = checker.class_rows(&items.classes, limits.nesting);
    classes_sound &= checker.findings.errors() == errors;
    checker.weigh_values();
    let (tallies, mut kpi_order) = checker.tallies_and_formulas(&items);
    rules.tallies = tallies;
    rules.onces = checker.onces(&items.onces, &mut rules.tallies);
    rules.obligations = checker.obligations(&items.obligations);
    rules.awards = checker.awards(&items);
    rules.award_order = checker.award_order(&rules, &items);
    rules.checks = checker.checks(&items.checks);
    checker.finish_values();
    checker.unused(&items, &mentioned);
    let steps = checker.steps(&rules, &items);
    rules.kpis = checker.kpis.iter().map(|kpi| kpi.kpi.clone()).collect();
    checker.circles(&rules, &items, &mut kpi_order);
    rules.tables = std::mem::take(&mut checker.tables);
    checker.finish_schema(&mut rules, &steps);
    let Checker { constants, documents, cases, lost, values, .. } = checker;
    let values = values.into_iter().filter_map(values::NamedValue::named).collect();
    let partly = lost.partly;
    rules.documents = ground::cited(documents, &items.sources, findings);
    rules.constants = constants;
    if !findings.has_errors() {
        tables::analyse(&rules, &items.classes, &cases, limits, findings);
    } else if classes_sound {
        // What is wrong elsewhere hides nothing that is wrong here.
        let alone = partly::of_classes(&rules);
        tables::analyse(&alone, &items.classes, &[], limits, findings);
    }
    partly::forget_consequences(findings, before, &partly);
    let rules = (!findings.has_errors()).then_some(rules);
    Checked { rules, steps, kpi_order, examples, tests, values, places }
}

/// The state of checking one pack.
pub(crate) struct Checker<'a> {
    findings: &'a mut Findings,
    documents: Vec<guiju_model::rules::Document>,
    /// From a clause id to the documents that have it.
    clause_ids: HashMap<String, ground::Listed>,
    /// Where names stand in the lists below.
    index: Index,
    period: Option<guiju_model::date::Period>,
    counters: BTreeSet<String>,
    /// Where each declaration ends, by the place of its name.
    ends: HashMap<Span, u32>,
    /// How often each name is mentioned.
    mentions: HashMap<String, u32>,
    /// The constants that stand at places of rules, and where their values are written.
    constant_uses: HashMap<Span, usize>,
    constant_values: HashMap<String, Span>,
    schema: Arc<Schema>,
    astray: nesting::Astray,
    constants: Vec<Constant>,
    classes: Vec<ClassName>,
    values: Vec<values::NamedValue>,
    figures: Vec<figures::FigureName>,
    /// Those whose types are being found, each asked for by the one before it.
    open_figures: Vec<usize>,
    tables: Vec<guiju_model::rules::Table>,
    table_names: Vec<lookups::TableName>,
    /// The `case`s of rules that were read, to be analysed.
    cases: Vec<cases::CaseTable>,
    /// The steps of all expressions that stand in the place of names so far.
    value_steps: u64,
    /// How deep expressions may be.
    nesting: usize,
    /// The steps of deciding each classification once.
    class_costs: Vec<u64>,
    /// The words that each file is written in.
    words: Vec<guiju_model::words::Words>,
    lost: Lost,
    tallies: HashMap<String, TallyName>,
    /// Their names, in the order of declaration.
    tally_names: Vec<String>,
    kpis: List<KpiId, KpiName>,
    awards: awards::Awards,
}

/// What could not be read or typed: names that depend on it are not reported a second time.
#[derive(Default)]
pub(crate) struct Lost {
    /// The first words of items that could not be read.
    words: BTreeSet<String>,
    names: BTreeSet<String>,
    counters: BTreeSet<String>,
    /// Items of which parts could not be read.
    partly: Vec<Span>,
    /// Every name of a tally, KPI or table, and of a `let`: for saying "not here", and for
    /// suggestions.
    figures: BTreeSet<String>,
    lets: Vec<String>,
}

/// A classification as other rules see it.
struct ClassName {
    entity: EntityId,
    name: String,
    span: Span,
    choices: Arc<Choices>,
}

#[derive(Clone, Copy)]
struct TallyName {
    index: TallyId,
    entity: EntityId,
}

/// A KPI, and where its name stands in the rules.
struct KpiName {
    kpi: guiju_model::rules::Kpi,
    span: Span,
    /// Its formula or measure is wrong, so its unit is not known.
    broken: bool,
}

impl Checker<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }

    fn kpi(&self, name: &str) -> Option<KpiId> {
        self.index.kpi(name)
    }

    /// The candidate that a name was probably meant to be, where the error that says so will be
    /// shown.
    fn meant<'a>(
        &self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<String> {
        if self.findings.keeps_errors() {
            nearest(name, candidates).map(str::to_owned)
        } else {
            None
        }
    }

    /// The unit that a word stands for, and how many of the base unit one is.
    fn unit(&self, name: &str) -> Option<(Unit, guiju_model::number::Exact)> {
        use guiju_model::number::Exact;
        if let Some(factor) = guiju_model::unit::money_factor(name) {
            return Some((Unit::Money, factor));
        }
        match name {
            "%" => Exact::fraction(1, 100).ok().map(|hundredth| (Unit::Ratio, hundredth)),
            "天" | "日" => Some((Unit::Days, Exact::ONE)),
            name if name == guiju_model::unit::CHARACTERS || self.counters.contains(name) => {
                Some((Unit::Count(name.to_owned()), Exact::ONE))
            }
            _ => None,
        }
    }

    fn finish_schema(&mut self, rules: &mut Rules, steps: &[Step]) {
        let mut schema = (*self.schema).clone();
        let signed = sign::signed(&rules.kpis, rules, steps, &schema);
        for (kpi, signed) in rules.kpis.iter().zip(signed) {
            let shape = guiju_model::schema::KpiSchema {
                name: kpi.name.clone(),
                unit: kpi.unit.clone(),
                signed,
            };
            if kpi.scope == guiju_model::rules::KpiScope::Root {
                schema.kpis.push(shape);
            } else {
                schema.programme_kpis.push(shape);
            }
        }
        schema.dated = dated::dated(rules, &schema);
        rules.schema = Arc::new(schema);
    }
}

/// A label, or the name where the author gave none.
fn label(label: Option<&Localized>, name: &str) -> Localized {
    label.cloned().unwrap_or_else(|| Localized::same(name))
}

/// The items of a pack by kind, in the order of the sources.
#[derive(Default)]
pub(crate) struct Items {
    pack: Option<ast::Pack>,
    period: Option<(guiju_model::date::Period, Span, Option<ast::Ground>)>,
    sources: Vec<ast::SourceDocument>,
    lets: Vec<ast::Let>,
    values: Vec<ast::Let>,
    tables: Vec<ast::Table>,
    entities: Vec<ast::Entity>,
    classes: Vec<ast::Classify>,
    tallies: Vec<ast::Tally>,
    onces: Vec<ast::Once>,
    awards: Vec<ast::Award>,
    kpis: Vec<ast::Kpi>,
    obligations: Vec<ast::Obligation>,
    checks: Vec<ast::Check>,
    examples: Vec<ast::Example>,
    tests: Vec<ast::Test>,
    lost: Lost,
}

impl Items {
    /// Sorts items by kind and reports names declared twice.
    fn sort(list: Vec<Item>, findings: &mut Findings) -> Items {
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
    fn hidden_fields(&self, findings: &mut Findings) {
        let mut fields: HashMap<&str, (Span, bool)> = HashMap::new();
        let is_nested = |name: &str| {
            self.entities.iter().any(|other| other.name.node == name && other.parent.is_some())
        };
        for entity in &self.entities {
            for field in &entity.fields {
                let root = entity.parent.is_none();
                let known =
                    fields.entry(field.name.node.as_str()).or_insert((field.name.span, root));
                known.1 |= root;
            }
            // Its records are read by that name.
            if let Some(parent) = entity.parent.as_ref().filter(|parent| is_nested(&parent.node)) {
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
    fn counters(&self) -> BTreeSet<String> {
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

fn duplicate(name: &str, at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName).arg(name).at(at).also(
        first,
        "先在這裡宣告",
        "first declared here",
    )
}
