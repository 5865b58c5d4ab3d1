//! Reads ids eight digits at a time and looks for duplicates.

use massup_model::limits::{MAX_ID_DIGITS, MAX_IDS};

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

const ZEROS: u64 = 0x3030_3030_3030_3030;
const TOPS: u64 = 0x8080_8080_8080_8080;
const TENS: [u64; 4] = [1, 10, 100, 1_000];

/// The number at the start of a text, and its length in digits: 1 to 19 digits that fit a signed 64-bit
/// integer.
#[inline]
pub(super) fn number(text: &[u8]) -> Option<(u64, usize)> {
    match text.first_chunk().and_then(long_number) {
        Some((value, digits)) => checked(value, digits),
        None => short_number(text),
    }
}

/// A number of 16 to 19 digits, as most ids are; `None` for others.
#[inline]
fn long_number(text: &[u8; 24]) -> Option<(u64, usize)> {
    let (eights, _) = text.as_chunks::<8>();
    let digits = |eight: &[u8; 8]| u64::from_le_bytes(*eight) ^ ZEROS;
    let [first, second, third] = eights else { return None };
    let (first, second, third) = (digits(first), digits(second), digits(third));
    let more = others(third).trailing_zeros() / 8;
    if others(first) | others(second) != 0 || more > 3 {
        return None;
    }
    // Up to three digits, padded with leading zeros. Shifting in two steps handles none at all.
    let tail = together((third << (8 * (7 - more))) << 8);
    let scale = *TENS.get(more as usize)?;
    let value = together(first) * 100_000_000 + together(second);
    Some((value.wrapping_mul(scale).wrapping_add(tail), 16 + more as usize))
}

/// The top bit of each byte that is not a digit.
#[inline]
fn others(digits: u64) -> u64 {
    (((digits & !TOPS) + 0x7676_7676_7676_7676) | digits) & TOPS
}

fn short_number(text: &[u8]) -> Option<(u64, usize)> {
    let (mut value, mut digits) = (0_u64, 0);
    let bytes = text.iter().take(MAX_ID_DIGITS + 1);
    for byte in bytes.take_while(|byte| byte.is_ascii_digit()) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        digits += 1;
    }
    checked(value, digits)
}

#[inline]
fn checked(value: u64, digits: usize) -> Option<(u64, usize)> {
    // 19 digits always fit an unsigned 64-bit integer, so the value has not wrapped.
    let fits = (1..=MAX_ID_DIGITS).contains(&digits) && i64::try_from(value).is_ok();
    fits.then_some((value, digits))
}

/// The number that eight digits form, the first digit in the lowest byte.
#[inline]
fn together(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff
}
