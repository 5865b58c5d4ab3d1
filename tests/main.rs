//! The tests that cross crates, in one binary.
#![expect(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod generated;
mod properties;
mod rules;
