//! Rules on the call and facts about the organisation: codes 2xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod edition_without_views;
pub(crate) mod missing_scope;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &edition_without_views::RULE,
    &missing_scope::RULE,
];
