use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A comment that is to allow a rule does not say which, or why.
    ///
    /// ## Why
    ///
    /// `// massup: allow(rule) reason` leaves out the findings of a rule on its own line and, where the
    /// comment has its line to itself, on the next line that is not a comment. `#` does the same in YAML and
    /// TOML. A rule is named by its code or its name, several with commas between them. A name with a
    /// slip allows nothing, and what was allowed without a reason is never taken back.
    ///
    /// ## Rejected
    ///
    /// ```yaml
    /// module: Leads
    /// set:
    ///   City: Chennai
    /// select:
    ///   ids: ["554023000000497007", "554023000000497007"] # massup: allow(repeated-di) as exported
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml
    /// module: Leads
    /// set:
    ///   City: Chennai
    /// select:
    ///   # massup: allow(repeated-id) as exported
    ///   ids: ["554023000000497007", "554023000000497007"]
    /// ```
    MU006 "bad-allow",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}
