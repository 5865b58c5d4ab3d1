use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// The lines of a command are not joined by backslashes.
    ///
    /// ## Why
    ///
    /// The vendor prints its samples so. A shell ends the command with the first line, sends a GET without a
    /// body, and takes each further line for a command of its own. massup reads them as the one call that
    /// was meant.
    ///
    /// ## Rejected
    ///
    /// ```sh
    /// curl "https://www.zohoapis.com/crm/v7/Leads/actions/mass_update"
    /// -X POST
    /// -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```sh
    /// curl "https://www.zohoapis.com/crm/v7/Leads/actions/mass_update" \
    ///   -X POST \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    MU015 "unjoined-lines",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [V7_PAGE],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words the problem that the next line is another command.
pub(crate) fn words() -> Words {
    Words::new(
        "this line does not end in a backslash: a shell runs the next line as another command",
    )
    .help("end each line of the command but the last with ` \\`")
}
