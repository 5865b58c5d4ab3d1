//! Rules on the text of a file: codes 0xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod bad_allow;
pub(crate) mod bad_call_file;
pub(crate) mod bad_change_file;
pub(crate) mod body_elsewhere;
pub(crate) mod call_not_followed;
pub(crate) mod duplicate_key;
pub(crate) mod form_body;
pub(crate) mod malformed_json;
pub(crate) mod not_plain_json;
pub(crate) mod unjoined_lines;
pub(crate) mod unrecognised_file;
pub(crate) mod unresolved_variable;
pub(crate) mod unused_allow;
pub(crate) mod wrong_address;
pub(crate) mod wrong_authorization;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &bad_allow::RULE,
    &bad_call_file::RULE,
    &bad_change_file::RULE,
    &body_elsewhere::RULE,
    &call_not_followed::RULE,
    &duplicate_key::RULE,
    &form_body::RULE,
    &malformed_json::RULE,
    &not_plain_json::RULE,
    &unjoined_lines::RULE,
    &unrecognised_file::RULE,
    &unresolved_variable::RULE,
    &unused_allow::RULE,
    &wrong_address::RULE,
    &wrong_authorization::RULE,
];
