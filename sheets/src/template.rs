//! The empty workbook of a pack: a sheet for each entity, to be filled in and read back.
//!
//! Every heading is one that the reader of data takes for its field. Not here: the formats of
//! workbooks.

use std::collections::BTreeMap;

use guiju::FieldId;
use guiju::{Choices, Entity, Field, FieldKind, Locale, Localized, Pack, Schema};

use crate::book::{Book, Column, Kind, Sheet};

/// Rows that are prepared in a sheet of records.
const ROWS: u32 = 500;
/// The longest name that a sheet may have.
const LONGEST_NAME: usize = 31;

/// The empty workbook of a pack: a sheet for each entity, then one for targets and one for previous
/// values, with headings in this language.
///
/// ```
/// use guiju::{Limits, Locale};
/// let pack = guiju_files::pack("alliance_104", &Limits::default()).expect("built in").into_pack()?;
/// let book = guiju_sheets::template(&pack, Locale::ZhTw);
/// let revenue = book.sheets.iter().find(|sheet| sheet.name == "收入").expect("a sheet for each entity");
/// assert_eq!(revenue.columns[0].heading, "聯盟", "what a record belongs to stands first");
/// # Ok::<(), guiju::PackError>(())
/// ```
pub fn template(pack: &Pack, locale: Locale) -> Book {
    let schema = pack.schema();
    let clauses = pack.clauses_by_field();
    let mut book = Book::default();
    for (number, entity) in schema.entities.entries() {
        let mut columns = Vec::new();
        if entity.child {
            columns.push(parent(schema, Some(entity), locale));
        }
        for (at, field) in entity.fields.entries() {
            let cited = clauses.get(&(number, at)).map_or(&[] as &[String], Vec::as_slice);
            columns.extend(of_field(schema, entity, at, field, cited, locale));
        }
        let rows = if schema.programme == Some(number) { 1 } else { ROWS };
        let name = sheet_name(schema, entity, locale);
        book.sheets.push(Sheet { name, columns, filled: Vec::new(), rows });
    }
    for (name, note) in [
        (
            "targets",
            Localized::new(
                "本期目標值，單位與指標相同。",
                "the target of this period, in the unit of the KPI",
            ),
        ),
        (
            "previous",
            Localized::new(
                "前期結果，單位與指標相同。",
                "the value of the period before, in the unit of the KPI",
            ),
        ),
    ] {
        let kpis =
            schema.kpis.iter().chain(&schema.programme_kpis).map(|kpi| kpi.name.clone()).collect();
        let column = |zh: &str, en: &str, note: &Localized, kind| Column {
            heading: words(&Localized::new(zh, en), locale),
            note: words(note, locale),
            kind,
            needed: true,
        };
        let of_kpi = Localized::new("指標的名稱。", "the name of a KPI");
        let columns = vec![
            parent(schema, None, locale),
            column("指標", "kpi", &of_kpi, Kind::Choice(kpis)),
            column("值", "value", &note, Kind::Text),
        ];
        book.sheets.push(Sheet { name: name.to_owned(), columns, filled: Vec::new(), rows: ROWS });
    }
    book
}

/// The sheet of a list of evidence, such as `reviewed`.
pub(crate) fn evidence(schema: &Schema, name: &str, locale: Locale) -> Sheet {
    let heading = Localized::new("證明文件", "evidence");
    let note =
        Localized::new("已審查過的證明文件編號。", "the id of evidence that was reviewed before");
    let evidence = Column {
        heading: words(&heading, locale),
        note: words(&note, locale),
        kind: Kind::Text,
        needed: true,
    };
    let columns = vec![parent(schema, None, locale), evidence];
    Sheet { name: name.to_owned(), columns, filled: Vec::new(), rows: ROWS }
}

fn words(text: &Localized, locale: Locale) -> String {
    text.get(locale).to_owned()
}

/// The column with the key of the root that a record belongs to.
fn parent(schema: &Schema, entity: Option<&Entity>, locale: Locale) -> Column {
    let root = schema.root_entity();
    let label = root.label.get(locale);
    // A field of that label comes first.
    let heading =
        if entity.is_some_and(|entity| entity.field(label).is_some()) { &root.name } else { label };
    let key = root.fields.get(root.key).map(|field| &field.label);
    let key = key.map_or_else(String::new, |label| words(label, locale));
    let note = match locale {
        Locale::ZhTw => format!("所屬{}的{key}。", root.label.zh),
        Locale::En => format!("the {key} of the {} it belongs to", root.label.get(locale)),
    };
    Column { heading: heading.to_owned(), note, kind: Kind::Text, needed: true }
}

/// The columns of a field: one, or two for a period.
fn of_field(
    schema: &Schema,
    entity: &Entity,
    at: FieldId,
    field: &Field,
    clauses: &[String],
    locale: Locale,
) -> Vec<Column> {
    // The name of the root means the column of the root, whatever is labelled so.
    let label = field.label.get(locale);
    let name = if entity.child && label == schema.root_entity().name { &field.name } else { label };
    // The programme's own record has no key.
    let is_key = at == entity.key
        && schema
            .programme
            .and_then(|at| schema.entities.get(at))
            .is_none_or(|of| of.name != entity.name);
    let needed = !field.optional || is_key;
    let note = note(schema, field, needed, clauses, locale);
    let column = |heading: String, kind| Column { heading, note: note.clone(), kind, needed };
    if matches!(field.kind, FieldKind::Period) {
        return ["_start", "_end"].map(|end| column(format!("{name}{end}"), Kind::Text)).into();
    }
    vec![column(name.to_owned(), kind(&field.kind, locale))]
}

fn kind(kind: &FieldKind, locale: Locale) -> Kind {
    let labels = |choices: &Choices| {
        choices.values.iter().map(|value| words(&value.label, locale)).collect()
    };
    match kind {
        FieldKind::Text
        | FieldKind::Date
        | FieldKind::Period
        | FieldKind::List(_)
        | FieldKind::Reference(_) => Kind::Text,
        FieldKind::Bool => Kind::Choice(if locale == Locale::En {
            vec!["yes".into(), "no".into()]
        } else {
            vec!["是".into(), "否".into()]
        }),
        FieldKind::Choice(choices) => Kind::Choice(labels(choices)),
        FieldKind::Percent => Kind::Percent,
        FieldKind::Money => Kind::Number { decimals: 0, signed: false },
        FieldKind::SignedMoney => Kind::Number { decimals: 0, signed: true },
        FieldKind::Int => Kind::Number { decimals: 0, signed: false },
        FieldKind::Range(low, _) => Kind::Number { decimals: 0, signed: *low < 0 },
        FieldKind::Number(_) => Kind::Number { decimals: 12, signed: true },
    }
}

/// What is said of a field beside its heading.
fn note(
    schema: &Schema,
    field: &Field,
    needed: bool,
    clauses: &[String],
    locale: Locale,
) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.push(match (needed, locale) {
        (true, Locale::ZhTw) => "必填。".to_owned(),
        (true, Locale::En) => "required".to_owned(),
        (false, Locale::ZhTw) => "可留空。".to_owned(),
        (false, Locale::En) => "may be left empty".to_owned(),
    });
    lines.push(match (&field.kind, locale) {
        (FieldKind::Text, _) => String::new(),
        (FieldKind::Reference(other), _) => {
            let other = schema
                .entities
                .get(*other)
                .map_or(String::new(), |entity| words(&entity.label, locale));
            match locale {
                Locale::ZhTw => format!("請寫「{other}」工作表裡那一筆的名稱。"),
                Locale::En => format!("the name of a row in the sheet {other}"),
            }
        }
        (FieldKind::List(choices), Locale::ZhTw) => {
            format!("可填多項，以 ; 分隔：{}。", choices.labels().zh)
        }
        (FieldKind::List(choices), Locale::En) => {
            format!("any of these, with ; between them: {}", choices.labels().get(locale))
        }
        (kind, _) => words(&kind.written(), locale).replace('`', ""),
    });
    if !clauses.is_empty() {
        lines.push(match locale {
            Locale::ZhTw => format!("依據：{}", clauses.join("、")),
            Locale::En => format!("asked by {}", clauses.join(", ")),
        });
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// The name of an entity's sheet: its label, if that is short enough, allowed in workbooks and of
/// this entity alone.
fn sheet_name(schema: &Schema, entity: &Entity, locale: Locale) -> String {
    let label = entity.label.get(locale);
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for other in &schema.entities {
        *named.entry(other.label.get(locale)).or_default() += 1;
    }
    let alone = named.get(label) == Some(&1)
        && !schema.entities.iter().any(|other| other.name == label && other.name != entity.name);
    let allowed = label.chars().count() <= LONGEST_NAME
        && !label.contains(['[', ']', ':', '*', '?', '/', '\\', '\'']);
    if alone && allowed && !label.is_empty() { label.to_owned() } else { entity.name.clone() }
}
