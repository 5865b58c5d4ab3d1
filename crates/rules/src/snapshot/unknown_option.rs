use massup_model::catalogue::{MAPPING_MISMATCH, OPTION_NOT_IN_LAYOUT};

use crate::facts::{Dependency, Facts, Field, NamedBy, PickOption};
use crate::known::{self, Options, Set};
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
use crate::sink::{Finding, Sink};
use crate::suggest::nearest;

declare_rule! {
    /// The value is not the display value of an option of the picklist.
    ///
    /// ## Why
    ///
    /// The vendor asks clients to send the `display_value` of an option. If a value is only the `actual_value` or
    /// `reference_value` of an option that people see under another name, the server may select another option: a
    /// warning that names the option. An unknown value is a warning too: the insert page allows new options, but the
    /// OpenAPI description of v8 has an error for them. For Stage and Pipeline an unknown value is an error, because
    /// both must match.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisment" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Trade Show" }], "ids": ["554023000000497007"] }
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
    /// ```json module=Leads snapshot
    /// { "data": [{ "Languages_Known": ["English", ""] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Trade Fair" }], "ids": ["554023000000497007"] }
    /// ```
    MU225 "unknown-option",
    severity: |_| Severity::Warning,
    evidence: Contradicted,
    answers: [OPTION_NOT_IN_LAYOUT, MAPPING_MISMATCH],
    sources: [KAIZEN_PICKLISTS, V7_INSERT, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Values(check, safe),
}

/// The most options that a message lists.
const LISTED: usize = 8;

fn safe(field: &Field, _: &[Dependency]) -> Safe {
    Safe { options: field.options.is_some(), ..Safe::ALL }
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for set in values {
        let &Set { member, field, .. } = set;
        if field.options.is_none() {
            if field.data_type().ends_with("picklist") {
                sink.unchecked(|| {
                    (
                        format!("the options of `{}`", field.api_name),
                        "download the field metadata again; it has no `pick_list_values` for the field",
                    )
                });
            }
            continue;
        }
        let index = member
            .value
            .as_array()
            .and_then(|_| set.options.is_none().then(|| Options::of(field))?);
        let set = Set { options: index.as_ref().or(set.options), ..*set };
        let pipeline = member.key == "Pipeline";
        let pair = pipeline || member.key == "Stage";
        for (index, text) in known::texts(&member.value) {
            let option = set.option(text);
            let known = match option {
                Some((_, by)) => by == NamedBy::Display || (by == NamedBy::Id && pipeline),
                // Several options in one text are a value of the wrong type, and an empty text has a rule of its own.
                None => index.is_none() && (text.is_empty() || set.listed(text).is_some()),
            };
            if known || (!pair && sink.only_counts()) {
                continue;
            }
            let pointer = known::pointer(member, index);
            match option {
                Some((_, NamedBy::Display)) => {}
                Some((option, NamedBy::Reference)) => {
                    let message = format!(
                        "`{text}` is the stored value of the option that people see as `{}`",
                        option.shown
                    );
                    let finding = sink.value(pointer.as_str(), message).answers(&[]);
                    send(finding, pointer, option);
                }
                Some((option, NamedBy::Id)) => {
                    let message = format!("`{text}` is the id of option `{}`", option.shown);
                    let finding =
                        sink.value(pointer.as_str(), message).answers(&[&OPTION_NOT_IN_LAYOUT]);
                    send(finding, pointer, option);
                }
                None => unknown(field, pointer, text, sink),
            }
        }
    }
}

fn send(finding: Finding<'_>, pointer: String, option: &PickOption) {
    let shown = &option.shown;
    finding
        .help(format!("send the display value `{shown}`"))
        .unsafe_fix(format!("write `{shown}`"), replace(pointer, shown));
}

fn unknown(field: &Field, pointer: String, text: &str, sink: &mut Sink<'_>) {
    let name = field.api_name.as_str();
    let pair = matches!(name, "Stage" | "Pipeline");
    let given = if text.is_empty() { "an empty string" } else { &format!("`{text}`") };
    let message = format!("{given} is not an option of field `{name}`");
    let mut finding = sink.value(pointer.as_str(), message);
    finding = if pair {
        finding.answers(&[&MAPPING_MISMATCH, &OPTION_NOT_IN_LAYOUT])
    } else {
        finding.answers(&[&OPTION_NOT_IN_LAYOUT])
    };
    // Digits may be the id of a pipeline, which the metadata of fields does not list.
    let by_id = name == "Pipeline" && text.bytes().all(|byte| byte.is_ascii_digit());
    if pair && !by_id {
        finding = finding.severity(Severity::Error);
    }
    let used = || field.options.iter().flatten().filter(|option| option.used);
    let shown = || used().map(|option| option.shown.as_str());
    if let Some(meant) = nearest(text, shown()) {
        finding
            .help(format!("did you mean `{meant}`?"))
            .unsafe_fix(format!("write `{meant}`"), replace(pointer, meant));
    } else if shown().count() <= LISTED {
        let names: Vec<_> = shown().collect();
        finding.help(format!("the options are {}", crate::text::quoted(&names)));
    } else {
        finding.help("use the display value of an option, from `pick_list_values` of the field");
    }
}

fn replace(path: String, value: &str) -> Vec<Edit> {
    vec![Edit::Replace { path, value: value.into() }]
}
