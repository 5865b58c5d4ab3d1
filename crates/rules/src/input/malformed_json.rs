use massup_syntax::{Found, MAX_DEPTH, Malformed};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// The text is not JSON.
    ///
    /// ## Why
    ///
    /// A body that cannot be parsed is refused as a whole. No page names the error for a mass update;
    /// sibling calls answer `UNABLE_TO_PARSE_DATA_TYPE`. The place given is where reading had to stop,
    /// and the cause usually stands just before it.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { 'data': [{ 'City': 'Chennai' }], 'ids': ['554023000000497007'] }
    /// ```
    ///
    /// ```json
    /// { "data": [{ "City": "Chennai" }] "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU001 "malformed-json",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [],
    sources: [RFC_8259],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words why a text cannot be read as JSON.
pub(crate) fn words(problem: &Malformed) -> Words {
    match problem {
        Malformed::NotUtf8(byte) => {
            let byte = byte.map_or_else(String::new, |byte| format!("byte {byte:#04x} "));
            Words::new(format!("{byte}is not UTF-8"))
                .help("save the file as UTF-8, the only encoding of JSON")
        }
        Malformed::Empty => Words::new("the text is empty; expected a JSON object"),
        Malformed::CommentsOnly => {
            Words::new("the text holds nothing but comments; expected a JSON object")
        }
        Malformed::NoBody => Words::new("the call has no body; expected a JSON object")
            .help("send as JSON what to set, and on which records"),
        Malformed::ControlCharacter => Words::new("control character in a string").help(
            "write `\\n` for a line break and `\\t` for a tab, or close the string before it",
        ),
        Malformed::SingleQuotes => Words::new("this string is in single quotes")
            .help("use double quotes; what Python or JavaScript print is not JSON"),
        Malformed::SecondValue(found) => Words::new(format!(
            "expected the end of the text after the value, found {}",
            name(*found)
        ))
        .help("put several calls into an array, or one a line into a `.jsonl` file"),
        Malformed::MissingComma(found) => {
            Words::new(format!("expected `,` before {}", name(*found)))
                .help("separate members and items with commas")
        }
        Malformed::MissingColon(found) => {
            Words::new(format!("expected `:` after the key, found {}", name(*found)))
        }
        Malformed::UnclosedArray => Words::new("this array is not closed").help("add the `]`"),
        Malformed::UnclosedObject => Words::new("this object is not closed").help("add the `}`"),
        Malformed::UnclosedComment => Words::new("this comment is not closed").help("add the `*/`"),
        Malformed::TooDeep => Words::new(format!("values are nested more than {MAX_DEPTH} deep")),
        Malformed::BareWord(found) => Words::new(format!(
            "unexpected word that begins with {}; only `true`, `false` and `null` take no quotes",
            name(*found)
        ))
        .help("put names and text in double quotes; `True`, `None` and `undefined` are not JSON"),
        Malformed::BadString(reason) => Words::new(
            format!("this string is not closed or has a bad escape: {reason}").to_lowercase(),
        ),
        Malformed::Other(reason, None) => Words::new(reason.clone()),
        Malformed::Other(reason, Some(found)) => {
            Words::new(format!("{reason}, found {}", name(*found)))
        }
    }
}

/// A character as it can be shown, or the end of the text.
fn name(found: Found) -> String {
    match found.0 {
        Some(c) if c.is_control() => format!("`{}`", c.escape_debug()),
        Some(c) => format!("`{c}`"),
        None => "the end of the text".to_owned(),
    }
}
