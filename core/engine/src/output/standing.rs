//! What an award made of one, in words: counted, refused or open, and why. Not here: the figures
//! themselves (`words`, `json`).

use super::words::amount;
use crate::data::{Cell, Dataset};
use crate::eval::reference::expr::Subject;
use crate::eval::reference::message::filled;
use crate::eval::reference::{State, figures};
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Outcome};
use guiju_model::rules::{Award, Basis};
use guiju_model::schema::FieldKind;
use guiju_model::standing::{Cause, Contest, Decision, Room, Standing};
use guiju_model::text::{Locale, Localized};
use guiju_model::unit::Unit;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// An award and one that it looked at.
pub struct Place<'a> {
    pub pack: &'a Pack,
    pub data: &'a Dataset,
    pub outcome: &'a Outcome,
    pub award: &'a Award,
    pub standing: &'a Standing,
    /// The row of the record, or the root.
    pub row: usize,
}

impl<'a> Place<'a> {
    /// What an award made of a record; `None` where the outcome has nothing of it.
    pub fn of(
        pack: &'a Pack,
        data: &'a Dataset,
        outcome: &'a Outcome,
        award: usize,
        row: usize,
    ) -> Option<Place<'a>> {
        let standing = outcome.awards.get(award)?.standings.get(row)?;
        Some(Place { pack, data, outcome, award: pack.rules.awards.get(award)?, standing, row })
    }

    /// The rule that decided it, as results name it: a requirement by its number, otherwise the
    /// award.
    pub fn rule(&self) -> String {
        match self.standing.cause {
            Cause::Requirement(index) => format!("{}.require.{}", self.award.name, index + 1),
            _ => self.award.name.clone(),
        }
    }

    /// What that rests on.
    pub fn basis(&self) -> &'a Basis {
        match self.standing.cause {
            Cause::Requirement(index) => self
                .award
                .require
                .get(index)
                .map_or(&self.award.basis, |requirement| &requirement.basis),
            _ => &self.award.basis,
        }
    }

    /// The first clause of that, as `document:clause`.
    pub fn clause(&self) -> Option<String> {
        self.pack.rules.clause_ids(self.basis()).into_iter().next()
    }

    /// The key of the record, or of the root.
    pub fn key(&self) -> Cow<'a, str> {
        self.data.key(self.award.entity, self.row)
    }

    /// Whether the award is among roots.
    pub fn is_of_root(&self) -> bool {
        self.award.entity == self.pack.rules.schema.root
    }

    /// Whether it is counted and gets all that it may get, so that there is nothing to explain.
    pub fn fits(&self) -> bool {
        self.standing.decision == Decision::Counted && self.standing.cause == Cause::Fits
    }

    /// Why, in both languages.
    pub fn reason(&self) -> Localized {
        match &self.standing.cause {
            Cause::Fits => Localized::new("在名額或經費之內", "within what there is to give"),
            Cause::Rest => Localized::new("給予所餘", "gets what is left"),
            Cause::Requirement(index) => self.requirement(*index),
            Cause::NoKey(index, _) => {
                let number = index + 1;
                Localized::new(
                    format!("排序的第 {number} 項沒有值"),
                    format!("has no value for criterion {number} of the order"),
                )
            }
            Cause::NoAmount(_) => {
                Localized::new("給予的金額沒有值", "what it is to be given has no value")
            }
            Cause::BelowZero => {
                Localized::new("給予的金額小於零", "what it is to be given is below zero")
            }
            Cause::Room(room) => self.no_room(room),
            Cause::Tie => self.tied(),
            Cause::NoLimit => {
                Localized::new("名額或經費沒有值", "how much there is to give has no value")
            }
            Cause::Open => open(),
            Cause::Whole => Localized::new(
                "須與全部申請者一起核給，不能單獨判定",
                "decided among all applicants, so not by itself",
            ),
        }
    }

    fn requirement(&self, index: usize) -> Localized {
        let (data, entity, row) = (self.data, self.award.entity, self.row);
        let root =
            if entity == self.pack.rules.schema.root { row } else { data.root_of(entity, row) };
        let subject = Subject::Record { entity, row, root };
        let Some(message) = self.award.require.get(index).map(|requirement| &requirement.message)
        else {
            return Localized::default();
        };
        let tells_figures = message.holes.iter().any(|hole| hole.value.reads_figures());
        let state = if tells_figures {
            figures::told(self.pack, data, self.outcome, root)
        } else {
            State::default()
        };
        filled(&self.pack.rules, data, &state, subject, message)
    }

    fn tied(&self) -> Localized {
        let more = if self.standing.decision == Decision::Refused {
            [
                "同分者超過所餘，均不計入",
                "equals would take more than is left, so none of them is counted",
            ]
        } else {
            [
                "同分者超過所餘，尚待其他條件分出先後",
                "equals would take more than is left, and no criterion parts them yet",
            ]
        };
        Localized::new(more[0], more[1])
    }

    /// Who stood before, and what was left.
    fn no_room(&self, room: &Room) -> Localized {
        let unit = &self.award.unit;
        let before = |locale: Locale| {
            let count = match &self.standing.rank {
                KpiValue::Known(rank) => {
                    rank.sub(&Exact::ONE).ok().map(|before| before.to_string())
                }
                KpiValue::Undetermined { low: Some(low), .. } => {
                    low.sub(&Exact::ONE).ok().map(|before| match locale {
                        Locale::ZhTw => format!("至少 {before}"),
                        Locale::En => format!("at least {before}"),
                    })
                }
                _ => None,
            };
            count.unwrap_or_else(|| "?".to_owned())
        };
        let last = room.last.map(|row| self.data.key(self.award.entity, row));
        let mut zh = format!("名次在前者 {} 名", before(Locale::ZhTw));
        let mut en = format!("{} stood before it", before(Locale::En));
        if let Some(last) = last {
            zh.push_str(&format!("，最後計入的是 {last}"));
            en.push_str(&format!(", the last of those counted being {last}"));
        }
        if let Some(left) = &room.left {
            zh.push_str(&format!("，輪到時尚餘 {}", amount(left, unit)));
            en.push_str(&format!("; {} was left", amount(left, unit)));
        }
        if let Some(asked) =
            room.asked.as_ref().filter(|_| self.standing.amount != KpiValue::NotApplicable)
        {
            zh.push_str(&format!("，不足 {}", amount(asked, unit)));
            en.push_str(&format!(", and it takes {}", amount(asked, unit)));
        }
        Localized::new(zh, en)
    }
}

fn open() -> Localized {
    Localized::new("尚缺的資料會決定", "missing data decide")
}

/// The list of those who share one limit of an award.
pub struct AwardList<'a> {
    /// What people call the award.
    pub label: &'a Localized,
    /// What people call the group, or the key of the record that these belong to, behind that of its
    /// root.
    pub of: Option<Localized>,
    /// The unit of what is given; of places, none or a counter.
    pub unit: &'a Unit,
    pub contest: &'a Contest,
    /// In the order of the list; those above the line of the cut first.
    pub places: Vec<Place<'a>>,
    /// Those who asked and are not on the list, in the order of the data: who fails a requirement
    /// or has no value for a criterion, or may.
    pub others: Vec<Place<'a>>,
}

impl Evaluation {
    /// The lists of all awards, in the order of declaration: one for each group or root, or one for
    /// the whole programme.
    pub fn award_lists(&self) -> Vec<AwardList<'_>> {
        let (rules, data, outcome) = (&*self.pack().rules, self.data(), self.outcome());
        let mut lists = Vec::new();
        for (index, (award, found)) in rules.awards.iter().zip(&outcome.awards).enumerate() {
            for contest in &found.contests {
                let of_group = |value: usize| {
                    let FieldKind::Choice(choices) =
                        &rules.schema.root_entity().fields[award.by?].kind
                    else {
                        return None;
                    };
                    choices.values.get(value).map(|value| value.label.clone())
                };
                let of = contest.of.and_then(|of| match award.entity == rules.schema.root {
                    true => of_group(of),
                    false => {
                        let parent = rules.schema.parent(award.entity)?;
                        let own = data.key(parent, of);
                        Some(Localized::same(if parent == rules.schema.root {
                            own.into_owned()
                        } else {
                            format!("{}/{own}", data.root_key(data.root_of(parent, of)))
                        }))
                    }
                });
                let places = contest
                    .list
                    .iter()
                    .filter_map(|row| Place::of(self.pack(), data, outcome, index, *row))
                    .collect();
                let listed: BTreeSet<usize> = contest.list.iter().copied().collect();
                let others = (0..found.standings.len())
                    .filter(|row| !listed.contains(row) && self.stands_in(award, contest, *row))
                    .filter_map(|row| Place::of(self.pack(), data, outcome, index, row))
                    .collect();
                lists.push(AwardList {
                    label: &award.label,
                    of,
                    unit: &award.unit,
                    contest,
                    places,
                    others,
                });
            }
        }
        lists
    }

    /// Whether a record or a root is one of those who share a limit.
    fn stands_in(&self, award: &Award, contest: &Contest, row: usize) -> bool {
        let (schema, data) = (&self.pack().rules.schema, self.data());
        let of = if award.entity != schema.root {
            let parent = schema.parent(award.entity).filter(|parent| *parent != schema.root);
            match parent {
                Some(_) => data.parent_row(award.entity, row),
                None => Some(data.root_of(award.entity, row)),
            }
        } else {
            let value = award.by.and_then(|field| data.cell(schema.root, field, row));
            match value {
                Some(Cell::Choice(value)) => Some(usize::from(value)),
                _ => None,
            }
        };
        of == contest.of
    }

    /// What the awards made of a root, and of its records where awards are among them.
    pub fn placed(&self, root: usize) -> Vec<Place<'_>> {
        let (rules, data, outcome) = (&*self.pack().rules, self.data(), self.outcome());
        let rows = |award: &Award| match award.entity == rules.schema.root {
            true => root..root + 1,
            false => data.rows_of(award.entity, root),
        };
        let each = rules
            .awards
            .iter()
            .enumerate()
            .flat_map(|(index, award)| rows(award).map(move |row| (index, row)));
        each.filter_map(|(index, row)| Place::of(self.pack(), data, outcome, index, row)).collect()
    }
}
