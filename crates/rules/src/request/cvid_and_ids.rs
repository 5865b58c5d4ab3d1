use massup_model::json::Value;
use massup_model::{ApiVersion, Draft};

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A call selects its records by `cvid` or by `ids`, never by both.
    ///
    /// ## Why
    ///
    /// The OpenAPI description of v8 forbids the pair. The pages say nothing, and most of their samples
    /// send both; which one wins is written nowhere. If it is `cvid`, up to 50,000 records are changed
    /// instead of a handful, and there is no undo.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "Company": "Zylker" }], "cvid": "3409643000002804006", "ids": ["3409643000002804010"] }
    /// ```
    ///
    /// ```json module=Leads api=v7
    /// { "data": [{ "Company": "Zylker" }], "cvid": "3409643000002804006", "ids": ["3409643000002804010"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "Company": "Zylker" }], "ids": ["3409643000002804010"] }
    /// ```
    ///
    /// ## Fix
    ///
    /// Drop `cvid` to update just these records now; drop `ids` to schedule the whole view.
    MU104 "cvid-and-ids",
    severity: |version| if version >= ApiVersion::V8 { Severity::Error } else { Severity::Warning },
    evidence: Contradicted,
    answers: [],
    sources: [V2_PAGE, V8_OPENAPI, SDK],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let ids = draft.key("ids").is_some_and(|ids| ids.value != Value::Null);
    if ids && draft.has_view() {
        let mut patch = vec![Edit::Remove { path: "/cvid".into() }];
        if draft.key("territory").is_some() {
            patch.push(Edit::Remove { path: "/territory".into() });
        }
        let why = if draft.version_or_latest() >= ApiVersion::V8 {
            "v8 takes one of them"
        } else {
            "which one wins is not documented"
        };
        sink.key("/cvid", format!("`cvid` is given next to `ids`; {why}"))
            .help("drop `cvid` to update these records now, or `ids` to schedule the whole view")
            .unsafe_fix("drop `cvid` and update the records of `ids` alone", patch);
    }
}
