//! Rules on plans: codes 3xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod automations_each_pass;
pub(crate) mod criteria_field_last;
pub(crate) mod damaged_plan;
pub(crate) mod dependent_fields_apart;
pub(crate) mod frozen_view;
pub(crate) mod impossible_plan;
pub(crate) mod job_may_refuse_field;
pub(crate) mod near_automation_threshold;
pub(crate) mod near_job_limit;
pub(crate) mod old_count;
pub(crate) mod one_value_for_unique_field;
pub(crate) mod plan_on_moving_view;
pub(crate) mod stale_plan;
pub(crate) mod uncounted_territory;
pub(crate) mod uncounted_view;
pub(crate) mod undated_count;
pub(crate) mod unsafe_plan;
pub(crate) mod unsigned_plan;
pub(crate) mod view_open_between_jobs;
pub(crate) mod view_to_divide;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &automations_each_pass::RULE,
    &criteria_field_last::RULE,
    &damaged_plan::RULE,
    &dependent_fields_apart::RULE,
    &frozen_view::RULE,
    &impossible_plan::RULE,
    &job_may_refuse_field::RULE,
    &near_automation_threshold::RULE,
    &near_job_limit::RULE,
    &old_count::RULE,
    &one_value_for_unique_field::RULE,
    &plan_on_moving_view::RULE,
    &stale_plan::RULE,
    &uncounted_territory::RULE,
    &uncounted_view::RULE,
    &undated_count::RULE,
    &unsafe_plan::RULE,
    &unsigned_plan::RULE,
    &view_open_between_jobs::RULE,
    &view_to_divide::RULE,
];
