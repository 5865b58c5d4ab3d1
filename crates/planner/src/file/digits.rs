//! The decimal digits of ids, which are most of a plan file.

use massup_model::RecordId;
use massup_model::limits::MAX_ID_DIGITS;

/// Ten to the power of the digits that are written at once.
const TAIL: u64 = 100_000_000;

/// Appends ids in quotes, separated by commas.
pub(super) fn push_ids(text: &mut Vec<u8>, ids: &[RecordId]) {
    text.reserve(ids.len() * QUOTED_ID + HEAD);
    let mut head = Head::default();
    for id in ids {
        let (first, last) = (id.get() / TAIL, id.get() % TAIL);
        if first == 0 {
            text.push(b'"');
            push(text, last);
            text.extend_from_slice(b"\",");
            continue;
        }
        // The ids of an organisation share their first digits.
        if first != head.number {
            head = Head::new(first);
        }
        // A text of constant length is appended in a few instructions.
        text.extend_from_slice(&head.text);
        text.truncate(text.len() - (HEAD - head.len));
        let mut tail = *b"00000000\",";
        tail[..8].copy_from_slice(&eight(last));
        text.extend_from_slice(&tail);
    }
    if !ids.is_empty() {
        text.pop();
    }
}

/// The most bytes of an id with its quotes and a comma.
pub(super) const QUOTED_ID: usize = MAX_ID_DIGITS + 3;

/// A quote and at most eleven digits.
pub(super) const HEAD: usize = 12;

/// The text of an id before its last eight digits.
#[derive(Default)]
struct Head {
    number: u64,
    text: [u8; HEAD],
    len: usize,
}

impl Head {
    fn new(number: u64) -> Self {
        let mut text = [b'"'; HEAD];
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(number).as_bytes();
        let len = digits.len() + 1;
        if let Some(place) = text.get_mut(1..len) {
            place.copy_from_slice(digits);
        }
        Self { number, text, len }
    }
}

/// Appends the digits of a number.
pub(super) fn push(text: &mut Vec<u8>, number: u64) {
    text.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// The digits of a number below 100,000,000, all at once: it is split into two, four, then eight parts.
const fn eight(number: u64) -> [u8; 8] {
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x7F_0000_007F;
    let pairs = hundreds | ((fours - hundreds * 100) << 16);
    let tens = ((pairs * 103) >> 10) & 0x0F_000F_000F_000F;
    let digits = tens | ((pairs - tens * 10) << 8);
    (digits + 0x3030_3030_3030_3030).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn eight_digits_are_those_of_the_number() {
        for number in (0..100_000_000).step_by(997).chain([99_999_999]) {
            assert_eq!(eight(number), *format!("{number:08}").as_bytes());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// Ids that share their first digits, and others.
        #[test]
        fn ids_are_written_as_their_numbers(
            numbers in prop::collection::vec((0_u64..3, any::<u64>(), 1..64_u32), 0..40),
        ) {
            let numbers: Vec<u64> = numbers
                .iter()
                .map(|(near, number, shift)| match near {
                    0 => number >> shift,
                    _ => 4_710_000_000_000_000_000 / near + (number >> 38),
                })
                .collect();
            prop_assert_eq!(written(&numbers), expected(&numbers));
        }
    }

    #[test]
    fn ids_are_in_quotes_and_between_commas() {
        let lengths = (0..19).map(|power| 10_u64.pow(power)).chain([99, 554_023_000_000_497_007]);
        let numbers: Vec<u64> = lengths.flat_map(|number| [number - 1, number]).collect();
        for count in 0..=numbers.len() {
            assert_eq!(written(&numbers[..count]), expected(&numbers[..count]));
        }
    }

    fn written(numbers: &[u64]) -> String {
        let ids: Vec<_> =
            numbers.iter().map(|number| RecordId::from_number(*number).unwrap()).collect();
        let mut text = Vec::new();
        push_ids(&mut text, &ids);
        String::from_utf8(text).unwrap()
    }

    fn expected(numbers: &[u64]) -> String {
        let quoted: Vec<_> = numbers.iter().map(|number| format!("\"{number}\"")).collect();
        quoted.join(",")
    }
}
