//! Citations: source documents, their clauses, and whether every rule says why it is as it is.

use std::collections::HashMap;

use super::{Checker, label};
use crate::syntax::ast::{self, Ground};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::rules::{Basis, Clause, Document};
use guiju_model::source::Span;
use guiju_model::text::nearest;

/// The documents and, for each clause id, where it is.
pub(super) struct Documents {
    pub(super) list: Vec<Document>,
    pub(super) names: HashMap<String, Vec<(usize, usize)>>,
}

/// The source documents of a pack.
pub(super) fn documents(sources: &[ast::SourceDocument], findings: &mut Findings) -> Documents {
    let mut names: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    let mut list = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let mut clauses: Vec<Clause> = Vec::new();
        let firsts = source.clauses.iter().map(|clause| (&clause.id.node, clause.id.span)).rev().collect::<HashMap<_, _>>();
        for clause in &source.clauses {
            let id = &clause.id;
            if let Some(first) = firsts.get(&id.node)
                && *first != id.span
            {
                findings.push(super::duplicate(&id.node, id.span, *first));
                continue;
            }
            names.entry(id.node.clone()).or_default().push((index, clauses.len()));
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
    Documents { list, names }
}

/// The documents, once every rule was read: a clause that no rule can compute is cited by none.
pub(super) fn cited(documents: Vec<Document>, sources: &[ast::SourceDocument], findings: &mut Findings) -> Vec<Document> {
    let listed = sources.iter().flat_map(|source| &source.clauses);
    let cited = |span: Span| documents.iter().flat_map(|document| &document.clauses).find(|clause| clause.listed == span);
    for clause in listed.filter(|clause| clause.uncomputable.is_some()) {
        if let Some(by) = cited(clause.id.span).and_then(|clause| clause.cited.first()) {
            let diagnostic = Diagnostic::new(Code::CitedUncomputable).arg(&clause.id.node).at(clause.id.span);
            findings.push(diagnostic.also(*by, "在這裡引用", "cited here"));
        }
    }
    documents
}

impl Checker<'_> {
    /// The basis of a rule called `name` at `span`; reports a rule without one.
    pub(super) fn basis(&mut self, ground: Option<&Ground>, name: &str, span: Span) -> Basis {
        if ground.is_none() {
            self.report(Diagnostic::new(Code::Uncited).arg(name).at(span));
        }
        self.basis_if_any(ground)
    }

    /// Records what is cited by parts that become no rule of their own: the period, fields, and what was dropped or extended.
    pub(super) fn other_grounds(&mut self, items: &super::Items, amendments: &[Ground]) {
        let period = items.period.as_ref().and_then(|(_, _, ground)| ground.as_ref());
        let fields = items.entities.iter().flat_map(|entity| &entity.fields).filter_map(|field| field.ground.as_ref());
        for ground in fields.chain(period).chain(amendments) {
            self.basis_if_any(Some(ground));
        }
    }

    /// The basis of a part that may do without one.
    pub(super) fn basis_if_any(&mut self, ground: Option<&Ground>) -> Basis {
        match ground {
            None => Basis::None,
            Some(Ground::Because(reason)) => Basis::Because(reason.clone()),
            Some(Ground::Clauses(clauses)) => Basis::Clauses(clauses.iter().filter_map(|clause| self.clause(clause)).collect()),
        }
    }

    /// The number of the edition that says something, the oldest first.
    fn edition(&self, span: Span) -> Option<usize> {
        self.editions.iter().position(|sources| sources.contains(&span.source))
    }

    /// A clause by its id, with or without the document before it.
    pub(super) fn clause(&mut self, written: &ast::Name) -> Option<(usize, usize)> {
        let (document, id) = match written.node.split_once(':') {
            Some((document, id)) => (Some(document), id),
            None => (None, written.node.as_str()),
        };
        let mut candidates: Vec<(usize, usize)> = self
            .clause_names
            .get(id)
            .into_iter()
            .flatten()
            .copied()
            .filter(|(index, _)| document.is_none_or(|document| self.documents[*index].name == document))
            .collect();
        // An edition knows the documents of those before it: what a later one lists does not change what it cites.
        let known = |(document, clause): &(usize, usize)| {
            self.edition(self.documents[*document].clauses[*clause].listed) <= self.edition(written.span)
        };
        if candidates.iter().any(known) {
            candidates.retain(known);
        }
        match candidates.as_slice() {
            [(document, clause)] => {
                self.documents[*document].clauses[*clause].cited.push(written.span);
                Some((*document, *clause))
            }
            // The document may be one that could not be read.
            [] if self.lost.words.contains("source") => None,
            [] => {
                let qualified = |(clause, places): (&String, &Vec<(usize, usize)>)| {
                    let name = |(index, _): &(usize, usize)| format!("{}:{clause}", self.documents[*index].name);
                    places.iter().map(name).collect::<Vec<_>>()
                };
                let mut known: Vec<String> = match document {
                    Some(_) => self.clause_names.iter().flat_map(qualified).collect(),
                    None => self.clause_names.keys().cloned().collect(),
                };
                known.sort_unstable();
                let nearest = nearest(&written.node, known.iter().map(String::as_str)).map(str::to_owned);
                self.report(Diagnostic::new(Code::UnknownClause).arg(&written.node).at(written.span).suggest(nearest.as_deref()));
                None
            }
            several => {
                let names: Vec<&str> = several.iter().map(|(index, _)| self.documents[*index].name.as_str()).collect();
                let names = names.join(", ");
                self.report(Diagnostic::new(Code::AmbiguousClause).arg(id).arg(names).at(written.span));
                None
            }
        }
    }
}
