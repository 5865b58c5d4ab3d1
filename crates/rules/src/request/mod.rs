//! Rules on the call alone: codes 1xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod cvid_and_ids;
pub(crate) mod data_not_single;
pub(crate) mod empty_ids;
pub(crate) mod empty_value;
pub(crate) mod id_as_number;
pub(crate) mod implicit_add;
pub(crate) mod malformed_id;
pub(crate) mod malformed_job_id;
pub(crate) mod misplaced_key;
pub(crate) mod missing_job_id;
pub(crate) mod no_field;
pub(crate) mod no_selection;
pub(crate) mod not_a_field_name;
pub(crate) mod null_value;
pub(crate) mod over_write_without_multi_select;
pub(crate) mod repeated_id;
pub(crate) mod structured_value;
pub(crate) mod suspicious_ids;
pub(crate) mod territory_without_cvid;
pub(crate) mod territory_without_id;
pub(crate) mod too_many_fields;
pub(crate) mod too_many_ids;
pub(crate) mod undocumented_criteria;
pub(crate) mod unknown_key;
pub(crate) mod unsupported_module;
pub(crate) mod wrong_method;
pub(crate) mod wrong_path;
pub(crate) mod wrong_type;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &cvid_and_ids::RULE,
    &data_not_single::RULE,
    &empty_ids::RULE,
    &empty_value::RULE,
    &id_as_number::RULE,
    &implicit_add::RULE,
    &malformed_id::RULE,
    &malformed_job_id::RULE,
    &misplaced_key::RULE,
    &missing_job_id::RULE,
    &no_field::RULE,
    &no_selection::RULE,
    &not_a_field_name::RULE,
    &null_value::RULE,
    &over_write_without_multi_select::RULE,
    &repeated_id::RULE,
    &structured_value::RULE,
    &suspicious_ids::RULE,
    &territory_without_cvid::RULE,
    &territory_without_id::RULE,
    &too_many_fields::RULE,
    &too_many_ids::RULE,
    &undocumented_criteria::RULE,
    &unknown_key::RULE,
    &unsupported_module::RULE,
    &wrong_method::RULE,
    &wrong_path::RULE,
    &wrong_type::RULE,
];
