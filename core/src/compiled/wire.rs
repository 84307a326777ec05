//! Bytes of a compiled pack, one value after another: numbers in as many bytes as they need, texts and lists with their length first.
//!
//! Written here rather than taken from a general format because three things have to hold while bytes are read: nothing is ever deeper than
//! a rule may be, no length is believed that the bytes cannot fill, and an enumeration that hundreds of expressions share is read once and
//! shared again. Not here: what a pack is made of (`parts`), and whether what was read makes sense (`sound`).

use std::sync::Arc;

use super::excerpt::Excerpt;
use crate::schema::Choices;

/// Bytes that are no compiled pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

pub(super) type Read<T> = Result<T, Unreadable>;

/// Something with a form in bytes.
pub(super) trait Wire: Sized {
    fn write(&self, to: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Read<Self>;
}

pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    /// For each file of rules, what is kept of it.
    pub(super) excerpts: Vec<Excerpt>,
    /// The enumerations written so far.
    choices: Vec<Arc<Choices>>,
}

pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    choices: Vec<Arc<Choices>>,
    /// How much deeper a value may still be.
    depth: usize,
}

impl Writer {
    pub(super) fn new(begin: &[u8], excerpts: Vec<Excerpt>) -> Writer {
        Writer { bytes: begin.to_vec(), excerpts, choices: Vec::new() }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Seven bits a byte, the low ones first; the highest bit says that more follow.
    fn number(&mut self, mut number: u128) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8], depth: usize) -> Reader<'b> {
        Reader { bytes, choices: Vec::new(), depth }
    }

    pub(super) fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn byte(&mut self) -> Read<u8> {
        let (first, rest) = self.bytes.split_first().ok_or(Unreadable)?;
        self.bytes = rest;
        Ok(*first)
    }

    fn take(&mut self, length: usize) -> Read<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(Unreadable)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Read<u128> {
        let mut number = 0;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Unreadable)
    }

    /// A length that the bytes can fill: everything takes a byte at least.
    fn length(&mut self) -> Read<usize> {
        let length = usize::read(self)?;
        if length > self.bytes.len() { Err(Unreadable) } else { Ok(length) }
    }

    /// Reads what may hold its like.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth = self.depth.checked_sub(1).ok_or(Unreadable)?;
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }
}

macro_rules! naturals {
    ($($name:ident)*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            to.number(*self as u128);
        }

        fn read(from: &mut Reader<'_>) -> Read<$name> {
            $name::try_from(from.number()?).map_err(|_| Unreadable)
        }
    })* };
}

/// Small numbers of either sign take little room: 0, -1, 1, -2, …
macro_rules! integers {
    ($($name:ident)*) => { $(impl Wire for $name {
        fn write(&self, to: &mut Writer) {
            let wide = i128::from(*self);
            to.number((wide << 1) as u128 ^ (wide >> 127) as u128);
        }

        fn read(from: &mut Reader<'_>) -> Read<$name> {
            let number = from.number()?;
            let wide = (number >> 1) as i128 ^ -((number & 1) as i128);
            $name::try_from(wide).map_err(|_| Unreadable)
        }
    })* };
}

naturals!(u32 u64 u128 usize);
integers!(i32 i64 i128);

impl Wire for bool {
    fn write(&self, to: &mut Writer) {
        to.byte(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Read<bool> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Unreadable),
        }
    }
}

impl Wire for String {
    fn write(&self, to: &mut Writer) {
        self.len().write(to);
        to.bytes.extend(self.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Read<String> {
        let length = from.length()?;
        let text = std::str::from_utf8(from.take(length)?).map_err(|_| Unreadable)?;
        Ok(text.to_owned())
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, to: &mut Writer) {
        self.len().write(to);
        self.iter().for_each(|each| each.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Read<Vec<T>> {
        let length = from.length()?;
        // Grown as it is filled: a length costs a byte, a place in a list may cost a hundred.
        let mut list = Vec::new();
        for _ in 0..length {
            list.push(T::read(from)?);
        }
        Ok(list)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, to: &mut Writer) {
        self.is_some().write(to);
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Option<T>> {
        if bool::read(from)? { T::read(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Wire> Wire for Box<T> {
    fn write(&self, to: &mut Writer) {
        (**self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Box<T>> {
        T::read(from).map(Box::new)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<(A, B)> {
        Ok((A::read(from)?, B::read(from)?))
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

    fn read(from: &mut Reader<'_>) -> Read<Arc<Choices>> {
        let number = usize::read(from)?;
        if number == from.choices.len() {
            let choices = Arc::new(Choices { values: Vec::read(from)? });
            from.choices.push(choices);
        }
        from.choices.get(number).cloned().ok_or(Unreadable)
    }
}
