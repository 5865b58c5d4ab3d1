//! A set of record ids.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use massup_model::RecordId;

/// A set of record ids, made for millions of them.
///
/// Ids of one organisation lie close together, so 64 neighbours share one word, and a run of
/// neighbours finds that word without a look-up.
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
    /// Where the word of a block of 64 ids stands in `words`.
    blocks: HashMap<u64, usize, BuildHasherDefault<BlockHasher>>,
    words: Vec<u64>,
    /// The block of the last insertion and where its word stands.
    last: Option<(u64, usize)>,
}

impl IdSet {
    /// Puts an id in and says whether it is new.
    pub fn insert(&mut self, id: RecordId) -> bool {
        let (block, bit) = (id.get() >> 6, 1_u64 << (id.get() & 63));
        let at = match self.last {
            Some((last, at)) if last == block => at,
            _ => *self.blocks.entry(block).or_insert(self.words.len()),
        };
        self.last = Some((block, at));
        if let Some(word) = self.words.get_mut(at) {
            let new = *word & bit == 0;
            *word |= bit;
            new
        } else {
            self.words.push(bit);
            true
        }
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
                prop_assert_eq!(ours.insert(id), theirs.insert(number));
            }
        }
    }
}
