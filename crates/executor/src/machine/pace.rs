//! How many calls are sent, and when: within the bounds of the options, adapting to the server.

use std::time::Duration;

/// How fast calls are sent.
#[derive(Debug)]
pub(super) struct Pace {
    /// The most calls at the same time.
    most: usize,
    /// How many at present.
    window: usize,
    /// Answers since the window last changed.
    answered: usize,
    /// Until when nothing is sent.
    hold: Duration,
    /// The time between two calls.
    gap: Duration,
    /// When the next call may be sent.
    next: Duration,
    /// How long calls, and writes to the journal, have taken of late.
    call: Option<Duration>,
    write: Duration,
}

impl Pace {
    pub(super) fn new(most: usize, rate: Option<f64>) -> Self {
        let most = most.max(1);
        let gap = rate.filter(|rate| *rate > 0.0).map(|rate| 1.0 / rate);
        let gap = gap.and_then(|gap| Duration::try_from_secs_f64(gap).ok()).unwrap_or_default();
        Self {
            most,
            window: most,
            answered: 0,
            hold: Duration::ZERO,
            gap,
            next: Duration::ZERO,
            call: None,
            write: Duration::ZERO,
        }
    }

    pub(super) fn call_took(&mut self, time: Duration) {
        self.call = Some(self.call.map_or(time, |known| smooth(known, time)));
    }

    pub(super) fn write_took(&mut self, time: Duration) {
        self.write = smooth(self.write, time);
    }

    /// How many calls to prepare while the window is full: a window of them, since answers often come together. A
    /// killed process leaves them in doubt, so there are none where calls take so long that a write to the journal
    /// does not count.
    pub(super) fn ahead(&self) -> usize {
        let counts = self.call.is_some_and(|call| self.write.saturating_mul(100) > call);
        if counts { self.window } else { 0 }
    }

    /// Whether one more call may be sent next to those under way.
    pub(super) fn has_room(&self, under_way: usize) -> bool {
        under_way < self.window
    }

    /// From when on a call may be sent.
    pub(super) fn from(&self) -> Duration {
        self.hold.max(self.next)
    }

    pub(super) fn sent(&mut self, now: Duration) {
        self.next = self.next.max(now).saturating_add(self.gap);
        if self.gap.is_zero() {
            self.next = Duration::ZERO;
        }
    }

    /// An answer that is not about too many calls: after a window of them, one more is tried.
    pub(super) fn answered(&mut self, now: Duration) {
        // What comes while nothing is sent was sent before the refusal.
        self.answered += usize::from(now >= self.hold);
        if self.answered >= self.window && self.window < self.most {
            self.window += 1;
            self.answered = 0;
        }
    }

    /// Too many calls: half as many from now on, and none for a while.
    pub(super) fn too_many(&mut self, now: Duration, wait: Duration) {
        // The calls that were sent together are refused together: that is one refusal.
        if now >= self.hold {
            self.window = (self.window / 2).max(1);
            self.answered = 0;
        }
        self.hold = self.hold.max(now.saturating_add(wait));
    }
}

/// A mean in which older times count less and less.
fn smooth(known: Duration, new: Duration) -> Duration {
    (known.saturating_mul(3).saturating_add(new)) / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_prepared_where_the_journal_is_slow() {
        let ahead = |call, write| {
            let mut pace = Pace::new(10, None);
            for _ in 0..20 {
                pace.call_took(Duration::from_millis(call));
                pace.write_took(Duration::from_millis(write));
            }
            pace.ahead()
        };
        assert_eq!(ahead(20, 4), 10);
        assert_eq!(ahead(20, 0), 0);
        assert_eq!(ahead(2_000, 4), 0);
        assert_eq!(ahead(2_000, 40), 10);
        assert_eq!(ahead(0, 4), 10);
        assert_eq!(ahead(0, 0), 0);
        assert_eq!(Pace::new(10, None).ahead(), 0);
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_window_halves_once_a_refusal_and_grows_again() {
        let mut pace = Pace::new(8, None);
        pace.too_many(SECOND, SECOND);
        pace.too_many(SECOND, SECOND * 2);
        assert!(pace.has_room(3) && !pace.has_room(4));
        assert_eq!(pace.from(), SECOND * 3);
        for _ in 0..40 {
            pace.answered(SECOND * 2);
        }
        assert!(pace.has_room(3) && !pace.has_room(4));
        for _ in 0..4 {
            pace.answered(SECOND * 3);
        }
        assert!(pace.has_room(4) && !pace.has_room(5));
        for _ in 0..100 {
            pace.answered(SECOND * 3);
        }
        assert!(pace.has_room(7) && !pace.has_room(8));
        for round in 2..10 {
            pace.too_many(SECOND * 10 * round, SECOND);
        }
        assert!(pace.has_room(0) && !pace.has_room(1));
    }

    #[test]
    fn a_rate_is_kept() {
        let mut pace = Pace::new(8, Some(4.0));
        for call in 0..4_u32 {
            assert_eq!(pace.from(), Duration::from_millis(250) * call);
            pace.sent(pace.from());
        }
        pace.sent(SECOND * 9);
        assert_eq!(pace.from(), SECOND * 9 + Duration::from_millis(250));
    }
}
