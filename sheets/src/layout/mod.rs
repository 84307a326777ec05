//! What the sheets of a pack show, as its author describes them beside the rules in `sheets.toml`:
//! read, and held to the pack.
//!
//! Everything is an index into the pack. An edition has the sheets, windows and days of the one it
//! amends, save those it describes itself or drops. One that does not fit is missed only where it
//! is asked for. Not here: what stands in the cells (`fill`).

mod faults;
mod file;
mod read;
mod resolve;
mod syntax;

use faults::{Fault, Kind};
use guiju::{
    Code, Date, Diagnostic, EntityId, Exact, FieldId, KpiId, Localized, Pack, Source, Unit, listed,
};

pub use faults::LayoutError;
pub use file::Shows;

/// The sheets that a pack describes.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The sheets that can be made, in the order of their names.
    pub sheets: Vec<SheetLayout>,
    /// The windows that there are days of, in the order of their names.
    pub windows: Vec<Window>,
    /// For each entity of the pack, the field with the day of its records.
    pub days: guiju::List<EntityId, Option<FieldId>>,
    /// What is wrong with the files as a whole.
    found: Vec<Diagnostic>,
    /// What is wrong with single sheets and windows.
    faults: Vec<Fault>,
}

/// The days that results are reported of.
#[derive(Clone, Debug)]
pub struct Window {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: Localized,
    /// The first day; `None` where it has always been open.
    pub from: Option<Date>,
    /// The last day, included.
    pub until: Option<Date>,
}

/// One kind of sheet.
#[derive(Clone, Debug)]
pub struct SheetLayout {
    /// Its name.
    pub name: String,
    /// What stands at its top.
    pub title: Localized,
    /// Whether it is about the programme rather than each root.
    pub programme: bool,
    /// The unit that money is shown in, and how many 元 it is.
    pub unit: (String, Exact),
    /// What it shows, each a page of its own.
    pub parts: Vec<Part>,
    /// What stands below.
    pub notes: Vec<Localized>,
    /// Who signs.
    pub signatures: Vec<Localized>,
    /// The clauses that ask for it, as `document:clause`.
    pub clauses: Vec<String>,
}

/// A page of a sheet.
#[derive(Clone, Debug)]
pub enum Part {
    /// Figures below one another, in sections.
    Figures(Vec<Column>, Vec<Section>),
    /// Figures side by side.
    Table(Table),
    /// Records.
    List(List),
}

/// A column beside figures.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it shows; nothing where it is left for people to fill in.
    pub shows: Option<Shows>,
    /// What stands at its top.
    pub label: Localized,
}

/// A numbered part of a page.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its number, as the documents write it.
    pub number: Option<String>,
    /// What it is about.
    pub title: Localized,
    /// Its lines.
    pub rows: Vec<Row>,
}

/// A line of a section.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number, as the documents write it.
    pub number: Option<String>,
    /// What people call it.
    pub label: Localized,
    /// What it shows.
    pub of: RowOf,
}

/// What a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOf {
    /// A KPI.
    Figure(KpiId),
    /// A field of the root.
    Field(FieldId),
    /// Nothing: people fill it in.
    Blank,
}

/// Figures side by side.
#[derive(Clone, Debug)]
pub struct Table {
    /// What stands at its top.
    pub title: Localized,
    /// The field of the root that a line stands for each value of; `None` for a line for each root.
    pub by: Option<FieldId>,
    /// The KPIs: of the programme where they are grouped, else of the root.
    pub figures: Vec<KpiId>,
}

/// Records of an entity.
#[derive(Clone, Debug)]
pub struct List {
    /// What stands at its top.
    pub title: Localized,
    /// The entity.
    pub entity: EntityId,
    /// The fields that it shows.
    pub fields: Vec<FieldId>,
    /// The names of the tallies whose verdicts it shows; all that decide where there are none.
    pub tallies: Vec<String>,
    /// The tally that has to count a record, or leave it open, for it to be shown.
    pub counted: Option<String>,
    /// The window that records have to be of, whichever the sheet is made for.
    pub window: Option<usize>,
}

impl Layout {
    /// The sheets that files describe, each file after the name of its edition: those of the
    /// oldest edition first, each laid over the one before it. Places in messages count these
    /// files.
    ///
    /// There is always a layout: what is wrong is in [`Layout::findings`], and is said again where
    /// a sheet or a window is asked for that it is wrong with.
    pub fn read(files: &[(String, Source)], pack: &Pack) -> Layout {
        resolve::layout(files, pack)
    }

    /// A sheet by its name.
    ///
    /// # Errors
    /// [`Code::NoSheets`] where there are none at all, [`Code::UnknownSheet`], or what is wrong with
    /// it or with the files as a whole.
    pub fn sheet(&self, name: &str, pack: &Pack) -> Result<&SheetLayout, LayoutError> {
        self.is_read()?;
        self.wrong_with(Kind::Sheet, name)?;
        if let Some(sheet) = self.sheets.iter().find(|sheet| sheet.name == name) {
            return Ok(sheet);
        }
        let names = self.names(Kind::Sheet, self.sheets.iter().map(|sheet| sheet.name.as_str()));
        if names.is_empty() {
            return Err(Diagnostic::new(Code::NoSheets).arg(pack.name()).into());
        }
        let unknown = Diagnostic::new(Code::UnknownSheet).arg(name);
        let unknown = unknown.word(listed(names.iter().copied()));
        Err(unknown.suggest(guiju::nearest(name, names.iter().copied())).into())
    }

    /// A window by its name.
    ///
    /// # Errors
    /// [`Code::NoWindows`] where there are none at all, [`Code::UnknownWindow`], or what is wrong
    /// with it or with the files as a whole.
    pub fn named_window(&self, name: &str) -> Result<&Window, LayoutError> {
        self.is_read()?;
        self.wrong_with(Kind::Window, name)?;
        if let Some(window) = self.windows.iter().find(|window| window.name == name) {
            return Ok(window);
        }
        let names = self.window_names();
        if names.is_empty() {
            return Err(Diagnostic::new(Code::NoWindows).arg(name).into());
        }
        let unknown = Diagnostic::new(Code::UnknownWindow).arg(name);
        let unknown = unknown.word(listed(names.iter().copied()));
        Err(unknown.suggest(guiju::nearest(name, names.iter().copied())).into())
    }

    fn is_read(&self) -> Result<(), LayoutError> {
        if self.found.is_empty() { Ok(()) } else { Err(self.found.clone().into()) }
    }

    /// The names of all parts of a kind, those that cannot be used with them, in their order.
    fn names<'a>(&'a self, kind: Kind, sound: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let others = self.faults.iter().filter(|fault| fault.kind == kind);
        let mut names: Vec<&str> = sound.chain(others.map(|fault| fault.name.as_str())).collect();
        names.sort_unstable();
        names
    }

    /// The names of its windows, in their order.
    pub(crate) fn window_names(&self) -> Vec<&str> {
        self.names(Kind::Window, self.windows.iter().map(|window| window.name.as_str()))
    }

    /// The window that a sheet is to be made for, by its name.
    ///
    /// # Errors
    /// As of [`Layout::named_window`]; [`Code::WindowNeeded`] where there is no name and the sheet
    /// shows one, [`Code::WindowUnused`] where it shows none.
    pub fn window(
        &self,
        sheet: &SheetLayout,
        name: Option<&str>,
    ) -> Result<Option<&Window>, LayoutError> {
        let Some(name) = name else {
            return if sheet.needs_window() {
                let words = listed(self.window_names().into_iter());
                Err(Diagnostic::new(Code::WindowNeeded).arg(&sheet.name).word(words).into())
            } else {
                Ok(None)
            };
        };
        let found = self.named_window(name)?;
        if sheet.takes_window() {
            Ok(Some(found))
        } else {
            Err(Diagnostic::new(Code::WindowUnused).arg(&sheet.name).into())
        }
    }
}

impl Default for SheetLayout {
    /// A sheet that shows nothing, with money in 元.
    fn default() -> SheetLayout {
        SheetLayout {
            name: String::new(),
            title: Localized::default(),
            programme: false,
            unit: (Unit::Money.sign(), Exact::ONE),
            parts: Vec::new(),
            notes: Vec::new(),
            signatures: Vec::new(),
            clauses: Vec::new(),
        }
    }
}

impl SheetLayout {
    /// Whether a column shows the figures of a window, so that one has to be named.
    pub fn needs_window(&self) -> bool {
        self.parts.iter().any(|part| {
            let Part::Figures(columns, _) = part else { return false };
            columns.iter().any(|column| column.shows == Some(Shows::Window))
        })
    }

    /// Whether it can be made for a window: also where it lists records.
    pub fn takes_window(&self) -> bool {
        let lists = |part: &Part| matches!(part, Part::List(list) if list.window.is_none());
        self.needs_window() || self.parts.iter().any(lists)
    }
}

impl Window {
    /// Whether a day is one of it.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}
