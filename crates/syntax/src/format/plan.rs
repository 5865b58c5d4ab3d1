//! Plans: a header, a step a line, a footer.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Format, json, lines};
use crate::document::Document;

pub(super) static FORMAT: Format =
    Format { name: "a plan", sniff: Some(is_plan), read, ..Format::NEW };

/// The key of the first line of a plan.
const HEADER: &str = "massup_plan";

static HEADERS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(HEADER));

/// The key of the last line, which counts the steps.
const FOOTER: &str = "steps";

/// The calls of the steps. The lines around them are not calls, and a plan that is not in lines has none
/// that can be told apart.
fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    document.is_plan = true;
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    // The header is verified with the plan, and so is a mark before it.
    if !has_key(first.trim_start_matches('\u{feff}'), HEADER) {
        return;
    }
    let last = text.trim_end().rsplit('\n').next().unwrap_or_default();
    let end = if has_key(last, FOOTER) { text.trim_end().len() - last.len() } else { text.len() };
    let steps = text.get(first.len()..end).unwrap_or_default();
    lines::each(document, steps, first.len());
    for call in &mut document.calls {
        call.planned = true;
    }
}

/// Whether a text begins as a plan does, even one that people have written: the key of its header is
/// the first, or in the first line.
pub(crate) fn is_plan(bytes: &[u8]) -> bool {
    let bytes = without_preamble(bytes);
    let Some(object) = bytes.strip_prefix(b"{") else { return false };
    let key = object.trim_ascii_start().strip_prefix(b"\"").unwrap_or_default();
    if key.strip_prefix(HEADER.as_bytes()).is_some_and(|rest| rest.starts_with(b"\"")) {
        return true;
    }
    // Every file is asked; few have the word at all.
    if HEADERS.find(bytes).is_none() {
        return false;
    }
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    str::from_utf8(first).is_ok_and(|first| has_key(first, HEADER))
}

/// A text without what people and editors put before the first object: a byte order mark, comments, a
/// bracket.
fn without_preamble(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.trim_ascii_start();
        let end: &[u8] = match bytes {
            [b'/', b'/', ..] => b"\n",
            [b'/', b'*', ..] => b"*/",
            [0xef, 0xbb, 0xbf, rest @ ..] | [b'[', rest @ ..] => {
                bytes = rest;
                continue;
            }
            _ => return bytes,
        };
        let at = memchr::memmem::find(bytes, end);
        bytes = at.and_then(|at| bytes.get(at + end.len()..)).unwrap_or_default();
    }
}

/// Whether a line is an object with a key.
fn has_key(line: &str, key: &str) -> bool {
    // Every file is asked; few have the word at all.
    memchr::memmem::find(line.as_bytes(), key.as_bytes()).is_some()
        && json::parse(line)
            .is_ok_and(|line| line.root.is_some_and(|root| root.member(key).is_some()))
}
