use massup_model::json::Member;

use crate::facts::{Dependency, Facts, Field};
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// An option depends on another field, which the call does not set, or sets to what it does not go with.
    ///
    /// ## Why
    ///
    /// The options of one picklist can be mapped to those of another: a State to its Country. A call sets the
    /// same option on all records, so a child set alone is wrong on those with another parent. v8 refuses a pair
    /// that does not go together; the older versions do not say what they do. Maps belong to layouts: the rule
    /// is content if any layout has the pair.
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
    check: Check::Values(check),
}

fn check(values: &[Set<'_>], facts: &Facts, sink: &mut Sink<'_>) {
    if !values.iter().any(|set| set.field.data_type() == "picklist") {
        return;
    }
    let Some(dependencies) = known::dependencies(facts, sink) else { return };
    let set = |name: &str| values.iter().find(|set| set.member.key == name);
    for Dependency { parent, child, pairs, .. } in dependencies {
        let Some(&Set { member: below, .. }) = set(child) else { continue };
        let Some(&Set { member: above, field, .. }) = set(parent) else {
            // A stage without its pipeline is the business of a rule of its own.
            if parent != "Pipeline" {
                let message =
                    format!("`{child}` is set without `{parent}`, on which its options depend");
                sink.field(below, message).help(format!(
                    "make sure that all records have a `{parent}` that goes with it"
                ));
            }
            continue;
        };
        let (Some(parent), Some(option)) = (named(above, field), below.value.as_str()) else {
            continue;
        };
        // A parent that no map names restricts nothing.
        let Some(options) = pairs.get(parent).filter(|options| !options.contains(option)) else {
            continue;
        };
        let options: Vec<_> = options.iter().map(|option| format!("`{option}`")).collect();
        let message = format!("`{option}` does not go with `{parent}` of `{}`", above.key);
        let help = if options.is_empty() {
            format!("no option of `{child}` goes with `{parent}`")
        } else {
            format!("with `{parent}` go {}", options.join(", "))
        };
        sink.field(below, message).help(help);
    }
}

/// The option that a value stands for: a pipeline may be named by its id.
fn named<'v>(member: &'v Member<'_>, field: &'v Field) -> Option<&'v str> {
    let text = member.value.as_str()?;
    let options = field.options.as_deref().unwrap_or_default();
    let by_id = options.iter().find(|option| option.id.as_deref() == Some(text));
    Some(by_id.map_or(text, |option| &option.value))
}
