use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Node, Value};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call sets no field.
    ///
    /// ## Why
    ///
    /// `data` must set at least one field, by its API name, to the value for all selected records.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{}], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU114 "no-field",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [NO_FIELD_FOUND],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(body) = &draft.body else { return };
    if body.as_object().is_none() {
        return;
    }
    let name = draft.name_in_file("data");
    let help = match draft.kind {
        Kind::Intent => "set a field, such as `set: { Lead_Source: Advertisement }`",
        Kind::Call | Kind::Status => {
            "set a field, such as `\"data\": [{ \"Lead_Source\": \"Advertisement\" }]`"
        }
    };
    let (pointer, what) = match body.field("data").map(|data| data.as_array().map(<[_]>::first)) {
        None => ("", format!("`{name}` is missing")),
        Some(Some(None)) => ("/data", format!("`{name}` is empty")),
        Some(Some(Some(Node { value: Value::Object(members), .. }))) if members.is_empty() => {
            let what = match draft.kind {
                Kind::Intent => "`set` is empty",
                Kind::Call | Kind::Status => "the object in `data` is empty",
            };
            ("/data/0", what.to_owned())
        }
        _ => return,
    };
    sink.value(pointer, format!("no field is set: {what}")).help(help);
}
