use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call sets Stage without Pipeline, or Pipeline without Stage.
    ///
    /// ## Why
    ///
    /// A stage belongs to pipelines. In v8, records in a pipeline without the stage refuse it; in older versions they
    /// may get an invalid combination. A call on Deals can set three fields, so both can be set together. The rule
    /// applies if Deals have the field Pipeline.
    ///
    /// ## Rejected
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Pipeline": "Renewals" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Pipeline": "Renewals", "Stage": "Closed Won" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Type": "New Business" }], "ids": ["554023000000497007"] }
    /// ```
    MU230 "stage-without-pipeline",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [MAPPING_MISMATCH],
    sources: [V7_INSERT, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if draft.module_name() != Some("Deals") {
        return;
    }
    let Some(metadata) = known::metadata(draft, facts, sink) else { return };
    if !metadata.iter().any(|field| field.api_name == "Pipeline") {
        return;
    }
    for (set, other) in [("Stage", "Pipeline"), ("Pipeline", "Stage")] {
        let member = draft.fields().iter().find(|member| member.key == set);
        let together = draft.fields().iter().any(|member| member.key == other);
        if let Some(member) = member.filter(|_| !together) {
            let message = format!("`{set}` is set without `{other}`");
            sink.field(member, message).help(format!(
                "set `{other}` in the same call, or check that all records have a matching one"
            ));
        }
    }
}
