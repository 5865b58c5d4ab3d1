use massup_syntax::{Mention, NotFollowed};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A file names the mass update, and massup cannot follow the call.
    ///
    /// ## Why
    ///
    /// massup reads calls whose URL and body are written out: in scripts, requests of API clients, workflows, code
    /// blocks, and in the source code of common languages. A call that is put together in another way is not
    /// checked, and must not pass for checked. It is a warning where something is sent, so that `--deny warning`
    /// means "everything was checked", and no error: nothing is known to be wrong. Text for people, and a body
    /// that may belong to another call of the API, get a note.
    ///
    /// ## Rejected
    ///
    /// ```python
    /// record_operations.mass_update_records("Leads", request)  # of the Zoho SDK
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```python
    /// requests.post(
    ///     "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update",
    ///     json={"data": [{"City": "Chennai"}], "ids": ["554023000000497007"]},
    /// )
    /// ```
    MU010 "call-not-followed",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words the problem that something names the API and is not checked.
pub(crate) fn words(problem: NotFollowed) -> Words {
    let NotFollowed { what, format } = problem;
    let write = "write the body to a file of its own and run `massup lint FILE --module MODULE`";
    match what {
        Mention::Path => Words::new(format!(
            "this mass update is not read: massup cannot follow the call in {format}"
        ))
        .help(write),
        Mention::Prose => Words::new("this text names the mass update; it is not read as a call")
            .help("put an example into a code block to have it checked")
            .severity(Severity::Note),
        Mention::Sdk => Words::new(format!(
            "this mass update is not read: massup cannot follow requests of an SDK in {format}"
        ))
        .help(write),
        Mention::Tool => Words::new(format!(
            "this tool sends mass updates; its arguments are not read in {format}"
        ))
        .help("log the call as JSON with `name` and `arguments`, and check that file"),
        Mention::Name => Words::new(format!(
            "this name suggests a mass update; massup finds no call with a URL and a body in {format}"
        ))
        .help(write),
        Mention::Rest => Words::new(format!(
            "the rest of {format} is not checked: it holds more words than are read"
        ))
        .help("divide it; `docs/limits.md` has the limits"),
        Mention::Body => Words::new(
            "this may be the body of a mass update without `ids` and `cvid`; it is not read",
        )
        .help("name the file to have it checked: `massup lint FILE`")
        .severity(Severity::Note),
    }
}
