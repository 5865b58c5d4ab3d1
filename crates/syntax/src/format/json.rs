//! JSON: one value, with comments and trailing commas allowed.

mod slips;

use std::borrow::Cow;

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use massup_model::json::{Member, Node, Span, Value};

use super::{Format, Mentions, call, change, lines};
use crate::bounds;
use crate::document::{Comment, Document};
use crate::embedded::{descriptor, har, postman, programs, strings::Strings};
use crate::problem::{Malformed, NotPlain, ProblemKind, Sent};

pub(crate) use slips::with_plain_spaces;

pub(super) static FORMAT: Format = Format {
    name: "a JSON file",
    extensions: &["json", "jsonc", "har", "ipynb"],
    mentions,
    read,
    ..Format::NEW
};

/// How deep values may be nested.
pub const MAX_DEPTH: usize = 512;

/// Whether a JSON file of a repository holds a call.
pub(super) fn mentions(file: &Mentions<'_>) -> bool {
    let ends = |ending: &str| file.name.ends_with(ending);
    if ends(".har") || ends(".postman_collection.json") {
        return file.has("mass_update");
    }
    // Most calls are bare bodies, which this order recognises by their first bytes.
    file.has("\"data\"")
        && (file.has("\"ids\"")
            || file.has("\"cvid\"")
            || file.has("\"over_write\"")
            || file.begins_with_data())
}

/// Whether a text begins as a JSON object or array does, comments and a byte order mark aside; or is empty. The
/// `[section]` of a settings file and the `{{ name }}` of a template do not.
pub(super) fn begins_as_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    let Some((first, rest)) = bytes.split_first() else { return true };
    let rest = rest.trim_ascii_start();
    match first {
        b'/' => rest.first().is_some_and(|next| b"/*".contains(next)),
        b'{' => rest.first().is_none_or(|next| !b"{%#".contains(next)),
        b'[' => rest.first().is_none_or(|next| {
            let letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let word = rest.split(|byte| !letter(byte)).next().unwrap_or_default();
            !next.is_ascii_alphabetic() || LITERALS.contains(&word)
        }),
        _ => false,
    }
}

/// The words that an array may begin with, in JSON and as Python prints it.
const LITERALS: [&[u8]; 6] = [b"true", b"false", b"null", b"True", b"False", b"None"];

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    let (text, offset) = without_mark(document, text);
    if text.trim().is_empty() {
        malformed(document, Malformed::Empty, Span { start: offset, end: offset });
        return;
    }
    match parse(text) {
        Ok(parsed) => {
            // What its strings hold is counted with it.
            document.count_values(text);
            whole(document, parsed, text, offset);
        }
        Err(error) if error.is_second_value() && first_line_is_a_value(text) => {
            let span = shifted(error.span, offset);
            document.add(ProblemKind::NotPlain(NotPlain::SeveralValues, Sent::Perhaps), span);
            lines::each(document, text, offset);
        }
        Err(error) => malformed(document, error.problem, shifted(error.span, offset)),
    }
}

/// Reads one value, which begins at `offset` in the file.
pub(super) fn value<'t>(document: &mut Document<'t>, text: &'t str, offset: usize) {
    if !document.has_room(text, Span { start: offset, end: offset + 1 }) {
        return;
    }
    match parse(text) {
        Ok(parsed) => whole(document, parsed, text, offset),
        Err(error) => malformed(document, error.problem, shifted(error.span, offset)),
    }
}

/// Takes off a byte order mark, which is not JSON, though many readers skip it.
pub(super) fn without_mark<'t>(document: &mut Document<'t>, text: &'t str) -> (&'t str, usize) {
    let Some(rest) = text.strip_prefix('\u{feff}') else { return (text, 0) };
    let span = Span { start: 0, end: text.len() - rest.len() };
    document.add(ProblemKind::NotPlain(NotPlain::ByteOrderMark, Sent::Perhaps), span);
    (rest, span.end)
}

fn malformed(document: &mut Document<'_>, problem: Malformed, span: Span) {
    document.add(ProblemKind::Malformed(problem), span);
}

fn whole<'t>(document: &mut Document<'t>, parsed: Parsed<'t>, text: &'t str, offset: usize) {
    let never_sent = |root: &Node<'_>| {
        change::is_change(root)
            || postman::collection(root).is_some()
            || har::entries(root).is_some()
    };
    let is_sent = !parsed.root.as_ref().is_some_and(never_sent);
    if !parsed.plain {
        not_plain(document, &parsed.comments, text, offset, is_sent.then_some(Sent::Perhaps));
    }
    document.comments.extend(
        parsed
            .comments
            .into_iter()
            .map(|comment| Comment { span: shifted(comment.span, offset), ..comment }),
    );
    let Some(mut root) = parsed.root else {
        return malformed(document, Malformed::CommentsOnly, Span { start: offset, end: offset });
    };
    if offset > 0 {
        shift(&mut root, offset);
    }
    let strings = Strings { text, offset };
    if let Some(collection) = postman::collection(&root) {
        postman::calls(document, collection, &strings);
        programs::calls(document, &root, &|node| strings.decoded(node));
    } else if let Some(entries) = har::entries(&root) {
        har::calls(document, entries, &strings);
    } else {
        let other = |document: &mut Document<'t>, node: &Node<'t>| {
            let texts = |node: &Node<'_>| strings.decoded(node);
            let described = descriptor::calls(document, node, &texts);
            programs::calls(document, node, &texts) || described
        };
        call::document(document, root, &other);
    }
}

/// Reports what keeps a text from being plain JSON, though it could be read. In files that are not sent
/// themselves comments and commas do no harm.
pub(crate) fn not_plain(
    document: &mut Document<'_>,
    comments: &[Comment<'_>],
    text: &str,
    offset: usize,
    sent: Option<Sent>,
) {
    if is_plain(text) {
        return;
    }
    let (plain, commas) = plain(text, comments);
    if let (Some(sent), Some(comment)) = (sent, comments.first()) {
        let span = shifted(comment.span, offset);
        document.add(ProblemKind::NotPlain(NotPlain::Comment, sent), span);
    }
    if let (Some(sent), Some(comma)) = (sent, commas.first()) {
        let span = Span { start: offset + comma, end: offset + comma + 1 };
        let sent = if sent == Sent::WithoutComments { Sent::AsItIs } else { sent };
        document.add(ProblemKind::NotPlain(NotPlain::TrailingComma, sent), span);
    }
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&plain) {
        let mut at = byte_offset(text, error.line(), error.column());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let problem = if message.starts_with("control character") {
            // The library names the place before it, or the line behind it.
            at = control_in_string(&plain).unwrap_or(at);
            Malformed::ControlCharacter
        } else {
            slips::told_by_text(text, on_characters(text, Span { start: at, end: at }).start)
                .unwrap_or_else(|| Malformed::Other(message.to_owned(), None))
        };
        let span = on_characters(text, Span { start: at, end: at + 1 });
        malformed(document, problem, shifted(span, offset));
    }
}

/// Whether the first line is a whole value: the text is meant as one value a line.
fn first_line_is_a_value(text: &str) -> bool {
    text.lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| parse(line).is_ok_and(|parsed| parsed.root.is_some()))
}

fn shifted(span: Span, offset: usize) -> Span {
    Span { start: span.start + offset, end: span.end + offset }
}

/// Moves the places of a tree, for a text that is a part of a file.
pub(super) fn shift(node: &mut Node<'_>, offset: usize) {
    node.span = shifted(node.span, offset);
    match &mut node.value {
        Value::Array(items) => {
            for item in items {
                shift(item, offset);
            }
        }
        Value::Object(members) => {
            for member in members {
                member.key_span = shifted(member.key_span, offset);
                shift(&mut member.value, offset);
            }
        }
        _ => {}
    }
}

/// The span with its ends on character boundaries, each moved outwards.
fn on_characters(text: &str, span: Span) -> Span {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span { start, end }
}

/// A text that was read.
#[derive(Debug)]
pub(crate) struct Parsed<'t> {
    /// The document; `None` for a text of nothing but space and comments.
    pub(crate) root: Option<Node<'t>>,
    /// The comments, in order.
    pub(crate) comments: Vec<Comment<'t>>,
    /// Whether the text is known to be plain JSON.
    plain: bool,
}

/// Why a text is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) problem: Malformed,
    pub(crate) span: Span,
}

impl SyntaxError {
    fn is_second_value(&self) -> bool {
        matches!(self.problem, Malformed::SecondValue(_))
    }
}

/// JSON as the API takes it, but for comments and trailing commas.
const LENIENT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a text.
pub(crate) fn parse(text: &str) -> Result<Parsed<'_>, SyntaxError> {
    if let Some((at, most)) = bounds::too_many_values(text) {
        let span = Span { start: at, end: at + 1 };
        return Err(SyntaxError { problem: Malformed::TooManyValues(most), span });
    }
    match massup_model::json::parse_plain(text) {
        root @ Some(_) => Ok(Parsed { root, comments: Vec::new(), plain: true }),
        None => parse_leniently(text),
    }
}

fn parse_leniently(text: &str) -> Result<Parsed<'_>, SyntaxError> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::Separate, tokens: false };
    let parsed = parse_to_ast(text, &collect, &LENIENT).map_err(|error| {
        let mut span = span(error.range());
        if matches!(error.kind(), ParseErrorKind::ExpectedComma) {
            // What is there instead of the comma, not the space before it.
            let rest = text.get(span.start..).unwrap_or_default();
            span.start += rest.len() - rest.trim_start().len();
            span.end = span.end.max(span.start);
        }
        let span = on_characters(text, span);
        SyntaxError { problem: slips::problem(error.kind(), text, span), span }
    })?;
    let mut comments = Vec::new();
    if let Some(map) = parsed.comments {
        let mut found: Vec<_> = map.values().flat_map(|list| list.iter()).collect();
        found.sort_by_key(|comment| comment.start());
        found.dedup_by_key(|comment| comment.start());
        comments = found
            .into_iter()
            .map(|c| Comment { text: Cow::Borrowed(c.text()), span: span(c.range()) })
            .collect();
    }
    Ok(Parsed { root: parsed.value.map(node), comments, plain: false })
}

/// Whether a text is a number of JSON, letter for letter.
pub(crate) fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && text.ends_with(|c: char| c.is_ascii_digit())
        && is_plain(text)
}

/// Whether a text is JSON as the API takes it.
pub(crate) fn is_plain(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn span(range: Range) -> Span {
    Span { start: range.start, end: range.end }
}

fn node(value: ast::Value<'_>) -> Node<'_> {
    let span = span(value.range());
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(lit) => Value::Bool(lit.value),
        ast::Value::NumberLit(lit) => Value::Number(Cow::Borrowed(lit.value)),
        ast::Value::StringLit(lit) => Value::String(lit.value),
        ast::Value::Array(array) => Value::Array(array.elements.into_iter().map(node).collect()),
        ast::Value::Object(object) => Value::Object(
            object
                .properties
                .into_iter()
                .map(|property| {
                    let key_span = self::span(property.name.range());
                    let key = match property.name {
                        ast::ObjectPropName::String(lit) => lit.value,
                        ast::ObjectPropName::Word(lit) => Cow::Borrowed(lit.value),
                    };
                    Member { key, key_span, value: node(property.value) }
                })
                .collect(),
        ),
    };
    Node { value, span }
}

/// The same text with comments and trailing commas blanked out, each byte at its place, and where the
/// trailing commas stood. The text is one that [`parse`] could read.
pub(crate) fn plain(text: &str, comments: &[Comment<'_>]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = text.as_bytes().to_vec();
    for comment in comments {
        for byte in bytes.get_mut(comment.span.start..comment.span.end).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    let mut trailing = Vec::new();
    let (mut in_string, mut escaped, mut comma) = (false, false, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => {
                in_string = !in_string;
                comma = None;
            }
            _ if in_string || byte.is_ascii_whitespace() => {}
            b',' => comma = Some(at),
            b']' | b'}' => trailing.extend(comma.take()),
            _ => comma = None,
        }
    }
    for at in &trailing {
        if let Some(byte) = bytes.get_mut(*at) {
            *byte = b' ';
        }
    }
    (bytes, trailing)
}

/// The first control character inside a string.
pub(crate) fn control_in_string(text: &[u8]) -> Option<usize> {
    let (mut in_string, mut escaped) = (false, false);
    text.iter().position(|byte| {
        let found = in_string && *byte < 0x20;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ => {}
        }
        found
    })
}

/// The byte at a line and a column, both from 1, as the JSON library counts them.
pub(crate) fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Both parsers give the same tree with the same places.
        #[test]
        fn plain_json_is_the_same_to_both_parsers(
            parts in prop::collection::vec(
                prop_oneof![
                    2 => "[\\[\\]{},:\" 0a.e+-]",
                    1 => prop::sample::select(vec![
                        "\"a\":", "{\"a\":1}", "[1,2]", "null", "true", "false", "-0.5E+10", "\"\\u00e9\"",
                        "\"\\ud83d\\ude00\"", "{\"a\" : [ ] , \"a\":{}}", ",", "\n", "é",
                    ]).prop_map(str::to_owned),
                ],
                0..8,
            ),
        ) {
            let text = parts.concat();
            for text in [text.clone(), format!("[{text}]"), format!("{{\"a\":{text}}}")] {
                if let Some(root) = massup_model::json::parse_plain(&text) {
                    prop_assert!(is_plain(&text));
                    prop_assert_eq!(parse_leniently(&text).unwrap().root, Some(root));
                }
            }
        }
    }
}
