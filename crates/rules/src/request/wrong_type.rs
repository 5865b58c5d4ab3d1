use massup_model::Draft;
use massup_model::json::{Node, Value, join};

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A part of the body has another JSON type than the documented one.
    ///
    /// ## Why
    ///
    /// The body is an object; `data` an array of an object, `ids` an array of strings, `cvid` and
    /// `territory.id` strings, `territory` an object, `include_child` and `over_write` booleans. No page
    /// says how the server answers anything else.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": { "City": "Chennai" }, "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": "554023000000497007,554023000000497021" }
    /// ```
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"], "over_write": "true" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    ///
    /// ## Fix
    ///
    /// A boolean or a list that was written as a string is written as what it is; a lone object in `data`
    /// is put into an array.
    MU110 "wrong-type",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Pass,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(body) = &draft.body else { return };
    if body.as_object().is_none() {
        sink.call(format!("the body is {}; expected an object", body.kind()));
        return;
    }
    data(draft, sink);
    ids(draft, sink);
    if let Some(cvid) = draft.key("cvid") {
        id_string(cvid, "/cvid", "cvid", sink);
    }
    territory(draft, sink);
    if let Some(over_write) = draft.key("over_write") {
        boolean(over_write, "/over_write", "over_write", sink);
    }
}

fn data(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(data) = draft.key("data") else { return };
    let Some(items) = data.as_array() else {
        let message = format!("`data` is {}; expected an array of one object", data.kind());
        let finding = sink.value("/data", message);
        if data.as_object().is_some() {
            let value = serde_json::Value::Array(vec![data.to_plain()]);
            let patch = vec![Edit::Replace { path: "/data".into(), value }];
            finding.fix("put the object into an array", patch);
        }
        return;
    };
    for (index, item) in items.iter().enumerate() {
        if item.as_object().is_none() {
            let message = format!("an item of `data` is {}; expected an object", item.kind());
            sink.value(join("/data", index), message);
        }
    }
}

fn ids(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(ids) = draft.key("ids") else { return };
    let Some(items) = ids.as_array() else {
        let message = format!("`ids` is {}; expected an array of strings", ids.kind());
        let finding = sink.value("/ids", message);
        if let Some(list) = listed(ids) {
            let patch = vec![Edit::Replace { path: "/ids".into(), value: list.into() }];
            finding.fix("write the ids as an array", patch);
        }
        return;
    };
    for (index, item) in items.iter().enumerate() {
        if !matches!(item.value, Value::String(_) | Value::Number(_)) {
            let message = format!("an id is {}; expected a string of digits", item.kind());
            sink.value(join("/ids", index), message);
        }
    }
}

/// The ids of a text such as `1, 2,3`, if there is nothing else in it.
fn listed(node: &Node<'_>) -> Option<Vec<String>> {
    let (Value::String(text) | Value::Number(text)) = &node.value else { return None };
    text.split([',', ';', ' ', '\n'])
        .filter(|part| !part.is_empty())
        .map(|part| massup_model::id::parse_digits(part).is_ok().then(|| part.to_owned()))
        .collect::<Option<Vec<_>>>()
        .filter(|list| !list.is_empty())
}

fn territory(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(territory) = draft.key("territory") else { return };
    if territory.as_object().is_none() {
        let message = format!("`territory` is {}; expected an object with `id`", territory.kind());
        let finding = sink.value("/territory", message);
        if let Some(id) = territory.as_str().filter(|id| massup_model::id::parse_digits(id).is_ok())
        {
            let value = serde_json::json!({ "id": id });
            let patch = vec![Edit::Replace { path: "/territory".into(), value }];
            finding.fix("write the territory as an object", patch);
        }
        return;
    }
    if let Some(id) = territory.field("id") {
        id_string(id, "/territory/id", "territory.id", sink);
    }
    if let Some(include_child) = territory.field("include_child") {
        boolean(include_child, "/territory/include_child", "include_child", sink);
    }
}

/// A number is left to the rule on ids written as numbers.
fn id_string(node: &Node<'_>, pointer: &str, name: &str, sink: &mut Sink<'_>) {
    if !matches!(node.value, Value::String(_) | Value::Number(_)) {
        sink.value(pointer, format!("`{name}` is {}; expected a string of digits", node.kind()));
    }
}

fn boolean(node: &Node<'_>, pointer: &str, name: &str, sink: &mut Sink<'_>) {
    if node.as_bool().is_some() {
        return;
    }
    let message = format!("`{name}` is {}; expected `true` or `false`", node.kind());
    let finding = sink.value(pointer, message);
    let word = node.as_str().unwrap_or_default();
    if let Some(value) = ["false", "true"].iter().position(|name| word.eq_ignore_ascii_case(name)) {
        let patch = vec![Edit::Replace { path: pointer.into(), value: (value == 1).into() }];
        finding.fix("write a boolean", patch);
    }
}
