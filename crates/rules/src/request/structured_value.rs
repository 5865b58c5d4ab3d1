use massup_model::Draft;
use massup_model::json::{Value, join};

use crate::facts::Facts;
use crate::known::{is_misplaced, is_reference};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A field is set to an object, or to an array that contains anything but strings.
    ///
    /// ## Why
    ///
    /// Objects are values of lookups, owners and layouts; arrays of objects are values of line items and
    /// multi-select lookups. A mass update cannot set these fields. `{"id": …}` is only a warning: v7 metadata
    /// allows mass updates of the layout, and the OpenAPI description of v8 sets a user lookup.
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
        if is_misplaced(&member.key) && sink.metadata(facts, &member.key).is_none() {
            continue;
        }
        let pointer = || join("/data/0", &member.key);
        match &member.value.value {
            // The metadata of the field decides, in other rules.
            Value::Object(_)
                if is_reference(&member.value) && sink.metadata(facts, &member.key).is_some() => {}
            Value::Object(_) if is_reference(&member.value) => {
                if sink.only_counts_as(Severity::Warning) {
                    continue;
                }
                let message = "an object with an `id` is the value of a lookup or a layout";
                sink.value(pointer(), message)
                    .severity(Severity::Warning)
                    .help(format!(
                        "check `mass_update` in the metadata of `{}`: it is false for most lookups, which Update Records can set",
                        member.key
                    ));
            }
            Value::Object(_) if sink.only_counts() => {}
            Value::Object(_) => {
                sink.value(pointer(), "no field that can be mass updated accepts an object without an `id`")
                    .help("write the value as `{ \"id\": \"…\" }` if the field refers to a user or a record; set addresses with Update Records");
            }
            Value::Array(items) => {
                let odd = items.iter().position(|item| item.as_str().is_none());
                let odd = odd.filter(|_| !sink.only_counts());
                if let Some((index, item)) = odd.and_then(|at| Some((at, items.get(at)?))) {
                    let message =
                        format!("an item of the array is {}; expected a string", item.kind());
                    sink.value(join(&pointer(), index), message).help(
                        "write the options of a multi-select picklist as strings; set other lists with Update Records",
                    );
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
