//! Numbers as people read them: thousands separators, shares as percent, money in 元 or rounded to
//! 仟元.
//!
//! Rounding is half away from zero and only ever here; results for programs keep the exact value.

use guiju::{Exact, KpiValue, Locale, Unit, grouped};

use crate::words;

/// How amounts of money are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amounts {
    /// In 元, exactly.
    Exact,
    /// In 仟元, rounded to the thousand.
    Thousands,
}

impl Amounts {
    /// The unit that values are shown in.
    pub(crate) fn unit(self, unit: &Unit) -> String {
        match (self, unit) {
            (Amounts::Thousands, Unit::Money) => "仟元".to_owned(),
            _ => unit.sign(),
        }
    }

    /// A number in that unit. Shares have two decimals of a percent; `~` marks another quotient cut
    /// to two decimals.
    pub(crate) fn value(self, value: &Exact, unit: &Unit) -> String {
        self.with_digits(value, unit, 0)
    }

    /// The same with more digits, where it is rounded.
    fn with_digits(self, value: &Exact, unit: &Unit, more: u32) -> String {
        match (self, unit) {
            (_, Unit::Ratio) => grouped(&moved(&value.to_fixed(4 + more))),
            (Amounts::Thousands, Unit::Money) => match value.div(&Exact::from(1000)) {
                Ok(thousands) => grouped(&thousands.to_fixed(more)),
                Err(_) => format!("{} 元", grouped(&value.to_string())),
            },
            _ => match value.to_plain() {
                Some(plain) => grouped(&plain),
                None => format!("~{}", grouped(&value.to_fixed(2))),
            },
        }
    }

    /// The value of a KPI or its bounds; empty where it has none.
    pub(crate) fn kpi(self, value: &KpiValue, unit: &Unit, locale: Locale) -> String {
        match value {
            KpiValue::Known(value) => self.value(value, unit),
            // What is open is whether there is a value.
            KpiValue::Undetermined { low: Some(low), high: Some(high), .. } if low == high => {
                let none = if locale == Locale::ZhTw { "或沒有" } else { "or none" };
                format!("{} {none}", self.value(low, unit))
            }
            KpiValue::Undetermined { low, high, .. } => {
                let bounds = |more: u32| {
                    [low, high].map(|bound| {
                        bound.as_ref().map(|bound| self.with_digits(bound, unit, more))
                    })
                };
                // What is open between two bounds is not shown as one number: three digits more are
                // single 元.
                let is_one = |[low, high]: &[Option<String>; 2]| low.is_some() && low == high;
                let mut shown = bounds(0);
                if is_one(&shown) {
                    shown = (1..=3).map(bounds).find(|bounds| !is_one(bounds)).unwrap_or(shown);
                }
                let [low, high] = shown.map(Option::unwrap_or_default);
                format!("{low} .. {high}").trim().to_owned()
            }
            KpiValue::NotApplicable | KpiValue::Invalid(_) => String::new(),
        }
    }

    /// The same, with a word where there is no value.
    pub(crate) fn kpi_or_state(self, value: &KpiValue, unit: &Unit, locale: Locale) -> String {
        match value {
            KpiValue::Known(_) | KpiValue::Undetermined { .. } => self.kpi(value, unit, locale),
            KpiValue::NotApplicable | KpiValue::Invalid(_) => words::state(value, locale),
        }
    }
}

/// A decimal with its point two places further right.
fn moved(fixed: &str) -> String {
    let (sign, digits) = fixed.strip_prefix('-').map_or(("", fixed), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (up, rest) = fraction.split_at(fraction.len().min(2));
    let whole = format!("{whole}{up}");
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    format!("{sign}{whole}.{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use guiju::Needs;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::fraction(numerator, denominator).unwrap_or(Exact::ZERO)
    }

    #[test]
    fn money_is_rounded_half_up_to_the_thousand_or_shown_exactly() {
        for (amount, thousands, plain) in [
            (exact(2_500, 1), "3", "2,500"),
            (exact(3_500, 1), "4", "3,500"),
            (exact(-2_500, 1), "-3", "-2,500"),
            (exact(-1_234_567, 1), "-1,235", "-1,234,567"),
            (exact(1_000_000, 3), "333", "~333,333.33"),
            (exact(5, 4), "0", "1.25"),
        ] {
            assert_eq!(Amounts::Thousands.value(&amount, &Unit::Money), thousands);
            assert_eq!(Amounts::Exact.value(&amount, &Unit::Money), plain);
        }
    }

    #[test]
    fn shares_are_percent_with_two_decimals() {
        for (share, shown) in [
            (exact(1, 3), "33.33"),
            (exact(12, 1), "1,200.00"),
            (exact(-1, 400), "-0.25"),
            (exact(0, 1), "0.00"),
        ] {
            assert_eq!(Amounts::Exact.value(&share, &Unit::Ratio), shown);
        }
    }

    #[test]
    fn bounds_stand_around_two_dots() {
        let between = KpiValue::Undetermined {
            low: Some(exact(18, 1)),
            high: Some(exact(2_100, 1)),
            may_be_none: false,
            needs: Needs::default(),
        };
        let above = KpiValue::Undetermined {
            low: Some(exact(18, 1)),
            high: None,
            may_be_none: false,
            needs: Needs::default(),
        };
        assert_eq!(Amounts::Exact.kpi(&between, &Unit::Number, Locale::En), "18 .. 2,100");
        assert_eq!(Amounts::Exact.kpi(&above, &Unit::Number, Locale::En), "18 ..");
        assert_eq!(Amounts::Exact.kpi(&KpiValue::NotApplicable, &Unit::Number, Locale::En), "");
        let open = |low, high| KpiValue::Undetermined {
            low: Some(low),
            high: Some(high),
            may_be_none: false,
            needs: Needs::default(),
        };
        let money = |low, high| Amounts::Thousands.kpi(&open(low, high), &Unit::Money, Locale::En);
        assert_eq!(money(exact(70, 1), exact(80, 1)), "0.07 .. 0.08");
        assert_eq!(money(exact(100, 3), exact(500, 3)), "0.0 .. 0.2");
        assert_eq!(money(exact(900, 1), exact(2_100, 1)), "1 .. 2");
        let share = Amounts::Exact.kpi(
            &open(exact(1, 3), exact(333_334, 1_000_000)),
            &Unit::Ratio,
            Locale::En,
        );
        assert_eq!(share, "33.3333 .. 33.3334");
        let two = open(exact(2, 1), exact(2, 1));
        assert_eq!(Amounts::Exact.kpi(&two, &Unit::Number, Locale::En), "2 or none");
        assert_eq!(Amounts::Exact.kpi(&two, &Unit::Number, Locale::ZhTw), "2 或沒有");
    }
}
