//! The one way to check a file.

use massup_rules::fix::Fixed;
use massup_rules::report::Applicability;
use massup_rules::{Facts, FileReport, Linter, Severity};

use crate::plan;

/// Checks files: request bodies, call files, change files and plans.
///
/// ```
/// use massup_project::FileChecker;
/// use massup_rules::Linter;
///
/// let checker = FileChecker::new(Linter::new().module("Leads"));
/// let body = br#"{ "data": [{ "City": "Chennai" }], "ids": [] }"#;
/// assert_eq!(checker.check("body.json", body).diagnostics[0].name, "empty-ids");
///
/// let cut_off = br#"{ "massup_plan": 1, "module": "Leads", "api_version": "v8" }"#;
/// assert_eq!(checker.check("leads.plan.jsonl", cut_off).diagnostics[0].name, "damaged-plan");
/// ```
#[derive(Clone, Debug, Default)]
pub struct FileChecker {
    linter: Linter,
}

impl FileChecker {
    /// Checks by the rules, levels and facts of a linter.
    pub fn new(linter: Linter) -> Self {
        Self { linter }
    }

    /// The linter for calls and change files.
    pub fn linter(&self) -> &Linter {
        &self.linter
    }

    /// Checks by another linter.
    #[must_use]
    pub fn map(self, change: impl FnOnce(Linter) -> Linter) -> Self {
        Self { linter: change(self.linter) }
    }

    /// What is wrong with the bytes of a file. The name of the file tells its format.
    pub fn check(&self, name: &str, bytes: &[u8]) -> FileReport {
        let report = self.linter.lint(name, bytes);
        if !massup_syntax::is_plan(bytes) {
            return report;
        }
        let known = Some(self.linter.known()).filter(|known| **known != Facts::default());
        self.linter.with_findings(report, plan::faults(bytes, known))
    }

    /// Applies the fixes of a file, up to those that need a look; see [`Linter::fix`].
    pub fn fix(&self, name: &str, text: &str, most: Applicability) -> Fixed {
        massup_rules::fix::fix(name, text, most, &|text| self.check(name, text.as_bytes()))
    }
}

/// A file that was checked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// The bytes of the file; none where nothing was found, and none have to be shown.
    pub bytes: Vec<u8>,
    /// What was found.
    pub report: FileReport,
    /// The level from which findings count as a failure.
    pub deny: Severity,
}

impl Checked {
    /// A file whose errors are failures.
    pub fn new(bytes: Vec<u8>, report: FileReport) -> Self {
        Self { bytes, report, deny: Severity::Error }
    }

    /// The same file with another level of failure.
    #[must_use]
    pub fn deny(self, deny: Severity) -> Self {
        Self { deny, ..self }
    }

    /// Whether it has a finding that counts as a failure.
    pub fn is_denied(&self) -> bool {
        self.report.worst() >= Some(self.deny)
    }
}
