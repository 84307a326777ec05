//! Awards in the JSON of results: beside the KPIs of each root what they made of it, and under the
//! programme the lists with their cuts.
//!
//! Nothing is written where the pack has none. Not here: the rest of the form (`json`).

use super::json::Writer;
use super::standing::Place;
use guiju_model::outcome::KpiValue;
use guiju_model::schema::FieldKind;
use guiju_model::standing::{Cause, Contest};
use guiju_model::unit::Unit;

impl Writer<'_> {
    /// What each award made of a root, or of its records.
    pub(super) fn awards(&mut self, root: usize) {
        let (pack, rules, data, outcome) = (self.pack, self.rules, self.data, self.outcome);
        if rules.awards.is_empty() {
            return;
        }
        self.key("awards");
        self.object(|to| {
            for (index, award) in rules.awards.iter().enumerate() {
                to.key(&award.name);
                if award.entity == rules.schema.root {
                    to.object(|to| {
                        if let Some(place) = Place::of(pack, data, outcome, index, root) {
                            to.standing(&place);
                        }
                    });
                    continue;
                }
                to.object(|to| {
                    to.own_contests(index, root);
                    to.key("records");
                    to.list(|to| {
                        for place in data
                            .rows_of(award.entity, root)
                            .filter_map(|row| Place::of(pack, data, outcome, index, row))
                        {
                            to.object(|to| {
                                to.key("key").text(&data.key(award.entity, place.row));
                                to.standing(&place);
                            });
                        }
                    });
                });
            }
        });
    }

    /// The lists among the records of a root, as a part of the object that is open: one, or one for
    /// each record that they belong to below it.
    fn own_contests(&mut self, index: usize, root: usize) {
        let (rules, data, outcome) = (self.rules, self.data, self.outcome);
        let Some(parent) = rules.schema.parent(rules.awards[index].entity) else { return };
        // They stand in the order of what they belong to; where there are no records there is none.
        let contests = outcome.awards.get(index).map_or(&[][..], |found| &found.contests);
        let nested = parent != rules.schema.root;
        let of = if nested { data.rows_of(parent, root) } else { root..root + 1 };
        let before = |row: usize| contests.partition_point(|contest| contest.of < Some(row));
        let own = contests.get(before(of.start)..before(of.end)).unwrap_or_default();
        if !nested {
            return own.iter().for_each(|contest| self.contest(contest, index));
        }
        self.key("lists");
        self.object(|to| {
            for contest in own {
                let key = contest.of.map(|of| data.key(parent, of)).unwrap_or_default();
                to.key(&key);
                to.object(|to| to.contest(contest, index));
            }
        });
    }

    /// The fields of one standing, as a part of the object that is open.
    fn standing(&mut self, place: &Place<'_>) {
        let (rules, standing, locale) = (self.rules, place.standing, self.locale);
        self.key("verdict").text(standing.decision.id());
        let figures = [
            ("rank", &standing.rank, &Unit::Number),
            ("amount", &standing.amount, &place.award.unit),
            ("reserve", &standing.reserve, &Unit::Number),
        ];
        for (name, value, unit) in
            figures.into_iter().filter(|(_, value, _)| **value != KpiValue::NotApplicable)
        {
            self.key(name);
            self.object(|to| to.value(value, unit));
        }
        if standing.outer {
            // They hold, but may be wider than what can come out.
            self.key("bounds").text("outer");
        }
        if standing.cause != Cause::Fits {
            self.key("reason").text(place.reason().get(locale));
        }
        self.key("rule").text(&place.rule());
        self.json.optional("clause", rules.clause_ids(place.basis()).into_iter().next().as_deref());
        self.needs(&standing.needs, true);
    }

    /// The lists of the awards over all roots.
    pub(super) fn contests(&mut self) {
        let (rules, outcome) = (self.rules, self.outcome);
        let root = rules.schema.root_entity();
        let whole =
            rules.awards.iter().enumerate().filter(|(_, award)| award.entity == rules.schema.root);
        let whole: Vec<_> = whole.collect();
        if whole.is_empty() {
            return;
        }
        self.key("awards");
        self.object(|to| {
            for (index, award) in whole {
                let contests = outcome.awards.get(index).map_or(&[][..], |found| &found.contests);
                to.key(&award.name);
                let Some(FieldKind::Choice(choices)) =
                    award.by.map(|field| &root.fields[field].kind)
                else {
                    to.object(|to| contests.iter().for_each(|contest| to.contest(contest, index)));
                    continue;
                };
                to.object(|to| {
                    for contest in contests {
                        let Some(value) = contest.of.and_then(|value| choices.values.get(value))
                        else {
                            continue;
                        };
                        to.key(&value.name);
                        to.object(|to| to.contest(contest, index));
                    }
                });
            }
        });
    }

    /// What there was to give, what was given, and the list with its cut, as a part of the object
    /// that is open.
    fn contest(&mut self, contest: &Contest, index: usize) {
        let (rules, data) = (self.rules, self.data);
        let award = &rules.awards[index];
        for (name, value) in [("limit", &contest.limit), ("given", &contest.given)] {
            self.key(name);
            self.object(|to| to.value(value, &award.unit));
        }
        if contest.outer {
            self.key("bounds").text("outer");
        }
        // Below as many as stand above the line nobody is counted.
        self.key("line").number(i64::try_from(contest.line).unwrap_or(i64::MAX));
        self.key("list");
        self.list(|to| {
            contest.list.iter().for_each(|row| to.json.text(&data.key(award.entity, *row)))
        });
    }
}
