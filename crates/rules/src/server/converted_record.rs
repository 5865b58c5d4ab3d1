use massup_model::Draft;
use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No record may be a converted lead.
    ///
    /// ## Why
    ///
    /// A converted lead still exists but refuses updates.
    ///
    /// ## What to do
    ///
    /// Leave the lead out, and update the contact, account or deal that it was converted to.
    MU910 "converted-record",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [CONVERTED_RECORD],
    sources: [V8_OPENAPI, SDK],
    since: "0.1.0",
    check: Check::Server(on_leads),
}

/// Only leads are converted.
fn on_leads(draft: &Draft<'_>) -> bool {
    draft.kind != Kind::Status && draft.module_name().is_none_or(|module| module == "Leads")
}
