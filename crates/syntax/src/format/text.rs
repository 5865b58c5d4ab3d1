//! Texts of no known format: they are searched for what names the API.

use super::{Format, json};
use crate::document::Document;

pub(super) static FORMAT: Format = Format { seems: Some("a text file"), read, ..Format::NEW };

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    if json::begins_as_json(text.as_bytes()) {
        (json::FORMAT.read)(document, text);
    }
}
