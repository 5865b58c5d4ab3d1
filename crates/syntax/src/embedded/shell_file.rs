//! Shell scripts, for the calls that `curl` makes in them.

use crate::document::Document;
use crate::format::{Editing, Format};

use super::{curl, shell};

pub(crate) static FORMAT: Format = Format {
    name: "a shell script",
    extensions: &["sh", "bash"],
    editing: Editing::Lines,
    sniff: None,
    mentions: |file| file.has("mass_update"),
    read,
};

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    let script = shell::read(text);
    curl::calls(document, &script);
    document.comments = script.comments;
}
