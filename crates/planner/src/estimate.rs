//! What a route takes: calls, reads, polls, credits.

use massup_model::limits::{
    BULK_READ_PAGE_SIZE, MAX_BULK_WRITE_RECORDS, MAX_IDS, MAX_PAGED_RECORDS, MAX_UPDATE_RECORDS,
    PAGE_SIZE,
};
use massup_model::{Automation, Selection};
use serde::Serialize;

use crate::policy::Credits;
use crate::{Plan, Route};

/// What a route takes. A number is `None` if it depends on an unknown number of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Estimate {
    /// Calls that update records.
    pub calls: Option<u64>,
    /// Calls that read ids first.
    pub reads: Option<u64>,
    /// Calls for the status of jobs. A lower bound: how long a job takes is not documented.
    pub polls: Option<u64>,
    /// API credits of all these calls, by the credits table of the policy.
    pub credits: Option<u64>,
    /// Whether workflows, approvals and blueprints run.
    pub automations: Automation,
}

impl Plan {
    /// What a route takes to update `records` records.
    pub(crate) fn estimate(&self, route: Route, records: Option<u64>) -> Estimate {
        let credits = &self.policy().credits;
        let groups = self.groups(route).len() as u64;
        let by_view = matches!(self.selection(), Selection::View { .. });
        let (calls, polls, cost) = match route {
            Route::Ids | Route::FrozenIds => {
                let calls = records.map(|n| n.div_ceil(MAX_IDS as u64).saturating_mul(groups));
                (calls, Some(0), calls.map(|n| n.saturating_mul(credits.mass_update)))
            }
            // How many territories there are, and which of them hold records, is unknown.
            Route::Territory if !self.has_territory() => (None, None, None),
            Route::View | Route::Territory => {
                let polls = groups.saturating_mul(credits.polls);
                let cost = groups.saturating_mul(credits.mass_update);
                (Some(groups), Some(polls), Some(cost))
            }
            Route::Update => {
                let calls = records.map(|n| n.div_ceil(MAX_UPDATE_RECORDS));
                let tens = records.map(|n| n.div_ceil(10).saturating_mul(credits.update_ten));
                (calls, Some(0), tens)
            }
            Route::BulkWrite => {
                let jobs = records.map(|n| n.div_ceil(MAX_BULK_WRITE_RECORDS));
                let polls = jobs.map(|n| n.saturating_mul(credits.polls));
                // Each job also takes an upload.
                let cost = jobs
                    .map(|n| n.saturating_mul(credits.bulk_write.saturating_add(credits.other)));
                (jobs, polls, cost)
            }
        };
        let (reads, reading) = if by_view && !route.is_scheduled() {
            reading(records, credits)
        } else {
            (Some(0), Some(0))
        };
        let polling = polls.map(|n| n.saturating_mul(credits.job_status));
        let sum = |a: u64, b: u64| a.saturating_add(b);
        let credits = cost.zip(polling).map(|(a, b)| sum(a, b));
        let credits = credits.zip(reading).map(|(a, b)| sum(a, b));
        let automations = automations(route, self.at_most(records));
        Estimate { calls, reads, polls, credits, automations }
    }
}

/// `records` is the size of the view, whatever the territory.
fn automations(route: Route, records: Option<u64>) -> Automation {
    match route {
        Route::Ids | Route::FrozenIds => Automation::of_ids(),
        Route::View => Automation::of_job(records),
        // No API counts the records of a view within a territory.
        Route::Territory => match Automation::of_job(records) {
            Automation::Triggered => Automation::Triggered,
            Automation::NotTriggered | Automation::Undefined => Automation::Undefined,
        },
        // The caller of these APIs chooses.
        Route::Update | Route::BulkWrite => Automation::Undefined,
    }
}

/// The calls that read the ids of a view, and their credits.
fn reading(records: Option<u64>, credits: &Credits) -> (Option<u64>, Option<u64>) {
    let Some(records) = records else { return (None, None) };
    if records <= MAX_PAGED_RECORDS {
        let pages = records.div_ceil(PAGE_SIZE).max(1);
        return (Some(pages), Some(pages.saturating_mul(credits.read_page)));
    }
    // Each page of a bulk read is one job: created, polled and downloaded.
    let jobs = records.div_ceil(BULK_READ_PAGE_SIZE);
    let asking = credits.polls.saturating_mul(credits.job_status);
    let each = credits.bulk_read.saturating_add(asking).saturating_add(credits.other);
    let calls = jobs.saturating_mul(credits.polls.saturating_add(2));
    (Some(calls), Some(jobs.saturating_mul(each)))
}
