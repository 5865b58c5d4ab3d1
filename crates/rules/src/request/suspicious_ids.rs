use massup_model::Draft;
use massup_model::id::Suspicious;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The ids do not look like record ids: all are rounded, or all are too short.
    ///
    /// ## Why
    ///
    /// A spreadsheet keeps 15 digits of a number. If all ids have 18 or 19 digits and end in `000`, their last
    /// digits are probably lost, and the call updates other records or none. Record ids have at least 12 digits in
    /// all documents; shorter ones are row numbers, customer numbers or other keys of another system.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["4710000000122650000", "4710000000122660000"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["100400", "100401", "100402"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["4710000000122650000", "4710000000122660017"] }
    /// ```
    MU128 "suspicious-ids",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [INVALID_ID],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Pass,
}

fn check(_: &Draft<'_>, sink: &mut Sink<'_>) {
    let mut ids = Suspicious::default();
    for id in sink.id_numbers() {
        // An invalid id is reported by another rule.
        let Some(id) = id else { return };
        ids.add(*id);
        if ids.is_ruled_out() {
            return;
        }
    }
    if let Some(suspicion) = ids.suspicion() {
        sink.value("/ids", suspicion.to_string()).help(suspicion.remedy());
    }
}
