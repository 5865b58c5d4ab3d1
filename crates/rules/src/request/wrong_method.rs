use massup_model::catalogue::{JOB_ID_MISSING, WRONG_METHOD};
use massup_model::draft::Kind;
use massup_model::{Draft, Route};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call uses another HTTP method than POST, or than GET for the status of a job.
    ///
    /// ## Why
    ///
    /// Update Records uses PUT or PATCH, a mass update uses POST. The server answers other methods with HTTP 400,
    /// not 405. GET on the same path reads the status of a job: without `job_id` the server reports the missing
    /// parameter and ignores the body.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "method": "PUT", "module": "Leads",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json
    /// { "method": "POST", "module": "Leads",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    MU101 "wrong-method",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [WRONG_METHOD, JOB_ID_MISSING],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(method) = &draft.method else { return };
    if draft.kind != Kind::Status && !method.text.eq_ignore_ascii_case("POST") {
        let message = format!("a mass update uses POST, not `{}`", method.text);
        let finding = sink.place(method.span, "", message);
        let finding = finding.help("use `POST`; only the status of a job is read with GET");
        let answers: &[_] = if !method.text.eq_ignore_ascii_case("GET") {
            &[&WRONG_METHOD]
        } else if asks_for_a_job(draft) {
            &[&JOB_ID_MISSING]
        } else {
            // Another API is called, or the status of the job is read.
            &[]
        };
        finding.answers(answers);
        return;
    }
    let upper = method.text.to_ascii_uppercase();
    // A script sends it letter for letter.
    if draft.embedded.is_some() && method.text != upper {
        let message =
            format!("`{}` is sent as it is written: methods of HTTP are upper case", method.text);
        sink.place(method.span, "", message)
            .severity(Severity::Warning)
            .help(format!("write `{upper}`"));
    }
}

/// Whether the call is one for the status of a job without the id of the job.
fn asks_for_a_job(draft: &Draft<'_>) -> bool {
    let Some(path) = &draft.path else { return true };
    Route::parse(&path.text).is_ok_and(|route| route.job_id().is_none_or(str::is_empty))
}
