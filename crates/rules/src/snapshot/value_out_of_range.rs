use massup_model::json::join;

use crate::facts::Facts;
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The number is outside the range of the field.
    ///
    /// ## Why
    ///
    /// `range` of the field is the least and the greatest allowed value.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No_of_Employees": 100001 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No_of_Employees": -1 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Probability": 100 }], "ids": ["554023000000497007"] }
    /// ```
    MU223 "value-out-of-range",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [VALUE_INVALID, VALUE_INVALID_BEFORE_V8],
    sources: [V8_OPENAPI],
    since: "0.1.0",
    check: Check::Values(check),
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        let Some((from, to)) = field.range else { continue };
        let Some(text) = known::number(&member.value) else { continue };
        if text.parse::<f64>().is_ok_and(|number| number < from || number > to) {
            let message = format!("{text} is outside the range of field `{}`", member.key);
            sink.value(join("/data/0", &member.key), message)
                .help(format!("use a number from {from} to {to}"));
        }
    }
}
