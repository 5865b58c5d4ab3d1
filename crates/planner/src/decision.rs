//! Which route a plan takes, what the others take, and why there may be none.

use massup_model::Automation;
use serde::Serialize;

use crate::division::Division;
use crate::estimate::Estimate;
use crate::hazard::Hazard;
use crate::policy::AutomationPolicy;
use crate::route::Route;

/// The route of a plan, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Decision {
    /// The cheapest route without an objection: fewest credits, then fewest calls. `None` if every route
    /// has one.
    pub route: Option<Route>,
    /// The number of records, if known.
    pub records: Option<u64>,
    /// Every route for the selection, including those with objections.
    pub alternatives: Vec<Alternative>,
    /// The hazards of the route.
    pub hazards: Vec<Hazard>,
    /// How to divide a view that holds more records than a job takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<Division>,
    /// Without a route: changes that each make one possible, the smallest change first.
    pub remedies: Vec<Remedy>,
}

impl Decision {
    /// Why no mass update is possible: the first objection to each route, separated by semicolons.
    pub fn reasons(&self) -> String {
        let planned = self.alternatives.iter().filter(|other| !other.route.is_comparison());
        let first = planned.filter_map(|other| other.objections.first()).map(Objection::to_string);
        first.collect::<Vec<_>>().join("; ")
    }
}

/// A route and what it takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Alternative {
    /// The route.
    pub route: Route,
    /// What it takes.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// Why it cannot be taken; empty if it can.
    pub objections: Vec<Objection>,
}

/// Why a plan cannot take a route. [`Display`](std::fmt::Display) gives it as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Objection {
    /// The route is shown for comparison only.
    NotMassUpdate,
    /// The policy requires another route.
    OtherRouteRequired {
        /// The required route.
        route: Route,
    },
    /// A unique field would get the same value on several records.
    UniqueField {
        /// Its API name.
        field: String,
    },
    /// The policy on automations does not allow what the route does.
    Automations {
        /// What the policy asks for: never [`AutomationPolicy::Any`].
        policy: AutomationPolicy,
        /// What the route does.
        outcome: Automation,
        /// On what the outcome depends.
        basis: AutomationBasis,
    },
    /// The route needs more than the policy allows.
    OverBudget {
        /// What is limited.
        budget: Budget,
        /// How much the route needs; `None` if that depends on an unknown number of records.
        needed: Option<u64>,
        /// How much the policy allows.
        limit: u64,
    },
    /// The edition of the organisation does not schedule mass updates.
    EditionWithoutJobs,
    /// Territories may share records, and a record may be in none.
    TerritoriesMayOverlap,
    /// The view holds more records than a job takes.
    ViewTooLarge {
        /// The number of records in the view.
        records: u64,
    },
    /// Several jobs are needed, and the criteria of the view are unknown.
    CriteriaUnknown {
        /// The number of jobs.
        jobs: usize,
    },
    /// The criteria of the view use fields that do not fit into one job.
    CriteriaFieldsApart {
        /// Their API names.
        fields: Vec<String>,
    },
    /// Several jobs are needed, and every update changes which records are in the view.
    ViewChangesWithUpdates,
}

/// On what it depends whether automations run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AutomationBasis {
    /// The calls list record ids.
    Ids,
    /// The number of records in the view; `None` if unknown.
    View(Option<u64>),
    /// The number of records of the view in the territory, which no API counts.
    Territory,
}

/// What a policy can limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Budget {
    /// Mass update calls.
    Calls,
    /// API credits.
    Credits,
}

/// A change that makes a plan possible. [`Display`](std::fmt::Display) gives it as a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Remedy {
    /// Allow automations to run or not.
    AnyAutomation {
        /// The route that becomes possible.
        route: Route,
    },
    /// Raise a limit of the policy.
    RaiseLimit {
        /// The limit.
        budget: Budget,
        /// How much is needed.
        to: u64,
    },
    /// Do not require a route.
    AnyRoute {
        /// The route that becomes possible.
        route: Route,
    },
    /// Drop the policy on automations, limits and the route, where no single change is enough.
    DropPolicy {
        /// The route that becomes possible.
        route: Route,
        /// The calls that it takes.
        calls: Option<u64>,
        /// The credits that it takes.
        credits: Option<u64>,
    },
    /// Count the records of the view.
    CountView,
    /// Find out the criteria of the view.
    LearnCriteria,
    /// Divide the view into smaller ones.
    DivideView {
        /// How; `None` if no suitable picklist is known.
        by: Option<Divider>,
    },
    /// Use a view that holds so many records that jobs do not trigger automations.
    LargerView,
    /// Make a view of these records, which is large enough not to trigger automations.
    ViewOfIds,
    /// Not a mass update: use ordinary update calls, which can leave out automations.
    UpdateWithoutTriggers {
        /// The calls that this takes.
        calls: Option<u64>,
        /// The credits that this takes.
        credits: Option<u64>,
    },
    /// Not a mass update: give each record a value of its own.
    ValuePerRecord,
}

/// A picklist that divides a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Divider {
    /// The API name of the picklist.
    pub field: String,
    /// The number of its options.
    pub options: usize,
}

impl From<&Division> for Divider {
    fn from(division: &Division) -> Self {
        let options = division.parts.len().saturating_sub(2);
        Self { field: division.field.clone(), options }
    }
}
