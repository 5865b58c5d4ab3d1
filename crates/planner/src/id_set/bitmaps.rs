//! Blocks of neighbouring ids, one bit each.

use super::{BLOCK_BITS, Seed};

const WORDS: usize = 1 << (BLOCK_BITS - 6);

/// Bitmaps of blocks, made on demand.
#[derive(Clone, Debug, Default)]
pub(super) struct Bitmaps {
    /// A hash table with linear probing: blocks plus 1, and 0 for a free place. The length is a power of two, or 0.
    blocks: Vec<u64>,
    /// At the place of each block, the number of its bitmap.
    numbers: Vec<u32>,
    words: Vec<u64>,
}

/// The place of an id in the bitmaps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bit {
    /// The index of its word.
    word: usize,
    /// The bit in the word.
    number: u8,
}

impl Bit {
    const fn new(bitmap: usize, id: u64) -> Self {
        Self { word: bitmap * WORDS + (id >> 6) as usize % WORDS, number: (id & 63) as u8 }
    }

    pub(super) const fn mask(self) -> u64 {
        1 << self.number
    }
}

impl Bitmaps {
    /// The bit of an id, if its block has a bitmap.
    #[inline]
    pub(super) fn find(&self, id: u64, seed: Seed) -> Option<Bit> {
        let block = id >> BLOCK_BITS;
        let mask = self.blocks.len().checked_sub(1)?;
        let mut at = place(block, mask, seed);
        loop {
            match *self.blocks.get(at)? {
                0 => return None,
                found if found == block + 1 => {
                    return self.numbers.get(at).map(|bitmap| Bit::new(*bitmap as usize, id));
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The word that holds a bit.
    #[inline]
    pub(super) fn word(&self, bit: Bit) -> u64 {
        self.words.get(bit.word).copied().unwrap_or_default()
    }

    /// Sets a bit and returns whether it was not set before.
    #[inline]
    pub(super) fn set(&mut self, bit: Bit) -> bool {
        self.words.get_mut(bit.word).is_some_and(|word| {
            let new = *word & bit.mask() == 0;
            *word |= bit.mask();
            new
        })
    }

    /// Makes the bitmap of a block from its ids.
    pub(super) fn add(&mut self, ids: &[u64], seed: Seed) {
        let Some(block) = ids.first().map(|id| id >> BLOCK_BITS) else { return };
        let start = self.words.len();
        self.words.resize(start + WORDS, 0);
        let count = start / WORDS;
        for id in ids {
            self.set(Bit::new(count, *id));
        }
        // At most half full.
        if count * 2 >= self.blocks.len() {
            let places = (self.blocks.len() * 2).max(16);
            let blocks = std::mem::replace(&mut self.blocks, vec![0; places]);
            let numbers = std::mem::replace(&mut self.numbers, vec![0; places]);
            for (block, bitmap) in blocks.into_iter().zip(numbers).filter(|(block, _)| *block > 0) {
                self.enter(block - 1, bitmap, seed);
            }
        }
        // 2^32 bitmaps would take 32 TiB.
        self.enter(block, u32::try_from(count).unwrap_or(u32::MAX), seed);
    }

    fn enter(&mut self, block: u64, bitmap: u32, seed: Seed) {
        let mask = self.blocks.len().saturating_sub(1);
        let mut at = place(block, mask, seed);
        while self.blocks.get(at).is_some_and(|found| *found > 0) {
            at = (at + 1) & mask;
        }
        if let (Some(place), Some(number)) = (self.blocks.get_mut(at), self.numbers.get_mut(at)) {
            (*place, *number) = (block + 1, bitmap);
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
