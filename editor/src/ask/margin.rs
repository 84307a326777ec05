//! What stands beside the rules without being written: units, the edition a rule replaces, figures
//! of data; tests to run, and where a citation leads. Not here: the figures (`live`).

use guiju::Locale;
use guiju_compiler::names::NameKind;

use super::hover::figure_unit;
use super::live::Live;
use super::words::pick;
use crate::analysis::bytes;
use crate::text::{Place, Reach, Spot};
use crate::workspace::Workspace;

/// A few words after a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// After it.
    pub place: Place,
    /// The words.
    pub text: String,
    /// Whether they say a figure of data.
    pub figure: bool,
}

/// The hints in a part of a file.
pub fn hints(
    workspace: &Workspace,
    path: &str,
    within: Reach,
    live: Option<&Live>,
    locale: Locale,
) -> Vec<Hint> {
    let analysis = workspace.analysis(path);
    let Some((file, text)) =
        analysis.file(path).and_then(|file| Some((file, analysis.text(file)?)))
    else {
        return Vec::new();
    };
    let range = text.range(within);
    let mut hints = Vec::new();
    let pack = analysis.findings().pack.as_ref();
    let here = |mention: &&guiju_compiler::names::Mention| {
        mention.declares && range.contains(&(mention.span.start as usize))
            || mention.span.start as usize == range.end
    };
    for mention in
        analysis.names.in_file(file).iter().filter(here).filter(|mention| mention.declares)
    {
        let Some(named) = analysis.names.named(mention.named) else { continue };
        let name = named.symbol.name.as_str();
        let place = text.place(mention.span.end as usize);
        let owner = named.symbol.owner.as_str();
        if matches!(named.symbol.kind, NameKind::Tally | NameKind::Kpi | NameKind::Award) {
            let of_root = |rules: &guiju_model::rules::Rules| {
                rules.kpis.iter().find(|kpi| kpi.name == name).map(|kpi| kpi.unit.sign())
            };
            let unit = pack.and_then(|pack| match (named.symbol.kind, owner) {
                (NameKind::Award, _) => None,
                (_, "") => of_root(&pack.rules),
                _ => figure_unit(&pack.rules, owner, name).map(guiju_model::unit::Unit::sign),
            });
            let whole = named
                .declared
                .iter()
                .find(|declared| declared.name == mention.span)
                .map_or("", |declared| analysis.slice(declared.whole));
            // What is written already needs no hint.
            if let Some(unit) = unit.filter(|unit| {
                !unit.is_empty()
                    && !whole.lines().next().unwrap_or_default().contains(unit.as_str())
            }) {
                hints.push(Hint { place, text: format!(": {unit}"), figure: false });
            }
            let full = if owner.is_empty() { name.to_owned() } else { format!("{owner}.{name}") };
            if let Some(figure) = live.and_then(|live| live.figures.get(&full)) {
                let line = text.line(place.line as usize).unwrap_or(0..0);
                hints.push(Hint {
                    place: text.place(line.end),
                    text: figure.clone(),
                    figure: true,
                });
            }
        }
        let own = analysis.names.edition(mention.span.source);
        let is_item = matches!(
            named.symbol.kind,
            NameKind::Constant
                | NameKind::Value
                | NameKind::Table
                | NameKind::Class
                | NameKind::Tally
                | NameKind::Kpi
                | NameKind::Once
                | NameKind::Award
                | NameKind::Obligation
                | NameKind::Check
        );
        let before = named
            .declared
            .iter()
            .rev()
            .find(|declared| analysis.names.edition(declared.name.source) < own)
            .filter(|_| is_item);
        if let Some(edition) = before
            .and_then(|before| analysis.names.edition(before.name.source))
            .and_then(|at| analysis.names.editions().get(at))
        {
            hints.push(Hint {
                place,
                text: format!("{} {}", pick(locale, "取代", "replaces"), edition.0),
                figure: false,
            });
        }
    }
    for (span, refused) in live
        .into_iter()
        .flat_map(|live| &live.refused)
        .filter(|(span, _)| span.source == file && range.contains(&(span.end as usize)))
    {
        let words = match locale {
            Locale::ZhTw => format!("不計入 {refused}"),
            Locale::En => format!("{refused} refused"),
        };
        hints.push(Hint { place: text.place(span.end as usize), text: words, figure: true });
    }
    hints.sort_by_key(|hint| (hint.place, hint.figure));
    hints
}

/// A citation and the place where its clause is listed.
pub fn links(workspace: &Workspace, path: &str, locale: Locale) -> Vec<(Reach, Spot, String)> {
    let analysis = workspace.analysis(path);
    let Some((file, text)) =
        analysis.file(path).and_then(|file| Some((file, analysis.text(file)?)))
    else {
        return Vec::new();
    };
    let mut links = Vec::new();
    for mention in analysis.names.in_file(file).iter().filter(|mention| !mention.declares) {
        let Some(named) = analysis
            .names
            .named(mention.named)
            .filter(|named| named.symbol.kind == NameKind::Clause)
        else {
            continue;
        };
        let declared =
            named.declared.last().filter(|declared| analysis.is_changeable(declared.name.source));
        if let Some(spot) = declared.and_then(|declared| analysis.spot(declared.name)) {
            let words = named
                .label
                .as_ref()
                .map_or_else(|| named.symbol.name.clone(), |label| label.get(locale).to_owned());
            links.push((text.reach(bytes(mention.span)), spot, words));
        }
    }
    links
}
