//! What a plan may do: the policy of a change file, and the flags that come before it.

use clap::{Args, ValueEnum};
use massup_planner::policy::{Policy, Wanted};
use massup_planner::route::Route;
use serde_json::Value;

/// What a plan may do; each comes before what the change file says.
#[derive(Args, Debug)]
#[command(next_help_heading = "Policy")]
pub(crate) struct PolicyArgs {
    /// Whether workflows, approvals and blueprints must run, must not, or may
    #[arg(long, value_enum, value_name = "WANTED")]
    pub(crate) automation: Option<Automation>,
    /// The most calls that update records
    #[arg(long, value_name = "N")]
    pub(crate) max_calls: Option<u64>,
    /// The most API credits, reading and the status of jobs included
    #[arg(long, value_name = "N")]
    pub(crate) max_credits: Option<u64>,
    /// The most calls at the same time, for whoever runs the plan
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<u64>,
    /// From how many hours on a count of a view is called old [default: 24]
    #[arg(long, value_name = "N")]
    pub(crate) max_count_age_hours: Option<u64>,
    /// The only route that is wanted
    #[arg(long, value_enum, value_name = "ROUTE")]
    pub(crate) route: Option<WantedRoute>,
    /// What a call costs, such as `read_page=3`; once a name
    #[arg(long, value_name = "NAME=N")]
    pub(crate) credit: Vec<String>,
}

/// What is wanted of automations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Automation {
    /// They must run
    Require,
    /// They must not run
    Forbid,
    /// Either will do
    Any,
}

/// A route that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WantedRoute {
    /// By the ids that are given
    Ids,
    /// A job a group of fields, on the view
    View,
    /// The same within a territory
    Territory,
    /// Read the ids of the view first
    FrozenIds,
}

/// The policy of a change file, changed by the flags.
///
/// # Errors
///
/// The message for the user, when `--credit` names no call or no number.
pub(crate) fn policy(written: &Value, args: &PolicyArgs) -> Result<Policy, String> {
    let mut policy = massup_project::plan::policy(written).map_err(|error| error.to_string())?;
    policy.automation = args.automation.map_or(policy.automation, |wanted| match wanted {
        Automation::Any => Wanted::Any,
        Automation::Forbid => Wanted::Forbid,
        Automation::Require => Wanted::Require,
    });
    policy.max_calls = args.max_calls.or(policy.max_calls);
    policy.max_credits = args.max_credits.or(policy.max_credits);
    policy.concurrency = args.concurrency.or(policy.concurrency);
    policy.max_count_age_hours = args.max_count_age_hours.or(policy.max_count_age_hours);
    let route = args.route.map(|route| match route {
        WantedRoute::Ids => Route::Ids,
        WantedRoute::View => Route::View,
        WantedRoute::Territory => Route::Territory,
        WantedRoute::FrozenIds => Route::FrozenIds,
    });
    policy.route = route.or(policy.route);
    for credit in &args.credit {
        let Some((name, number)) = credit.split_once('=') else {
            return Err(format!("--credit `{credit}` has no `=`; expected NAME=N"));
        };
        let Ok(number) = number.parse() else {
            return Err(format!("--credit `{credit}` has no whole number; expected NAME=N"));
        };
        let credits = &mut policy.credits;
        *match name {
            "mass_update" => &mut credits.mass_update,
            "job_status" => &mut credits.job_status,
            "polls" => &mut credits.polls,
            "read_page" => &mut credits.read_page,
            "bulk_read" => &mut credits.bulk_read,
            "update_ten" => &mut credits.update_ten,
            "bulk_write" => &mut credits.bulk_write,
            "other" => &mut credits.other,
            _ => {
                return Err(format!(
                    "--credit `{name}` is no call; expected one of `mass_update`, `job_status`, \
                     `polls`, `read_page`, `bulk_read`, `update_ten`, `bulk_write`, `other`"
                ));
            }
        } = number;
    }
    Ok(policy)
}
