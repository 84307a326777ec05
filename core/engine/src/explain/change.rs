//! What would have to change for a condition to hold: the fields it asks about, their values now,
//! and what is asked of them.

use super::Explainer;
use super::words::{choice_words, day_words, period_words};
use crate::data::Cell;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::figures::members_of;
use crate::eval::reference::{kpi, message::filled, needs};
use crate::eval::value::Truth;
use guiju_model::index::{FieldId, TallyId};
use guiju_model::needs::Needs;
use guiju_model::outcome::{KpiValue, Verdict};
use guiju_model::rules::{Comparison, Expr, ExprKind, Listing, Register, Type, Value};
use guiju_model::schema::FieldKind;
use guiju_model::text::{Locale, Localized, joined_words};
use guiju_model::unit::Unit;
use std::borrow::Cow;

/// Missing values that one clause of a sentence names.
const NEEDS_NAMED: usize = 5;

impl Explainer<'_> {
    /// In words, what would make `expr` come out as `wanted`; only the parts that do not already.
    pub(super) fn change(&self, expr: &Expr, wanted: bool, subject: Subject<'_>) -> Localized {
        let parts = match (&expr.kind, wanted) {
            (ExprKind::Not(inner), _) => return self.change(inner, !wanted, subject),
            (ExprKind::And(parts), true) | (ExprKind::Or(parts), false) => {
                let missing = parts.iter().filter(|part| !self.holds(part, wanted, subject));
                return join(
                    missing.map(|part| self.change(part, wanted, subject)),
                    "，且",
                    " and ",
                );
            }
            (ExprKind::Or(parts), true) | (ExprKind::And(parts), false) => parts,
            _ => return self.atom(expr, wanted, subject),
        };
        // Whoever is told how a record could count is not told to withhold what speaks against it,
        // where there is another way.
        let open: Vec<&Expr> = parts.iter().filter(|part| !leaves_out(part, wanted)).collect();
        let ways = if open.is_empty() { parts.iter().collect() } else { open };
        join(ways.into_iter().map(|part| self.change(part, wanted, subject)), "，或", ", or ")
    }

    pub(super) fn holds(&self, expr: &Expr, wanted: bool, subject: Subject<'_>) -> bool {
        let mut eval = Eval::new(self.rules, self.data, self.state, subject);
        eval.truth(expr) == Truth::from(wanted)
    }

    /// One question: `field` (now …) must ….
    fn atom(&self, expr: &Expr, wanted: bool, subject: Subject<'_>) -> Localized {
        let near = match &expr.kind {
            ExprKind::Compare(_, left, right) => &self.comparing(left, right, subject),
            _ => self,
        };
        let (operand, zh, en) = match &expr.kind {
            ExprKind::Field { .. }
            | ExprKind::RootField(_)
            | ExprKind::ProgrammeField(_)
            | ExprKind::Class { .. } => {
                let (zh, en) =
                    if wanted { ("為「是」", "be yes") } else { ("為「否」", "be no") };
                (expr, zh.to_owned(), en.to_owned())
            }
            ExprKind::Compare(comparison, left, right) => {
                let comparison = if wanted { *comparison } else { opposite(*comparison) };
                let right = near.asked(right, subject);
                let (zh, en) = match comparison {
                    Comparison::Equal => ("為", "be"),
                    Comparison::NotEqual => ("不是", "not be"),
                    Comparison::Less => ("小於", "be less than"),
                    Comparison::LessEqual => ("不超過", "be at most"),
                    Comparison::Greater => ("大於", "be more than"),
                    Comparison::GreaterEqual => ("至少為", "be at least"),
                };
                (&**left, format!("{zh}{}", right.zh), format!("{en} {}", right.get(Locale::En)))
            }
            ExprKind::OneOf(inner, values) => {
                let list = values.iter().map(|value| self.value(value, &inner.ty));
                let list = join(list, "、", ", ");
                let (zh, en) = if wanted {
                    ("為其中之一：", "be one of ")
                } else {
                    ("不是：", "be none of ")
                };
                (&**inner, format!("{zh}{}", list.zh), format!("{en}{}", list.get(Locale::En)))
            }
            ExprKind::Within(inner, period)
                if matches!(period.kind, ExprKind::Constant(_) | ExprKind::Calendar(..)) =>
            {
                let period = self.asked(period, subject);
                let (zh, en) = if wanted { ("在", "lie in") } else { ("不在", "lie outside") };
                (
                    &**inner,
                    format!("{zh} {} 之內", period.zh.trim_start()),
                    format!("{en} {}", period.get(Locale::En)),
                )
            }
            ExprKind::Within(inner, period) => {
                let inner = self.operand(inner, subject);
                let (zh, en) =
                    if wanted { ("涵蓋", "cover") } else { ("不涵蓋", "not cover") };
                (&**period, format!("{zh} {}", inner.zh), format!("{en} {}", inner.get(Locale::En)))
            }
            ExprKind::Has { list, set, all } => {
                let words = if let Type::List(choices) = &list.ty {
                    choice_words(choices, *set)
                } else {
                    Localized::default()
                };
                let (zh, en) = match (wanted, all) {
                    (true, true) => ("包含全部：", "include all of "),
                    (true, false) => ("至少包含其一：", "include one of "),
                    (false, true) => ("不同時包含：", "not include all of "),
                    (false, false) => ("不包含其中任何一項：", "include none of "),
                };
                (&**list, format!("{zh}{}", words.zh), format!("{en}{}", words.get(Locale::En)))
            }
            ExprKind::Contains { text, parts, all } => {
                let listed = |open: &str, close: &str, between: &str| {
                    parts
                        .iter()
                        .map(|part| format!("{open}{part}{close}"))
                        .collect::<Vec<_>>()
                        .join(between)
                };
                let (zh, en) = match (wanted, all) {
                    (true, true) => ("含有全部：", "contain all of "),
                    (true, false) => ("至少含有其一：", "contain one of "),
                    (false, true) => ("不同時含有：", "not contain all of "),
                    (false, false) => ("不含其中任何一個：", "contain none of "),
                };
                (
                    &**text,
                    format!("{zh}{}", listed("「", "」", "、")),
                    format!("{en}{}", listed("`", "`", ", ")),
                )
            }
            ExprKind::Matches { text, forms } => {
                let listed = |open: &str, close: &str, between: &str| {
                    let quoted = forms.iter().map(|form| format!("{open}{form}{close}"));
                    quoted.collect::<Vec<_>>().join(between)
                };
                let (zh, en) = match wanted {
                    true => ("符合格式", "match "),
                    false => ("不符合格式", "not match "),
                };
                (
                    &**text,
                    format!("{zh}{}", listed("「", "」", "或")),
                    format!("{en}{}", listed("`", "`", " or ")),
                )
            }
            ExprKind::IsKnown(inner) => {
                let (zh, en) =
                    if wanted { ("填寫", "be given") } else { ("留空", "be left out") };
                (&**inner, zh.to_owned(), en.to_owned())
            }
            ExprKind::Listed(inner, list) => {
                let of_entity;
                let (zh, en) = match list {
                    Listing::Register(Register::Reviewed) => {
                        ("先前年度已審查的清單", "the list of earlier years")
                    }
                    Listing::Register(Register::Elsewhere) => {
                        ("其他計畫已認列的清單", "the list of other programmes")
                    }
                    Listing::Entity(entity) => {
                        let label = &self.pack.schema().entities[*entity].label;
                        let open = match subject {
                            Subject::Record { root, .. } | Subject::Root { root, .. } => {
                                self.data.list(*entity, root).is_open()
                            }
                            _ => false,
                        };
                        let (zh, en) = match open {
                            true => ("（內容不全）", " (not all of it is known)"),
                            false => ("", ""),
                        };
                        of_entity = (
                            format!("「{}」{zh}", label.zh),
                            format!("the list “{}”{en}", label.get(Locale::En)),
                        );
                        (of_entity.0.as_str(), of_entity.1.as_str())
                    }
                };
                let (not_zh, not_en) =
                    if wanted { ("列於", "be on") } else { ("不在", "not be on") };
                (&**inner, format!("{not_zh}{zh}"), format!("{not_en} {en}"))
            }
            ExprKind::CountedIn { via, tally } => {
                return self.counted(*via, *tally, wanted, subject);
            }
            ExprKind::Awarded { via, award } => {
                return self.awarded(*via, *award, wanted, subject);
            }
            _ => {
                let text = self.written(expr.span);
                let asked = if wanted {
                    Localized::new(format!("須成立：{text}"), format!("`{text}` must hold"))
                } else {
                    Localized::new(format!("不得成立：{text}"), format!("`{text}` must not hold"))
                };
                let ExprKind::Over { entity, condition, .. } = &expr.kind else { return asked };
                let now = self.holding(*entity, condition, subject);
                return Localized::new(
                    format!("{}（目前成立的有 {}）", asked.zh, now.zh),
                    format!("{} (now it holds for {})", asked.get(Locale::En), now.get(Locale::En)),
                );
            }
        };
        let name = self.name(operand, subject);
        let now = near.operand(operand, subject);
        Localized::new(
            format!("「{}」須{zh}（目前：{}）", name.zh, now.zh),
            format!("`{}` must {en} (now: {})", name.get(Locale::En), now.get(Locale::En)),
        )
    }

    fn counted(
        &self,
        via: Option<FieldId>,
        tally: TallyId,
        wanted: bool,
        subject: Subject<'_>,
    ) -> Localized {
        let label = &self.rules.tallies[tally].label;
        let other = self.counterpart_row(via, subject);
        let who = self.who(via, subject);
        let (zh, en) = if wanted {
            ("須計入", "must be counted in")
        } else {
            ("不得計入", "must not be counted in")
        };
        let now = other.map(|row| self.verdict_words(tally, row));
        let (now_zh, now_en) = match &now {
            Some(now) => {
                (format!("（目前：{}）", now.zh), format!(" (now: {})", now.get(Locale::En)))
            }
            None => Default::default(),
        };
        Localized::new(
            format!("「{}」{zh}「{}」{now_zh}", who.zh, label.zh),
            format!("`{}` {en} \"{}\"{now_en}", who.get(Locale::En), label.get(Locale::En)),
        )
    }

    /// What the record is called that `counted in` asks about.
    pub(super) fn who(&self, via: Option<FieldId>, subject: Subject<'_>) -> Localized {
        let other = self.counterpart_row(via, subject);
        match (via, subject) {
            // Whom it names is not known: the field has to name one that counts.
            (Some(field), Subject::Record { entity, .. }) if other.is_none() => {
                self.rules.schema.entities[entity].fields[field].label.clone()
            }
            (Some(field), Subject::Record { entity, row, .. }) => {
                self.field_words(entity, row, field)
            }
            _ => Localized::new("這筆資料", "this record"),
        }
    }

    /// The record that `counted in` asks about: the one that a field refers to, or this one.
    pub(super) fn counterpart_row(
        &self,
        via: Option<FieldId>,
        subject: Subject<'_>,
    ) -> Option<usize> {
        let Subject::Record { entity, row, .. } = subject else { return None };
        let Some(via) = via else { return Some(row) };
        if let Some(Cell::Row(other)) = self.data.cell(entity, via, row) {
            Some(other as usize)
        } else {
            None
        }
    }

    /// A verdict with its reason, or with what it needs.
    fn verdict_words(&self, tally: TallyId, row: usize) -> Localized {
        let verdict = self.state.verdicts[tally].get(row);
        if let Some(refusal) = verdict.refusal() {
            let entity = self.rules.tallies[tally].entity;
            let subject = Subject::Record { entity, row, root: self.data.root_of(entity, row) };
            let message = filled(
                self.rules,
                self.data,
                self.state,
                subject,
                self.rules.refusal(tally, refusal).message,
            );
            return Localized::new(
                format!("不計入，{}", message.zh),
                format!("refused, {}", message.get(Locale::En)),
            );
        }
        let needs = match verdict {
            Verdict::COUNTED => return Localized::new("計入", "counted"),
            Verdict::OUT_OF_SCOPE => return Localized::new("不屬於該項", "out of scope"),
            Verdict::NEVER => return Localized::new("不會計入", "never counted"),
            _ => needs::of_record(self.rules, self.data, self.state, tally, row),
        };
        let named: Vec<String> =
            needs.first(NEEDS_NAMED).iter().map(|need| self.need(need)).collect();
        let more = if needs.len() > named.len() { " …" } else { "" };
        if named.is_empty() {
            return Localized::new("尚不能確定", "undetermined");
        }
        Localized::new(
            format!("尚不能確定，缺 {}{more}", named.join("、")),
            format!("undetermined, for want of {}{more}", named.join(", ")),
        )
    }

    /// What an operand is called.
    fn name(&self, expr: &Expr, subject: Subject<'_>) -> Localized {
        let schema = &self.rules.schema;
        let Subject::Record { entity, .. } = subject else {
            return Localized::same(self.written(expr.span));
        };
        match &expr.kind {
            ExprKind::Field { via: None, field } => {
                schema.entities[entity].fields[*field].label.clone()
            }
            ExprKind::Field { via: Some(via), field } => {
                let FieldKind::Reference(target) = schema.entities[entity].fields[*via].kind else {
                    return Localized::default();
                };
                schema.entities[target].fields[*field].label.clone()
            }
            ExprKind::RootField(field) => schema.root_entity().fields[*field].label.clone(),
            ExprKind::ProgrammeField(field) => schema
                .programme
                .map(|entity| schema.entities[entity].fields[*field].label.clone())
                .unwrap_or_default(),
            ExprKind::Class { class, .. } => self.rules.classes[*class].label.clone(),
            ExprKind::Figure { tally, figure, .. } => {
                let owner = self.rules.tallies[*tally].owner.as_ref();
                owner
                    .and_then(|owner| owner.figures.get(*figure))
                    .map(|figure| figure.label.clone())
                    .unwrap_or_default()
            }
            _ => Localized::same(self.written(expr.span)),
        }
    }

    /// What a value is compared with: what is computed stands as it is written, with what it comes
    /// to.
    fn asked(&self, expr: &Expr, subject: Subject<'_>) -> Localized {
        let (written, now) = (self.written(expr.span), self.operand(expr, subject));
        match expr.kind {
            ExprKind::Constant(_)
            | ExprKind::Field { .. }
            | ExprKind::RootField(_)
            | ExprKind::ProgrammeField(_)
            | ExprKind::Class { .. } => now,
            _ if now.zh == written => now,
            _ => Localized::new(
                format!(" {written}（{}）", now.zh),
                format!("{written} ({})", now.get(Locale::En)),
            ),
        }
    }

    /// The value of an operand now.
    fn operand(&self, expr: &Expr, subject: Subject<'_>) -> Localized {
        let Subject::Record { entity, row, root } = subject else {
            return Localized::same(self.written(expr.span));
        };
        match &expr.kind {
            ExprKind::Constant(value) => self.value(value, &expr.ty),
            ExprKind::Field { via: None, field } => self.field_words(entity, row, *field),
            ExprKind::Field { via: Some(via), field } => {
                let FieldKind::Reference(target) =
                    self.rules.schema.entities[entity].fields[*via].kind
                else {
                    return Localized::default();
                };
                match self.data.cell(entity, *via, row) {
                    Some(Cell::Row(other)) => self.field_words(target, other as usize, *field),
                    _ => Localized::new("未填", "not given"),
                }
            }
            ExprKind::RootField(field) => self.field_words(self.rules.schema.root, root, *field),
            ExprKind::ProgrammeField(field) => self
                .rules
                .schema
                .programme
                .map(|entity| self.field_words(entity, 0, *field))
                .unwrap_or_default(),
            ExprKind::Class { .. } => {
                let mut eval = Eval::new(self.rules, self.data, self.state, subject);
                match (eval.value(expr), &expr.ty) {
                    (crate::eval::value::Val::Choice(set), Type::Choice(choices)) => {
                        choice_words(choices, set)
                    }
                    _ => Localized::default(),
                }
            }
            ExprKind::Figure { via, tally, .. } => self.figure_words(expr, (*via, *tally), subject),
            _ => match &expr.ty {
                Type::Number(unit) => self.number(expr, unit, subject),
                Type::Date | Type::Period => self.days(expr, subject),
                _ => Localized::same(self.written(expr.span)),
            },
        }
    }

    /// A figure of a record, with the records that it is made of.
    fn figure_words(
        &self,
        expr: &Expr,
        (via, tally): (Option<FieldId>, TallyId),
        subject: Subject<'_>,
    ) -> Localized {
        let Type::Number(unit) = &expr.ty else { return Localized::default() };
        let words = self.number(expr, unit, subject);
        let Some(row) = self.counterpart_row(via, subject) else { return words };
        let members = members_of(self.rules, self.data, self.state, tally, row);
        let entity = self.rules.tallies[tally].entity;
        let mut named: Vec<Cow<'_, str>> =
            members.iter().take(NEEDS_NAMED).map(|row| self.data.key(entity, *row)).collect();
        if members.len() > named.len() {
            named.push(Cow::Borrowed("…"));
        }
        if named.is_empty() {
            return words;
        }
        let (zh, en) = (named.join("、"), named.join(", "));
        Localized::new(
            format!("{}，取自 {zh}", words.zh),
            format!("{}, from {en}", words.get(Locale::En)),
        )
    }

    /// What a computed number comes to; what is rounded, with what it was before.
    pub(super) fn number(&self, expr: &Expr, unit: &Unit, subject: Subject<'_>) -> Localized {
        let value = |expr| {
            let mut eval = Eval::new(self.rules, self.data, self.state, subject);
            match eval.range(expr) {
                Ok(range) => kpi::value(Ok(range), Needs::default(), eval.may_fail),
                Err(state) => state,
            }
        };
        let found = value(expr);
        let words = self.kpi_words(&found, unit);
        let (ExprKind::Round(_, of, _), KpiValue::Known(_) | KpiValue::Undetermined { .. }) =
            (&expr.kind, &found)
        else {
            return words;
        };
        let mut compared = self.compared.clone();
        if let KpiValue::Known(rounded) = found {
            compared.push(rounded);
        }
        let before = Explainer { compared, ..self.clone() }.kpi_words(&value(of), unit);
        Localized::new(
            format!("{}，捨入前 {}", words.zh, before.zh),
            format!("{}, before rounding {}", words.get(Locale::En), before.get(Locale::En)),
        )
    }

    /// A constant as people read it.
    pub(super) fn value(&self, value: &Value, ty: &Type) -> Localized {
        match (value, ty) {
            (Value::Number(months), Type::Months) => {
                Localized::new(format!("{months} 個月"), format!("{months} months"))
            }
            (Value::Bool(true), _) => Localized::new("是", "yes"),
            (Value::Bool(false), _) => Localized::new("否", "no"),
            (Value::Number(number), Type::Number(unit)) => {
                Localized::same(self.amount(number, unit))
            }
            (Value::Number(number), _) => Localized::same(self.amount(number, &Unit::Number)),
            (Value::Text(text), _) => Localized::new(format!("「{text}」"), format!("\"{text}\"")),
            (Value::Date(day), _) => day_words(*day),
            (Value::Period(period), _) => period_words(*period),
            (Value::Choice(index), Type::Choice(choices)) => choices.values[*index].label.clone(),
            (Value::Choice(_), _) => Localized::default(),
        }
    }
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterEqual,
        Comparison::LessEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessEqual,
        Comparison::GreaterEqual => Comparison::Less,
    }
}

/// Whether a condition asks that a field be left out.
fn leaves_out(expr: &Expr, wanted: bool) -> bool {
    match &expr.kind {
        ExprKind::Not(inner) => leaves_out(inner, !wanted),
        ExprKind::IsKnown(_) => !wanted,
        _ => false,
    }
}

fn join(parts: impl Iterator<Item = Localized>, zh: &str, en: &str) -> Localized {
    let parts: Vec<Localized> = parts.collect();
    joined_words(&parts.iter().collect::<Vec<_>>(), zh, en)
}
