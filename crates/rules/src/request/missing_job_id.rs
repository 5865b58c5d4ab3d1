use massup_model::draft::Kind;
use massup_model::{Draft, Route};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The status of a job is read with `?job_id=`.
    ///
    /// ## Why
    ///
    /// The id is a query parameter, though some pages list it among the keys of a body. It comes with the
    /// answer to the mass update by view.
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
        sink.place(path.span, "", "the status call names no job")
            .help("add `?job_id=` with the id that the mass update answered");
    }
}
