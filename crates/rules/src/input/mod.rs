//! Rules on the text of a file: codes 0xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod bad_allow;
pub(crate) mod bad_call_file;
pub(crate) mod bad_change_file;
pub(crate) mod duplicate_key;
pub(crate) mod malformed_json;
pub(crate) mod not_plain_json;
pub(crate) mod unused_allow;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &bad_allow::RULE,
    &bad_call_file::RULE,
    &bad_change_file::RULE,
    &duplicate_key::RULE,
    &malformed_json::RULE,
    &not_plain_json::RULE,
    &unused_allow::RULE,
];
