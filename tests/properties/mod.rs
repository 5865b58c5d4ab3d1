//! The laws, over generated input. `PROPTEST_CASES` raises the number of cases.

mod change_schema;
mod embedded;
mod emulator;
mod fix;
mod generators;
mod linter;
mod organisation_schema;
mod plannable;
mod planner;
mod schema;
mod settings_schema;

pub(crate) use schema::has_whole_float;

use proptest::test_runner::{Config, FailurePersistence, FileFailurePersistence};

/// The configuration of all properties: finds are kept in one file beside the tests.
fn config(cases: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases);
    let persistence = FileFailurePersistence::Direct("properties/regressions.txt");
    let max_global_rejects = cases.saturating_mul(4);
    let failure_persistence: Option<Box<dyn FailurePersistence>> = Some(Box::new(persistence));
    Config { cases, max_global_rejects, failure_persistence, ..Config::default() }
}
