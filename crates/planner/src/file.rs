//! The plan file, `*.plan.jsonl`: a header line, one line per step, a footer line.
//!
//! The header contains what was asked for and the known facts, so a plan can be checked by itself; values are only
//! in the steps. The footer contains the totals and the SHA-256 of every byte before its own hexadecimal digits,
//! so a plan that is cut off or edited is refused. Reading holds one line at a time, writing a block of lines.

mod digits;
mod laws;
mod line;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod sealed;
mod write;

use std::collections::BTreeMap;

use massup_model::{ApiVersion, Territory, TerritoryId, ViewId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::facts::PlanFacts;
use crate::policy::{Policy, is_default};
use crate::{Error, Plan, Route, Summary};

pub use laws::{Breach, Correction, breaches};
pub use read::{Reader, verify, verify_each};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use write::{write, write_requests, write_steps};

/// The version of the format: `massup_plan` of the header.
pub const FORMAT: u64 = 1;

/// The first line of a plan file: what applies to every step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Header {
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    massup_plan: u64,
    /// The module's API name.
    pub module: String,
    /// The API version.
    pub api_version: ApiVersion,
    /// The API names of the fields, in the given order.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub fields: Vec<String>,
    /// `over_write`, if set: whether values of multi-select picklists replace the present ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_write: Option<bool>,
    /// The route.
    pub route: Route,
    /// The custom view, unless the records are listed by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select: Option<View>,
    /// The policy.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Policy,
    /// The known facts; `None` without a snapshot.
    pub facts: Option<Known>,
    /// The program that wrote the plan, with its version; may be empty.
    #[serde(default)]
    pub created_by: String,
}

/// A custom view, as in a change file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct View {
    /// `cvid`.
    pub view: ViewId,
    /// The territory to which it is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<Within>,
}

/// A territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Within {
    /// `id`.
    pub id: TerritoryId,
    /// `include_child`.
    #[serde(default)]
    pub include_child: bool,
}

/// Facts and their digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Known {
    /// [`PlanFacts::digest`].
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^sha256:[0-9a-f]{64}$")))]
    pub digest: String,
    /// The facts.
    pub known: PlanFacts,
}

impl Header {
    pub(crate) fn new(plan: &Plan, route: Route) -> Self {
        use massup_model::Selection;
        let select = match *plan.selection() {
            Selection::View { view, territory } if route != Route::Ids => {
                let within = |Territory { id, include_child }| Within { id, include_child };
                Some(View { view, territory: territory.map(within) })
            }
            _ => None,
        };
        let known = |facts: &PlanFacts| Known { digest: facts.digest(), known: facts.clone() };
        Self {
            massup_plan: FORMAT,
            module: plan.module().to_owned(),
            api_version: plan.version(),
            fields: plan.fields().to_vec(),
            over_write: plan.over_write(),
            route,
            select,
            policy: plan.policy().clone(),
            facts: plan.facts().map(known),
            created_by: concat!("massup ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The plan without its values, which are `null`: the header does not contain them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Intent`](crate::ErrorKind::Intent): no call can set these fields on this module.
    pub fn plan(&self) -> Result<Plan, Error> {
        self.plan_with(&BTreeMap::new())
    }

    /// The plan with the values that its steps set.
    ///
    /// # Errors
    ///
    /// As [`Header::plan`].
    pub fn plan_with(&self, values: &BTreeMap<String, Value>) -> Result<Plan, Error> {
        let value = |name: &String| values.get(name).cloned().unwrap_or_default();
        let fields = self.fields.iter().map(|name| (name.clone(), value(name))).collect();
        let mut plan = Plan::new(self.api_version, &self.module, fields, self.over_write)?
            .with_policy(self.policy.clone());
        if let Some(View { view, territory }) = self.select {
            plan = plan.on_view(view, territory.map(Territory::from));
        }
        if let Some(facts) = &self.facts {
            plan = plan.with_facts(facts.known.clone());
        }
        Ok(plan)
    }

    /// The totals of the plan, from its footer.
    pub fn summary(&self, plan: &Plan, footer: &Footer) -> Summary {
        plan.summary(self.route, footer.steps, footer.records, footer.duplicates)
    }

    /// Whether the plan is up to date with other facts: those that affect it are the same.
    ///
    /// # Errors
    ///
    /// As [`Header::plan`].
    pub fn is_current(&self, facts: &PlanFacts) -> Result<bool, Error> {
        let Some(known) = &self.facts else { return Ok(true) };
        let now = self.plan()?.with_facts(facts.clone());
        Ok(now.facts().map(PlanFacts::digest).as_ref() == Some(&known.digest))
    }
}

/// The last line of a plan file: the totals.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Footer {
    /// The number of steps.
    pub steps: u64,
    /// The number of different records; of a view, the counted number.
    pub records: Option<u64>,
    /// The number of duplicate ids, which were skipped.
    pub duplicates: u64,
    /// `sha256:` and the 64 hexadecimal digits of the hash of every byte before them.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^sha256:[0-9a-f]{64}$")))]
    pub digest: String,
}

/// The end of every plan file, after the digits of the digest.
const END: &str = "\"}\n";
