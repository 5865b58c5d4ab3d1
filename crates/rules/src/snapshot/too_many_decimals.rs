use massup_model::json::join;

use crate::facts::{Dependency, Facts, Field};
use crate::format;
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
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
    check: Check::Values(check, safe),
}

fn safe(field: &Field, _: &[Dependency]) -> Safe {
    match most(field) {
        Some(decimals) => Safe { bytes: 0, decimals, ..Safe::ALL },
        None => Safe::ALL,
    }
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        let Some(most) = most(field) else { continue };
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

/// The most decimal places of a field.
fn most(field: &Field) -> Option<u64> {
    match field.data_type() {
        "integer" => Some(0),
        "currency" | "double" | "percent" => Some(field.decimal_place.unwrap_or(9).min(9)),
        _ => None,
    }
}
