//! What a compiled pack is made of, part by part: the fields of each in one order, the variants of
//! each by a number.
//!
//! Whoever changes `rules` or `schema` in the model changes this, and raises the number of the
//! format in `mod.rs`. Not here: how single values are written (`wire`).

use std::sync::Arc;

use super::wire::{Reader, START, Section, Wire, Writer};
use crate::provenance::Provenance;
use guiju_model::calendar::Calendar;
use guiju_model::date::{Date, Period};
use guiju_model::diagnostic::Severity;
use guiju_model::number::{Exact, Rounding};
use guiju_model::outcome::Counted;
use guiju_model::rules::{
    Across, Aggregate, Among, Arithmetic, Award, Basis, Case, CaseOtherwise, CaseRow, Check,
    Claimant, Class, ClassRow, Clause, Comparison, Constant, Criterion, Document, Expr, ExprKind,
    Figure, Function, Give, Hole, Keep, Kept, KeyMatch, KeyPart, Kpi, KpiKind, KpiScope, Link,
    Listing, Measure, Message, Obligation, ObligationScope, Once, Owner, Placing, Register,
    Requirement, Rest, Rules, Split, Step, Table, TableColumn, TableKey, TableOtherwise, TableRow,
    Tally, TargetRule, Ties, Toward, Type, Value,
};
use guiju_model::schema::{Choice, Dated, Decimal, Entity, Field, FieldKind, KpiSchema, Schema};
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

macro_rules! records {
    ($($name:ident { $($field:ident)* })*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            $(self.$field.write(to);)*
        }

        fn read(from: &mut Reader<'_>) -> $name {
            $name { $($field: Wire::read(from)),* }
        }
    })* };
}

/// The first of the variants has to be one that holds nothing of its like: it is what is read where
/// nothing can be.
macro_rules! variants {
    ($($name:ident { 0 $first:ident $(($($one:ident)*))? $({$($part:ident)*})?,
        $($tag:literal $variant:ident $(($($item:ident)*))? $({$($field:ident)*})?,)* })*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            match self {
                $name::$first $(($($one),*))? $({$($part),*})? => {
                    to.byte(0);
                    $($($one.write(to);)*)?
                    $($($part.write(to);)*)?
                }
                $($name::$variant $(($($item),*))? $({$($field),*})? => {
                    to.byte($tag);
                    $($($item.write(to);)*)?
                    $($($field.write(to);)*)?
                })*
            }
        }

        fn read(from: &mut Reader<'_>) -> $name {
            match from.byte() {
                $($tag => $name::$variant $(($({ let $item = Wire::read(from); $item }),*))? $({$($field: Wire::read(from)),*})?,)*
                tag => {
                    if tag != 0 {
                        from.fail();
                    }
                    $name::$first $(($({ let $one = Wire::read(from); $one }),*))? $({$($part: Wire::read(from)),*})?
                }
            }
        }
    })* };
}

records! {
    Rules {
        name label period sources editions rule_files documents schema constants tables classes tallies onces awards award_order kpis obligations checks
    }
    Provenance { editions parameters }
    Period { start end }
    Document { name label dated clauses }
    Constant { name label value ty basis }
    Table { name label keys columns rows otherwise graduated basis }
    TableKey { matches ty }
    TableColumn { name label ty }
    TableRow { span keys values basis }
    TableOtherwise { values basis }
    Class { entity name label choices ordered rows otherwise }
    ClassRow { span guard value basis }
    Tally { name label entity owner select require measures target splits onces basis }
    Case { ordered rows otherwise }
    CaseRow { span guard value basis }
    CaseOtherwise { value basis }
    Message { text holes }
    Hole { label value }
    Requirement { condition message basis }
    Measure { function of kpi }
    TargetRule { sum basis }
    Owner { entity link figures }
    Figure { name label unit function of }
    Split { by parts }
    Once { name label groups within_programme by_root keep message basis }
    Claimant { tally key }
    KeyPart { name label value }
    Among { when keep across }
    Across { day }
    Counted { tally key day period }
    Award { name label entity by require order limit give ties reserve unit basis }
    Criterion { toward value }
    Kpi { name label unit kind scope when basis }
    Obligation { name label severity scope when expect message basis }
    Check { name entity field severity when expect message basis }
    Schema { entities root programme kpis programme_kpis dated }
    Dated { period fields }
    KpiSchema { name unit signed }
    Entity { name label child fields levels key }
    Field { name label kind optional }
    Decimal { range unit }
    Choice { name label }
}

variants! {
    Step { 0 Tally(tally), 1 Once(once), }
    Basis { 0 Clauses(clauses), 1 Because(reason), 2 None, }
    Keep { 0 None, 1 First(ranks), 2 Best { preferred }, 3 Among(among), }
    Kept { 0 None, 1 First, 2 Order(criteria), }
    KpiKind { 0 Measure { tally measure }, 1 Part { tally split part }, 2 Formula(formula), }
    KpiScope { 0 Root, 1 Programme { by }, }
    ObligationScope { 0 Root, 1 EveryTarget, 2 Programme, }
    Type {
        0 Bool, 1 Number(unit), 2 Text, 3 Date, 4 Period, 5 Choice(choices), 6 List(choices), 7 Reference(entity), 8 Error,
        9 Months,
    }
    Value { 0 Bool(value), 1 Number(value), 2 Text(value), 3 Date(value), 4 Period(value), 5 Choice(value), }
    ExprKind {
        0 Constant(value), 1 Field { via field }, 2 RootField(field), 3 ProgrammeField(field), 4 Class { via class }, 5 Kpi(kpi),
        6 Previous(kpi), 7 Target(kpi), 8 EachValue, 9 EachTarget, 10 Not(of), 11 And(parts), 12 Or(parts),
        13 Compare(comparison left right), 14 OneOf(of values), 15 Within(of period), 16 Has { list set all }, 17 IsKnown(of),
        18 Listed(of list), 19 CountedIn { via tally }, 20 Default(of fallback reason), 21 Arithmetic(operator left right),
        22 Negate(of), 23 Length(of), 24 Extremum { greatest of }, 25 Aggregate(aggregate of),
        26 Round(rounding of step), 27 Calendar(function of), 28 Case(case), 29 Lookup { table column of steps },
        30 Figure { via tally figure },
        31 Over { every entity condition },
        32 Contains { text parts all },
        33 IsMet(obligation), 34 Awarded { via award }, 35 Placed { via award placing },
        36 Matches { text forms },
        37 OfProgramme(kpi), 38 OfGroup { field kpi },
    }
    Function { 0 Sum, 1 Average, 2 Minimum, 3 Maximum, 4 Distinct, }
    Link { 0 Reference(field), 1 Key { theirs own }, }
    Give { 0 Place, 1 Amount { give rest }, 2 Proportion { to step }, }
    Rest { 0 Partly, 1 Stop, 2 Next, }
    Ties { 0 Open, 1 Together, 2 None, }
    Toward { 0 Highest, 1 Lowest, 2 Earliest, 3 Latest, }
    Placing { 0 Rank, 1 Amount, 2 Reserve, }
    KeyMatch { 0 Equal, 1 From, 2 Above, }
    Comparison { 0 Equal, 1 NotEqual, 2 Less, 3 LessEqual, 4 Greater, 5 GreaterEqual, }
    Arithmetic { 0 Add, 1 Subtract, 2 Multiply, 3 Divide, }
    Calendar { 0 Age, 1 First, 2 Last, 3 Days, 4 Overlap, 5 Span, 6 Year, 7 Month, }
    Rounding { 0 Nearest, 1 Up, 2 Down, 3 Even, }
    Listing { 0 Register(register), 1 Entity(entity), }
    Register { 0 Reviewed, 1 Elsewhere, }
    Aggregate { 0 Sum, 1 Average, 2 Count, 3 Maximum, 4 Share, 5 Minimum, }
    Severity { 0 Error, 1 Warning, 2 Advice, }
    FieldKind {
        0 Text, 1 Bool, 2 Date, 3 Period, 4 Money, 5 Int, 6 Percent, 7 Range(low high), 8 Choice(choices), 9 List(choices),
        10 Reference(entity), 11 Number(decimal), 12 SignedMoney,
    }
}

/// Without the effort, which follows from what is read, but for that of classifications (`sound`
/// holds it to them). What has parts is expected to stand where they do.
impl Wire for Expr {
    fn write(&self, to: &mut Writer) {
        self.ty.write(to);
        self.kind.write(to);
        to.place(self.span, ends(&self.kind.parts()));
        if matches!(self.kind, ExprKind::Class { .. }) {
            self.nodes.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Expr {
        from.deeper(|from| {
            let (ty, kind): (Type, ExprKind) = (Wire::read(from), Wire::read(from));
            let span = from.place(ends(&kind.parts()));
            let nodes = if matches!(kind, ExprKind::Class { .. }) {
                u64::read(from)
            } else {
                kind.steps(&[])
            };
            Expr { span, ty, kind, nodes }
        })
    }
}

/// Where the first part stands, and the last.
fn ends(parts: &[&Expr]) -> Option<(Span, Span)> {
    Some((parts.first()?.span, parts.last()?.span))
}

/// Without the place where it is listed, which only checking asks for; of where it is cited, where
/// that begins.
impl Wire for Clause {
    fn write(&self, to: &mut Writer) {
        self.id.write(to);
        self.summary.write(to);
        self.uncomputable.write(to);
        self.cited
            .iter()
            .map(|span| Span { end: span.start, ..*span })
            .collect::<Vec<_>>()
            .write(to);
    }

    fn read(from: &mut Reader<'_>) -> Clause {
        let (id, summary, uncomputable) = (Wire::read(from), Wire::read(from), Wire::read(from));
        Clause { id, summary, uncomputable, listed: START, cited: Wire::read(from) }
    }
}

/// A text in both languages; the Chinese one is there, if only as an empty one.
impl Wire for Localized {
    fn write(&self, to: &mut Writer) {
        self.en.is_some().write(to);
        to.text(Section::Chinese, &self.zh);
        if let Some(en) = &self.en {
            to.text(Section::English, en);
        }
    }

    fn read(from: &mut Reader<'_>) -> Localized {
        let both = bool::read(from);
        Localized { zh: from.text(Section::Chinese), en: both.then(|| from.text(Section::English)) }
    }
}

/// The last is the only one that holds its like.
impl Wire for Unit {
    fn write(&self, to: &mut Writer) {
        match self {
            Unit::Number => to.byte(0),
            Unit::Ratio => to.byte(1),
            Unit::Money => to.byte(2),
            Unit::Days => to.byte(3),
            Unit::Count(name) => {
                to.byte(4);
                name.write(to);
            }
            Unit::Per(of, each) => {
                to.byte(5);
                of.write(to);
                each.write(to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Unit {
        from.deeper(|from| match from.byte() {
            1 => Unit::Ratio,
            2 => Unit::Money,
            3 => Unit::Days,
            4 => Unit::Count(Wire::read(from)),
            5 => Unit::Per(Wire::read(from), Wire::read(from)),
            tag => {
                if tag != 0 {
                    from.fail();
                }
                Unit::Number
            }
        })
    }
}

/// Only days that data may have.
impl Wire for Date {
    fn write(&self, to: &mut Writer) {
        i64::from(self.0).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Date {
        let day = i32::try_from(i64::read(from)).ok().and_then(Date::from_epoch_days);
        from.or_else(day, Date(0))
    }
}

/// In lowest terms again, whatever was written.
impl Wire for Exact {
    fn write(&self, to: &mut Writer) {
        // No constant takes more: checking refuses it.
        let (numerator, denominator) = self.parts().unwrap_or((0, 1));
        (numerator < 0).write(to);
        numerator.unsigned_abs().write(to);
        denominator.unsigned_abs().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Exact {
        let negative = bool::read(from);
        let (numerator, denominator) = (u128::read(from) as i128, u128::read(from) as i128);
        let number = Exact::fraction(numerator, denominator).ok();
        let number = from.or_else(number, Exact::ZERO);
        if negative { number.negate() } else { number }
    }
}

impl Wire for SourceId {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> SourceId {
        SourceId(u32::read(from))
    }
}

/// As excerpts, which the writer has in the order of the files.
impl Wire for Vec<Source> {
    fn write(&self, to: &mut Writer) {
        let files = self
            .iter()
            .zip(&to.excerpts)
            .map(|(source, excerpt)| (source.name().to_owned(), excerpt.text(source)));
        files.collect::<Vec<_>>().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Vec<Source> {
        let files = Vec::<(String, String)>::read(from);
        files.into_iter().map(|(name, text)| Source::new(name, text)).collect()
    }
}

impl Wire for Arc<Schema> {
    fn write(&self, to: &mut Writer) {
        (**self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Arc<Schema> {
        Arc::new(Schema::read(from))
    }
}
