//! The policy of a plan: that of the change file, overridden by flags.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use massup_planner::policy::{AutomationPolicy, Policy};
use massup_planner::route::Route;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The policy flags, which override the policy of a change file.
#[derive(Args, Debug)]
#[command(next_help_heading = "Policy")]
pub(crate) struct PolicyArgs {
    /// Whether workflows, approvals and blueprints must, must not or may run
    #[arg(long, value_name = "POLICY", value_parser = words(&AutomationPolicy::ALL))]
    pub(crate) automation: Option<AutomationPolicy>,
    /// The most calls that update records
    #[arg(long, value_name = "N")]
    pub(crate) max_calls: Option<u64>,
    /// The most API credits, including those for reading ids and for the status of jobs
    #[arg(long, value_name = "N")]
    pub(crate) max_credits: Option<u64>,
    /// The most concurrent calls when the plan runs
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<u64>,
    /// The age in hours from which the count of a view is reported as old [default: 24]
    #[arg(long, value_name = "N")]
    pub(crate) max_count_age_hours: Option<u64>,
    /// The only route that the plan may take
    #[arg(long, value_name = "ROUTE", value_parser = words(&Route::PLANNED))]
    pub(crate) route: Option<Route>,
    /// What a call costs, such as `read_page=3` (repeatable)
    #[arg(long, value_name = "NAME=N")]
    pub(crate) credit: Vec<String>,
}

/// A parser of the words that change files and plans use for these values.
fn words<T>(all: &[T]) -> impl TypedValueParser<Value = T> + use<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let word = |value: &T| serde_json::to_value(value).ok()?.as_str().map(str::to_owned);
    let names = PossibleValuesParser::new(all.iter().filter_map(word).collect::<Vec<_>>());
    names.try_map(|word| serde_json::from_value::<T>(Value::from(word)))
}

/// The policy of a change file, overridden by the flags.
///
/// # Errors
///
/// The message for the user: `--credit` names an unknown call or has no number.
pub(crate) fn policy(written: &Value, args: &PolicyArgs) -> Result<Policy, String> {
    let mut policy = massup_project::plan::policy(written).map_err(|error| error.to_string())?;
    policy.automation = args.automation.unwrap_or(policy.automation);
    policy.max_calls = args.max_calls.or(policy.max_calls);
    policy.max_credits = args.max_credits.or(policy.max_credits);
    policy.concurrency = args.concurrency.or(policy.concurrency);
    policy.max_count_age_hours = args.max_count_age_hours.or(policy.max_count_age_hours);
    policy.route = args.route.or(policy.route);
    let mut credits = serde_json::to_value(policy.credits).map_err(|error| error.to_string())?;
    for credit in &args.credit {
        let Some((name, number)) = credit.split_once('=') else {
            return Err(format!("--credit `{credit}` has no `=`; expected NAME=N"));
        };
        let Ok(number) = number.parse::<u64>() else {
            return Err(format!("--credit `{credit}` has no whole number; expected NAME=N"));
        };
        match credits.get_mut(name) {
            Some(known) => *known = number.into(),
            None => {
                let names: Vec<_> = credits.as_object().into_iter().flatten().collect();
                let names: Vec<_> = names.iter().map(|(name, _)| format!("`{name}`")).collect();
                let names = names.join(", ");
                return Err(format!("--credit `{name}` is not a call; expected one of {names}"));
            }
        }
    }
    policy.credits = serde_json::from_value(credits).map_err(|error| error.to_string())?;
    Ok(policy)
}
