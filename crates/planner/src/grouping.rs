//! Which fields share a call, and in which order the calls come.

use std::collections::BTreeSet;

/// Fields by their places, divided into calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Division {
    /// The calls, in order; their fields in the given order.
    pub(crate) calls: Vec<Vec<usize>>,
    /// Couples that should share a call and do not.
    pub(crate) apart: Vec<(usize, usize)>,
    /// Whether everything in `last` is in the last group.
    pub(crate) last_fits: bool,
}

/// Divides `count` fields into the fewest groups of at most `limit`, such that couples are together
/// and all of `last` is in the last group, as far as they fit.
///
/// A couple is a parent and a child: where they cannot be together, the parent comes first.
pub(crate) fn groups(
    count: usize,
    limit: usize,
    couples: &[(usize, usize)],
    last: &BTreeSet<usize>,
) -> Division {
    let last_fits = last.len() <= limit;
    let no_last = BTreeSet::new();
    let last = if last_fits { last } else { &no_last };

    let mut units = together(count, limit, couples);
    // Whoever shares a call with one of the last is in the last call too, if there is room.
    let (mut late, mut rest): (Vec<_>, Vec<_>) =
        units.drain(..).partition(|unit| unit.iter().any(|field| last.contains(field)));
    if late.iter().map(Vec::len).sum::<usize>() > limit {
        let others = late.concat().into_iter().filter(|field| !last.contains(field));
        rest.extend(others.map(|field| vec![field]));
        late = vec![last.iter().copied().collect()];
    }
    let seed: Vec<usize> = late.concat();
    let seeded = usize::from(!seed.is_empty());
    let mut bins: Vec<Vec<usize>> = if seeded == 1 { vec![seed] } else { Vec::new() };

    // Units of three and two first, each into the first group with room: no division is smaller.
    rest.sort_by_key(|unit| (std::cmp::Reverse(unit.len()), unit.first().copied()));
    for unit in rest {
        match bins.iter_mut().find(|bin| bin.len() + unit.len() <= limit) {
            Some(bin) => bin.extend(unit),
            None => bins.push(unit),
        }
    }
    for bin in &mut bins {
        bin.sort_unstable();
    }
    let mut groups = bins.split_off(seeded);
    groups.sort();
    if limit == 1 {
        parents_first(&mut groups, couples);
    }
    groups.extend(bins);

    let place = |field: usize| groups.iter().position(|group| group.contains(&field));
    let apart = couples.iter().copied().filter(|(a, b)| place(*a) != place(*b)).collect();
    Division { calls: groups, apart, last_fits }
}

/// The fields, those of a chain of couples in one unit; a chain longer than a call falls apart.
fn together(count: usize, limit: usize, couples: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut unit_of: Vec<usize> = (0..count).collect();
    for (a, b) in couples {
        if let (Some(a), Some(b)) = (unit_of.get(*a).copied(), unit_of.get(*b).copied()) {
            for unit in &mut unit_of {
                if *unit == a {
                    *unit = b;
                }
            }
        }
    }
    let mut units: Vec<Vec<usize>> = Vec::new();
    let mut seen = BTreeSet::new();
    for unit in &unit_of {
        if !seen.insert(*unit) {
            continue;
        }
        let members: Vec<usize> =
            unit_of.iter().enumerate().filter(|(_, of)| *of == unit).map(|(at, _)| at).collect();
        if members.len() <= limit {
            units.push(members);
        } else {
            units.extend(members.into_iter().map(|field| vec![field]));
        }
    }
    units
}

/// Puts the groups of parents before those of their children, else in the given order.
fn parents_first(groups: &mut Vec<Vec<usize>>, couples: &[(usize, usize)]) {
    let mut ordered: Vec<Vec<usize>> = Vec::with_capacity(groups.len());
    while !groups.is_empty() {
        let waits = |group: &Vec<usize>| {
            couples.iter().any(|(parent, child)| {
                group.contains(child) && groups.iter().any(|other| other.contains(parent))
            })
        };
        // Parents in a circle wait for one another: then the first goes first.
        let next = groups.iter().position(|group| !waits(group)).unwrap_or(0);
        ordered.push(groups.remove(next));
    }
    *groups = ordered;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The fewest groups, found by trying every way to put one field after another into a group.
    fn fewest(
        field: usize,
        count: usize,
        limit: usize,
        couples: &[(usize, usize)],
        last: &BTreeSet<usize>,
        groups: &mut Vec<Vec<usize>>,
    ) -> usize {
        if field == count {
            let of = |field: usize| groups.iter().position(|group| group.contains(&field));
            let whole = couples.iter().all(|(a, b)| of(*a) == of(*b));
            let homes: BTreeSet<_> = last.iter().map(|field| of(*field)).collect();
            return if whole && homes.len() <= 1 { groups.len() } else { usize::MAX };
        }
        let mut best = usize::MAX;
        for at in 0..=groups.len() {
            if at == groups.len() {
                groups.push(vec![field]);
            } else if groups[at].len() < limit {
                groups[at].push(field);
            } else {
                continue;
            }
            best = best.min(fewest(field + 1, count, limit, couples, last, groups));
            groups[at].pop();
            if groups[at].is_empty() {
                groups.pop();
            }
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..Default::default() })]

        /// No division of up to seven fields into calls of three is smaller, by trying them all.
        #[test]
        fn there_is_no_smaller_division(
            count in 1_usize..8,
            pairs in prop::collection::vec((0_usize..7, 0_usize..7), 0..3),
            last in prop::collection::btree_set(0_usize..7, 0..4),
        ) {
            let couples: Vec<_> =
                pairs.into_iter().filter(|(a, b)| a != b && *a < count && *b < count).collect();
            let last: BTreeSet<_> = last.into_iter().filter(|field| *field < count).collect();
            let found = groups(count, 3, &couples, &last);
            let mut fields: Vec<_> = found.calls.concat();
            fields.sort_unstable();
            prop_assert_eq!(fields, (0..count).collect::<Vec<_>>());
            prop_assert!(found.calls.iter().all(|group| (1..=3).contains(&group.len())));
            if found.last_fits && !last.is_empty() {
                let end: BTreeSet<_> = found.calls.last().unwrap().iter().copied().collect();
                prop_assert!(last.is_subset(&end));
            }
            let least = fewest(0, count, 3, &couples, &last, &mut Vec::new());
            if found.apart.is_empty() {
                prop_assert_eq!(found.calls.len(), least);
            } else {
                prop_assert_eq!(least, usize::MAX, "couples are apart only where they must be");
            }
        }
    }

    #[test]
    fn a_parent_comes_before_its_child() {
        let found = groups(3, 1, &[(2, 0)], &BTreeSet::new());
        assert_eq!(found.calls, [[1], [2], [0]]);
        assert_eq!(found.apart, [(2, 0)]);
        let circle = groups(2, 1, &[(0, 1), (1, 0)], &BTreeSet::new());
        assert_eq!(circle.calls, [[0], [1]]);
    }

    #[test]
    fn what_the_view_asks_for_comes_last() {
        assert_eq!(groups(3, 1, &[], &BTreeSet::from([0])).calls, [[1], [2], [0]]);
        assert_eq!(groups(4, 3, &[], &BTreeSet::from([0])).calls, [vec![3], vec![0, 1, 2]]);
        let both = groups(2, 1, &[], &BTreeSet::from([0, 1]));
        assert!(!both.last_fits);
    }
}
