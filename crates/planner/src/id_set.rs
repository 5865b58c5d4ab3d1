//! A set of record ids.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use massup_model::RecordId;

/// A block is 512 ids: a bit each, 8 words, one line of a processor's cache.
const BLOCK_BITS: u32 = 9;
const BLOCK_WORDS: usize = 1 << (BLOCK_BITS - 6);

/// A set of record ids, made for millions of them.
///
/// Ids of one organisation lie close together, so 512 neighbours share a block of bits, and a run of
/// neighbours finds its block without a look-up. Ids that lie far apart take about 100 bytes each.
///
/// ```
/// use massup_planner::IdSet;
///
/// let mut seen = IdSet::default();
/// let id = "554023000000497007".parse()?;
/// assert!(seen.insert(id));
/// assert!(!seen.insert(id));
/// # Ok::<(), massup_model::id::InvalidId>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct IdSet {
    /// Where the words of a block start.
    blocks: HashMap<u64, usize, BuildHasherDefault<BlockHasher>>,
    words: Vec<u64>,
    /// The block of the last insertion and where its words start.
    last: Option<(u64, usize)>,
}

impl IdSet {
    /// Whether an id is in the set.
    ///
    /// ```
    /// use massup_planner::IdSet;
    ///
    /// let mut seen = IdSet::default();
    /// seen.insert("7".parse()?);
    /// assert!(seen.contains("7".parse()?) && !seen.contains("8".parse()?));
    /// # Ok::<(), massup_model::id::InvalidId>(())
    /// ```
    pub fn contains(&self, id: RecordId) -> bool {
        let (block, bit) = (id.get() >> BLOCK_BITS, 1_u64 << (id.get() & 63));
        let word =
            self.blocks.get(&block).map(|start| start + (id.get() >> 6) as usize % BLOCK_WORDS);
        word.and_then(|place| self.words.get(place)).is_some_and(|word| word & bit != 0)
    }

    /// Puts an id in and says whether it is new.
    pub fn insert(&mut self, id: RecordId) -> bool {
        let (block, bit) = (id.get() >> BLOCK_BITS, 1_u64 << (id.get() & 63));
        let start = match self.last {
            Some((last, start)) if last == block => start,
            _ => *self.blocks.entry(block).or_insert(self.words.len()),
        };
        if start == self.words.len() {
            self.words.resize(start + BLOCK_WORDS, 0);
        }
        self.last = Some((block, start));
        let place = start + (id.get() >> 6) as usize % BLOCK_WORDS;
        self.words.get_mut(place).is_some_and(|word| {
            let new = *word & bit == 0;
            *word |= bit;
            new
        })
    }
}

/// Spreads the bits of one `u64`: ids come from the user's own files, so nobody gains by collisions
/// and the guarded default of the standard library would only cost time.
#[derive(Clone, Copy, Debug, Default)]
struct BlockHasher(u64);

impl Hasher for BlockHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // 2^64 divided by the golden ratio. The table reads the lowest and the highest bits, and a
        // product is well mixed in its upper half only: hence the rotation.
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// The set answers as the set of the standard library does.
        #[test]
        fn it_is_a_set(numbers in prop::collection::vec(
            prop_oneof![0_u64..300, 554_023_000_000_000_000..554_023_000_000_000_200_u64,
                Just(i64::MAX as u64), 0..=i64::MAX as u64], 0..400)) {
            let (mut ours, mut theirs) = (IdSet::default(), HashSet::new());
            for number in numbers {
                let id = RecordId::from_number(number).unwrap();
                prop_assert_eq!(ours.contains(id), theirs.contains(&number));
                prop_assert_eq!(ours.insert(id), theirs.insert(number));
            }
        }
    }
}
