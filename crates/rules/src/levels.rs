//! What becomes of the findings of a rule: the caller's word over the rule's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::report::{FileReport, Severity, Unchecked};
use crate::rule::Rule;

/// What becomes of the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// They are left out.
    Allow,
    /// They are notes.
    Note,
    /// They are warnings.
    Warning,
    /// They are errors.
    Error,
}

/// Levels by rule. A rule that is not named keeps its own.
///
/// ```
/// use massup_rules::levels::{Level, Levels};
/// use massup_rules::{Linter, find};
///
/// let body = br#"{ "data": [{ "City": "Chennai" }] }"#;
/// let mut levels = Levels::default();
/// levels.set(find("no-selection").unwrap(), Level::Allow);
/// let report = Linter::new().module("Leads").levels(levels).lint("a.json", body);
/// assert_eq!(report.worst(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<&'static str, Level>);

impl Levels {
    /// Sets the level of a rule, over what was set before.
    pub fn set(&mut self, rule: &Rule, level: Level) {
        self.0.insert(rule.code, level);
    }

    /// Whether findings of a rule are left out.
    pub(crate) fn allows(&self, rule: &Rule) -> bool {
        self.0.get(rule.code) == Some(&Level::Allow)
    }

    /// Takes over levels that weigh more than those set so far.
    pub fn extend(&mut self, others: &Self) {
        self.0.extend(&others.0);
    }

    /// Applies the levels to a report. A rule that is allowed is not unchecked either.
    pub(crate) fn apply(&self, report: &mut FileReport) {
        if self.0.is_empty() {
            return;
        }
        let level = |code| self.0.get(code).copied();
        report.diagnostics.retain_mut(|found| {
            found.severity = match level(found.code) {
                Some(Level::Allow) => return false,
                Some(Level::Note) => Severity::Note,
                Some(Level::Warning) => Severity::Warning,
                Some(Level::Error) => Severity::Error,
                None => found.severity,
            };
            true
        });
        let allowed = |entry: &Unchecked| level(entry.code) == Some(Level::Allow);
        if report.unchecked.iter().any(allowed) {
            let kept = report.unchecked.iter().filter(|entry| !allowed(entry)).cloned();
            report.unchecked = kept.collect();
        }
    }
}
