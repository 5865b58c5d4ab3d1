//! Looks for duplicate ids.

use massup_model::id::{OfLength, Suspicious};
use massup_model::limits::MAX_IDS;

/// The ids of a call. The buffers are reused for the next call.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// In the order of the text.
    list: Vec<u64>,
    ascending: bool,
    /// A hash table of positions in the list, counted from 1; 0 is free.
    places: Vec<u16>,
}

/// The most ids that are compared pairwise.
const FEW: usize = 8;

impl Ids {
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

    /// Adds ids as long as they have so many digits and the same separator; returns the text after them.
    /// `None` above the limit of a call.
    pub(super) fn add_alike<'t>(&mut self, text: &'t [u8], digits: usize) -> Option<&'t [u8]> {
        let separator = match text {
            [b',', b'"', ..] => 2,
            [b',', b' ', b'"', ..] => 3,
            _ => return Some(text),
        };
        let Some(of_length) = OfLength::new(digits) else { return Some(text) };
        let start = |text: &[u8; 32]| {
            let [a, b, c, d, ..] = *text;
            u32::from_le_bytes([a, b, c, d]) << (32 - 8 * separator)
        };
        let mut rest = text;
        let mut wanted = None;
        while let Some(ahead) = rest.first_chunk() {
            if start(ahead) != *wanted.get_or_insert(start(ahead)) {
                break;
            }
            let id = rest.get(separator..).and_then(<[u8]>::first_chunk);
            let Some(id) = id.and_then(|id| of_length.read(id)) else { break };
            self.add(id)?;
            rest = rest.get(separator + digits + 1..)?;
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
        self.by_table().unwrap_or_else(|| {
            self.list.sort_unstable();
            self.list.is_sorted_by(|a, b| a < b)
        })
    }

    /// Whether the ids look like record ids; see [`Suspicious`].
    pub(super) fn are_ordinary(&self) -> bool {
        // All ids of a suspicious list are alike, so the first one settles most lists.
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

    /// The same with a hash table; `None` if ids collide so often that sorting is faster.
    fn by_table(&mut self) -> Option<bool> {
        let slots = (self.list.len() * 2).next_power_of_two();
        self.places.clear();
        self.places.resize(slots, 0);
        let places = self.places.get_mut(..slots)?;
        let shift = u64::BITS - slots.trailing_zeros();
        let mut steps = 0;
        for (at, id) in self.list.iter().enumerate() {
            // Multiplying by the golden ratio spreads ids that differ only in the last digits.
            let slot = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift;
            let mut slot = usize::try_from(slot).ok()?;
            loop {
                let place = places.get_mut(slot & (slots - 1))?;
                if *place == 0 {
                    *place = u16::try_from(at + 1).ok()?;
                    break;
                }
                if self.list.get(usize::from(*place) - 1) == Some(id) {
                    return Some(false);
                }
                slot += 1;
                steps += 1;
            }
            if steps > MAX_IDS * 8 {
                return None;
            }
        }
        Some(true)
    }
}
