//! Blocks of neighbouring ids, one bit each.

use super::{BLOCK_BITS, Seed};

const WORDS: usize = 1 << (BLOCK_BITS - 6);

/// Bitmaps of blocks, made on demand.
#[derive(Clone, Debug, Default)]
pub(super) struct Bitmaps {
    /// A hash table with linear probing from blocks to bitmaps; its length is a power of two, or 0.
    directory: Vec<Option<Entry>>,
    words: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    block: u64,
    /// The index of its first word.
    start: usize,
}

impl Bitmaps {
    /// The bitmap of a block, as the index of its first word.
    #[inline]
    pub(super) fn find(&self, block: u64, seed: Seed) -> Option<usize> {
        let mask = self.directory.len().checked_sub(1)?;
        let mut at = place(block, mask, seed);
        loop {
            match self.directory.get(at).copied().flatten() {
                Some(entry) if entry.block == block => return Some(entry.start),
                Some(_) => at = (at + 1) & mask,
                None => return None,
            }
        }
    }

    #[inline]
    pub(super) fn contains(&self, start: usize, id: u64) -> bool {
        self.words.get(start + word(id)).is_some_and(|word| word & bit(id) != 0)
    }

    #[inline]
    pub(super) fn insert(&mut self, start: usize, id: u64) -> bool {
        self.words.get_mut(start + word(id)).is_some_and(|word| {
            let new = *word & bit(id) == 0;
            *word |= bit(id);
            new
        })
    }

    /// Makes the bitmap of a block from its ids.
    pub(super) fn add(&mut self, ids: &[u64], seed: Seed) {
        let Some(block) = ids.first().map(|id| id >> BLOCK_BITS) else { return };
        let start = self.words.len();
        self.words.resize(start + WORDS, 0);
        for id in ids {
            self.insert(start, *id);
        }
        // At most half full.
        if start / WORDS * 2 >= self.directory.len() {
            let entries: Vec<Entry> = self.directory.iter().copied().flatten().collect();
            self.directory = vec![None; (self.directory.len() * 2).max(16)];
            entries.into_iter().for_each(|entry| self.enter(entry, seed));
        }
        self.enter(Entry { block, start }, seed);
    }

    fn enter(&mut self, entry: Entry, seed: Seed) {
        let mask = self.directory.len().saturating_sub(1);
        let mut at = place(entry.block, mask, seed);
        while self.directory.get(at).is_some_and(Option::is_some) {
            at = (at + 1) & mask;
        }
        if let Some(slot) = self.directory.get_mut(at) {
            *slot = Some(entry);
        }
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.words)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the mask keeps the lowest bits")]
fn place(block: u64, mask: usize, seed: Seed) -> usize {
    seed.mix(block) as usize & mask
}

#[expect(clippy::cast_possible_truncation, reason = "less than the words of a block")]
const fn word(id: u64) -> usize {
    (id >> 6) as usize % WORDS
}

const fn bit(id: u64) -> u64 {
    1 << (id & 63)
}
