use massup_model::json::join;

use crate::facts::Facts;
use crate::format;
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The number has more decimal places than the field allows.
    ///
    /// ## Why
    ///
    /// The limit is `decimal_place` of the field, or 9 for amounts and decimals without it. An integer has none.
    /// Trailing zeros do not count.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Annual_Revenue": 10.125 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No_of_Employees": 1.5 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Amount": 10.50 }], "ids": ["554023000000497007"] }
    /// ```
    MU224 "too-many-decimals",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [VALUE_INVALID, VALUE_INVALID_BEFORE_V8],
    sources: [V7_INSERT, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Values(check),
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        let most = match field.data_type() {
            "integer" => 0,
            "currency" | "double" | "percent" => field.decimal_place.unwrap_or(9).min(9),
            _ => continue,
        };
        let Some(text) = known::number(&member.value) else { continue };
        let (_, decimals) = format::digits(text);
        if decimals > most {
            let message = format!(
                "{text} has {decimals} decimal places; field `{}` allows {most}",
                member.key
            );
            sink.value(join("/data/0", &member.key), message)
                .help(format!("round the number to {most} decimal places"));
        }
    }
}
