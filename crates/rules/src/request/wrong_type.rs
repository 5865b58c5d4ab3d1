use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Node, Value, join};

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A part of the body does not have the documented JSON type.
    ///
    /// ## Why
    ///
    /// The body is an object; `data` is an array with one object, `ids` an array of strings, `cvid` and
    /// `territory.id` are strings, `territory` is an object, `include_child` and `over_write` are booleans. No
    /// page documents the answer to other types.
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
    /// Writes a boolean or a list without its quotes, and puts a single object into an array.
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
        sink.call(format!("the body is {}; expected an object", body.kind()))
            .help("write an object with `data` and `ids` or `cvid`");
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
        if draft.kind == Kind::Intent {
            sink.value("/data", format!("`set` is {}; expected fields with values", data.kind()))
                .help("write `set: { Field: value }`");
            return;
        }
        let message = format!("`data` is {}; expected an array with one object", data.kind());
        let finding = sink.value("/data", message).help("write `\"data\": [{ … }]`");
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
            sink.value(join("/data", index), message)
                .help("write an object of fields and values, such as `{ \"City\": \"Chennai\" }`");
        }
    }
}

fn ids(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(ids) = draft.key("ids") else { return };
    let Some(items) = ids.as_array() else {
        let name = draft.name_in_file("ids");
        let message = format!("`{name}` is {}; expected an array of strings", ids.kind());
        let finding = sink.value("/ids", message);
        if let Some(list) = listed(ids) {
            let patch = vec![Edit::Replace { path: "/ids".into(), value: list.into() }];
            finding
                .help("write each id as a string of its own: `[\"…\", \"…\"]`")
                .fix("write the ids as an array", patch);
        } else if ids.field("id").is_some() {
            finding.help("write an array of ids, without keys: `[\"…\"]`");
        } else {
            finding.help("write an array of ids: `[\"…\", \"…\"]`");
        }
        return;
    };
    for (index, item) in items.iter().enumerate() {
        if !matches!(item.value, Value::String(_) | Value::Number(_)) {
            let message = format!("an id is {}; expected a string of digits", item.kind());
            sink.value(join("/ids", index), message).help(match item.field("id") {
                Some(_) => "write the id itself, not an object that contains it",
                None => "write the id as a string, or remove the item",
            });
        }
    }
}

/// The ids in a text such as `1, 2,3`, if it contains nothing else.
fn listed(node: &Node<'_>) -> Option<Vec<String>> {
    let (Value::String(text) | Value::Number(text)) = &node.value else { return None };
    super::malformed_id::split(text).filter(|list| !list.is_empty())
}

fn territory(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(territory) = draft.key("territory") else { return };
    if territory.as_object().is_none() {
        let name = draft.name_in_file("territory");
        let message = format!("`{name}` is {}; expected an object with `id`", territory.kind());
        let finding = sink.value("/territory", message).help(match draft.kind {
            Kind::Intent => "write `territory: { id: \"…\" }` with the id of the territory, not its name",
            Kind::Call | Kind::Status => {
                "write `\"territory\": { \"id\": \"…\" }` with the id of the territory, not its name"
            }
        });
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

/// Numbers are reported by the rule on ids as numbers.
fn id_string(node: &Node<'_>, pointer: &str, name: &str, sink: &mut Sink<'_>) {
    if !matches!(node.value, Value::String(_) | Value::Number(_)) {
        sink.value(pointer, format!("`{name}` is {}; expected a string of digits", node.kind()))
            .help(match node.as_array() {
                Some(_) => "a call accepts one id here: send a call for each",
                None => "write the id as a string",
            });
    }
}

fn boolean(node: &Node<'_>, pointer: &str, name: &str, sink: &mut Sink<'_>) {
    if node.as_bool().is_some() {
        return;
    }
    let message = format!("`{name}` is {}; expected `true` or `false`", node.kind());
    let finding = sink.value(pointer, message).help("write `true` or `false`, without quotes");
    let word = node.as_str().unwrap_or_default();
    if let Some(value) = ["false", "true"].iter().position(|name| word.eq_ignore_ascii_case(name)) {
        let patch = vec![Edit::Replace { path: pointer.into(), value: (value == 1).into() }];
        finding.fix("write a boolean", patch);
    }
}
