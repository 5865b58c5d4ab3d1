use massup_model::json::{Node, join};

use crate::facts::Facts;
use crate::format;
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The text does not have the form that the field takes.
    ///
    /// ## Why
    ///
    /// A date is `yyyy-MM-dd`. A date with time is `yyyy-MM-ddTHH:mm:ss` and an offset such as `+05:30`. A long
    /// integer is digits. A website begins with a scheme or `www.`. A phone number is made of letters, digits and
    /// ` + - . ( ) , ; # /`.
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
    check: Check::Values(check),
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        let reference = known::is_reference(&member.value).then(|| member.value.field("id"));
        if let Some(id) = reference.flatten().filter(|id| !is_id(id)) {
            let message = format!("{} in field `{}` is no id", id.kind(), member.key);
            sink.value(join(&join("/data/0", &member.key), "id"), message)
                .help("an id is a string of 1 to 19 digits, as the API lists it");
            continue;
        }
        let Some(text) = member.value.as_str().filter(|text| !text.is_empty()) else { continue };
        if let Some(expected) = format::breach(field.data_type(), text) {
            let message = format!(
                "`{text}` is not what field `{}` of type `{}` takes",
                member.key,
                field.data_type()
            );
            sink.value(join("/data/0", &member.key), message).help(format!("write {expected}"));
        }
    }
}

fn is_id(node: &Node<'_>) -> bool {
    node.as_id().is_some_and(|id| i64::try_from(id).is_ok())
}
