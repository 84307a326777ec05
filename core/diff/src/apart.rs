//! Which other records the verdict on a record can hang on: those it refers to, and those that
//! claim the same key.
//!
//! Taken together they can be judged apart from the rest of their root, under any rules between the
//! two packs. Not here: judging them.

use std::collections::{BTreeSet, HashMap};

use super::variant::Variant;
use guiju_engine::data::{Apart, Cell, Dataset, Part, key_of};
use guiju_engine::eval::reference::State;
use guiju_model::index::{EntityId, FieldId, List, TallyId};
use guiju_model::outcome::Verdict;
use guiju_model::rules::{Keep, KeyPart};
use guiju_model::schema::FieldKind;

/// How records are tied to one another, by the rules of both packs.
pub(super) struct Ties<'a> {
    data: &'a Dataset,
    sides: [(&'a Variant, &'a State); 2],
    /// For each entity, the fields that refer to another, and that one.
    references: List<EntityId, Vec<(FieldId, EntityId)>>,
    onces: Vec<OnceTies>,
    /// The names of rules and tallies, as claims number them.
    names: Vec<String>,
}

/// Who claims what a record is tied to: the non-duplication rules and the tallies, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Claimed {
    pub(super) onces: BTreeSet<usize>,
    pub(super) tallies: BTreeSet<usize>,
}

/// A non-duplication rule within a root, as one of the packs has it.
struct OnceTies {
    name: usize,
    best: bool,
    /// Whether it compares the records of one tally.
    among: bool,
    /// Whether keys are computed: by which rules, changes in between decide.
    computed: bool,
    claimants: Vec<ClaimTies>,
}

struct ClaimTies {
    name: usize,
    entity: EntityId,
    /// The key, without what is computed.
    fields: Vec<FieldId>,
    group: usize,
    /// The tally before and after.
    tallies: [Option<TallyId>; 2],
    /// Whether a record may be its business in between that is not before or after.
    wide: bool,
}

/// The claims within one root that more than one group makes on a key, or more than one record.
pub(super) struct RootTies<'t, 'a> {
    ties: &'t Ties<'a>,
    root: usize,
    /// For each rule and key, the records that claim it, and for which tally.
    contested: HashMap<(usize, Vec<Part>), Vec<Claim>>,
}

#[derive(Clone, Copy)]
struct Claim {
    tally: usize,
    entity: EntityId,
    row: usize,
}

impl<'a> Ties<'a> {
    /// Ties by the rules of both packs; `wide` says of which tallies several changes decide what is
    /// their business.
    pub(super) fn new(
        data: &'a Dataset,
        sides: [(&'a Variant, &'a State); 2],
        wide: &dyn Fn(&str) -> bool,
    ) -> Ties<'a> {
        let references = data.schema.entities.iter().map(|entity| {
            let target = |(field, shape): (FieldId, &guiju_model::schema::Field)| match shape.kind {
                // What all roots share is with every part.
                FieldKind::Reference(target) if !data.schema.is_shared(target) => {
                    Some((field, target))
                }
                _ => None,
            };
            entity.fields.entries().filter_map(target).collect()
        });
        let (mut onces, mut names) = (Vec::new(), Vec::new());
        let mut number = |name: &str| {
            names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            })
        };
        for (variant, _) in sides {
            let rules = &variant.pack.rules;
            for once in rules.onces.iter().filter(|once| !once.within_programme) {
                let mut claimants = Vec::new();
                for (group, claimant) in
                    once.groups.iter().enumerate().flat_map(|(group, list)| {
                        list.iter().map(move |claimant| (group, claimant))
                    })
                {
                    let Some(tally) = rules.tallies.get(claimant.tally) else { continue };
                    let tallies = sides.map(|(side, _)| side.tallies.get(&tally.name).copied());
                    let wide = wide(&tally.name);
                    claimants.push(ClaimTies {
                        name: number(&tally.name),
                        entity: tally.entity,
                        fields: claimant.key.iter().filter_map(KeyPart::field).collect(),
                        group,
                        tallies,
                        wide,
                    });
                }
                let (best, among) =
                    (matches!(once.keep, Keep::Best { .. }), once.among().is_some());
                let mut parts = once.groups.iter().flatten().flat_map(|claimant| &claimant.key);
                let computed = parts.any(|part| part.field().is_none());
                let name = number(&once.name);
                onces.push(OnceTies { name, best, among, computed, claimants });
            }
        }
        Ties { data, sides, references: references.collect(), onces, names }
    }

    /// The names that numbers stand for.
    pub(super) fn named<'n>(
        &'n self,
        numbers: &'n BTreeSet<usize>,
    ) -> impl Iterator<Item = &'n str> {
        numbers.iter().filter_map(|number| self.names.get(*number)).map(String::as_str)
    }

    /// The claims of one root.
    pub(super) fn of_root<'t>(&'t self, root: usize) -> RootTies<'t, 'a> {
        let mut contested = HashMap::new();
        let by_fields = self.onces.iter().enumerate().filter(|(_, once)| !once.computed);
        for (index, once) in by_fields {
            let mut claims: HashMap<Vec<Part>, (BTreeSet<usize>, Vec<Claim>)> = HashMap::new();
            for claimant in &once.claimants {
                for row in self
                    .data
                    .rows_of(claimant.entity, root)
                    .filter(|row| self.may_claim(claimant, *row))
                {
                    if let Some(key) = key_of(self.data, claimant.entity, &claimant.fields, row) {
                        let claim = claims.entry(key).or_default();
                        claim.0.insert(if once.among { row } else { claimant.group });
                        claim.1.push(Claim { tally: claimant.name, entity: claimant.entity, row });
                    }
                }
            }
            let several = claims.into_iter().filter(|(_, (parties, _))| parties.len() > 1);
            contested.extend(several.map(|(key, (_, records))| ((index, key), records)));
        }
        RootTies { ties: self, root, contested }
    }

    /// Whether a record may be a tally's business before, after or in between.
    fn may_claim(&self, claimant: &ClaimTies, row: usize) -> bool {
        claimant.wide
            || self.sides.iter().zip(claimant.tallies).any(|((_, state), tally)| {
                let verdict =
                    tally.and_then(|tally| state.verdicts.get(tally)?.verdicts.get(row).copied());
                verdict.is_some_and(|verdict| verdict != Verdict::OUT_OF_SCOPE)
            })
    }
}

impl RootTies<'_, '_> {
    /// The root these claims are of.
    pub(super) fn root(&self) -> usize {
        self.root
    }

    /// A record and all that its verdict can hang on, and who claims contested keys among them.
    pub(super) fn apart(&self, entity: EntityId, row: usize) -> (Apart, Claimed) {
        let (ties, data) = (self.ties, self.ties.data);
        let mut claimed = Claimed::default();
        let mut open = vec![(entity, row)];
        let mut rows: List<EntityId, Vec<u32>> =
            vec![Vec::new(); data.schema.entities.len()].into();
        let mut whole = BTreeSet::new();
        while let Some((entity, row)) = open.pop() {
            if rows[entity].contains(&(row as u32)) {
                continue;
            }
            rows[entity].push(row as u32);
            for (field, target) in &ties.references[entity] {
                if let Some(Cell::Row(row)) = data.cell(entity, *field, row) {
                    open.push((*target, row as usize));
                }
            }
            for (index, once) in ties.onces.iter().enumerate() {
                for claimant in once.claimants.iter().filter(|claimant| claimant.entity == entity) {
                    if !once.computed {
                        let Some(key) = key_of(data, entity, &claimant.fields, row) else {
                            continue;
                        };
                        let Some(claims) = self.contested.get(&(index, key)) else { continue };
                        claimed.tallies.extend(claims.iter().map(|claim| claim.tally));
                        open.extend(claims.iter().map(|claim| (claim.entity, claim.row)));
                    }
                    claimed.onces.insert(once.name);
                    // Which choice meets more targets depends on every record of the two tallies;
                    // so does who has a key that is computed.
                    if (once.best || once.computed) && whole.insert(index) {
                        claimed.tallies.extend(once.claimants.iter().map(|claimant| claimant.name));
                        let entities: BTreeSet<EntityId> =
                            once.claimants.iter().map(|claimant| claimant.entity).collect();
                        open.extend(entities.into_iter().flat_map(|entity| {
                            data.rows_of(entity, self.root).map(move |row| (entity, row))
                        }));
                    }
                }
            }
        }
        rows.iter_mut().for_each(|rows| rows.sort_unstable());
        (Apart { root: self.root, rows }, claimed)
    }
}
