//! How a difference is divided among the changes that make it, in exact fractions and whatever
//! their order.
//!
//! A *dividend* of some changes is what they do together beyond what fewer of them do: the
//! difference is the sum of all dividends, and each is shared equally by the changes it belongs to.
//! That is the Shapley value: what a change adds when it is made at its turn, averaged over every
//! order in which the changes could be made. Not here: what any of it is about.

use std::collections::BTreeMap;

use guiju_model::number::{Exact, NumberError};

/// Some of at most 128 bundles of changes, one bit each.
pub(super) type Set = u128;

/// The most bundles that are told apart; one bit is for what they only do together.
pub(super) const MAX_BUNDLES: usize = 127;

/// The set of one bundle.
pub(super) fn one(bundle: usize) -> Set {
    1 << bundle.min(MAX_BUNDLES)
}

/// The bundles of a set.
pub(super) fn members(set: Set) -> impl Iterator<Item = usize> {
    (0..=MAX_BUNDLES).filter(move |bundle| set >> bundle & 1 == 1)
}

/// Every subset of a set, the empty one first and each after its own subsets.
pub(super) fn subsets(set: Set) -> impl Iterator<Item = Set> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let current: Set = next?;
        // The next larger number whose bits are all in the set.
        next = (current != set).then(|| (current.wrapping_sub(set)) & set);
        Some(current)
    })
}

/// Dividends from values: `values` has a value for every subset of the sets in it that matters;
/// whatever is not there adds nothing.
pub(super) fn dividends(
    values: &BTreeMap<Set, Exact>,
) -> Result<BTreeMap<Set, Exact>, NumberError> {
    let mut sets: Vec<Set> = values.keys().copied().collect();
    sets.sort_by_key(|set| set.count_ones());
    let mut found: BTreeMap<Set, Exact> = BTreeMap::new();
    for set in sets {
        let Some(mut rest) = values.get(&set).cloned() else { continue };
        for (_, dividend) in found.iter().filter(|(smaller, _)| **smaller & set == **smaller) {
            rest = rest.sub(dividend)?;
        }
        if !rest.is_zero() {
            found.insert(set, rest);
        }
    }
    // The value of no change at all belongs to nobody.
    found.remove(&0);
    Ok(found)
}

/// The sum of dividends: the difference that they explain.
pub(super) fn total<'d>(
    dividends: impl IntoIterator<Item = &'d Exact>,
) -> Result<Exact, NumberError> {
    dividends.into_iter().try_fold(Exact::ZERO, |sum, dividend| sum.add(dividend))
}

/// Each bundle's share: its equal part of every dividend it belongs to. Bundles whose parts cancel
/// out are kept, with zero.
pub(super) fn shares(
    dividends: &BTreeMap<Set, Exact>,
) -> Result<BTreeMap<usize, Exact>, NumberError> {
    let mut shares: BTreeMap<usize, Exact> = BTreeMap::new();
    for (set, dividend) in dividends {
        let part = dividend.div(&Exact::from(i64::from(set.count_ones())))?;
        for bundle in members(*set) {
            let share = shares.entry(bundle).or_insert(Exact::ZERO);
            *share = share.add(&part)?;
        }
    }
    Ok(shares)
}

/// A value to be divided that depends on changes only through sets of them: those that some figure
/// it reads depends on.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    /// What it is before.
    pub(super) before: Option<Exact>,
    /// The difference that is to be divided.
    pub(super) total: Option<Exact>,
    /// The bundles that alter how it is computed, where otherwise it is a plain sum of what it
    /// reads; `None` where it is not.
    pub(super) linear: Option<Set>,
}

/// Divides values that depend on changes through the sets `supports`: a plain sum needs no mixture
/// of those but with the bundles that alter it; of the others all unions are tried, until no new
/// one comes up. One list of dividends for each value; `None` where that would take more than
/// `most` mixtures, where the dividends do not make up the difference, or where there is no value
/// on the way.
pub(super) fn derived(
    supports: &[Set],
    wanted: &[Derived],
    most: usize,
    mut value: impl FnMut(Set) -> Vec<Option<Exact>>,
) -> Vec<Option<BTreeMap<Set, Exact>>> {
    let mut tried: BTreeMap<Set, Vec<Option<Exact>>> =
        BTreeMap::from([(0, wanted.iter().map(|wanted| wanted.before.clone()).collect())]);
    let mut found: Vec<Option<BTreeMap<Set, Exact>>> = vec![None; wanted.len()];
    let mut own: Vec<Set> = wanted
        .iter()
        .filter(|wanted| wanted.total.is_some())
        .filter_map(|wanted| wanted.linear)
        .collect();
    own.sort_unstable();
    own.dedup();
    for own in own {
        let sets: Vec<Set> = subsets(own)
            .flat_map(|made| supports.iter().map(move |support| support | made).chain([made]))
            .collect();
        for set in &sets {
            tried.entry(*set).or_insert_with(|| value(*set));
        }
        for (at, _) in wanted.iter().enumerate().filter(|(_, wanted)| wanted.linear == Some(own)) {
            found[at] = explained(&tried, at, wanted[at].total.as_ref(), |set| {
                set == 0 || sets.contains(&set)
            });
        }
    }
    let is_open = |found: &[Option<BTreeMap<Set, Exact>>],
                   tried: &BTreeMap<Set, Vec<Option<Exact>>>,
                   at: usize| {
        let has_values =
            || tried.values().all(|values| values.get(at).is_some_and(Option::is_some));
        wanted[at].total.is_some() && found[at].is_none() && has_values()
    };
    let mut level: Vec<Set> = supports.to_vec();
    while (0..wanted.len()).any(|at| is_open(&found, &tried, at)) {
        level.sort_unstable();
        level.dedup();
        let closed = level.is_empty();
        let fresh = level.iter().filter(|set| !tried.contains_key(set)).count();
        if !closed && tried.len() + fresh > most {
            // Of an unfinished list even the right sum would be chance.
            break;
        }
        if !closed {
            for set in &level {
                tried.entry(*set).or_insert_with(|| value(*set));
            }
            let next: Vec<Set> = level
                .iter()
                .flat_map(|set| supports.iter().map(move |support| set | support))
                .collect();
            let known: Vec<Set> = std::mem::take(&mut level);
            level = next
                .into_iter()
                .filter(|set| !known.contains(set) && !tried.contains_key(set))
                .collect();
            continue;
        }
        // Nothing more to try: all dividends there can be are known.
        for at in 0..wanted.len() {
            if is_open(&found, &tried, at) {
                found[at] = explained(&tried, at, wanted[at].total.as_ref(), |_| true);
            }
        }
        break;
    }
    found
}

fn explained(
    tried: &BTreeMap<Set, Vec<Option<Exact>>>,
    at: usize,
    wanted: Option<&Exact>,
    counts: impl Fn(Set) -> bool,
) -> Option<BTreeMap<Set, Exact>> {
    let values = tried
        .iter()
        .filter(|(set, _)| counts(**set))
        .map(|(set, values)| Some((*set, values.get(at)?.clone()?)));
    let dividends = dividends(&values.collect::<Option<_>>()?).ok()?;
    (total(dividends.values()).ok().as_ref() == wanted).then_some(dividends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(value: i64) -> Exact {
        Exact::from(value)
    }

    /// The average over all orders, the definition itself.
    fn by_orders(players: &[usize], value: &dyn Fn(Set) -> i64) -> BTreeMap<usize, Exact> {
        fn orders(players: &[usize]) -> Vec<Vec<usize>> {
            if players.is_empty() {
                return vec![Vec::new()];
            }
            let mut all = Vec::new();
            for (at, player) in players.iter().enumerate() {
                let rest: Vec<usize> = players
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != at)
                    .map(|(_, other)| *other)
                    .collect();
                all.extend(orders(&rest).into_iter().map(|mut order| {
                    order.insert(0, *player);
                    order
                }));
            }
            all
        }
        let all = orders(players);
        let mut sums: BTreeMap<usize, i64> = BTreeMap::new();
        for order in &all {
            let mut made = 0;
            for player in order {
                *sums.entry(*player).or_default() += value(made | one(*player)) - value(made);
                made |= one(*player);
            }
        }
        let count = i128::try_from(all.len()).unwrap_or(1);
        sums.into_iter()
            .map(|(player, sum)| {
                (player, Exact::fraction(i128::from(sum), count).unwrap_or(Exact::ZERO))
            })
            .collect()
    }

    /// A game with numbers drawn by a simple generator.
    fn game(seed: u64) -> impl Fn(Set) -> i64 {
        move |set| {
            let mut x = seed.wrapping_add(set as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            x ^= x >> 29;
            if set == 0 { 0 } else { (x % 41) as i64 - 20 }
        }
    }

    #[test]
    fn shares_are_the_average_over_all_orders() {
        for seed in 0..40 {
            let value = game(seed);
            let players = [0, 3, 5, 126];
            let all = players.iter().fold(0, |set, player| set | one(*player));
            let values = subsets(all).map(|set| (set, exact(value(set)))).collect();
            let dividends = dividends(&values).unwrap();
            assert_eq!(total(dividends.values()).unwrap(), exact(value(all)), "they add up");
            let mut shares = shares(&dividends).unwrap();
            shares.retain(|_, share| !share.is_zero());
            let mut expected = by_orders(&players, &value);
            expected.retain(|_, share| !share.is_zero());
            assert_eq!(shares, expected);
        }
    }

    #[test]
    fn the_numbers_of_the_players_make_no_difference() {
        let value = game(7);
        let renamed =
            |set: Set| members(set).fold(0, |out, player| out | one([4, 0, 2][player.min(2)]));
        let values: BTreeMap<Set, Exact> =
            subsets(0b111).map(|set| (set, exact(value(set)))).collect();
        let other = values.iter().map(|(set, value)| (renamed(*set), value.clone())).collect();
        let shares_of =
            |values: &BTreeMap<Set, Exact>| shares(&dividends(values).unwrap()).unwrap();
        let (first, second) = (shares_of(&values), shares_of(&other));
        for (player, other) in [(0, 4), (1, 0), (2, 2)] {
            assert_eq!(first[&player], second[&other]);
        }
    }

    #[test]
    fn one_that_explains_everything_gets_everything() {
        let values =
            subsets(0b11).map(|set| (set, exact(if set & 1 == 1 { 9 } else { 0 }))).collect();
        assert_eq!(shares(&dividends(&values).unwrap()).unwrap(), BTreeMap::from([(0, exact(9))]));
    }

    #[test]
    fn subsets_come_after_their_own() {
        assert_eq!(subsets(0b101).collect::<Vec<_>>(), [0, 0b001, 0b100, 0b101]);
        assert_eq!(subsets(0).count(), 1);
    }

    #[test]
    fn products_need_unions_and_sums_do_not() {
        // Two figures that change by bundles 0 and 1; bundle 2 alters the sum.
        let value = |set: Set| {
            let (a, b) = (if set & 1 == 1 { 5 } else { 2 }, if set & 2 == 2 { 7 } else { 3 });
            let weight = if set & 4 == 4 { 2 } else { 1 };
            vec![
                Some(exact(a * b)),
                Some(exact(weight * a + b)),
                (set & 1 == 0).then_some(exact(1)),
            ]
        };
        let wanted = |total: [i64; 3]| {
            let linear = [None, Some(4), None];
            let one = |at: usize| Derived {
                before: value(0)[at].clone(),
                total: Some(exact(total[at])),
                linear: linear[at],
            };
            [one(0), one(1), one(2)]
        };
        let found = derived(&[1, 2, 4], &wanted([29, 12, 0]), 100, value);
        assert_eq!(found[0], Some(BTreeMap::from([(1, exact(9)), (2, exact(8)), (3, exact(12))])));
        assert_eq!(
            found[1],
            Some(BTreeMap::from([(1, exact(3)), (2, exact(4)), (4, exact(2)), (5, exact(3))]))
        );
        assert_eq!(found[2], None, "it has no value on the way");
        assert_eq!(derived(&[1, 2, 4], &wanted([29, 12, 0]), 4, value)[0], None, "too many sets");
    }

    #[test]
    fn a_sum_that_is_right_by_chance_does_not_count() {
        // What 0 and 1 do together, 0, 1 and 2 together undo.
        let value = |set: Set| {
            let of = |wanted: Set, worth: i64| if set & wanted == wanted { worth } else { 0 };
            vec![Some(exact(
                of(0b001, 1) + of(0b010, 2) + of(0b100, 3) + of(0b011, 5) + of(0b111, -5),
            ))]
        };
        let wanted = [Derived { before: Some(exact(0)), total: Some(exact(6)), linear: None }];
        let all = BTreeMap::from([
            (1, exact(1)),
            (2, exact(2)),
            (4, exact(3)),
            (3, exact(5)),
            (7, exact(-5)),
        ]);
        assert_eq!(derived(&[1, 2, 4], &wanted, 8, value)[0], Some(all));
        assert_eq!(
            derived(&[1, 2, 4], &wanted, 7, value)[0],
            None,
            "all three together were not tried"
        );
        assert_eq!(derived(&[1, 2, 4], &wanted, 4, value)[0], None, "no two together were tried");
    }
}
