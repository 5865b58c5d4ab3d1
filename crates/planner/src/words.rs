//! Reasons in words: the one place that words objections, remedies, hazards and divisions.
//!
//! Nothing here names a command or a flag. Front ends add what to type.

use std::fmt::{self, Display, Formatter};

use massup_model::Automation;
use massup_model::limits::{AUTOMATION_THRESHOLD, MAX_JOB_RECORDS};

use crate::decision::{AutomationBasis, Budget, Divider, Objection, Remedy};
use crate::division::{Condition, Part, Unknown};
use crate::facts::MovedBy;
use crate::hazard::Hazard;
use crate::policy::AutomationPolicy;

impl Display for Objection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMassUpdate => f.write_str("not a mass update; shown for comparison"),
            Self::OtherRouteRequired { route } => {
                write!(f, "the policy requires another route: {}", route.title())
            }
            Self::UniqueField { field } => write!(
                f,
                "field `{field}` is unique, and several records would get the same value"
            ),
            Self::Automations { policy, outcome, basis } => {
                automations(f, *policy, *outcome, *basis)
            }
            Self::OverBudget { budget, needed: Some(needed), limit } => {
                let needed = counted(*needed, budget.one());
                write!(f, "it takes {needed}; the policy allows {limit}")
            }
            Self::OverBudget { budget, needed: None, limit } => write!(
                f,
                "the number of {}s is unknown; the policy allows {limit}",
                budget.one()
            ),
            Self::EditionWithoutJobs => {
                f.write_str("the edition of the organisation does not support mass updates by view")
            }
            Self::TerritoriesMayOverlap => f.write_str(
                "a record may be in several territories or in none, so one update per record cannot be \
                 guaranteed",
            ),
            Self::ViewTooLarge { records } => too_large(f, *records),
            Self::CriteriaUnknown { jobs } => write!(
                f,
                "the criteria of the view are unknown: the first of {jobs} jobs may change which records the \
                 next one finds"
            ),
            Self::CriteriaFieldsApart { fields } => write!(
                f,
                "the criteria of the view use {}, which one job cannot set together: after the first job the \
                 view holds other records",
                quoted(fields)
            ),
            Self::ViewChangesWithUpdates => f.write_str(
                "every update changes which records are in the view, so the next job finds others",
            ),
        }
    }
}

fn automations(
    f: &mut Formatter<'_>,
    policy: AutomationPolicy,
    outcome: Automation,
    basis: AutomationBasis,
) -> fmt::Result {
    let must = match policy {
        AutomationPolicy::Forbid => "must not run",
        AutomationPolicy::Any | AutomationPolicy::Require => "must run",
    };
    write!(f, "automations {must}, ")?;
    match (outcome, basis) {
        (Automation::Triggered, AutomationBasis::Ids) => {
            f.write_str("and calls by ids always trigger them")
        }
        (Automation::Triggered, _) => {
            write!(f, "and a job on fewer than {AUTOMATION_THRESHOLD} records triggers them")
        }
        (Automation::NotTriggered, _) => {
            write!(f, "and a job on more than {AUTOMATION_THRESHOLD} records does not trigger them")
        }
        (Automation::Undefined, _) => f.write_str("and it is unknown whether a job triggers them"),
    }?;
    match basis {
        AutomationBasis::Ids => Ok(()),
        AutomationBasis::View(Some(records)) => write!(f, ": the view holds {records} records"),
        AutomationBasis::View(None) => f.write_str(": the records of the view were not counted"),
        AutomationBasis::Territory => {
            f.write_str(": no API counts the records of a view within a territory")
        }
    }
}

impl Budget {
    const fn one(self) -> &'static str {
        match self {
            Self::Calls => "call",
            Self::Credits => "credit",
        }
    }
}

impl Display for Remedy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnyAutomation { route } => {
                write!(f, "let automations run or not; possible then: {}", route.title())
            }
            Self::RaiseLimit { budget, to } => write!(f, "allow {}", counted(*to, budget.one())),
            Self::AnyRoute { route } => {
                write!(f, "do not require a route; possible then: {}", route.title())
            }
            Self::DropPolicy { route, calls, credits } => {
                write!(f, "drop the policy; possible then: {}", route.title())?;
                cost(f, *calls, *credits)
            }
            Self::CountView => f.write_str("count the records of the view"),
            Self::LearnCriteria => f.write_str(
                "download the criteria of the view: they may not use any of these fields",
            ),
            Self::DivideView { by } => divide(f, by.as_ref()),
            Self::LargerView => write!(f, "a view of more than {AUTOMATION_THRESHOLD} records"),
            Self::ViewOfIds => write!(
                f,
                "a custom view of exactly these records: a job on more than {AUTOMATION_THRESHOLD} records \
                 does not trigger automations"
            ),
            Self::UpdateWithoutTriggers { calls, credits } => {
                f.write_str(
                    "without a mass update: the ordinary update call leaves out automations with \
                     `\"trigger\": []`",
                )?;
                cost(f, *calls, *credits)
            }
            Self::ValuePerRecord => f.write_str(
                "without a mass update: give each record a value of its own, with the ordinary update call",
            ),
        }
    }
}

impl Display for Hazard {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::CriteriaFieldLast { fields } => write!(
                f,
                "the last step sets {}, which the criteria of the view use: afterwards the view holds other \
                 records",
                quoted(fields)
            ),
            Self::FrozenView { because } => {
                f.write_str("the ids of the view are read before anything changes")?;
                because.as_ref().map_or(Ok(()), |why| write!(f, ": {why}"))
            }
            Self::MovingView { moved_by: MovedBy::Caller } => {
                f.write_str("the view holds the records of the user who runs the plan")
            }
            Self::MovingView { moved_by: MovedBy::Time } => f.write_str(
                "which records the view holds depends on when they were last read or changed",
            ),
            Self::NearAutomationThreshold { records, .. } => write!(
                f,
                "the view holds {records} records: automations stop running at {AUTOMATION_THRESHOLD}, and \
                 counts lag by minutes"
            ),
            Self::NearJobLimit { records, .. } => write!(
                f,
                "the view holds {records} records: a job on more than {MAX_JOB_RECORDS} is refused, and counts \
                 lag by minutes"
            ),
            Self::ViewToDivide { records, .. } => too_large(f, *records),
            Self::UncountedView => f.write_str(
                "the number of records in the view is unknown: whether a job takes them and triggers automations \
                 depends on it",
            ),
            Self::UndatedCount => {
                f.write_str("the time at which the records of the view were counted is unknown")
            }
            Self::OneValueForUniqueField { field } => {
                write!(f, "field `{field}` is unique, and the view may hold several records")
            }
            Self::DependentFieldsApart { parent, child, module } => {
                write!(f, "`{child}` depends on `{parent}`, and a call on {module} cannot set both")
            }
            Self::AutomationsEachPass { passes, certain } => {
                let run = if *certain { "runs" } else { "may run" };
                write!(f, "each record is updated {passes} times, and a matching workflow {run} each time")
            }
            Self::JobMayRefuseField { fields } => {
                write!(f, "it is unknown whether a job may set {}", quoted(fields))
            }
            Self::ViewOpenBetweenJobs { jobs } => write!(
                f,
                "{jobs} jobs run one after another: records that enter or leave the view in between get only \
                 some of the fields"
            ),
            Self::UncountedTerritory { records } => write!(
                f,
                "how many of the {records} records of the view are in the territory is unknown, and so is \
                 whether automations run"
            ),
            Self::OldCount { hours } => {
                write!(f, "the records of the view were counted {} ago", counted(*hours, "hour"))
            }
        }
    }
}

impl Hazard {
    /// What to do about the hazard, as a phrase that names no command.
    pub fn help(&self) -> String {
        let text = match self {
            Self::CriteriaFieldLast { .. } => {
                "do not run the plan on the view a second time: it then holds other records"
            }
            Self::FrozenView { .. } => {
                "records that enter the view later are not updated; records that leave it are"
            }
            Self::MovingView { moved_by: MovedBy::Caller } => {
                "run the plan with the token of the intended user"
            }
            Self::MovingView { moved_by: MovedBy::Time } => {
                "use a view whose criteria do not depend on the time, or read the ids first"
            }
            Self::NearAutomationThreshold { policy: AutomationPolicy::Any, .. } => {
                "set `automation` to `require` or `forbid` in the policy"
            }
            Self::NearAutomationThreshold { .. } => "count again just before the plan runs",
            Self::NearJobLimit { by, .. } | Self::ViewToDivide { by, .. } => {
                return Divide(by.as_ref()).to_string();
            }
            Self::UncountedView | Self::OldCount { .. } => {
                "count the records of the view and put the count into the snapshot"
            }
            Self::UndatedCount => "put the time of the count into the snapshot",
            Self::OneValueForUniqueField { .. } => {
                "set the field record by record, with the ordinary update call"
            }
            Self::DependentFieldsApart { parent, child, .. } => {
                return format!(
                    "between the calls, the `{child}` of a record may not fit its `{parent}`; the server may \
                     refuse either"
                );
            }
            Self::AutomationsEachPass { .. } => {
                "workflows that send emails or start other work do so in each pass"
            }
            Self::JobMayRefuseField { .. } => {
                "add the field metadata to the snapshot, or read the ids first, which needs no jobs"
            }
            Self::ViewOpenBetweenJobs { .. } => {
                "run the plan while nobody works on these records, or read the ids first"
            }
            Self::UncountedTerritory { .. } => {
                "use a view with the territory among its criteria, and count it"
            }
        };
        text.to_owned()
    }
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { field, condition } = self;
        match condition {
            Condition::Option(option) => write!(f, "`{field}` is `{option}`"),
            Condition::Empty => write!(f, "`{field}` is empty"),
            Condition::NoneOf(_) => write!(f, "`{field}` is not empty and is none of these"),
        }
    }
}

impl Display for Unknown {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sizes => write!(
                f,
                "how many records each view holds: count them, and divide one of more than {MAX_JOB_RECORDS} again"
            ),
            Self::LargePart { needed, parts } => write!(
                f,
                "which view holds more than {MAX_JOB_RECORDS} records: {needed} views are needed, and these are \
                 {parts}"
            ),
            Self::Automations => write!(
                f,
                "whether automations run: a job on fewer than {AUTOMATION_THRESHOLD} records triggers them"
            ),
            Self::Changes { field } => write!(
                f,
                "whether `{field}` of a record changes between the jobs: the record then moves to another view"
            ),
        }
    }
}

struct Divide<'d>(Option<&'d Divider>);

impl Display for Divide<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        divide(f, self.0)
    }
}

/// What a remedy takes, if it is known.
fn cost(f: &mut fmt::Formatter<'_>, calls: Option<u64>, credits: Option<u64>) -> fmt::Result {
    let (Some(calls), Some(credits)) = (calls, credits) else { return Ok(()) };
    write!(f, " ({} and {})", counted(calls, "call"), counted(credits, "credit"))
}

fn divide(f: &mut Formatter<'_>, by: Option<&Divider>) -> fmt::Result {
    match by {
        Some(Divider { field, options }) => write!(
            f,
            "divide the view by `{field}`, which the plan does not change: one view for each of its {options} \
             options, one for records without a value, one for any other value; they are disjoint and \
             complete, and a job takes at most {MAX_JOB_RECORDS} records of each"
        ),
        None => write!(
            f,
            "divide the view by the values of a picklist that the plan does not change, so that each part holds \
             at most {MAX_JOB_RECORDS} records"
        ),
    }
}

fn too_large(f: &mut Formatter<'_>, records: u64) -> fmt::Result {
    write!(f, "the view holds {records} records; a job takes at most {MAX_JOB_RECORDS}")
}

/// `1 call`, `2 calls`.
pub(crate) fn counted(number: u64, one: &str) -> String {
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {one}{many}")
}

/// Names in backticks, separated by commas.
pub(crate) fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
