//! Shell scripts, for the calls that `curl` makes in them.

use crate::document::Document;
use crate::format::{Editing, Format};

use massup_model::json::Span;

use super::shell::Layout;
use super::{client, shell};

pub(crate) static FORMAT: Format = Format {
    name: "a shell script",
    extensions: &["sh", "bash", "zsh", "ksh", "command", "bats"],
    editing: Editing::Lines,
    is_code: true,
    seems: Some("a shell script"),
    sniff: Some(is_script),
    read,
    ..Format::NEW
};

pub(crate) static BATCH: Format = Format {
    name: "a batch file",
    extensions: &["bat", "cmd"],
    editing: Editing::Lines,
    is_code: true,
    seems: Some("a batch file"),
    read: |document, text| part(document, text, Span { start: 0, end: text.len() }, Layout::Batch),
    ..Format::NEW
};

/// Whether the first line names a shell, or calls `curl`.
fn is_script(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let shell = |word: &[u8]| word.ends_with(b"sh") || word == b"sh";
    let mut words = first.split(|byte| b" /\t\r".contains(byte));
    if first.starts_with(b"#!") { words.any(shell) } else { first.starts_with(b"curl ") }
}

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    let script = shell::read(text);
    client::calls(document, &script);
    document.rest(script.cut, "a shell script");
    document.comments = script.comments;
}

/// Reads a script that is a part of a file.
pub(crate) fn part(document: &mut Document<'_>, text: &str, part: Span, layout: Layout) {
    let script = shell::read_part(text, part, layout);
    client::calls(document, &script);
    document.rest(script.cut, "a script");
}
