//! Hazards of a plan, each with the code of the rule that explains it.

use serde::Serialize;

use crate::decision::{Divider, Objection};
use crate::facts::MovedBy;
use crate::policy::AutomationPolicy;

/// A hazard of a plan. [`Display`](std::fmt::Display) gives it as a sentence, [`help`](Self::help) says
/// what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Hazard {
    /// MU310: the last step sets fields that the criteria of the view use.
    CriteriaFieldLast {
        /// Their API names.
        fields: Vec<String>,
    },
    /// MU311: the ids of the view are read before anything changes.
    FrozenView {
        /// Why jobs on the view are not possible; `None` if reading is only cheaper.
        because: Option<Objection>,
    },
    /// MU312: which records the view holds depends on the time or on the caller.
    MovingView {
        /// On what it depends.
        moved_by: MovedBy,
    },
    /// MU313: the size of the view is close to the number from which automations do not run.
    NearAutomationThreshold {
        /// The number of records in the view.
        records: u64,
        /// What the policy asks of automations.
        policy: AutomationPolicy,
    },
    /// MU314: the size of the view is close to the most records that a job takes.
    NearJobLimit {
        /// The number of records in the view.
        records: u64,
        /// How the view can be divided.
        by: Option<Divider>,
    },
    /// MU315: the view holds more records than a job takes.
    ViewToDivide {
        /// The number of records in the view.
        records: u64,
        /// How the view can be divided.
        by: Option<Divider>,
    },
    /// MU316: the number of records in the view is unknown.
    UncountedView,
    /// MU317: the time of the count is unknown.
    UndatedCount,
    /// MU318: a unique field gets one value on an unknown number of records.
    OneValueForUniqueField {
        /// Its API name.
        field: String,
    },
    /// MU319: different calls set fields that depend on each other.
    DependentFieldsApart {
        /// The parent picklist.
        parent: String,
        /// The picklist that depends on it.
        child: String,
        /// The module.
        module: String,
    },
    /// MU320: automations run for each pass over the records.
    AutomationsEachPass {
        /// The number of passes.
        passes: usize,
        /// Whether automations run for certain.
        certain: bool,
    },
    /// MU321: it is unknown whether a job accepts a field.
    JobMayRefuseField {
        /// The API names.
        fields: Vec<String>,
    },
    /// MU322: between jobs, others may change which records the view holds.
    ViewOpenBetweenJobs {
        /// The number of jobs.
        jobs: usize,
    },
    /// MU323: the number of records of the view in the territory is unknown.
    UncountedTerritory {
        /// The number of records in the view.
        records: u64,
    },
    /// MU324: the records were counted long ago.
    OldCount {
        /// The age of the count in hours.
        hours: u64,
    },
}

/// The code of [`Hazard::CriteriaFieldLast`].
pub const CRITERIA_FIELD_LAST: &str = "MU310";
/// The code of [`Hazard::FrozenView`].
pub const FROZEN_VIEW: &str = "MU311";
/// The code of [`Hazard::MovingView`].
pub const PLAN_ON_MOVING_VIEW: &str = "MU312";
/// The code of [`Hazard::NearAutomationThreshold`].
pub const NEAR_AUTOMATION_THRESHOLD: &str = "MU313";
/// The code of [`Hazard::NearJobLimit`].
pub const NEAR_JOB_LIMIT: &str = "MU314";
/// The code of [`Hazard::ViewToDivide`].
pub const VIEW_TO_DIVIDE: &str = "MU315";
/// The code of [`Hazard::UncountedView`].
pub const UNCOUNTED_VIEW: &str = "MU316";
/// The code of [`Hazard::UndatedCount`].
pub const UNDATED_COUNT: &str = "MU317";
/// The code of [`Hazard::OneValueForUniqueField`].
pub const ONE_VALUE_FOR_UNIQUE_FIELD: &str = "MU318";
/// The code of [`Hazard::DependentFieldsApart`].
pub const DEPENDENT_FIELDS_APART: &str = "MU319";
/// The code of [`Hazard::AutomationsEachPass`].
pub const AUTOMATIONS_EACH_PASS: &str = "MU320";
/// The code of [`Hazard::JobMayRefuseField`].
pub const JOB_MAY_REFUSE_FIELD: &str = "MU321";
/// The code of [`Hazard::ViewOpenBetweenJobs`].
pub const VIEW_OPEN_BETWEEN_JOBS: &str = "MU322";
/// The code of [`Hazard::UncountedTerritory`].
pub const UNCOUNTED_TERRITORY: &str = "MU323";
/// The code of [`Hazard::OldCount`].
pub const OLD_COUNT: &str = "MU324";

/// The codes of all hazards.
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

impl Hazard {
    /// The code of the rule that explains the hazard, such as `MU310`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CriteriaFieldLast { .. } => CRITERIA_FIELD_LAST,
            Self::FrozenView { .. } => FROZEN_VIEW,
            Self::MovingView { .. } => PLAN_ON_MOVING_VIEW,
            Self::NearAutomationThreshold { .. } => NEAR_AUTOMATION_THRESHOLD,
            Self::NearJobLimit { .. } => NEAR_JOB_LIMIT,
            Self::ViewToDivide { .. } => VIEW_TO_DIVIDE,
            Self::UncountedView => UNCOUNTED_VIEW,
            Self::UndatedCount => UNDATED_COUNT,
            Self::OneValueForUniqueField { .. } => ONE_VALUE_FOR_UNIQUE_FIELD,
            Self::DependentFieldsApart { .. } => DEPENDENT_FIELDS_APART,
            Self::AutomationsEachPass { .. } => AUTOMATIONS_EACH_PASS,
            Self::JobMayRefuseField { .. } => JOB_MAY_REFUSE_FIELD,
            Self::ViewOpenBetweenJobs { .. } => VIEW_OPEN_BETWEEN_JOBS,
            Self::UncountedTerritory { .. } => UNCOUNTED_TERRITORY,
            Self::OldCount { .. } => OLD_COUNT,
        }
    }
}
