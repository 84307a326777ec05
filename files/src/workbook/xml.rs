//! XML piece by piece: elements, their attributes and texts; one that is not closed, or not well
//! formed, is damage. Not here: what elements mean.

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};

use super::Broken;

/// One part of a workbook, being read.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    part: &'x str,
    depth: usize,
}

/// What comes next.
pub(super) enum Node<'x> {
    Start(BytesStart<'x>),
    End,
    /// A piece of text; what stands between two tags may come in several.
    Text(String),
    Over,
}

impl<'x> Xml<'x> {
    pub(super) fn new(part: &'x str, text: &'x str) -> Xml<'x> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, part, depth: 0 }
    }

    pub(super) fn damaged(&self) -> Broken {
        Broken::damaged(self.part)
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn next(&mut self) -> Result<Node<'x>, Broken> {
        loop {
            return Ok(match self.reader.read_event().map_err(|_| self.damaged())? {
                Event::Start(element) => {
                    self.depth += 1;
                    Node::Start(element)
                }
                Event::End(_) => {
                    self.depth = self.depth.checked_sub(1).ok_or_else(|| self.damaged())?;
                    Node::End
                }
                Event::Text(text) => Node::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Node::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(entity) => {
                    let character =
                        entity.resolve_char_ref().map_err(|_| self.damaged())?.map(String::from);
                    let known =
                        || resolve_predefined_entity(&entity.xml10_content()).map(str::to_owned);
                    Node::Text(character.or_else(known).ok_or_else(|| self.damaged())?)
                }
                Event::Eof if self.depth > 0 => return Err(self.damaged()),
                Event::Eof => Node::Over,
                Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => continue,
            });
        }
    }

    /// Leaves out the rest of the element that was just begun.
    pub(super) fn skip(&mut self) -> Result<(), Broken> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// The texts in the element that was just begun.
    pub(super) fn text(&mut self) -> Result<String, Broken> {
        let (outside, mut text) = (self.depth.saturating_sub(1), String::new());
        while self.depth > outside {
            if let Node::Text(piece) = self.next()? {
                text.push_str(&piece);
            }
        }
        Ok(text)
    }

    /// The value of an attribute, by its whole name.
    pub(super) fn attribute(
        &self,
        element: &BytesStart<'_>,
        name: &str,
    ) -> Result<Option<String>, Broken> {
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|_| self.damaged())?;
            if attribute.key.as_ref() == name {
                return Ok(Some(
                    unescape(&attribute.value).map_err(|_| self.damaged())?.into_owned(),
                ));
            }
        }
        Ok(None)
    }

    /// The value of an attribute of another vocabulary, by its name without the prefix, which is
    /// free.
    pub(super) fn prefixed(
        &self,
        element: &BytesStart<'_>,
        name: &str,
    ) -> Result<Option<String>, Broken> {
        let keys = element.attributes().filter_map(Result::ok).map(|attribute| attribute.key);
        let mut of_it =
            keys.filter(|key| key.prefix().is_some() && key.local_name().as_ref() == name);
        of_it.next().map_or(Ok(None), |key| self.attribute(element, key.as_ref()))
    }

    /// The same as a number.
    pub(super) fn number(
        &self,
        element: &BytesStart<'_>,
        name: &str,
    ) -> Result<Option<u32>, Broken> {
        let text = self.attribute(element, name)?;
        text.map(|text| text.trim().parse().map_err(|_| self.damaged())).transpose()
    }

    /// The same as yes or no; absent is no.
    pub(super) fn flag(&self, element: &BytesStart<'_>, name: &str) -> Result<bool, Broken> {
        Ok(self
            .attribute(element, name)?
            .is_some_and(|text| matches!(text.trim(), "1" | "true" | "on")))
    }
}

/// The name of an element without its prefix.
pub(super) fn local(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().to_owned()
}
