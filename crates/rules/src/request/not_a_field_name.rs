use massup_model::Draft;
use massup_model::request::is_field_name;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A key of `data` is no field API name.
    ///
    /// ## Why
    ///
    /// An API name is a letter followed by letters, digits and underscores: `Lead_Source`, not the label
    /// `Lead Source`. `id` is not a field: the records are named in `ids`, next to `data`.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "Lead Source": "Advertisement" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "id": "554023000000497007" }], "cvid": "554023000000091515" }
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
    let metadata = draft.module_name().and_then(|module| facts.fields.get(module));
    for member in draft.fields() {
        let key = member.key.as_ref();
        if is_field_name(key) || sink.only_counts() {
            continue;
        }
        if key == "id" {
            let message = "`id` is not a field: a mass update sets the same values on all records";
            sink.field(member, message).help("name the records in `ids`, next to `data`");
        } else {
            let message = format!("`{key}` is no field API name");
            let finding = sink.field(member, message);
            let guess = key.trim().replace([' ', '-'], "_");
            let meant = metadata.and_then(|metadata| known::meant_field(key, metadata));
            if let Some(meant) = meant {
                finding.help(format!("did you mean `{meant}`?"));
            } else if is_field_name(&guess) {
                finding.help(format!("API names have no spaces: perhaps `{guess}`"));
            } else {
                finding.help("an API name is a letter, then letters, digits and underscores");
            }
        }
    }
}
