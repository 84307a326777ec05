//! The days by which records belong to windows, and the windows themselves, held to a pack.
//!
//! Not here: sheets (`sheet`).

use guiju::{Code, Date, DateError, Diagnostic, FieldKind, Localized, Span};

use super::Resolver;
use crate::layout::file::{self, Text};
use crate::layout::{Column, RowOf, Section, Shows, Window};

impl Resolver<'_> {
    /// The field with the day of an entity's records.
    pub(super) fn day(&mut self, entity: &Text, field: &Text) {
        let pack = self.pack;
        let Some(index) = self.entity(entity) else { return };
        let entity = &pack.schema().entities[index];
        let is_day = |kind: &FieldKind| matches!(kind, FieldKind::Date | FieldKind::Period);
        match entity.fields.find_id(|own| own.name == field.value) {
            Some(day) if is_day(&entity.fields[day].kind) => self.layout.days[index] = Some(day),
            _ => {
                let days = entity.fields.iter().filter(|field| is_day(&field.kind));
                let zh = format!("{}的日期或期間欄位", entity.label.zh);
                let en = format!("field of `{}` that is a date or a period", entity.name);
                self.unknown((&zh, &en), field, days.map(|field| field.name.as_str()));
            }
        }
    }

    pub(super) fn window(&mut self, name: &Text, window: file::Window) -> Window {
        let is_whole = self.found.is_empty();
        let shown = &name.value;
        if shown.trim().is_empty() {
            self.shape(
                name.span,
                ["填報期間的名稱是空白的", "the name of the window is blank"],
                ["請給它一個名稱", "give it one"],
            );
        }
        self.clauses(&window.cites);
        let (mut from, mut until) = (None, None);
        match (&window.days, &window.from, &window.until) {
            (Some(days), None, None) => (from, until) = self.period(days),
            (None, None, None) if is_whole => self.shape(
                name.span,
                [&format!("期間 `{shown}` 沒有日期"), &format!("window `{shown}` has no days")],
                ["請寫 `days`，或 `from` 與 `until`", "write `days`, or `from` and `until`"],
            ),
            (None, None, None) => {}
            (Some(days), ..) => self.shape(
                days.span,
                [
                    "`days` 不能與 `from`、`until` 並用",
                    "`days` cannot stand with `from` and `until`",
                ],
                ["請拿掉其中一種", "leave out the one or the other"],
            ),
            (None, first, last) => {
                from = first.as_ref().and_then(|day| self.date(day));
                until = last.as_ref().and_then(|day| self.date(day));
                if let (Some(first), Some(last), Some(place)) = (from, until, &window.until)
                    && last < first
                {
                    let [minguo, other] =
                        [[first, last].map(Date::minguo), [first, last].map(|day| day.to_string())];
                    self.shape(
                        place.span,
                        [
                            &format!(
                                "期間 `{shown}` 的最後一天 {} 早於第一天 {}",
                                minguo[1], minguo[0]
                            ),
                            &format!(
                                "window `{shown}` ends on {}, before it begins on {}",
                                other[1], other[0]
                            ),
                        ],
                        ["請更正 `from` 或 `until`", "correct `from` or `until`"],
                    );
                }
            }
        }
        Window { name: name.value.clone(), label: window.label, from, until }
    }

    /// The days of a constant, or of the pack.
    fn period(&mut self, name: &Text) -> (Option<Date>, Option<Date>) {
        let own = self.pack.period();
        if name.value == "period"
            && let Some(period) = own
        {
            return (Some(period.start), Some(period.end));
        }
        let constant = self.constants.iter().find(|constant| constant.name == name.value);
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
                    .chain(own.map(|_| "period"))
                    .collect();
                self.unknown(("期間常數", "constant that is a period"), name, periods);
                (None, None)
            }
        }
    }

    /// A day as it is written, or that of a constant.
    fn date(&mut self, day: &Text) -> Option<Date> {
        let named = self.constants.iter().find(|constant| constant.name == day.value);
        let text = named.map_or(day.value.as_str(), |constant| constant.value.as_str());
        let why = match Date::parse(text) {
            Ok(day) => return Some(day),
            Err(why) => why,
        };
        let code = match why {
            // A constant is a day or something else; what looks like no day is a name.
            _ if named.is_some() => None,
            DateError::NoSuchDay => Some(Code::BadDate),
            DateError::TwoDigitYear => Some(Code::TwoDigitYear),
            DateError::EarlyYear => Some(Code::EarlyYear),
            _ => None,
        };
        let Some(code) = code else {
            let days: Vec<&str> = self
                .constants
                .iter()
                .filter(|constant| Date::parse(&constant.value).is_ok())
                .map(|constant| constant.name)
                .collect();
            self.unknown(("日期，也不是日期常數", "day, and no constant that is one"), day, days);
            return None;
        };
        let mut found = Diagnostic::new(code).arg(text).at(day.span);
        if why == DateError::NoSuchDay {
            found = match last_of_month(text) {
                Some((written, last)) => found
                    .note(
                        format!("這個月到 {last} 日為止"),
                        format!("that month ends on day {last}"),
                    )
                    .suggest(Some(&written)),
                None => found.note("沒有這個月", "there is no such month"),
            };
        }
        self.found.push(found);
        None
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
                    self.shape(
                        place,
                        [
                            &format!("`{name}` 取決於全部資料，不能分期"),
                            &format!("`{name}` hangs on all records, and has no parts"),
                        ],
                        [
                            "請從這個報表拿掉它，或拿掉 `shows = \"window\"` 的欄",
                            "take it out of this sheet, or the column with `shows = \"window\"`",
                        ],
                    );
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

/// The last day of the month that a day would be in, written as that is, and its number; `None`
/// where there is no such month.
fn last_of_month(text: &str) -> Option<(String, u32)> {
    let at = text.rfind(['/', '-', '.'])?;
    let month = text.get(..=at)?;
    let last = (28..=31).rev().find(|day| Date::parse(&format!("{month}{day}")).is_ok())?;
    Some((format!("{month}{last}"), last))
}
