use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::Node;
use massup_model::request::is_field_name;

use crate::facts::Facts;
use crate::known;
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A key of `data` is not the API name of a field.
    ///
    /// ## Why
    ///
    /// An API name is a letter followed by letters, digits and underscores: `Lead_Source`, not the label
    /// `Lead Source`. `id` is not a field: the records are selected by `ids`, next to `data`.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "Lead Source": "Advertisement" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "id": "554023000000497007", "City": "Chennai" }] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No. of Employees": 40 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "Lead_Source": "Advertisement" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Fix
    ///
    /// Moves `id` to `ids`, next to `data`, if the call selects no other records.
    MU125 "not-a-field-name",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [FIELD_NOT_UPDATABLE],
    sources: [V2_PAGE, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let metadata = draft.module_name().and_then(|module| facts.fields_of(module));
    for member in draft.fields() {
        let key = member.key.as_ref();
        if is_field_name(key) || sink.only_counts() {
            continue;
        }
        if key == "id" {
            record_id(draft, &member.value, sink);
            continue;
        }
        let finding = sink.field(member, format!("`{key}` is not the API name of a field"));
        let guess = key.trim().replace([' ', '-'], "_");
        let meant = metadata.and_then(|metadata| known::meant_field(key, metadata));
        if let Some(meant) = meant {
            finding.help(format!("did you mean `{meant}`?"));
        } else if is_field_name(&guess) {
            finding.help(format!("did you mean `{guess}`? API names have no spaces or hyphens"));
        } else {
            finding.help(
                "use the `api_name` of the field: a letter, then letters, digits and underscores",
            );
        }
    }
}

/// Reports `id` in `data`, as Update Records has it.
fn record_id(draft: &Draft<'_>, id: &Node<'_>, sink: &mut Sink<'_>) {
    let Some(member) = draft.fields().iter().find(|member| member.key == "id") else { return };
    let message = "`id` is not a field: all selected records get the same values";
    let finding = sink.field(member, message);
    if draft.kind == Kind::Intent {
        finding.help("remove it from `set` and list the record under `select: { ids: […] }`");
        return;
    }
    let finding =
        finding.help("move it out of `data` to `ids`, next to `data`: `\"ids\": [\"…\"]`");
    let objects = draft.key("data").and_then(Node::as_array).map_or(0, <[_]>::len);
    let selects = draft.key("ids").or_else(|| draft.key("cvid")).is_some();
    if let Some(digits) =
        id.as_id().filter(|_| objects == 1 && !selects && draft.fields().len() > 1)
    {
        let ids = serde_json::json!([digits.to_string()]);
        let patch = vec![
            Edit::Add { path: "/ids".into(), value: ids },
            Edit::Remove { path: "/data/0/id".into() },
        ];
        finding.fix("move `id` to `ids`", patch);
    }
}
