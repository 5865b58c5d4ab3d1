use std::collections::HashSet;

use massup_model::json::join;

use crate::facts::{Dependency, Facts, Field};
use crate::known::Set;
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
use crate::sink::Sink;

declare_rule! {
    /// A multi-select picklist is set to an option more than once.
    ///
    /// ## Why
    ///
    /// No document says what the server does with a duplicate option.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Languages_Known": ["English", "English"] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Languages_Known": ["English", "Tamil"] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    ///
    /// ## Fix
    ///
    /// Removes the duplicate.
    MU227 "repeated-option",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_INSERT],
    since: "0.1.0",
    check: Check::Values(check, safe),
}

/// The most options that are compared pairwise.
const FEW: usize = 16;

fn safe(field: &Field, _: &[Dependency]) -> Safe {
    Safe { options: field.data_type() == "multiselectpicklist", ..Safe::ALL }
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        if field.data_type() != "multiselectpicklist" {
            continue;
        }
        let items = member.value.as_array().unwrap_or_default();
        let mut known = (items.len() > FEW).then(HashSet::new);
        for (index, item) in items.iter().enumerate() {
            let Some(text) = item.as_str() else { continue };
            let repeated = match &mut known {
                Some(known) => !known.insert(text),
                None => items.iter().take(index).any(|item| item.as_str() == Some(text)),
            };
            if repeated && !sink.only_counts() {
                let path = join(&join("/data/0", &member.key), index);
                sink.value(path.as_str(), format!("duplicate option `{text}`"))
                    .help("list each option once")
                    .fix("remove the duplicate", vec![Edit::Remove { path }]);
            }
        }
    }
}
