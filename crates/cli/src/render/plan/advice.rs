//! What to type about hazards and remedies: the planner's words name no command.

use massup_planner::Plan;
use massup_planner::decision::{Budget, Remedy};
use massup_planner::hazard::Hazard;
use massup_planner::policy::AutomationPolicy;

/// What to do about a hazard, with what to type.
pub(super) fn help(plan: &Plan, hazard: &Hazard) -> String {
    let typed = match hazard {
        Hazard::UncountedView
        | Hazard::UndatedCount
        | Hazard::OldCount { .. }
        | Hazard::NearJobLimit { by: None, .. }
        | Hazard::ViewToDivide { by: None, .. } => Some(pull(plan)),
        Hazard::JobMayRefuseField { .. } => Some(format!("{} or `--route frozen-ids`", pull(plan))),
        Hazard::ViewOpenBetweenJobs { .. } => Some("`--route frozen-ids`".to_owned()),
        Hazard::NearAutomationThreshold { policy: AutomationPolicy::Any, .. } => {
            Some("`--automation require` or `--automation forbid`".to_owned())
        }
        _ => None,
    };
    with(hazard.help(), typed)
}

/// A remedy, with what to type.
pub(super) fn remedy(plan: &Plan, remedy: &Remedy) -> String {
    let typed = match remedy {
        Remedy::AnyAutomation { .. } => Some("`--automation any`".to_owned()),
        Remedy::RaiseLimit { budget: Budget::Calls, to } => Some(format!("`--max-calls {to}`")),
        Remedy::RaiseLimit { budget: Budget::Credits, to } => Some(format!("`--max-credits {to}`")),
        Remedy::CountView | Remedy::LearnCriteria | Remedy::DivideView { by: None } => {
            Some(pull(plan))
        }
        _ => None,
    };
    with(remedy.to_string(), typed)
}

/// Downloads fields with their options, the criteria of views, and counts.
fn pull(plan: &Plan) -> String {
    format!("`massup pull --module {}`", plan.module())
}

fn with(what: String, typed: Option<String>) -> String {
    match typed {
        Some(typed) => format!("{what} ({typed})"),
        None => what,
    }
}
