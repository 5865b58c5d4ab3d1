use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::limits::{MAX_FIELDS, MAX_FIELDS_DEALS, fields_per_call};

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call sets more fields than allowed: three on Deals, one on other modules.
    ///
    /// ## Why
    ///
    /// More fields need more calls. Calls on one view must be sent one after another, because a view allows only
    /// one job at a time; calls by ids can be sent in any order. Each call triggers the automations again.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai", "State": "Tamil Nadu" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Deals
    /// { "data": [{ "Stage": "Closed Won", "Type": "New Business", "Lead_Source": "Partner", "Probability": 100 }],
    ///   "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals
    /// { "data": [{ "Stage": "Closed Won", "Type": "New Business", "Lead_Source": "Partner" }],
    ///   "ids": ["554023000000497007"] }
    /// ```
    MU115 "too-many-fields",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [MAX_FIELD_LIMIT],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    // Keys of the body inside `data` are reported by another rule, unless the module has such a field.
    if draft.kind != Kind::Call || draft.fields().len() <= MAX_FIELDS {
        return;
    }
    let mut fields = draft.field_names();
    fields.retain(|name| {
        *name != "id" && (!known::is_misplaced(name) || sink.metadata(facts, name).is_some())
    });
    if fields.len() <= MAX_FIELDS {
        return;
    }
    let (limit, on) = match draft.module_name() {
        Some(module) => (fields_per_call(module), format!("`{module}`")),
        None if fields.len() <= MAX_FIELDS_DEALS => {
            known::module(draft, sink);
            return;
        }
        None => (MAX_FIELDS_DEALS, "any module".to_owned()),
    };
    if let Some(extra) = fields.get(limit) {
        let pointer = massup_model::json::join("/data/0", extra);
        let message = format!("{} fields are set; a call on {on} accepts {limit}", fields.len());
        sink.key(pointer, message)
            .help("set the other fields in separate calls; `massup plan` splits them");
    }
}
