//! The schema of change files accepts what `massup plan` reads.

use std::sync::LazyLock;

use massup_rules::{Linter, schema};
use massup_tests::changes::change_files;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::{config, schema::has_whole_float};

static CHANGE: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&schema::change().to_value()).unwrap());

proptest! {
    #![proptest_config(config(2_000))]

    /// The schema of a change file accepts a file exactly when it is read as a change without facts.
    #[test]
    fn change_schema_accepts_what_is_read(file in change_files()) {
        // To a schema `5.0` is an integer, to the rules a number that may have lost digits.
        prop_assume!(!has_whole_float(&file));
        let accepted = CHANGE.is_valid(&file);
        let read = Linter::new().read_change("a.massup.json", file.to_string().as_bytes());
        prop_assert_eq!(accepted, read.is_ok(), "{} {:#?}", file, read);
    }
}

/// Both verdicts are common, and each key and each kind of problem occurs.
#[test]
fn change_files_of_both_kinds_are_generated() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut read = 0;
    let mut found = std::collections::BTreeSet::new();
    for _ in 0..1_000 {
        let file = change_files().new_tree(&mut runner).unwrap().current();
        match Linter::new().read_change("a.massup.json", file.to_string().as_bytes()) {
            Ok(_) => read += 1,
            Err(report) => found.extend(report.diagnostics.iter().map(|found| found.name)),
        }
    }
    assert!((200..800).contains(&read), "{read} of 1000 are read");
    for name in [
        "bad-change-file",
        "cvid-and-ids",
        "empty-ids",
        "malformed-id",
        "misplaced-key",
        "no-field",
        "no-selection",
        "not-a-field-name",
        "structured-value",
        "territory-not-supported",
        "territory-without-cvid",
        "territory-without-id",
        "unsupported-module",
        "wrong-type",
    ] {
        assert!(found.contains(name), "no file is refused by {name}");
    }
}
