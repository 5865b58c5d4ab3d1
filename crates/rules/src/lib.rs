#![doc = include_str!("../README.md")]

pub mod change;
mod engine;
mod input;
mod lines;
mod proof;
mod read;
pub mod report;
mod request;
pub mod rule;
#[cfg(feature = "schema")]
pub mod schema;
mod sink;
mod suggest;

pub use engine::{Linter, find, rules};
pub use read::looks_like_a_call;
pub use report::{Diagnostic, FileReport, Report, Severity};
pub use rule::Rule;
pub use suggest::nearest;
