use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The plan file is incomplete or was edited.
    ///
    /// ## Why
    ///
    /// A plan ends with its totals and a digest of every byte before them, so that what runs is what was reviewed. To
    /// edit a plan by hand, use the digest in the message.
    ///
    /// ## Rejected
    ///
    /// ```jsonl
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"route":"ids","facts":null,"created_by":"massup 0.1.0"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"Madurai"}],"ids":["7","8"]}}
    /// {"steps":1,"records":2,"duplicates":0,"digest":"sha256:e42c0a655ef4e7675fca4fddbcd57b6f3f346c61c1e3d4d5ca1bfe055bd4091a"}
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```jsonl
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"route":"ids","facts":null,"created_by":"massup 0.1.0"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"Chennai"}],"ids":["7","8"]}}
    /// {"steps":1,"records":2,"duplicates":0,"digest":"sha256:e42c0a655ef4e7675fca4fddbcd57b6f3f346c61c1e3d4d5ca1bfe055bd4091a"}
    /// ```
    MU301 "damaged-plan",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Planning,
}
