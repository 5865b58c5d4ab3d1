//! Clocks.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::machine::Now;

/// A source of time for a run.
pub trait Clock {
    /// The present time.
    fn now(&self) -> Now;
}

/// The system clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        let wall =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(Duration::ZERO, |since| since);
        let wall = u64::try_from(wall.as_millis()).unwrap_or(u64::MAX);
        Now { elapsed: self.start.elapsed(), wall }
    }
}
