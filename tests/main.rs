//! The tests that cross crates.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus;
mod session;
