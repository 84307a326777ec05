//! The JSON of a result back to the KPIs in it, as far as a later evaluation needs them. Not here:
//! how a result is written (`output`), how its values join data (`earlier`).

use std::borrow::Cow;
use std::collections::HashSet;

use super::is_result;
use super::raw::{self, in_words, pointer_part};
use super::scan::{self, Token, Walk};
use crate::data::DataError;
use crate::data::earlier::{Earlier, Found, NoValue, Origin, Row, Value};
use guiju_model::date::{Date, Period};
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::outcome::Counted;
use guiju_model::sort::sort;
use guiju_model::text::{Localized, fold, show};

/// Reads a result, or the last of a list of results. `file` is its name for messages.
///
/// # Errors
/// Every problem found.
pub(crate) fn read_result(
    text: &str,
    file: Option<&str>,
    limits: &Limits,
) -> Result<Earlier, DataError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = Reader {
        text,
        file: file.map(show),
        top: String::new(),
        findings: Findings::new(limits.diagnostics),
    };
    let earlier = reader.document(limits);
    match earlier {
        Some(earlier) if !reader.findings.has_errors() => Ok(earlier),
        _ => Err(reader.findings.finish().into()),
    }
}

/// Keys and values of an object.
type Pairs<'t> = Vec<(Cow<'t, str>, Token<'t>)>;

struct Reader<'t> {
    text: &'t str,
    file: Option<String>,
    /// The pointer of the result in the document.
    top: String,
    findings: Findings,
}

impl<'t> Reader<'t> {
    fn document(&mut self, limits: &Limits) -> Option<Earlier> {
        if self.text.len() as u64 > limits.data_bytes {
            let (size, limit) = (self.text.len(), limits.data_bytes);
            let words = Localized::new(
                format!("{size} 位元組，上限為 {limit}"),
                format!("{size} bytes; the limit is {limit}"),
            );
            return self.refuse(Diagnostic::new(Code::DataTooLarge).word(words), "");
        }
        if self.text.trim_ascii().is_empty() {
            return self.refuse(Diagnostic::new(Code::NoData), "");
        }
        if let Err(fault) = scan::check(self.text) {
            let (line, diagnostic) =
                raw::syntax(self.text, self.text, fault, &mut { raw::Mark::START });
            let place =
                DataPlace { file: self.file.clone(), line: Some(line), ..DataPlace::default() };
            self.findings.push(diagnostic.in_data(place));
            return None;
        }
        let mut value = Walk::new(self.text).value();
        if value.first() == b'[' {
            let Some((at, last)) = scan::items(value).enumerate().last() else {
                return self.no_result(Localized::new("清單是空的", "the list is empty"), "");
            };
            self.top = format!("/{at}");
            value = last;
        }
        self.result(value)
    }

    fn result(&mut self, value: Token<'t>) -> Option<Earlier> {
        if value.first() != b'{' {
            return self.no_result(Localized::new("最外層不是物件", "it is no object"), "");
        }
        let pairs = self.object(value, "")?;
        if !is_result(value) {
            let words = Localized::new(
                "沒有 `pack` 與 `engine`，看起來是資料",
                "it has no `pack` and `engine`, and looks like data",
            );
            return self.no_result(words, "");
        }
        let (mut pack, mut period, mut roots, mut programme) = (None, None, None, Found::default());
        for (key, value) in pairs {
            let pointer = format!("/{}", pointer_part(&key));
            match &*key {
                "engine" => {}
                "pack" => pack = self.text_of(value, &pointer),
                "period" => period = self.period(value, &pointer),
                "programme" => {
                    if let Some(pairs) = self.object(value, &pointer) {
                        self.row(String::new(), pairs, &pointer, &mut programme, Vec::new());
                    }
                }
                _ if value.first() == b'[' && roots.is_none() => {
                    let entity = key.strip_suffix('s').unwrap_or(&key).to_owned();
                    let list = self.roots(value, &entity, &pointer);
                    roots = Some((entity, list));
                }
                // Later versions may say more.
                _ => {}
            }
        }
        let Some((entity, roots)) = roots else {
            return self.no_result(
                Localized::new("沒有評核對象的清單", "it has no list of what was judged"),
                "",
            );
        };
        let origin = Some(Origin { file: self.file.clone(), pointer: self.top.clone() });
        Some(Earlier { pack: pack?, period, entity, roots, programme, origin })
    }

    fn roots(&mut self, value: Token<'t>, entity: &str, pointer: &str) -> Found {
        let mut roots = Found::default();
        let mut seen: HashSet<String> = HashSet::new();
        for (n, value) in scan::items(value).enumerate() {
            let pointer = format!("{pointer}/{n}");
            let Some(pairs) = self.object(value, &pointer) else { continue };
            let id = pairs.iter().find(|(key, _)| key == "id").map(|(_, value)| *value);
            if id.is_none() || pairs.iter().all(|(key, _)| key != "kpis") {
                self.no_result::<()>(
                    Localized::new("這裡沒有 `id` 與 `kpis`", "there is no `id` and `kpis` here"),
                    &pointer,
                );
                continue;
            }
            let Some(key) = id.and_then(|id| self.text_of(id, &format!("{pointer}/id"))) else {
                continue;
            };
            if !seen.insert(fold(&key)) {
                let twice = Diagnostic::new(Code::DuplicateKey).arg(entity).arg(&key);
                self.refuse::<()>(twice, &format!("{pointer}/id"));
            }
            let counted = pairs.iter().find(|(key, _)| key == "counted_evidence");
            let counted = counted.map(|(_, value)| *value).into_iter();
            let counted = counted
                .flat_map(|list| self.counted(list, &format!("{pointer}/counted_evidence")))
                .collect();
            self.row(key, pairs, &pointer, &mut roots, counted);
        }
        roots
    }

    /// What stands under `kpis`, as a further row.
    fn row(
        &mut self,
        key: String,
        pairs: Pairs<'t>,
        pointer: &str,
        found: &mut Found,
        counted: Vec<Counted>,
    ) {
        let Some((_, value)) = pairs.into_iter().find(|(key, _)| key == "kpis") else { return };
        let pointer = format!("{pointer}/kpis");
        let Some(pairs) = self.object(value, &pointer) else { return };
        let mut seen = HashSet::new();
        let mut values = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let pointer = format!("{pointer}/{}", pointer_part(&name));
            if !seen.insert(name.clone().into_owned()) {
                self.refuse::<()>(Diagnostic::new(Code::DuplicateField).arg(&name), &pointer);
                continue;
            }
            let Some(pairs) = self.object(value, &pointer) else { continue };
            if let Some((unit, value)) = self.kpi(&pairs, &pointer) {
                values.push((found.kpi(name.into_owned(), unit), value));
            }
        }
        found.rows.push(Row { key, values, counted });
    }

    /// What records counted under, in the order of keys.
    fn counted(&mut self, list: Token<'t>, pointer: &str) -> Vec<Counted> {
        if list.first() != b'[' {
            self.shape::<()>(Localized::new("清單", "a list"), list, pointer);
            return Vec::new();
        }
        let mut found = Vec::new();
        for (n, value) in scan::items(list).enumerate() {
            let pointer = format!("{pointer}/{n}");
            let Some(pairs) = self.object(value, &pointer) else { continue };
            found.extend(self.counted_key(pairs, &pointer));
        }
        sort(&mut found, &mut Ord::cmp);
        found
    }

    fn counted_key(&mut self, pairs: Pairs<'t>, pointer: &str) -> Option<Counted> {
        let mut one = Counted { tally: String::new(), key: Vec::new(), day: None, period: None };
        for (name, value) in pairs {
            let pointer = format!("{pointer}/{}", pointer_part(&name));
            if name == "period" {
                one.period = Some(self.period(value, &pointer)?);
                continue;
            }
            let text = self.text_of(value, &pointer)?;
            match &*name {
                "tally" => one.tally = text,
                "day" => match Date::parse(&text) {
                    Ok(day) => one.day = Some(day),
                    Err(_) => {
                        let odd = Diagnostic::new(Code::DataBadDate).arg(&text);
                        return self.refuse(odd, &pointer);
                    }
                },
                _ => one.key.push((name.into_owned(), fold(&text))),
            }
        }
        Some(one)
    }

    /// Unit and value of a KPI.
    fn kpi(&mut self, pairs: &Pairs<'t>, pointer: &str) -> Option<(String, Value)> {
        let mut text = |key: &str| {
            let found = pairs.iter().find(|(found, _)| found == key).map(|(_, value)| *value);
            found
                .map(|value| self.text_of(value, &format!("{pointer}/{key}")).ok_or(()))
                .transpose()
                .ok()
        };
        let (state, unit, value, exact) =
            (text("state")?, text("unit")?, text("value")?, text("exact")?);
        let value = match (state.as_deref(), value) {
            (Some("known"), Some(value)) => Ok(self.number(&value, exact.as_deref(), pointer)?),
            (Some("undetermined"), _) => Err(NoValue::Undetermined),
            (Some("not_applicable"), _) => Err(NoValue::NotApplicable),
            (Some("invalid"), _) => Err(NoValue::Invalid),
            _ => {
                return self.no_result(
                    Localized::new("指標沒有狀態或數值", "a KPI has no state, or no value"),
                    pointer,
                );
            }
        };
        Some((unit.unwrap_or_default(), value))
    }

    /// The exact number; where there is a fraction, the decimal beside it must be what it rounds
    /// to.
    fn number(&mut self, value: &str, exact: Option<&str>, pointer: &str) -> Option<Exact> {
        let odd = |found: &str| {
            Diagnostic::new(Code::JsonShape)
                .word(Localized::new("數字", "a number"))
                .arg(format!("`{}`", show(found)))
        };
        let Some(plain) = Exact::from_plain(value) else {
            return self.refuse(odd(value), &format!("{pointer}/value"));
        };
        let Some(written) = exact else { return Some(plain) };
        let Some(fraction) = Exact::from_fraction(written) else {
            return self.refuse(odd(written), &format!("{pointer}/exact"));
        };
        let rounded = fraction.to_fixed(6);
        if fraction != plain && Exact::from_plain(&rounded) != Some(plain) {
            let expected = Localized::new(
                format!("`{rounded}`（`exact` 的值）"),
                format!("`{rounded}`, as `exact` says"),
            );
            let other =
                Diagnostic::new(Code::JsonShape).word(expected).arg(format!("`{}`", show(value)));
            return self.refuse(other, &format!("{pointer}/value"));
        }
        Some(fraction)
    }

    fn period(&mut self, value: Token<'t>, pointer: &str) -> Option<Period> {
        let pairs = self.object(value, pointer)?;
        let mut day = |key: &str| {
            let found = pairs.iter().find(|(found, _)| found == key).map(|(_, value)| *value);
            let text = found.and_then(|value| value.text().ok()).unwrap_or_default();
            let pointer = format!("{pointer}/{key}");
            Date::parse(&text)
                .ok()
                .or_else(|| self.refuse(Diagnostic::new(Code::DataBadDate).arg(&text), &pointer))
        };
        let (start, end) = (day("start")?, day("end")?);
        if start > end {
            let reversed = Diagnostic::new(Code::DataPeriodReversed)
                .arg(start.to_string())
                .arg(end.to_string());
            return self.refuse(reversed, pointer);
        }
        Some(Period { start, end })
    }

    fn object(&mut self, value: Token<'t>, pointer: &str) -> Option<Pairs<'t>> {
        if value.first() == b'{' {
            return Some(scan::pairs(value).collect());
        }
        self.shape(Localized::new("物件", "an object"), value, pointer)
    }

    fn text_of(&mut self, value: Token<'t>, pointer: &str) -> Option<String> {
        match value.text() {
            Ok(text) if value.first() == b'"' => Some(text.into_owned()),
            _ => self.shape(Localized::new("文字", "a text"), value, pointer),
        }
    }

    fn shape<T>(&mut self, expected: Localized, found: Token<'_>, pointer: &str) -> Option<T> {
        self.refuse(Diagnostic::new(Code::JsonShape).word(expected).word(in_words(found)), pointer)
    }

    fn no_result<T>(&mut self, why: Localized, pointer: &str) -> Option<T> {
        self.refuse(Diagnostic::new(Code::NotAResult).word(why), pointer)
    }

    fn refuse<T>(&mut self, diagnostic: Diagnostic, pointer: &str) -> Option<T> {
        let pointer = Some(format!("{}{pointer}", self.top)).filter(|pointer| !pointer.is_empty());
        self.findings.push(diagnostic.in_data(DataPlace {
            file: self.file.clone(),
            pointer,
            ..DataPlace::default()
        }));
        None
    }
}
