use massup_model::catalogue::{MAPPING_MISMATCH, OPTION_NOT_IN_LAYOUT};

use crate::facts::{Facts, PickOption};
use crate::known::{self, Options, Set};
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;
use crate::suggest::nearest;

declare_rule! {
    /// The value is none of the options of the picklist.
    ///
    /// ## Why
    ///
    /// The insert page lets a new option be sent, the OpenAPI description of v8 knows a refusal for it: a warning.
    /// For Stage and Pipeline it is an error, since both must belong together. What the API takes is the
    /// `actual_value`; people may see another text.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisment" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Trade Fair" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Stage": "Closed Wun" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Languages_Known": ["English", "Spanich"] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Trade Show" }], "ids": ["554023000000497007"] }
    /// ```
    MU225 "unknown-option",
    severity: |_| Severity::Warning,
    evidence: Contradicted,
    answers: [OPTION_NOT_IN_LAYOUT, MAPPING_MISMATCH],
    sources: [V7_INSERT, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Values(check),
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for set in values {
        let &Set { member, field, .. } = set;
        let Some(options) = &field.options else {
            if field.data_type().ends_with("picklist") {
                sink.unchecked(|| {
                    let needs = format!("the options of `{}`", field.api_name);
                    (needs, "take the fields metadata anew")
                });
            }
            continue;
        };
        let index = member
            .value
            .as_array()
            .and_then(|_| set.options.is_none().then(|| Options::of(field))?);
        let set = Set { options: index.as_ref().or(set.options), ..*set };
        let fixed = matches!(member.key.as_ref(), "Stage" | "Pipeline");
        for (index, text) in known::texts(&member.value) {
            let pipeline = member.key == "Pipeline";
            let is = |option: &PickOption| pipeline && option.id.as_deref() == Some(text);
            if text.is_empty() || set.option(text).is_some() || options.iter().any(is) {
                continue;
            }
            if !fixed && sink.only_counts() {
                continue;
            }
            let pointer = known::pointer(member, index);
            // A pipeline may be named by its id, and that of an option need not be it.
            let by_id = pipeline && text.bytes().all(|byte| byte.is_ascii_digit());
            let message = format!("`{text}` is no option of field `{}`", member.key);
            let answers: &[_] = if fixed {
                &[&MAPPING_MISMATCH, &OPTION_NOT_IN_LAYOUT]
            } else {
                &[&OPTION_NOT_IN_LAYOUT]
            };
            let mut finding = sink.value(pointer.as_str(), message).answers(answers);
            if fixed && !by_id {
                finding = finding.severity(Severity::Error);
            }
            let shown = options.iter().find(|option| option.shown == text);
            let values = options.iter().map(|option| option.value.as_str());
            if let Some(option) = shown {
                finding
                    .help(format!("that is what people see; the API takes `{}`", option.value))
                    .unsafe_fix(
                        format!("write `{}`", option.value),
                        replace(pointer, &option.value),
                    );
            } else if let Some(meant) = nearest(text, values) {
                finding
                    .help(format!("did you mean `{meant}`?"))
                    .unsafe_fix(format!("write `{meant}`"), replace(pointer, meant));
            } else {
                finding.help("take one of the field's `pick_list_values`");
            }
        }
    }
}

fn replace(path: String, value: &str) -> Vec<Edit> {
    vec![Edit::Replace { path, value: value.into() }]
}
