use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The facts about the view or the fields have changed since the plan was made.
    ///
    /// ## Why
    ///
    /// A plan contains the facts that it was made with. If the view now has another number of records or other
    /// criteria, the plan may not do what it says.
    ///
    /// ## Rejected
    ///
    /// ```jsonl snapshot
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"route":"view","select":{"view":"554023000000091533"},"facts":{"digest":"sha256:eef0bdf344ebbf8bedd08b6e48382d5465c6a2b30297f0e7019c075a6a58e257","known":{"jobs":true,"view":{"name":"Leads of partners","records":4200,"counted":"2026-11-23T10:00:00Z"},"fields":{"City":{"data_type":"text","mass_update":true,"unique":false}}}},"created_by":"massup 0.1.0"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"Chennai"}],"cvid":"554023000000091533"}}
    /// {"steps":1,"records":4200,"duplicates":0,"digest":"sha256:c8abb7d2179afd0647bddf2f98b5ca45b8979e0ba08bd41db3fedcb830535224"}
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```jsonl snapshot
    /// {"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"route":"view","select":{"view":"554023000000091533"},"facts":{"digest":"sha256:22c36c87adfad6b1a55a0cf923a27ee9875685c0bb4842749f7f1a46eeab1951","known":{"jobs":true,"view":{"name":"Leads of partners","records":5000,"counted":"2026-11-23T10:00:00Z"},"fields":{"City":{"data_type":"text","mass_update":true,"unique":false}}}},"created_by":"massup 0.1.0"}
    /// {"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"Chennai"}],"cvid":"554023000000091533"}}
    /// {"steps":1,"records":5000,"duplicates":0,"digest":"sha256:9acc26c1895a078a84a47dec6262f8554dceaf91a3e6586141c58e1fa6760075"}
    /// ```
    MU303 "stale-plan",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Planning,
}
