//! The first row of a table: which field each column gives, and in which unit. Resolved once, so
//! that rows need no names.

use guiju_model::diagnostic::{Code, DataPlace, Diagnostic};
use guiju_model::index::FieldId;
use guiju_model::schema::{Entity, FieldKind};
use guiju_model::text::{Locale, Localized, fold, fold_char, is_invisible, nearest};
use guiju_model::unit::MONEY;

/// What a column gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// The key of the root that the record belongs to.
    Parent,
    Field(FieldId),
    /// One end of a period.
    Start(FieldId),
    End(FieldId),
}

/// The columns of a table.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// The number of columns, those not understood included.
    pub(super) width: usize,
    pub(super) parent: Option<usize>,
    /// Column, field, and the unit that its heading gives.
    pub(super) fields: Vec<(usize, FieldId, Option<String>)>,
    /// Field, and the columns of its two days.
    pub(super) periods: Vec<(FieldId, usize, usize)>,
    /// Of fields: the field, its first column, and the heading as written.
    pub(super) headings: Vec<(FieldId, usize, String)>,
}

/// Resolves headings. `parent` is the root entity where the table's records belong to a root; `at`
/// names the place of the heading of a column, or of all.
pub(super) fn resolve(
    cells: &[&str],
    entity: &Entity,
    parent: Option<&Entity>,
    at: &dyn Fn(Option<usize>) -> DataPlace,
    report: &mut dyn FnMut(Diagnostic),
) -> Header {
    let mut header = Header { width: cells.len(), ..Header::default() };
    let mut slots: Vec<Slot> = Vec::new();
    let mut ends: Vec<(FieldId, Option<usize>, Option<usize>)> = Vec::new();
    for (column, text) in cells.iter().enumerate() {
        let name = in_a_line(text);
        if is_too_long(text) {
            report(
                Diagnostic::new(Code::UnknownDataField)
                    .arg(&name)
                    .arg(&entity.name)
                    .in_data(at(Some(column))),
            );
            continue;
        }
        if name.is_empty() {
            let nth = column + 1;
            let words = Localized::new(
                format!("（第 {nth} 欄的標題空白）"),
                format!("(the heading of column {nth} is blank)"),
            );
            report(
                Diagnostic::new(Code::UnknownDataField)
                    .word(words)
                    .arg(&entity.name)
                    .in_data(at(Some(column))),
            );
            continue;
        }
        let (slot, unit) = match find(&name, entity, parent) {
            Ok(found) => found,
            Err((slot, problem)) => {
                slots.extend(slot);
                report(problem.in_data(at(Some(column))));
                continue;
            }
        };
        if repeats(slot, &slots) {
            let mut problem =
                Diagnostic::new(Code::DuplicateColumn).arg(&name).in_data(at(Some(column)));
            if let Slot::Field(field) | Slot::Start(field) | Slot::End(field) = slot {
                problem = same_field(problem, &name, &entity.fields[field].name);
            }
            report(problem);
            continue;
        }
        slots.push(slot);
        match slot {
            Slot::Parent => header.parent = Some(column),
            Slot::Field(field) => {
                header.fields.push((column, field, unit));
                header.headings.push((field, column, name));
            }
            Slot::Start(field) | Slot::End(field) => {
                let at = ends.iter().position(|(other, ..)| *other == field).unwrap_or(ends.len());
                if at == ends.len() {
                    ends.push((field, None, None));
                }
                if let Some((_, start, end)) = ends.get_mut(at) {
                    *(if slot == Slot::Start(field) { start } else { end }) = Some(column);
                }
            }
        }
    }
    for (field, start, end) in &ends {
        let heading = |column: &Option<usize>| {
            column.and_then(|column| cells.get(column)).map(|text| in_a_line(text))
        };
        let both: Vec<String> = [start, end].into_iter().filter_map(heading).collect();
        let first = start.or(*end).unwrap_or_default();
        header.headings.push((*field, first, both.join(", ")));
    }
    header.periods =
        ends.iter().filter_map(|(field, start, end)| Some((*field, (*start)?, (*end)?))).collect();
    for (name, use_of) in missing(entity, parent, &slots) {
        let problem = Diagnostic::new(Code::MissingColumn).arg(&name).arg(&entity.name);
        report(problem.word(use_of).in_data(at(None)));
    }
    header
}

/// Says which field a heading means, where that is not its name.
fn same_field(problem: Diagnostic, name: &str, field: &str) -> Diagnostic {
    if name == field {
        problem
    } else {
        problem.note(format!("它就是欄位 `{field}`"), format!("it is the field `{field}`"))
    }
}

/// A period is given by one column or by two, each once.
fn repeats(slot: Slot, slots: &[Slot]) -> bool {
    match slot {
        Slot::Parent => slots.contains(&slot),
        Slot::Start(field) | Slot::End(field) => {
            slots.contains(&slot) || slots.contains(&Slot::Field(field))
        }
        Slot::Field(field) => {
            [slot, Slot::Start(field), Slot::End(field)].iter().any(|other| slots.contains(other))
        }
    }
}

/// The names of columns that have to be there and are not.
fn missing(entity: &Entity, parent: Option<&Entity>, slots: &[Slot]) -> Vec<(String, Localized)> {
    let belongs = |label: &Localized| {
        let en = label.get(Locale::En);
        Localized::new(
            format!("須有這一欄：每一列都要寫出屬於哪一筆{}", label.zh),
            format!("add the column: every row says in it which {en} it belongs to"),
        )
    };
    let mut found = Vec::new();
    if let Some(parent) = parent
        && !slots.contains(&Slot::Parent)
    {
        found.push((parent.name.clone(), belongs(&parent.label)));
    }
    let parents = entity.parents();
    for (n, field) in entity.fields.entries() {
        if slots.contains(&Slot::Field(n)) {
            continue;
        }
        let later = || {
            Localized::new(
                "必填欄位須有這一欄；尚未填寫的儲存格可以留空",
                "a required field needs its column; cells not yet known may stay empty",
            )
        };
        if matches!(field.kind, FieldKind::Period) {
            let (start, end) = (slots.contains(&Slot::Start(n)), slots.contains(&Slot::End(n)));
            // Half a period is none, needed or not.
            let needed = !field.optional || start != end;
            found.extend((needed && !start).then(|| (format!("{}_start", field.name), later())));
            found.extend((needed && !end).then(|| (format!("{}_end", field.name), later())));
        } else if n == entity.key {
            let words = Localized::new(
                "須有這一欄：每一列都要有識別值",
                "add the column: every row has a key",
            );
            found.push((field.name.clone(), words));
        } else if !field.optional {
            let words = if parents.contains(n) { belongs(&field.label) } else { later() };
            found.push((field.name.clone(), words));
        }
    }
    found
}

/// Whether a heading means something, if only in a unit that it cannot have.
pub(super) fn knows(heading: &str, entity: &Entity, root: &Entity) -> bool {
    !is_too_long(heading)
        && !matches!(find(&in_a_line(heading), entity, Some(root)), Err((None, _)))
}

/// Why a heading gives nothing, with what it stands for if that much is known.
type Refused = (Option<Slot>, Box<Diagnostic>);

/// Longer than any label with its unit. The cells of a workbook may all be one long text, which is
/// not to be looked at in each.
fn is_too_long(heading: &str) -> bool {
    heading.len() > LONGEST
}

/// Bytes of a heading.
const LONGEST: usize = 1_024;

/// A heading in one line, as messages show it: typed over several to fit a narrow column, it says
/// no more.
pub(in crate::data) fn in_a_line(heading: &str) -> String {
    let end =
        (0..=LONGEST.min(heading.len())).rfind(|end| heading.is_char_boundary(*end)).unwrap_or(0);
    fold(heading.get(..end).unwrap_or(heading)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A heading without any white space and invisible characters. Forms break and spread their
/// headings as the width of a column asks.
pub(in crate::data) fn squeezed(heading: &str) -> String {
    fold(heading).chars().filter(|c| !fold_char(*c).is_whitespace() && !is_invisible(*c)).collect()
}

/// What a heading stands for, and the unit in brackets after it.
fn find(
    name: &str,
    entity: &Entity,
    parent: Option<&Entity>,
) -> Result<(Slot, Option<String>), Refused> {
    if let Some(slot) = plain(name, entity, parent) {
        return Ok((slot, None));
    }
    let bracketed = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    if let Some((base, unit)) = bracketed
        && let Some(Slot::Field(field)) = plain(base.trim_end(), entity, None)
    {
        let kind = &entity.fields[field].kind;
        let unit = squeezed(unit);
        // Forms say `金額（單位：仟元）`.
        let unit = unit.strip_prefix("單位").map_or(&*unit, |rest| rest.trim_start_matches(':'));
        let known = units(kind);
        if known.iter().any(|known| squeezed(known) == unit)
            || (*kind == FieldKind::Int && is_counter(unit))
        {
            return Ok((Slot::Field(field), Some(unit.to_owned())));
        }
        if !known.is_empty() {
            let problem = Diagnostic::new(Code::DataUnit)
                .arg(base.trim())
                .arg(unit)
                .word(Localized::same(known.join("、")));
            return Err((Some(Slot::Field(field)), Box::new(problem)));
        }
    }
    let base = bracketed.map_or(name, |(base, _)| base.trim());
    let mut names: Vec<&str> =
        parent.iter().flat_map(|parent| [parent.name.as_str(), &parent.label.zh]).collect();
    let ends: Vec<String> = entity
        .fields
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Period))
        .flat_map(|field| ["_start", "_end"].map(|end| format!("{}{end}", field.name)))
        .collect();
    names.extend(ends.iter().map(String::as_str));
    for field in &entity.fields {
        names.extend([field.name.as_str(), &field.label.zh]);
        names.extend(field.label.en.as_deref());
    }
    let problem = Diagnostic::new(Code::UnknownDataField)
        .arg(name)
        .arg(&entity.name)
        .suggest(nearest(base, names));
    Err((None, Box::new(problem)))
}

/// What a heading without a unit stands for. White space within it may differ from that of a label
/// where only one is then meant.
fn plain(name: &str, entity: &Entity, parent: Option<&Entity>) -> Option<Slot> {
    exact(name, entity, parent).or_else(|| {
        let wanted = squeezed(name);
        let mut found = spellings(entity, parent).filter(|(spelling, named, _)| {
            let spelling = squeezed(spelling);
            if *named { spelling == wanted } else { spelling.eq_ignore_ascii_case(&wanted) }
        });
        let (_, _, slot) = found.next()?;
        found.all(|(_, _, other)| other == slot).then_some(slot)
    })
}

/// Every name and label that headings may have, whether it is a name, and what it stands for.
fn spellings<'e>(
    entity: &'e Entity,
    parent: Option<&'e Entity>,
) -> impl Iterator<Item = (String, bool, Slot)> + 'e {
    let of = |name: &'e str, label: &'e Localized| {
        let labels = [Some(label.zh.as_str()), label.en.as_deref()];
        std::iter::once((name, true))
            .chain(labels.into_iter().flatten().map(|label| (label, false)))
    };
    let root = parent
        .into_iter()
        .flat_map(move |parent| of(&parent.name, &parent.label))
        .map(|(text, named)| (text.to_owned(), named, Slot::Parent));
    let fields = entity.fields.entries().flat_map(move |(n, field)| {
        let period = matches!(field.kind, FieldKind::Period);
        of(&field.name, &field.label).flat_map(move |(text, named)| {
            let ends = [("_start", Slot::Start(n)), ("_end", Slot::End(n))];
            let ends = ends
                .into_iter()
                .filter(move |_| period)
                .map(move |(end, slot)| (format!("{text}{end}"), named, slot));
            std::iter::once((text.to_owned(), named, Slot::Field(n))).chain(ends)
        })
    });
    root.chain(fields)
}

fn exact(name: &str, entity: &Entity, parent: Option<&Entity>) -> Option<Slot> {
    if parent.is_some_and(|parent| parent.name == name) {
        return Some(Slot::Parent);
    }
    if let Some(field) = entity.field(name) {
        return Some(Slot::Field(field));
    }
    let period = |base: &str| {
        entity.field(base).filter(|field| matches!(entity.fields[*field].kind, FieldKind::Period))
    };
    if let Some(field) = name.strip_suffix("_start").and_then(period) {
        return Some(Slot::Start(field));
    }
    if let Some(field) = name.strip_suffix("_end").and_then(period) {
        return Some(Slot::End(field));
    }
    let label = |parent: &&Entity| {
        fold(&parent.label.zh) == name
            || parent.label.en.as_deref().is_some_and(|en| fold(en).eq_ignore_ascii_case(name))
    };
    parent.filter(label).map(|_| Slot::Parent)
}

/// The units a heading may give.
fn units(kind: &FieldKind) -> Vec<&str> {
    match kind {
        FieldKind::Number(decimal) => decimal.unit.as_deref().into_iter().collect(),
        FieldKind::Money | FieldKind::SignedMoney => MONEY.iter().map(|(name, _)| *name).collect(),
        FieldKind::Percent => vec!["%"],
        _ => Vec::new(),
    }
}

/// Whether a unit only says what is counted, as 人 in `人數(人)`: one character, which no measure, span
/// of time, or multiple is.
fn is_counter(unit: &str) -> bool {
    let mut characters = unit.chars();
    let one = characters.next().filter(|_| characters.next().is_none());
    one.is_some_and(|c| {
        matches!(c, '\u{4E00}'..='\u{9FFF}')
            && !"元角分年季月週周日天時秒十拾百佰千仟萬万億亿兆成斤兩噸坪甲里尺寸升".contains(c)
    })
}
