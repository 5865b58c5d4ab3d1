//! A JSON document as it was written: every member, duplicates too, with its place.

mod plain;

use std::borrow::Cow;

use serde_json::Value as Plain;

pub use plain::{parse_plain, plain_len, unescaped_len};

/// A range of bytes in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A value and its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// The value.
    pub value: Value<'t>,
    /// Where, in bytes.
    pub span: Span,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'t> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, letter for letter.
    Number(Cow<'t, str>),
    /// A string without its quotes, escapes resolved.
    String(Cow<'t, str>),
    /// An array.
    Array(Vec<Node<'t>>),
    /// An object: its members in the order of the text, repeated keys included.
    Object(Vec<Member<'t>>),
    /// A placeholder for a value that is filled in later: its text.
    Unknown(Cow<'t, str>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'t> {
    /// The key, escapes resolved.
    pub key: Cow<'t, str>,
    /// The place of the key, including its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Node<'t>,
}

impl<'t> Node<'t> {
    /// A node without a place, for documents built by a program.
    pub fn new(value: Value<'t>) -> Self {
        Self { value, span: Span::default() }
    }

    /// The name of the JSON type, with its article: `an array`.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
            Value::Unknown(_) => "a variable",
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(value) = self.value { Some(value) } else { None }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Node<'t>]> {
        if let Value::Array(items) = &self.value { Some(items) } else { None }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&[Member<'t>]> {
        if let Value::Object(members) = &self.value { Some(members) } else { None }
    }

    /// The member of an object with this key; of repeated ones the last, as most readers do.
    pub fn member(&self, key: &str) -> Option<&Member<'t>> {
        self.as_object()?.iter().rev().find(|member| member.key == key)
    }

    /// The value under a key of an object.
    pub fn field(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value)
    }

    /// The exact integer value of a number in any notation: `5`, `5.0`, `50e-1`.
    ///
    /// `None` for anything else, and for integers beyond 128 bits.
    pub fn as_integer(&self) -> Option<i128> {
        if let Value::Number(text) = &self.value { exact_integer(text) } else { None }
    }

    /// The number of an id, whether its digits are a string or a number.
    ///
    /// `None` for what is not an id of at most 19 digits. A number with a fraction or an exponent, even a zero
    /// one such as `5.0`, is not an id: it may have lost digits.
    pub fn as_id(&self) -> Option<u64> {
        match &self.value {
            Value::String(text) | Value::Number(text) => crate::id::parse_digits(text).ok(),
            _ => None,
        }
    }

    /// What an RFC 6901 pointer leads to.
    pub fn resolve(&self, pointer: &str) -> Option<&Self> {
        let mut node = self;
        for token in tokens(pointer) {
            node = match &node.value {
                Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                Value::Object(_) => node.field(&token)?,
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Unknown(_) => return None,
            };
        }
        Some(node)
    }

    /// The same document without places; of repeated keys the last wins.
    pub fn to_plain(&self) -> Plain {
        match &self.value {
            Value::Null => Plain::Null,
            Value::Bool(value) => Plain::Bool(*value),
            // A number beyond the range of a double has no other plain form than its letters.
            Value::Number(text) => serde_json::from_str(text)
                .unwrap_or_else(|_| Plain::String(text.clone().into_owned())),
            Value::String(text) | Value::Unknown(text) => Plain::String(text.clone().into_owned()),
            Value::Array(items) => Plain::Array(items.iter().map(Self::to_plain).collect()),
            Value::Object(members) => Plain::Object(
                members.iter().map(|m| (m.key.clone().into_owned(), m.value.to_plain())).collect(),
            ),
        }
    }
}

impl<'t> From<&'t Plain> for Node<'t> {
    fn from(plain: &'t Plain) -> Self {
        Self::new(match plain {
            Plain::Null => Value::Null,
            Plain::Bool(value) => Value::Bool(*value),
            Plain::Number(number) => Value::Number(Cow::Owned(number.to_string())),
            Plain::String(text) => Value::String(Cow::Borrowed(text)),
            Plain::Array(items) => Value::Array(items.iter().map(Self::from).collect()),
            Plain::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(key, value)| Member {
                        key: Cow::Borrowed(key),
                        key_span: Span::default(),
                        value: Self::from(value),
                    })
                    .collect(),
            ),
        })
    }
}

/// The unescaped tokens of an RFC 6901 pointer.
pub fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = at_slash(pointer).map(|(_, rest)| rest);
    std::iter::from_fn(move || {
        let text = rest?;
        let (token, after) =
            at_slash(text).map_or((text, None), |(token, after)| (token, Some(after)));
        rest = after;
        Some(if token.bytes().any(|byte| byte == b'~') {
            Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(token)
        })
    })
}

/// What is before the first slash, and what is after it. Tokens are short: a search for long texts would be slower.
fn at_slash(text: &str) -> Option<(&str, &str)> {
    let slash = text.bytes().position(|byte| byte == b'/')?;
    Some((text.get(..slash)?, text.get(slash + 1..)?))
}

/// A pointer one token longer.
///
/// ```
/// use massup_model::json::join;
///
/// assert_eq!(join("/data/0", "a/b"), "/data/0/a~1b");
/// ```
pub fn join(pointer: &str, token: impl std::fmt::Display) -> String {
    let mut joined = format!("{pointer}/{token}");
    let start = pointer.len() + 1;
    if let Some(token) = joined.get(start..).filter(|token| token.contains(['~', '/'])) {
        let token = token.replace('~', "~0").replace('/', "~1");
        joined.replace_range(start.., &token);
    }
    joined
}

fn exact_integer(text: &str) -> Option<i128> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    if digits == 0 {
        return Some(0);
    }
    let scale = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 {
        digits.checked_mul(scale)
    } else {
        (digits % scale == 0).then_some(digits / scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_exact_however_they_are_written() {
        for (text, expected) in [
            ("5", Some(5)),
            ("5.0", Some(5)),
            ("50e-1", Some(5)),
            ("5.5e1", Some(55)),
            ("5.5", None),
            ("-0.0", Some(0)),
            ("1e400", None),
            ("0e99999", Some(0)),
            ("9007199254740993", Some(9_007_199_254_740_993)),
        ] {
            assert_eq!(exact_integer(text), expected, "{text}");
        }
    }

    #[test]
    fn pointers_resolve_with_escapes_and_the_last_of_repeated_keys() {
        let plain = serde_json::json!({"a/b": [{"~": 1}]});
        let node = Node::from(&plain);
        assert_eq!(node.resolve("/a~1b/0/~0").unwrap().as_integer(), Some(1));
        assert!(node.resolve("/a~1b/1").is_none());
        assert_eq!(node.resolve(""), Some(&node));
    }
}
