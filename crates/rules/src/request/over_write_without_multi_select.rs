use massup_model::Draft;
use massup_model::json::{Node, Value};

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `over_write` is true, but the call sets no multi-select picklist.
    ///
    /// ## Why
    ///
    /// `over_write` decides whether the options of a multi-select picklist replace those that a record has. The
    /// value of such a field is an array. Without an array the key has no effect: it is left over, or the value
    /// should have been an array.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English", "Spanish"] }], "ids": ["554023000000497007"],
    ///   "over_write": true }
    /// ```
    ///
    /// ## Fix
    ///
    /// Removes the key.
    MU124 "over-write-without-multi-select",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let over_write = draft.key("over_write").and_then(Node::as_bool) == Some(true);
    let fields = draft.fields();
    let arrays = fields
        .iter()
        .any(|member| matches!(member.value.value, Value::Array(_) | Value::Unknown(_)));
    if over_write && !fields.is_empty() && !arrays {
        sink.key(
            "/over_write",
            "`over_write` has no effect: no field is set to an array of options",
        )
        .help("remove it, or write the options of the multi-select picklist as an array")
        .fix("remove `over_write`", vec![Edit::Remove { path: "/over_write".into() }]);
    }
}
