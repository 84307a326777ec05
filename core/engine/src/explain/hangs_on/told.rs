//! What a verdict hangs on in words, and as JSON. No decisions here: everything is in the data.

use super::super::text::Printed;
use super::answer::{HangsOn, TurningChange};
use guiju_model::json::Json;
use guiju_model::text::{Locale, Localized};

/// Changes of one list that are written out; the JSON has all of them.
const CHANGES_SHOWN: usize = 50;

impl HangsOn {
    /// What it hangs on as paragraphs of plain text.
    pub fn to_text(&self, locale: Locale) -> String {
        let mut writer = Writer { out: Printed(String::new()), locale, of: self };
        // Writing to a string cannot fail.
        let _ = writer.all();
        writer.out.0
    }

    /// Writes it, texts in one language; keys in alphabetical order.
    pub fn to_json(&self, json: &mut Json, locale: Locale) {
        let words = |words: &Localized| words.get(locale).to_owned();
        json.object(|json| {
            json.key("changes").list(|json| {
                for change in &self.changes {
                    json.object(|json| one(json, change, locale));
                }
            });
            json.key("id").text(&self.id);
            json.key("label").text(&words(&self.label));
            json.key("record").text_or_null(self.record.as_deref());
            json.key("root").text_or_null(self.root.as_deref());
            json.key("tried").object(|json| {
                let tried = &self.tried;
                json.key("all").bool(tried.stopped.is_none());
                json.key("other_values").number(tried.others as i64);
                json.key("planned").number(tried.planned as i64);
                json.key("records").number(tried.records as i64);
                let stopped = tried.stopped.map(|abort| abort.message(locale));
                json.key("stopped").text_or_null(stopped.as_deref());
                json.key("values").number(tried.values as i64);
            });
            json.key("truncated").number(self.truncated as i64);
            json.key("verdict").text(self.verdict);
        });
    }
}

fn one(json: &mut Json, change: &TurningChange, locale: Locale) {
    json.key("certain").bool(change.is_certain());
    json.key("field").text_or_null(change.field.as_deref());
    json.key("label").text(change.label.get(locale));
    json.key("now").text_or_null(change.now.as_ref().map(|now| now.get(locale)));
    json.key("others").list(|json| {
        for other in &change.others {
            json.object(|json| {
                match &other.beside {
                    None => json.key("beside").null(),
                    Some(beside) => json.key("beside").object(|json| {
                        json.key("value").text(&beside.value);
                        json.key("verdict").text(beside.verdict);
                        json.key("words").text(beside.words.get(locale));
                    }),
                }
                json.key("value").text(&other.value);
                json.key("verdict").text(other.verdict);
                json.key("words").text(other.words.get(locale));
            });
        }
    });
    json.key("record").text(&change.record);
    json.key("without").text_or_null(change.without);
}

struct Writer<'a> {
    out: Printed,
    locale: Locale,
    of: &'a HangsOn,
}

impl Writer<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.locale {
            Locale::ZhTw => zh,
            Locale::En => en,
        }
    }

    fn verdict(&self, verdict: &str) -> &'static str {
        match self.locale {
            Locale::ZhTw => match verdict {
                "met" => "達成",
                "not_met" => "未達成",
                "not_applicable" => "不適用",
                "counted" => "計入",
                "refused" => "不計入",
                _ => "尚不能確定",
            },
            Locale::En => match verdict {
                "met" => "met",
                "not_met" => "not met",
                "not_applicable" => "not applicable",
                "counted" => "counted",
                "refused" => "refused",
                _ => "undetermined",
            },
        }
    }

    fn all(&mut self) -> std::fmt::Result {
        let of = self.of;
        let whose = of.root.as_deref().unwrap_or(self.pick("整體計畫", "programme"));
        let record = of.record.as_ref().map(|record| format!(" {record}")).unwrap_or_default();
        let (label, verdict) = (of.label.get(self.locale), self.verdict(of.verdict));
        let colon = self.pick("：", ": ");
        writeln!(self.out, "{whose}{record} {label} ({}){colon}{verdict}", of.id)?;
        let certain = of.changes.iter().filter(|change| change.is_certain()).count();
        let (certain, open) = of.changes.split_at(certain);
        if of.changes.is_empty() && of.tried.stopped.is_none() {
            let none = self.pick(
                "沒有任何一筆資料或一個值，單獨變動就會改變結果",
                "no single record or value turns it",
            );
            writeln!(self.out, "  {none}")?;
        }
        let head = self.pick("以下任一項單獨變動，就會改變結果：", "any one of these turns it:");
        self.list(head, certain)?;
        let head = self.pick(
            "以下任一項單獨變動，結果就不能確定：",
            "any one of these leaves it undetermined:",
        );
        self.list(head, open)?;
        self.tried()
    }

    fn list(&mut self, head: &str, changes: &[TurningChange]) -> std::fmt::Result {
        if changes.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "  {head}")?;
        for change in changes.iter().take(CHANGES_SHOWN) {
            self.change(change)?;
        }
        let hidden = changes.len().saturating_sub(CHANGES_SHOWN);
        if hidden > 0 {
            writeln!(self.out, "    … +{hidden}")?;
        }
        Ok(())
    }

    fn change(&mut self, change: &TurningChange) -> std::fmt::Result {
        let locale = self.locale;
        let Some(field) = &change.field else {
            let verdict = self.verdict(change.without.unwrap_or_default());
            let left_out = self.pick("不列入", "left out");
            return writeln!(self.out, "    {} {left_out} → {verdict}", change.record);
        };
        let now = change.now.as_ref().map_or("", |now| now.get(locale));
        let label = Some(change.label.get(locale)).filter(|label| *label != field.as_str());
        let label = label.map(|label| format!(" {label}")).unwrap_or_default();
        let (open, close) = (self.pick("（目前：", " (now: "), self.pick("）", ")"));
        writeln!(self.out, "    {} {field}{label}{open}{now}{close}", change.record)?;
        if let Some(verdict) = change.without {
            let not_given = self.pick("未填", "not given");
            writeln!(self.out, "      {not_given} → {}", self.verdict(verdict))?;
        }
        for other in &change.others {
            let (words, verdict) = (other.words.get(locale), self.verdict(other.verdict));
            write!(self.out, "      {words} → {verdict}")?;
            if let Some(beside) = &other.beside {
                let (words, verdict) = (beside.words.get(locale), self.verdict(beside.verdict));
                let stands = beside.verdict == self.of.verdict;
                let beside = match locale {
                    Locale::ZhTw if stands => format!("（{words}：仍為{verdict}）"),
                    Locale::ZhTw => format!("（{words}：{verdict}）"),
                    Locale::En if stands => format!(" ({words}: still {verdict})"),
                    Locale::En => format!(" ({words}: {verdict})"),
                };
                write!(self.out, "{beside}")?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// What was tried, and what was not.
    fn tried(&mut self) -> std::fmt::Result {
        let (tried, locale) = (&self.of.tried, self.locale);
        let (records, values, others) = (tried.records, tried.values, tried.others);
        if self.of.truncated > 0 {
            let more = self.of.truncated;
            let words = match locale {
                Locale::ZhTw => format!("另有 {more} 項會改變結果，未列出"),
                Locale::En => format!("{more} more that turn it are not listed"),
            };
            writeln!(self.out, "  {words}")?;
        }
        let words = match locale {
            Locale::ZhTw => format!(
                "逐一試過：不列入 {records} 筆資料、未填 {values} 個值、改為其他值 {others} 次"
            ),
            Locale::En => format!(
                "tried one at a time: {}, {}, {}",
                count(records, "record left out", "records left out"),
                count(values, "value not given", "values not given"),
                count(others, "other value", "other values"),
            ),
        };
        writeln!(self.out, "  {words}")?;
        let Some(stopped) = tried.stopped else {
            let all = self.pick(
                "每筆資料、每個值都已單獨試過；兩項以上同時變動未試",
                "every record and value was tried by itself; none were tried together",
            );
            return writeln!(self.out, "  {all}");
        };
        let (done, planned, why) = (records + values, tried.planned, stopped.message(locale));
        let words = match locale {
            Locale::ZhTw => format!("在 {planned} 項中的第 {done} 項之後停止，其餘未試：{why}"),
            Locale::En => {
                format!("stopped after {done} of {planned}; the rest was not tried: {why}")
            }
        };
        writeln!(self.out, "  {words}")
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
