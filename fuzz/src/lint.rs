//! Any bytes under any name: a report, the same in both ways, in every format, and fixes that come to rest.

use std::sync::LazyLock;

use massup_project::{Checked, FileChecker, limits};
use massup_rules::Linter;
use massup_rules::report::Applicability;

use crate::{choice, facts, shown};

/// A name of each format.
const NAMES: [&str; 22] = [
    "a.json",
    "a.jsonl",
    "a.massup.yaml",
    "a.massup.toml",
    "a.sh",
    "a.md",
    "a.http",
    "a.har",
    "a.postman_collection.json",
    "a.py",
    "a.ts",
    "a.java",
    "a.plan.jsonl",
    "a.massup.json",
    "a.yml",
    "a.toml",
    "a.rb",
    "a.php",
    "a.go",
    "a.cs",
    "a.txt",
    "-",
];

/// Fixing reads a text many times.
const FIXED: usize = 2_000;

static CHECKERS: LazyLock<[FileChecker; 3]> = LazyLock::new(|| {
    let knows = Linter::new().facts(facts::example()).module("Deals");
    [Linter::new(), Linter::new().module("Deals"), knows].map(FileChecker::new)
});

/// What the bytes are called, and the bytes.
fn named(bytes: &[u8]) -> Option<(&'static str, &[u8])> {
    choice(bytes).map(|(kind, bytes)| (NAMES[kind % NAMES.len()], bytes))
}

/// The quick way of checking and the slow one agree.
pub(crate) fn target(bytes: &[u8]) {
    let Some((name, bytes)) = named(bytes) else { return };
    let linter = CHECKERS[bytes.len() % CHECKERS.len()].linter();
    assert_eq!(linter.lint(name, bytes), linter.lint_in_full(name, bytes), "{name}");
}

/// Every format shows the findings, and nothing that commands.
pub(crate) fn formats(bytes: &[u8]) {
    let Some((name, bytes)) = named(bytes) else { return };
    let checker = &CHECKERS[bytes.len() % CHECKERS.len()];
    let mut file = Checked::new(bytes.to_vec(), checker.check(name, bytes));
    file.keep(limits::FINDINGS_OF_FILE);
    for (format, text) in massup_cli::fuzzing::findings(&[file]).unwrap() {
        shown::check(&format, &text);
    }
}

/// Fixing comes to rest.
pub(crate) fn fixes(bytes: &[u8]) {
    let Some((name, bytes)) = named(bytes) else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.len() > FIXED {
        return;
    }
    let checker = &CHECKERS[bytes.len() % CHECKERS.len()];
    let once = checker.fix(name, text, Applicability::Safe);
    let again = checker.fix(name, &once.text, Applicability::Safe);
    assert_eq!(again.text, once.text, "{name}");
}
