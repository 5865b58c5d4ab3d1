//! Instants, dates and the clock that tests can move.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// Seconds since 1970-01-01T00:00:00Z.
pub(crate) type Instant = i64;

/// Seconds in a day.
pub(crate) const DAY: Instant = 86_400;

/// The first second of the year 1 and the last of the year 9998: arithmetic with days stays in the calendar.
const EARLIEST: Instant = -62_135_596_800;
const LATEST: Instant = 253_370_764_799;

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

    /// The present second since 1970, within the years 1 to 9998.
    pub fn now(self) -> i64 {
        let now = match self {
            Self::Manual { now } => now,
            Self::System { ahead } => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX).saturating_add(ahead)
            }
        };
        now.clamp(EARLIEST, LATEST)
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

/// An instant in the calendar; the first or the last day that there is where it is beyond.
fn civil(instant: Instant) -> DateTime {
    let instant = instant.clamp(EARLIEST, LATEST);
    let timestamp = Timestamp::from_second(instant).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(timestamp)
}

/// The first second of a day in UTC.
fn start(date: Date) -> Instant {
    let midnight = Offset::UTC.to_timestamp(date.to_datetime(Time::midnight()));
    midnight.map_or(0, Timestamp::as_second)
}

/// Writes an instant in UTC as the API does: `2026-06-01T00:00:00+00:00`.
pub(crate) fn format(instant: Instant) -> String {
    format!("{}+00:00", civil(instant).strftime("%Y-%m-%dT%H:%M:%S"))
}

/// The date of an instant in UTC: `2026-06-01`.
pub(crate) fn format_date(instant: Instant) -> String {
    civil(instant).date().strftime("%Y-%m-%d").to_string()
}

/// The first second of the day, of the week (Sunday first), of the month of an instant in UTC.
pub(crate) fn start_of(unit: Unit, instant: Instant) -> Instant {
    let date = civil(instant).date();
    match unit {
        Unit::Day => start(date),
        Unit::Week => start(date) - i64::from(date.weekday().to_sunday_zero_offset()) * DAY,
        Unit::Month => start(date.first_of_month()),
    }
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
}

/// Reads `yyyy-MM-dd` strictly; `None` for a day that does not exist.
pub(crate) fn parse_date(text: &str) -> Option<Instant> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let date = Date::new(number(&[y1, y2, y3, y4])?, small(m1, m2)?, small(d1, d2)?);
    date.ok().map(start)
}

/// Reads `yyyy-MM-ddTHH:mm:ss±HH:mm` strictly; the offset may be `Z`.
pub(crate) fn parse(text: &str) -> Option<Instant> {
    let (date, rest) = text.split_once('T')?;
    let (time, offset) = rest.split_at_checked(8)?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *time.as_bytes() else { return None };
    let time = Time::new(small(h1, h2)?, small(m1, m2)?, small(s1, s2)?, 0).ok()?;
    let offset = match *offset.as_bytes() {
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (small(h1, h2)?, small(m1, m2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i64::from(hours) * 3_600 + i64::from(minutes) * 60;
            if sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    let (hour, minute) = (i64::from(time.hour()), i64::from(time.minute()));
    let second = hour * 3_600 + minute * 60 + i64::from(time.second());
    Some(parse_date(date)? + second - offset)
}

/// Reads the date of a header: as the API's pages write it, `2026-06-01T00:00:00+00:00`, or as HTTP does.
pub(crate) fn parse_header(text: &str) -> Option<Instant> {
    let text = text.trim();
    parse(text).or_else(|| {
        let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        Instant::try_from(since.as_secs()).ok()
    })
}

/// A number of ASCII digits alone.
fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0, |number: i16, digit| {
        let digit = digit.is_ascii_digit().then(|| i16::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// A number of two digits.
fn small(tens: u8, ones: u8) -> Option<i8> {
    i8::try_from(number(&[tens, ones])?).ok()
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

    #[test]
    fn a_clock_stays_in_the_calendar() {
        for seconds in [i64::MIN, i64::MAX] {
            let mut clock = Clock::Manual { now: Clock::START };
            clock.advance(seconds);
            clock.advance(seconds);
            let now = clock.now();
            assert_eq!(parse(&format(now)), Some(now));
            start_of(Unit::Week, now);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(instant in -60_000_000_000i64..200_000_000_000) {
            prop_assert_eq!(parse(&format(instant)), Some(instant));
        }
    }
}
