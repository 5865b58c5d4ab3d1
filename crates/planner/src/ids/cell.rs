//! One id as people and spreadsheets write it.

use massup_model::RecordId;
use massup_model::id::{Alike, InvalidId, leading_id};
use massup_model::limits::MAX_ID_DIGITS;

use crate::bad_ids::Reason;

/// The prefix that Zoho's exports put before an id.
const EXPORT_PREFIX: &[u8] = b"zcrm_";

/// A byte order mark.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads an id without what surrounds it.
pub(super) fn read(text: &[u8]) -> Result<RecordId, Reason> {
    // Nearly every line of a long list is an id and nothing else.
    if let Some(id) = plain(text) {
        return Ok(id);
    }
    let text = bare(text);
    let Ok(text) = std::str::from_utf8(text) else {
        return Err(InvalidId::NotADigit(char::REPLACEMENT_CHARACTER).into());
    };
    text.parse().map_err(|invalid| reason(text).unwrap_or(Reason::Digits(invalid)))
}

/// What a text is that is not an id, if that is known.
fn reason(text: &str) -> Option<Reason> {
    if is_scientific(text) {
        return Some(Reason::Rounded);
    }
    if text.contains("://") {
        return Some(Reason::Url);
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let zeros = |part: &str| part.bytes().all(|b| b == b'0');
    if text
        .split_once('.')
        .is_some_and(|(whole, rest)| digits(whole) && digits(rest) && zeros(rest))
    {
        return Some(Reason::Decimal);
    }
    let mut groups = text.split([',', '.', '\'', '\u{a0}']);
    let first = groups.next().is_some_and(|first| digits(first) && first.len() <= 3);
    let rest: Vec<_> = groups.collect();
    if first && rest.len() > 1 && rest.iter().all(|group| digits(group) && group.len() == 3) {
        return Some(Reason::Grouped);
    }
    let parts = text.split([',', ';', '|', ' ', '\t']).filter(|part| !part.is_empty());
    let ids = parts.clone().all(|part| digits(part) && part.len() > 9);
    (ids && parts.count() > 1).then_some(Reason::Several)
}

/// A first line without its byte order mark.
pub(super) fn without_mark(line: &[u8], first: bool) -> &[u8] {
    if first { line.strip_prefix(MARK).unwrap_or(line) } else { line }
}

/// Reads 1 to 18 digits, which fit in any case.
fn plain(text: &[u8]) -> Option<RecordId> {
    if text.is_empty() || text.len() >= MAX_ID_DIGITS {
        return None;
    }
    let mut number = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    RecordId::from_number(number)
}

/// Reads lines that are 1 to 19 digits, as long as there are such, and returns how many bytes they take. The last
/// line of the text may be cut off, so it is left unless its end is there.
pub(super) fn plain_lines(text: &[u8], ids: &mut Vec<RecordId>) -> usize {
    let mut rest = text;
    let mut sample: Option<Alike> = None;
    let mut last = (0, 0);
    loop {
        if let Some(sample) = &sample {
            while let Some((id, after)) = sample.read_digits(rest)
                && let Some(after) = line_end(after)
                && let Some(id) = RecordId::from_number(id)
            {
                ids.push(id);
                rest = after;
            }
        }
        let Some((id, digits)) = leading_id(rest) else { break };
        let Some(after) = rest.get(digits..).and_then(line_end) else { break };
        let Some(number) = RecordId::from_number(id) else { break };
        ids.push(number);
        // The ids of an organisation differ in their last digits only; others are not worth a sample.
        let first = (id / 100_000_000, digits);
        sample = if first == last { Alike::new(rest, 0, digits, id) } else { None };
        last = first;
        rest = after;
    }
    text.len() - rest.len()
}

/// The text after the end of a line.
#[inline]
fn line_end(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => Some(rest),
        _ => None,
    }
}

fn bare(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b",").unwrap_or(text).trim_ascii_end();
    let text = match text {
        // Spreadsheets keep the digits of a text so: `="7"`, `'7`.
        [b'=', b'"', inner @ .., b'"'] | [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => {
            inner.trim_ascii()
        }
        [b'\'', inner @ ..] if inner.first().is_some_and(u8::is_ascii_digit) => inner,
        other => other,
    };
    text.strip_prefix(EXPORT_PREFIX).unwrap_or(text)
}

/// Whether a text is a number such as `5.54E+17`, with a point or a comma.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    digits(whole) && digits(fraction) && digits(exponent.strip_prefix('+').unwrap_or(exponent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_around_an_id_is_taken_off() {
        for text in
            ["7", " 7\t\r", "\"7\",", "'7' ,", "zcrm_7", "\" zcrm_7 \"", "007", "=\"7\"", "'7"]
        {
            assert_eq!(read(text.as_bytes()).unwrap().get(), 7, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let texts =
            ["", ",", "\"", "7,8", "7.5", "-7", "zcrm_", "ZCRM_7", "\"7", "1e", "e5", "7 8"];
        for text in texts {
            assert!(matches!(read(text.as_bytes()), Err(Reason::Digits(_))), "{text}");
        }
        for text in ["5.54E+17", "5,54E+17", "5e17", "\"5.54023e+17\""] {
            assert_eq!(read(text.as_bytes()), Err(Reason::Rounded), "{text}");
        }
        for (text, expected) in [
            ("554023000000497007.0", Reason::Decimal),
            ("7.000", Reason::Decimal),
            ("554,023,000,000,497,007", Reason::Grouped),
            ("554.023.000.000.497.007", Reason::Grouped),
            ("https://crm.zoho.com/crm/org1/tab/Leads/554023000000497007", Reason::Url),
            ("554023000000497007,554023000000497008", Reason::Several),
            ("554023000000497007; 554023000000497008", Reason::Several),
            ("\"554023000000497007 554023000000497008\"", Reason::Several),
        ] {
            assert_eq!(read(text.as_bytes()), Err(expected), "{text}");
        }
        assert!(read(b"\xFF").is_err());
    }

    #[test]
    fn digits_alone_are_read_as_the_model_reads_them() {
        for text in
            ["", "0", "7x", "999999999999999999", "1000000000000000000", "9223372036854775808"]
        {
            let read = read(text.as_bytes());
            assert_eq!(read, text.parse().map_err(Reason::Digits), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// Lines in a batch are read as each is by itself, and whatever is not plain is left.
        #[test]
        fn a_batch_is_read_as_its_lines(
            lines in prop::collection::vec(prop_oneof![
                4 => "[0-9]{1,20}", 2 => "[0-9]{18}", 1 => "[0-9]{19}", 1 => "[0-9 /:a\"#]{0,20}",
                6 => "5540230000[0-9]{8}", 1 => "5540230000[0-9]{7,9}", 1 => "5540230000[0-9 /:]{8}",
            ], 0..19),
            end in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            let text: String = lines.iter().map(|line| line.clone() + end).collect();
            let mut ids = Vec::new();
            let rest = &text.as_bytes()[plain_lines(text.as_bytes(), &mut ids)..];
            let expected: Vec<_> = lines.iter().map_while(|line| line.parse().ok()).collect();
            prop_assert_eq!(&ids, &expected);
            let left: String = lines[ids.len()..].iter().map(|line| line.clone() + end).collect();
            prop_assert_eq!(rest, left.as_bytes());
        }
    }
}
