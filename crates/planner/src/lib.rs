#![doc = include_str!("../README.md")]

mod error;
pub mod file;
mod id_set;
pub mod ids;
mod plan;
mod summary;

pub use error::{Error, ErrorKind};
pub use id_set::IdSet;
pub use plan::{Calls, Plan};
pub use summary::{Automations, Summary};
