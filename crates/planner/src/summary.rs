//! What a plan amounts to.

use massup_model::ApiVersion;
use serde::Serialize;

/// What a plan amounts to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// The module's API name.
    pub module: String,
    /// The API version of every call.
    pub api_version: ApiVersion,
    /// The number of calls: the least that the limits allow.
    pub calls: u64,
    /// The number of different records.
    pub records: u64,
    /// How many ids were given again after their first appearance.
    pub duplicates: u64,
    /// The API names of the fields, in the order in which they were given.
    pub fields: Vec<String>,
    /// The fields that share a call, in the order in which they are set.
    pub field_groups: Vec<Vec<String>>,
    /// Whether workflows, approvals and blueprints are triggered.
    pub automations: Automations,
}

/// Whether calls trigger workflows, approvals and blueprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Automations {
    /// They are triggered by every call, as always for calls by ids.
    Triggered,
}
