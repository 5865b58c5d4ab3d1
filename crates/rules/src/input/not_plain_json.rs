use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The text is JSON but for comments, a trailing comma or a byte order mark.
    ///
    /// ## Why
    ///
    /// massup reads these, and the documentation's own sample inputs have comments; the API takes plain
    /// JSON alone. It does no harm in a file that a program reads and sends on, and it is fatal in one
    /// that `curl -d @file` sends as it stands. In a change file, which nobody sends, they are no
    /// finding.
    ///
    /// ## Rejected
    ///
    /// ```json module=Accounts
    /// { "data": [{ "Industry": "Education" }], "cvid": "554023000000091515" } // a view
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007",] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Accounts
    /// { "data": [{ "Industry": "Education" }], "cvid": "554023000000091515" }
    /// ```
    MU003 "not-plain-json",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, RFC_8259],
    since: "0.1.0",
    check: Check::Reading,
}
