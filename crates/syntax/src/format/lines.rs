//! JSON Lines: a value a line.

use super::{Format, json};
use crate::document::Document;

pub(super) static FORMAT: Format = Format {
    name: "a JSON Lines file",
    extensions: &["jsonl", "ndjson"],
    mentions: json::mentions,
    read: |document, text| {
        let (text, offset) = json::without_mark(document, text);
        each(document, text, offset);
    },
    ..Format::NEW
};

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
