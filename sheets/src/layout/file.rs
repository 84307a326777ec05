//! What a description of sheets says, as it is written in `sheets.toml`, with the place of every
//! name.
//!
//! Not here: reading it (`read`), and what the names stand for (`resolve`).

use guiju::{Diagnostic, Localized, Span};

/// A part of the file with its place.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// A text of the file.
pub(super) type Text = Placed<String>;

/// A whole file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// What of the editions before it is no more.
    pub(super) drop: Drop,
    /// For each entity, the field with the day of its records.
    pub(super) dates: Vec<(Text, Text)>,
    pub(super) windows: Vec<(Text, Read<Window>)>,
    pub(super) sheets: Vec<(Text, Read<Sheet>)>,
}

/// A named part of a file, and what is wrong with how it is written.
#[derive(Debug)]
pub(super) struct Read<T> {
    pub(super) of: T,
    pub(super) found: Vec<Diagnostic>,
}

/// What an edition no longer has.
#[derive(Debug, Default)]
pub(super) struct Drop {
    pub(super) dates: Vec<Text>,
    pub(super) windows: Vec<Text>,
    pub(super) sheets: Vec<Text>,
}

/// The days that records are of.
#[derive(Debug, Default)]
pub(super) struct Window {
    pub(super) label: Localized,
    /// The name of a constant that is a period, or `period` for that of the pack.
    pub(super) days: Option<Text>,
    /// The first day, or the name of a constant that is one.
    pub(super) from: Option<Text>,
    /// The last day, likewise.
    pub(super) until: Option<Text>,
    pub(super) cites: Vec<Text>,
}

/// One kind of sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Where it is described: its heading.
    pub(super) span: Span,
    pub(super) title: Localized,
    /// Whether it is about the programme rather than each root.
    pub(super) programme: bool,
    /// The unit that money is shown in.
    pub(super) unit: Option<Text>,
    pub(super) columns: Vec<Placed<Column>>,
    /// The sheet whose sections it has too.
    pub(super) like: Option<Text>,
    pub(super) section: Vec<Placed<Section>>,
    pub(super) table: Vec<Placed<Table>>,
    pub(super) list: Vec<Placed<List>>,
    pub(super) notes: Vec<Localized>,
    pub(super) signatures: Vec<Localized>,
    pub(super) cites: Vec<Text>,
}

/// A column of figures; without `shows` it is left for people to fill in.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) shows: Option<Shows>,
    pub(super) label: Option<Localized>,
}

/// What a column shows of each figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shows {
    /// What it should reach.
    Target,
    /// Its value over all records.
    Achieved,
    /// What is achieved less the target.
    Difference,
    /// What is achieved in percent of the target.
    Attainment,
    /// Its value of the year before.
    Previous,
    /// Its value over the records of the window.
    Window,
}

impl Shows {
    /// Each by the name that descriptions and forms give it.
    pub(crate) const NAMES: [(&'static str, Shows); 6] = [
        ("target", Shows::Target),
        ("achieved", Shows::Achieved),
        ("difference", Shows::Difference),
        ("attainment", Shows::Attainment),
        ("previous", Shows::Previous),
        ("window", Shows::Window),
    ];
}

/// A numbered part of a sheet.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) number: Option<String>,
    pub(super) title: Localized,
    pub(super) rows: Vec<Placed<Row>>,
}

/// A line of a section.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: Option<String>,
    pub(super) figure: Option<Text>,
    pub(super) field: Option<Text>,
    /// A line that is left for people to fill in.
    pub(super) blank: Option<Localized>,
    pub(super) label: Option<Localized>,
}

/// Figures side by side: a line for each root, or for each value that figures are grouped by.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) title: Localized,
    pub(super) by: Option<Text>,
    pub(super) figures: Vec<Text>,
}

/// Records, a line for each and each tally that looks at it.
#[derive(Debug)]
pub(super) struct List {
    pub(super) title: Localized,
    /// `None` where it is missing, which has been said.
    pub(super) entity: Option<Text>,
    pub(super) fields: Vec<Text>,
    pub(super) tallies: Vec<Text>,
    /// The only records wanted: those that this tally counts, or may.
    pub(super) counted: Option<Text>,
    /// The only records wanted: those of this window, whichever the sheet is made for.
    pub(super) window: Option<Text>,
}
