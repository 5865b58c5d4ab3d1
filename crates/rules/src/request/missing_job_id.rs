use massup_model::draft::Kind;
use massup_model::{Draft, Route};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The status request has no `job_id`.
    ///
    /// ## Why
    ///
    /// `job_id` is a query parameter, although some pages list it as a key of a body. The answer to a mass update
    /// by custom view contains it.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "method": "GET", "path": "/crm/v7/Leads/actions/mass_update" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json
    /// { "method": "GET", "path": "/crm/v7/Leads/actions/mass_update?job_id=554023000000506003" }
    /// ```
    MU105 "missing-job-id",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [JOB_ID_MISSING],
    sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let (Kind::Status, Some(path)) = (draft.kind, &draft.path) else { return };
    if Route::parse(&path.text).is_ok_and(|route| route.job_id().unwrap_or("").is_empty()) {
        sink.place(path.span, "", "the status request has no `job_id`")
            .help("append `?job_id=` and the job id from the server's answer to the mass update");
    }
}
