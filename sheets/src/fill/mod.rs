//! Pages filled with a result: what a description of sheets ([`crate::Layout`]) asks for, of each
//! root or of the programme.
//!
//! What is open is shown with its bounds, what is missing stays empty, and neither is zero. Not
//! here: the formats of pages.

mod figures;
mod list;
mod named;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use guiju::{
    Abort, Code, Dataset, Diagnostic, EntityId, Evaluation, Exact, KpiId, KpiInfo, KpiValue,
    Limits, List, Locale, Localized, Schema, Unit,
};

use crate::layout::{Layout, Part, SheetLayout, Window};
pub(crate) use named::{Named, mark};

use crate::page::{Cell, Look, Page, Value, pick, unused_name};

/// What a sheet is made from.
#[derive(Clone, Copy)]
pub struct Filling<'a> {
    /// The result.
    pub evaluation: &'a Evaluation,
    /// The sheets of its pack.
    pub layout: &'a Layout,
    /// The sheet that is wanted.
    pub sheet: &'a SheetLayout,
    /// The days that it is of.
    pub window: Option<&'a Window>,
    /// The only root that is wanted; `None` for all.
    pub root: Option<usize>,
    /// The language of labels.
    pub locale: Locale,
}

/// Why a sheet could not be filled.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FillError {
    /// Working out the figures of a window took too long.
    #[error(transparent)]
    Abort(#[from] Abort),
    /// Something in the data does not fit.
    #[error("{}", .0.message(Locale::En))]
    Diagnostic(Box<Diagnostic>),
}

/// The figures of each root within the window; none where no sheet shows them.
type Within = Option<Arc<[List<KpiId, KpiValue>]>>;

/// The only root that a sheet is to be made of, by its key; `None` where there is no key.
///
/// # Errors
/// [`Code::RootUnused`] where the sheet is of the programme, [`Code::NoSuchRoot`].
pub fn root(
    evaluation: &Evaluation,
    sheet: &SheetLayout,
    key: Option<&str>,
) -> Result<Option<usize>, Box<Diagnostic>> {
    let Some(key) = key else { return Ok(None) };
    let (data, of) = (evaluation.data(), &evaluation.pack().schema().root_entity().label);
    if sheet.programme {
        return Err(Box::new(Diagnostic::new(Code::RootUnused).arg(&sheet.name).word(of.clone())));
    }
    data.find_root(key)
        .map(Some)
        .ok_or_else(|| Box::new(no_such_root(data, evaluation.pack().schema(), key)))
}

/// That data has no root of a key, with those that it has.
pub fn no_such_root(data: &Dataset, schema: &Schema, key: &str) -> Diagnostic {
    let all = || (0..data.len()).map(|root| data.root_key(root));
    Diagnostic::new(Code::NoSuchRoot)
        .word(schema.root_entity().label.clone())
        .arg(key)
        .word(guiju::listed(all()))
        .suggest(guiju::nearest(key, all()))
}

/// The pages of a sheet: for the programme, or for each root that is wanted.
///
/// # Errors
/// [`FillError`] where a text is longer than a cell may be, or where the limits do not suffice.
pub fn fill(filling: &Filling<'_>, limits: &Limits) -> Result<Vec<Page>, FillError> {
    let Filling { evaluation, sheet, .. } = *filling;
    let filler = Filler::new(filling, limits)?;
    let roots: Vec<Option<usize>> = match (sheet.programme, filling.root) {
        (true, _) => vec![None],
        (false, Some(root)) => vec![Some(root)],
        (false, None) => (0..evaluation.data().len()).map(Some).collect(),
    };
    let several = roots.len() > 1;
    let mut pages = Vec::new();
    let mut verdicts = BTreeMap::new();
    for root in roots {
        if let Some(root) = root {
            verdicts = list::verdicts(evaluation, root);
        }
        for part in &sheet.parts {
            let (title, mut page) = match part {
                Part::Figures(columns, sections) => {
                    (&sheet.title, filler.figures(root, columns, sections))
                }
                Part::Table(table) => (&table.title, filler.table(table)),
                Part::List(list) => (&list.title, filler.list(root, list, &verdicts)),
            };
            let key = root.filter(|_| several).map(|root| evaluation.data().root_key(root));
            let title = title.get(filling.locale);
            let name = key.map_or_else(|| title.to_owned(), |key| format!("{key} {title}"));
            page.name = unused_name(&pages, &name);
            fits(&page)?;
            pages.push(page);
        }
    }
    Ok(pages)
}

/// Whether every text of a page fits into its cell.
fn fits(page: &Page) -> Result<(), FillError> {
    for (row, line) in page.lines.iter().enumerate() {
        let mut column = 1;
        for cell in line {
            cell.value.fits(&page.name, row + 1, column).map_err(FillError::Diagnostic)?;
            column += cell.span;
        }
    }
    Ok(())
}

impl Filling<'_> {
    /// Whether a record is of a window; `None` where its day is not known.
    pub(super) fn is_within(&self, window: &Window, entity: EntityId, row: usize) -> Option<bool> {
        let field = self.layout.days.get(entity).copied().flatten()?;
        match self.evaluation.data().cell(entity, field, row)? {
            guiju::Cell::Date(day) => Some(window.contains(day)),
            guiju::Cell::Period(period) => Some(window.contains(period.start)),
            _ => None,
        }
    }
}

#[derive(Clone)]
struct Filler<'a> {
    filling: Filling<'a>,
    kpis: Arc<List<KpiId, KpiInfo<'a>>>,
    within: Within,
    /// The unit that money is shown in, where it is not that of the sheet.
    unit: Option<(String, Exact)>,
}

impl<'a> Filler<'a> {
    fn new(filling: &Filling<'a>, limits: &Limits) -> Result<Filler<'a>, FillError> {
        let within = match filling.window {
            Some(window) => {
                let mut belongs = |entity, row| filling.is_within(window, entity, row);
                Some(filling.evaluation.within(&mut belongs, limits)?.into())
            }
            None => None,
        };
        let kpis = Arc::new(filling.evaluation.pack().kpis().collect());
        Ok(Filler { filling: *filling, kpis, within, unit: None })
    }

    fn pick(&self, zh: &str, en: &str) -> String {
        pick(self.filling.locale, zh, en)
    }

    fn text<'t>(&self, words: &'t Localized) -> &'t str {
        words.get(self.filling.locale)
    }

    /// A page of so many columns with its title, and what it is of.
    fn begun(&self, root: Option<usize>, title: &Localized, widths: Vec<u16>) -> Page {
        let Filling { evaluation, sheet, window, .. } = self.filling;
        let columns = widths.len();
        let pack = self.text(evaluation.pack().label());
        let mut title = format!("{pack}　{}", self.text(title));
        if let Some(window) = window {
            title += &format!("（{}）", self.text(&window.label));
        }
        let mut of = Vec::new();
        if let Some(root) = root {
            let entity = evaluation.pack().schema().root_entity();
            let (label, key) = (self.text(&entity.label), evaluation.data().root_key(root));
            of.push(format!("{label}{}{key}", self.pick("：", ": ")));
            of.extend(self.name_of(root).map(str::to_owned));
        }
        if let Some(window) = window {
            of.push(self.days_of(window));
        }
        of.push(self.pick("金額單位：", "money in: ") + &sheet.unit.0);
        let line = |text: String, look| vec![Cell::text(text, look, columns)];
        Page {
            name: String::new(),
            widths,
            lines: vec![line(title, Look::Title), line(of.join("　"), Look::Info)],
            heading: 0,
        }
    }

    fn days_of(&self, window: &Window) -> String {
        let day = |day: Option<guiju::Date>| {
            day.map(|day| Value::Day(day).shown(self.filling.locale == Locale::ZhTw))
        };
        let between = self.pick("～", " to ");
        format!(
            "{}{between}{}",
            day(window.from).unwrap_or_default(),
            day(window.until).unwrap_or_default()
        )
    }

    /// What a root is called: its first text besides its key.
    fn name_of(&self, root: usize) -> Option<&'a str> {
        let evaluation = self.filling.evaluation;
        let entity = evaluation.pack().schema().root_entity();
        let field = entity.fields.entries().find(|(index, field)| {
            *index != entity.key && !field.optional && field.kind == guiju::FieldKind::Text
        });
        evaluation.data().root_text(root, field?.0)
    }

    /// The heading of a page, which ends here what stays in view.
    fn headed(&self, page: &mut Page, headings: Vec<String>) {
        page.lines.push(
            headings.into_iter().map(|text| Cell::new(Value::Text(text), Look::Heading)).collect(),
        );
        page.heading = page.lines.len();
    }

    /// What stands below the lines of a page: notes, clauses, signatures.
    fn ended(&self, page: &mut Page) {
        let sheet = self.filling.sheet;
        let columns = page.widths.len();
        let is_open = page.lines.iter().flatten().any(|cell| cell.look == Look::Open);
        let mut notes: Vec<String> =
            sheet.notes.iter().map(|note| self.text(note).to_owned()).collect();
        if is_open {
            notes.push(self.pick(
                "標為未定者，資料尚缺：補齊後的值在所列範圍之內。",
                "Open values lack data: filled in, they will lie within the bounds shown.",
            ));
        }
        if !sheet.clauses.is_empty() {
            notes.push(
                self.pick("依據：", "Clauses: ") + &sheet.clauses.join(&self.pick("、", ", ")),
            );
        }
        for note in notes {
            page.lines.push(vec![Cell::text(note, Look::Note, columns)]);
        }
        let signers = sheet.signatures.len();
        if let Some(share) = columns.checked_div(signers).map(|share| share.max(1)) {
            let cell = |(at, words): (usize, &Localized)| {
                let last = at + 1 == signers.min(columns);
                let span = if last { columns - at * share } else { share };
                let words = self.text(words).to_owned() + &self.pick("：", ":");
                Cell::text(words, Look::Signature, span)
            };
            page.lines.push(sheet.signatures.iter().enumerate().take(columns).map(cell).collect());
        }
    }

    /// A known number in the unit that it is shown in.
    fn number(&self, value: &Exact, unit: &Unit) -> Value {
        match unit {
            Unit::Ratio => Value::Share(value.clone()),
            Unit::Money => {
                let (sign, factor) = self.unit.as_ref().unwrap_or(&self.filling.sheet.unit);
                match value.div(factor) {
                    Ok(shown) => Value::Number(shown, sign.clone()),
                    Err(_) => Value::Number(value.clone(), unit.sign()),
                }
            }
            _ => Value::Number(value.clone(), unit.sign()),
        }
    }

    /// The value of a figure, its bounds, or why it has none.
    fn figure(&self, value: &KpiValue, unit: &Unit) -> Cell {
        let minguo = self.filling.locale == Locale::ZhTw;
        let shown = |bound: &Exact| self.number(bound, unit).shown(minguo);
        match value {
            KpiValue::Known(value) => Cell::new(self.number(value, unit), Look::Plain),
            KpiValue::Undetermined { low, high, .. } => {
                let words = match (low, high) {
                    (Some(low), Some(high)) => {
                        format!("{}{}{}", shown(low), self.pick("～", " to "), shown(high))
                    }
                    (Some(low), None) => self.pick("至少 ", "at least ") + &shown(low),
                    (None, Some(high)) => self.pick("至多 ", "at most ") + &shown(high),
                    (None, None) => String::new(),
                };
                let open = self.pick("（未定）", " (open)");
                Cell::text((words + &open).trim().to_owned(), Look::Open, 1)
            }
            KpiValue::NotApplicable | KpiValue::Invalid(_) => {
                Cell::text(guiju::kpi_words(value, unit, self.filling.locale), Look::Plain, 1)
            }
        }
    }
}
