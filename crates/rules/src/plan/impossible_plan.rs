use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No plan can be made of a change file: its policy rules out every route.
    ///
    /// ## Why
    ///
    /// `massup plan` refuses such a file. Calls by ids always trigger automations, a view needs jobs or reading, and
    /// limits may be too low for any of them. Where a plan depends on facts that are missing, such as the number of
    /// records in a view, the rule is unchecked.
    ///
    /// ## Rejected
    ///
    /// ```yaml
    /// module: Leads
    /// set: { City: Chennai }
    /// select: { ids: ["554023000000497007"] }
    /// policy: { automation: forbid }
    /// ```
    ///
    /// ```yaml
    /// module: Leads
    /// set: { City: Chennai, Fax: "" }
    /// select: { ids: ["554023000000497007"] }
    /// policy: { max_calls: 1 }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml
    /// module: Leads
    /// set: { City: Chennai }
    /// select: { ids: ["554023000000497007"] }
    /// policy: { automation: require, max_calls: 1 }
    /// ```
    MU304 "impossible-plan",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Planning,
}
