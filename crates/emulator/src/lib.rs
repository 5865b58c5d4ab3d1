#![doc = include_str!("../README.md")]

mod auth;
mod body;
mod call;
mod call_log;
mod control;
mod core;
pub mod criteria;
mod dependency_api;
mod dispatch;
mod documented;
mod emulator;
mod error;
mod example;
mod field_api;
mod import;
mod jobs;
mod mass_update;
pub mod metadata;
mod metadata_api;
mod organisation;
mod query;
mod record_api;
mod record_read;
mod refusal;
mod reply;
mod route;
pub mod seed;
pub mod server;
pub mod settings;
mod sign_in;
mod store;
#[cfg(test)]
mod tests;
mod time;
mod update;
mod user_api;
mod value;
mod view_api;

pub use emulator::Emulator;
pub use error::Error;
pub use refusal::Refusal;
pub use reply::{Reply, Request};
pub use time::Clock;
