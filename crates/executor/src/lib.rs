#![doc = include_str!("../README.md")]

mod ahead;
mod answers;
mod clock;
mod compare;
pub mod entry;
pub mod event;
pub mod journal;
pub mod machine;
mod options;
mod read_back;
pub mod report;
pub mod rollback;
mod run;
mod session;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod verify;

pub use ahead::Ahead;
pub use clock::{Clock, SystemClock};
pub use compare::holds;
pub use journal::{Journal, JournalError, Memory};
pub use options::{InDoubt, InvalidMaxFailures, MaxFailures, Options};
pub use read_back::{ReadBack, ReadBackError};
pub use report::Report;
pub use rollback::Rollback;
pub use run::Run;
pub use session::{Observer, Outcome, RunError, Session};
pub use verify::verify;
