//! What a plan may do and what its calls cost.

use massup_model::Automation;
use serde::{Deserialize, Serialize};

use crate::route::Route;

/// What a plan may do. The default allows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Policy {
    /// Whether automations must run, must not, or may.
    #[serde(skip_serializing_if = "is_default")]
    pub automation: Wanted,
    /// The most mass update calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<u64>,
    /// The most API credits, reading and the status of jobs included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_credits: Option<u64>,
    /// The most calls at the same time. Nothing here depends on it: it is for whoever runs the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u64>,
    /// The only route that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// What calls cost.
    #[serde(skip_serializing_if = "is_default")]
    pub credits: Credits,
}

/// What is wanted of workflows, approvals and blueprints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// Either will do.
    #[default]
    Any,
    /// None may run.
    Forbid,
    /// They must run.
    Require,
}

impl Wanted {
    /// Whether an outcome is what is wanted. What is undefined is neither required nor forbidden for
    /// sure.
    pub fn allows(self, automations: Automation) -> bool {
        match self {
            Self::Any => true,
            Self::Forbid => automations == Automation::NotTriggered,
            Self::Require => automations == Automation::Triggered,
        }
    }

    /// The word in a change file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Forbid => "forbid",
            Self::Require => "require",
        }
    }
}

/// API credits a call. No table of the vendor lists mass updates by name: they cost what “all other
/// APIs” do, 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Credits {
    /// A mass update call.
    pub mass_update: u64,
    /// A call for the status of a job.
    pub job_status: u64,
    /// How often the status of a job is asked for, at least.
    pub polls: u64,
    /// A page of 200 records of a view.
    pub read_page: u64,
    /// A bulk read, which takes 200,000 records a page.
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

/// Whether a value goes without saying.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
