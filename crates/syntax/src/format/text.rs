//! Texts of no known format, such as a Makefile or notes: commands in them are read, and what else names the API is
//! reported.

use massup_model::json::Span;

use super::{Format, json};
use crate::document::Document;
use crate::embedded::shell::Layout;
use crate::embedded::shell_file;

pub(super) static FORMAT: Format = Format { seems: Some("a text file"), read, ..Format::NEW };

/// The programs whose commands are read.
const PROGRAMS: [&str; 3] = ["curl", "wget", "http "];

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    if json::begins_as_json(text.as_bytes()) {
        (json::FORMAT.read)(document, text);
    } else if PROGRAMS.iter().any(|program| text.contains(program)) {
        let whole = Span { start: 0, end: text.len() };
        shell_file::part(document, text, whole, Layout::Indented);
    }
}
