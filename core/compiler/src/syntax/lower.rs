//! Pest pairs to the plain tree, one function for a rule. Shapes are guaranteed by the grammar;
//! values (dates, numbers, names) are checked here because only here the text is still at hand.

mod rules;

use pest::iterators::{Pair, Pairs};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::ast::{
    Case, CaseRow, Drop, Dropped, Edit, Expr, ExprKind, Extend, ExtendTally, Ground, Item,
    ItemKind, Let, Name, Pack, Place, SourceClause, SourceDocument, Table, TableFile, TableKey,
    TableRow,
};
use super::parts::{Parts, without_trailing_blanks};
use super::{Rule, english};
use guiju_model::date::{Date, DateError, Period};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::rules::KeyMatch;
use guiju_model::source::{SourceId, Span, Spanned};
use guiju_model::text::{Localized, fold_char};
use guiju_model::words::{self, built_in};

/// The state of lowering one item.
pub(super) struct Lower<'a> {
    id: SourceId,
    base: u32,
    pub(super) limits: &'a Limits,
    pub(super) findings: &'a mut Findings,
    pub(super) depth_reported: bool,
}

impl<'a> Lower<'a> {
    pub(super) fn new(
        id: SourceId,
        base: u32,
        limits: &'a Limits,
        findings: &'a mut Findings,
    ) -> Lower<'a> {
        Lower { id, base, limits, findings, depth_reported: false }
    }

    /// What an item says; a value of several entities is one for each of them.
    pub(super) fn items(&mut self, pairs: Pairs<'_, Rule>) -> Option<Vec<Item>> {
        let pair = pairs.into_iter().next()?;
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::pack => ItemKind::Pack(self.pack(pair)),
            Rule::drop => ItemKind::Drop(self.drop_item(pair)),
            Rule::extend => ItemKind::Extend(self.extend(pair)),
            Rule::extend_tally => ItemKind::ExtendTally(self.extend_tally(pair)),
            Rule::period => self.period(pair)?,
            Rule::source => ItemKind::Source(self.source(pair)),
            Rule::let_item => {
                let lets = self.let_item(pair)?;
                return Some(
                    lets.into_iter().map(|item| Item { span, kind: ItemKind::Let(item) }).collect(),
                );
            }
            Rule::table => ItemKind::Table(self.table(pair)),
            Rule::entity => ItemKind::Entity(self.entity(pair)),
            Rule::classify => ItemKind::Classify(self.classify(pair)),
            Rule::tally => ItemKind::Tally(self.tally(pair)),
            Rule::once => ItemKind::Once(self.once(pair)?),
            Rule::award => ItemKind::Award(self.award(pair)),
            Rule::kpi => ItemKind::Kpi(self.kpi(pair)?),
            Rule::obligation => ItemKind::Obligation(self.obligation(pair)?),
            Rule::check => ItemKind::Check(self.check(pair)?),
            Rule::example => ItemKind::Example(self.example(pair)),
            _ => ItemKind::Test(self.test(pair)),
        };
        Some(vec![Item { span, kind }])
    }

    // ---- words ----

    pub(super) fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        // Rules end with what was skipped while looking for an optional part; that is not theirs.
        let end = span.start() + without_trailing_blanks(pair.as_str()).len();
        Span {
            source: self.id,
            start: self.base + span.start() as u32,
            end: self.base + end as u32,
        }
    }

    /// A name, in NFC and with full-width letters and digits as ordinary ones.
    pub(super) fn name(&mut self, pair: &Pair<'_, Rule>) -> Name {
        let text = pair.as_str();
        let node: String = if text.is_ascii() {
            text.to_owned()
        } else {
            text.chars().map(fold_char).nfc().collect()
        };
        let span = self.span(pair);
        if node.chars().count() > self.limits.literal_chars.min(128) {
            let limit = self.limits.literal_chars.min(128).to_string();
            self.findings.push(Diagnostic::new(Code::LiteralTooLong).arg(limit).at(span));
        }
        Spanned { node, span }
    }

    pub(super) fn names(&mut self, pair: Pair<'_, Rule>) -> Vec<Name> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::ident)
            .map(|part| self.name(&part))
            .collect()
    }

    pub(super) fn last_name(&mut self, pair: Pair<'_, Rule>) -> Name {
        let span = self.span(&pair);
        self.names(pair).pop().unwrap_or(Spanned { node: String::new(), span })
    }

    pub(super) fn string(&mut self, pair: &Pair<'_, Rule>) -> String {
        let text = pair.as_str();
        let escapes = !text.starts_with('“');
        let mut chars = text.chars();
        chars.next();
        chars.next_back();
        let inner = chars.as_str();
        if !inner.contains('\\') || !escapes {
            return if is_nfc(inner) { inner.to_owned() } else { inner.nfc().collect() };
        }
        let mut out = String::new();
        while let Some(c) = chars.next() {
            out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
        }
        out.nfc().collect()
    }

    pub(super) fn label(&mut self, pair: Pair<'_, Rule>) -> Localized {
        let mut texts = pair
            .into_inner()
            .filter(|part| part.as_rule() == Rule::string)
            .map(|part| self.string(&part))
            .collect::<Vec<_>>();
        let en = (texts.len() > 1).then(|| texts.remove(1));
        Localized { zh: texts.pop().unwrap_or_default(), en }
    }

    pub(super) fn because(&mut self, pair: Pair<'_, Rule>) -> Localized {
        pair.into_inner()
            .find(|part| part.as_rule() == Rule::label)
            .map(|part| self.label(part))
            .unwrap_or_default()
    }

    pub(super) fn ground(&mut self, pair: Pair<'_, Rule>) -> Option<Ground> {
        let inner = pair.into_inner().next()?;
        Some(match inner.as_rule() {
            Rule::cites => Ground::Clauses(self.clauses(inner)),
            _ => Ground::Because(self.because(inner)),
        })
    }

    pub(super) fn clauses(&mut self, pair: Pair<'_, Rule>) -> Vec<Name> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::clause)
            .map(|part| self.name(&part))
            .collect()
    }

    /// A number as written: full-width digits folded, `_` dropped.
    pub(super) fn number(&mut self, pair: &Pair<'_, Rule>) -> Spanned<Exact> {
        let span = self.span(pair);
        let digits: String = pair.as_str().chars().map(fold_char).filter(|c| *c != '_').collect();
        let node = Exact::parse(&digits).unwrap_or_else(|| {
            self.findings.push(Diagnostic::new(Code::BadNumber).arg(&digits).at(span));
            Exact::ZERO
        });
        Spanned { node, span }
    }

    pub(super) fn quantity(&mut self, pair: Pair<'_, Rule>) -> (Spanned<Exact>, Option<Name>) {
        let span = self.span(&pair);
        let (mut number, mut unit, mut negative) =
            (Spanned { node: Exact::ZERO, span }, None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::number => number = self.number(&part),
                Rule::minus => negative = true,
                _ => unit = Some(self.unit(&part)),
            }
        }
        if negative {
            number.node = number.node.negate();
        }
        (number, unit)
    }

    fn unit(&mut self, pair: &Pair<'_, Rule>) -> Name {
        self.name(pair)
    }

    pub(super) fn date(&mut self, pair: &Pair<'_, Rule>) -> Option<Date> {
        match Date::parse(pair.as_str()) {
            Ok(date) => Some(date),
            Err(error) => {
                let code = match error {
                    DateError::TwoDigitYear => Code::TwoDigitYear,
                    DateError::EarlyYear => Code::EarlyYear,
                    DateError::Shape | DateError::NoSuchDay => Code::BadDate,
                };
                let span = self.span(pair);
                self.findings.push(Diagnostic::new(code).arg(pair.as_str()).at(span));
                None
            }
        }
    }

    /// The two dates of a pair that holds exactly two, in order.
    pub(super) fn two_dates(&mut self, pair: Pair<'_, Rule>) -> Option<Period> {
        let span = self.span(&pair);
        let dates: Vec<Option<Date>> = pair
            .into_inner()
            .filter(|part| part.as_rule() == Rule::date)
            .map(|part| self.date(&part))
            .collect();
        let [Some(start), Some(end)] = dates.as_slice() else { return None };
        if start > end {
            let (first, last) = (start.minguo(), end.minguo());
            self.findings.push(Diagnostic::new(Code::PeriodReversed).arg(first).arg(last).at(span));
            return None;
        }
        Some(Period { start: *start, end: *end })
    }

    // ---- items ----

    fn pack(&mut self, pair: Pair<'_, Rule>) -> Pack {
        let amends = pair
            .clone()
            .into_inner()
            .find(|part| part.as_rule() == Rule::amends)
            .map(|part| self.last_name(part));
        let parts = Parts::of(self, pair);
        Pack { name: parts.name, label: parts.label, amends }
    }

    fn drop_item(&mut self, pair: Pair<'_, Rule>) -> Drop {
        let (mut names, mut ground) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::dropped => names.push(self.dropped(part)),
                Rule::ground => ground = self.ground(part),
                _ => {}
            }
        }
        Drop { names, ground }
    }

    fn dropped(&mut self, pair: Pair<'_, Rule>) -> Dropped {
        let kind = pair
            .clone()
            .into_inner()
            .find(|part| part.as_rule() == Rule::drop_kind)
            .and_then(|part| part.into_inner().next());
        let kind = kind.map(|word| english(word.as_rule()).to_owned());
        let whole = self.span(&pair);
        let names = self.names(pair);
        let mut names = names;
        if let ([only], None) = (names.as_mut_slice(), &kind)
            && let Some(period) = built_in(words::Name::Period, &only.node)
        {
            period.clone_into(&mut only.node);
        }
        let joined = names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(".");
        let span = names.first().map_or(whole, |first| first.span.to(whole));
        Dropped { kind, name: Name { node: joined, span } }
    }

    fn extend(&mut self, pair: Pair<'_, Rule>) -> Extend {
        let fields = pair
            .clone()
            .into_inner()
            .filter(|part| part.as_rule() == Rule::field)
            .map(|part| self.field(part))
            .collect();
        let parts = Parts::of(self, pair);
        Extend { entity: parts.name, fields, ground: parts.ground }
    }

    fn period(&mut self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        let span = self.span(&pair);
        let ground = pair
            .clone()
            .into_inner()
            .find(|part| part.as_rule() == Rule::ground)
            .and_then(|part| self.ground(part));
        let node = self.two_dates(pair)?;
        Some(ItemKind::Period(Spanned { node, span }, ground))
    }

    fn source(&mut self, pair: Pair<'_, Rule>) -> SourceDocument {
        let mut dated = None;
        let mut clauses = Vec::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::date => dated = self.date(&part),
                Rule::source_clause => {
                    let span = self.span(&part);
                    let find =
                        |rule| part.clone().into_inner().find(|inner| inner.as_rule() == rule);
                    let (label, uncomputable) = (find(Rule::label), find(Rule::uncomputable));
                    let summary = label.map(|label| self.label(label));
                    let uncomputable = uncomputable
                        .and_then(|part| part.into_inner().last())
                        .map(|reason| self.because(reason));
                    clauses.extend(self.clauses(part).pop().map(|id| SourceClause {
                        span,
                        id,
                        summary,
                        uncomputable,
                    }));
                }
                _ => {}
            }
        }
        let parts = Parts::of(self, pair);
        SourceDocument { name: parts.name, label: parts.label, dated, clauses }
    }

    fn let_item(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<Let>> {
        let owners = pair
            .clone()
            .into_inner()
            .find(|part| part.as_rule() == Rule::owner)
            .map(|part| self.names(part));
        let Parts { name, label, exprs, message, ground, .. } = Parts::of(self, pair);
        let value = exprs.into_iter().next()?;
        let of = |owner: Option<Name>| Let {
            owner,
            name: name.clone(),
            label: label.clone(),
            value: value.clone(),
            message: message.clone(),
            ground: ground.clone(),
        };
        Some(owners.map_or_else(
            || vec![of(None)],
            |owners| owners.into_iter().map(|owner| of(Some(owner))).collect(),
        ))
    }

    fn table(&mut self, pair: Pair<'_, Rule>) -> Table {
        let (mut keys, mut columns, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        let (mut otherwise, mut graduated, mut file) = (None, false, None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::table_key => keys.push(self.table_key(part)),
                Rule::kw_graduated => graduated = true,
                Rule::column => columns.push(self.enum_value(part)),
                Rule::table_file => file = Some(self.table_file(part)),
                Rule::table_row => rows.push(self.table_row(part)),
                Rule::table_otherwise => otherwise = Some(self.table_row(part)),
                _ => {}
            }
        }
        let parts = Parts::of(self, pair);
        Table {
            name: parts.name,
            label: parts.label,
            keys,
            graduated,
            columns,
            file,
            rows,
            otherwise,
            ground: parts.ground,
        }
    }

    fn table_file(&mut self, pair: Pair<'_, Rule>) -> TableFile {
        let span = self.span(&pair);
        let named = pair.into_inner().find(|part| part.as_rule() == Rule::string);
        let name = named.map_or(Spanned { node: String::new(), span }, |part| Spanned {
            node: self.string(&part),
            span: self.span(&part),
        });
        TableFile { span, name, rows: None }
    }

    fn table_key(&mut self, pair: Pair<'_, Rule>) -> TableKey {
        let span = self.span(&pair);
        let matches = match pair.clone().into_inner().next().map(|word| word.as_rule()) {
            Some(Rule::kw_from_key) => KeyMatch::From,
            Some(Rule::kw_above) => KeyMatch::Above,
            _ => KeyMatch::Equal,
        };
        TableKey { span, matches, of: self.names(pair) }
    }

    fn table_row(&mut self, pair: Pair<'_, Rule>) -> TableRow {
        let span = self.span(&pair);
        let ground = Parts::of(self, pair.clone()).ground;
        let cells = pair.into_inner().filter(|part| part.as_rule() == Rule::cells);
        let mut cells: Vec<Vec<Expr>> = cells.map(|cells| Parts::of(self, cells).exprs).collect();
        let values = cells.pop().unwrap_or_default();
        TableRow { span, keys: cells.pop().unwrap_or_default(), values, ground }
    }

    pub(super) fn case(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let word = Spanned { node: "case".to_owned(), span };
        let mut case = Case { word, ordered: false, rows: Vec::new(), otherwise: None };
        for part in pair.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::kw_case => case.word.span = span,
                Rule::ordered => case.ordered = true,
                Rule::case_row => {
                    let Parts { exprs, ground, .. } = Parts::of(self, part);
                    if let Ok([guard, value]) = <[Expr; 2]>::try_from(exprs) {
                        case.rows.push(CaseRow { span, guard, value, ground });
                    }
                }
                Rule::case_otherwise => {
                    let Parts { exprs, ground, .. } = Parts::of(self, part);
                    case.otherwise = exprs.into_iter().next().map(|value| (value, ground));
                }
                _ => {}
            }
        }
        let mut expr = Expr { span, kind: ExprKind::Case(Box::new(case)), height: 1 };
        expr.height += expr.parts().into_iter().map(|part| part.height).max().unwrap_or(0);
        expr
    }

    fn extend_tally(&mut self, pair: Pair<'_, Rule>) -> ExtendTally {
        let mut edits = Vec::new();
        let (mut select, mut measures, mut targets, mut splits) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for part in pair.clone().into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::edit_first | Rule::edit_after => {
                    let anchor = part
                        .clone()
                        .into_inner()
                        .find(|inner| inner.as_rule() == Rule::ident)
                        .map(|name| self.name(&name));
                    let require = part.into_inner().find(|inner| inner.as_rule() == Rule::require);
                    let place = anchor.map_or(Place::First, Place::After);
                    edits.extend(
                        require
                            .and_then(|require| self.require(require))
                            .map(|require| Edit::Require(place, require)),
                    );
                }
                Rule::require => edits
                    .extend(self.require(part).map(|require| Edit::Require(Place::Last, require))),
                Rule::edit_drop => {
                    let ground = Parts::of(self, part.clone()).ground;
                    edits.push(Edit::Drop(self.names(part), ground));
                }
                Rule::select => select.extend(self.select(part)),
                Rule::count | Rule::sum | Rule::average | Rule::minimum | Rule::maximum => {
                    measures.push(self.measure(part, span))
                }
                Rule::target => targets.push(self.target(part, span)),
                Rule::split => splits.extend(self.split(part)),
                _ => {}
            }
        }
        let parts = Parts::of(self, pair);
        let (tally, _) = owned(parts.name, parts.more);
        ExtendTally { tally, edits, select, measures, targets, splits, ground: parts.ground }
    }
}

/// The name of a tally, and the entity before it whose records have its figures.
fn owned(first: Name, more: Vec<Name>) -> (Name, Option<Name>) {
    match more.into_iter().next() {
        Some(second) => {
            let name = Spanned {
                node: format!("{}.{}", first.node, second.node),
                span: first.span.to(second.span),
            };
            (name, Some(first))
        }
        None => (first, None),
    }
}

/// The name of the programme, in English from here on.
pub(super) fn programme(name: &mut String) {
    if let Some(found) = built_in(words::Name::Programme, name) {
        found.clone_into(name);
    }
}
