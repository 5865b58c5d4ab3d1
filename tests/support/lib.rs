//! What the tests share: generators, oracles, generated files, terminal sessions.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub mod agreement;
pub mod calls;
pub mod changes;
pub mod current;
pub mod documented;
pub mod foretold;
pub mod held;
pub mod language_client;
pub mod notes;
pub mod organisation;
pub mod patch;
pub mod server;
pub mod session;
pub mod snapshots;
pub mod strategies;
