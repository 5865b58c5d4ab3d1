//! The tests that cross crates, in one binary.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod apply;
mod change_files;
mod corpus;
mod differential;
mod emulate;
#[cfg(unix)]
mod files;
mod generated;
mod hosts;
#[cfg(unix)]
mod lsp;
mod outputs;
mod page;
mod pages;
mod properties;
mod pull;
mod rules;
mod schemas;
mod sdk;
mod sessions;
#[cfg(unix)]
mod sign_in;
mod signatures;
#[cfg(unix)]
mod steps;
