use massup_syntax::OwnFormat;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A call file has a key or a value that the format does not know, or contradicts itself.
    ///
    /// ## Why
    ///
    /// A call file is massup's own way to write down a whole call: `method`, `path` or `module`,
    /// `api_version` and `body`. A key that is not one of these is most likely a mistake, and what it was
    /// meant to say would be lost. Where the path names the module and the version, no key may name others.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "modul": "Leads", "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    ///
    /// ```json
    /// { "module": "Deals", "path": "/crm/v8/Leads/actions/mass_update",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json
    /// { "module": "Leads", "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    MU004 "bad-call-file",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words what is wrong with a call file.
pub(crate) fn words(problem: &OwnFormat) -> Words {
    crate::text::own_format(problem)
}
