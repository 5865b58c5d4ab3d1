//! Ids of records, custom views, territories and jobs.

mod digits;

use std::fmt;
use std::str::FromStr;

use crate::limits::MAX_ID_DIGITS;

pub use digits::{Alike, Reader, leading_id};

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// The text is empty.
    #[error("it is empty")]
    Empty,
    /// The text contains a character other than `0` to `9`.
    #[error("it contains `{0}`, which is not a digit")]
    NotADigit(char),
    /// The text has more digits than a signed 64-bit integer.
    #[error("it has {0} digits; an id has at most {MAX_ID_DIGITS}")]
    TooLong(usize),
    /// The number is greater than the greatest signed 64-bit integer.
    #[error("it is above 9223372036854775807, the greatest 64-bit integer")]
    TooLarge,
}

/// Reads the digits of an id: 1 to 19 of `0` to `9`, at most 9223372036854775807.
///
/// # Errors
///
/// [`InvalidId`], with one variant for each cause.
pub fn parse_digits(text: &str) -> Result<u64, InvalidId> {
    match digits::whole(text.as_bytes()) {
        Some(value) => Ok(value),
        None => explain(text),
    }
}

/// Reads the digits of an id one by one, to say what is wrong.
fn explain(text: &str) -> Result<u64, InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::Empty);
    }
    let mut value: u64 = 0;
    let mut overflow = false;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let odd = text.chars().find(|c| !c.is_ascii_digit()).unwrap_or('?');
            return Err(InvalidId::NotADigit(odd));
        }
        match value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit))) {
            Some(next) => value = next,
            None => overflow = true,
        }
    }
    if text.len() > MAX_ID_DIGITS {
        return Err(InvalidId::TooLong(text.len()));
    }
    if overflow || value > i64::MAX as u64 {
        return Err(InvalidId::TooLarge);
    }
    Ok(value)
}

/// Collects ids and reports whether they look like something other than record ids.
///
/// ```
/// use massup_model::id::{Suspicion, Suspicious};
///
/// let suspicion = |ids: &[u64]| {
///     let mut list = Suspicious::default();
///     ids.iter().for_each(|id| list.add(*id));
///     list.suspicion()
/// };
/// assert_eq!(suspicion(&[4710000000122650000, 4710000000122660000]), Some(Suspicion::Rounded));
/// assert_eq!(suspicion(&[1, 2, 3]), Some(Suspicion::TooShort));
/// assert_eq!(suspicion(&[554023000000497007, 554023000000498000]), None);
/// assert_eq!(suspicion(&[]), None);
///
/// let mut list = Suspicious::default();
/// assert!(!list.is_ruled_out());
/// list.add(554023000000497007);
/// assert!(list.is_ruled_out());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Suspicious {
    count: u64,
    rounded: u64,
    short: u64,
}

/// Why the ids of a list are probably not record ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Suspicion {
    /// At least two ids, all with 18 or 19 digits and three zeros at the end: a spreadsheet keeps 15 digits.
    #[error("all ids end in 000, as if a spreadsheet had rounded them to 15 digits")]
    Rounded,
    /// At least three ids, all with at most nine digits: row numbers, or keys of another system. Record ids
    /// have at least 12 digits in all documents.
    #[error(
        "all ids are too short to be record ids: they look like row numbers or keys of another system"
    )]
    TooShort,
}

impl Suspicion {
    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Rounded => {
                "export the ids again as text, and compare one with the URL of its record"
            }
            Self::TooShort => {
                "use the `id` of the records, as Get Records or an export of the module shows it"
            }
        }
    }
}

impl Suspicious {
    /// The smallest number with 18 digits.
    const LONG: u64 = 100_000_000_000_000_000;

    /// The smallest number with 10 digits.
    const SHORT: u64 = 1_000_000_000;

    /// Adds an id.
    pub fn add(&mut self, id: u64) {
        self.count += 1;
        self.rounded += u64::from(id >= Self::LONG && id.is_multiple_of(1000));
        self.short += u64::from(id < Self::SHORT);
    }

    /// Whether the list is not suspicious, whatever ids follow.
    pub fn is_ruled_out(&self) -> bool {
        self.rounded < self.count && self.short < self.count
    }

    /// What the ids look like, if they do not look like record ids.
    pub fn suspicion(&self) -> Option<Suspicion> {
        if self.count >= 2 && self.rounded == self.count {
            Some(Suspicion::Rounded)
        } else {
            (self.count >= 3 && self.short == self.count).then_some(Suspicion::TooShort)
        }
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        ///
        /// On the wire a string of 1 to 19 digits that fits a signed 64-bit integer; leading zeros
        /// carry no meaning and are not kept.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The id as a number.
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The id with this number, if it fits a signed 64-bit integer.
            pub const fn from_number(number: u64) -> Option<Self> {
                if number <= i64::MAX as u64 { Some(Self(number)) } else { None }
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Reads the digits of an id.
            ///
            /// # Errors
            ///
            /// [`InvalidId`] when the text is empty, holds anything but `0` to `9`, has more than 19
            /// digits or does not fit a signed 64-bit integer.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_digits(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{1,19}$" })
            }
        }
    )+};
}

ids! {
    /// The id of a record: an entry of `ids`.
    RecordId
    /// The id of a custom view: `cvid`.
    ViewId
    /// The id of a territory: `territory.id`.
    TerritoryId
    /// The id of a scheduled mass update: `job_id`.
    JobId
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_greatest_id_is_the_greatest_signed_integer() {
        assert_eq!(parse_digits("9223372036854775807"), Ok(i64::MAX as u64));
        assert_eq!(parse_digits("9223372036854775808"), Err(InvalidId::TooLarge));
        assert_eq!(parse_digits("9999999999999999999"), Err(InvalidId::TooLarge));
        assert_eq!(parse_digits("10000000000000000000"), Err(InvalidId::TooLong(20)));
    }

    #[test]
    fn anything_but_digits_is_refused_by_name() {
        assert_eq!(parse_digits(""), Err(InvalidId::Empty));
        assert_eq!(parse_digits("12é"), Err(InvalidId::NotADigit('é')));
        assert_eq!(parse_digits(" 1"), Err(InvalidId::NotADigit(' ')));
        assert_eq!(parse_digits("-1"), Err(InvalidId::NotADigit('-')));
        assert_eq!(parse_digits("5.5402E+17"), Err(InvalidId::NotADigit('.')));
    }

    #[test]
    fn leading_zeros_are_not_kept() {
        assert_eq!("007".parse::<RecordId>().unwrap().to_string(), "7");
    }

    proptest::proptest! {
        /// A reader reads each id as if it were the first.
        #[test]
        fn many_ids_are_read_as_each_is(
            texts in prop::collection::vec(
                prop_oneof![
                    4 => "(55402300000|922337203685477|1)[0-4][0-9]{7}",
                    2 => "(9223372036|92233720369)[0-9]{8,9}",
                    1 => "[0-9 a]{0,21}",
                    1 => "(55402300000)[0-9 aé]{6,8}",
                ],
                0..12,
            ),
        ) {
            let mut reader = Reader::default();
            for text in texts {
                prop_assert_eq!(reader.read(&text), parse_digits(&text).ok(), "{}", text);
            }
        }

        /// A reader of items that are alike reads what the other reads, and all that differ in eight digits.
        #[test]
        fn items_that_are_alike_are_read_as_all_are(
            separator in "[, \n]{0,20}\"",
            (first, second) in prop_oneof![
                "[0-9]{8,19}".prop_map(|digits| (digits.clone(), digits)),
                ("[0-9]{0,11}", "[0-9]{8}", "[0-9]{8}")
                    .prop_map(|(head, one, other)| (format!("{head}{one}"), format!("{head}{other}"))),
                ("[0-9]{8,20}", "[0-9 a]{7,20}"),
            ],
            other in "[, \n]{0,2}\"?",
            behind in "[\"a]\\PC{0,40}",
        ) {
            let Some((id, digits)) = leading_id(first.as_bytes()) else { return Ok(()) };
            let text = format!("{separator}{first}\"{}", " ".repeat(32));
            let sample = Alike::new(text.as_bytes(), separator.len(), digits, id);
            prop_assert_eq!(sample.is_some(), digits >= 8 && separator.len() + digits <= 40);
            let Some(sample) = sample else { return Ok(()) };
            for start in [&separator, &other] {
                let text = format!("{start}{second}{behind}");
                let found = sample.read(text.as_bytes());
                let rest = text.strip_prefix(separator.as_str()).unwrap_or_default();
                let expected = leading_id(rest.as_bytes())
                    .filter(|(_, length)| *length == digits && rest[digits..].starts_with('"'));
                let head = digits - 8;
                let is_alike = expected.is_some() && first[..head] == second[..head] && text.len() >= 32;
                prop_assert_eq!(found.is_some(), is_alike, "{}", text);
                if let (Some((id, after)), Some((expected, _))) = (found, expected) {
                    prop_assert_eq!((id, after), (expected, &rest.as_bytes()[digits + 1..]));
                }
            }
        }

    /// Digits read eight at a time give the same id as one by one, whatever follows.
    #[test]
    fn ids_are_read_as_the_model_reads_them(digits in "[0-9]{0,21}", behind in "[\"a-z0-9:/;é ]{0,9}") {
        let text = format!("{digits}{behind}");
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let expected = explain(&text[..digits]).ok();
        let found = leading_id(text.as_bytes());
        proptest::prop_assert_eq!(found, expected.map(|id| (id, digits)));
    }
    }
}
