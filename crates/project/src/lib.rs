#![doc = include_str!("../README.md")]

mod baseline;
mod bodies;
mod checker;
pub mod config;
mod error;
mod explain;
mod input;
pub mod limits;
mod lines;
pub mod plain_file;
pub mod plan;
mod plan_document;
mod read;
pub mod schemas;
mod session;
mod settings;
pub mod signature;
pub mod snapshot;
pub mod types;

pub use baseline::{Accepted, Baseline};
pub use bodies::follow;
pub use checker::{Checked, FileChecker};
pub use config::Config;
pub use error::{Error, shown};
pub use explain::{Explanation, Unexplained, rule_page};
pub use input::{Content, Input, Skipped, Tally, read, walk};
pub use plan_document::{PlanDocument, document as plan_document};
pub use read::open;
pub use session::{Planned, Session, SessionError, SessionOptions, Unplanned};
pub use settings::{Job, Options, Settings};
pub use snapshot::Snapshot;
