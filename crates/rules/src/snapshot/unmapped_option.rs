use massup_model::json::Member;

use crate::facts::{Dependency, Facts, Field};
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
use crate::sink::Sink;

declare_rule! {
    /// An option depends on another field that the call does not set, or sets to an option that does not match.
    ///
    /// ## Why
    ///
    /// The options of a picklist can depend on another picklist, such as State on Country. A call sets the same option
    /// in all records, so a dependent option alone is wrong for records with another parent option. v8 refuses options
    /// that do not match; older versions do not document it. Dependencies belong to layouts: the rule accepts a
    /// combination that any layout allows. Dependencies between fields of a subform do not count.
    ///
    /// ## Rejected
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Region": "North", "Branch": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Branch": "Oslo" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Region": "North", "Branch": "Oslo" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Pipeline": "Renewals", "Stage": "Closed Lost" }], "ids": ["554023000000497007"] }
    /// ```
    MU250 "unmapped-option",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [MAPPING_MISMATCH],
    sources: [V8_OPENAPI],
    since: "0.1.0",
    check: Check::Values(check, safe),
}

fn safe(_: &Field, dependencies: &[Dependency]) -> Safe {
    if dependencies.is_empty() { Safe::ALL } else { Safe::NONE }
}

fn check(values: &[Set<'_>], facts: &Facts, sink: &mut Sink<'_>) {
    if !values.iter().any(|set| set.field.data_type() == "picklist") {
        return;
    }
    let Some(dependencies) = known::dependencies(facts, sink) else { return };
    let set = |name: &str| values.iter().find(|set| set.member.key == name);
    for Dependency { parent, child, pairs, .. } in dependencies {
        let Some(&Set { member: below, field: child_field, .. }) = set(child) else { continue };
        let Some(&Set { member: above, field, .. }) = set(parent) else {
            // A stage without its pipeline is reported by another rule.
            if parent != "Pipeline" {
                let message =
                    format!("`{child}` is set without `{parent}`, on which its options depend");
                sink.field(below, message)
                    .help(format!("check that all records have a matching `{parent}`"));
            }
            continue;
        };
        let (Some(parent), Some(option)) = (named(above, field), named(below, child_field)) else {
            continue;
        };
        // A parent option without dependencies allows all options.
        let Some(options) = pairs.get(parent).filter(|options| !options.contains(option)) else {
            continue;
        };
        let options: Vec<_> = options.iter().map(|option| format!("`{option}`")).collect();
        let message =
            format!("option `{option}` does not match `{parent}` in field `{}`", above.key);
        let help = if options.is_empty() {
            format!("no option of `{child}` matches `{parent}`")
        } else {
            format!("use one of the options that match `{parent}`: {}", options.join(", "))
        };
        sink.field(below, message).help(help);
    }
}

/// The actual value of the option that a value names, as dependencies have it.
fn named<'v>(member: &'v Member<'_>, field: &'v Field) -> Option<&'v str> {
    let text = member.value.as_str()?;
    Some(field.option(text).map_or(text, |(option, _)| &option.value))
}
