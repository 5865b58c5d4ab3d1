//! Which fields share a call, and in which order the calls come.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Fields by their places, divided into calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Division {
    /// The calls, in order; their fields in the given order.
    pub(crate) calls: Vec<Vec<usize>>,
    /// Couples that should share a call but do not.
    pub(crate) apart: Vec<(usize, usize)>,
    /// Whether all of `last` is in the last group.
    pub(crate) last_fits: bool,
}

/// Divides `count` fields into groups of at most `limit`, so that all of `last` is in the last group and
/// couples are together, if they fit. No division that keeps the same together has fewer groups.
///
/// A couple is a parent and a child: if they cannot be together, the parent comes first.
pub(crate) fn groups(
    count: usize,
    limit: usize,
    couples: &[(usize, usize)],
    last: &BTreeSet<usize>,
) -> Division {
    let last_fits = last.len() <= limit;
    let end = last.first().copied().filter(|_| last_fits);
    let none = BTreeSet::new();
    let mut units = units(count, limit, couples, if last_fits { last } else { &none });
    // The unit that comes last is filled up first, and moved to the end.
    units.sort_by_key(|unit| {
        let is_end = end.is_some_and(|field| unit.contains(&field));
        (!is_end, Reverse(unit.len()), unit.first().copied())
    });

    // Large units first, each into the first group with room: with groups of three, no division of these units
    // has fewer groups.
    let mut groups: Vec<Vec<usize>> = Vec::new();
    // A group without room for units of a size never has room for them again.
    let mut searched: BTreeMap<usize, usize> = BTreeMap::new();
    for unit in units {
        let from = searched.entry(unit.len()).or_default();
        let has_room = |group: &Vec<usize>| group.len() + unit.len() <= limit;
        *from += groups.iter().skip(*from).take_while(|group| !has_room(group)).count();
        match groups.get_mut(*from) {
            Some(group) => group.extend(unit),
            None => groups.push(unit),
        }
    }
    for group in &mut groups {
        group.sort_unstable();
    }
    let mut calls = groups.split_off(usize::from(end.is_some()));
    calls.sort();
    parents_first(&mut calls, couples);
    calls.extend(groups);

    let place = |field: usize| calls.iter().position(|group| group.contains(&field));
    let apart = couples.iter().copied().filter(|(a, b)| place(*a) != place(*b)).collect();
    Division { calls, apart, last_fits }
}

/// The fields that stay together: all of `last`, then couple by couple, as far as a call can hold them.
fn units(
    count: usize,
    limit: usize,
    couples: &[(usize, usize)],
    last: &BTreeSet<usize>,
) -> Vec<Vec<usize>> {
    let mut units: Vec<Vec<usize>> = vec![last.iter().copied().collect()];
    units.extend((0..count).filter(|field| !last.contains(field)).map(|field| vec![field]));
    for (parent, child) in couples {
        let of = |field| units.iter().position(|unit| unit.contains(field));
        let (Some(one), Some(other)) = (of(parent), of(child)) else { continue };
        let size = |at: usize| units.get(at).map_or(0, Vec::len);
        if one != other && size(one) + size(other) <= limit {
            let joined = std::mem::take(units.get_mut(other).unwrap_or(&mut Vec::new()));
            units.get_mut(one).into_iter().for_each(|unit| unit.extend(&joined));
        }
    }
    units.retain(|unit| !unit.is_empty());
    for unit in &mut units {
        unit.sort_unstable();
    }
    units
}

/// Puts the groups of parents before those of their children, otherwise in the given order.
fn parents_first(groups: &mut Vec<Vec<usize>>, couples: &[(usize, usize)]) {
    if couples.is_empty() {
        return;
    }
    let mut ordered: Vec<Vec<usize>> = Vec::with_capacity(groups.len());
    while !groups.is_empty() {
        let waits = |group: &Vec<usize>| {
            couples.iter().any(|(parent, child)| {
                group.contains(child)
                    && groups.iter().any(|other| other != group && other.contains(parent))
            })
        };
        // In a circle of parents every group waits: then the first one is taken.
        let next = groups.iter().position(|group| !waits(group)).unwrap_or(0);
        ordered.push(groups.remove(next));
    }
    *groups = ordered;
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_chain_longer_than_a_call_falls_apart_at_its_end() {
        let chain = [(0, 1), (1, 2), (2, 3)];
        let found = groups(5, 3, &chain, &BTreeSet::new());
        assert_eq!(found.calls, [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(found.apart, [(2, 3)]);
    }

    #[test]
    fn whoever_belongs_to_the_last_is_last_too_where_there_is_room() {
        let found = groups(5, 3, &[(0, 4), (1, 3)], &BTreeSet::from([0, 1]));
        assert_eq!(found.calls, [vec![2, 3], vec![0, 1, 4]]);
        assert_eq!(found.apart, [(1, 3)]);
    }
}
