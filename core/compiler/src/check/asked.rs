//! What a tally asks of its records: requirements by name are looked up, groups of names taken
//! apart, and what later editions change is laid over them. Works on what is written, before names
//! of fields are known, so that two packs can be compared by it. Not here: types (`rules`), and
//! what the names stand for elsewhere (`values`).

use std::collections::{HashMap, HashSet};

use crate::syntax::ast::{Edit, Expr, ExprKind, Ground, Let, Name, Place, Require, Tally};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::source::Span;
use guiju_model::text::{Localized, nearest};

/// One requirement of a tally.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The named condition that it is; `None` where the tally writes it out.
    pub named: Option<&'a Let>,
    /// Where the tally asks for it.
    pub span: Span,
    pub condition: &'a Expr,
    pub message: &'a Localized,
    /// What it rests on: first what its name does, then what is added where it is asked.
    pub grounds: Vec<&'a Ground>,
}

/// The named values of a pack, by entity and name; of one that is declared twice, the first.
pub struct Lets<'a>(HashMap<(&'a str, &'a str), &'a Let>);

impl<'a> Lets<'a> {
    /// Those that belong to entities.
    pub fn of(lets: impl Iterator<Item = &'a Let>) -> Lets<'a> {
        let mut found = HashMap::new();
        for item in lets {
            if let Some(owner) = &item.owner {
                found.entry((owner.node.as_str(), item.name.node.as_str())).or_insert(item);
            }
        }
        Lets(found)
    }

    fn get(&self, entity: &str, name: &str) -> Option<&'a Let> {
        self.0.get(&(entity, name)).copied()
    }

    fn names<'l>(&'l self, entity: &'l str) -> impl Iterator<Item = &'a str> + 'l {
        let mut names: Vec<&str> =
            self.0.keys().filter(|(owner, _)| *owner == entity).map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.into_iter()
    }
}

/// The names that a condition is made of, where it is nothing but names joined by `and`.
fn names(condition: &Expr) -> Option<Vec<&Name>> {
    match &condition.kind {
        ExprKind::Path(path) => match path.as_slice() {
            [name] => Some(vec![name]),
            _ => None,
        },
        ExprKind::And(parts) => {
            parts.iter().map(names).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
        }
        _ => None,
    }
}

/// Whether a named value stands for several conditions, or for one under another name.
pub(super) fn is_group(item: &Let) -> bool {
    item.message.is_none() && names(&item.value).is_some()
}

/// The requirements of a tally in the order in which they refuse.
pub fn asked<'a>(tally: &'a Tally, lets: &Lets<'a>, findings: &mut Findings) -> Vec<Asked<'a>> {
    let mut reader = Reader { entity: &tally.entity.node, lets, findings };
    let mut list: Vec<Asked<'a>> = Vec::new();
    for require in &tally.require {
        let found = reader.requirement(require, &list);
        list.extend(found);
    }
    for edit in &tally.edits {
        reader.edit(edit, &mut list);
    }
    list
}

struct Reader<'r, 'a> {
    entity: &'a str,
    lets: &'r Lets<'a>,
    findings: &'r mut Findings,
}

impl<'a> Reader<'_, 'a> {
    fn edit(&mut self, edit: &'a Edit, list: &mut Vec<Asked<'a>>) {
        match edit {
            Edit::Drop(names, _) => {
                for name in names {
                    if let Some(at) = self.place(name, list) {
                        list.remove(at);
                    }
                }
            }
            Edit::Require(place, require) => {
                let at = match place {
                    Place::First => Some(0),
                    Place::Last => Some(list.len()),
                    Place::After(name) => self.place(name, list).map(|at| at + 1),
                };
                let found = self.requirement(require, list);
                let at = at.unwrap_or(list.len());
                list.splice(at..at, found);
            }
        }
    }

    /// Where a tally asks for a named condition.
    fn place(&mut self, name: &Name, list: &[Asked<'a>]) -> Option<usize> {
        let called = |asked: &Asked<'a>| asked.named.map(|item| item.name.node.as_str());
        let found = list.iter().position(|asked| called(asked) == Some(&name.node));
        if found.is_none() {
            let nearest = nearest(&name.node, list.iter().filter_map(called));
            self.findings.push(
                Diagnostic::new(Code::NotAsked).arg(&name.node).at(name.span).suggest(nearest),
            );
        }
        found
    }

    /// What one `require` asks, beside what is asked already.
    fn requirement(&mut self, require: &'a Require, list: &[Asked<'a>]) -> Vec<Asked<'a>> {
        let mut found = Vec::new();
        if let Some(message) = &require.message {
            let grounds = require.ground.iter().collect();
            found.push(Asked {
                named: None,
                span: require.span,
                condition: &require.condition,
                message,
                grounds,
            });
            return found;
        }
        let Some(names) = names(&require.condition) else {
            let what = Localized::new("這個條件", "this condition");
            self.findings
                .push(Diagnostic::new(Code::NoReason).word(what).at(require.condition.span));
            return found;
        };
        self.names(names, require, list, &mut found);
        found
    }

    /// The names of a `require`, and of the groups among them.
    fn names(
        &mut self,
        names: Vec<&'a Name>,
        require: &'a Require,
        list: &[Asked<'a>],
        found: &mut Vec<Asked<'a>>,
    ) {
        // The groups around a name, and those that have been taken apart: a chain of thousands
        // takes no stack, and one that is named again and again is taken apart once.
        let (mut around, mut met): (Vec<&'a Let>, HashSet<*const Let>) = Default::default();
        let mut open: Vec<Step<'a>> = names.into_iter().rev().map(Step::Name).collect();
        while let Some(step) = open.pop() {
            let name = match step {
                Step::Name(name) => name,
                Step::End => {
                    around.pop();
                    continue;
                }
            };
            let Some(item) = self.lets.get(self.entity, &name.node) else {
                // A field by itself is a condition too, but gives no reason.
                let near = nearest(&name.node, self.lets.names(self.entity));
                self.findings.push(no_reason(name).suggest(near));
                continue;
            };
            if let Some(message) = &item.message {
                let mut asked = list.iter().chain(found.iter());
                let is = |asked: &&Asked<'a>| asked.named.is_some_and(|of| std::ptr::eq(of, item));
                if let Some(first) = asked.find(is) {
                    self.findings.push(asked_twice(name, first.span));
                    continue;
                }
                let groups = around.iter().filter_map(|group| group.ground.as_ref());
                let grounds = item.ground.iter().chain(groups).chain(&require.ground).collect();
                found.push(Asked {
                    named: Some(item),
                    span: require.span,
                    condition: &item.value,
                    message,
                    grounds,
                });
                continue;
            }
            let Some(names) = self::names(&item.value) else {
                let finding = no_reason(name);
                self.findings.push(finding.also(item.name.span, "在這裡宣告", "declared here"));
                continue;
            };
            if !met.insert(std::ptr::from_ref(item)) {
                // A circle is told where the names are declared.
                if !around.iter().any(|group| std::ptr::eq(*group, item)) {
                    self.findings.push(asked_twice(name, require.span));
                }
                continue;
            }
            around.push(item);
            open.push(Step::End);
            open.extend(names.into_iter().rev().map(Step::Name));
        }
    }
}

/// What is left of taking groups apart.
enum Step<'a> {
    Name(&'a Name),
    /// A group has been taken apart.
    End,
}

/// A condition, or a group of them, that is asked already.
fn asked_twice(name: &Name, before: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::AskedTwice).arg(&name.node).at(name.span);
    diagnostic.also(before, "已在這裡要求", "asked here before")
}

/// What is required by a name that gives no reason.
fn no_reason(name: &Name) -> Diagnostic {
    let name_in = |before: &str| format!("{before}`{}`", name.node);
    Diagnostic::new(Code::NoReason).word(Localized::new(name_in(" "), name_in(""))).at(name.span)
}
