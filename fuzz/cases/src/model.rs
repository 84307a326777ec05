//! A random data model: entities with fields of every kind, references among them. Not here: rules
//! over it.

use crate::Choices;

/// The data model of a random pack.
pub struct Model {
    /// The root first, then its children; at last, perhaps, what all roots share.
    pub entities: Vec<Entity>,
    /// Whether the programme has a record of its own.
    pub programme: bool,
    /// Whether there are lists of texts, of each root and of the programme.
    pub lists: bool,
    /// Whether rules ask what is known, put fallbacks and compare keys: what filling in may turn.
    pub ways_out: bool,
}

/// An entity.
pub struct Entity {
    /// Its name.
    pub name: String,
    /// The entity that its records belong to, or [`SHARED`]; the root's belong to nothing.
    pub parent: usize,
    /// Its fields beside the key `id`, and the records it belongs to below the root, which are
    /// read like them.
    pub fields: Vec<Field>,
}

/// The lists of texts, of each root and of the programme.
pub(crate) const LISTS: [&str; 2] = ["marked", "banned"];

/// The parent of what all roots share.
pub(crate) const SHARED: usize = usize::MAX;

/// How many records there are of it.
pub(crate) const SHARED_RECORDS: usize = 3;

/// A field.
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// One of `v0`, `v1`, ….
    Choice(usize),
    /// Any of them.
    List(usize),
    /// A day.
    Date,
    /// A first and a last day.
    Period,
    /// An amount.
    Money,
    /// A whole number.
    Int,
    /// A share.
    Percent,
    /// A whole number between two others.
    Range(i64, i64),
    /// A text.
    Text,
    /// The key of a record of another entity.
    Reference(usize),
    /// The record of another entity that it stands in.
    Parent(usize),
}

impl Kind {
    /// The entity whose record is reached by it.
    pub fn target(&self) -> Option<usize> {
        match self {
            Kind::Reference(target) | Kind::Parent(target) => Some(*target),
            _ => None,
        }
    }
}

impl Model {
    /// Draws a model.
    pub fn draw(choices: &mut Choices<'_>) -> Model {
        let children = choices.between(1, 3);
        let mut entities: Vec<Entity> = Vec::new();
        for index in 0..=children {
            let name = if index == 0 { "root".to_owned() } else { format!("child{index}") };
            // A text that can be a key and an amount that can be summed make the rest worthwhile.
            let mut kinds = if index == 0 {
                vec![Kind::Choice(3), Kind::Money]
            } else {
                vec![Kind::Text, Kind::Money, Kind::Bool]
            };
            for _ in 0..choices.between(1, 6) {
                kinds.push(kind(choices, index));
            }
            // Keys of what stands in others are told apart by those alone.
            kinds.retain(|kind| kind.target().is_none_or(|target| entities[target].parent == 0));
            let named = |(at, kind)| Field { name: format!("f{index}{at}"), kind };
            let mut fields: Vec<Field> = kinds.into_iter().enumerate().map(named).collect();
            let parent =
                if index > 1 && choices.chance(45) { choices.between(1, index - 1) } else { 0 };
            let mut above = parent;
            while above > 0 {
                let name = format!("child{above}");
                fields.push(Field { name, kind: Kind::Parent(above) });
                above = entities[above].parent;
            }
            entities.push(Entity { name, parent, fields });
        }
        if choices.chance(35) {
            share(&mut entities, choices);
        }
        // Follows from what was drawn: in two models of five.
        let fields: usize = entities.iter().map(|entity| entity.fields.len()).sum();
        let lists = fields % 5 < 2;
        Model { entities, programme: choices.chance(30), lists, ways_out: true }
    }

    /// The entity that all roots share.
    pub fn shared(&self) -> Option<usize> {
        let last = self.entities.len().checked_sub(1)?;
        (self.entities[last].parent == SHARED).then_some(last)
    }

    /// One of the entities whose records belong to roots.
    pub fn records(&self, choices: &mut Choices<'_>) -> usize {
        choices.between(1, self.shared().unwrap_or(self.entities.len()) - 1)
    }

    /// The declarations of the entities.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (index, entity) in self.entities.iter().enumerate() {
            let parent = match index {
                0 => String::new(),
                _ if entity.parent == SHARED => " in programme".to_owned(),
                _ => format!(" in {}", self.entities[entity.parent].name),
            };
            text.push_str(&format!("entity {}{parent} {{\n  key id: text\n", entity.name));
            for field in entity.fields.iter().filter(|field| !matches!(field.kind, Kind::Parent(_)))
            {
                text.push_str(&format!("  {}: {}\n", field.name, self.kind(&field.kind)));
            }
            text.push_str("}\n\n");
        }
        if self.lists {
            for (list, parent) in LISTS.iter().zip(["root", "programme"]) {
                text.push_str(&format!("entity {list} in {parent} {{ key id: text }}\n\n"));
            }
        }
        if self.programme {
            text.push_str("entity programme {\n  budget: money?\n  seats: int?\n  open: bool?\n  day: date?\n}\n\n");
        }
        text
    }

    fn kind(&self, kind: &Kind) -> String {
        let values = |count: usize| {
            (0..count).map(|value| format!("v{value}")).collect::<Vec<_>>().join(" | ")
        };
        match kind {
            Kind::Bool => "bool?".to_owned(),
            Kind::Choice(count) => values(*count),
            Kind::List(count) => format!("list of {}", values(*count)),
            Kind::Date => "date?".to_owned(),
            Kind::Period => "period?".to_owned(),
            Kind::Money => "money?".to_owned(),
            Kind::Int => "int?".to_owned(),
            Kind::Percent => "percent?".to_owned(),
            Kind::Range(low, high) => format!("{low}..{high}"),
            Kind::Text => "text?".to_owned(),
            Kind::Reference(entity) | Kind::Parent(entity) => self.entities[*entity].name.clone(),
        }
    }

    /// The entities whose records belong to those of another.
    pub fn children(&self, parent: usize) -> Vec<usize> {
        (1..self.entities.len()).filter(|at| self.entities[*at].parent == parent).collect()
    }

    /// The fields of an entity that hold something.
    pub fn fields(&self, entity: usize, wanted: impl Fn(&Kind) -> bool) -> Vec<&Field> {
        self.entities[entity].fields.iter().filter(|field| wanted(&field.kind)).collect()
    }
}

/// Adds an entity that all roots share, and fields that refer to it.
fn share(entities: &mut Vec<Entity>, choices: &mut Choices<'_>) {
    let shared = entities.len();
    let mut kinds = vec![Kind::Text, Kind::Money, Kind::Bool, Kind::Choice(3)];
    for _ in 0..choices.below(4) {
        kinds.push(kind(choices, 0));
    }
    for (index, entity) in entities.iter_mut().enumerate() {
        if choices.chance(60) {
            let refers = Field { name: format!("s{index}"), kind: Kind::Reference(shared) };
            // Something to ask beside it.
            let flag = Field { name: format!("s{index}b"), kind: Kind::Bool };
            entity.fields.extend([refers, flag]);
        }
    }
    let named = |(at, kind)| Field { name: format!("f{shared}{at}"), kind };
    let fields = kinds.into_iter().enumerate().map(named).collect();
    entities.push(Entity { name: "shared".to_owned(), parent: SHARED, fields });
}

fn kind(choices: &mut Choices<'_>, entity: usize) -> Kind {
    match choices.below(if entity > 1 { 12 } else { 10 }) {
        0 => Kind::Bool,
        1 => Kind::Choice(choices.between(2, 4)),
        2 => Kind::List(3),
        3 => Kind::Date,
        4 => Kind::Period,
        5 => Kind::Money,
        6 => Kind::Int,
        7 => Kind::Percent,
        8 => {
            let low = choices.below(3) as i64;
            Kind::Range(low, low + choices.below(3) as i64)
        }
        9 => Kind::Text,
        _ => Kind::Reference(choices.between(1, entity - 1)),
    }
}
