//! Data of another year than the pack's: all of its records would be refused by their date, and
//! every figure be 0 though nothing is missing.
//!
//! Not here: which fields have to be in the period, which the schema says; single records outside
//! it, which rules refuse with a reason.

use guiju_model::date::{Date, Period};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::text::Localized;

use super::DatasetBuilder;

impl DatasetBuilder<'_> {
    /// Warns of each field whose every known day is outside the period that rules hold it to.
    pub(super) fn check_period(&mut self) {
        let schema = std::sync::Arc::clone(&self.schema);
        let Some(dated) = &schema.dated else { return };
        for (entity, field) in &dated.fields {
            let Some(column) =
                self.buffers.get(*entity).and_then(|buffer| buffer.columns.get(*field))
            else {
                continue;
            };
            let rows = 0..self.buffers[*entity].roots.len();
            let mut days = rows.filter_map(|row| Some((row, column.days(row)?)));
            let Some((first, mut all)) = days.next() else { continue };
            let outside =
                |days: Period| days.end < dated.period.start || days.start > dated.period.end;
            let every = outside(all)
                && days.all(|(_, days)| {
                    all = Period { start: all.start.min(days.start), end: all.end.max(days.end) };
                    outside(days)
                });
            if every {
                let (shape, place) =
                    (&schema.entities[*entity], self.place(*entity, first, Some(*field)));
                let problem = Diagnostic::new(Code::OutsidePeriod)
                    .arg(&shape.name)
                    .arg(&shape.fields[*field].name)
                    .word(words(dated.period))
                    .word(words(all))
                    .note(
                        "期間外的資料都不計入，指標因此可能是 0，並不是缺資料",
                        "records outside the period do not count: figures may be 0 though nothing is missing",
                    );
                self.findings.push(problem.in_data(place));
            }
        }
    }
}

fn words(period: Period) -> Localized {
    let Period { start, end } = period;
    let between = |day: fn(Date) -> String, to: &str| {
        if start == end { day(start) } else { format!("{}{to}{}", day(start), day(end)) }
    };
    Localized::new(between(Date::minguo, "–"), between(|day| day.to_string(), " to "))
}
