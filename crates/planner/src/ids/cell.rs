//! One id as people and spreadsheets write it.

use massup_model::RecordId;
use massup_model::id::InvalidId;
use massup_model::limits::MAX_ID_DIGITS;

use super::Reason;

/// The prefix that Zoho's exports put before an id.
const EXPORT_PREFIX: &[u8] = b"zcrm_";

/// Characters of a bad line that are shown.
const SHOWN: usize = 40;

/// Reads an id without what is around it.
pub(super) fn read(text: &[u8]) -> Result<RecordId, Reason> {
    // Nearly every line of a long list is an id and nothing else.
    if let Some(id) = plain(text) {
        return Ok(id);
    }
    let text = bare(text);
    let Ok(text) = std::str::from_utf8(text) else {
        return Err(InvalidId::NotADigit(char::REPLACEMENT_CHARACTER).into());
    };
    text.parse().map_err(|invalid| {
        if is_scientific(text) { Reason::Rounded } else { Reason::Digits(invalid) }
    })
}

/// A first line without its byte order mark.
pub(super) fn without_mark(line: &[u8], first: bool) -> &[u8] {
    if first { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line }
}

/// A text that fits a message.
pub(super) fn shortened(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut shown: String =
        text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
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

fn bare(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b",").unwrap_or(text).trim_ascii_end();
    let text = match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner.trim_ascii(),
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
    use super::*;

    #[test]
    fn what_is_around_an_id_is_taken_off() {
        for text in ["7", " 7\t\r", "\"7\",", "'7' ,", "zcrm_7", "\" zcrm_7 \"", "007"] {
            assert_eq!(read(text.as_bytes()).unwrap().get(), 7, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let texts =
            ["", ",", "\"", "7,8", "7.0", "-7", "zcrm_", "ZCRM_7", "\"7", "1e", "e5", "7 8"];
        for text in texts {
            assert!(matches!(read(text.as_bytes()), Err(Reason::Digits(_))), "{text}");
        }
        for text in ["5.54E+17", "5,54E+17", "5e17", "\"5.54023e+17\""] {
            assert_eq!(read(text.as_bytes()), Err(Reason::Rounded), "{text}");
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

    #[test]
    fn a_long_text_is_shortened() {
        assert_eq!(shortened("é".repeat(40).as_bytes()), "é".repeat(40));
        assert_eq!(shortened("é".repeat(41).as_bytes()), format!("{}…", "é".repeat(40)));
    }
}
