//! JSON Lines: a value a line.

use massup_model::json::Span;

use super::{Format, json};
use crate::document::Document;

pub(super) static FORMAT: Format = Format {
    name: "a JSON Lines file",
    extensions: &["jsonl", "ndjson"],
    mentions: json::mentions,
    read: |document, text| read_unless(document, text, &mut |_| None),
    ..Format::NEW
};

/// Reads the lines of a text for which `clean` does not say that they hold so many calls, all of them clean.
pub(crate) fn read_unless<'t>(
    document: &mut Document<'t>,
    text: &'t str,
    clean: &mut dyn FnMut(&str) -> Option<usize>,
) {
    let (text, mut offset) = json::without_mark(document, text);
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        match clean(line) {
            Some(calls) => document.leave_out(Span { start: offset, end }, calls),
            None => each(document, line, offset),
        }
        if document.is_full() {
            break;
        }
        offset = end;
    }
}

/// Reads a value a line; the first begins at `offset` in the file.
pub(super) fn each<'t>(document: &mut Document<'t>, text: &'t str, mut offset: usize) {
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            json::value(document, line, offset);
        }
        if document.is_full() {
            break;
        }
        offset += line.len();
    }
}
