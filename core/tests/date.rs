//! Days in both calendars over two centuries, against chrono.

use chrono::{Datelike, Days, NaiveDate};
use guiju::Date;

#[test]
fn every_day_from_1912_to_2111_has_one_minguo_name() {
    let mut day = NaiveDate::from_ymd_opt(1912, 1, 1).unwrap();
    let mut previous = None;
    while day.year() < 2112 {
        let found = Date::from_ymd(day.year(), day.month(), day.day()).unwrap();
        assert_eq!(found.to_string(), day.format("%Y-%m-%d").to_string());
        assert_eq!(
            found.minguo(),
            format!("{:03}/{:02}/{:02}", day.year() - 1911, day.month(), day.day())
        );
        assert_eq!(Date::from_epoch_days(found.epoch_days()), Some(found));
        assert!(previous.is_none_or(
            |before: Date| before < found && before.epoch_days() + 1 == found.epoch_days()
        ));
        previous = Some(found);
        day = day.checked_add_days(Days::new(1)).unwrap();
    }
}

#[test]
fn days_outside_the_calendar_do_not_exist() {
    for (year, month, day) in
        [(0, 1, 1), (10_000, 1, 1), (2019, 2, 29), (2019, 13, 1), (2019, 4, 31), (2019, 1, 0)]
    {
        assert_eq!(Date::from_ymd(year, month, day), None);
    }
    assert_eq!(Date::from_epoch_days(i32::MAX), None);
    assert_eq!(Date::from_epoch_days(i32::MIN), None);
}
