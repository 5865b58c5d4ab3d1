//! The terminal sessions of the README and of `tests/cli`.

use massup_tests::current::repository;
use massup_tests::session;

#[test]
fn readme() {
    let left = session::run("README.md");
    let gate = std::fs::read_to_string(repository().join(".ci/run")).unwrap();
    for command in left {
        assert!(gate.contains(&command), "`{command}` of the README is run by .ci/run");
    }
}

#[test]
fn lint() {
    assert!(session::run("tests/cli/lint.md").is_empty());
}

#[test]
fn plan() {
    assert!(session::run("tests/cli/plan.md").is_empty());
}

#[test]
fn lookup() {
    assert!(session::run("tests/cli/lookup.md").is_empty());
}

#[test]
fn control() {
    assert!(session::run("tests/cli/control.md").is_empty());
}
