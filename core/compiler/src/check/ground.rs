//! Citations: source documents, their clauses, and whether every rule says why it is as it is.

use std::collections::HashMap;

use super::{Checker, label};
use crate::syntax::ast::{self, Ground};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::rules::{Basis, Clause, Document};
use guiju_model::source::Span;

/// The documents and, for each clause id, where it is.
pub(super) struct Documents {
    pub(super) list: Vec<Document>,
    pub(super) ids: HashMap<String, Listed>,
}

/// Where clauses of one id are listed, as document and clause, in the order of the documents.
pub(super) struct Listed {
    first: (usize, usize),
    /// Seldom any.
    others: Vec<(usize, usize)>,
}

impl Listed {
    fn last(&self) -> (usize, usize) {
        *self.others.last().unwrap_or(&self.first)
    }

    fn all(&self) -> impl Iterator<Item = (usize, usize)> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// The one of a document.
    fn of(&self, document: usize) -> Option<(usize, usize)> {
        if self.first.0 == document {
            return Some(self.first);
        }
        self.others
            .binary_search_by_key(&document, |(other, _)| *other)
            .ok()
            .map(|at| self.others[at])
    }
}

/// The source documents of a pack.
pub(super) fn documents(sources: &[ast::SourceDocument], findings: &mut Findings) -> Documents {
    let mut ids: HashMap<String, Listed> = HashMap::new();
    let mut list = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let mut clauses: Vec<Clause> = Vec::new();
        for clause in &source.clauses {
            let id = &clause.id;
            let place = (index, clauses.len());
            match ids.get_mut(&id.node) {
                None => {
                    drop(ids.insert(id.node.clone(), Listed { first: place, others: Vec::new() }))
                }
                Some(listed) => match listed.last() {
                    (document, first) if document == index => {
                        findings.push(super::duplicate(&id.node, id.span, clauses[first].listed));
                        continue;
                    }
                    _ => listed.others.push(place),
                },
            }
            clauses.push(Clause {
                id: id.node.clone(),
                summary: clause.summary.clone().unwrap_or_default(),
                uncomputable: clause.uncomputable.clone(),
                listed: id.span,
                cited: Vec::new(),
            });
        }
        list.push(Document {
            name: source.name.node.clone(),
            label: label(source.label.as_ref(), &source.name.node),
            dated: source.dated,
            clauses,
        });
    }
    Documents { list, ids }
}

/// The documents, once every rule was read: a clause that no rule can compute is cited by none.
pub(super) fn cited(
    documents: Vec<Document>,
    sources: &[ast::SourceDocument],
    findings: &mut Findings,
) -> Vec<Document> {
    let listed = sources.iter().flat_map(|source| &source.clauses);
    let clauses = documents.iter().flat_map(|document| &document.clauses);
    let cited: HashMap<Span, Span> =
        clauses.filter_map(|clause| Some((clause.listed, *clause.cited.first()?))).collect();
    for clause in listed.filter(|clause| clause.uncomputable.is_some()) {
        if let Some(by) = cited.get(&clause.id.span) {
            let diagnostic =
                Diagnostic::new(Code::CitedUncomputable).arg(&clause.id.node).at(clause.id.span);
            findings.push(diagnostic.also(*by, "在這裡引用", "cited here"));
        }
    }
    documents
}

/// How many documents a message names that have the same clause.
const DOCUMENTS_NAMED: usize = 5;

impl Checker<'_> {
    /// The basis of a rule called `name` at `span`; reports a rule without one.
    pub(super) fn basis(&mut self, ground: Option<&Ground>, name: &str, span: Span) -> Basis {
        if ground.is_none() {
            self.uncited(name, span);
        }
        self.basis_if_any(ground)
    }

    /// Says that a rule cites nothing, at its end, where a clause belongs. `span` is the rule, or
    /// the name of its declaration.
    pub(super) fn uncited(&mut self, name: &str, span: Span) {
        let place = |end| Span { start: end, end, ..span };
        let diagnostic = Diagnostic::new(Code::Uncited).arg(name);
        self.report(match self.ends.get(&span) {
            Some(end) => diagnostic.at(place(*end)).also(span, "這項規則", "this rule"),
            None => diagnostic.at(place(span.end)),
        });
    }

    /// Records what is cited by parts that become no rule of their own: the period, fields, and
    /// what was dropped or extended.
    pub(super) fn other_grounds(&mut self, items: &super::Items, amendments: &[Ground]) {
        let period = items.period.as_ref().and_then(|(_, _, ground)| ground.as_ref());
        let fields = items
            .entities
            .iter()
            .flat_map(|entity| &entity.fields)
            .filter_map(|field| field.ground.as_ref());
        for ground in fields.chain(period).chain(amendments) {
            self.basis_if_any(Some(ground));
        }
    }

    /// The basis of a part that may do without one.
    pub(super) fn basis_if_any(&mut self, ground: Option<&Ground>) -> Basis {
        match ground {
            None => Basis::None,
            Some(Ground::Because(reason)) => Basis::Because(reason.clone()),
            Some(Ground::Clauses(clauses)) => {
                Basis::Clauses(clauses.iter().filter_map(|clause| self.clause(clause)).collect())
            }
        }
    }

    /// The clause that was probably meant, written as it was: with a document before it or without.
    fn nearest_clause(&self, document: Option<&str>, id: &str) -> Option<String> {
        if !self.findings.keeps_errors() {
            return None;
        }
        let Some(name) = document else {
            let ids = self
                .documents
                .iter()
                .flat_map(|document| document.clauses.iter().map(|clause| clause.id.as_str()));
            return self.meant(id, ids);
        };
        let documents = self.documents.iter().map(|document| document.name.as_str());
        let listed = self.clause_ids.get(id);
        let meant = match self.index.document(name).map(|at| &self.documents[at]) {
            Some(found) => self
                .meant(id, found.clauses.iter().map(|clause| clause.id.as_str()))
                .map(|id| format!("{name}:{id}")),
            None => {
                let near = self.meant(name, documents);
                near.filter(|near| {
                    self.index.document(near).and_then(|at| listed?.of(at)).is_some()
                })
                .map(|near| format!("{near}:{id}"))
            }
        };
        // The same clause of another document.
        meant.or_else(|| Some(format!("{}:{id}", self.documents[listed?.first.0].name)))
    }

    /// A clause by its id, with or without the document before it.
    pub(super) fn clause(&mut self, written: &ast::Name) -> Option<(usize, usize)> {
        let (document, id) = match written.node.split_once(':') {
            Some((document, id)) => (Some(document), id),
            None => (None, written.node.as_str()),
        };
        let listed = self.clause_ids.get(id);
        let named = document.and_then(|document| listed?.of(self.index.document(document)?));
        let unnamed = if document.is_none() { listed } else { None };
        let candidates = || named.into_iter().chain(unnamed.into_iter().flat_map(Listed::all));
        // An edition knows the documents of those before it: what a later one lists does not change
        // what it cites.
        let known = |(document, clause): &(usize, usize)| {
            self.index.edition(self.documents[*document].clauses[*clause].listed)
                <= self.index.edition(written.span)
        };
        // As many as a message names: two are enough to be in doubt.
        let mut found: Vec<(usize, usize)> =
            candidates().filter(known).take(DOCUMENTS_NAMED).collect();
        if found.is_empty() {
            found = candidates().take(DOCUMENTS_NAMED).collect();
        }
        match found.as_slice() {
            [(document, clause)] => {
                self.documents[*document].clauses[*clause].cited.push(written.span);
                Some((*document, *clause))
            }
            // The document may be one that could not be read.
            [] if self.lost.words.contains("source") => None,
            [] => {
                let nearest = self.nearest_clause(document, id);
                self.report(
                    Diagnostic::new(Code::UnknownClause)
                        .arg(&written.node)
                        .at(written.span)
                        .suggest(nearest.as_deref()),
                );
                None
            }
            several => {
                let names: Vec<&str> =
                    several.iter().map(|(index, _)| self.documents[*index].name.as_str()).collect();
                let names = names.join(", ");
                self.report(
                    Diagnostic::new(Code::AmbiguousClause).arg(id).arg(names).at(written.span),
                );
                None
            }
        }
    }
}
