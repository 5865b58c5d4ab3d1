#![doc = include_str!("../README.md")]

mod allow;
pub mod automation;
pub mod change;
mod checker;
mod engine;
pub mod fix;
mod format;
mod input;
mod known;
pub mod levels;
mod plan;
mod proof;
pub mod report;
mod request;
pub mod rule;
mod safe;
#[cfg(feature = "schema")]
pub mod schema;
mod server;
mod sink;
mod snapshot;
mod suggest;
mod text;

pub use checker::Checker;
pub use engine::{BodyFile, Linter, Origin, find, rules};
pub use massup_facts as facts;
pub use massup_facts::Facts;
pub use massup_syntax::looks_like_a_call;
pub use report::{Diagnostic, FileReport, Report, Severity};
pub use rule::Rule;
pub use suggest::nearest;
