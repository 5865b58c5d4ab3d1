use massup_model::json::join;

use crate::facts::{Dependency, Facts, Field};
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
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
    check: Check::Values(check, safe),
}

fn safe(field: &Field, _: &[Dependency]) -> Safe {
    let Some((from, to)) = field.range else { return Safe::ALL };
    // Numbers of so many digits are below this power of ten.
    let digits =
        |most: f64| (1..=15).take_while(|digits| 10_f64.powi(*digits) <= most).count() as u64;
    Safe {
        bytes: 0,
        digits: if from > 0.0 { 0 } else { digits(to) },
        digits_below_zero: if to < 0.0 { 0 } else { digits(-from) },
        ..Safe::ALL
    }
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
