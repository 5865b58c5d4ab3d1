#![doc = include_str!("../README.md")]

mod answers;
mod clock;
mod compare;
pub mod entry;
pub mod event;
pub mod journal;
pub mod machine;
mod options;
mod run;
mod session;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use clock::{Clock, SystemClock};
pub use compare::holds;
pub use journal::{Journal, JournalError, Memory};
pub use options::{InDoubt, InvalidMaxFailures, MaxFailures, Options};
pub use run::Run;
pub use session::{Observer, Outcome, RunError, Session};
