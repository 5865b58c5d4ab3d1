//! Looks for duplicate ids.

use massup_model::id::{Alike, Suspicious};
use massup_model::limits::MAX_IDS;

/// The ids of a call. The buffers are reused for the next call.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// In the order of the text.
    list: Vec<u64>,
    ascending: bool,
    /// The bits of the hashes that some ids of the list have.
    hashes: Vec<u64>,
}

/// The most ids that are compared pairwise.
const FEW: usize = 8;

/// The bits of the hash table for each id. Few ids meet another one's bit.
const BITS: usize = 64;

/// The ids that may meet a bit before the list is sorted, so that ids made to collide cost little.
const MET: usize = 32;

impl Ids {
    /// Whether a list has no duplicates.
    pub(crate) fn all_differ(list: Vec<u64>) -> bool {
        let ascending = list.is_sorted_by(|a, b| a < b);
        Self { list, ascending, hashes: Vec::new() }.are_different()
    }

    /// Starts a list with its first id; `bytes` is the length of the remaining text.
    pub(super) fn begin(&mut self, id: u64, bytes: usize) {
        self.list.clear();
        // Most ids have 18 digits, two quotes and a comma.
        self.list.reserve((bytes / 21 + 2).min(MAX_IDS));
        self.list.push(id);
        self.ascending = true;
    }

    /// Adds an id; `None` above the limit of a call.
    #[inline]
    pub(super) fn add(&mut self, id: u64) -> Option<()> {
        self.ascending &= self.list.last().is_some_and(|last| *last < id);
        self.list.push(id);
        (self.list.len() <= MAX_IDS).then_some(())
    }

    /// Adds the items of a text that are like a sample; returns the text after them. `None` above the limit of
    /// a call.
    #[inline]
    pub(super) fn add_alike<'t>(&mut self, text: &'t [u8], sample: &Alike) -> Option<&'t [u8]> {
        let mut rest = text;
        while let Some((id, after)) = sample.read(rest) {
            self.add(id)?;
            rest = after;
        }
        Some(rest)
    }

    /// Whether there are no duplicates.
    pub(super) fn are_different(&mut self) -> bool {
        if self.ascending {
            return true;
        }
        if self.list.len() <= FEW {
            let mut ids = self.list.as_slice();
            while let Some((first, rest)) = ids.split_first() {
                if rest.contains(first) {
                    return false;
                }
                ids = rest;
            }
            return true;
        }
        self.by_hash().unwrap_or_else(|| {
            self.list.sort_unstable();
            self.list.is_sorted_by(|a, b| a < b)
        })
    }

    /// Whether the ids look like record ids; see [`Suspicious`].
    pub(super) fn are_ordinary(&self) -> bool {
        // All ids of a suspicious list look the same, so the first one decides most lists.
        let suspicion = |ids: &[u64]| {
            let mut seen = Suspicious::default();
            for id in ids {
                seen.add(*id);
            }
            seen.suspicion()
        };
        let Some(first) = self.list.first() else { return true };
        suspicion(&[*first; 3]).is_none() || suspicion(&self.list).is_none()
    }

    /// The same by hashes; `None` if they collide so often that sorting is faster.
    fn by_hash(&mut self) -> Option<bool> {
        let bits = (self.list.len() * BITS).next_power_of_two();
        let words = bits / 64;
        self.hashes.clear();
        self.hashes.resize(words, 0);
        let hashes = self.hashes.get_mut(..words)?;
        let shift = u64::BITS - bits.trailing_zeros();
        let mut met = 0;
        for (at, id) in self.list.iter().enumerate() {
            // Multiplying by the golden ratio spreads ids that differ only in the last digits.
            let hash = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift;
            let word = hashes.get_mut(usize::try_from(hash / 64).ok()?)?;
            let bit = 1 << (hash % 64);
            if *word & bit != 0 {
                met += 1;
                if self.list.get(..at)?.contains(id) {
                    return Some(false);
                }
                if met > MET {
                    return None;
                }
            }
            *word |= bit;
        }
        Some(true)
    }
}
