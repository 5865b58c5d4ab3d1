//! What a plan may do: the policy of a change file, and the flags that come before it.

use massup_planner::policy::{Policy, Wanted};
use massup_planner::route::Route;
use serde_json::Value;

use crate::args::{Automation, PolicyArgs, WantedRoute};

/// The policy of a change file; everything is allowed where there is none.
///
/// # Errors
///
/// A key or a type is wrong, which the rules on change files have found before.
pub(crate) fn written(policy: &Value) -> serde_json::Result<Policy> {
    if policy.is_null() { Ok(Policy::default()) } else { serde_json::from_value(policy.clone()) }
}

/// The policy of a change file, changed by the flags.
///
/// # Errors
///
/// The message for the user, when `--credit` names no call or no number.
pub(crate) fn policy(written: &Value, args: &PolicyArgs) -> Result<Policy, String> {
    let mut policy = self::written(written).map_err(|error| error.to_string())?;
    policy.automation = args.automation.map_or(policy.automation, |wanted| match wanted {
        Automation::Any => Wanted::Any,
        Automation::Forbid => Wanted::Forbid,
        Automation::Require => Wanted::Require,
    });
    policy.max_calls = args.max_calls.or(policy.max_calls);
    policy.max_credits = args.max_credits.or(policy.max_credits);
    policy.concurrency = args.concurrency.or(policy.concurrency);
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
