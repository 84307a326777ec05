//! Bytes of a compiled pack: numbers in as many bytes as they need, lists with their length first;
//! texts and places in sections of their own, which pack better so.
//!
//! Written here rather than taken from a general format because three things have to hold while
//! bytes are read: nothing is ever deeper than a rule may be, no length is believed that the bytes
//! cannot fill, and what hundreds of expressions share is read once and shared again. Reading never
//! fails: a reader remembers that something was wrong and gives zeros and empty lists from then on,
//! which whoever reads must ask at the end ([`Reader::is_done`]); code that could stop anywhere
//! would be four times as much. Not here: what a pack is made of (`parts`), and whether what was
//! read makes sense (`sound`).

use std::sync::Arc;

use super::excerpt::Excerpt;
use guiju_model::index::{EntityId, FieldId, Id, KpiId, List, TallyId};
use guiju_model::schema::Choices;
use guiju_model::source::{SourceId, Span};

/// Something with a form in bytes.
pub(super) trait Wire: Sized {
    fn write(&self, to: &mut Writer);
    /// After something was wrong: the least there can be, made of nothing.
    fn read(from: &mut Reader<'_>) -> Self;
}

/// What is written apart, since like packs better among its like.
#[derive(Clone, Copy)]
pub(super) enum Section {
    Rest,
    Places,
    Names,
    Chinese,
    English,
}

const SECTIONS: usize = 5;

/// The first place of all.
pub(super) const START: Span = Span { source: SourceId(0), start: 0, end: 0 };

/// How many a list has room for as soon as it has one.
const LEAST: usize = 4;

/// What ends a text: a byte that no text has.
const END_OF_TEXT: u8 = 0xFF;

pub(super) struct Writer {
    /// For each file of rules, what is kept of it.
    pub(super) excerpts: Vec<Excerpt>,
    sections: [Vec<u8>; SECTIONS],
    /// The enumerations written so far.
    choices: Vec<Arc<Choices>>,
    /// The last place.
    last: Span,
}

pub(super) struct Reader<'b> {
    sections: [&'b [u8]; SECTIONS],
    choices: Vec<Arc<Choices>>,
    last: Span,
    /// How much deeper a value may still be.
    depth: usize,
    /// The bytes that lists may still take.
    room: u64,
    failed: bool,
    crowded: bool,
}

impl Writer {
    pub(super) fn new(excerpts: Vec<Excerpt>) -> Writer {
        Writer { excerpts, sections: Default::default(), choices: Vec::new(), last: START }
    }

    /// All that was written, after what it begins with: the lengths of the sections, then these.
    pub(super) fn finish(self, mut begin: Vec<u8>) -> Vec<u8> {
        self.sections.iter().for_each(|section| push_number(&mut begin, section.len() as u64));
        begin.extend(self.sections.concat());
        begin
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.sections[Section::Rest as usize].push(byte);
    }

    fn number(&mut self, section: Section, number: u64) {
        push_number(&mut self.sections[section as usize], number);
    }
}

/// Seven bits a byte, the low ones first; the highest bit says that more follow.
fn push_number(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// Small numbers of either sign take little room: 0, -1, 1, -2, …
fn unsigned(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}

fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8], depth: usize, memory: u64) -> Reader<'b> {
        let mut from = Reader {
            sections: [&[]; SECTIONS],
            choices: Vec::new(),
            last: START,
            depth,
            room: memory,
            failed: false,
            crowded: false,
        };
        from.sections[0] = bytes;
        let lengths: [usize; SECTIONS] = std::array::from_fn(|_| Wire::read(&mut from));
        let mut rest = from.sections[0];
        for (section, length) in from.sections.iter_mut().zip(lengths) {
            let split = rest.split_at_checked(length);
            from.failed |= split.is_none();
            (*section, rest) = split.unwrap_or_default();
        }
        from.failed |= !rest.is_empty();
        from
    }

    /// Whether everything could be read, and was.
    pub(super) fn is_done(&self) -> bool {
        !self.failed && self.sections.iter().all(|section| section.is_empty())
    }

    /// Whether something was wrong.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether what it has takes more than it may.
    pub(super) fn is_crowded(&self) -> bool {
        self.crowded
    }

    /// Notes bytes of a list.
    fn hold(&mut self, bytes: usize) {
        match self.room.checked_sub(bytes as u64) {
            Some(left) => self.room = left,
            None => {
                self.crowded = true;
                self.fail();
            }
        }
    }

    /// Nothing is left to read then: what may hold its like ends, and so does every list.
    pub(super) fn fail(&mut self) {
        self.failed = true;
        self.sections = [&[]; SECTIONS];
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.byte_of(Section::Rest)
    }

    fn byte_of(&mut self, section: Section) -> u8 {
        let Some((first, rest)) = self.sections[section as usize].split_first() else {
            self.fail();
            return 0;
        };
        self.sections[section as usize] = rest;
        *first
    }

    #[inline(never)]
    fn number(&mut self, section: Section) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte_of(section);
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return number;
            }
        }
        self.fail();
        0
    }

    /// A number of a narrower kind.
    fn narrow<T: TryFrom<u64> + Default>(&mut self, section: Section) -> T {
        let number = self.number(section);
        self.or_else(T::try_from(number).ok(), T::default())
    }

    /// What was read, if it is anything; otherwise the least there can be.
    pub(super) fn or_else<T>(&mut self, found: Option<T>, least: T) -> T {
        if found.is_none() {
            self.fail();
        }
        found.unwrap_or(least)
    }

    /// Reads what may hold its like.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth == 0 {
            self.fail();
        }
        self.depth = self.depth.saturating_sub(1);
        let value = read(self);
        self.depth += 1;
        value
    }
}

macro_rules! naturals {
    ($($name:ident)*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            to.number(Section::Rest, *self as u64);
        }

        fn read(from: &mut Reader<'_>) -> $name {
            from.narrow(Section::Rest)
        }
    })* };
}

naturals!(u32 u64 usize);

macro_rules! ids {
    ($($name:ident)*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            self.index().write(to);
        }

        fn read(from: &mut Reader<'_>) -> $name {
            $name::new(u32::read(from) as usize)
        }
    })* };
}

ids!(EntityId FieldId KpiId TallyId);

impl Wire for i64 {
    fn write(&self, to: &mut Writer) {
        to.number(Section::Rest, unsigned(*self));
    }

    fn read(from: &mut Reader<'_>) -> i64 {
        signed(from.number(Section::Rest))
    }
}

impl Wire for u8 {
    fn write(&self, to: &mut Writer) {
        to.byte(*self);
    }

    fn read(from: &mut Reader<'_>) -> u8 {
        from.byte()
    }
}

impl Wire for i32 {
    fn write(&self, to: &mut Writer) {
        i64::from(*self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> i32 {
        let number = i32::try_from(i64::read(from)).ok();
        from.or_else(number, 0)
    }
}

impl Wire for i128 {
    fn write(&self, to: &mut Writer) {
        (*self as u128).write(to);
    }

    fn read(from: &mut Reader<'_>) -> i128 {
        u128::read(from) as i128
    }
}

impl Wire for u128 {
    fn write(&self, to: &mut Writer) {
        to.number(Section::Rest, *self as u64);
        to.number(Section::Rest, (*self >> 64) as u64);
    }

    fn read(from: &mut Reader<'_>) -> u128 {
        u128::from(from.number(Section::Rest)) | u128::from(from.number(Section::Rest)) << 64
    }
}

impl Wire for bool {
    fn write(&self, to: &mut Writer) {
        to.byte(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> bool {
        let byte = from.byte();
        if byte > 1 {
            from.fail();
        }
        byte == 1
    }
}

impl Writer {
    pub(super) fn text(&mut self, section: Section, text: &str) {
        self.sections[section as usize].extend(text.as_bytes().iter().chain([&END_OF_TEXT]));
    }
}

impl Reader<'_> {
    #[inline(never)]
    pub(super) fn text(&mut self, section: Section) -> String {
        let mut parts = self.sections[section as usize].splitn(2, |byte| *byte == END_OF_TEXT);
        let (text, rest) = (parts.next().unwrap_or_default(), parts.next());
        self.sections[section as usize] = self.or_else(rest, &[]);
        let text = self.or_else(std::str::from_utf8(text).ok(), "");
        let text = text.to_owned();
        self.hold(text.len());
        text
    }
}

impl Wire for String {
    fn write(&self, to: &mut Writer) {
        to.text(Section::Names, self);
    }

    fn read(from: &mut Reader<'_>) -> String {
        from.text(Section::Names)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, to: &mut Writer) {
        self.len().write(to);
        self.iter().for_each(|each| each.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Vec<T> {
        let length = usize::read(from);
        // Grown as it is filled: everything takes a byte at least, so that bytes run out before
        // room does.
        let mut list = Vec::new();
        while list.len() < length && !from.failed {
            if list.len() == list.capacity() {
                from.hold(list.len().max(LEAST) * size_of::<T>());
            }
            list.push(T::read(from));
        }
        list
    }
}

impl<I: Id, T: Wire> Wire for List<I, T> {
    fn write(&self, to: &mut Writer) {
        self.len().write(to);
        self.iter().for_each(|each| each.write(to));
    }

    fn read(from: &mut Reader<'_>) -> List<I, T> {
        Vec::read(from).into()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, to: &mut Writer) {
        self.is_some().write(to);
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<T> {
        if bool::read(from) { Some(T::read(from)) } else { None }
    }
}

impl<T: Wire> Wire for Box<T> {
    fn write(&self, to: &mut Writer) {
        (**self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Box<T> {
        from.hold(size_of::<T>());
        Box::new(T::read(from))
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> (A, B) {
        (A::read(from), B::read(from))
    }
}

impl Writer {
    /// Where something stands in the excerpt, as it differs from where it is expected: in another
    /// file, how far on, how much longer.
    pub(super) fn place(&mut self, span: Span, between: Option<(Span, Span)>) {
        let here = self.kept(span);
        let like =
            between.map_or(self.last, |(first, last)| hull(self.kept(first), self.kept(last)));
        let elsewhere = here.source != like.source;
        self.number(
            Section::Places,
            unsigned(i64::from(here.start) - i64::from(like.start)) << 1 | u64::from(elsewhere),
        );
        if elsewhere {
            self.number(Section::Places, u64::from(here.source.0));
        }
        self.number(Section::Places, unsigned(length(here) - length(like)));
        self.last = after(here);
    }

    /// The place in the excerpt.
    fn kept(&self, span: Span) -> Span {
        let excerpt = self.excerpts.get(span.source.0 as usize);
        let place = |at| excerpt.map_or(0, |excerpt| excerpt.place(at));
        Span { source: span.source, start: place(span.start), end: place(span.end) }
    }
}

impl Reader<'_> {
    pub(super) fn place(&mut self, between: Option<(Span, Span)>) -> Span {
        let mut place = between.map_or(self.last, |(first, last)| hull(first, last));
        let length = length(place);
        let moved = self.number(Section::Places);
        if moved & 1 == 1 {
            place.source = SourceId(self.narrow(Section::Places));
        }
        place.start = place.start.wrapping_add(signed(moved >> 1) as u32);
        place.end = place
            .start
            .wrapping_add(length.wrapping_add(signed(self.number(Section::Places))) as u32);
        self.last = after(place);
        place
    }
}

/// From one to another.
fn hull(first: Span, last: Span) -> Span {
    Span { end: last.end, ..first }
}

/// Below zero where parts do not stand in their order.
fn length(place: Span) -> i64 {
    i64::from(place.end) - i64::from(place.start)
}

/// Where the next is expected to begin.
fn after(place: Span) -> Span {
    Span { start: place.end, ..place }
}

impl Wire for Span {
    fn write(&self, to: &mut Writer) {
        to.place(*self, None);
    }

    fn read(from: &mut Reader<'_>) -> Span {
        from.place(None)
    }
}

/// The number among those met so far; the next number, with what it is, for one that is new.
impl Wire for Arc<Choices> {
    fn write(&self, to: &mut Writer) {
        let known = to.choices.iter().position(|known| Arc::ptr_eq(known, self) || known == self);
        known.unwrap_or(to.choices.len()).write(to);
        if known.is_none() {
            to.choices.push(Arc::clone(self));
            self.values.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Arc<Choices> {
        let number = usize::read(from);
        if number == from.choices.len() {
            let choices = Arc::new(Choices { values: Vec::read(from) });
            from.choices.push(choices);
        }
        let Some(known) = from.choices.get(number) else {
            from.fail();
            return Arc::new(Choices { values: Vec::new() });
        };
        Arc::clone(known)
    }
}
