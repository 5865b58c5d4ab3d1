use massup_syntax::{NotPlain, Sent};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// The text is JSON but for comments, a trailing comma or a byte order mark.
    ///
    /// ## Why
    ///
    /// massup reads these, and the documentation's own sample inputs have comments; the API takes plain
    /// JSON alone. It does no harm in a file that a program reads and sends on. In one that `curl -d @file` sends
    /// as it is, and in the body of a script or a collection, it is an error; but Postman (since 10.13) and Bruno remove the
    /// comments, though not the commas, of a body that is marked as JSON. In a change file, which nobody sends,
    /// it is not a finding.
    ///
    /// ## Rejected
    ///
    /// ```json module=Accounts
    /// { "data": [{ "Industry": "Education" }], "cvid": "554023000000091515" } // a view
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007",] }
    /// ```
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007",] }'
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Accounts
    /// { "data": [{ "Industry": "Education" }], "cvid": "554023000000091515" }
    /// ```
    MU003 "not-plain-json",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, RFC_8259],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words what keeps a text from being plain JSON.
pub(crate) fn words(problem: NotPlain, sent: Sent) -> Words {
    let words = match problem {
        NotPlain::ByteOrderMark => Words::new("the text begins with a byte order mark")
            .help("save the file as UTF-8 without the mark"),
        NotPlain::Comment => Words::new("JSON sent to the API must not contain comments")
            .help("remove the comments before sending the body"),
        NotPlain::SeveralValues => {
            Words::new("the text holds several values, one a line; the API takes one a request")
                .help("give a file of one value a line the extension `.jsonl`")
        }
        NotPlain::TrailingComma => {
            Words::new("JSON sent to the API must not contain trailing commas")
                .help("remove the comma")
        }
    };
    match sent {
        Sent::AsItIs => words.severity(Severity::Error),
        Sent::WithoutComments => words.help(
            "Postman since 10.13 and Bruno remove comments before they send the body; remove them for other programs",
        ),
        Sent::Perhaps => words,
    }
}
