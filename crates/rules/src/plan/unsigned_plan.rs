use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The plan is not signed by a trusted key.
    ///
    /// ## Why
    ///
    /// The digest of a plan has no key, so anybody who edits a plan can compute it again. Only a signature shows that the
    /// plan is the one that was reviewed. `require_signature` in massup.toml, or `--require-signature`, lists the public
    /// keys of minisign that are trusted. One of them must have signed the plan, in a file next to it
    /// (`leads.plan.jsonl.minisig`), which `massup plan --sign` writes. `massup apply` refuses any other plan, at every
    /// level of this rule.
    ///
    /// ## Rejected
    ///
    /// No signature is next to the plan, and massup.toml has
    /// `require_signature = ["RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"]`.
    ///
    /// ```jsonl key=RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"route":"ids","facts":null,"created_by":"massup 0.1.0"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"Chennai"}],"ids":["7","8"]}}
    /// {"steps":1,"records":2,"duplicates":0,"digest":"sha256:e42c0a655ef4e7675fca4fddbcd57b6f3f346c61c1e3d4d5ca1bfe055bd4091a"}
    /// ```
    ///
    /// ## Accepted
    ///
    /// No signature is required.
    ///
    /// ```jsonl
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"route":"ids","facts":null,"created_by":"massup 0.1.0"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"Chennai"}],"ids":["7","8"]}}
    /// {"steps":1,"records":2,"duplicates":0,"digest":"sha256:e42c0a655ef4e7675fca4fddbcd57b6f3f346c61c1e3d4d5ca1bfe055bd4091a"}
    /// ```
    MU305 "unsigned-plan",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Planning,
}
