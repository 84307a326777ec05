//! Descriptions of sheets held to a pack: every name becomes an index, and every problem is found
//! at once.
//!
//! A sheet or a window that does not fit is no reason to be without the others: what is wrong with
//! it is kept until it is asked for. Not here: reading files (`read`), the parts of sheets
//! (`sheet`), and windows (`days`).

mod days;
mod names;
mod sheet;

use std::collections::BTreeMap;

use guiju::FieldId;
use guiju::{
    Code, ConstantInfo, Diagnostic, Entity, EntityId, KpiId, KpiInfo, Localized, Pack, Source,
    SourceId,
};

use super::faults::{Fault, Kind};
use super::file::{Read, Sheet, Text, Window};
use super::{Layout, read};

/// A part of a description under its name, with the number of its file.
type Parts<T> = BTreeMap<String, (usize, Text, T)>;

pub(super) fn layout(files: &[(String, Source)], pack: &Pack) -> Layout {
    let mut found = Vec::new();
    let mut dates = Parts::<Text>::new();
    let mut windows = Parts::<Read<Window>>::new();
    let mut sheets = Parts::<Read<Sheet>>::new();
    for (number, (_, source)) in files.iter().enumerate() {
        let id = SourceId(u32::try_from(number).unwrap_or(u32::MAX));
        let (file, mut wrong) = match read::file(source, id) {
            Ok(read) => read,
            Err(wrong) => {
                found.push(*wrong);
                continue;
            }
        };
        found.append(&mut wrong);
        dropped(file.drop.dates, &mut dates, Kind::Dates, &mut found);
        dropped(file.drop.windows, &mut windows, Kind::Window, &mut found);
        dropped(file.drop.sheets, &mut sheets, Kind::Sheet, &mut found);
        let named = |name: Text, of| (name.value.clone(), (number, name, of));
        dates.extend(file.dates.into_iter().map(|(name, of)| named(name, of)));
        let named = |name: Text, of| (name.value.clone(), (number, name, of));
        windows.extend(file.windows.into_iter().map(|(name, of)| named(name, of)));
        let named = |name: Text, of| (name.value.clone(), (number, name, of));
        sheets.extend(file.sheets.into_iter().map(|(name, of)| named(name, of)));
    }
    let mut resolver = Resolver {
        pack,
        kpis: pack.kpis().collect(),
        constants: pack.constants().collect(),
        layout: Layout {
            days: vec![None; pack.schema().entities.len()].into(),
            ..Layout::default()
        },
        found: Vec::new(),
        because: Vec::new(),
    };
    // Whose file it is that does not fit.
    let edition = |number: usize| files.get(number).map_or("", |(edition, _)| edition.as_str());
    for (name, (number, entity, field)) in dates {
        resolver.day(&entity, &field);
        found.extend(resolver.taken(Kind::Dates, &name, edition(number)));
    }
    for (name, (number, place, Read { of, found })) in windows {
        resolver.found = found;
        let window = resolver.window(&place, of);
        if let Some(fault) = resolver.fault(Kind::Window, name, edition(number)) {
            resolver.layout.faults.push(fault);
        } else {
            resolver.layout.windows.push(window);
        }
    }
    // What has the sections of another comes after those that have their own.
    let (like, own): (Vec<_>, Vec<_>) =
        sheets.into_iter().partition(|(_, (_, _, sheet))| sheet.of.like.is_some());
    for (name, (number, place, sheet)) in own.into_iter().chain(like) {
        let sheet = resolver.sheet(place, sheet);
        if let Some(fault) = resolver.fault(Kind::Sheet, name, edition(number)) {
            resolver.layout.faults.push(fault);
        } else {
            resolver.layout.sheets.push(sheet);
        }
    }
    let mut layout = resolver.layout;
    layout.sheets.sort_by(|a, b| a.name.cmp(&b.name));
    layout.found = found;
    layout
}

/// Takes out what an edition drops.
fn dropped<T>(names: Vec<Text>, from: &mut Parts<T>, kind: Kind, found: &mut Vec<Diagnostic>) {
    for name in names {
        if from.remove(&name.value).is_none() {
            let (zh, en) = kind.words();
            let words = (format!("前面版本的{zh}"), format!("{en} of an earlier edition"));
            found.push(unknown(&words, &name, from.keys().map(String::as_str)));
        }
    }
}

/// A finding of a name that there is nothing of.
fn unknown<'n>(
    kind: &(String, String),
    name: &Text,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let quoted: Vec<String> = known.clone().map(|name| format!("`{name}`")).collect();
    Diagnostic::new(Code::SheetsName)
        .word(Localized::new(&kind.0, &kind.1))
        .arg(&name.value)
        .word(guiju::listed(quoted.iter().map(String::as_str)))
        .at(name.span)
        .suggest(guiju::nearest(&name.value, known))
}

struct Resolver<'p> {
    pack: &'p Pack,
    kpis: guiju::List<KpiId, KpiInfo<'p>>,
    constants: Vec<ConstantInfo<'p>>,
    layout: Layout,
    /// What is wrong with the part that is being resolved.
    found: Vec<Diagnostic>,
    /// The faults of others by which it is wrong too.
    because: Vec<usize>,
}

impl Resolver<'_> {
    /// What was found of a part, and how an edition is rid of it where an earlier one has it.
    fn taken(&mut self, kind: Kind, name: &str, edition: &str) -> Vec<Diagnostic> {
        let mut found = std::mem::take(&mut self.found);
        if edition != self.pack.name() {
            let own = self.pack.name();
            let (key, (zh, en)) = (kind.key(), kind.words());
            for found in &mut found {
                *found = found.clone().note(
                    format!("{zh} `{name}` 是 `{edition}` 的；`{own}` 若不再需要，請在它的 sheets.toml 寫 `drop.{key} = [\"{name}\"]`，或在那裡以同名另寫一個"),
                    format!("{en} `{name}` is that of `{edition}`: where `{own}` no longer has it, its sheets.toml says `drop.{key} = [\"{name}\"]`, or describes another of that name"),
                );
            }
        }
        found
    }

    /// What is wrong with a part, if anything is.
    fn fault(&mut self, kind: Kind, name: String, edition: &str) -> Option<Fault> {
        let found = self.taken(kind, &name, edition);
        let because = std::mem::take(&mut self.because);
        let is_sound = found.is_empty() && because.is_empty();
        (!is_sound).then_some(Fault { kind, name, found, because })
    }

    /// Says that the pack does not have something.
    fn unknown<'n>(
        &mut self,
        kind: (&str, &str),
        name: &Text,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let kind = (kind.0.to_owned(), kind.1.to_owned());
        self.found.push(unknown(&kind, name, known.into_iter()));
    }

    /// Says that something is not written as it has to be, and what to do, each in both languages.
    fn shape(&mut self, place: guiju::Span, wrong: [&str; 2], way_out: [&str; 2]) {
        let words = |[zh, en]: [&str; 2]| Localized::new(zh, en);
        let found = Diagnostic::new(Code::SheetsShape).word(words(wrong)).word(words(way_out));
        self.found.push(found.at(place));
    }

    fn entity(&mut self, name: &Text) -> Option<EntityId> {
        let pack = self.pack;
        let entities = &pack.schema().entities;
        let found = entities.find_id(|entity| entity.name == name.value);
        if found.is_none() {
            self.unknown(
                ("資料", "entity"),
                name,
                entities.iter().map(|entity| entity.name.as_str()),
            );
        }
        found
    }

    fn field(&mut self, entity: &Entity, name: &Text) -> Option<FieldId> {
        let found = entity.fields.find_id(|field| field.name == name.value);
        if found.is_none() {
            let zh = format!("{}的欄位", entity.label.zh);
            let en = format!("field of `{}`", entity.name);
            self.unknown((&zh, &en), name, entity.fields.iter().map(|field| field.name.as_str()));
        }
        found
    }

    /// A KPI of the programme, or of the root.
    fn figure(&mut self, name: &Text, programme: bool) -> Option<KpiId> {
        let known = self.kpis.find_id(|kpi| kpi.name == name.value);
        let Some(kpi) = known else {
            let names: Vec<&str> = self.kpis.iter().map(|kpi| kpi.name).collect();
            self.unknown(("指標", "figure"), name, names);
            return None;
        };
        if self.kpis.get(kpi).is_some_and(|kpi| kpi.programme != programme) {
            let root = &self.pack.schema().root_entity().label;
            let whole = Localized::new("整體計畫", "the programme");
            let each =
                Localized { zh: root.zh.clone(), en: Some(root.get(guiju::Locale::En).to_owned()) };
            let [of, wanted] = if programme { [each, whole] } else { [whole, each] };
            self.found.push(
                Diagnostic::new(Code::SheetsScope)
                    .arg(&name.value)
                    .word(of)
                    .word(wanted)
                    .at(name.span),
            );
            return None;
        }
        Some(kpi)
    }

    fn clauses(&mut self, cites: &[Text]) -> Vec<String> {
        let pack = self.pack;
        let ids: Vec<(String, &str)> = pack
            .documents()
            .iter()
            .flat_map(|document| {
                document.clauses.iter().map(move |clause| {
                    (format!("{}:{}", document.name, clause.id), clause.id.as_str())
                })
            })
            .collect();
        let mut clauses = Vec::new();
        for cite in cites {
            let wanted = &cite.value;
            match ids.iter().find(|(whole, id)| whole == wanted || id == wanted) {
                Some((whole, _)) => clauses.push(whole.clone()),
                None => self.unknown(("條款", "clause"), cite, ids.iter().map(|(_, id)| *id)),
            }
        }
        clauses
    }
}
