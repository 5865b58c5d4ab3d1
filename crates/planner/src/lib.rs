#![doc = include_str!("../README.md")]

pub mod decision;
pub mod division;
mod error;
pub mod facts;
pub mod file;
mod grouping;
pub mod hazard;
mod id_set;
pub mod ids;
mod nearest;
mod plan;
pub mod policy;
pub mod route;
mod step;
mod summary;

pub use decision::Decision;
pub use error::{Error, ErrorKind};
pub use facts::Facts;
pub use hazard::Finding;
pub use id_set::IdSet;
pub use plan::{Calls, Plan};
pub use policy::Policy;
pub use route::Route;
pub use step::{Action, Read, Step};
pub use summary::Summary;
