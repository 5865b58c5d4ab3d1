use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Node, Value, join};
use massup_model::limits::MAX_EXACT_NUMBER;

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// An id is written as a JSON number, not as a string.
    ///
    /// ## Why
    ///
    /// Ids are strings on every page. Above 2^53 many programs round a JSON number: JavaScript reads
    /// `554023000000497007` as `554023000000497000`, and another record is updated, or none. A number that is
    /// not a whole 64-bit number is an error, and so is one with a fraction or an exponent, even a zero one: a
    /// spreadsheet writes `5.54023E+17` for an id whose last digits it has dropped.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": [3477061000005922192] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": [5.54023E+17] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["3477061000005922192"] }
    /// ```
    ///
    /// ## Fix
    ///
    /// The digits are put in quotes, as they stand in the file.
    MU122 "id-as-number",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Pass,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    for (index, node) in draft.ids().iter().enumerate() {
        if matches!(node.value, Value::Number(_)) {
            report(node, draft.kind, join("/ids", index), sink);
        }
    }
    for pointer in ["/cvid", "/territory/id"] {
        let node = draft.body.as_ref().and_then(|body| body.resolve(pointer));
        if let Some(node) = node.filter(|node| matches!(node.value, Value::Number(_))) {
            report(node, draft.kind, pointer.to_owned(), sink);
        }
    }
    // Of lookups and layouts; a number that is no id at all is for the rules on values.
    for member in draft.fields() {
        let id = member.value.field("id").filter(|id| matches!(id.value, Value::Number(_)));
        if let Some(id) = id.filter(|id| id.as_id().is_some()) {
            report(id, draft.kind, join(&join("/data/0", &member.key), "id"), sink);
        }
    }
}

fn report(node: &Node<'_>, kind: Kind, pointer: String, sink: &mut Sink<'_>) {
    let Some(number) = node.as_id() else {
        let rounded = matches!(&node.value, Value::Number(text) if text.contains(['.', 'e', 'E']));
        let (message, help) = if rounded {
            (
                "a number with a fraction or an exponent is not an id: it may have lost digits",
                "take the id from a source that keeps all its digits, and write it as a string",
            )
        } else {
            (
                "this number is not an id: an id has at most 19 digits and no sign",
                "write the id as a string of digits",
            )
        };
        sink.value(pointer, message).severity(Severity::Error).help(help);
        return;
    };
    // massup itself reads every digit of a change file, and sends a string.
    if kind == Kind::Intent {
        return;
    }
    if sink.only_counts() {
        return;
    }
    let why = if number > MAX_EXACT_NUMBER { "; many programs round it" } else { "" };
    let digits = number.to_string();
    let patch = vec![Edit::Replace { path: pointer.clone(), value: digits.into() }];
    sink.value(pointer, format!("an id is written as a number{why}"))
        .help("put it in quotes")
        .fix("write the id as a string", patch);
}
