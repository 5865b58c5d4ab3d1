//! Constraints that only the server knows: codes 9xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod converted_record;
pub(crate) mod field_refused_in_jobs;
pub(crate) mod mass_update_not_permitted;
pub(crate) mod non_subordinate_user;
pub(crate) mod record_in_blueprint;
pub(crate) mod record_in_stop_processing;
pub(crate) mod record_locked;
pub(crate) mod record_not_approved;
pub(crate) mod record_not_permitted;
pub(crate) mod schedule_not_permitted;
pub(crate) mod unknown_record;
pub(crate) mod view_in_use;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &converted_record::RULE,
    &field_refused_in_jobs::RULE,
    &mass_update_not_permitted::RULE,
    &non_subordinate_user::RULE,
    &record_in_blueprint::RULE,
    &record_in_stop_processing::RULE,
    &record_locked::RULE,
    &record_not_approved::RULE,
    &record_not_permitted::RULE,
    &schedule_not_permitted::RULE,
    &unknown_record::RULE,
    &view_in_use::RULE,
];
