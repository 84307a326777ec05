//! What is known of the name under the cursor: its label in both languages, type and unit, clauses
//! with what they say, where it is used, and what an edition replaced. Not here: where it stands
//! (`find`).

use std::collections::BTreeSet;

use guiju::{Locale, SourceId};
use guiju_compiler::names::{Declared, Mention, NameKind, Named};
use guiju_compiler::syntax::ast::FieldKind;
use guiju_model::rules::{Give, Rules};
use guiju_model::unit::Unit;
use guiju_model::words::{self, Words, name_in};

use super::words::{both, code, kind, pick, plain};
use crate::analysis::Analysis;
use crate::text::{Place, Reach};
use crate::workspace::Workspace;

/// What is shown beside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// Markdown.
    pub text: String,
    /// What it is about.
    pub reach: Reach,
}

/// How many lines of a rule are shown, and how many places of use are named.
const LINES: usize = 24;
const USES: usize = 8;

/// What is known of the name at a place.
pub fn hover(workspace: &Workspace, path: &str, place: Place, locale: Locale) -> Option<Hover> {
    let analysis = workspace.analysis(path);
    let mentions = analysis.at(path, place);
    let first = mentions.first()?;
    let parts: Vec<String> =
        mentions.iter().filter_map(|mention| about(&analysis, mention, locale)).collect();
    if parts.is_empty() {
        return None;
    }
    Some(Hover { text: parts.join("\n\n---\n\n"), reach: analysis.spot(first.span)?.reach })
}

fn about(analysis: &Analysis, mention: &Mention, locale: Locale) -> Option<String> {
    let named = analysis.names.named(mention.named)?;
    let last = named.declared.last()?;
    // On a declaration that a later edition replaced, that one is shown.
    let shown = named
        .declared
        .iter()
        .find(|declared| mention.declares && declared.name == mention.span)
        .unwrap_or(last);
    let mut lines = vec![head(analysis, named, locale)];
    lines.extend(facts(analysis, named, locale));
    if named.symbol.kind == NameKind::Clause {
        lines.extend(cited(analysis, mention, locale));
        return Some(lines.join("\n\n"));
    }
    lines.push(code(analysis.slice(shown.whole), LINES));
    lines.extend(clauses(analysis, shown, locale));
    lines.extend(replaced(analysis, named, shown, locale));
    lines.extend(cited(analysis, mention, locale));
    Some(lines.join("\n\n"))
}

/// Its label in both languages, and what it is.
fn head(analysis: &Analysis, named: &Named, locale: Locale) -> String {
    let what = kind(named.symbol.kind, locale);
    let name = if named.symbol.owner.is_empty() {
        named.symbol.name.clone()
    } else {
        format!("{}.{}", named.symbol.owner, named.symbol.name)
    };
    let label = named
        .label
        .as_ref()
        .map(|label| format!("**{}**  \n", plain(&both(label, locale))))
        .unwrap_or_default();
    let of = named.entity.as_deref().filter(|_| {
        matches!(
            named.symbol.kind,
            NameKind::Tally | NameKind::Award | NameKind::Check | NameKind::Example
        )
    });
    let entity = of.and_then(|entity| {
        analysis.names.named(analysis.names.find(NameKind::Entity, "", entity)?)
    });
    let of = entity.map(|entity| {
        let label =
            entity.label.as_ref().map_or(entity.symbol.name.as_str(), |label| label.get(locale));
        format!("{}{}", pick(locale, "，對象：", " of "), plain(label))
    });
    format!("{label}{what} `{name}`{}", of.unwrap_or_default())
}

/// Its type, unit or value.
fn facts(analysis: &Analysis, named: &Named, locale: Locale) -> Option<String> {
    let words =
        analysis.sources.first().map_or(Words::English, |source| words::words_of(source.text()));
    let label = |zh, en| pick(locale, zh, en);
    let pack = || analysis.findings().pack.as_ref();
    let name = named.symbol.name.as_str();
    let text = match named.symbol.kind {
        NameKind::Field => {
            let kind = match named.field.as_ref()? {
                FieldKind::Named(name) => {
                    let entity = analysis
                        .names
                        .find(NameKind::Entity, "", &name.node)
                        .and_then(|at| analysis.names.named(at));
                    let refers = entity
                        .and_then(|entity| entity.label.as_ref())
                        .map(|label| format!("（{}）", label.get(locale)));
                    format!(
                        "{}{}",
                        name_in(words::Name::Type, &name.node, words),
                        refers.unwrap_or_default()
                    )
                }
                FieldKind::Enum(_) => label("單選", "one choice").to_owned(),
                FieldKind::List(_) => label("多選", "several choices").to_owned(),
                FieldKind::Range(low, high) => format!("{} .. {}", low.node, high.node),
                FieldKind::Decimal(_, unit) => unit
                    .as_ref()
                    .map_or_else(|| label("數值", "a number").to_owned(), |unit| unit.node.clone()),
                FieldKind::Signed => {
                    label("金額，可負", "an amount that may be below zero").to_owned()
                }
            };
            format!("{}{kind}", label("型別：", "type: "))
        }
        NameKind::Constant => {
            let constant = pack()?.rules.constants.iter().find(|constant| constant.name == name)?;
            format!("{}{}", label("型別：", "type: "), constant.ty.describe().get(locale))
        }
        NameKind::Tally | NameKind::Kpi if !named.symbol.owner.is_empty() => {
            let owner = named.symbol.owner.as_str();
            let of = analysis
                .names
                .find(NameKind::Entity, "", owner)
                .and_then(|at| analysis.names.named(at));
            let of = of
                .and_then(|entity| entity.label.as_ref())
                .map_or(owner, |label| label.get(locale));
            let each = match locale {
                Locale::ZhTw => format!("每筆{of}各有一個"),
                Locale::En => format!("each {of} has its own"),
            };
            match pack().and_then(|pack| figure_unit(&pack.rules, owner, name)) {
                Some(unit) => format!(
                    "{}{}{}{each}",
                    label("單位：", "unit: "),
                    unit.describe().get(locale),
                    label("；", "; ")
                ),
                None => each,
            }
        }
        NameKind::Award => {
            let award = pack()?.rules.awards.iter().find(|award| award.name == name)?;
            // Places are without a unit.
            if matches!(award.give, Give::Place) {
                return None;
            }
            format!("{}{}", label("單位：", "unit: "), award.unit.describe().get(locale))
        }
        NameKind::Tally | NameKind::Kpi => {
            let kpi = pack()?.kpis().find(|kpi| kpi.name == name)?;
            format!("{}{}", label("單位：", "unit: "), kpi.unit.describe().get(locale))
        }
        _ => return None,
    };
    Some(plain(&text))
}

/// The unit of a figure that records of an entity have.
pub(super) fn figure_unit<'r>(rules: &'r Rules, entity: &str, name: &str) -> Option<&'r Unit> {
    let owners = rules.tallies.iter().filter_map(|tally| tally.owner.as_ref());
    let own = owners.filter(|owner| {
        rules.schema.entities.get(owner.entity).is_some_and(|shape| shape.name == entity)
    });
    own.flat_map(|owner| &owner.figures)
        .find(|figure| figure.name == name)
        .map(|figure| &figure.unit)
}

/// The clauses it rests on, with what they say.
fn clauses(analysis: &Analysis, declared: &Declared, locale: Locale) -> Option<String> {
    let mut told = Vec::new();
    let within = |mention: &&Mention| {
        declared.whole.start <= mention.span.start && mention.span.end <= declared.whole.end
    };
    for mention in analysis.names.in_file(declared.whole.source).iter().filter(within) {
        let Some(clause) = analysis
            .names
            .named(mention.named)
            .filter(|named| named.symbol.kind == NameKind::Clause)
        else {
            continue;
        };
        let summary = clause.label.as_ref().map_or("", |label| label.get(locale));
        let line = format!("- `@ {}` {}", clause.symbol.name, plain(summary));
        if !told.contains(&line) {
            told.push(line);
        }
    }
    (!told.is_empty()).then(|| told.join("\n"))
}

/// What an edition put in its place, or what it put itself in the place of.
fn replaced(
    analysis: &Analysis,
    named: &Named,
    shown: &Declared,
    locale: Locale,
) -> Option<String> {
    let edition = |source: SourceId| analysis.names.edition(source);
    let own = edition(shown.name.source)?;
    let name = |at: usize| analysis.names.editions().get(at).map_or("", |(name, _)| name.as_str());
    let before = named
        .declared
        .iter()
        .rev()
        .find(|declared| edition(declared.name.source).is_some_and(|at| at < own));
    let after = named
        .declared
        .iter()
        .find(|declared| edition(declared.name.source).is_some_and(|at| at > own));
    let mut lines = Vec::new();
    if let Some(before) = before {
        let old = name(edition(before.name.source)?);
        lines.push(format!(
            "{} {}\n\n{}",
            pick(locale, "取代前一版", "replaces what stands in"),
            plain(old),
            code(analysis.slice(before.whole), LINES)
        ));
    }
    if let Some(after) = after {
        let new = name(edition(after.name.source)?);
        lines.push(format!("{} {}", pick(locale, "已由後一版取代：", "replaced in"), plain(new)));
    }
    if analysis.names.editions().len() > 1 && before.is_none() && after.is_none() {
        lines.push(format!("{} {}", pick(locale, "出自", "from"), plain(name(own))));
    }
    (!lines.is_empty()).then(|| lines.join("\n\n"))
}

/// The rules that use it, as the names of what they stand in.
fn cited(analysis: &Analysis, mention: &Mention, locale: Locale) -> Option<String> {
    let mut users = BTreeSet::new();
    let mut tests = 0;
    for used in analysis
        .names
        .mentions()
        .iter()
        .filter(|other| other.named == mention.named && !other.declares)
    {
        match user(analysis, used) {
            Some(name) => drop(users.insert(name)),
            None => tests += 1,
        }
    }
    let count = users.len();
    let mut shown: Vec<String> =
        users.into_iter().take(USES).map(|name| format!("`{name}`")).collect();
    if count > USES {
        shown.push(match locale {
            Locale::ZhTw => format!("等 {count} 處"),
            Locale::En => format!("{} more", count - USES),
        });
    }
    if tests > 0 {
        shown.push(match locale {
            Locale::ZhTw => format!("測試與其他 {tests} 處"),
            Locale::En => format!(
                "{tests} more {} in tests and elsewhere",
                if tests == 1 { "place" } else { "places" }
            ),
        });
    }
    if shown.is_empty() {
        return Some(pick(locale, "沒有規則用到。", "No rule uses it.").to_owned());
    }
    Some(format!("{}{}", pick(locale, "用於：", "Used in: "), shown.join(pick(locale, "、", ", "))))
}

/// The name of the rule that a mention stands in.
fn user(analysis: &Analysis, used: &Mention) -> Option<String> {
    let within = analysis.names.in_file(used.span.source);
    let upto = within.partition_point(|mention| mention.span.start <= used.span.start);
    let declared = within.get(..upto)?.iter().rev().filter(|mention| mention.declares);
    // The last rule declared before it, where that reaches as far.
    declared
        .filter_map(|mention| analysis.names.named(mention.named).map(|named| (mention, named)))
        .find_map(|(mention, named)| {
            let whole = named.declared.iter().find(|declared| declared.name == mention.span)?.whole;
            let holds = whole.start <= used.span.start && used.span.end <= whole.end;
            let is_rule = !matches!(
                named.symbol.kind,
                NameKind::Choice
                    | NameKind::Unit
                    | NameKind::Part
                    | NameKind::Column
                    | NameKind::Clause
            );
            (holds && is_rule).then(|| match named.symbol.owner.as_str() {
                "" => named.symbol.name.clone(),
                owner => format!("{owner}.{}", named.symbol.name),
            })
        })
}
