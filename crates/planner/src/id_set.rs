//! A set of record ids.

mod bitmaps;
mod table;

use std::hash::{BuildHasher as _, RandomState};

use massup_model::RecordId;

use bitmaps::Bitmaps;
use table::{Inserted, Table};

/// Ids that share all but their lowest 16 bits are a block.
const BLOCK_BITS: u32 = 16;

/// How many ids are added together: enough that the processor always has loads to wait for, few enough that what is
/// loaded stays in its nearest cache.
const AT_ONCE: usize = 128;

/// A set of record ids, made for millions of them.
///
/// The ids of one organisation are close together: such neighbours share a bitmap, which takes less than 32 bytes
/// per id and far less where they are dense. Other ids take 11 to 22 bytes each in a hash table. Its seed is
/// random, so no list of ids can be crafted to be slow.
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
#[derive(Clone, Debug)]
pub struct IdSet {
    seed: Seed,
    bitmaps: Bitmaps,
    table: Table,
}

impl Default for IdSet {
    fn default() -> Self {
        Self { seed: Seed::random(), bitmaps: Bitmaps::default(), table: Table::default() }
    }
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
        let id = id.get();
        match self.bitmaps.find(id, self.seed) {
            Some(bit) => self.bitmaps.word(bit) & bit.mask() != 0,
            None => self.table.contains(id, self.seed),
        }
    }

    /// Adds an id and returns whether it is new.
    pub fn insert(&mut self, id: RecordId) -> bool {
        let id = id.get();
        match self.bitmaps.find(id, self.seed) {
            Some(bit) => self.bitmaps.set(bit),
            None => self.insert_sparse(id),
        }
    }

    /// Adds an id whose block has no bitmap.
    fn insert_sparse(&mut self, id: u64) -> bool {
        let Inserted { is_new, is_full } = self.table.insert(id, self.seed);
        if is_full {
            // Where many ids of a block are in the table, a bitmap takes less room.
            for dense in self.table.make_room(id, self.seed) {
                self.bitmaps.add(&dense, self.seed);
            }
        }
        is_new
    }

    /// Adds ids and appends those that are new to a list, in order.
    ///
    /// The memory of many ids is loaded first: the processor loads many places at the same time, but would wait for
    /// each one if it had to be read and written before the next.
    pub(crate) fn insert_all(&mut self, ids: &[RecordId], new: &mut Vec<RecordId>) {
        let mut bits = [None; AT_ONCE];
        for ids in ids.chunks(AT_ONCE) {
            for (bit, id) in bits.iter_mut().zip(ids) {
                *bit = self.bitmaps.find(id.get(), self.seed);
            }
            let mut loaded = 0;
            for (bit, id) in bits.iter().zip(ids) {
                loaded ^= match bit {
                    Some(bit) => self.bitmaps.word(*bit),
                    None => self.table.slot(id.get(), self.seed),
                };
            }
            std::hint::black_box(loaded);
            for (bit, id) in bits.iter().zip(ids) {
                let is_new = match bit {
                    Some(bit) => self.bitmaps.set(*bit),
                    // Ids before this one may have given its block a bitmap.
                    None => self.insert(*id),
                };
                if is_new {
                    new.push(*id);
                }
            }
        }
    }
}

/// The secret of a hash function.
#[derive(Clone, Copy, Debug)]
struct Seed(u64, u64);

impl Seed {
    fn random() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(0), random.hash_one(1) | 1)
    }

    /// Mixes a number so that every bit of the result depends on every bit of it and of the seed.
    fn mix(self, number: u64) -> u64 {
        let product = u128::from(number ^ self.0) * u128::from(self.1);
        #[expect(clippy::cast_possible_truncation, reason = "the halves of the product")]
        let (low, high) = (product as u64, (product >> 64) as u64);
        low ^ high
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// Ids in blocks that are dense, sparse, and on the edge between the two.
    fn numbers() -> impl Strategy<Value = Vec<u64>> {
        let dense = 554_023_000_000_000_000..554_023_000_000_003_000_u64;
        let number = prop_oneof![
            1 => 0_u64..300,
            6 => dense,
            1 => Just(i64::MAX as u64),
            2 => 0..=i64::MAX as u64,
        ];
        prop::collection::vec(number, 0..3_000)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// The set answers as the set of the standard library does, one by one and many at a time.
        #[test]
        fn it_is_a_set(numbers in numbers(), at_once in 1_usize..700) {
            let ids = |numbers: &[u64]| -> Vec<_> {
                numbers.iter().map(|n| RecordId::from_number(*n).unwrap()).collect()
            };
            let (mut ours, mut theirs) = (IdSet::default(), HashSet::new());
            let mut many = IdSet::default();
            for chunk in numbers.chunks(at_once) {
                let mut new = Vec::new();
                many.insert_all(&ids(chunk), &mut new);
                let mut expected = Vec::new();
                for id in ids(chunk) {
                    prop_assert_eq!(ours.contains(id), theirs.contains(&id));
                    prop_assert_eq!(ours.insert(id), !theirs.contains(&id));
                    if theirs.insert(id) {
                        expected.push(id);
                    }
                    prop_assert!(ours.contains(id));
                }
                prop_assert_eq!(new, expected);
            }
            for id in ids(&numbers) {
                prop_assert!(ours.contains(id) && many.contains(id));
            }
        }
    }

    /// Where ids are far apart there is no bitmap, and where they are close no table.
    #[test]
    fn ids_are_kept_where_they_take_little() {
        let fill = |stride: u64| {
            let mut set = IdSet::default();
            for n in 0..200_000 {
                assert!(set.insert(RecordId::from_number(n * stride).unwrap()));
            }
            (set.bitmaps.bytes(), set.table.bytes())
        };
        let (bitmaps, table) = fill(3);
        assert!(bitmaps < 200_000 && table < 200_000, "{bitmaps} {table}");
        let (bitmaps, table) = fill(1_000_000_007);
        assert!(bitmaps == 0 && table < 200_000 * 24, "{bitmaps} {table}");
        // Twice as many ids in a block as a bitmap needs.
        let (bitmaps, table) = fill(128);
        assert!(bitmaps > 200_000 && table < 500_000, "{bitmaps} {table}");
        // Half as many ids in a block as a bitmap needs.
        let (bitmaps, table) = fill(512);
        assert!(bitmaps + table < 200_000 * 40, "{bitmaps} {table}");
    }
}
