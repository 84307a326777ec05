//! What a compiled pack keeps of a file of rules: the text of its expressions, which explanations
//! quote, and the line ends before the last thing that has a place, so that lines are counted as in
//! the file. Columns are not kept; nothing shows them once a pack compiles.

use guiju_model::rules::Rules;
use guiju_model::source::{Source, Span};

/// The parts of one file that are kept.
#[derive(Clone, Debug)]
pub(super) struct Excerpt {
    /// Ascending, apart from one another; a line end between two is a part of its own.
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    start: u32,
    end: u32,
    /// How much is kept before it.
    before: u32,
}

impl Excerpt {
    /// One for each file of the rules.
    pub(super) fn of(rules: &Rules) -> Vec<Excerpt> {
        let mut quoted: Vec<Vec<(u32, u32)>> = vec![Vec::new(); rules.sources.len()];
        let mut keep = |span: Span, text: bool| {
            if let Some(list) = quoted.get_mut(span.source.0 as usize) {
                list.push((span.start, if text { span.end } else { span.start }));
            }
        };
        super::for_each_expr(rules, &mut |expr| keep(expr.span, true));
        rules.classes.iter().flat_map(|class| &class.rows).for_each(|row| keep(row.span, false));
        let clauses = rules.documents.iter().flat_map(|document| &document.clauses);
        clauses.flat_map(|clause| &clause.cited).for_each(|span| keep(*span, false));
        rules
            .sources
            .iter()
            .zip(quoted)
            .map(|(source, quoted)| Excerpt::new(source, quoted))
            .collect()
    }

    fn new(source: &Source, mut quoted: Vec<(u32, u32)>) -> Excerpt {
        let last = quoted.iter().map(|(_, end)| *end).max().unwrap_or(0);
        quoted.retain(|(start, end)| start < end);
        let lines =
            source.text().match_indices('\n').map(|(at, _)| at as u32).take_while(|at| *at < last);
        quoted.extend(lines.map(|at| (at, at + 1)));
        quoted.sort_unstable();
        let mut parts: Vec<Part> = Vec::new();
        for (start, end) in quoted {
            match parts.last_mut() {
                Some(last) if start <= last.end => last.end = end.max(last.end),
                last => {
                    let before = last.map_or(0, |last| last.before + (last.end - last.start));
                    parts.push(Part { start, end, before });
                }
            }
        }
        Excerpt { parts }
    }

    pub(super) fn text(&self, source: &Source) -> String {
        self.parts
            .iter()
            .filter_map(|part| source.text().get(part.start as usize..part.end as usize))
            .collect()
    }

    /// Where a place in the file stands in the excerpt; one that is not kept, where the next that
    /// is stands.
    pub(super) fn place(&self, at: u32) -> u32 {
        let begun = self.parts.partition_point(|part| part.start <= at);
        let last = self.parts.get(..begun).and_then(<[Part]>::last);
        last.map_or(0, |part| part.before + (at.min(part.end) - part.start))
    }
}
