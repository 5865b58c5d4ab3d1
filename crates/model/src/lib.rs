#![doc = include_str!("../README.md")]

pub mod automation;
pub mod catalogue;
pub mod draft;
pub mod host;
pub mod id;
pub mod json;
pub mod limits;
pub mod module;
mod open;
pub mod request;
pub mod response;
pub mod route;
pub mod source;
mod template;
mod version;

pub use automation::Automation;
pub use catalogue::{Code, DocumentedError};
pub use draft::Draft;
pub use id::{JobId, RecordId, TerritoryId, ViewId};
pub use module::Module;
pub use request::{Request, RequestError, Selection, Territory};
pub use response::{Answer, JobState, JobStatus, Outcome};
pub use route::{Route, RouteError};
pub use template::Template;
pub use version::{ApiVersion, UnknownVersion};
