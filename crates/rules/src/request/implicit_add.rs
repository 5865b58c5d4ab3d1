use massup_model::Draft;
use massup_model::json::join;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The options of a multi-select picklist are added to those that a record has.
    ///
    /// ## Why
    ///
    /// Where `over_write` is not given, it is false: options are added, none is taken away. The ordinary
    /// update of records does the opposite and replaces them. Say which one is meant.
    ///
    /// ## Rejected
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"],
    ///   "over_write": false }
    /// ```
    MU126 "implicit-add",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    if draft.key("over_write").is_some() {
        return;
    }
    let mut fields = draft.fields().iter();
    if let Some(member) = fields.find(|m| m.value.as_array().is_some_and(|items| !items.is_empty()))
    {
        let message = "these options are added to those that the records have";
        sink.value(join("/data/0", &member.key), message)
            .help("say `\"over_write\": true` to replace them, `false` to add");
    }
}
