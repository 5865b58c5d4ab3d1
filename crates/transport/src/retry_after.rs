//! The header `Retry-After`: seconds, or the time of day to wait for.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The days before 1970, counted from a March.
const TO_1970: u64 = 719_468;

/// How long the header asks to wait from a time on; `None` where it is neither form.
pub(crate) fn read(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = UNIX_EPOCH + Duration::from_secs(date(text)?);
    // A time that has passed asks for nothing.
    Some(then.duration_since(now).unwrap_or_default())
}

/// The second since 1970 of a date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(", ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    let &[day, month, year, time, "GMT"] = words.as_slice() else { return None };
    let month = 1 + MONTHS.iter().position(|known| *known == month)?;
    let (day, year): (u64, u64) = (day.parse().ok()?, year.parse().ok()?);
    let parts: Vec<u64> = time.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let &[hour, minute, second] = parts.as_slice() else { return None };
    let right = (1..=31).contains(&day) && (1_970..=9_999).contains(&year);
    if !right || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years are counted from March, so that the day that is put in every four years is their last.
    let month = u64::try_from(month).ok()?;
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let leaps = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leaps + (153 * month + 2) / 5 + day - 1;
    Some(((days - TO_1970) * 24 + hour) * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let wait = |text: &str, now| read(text, at(now)).map(|wait| wait.as_secs());
        assert_eq!(wait(" 120 ", 0), Some(120));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777 - 60), Some(60));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_778), Some(0));
        assert_eq!(wait("Thu, 01 Jan 1970 00:00:07 GMT", 0), Some(7));
        assert_eq!(wait("Tue, 29 Feb 2028 00:00:00 GMT", 1_835_395_200), Some(0));
        assert_eq!(wait("Tue, 29 Feb 2028 00:00:01 GMT", 1_835_395_200), Some(1));
        for text in [
            "",
            "-1",
            "soon",
            "Sun, 06 Now 1994 08:49:37 GMT",
            "06 Nov 1994",
            "Sun, 1 Jan 0 1:1:1 GMT",
        ] {
            assert_eq!(wait(text, 0), None, "{text}");
        }
    }
}
