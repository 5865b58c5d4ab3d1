//! What the tests share.
#![expect(clippy::panic, reason = "a test fails by panicking")]

pub mod current;
pub mod session;

pub use current::{assert_current, repository_root};
