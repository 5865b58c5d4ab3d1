//! YAML text to a tree with places.
//!
//! A plain scalar is a number when it is one in JSON too; `0x1f` or `1_000` stay strings, so that no
//! value is changed in silence. Aliases are refused: a small file could stand for a huge one.

use massup_model::json::{Member, Node, Span, Value};
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Editing, Format, call, json};
use crate::comments;
use crate::document::Document;
use crate::embedded::decoded::Decoded;
use crate::embedded::shell::Layout;
use crate::embedded::{descriptor, shell_file};
use crate::problem::{OwnFormat, ProblemKind};

/// Deeper than any change file, and shallow enough for every stack.
const MAX_DEPTH: usize = 128;

/// A collection that is still open.
struct Open<'t> {
    start: usize,
    /// The key that waits for its value, in a mapping.
    key: Option<(std::borrow::Cow<'t, str>, Span)>,
    value: Value<'t>,
}

pub(super) static FORMAT: Format = Format {
    name: "a YAML file",
    extensions: &["yaml", "yml"],
    editing: Editing::Blocks,
    seems: Some("a YAML file of another program"),
    read,
    ..Format::NEW
};

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    match parse(text) {
        Ok(root) => {
            document.comments = comments::of(text, &root);
            document.covered.extend(document.comments.iter().map(|comment| comment.span));
            call::document(document, root, &|document, node| {
                let found = descriptor::calls(document, node, &|node| decoded(text, node));
                scripts(document, node, text);
                found || !document.calls.is_empty()
            });
        }
        // Other programs have aliases and several documents in a file.
        Err(_) if !is_ours(text) => {}
        Err((span, reason)) => {
            document.add(ProblemKind::ChangeFile(OwnFormat::NotYaml(reason)), span);
        }
    }
}

/// Whether a text has a key of a change file or of a request body at the beginning of a line, or is hardly more
/// than one line.
fn is_ours(text: &str) -> bool {
    let ours = ["module:", "set:", "select:", "api_version:", "body:", "ids:", "cvid:", "{", "["];
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.clone().count() < 3 || lines.any(|line| ours.iter().any(|key| line.starts_with(key)))
}

/// Reads the scripts that a workflow has in its strings.
fn scripts(document: &mut Document<'_>, root: &Node<'_>, text: &str) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        open.extend(node.as_array().unwrap_or_default().iter().rev());
        open.extend(node.as_object().unwrap_or_default().iter().rev().map(|m| &m.value));
        let Some(value) = node.as_str() else { continue };
        if !value.contains("curl") && !value.contains("mass") {
            continue;
        }
        let raw = text.get(node.span.start..node.span.end).unwrap_or_default();
        let quoted = raw.starts_with(['"', '\'']);
        let (part, layout) = if quoted {
            // With escapes in it, it reads otherwise than it is written.
            if raw.contains(['\\', '\n']) || raw.contains("''") {
                continue;
            }
            let part = Span { start: node.span.start + 1, end: node.span.end.saturating_sub(1) };
            (part, Layout::Plain)
        } else if !raw.contains('\n') {
            (node.span, Layout::Plain)
        } else if value.trim_end().contains('\n') {
            (node.span, Layout::Indented)
        } else {
            (node.span, Layout::Folded)
        };
        shell_file::part(document, text, part, layout);
    }
}

/// The text of a scalar, with the way back to its place.
fn decoded(text: &str, node: &Node<'_>) -> Option<Decoded> {
    let value = node.as_str()?;
    let raw = text.get(node.span.start..node.span.end)?;
    let inner = raw.strip_prefix(['"', '\'']).and_then(|raw| raw.strip_suffix(['"', '\'']));
    let (raw, start) = inner.map_or((raw, node.span.start), |inner| (inner, node.span.start + 1));
    Some(Decoded::of_lines(value, raw, start))
}

pub(crate) fn parse(text: &str) -> Result<Node<'_>, (Span, String)> {
    let places = Places::new(text);
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = places.byte(error.marker().index());
            let next = text.get(at..).and_then(|rest| rest.chars().next());
            let end = at + next.map_or(0, char::len_utf8);
            (Span { start: at, end }, error.info().to_owned())
        })?;
        let start = places.byte(span.start.index());
        let span = Span { start, end: places.byte(span.end.index()) };
        let node = match event {
            Event::Scalar(value, style, ..) => {
                let source = text.get(start..span.end).unwrap_or_default();
                let length = length(source, &value, style).unwrap_or(source.len());
                let span = Span { start, end: start + length };
                Node { value: scalar(value, style), span }
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() == MAX_DEPTH {
                    return Err((span, format!("values are nested more than {MAX_DEPTH} deep")));
                }
                let value = match event {
                    Event::SequenceStart(..) => Value::Array(Vec::new()),
                    _ => Value::Object(Vec::new()),
                };
                open.push(Open { start, key: None, value });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open { start, value, .. }) => {
                    Node { value, span: Span { start, end: span.end.max(start) } }
                }
                None => continue,
            },
            Event::Alias(_) => {
                return Err((span, "aliases are not supported; write the value out".to_owned()));
            }
            Event::DocumentStart(_) if root.is_some() => {
                return Err((span, "a second document begins here; expected one".to_owned()));
            }
            _ => continue,
        };
        match open.last_mut() {
            None => root = Some(node),
            Some(Open { value: Value::Array(items), .. }) => items.push(node),
            Some(Open { value: Value::Object(members), key, .. }) => match key.take() {
                Some((key, key_span)) => members.push(Member { key, key_span, value: node }),
                None => *key = Some((name(node)?, span)),
            },
            Some(_) => {}
        }
    }
    root.ok_or_else(|| (Span::default(), "the text is empty".to_owned()))
}

/// How many bytes a scalar of one line takes; the library counts in the blanks and the comment after it.
fn length(source: &str, value: &str, style: ScalarStyle) -> Option<usize> {
    let quote = match style {
        ScalarStyle::Plain => return source.starts_with(value).then_some(value.len()),
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
        ScalarStyle::Literal | ScalarStyle::Folded => return None,
    };
    let mut letters = source.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' && quote == '"' {
            letters.next();
        } else if letter == quote {
            // Within single quotes a quote is written twice.
            match letters.peek() {
                Some((_, '\'')) if quote == '\'' => drop(letters.next()),
                _ => return Some(at + 1),
            }
        }
    }
    None
}

/// A key is a text; one that reads as a number or a boolean keeps its letters.
fn name(node: Node<'_>) -> Result<std::borrow::Cow<'_, str>, (Span, String)> {
    match node.value {
        Value::String(text) | Value::Number(text) | Value::Unknown(text) => Ok(text),
        Value::Bool(value) => Ok(value.to_string().into()),
        Value::Null => Ok("null".into()),
        Value::Array(_) | Value::Object(_) => Err((node.span, "a key is not a text".to_owned())),
    }
}

fn scalar(text: std::borrow::Cow<'_, str>, style: ScalarStyle) -> Value<'_> {
    if style != ScalarStyle::Plain {
        return Value::String(text);
    }
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        letters if json::is_number(letters) => Value::Number(text),
        _ => Value::String(text),
    }
}

/// From characters, which the YAML library counts, to bytes.
struct Places<'t> {
    text: &'t str,
    /// The byte of each character; empty where the two are the same.
    bytes: Vec<usize>,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(byte, _)| byte).collect()
        };
        Self { text, bytes }
    }

    fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() {
            character.min(self.text.len())
        } else {
            self.bytes.get(character).copied().unwrap_or(self.text.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bytes_and_scalars_keep_their_letters() {
        let text = "set: { Город: Самара , n: 5540230000004970071 }\nlist:\n  - 0x1f # a\n  - 'it''s' # b\n  - \"\\\"\" # c\n";
        let root = parse(text).unwrap();
        let city = root.resolve("/set/Город").unwrap();
        assert_eq!(&text[city.span.start..city.span.end], "Самара");
        assert_eq!(root.resolve("/set/n").unwrap().as_integer(), Some(5_540_230_000_004_970_071));
        assert_eq!(root.resolve("/list/0").unwrap().as_str(), Some("0x1f"));
        assert_eq!(root.resolve("/list/1").unwrap().as_str(), Some("it's"));
        let list = root.resolve("/list").unwrap().as_array().unwrap();
        let places: Vec<_> =
            list.iter().map(|item| &text[item.span.start..item.span.end]).collect();
        assert_eq!(places, ["0x1f", "'it''s'", "\"\\\"\""]);
    }

    #[test]
    fn aliases_second_documents_and_deep_nesting_are_refused() {
        for text in ["a: &x 1\nb: *x\n", "a: 1\n---\nb: 2\n", &"[".repeat(200), "a: [", ""] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
