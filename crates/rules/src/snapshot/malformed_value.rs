use massup_model::json::{Node, join};

use crate::facts::{Dependency, Facts, Field};
use crate::format;
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
use crate::sink::Sink;

declare_rule! {
    /// The value does not have the format of the field.
    ///
    /// ## Why
    ///
    /// A date is `yyyy-MM-dd`. A date with time is `yyyy-MM-ddTHH:mm:ss` with an offset such as `+05:30`. A long
    /// integer has digits only. A website starts with a scheme or `www.`. A phone number may have letters, digits and
    /// ` + - . ( ) , ; # /`. The `id` of a lookup is a string of 1 to 19 digits.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Follow_Up_On": "31/12/2026" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Follow_Up_On": "2026-02-29" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Next_Call": "2026-12-31T10:00:00" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Serial": "12a" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Website": "zylker.example" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Mobile": "044_123456" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Follow_Up_On": "2028-02-29" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Next_Call": "2026-12-31T10:00:00+05:30" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Serial": "000123456789012345" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Website": "www.zylker.example" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Mobile": "91(987)654321" }], "ids": ["554023000000497007"] }
    /// ```
    MU221 "malformed-value",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [VALUE_INVALID, VALUE_INVALID_BEFORE_V8],
    sources: [V7_INSERT],
    since: "0.1.0",
    check: Check::Values(check, safe),
}

fn safe(field: &Field, _: &[Dependency]) -> Safe {
    Safe { format: format::is_fixed(field.data_type()), ..Safe::ALL }
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        let reference = known::is_reference(&member.value).then(|| member.value.field("id"));
        if let Some(id) = reference.flatten().filter(|id| !is_id(id)) {
            let message = format!("the `id` in field `{}` is not an id: {}", member.key, shown(id));
            sink.value(join(&join("/data/0", &member.key), "id"), message).help(
                "write the `id` of the record or user, a string of 1 to 19 digits, not its name",
            );
            continue;
        }
        let Some(text) = member.value.as_str().filter(|text| !text.is_empty()) else { continue };
        if let Some(expected) = format::breach(field.data_type(), text) {
            let message = format!(
                "`{text}` is not a valid value of field `{}` of type `{}`",
                member.key,
                field.data_type()
            );
            sink.value(join("/data/0", &member.key), message).help(format!("write {expected}"));
        }
    }
}

fn shown(id: &Node<'_>) -> String {
    id.as_str().map_or_else(|| format!("it is {}", id.kind()), |text| format!("`{text}`"))
}

fn is_id(node: &Node<'_>) -> bool {
    node.as_id().is_some_and(|id| i64::try_from(id).is_ok())
}
