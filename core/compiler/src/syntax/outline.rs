//! The items of a rule file as text, and the parts of each that cite clauses of their own: what a
//! reader is shown beside a clause.
//!
//! Read off the grammar, without what the rules mean. Not here: the tree (`ast`), and whether a
//! citation leads anywhere (`check`).

use pest::Parser as _;
use pest::iterators::Pair;

use super::changes::{cited, name, range};
use super::{Grammar, Rule, scan};
use guiju_model::diagnostic::Findings;
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};

/// An item of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineItem {
    /// All of it.
    pub span: Span,
    /// What it is called, as it is written: `tally shops`.
    pub name: String,
    /// Whether it says a rule, and not what data there is, what is called how, or a test.
    pub is_rule: bool,
    /// The parts of it that cite clauses, in the order of the text, an outer one before those in
    /// it; the item itself is one where it cites any.
    pub parts: Vec<Span>,
}

impl OutlineItem {
    /// The innermost part around a place, or the whole item where none is.
    pub fn part_at(&self, offset: u32) -> Span {
        let around = |part: &&Span| part.start <= offset && offset < part.end;
        self.parts.iter().rev().find(around).copied().unwrap_or(self.span)
    }
}

/// The items of a file in the order of its text; those that cannot be read are left out. `id` is
/// the file's place among those of its pack.
///
/// ```
/// use guiju::{Limits, Source, SourceId, outline};
/// let file = Source::new("shops.guiju", "tally open from shop {\n  require paid @ 2\n  count\n} @ 1");
/// let items = outline(&file, SourceId(0), &Limits::default());
/// assert_eq!(items[0].name, "tally open");
/// assert_eq!(file.slice(items[0].part_at(30)), "require paid @ 2");
/// ```
pub fn outline(source: &Source, id: SourceId, limits: &Limits) -> Vec<OutlineItem> {
    let mut items = Vec::new();
    for span in places(source, id, limits) {
        let Some(item) = read(source, span) else { continue };
        let placed = |pair: &Pair<'_, Rule>| {
            let range = range(pair);
            let [start, end] = [range.start, range.end].map(|at| span.start + at as u32);
            Span { source: id, start, end }
        };
        let (whole, name) = (placed(&item), name(&item, source.slice(span)));
        let is_rule = !matches!(
            item.as_rule(),
            Rule::pack | Rule::source | Rule::entity | Rule::extend | Rule::example | Rule::test
        );
        let mut parts = Vec::new();
        // The grammar nests no deeper than brackets may, which the scan has bounded.
        let mut open = vec![item];
        while let Some(part) = open.pop() {
            if cited(&part).is_some() {
                parts.push(placed(&part));
            }
            open.extend(part.into_inner());
        }
        parts.sort_by_key(|part| (part.start, std::cmp::Reverse(part.end)));
        items.push(OutlineItem { span: whole, name, is_rule, parts });
    }
    items
}

/// Where the items of a file stand, those that brackets or texts leave open left out.
pub(super) fn places(source: &Source, id: SourceId, limits: &Limits) -> Vec<Span> {
    let slices = scan::scan(source, id, limits, &mut Findings::new(0));
    slices.into_iter().filter(|slice| slice.sound).map(|slice| slice.span).collect()
}

/// An item as the grammar reads it, where it can.
pub(super) fn read(source: &Source, at: Span) -> Option<Pair<'_, Rule>> {
    Grammar::parse(Rule::item, source.slice(at)).ok()?.next()
}
