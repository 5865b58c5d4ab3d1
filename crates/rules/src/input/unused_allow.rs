use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A comment allows a rule that finds nothing there.
    ///
    /// ## Why
    ///
    /// The finding has been fixed, or the comment is in the wrong place; left there, it would hide
    /// the next mistake. A rule that could not be decided, because data is missing, does not count.
    ///
    /// ## Rejected
    ///
    /// ```yaml
    /// module: Leads
    /// set:
    ///   City: Chennai
    /// select:
    ///   ids: ["554023000000497007"] # massup: allow(repeated-id) as exported
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml
    /// module: Leads
    /// set:
    ///   City: Chennai
    /// select:
    ///   ids: ["554023000000497007", "554023000000497007"] # massup: allow(repeated-id) as exported
    /// ```
    MU007 "unused-allow",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}
