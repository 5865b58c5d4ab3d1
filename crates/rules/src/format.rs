//! Formats and sizes of values, by the type of their field.

/// What was expected, if a text does not have the format of its type.
pub(crate) fn breach(data_type: &str, text: &str) -> Option<&'static str> {
    let (fits, expected) = match data_type {
        "date" => (is_date(text), "a date as `yyyy-MM-dd`, such as `2026-12-31`"),
        "datetime" => (
            is_datetime(text),
            "a date and time with an offset, such as `2026-12-31T10:00:00+05:30`",
        ),
        "bigint" => (text.bytes().all(|byte| byte.is_ascii_digit()), "digits only"),
        "website" => (is_website(text), "an address that starts with `https://` or `www.`"),
        "email" => (is_email(text), "an address such as `name@example.com`"),
        "phone" => (is_phone(text), "letters, digits and ` + - . ( ) , ; # /`"),
        _ => return None,
    };
    (!fits).then_some(expected)
}

/// Whether texts of a type have a format.
pub(crate) fn is_fixed(data_type: &str) -> bool {
    ["date", "datetime", "bigint", "website", "email", "phone"].contains(&data_type)
}

/// Whether a text has the format of its type.
pub(crate) fn fits(data_type: &str, text: &str) -> bool {
    breach(data_type, text).is_none()
}

/// The size limit of a type without a `length`, and its unit.
pub(crate) fn limit(data_type: &str) -> Option<(u64, &'static str)> {
    Some(match data_type {
        "text" => (255, "characters"),
        "phone" => (30, "characters"),
        "email" => (100, "characters"),
        "picklist" => (120, "characters"),
        "website" => (450, "characters"),
        "textarea" => (50_000, "characters"),
        "integer" => (9, "digits"),
        "bigint" => (18, "digits"),
        "currency" | "double" => (16, "digits"),
        "percent" => (5, "digits"),
        _ => return None,
    })
}

/// The most digits that `length` can allow: 18 for a custom decimal, although the insert page says 16; for
/// other types the usual limit.
pub(crate) fn most_digits(data_type: &str) -> Option<u64> {
    if data_type == "double" { Some(18) } else { limit(data_type).map(|(most, _)| most) }
}

/// The number of digits of a JSON number before the decimal point, at least one, and after it, without trailing zeros.
pub(crate) fn digits(number: &str) -> (u64, u64) {
    let number = number.trim_start_matches(['-', '+']);
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    let all = whole.len() + fraction.len();
    let leading = digits().take_while(|byte| *byte == b'0').count();
    let end = all - digits().rev().take_while(|byte| *byte == b'0').count();
    if leading == all {
        return (1, 0);
    }
    // An exponent beyond 64 bits is treated as the greatest one.
    let huge = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
    let exponent: i64 = exponent.parse().unwrap_or(huge).clamp(i64::MIN / 2, i64::MAX / 2);
    let length = |text: usize| i64::try_from(text).unwrap_or(i64::MAX / 4);
    let point = length(whole.len()) + exponent;
    let positive = |number: i64| u64::try_from(number).unwrap_or(0);
    (positive(point - length(leading)).max(1), positive(length(end) - point))
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Whether a text is an existing day as `yyyy-MM-dd`.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut next = || parts.next();
    let (Some(year), Some(month), Some(day), None) = (next(), next(), next(), next()) else {
        return false;
    };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Whether a text is a time with a part of two digits for each maximum.
fn is_time(text: &str, most: &[u32]) -> bool {
    text.split(':').count() == most.len()
        && text.split(':').zip(most).all(|(part, most)| {
            part.len() == 2 && number(part).is_some_and(|number| number <= *most)
        })
}

fn is_datetime(text: &str) -> bool {
    let Some((date, rest)) = text.split_once('T') else { return false };
    let Some(at) = rest.find(['+', '-', 'Z']) else { return false };
    let (time, offset) = rest.split_at(at);
    let after_sign = offset.strip_prefix(['+', '-']);
    let offset_fits = offset == "Z" || after_sign.is_some_and(|rest| is_time(rest, &[23, 59]));
    is_date(date) && is_time(time, &[23, 59, 59]) && offset_fits
}

fn is_website(text: &str) -> bool {
    let rest = ["https://", "http://", "ftp://", "www."].iter().find_map(|start| {
        let (first, rest) = text.split_at_checked(start.len())?;
        first.eq_ignore_ascii_case(start).then_some(rest)
    });
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let dots = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    !name.is_empty() && dots && !host.contains('@') && !text.contains(char::is_whitespace)
}

fn is_phone(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || " +-.(),;#/".contains(c))
        && text.chars().any(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_however_a_number_is_written() {
        for (number, expected) in [
            ("0", (1, 0)),
            ("-0.00", (1, 0)),
            ("1000000000", (10, 0)),
            ("1e9", (10, 0)),
            ("-12.50", (2, 1)),
            ("0.05", (1, 2)),
            ("5e-3", (1, 3)),
            ("1234.5e2", (6, 0)),
            ("1.25e1", (2, 1)),
        ] {
            assert_eq!(digits(number), expected, "{number}");
        }
        assert!(digits("1e99999999999999999999").0 > 1_000_000);
        assert!(digits("1e-99999999999999999999").1 > 1_000_000);
    }

    #[test]
    fn forms_hold_their_boundaries() {
        for (data_type, text, fits) in [
            ("date", "2026-12-31", true),
            ("date", "2026-02-29", false),
            ("date", "2028-02-29", true),
            ("date", "2100-02-29", false),
            ("date", "2000-02-29", true),
            ("date", "2026-02-28", true),
            ("date", "2026-04-30", true),
            ("date", "2026-04-31", false),
            ("date", "2026-13-01", false),
            ("date", "2026-00-01", false),
            ("date", "2026-01-00", false),
            ("date", "26-01-01", false),
            ("date", "2026-1-1", false),
            ("date", "2026-+1-01", false),
            ("datetime", "2026-12-31T23:59:59+05:30", true),
            ("datetime", "2026-12-31T23:59:59Z", true),
            ("datetime", "2026-12-31T23:59:59Z05:30", false),
            ("datetime", "2026-12-31T24:00:00+05:30", false),
            ("datetime", "2026-12-31T10:60:00+05:30", false),
            ("datetime", "2026-12-31T10:00+05:30", false),
            ("datetime", "2026-12-31T10:00:00", false),
            ("datetime", "2026-12-31T10:00:00+24:00", false),
            ("datetime", "2026-12-31 10:00:00+05:30", false),
            ("email", "a@b.example", true),
            ("email", "a@b", false),
            ("email", "a b@c.example", false),
            ("website", "WWW.zylker.example", true),
            ("website", "https://", false),
            ("website", "https://a b", false),
            ("phone", "+91 (44) 12-34", true),
            ("phone", "+-()", false),
            ("bigint", "007", true),
            ("bigint", "-7", false),
            ("text", "anything", true),
        ] {
            assert_eq!(breach(data_type, text).is_none(), fits, "{data_type} {text}");
            assert!(fits || is_fixed(data_type), "{data_type}");
        }
    }
}
