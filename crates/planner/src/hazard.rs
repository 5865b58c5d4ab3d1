//! What to be careful about: findings on a plan, each with the code of a documented rule.

use massup_model::limits::{AUTOMATION_THRESHOLD, MAX_JOB_RECORDS};
use massup_model::{Automation, Selection};
use serde::Serialize;

use crate::Plan;
use crate::decision::{Alternative, counted, quoted};
use crate::division::{self, Division};
use crate::facts::{Facts, MovedBy};
use crate::policy::Wanted;
use crate::route::Route;

/// Something to be careful about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The code of the rule that explains it.
    pub code: &'static str,
    /// What it is, in one sentence.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// The last step sets a field that the criteria of the view name.
pub const CRITERIA_FIELD_LAST: &str = "MU310";
/// The ids of the view are read first.
pub const FROZEN_VIEW: &str = "MU311";
/// What the view holds depends on the time or on the caller.
pub const PLAN_ON_MOVING_VIEW: &str = "MU312";
/// The view holds about as many records as automations depend on.
pub const NEAR_AUTOMATION_THRESHOLD: &str = "MU313";
/// The view holds nearly as many records as a job reaches.
pub const NEAR_JOB_LIMIT: &str = "MU314";
/// The view holds more records than a job reaches.
pub const VIEW_TO_DIVIDE: &str = "MU315";
/// Nobody counted the records.
pub const UNCOUNTED_VIEW: &str = "MU316";
/// Nobody knows when the records were counted.
pub const UNDATED_COUNT: &str = "MU317";
/// A unique field gets one value, on nobody knows how many records.
pub const ONE_VALUE_FOR_UNIQUE_FIELD: &str = "MU318";
/// Fields that depend on each other are set by different calls.
pub const DEPENDENT_FIELDS_APART: &str = "MU319";
/// Automations run once a pass.
pub const AUTOMATIONS_EACH_PASS: &str = "MU320";
/// A job may refuse a field that calls by ids take.
pub const JOB_MAY_REFUSE_FIELD: &str = "MU321";
/// Between jobs, others may change what the view holds.
pub const VIEW_OPEN_BETWEEN_JOBS: &str = "MU322";
/// Nobody counts the records of a view within a territory.
pub const UNCOUNTED_TERRITORY: &str = "MU323";
/// The records were counted long ago.
pub const OLD_COUNT: &str = "MU324";

/// Every code of a finding here.
pub const ALL: [&str; 15] = [
    CRITERIA_FIELD_LAST,
    FROZEN_VIEW,
    PLAN_ON_MOVING_VIEW,
    NEAR_AUTOMATION_THRESHOLD,
    NEAR_JOB_LIMIT,
    VIEW_TO_DIVIDE,
    UNCOUNTED_VIEW,
    UNDATED_COUNT,
    ONE_VALUE_FOR_UNIQUE_FIELD,
    DEPENDENT_FIELDS_APART,
    AUTOMATIONS_EACH_PASS,
    JOB_MAY_REFUSE_FIELD,
    VIEW_OPEN_BETWEEN_JOBS,
    UNCOUNTED_TERRITORY,
    OLD_COUNT,
];

/// From how many hours on a count is called old, where the policy does not say.
const A_DAY: u64 = 24;

/// How near to a limit a count is uncertain: a twentieth of the limit. Counts lag by up to ten minutes.
pub(crate) const NEAR: u64 = 20;

/// What collects findings.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, code: &'static str, message: String, help: impl Into<String>) {
        self.0.push(Finding { code, message, help: Some(help.into()) });
    }
}

/// What to be careful about on a route.
pub(crate) fn findings(
    plan: &Plan,
    route: Route,
    records: Option<u64>,
    alternatives: &[Alternative],
) -> Vec<Finding> {
    let mut found = Findings(of_the_selection(plan, Some(route), records));
    if route == Route::FrozenIds {
        frozen(plan, alternatives, &mut found);
    }
    if route.is_scheduled() {
        scheduled(plan, &mut found);
    }
    passes(plan, route, records, &mut found);
    let mut found = found.0;
    found.sort_by_key(|finding| finding.code);
    found
}

/// What to be careful about on whatever route, or without one.
pub(crate) fn of_the_selection(
    plan: &Plan,
    route: Option<Route>,
    records: Option<u64>,
) -> Vec<Finding> {
    let mut found = Findings::default();
    let nothing = Facts::default();
    let known = plan.facts().unwrap_or(&nothing);
    if matches!(plan.selection(), Selection::View { .. }) {
        if known.view.records.is_none() {
            found.add(
                UNCOUNTED_VIEW,
                "how many records the view holds is not known, and with it whether a job reaches them and \
                 triggers automations"
                    .to_owned(),
                "write the count into `counts.json` of the snapshot",
            );
        } else if known.view.counted.is_none() {
            found.add(
                UNDATED_COUNT,
                "when the records of the view were counted is not known".to_owned(),
                "write `as_of` beside the count into `counts.json` of the snapshot",
            );
        }
        let most = plan.policy().max_count_age_hours.unwrap_or(A_DAY);
        if let (Some(_), Some(hours)) = (known.view.records, known.view.hours_old)
            && hours > most
        {
            found.add(
                OLD_COUNT,
                format!("the records of the view were counted {} ago", counted(hours, "hour")),
                "count them again, and write the number and `as_of` into `counts.json` of the snapshot",
            );
        }
        match known.view.moves() {
            Some(MovedBy::Caller) => found.add(
                PLAN_ON_MOVING_VIEW,
                "the view holds the records of whoever runs the plan".to_owned(),
                "run the plan with the token of the user who is meant",
            ),
            Some(MovedBy::Time) => found.add(
                PLAN_ON_MOVING_VIEW,
                "which records the view holds depends on when they were last read or changed"
                    .to_owned(),
                "make a view with criteria that stay, or read the ids at a time that is known",
            ),
            None => {}
        }
        if known.view.records.is_some_and(|records| records > MAX_JOB_RECORDS) {
            let records = known.view.records.unwrap_or_default();
            found.add(
                VIEW_TO_DIVIDE,
                format!(
                    "the view holds {records} records; a job reaches at most {MAX_JOB_RECORDS}"
                ),
                division(plan),
            );
        }
        // With more than one there is no plan.
        if records.is_none()
            && let Some(field) = plan.unique_field()
        {
            found.add(
                ONE_VALUE_FOR_UNIQUE_FIELD,
                format!("field `{field}` is unique, and the view may hold more than one record"),
                "set it record by record with the ordinary update call",
            );
        }
    }
    for (parent, child) in plan.apart(route.unwrap_or(Route::Ids)) {
        found.add(
            DEPENDENT_FIELDS_APART,
            format!(
                "`{child}` depends on `{parent}`, and a call on {} cannot set both",
                plan.module()
            ),
            format!(
                "between the calls records hold a `{child}` that may not fit their `{parent}`; the \
                 server may refuse either"
            ),
        );
    }
    found.0
}

/// How a view can be divided into parts that are disjoint and complete.
pub(crate) fn division(plan: &Plan) -> String {
    Division::of(plan).map_or_else(division::without_facts, |division| division.in_words())
}

fn frozen(plan: &Plan, alternatives: &[Alternative], found: &mut Findings) {
    let by_view = alternatives.iter().find(|other| {
        other.route == if plan.has_territory() { Route::Territory } else { Route::View }
    });
    let why = by_view.and_then(|other| other.why_not.first());
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    found.add(
        FROZEN_VIEW,
        format!("the ids of the view are read before anything is changed{why}"),
        "records that come into the view later are not updated, and those that leave it are",
    );
}

fn scheduled(plan: &Plan, found: &mut Findings) {
    let named = plan.criteria_fields();
    if !named.is_empty() {
        found.add(
            CRITERIA_FIELD_LAST,
            format!(
                "the last step sets {}, which the criteria of the view name: after it the view holds \
                 other records",
                quoted(&named)
            ),
            "do not run the plan a second time on the view; what it holds then was not planned",
        );
    }
    let records = plan.at_most(None);
    let near = |limit: u64| records.filter(|records| records.abs_diff(limit) <= limit / NEAR);
    if let Some(records) = near(AUTOMATION_THRESHOLD) {
        found.add(
            NEAR_AUTOMATION_THRESHOLD,
            format!(
                "the view holds {records} records: whether automations run changes at \
                 {AUTOMATION_THRESHOLD}, and counts lag by minutes"
            ),
            match plan.policy().automation {
                Wanted::Any => "say with `automation` whether they must run, or must not",
                Wanted::Forbid | Wanted::Require => "count again just before the plan is run",
            },
        );
    }
    if let Some(records) = near(MAX_JOB_RECORDS).filter(|records| *records <= MAX_JOB_RECORDS) {
        found.add(
            NEAR_JOB_LIMIT,
            format!(
                "the view holds {records} records: a job on more than {MAX_JOB_RECORDS} is refused, \
                 and counts lag by minutes"
            ),
            division(plan),
        );
    }
    if plan.has_territory()
        && let Some(records) = records.filter(|records| *records >= AUTOMATION_THRESHOLD)
    {
        found.add(
            UNCOUNTED_TERRITORY,
            format!(
                "how many of the {records} records of the view are in the territory is not known, and \
                 with it whether automations run"
            ),
            "make a view with the territory among its criteria, and count it",
        );
    }
    let known = plan.facts().map(|facts| &facts.fields);
    let sure = |name: &String| {
        known.and_then(|fields| fields.get(name)).and_then(|field| field.mass_update) == Some(true)
    };
    let unsure: Vec<&str> =
        plan.fields().iter().filter(|name| !sure(name)).map(String::as_str).collect();
    if !unsure.is_empty() {
        found.add(
            JOB_MAY_REFUSE_FIELD,
            format!("whether a job may set {} is not known", quoted(&unsure)),
            "take the metadata of the fields into the snapshot; `--route frozen-ids` does without jobs",
        );
    }
    if plan.groups(Route::View).len() > 1 {
        found.add(
            VIEW_OPEN_BETWEEN_JOBS,
            format!(
                "{} jobs run one after another: what people or workflows move into the view or out of \
                 it in between gets some of the fields only",
                plan.groups(Route::View).len()
            ),
            "run the plan while nobody works on these records, or plan with `--route frozen-ids`",
        );
    }
}

fn passes(plan: &Plan, route: Route, records: Option<u64>, found: &mut Findings) {
    let passes = plan.groups(route).len();
    let automations = route.estimate(plan, records).automations;
    if passes > 1 && automations != Automation::NotTriggered {
        let fires = if automations == Automation::Triggered { "fires" } else { "may fire" };
        found.add(
            AUTOMATIONS_EACH_PASS,
            format!(
                "each record is updated {passes} times, and a workflow that fits {fires} each time"
            ),
            "workflows that send mails or start other work do so once a pass",
        );
    }
}
