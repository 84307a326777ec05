//! A pack as TypeScript declarations, for programs that use the npm package: what data it takes,
//! and the names that its results have.
//!
//! The types of values, and of everything that is the same for all packs, are the package's
//! (`bindings-wasm/js/guiju.d.ts`). Not here: a pack as a form sees it (`form`).

use std::fmt::{self, Display, Write as _};

use crate::pack::Pack;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::{KpiScope, ObligationScope, Tally};
use guiju_model::schema::{Entity, Field, FieldKind, KpiSchema, Schema};
use guiju_model::text::{Localized, printable};

/// The widest range that is written out as its numbers.
const WRITTEN_OUT: i64 = 32;

impl Pack {
    /// The pack as TypeScript declarations: an interface named like the pack, for `loadPack` of the
    /// npm package.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = "pack my_shops\nentity shop { key id: text  fee: money?  size: small | large }";
    /// let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default()).check().into_pack()?;
    /// let types = pack.to_typescript();
    /// assert!(types.contains("export interface MyShops {"));
    /// assert!(types.contains("fee?: guiju.Money | null;"));
    /// assert!(types.contains("size: \"small\" | \"large\";"));
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn to_typescript(&self) -> String {
        let mut to = Writer { text: String::new(), depth: 0, own: type_name(self.name()) };
        to.line(format_args!(
            "// The pack {} as types, written by `guiju types` of version {}: write them again where its rules change.",
            self.name(),
            env!("CARGO_PKG_VERSION")
        ));
        to.line("");
        to.line("import type * as guiju from \"guiju\";");
        to.line("");
        to.comment(self.label());
        let own = to.own.clone();
        to.block(format_args!("export interface {own} {{"), |to| {
            to.line(format_args!("name: {};", quoted(self.name())));
            to.pack(self);
        });
        to.text
    }
}

struct Writer {
    text: String,
    depth: usize,
    /// The name of the interface, by which its parts name one another.
    own: String,
}

impl Writer {
    /// A line, indented.
    fn line(&mut self, line: impl Display) {
        let start = self.text.len();
        // Writing into a string cannot fail.
        let _ = write!(self.text, "{:width$}{line}", "", width = 2 * self.depth);
        self.text.truncate(start + self.text.get(start..).unwrap_or_default().trim_end().len());
        self.text.push('\n');
    }

    fn block(&mut self, head: impl Display, fill: impl FnOnce(&mut Self)) {
        self.line(head);
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        self.line(if self.depth == 0 { "}" } else { "};" });
    }

    /// What people call the thing on the next line.
    fn comment(&mut self, label: &Localized) {
        let shown = |text: &str| printable(text).replace("*/", "*\\u{2f}");
        match &label.en {
            Some(en) if *en != label.zh => {
                self.line(format_args!("/** {} / {} */", shown(&label.zh), shown(en)))
            }
            _ => self.line(format_args!("/** {} */", shown(&label.zh))),
        }
    }

    fn pack(&mut self, pack: &Pack) {
        let (rules, schema) = (&*pack.rules, &**pack.schema());
        let root = schema.root_entity();
        self.line(format_args!("root: {};", quoted(&root.name)));
        let record = |own: &str, name: &str| format!("{own}[\"records\"][{}]", quoted(name));
        self.block("document: {", |to| {
            let of = record(&to.own, &root.name);
            to.line(format_args!("{}: readonly {of}[];", Key(&format!("{}s", root.name))));
            if let Some(own) = schema.programme.and_then(|index| schema.entities.get(index)) {
                let of = record(&to.own, &own.name);
                to.line(format_args!("programme?: {of} | null;"));
            } else if !schema.programme_kpis.is_empty() || schema.shared().next().is_some() {
                to.block("programme?: {", |to| {
                    if !schema.programme_kpis.is_empty() {
                        to.given("programmeKpis");
                    }
                    to.shared(schema);
                });
            }
        });
        self.block("records: {", |to| {
            for (index, entity) in schema.entities.entries() {
                to.comment(&entity.label);
                to.block(format_args!("{}: {{", Key(&entity.name)), |to| {
                    entity.own_fields().iter().for_each(|field| to.field(field));
                    to.lists(index, entity, schema);
                    if index == schema.root {
                        to.of_root();
                    } else if Some(index) == schema.programme {
                        to.given("programmeKpis");
                        to.shared(schema);
                    }
                });
            }
        });
        self.kpis("kpis", pack, &schema.kpis, 0);
        self.kpis("programmeKpis", pack, &schema.programme_kpis, schema.kpis.len());
        for (name, programme) in [("obligations", false), ("programmeObligations", true)] {
            self.block(format_args!("{name}: {{"), |to| {
                let wanted =
                    |scope: ObligationScope| (scope == ObligationScope::Programme) == programme;
                for (index, rule) in
                    rules.obligations.iter().enumerate().filter(|(_, rule)| wanted(rule.scope))
                {
                    let kpis = if rule.scope == ObligationScope::EveryTarget {
                        schema.kpis.ids().map(Some).collect()
                    } else {
                        vec![None]
                    };
                    for kpi in kpis {
                        to.comment(&rule.label);
                        to.line(format_args!(
                            "{}: \"{}\";",
                            Key(&rules.obligation_id(index, kpi)),
                            rule.severity.id()
                        ));
                    }
                }
            });
        }
        self.block("tallies: {", |to| {
            for (index, entity) in schema.entities.entries() {
                let of: Vec<&Tally> =
                    rules.tallies.iter().filter(|tally| tally.entity == index).collect();
                if !of.is_empty() {
                    to.block(format_args!("{}: {{", Key(&entity.name)), |to| {
                        for tally in of {
                            to.comment(&tally.label);
                            to.line(format_args!("{}: true;", Key(&tally.name)));
                        }
                    });
                }
            }
        });
        self.block("groups: {", |to| {
            let groups = |field: FieldId| {
                rules.kpis.iter().any(|kpi| kpi.scope == KpiScope::Programme { by: Some(field) })
            };
            for (_, field) in root.fields.entries().filter(|(field, _)| groups(*field)) {
                to.line(format_args!("{}: {};", Key(&field.name), kind(&field.kind)));
            }
        });
    }

    fn field(&mut self, field: &Field) {
        self.comment(&field.label);
        let (key, kind) = (Key(&field.name), kind(&field.kind));
        if field.optional {
            self.line(format_args!("{key}?: {kind} | null;"))
        } else {
            self.line(format_args!("{key}: {kind};"))
        }
    }

    /// The lists of records that stand in those of an entity.
    fn lists(&mut self, index: EntityId, entity: &Entity, schema: &Schema) {
        let taken = |name: &str| entity.fields.iter().any(|field| field.name == name);
        for (_, child) in schema.children(index).filter(|(_, child)| !taken(&child.name)) {
            self.list(child);
        }
    }

    /// The lists of records that all roots share.
    fn shared(&mut self, schema: &Schema) {
        schema.shared().for_each(|(_, shape)| self.list(shape));
    }

    fn list(&mut self, of: &Entity) {
        self.comment(&of.label);
        let records = format!("{}[\"records\"][{}]", self.own, quoted(&of.name));
        self.line(format_args!("{}?: readonly {records}[] | null;", Key(&of.name)));
    }

    /// What stands in a root beside its fields and lists.
    fn of_root(&mut self) {
        self.given("kpis");
        self.line("reviewed?: guiju.Register;");
        self.line("elsewhere?: guiju.Register;");
    }

    /// What is given for KPIs.
    fn given(&mut self, kpis: &str) {
        for name in ["targets", "previous"] {
            let own = self.own.clone();
            self.line(format_args!("{name}?: guiju.Given<{own}[\"{kpis}\"]>;"));
        }
    }

    /// KPIs, each with its unit; the first has this index in the rules.
    fn kpis(&mut self, name: &str, pack: &Pack, kpis: &[KpiSchema], first: usize) {
        self.block(format_args!("{name}: {{"), |to| {
            for (kpi, info) in kpis.iter().zip(pack.kpis().skip(first)) {
                to.comment(info.label);
                to.line(format_args!("{}: {};", Key(&kpi.name), quoted(&kpi.unit.sign())));
            }
        });
    }
}

/// The type of a field's values.
fn kind(kind: &FieldKind) -> String {
    let among = |choices: &guiju_model::schema::Choices| {
        choices.values.iter().map(|choice| quoted(&choice.name)).collect::<Vec<_>>().join(" | ")
    };
    match kind {
        FieldKind::Text | FieldKind::Reference(_) => "string".to_owned(),
        FieldKind::Bool => "guiju.YesNo".to_owned(),
        FieldKind::Date => "guiju.Day".to_owned(),
        FieldKind::Period => "guiju.Span".to_owned(),
        FieldKind::Money | FieldKind::SignedMoney => "guiju.Money".to_owned(),
        FieldKind::Percent => "guiju.Share".to_owned(),
        FieldKind::Range(low, high)
            if high.checked_sub(*low).is_some_and(|width| width < WRITTEN_OUT) =>
        {
            let numbers: Vec<String> = (*low..=*high).map(|number| number.to_string()).collect();
            format!("guiju.Among<{}>", numbers.join(" | "))
        }
        FieldKind::Int | FieldKind::Range(..) => "guiju.Whole".to_owned(),
        FieldKind::Number(decimal) => match &decimal.unit {
            Some(unit) => format!("guiju.Quantity<{}>", quoted(unit)),
            None => "guiju.Quantity".to_owned(),
        },
        FieldKind::Choice(choices) => among(choices),
        FieldKind::List(choices) => format!("readonly ({})[]", among(choices)),
    }
}

/// A name of a property: quoted, where it is no plain identifier.
struct Key<'a>(&'a str);

impl Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begins = self.0.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if begins && self.0.chars().all(plain) {
            f.write_str(self.0)
        } else {
            f.write_str(&quoted(self.0))
        }
    }
}

/// A text as a literal.
fn quoted(text: &str) -> String {
    format!("\"{}\"", printable(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// The name of the interface: `alliance_108` is `Alliance108`. What would begin with a number has a
/// word before it.
fn type_name(pack: &str) -> String {
    let capital = |part: &str| {
        let mut chars = part.chars();
        chars
            .next()
            .map(|first| first.to_uppercase().chain(chars).collect::<String>())
            .unwrap_or_default()
    };
    let name: String = pack.split('_').map(capital).collect();
    if name.starts_with(|c: char| c.is_alphabetic()) { name } else { format!("Pack{name}") }
}
