//! The totals of a plan.

use massup_model::id::Suspicion;
use massup_model::{ApiVersion, Automation, Selection};
use serde::Serialize;

use crate::words::counted;
use crate::{Plan, Route};

/// The totals of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// What a plan does, in a sentence without its module: `3 calls update 1180 records`.
    pub fn sentence(&self, summary: &Summary) -> String {
        let calls = summary.calls.map_or("calls".to_owned(), |calls| counted(calls, "call"));
        let is_within = matches!(self.selection(), Selection::View { territory: Some(_), .. });
        let records = match (summary.route, summary.records) {
            (Route::Ids, Some(0)) => return "no record ids were given; nothing to do".to_owned(),
            (Route::Ids, Some(records)) => counted(records, "record"),
            (_, Some(records)) => format!("the {} of a view", counted(records, "record")),
            (_, None) if is_within => "the records of a view within a territory".to_owned(),
            (_, None) => "the records of a view, which were not counted".to_owned(),
        };
        let update = |n: Option<u64>| if n == Some(1) { "updates" } else { "update" };
        match summary.route {
            Route::View | Route::Territory => {
                let jobs = counted(summary.steps, "job");
                format!("{jobs} {} {records}", update(Some(summary.steps)))
            }
            Route::FrozenIds => {
                format!("{calls} {} {records}, whose ids are read first", update(summary.calls))
            }
            _ => format!("{calls} {} {records}", update(summary.calls)),
        }
    }

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
