//! The decimal digits of ids, which are most of a plan file.

use massup_model::RecordId;
use massup_model::limits::MAX_ID_DIGITS;

/// Numbers from here on have at least 17 digits, as the ids of nearly every organisation have.
const LONG: u64 = 10_000_000_000_000_000;

/// Appends ids in quotes, separated by commas.
pub(super) fn push_ids(text: &mut Vec<u8>, ids: &[RecordId]) {
    text.reserve(ids.len() * (MAX_ID_DIGITS + 3));
    for id in ids {
        let (first, rest) = (id.get() / LONG, id.get() % LONG);
        // A text of constant length is appended in a few instructions, and most ids have 18 digits.
        if (10..100).contains(&first) {
            let mut quoted = *b"\"000000000000000000\",";
            quoted[1] = digit(first / 10);
            quoted[2] = digit(first % 10);
            quoted[3..11].copy_from_slice(&eight(rest / 100_000_000));
            quoted[11..19].copy_from_slice(&eight(rest % 100_000_000));
            text.extend_from_slice(&quoted);
        } else {
            text.push(b'"');
            push(text, id.get());
            text.extend_from_slice(b"\",");
        }
    }
    if !ids.is_empty() {
        text.pop();
    }
}

/// Appends the digits of a number.
#[inline]
pub(super) fn push(text: &mut Vec<u8>, number: u64) {
    let first = number / LONG;
    if first == 0 {
        text.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        return;
    }
    let rest = number % LONG;
    if first >= 10 {
        // At most four digits, as 2^64 has twenty.
        if first >= 100 {
            text.extend_from_slice(itoa::Buffer::new().format(first / 100).as_bytes());
        }
        text.push(digit(first / 10 % 10));
    }
    text.push(digit(first % 10));
    text.extend_from_slice(&eight(rest / 100_000_000));
    text.extend_from_slice(&eight(rest % 100_000_000));
}

#[expect(clippy::cast_possible_truncation, reason = "less than 10")]
const fn digit(number: u64) -> u8 {
    b'0' + number as u8
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

        #[test]
        fn digits_are_those_of_the_number(number in any::<u64>(), shift in 0..64_u32) {
            let mut text = Vec::new();
            push(&mut text, number >> shift);
            prop_assert_eq!(text, (number >> shift).to_string().into_bytes());
        }
    }

    #[test]
    fn ids_are_in_quotes_and_between_commas() {
        let lengths = (0..19).map(|power| 10_u64.pow(power)).chain([99, 554_023_000_000_497_007]);
        let numbers: Vec<u64> = lengths.flat_map(|number| [number - 1, number]).collect();
        for count in 0..=numbers.len() {
            let numbers = &numbers[..count];
            let ids = numbers.iter().map(|number| RecordId::from_number(*number).unwrap());
            let mut text = Vec::new();
            push_ids(&mut text, &ids.collect::<Vec<_>>());
            let expected: Vec<String> =
                numbers.iter().map(|number| format!("\"{number}\"")).collect();
            assert_eq!(text, expected.join(",").into_bytes());
        }
    }

    #[test]
    fn every_length_is_written() {
        for power in 0..20 {
            for number in [10_u64.pow(power) - 1, 10_u64.pow(power), u64::MAX] {
                let mut text = Vec::new();
                push(&mut text, number);
                assert_eq!(text, number.to_string().into_bytes());
            }
        }
    }
}
