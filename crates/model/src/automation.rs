//! Whether a call triggers approvals, blueprints and workflows.

use serde::{Deserialize, Serialize};

use crate::limits::AUTOMATION_THRESHOLD;

/// Whether a call triggers the automations of the records that it updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Automation {
    /// They run.
    Triggered,
    /// They do not run.
    NotTriggered,
    /// The documents do not cover the case, or the number of records is unknown.
    Undefined,
}

impl Automation {
    /// The outcome of a call by `ids`: automations always run.
    pub const fn of_ids() -> Self {
        Self::Triggered
    }

    /// The outcome of a scheduled job: automations run below 1,000 records and not above; no document covers
    /// exactly 1,000. `None` is an unknown number of records.
    ///
    /// ```
    /// use massup_model::automation::Automation;
    ///
    /// assert_eq!(Automation::of_job(Some(999)), Automation::Triggered);
    /// assert_eq!(Automation::of_job(Some(1_000)), Automation::Undefined);
    /// assert_eq!(Automation::of_job(Some(1_001)), Automation::NotTriggered);
    /// assert_eq!(Automation::of_job(None), Automation::Undefined);
    /// ```
    pub fn of_job(records: Option<u64>) -> Self {
        match records.map(|records| records.cmp(&AUTOMATION_THRESHOLD)) {
            Some(std::cmp::Ordering::Less) => Self::Triggered,
            Some(std::cmp::Ordering::Greater) => Self::NotTriggered,
            Some(std::cmp::Ordering::Equal) | None => Self::Undefined,
        }
    }
}
