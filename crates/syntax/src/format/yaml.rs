//! YAML text to a tree with places.
//!
//! A plain scalar is a number when it is one in JSON too; `0x1f` or `1_000` stay strings, so that no
//! value is changed in silence. A change file is one document without aliases. Files of other programs may have both;
//! what aliases add is limited, as a small file could stand for a huge one.

use std::collections::HashMap;

use massup_model::json::{Member, Node, Span, Value};
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Editing, Format, call, json};
use crate::document::{Document, Named};
use crate::embedded::decoded::Decoded;
use crate::embedded::shell::Layout;
use crate::embedded::{code, descriptor, shell_file};
use crate::problem::{OwnFormat, ProblemKind};
use crate::{bounds, comments};

/// Deeper than any change file, and shallow enough for every stack.
const MAX_DEPTH: usize = 128;

/// The most values that the aliases of a file add to it.
const MAX_COPIES: usize = 10_000;

/// A collection that is still open.
struct Open<'t> {
    start: usize,
    /// The number by which aliases name it; 0 if none does.
    anchor: usize,
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
        Err((span, reason)) => {
            // Other programs have aliases and several documents in a file.
            let found = document.named != Named::Change && read_of_others(document, text);
            if !found && is_ours(text) {
                document.add(ProblemKind::ChangeFile(OwnFormat::NotYaml(reason)), span);
            }
        }
    }
}

/// Reads a file of another program: several documents, with aliases. Whether it holds a call.
fn read_of_others<'t>(document: &mut Document<'t>, text: &'t str) -> bool {
    let Ok(roots) = documents(text, Aliases::Copied) else { return false };
    let root = Node { value: Value::Array(roots), span: Span { start: 0, end: text.len() } };
    document.comments = comments::of(text, &root);
    document.covered.extend(document.comments.iter().map(|comment| comment.span));
    descriptor::calls(document, &root, &|node| decoded(text, node));
    scripts(document, &root, text);
    !document.calls.is_empty()
}

/// Whether a text has a key of a change file or of a request body at the beginning of a line, or is hardly more
/// than one line.
fn is_ours(text: &str) -> bool {
    let ours = ["module:", "set:", "select:", "api_version:", "body:", "ids:", "cvid:", "{", "["];
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.clone().count() < 3 || lines.any(|line| ours.iter().any(|key| line.starts_with(key)))
}

/// The languages of scripts in workflows other than that of a shell, by the key of the script.
const LANGUAGES: [&str; 3] = ["pwsh", "powershell", "python"];

/// The language of a script under a key of an object, if it is not that of a shell: `shell: pwsh` next to `run`, or the
/// `script` of `actions/github-script`.
fn language<'n>(step: &'n Node<'_>, key: &'n str, of_action: Option<&'n str>) -> Option<&'n str> {
    if LANGUAGES.contains(&key) {
        return Some(key);
    }
    if key == "script" && of_action.is_some_and(|action| action.contains("github-script")) {
        return Some("javascript");
    }
    let shell = step.field("shell").filter(|_| key == "run")?.as_str()?;
    shell.split_whitespace().next().filter(|word| code::is_language(word))
}

/// Keys of texts for people.
const PROSE: [&str; 8] =
    ["comment", "description", "help", "message", "name", "notes", "summary", "title"];

/// Reads the scripts that a workflow has in its strings.
fn scripts(document: &mut Document<'_>, root: &Node<'_>, text: &str) {
    let mut open = vec![(root, None, None)];
    while let Some((node, language, action)) = open.pop() {
        let items = node.as_array().unwrap_or_default();
        open.extend(items.iter().rev().map(|item| (item, language, None)));
        let uses = node.field("uses").and_then(Node::as_str).or(action);
        let members = node.as_object().unwrap_or_default().iter().rev();
        let members = members.filter(|member| !PROSE.contains(&member.key.as_ref()));
        open.extend(
            members.map(|member| (&member.value, self::language(node, &member.key, action), uses)),
        );
        let Some(value) = node.as_str() else { continue };
        if !value.contains("curl") && !value.contains("mass") {
            continue;
        }
        let raw = text.get(node.span.start..node.span.end).unwrap_or_default();
        let quoted = raw.starts_with(['"', '\'']);
        let (part, layout) = if quoted {
            // With escapes in it, it reads otherwise than it is written.
            if raw.contains(['\\', '\n']) || raw.contains("''") {
                if let Some(script) = decoded(text, node) {
                    document.program(&script, language.unwrap_or("sh"));
                }
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
        if language.is_none_or(|language| !code::part(document, text, part, language)) {
            shell_file::part(document, text, part, layout);
        }
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

/// The one document of a text.
pub(crate) fn parse(text: &str) -> Result<Node<'_>, (Span, String)> {
    let mut roots = documents(text, Aliases::Refused)?;
    roots.pop().ok_or_else(|| (Span::default(), "the text is empty".to_owned()))
}

/// What becomes of aliases.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aliases {
    /// An alias is an error, and so is a second document.
    Refused,
    /// An alias has the value that it names.
    Copied,
}

/// The documents of a text.
fn documents(text: &str, aliases: Aliases) -> Result<Vec<Node<'_>>, (Span, String)> {
    let places = Places::new(text);
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut roots = Vec::new();
    let mut anchors: HashMap<usize, Node<'_>> = HashMap::new();
    // Values within values may all have anchors.
    let (mut copies, mut anchored) = (MAX_COPIES, MAX_COPIES);
    let most = bounds::most_yaml_values(text.len());
    let mut number = 0;
    // The library reads a collection in brackets to its end first.
    let in_brackets = |byte: &u8| matches!(byte, b',' | b'[' | b'{');
    if text.bytes().filter(in_brackets).count() > most {
        return Err((Span::default(), format!("the text holds more than {most} values")));
    }
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = places.byte(error.marker().index());
            let next = text.get(at..).and_then(|rest| rest.chars().next());
            let end = at + next.map_or(0, char::len_utf8);
            (Span { start: at, end }, error.info().to_owned())
        })?;
        let start = places.byte(span.start.index());
        let span = Span { start, end: places.byte(span.end.index()) };
        number += 1;
        if number > most {
            return Err((span, format!("the text holds more than {most} values")));
        }
        let (node, anchor) = match event {
            Event::Scalar(value, style, anchor, _) => {
                let source = text.get(start..span.end).unwrap_or_default();
                let length = length(source, &value, style).unwrap_or(source.len());
                let span = Span { start, end: start + length };
                (Node { value: scalar(value, style), span }, anchor)
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                if open.len() == MAX_DEPTH {
                    return Err((span, format!("values are nested more than {MAX_DEPTH} deep")));
                }
                let value = match event {
                    Event::SequenceStart(..) => Value::Array(Vec::new()),
                    _ => Value::Object(Vec::new()),
                };
                open.push(Open { start, anchor, key: None, value });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open { start, anchor, mut value, .. }) => {
                    if aliases == Aliases::Copied {
                        merge(&mut value);
                    }
                    (Node { value, span: Span { start, end: span.end.max(start) } }, anchor)
                }
                None => continue,
            },
            Event::Alias(anchor) if aliases == Aliases::Copied => {
                let known = anchors.get(&anchor).filter(|known| {
                    let left = copies.checked_sub(size(known));
                    copies = left.unwrap_or(copies);
                    left.is_some()
                });
                let name = text.get(start..span.end).unwrap_or_default().to_owned();
                let unknown = || Node { value: Value::Unknown(name.into()), span };
                (known.cloned().unwrap_or_else(unknown), 0)
            }
            Event::Alias(_) => {
                return Err((span, "aliases are not supported; write the value out".to_owned()));
            }
            Event::DocumentStart(_) if !roots.is_empty() && aliases == Aliases::Refused => {
                return Err((span, "a second document begins here; expected one".to_owned()));
            }
            _ => continue,
        };
        if anchor > 0
            && aliases == Aliases::Copied
            && let Some(left) = anchored.checked_sub(size(&node))
        {
            anchored = left;
            anchors.insert(anchor, node.clone());
        }
        match open.last_mut() {
            None => roots.push(node),
            Some(Open { value: Value::Array(items), .. }) => items.push(node),
            Some(Open { value: Value::Object(members), key, .. }) => match key.take() {
                Some((key, key_span)) => members.push(Member { key, key_span, value: node }),
                None => *key = Some((name(node)?, span)),
            },
            Some(_) => {}
        }
    }
    Ok(roots)
}

/// How many values a tree has.
fn size(node: &Node<'_>) -> usize {
    let items = node.as_array().unwrap_or_default().iter().map(size).sum::<usize>();
    let members = node.as_object().unwrap_or_default().iter().map(|m| size(&m.value));
    1 + items + members.sum::<usize>()
}

/// Puts the members of the objects under `<<` into the object around them, unless it has them itself.
fn merge(value: &mut Value<'_>) {
    let Value::Object(members) = value else { return };
    let Some(at) = members.iter().position(|member| member.key == "<<") else { return };
    let others = match members.remove(at).value.value {
        Value::Array(nodes) => nodes,
        value => vec![Node::new(value)],
    };
    for other in others {
        let Value::Object(others) = other.value else { continue };
        for other in others {
            if members.iter().all(|member| member.key != other.key) {
                members.push(other);
            }
        }
    }
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
