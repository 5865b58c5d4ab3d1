//! The tests that cross crates, in one binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus;
mod generated;
mod properties;
mod rules;
mod sessions;
