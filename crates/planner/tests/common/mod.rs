//! What the laws share.

use proptest::test_runner::{Config, FileFailurePersistence};

/// `PROPTEST_CASES` cases, or as many as are given. A failure is kept beside the test.
pub(crate) fn config(cases: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases);
    let persistence = FileFailurePersistence::WithSource("regressions");
    Config { cases, failure_persistence: Some(Box::new(persistence)), ..Config::default() }
}
