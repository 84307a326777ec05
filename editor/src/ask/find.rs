//! Where a name is declared, and everywhere it stands: through editions, in rules and tests.
//!
//! Not here: what a name is (`hover`), and changing it (`rename`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use guiju::SourceId;
use guiju_compiler::names::{Names, Symbol};

use crate::analysis::Analysis;
use crate::text::{Place, Spot};
use crate::workspace::Workspace;

/// Where the name at a place is declared: what is in force, or, asked there, what it replaced.
pub fn definition(workspace: &Workspace, path: &str, place: Place) -> Vec<Spot> {
    let analysis = workspace.analysis(path);
    let mut spots = Vec::new();
    for mention in analysis.at(path, place) {
        let Some(named) = analysis.names.named(mention.named) else { continue };
        let declared = named
            .declared
            .iter()
            .rev()
            .filter(|declared| analysis.is_changeable(declared.name.source));
        let others: Vec<_> =
            declared.clone().filter(|declared| declared.name != mention.span).collect();
        let wanted = if mention.declares { others } else { declared.take(1).collect() };
        spots.extend(wanted.into_iter().filter_map(|declared| analysis.spot(declared.name)));
        // Where there is no other, the editor stays where it is.
        if mention.declares && spots.is_empty() {
            spots.extend(analysis.spot(mention.span));
        }
    }
    dedup(spots)
}

/// Every place where the name at a place stands, in all packs of its line of editions.
pub fn references(
    workspace: &Workspace,
    path: &str,
    place: Place,
    declarations: bool,
) -> Vec<Spot> {
    let found = occurrences(workspace, path, place, false);
    let spots = found.spots.into_iter().filter(|(_, _, _, declares)| declarations || !declares);
    spots
        .filter_map(|(analysis, span, _, _)| found.line.get(analysis)?.spot(span))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// The places in the same file.
pub fn highlights(workspace: &Workspace, path: &str, place: Place) -> Vec<Spot> {
    let analysis = workspace.analysis(path);
    let Some(file) = analysis.file(path) else { return Vec::new() };
    let named: HashSet<usize> =
        analysis.at(path, place).iter().map(|mention| mention.named).collect();
    let mentions =
        analysis.names.in_file(file).iter().filter(|mention| named.contains(&mention.named));
    dedup(mentions.filter_map(|mention| analysis.spot(mention.span)).collect())
}

fn dedup(mut spots: Vec<Spot>) -> Vec<Spot> {
    let mut seen = HashSet::new();
    spots.retain(|spot| {
        seen.insert((spot.path.clone(), spot.reach.start.line, spot.reach.start.column))
    });
    spots
}

/// Where names stand: the pack as a place in the line, the place there, the path, and whether it is
/// declared.
pub(super) struct Occurrences {
    pub(super) line: Vec<Rc<Analysis>>,
    pub(super) spots: Vec<(usize, guiju::Span, String, bool)>,
}

/// Everything that is the name at a place. `joined`: also names that share a word with it, as the
/// key of a rule over several tallies does.
pub(super) fn occurrences(
    workspace: &Workspace,
    path: &str,
    place: Place,
    joined: bool,
) -> Occurrences {
    let line = workspace.line(path);
    let Some(own) = line.first() else { return Occurrences { line, spots: Vec::new() } };
    // By its name, and the files that declare it: another pack may have its own of the same name.
    let mut wanted: HashMap<Symbol, HashSet<String>> = HashMap::new();
    let mut work: Vec<(Symbol, String)> = Vec::new();
    let files = |analysis: &Analysis, at: usize| -> Vec<(Symbol, String)> {
        let named = analysis.names.named(at);
        let all = named.into_iter().flat_map(|named| {
            named.declared.iter().map(|declared| (named.symbol.clone(), declared.name.source))
        });
        all.map(|(symbol, source)| (symbol, analysis.path(source).to_owned())).collect()
    };
    for mention in own.at(path, place) {
        work.extend(files(own, mention.named));
    }
    let mut spots = BTreeSet::new();
    while let Some((symbol, file)) = work.pop() {
        if !wanted.entry(symbol.clone()).or_default().insert(file.clone()) {
            continue;
        }
        for (number, analysis) in line.iter().enumerate() {
            let Some(at) = analysis.names.find(symbol.kind, &symbol.owner, &symbol.name) else {
                continue;
            };
            let declared = files(analysis, at);
            if declared.iter().all(|(_, other)| *other != file) {
                continue;
            }
            work.extend(declared);
            for mention in analysis.names.mentions().iter().filter(|mention| mention.named == at) {
                spots.insert((
                    analysis.path(mention.span.source).to_owned(),
                    mention.span.start,
                    mention.span.end,
                    mention.declares,
                    number,
                ));
                if joined {
                    let others = beside(&analysis.names, mention.span.source, mention.span.start);
                    others
                        .into_iter()
                        .filter(|other| *other != at)
                        .for_each(|other| work.extend(files(analysis, other)));
                }
            }
        }
    }
    let mut seen = HashSet::new();
    let spots = spots.into_iter().filter(|(path, start, ..)| seen.insert((path.clone(), *start)));
    let spots = spots.filter_map(|(path, start, end, declares, number)| {
        let source = line.get(number)?.file(&path)?;
        Some((number, guiju::Span { source, start, end }, path, declares))
    });
    let spots = spots.collect();
    Occurrences { line, spots }
}

/// The names that the word at a byte stands for.
fn beside(names: &Names, source: SourceId, start: u32) -> Vec<usize> {
    let within = names.in_file(source);
    let from = within.partition_point(|mention| mention.span.start < start);
    within
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(|mention| mention.span.start == start)
        .map(|mention| mention.named)
        .collect()
}
