use massup_model::{ApiVersion, Draft};

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::{Fact, Sink};

declare_rule! {
    /// The edition does not support mass updates by custom view.
    ///
    /// ## Why
    ///
    /// The newest OpenAPI description of v8 limits `cvid` to Enterprise, Ultimate, CRM Plus and Zoho One
    /// Enterprise. The pages do not mention it, but the SDKs have a message for it, so it is a warning in older
    /// versions. All editions support calls by `ids`.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads edition=Professional
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000091515" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads edition=Enterprise
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000091515" }
    /// ```
    ///
    /// ```json module=Leads edition=Professional
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU202 "edition-without-views",
    severity: |version| if version >= ApiVersion::V8 { Severity::Error } else { Severity::Warning },
    evidence: Contradicted,
    answers: [EDITION_NOT_SUPPORTED],
    sources: [V8_OPENAPI, SDK],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if !draft.has_view() {
        return;
    }
    let Some(edition) = &facts.edition else {
        return sink.lacks(Fact::Edition, || {
            ("the edition of the organisation".into(), known::supply_edition(draft))
        });
    };
    let Some(schedules) = facts.edition_schedules() else {
        return sink.unchecked(|| {
            (
                format!("whether edition `{edition}` supports mass updates by custom view"),
                "no document says so: test the call on a view with one record first",
            )
        });
    };
    if !schedules {
        sink.key(
            "/cvid",
            format!("edition `{edition}` does not support mass updates by custom view"),
        )
        .help("select the records by `ids`, at most 500 in a call; `massup plan` splits them");
    }
}
