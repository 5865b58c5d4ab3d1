use massup_syntax::Foreign;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A file that was named holds nothing that massup reads.
    ///
    /// ## Why
    ///
    /// A request body has one of the keys `data`, `ids`, `cvid`, `territory` and `over_write`; a call file, a
    /// change file, a plan, a script and a collection are recognised as well. What is said about the keys of
    /// a body would be wrong for any other file. It is a warning: nothing was checked, and nothing is known to be
    /// wrong. Files that are met in a directory are passed over and counted.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "name": "crm-tools", "version": "1.0.0", "scripts": { "test": "massup lint requests" } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU011 "unrecognised-file",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words the problem that nothing was recognised.
pub(crate) fn words(foreign: Foreign) -> Words {
    let message = match foreign.seems {
        Some(seems) => format!("no mass update found in this file, which seems to be {seems}"),
        None => "no mass update found in this file".to_owned(),
    };
    Words::new(message).help(
        "massup reads request bodies, call files, change files and plans, and mass updates in scripts, source code, \
         Markdown, notebooks, workflows, HTTP files and requests of API clients",
    )
}
