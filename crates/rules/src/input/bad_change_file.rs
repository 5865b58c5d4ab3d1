use massup_syntax::OwnFormat;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A change file has a key or a value that the format does not know, or cannot be read.
    ///
    /// ## Why
    ///
    /// A change file is massup's own way to write down an intent: `module`, `api_version`, `set`,
    /// `over_write`, `select` and `policy`. Calls are planned from it, so a part that is not understood
    /// must not be passed over.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "module": "Leads", "set": { "City": "Chennai" }, "select": { "id": "554023000000497007" } }
    /// ```
    ///
    /// ```yaml
    /// module: Leads
    /// set: { City: Chennai }
    /// select: { ids: ["554023000000497007"] }
    /// policy: { automation: never }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml
    /// module: Leads
    /// set: { City: Chennai }
    /// select: { ids: ["554023000000497007"] }
    /// policy: { automation: require }
    /// ```
    MU005 "bad-change-file",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words what is wrong with a change file.
pub(crate) fn words(problem: &OwnFormat) -> Words {
    crate::text::own_format(problem)
}

/// Words that a file is something else than one change file.
pub(crate) fn not_one() -> Words {
    Words::new("this is not one change file").help("write the keys `module`, `set` and `select`")
}
