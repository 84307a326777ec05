//! Parsed items to resolved rules: names, types, units, cycles, citations, tables of cases; every
//! problem at once.
//!
//! Never fails: what is wrong becomes a diagnostic, and what depends on it is skipped without
//! further words. Rules come out only where no error was found.

pub mod amend;
pub mod asked;
mod awards;
mod by_figures;
mod calendar;
mod cases;
mod chains;
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
mod items;
mod kpi_names;
mod lookups;
mod membership;
mod messages;
mod names;
mod nesting;
mod oddities;
mod operators;
mod order;
mod partly;
mod placed;
mod reached;
mod rounding;
mod rules;
mod sheets;
mod sign;
pub(crate) mod spelled;
pub(crate) mod tables;
mod unique;
mod unknown;
mod values;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::source_pack::{Named, Places};
use crate::syntax::ast::{self, Item};
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
use items::Items;

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
    if findings.has_errors() || findings.has(&[Code::CountedTwice]) {
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
        in_chain: false,
        tables: Vec::new(),
        table_names: Vec::new(),
        cases: Vec::new(),
        value_steps: 0,
        nesting: limits.nesting,
        literal_chars: limits.literal_chars,
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
    checker.part_by_figures(&mut items);
    let places = Places {
        onces: items.onces.iter().map(|once| once.name.span).collect(),
        otherwise: items
            .classes
            .iter()
            .map(|class| class.otherwise.as_ref().map(|(value, _)| value.span))
            .collect(),
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
        tables::added::analyse(&rules, &kpi_order, limits, findings);
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
    /// What a value or a figure reads is being typed before it.
    in_chain: bool,
    tables: Vec<guiju_model::rules::Table>,
    table_names: Vec<lookups::TableName>,
    /// The `case`s of rules that were read, to be analysed.
    cases: Vec<cases::CaseTable>,
    /// The steps of all expressions that stand in the place of names so far.
    value_steps: u64,
    /// How deep expressions may be.
    nesting: usize,
    /// The most characters of a text.
    literal_chars: usize,
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

fn duplicate(name: &str, at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName).arg(name).at(at).also(
        first,
        "先在這裡宣告",
        "first declared here",
    )
}
