use massup_model::Draft;
use massup_model::json::{Value, join};

use crate::facts::Facts;
use crate::known::is_reference;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A field is set to an object, or to an array of anything but strings.
    ///
    /// ## Why
    ///
    /// Objects are the values of lookups, owners and layouts, arrays of objects those of line items and
    /// multi-select lookups: fields that a mass update cannot set. An `{"id": …}` alone is a warning,
    /// since metadata of v7 marks the layout field as open to it, and the OpenAPI description of v8 shows
    /// a user lookup being set.
    ///
    /// ## Rejected
    ///
    /// ```json module=Quotes
    /// { "data": [{ "Quoted_Items": [{ "Product_Name": "554023000000497003" }] }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "Owner": { "id": "554023000000235011" } }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    MU132 "structured-value",
    severity: |_| Severity::Error,
    evidence: Contradicted,
    answers: [FIELD_NOT_UPDATABLE],
    sources: [V2_PAGE, V7_FIELDS, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for member in draft.fields() {
        let pointer = || join("/data/0", &member.key);
        match &member.value.value {
            // The metadata of the field tells more, if there is any: that is for other rules.
            Value::Object(_)
                if is_reference(&member.value) && sink.metadata(facts, &member.key).is_some() => {}
            Value::Object(_) if is_reference(&member.value) => {
                if sink.only_counts_as(Severity::Warning) {
                    continue;
                }
                sink.value(
                    pointer(),
                    "an object with an `id` is the value of a lookup or a layout",
                )
                .severity(Severity::Warning)
                .help("most such fields cannot be mass updated; the field's metadata decides");
            }
            Value::Object(_) if sink.only_counts() => {}
            Value::Object(_) => {
                sink.value(pointer(), "no field that can be mass updated takes an object")
                    .help("set lookups, layouts and addresses with the ordinary update call");
            }
            Value::Array(items) => {
                let odd = items.iter().position(|item| item.as_str().is_none());
                let odd = odd.filter(|_| !sink.only_counts());
                if let Some((index, item)) = odd.and_then(|at| Some((at, items.get(at)?))) {
                    let message =
                        format!("an item of the array is {}; expected a string", item.kind());
                    sink.value(join(&pointer(), index), message)
                        .help("only a multi-select picklist takes an array: of the options to set");
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Unknown(_) => {}
        }
    }
}
