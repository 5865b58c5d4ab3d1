//! The header `Retry-After`: seconds, or the time of day to wait for.

use std::time::{Duration, SystemTime};

/// The longest wait that is taken for one: API credits are counted over 24 hours.
const LONGEST: Duration = Duration::from_hours(24);

/// How long the header asks to wait from a time on, at most a day; `None` where it is neither form.
pub(crate) fn read(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A time that has passed asks for nothing.
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

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
        for long in ["18446744073709551615", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(wait(long, 0), Some(86_400), "{long}");
        }
        for text in [
            "",
            "-1",
            "soon",
            "18446744073709551616",
            "Sun, 06 Now 1994 08:49:37 GMT",
            "06 Nov 1994",
            "Sun, 1 Jan 0 1:1:1 GMT",
        ] {
            assert_eq!(wait(text, 0), None, "{text}");
        }
    }
}
