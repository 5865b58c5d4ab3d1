#![doc = include_str!("../README.md")]

mod bad_ids;
mod calls;
mod decide;
pub mod decision;
mod digest;
pub mod division;
mod error;
mod estimate;
pub mod facts;
pub mod file;
mod grouping;
pub mod hazard;
mod id_set;
pub mod ids;
mod plan;
pub mod policy;
pub mod route;
mod step;
mod summary;
mod words;

pub use calls::Calls;
pub use decision::Decision;
pub use error::{Error, ErrorKind};
pub use estimate::Estimate;
pub use facts::PlanFacts;
pub use hazard::Hazard;
pub use id_set::IdSet;
pub use plan::Plan;
pub use policy::Policy;
pub use route::Route;
pub use step::{Action, Read, Step};
pub use summary::Summary;
