//! Reads digits, eight at a time.

use crate::limits::MAX_ID_DIGITS;

const ZEROS: u64 = 0x3030_3030_3030_3030;
const TOPS: u64 = 0x8080_8080_8080_8080;
const TENS: [u64; 4] = [1, 10, 100, 1_000];

/// The id at the start of a text, and its length in digits: 1 to 19 digits that fit a signed 64-bit integer.
///
/// `None` if the text does not start with a digit, or with more digits than an id has.
///
/// ```
/// use massup_model::id::leading_id;
///
/// assert_eq!(leading_id(b"554023000000497007\", \"7\"]"), Some((554_023_000_000_497_007, 18)));
/// assert_eq!(leading_id(b"9223372036854775808"), None);
/// ```
#[inline]
pub fn leading_id(text: &[u8]) -> Option<(u64, usize)> {
    match text.first_chunk().and_then(long_number) {
        Some((value, digits)) => fits(value).then_some((value, digits)),
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
    if (over(first) | over(second)) & TOPS != 0 || more > 3 {
        return None;
    }
    // Up to three digits, padded with leading zeros. Shifting in two steps handles none at all.
    let tail = together((third << (8 * (7 - more))) << 8);
    let scale = *TENS.get(more as usize)?;
    let value = together(first) * 100_000_000 + together(second);
    Some((value.wrapping_mul(scale).wrapping_add(tail), 16 + more as usize))
}

/// Reads ids that all have the same number of digits, which is faster than [`leading_id`].
///
/// ```
/// use massup_model::id::OfLength;
///
/// let text = b"554023000000497007\",    ";
/// assert_eq!(OfLength::new(18).unwrap().read(text), Some(554_023_000_000_497_007));
/// assert_eq!(OfLength::new(17).unwrap().read(text), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OfLength {
    /// The number of bits of the digits after the sixteenth.
    bits: u32,
    scale: u64,
}

impl OfLength {
    /// A reader for ids of 16 to 19 digits; `None` for other lengths.
    pub fn new(digits: usize) -> Option<Self> {
        let more = digits.checked_sub(16)?;
        Some(Self { scale: *TENS.get(more)?, bits: u32::try_from(more * 8).ok()? })
    }

    /// The id at the start of a text; `None` unless a `"` follows its digits.
    #[inline]
    pub fn read(&self, text: &[u8; 24]) -> Option<u64> {
        let (eights, _) = text.as_chunks::<8>();
        let [first, second, third] = eights else { return None };
        let digits = |eight: &[u8; 8]| u64::from_le_bytes(*eight) ^ ZEROS;
        let (first, second, third) = (digits(first), digits(second), digits(third));
        let is_quoted = (third >> self.bits) & 0xff == u64::from(b'"' ^ b'0');
        let tail = (1 << self.bits) - 1;
        if !is_quoted || (over(first) | over(second) | (over(third) & tail)) & TOPS != 0 {
            return None;
        }
        // Shifting in two steps handles no digits at all.
        let tail = together((third << (56 - self.bits)) << 8);
        let value = together(first) * 100_000_000 + together(second);
        let value = value.wrapping_mul(self.scale).wrapping_add(tail);
        fits(value).then_some(value)
    }
}

/// The top bit of each byte that is not a digit.
#[inline]
fn others(digits: u64) -> u64 {
    over(digits) & TOPS
}

/// The same; the other bits mean nothing.
#[inline]
fn over(digits: u64) -> u64 {
    ((digits & !TOPS) + 0x7676_7676_7676_7676) | digits
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

fn checked(value: u64, digits: usize) -> Option<(u64, usize)> {
    // 19 digits always fit an unsigned 64-bit integer, so the value has not wrapped.
    ((1..=MAX_ID_DIGITS).contains(&digits) && fits(value)).then_some((value, digits))
}

/// Whether a number fits a signed 64-bit integer.
#[inline]
fn fits(value: u64) -> bool {
    i64::try_from(value).is_ok()
}

/// The number that eight digits form, the first digit in the lowest byte.
#[inline]
fn together(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff
}
