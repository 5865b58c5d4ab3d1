use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A value in a script or a collection is a variable that is filled in later.
    ///
    /// ## Why
    ///
    /// What a shell or Postman will put there is not known before the call is made, so the value is not
    /// checked, and nothing is reported about it. The rest of the call is checked as always.
    ///
    /// ## Rejected
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update \
    ///   -d "{ \"data\": [{ \"City\": \"Chennai\" }], \"cvid\": \"$VIEW\" }"
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update \
    ///   -d '{ "data": [{ "City": "Chennai" }], "cvid": "554023000000091515" }'
    /// ```
    MU008 "unresolved-variable",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words the problem that a variable fills in a value.
pub(crate) fn words(name: &str, others: usize) -> Words {
    let more = match others {
        0 => String::new(),
        1 => ", and so is 1 other value".to_owned(),
        number => format!(", and so are {number} other values"),
    };
    // What has no name is not quoted.
    let name = if name.contains(' ') && !name.contains('{') {
        name.to_owned()
    } else {
        format!("`{name}`")
    };
    Words::new(format!("{name} is filled in later{more}: not checked"))
}
