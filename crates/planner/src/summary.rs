//! The totals of a plan.

use massup_model::id::Suspicion;
use massup_model::{ApiVersion, Automation};
use serde::Serialize;

use crate::{Plan, Route};

/// The totals of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// The module's API name.
    pub module: String,
    /// The API version of every call.
    pub api_version: ApiVersion,
    /// The route.
    pub route: Route,
    /// The number of steps. A step that uses the ids of another step is one step, however many calls it makes.
    pub steps: u64,
    /// The number of calls that update records: the fewest that set every field of every record exactly
    /// once. `None` if the ids are yet to be read and were not counted.
    pub calls: Option<u64>,
    /// The number of different records; of a view, if known.
    pub records: Option<u64>,
    /// The number of duplicate ids, which are skipped.
    pub duplicates: u64,
    /// The API names of the fields, in the given order.
    pub fields: Vec<String>,
    /// The fields that share a call, in the order in which they are set.
    pub field_groups: Vec<Vec<String>>,
    /// Whether workflows, approvals and blueprints run.
    pub automations: Automation,
    /// Why the ids are probably not record ids. Not part of the JSON form.
    #[serde(skip)]
    pub suspicion: Option<Suspicion>,
}

impl Plan {
    pub(crate) fn summary(
        &self,
        route: Route,
        steps: u64,
        records: Option<u64>,
        duplicates: u64,
    ) -> Summary {
        let estimate = self.estimate(route, records);
        let names = |group: &Vec<(String, _)>| group.iter().map(|(name, _)| name.clone()).collect();
        Summary {
            module: self.module().to_owned(),
            api_version: self.version(),
            route,
            steps,
            calls: estimate.calls,
            records,
            duplicates,
            fields: self.fields().to_vec(),
            field_groups: self.groups(route).iter().map(names).collect(),
            automations: estimate.automations,
            suspicion: None,
        }
    }
}
