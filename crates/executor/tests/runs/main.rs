//! What a run does, one behaviour a test, at a time that the test moves.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::unnecessary_wraps,
    reason = "a test fails by panicking, and an answer may be a failure"
)]

mod doubt;
mod driver;
mod jobs;
mod pace;
mod reading;
mod threads;
