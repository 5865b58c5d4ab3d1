//! What a plan amounts to.

use massup_model::{ApiVersion, Automation};
use serde::Serialize;

use crate::Plan;
use crate::route::Route;

/// What a plan amounts to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// The module's API name.
    pub module: String,
    /// The API version of every call.
    pub api_version: ApiVersion,
    /// The way that is taken.
    pub route: Route,
    /// The number of steps. A step by the ids that another reads is one, however many calls it takes.
    pub steps: u64,
    /// The number of calls that update records: the fewest in which every record gets every field just
    /// once. Unknown where the ids are still to be read and nobody counted them.
    pub calls: Option<u64>,
    /// The number of different records; of a view as far as it is known.
    pub records: Option<u64>,
    /// How many ids were given again after their first appearance.
    pub duplicates: u64,
    /// The API names of the fields, in the order in which they were given.
    pub fields: Vec<String>,
    /// The fields that share a call, in the order in which they are set.
    pub field_groups: Vec<Vec<String>>,
    /// Whether workflows, approvals and blueprints are triggered.
    pub automations: Automation,
}

impl Plan {
    pub(crate) fn summary(
        &self,
        route: Route,
        steps: u64,
        records: Option<u64>,
        duplicates: u64,
    ) -> Summary {
        let estimate = route.estimate(self, records);
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
        }
    }
}
