use massup_syntax::Form;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// The body is sent as a form; the API takes JSON.
    ///
    /// ## Why
    ///
    /// The pages describe one JSON object as the body of the call. `curl -F`, `--data-urlencode` and the form
    /// modes of API clients send something else, which bulk uploads and old versions of the API took.
    ///
    /// ## Rejected
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update \
    ///   -F 'data=[{ "City": "Chennai" }]' -F 'ids=["554023000000497007"]'
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    MU014 "form-body",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words how the body is sent.
pub(crate) fn words(form: Form) -> Words {
    let kind = match form {
        Form::Multipart => "multipart/form-data",
        Form::UrlEncoded => "application/x-www-form-urlencoded",
    };
    Words::new(format!("the body is sent as a form (`{kind}`); the API takes a JSON object"))
        .help("send one JSON object: with curl `--data '{ \"data\": [{ … }], \"ids\": [ … ] }'`")
}
