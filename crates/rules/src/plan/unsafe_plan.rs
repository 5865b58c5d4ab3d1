use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The plan violates a safety rule.
    ///
    /// ## Why
    ///
    /// Each record gets each field exactly once, a view has one job at a time, fields in the criteria of the view come
    /// last, and the policy and the facts of the plan allow its route. Plans by `massup plan` satisfy all of these.
    ///
    /// ## Rejected
    ///
    /// ```jsonl
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City","Fax"],"route":"view","select":{"view":"9"},"facts":{"digest":"sha256:4d02b4c2956ae5236427e56d86b0f47ccc9f5b55e0fd4cff2c25b0d737055561","known":{"view":{"criteria":[]}}},"created_by":"by hand"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"1"}],"cvid":"9"}}
    /// {"step":2,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"Fax":"1"}],"cvid":"9"}}
    /// {"steps":2,"records":null,"duplicates":0,"digest":"sha256:c31bf5e3f7ffcd488126f890734f8803207f8d3d7a7daa71e9bb0efe330cbe0a"}
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```jsonl
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City","Fax"],"route":"view","select":{"view":"9"},"facts":{"digest":"sha256:4d02b4c2956ae5236427e56d86b0f47ccc9f5b55e0fd4cff2c25b0d737055561","known":{"view":{"criteria":[]}}},"created_by":"by hand"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"1"}],"cvid":"9"}}
    /// {"step":2,"after":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"Fax":"1"}],"cvid":"9"}}
    /// {"steps":2,"records":null,"duplicates":0,"digest":"sha256:6817f26d4161d351bfc49b42756dbe3f37c129fd33cfefa0dd22971e136b9393"}
    /// ```
    MU302 "unsafe-plan",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Planning,
}
