//! Ids that are far apart: a hash table in segments, each of which grows by itself.
//!
//! All ids of a block are in the same segment, so a segment can tell when a block has become dense. Growing by
//! segments also keeps the peak memory near the size of the table.

use massup_model::RecordId;

use super::{BLOCK_BITS, Seed};

const SEGMENT_BITS: u32 = 6;

/// The smallest number of slots of a segment.
const LEAST: usize = 16;

/// From so many ids of a block on, a bitmap of 8 KiB takes at most 32 bytes per id.
const DENSE: usize = 256;

/// From so many slots on, the table does not fit into the caches of a processor.
const LARGE: usize = 1 << 17;

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// None while the table is empty.
    segments: Vec<Segment>,
    /// The slots of all segments.
    slots: usize,
}

/// What became of an id.
pub(super) struct Inserted {
    pub(super) is_new: bool,
    /// Whether its segment must grow.
    pub(super) is_full: bool,
}

/// Slots with linear probing.
#[derive(Clone, Debug, Default)]
struct Segment {
    /// The ids plus 1, and 0 for a free slot. The length is a power of two, or 0.
    slots: Vec<u64>,
    len: usize,
}

impl Table {
    pub(super) fn contains(&self, id: u64, seed: Seed) -> bool {
        let segment = self.segments.get(segment_of(id, seed));
        segment.is_some_and(|segment| match segment.find(id, seed) {
            Some(at) => segment.slots.get(at) == Some(&(id + 1)),
            None => false,
        })
    }

    /// Adds an id.
    #[inline]
    pub(super) fn insert(&mut self, id: u64, seed: Seed) -> Inserted {
        let known = Inserted { is_new: false, is_full: false };
        if self.segments.is_empty() {
            self.segments = vec![Segment::default(); 1 << SEGMENT_BITS];
        }
        let Some(segment) = self.segments.get_mut(segment_of(id, seed)) else { return known };
        if segment.slots.is_empty() {
            segment.slots = vec![0; LEAST];
            self.slots += LEAST;
        }
        let Some(slot) = segment.find(id, seed).and_then(|at| segment.slots.get_mut(at)) else {
            return known;
        };
        if *slot > 0 {
            return known;
        }
        *slot = id + 1;
        segment.len += 1;
        Inserted { is_new: true, is_full: segment.len * 4 >= segment.slots.len() * 3 }
    }

    /// Grows the segment of an id, and takes the ids of dense blocks out of it, a list for each block.
    pub(super) fn make_room(&mut self, id: u64, seed: Seed) -> Vec<Vec<u64>> {
        let Some(segment) = self.segments.get_mut(segment_of(id, seed)) else { return Vec::new() };
        let before = segment.slots.len();
        let dense = segment.rebuild(seed);
        self.slots = self.slots + segment.slots.len() - before;
        dense
    }

    /// Loads the slots of ids into the cache, many at a time: one by one, each would be waited for.
    pub(super) fn fetch(&self, ids: &[RecordId], seed: Seed) {
        if self.slots < LARGE {
            return;
        }
        let mut sum = 0_u64;
        for id in ids {
            let id = id.get();
            if let Some(segment) = self.segments.get(segment_of(id, seed))
                && let Some(mask) = segment.slots.len().checked_sub(1)
            {
                sum ^= segment.slots.get(place(id, mask, seed)).copied().unwrap_or_default();
            }
        }
        std::hint::black_box(sum);
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.slots * size_of::<u64>()
    }
}

impl Segment {
    /// The slot of an id, or the free slot where it belongs; `None` if there are no slots.
    #[inline]
    fn find(&self, id: u64, seed: Seed) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = place(id, mask, seed);
        loop {
            match self.slots.get(at) {
                Some(0) | None => return Some(at),
                Some(found) if *found == id + 1 => return Some(at),
                Some(_) => at = (at + 1) & mask,
            }
        }
    }

    fn ids(&self) -> impl Iterator<Item = u64> {
        self.slots.iter().filter_map(|slot| slot.checked_sub(1))
    }

    /// Doubles the slots, and takes out the ids of dense blocks.
    fn rebuild(&mut self, seed: Seed) -> Vec<Vec<u64>> {
        let mut dense = Vec::new();
        let mut rest = None;
        if self.may_be_dense(seed) {
            let mut ids: Vec<u64> = self.ids().collect();
            ids.sort_unstable();
            let mut kept = Vec::new();
            for block in ids.chunk_by(|a, b| a >> BLOCK_BITS == b >> BLOCK_BITS) {
                if block.len() < DENSE {
                    kept.extend_from_slice(block);
                } else {
                    dense.push(block.to_vec());
                }
            }
            rest = Some(kept);
        }
        let len = rest.as_ref().map_or(self.len, Vec::len);
        let slots = vec![0; (len * 2).next_power_of_two().max(LEAST)];
        let old = std::mem::replace(self, Self { slots, len });
        match rest {
            Some(rest) => rest.into_iter().for_each(|id| self.put(id, seed)),
            None => old.ids().for_each(|id| self.put(id, seed)),
        }
        dense
    }

    fn put(&mut self, id: u64, seed: Seed) {
        if let Some(slot) = self.find(id, seed).and_then(|at| self.slots.get_mut(at)) {
            *slot = id + 1;
        }
    }

    /// Whether a block may have [`DENSE`] ids: counts them by a hash of the block, which is cheaper than sorting.
    fn may_be_dense(&self, seed: Seed) -> bool {
        let mut counts = vec![0_u16; (self.slots.len() / 8).max(1)];
        let mask = counts.len() - 1;
        self.ids().any(|id| {
            // Other bits than those that choose the segment.
            let count = counts.get_mut(place(id >> BLOCK_BITS, mask, seed));
            count.is_some_and(|count| {
                *count += 1;
                usize::from(*count) >= DENSE
            })
        })
    }
}

#[inline]
fn segment_of(id: u64, seed: Seed) -> usize {
    (seed.mix(id >> BLOCK_BITS) >> (u64::BITS - SEGMENT_BITS)) as usize
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the mask keeps the lowest bits")]
fn place(id: u64, mask: usize, seed: Seed) -> usize {
    seed.mix(id) as usize & mask
}
