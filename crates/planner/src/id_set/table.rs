//! Ids that are far apart: a hash table in segments, each of which grows by itself.
//!
//! All ids of a block are in the same segment, so a segment can tell when a block has become dense. Growing by
//! segments also keeps the peak memory near the size of the table.

use super::{BLOCK_BITS, Seed};

const SEGMENT_BITS: u32 = 6;

/// The slots of a line.
const SLOTS: usize = 8;

/// The smallest number of lines of a segment.
const LEAST: usize = 2;

/// From so many ids of a block on, a bitmap of 8 KiB takes at most 32 bytes per id.
const DENSE: usize = 256;

/// One of so many lines is looked at before a segment is searched for dense blocks.
const SAMPLE: usize = 16;

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// None while the table is empty.
    segments: Vec<Segment>,
}

/// What became of an id.
pub(super) struct Inserted {
    pub(super) is_new: bool,
    /// Whether its segment must grow.
    pub(super) is_full: bool,
}

/// Lines of slots. An id is in the line that its hash chooses or, where that is full, in the next one with room.
#[derive(Clone, Debug)]
struct Segment {
    /// The length is a power of two, and there is always a free slot.
    lines: Vec<Line>,
    len: usize,
}

/// Ids plus 1 in the order in which they came, then 0 for free slots.
///
/// A line is as large as what a processor loads from memory at once, and aligned to it: nearly every search waits for
/// the memory once.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line([u64; SLOTS]);

impl Table {
    pub(super) fn contains(&self, id: u64, seed: Seed) -> bool {
        let segment = self.segments.get(segment_of(id, seed));
        segment.is_some_and(|segment| segment.find(id, seed).is_none())
    }

    /// Adds an id.
    #[inline]
    pub(super) fn insert(&mut self, id: u64, seed: Seed) -> Inserted {
        let known = Inserted { is_new: false, is_full: false };
        if self.segments.is_empty() {
            let segment = Segment { lines: vec![Line::default(); LEAST], len: 0 };
            self.segments = vec![segment; 1 << SEGMENT_BITS];
        }
        let Some(segment) = self.segments.get_mut(segment_of(id, seed)) else { return known };
        let Some(place) = segment.find(id, seed) else { return known };
        segment.put(place, id);
        segment.len += 1;
        Inserted { is_new: true, is_full: segment.len * 4 >= segment.lines.len() * SLOTS * 3 }
    }

    /// Grows the segment of an id, and takes the ids of dense blocks out of it, a list for each block.
    pub(super) fn make_room(&mut self, id: u64, seed: Seed) -> Vec<Vec<u64>> {
        let segment = self.segments.get_mut(segment_of(id, seed));
        segment.map(|segment| segment.rebuild(seed)).unwrap_or_default()
    }

    /// The first slot of the line where the search for an id begins.
    #[inline]
    pub(super) fn slot(&self, id: u64, seed: Seed) -> u64 {
        let segment = self.segments.get(segment_of(id, seed));
        let line = segment.and_then(|one| one.lines.get(line_of(id, one.lines.len(), seed)));
        line.and_then(|line| line.0.first()).copied().unwrap_or_default()
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.segments.iter().map(|segment| size_of_val(&*segment.lines)).sum()
    }
}

impl Segment {
    /// The free slot where an id belongs, as its line and its number in the line; `None` if the id is there already.
    #[inline]
    fn find(&self, id: u64, seed: Seed) -> Option<(usize, usize)> {
        let mut at = line_of(id, self.lines.len(), seed);
        loop {
            let Line(slots) = self.lines.get(at)?;
            // All slots are looked at without a branch, which the processor could not predict.
            let (mut used, mut is_known) = (0, false);
            for slot in slots {
                used += usize::from(*slot > 0);
                is_known |= *slot == id + 1;
            }
            match used {
                _ if is_known => return None,
                SLOTS => at = (at + 1) & (self.lines.len() - 1),
                free => return Some((at, free)),
            }
        }
    }

    fn put(&mut self, (line, slot): (usize, usize), id: u64) {
        if let Some(slot) = self.lines.get_mut(line).and_then(|line| line.0.get_mut(slot)) {
            *slot = id + 1;
        }
    }

    /// Doubles the slots, and takes out the ids of dense blocks.
    fn rebuild(&mut self, seed: Seed) -> Vec<Vec<u64>> {
        let mut dense = Vec::new();
        let mut rest = None;
        if self.may_be_dense(seed) {
            let mut ids: Vec<u64> = ids(&self.lines).collect();
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
        let lines = (len * 2).div_ceil(SLOTS).next_power_of_two().max(LEAST);
        let old = std::mem::replace(self, Self { lines: vec![Line::default(); lines], len });
        let mut add = |id| {
            if let Some(place) = self.find(id, seed) {
                self.put(place, id);
            }
        };
        match rest {
            Some(rest) => rest.into_iter().for_each(&mut add),
            None => ids(&old.lines).for_each(&mut add),
        }
        dense
    }

    /// Whether a block may have [`DENSE`] ids: counts them by a hash of the block, which is cheaper than sorting.
    fn may_be_dense(&self, seed: Seed) -> bool {
        // Ids are at random places, so about one in `SAMPLE` of a dense block is among these.
        let sample = self.lines.get(..self.lines.len() / SAMPLE).unwrap_or_default();
        let is_sampled = sample.len() * SLOTS >= DENSE;
        (!is_sampled || any_block(sample, DENSE / SAMPLE / 2, sample.len() * SLOTS * 4, seed))
            && any_block(&self.lines, DENSE, self.lines.len(), seed)
    }
}

fn ids(lines: &[Line]) -> impl Iterator<Item = u64> {
    lines.iter().flat_map(|line| line.0).filter_map(|slot| slot.checked_sub(1))
}

/// Whether one of so many counters of blocks, which share them by their hashes, counts `least` ids. The number of
/// counters is a power of two.
fn any_block(lines: &[Line], least: usize, counters: usize, seed: Seed) -> bool {
    let mut counts = vec![0_u16; counters.max(1)];
    let mask = counts.len() - 1;
    ids(lines).any(|id| {
        // The upper bits choose the segment.
        #[expect(clippy::cast_possible_truncation, reason = "the mask keeps the lowest bits")]
        let count = counts.get_mut(seed.mix(id >> BLOCK_BITS) as usize & mask);
        count.is_some_and(|count| {
            *count += 1;
            usize::from(*count) >= least
        })
    })
}

#[inline]
fn segment_of(id: u64, seed: Seed) -> usize {
    (seed.mix(id >> BLOCK_BITS) >> (u64::BITS - SEGMENT_BITS)) as usize
}

/// Where the search for an id begins, in so many lines.
///
/// The upper bits of the hash decide, so ids keep their order when a segment is doubled: its memory is read and written
/// from front to back.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "less than the number of lines")]
fn line_of(id: u64, lines: usize, seed: Seed) -> usize {
    ((u128::from(seed.mix(id)) * lines as u128) >> u64::BITS) as usize
}
