#![doc = include_str!("../README.md")]

mod allow;
pub mod automation;
pub mod change;
mod engine;
pub mod facts;
pub mod fix;
mod format;
mod input;
mod known;
pub mod levels;
mod lines;
mod plan;
mod proof;
mod read;
pub mod report;
mod request;
pub mod rule;
#[cfg(feature = "schema")]
pub mod schema;
mod server;
mod sink;
mod snapshot;
mod suggest;

pub use engine::{BodyFile, Linter, find, rules};
pub use facts::Facts;
pub use read::looks_like_a_call;
pub use report::{Diagnostic, FileReport, Report, Severity};
pub use rule::Rule;
pub use suggest::nearest;
