//! JSON text to a tree with places, comments and trailing commas allowed.

use std::borrow::Cow;

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use massup_model::json::{Member, Node, Span, Value};

/// A text that was read.
#[derive(Debug)]
pub(crate) struct Parsed<'t> {
    /// The document; `None` for a text of nothing but space and comments.
    pub(crate) root: Option<Node<'t>>,
    /// The comments, in order.
    pub(crate) comments: Vec<Comment<'t>>,
}

/// A comment and its place, the marks included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) span: Span,
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
    pub(crate) span: Span,
    /// A whole value stands there, and then a second one.
    pub(crate) several: bool,
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
    let collect = CollectOptions { comments: CommentCollectionStrategy::Separate, tokens: false };
    let parsed = parse_to_ast(text, &collect, &LENIENT).map_err(|error| {
        let mut span = span(error.range());
        if matches!(error.kind(), ParseErrorKind::ExpectedComma) {
            // What stands where the comma should be, not the space before it.
            let rest = text.get(span.start..).unwrap_or_default();
            span.start += rest.len() - rest.trim_start().len();
            span.end = span.end.max(span.start);
        }
        let (message, help) = explain(error.kind(), text, span);
        let several = matches!(error.kind(), ParseErrorKind::MultipleRootJsonValues);
        SyntaxError { message, help, span, several }
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
    Ok(Parsed { root: parsed.value.map(node), comments })
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

/// Says in the words of JSON what stands in the way, and what is usually behind it.
fn explain(kind: &ParseErrorKind, text: &str, at: Span) -> (String, Option<&'static str>) {
    let found = match text.get(at.start..).and_then(|rest| rest.chars().next()) {
        Some(c) if c.is_control() => format!("`{}`", c.escape_debug()),
        Some(c) => format!("`{c}`"),
        None => "the end of the text".to_owned(),
    };
    match kind {
        ParseErrorKind::SingleQuotedStringsNotAllowed => (
            "a string is written in single quotes".to_owned(),
            Some(
                "JSON strings take double quotes; text printed by Python or JavaScript is not JSON",
            ),
        ),
        ParseErrorKind::MultipleRootJsonValues => (
            format!("expected the end of the text after the value, found {found}"),
            Some("several calls go into an array, or one a line into a `.jsonl` file"),
        ),
        ParseErrorKind::ExpectedComma => (
            format!("expected `,` before {found}"),
            Some("members and items are separated by commas"),
        ),
        ParseErrorKind::UnterminatedArray => ("this array is not closed".to_owned(), None),
        ParseErrorKind::UnterminatedObject => ("this object is not closed".to_owned(), None),
        ParseErrorKind::UnterminatedCommentBlock => ("this comment is not closed".to_owned(), None),
        ParseErrorKind::ExpectedColonAfterObjectKey => {
            (format!("expected `:` after the key, found {found}"), None)
        }
        ParseErrorKind::NestingDepthExceeded => {
            ("values are nested more than 512 deep".to_owned(), None)
        }
        ParseErrorKind::UnexpectedWord => (
            format!(
                "a bare word begins with {found}; only `true`, `false` and `null` may stand bare"
            ),
            Some("`True`, `None`, `undefined` and names without quotes are not JSON"),
        ),
        ParseErrorKind::String(error) => (
            format!("this string is not closed or holds a bad escape: {error}").to_lowercase(),
            None,
        ),
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            let lower = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
            (format!("{lower}{}, found {found}", letters.as_str().trim_end_matches('.')), None)
        }
    }
}
