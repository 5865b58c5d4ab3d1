#![doc = include_str!("../README.md")]

pub mod bounds;
pub mod change_file;
mod comments;
mod document;
mod embedded;
mod foreign;
mod format;
mod lines;
mod mentions;
mod problem;
mod steps;

pub use document::{Comment, Document};
pub use embedded::unknown_values;
pub use format::json::MAX_DEPTH;
pub use format::{
    Editing, Format, begins_as_json, format_of, is_binary, is_json, is_json_lines, is_plan,
    json_root, looks_like_a_call,
};
pub use lines::{Cursor, Lines};
pub use problem::{
    Address, Elsewhere, Foreign, Form, Found, Malformed, Mention, NotFollowed, NotPlain, OwnFormat,
    Problem, ProblemKind, Scheme, Sent,
};

/// A JSON text with plain blanks in the place of no-break and other blanks that JSON does not have between
/// values; `None` if there are none.
pub fn with_plain_spaces(text: &str) -> Option<String> {
    format::json::with_plain_spaces(text)
}

/// Reads the bytes of a file.
///
/// It never fails: what cannot be read is a problem of the document, and what comes before it is kept.
/// The format follows from the name of the file, unless the text itself shows it.
///
/// ```
/// use massup_syntax::{Malformed, ProblemKind, read};
///
/// let call = br#"{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }"#;
/// assert_eq!(read("a.json", call).calls.len(), 1);
///
/// let document = read("a.json", b"");
/// assert_eq!(document.problems[0].kind, ProblemKind::Malformed(Malformed::Empty));
/// ```
pub fn read<'t>(name: &str, bytes: &'t [u8]) -> Document<'t> {
    document::read(name, bytes)
}

/// Reads the bytes of a file as [`read`] does, but leaves out lines of JSON Lines that hold clean calls: a caller
/// that knows this from the line says how many.
///
/// ```
/// use massup_syntax::read_unless;
///
/// let lines = br#"{ "data": [{ "City": "Chennai" }], "ids": ["7"] }
/// { "data": [{ "City": "Pune" }], "ids": [] }"#;
/// let document = read_unless("a.jsonl", lines, &mut |line| line.contains('7').then_some(1));
/// assert_eq!((document.calls.len(), document.number_of_calls()), (1, 2));
/// assert_eq!((document.number_of_left_out(1), document.number_of(0)), (1, 2));
/// ```
pub fn read_unless<'t>(
    name: &str,
    bytes: &'t [u8],
    clean: &mut dyn FnMut(&str) -> Option<usize>,
) -> Document<'t> {
    document::read_by(name, bytes, |document, format, text| {
        format.read_unless(document, text, clean);
    })
}

#[cfg(test)]
mod tests;
