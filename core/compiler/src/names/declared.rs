//! What items declare, name by name. Not here: what they mention (`rules`, `tests`).

use super::{Declared, Mention, NameKind, Named, Reader, Symbol};
use crate::syntax::TokenKind;
use crate::syntax::ast::{self, EnumValue, FieldKind, Item, ItemKind, Name};
use guiju_model::schema::PROGRAMME;
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::unit::money_factor;
use guiju_model::words::item_word;

impl Reader<'_> {
    pub(super) fn declare(&mut self, item: &Item) {
        let whole = item.span;
        match &item.kind {
            ItemKind::Pack(pack) => {
                self.add(NameKind::Pack, "", &pack.name, pack.label.as_ref(), whole);
            }
            ItemKind::Source(document) => {
                self.add(NameKind::Document, "", &document.name, document.label.as_ref(), whole);
                for clause in &document.clauses {
                    self.add(
                        NameKind::Clause,
                        &document.name.node,
                        &clause.id,
                        clause.summary.as_ref(),
                        clause.span,
                    );
                }
            }
            ItemKind::Let(item) => match &item.owner {
                None => {
                    self.add(NameKind::Constant, "", &item.name, item.label.as_ref(), whole);
                }
                Some(owner) => {
                    let at = self.add(
                        NameKind::Value,
                        &owner.node,
                        &item.name,
                        item.label.as_ref(),
                        whole,
                    );
                    self.names.list[at].entity = Some(owner.node.clone());
                    self.names.list[at].value = Some(item.clone());
                }
            },
            ItemKind::Table(table) => {
                let at = self.add(NameKind::Table, "", &table.name, table.label.as_ref(), whole);
                let words = |key: &ast::TableKey| {
                    key.of.iter().map(|part| part.node.as_str()).collect::<Vec<_>>().join(".")
                };
                self.names.list[at].keys = table.keys.iter().map(|key| self.key(key)).collect();
                self.names.list[at].key_words = table.keys.iter().map(words).collect();
                self.values(NameKind::Column, &table.name.node, &table.columns);
            }
            ItemKind::Entity(entity) => {
                let at = self.add(NameKind::Entity, "", &entity.name, entity.label.as_ref(), whole);
                self.names.list[at].entity =
                    entity.parent.as_ref().map(|parent| parent.node.clone());
                self.fields(&entity.name.node, &entity.fields);
            }
            ItemKind::Extend(extension) => self.fields(&extension.entity.node, &extension.fields),
            ItemKind::Classify(class) => {
                let owner = format!("{}.{}", class.entity.node, class.name.node);
                let at = self.add(
                    NameKind::Class,
                    &class.entity.node,
                    &class.name,
                    class.label.as_ref(),
                    whole,
                );
                self.values(NameKind::Choice, &owner, &class.values);
                self.names.list[at].choices = Some(owner);
            }
            ItemKind::Tally(tally) => {
                let (owner, name) = self.owned(&tally.name);
                let owner = owner.map_or_else(String::new, |owner| owner.node);
                let at = self.add(NameKind::Tally, &owner, &name, tally.label.as_ref(), whole);
                self.names.list[at].entity = Some(tally.entity.node.clone());
                self.unit(tally.unit.as_ref());
                self.measures(&owner, &name.node, &tally.measures, &tally.splits);
            }
            ItemKind::ExtendTally(extension) => {
                let (owner, name) = self.owned(&extension.tally);
                let owner = owner.map_or_else(String::new, |owner| owner.node);
                self.measures(&owner, &name.node, &extension.measures, &extension.splits);
            }
            ItemKind::Once(once) => {
                self.add(NameKind::Once, "", &once.name, once.label.as_ref(), whole);
            }
            ItemKind::Award(award) => {
                let at = self.add(NameKind::Award, "", &award.name, award.label.as_ref(), whole);
                self.names.list[at].entity = Some(award.entity.node.clone());
                self.unit(award.unit.as_ref());
            }
            ItemKind::Kpi(kpi) => {
                self.add(NameKind::Kpi, "", &kpi.name, kpi.label.as_ref(), whole);
                self.unit(kpi.unit.as_ref());
            }
            ItemKind::Obligation(item) => {
                self.add(NameKind::Obligation, "", &item.name, item.label.as_ref(), whole);
            }
            ItemKind::Check(check) => {
                let at = self.add(NameKind::Check, "", &check.name, check.label.as_ref(), whole);
                self.names.list[at].entity = Some(check.entity.node.clone());
            }
            ItemKind::Example(example) => {
                let at = self.add(NameKind::Example, "", &example.name, None, whole);
                self.names.list[at].entity = Some(example.entity.node.clone());
            }
            ItemKind::Lost(lost) if lost.partly => {}
            ItemKind::Lost(_) => self.lost(whole),
            ItemKind::Test(test) => self.names.tests.push(test.name.clone()),
            ItemKind::Drop(_) | ItemKind::Period(..) => {}
        }
    }

    /// The name of an item that cannot be read, so that what mentions it still leads somewhere.
    fn lost(&mut self, whole: Span) {
        self.names.unread.push(whole);
        let words = self.words(whole);
        let [(first, _), (name, place), ..] = words.as_slice() else { return };
        let kind = match item_word(&first.text).map(|word| word.english) {
            Some("tally") => NameKind::Tally,
            Some("kpi") => NameKind::Kpi,
            Some("table") => NameKind::Table,
            Some("entity") => NameKind::Entity,
            Some("once") => NameKind::Once,
            Some("award") => NameKind::Award,
            Some("obligation") => NameKind::Obligation,
            Some("check") => NameKind::Check,
            Some("let") if words.get(2).is_none_or(|(next, _)| next.text != ".") => {
                NameKind::Constant
            }
            _ => return,
        };
        if let (NameKind::Tally, [_, _, (dot, _), (figure, at), ..]) = (kind, words.as_slice())
            && dot.text == "."
            && figure.kind == TokenKind::Word
        {
            self.add(kind, &name.text, &Name { node: figure.text.clone(), span: *at }, None, whole);
        } else if name.kind == TokenKind::Word {
            self.add(kind, "", &Name { node: name.text.clone(), span: *place }, None, whole);
        }
    }

    fn fields(&mut self, entity: &str, fields: &[ast::Field]) {
        for field in fields {
            let at =
                self.add(NameKind::Field, entity, &field.name, field.label.as_ref(), field.span);
            let named = &mut self.names.list[at];
            named.field = Some(field.kind.clone());
            // What a later edition restates holds what it says there.
            (named.choices, named.entity) = (None, None);
            match &field.kind {
                FieldKind::Enum(values) | FieldKind::List(values) => {
                    let owner = format!("{entity}.{}", field.name.node);
                    named.choices = Some(owner.clone());
                    self.values(NameKind::Choice, &owner, values);
                }
                FieldKind::Named(kind) => named.entity = Some(kind.node.clone()),
                FieldKind::Decimal(_, unit) => self.unit(unit.as_ref()),
                FieldKind::Range(..) | FieldKind::Signed => {}
            }
        }
    }

    fn values(&mut self, kind: NameKind, owner: &str, values: &[EnumValue]) {
        for value in values {
            self.add(kind, owner, &value.name, value.label.as_ref(), value.name.span);
        }
    }

    /// The name of a tally without the entity before it, and that entity, whose records have its
    /// figures.
    pub(super) fn owned(&self, name: &Name) -> (Option<Name>, Name) {
        let words = self.words(name.span);
        match words.as_slice() {
            [(owner, at), (_, _), (figure, place)] if name.node.contains('.') => {
                let owner = Name { node: owner.text.clone(), span: *at };
                (Some(owner), Name { node: figure.text.clone(), span: *place })
            }
            _ => (None, name.clone()),
        }
    }

    /// The figures beside the first, each of the same owner.
    fn measures(
        &mut self,
        owner: &str,
        tally: &str,
        measures: &[ast::Measure],
        splits: &[ast::Split],
    ) {
        for twin in measures.iter().filter_map(|measure| measure.twin.as_ref()) {
            self.add(NameKind::Kpi, owner, &twin.name, twin.label.as_ref(), twin.name.span);
            self.unit(twin.unit.as_ref());
        }
        for split in splits {
            self.values(
                NameKind::Part,
                tally,
                split.into.as_ref().map_or(&[], |parts| parts.as_slice()),
            );
            if let (None, Some([by])) = (&split.into, split.by.path())
                && let Some(at) = self.names.find(NameKind::Tally, owner, tally)
            {
                self.names.list[at].splits.push(by.node.clone());
            }
        }
    }

    /// A counter; units of money, days and shares belong to the language.
    fn unit(&mut self, unit: Option<&Name>) {
        if let Some(unit) = unit.filter(|unit| {
            money_factor(&unit.node).is_none() && !matches!(unit.node.as_str(), "%" | "天" | "日")
        }) {
            self.add(NameKind::Unit, "", unit, None, unit.span);
        }
    }

    /// The owner of the named values that a key of a table has.
    fn key(&self, key: &ast::TableKey) -> Option<String> {
        if let [entity, field] = key.of.as_slice() {
            Some(format!("{}.{}", entity.node, field.node))
        } else {
            None
        }
    }

    /// A declaration; gives its place in the list.
    fn add(
        &mut self,
        kind: NameKind,
        owner: &str,
        name: &Name,
        label: Option<&Localized>,
        whole: Span,
    ) -> usize {
        let at = match self.names.find(kind, owner, &name.node) {
            Some(at) => at,
            None => {
                let at = self.names.list.len();
                let symbol = Symbol { kind, owner: owner.to_owned(), name: name.node.clone() };
                let (field, entity, choices, value) = (None, None, None, None);
                let (keys, key_words, splits) = (Vec::new(), Vec::new(), Vec::new());
                self.names.list.push(Named {
                    symbol,
                    label: None,
                    declared: Vec::new(),
                    field,
                    entity,
                    choices,
                    keys,
                    key_words,
                    value,
                    splits,
                });
                self.names
                    .places
                    .entry(kind)
                    .or_default()
                    .entry(owner.to_owned())
                    .or_default()
                    .insert(name.node.clone(), at);
                at
            }
        };
        let named = &mut self.names.list[at];
        named.declared.push(Declared { name: name.span, whole });
        if label.is_some() {
            named.label = label.cloned();
        }
        self.names.mentions.push(Mention { span: name.span, named: at, declares: true });
        at
    }

    /// The entity to which the others belong.
    pub(super) fn root(&self) -> Option<String> {
        let entities = self.names.list.iter().filter(|named| named.symbol.kind == NameKind::Entity);
        entities
            .filter(|named| named.entity.is_none())
            .map(|named| named.symbol.name.clone())
            .find(|name| name != PROGRAMME)
    }
}
