//! The parts of sheets held to a pack: columns, sections, tables of figures and lists of records.
//!
//! Not here: the names of what a pack has (`resolve`), and windows (`days`).

use guiju::{Code, Diagnostic, Exact, Localized, MONEY};

use super::Resolver;
use crate::layout::faults::Kind;
use crate::layout::file::{self, Placed, Read, Shows, Text};
use crate::layout::{Column, List, Part, Row, RowOf, Section, SheetLayout, Table};

impl Resolver<'_> {
    /// A sheet; what is wrong with it is in `found`, and whatever else it fails by in `because`.
    pub(super) fn sheet(&mut self, name: Text, sheet: Read<file::Sheet>) -> SheetLayout {
        let Read { of: sheet, found } = sheet;
        // What could not be read is not missed again.
        let is_whole = found.is_empty();
        self.found = found;
        self.sheet_name(&name);
        let programme = sheet.programme;
        let unit = self.unit(sheet.unit.as_ref());
        let mut parts = Vec::new();
        let mut sections =
            sheet.like.as_ref().map_or_else(Vec::new, |like| self.like(like, programme));
        let has_sections = sheet.like.is_some() || !sheet.section.is_empty();
        if is_whole {
            self.contents(&name, &sheet, has_sections);
        }
        let columns = self.columns(&sheet.columns, programme);
        for section in sheet.section {
            sections.push(self.section(section, programme));
        }
        if has_sections {
            self.windowed(&columns, &sections, sheet.span);
            parts.push(Part::Figures(columns, sections));
        }
        for list in sheet.list.iter().filter(|_| programme) {
            if !self.is_of_roots(&list.value) {
                continue;
            }
            self.shape(
                list.span,
                [
                    "整體計畫的報表只列全計畫共用的資料",
                    "a sheet of the programme lists only records that all roots share",
                ],
                [
                    "請拿掉 `of`，或把清單移到另一個報表",
                    "leave out `of`, or move the list to another sheet",
                ],
            );
        }
        for table in sheet.table.iter().filter(|_| !programme) {
            self.shape(
                table.span,
                ["`table` 屬於整體計畫的報表", "a `table` stands in a sheet of the programme"],
                ["請寫 `of = \"programme\"`", "write `of = \"programme\"`"],
            );
        }
        for table in sheet.table {
            let table = self.table(table.value);
            parts.push(Part::Table(table));
        }
        for list in sheet.list {
            let listed = self.list(list);
            parts.extend(listed.map(Part::List));
        }
        SheetLayout {
            clauses: self.clauses(&sheet.cites),
            name: name.value,
            title: sheet.title,
            programme,
            unit,
            parts,
            notes: sheet.notes,
            signatures: sheet.signatures,
        }
    }

    /// Says of a sheet, and of each of its parts, that there is nothing in it.
    fn contents(&mut self, name: &Text, sheet: &file::Sheet, has_sections: bool) {
        let shown = &name.value;
        if !has_sections && sheet.table.is_empty() && sheet.list.is_empty() {
            self.shape(
                name.span,
                [&format!("報表 `{shown}` 沒有內容"), &format!("sheet `{shown}` shows nothing")],
                ["請寫 `section`、`table` 或 `list`", "give it a `section`, `table` or `list`"],
            );
        } else if has_sections && sheet.columns.is_empty() {
            self.shape(
                name.span,
                [
                    &format!("報表 `{shown}` 有章節而沒有欄，指標旁不會有任何數字"),
                    &format!("sheet `{shown}` has sections and no columns: no figure would have a number beside it"),
                ],
                [
                    "請寫 `columns`，如 `columns = [{ shows = \"achieved\" }]`",
                    "give it `columns`, such as `columns = [{ shows = \"achieved\" }]`",
                ],
            );
        }
        if let (false, Some(column)) = (has_sections, sheet.columns.first()) {
            self.shape(
                column.span,
                [
                    "欄屬於章節，這個報表沒有章節",
                    "columns stand beside sections, and this sheet has none",
                ],
                [
                    "請寫 `section` 或 `like`，或拿掉 `columns`",
                    "give it a `section` or `like`, or leave out `columns`",
                ],
            );
        }
        for section in sheet.section.iter().filter(|section| section.value.rows.is_empty()) {
            self.shape(
                section.span,
                ["章節沒有任何一列", "the section has no rows"],
                [
                    "請寫 `rows`，如 `rows = [{ figure = \"…\" }]`",
                    "give it `rows`, such as `rows = [{ figure = \"…\" }]`",
                ],
            );
        }
        for table in sheet.table.iter().filter(|table| table.value.figures.is_empty()) {
            self.shape(
                table.span,
                ["表沒有任何指標", "the table has no figures"],
                ["請以 `figures` 列出指標", "name them with `figures`"],
            );
        }
        for list in sheet.list.iter().filter(|list| list.value.fields.is_empty()) {
            self.shape(
                list.span,
                [
                    "清單沒有任何欄位，分不出是哪一筆資料",
                    "the list has no fields, so that nobody could tell its records apart",
                ],
                ["請以 `fields` 列出欄位", "name them with `fields`"],
            );
        }
    }

    fn unit(&mut self, unit: Option<&Text>) -> (String, Exact) {
        let known = unit.and_then(|unit| MONEY.iter().find(|(known, _)| *known == unit.value));
        if let (Some(unit), None) = (unit, known) {
            let units = MONEY.iter().map(|(unit, _)| *unit);
            self.unknown(("金額單位", "unit of money"), unit, units);
        }
        known.map_or_else(
            || ("元".to_owned(), Exact::ONE),
            |(sign, factor)| ((*sign).to_owned(), Exact::from(*factor)),
        )
    }

    /// The sections of another sheet, which has its own.
    fn like(&mut self, name: &Text, programme: bool) -> Vec<Section> {
        if let Some(fault) = self.layout.fault(Kind::Sheet, &name.value) {
            self.because.push(fault);
            return Vec::new();
        }
        let of = |sheet: &SheetLayout| {
            let own = |part: &Part| match part {
                Part::Figures(_, sections) => Some(sections.clone()),
                Part::Table(_) | Part::List(_) => None,
            };
            if sheet.programme == programme { sheet.parts.iter().find_map(own) } else { None }
        };
        let sheets = &self.layout.sheets;
        let sections = sheets.iter().find(|sheet| sheet.name == name.value).and_then(of);
        if sections.is_none() {
            let with = sheets.iter().filter(|sheet| of(sheet).is_some());
            let names: Vec<String> = with.map(|sheet| sheet.name.clone()).collect();
            let kind = if programme {
                ("整體計畫的報表而自有章節者", "sheet of the programme with sections of its own")
            } else {
                ("自有章節的報表", "sheet with sections of its own")
            };
            self.unknown(kind, name, names.iter().map(String::as_str));
        }
        sections.unwrap_or_default()
    }

    fn columns(&mut self, written: &[Placed<file::Column>], programme: bool) -> Vec<Column> {
        let mut columns = Vec::new();
        for Placed { value: column, span } in written {
            if column.shows.is_none() && column.label.is_none() {
                self.shape(
                    *span,
                    ["留白的欄要有標題", "a column to be filled in needs a heading"],
                    [
                        "請寫 `label`，或以 `shows` 說明顯示什麼",
                        "give it a `label`, or say with `shows` what it shows",
                    ],
                );
                continue;
            }
            if programme && column.shows == Some(Shows::Window) {
                self.shape(
                    *span,
                    ["整體計畫的指標不分填報期間", "figures of the programme have no windows"],
                    ["請改用 `shows = \"achieved\"`", "take `shows = \"achieved\"`"],
                );
            }
            let label = column.label.clone();
            let label = label.or_else(|| column.shows.map(heading)).unwrap_or_default();
            columns.push(Column { shows: column.shows, label });
        }
        columns
    }

    fn section(&mut self, section: Placed<file::Section>, programme: bool) -> Section {
        let section = section.value;
        let mut rows = Vec::new();
        for row in &section.rows {
            rows.extend(self.row(row, programme));
        }
        Section { number: section.number, title: section.title, rows }
    }

    fn row(&mut self, place: &Placed<file::Row>, programme: bool) -> Option<Row> {
        let pack = self.pack;
        let row = &place.value;
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
            (None, None, Some(words)) => (RowOf::Blank, words.clone()),
            (None, Some(_), None) => {
                self.shape(
                    place.span,
                    ["整體計畫沒有欄位", "the programme has no fields"],
                    ["請改用 `figure` 或 `blank`", "take a `figure` or `blank`"],
                );
                return None;
            }
            (figure, field, blank) => {
                let given = [
                    ("figure", figure.is_some()),
                    ("field", field.is_some()),
                    ("blank", blank.is_some()),
                ];
                let given: Vec<String> = given
                    .into_iter()
                    .filter(|(_, given)| *given)
                    .map(|(key, _)| format!("`{key}`"))
                    .collect();
                let wrong = if given.is_empty() {
                    [
                        "這一列沒有說明顯示什麼".to_owned(),
                        "the row does not say what it shows".to_owned(),
                    ]
                } else {
                    [
                        format!("一列只能顯示一項，這裡有 {}", given.join("、")),
                        format!("a row shows one thing, and here are {}", given.join(" and ")),
                    ]
                };
                let [keys_zh, keys_en] = if programme {
                    ["`figure` 或 `blank`", "`figure` and `blank`"]
                } else {
                    ["`figure`、`field` 或 `blank`", "`figure`, `field` and `blank`"]
                };
                self.shape(
                    place.span,
                    [&wrong[0], &wrong[1]],
                    [&format!("請寫 {keys_zh} 其中一項"), &format!("give it one of {keys_en}")],
                );
                return None;
            }
        };
        let label = row.label.clone().unwrap_or(own);
        Some(Row { number: row.number.clone(), label, of })
    }

    fn table(&mut self, table: file::Table) -> Table {
        let pack = self.pack;
        let by = table.by.as_ref().and_then(|by| self.field(pack.schema().root_entity(), by));
        let mut figures = Vec::new();
        for name in &table.figures {
            let Some(kpi) = self.figure(name, table.by.is_some()) else { continue };
            if by.is_some() && self.kpis.get(kpi).is_some_and(|kpi| kpi.by != by) {
                let (shown, by) = (&name.value, table.by.as_ref().map_or("", |by| &by.value));
                self.shape(
                    name.span,
                    [
                        &format!("`{shown}` 沒有按 `{by}` 分組"),
                        &format!("`{shown}` is not grouped by `{by}`"),
                    ],
                    [
                        &format!("請換一個按 `{by}` 分組的指標，或在規則裡為它寫 `by {by}`"),
                        &format!("take a figure that is, or write `by {by}` with it in the rules"),
                    ],
                );
            }
            figures.push(kpi);
        }
        Table { title: table.title, by, figures }
    }

    /// Whether a list is of an entity that roots have records of.
    fn is_of_roots(&self, list: &file::List) -> bool {
        let schema = self.pack.schema();
        let named =
            |name: &Placed<String>| schema.entities.find_id(|shape| shape.name == name.value);
        list.entity.as_ref().and_then(named).is_some_and(|entity| !schema.is_shared(entity))
    }

    fn list(&mut self, list: Placed<file::List>) -> Option<List> {
        let pack = self.pack;
        let list = list.value;
        let named = list.entity?;
        let index = self.entity(&named)?;
        let entity = &pack.schema().entities[index];
        let fields = list.fields.iter().filter_map(|field| self.field(entity, field)).collect();
        let names: Vec<&str> = pack.tallies_on(index).collect();
        for tally in list.tallies.iter().chain(&list.counted) {
            if !names.contains(&tally.value.as_str()) {
                let zh = format!("{}的計數項", entity.label.zh);
                let en = format!("tally of `{}`", entity.name);
                self.unknown((&zh, &en), tally, names.iter().copied());
            }
        }
        let window = list.window.as_ref().and_then(|name| self.named_window(name));
        if window.is_some() && self.layout.days.get(index).is_none_or(Option::is_none) {
            self.found.push(
                Diagnostic::new(Code::SheetsDay)
                    .arg(&entity.name)
                    .word(Localized::new("沒有指定日期欄位", "no field is named"))
                    .at(named.span),
            );
        }
        Some(List {
            title: list.title,
            entity: index,
            fields,
            tallies: list.tallies.into_iter().map(|tally| tally.value).collect(),
            counted: list.counted.map(|tally| tally.value),
            window,
        })
    }

    /// A window that is there, by its name.
    fn named_window(&mut self, name: &Text) -> Option<usize> {
        if let Some(fault) = self.layout.fault(Kind::Window, &name.value) {
            self.because.push(fault);
            return None;
        }
        let windows = &self.layout.windows;
        let found = windows.iter().position(|window| window.name == name.value);
        if found.is_none() {
            let known: Vec<String> = windows.iter().map(|window| window.name.clone()).collect();
            self.unknown(("填報期間", "window"), name, known.iter().map(String::as_str));
        }
        found
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
