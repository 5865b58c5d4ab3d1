//! The one way to check a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use massup_rules::fix::Fixed;
use massup_rules::report::Applicability;
use massup_rules::{Facts, FileReport, Linter, Severity};

use crate::plan::{self, Impossible};

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

    /// What is wrong with the bytes of a file. Its format follows from its name.
    pub fn check(&self, name: &str, bytes: &[u8]) -> FileReport {
        if massup_syntax::is_plan(bytes) {
            let report = self.linter.lint(name, bytes);
            return self.linter.with_findings(report, plan::faults(bytes, self.known()));
        }
        let (report, change) = self.linter.lint_change(name, bytes);
        let Some((change, place)) = change else { return report };
        match plan::impossible(&change, bytes, place, self.known(), &report.unchecked) {
            Impossible::No => report,
            Impossible::Yes(found) => self.linter.with_findings(report, vec![*found]),
            Impossible::Unchecked(entry) => self.linter.with_unchecked(report, entry),
        }
    }

    /// The facts of the linter, if there are any.
    pub(crate) fn known(&self) -> Option<&Facts> {
        let known: &Facts = self.linter.known();
        Some(known).filter(|known| **known != Facts::default())
    }

    /// Applies the fixes of a file, up to those that need a look; see [`Linter::fix`].
    pub fn fix(&self, name: &str, text: &str, most: Applicability) -> Fixed {
        let all = Self::new(self.linter.clone().all_findings());
        let check = |text: &str| all.check(name, text.as_bytes());
        let mut fixed = massup_rules::fix::fix(name, text, most, &check);
        fixed.report = self.check(name, fixed.text.as_bytes());
        fixed
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
    /// The path of the file, whose name need not be UTF-8; `None` for standard input and texts without a
    /// file.
    pub path: Option<PathBuf>,
    /// The file that lists its accepted findings.
    pub baseline: Option<Arc<Path>>,
}

impl Checked {
    /// A file whose errors are failures.
    pub fn new(bytes: Vec<u8>, report: FileReport) -> Self {
        Self { bytes, report, deny: Severity::Error, path: None, baseline: None }
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

    /// Keeps at most so many findings, the most severe ones, and counts the others.
    pub fn keep(&mut self, most: usize) {
        let found = &mut self.report.diagnostics;
        if found.len() <= most {
            return;
        }
        let mut room = most;
        let kept_of = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
            let number = found.iter().filter(|one| one.severity == severity).count().min(room);
            room -= number;
            (severity, number)
        });
        let mut left = kept_of;
        let omitted = &mut self.report.omitted;
        found.retain(|one| {
            match left.iter_mut().find(|(severity, left)| *severity == one.severity && *left > 0) {
                Some((_, left)) => {
                    *left -= 1;
                    true
                }
                None => {
                    omitted.count(one.severity, 1 + one.more);
                    false
                }
            }
        });
        found.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use massup_model::ApiVersion;
    use massup_rules::Diagnostic;

    use super::*;

    #[test]
    fn the_most_severe_findings_are_kept_and_the_others_still_count() {
        let finding = |severity| {
            let mut one = Diagnostic::new(massup_rules::rules()[0], ApiVersion::LATEST, "");
            one.severity = severity;
            one
        };
        let (note, warning, error) = (Severity::Note, Severity::Warning, Severity::Error);
        let of = |found: &[Severity]| {
            let diagnostics = found.iter().copied().map(finding).collect();
            Checked::new(Vec::new(), FileReport { diagnostics, ..FileReport::default() })
        };
        let mut checked = of(&[note, warning, note, error, warning]);
        checked.keep(2);
        let kept: Vec<_> = checked.report.diagnostics.iter().map(|one| one.severity).collect();
        assert_eq!(kept, [warning, error]);
        let omitted = checked.report.omitted;
        assert_eq!((omitted.errors, omitted.warnings, omitted.notes), (0, 1, 2));
        assert!(checked.is_denied());

        let mut checked = of(&[warning, error]);
        checked.keep(0);
        assert!(checked.report.diagnostics.is_empty() && checked.is_denied());
        assert_eq!(checked.report.omitted.total(), 2);
    }
}
