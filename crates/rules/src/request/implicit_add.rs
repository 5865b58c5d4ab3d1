use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Member, join};

use crate::facts::Facts;
use crate::known::is_misplaced;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A multi-select picklist is set without `over_write`, so its options are added.
    ///
    /// ## Why
    ///
    /// `over_write` is false by default: the options are added to those that a record already has. Update
    /// Records does the opposite and replaces them. State which one is meant.
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
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if draft.key("over_write").is_some() {
        return;
    }
    let metadata = draft.module_name().and_then(|module| facts.fields_of(module));
    let other_type = |name: &str| {
        let field = metadata.and_then(|all| all.iter().find(|field| field.api_name == name));
        field.is_some_and(|field| !["", "multiselectpicklist"].contains(&field.data_type()))
    };
    let multi_select = |member: &&Member<'_>| {
        let items = member.value.as_array().unwrap_or_default();
        !items.is_empty()
            && items.iter().all(|item| item.as_str().is_some())
            && !is_misplaced(&member.key)
            && !other_type(&member.key)
    };
    if let Some(member) = draft.fields().iter().find(multi_select) {
        let (key, value) = match draft.kind {
            Kind::Intent => ("over_write: true", "over_write: false"),
            Kind::Call | Kind::Status => ("\"over_write\": true", "\"over_write\": false"),
        };
        let message =
            "without `over_write`, these options are added to those that the records have";
        sink.value(join("/data/0", &member.key), message).help(format!(
            "add `{key}` to replace them, or `{value}` to confirm that they are added"
        ));
    }
}
