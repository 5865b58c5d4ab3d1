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

/// Reads items of a list that are alike: the same text between two ids, and ids of one length that differ in
/// the last eight digits. This is faster than [`leading_id`].
///
/// ```
/// use massup_model::id::Alike;
///
/// let list = b", \"554023000000497007\", \"554023000000497015\"]                ";
/// let sample = Alike::new(list, 3, 18, 554_023_000_000_497_007).unwrap();
/// let (id, rest) = sample.read(&list[22..]).unwrap();
/// assert_eq!(id, 554_023_000_000_497_015);
/// assert!(rest.starts_with(b"]"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Alike {
    /// The text of the sample before its last eight digits, and the bits of it that count.
    head: [u64; 4],
    mask: [u64; 4],
    /// The length of the head.
    len: usize,
    /// What the digits of the head are worth.
    high: u64,
}

impl Alike {
    /// The most bytes before the last eight digits.
    const HEAD: usize = 32;

    /// A reader for items like the first of a text, which is a separator of some bytes, with the opening quote,
    /// and an id of some digits. `None` if the head is too short or too long for it, or if the text ends.
    pub fn new(text: &[u8], separator: usize, digits: usize, id: u64) -> Option<Self> {
        const TAIL: u64 = 100_000_000;
        let len = separator + digits.checked_sub(8)?;
        if len > Self::HEAD {
            return None;
        }
        let bits = |word: usize| match len.saturating_sub(word * 8) {
            0 => 0,
            bytes @ 1..8 => (1 << (bytes * 8)) - 1,
            _ => u64::MAX,
        };
        let mask = [bits(0), bits(1), bits(2), bits(3)];
        Some(Self { head: words(text.first_chunk()?), mask, len, high: id / TAIL * TAIL })
    }

    /// The id of the item at the start of a text, and the text after its closing quote; `None` if the item is not
    /// like the sample.
    #[inline]
    pub fn read<'t>(&self, text: &'t [u8]) -> Option<(u64, &'t [u8])> {
        let (id, rest) = self.read_digits(text)?;
        Some((id, rest.strip_prefix(b"\"")?))
    }

    /// The id of the item at the start of a text, and the text after its last eight digits, which may have more
    /// digits; `None` if the item is not like the sample.
    ///
    /// ```
    /// use massup_model::id::Alike;
    ///
    /// let lines = b"554023000000497007\n554023000000497015\n                 ";
    /// let sample = Alike::new(lines, 0, 18, 554_023_000_000_497_007).unwrap();
    /// let (id, rest) = sample.read_digits(&lines[19..]).unwrap();
    /// assert_eq!(id, 554_023_000_000_497_015);
    /// assert!(rest.starts_with(b"\n"));
    /// ```
    #[inline]
    pub fn read_digits<'t>(&self, text: &'t [u8]) -> Option<(u64, &'t [u8])> {
        let head = words(text.first_chunk()?);
        let differs =
            |word: usize| Some((head.get(word)? ^ self.head.get(word)?) & self.mask.get(word)?);
        if differs(0)? | differs(1)? | differs(2)? | differs(3)? != 0 {
            return None;
        }
        let (digits, rest) = text.get(self.len..)?.split_first_chunk()?;
        let digits = u64::from_le_bytes(*digits) ^ ZEROS;
        if over(digits) & TOPS != 0 {
            return None;
        }
        let id = self.high + together(digits);
        fits(id).then_some((id, rest))
    }
}

#[inline]
fn words(text: &[u8; Alike::HEAD]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, eight) in words.iter_mut().zip(text.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*eight);
    }
    words
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

/// The id that a whole text is.
pub(super) fn whole(text: &[u8]) -> Option<u64> {
    if let 16..=MAX_ID_DIGITS = text.len()
        && let (Some(first), Some(second)) = (text.first_chunk(), text.get(8..)?.first_chunk())
        && let Some(last) = text.last_chunk()
    {
        let digits = |eight: &[u8; 8]| u64::from_le_bytes(*eight) ^ ZEROS;
        let (first, second, last) = (digits(first), digits(second), digits(last));
        if (over(first) | over(second) | over(last)) & TOPS != 0 {
            return None;
        }
        let more = text.len() - 16;
        // Up to three digits, padded with leading zeros. Shifting in two steps handles none at all.
        let tail = together((last >> (8 * (7 - more)) >> 8) << (8 * (7 - more)) << 8);
        let value = together(first) * 100_000_000 + together(second);
        let value = value.wrapping_mul(*TENS.get(more)?).wrapping_add(tail);
        return fits(value).then_some(value);
    }
    short_number(text).filter(|(_, digits)| *digits == text.len()).map(|(value, _)| value)
}

/// Reads many ids. Those of one organisation differ in the last eight digits, so the others are compared with those of
/// the id before.
///
/// ```
/// use massup_model::id::Reader;
///
/// let mut reader = Reader::default();
/// assert_eq!(reader.read("554023000000497007"), Some(554_023_000_000_497_007));
/// assert_eq!(reader.read("554023000000497015"), Some(554_023_000_000_497_015));
/// assert_eq!(reader.read("55402300000O497015"), None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader {
    /// The last id that was read in full: its length, and its bytes before the last eight.
    like: Option<(usize, [u64; 2])>,
    /// What the digits before the last eight are worth.
    high: u64,
}

impl Reader {
    /// The id that a whole text is, as [`parse_digits`](super::parse_digits) reads it.
    #[inline]
    pub fn read(&mut self, text: &str) -> Option<u64> {
        let bytes = text.as_bytes();
        // The heads of 16 to 19 digits are two words that overlap.
        if let Some((head, tail)) = bytes.split_last_chunk()
            && let (Some(first), Some(second)) = (head.first_chunk(), head.last_chunk())
        {
            let head = [u64::from_le_bytes(*first), u64::from_le_bytes(*second)];
            let tail = u64::from_le_bytes(*tail) ^ ZEROS;
            if self.like == Some((bytes.len(), head)) && over(tail) & TOPS == 0 {
                let id = self.high + together(tail);
                return fits(id).then_some(id);
            }
            let id = whole(bytes)?;
            (self.like, self.high) = (Some((bytes.len(), head)), id - together(tail));
            return Some(id);
        }
        whole(bytes)
    }
}

fn short_number(text: &[u8]) -> Option<(u64, usize)> {
    let (mut value, mut digits, mut rest) = (0_u64, 0, text);
    while let Some((eight, after)) = rest.split_first_chunk() {
        let eight = u64::from_le_bytes(*eight) ^ ZEROS;
        if digits > 8 || over(eight) & TOPS != 0 {
            break;
        }
        value = value * 100_000_000 + together(eight);
        (digits, rest) = (digits + 8, after);
    }
    let bytes = rest.iter().take(MAX_ID_DIGITS + 1 - digits);
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
