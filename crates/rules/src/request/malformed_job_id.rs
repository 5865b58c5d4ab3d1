use massup_model::draft::Kind;
use massup_model::id::parse_digits;
use massup_model::{Draft, Route};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The job id is not a string of 1 to 19 digits that fits a signed 64-bit integer.
    ///
    /// ## Why
    ///
    /// Such an id matches no job. A sample on the status pages has an id that ends with a letter, which is a
    /// typing error.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "method": "GET", "path": "/crm/v8/Leads/actions/mass_update?job_id=554023000000506003s" }
    /// ```
    ///
    /// ```json
    /// { "method": "GET", "path": "/crm/v2/Leads/actions/mass_update?job_id=latest" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json
    /// { "method": "GET", "path": "/crm/v8/Leads/actions/mass_update?job_id=554023000000506003" }
    /// ```
    MU106 "malformed-job-id",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [JOB_ID_INVALID, JOB_NOT_FOUND],
    sources: [V8_OPENAPI, V7_STATUS_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let (Kind::Status, Some(path)) = (draft.kind, &draft.path) else { return };
    let Ok(route) = Route::parse(&path.text) else { return };
    let Some(job_id) = route.job_id().filter(|id| !id.is_empty()) else { return };
    if let Err(why) = parse_digits(job_id) {
        sink.place(path.span, "", format!("`{job_id}` is not a job id: {why}"))
            .help("copy `job_id` from the server's answer to the mass update");
    }
}
