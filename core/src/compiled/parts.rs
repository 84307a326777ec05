//! What a compiled pack is made of, part by part: the fields of each in one order, the variants of each by a number.
//!
//! Whoever changes `plan` or `schema` changes this, and raises the number of the format in `mod.rs`. Not here: how single values are
//! written (`wire`).

use std::sync::Arc;

use super::wire::{Read, Reader, Unreadable, Wire, Writer};
use crate::date::{Date, Period};
use crate::diagnostic::Severity;
use crate::number::Exact;
use crate::plan::{
    Aggregate, Arithmetic, Basis, Check, Claimant, Class, ClassRow, Clause, Comparison, Constant, Document, Expr, ExprKind, Keep, Kpi,
    KpiKind, KpiScope, Measure, Obligation, ObligationScope, Once, Register, Requirement, Rules, Split, Step, Tally, Type, Value,
};
use crate::schema::{Choice, Entity, Field, FieldKind, KpiSchema, Schema};
use crate::source::{Source, SourceId, Span};
use crate::text::Localized;
use crate::unit::Unit;

macro_rules! records {
    ($($name:ident { $($field:ident)* })*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            $(self.$field.write(to);)*
        }

        fn read(from: &mut Reader<'_>) -> Read<$name> {
            Ok($name { $($field: Wire::read(from)?),* })
        }
    })* };
}

macro_rules! variants {
    ($($name:ident { $($tag:literal $variant:ident $(($($item:ident)*))? $({$($field:ident)*})?,)* })*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            match self {
                $($name::$variant $(($($item),*))? $({$($field),*})? => {
                    to.byte($tag);
                    $($($item.write(to);)*)?
                    $($($field.write(to);)*)?
                })*
            }
        }

        fn read(from: &mut Reader<'_>) -> Read<$name> {
            Ok(match from.byte()? {
                $($tag => $name::$variant $(($({ let $item = Wire::read(from)?; $item }),*))? $({$($field: Wire::read(from)?),*})?,)*
                _ => return Err(Unreadable),
            })
        }
    })* };
}

records! {
    Rules {
        name label period sources editions documents schema constants classes tallies onces kpis obligations checks
    }
    Localized { zh en }
    Period { start end }
    Document { name label dated clauses }
    Clause { id summary uncomputable listed cited }
    Constant { name label value ty basis }
    Class { entity name label choices ordered rows otherwise }
    ClassRow { span guard value basis }
    Tally { name label entity select require measures splits onces basis }
    Requirement { condition message basis }
    Measure { sum kpi }
    Split { by parts }
    Once { name label groups within_programme by_root keep message basis }
    Claimant { tally field }
    Kpi { name label unit kind scope when basis }
    Obligation { name label severity scope when expect message basis }
    Check { name entity field severity when expect message basis }
    Schema { entities root programme kpis programme_kpis }
    KpiSchema { name unit signed }
    Entity { name label child fields key }
    Field { name label kind optional }
    Choice { name label }
}

variants! {
    Step { 0 Tally(tally), 1 Once(once), }
    Basis { 0 Clauses(clauses), 1 Because(reason), 2 None, }
    Keep { 0 None, 1 First(ranks), 2 Best { preferred }, }
    KpiKind { 0 Measure { tally measure }, 1 Part { tally split part }, 2 Formula(formula), }
    KpiScope { 0 Root, 1 Programme { by }, }
    ObligationScope { 0 Root, 1 EveryTarget, 2 Programme, }
    Type {
        0 Bool, 1 Number(unit), 2 Text, 3 Date, 4 Period, 5 Choice(choices), 6 List(choices), 7 Reference(entity), 8 Error,
    }
    Value { 0 Bool(value), 1 Number(value), 2 Text(value), 3 Date(value), 4 Period(value), 5 Choice(value), }
    ExprKind {
        0 Constant(value), 1 Field { via field }, 2 RootField(field), 3 ProgrammeField(field), 4 Class { via class }, 5 Kpi(kpi),
        6 Previous(kpi), 7 Target(kpi), 8 EachValue, 9 EachTarget, 10 Not(of), 11 And(parts), 12 Or(parts),
        13 Compare(comparison left right), 14 OneOf(of values), 15 Within(of period), 16 Has { list set all }, 17 IsKnown(of),
        18 Listed(of register), 19 CountedIn { via tally }, 20 Default(of fallback reason), 21 Arithmetic(operator left right),
        22 Negate(of), 23 Length(of), 24 Extremum { greatest of }, 25 Aggregate(aggregate of),
    }
    Comparison { 0 Equal, 1 NotEqual, 2 Less, 3 LessEqual, 4 Greater, 5 GreaterEqual, }
    Arithmetic { 0 Add, 1 Subtract, 2 Multiply, 3 Divide, }
    Register { 0 Reviewed, 1 Elsewhere, }
    Aggregate { 0 Sum, 1 Average, 2 Count, 3 Maximum, 4 Share, }
    Severity { 0 Error, 1 Warning, 2 Advice, }
    FieldKind {
        0 Text, 1 Bool, 2 Date, 3 Period, 4 Money, 5 Int, 6 Percent, 7 Range(low high), 8 Choice(choices), 9 List(choices),
        10 Reference(entity),
    }
}

impl Wire for Expr {
    fn write(&self, to: &mut Writer) {
        self.span.write(to);
        self.ty.write(to);
        self.nodes.write(to);
        self.kind.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Expr> {
        from.deeper(|from| Ok(Expr { span: Wire::read(from)?, ty: Wire::read(from)?, nodes: Wire::read(from)?, kind: Wire::read(from)? }))
    }
}

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

    fn read(from: &mut Reader<'_>) -> Read<Unit> {
        from.deeper(|from| {
            Ok(match from.byte()? {
                0 => Unit::Number,
                1 => Unit::Ratio,
                2 => Unit::Money,
                3 => Unit::Days,
                4 => Unit::Count(Wire::read(from)?),
                5 => Unit::Per(Wire::read(from)?, Wire::read(from)?),
                _ => return Err(Unreadable),
            })
        })
    }
}

/// Only days that data may have.
impl Wire for Date {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Date> {
        Date::from_epoch_days(i32::read(from)?).ok_or(Unreadable)
    }
}

/// In lowest terms again, whatever was written.
impl Wire for Exact {
    fn write(&self, to: &mut Writer) {
        self.numerator().write(to);
        self.denominator().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Exact> {
        Exact::fraction(Wire::read(from)?, Wire::read(from)?).map_err(|_| Unreadable)
    }
}

impl Wire for SourceId {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<SourceId> {
        u32::read(from).map(SourceId)
    }
}

/// As excerpts, which the writer has in the order of the files.
impl Wire for Vec<Source> {
    fn write(&self, to: &mut Writer) {
        let files = self.iter().zip(&to.excerpts).map(|(source, excerpt)| (source.name().to_owned(), excerpt.text(source)));
        files.collect::<Vec<_>>().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Vec<Source>> {
        let files = Vec::<(String, String)>::read(from)?;
        Ok(files.into_iter().map(|(name, text)| Source::new(name, text)).collect())
    }
}

/// Where it stands in the excerpt.
impl Wire for Span {
    fn write(&self, to: &mut Writer) {
        let excerpt = to.excerpts.get(self.source.0 as usize);
        let place = |at| excerpt.map_or(0, |excerpt| excerpt.place(at));
        let (start, end) = (place(self.start), place(self.end));
        self.source.write(to);
        start.write(to);
        (end - start).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Span> {
        let (source, start) = (SourceId::read(from)?, u32::read(from)?);
        let end = start.checked_add(u32::read(from)?).ok_or(Unreadable)?;
        Ok(Span { source, start, end })
    }
}

impl Wire for Arc<Schema> {
    fn write(&self, to: &mut Writer) {
        (**self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Arc<Schema>> {
        Schema::read(from).map(Arc::new)
    }
}
