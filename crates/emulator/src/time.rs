//! Instants, dates and the clock that tests can move.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970-01-01T00:00:00Z.
pub(crate) type Instant = i64;

/// Seconds in a day.
pub(crate) const DAY: Instant = 86_400;

/// Where the time of an emulator comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock, moved by a number of seconds.
    System {
        /// Seconds that are added.
        ahead: i64,
    },
    /// Stands still at a second since 1970, until it is moved.
    Manual {
        /// Seconds since 1970-01-01T00:00:00Z.
        now: i64,
    },
}

impl Clock {
    /// The first second of 2026-06-01 in UTC, at which a manual clock starts.
    pub const START: i64 = 1_780_272_000;

    /// The present second since 1970.
    pub fn now(self) -> i64 {
        match self {
            Self::Manual { now } => now,
            Self::System { ahead } => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX).saturating_add(ahead)
            }
        }
    }

    /// Moves the clock by a number of seconds, back where it is negative.
    pub fn advance(&mut self, seconds: i64) {
        match self {
            Self::Manual { now: at } | Self::System { ahead: at } => {
                *at = at.saturating_add(seconds);
            }
        }
    }
}

/// The day number since 1970-01-01 of a date of the Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day number since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// An instant as the API writes it: `2026-06-01T00:00:00+00:00`.
pub(crate) fn format(instant: Instant) -> String {
    let second = instant.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}+00:00", format_date(instant))
}

/// The date of an instant in UTC: `2026-06-01`.
pub(crate) fn format_date(instant: Instant) -> String {
    let (year, month, day) = civil_from_days(instant.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The first second of the day, of the week (Sunday first), of the month of an instant in UTC.
pub(crate) fn start_of(unit: Unit, instant: Instant) -> Instant {
    let days = instant.div_euclid(DAY);
    let (year, month, _) = civil_from_days(days);
    let first = match unit {
        Unit::Day => days,
        Unit::Week => days - (days + 4).rem_euclid(7),
        Unit::Month => days_from_civil(year, month, 1),
    };
    first * DAY
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
}

/// Reads `yyyy-MM-dd` strictly; `None` for what is no day of the calendar.
pub(crate) fn parse_date(text: &str) -> Option<Instant> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let year = number(&[y1, y2, y3, y4])?;
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    let days = days_from_civil(year, month, day);
    (civil_from_days(days) == (year, month, day)).then_some(days * DAY)
}

/// Reads `yyyy-MM-ddTHH:mm:ss±HH:mm` strictly; the offset may be `Z`.
pub(crate) fn parse(text: &str) -> Option<Instant> {
    let (date, rest) = text.split_once('T')?;
    let (time, offset) = rest.split_at_checked(8)?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *time.as_bytes() else { return None };
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = match *offset.as_bytes() {
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            if sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    Some(parse_date(date)? + hour * 3600 + minute * 60 + second - offset)
}

/// Reads the date of a header: as the API's pages write it, `2026-06-01T00:00:00+00:00`, or as HTTP does.
pub(crate) fn parse_header(text: &str) -> Option<Instant> {
    let text = text.trim();
    parse(text).or_else(|| {
        let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        Instant::try_from(since.as_secs()).ok()
    })
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!(parse_date("1970-01-02"), Some(DAY));
        assert_eq!(parse_date("2024-02-29"), Some(19_782 * DAY));
        for wrong in
            ["2023-02-29", "2024-13-01", "2024-00-01", "2024-1-1", "24-01-01", "2024-04-31"]
        {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn offsets_are_taken_off() {
        assert_eq!(parse("1970-01-01T05:30:00+05:30"), Some(0));
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        for wrong in ["1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-01-01T24:00:00Z"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_week_starts_on_sunday() {
        // 2026-06-01 is a Monday.
        assert_eq!(format_date(start_of(Unit::Week, Clock::START)), "2026-05-31");
        assert_eq!(format_date(start_of(Unit::Month, Clock::START + 20 * DAY)), "2026-06-01");
    }

    #[test]
    fn headers_have_dates_of_two_forms() {
        assert_eq!(parse_header("1970-01-02T00:00:00+00:00"), Some(DAY));
        assert_eq!(parse_header("Fri, 02 Jan 1970 00:00:00 GMT"), Some(DAY));
        assert_eq!(parse_header("yesterday"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(instant in -60_000_000_000i64..200_000_000_000) {
            prop_assert_eq!(parse(&format(instant)), Some(instant));
        }
    }
}
