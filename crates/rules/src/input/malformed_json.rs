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
    /// and the cause is usually just before it.
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
        Malformed::Utf16 => Words::new("the text is UTF-16; JSON is UTF-8").help(
            "save the file as UTF-8; in PowerShell write it with `Set-Content -Encoding utf8`",
        ),
        Malformed::Empty => Words::new("the text is empty; expected a JSON object")
            .help("write a body such as `{ \"data\": [{ … }], \"ids\": [ … ] }`"),
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
                .help("write `\"key\": value`")
        }
        Malformed::UnclosedArray => Words::new("this array is not closed").help("add the `]`"),
        Malformed::UnclosedObject => Words::new("this object is not closed").help("add the `}`"),
        Malformed::UnclosedComment => Words::new("this comment is not closed").help("add the `*/`"),
        Malformed::TooDeep => Words::new(format!("values are nested more than {MAX_DEPTH} deep"))
            .help("a body is nested at most 4 deep; close the brackets"),
        Malformed::TooManyValues(most) => {
            Words::new(format!("the text holds more than {most} values; it is not checked"))
                .help("divide it; `docs/limits.md` has the limits")
        }
        Malformed::TooManyCalls(most) => {
            let what = format!("the file holds more than {most} calls to be checked in full");
            Words::new(format!("{what}; the others are not checked"))
                .help("divide it; `docs/limits.md` has the limits")
        }
        Malformed::BareWord(word) => bare_word(word),
        Malformed::BareKey(word) => Words::new(format!("the key `{word}` has no quotes"))
            .help(format!("write `\"{word}\"`")),
        Malformed::OddSpace(letter) => {
            let (name, code) = (name_of(*letter), u32::from(*letter));
            Words::new(format!("{name} (U+{code:04X}) between values; JSON has only spaces, tabs and line breaks there"))
                .help("replace it with a space; `massup lint --fix` does so in JSON files")
        }
        Malformed::SmartQuote(letter) => {
            Words::new(format!("`{letter}` is a typographic quotation mark"))
                .help("put keys and text in straight double quotes: `\"`")
        }
        Malformed::QuoteBefore => Words::new("a string ends just before this").help(
            "close the string before it with `\"`, or write a `\"` inside of a string as `\\\"`",
        ),
        Malformed::LeadingZero => Words::new("a number must not begin with `0`")
            .help("put ids, codes and phone numbers in double quotes"),
        Malformed::Thousands => Words::new("a number has no commas between its thousands")
            .help("write the digits alone, with a full stop before the decimals: `1000000.50`"),
        Malformed::NumberStart(letter) => {
            Words::new(format!("a number must not begin with `{letter}`"))
                .help("write a digit first: `0.5`, `5`")
        }
        Malformed::BadString(reason) => Words::new(
            format!("this string is not closed or has a bad escape: {reason}").to_lowercase(),
        )
        .help("write a backslash as `\\\\` and a quote as `\\\"`"),
        Malformed::Other(reason, None) => Words::new(reason.clone()),
        Malformed::Other(reason, Some(found)) => {
            Words::new(format!("{reason}, found {}", name(*found)))
        }
    }
}

/// Words that a word without quotes is in the place of a value.
fn bare_word(word: &str) -> Words {
    let words = Words::new(format!(
        "`{word}` is not a JSON value; only `true`, `false` and `null` have no quotes"
    ));
    match word.to_ascii_lowercase().as_str() {
        "true" | "false" => words.help(format!("write `{}`", word.to_ascii_lowercase())),
        "none" | "nil" | "undefined" | "nan" => words.help("write `null`, or leave the member out"),
        _ => words.help(format!("put text in double quotes: `\"{word}\"`")),
    }
}

/// What people call a character that cannot be seen.
fn name_of(letter: char) -> &'static str {
    match letter {
        '\u{a0}' | '\u{202f}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{200b}' => "a zero-width space",
        '\u{2028}' => "a line separator",
        '\u{2029}' => "a paragraph separator",
        '\u{3000}' => "an ideographic space",
        '\u{feff}' => "a byte order mark",
        _ if letter.is_whitespace() => "a typographic space",
        _ => "an invisible character",
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
