use massup_model::Draft;
use massup_model::catalogue::{CONVERTED_RECORD, RECORD_LOCKED, RECORD_LOCKED_V8};

use crate::facts::{Facts, Refusing};
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The custom view shows only records that refuse updates: converted leads or locked records.
    ///
    /// ## Why
    ///
    /// The server schedules the job, and every record of it fails. The system views for converted leads have the
    /// system names `CONVERTEDVIEWS` and `MYCONVERTEDVIEWS`, the one for locked leads `ALLLOCKEDLEADS`.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091535" }
    /// ```
    ///
    /// ```json module=Leads snapshot api=v7
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091535" }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091537" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU251 "refusing-view",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [CONVERTED_RECORD, RECORD_LOCKED, RECORD_LOCKED_V8],
    sources: [V7_CUSTOM_VIEWS, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(view) = known::view(draft, facts, sink) else { return };
    let Some(refusing) = view.refusing() else { return };
    let name = view.name.as_deref().or(view.system_name.as_deref()).unwrap_or_default();
    match refusing {
        Refusing::Converted => sink
            .value(
                "/cvid",
                format!("custom view `{name}` shows converted leads, which refuse updates"),
            )
            .answers(&[&CONVERTED_RECORD])
            .help("update the contacts, accounts or deals that the leads were converted to"),
        Refusing::Locked => sink
            .value(
                "/cvid",
                format!("all records of custom view `{name}` are locked and refuse updates"),
            )
            .answers(&[&RECORD_LOCKED, &RECORD_LOCKED_V8])
            .help("unlock the records first, or use a view of records that are not locked"),
    };
}
