//! How findings are written.

pub mod human;
