//! Descriptions of sheets held to a pack: every name becomes an index, and every problem is found
//! at once.
//!
//! Not here: the shape of the files (`file`), and windows (`days`).

mod days;

use std::collections::BTreeMap;

use guiju::{
    Code, ConstantInfo, Diagnostic, Entity, EntityId, Exact, KpiId, KpiInfo, Localized, MONEY,
    Pack, Source, SourceId, Span,
};
use toml::Spanned;

use super::file::{self, File, Of, Shows};
use super::{Column, Layout, List, Part, Row, RowOf, Section, SheetLayout, Table};

pub(super) fn layout(files: &[Source], pack: &Pack) -> Result<Layout, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut dates = BTreeMap::new();
    let mut windows: BTreeMap<String, (SourceId, Spanned<String>, file::Window)> = BTreeMap::new();
    let mut sheets: BTreeMap<String, (SourceId, Spanned<file::Sheet>)> = BTreeMap::new();
    for (number, source) in files.iter().enumerate() {
        let id = SourceId(u32::try_from(number).unwrap_or(u32::MAX));
        match toml::from_str::<File>(source.text()) {
            Ok(file) => {
                dropped(file.drop.windows, &mut windows, ("填報期間", "window"), id, &mut found);
                dropped(file.drop.sheets, &mut sheets, ("報表", "sheet"), id, &mut found);
                dates.extend(
                    file.dates
                        .into_iter()
                        .map(|(key, field)| (key.get_ref().clone(), (id, key, field))),
                );
                windows.extend(
                    file.windows
                        .into_iter()
                        .map(|(name, window)| (name.get_ref().clone(), (id, name, window))),
                );
                sheets.extend(
                    file.sheets.into_iter().map(|(name, sheet)| (name.into_inner(), (id, sheet))),
                );
            }
            Err(error) => {
                let place = error.span().unwrap_or(0..0);
                found.push(
                    Diagnostic::new(Code::SheetsSyntax).arg(error.message()).at(span(id, place)),
                );
            }
        }
    }
    if found.iter().any(|found| found.code == Code::SheetsSyntax) {
        return Err(found);
    }
    let mut resolver = Resolver {
        pack,
        kpis: pack.kpis().collect(),
        constants: pack.constants().collect(),
        file: SourceId(0),
        layout: Layout {
            days: vec![None; pack.schema().entities.len()].into(),
            ..Layout::default()
        },
        found,
    };
    for (file, entity, field) in dates.into_values() {
        resolver.file = file;
        resolver.day(&entity, &field);
    }
    for (file, name, window) in windows.into_values() {
        resolver.file = file;
        let window = resolver.window(&name, window);
        resolver.layout.windows.push(window);
    }
    // What has the sections of another comes after those that have their own.
    let (like, own): (Vec<_>, Vec<_>) =
        sheets.into_iter().partition(|(_, (_, sheet))| sheet.get_ref().like.is_some());
    for (name, (file, sheet)) in own.into_iter().chain(like) {
        resolver.file = file;
        let sheet = resolver.sheet(name, sheet);
        resolver.layout.sheets.push(sheet);
    }
    resolver.layout.sheets.sort_by(|a, b| a.name.cmp(&b.name));
    let mut found = resolver.found;
    found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    if found.is_empty() { Ok(resolver.layout) } else { Err(found) }
}

/// Takes out what an edition drops.
fn dropped<T>(
    names: Vec<Spanned<String>>,
    from: &mut BTreeMap<String, T>,
    kind: (&str, &str),
    file: SourceId,
    found: &mut Vec<Diagnostic>,
) {
    for name in names {
        if from.remove(name.get_ref()).is_none() {
            let known = from.keys().map(String::as_str);
            found.push(
                Diagnostic::new(Code::SheetsName)
                    .word(Localized::new(kind.0, kind.1))
                    .arg(name.get_ref())
                    .at(span(file, name.span()))
                    .suggest(guiju::nearest(name.get_ref(), known)),
            );
        }
    }
}

fn span(source: SourceId, place: std::ops::Range<usize>) -> Span {
    let at = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { source, start: at(place.start), end: at(place.end) }
}

struct Resolver<'p> {
    pack: &'p Pack,
    kpis: guiju::List<KpiId, KpiInfo<'p>>,
    constants: Vec<ConstantInfo<'p>>,
    /// The file that is being resolved.
    file: SourceId,
    layout: Layout,
    found: Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn at<T>(&self, place: &Spanned<T>) -> Span {
        span(self.file, place.span())
    }

    /// Says that the pack does not have something.
    fn unknown<'n>(
        &mut self,
        kind: (&str, &str),
        name: &Spanned<String>,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let place = self.at(name);
        self.found.push(
            Diagnostic::new(Code::SheetsName)
                .word(Localized::new(kind.0, kind.1))
                .arg(name.get_ref())
                .at(place)
                .suggest(guiju::nearest(name.get_ref(), known)),
        );
    }

    /// Says that something is not written as it has to be.
    fn shape<T>(&mut self, place: &Spanned<T>, zh: &str, en: &str) {
        let place = self.at(place);
        self.found.push(Diagnostic::new(Code::SheetsShape).word(Localized::new(zh, en)).at(place));
    }

    fn entity(&mut self, name: &Spanned<String>) -> Option<EntityId> {
        let pack = self.pack;
        let entities = &pack.schema().entities;
        let found = entities.find_id(|entity| entity.name == *name.get_ref());
        if found.is_none() {
            self.unknown(
                ("資料", "entity"),
                name,
                entities.iter().map(|entity| entity.name.as_str()),
            );
        }
        found
    }

    fn field(&mut self, entity: &Entity, name: &Spanned<String>) -> Option<usize> {
        let found = entity.fields.iter().position(|field| field.name == *name.get_ref());
        if found.is_none() {
            let zh = format!("{}的欄位", entity.label.zh);
            let en = format!("field of `{}`", entity.name);
            self.unknown((&zh, &en), name, entity.fields.iter().map(|field| field.name.as_str()));
        }
        found
    }

    /// A KPI of the programme, or of the root.
    fn figure(&mut self, name: &Spanned<String>, programme: bool) -> Option<KpiId> {
        let known = self.kpis.find_id(|kpi| kpi.name == *name.get_ref());
        let Some(kpi) = known else {
            let names: Vec<&str> = self.kpis.iter().map(|kpi| kpi.name).collect();
            self.unknown(("指標", "figure"), name, names);
            return None;
        };
        if self.kpis.get(kpi).is_some_and(|kpi| kpi.programme != programme) {
            let root = &self.pack.schema().root_entity().label;
            let whole = Localized::new("整體計畫", "the programme");
            let each =
                Localized { zh: root.zh.clone(), en: Some(root.get(guiju::Locale::En).to_owned()) };
            let [of, wanted] = if programme { [each, whole] } else { [whole, each] };
            let place = self.at(name);
            self.found.push(
                Diagnostic::new(Code::SheetsScope)
                    .arg(name.get_ref())
                    .word(of)
                    .word(wanted)
                    .at(place),
            );
            return None;
        }
        Some(kpi)
    }

    fn clauses(&mut self, cites: &[Spanned<String>]) -> Vec<String> {
        let pack = self.pack;
        let ids: Vec<(String, &str)> = pack
            .documents()
            .iter()
            .flat_map(|document| {
                document.clauses.iter().map(move |clause| {
                    (format!("{}:{}", document.name, clause.id), clause.id.as_str())
                })
            })
            .collect();
        let mut clauses = Vec::new();
        for cite in cites {
            let wanted = cite.get_ref();
            match ids.iter().find(|(whole, id)| whole == wanted || id == wanted) {
                Some((whole, _)) => clauses.push(whole.clone()),
                None => self.unknown(("條款", "clause"), cite, ids.iter().map(|(_, id)| *id)),
            }
        }
        clauses
    }

    fn sheet(&mut self, name: String, sheet: Spanned<file::Sheet>) -> SheetLayout {
        let whole = self.at(&sheet);
        let sheet = sheet.into_inner();
        let programme = sheet.of == Of::Programme;
        let nothing = sheet.like.is_none()
            && sheet.section.is_empty()
            && sheet.table.is_empty()
            && sheet.list.is_empty();
        let unit = match &sheet.unit {
            None => ("元".to_owned(), Exact::ONE),
            Some(unit) => match MONEY.iter().find(|(known, _)| known == unit.get_ref()) {
                Some((sign, factor)) => ((*sign).to_owned(), Exact::from(*factor)),
                None => {
                    let units = MONEY.iter().map(|(unit, _)| *unit);
                    self.unknown(("金額單位", "unit of money"), unit, units);
                    ("元".to_owned(), Exact::ONE)
                }
            },
        };
        let mut parts = Vec::new();
        let mut sections =
            sheet.like.as_ref().map_or_else(Vec::new, |like| self.like(like, programme));
        if !(sheet.section.is_empty() && sections.is_empty()) {
            let columns = self.columns(&sheet, programme);
            for section in sheet.section {
                sections.push(self.section(section, programme));
            }
            self.windowed(&columns, &sections, whole);
            parts.push(Part::Figures(columns, sections));
        }
        for list in sheet.list.iter().filter(|_| programme) {
            self.shape(
                &list.entity,
                "整體計畫的報表不列逐筆資料：請拿掉 `of`",
                "a sheet of the programme lists no records: leave out `of`",
            );
        }
        for figure in sheet.table.iter().filter(|_| !programme).flat_map(|table| &table.figures) {
            self.shape(
                figure,
                "`table` 屬於整體計畫的報表：請寫 `of = \"programme\"`",
                "a `table` stands in a sheet of the programme: write `of = \"programme\"`",
            );
        }
        for table in sheet.table {
            let table = self.table(table);
            parts.push(Part::Table(table));
        }
        for list in sheet.list {
            let listed = self.list(list);
            parts.extend(listed.map(Part::List));
        }
        if nothing {
            self.found.push(
                Diagnostic::new(Code::SheetsShape)
                    .word(Localized::new(
                        format!("報表 `{name}` 沒有內容：請寫 `section`、`table` 或 `list`"),
                        format!(
                            "sheet `{name}` shows nothing: give it a `section`, `table` or `list`"
                        ),
                    ))
                    .at(whole),
            );
        }
        SheetLayout {
            clauses: self.clauses(&sheet.cites),
            name,
            title: sheet.title.0,
            programme,
            unit,
            parts,
            notes: sheet.notes.into_iter().map(|note| note.0).collect(),
            signatures: sheet.signatures.into_iter().map(|words| words.0).collect(),
        }
    }

    /// The sections of another sheet, which has its own.
    fn like(&mut self, name: &Spanned<String>, programme: bool) -> Vec<Section> {
        let sheets = &self.layout.sheets;
        let known = |sheet: &&SheetLayout| sheet.programme == programme;
        let other = sheets.iter().filter(known).find(|sheet| sheet.name == *name.get_ref());
        let sections = other.and_then(|sheet| {
            sheet.parts.iter().find_map(|part| match part {
                Part::Figures(_, sections) => Some(sections.clone()),
                Part::Table(_) | Part::List(_) => None,
            })
        });
        if sections.is_none() {
            let names: Vec<String> =
                sheets.iter().filter(known).map(|sheet| sheet.name.clone()).collect();
            let kind = ("有章節的報表", "sheet with sections of its own");
            self.unknown(kind, name, names.iter().map(String::as_str));
        }
        sections.unwrap_or_default()
    }

    fn columns(&mut self, sheet: &file::Sheet, programme: bool) -> Vec<Column> {
        let mut columns = Vec::new();
        for place in &sheet.columns {
            let column = place.get_ref();
            if column.shows.is_none() && column.label.is_none() {
                self.shape(
                    place,
                    "留白的欄要有標題：請寫 `label`，或以 `shows` 說明顯示什麼",
                    "a column to be filled in needs a `label`; others say what they show with `shows`",
                );
                continue;
            }
            if programme && column.shows == Some(Shows::Window) {
                self.shape(
                    place,
                    "整體計畫的指標不分填報期間",
                    "figures of the programme have no windows",
                );
            }
            let label = column.label.clone().map(|label| label.0);
            let label = label.or_else(|| column.shows.map(heading)).unwrap_or_default();
            columns.push(Column { shows: column.shows, label });
        }
        columns
    }

    fn section(&mut self, section: file::Section, programme: bool) -> Section {
        let mut rows = Vec::new();
        for place in section.rows {
            rows.extend(self.row(&place, programme));
        }
        Section { number: section.number, title: section.title.0, rows }
    }

    fn row(&mut self, place: &Spanned<file::Row>, programme: bool) -> Option<Row> {
        let pack = self.pack;
        let row = place.get_ref();
        let (of, own) = match (&row.figure, &row.field, &row.blank) {
            (Some(figure), None, None) => {
                let kpi = self.figure(figure, programme)?;
                (RowOf::Figure(kpi), self.kpis.get(kpi)?.label.clone())
            }
            (None, Some(field), None) if !programme => {
                let root = pack.schema().root_entity();
                let index = self.field(root, field)?;
                (RowOf::Field(index), root.fields.get(index)?.label.clone())
            }
            (None, None, Some(words)) => (RowOf::Blank, words.0.clone()),
            _ => {
                self.shape(
                    place,
                    "一列要有 `figure`、`field`、`blank` 其中一項（整體計畫的報表沒有 `field`）",
                    "a row has one of `figure`, `field` and `blank`; that of a programme has no `field`",
                );
                return None;
            }
        };
        let label = row.label.clone().map_or(own, |label| label.0);
        Some(Row { number: row.number.clone(), label, of })
    }

    fn table(&mut self, table: file::Table) -> Table {
        let pack = self.pack;
        let by = table.by.as_ref().and_then(|by| self.field(pack.schema().root_entity(), by));
        let mut figures = Vec::new();
        for name in &table.figures {
            let Some(kpi) = self.figure(name, table.by.is_some()) else { continue };
            if by.is_some() && self.kpis.get(kpi).is_some_and(|kpi| kpi.by != by) {
                self.shape(
                    name,
                    &format!("`{}` 沒有按這個欄位分組", name.get_ref()),
                    &format!("`{}` is not grouped by this field", name.get_ref()),
                );
            }
            figures.push(kpi);
        }
        Table { title: table.title.0, by, figures }
    }

    fn list(&mut self, list: file::List) -> Option<List> {
        let pack = self.pack;
        let index = self.entity(&list.entity)?;
        let entity = &pack.schema().entities[index];
        let fields = list.fields.iter().filter_map(|field| self.field(entity, field)).collect();
        let names: Vec<&str> = pack.tallies_on(index).collect();
        for tally in list.tallies.iter().chain(&list.counted) {
            if !names.contains(&tally.get_ref().as_str()) {
                let zh = format!("{}的計數項", entity.label.zh);
                let en = format!("tally of `{}`", entity.name);
                self.unknown((&zh, &en), tally, names.iter().copied());
            }
        }
        let window = list.window.as_ref().and_then(|name| {
            let windows = &self.layout.windows;
            let found = windows.iter().position(|window| window.name == *name.get_ref());
            if found.is_none() {
                let known: Vec<String> = windows.iter().map(|window| window.name.clone()).collect();
                let known = known.iter().map(String::as_str);
                self.unknown(("填報期間", "window"), name, known);
            }
            found
        });
        if window.is_some() && self.layout.days.get(index).is_none_or(Option::is_none) {
            let place = self.at(&list.entity);
            self.found.push(
                Diagnostic::new(Code::SheetsDay)
                    .arg(&entity.name)
                    .word(Localized::new("沒有指定日期欄位", "no field is named"))
                    .at(place),
            );
        }
        Some(List {
            title: list.title.0,
            entity: index,
            fields,
            tallies: list.tallies.into_iter().map(Spanned::into_inner).collect(),
            counted: list.counted.map(Spanned::into_inner),
            window,
        })
    }
}

/// What stands at the top of a column where its author says nothing else.
fn heading(shows: Shows) -> Localized {
    let (zh, en) = match shows {
        Shows::Target => ("目標值", "target"),
        Shows::Achieved => ("實際達成值", "achieved"),
        Shows::Difference => ("差異", "difference"),
        Shows::Attainment => ("達成率", "attainment"),
        Shows::Previous => ("上年度", "last year"),
        Shows::Window => ("本期", "in this window"),
    };
    Localized::new(zh, en)
}
