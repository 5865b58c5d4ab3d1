//! What a plan may do and what its calls cost.

use massup_model::Automation;
use serde::{Deserialize, Serialize};

use crate::Route;

/// What a plan may do. The default allows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Policy {
    /// Whether automations must, may or must not run.
    #[serde(skip_serializing_if = "is_default")]
    pub automation: AutomationPolicy,
    /// The most mass update calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<u64>,
    /// The most API credits, including those for reading ids and for the status of jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_credits: Option<u64>,
    /// The most concurrent calls when the plan runs. It does not affect planning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u64>,
    /// The age in hours from which a count is reported as old; 24 if not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_count_age_hours: Option<u64>,
    /// The only route that the plan may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// What calls cost.
    #[serde(skip_serializing_if = "is_default")]
    pub credits: Credits,
}

/// Whether workflows, approvals and blueprints must, may or must not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AutomationPolicy {
    /// They may run.
    #[default]
    Any,
    /// They must not run.
    Forbid,
    /// They must run.
    Require,
}

impl AutomationPolicy {
    /// Every policy, in the order of help texts.
    pub const ALL: [Self; 3] = [Self::Require, Self::Forbid, Self::Any];

    /// Whether the policy allows an outcome. An undefined outcome satisfies only [`Self::Any`].
    pub fn allows(self, automations: Automation) -> bool {
        match self {
            Self::Any => true,
            Self::Forbid => automations == Automation::NotTriggered,
            Self::Require => automations == Automation::Triggered,
        }
    }
}

/// API credits per call. No table of the vendor lists mass updates by name: they cost what “all other
/// APIs” cost, 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Credits {
    /// A mass update call.
    pub mass_update: u64,
    /// A call for the status of a job.
    pub job_status: u64,
    /// How often the status of a job is polled, at least.
    pub polls: u64,
    /// A page of 200 records of a view.
    pub read_page: u64,
    /// A bulk read of one page of 200,000 records.
    pub bulk_read: u64,
    /// Ten records of the ordinary update call.
    pub update_ten: u64,
    /// A bulk write of 25,000 records.
    pub bulk_write: u64,
    /// Any other call.
    pub other: u64,
}

impl Default for Credits {
    fn default() -> Self {
        Self {
            mass_update: 1,
            job_status: 1,
            polls: 1,
            read_page: 3,
            bulk_read: 50,
            update_ten: 1,
            bulk_write: 500,
            other: 1,
        }
    }
}

/// Whether a value is the default, which files leave out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
