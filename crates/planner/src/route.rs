//! The ways to update records, and what each would take.

use massup_model::limits::MAX_IDS;
use massup_model::{Automation, Selection};
use serde::{Deserialize, Serialize};

use crate::Plan;
use crate::policy::Credits;

/// A way to update the selected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Route {
    /// Mass update calls that name the ids.
    Ids,
    /// A scheduled job a group of fields, on the view.
    View,
    /// The same on the view within a territory.
    Territory,
    /// The ids of the view are read first; then as [`Route::Ids`].
    FrozenIds,
    /// The ordinary update call, 100 records each. For comparison only.
    Update,
    /// Bulk write, 25,000 records each. For comparison only.
    BulkWrite,
}

/// What a route would take. `None` is a number that depends on how many records there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Estimate {
    /// Calls that update records.
    pub calls: Option<u64>,
    /// Calls that read the ids first.
    pub reads: Option<u64>,
    /// Calls for the status of jobs, at least: no document tells how long a job takes.
    pub polls: Option<u64>,
    /// API credits of all these, by the table of the policy.
    pub credits: Option<u64>,
    /// Whether workflows, approvals and blueprints run.
    pub automations: Automation,
}

/// Records on a page of a view.
pub const PAGE: u64 = 200;

/// The most records of a view that can be read page by page; above, a bulk read takes them.
pub const MOST_IN_PAGES: u64 = 100_000;

/// Records on a page of a bulk read.
const BULK_PAGE: u64 = 200_000;

/// Records in a call of the ordinary update.
const UPDATE: u64 = 100;

/// Records in a bulk write.
const BULK: u64 = 25_000;

impl Route {
    /// The routes for a selection, in the order in which they are shown.
    pub(crate) fn all(selection: &Selection) -> &'static [Self] {
        match selection {
            Selection::Ids(_) => &[Self::Ids, Self::Update, Self::BulkWrite],
            Selection::View { territory: None, .. } => {
                &[Self::View, Self::Territory, Self::FrozenIds, Self::Update, Self::BulkWrite]
            }
            Selection::View { territory: Some(_), .. } => {
                &[Self::Territory, Self::FrozenIds, Self::Update, Self::BulkWrite]
            }
        }
    }

    /// What it is, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Ids => "mass update by ids",
            Self::View => "mass update by view",
            Self::Territory => "mass update by view, within territories",
            Self::FrozenIds => "read the ids of the view, then mass update by ids",
            Self::Update => "ordinary update calls",
            Self::BulkWrite => "bulk write",
        }
    }

    /// Whether it runs as scheduled jobs.
    pub const fn is_scheduled(self) -> bool {
        matches!(self, Self::View | Self::Territory)
    }

    /// Whether it is shown beside the others and never planned.
    pub const fn is_comparison(self) -> bool {
        matches!(self, Self::Update | Self::BulkWrite)
    }

    /// What it takes to update `records` records.
    pub(crate) fn estimate(self, plan: &Plan, records: Option<u64>) -> Estimate {
        let credits = &plan.policy().credits;
        let groups = plan.groups(self).len() as u64;
        let by_view = matches!(plan.selection(), Selection::View { .. });
        let (calls, polls, cost) = match self {
            Self::Ids | Self::FrozenIds => {
                let calls = records.map(|n| n.div_ceil(MAX_IDS as u64).saturating_mul(groups));
                (calls, Some(0), calls.map(|n| n.saturating_mul(credits.mass_update)))
            }
            // How many territories there are, and which of them hold records, is not known.
            Self::Territory if !plan.has_territory() => (None, None, None),
            Self::View | Self::Territory => {
                let polls = groups.saturating_mul(credits.polls);
                let cost = groups.saturating_mul(credits.mass_update);
                (Some(groups), Some(polls), Some(cost))
            }
            Self::Update => {
                let calls = records.map(|n| n.div_ceil(UPDATE));
                let tens = records.map(|n| n.div_ceil(10).saturating_mul(credits.update_ten));
                (calls, Some(0), tens)
            }
            Self::BulkWrite => {
                let jobs = records.map(|n| n.div_ceil(BULK));
                let polls = jobs.map(|n| n.saturating_mul(credits.polls));
                // Each takes an upload besides.
                let cost = jobs
                    .map(|n| n.saturating_mul(credits.bulk_write.saturating_add(credits.other)));
                (jobs, polls, cost)
            }
        };
        let (reads, reading) = if by_view && !self.is_scheduled() {
            reading(records, credits)
        } else {
            (Some(0), Some(0))
        };
        let polling = polls.map(|n| n.saturating_mul(credits.job_status));
        let sum = |a: u64, b: u64| a.saturating_add(b);
        let credits = cost.zip(polling).map(|(a, b)| sum(a, b));
        let credits = credits.zip(reading).map(|(a, b)| sum(a, b));
        Estimate {
            calls,
            reads,
            polls,
            credits,
            automations: self.automations(plan.at_most(records)),
        }
    }

    /// `records` is the number that the view holds, whatever the territory.
    fn automations(self, records: Option<u64>) -> Automation {
        match self {
            Self::Ids | Self::FrozenIds => Automation::of_ids(),
            Self::View => Automation::of_job(records),
            // A territory narrows the view to a number that no API tells.
            Self::Territory => match Automation::of_job(records) {
                Automation::Triggered => Automation::Triggered,
                Automation::NotTriggered | Automation::Undefined => Automation::Undefined,
            },
            // It is for whoever makes the call to say.
            Self::Update | Self::BulkWrite => Automation::Undefined,
        }
    }
}

/// The calls that read the ids of a view, and their credits.
fn reading(records: Option<u64>, credits: &Credits) -> (Option<u64>, Option<u64>) {
    let Some(records) = records else { return (None, None) };
    if records <= MOST_IN_PAGES {
        let pages = records.div_ceil(PAGE).max(1);
        return (Some(pages), Some(pages.saturating_mul(credits.read_page)));
    }
    // Each is started, asked for and fetched.
    let jobs = records.div_ceil(BULK_PAGE);
    let asking = credits.polls.saturating_mul(credits.job_status);
    let each = credits.bulk_read.saturating_add(asking).saturating_add(credits.other);
    let calls = jobs.saturating_mul(credits.polls.saturating_add(2));
    (Some(calls), Some(jobs.saturating_mul(each)))
}
