//! Roots with all their records in one pass over the text, which is how sound data is read. At the first thing that is no record, nothing
//! was read, and `record` takes the text apart piece by piece to say what is wrong and where.
//!
//! Not here: what the fields hold, and whether they may; a wrong value in a record ends no pass.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Reader;
use super::raw::Text;
use super::record::{Fields, List, Path, small};
use crate::schema::Schema;

impl<'t> Reader<'t, '_> {
    /// Reads a root if the text is one; otherwise leaves everything as it was.
    pub(super) fn sound_root(&mut self, schema: &Schema, text: &'t str, origin: usize, pointer: &str) -> bool {
        let before = self.builder.mark();
        let mut json = serde_json::Deserializer::from_str(text);
        let sound = json.deserialize_map(Root { reader: self, schema, origin, pointer }).and_then(|()| json.end()).is_ok();
        if !sound {
            self.builder.forget(&before);
        }
        sound
    }
}

struct Root<'r, 't, 'l, 's> {
    reader: &'r mut Reader<'t, 'l>,
    schema: &'s Schema,
    origin: usize,
    pointer: &'s str,
}

impl<'t> Visitor<'t> for Root<'_, 't, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a root")
    }

    fn visit_map<A: MapAccess<'t>>(self, pairs: A) -> Result<(), A::Error> {
        let Root { reader, schema, origin, pointer } = self;
        let root = reader.builder.root(small(origin));
        reader.each_field(schema, schema.root, root, root, Path::Whole(pointer), &mut Streamed(pairs))
    }
}

/// Pairs that come out of the text.
struct Streamed<A>(A);

impl<'t, A: MapAccess<'t>> Fields<'t> for Streamed<A> {
    type Error = A::Error;

    fn key(&mut self) -> Result<Option<Cow<'t, str>>, A::Error> {
        Ok(self.0.next_key::<Text<'t>>()?.map(|Text(key)| key))
    }

    fn value(&mut self) -> Result<&'t RawValue, A::Error> {
        self.0.next_value()
    }

    fn records(&mut self, reader: &mut Reader<'t, '_>, list: List<'_>) -> Result<(), A::Error> {
        self.0.next_value_seed(Records { reader, list })
    }
}

struct Records<'r, 't, 'l, 's> {
    reader: &'r mut Reader<'t, 'l>,
    list: List<'s>,
}

impl<'t> DeserializeSeed<'t> for Records<'_, 't, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for Records<'_, 't, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<(), A::Error> {
        let Records { reader, list } = self;
        let mut n = 0;
        while items.next_element_seed(Record { reader: &mut *reader, list, n })?.is_some() {
            n += 1;
        }
        Ok(())
    }
}

/// The record at a place of a list.
struct Record<'r, 't, 'l, 's> {
    reader: &'r mut Reader<'t, 'l>,
    list: List<'s>,
    n: usize,
}

impl<'t> DeserializeSeed<'t> for Record<'_, 't, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'t> Visitor<'t> for Record<'_, 't, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'t>>(self, pairs: A) -> Result<(), A::Error> {
        let Record { reader, list: List { schema, entity, root, pointer }, n } = self;
        if reader.builder.is_full() {
            return Err(A::Error::custom("there are too many records"));
        }
        let row = reader.builder.record(entity, root, small(n));
        reader.each_field(schema, entity, row, root, Path::Item(pointer, n), &mut Streamed(pairs))
    }
}
