//! A KPI: its operands, and where every declared record went. Not here: obligations.

use super::Explainer;
use super::answer::{KpiExplanation, Line, Operand, RuleReference, Statement};
use super::bucket::Bucket;
use super::words::choice_words;
use crate::data::Cell;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::kpi::{hangs_on_nothing, part_of};
use crate::eval::value::{Truth, Val};
use crate::evaluation::target;
use crate::output::amount_apart;
use guiju_model::calendar::Calendar;
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Verdict};
use guiju_model::rules::{Expr, ExprKind, Function, KpiKind, Measure, Type};
use guiju_model::schema::FieldKind;
use guiju_model::text::{Locale, Localized};
use guiju_model::unit::Unit;
use std::borrow::Cow;

/// Records that are named because theirs is the least or the greatest value.
const EXTREMES: usize = 5;

impl Explainer<'_> {
    pub(super) fn kpi(&self, index: KpiId) -> KpiExplanation {
        let kpi = &self.rules.kpis[index];
        let value = self.value_of(index);
        let target = self.given(index, false);
        // The value and its target are told apart.
        let beside = match (value, &target) {
            (KpiValue::Known(value), Some(target)) => {
                Explainer { compared: vec![value.clone(), target.clone()], ..self.clone() }
            }
            _ => self.clone(),
        };
        let target = target.map(|target| {
            let shortfall = match value {
                KpiValue::Known(value) => value.sub(&target).ok(),
                _ => None,
            };
            (
                Localized::same(beside.amount(&target, &kpi.unit)),
                shortfall.map(|difference| difference_words(&difference, &kpi.unit)),
            )
        });
        let mut aggregates = Vec::new();
        let (formula, operands, statement, rule) = match &kpi.kind {
            KpiKind::Formula(formula) => {
                let mut operands = Vec::new();
                for part in std::iter::once(formula).chain(&kpi.when) {
                    self.operands(part, &mut operands);
                    self.aggregates(part, &mut aggregates);
                }
                (
                    Some(self.written(formula.span)),
                    operands,
                    None,
                    self.reference(&kpi.basis, formula.span),
                )
            }
            KpiKind::Measure { tally, measure } => {
                let statement = self.statement(*tally, *measure, None);
                (
                    None,
                    self.extremes(*tally, *measure, None, value),
                    Some(statement),
                    self.tally_reference(*tally),
                )
            }
            KpiKind::Part { tally, split, part } => {
                let part = Some((*split, *part));
                let statement = self.statement(*tally, 0, part);
                (
                    None,
                    self.extremes(*tally, 0, part, value),
                    Some(statement),
                    self.tally_reference(*tally),
                )
            }
        };
        let needs = if let KpiValue::Undetermined { needs, .. } = value {
            self.needs(needs)
        } else {
            Vec::new()
        };
        KpiExplanation {
            root: self.root_key(),
            id: kpi.name.clone(),
            label: kpi.label.clone(),
            value: beside.kpi_words(value, &kpi.unit),
            target,
            rule,
            formula,
            operands,
            aggregates,
            groups: self.groups(index),
            statement,
            needs,
        }
    }

    /// The records that have the least or the greatest value, where a measure is one of these and
    /// is known.
    fn extremes(
        &self,
        tally: TallyId,
        measure: usize,
        part: Option<(usize, usize)>,
        value: &KpiValue,
    ) -> Vec<Operand> {
        let rule = &self.rules.tallies[tally];
        let Measure { function, of: Some(of), kpi } = &rule.measures[measure] else {
            return Vec::new();
        };
        let label = match function {
            Function::Minimum => Localized::new("最小的一筆", "the record with the least"),
            Function::Maximum => Localized::new("最大的一筆", "the record with the most"),
            _ => return Vec::new(),
        };
        let KpiValue::Known(extreme) = value else { return Vec::new() };
        let has_it = |row: &usize| {
            let subject = Subject::Record {
                entity: rule.entity,
                row: *row,
                root: self.data.root_of(rule.entity, *row),
            };
            let mut eval = Eval::new(self.rules, self.data, self.state, subject);
            let belongs = part.map_or(Truth::True, |(split, part)| {
                part_of(&mut eval, &rule.splits[split].by, part)
            });
            self.outcome.verdicts[tally][*row] == Verdict::COUNTED
                && belongs == Truth::True
                && eval.range(of).is_ok_and(|range| range.known() == Some(extreme))
        };
        let rows = self
            .root
            .map_or(0..0, |root| self.data.rows_of(rule.entity, root))
            .filter(has_it)
            .take(self.nodes.min(EXTREMES));
        let unit = &self.rules.kpis[*kpi].unit;
        let operand = |row: usize| Operand {
            name: self.data.key(rule.entity, row).into_owned(),
            label: label.clone(),
            value: Localized::same(self.amount(extreme, unit)),
            clauses: Vec::new(),
        };
        rows.map(operand).collect()
    }

    /// The value of a KPI of the root in question, or of the programme.
    fn value_of(&self, index: KpiId) -> &KpiValue {
        let found = match self.root {
            Some(root) => self.outcome.roots.get(root).and_then(|found| found.kpis.get(index)),
            None => self
                .outcome
                .programme
                .kpis
                .iter()
                .find(|(kpi, _)| *kpi == index)
                .map(|(_, value)| value),
        };
        found.unwrap_or(&KpiValue::NotApplicable)
    }

    /// What is given for a KPI of the root in question, or of the programme.
    fn given(&self, index: KpiId, previous: bool) -> Option<Exact> {
        match (self.root, previous) {
            (Some(root), true) => self.data.previous(root, index),
            (Some(root), false) => target(self.data, self.outcome, root, index),
            (None, true) => self.data.programme_previous(index),
            (None, false) => self.data.programme_target(index),
        }
    }

    /// What formulas and obligations are about: the root in question, or all.
    pub(super) fn subject(&self, kpi: Option<KpiId>) -> Subject<'_> {
        match self.root {
            Some(root) => Subject::Root { root, kpi },
            None => Subject::Roots {
                roots: self.roots,
                maybe: &[],
                kpis: &self.outcome.programme.kpis,
                whole: &[],
                group: None,
            },
        }
    }

    fn tally_reference(&self, tally: TallyId) -> RuleReference {
        let tally = &self.rules.tallies[tally];
        let first = tally
            .select
            .first()
            .or(tally.require.first().map(|requirement| &requirement.condition));
        match first {
            Some(expr) => self.reference(&tally.basis, expr.span),
            None => RuleReference { pack: self.rules.name.clone(), ..Default::default() },
        }
    }

    /// KPIs, fields and given values that an expression refers to.
    pub(super) fn operands(&self, expr: &Expr, found: &mut Vec<Operand>) {
        let mut push_with =
            |name: String, label: Localized, value: Localized, clauses: Vec<String>| {
                if !found.iter().any(|operand| operand.name == name) {
                    found.push(Operand { name, label, value, clauses });
                }
            };
        let mut push = |name: String, label: Localized, value: Localized| {
            push_with(name, label, value, Vec::new())
        };
        let beside = |value: Option<Exact>, unit: &Unit| {
            value.map_or_else(
                || Localized::new("未提供", "not given"),
                |value| Localized::same(self.amount(&value, unit)),
            )
        };
        match &expr.kind {
            ExprKind::Kpi(index) => {
                let kpi = &self.rules.kpis[*index];
                let value = self.value_of(*index);
                push(kpi.name.clone(), kpi.label.clone(), self.kpi_words(value, &kpi.unit));
            }
            // Through to the figure of the programme, and to what that is made of.
            ExprKind::OfProgramme(index) | ExprKind::OfGroup { kpi: index, .. } => {
                let kpi = &self.rules.kpis[*index];
                let of_group = matches!(expr.kind, ExprKind::OfGroup { .. });
                let (zh, en) = if of_group {
                    ("本組", "of the group")
                } else {
                    ("全計畫", "of the programme")
                };
                let label = Localized::new(
                    format!("{zh}的{}", kpi.label.zh),
                    format!("{} {en}", kpi.label.get(Locale::En)),
                );
                let clauses = self.rules.clause_ids(&kpi.basis);
                push_with(self.written(expr.span), label, self.now(expr), clauses);
                if let KpiKind::Formula(formula) = &kpi.kind {
                    let name = format!("{} = {}", kpi.name, self.written(formula.span));
                    let label = Localized::new("其算式", "its formula");
                    push_with(name, label, self.now(expr), Vec::new());
                }
            }
            ExprKind::IsMet(index) => {
                let rule = &self.rules.obligations[*index];
                let mut eval = Eval::new(self.rules, self.data, self.state, self.subject(None));
                let words = match eval.truth(expr) {
                    Truth::True => Localized::new("達成", "met"),
                    Truth::False => Localized::new("未達成", "not met"),
                    truth @ Truth::Unknown if hangs_on_nothing(&eval, truth) => {
                        Localized::new("不適用", "not applicable")
                    }
                    Truth::Unknown => Localized::new("尚不能確定", "not known"),
                };
                let clauses = self.rules.clause_ids(&rule.basis);
                push_with(self.written(expr.span), rule.label.clone(), words, clauses);
                self.operands(&rule.expect, found);
            }
            ExprKind::Previous(index) => {
                let kpi = &self.rules.kpis[*index];
                let label = Localized::new(
                    format!("上年度{}", kpi.label.zh),
                    format!("last year's {}", kpi.label.get(Locale::En)),
                );
                push(
                    format!("previous({})", kpi.name),
                    label,
                    beside(self.given(*index, true), &kpi.unit),
                );
            }
            ExprKind::Target(index) => {
                let kpi = &self.rules.kpis[*index];
                let label = Localized::new(
                    format!("{}目標", kpi.label.zh),
                    format!("target of {}", kpi.label.get(Locale::En)),
                );
                push(
                    format!("target({})", kpi.name),
                    label,
                    beside(self.given(*index, false), &kpi.unit),
                );
            }
            ExprKind::ProgrammeField(field) => {
                if let Some(programme) = self.rules.schema.programme {
                    let label = self.rules.schema.entities[programme].fields[*field].label.clone();
                    push(self.written(expr.span), label, self.field_words(programme, 0, *field));
                }
            }
            ExprKind::RootField(field) => {
                let entity = self.rules.schema.root;
                let shape = &self.rules.schema.entities[entity].fields[*field];
                let value = self.root.map(|root| self.field_words(entity, root, *field));
                push(shape.name.clone(), shape.label.clone(), value.unwrap_or_default());
            }
            // Of what the root refers to.
            ExprKind::Field { via: Some(via), field } => {
                let schema = &self.rules.schema;
                if let FieldKind::Reference(target) = schema.root_entity().fields[*via].kind {
                    let label = schema.entities[target].fields[*field].label.clone();
                    let value =
                        self.root.map(|root| match self.data.cell(schema.root, *via, root) {
                            Some(Cell::Row(row)) => self.field_words(target, row as usize, *field),
                            _ => Localized::new("未填", "not given"),
                        });
                    push(self.written(expr.span), label, value.unwrap_or_default());
                }
            }
            ExprKind::Class { class, .. } => {
                let class = &self.rules.classes[*class];
                let mut eval = Eval::new(self.rules, self.data, self.state, self.subject(None));
                let words = match eval.value(expr) {
                    Val::Choice(set) => choice_words(&class.choices, set),
                    _ => Localized::default(),
                };
                push(self.written(expr.span), class.label.clone(), words);
            }
            ExprKind::Constant(value) => {
                // A named constant shows its name; what is written out needs no explanation.
                let written = self.written(expr.span);
                if let Some(constant) =
                    self.rules.constants.iter().find(|constant| constant.name == written)
                {
                    let clauses = self.rules.clause_ids(&constant.basis);
                    push_with(
                        written,
                        constant.label.clone(),
                        self.value(value, &constant.ty),
                        clauses,
                    );
                }
            }
            // What it asks of each root is no operand of the whole, but for constants.
            ExprKind::Aggregate(_, Some(of)) => self.constants(of, found),
            ExprKind::Not(a)
            | ExprKind::IsKnown(a)
            | ExprKind::Negate(a)
            | ExprKind::OneOf(a, _)
            | ExprKind::Contains { text: a, .. }
            | ExprKind::Matches { text: a, .. } => self.operands(a, found),
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Extremum { of: parts, .. } => {
                parts.iter().for_each(|part| self.operands(part, found))
            }
            ExprKind::Over { entity, condition, .. } => {
                let words = self.holding(*entity, condition, self.subject(None));
                push(
                    self.written(expr.span),
                    Localized::new("成立的資料", "records for which it holds"),
                    words,
                );
            }
            ExprKind::Length(text) => {
                let label = match &text.kind {
                    ExprKind::RootField(field) => {
                        self.rules.schema.root_entity().fields[*field].label.clone()
                    }
                    _ => Localized::same(self.written(text.span)),
                };
                let label = Localized::new(
                    format!("{}字數", label.zh),
                    format!("length of {}", label.get(Locale::En)),
                );
                push(self.written(expr.span), label, self.now(expr));
            }
            ExprKind::Calendar(function, of) => {
                push(self.written(expr.span), calendar_words(*function), self.now(expr));
                of.iter().for_each(|part| self.operands(part, found));
            }
            ExprKind::Arithmetic(_, day, count) if expr.ty == Type::Date => {
                push(self.written(expr.span), Localized::new("日期", "day"), self.now(expr));
                self.operands(day, found);
                self.operands(count, found);
            }
            ExprKind::Round(_, of, step) => {
                push(self.written(expr.span), Localized::new("捨入", "rounded"), self.now(expr));
                self.operands(of, found);
                self.operands(step, found);
            }
            ExprKind::Default(value, fallback, reason) => {
                // The reason stands where the label of an operand would.
                push(self.written(fallback.span), reason.clone(), self.now(fallback));
                self.operands(value, found);
                self.operands(fallback, found);
            }
            ExprKind::Lookup { table, column, of, .. } => {
                let table = &self.rules.tables[*table];
                let label = table.columns.get(*column).map_or(&table.label, |column| &column.label);
                push(self.written(expr.span), label.clone(), self.now(expr));
                of.iter().for_each(|part| self.operands(part, found));
            }
            ExprKind::Case(case) => {
                let mut eval = Eval::new(self.rules, self.data, self.state, self.subject(None));
                let mut chosen = |condition: String, value: &Expr, basis| {
                    let label = Localized::new("適用的條件", "the case that holds");
                    push_with(condition, label, self.now(value), self.rules.clause_ids(basis));
                };
                match case.rows.iter().find(|row| eval.truth(&row.guard) != Truth::False) {
                    Some(row) => chosen(self.written(row.guard.span), &row.value, &row.basis),
                    None => case.otherwise.iter().for_each(|otherwise| {
                        chosen(
                            self.spelled("otherwise", otherwise.value.span),
                            &otherwise.value,
                            &otherwise.basis,
                        )
                    }),
                }
                expr.kind.parts().into_iter().for_each(|part| self.operands(part, found));
            }
            ExprKind::Compare(_, a, b) | ExprKind::Arithmetic(_, a, b) | ExprKind::Within(a, b) => {
                self.operands(a, found);
                self.operands(b, found);
            }
            _ => {}
        }
    }

    /// The records of the root for which a condition holds, some of them by their keys.
    pub(super) fn holding(
        &self,
        entity: EntityId,
        condition: &Expr,
        subject: Subject<'_>,
    ) -> Localized {
        let eval = Eval::new(self.rules, self.data, self.state, subject);
        let (root, rows) = (eval.root(), eval.rows_of(entity));
        let all = rows.len();
        let holds =
            |row: &usize| self.holds(condition, true, Subject::Record { entity, row: *row, root });
        let found: Vec<usize> = rows.filter(holds).collect();
        let mut named: Vec<Cow<'_, str>> =
            found.iter().take(EXTREMES).map(|row| self.data.key(entity, *row)).collect();
        if found.len() > named.len() {
            named.push(Cow::Borrowed("…"));
        }
        let (zh, en) = (named.join("、"), named.join(", "));
        let after = |text: String, sign: &str| if named.is_empty() { text } else { text + sign };
        Localized::new(
            after(format!("{all} 筆中的 {} 筆", found.len()), "：") + &zh,
            after(format!("{} of {all}", found.len()), ": ") + &en,
        )
    }

    /// What a part of a formula comes to; a constant stands as it is written.
    fn now(&self, expr: &Expr) -> Localized {
        match &expr.ty {
            _ if matches!(expr.kind, ExprKind::Constant(_)) => {
                Localized::same(self.written(expr.span))
            }
            Type::Number(unit) => self.number(expr, unit, self.subject(None)),
            Type::Date | Type::Period => self.days(expr, self.subject(None)),
            _ => Localized::same(self.written(expr.span)),
        }
    }

    /// Every declared record of a tally's entity, in exactly one line.
    fn statement(&self, tally: TallyId, measure: usize, part: Option<(usize, usize)>) -> Statement {
        let rule = &self.rules.tallies[tally];
        let Measure { function, of, .. } = &rule.measures[measure];
        // The lines add up only what the figure does.
        let sum = of.as_ref().filter(|_| matches!(function, Function::Sum | Function::Average));
        let unit = &self.rules.kpis[rule.measures[measure].kpi].unit;
        let new = |kind, label: Localized, clauses: Vec<String>| {
            Bucket::new(kind, label, clauses, sum.is_some())
        };
        let mut declared = new("declared", Localized::new("申報", "declared"), Vec::new());
        let mut outside =
            new("out_of_scope", Localized::new("不屬於本項", "out of scope"), Vec::new());
        let mut undetermined =
            new("undetermined", Localized::new("尚不能確定", "undetermined"), Vec::new());
        let mut elsewhere =
            new("elsewhere", Localized::new("計入其他分項", "counted in another part"), Vec::new());
        let mut counted = new("counted", Localized::new("計入", "counted"), Vec::new());
        let mut refused: Vec<Bucket> = (0..rule.require.len() + rule.onces.len())
            .map(|index| {
                let refusal = self.rules.refusal(tally, index);
                new("refused", refusal.message.heading(), self.rules.clause_ids(refusal.basis))
            })
            .collect();
        for row in self.root.map_or(0..0, |root| self.data.rows_of(rule.entity, root)) {
            let subject = Subject::Record {
                entity: rule.entity,
                row,
                root: self.data.root_of(rule.entity, row),
            };
            let mut eval = Eval::new(self.rules, self.data, self.state, subject);
            let value =
                sum.and_then(|sum| eval.range(sum).ok()).and_then(|range| range.known().cloned());
            let key = self.data.key(rule.entity, row);
            // Each record stands in two lines.
            let most = if self.share(2) == 2 { self.nodes } else { 0 };
            declared.add(&key, value.as_ref(), most);
            let verdict = self.outcome.verdicts[tally][row];
            let belongs = part.map_or(Truth::True, |(split, part)| {
                part_of(&mut eval, &rule.splits[split].by, part)
            });
            let bucket = match (verdict, verdict.refusal(), belongs) {
                (Verdict::OUT_OF_SCOPE, _, _) => &mut outside,
                (_, Some(index), _) => &mut refused[index],
                (_, _, Truth::False) => &mut elsewhere,
                (Verdict::COUNTED, _, Truth::True) => &mut counted,
                _ => &mut undetermined,
            };
            bucket.add(&key, value.as_ref(), most);
        }
        let used = refused.into_iter().filter(|bucket| bucket.records > 0);
        let mut lines: Vec<Line> = Vec::new();
        lines.extend((outside.records > 0).then(|| outside.line(unit)));
        lines.extend(used.map(|bucket| bucket.line(unit)));
        lines.extend((undetermined.records > 0).then(|| undetermined.line(unit)));
        lines.extend((elsewhere.records > 0).then(|| elsewhere.line(unit)));
        lines.push(counted.line(unit));
        Statement {
            entity: self.rules.schema.entities[rule.entity].label.clone(),
            declared: declared.line(unit),
            lines,
        }
    }
}

/// What a function of days gives.
fn calendar_words(function: Calendar) -> Localized {
    match function {
        Calendar::Age => Localized::new("足歲", "full years"),
        Calendar::First => Localized::new("首日", "first day"),
        Calendar::Last => Localized::new("末日", "last day"),
        Calendar::Days => Localized::new("天數", "number of days"),
        Calendar::Overlap => Localized::new("重疊天數", "days shared"),
        Calendar::Span => Localized::new("期間", "period"),
        Calendar::Year => Localized::new("西元年", "year"),
        Calendar::Month => Localized::new("月份", "month"),
    }
}

fn difference_words(difference: &Exact, unit: &Unit) -> Localized {
    let size = amount_apart(&difference.clone().max(difference.negate()), &[Exact::ZERO], unit);
    if difference.is_negative() {
        Localized::new(format!("尚差 {size}"), format!("{size} short"))
    } else {
        Localized::new(format!("超過 {size}"), format!("{size} above"))
    }
}
