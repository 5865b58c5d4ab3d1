//! `massup plan` refuses no change file in which the lint finds no error, unless something outside the file is wrong.

use std::path::Path;
use std::sync::LazyLock;

use massup_project::{FileChecker, Session};
use massup_rules::{FileReport, Linter, Severity};
use massup_tests::changes::change_files;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::Value;

use super::config;

const NAME: &str = "a.massup.json";
const IMPOSSIBLE: &str = "MU304";

static SESSION: LazyLock<Session> = LazyLock::new(|| Session::from_json(b"").unwrap());

fn checked(file: &Value) -> FileReport {
    FileChecker::default().check(NAME, file.to_string().as_bytes())
}

/// Whether `massup plan` makes a plan.
fn is_planned(file: &Value) -> bool {
    let planned = SESSION.plan(NAME, file.to_string().as_bytes(), Path::new(""));
    planned.is_ok_and(|planned| planned.text.is_some())
}

/// Whether the records are in a file, which the lint does not read.
fn has_ids_file(file: &Value) -> bool {
    let is_file = |one: &Value| one.get("ids_file").is_some();
    let select = file.get("select");
    let several = select.and_then(Value::as_array).into_iter().flatten();
    select.into_iter().chain(several).any(is_file)
}

fn errors(report: &FileReport) -> Vec<&'static str> {
    let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| found.code).collect()
}

fn is_undecided(report: &FileReport) -> bool {
    report.unchecked.iter().any(|entry| entry.code == IMPOSSIBLE)
}

proptest! {
    #![proptest_config(config(2_000))]

    /// A change file without errors can be planned, unless a missing fact decides that.
    #[test]
    fn a_change_file_without_errors_can_be_planned(file in change_files()) {
        prop_assume!(!has_ids_file(&file));
        let report = checked(&file);
        match errors(&report)[..] {
            [] => prop_assert!(is_planned(&file) || is_undecided(&report), "{file}"),
            // The planner agrees.
            [IMPOSSIBLE] => {
                let read = Linter::new().read_change(NAME, file.to_string().as_bytes());
                prop_assert!(read.is_ok() && !is_planned(&file), "{file}");
            }
            _ => prop_assert!(!is_planned(&file), "{file}"),
        }
    }
}

/// The law above sees files that are planned, that are not, and that depend on a fact.
#[test]
fn change_files_that_cannot_be_planned_are_generated() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut planned, mut impossible, mut undecided) = (0, 0, 0);
    for _ in 0..2_000 {
        let file = change_files().new_tree(&mut runner).unwrap().current();
        let report = checked(&file);
        match errors(&report)[..] {
            [] if is_undecided(&report) => undecided += 1,
            [] => planned += 1,
            [IMPOSSIBLE] => impossible += 1,
            _ => {}
        }
    }
    assert!(
        planned > 200 && impossible > 15 && undecided > 1,
        "{planned} {impossible} {undecided}"
    );
}
