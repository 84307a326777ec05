//! Whether the clauses of a document are all dealt with: cited by a rule, or declared not
//! computable with a reason.
//!
//! Not here: whether a citation exists at all, which the checker says where the rule is written.

use crate::pack::Pack;
use guiju_model::rules::Clause;

/// What a pack makes of one clause of a list.
#[derive(Clone, Debug)]
pub struct ClauseCoverage<'a> {
    /// The clause as the list has it.
    pub id: String,
    /// How the pack deals with it.
    pub state: CoverageState<'a>,
}

/// How a pack deals with a clause.
#[derive(Clone, Debug)]
pub enum CoverageState<'a> {
    /// Rules cite it, at these places (`file:line`), in the order of the rules.
    Cited(&'a Clause, Vec<String>),
    /// Its author says why no rule can compute it.
    Uncomputable(&'a Clause),
    /// It is listed in a document of the pack, and no rule cites it.
    Uncited(&'a Clause),
    /// No document of the pack lists it.
    Unlisted,
}

impl ClauseCoverage<'_> {
    /// Whether the clause is dealt with.
    pub fn is_covered(&self) -> bool {
        matches!(self.state, CoverageState::Cited(..) | CoverageState::Uncomputable(_))
    }
}

impl Pack {
    /// What the pack makes of a list of clauses: one id a line, with or without its document before
    /// it (`qa_104:104-2.a`); `#` begins a comment. Each clause is given once, in the order of the
    /// list.
    ///
    /// ```
    /// use guiju::{CoverageState, Limits, Parsed, Source};
    /// let rules = r#"pack shops
    /// source g { 1 "fees"  2 "prose" not computable because "no data"  3 "limits" }
    /// entity shop { key id: text  fee: money }
    /// kpi due = fee * 2 @ 1"#;
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &Limits::default()).check().into_pack()?;
    /// let coverage = pack.coverage("1\n2  # prose\ng:3\n4");
    /// assert!(matches!(&coverage[0].state, CoverageState::Cited(_, places) if places == &["shops.guiju:4"]));
    /// assert_eq!(coverage.iter().map(|clause| clause.is_covered()).collect::<Vec<_>>(), [true, true, false, false]);
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn coverage(&self, list: &str) -> Vec<ClauseCoverage<'_>> {
        let mut seen = std::collections::HashSet::new();
        // Editors of Windows put a mark before the first line.
        let list = list.strip_prefix('\u{FEFF}').unwrap_or(list);
        let ids = list
            .lines()
            .map(|line| line.split('#').next().unwrap_or("").trim())
            .filter(|id| !id.is_empty() && seen.insert(*id));
        ids.map(|id| ClauseCoverage { id: id.to_owned(), state: self.covered(id) }).collect()
    }

    fn covered(&self, id: &str) -> CoverageState<'_> {
        let (document, clause) =
            id.split_once(':').map_or((None, id), |(document, clause)| (Some(document), clause));
        let documents = self
            .rules
            .documents
            .iter()
            .filter(|known| document.is_none_or(|document| known.name == document));
        let found: Vec<&Clause> =
            documents.flat_map(|known| &known.clauses).filter(|known| known.id == clause).collect();
        // A clause that several documents number alike is dealt with where one of them is.
        match found
            .iter()
            .find(|clause| !clause.cited.is_empty())
            .or_else(|| found.iter().find(|clause| clause.uncomputable.is_some()))
        {
            Some(clause) if !clause.cited.is_empty() => {
                CoverageState::Cited(clause, self.places(clause))
            }
            Some(clause) => CoverageState::Uncomputable(clause),
            None => found
                .first()
                .map_or(CoverageState::Unlisted, |clause| CoverageState::Uncited(clause)),
        }
    }

    /// Where a clause is cited, each line once; an edition's own files come first.
    fn places(&self, clause: &Clause) -> Vec<String> {
        let mut spans = clause.cited.clone();
        spans.sort_unstable();
        let line = |span: &guiju_model::source::Span| {
            let source = self.rules.sources.get(span.source.0 as usize)?;
            Some(format!("{}:{}", source.name(), source.position(span.start).line))
        };
        let mut places: Vec<String> = spans.iter().filter_map(line).collect();
        places.dedup();
        places
    }
}
