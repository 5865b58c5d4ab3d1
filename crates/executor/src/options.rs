//! How a run is to behave.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use massup_planner::policy::Credits;
use massup_transport::Backoff;

/// How a run is to behave.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// What happens to calls that may or may not have been carried out, where reading the records back
    /// does not tell.
    pub in_doubt: InDoubt,
    /// Stops the run when more records than this have failed.
    pub max_failures: Option<MaxFailures>,
    /// The most API credits that the run may use, by the table of `credits`.
    pub max_credits: Option<u64>,
    /// When to send no further call, in milliseconds since 1970.
    pub stop_at: Option<u64>,
    /// The most calls at the same time: 1 and more; editions allow 5 to 25. Fewer are sent while the
    /// server answers that there are too many.
    pub concurrency: usize,
    /// The most calls in a second; `None` for as many as there are.
    pub rate: Option<f64>,
    /// How calls that were not carried out are sent again.
    pub backoff: Backoff,
    /// The most records whose values are kept before they change; `None` keeps none.
    pub backup: Option<u64>,
    /// How many records the plan updates, where that is known: with more than `backup` no value is kept.
    pub records: Option<u64>,
    /// How long after a lost answer the records are read back: the server may still be at work.
    pub settle_after: Duration,
    /// The first wait before a job is asked for, and the longest.
    pub poll: (Duration, Duration),
    /// How long a job may show no progress, or a view be taken by another job, before the run stops.
    pub patience: Duration,
    /// What calls cost.
    pub credits: Credits,
    /// What waits are spread by, so that several clients do not call at the same moment.
    pub seed: u64,
}

impl Default for Options {
    /// Asks in doubt, ten calls at the same time, up to 100,000 before-images, no bounds.
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

/// What happens to a call that may or may not have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InDoubt {
    /// The user is asked; without an answer it stays in doubt, and is asked for in the next run.
    Ask,
    /// It is sent again: automations may run twice.
    Retry,
    /// It is left as it is, for good, and reported.
    Skip,
}

/// How many failed records stop a run.
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
    /// More than this many.
    Records(u64),
    /// More than this share of the records that were tried, from 0 to 100; it counts from the hundredth
    /// record on.
    Percent(f64),
}

impl MaxFailures {
    /// From how many records on a share counts.
    const SHARE_FROM: u64 = 100;

    /// Whether there are too many failures.
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

/// Why a text does not say how many failures stop a run.
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
