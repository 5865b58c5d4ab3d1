use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Node, Value, join};
use massup_model::limits::MAX_EXACT_NUMBER;

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// An id is a JSON number instead of a string.
    ///
    /// ## Why
    ///
    /// On every page ids are strings. Many programs round JSON numbers above 2^53: JavaScript reads
    /// `554023000000497007` as `554023000000497000`, so another record is updated, or none. A number with a
    /// fraction or an exponent is an error, even `5.0`: a spreadsheet writes `5.54023E+17` for an id whose last
    /// digits are lost. Such a number has no fix, because nobody can restore the digits. A number that does not
    /// fit a signed 64-bit integer is an error too.
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
    /// Puts the digits in quotes, exactly as they are in the file.
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
    // Ids of lookups and layouts. Numbers that are not ids are reported by the rules on values.
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
                "look up the id again, for example with an export that formats the column as text, and write it as a string",
            )
        } else {
            (
                "this number is not an id: an id has at most 19 digits and no sign",
                "look up the id of the record and write it as a string of digits",
            )
        };
        sink.value(pointer, message).severity(Severity::Error).help(help);
        return;
    };
    // massup keeps every digit of a change file and sends strings.
    if kind == Kind::Intent {
        return;
    }
    if sink.only_counts() {
        return;
    }
    let why = if number > MAX_EXACT_NUMBER { ", which many programs round" } else { "" };
    let digits = number.to_string();
    let value = digits.as_str().into();
    let patch = vec![Edit::Replace { path: pointer.clone(), value }];
    sink.value(pointer, format!("the id is a number{why}"))
        .help(format!("write `\"{digits}\"`"))
        .fix("write the id as a string", patch);
}
