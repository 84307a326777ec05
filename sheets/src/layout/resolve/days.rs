//! The days by which records belong to windows, and the windows themselves, held to a pack.
//!
//! Not here: sheets (`resolve`).

use guiju::{Code, Date, Diagnostic, FieldKind, Localized, Span};
use toml::Spanned;

use super::Resolver;
use crate::layout::file;
use crate::layout::{Column, RowOf, Section, Shows, Window};

impl Resolver<'_> {
    /// The field with the day of an entity's records.
    pub(super) fn day(&mut self, entity: &Spanned<String>, field: &Spanned<String>) {
        let pack = self.pack;
        let Some(index) = self.entity(entity) else { return };
        let entity = &pack.schema().entities[index];
        let Some(day) = self.field(entity, field) else { return };
        if matches!(entity.fields[day].kind, FieldKind::Date | FieldKind::Period) {
            self.layout.days[index] = Some(day);
        } else {
            self.shape(
                field,
                &format!("`{}` 不是日期或期間", field.get_ref()),
                &format!("`{}` is neither a date nor a period", field.get_ref()),
            );
        }
    }

    pub(super) fn window(&mut self, name: &Spanned<String>, window: file::Window) -> Window {
        self.clauses(&window.cites);
        let (mut from, mut until) = (None, None);
        match (&window.days, &window.from, &window.until) {
            (Some(days), None, None) => (from, until) = self.period(days),
            (None, None, None) => {
                let shown = name.get_ref();
                self.shape(
                    name,
                    &format!("期間 `{shown}` 沒有日期：請寫 `days`，或 `from` 與 `until`"),
                    &format!("window `{shown}` has no days: write `days`, or `from` and `until`"),
                );
            }
            (Some(days), ..) => self.shape(
                days,
                "`days` 不能與 `from`、`until` 並用",
                "`days` cannot stand with `from` and `until`",
            ),
            (None, first, last) => {
                from = first.as_ref().and_then(|day| self.date(day));
                until = last.as_ref().and_then(|day| self.date(day));
                if let (Some(first), Some(last), Some(place)) = (from, until, &window.until)
                    && last < first
                {
                    self.shape(
                        place,
                        "期間的最後一天早於第一天",
                        "the window ends before it begins",
                    );
                }
            }
        }
        Window { name: name.get_ref().clone(), label: window.label.0, from, until }
    }

    /// The days of a constant, or of the pack.
    fn period(&mut self, name: &Spanned<String>) -> (Option<Date>, Option<Date>) {
        if name.get_ref() == "period"
            && let Some(period) = self.pack.period()
        {
            return (Some(period.start), Some(period.end));
        }
        let constant = self.constants.iter().find(|constant| constant.name == *name.get_ref());
        let days = constant.and_then(|constant| {
            let (from, until) = constant.value.split_once(" .. ")?;
            Some((Date::parse(from).ok()?, Date::parse(until).ok()?))
        });
        match days {
            Some((from, until)) => (Some(from), Some(until)),
            None => {
                let periods: Vec<&str> = self
                    .constants
                    .iter()
                    .filter(|constant| constant.value.contains(" .. "))
                    .map(|constant| constant.name)
                    .chain(["period"])
                    .collect();
                self.unknown(("期間常數", "constant that is a period"), name, periods);
                (None, None)
            }
        }
    }

    /// A day as it is written, or that of a constant.
    fn date(&mut self, day: &Spanned<String>) -> Option<Date> {
        let named = self.constants.iter().find(|constant| constant.name == *day.get_ref());
        let text = named.map_or(day.get_ref().as_str(), |constant| constant.value.as_str());
        let read = Date::parse(text).ok();
        if read.is_none() {
            let days: Vec<&str> = self
                .constants
                .iter()
                .filter(|constant| Date::parse(&constant.value).is_ok())
                .map(|constant| constant.name)
                .collect();
            self.unknown(("日期或日期常數", "day, or constant that is one,"), day, days);
        }
        read
    }

    /// Holds the figures beside a column of a window to what has days.
    pub(super) fn windowed(&mut self, columns: &[Column], sections: &[Section], place: Span) {
        if !columns.iter().any(|column| column.shows == Some(Shows::Window)) {
            return;
        }
        let pack = self.pack;
        for row in sections.iter().flat_map(|section| &section.rows) {
            let RowOf::Figure(kpi) = row.of else { continue };
            let name = self.kpis.get(kpi).map_or("", |kpi| kpi.name);
            let why = match pack.entities_behind(kpi) {
                None => {
                    let words = Localized::new(
                        format!("`{name}` 取決於全部資料，不能分期"),
                        format!("`{name}` hangs on all records, and has no parts"),
                    );
                    self.found.push(Diagnostic::new(Code::SheetsShape).word(words).at(place));
                    None
                }
                Some(entities) => entities
                    .into_iter()
                    .find(|entity| self.layout.days.get(*entity).is_none_or(Option::is_none))
                    .and_then(|entity| pack.schema().entities.get(entity))
                    .map(|entity| {
                        Localized::new(
                            format!("{}（`{}`）沒有指定日期欄位", entity.label.zh, entity.name),
                            format!("`{}` names no field with its day", entity.name),
                        )
                    }),
            };
            if let Some(why) = why {
                self.found.push(Diagnostic::new(Code::SheetsDay).arg(name).word(why).at(place));
            }
        }
    }
}
