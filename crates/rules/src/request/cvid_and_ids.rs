use massup_model::draft::Kind;
use massup_model::json::Value;
use massup_model::{ApiVersion, Draft};

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call has both `cvid` and `ids`.
    ///
    /// ## Why
    ///
    /// The OpenAPI description of v8 forbids the combination. The pages do not mention it, and most of their
    /// samples send both. No document says which one takes precedence. If it is `cvid`, up to 50,000 records
    /// are updated instead of a few, and there is no undo.
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
    /// Remove `cvid` to update only these records now, or remove `ids` to schedule the whole view.
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
        // A change file is read by massup alone, which would have to guess.
        let intent = draft.kind == Kind::Intent;
        let why = if intent {
            "a selection has one of them"
        } else if draft.version_or_latest() >= ApiVersion::V8 {
            "v8 accepts only one of them"
        } else {
            "no document says which one takes precedence"
        };
        let (view, records) = (draft.name_in_file("cvid"), draft.name_in_file("ids"));
        let finding = sink.key("/cvid", format!("both `{view}` and `{records}` are given; {why}"));
        let finding = if intent { finding.severity(Severity::Error) } else { finding };
        finding
            .help(format!(
                "remove `{view}` to update these records now, or `{records}` to schedule the whole view"
            ))
            .unsafe_fix(format!("remove `{view}` and update only the records of `{records}`"), patch);
    }
}
