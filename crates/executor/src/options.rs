//! Options of a run.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use massup_planner::policy::Credits;
use massup_transport::Backoff;

/// Options of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What to do with records that remain in doubt after they were read back, and with jobs in doubt.
    pub in_doubt: InDoubt,
    /// Stops the run when too many records have failed.
    pub max_failures: Option<MaxFailures>,
    /// The maximum number of API credits that the run may use, according to `credits`.
    pub max_credits: Option<u64>,
    /// When to stop sending calls, in milliseconds since 1970.
    pub stop_at: Option<u64>,
    /// The maximum number of concurrent calls, at least 1; editions allow 5 to 25. It is reduced for a
    /// while when the server answers `TOO_MANY_REQUESTS`.
    pub concurrency: usize,
    /// The maximum number of calls per second; `None` for no limit.
    pub rate: Option<f64>,
    /// The backoff of calls that were not carried out.
    pub backoff: Backoff,
    /// Stores before-images for plans of up to this many records; `None` stores none.
    pub backup: Option<u64>,
    /// The number of records of the plan, if known: it is in the footer of the plan file. If the plan
    /// reads the ids of a view first, the number of ids replaces it.
    pub records: Option<u64>,
    /// How long to wait after a lost answer before records are read back, since the server may still be
    /// working on the call.
    pub settle_after: Duration,
    /// The first and the longest wait between two polls of a job.
    pub poll: (Duration, Duration),
    /// How long to wait for a job without progress, or for another job on the view, before the run stops.
    pub patience: Duration,
    /// API credits by kind of call.
    pub credits: Credits,
    /// The seed of the random part of waits.
    pub seed: u64,
}

impl Default for Options {
    /// Asks about calls in doubt, ten concurrent calls, before-images of up to 100,000 records, no limits.
    fn default() -> Self {
        Self {
            in_doubt: InDoubt::Ask,
            max_failures: None,
            max_credits: None,
            stop_at: None,
            concurrency: 10,
            rate: None,
            backoff: Backoff::default(),
            backup: Some(100_000),
            records: None,
            settle_after: Duration::from_secs(30),
            poll: (Duration::from_secs(2), Duration::from_mins(1)),
            patience: Duration::from_hours(1),
            credits: Credits::default(),
            seed: 0,
        }
    }
}

/// What to do with a call that may or may not have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InDoubt {
    /// Ask the user; without an answer it remains in doubt until the next run.
    Ask,
    /// Send it again: automations may run twice.
    Retry,
    /// Leave it in doubt permanently, and report it.
    Skip,
}

/// The number of failed records that a run tolerates.
///
/// ```
/// use massup_executor::MaxFailures;
///
/// assert_eq!("20".parse(), Ok(MaxFailures::Records(20)));
/// assert_eq!("2.5%".parse(), Ok(MaxFailures::Percent(2.5)));
/// assert!("-1".parse::<MaxFailures>().is_err() && "101%".parse::<MaxFailures>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxFailures {
    /// A number of records.
    Records(u64),
    /// A percentage of the attempted records, from 0 to 100, evaluated once 100 records were attempted.
    Percent(f64),
}

impl MaxFailures {
    /// The number of attempted records from which a percentage is evaluated.
    const SHARE_FROM: u64 = 100;

    /// Whether more records failed than tolerated.
    pub fn is_exceeded(self, failed: u64, tried: u64) -> bool {
        match self {
            Self::Records(most) => failed > most,
            #[expect(
                clippy::cast_precision_loss,
                reason = "a share of records needs no last digit"
            )]
            Self::Percent(most) => {
                tried >= Self::SHARE_FROM && failed as f64 * 100.0 > most * tried as f64
            }
        }
    }
}

/// The text is not a [`MaxFailures`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number of records or a percentage from 0% to 100%")]
pub struct InvalidMaxFailures(String);

impl FromStr for MaxFailures {
    type Err = InvalidMaxFailures;

    /// Reads a number, or a number with `%`.
    ///
    /// # Errors
    ///
    /// [`InvalidMaxFailures`]: the text is neither, or the percentage is outside 0 to 100.
    fn from_str(text: &str) -> Result<Self, InvalidMaxFailures> {
        let refuse = || InvalidMaxFailures(text.to_owned());
        match text.trim().strip_suffix('%') {
            Some(share) => {
                let share: f64 = share.trim().parse().map_err(|_| refuse())?;
                let valid = (0.0..=100.0).contains(&share);
                valid.then_some(Self::Percent(share)).ok_or_else(refuse)
            }
            None => text.trim().parse().map(Self::Records).map_err(|_| refuse()),
        }
    }
}

impl fmt::Display for MaxFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records(most) => write!(f, "{most}"),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}
