//! One expression on one record, root or group: its value, and the fields that left it open.

mod asked;

use super::needs::{Found, Missing, Record};
use super::{Meter, State, figures};
use crate::data::Dataset;
use crate::eval::value::{Range, Truth, Val, compare};
use guiju_model::form::matches;
use guiju_model::index::{EntityId, FieldId, KpiId, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Need};
use guiju_model::rules::{Comparison, Expr, ExprKind, Rules, Value};

/// What an expression is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A record: its entity and row, and the root it belongs to.
    Record { entity: EntityId, row: usize, root: usize },
    /// A root and, for obligations on every target, one of its KPIs.
    Root { root: usize, kpi: Option<KpiId> },
    /// Roots of the programme or a group, and the KPIs computed for it so far.
    Roots {
        roots: &'a [usize],
        /// Roots that may belong to the group: their value of the grouping field is missing.
        maybe: &'a [usize],
        kpis: &'a [(KpiId, KpiValue)],
        whole: &'a [(KpiId, KpiValue)],
        /// The field that makes the group and its value, where rules may ask for it.
        group: Option<(FieldId, usize)>,
    },
}

/// Evaluates expressions on one subject and remembers what was missing.
pub struct Eval<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) data: &'a Dataset,
    pub(crate) state: &'a State,
    pub(crate) subject: Subject<'a>,
    /// What left the last value open.
    pub(crate) needs: Missing,
    /// What is charged beyond the steps of the expression; nothing is where an outcome is asked
    /// about afterwards.
    pub(super) meter: Option<&'a dyn Meter>,
    /// Whether something that does not apply was read.
    pub(crate) not_applicable: bool,
    /// Whether a KPI was read whose value is not known yet.
    undetermined: bool,
    /// Whether what was read may turn out to have no value: bounds hold then, but nothing is
    /// certain of it.
    pub(crate) may_fail: bool,
    /// Whether a figure was read that may turn out not to apply, wherever that leads.
    pub(super) may_not_apply: bool,
    /// How many obligations are being asked, each by the one before it.
    pub(super) asking: usize,
    /// What to do about the needs of records that `counted in` asks about.
    pub(super) counterparts: Counterparts,
}

/// What becomes of the needs of an undetermined record that `counted in` asks about.
pub(super) enum Counterparts {
    /// They are worked out and added.
    Resolve,
    /// Those worked out before are added; the other records are listed here.
    Defer {
        /// Those whose needs are not known yet.
        unknown: Vec<Record>,
        /// Whether any was asked about, known or not.
        asked: bool,
    },
    /// Only the truth is wanted.
    Ignore,
}

impl Counterparts {
    pub(super) fn deferred() -> Counterparts {
        Counterparts::Defer { unknown: Vec::new(), asked: false }
    }
}

/// What had been read before a part of an expression.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    needs: Found,
    not_applicable: bool,
    undetermined: bool,
    pub(super) may_fail: bool,
}

impl<'a> Eval<'a> {
    pub fn new(
        rules: &'a Rules,
        data: &'a Dataset,
        state: &'a State,
        subject: Subject<'a>,
    ) -> Eval<'a> {
        Eval {
            rules,
            data,
            state,
            subject,
            needs: Missing::default(),
            meter: None,
            not_applicable: false,
            undetermined: false,
            may_fail: false,
            may_not_apply: false,
            asking: 0,
            counterparts: Counterparts::Resolve,
        }
    }

    /// For conditions whose truth alone is wanted: whatever [`Eval::needs`] lists afterwards is
    /// incomplete.
    pub(crate) fn of_truth(
        rules: &'a Rules,
        data: &'a Dataset,
        state: &'a State,
        subject: Subject<'a>,
    ) -> Eval<'a> {
        Eval { counterparts: Counterparts::Ignore, ..Eval::new(rules, data, state, subject) }
    }

    /// The same, charging what turns out to be dear.
    pub(crate) fn charged(self, meter: &'a dyn Meter) -> Eval<'a> {
        Eval { meter: Some(meter), ..self }
    }

    /// Charges some steps; whether there is any sense in going on.
    pub(super) fn spend(&self, steps: u64) -> bool {
        steps == 0 || self.meter.is_none_or(|meter| meter.spend(steps))
    }

    /// The truth of a condition. A figure in it that may turn out not to apply leaves it open, if
    /// nothing else decides it, and tells nothing of what the condition is asked for.
    pub fn truth(&mut self, expr: &'a Expr) -> Truth {
        let may_not_apply = self.may_not_apply;
        let value = self.value(expr);
        self.may_not_apply = may_not_apply;
        match value {
            Val::Truth(truth) => truth,
            _ => Truth::Unknown,
        }
    }

    /// The value of a numeric expression as a range; `Err` where it has none.
    pub(crate) fn range(&mut self, expr: &'a Expr) -> Result<Range, KpiValue> {
        match self.value(expr) {
            Val::Number(range) => Ok(range),
            Val::NotApplicable => Err(KpiValue::NotApplicable),
            Val::Invalid(error) => Err(KpiValue::Invalid(error)),
            _ => Ok(Range::OPEN),
        }
    }

    pub(crate) fn value(&mut self, expr: &'a Expr) -> Val<'a> {
        match &expr.kind {
            ExprKind::Constant(value) => constant(value),
            ExprKind::Field { via, field } => self.field(*via, *field),
            ExprKind::RootField(field) => match self.subject {
                Subject::Roots { group: Some((of, value)), .. } if of == *field => {
                    Val::Choice(1 << value)
                }
                _ => self.cell(self.rules.schema.root, self.root(), *field),
            },
            ExprKind::ProgrammeField(field) => match self.rules.schema.programme {
                Some(programme) => self.cell(programme, 0, *field),
                None => Val::Missing,
            },
            ExprKind::Class { via, class } => self.class(*via, *class),
            ExprKind::Figure { via, tally, figure } => self.figure(*via, *tally, *figure),
            ExprKind::Kpi(kpi) => self.kpi(*kpi),
            ExprKind::OfProgramme(kpi) => self.of_programme(*kpi),
            ExprKind::OfGroup { field, kpi } => self.of_group(*field, *kpi),
            ExprKind::Previous(kpi) => self.given(*kpi, true),
            ExprKind::Target(kpi) => self.given(*kpi, false),
            ExprKind::EachValue => match self.subject {
                Subject::Root { kpi: Some(kpi), .. } => self.kpi(kpi),
                _ => Val::Missing,
            },
            ExprKind::EachTarget => match self.subject {
                Subject::Root { kpi: Some(kpi), .. } => self.given(kpi, false),
                _ => Val::Missing,
            },
            ExprKind::Not(inner) => Val::Truth(self.truth(inner).not()),
            ExprKind::And(parts) => Val::Truth(self.all(parts, Truth::False)),
            ExprKind::Or(parts) => Val::Truth(self.all(parts, Truth::True)),
            ExprKind::Compare(comparison, left, right) => {
                let mark = self.needs.found();
                let outer = std::mem::take(&mut self.may_fail);
                let (left, right) = (self.value(left), self.value(right));
                if matches!((&left, &right), (Val::NotApplicable, _) | (_, Val::NotApplicable)) {
                    // Whatever the other side lacks will not decide it.
                    self.needs.truncate(mark);
                }
                if let (Val::Number(a), Val::Number(b)) = (&left, &right) {
                    self.spend(a.effort(b));
                }
                let truth = compare(*comparison, &left, &right);
                self.settle_unless_none(truth, mark, outer)
            }
            ExprKind::OneOf(inner, values) => {
                let mark = self.needs.found();
                let outer = std::mem::take(&mut self.may_fail);
                let inner = self.value(inner);
                let truth = one_of(&inner, values);
                self.settle_unless_none(truth, mark, outer)
            }
            ExprKind::Within(inner, period) => {
                let (mark, outer) = (self.needs.found(), std::mem::take(&mut self.may_fail));
                let truth = match (self.value(inner), self.value(period)) {
                    (Val::Date(day), Val::Period(period)) => Truth::from(period.contains(day)),
                    (Val::Period(inner), Val::Period(period)) => Truth::from(period.covers(inner)),
                    _ => Truth::Unknown,
                };
                self.settle_unless_none(truth, mark, outer)
            }
            ExprKind::Has { list, set, all } => {
                let truth = match self.value(list) {
                    Val::List(have) if *all => Truth::from(have & set == *set),
                    Val::List(have) => Truth::from(have & set != 0),
                    _ => Truth::Unknown,
                };
                Val::Truth(truth)
            }
            ExprKind::Contains { text, parts, all } => {
                let (mark, outer) = (self.needs.found(), std::mem::take(&mut self.may_fail));
                let truth = match self.value(text) {
                    Val::Text(text) => {
                        let has = |part: &String| text.contains(part.as_str());
                        Truth::from(if *all {
                            parts.iter().all(has)
                        } else {
                            parts.iter().any(has)
                        })
                    }
                    _ => Truth::Unknown,
                };
                self.settle_unless_none(truth, mark, outer)
            }
            ExprKind::Matches { text, forms } => {
                let (mark, outer) = (self.needs.found(), std::mem::take(&mut self.may_fail));
                let truth = match self.value(text) {
                    Val::Text(text) => Truth::from(forms.iter().any(|form| matches(form, text))),
                    _ => Truth::Unknown,
                };
                self.settle_unless_none(truth, mark, outer)
            }
            ExprKind::IsKnown(inner) => {
                let mark = self.mark();
                self.may_fail = false;
                let known = is_known(&self.value(inner)) && !self.may_fail;
                self.forget(mark);
                Val::Truth(Truth::from(known))
            }
            ExprKind::Listed(inner, list) => {
                let mark = self.needs.found();
                let truth = match self.value(inner) {
                    Val::Text(text) => self.listed(text, *list),
                    // Nothing is in an empty list, not even what is unknown.
                    _ if self.is_empty(*list) => Truth::False,
                    _ => {
                        self.lacks_list(*list);
                        Truth::Unknown
                    }
                };
                self.settle(truth, mark)
            }
            ExprKind::CountedIn { via, tally } => Val::Truth(self.counted_in(*via, *tally)),
            ExprKind::IsMet(obligation) => Val::Truth(self.is_met(*obligation)),
            ExprKind::Awarded { via, award } => Val::Truth(self.awarded(*via, *award)),
            ExprKind::Placed { via, award, placing } => self.placed(*via, *award, *placing),
            ExprKind::Default(value, fallback, _) => self.or_else(value, fallback),
            ExprKind::Case(case) => self.case(case),
            ExprKind::Lookup { table, column, of, .. } => self.lookup(*table, *column, of),
            ExprKind::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right),
            ExprKind::Negate(inner) => match self.value(inner) {
                Val::Number(range) => Val::Number(range.negate()),
                other => other,
            },
            ExprKind::Length(text) => match self.value(text) {
                Val::Text(text) => Val::point(Exact::from(
                    i64::try_from(guiju_model::text::length(text)).unwrap_or(i64::MAX),
                )),
                _ => Val::Number(Range { low: Some(Exact::ZERO), high: None }),
            },
            ExprKind::Extremum { greatest, of } => self.extremum(*greatest, of),
            ExprKind::Round(rounding, of, step) => self.rounded(*rounding, of, step),
            ExprKind::Calendar(function, of) => self.calendar(*function, of),
            ExprKind::Over { every, entity, condition } => {
                Val::Truth(self.over(*every, *entity, condition))
            }
            ExprKind::Aggregate(aggregate, of) => {
                super::aggregate::value(self, *aggregate, of.as_deref())
            }
        }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            needs: self.needs.found(),
            not_applicable: self.not_applicable,
            undetermined: self.undetermined,
            may_fail: self.may_fail,
        }
    }

    /// As if nothing had been read since.
    pub(super) fn forget(&mut self, mark: Mark) {
        self.needs.truncate(mark.needs);
        self.not_applicable = mark.not_applicable;
        self.undetermined = mark.undetermined;
        self.may_fail = mark.may_fail;
    }

    /// As before an obligation was asked, which may not apply.
    pub(super) fn restore(&mut self, mark: Mark, not_applicable: bool) {
        self.not_applicable = mark.not_applicable | not_applicable;
        self.undetermined = mark.undetermined;
        self.may_fail = mark.may_fail;
    }

    /// As if nothing had been read since, but for whether it may turn out to have no value.
    pub(super) fn forget_needs(&mut self, mark: Mark) {
        let may_fail = self.may_fail;
        self.forget(mark);
        self.may_fail = may_fail;
    }

    /// A value, or the fallback where there is none. A KPI that is undetermined does have a value,
    /// if not one that is known yet: then no other stands in for it.
    fn or_else(&mut self, value: &'a Expr, fallback: &'a Expr) -> Val<'a> {
        let mark = self.mark();
        (self.undetermined, self.may_fail) = (false, false);
        let value = self.value(value);
        let open =
            self.undetermined && matches!(value, Val::Number(_) | Val::Truth(Truth::Unknown));
        if (is_known(&value) && !self.may_fail) || open {
            self.undetermined |= mark.undetermined;
            self.may_fail |= mark.may_fail;
            return value;
        }
        self.forget(mark);
        self.value(fallback)
    }

    /// A comparison's truth; what was missing matters only where it left the truth open.
    fn settle(&mut self, truth: Truth, mark: Found) -> Val<'a> {
        if truth != Truth::Unknown {
            self.needs.truncate(mark);
        }
        Val::Truth(truth)
    }

    /// The same of values that may turn out to be none: then no truth is certain.
    fn settle_unless_none(&mut self, truth: Truth, mark: Found, outer: bool) -> Val<'a> {
        let may_fail = std::mem::replace(&mut self.may_fail, outer);
        self.settle(if may_fail { Truth::Unknown } else { truth }, mark)
    }

    /// A value that may turn out to be none: numbers keep their bounds.
    pub(super) fn unless_none(&mut self, value: Val<'a>) -> Val<'a> {
        match value {
            Val::Number(_) => {
                self.may_fail = true;
                value
            }
            Val::Truth(_) => Val::Truth(Truth::Unknown),
            _ => Val::Missing,
        }
    }

    /// All parts joined: `and` where `decisive` is false, `or` where it is true.
    fn all(&mut self, parts: &'a [Expr], decisive: Truth) -> Truth {
        let mark = self.needs.found();
        let mut result = decisive.not();
        for part in parts {
            let truth = self.truth(part);
            if truth == decisive {
                self.needs.truncate(mark);
                return decisive;
            }
            if truth == Truth::Unknown {
                result = Truth::Unknown;
            }
        }
        result
    }

    /// The records of an entity that belong to what is asked about.
    pub(crate) fn rows_of(&self, entity: EntityId) -> std::ops::Range<usize> {
        match self.subject {
            Subject::Record { entity: of, row, root } => {
                self.data.rows_within(entity, (of, row), root)
            }
            _ => self.data.rows_of(entity, self.root()),
        }
    }

    /// A condition on these: joined by `and`, or by `or`.
    fn over(&mut self, every: bool, entity: EntityId, condition: &'a Expr) -> Truth {
        let (outer, root, mark) = (self.subject, self.root(), self.needs.found());
        let decisive = Truth::from(!every);
        let mut result = decisive.not();
        for row in self.rows_of(entity) {
            self.subject = Subject::Record { entity, row, root };
            let truth = self.truth(condition);
            if truth == decisive {
                self.needs.truncate(mark);
                result = decisive;
                break;
            }
            if truth == Truth::Unknown {
                result = Truth::Unknown;
            }
        }
        self.subject = outer;
        result
    }

    pub(crate) fn root(&self) -> usize {
        match self.subject {
            Subject::Record { root, .. } | Subject::Root { root, .. } => root,
            Subject::Roots { .. } => 0,
        }
    }

    fn kpi(&mut self, kpi: KpiId) -> Val<'a> {
        let found: &'a KpiValue = match self.subject {
            Subject::Roots { kpis, whole, .. } => {
                match kpis.iter().chain(whole).find(|(index, _)| *index == kpi) {
                    Some((_, value)) => value,
                    None => return Val::Missing,
                }
            }
            _ => &self.state.kpis(self.root())[kpi],
        };
        self.found(found)
    }

    /// A figure of the record, or of one it refers to.
    fn figure(&mut self, via: Option<FieldId>, tally: TallyId, figure: usize) -> Val<'a> {
        let state = self.state;
        let found =
            self.follow(via).and_then(|(_, row)| figures::of_record(state, tally, row, figure));
        let Some(found) = found else { return Val::Missing };
        // Of possibly nobody there may be none.
        self.may_not_apply |= matches!(*found, KpiValue::Undetermined { may_be_none: true, .. });
        self.found(&found)
    }

    /// A value was read that is open, and for which no other stands in.
    pub(super) fn set_undetermined(&mut self) {
        self.undetermined = true;
    }

    /// A value that was computed before.
    pub(super) fn found(&mut self, found: &KpiValue) -> Val<'a> {
        match found {
            KpiValue::Known(value) => Val::point(value.clone()),
            KpiValue::Undetermined { low, high, may_be_none, needs } => {
                self.undetermined = true;
                self.may_fail |= may_be_none;
                self.needs.share(needs);
                Val::Number(Range { low: low.clone(), high: high.clone() })
            }
            KpiValue::NotApplicable => {
                self.not_applicable = true;
                Val::NotApplicable
            }
            KpiValue::Invalid(error) => Val::Invalid(*error),
        }
    }

    fn given(&mut self, kpi: KpiId, previous: bool) -> Val<'a> {
        let root = match self.subject {
            // Nothing is given for groups.
            Subject::Roots { whole, .. } if !whole.is_empty() => return Val::NotApplicable,
            Subject::Roots { .. } => None,
            _ => Some(self.root()),
        };
        let value = match (root, previous) {
            (Some(root), true) => self.data.previous(root, kpi),
            (Some(root), false) => self.data.target(root, kpi),
            (None, true) => self.data.programme_previous(kpi),
            (None, false) => self.data.programme_target(kpi),
        };
        // A target by a rule, where none is given.
        let ruled = root
            .filter(|_| !previous && value.is_none())
            .and_then(|root| self.state.target(root, kpi));
        if let Some(found) = ruled {
            return self.found(found);
        }
        match value {
            Some(value) => Val::point(value),
            None => {
                self.needs.push(if previous {
                    Need::Previous { root, kpi }
                } else {
                    Need::Target { root, kpi }
                });
                let signed = self.rules.schema.kpi_at(kpi).is_none_or(|kpi| kpi.signed);
                Val::Number(Range { low: (!signed).then_some(Exact::ZERO), high: None })
            }
        }
    }
}

impl Meter for Eval<'_> {
    fn hold(&self, bytes: usize) -> bool {
        self.meter.is_none_or(|meter| meter.hold(bytes))
    }

    fn release(&self, bytes: usize) {
        if let Some(meter) = self.meter {
            meter.release(bytes);
        }
    }

    fn spend(&self, steps: u64) -> bool {
        Eval::spend(self, steps)
    }

    fn spent(&self) -> u64 {
        self.meter.map_or(0, Meter::spent)
    }
}

pub(super) fn constant(value: &Value) -> Val<'_> {
    match value {
        Value::Bool(value) => Val::Truth(Truth::from(*value)),
        Value::Number(value) => Val::point(value.clone()),
        Value::Text(text) => Val::Text(text),
        Value::Date(day) => Val::Date(*day),
        Value::Period(period) => Val::Period(*period),
        Value::Choice(value) => Val::Choice(1 << value),
    }
}

/// Membership in constants: decided for a set of possible values where all of them, or none, are
/// among the constants.
fn one_of(inner: &Val<'_>, values: &[Value]) -> Truth {
    if let Val::Choice(possible) = inner {
        let set = values.iter().fold(0, |set, value| {
            if let Value::Choice(index) = value { set | 1 << index } else { set }
        });
        return match (possible & set, possible & !set) {
            (0, _) => Truth::False,
            (_, 0) => Truth::True,
            _ => Truth::Unknown,
        };
    }
    values.iter().fold(Truth::False, |found, value| {
        found.or(compare(Comparison::Equal, inner, &constant(value)))
    })
}

fn is_known(value: &Val<'_>) -> bool {
    match value {
        Val::Missing | Val::NotApplicable | Val::Invalid(_) | Val::Truth(Truth::Unknown) => false,
        Val::Number(range) => range.known().is_some(),
        Val::Choice(set) => set.count_ones() == 1,
        _ => true,
    }
}
