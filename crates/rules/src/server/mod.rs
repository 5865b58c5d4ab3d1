//! Constraints that only the server knows: codes 9xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod mass_update_not_permitted;
pub(crate) mod schedule_not_permitted;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &mass_update_not_permitted::RULE,
    &schedule_not_permitted::RULE,
];
