//! Parses plain JSON (RFC 8259) into a tree.

use std::borrow::Cow;

use super::{Member, Node, Span, Value};
use crate::limits::MAX_IDS;

/// The deepest nesting that is parsed.
const DEPTH: usize = 64;

/// The items of a short array that room is made for at once.
const FEW: usize = 4;

/// The items of an array from which on room is made for them at once.
const MANY: usize = 16;

/// The tree of a text that is plain JSON, without comments or trailing commas.
///
/// `None` for any other text, and for one that is nested more than 64 deep: this parser explains nothing.
///
/// ```
/// use massup_model::json::parse_plain;
///
/// let node = parse_plain(r#" {"ids": ["7"]} "#).unwrap();
/// assert_eq!(node.resolve("/ids/0").unwrap().as_id(), Some(7));
/// assert_eq!(parse_plain("[1,]"), None);
/// ```
pub fn parse_plain(text: &str) -> Option<Node<'_>> {
    let mut parser = Parser { text, at: 0 };
    let node = parser.value(0)?;
    parser.space();
    (parser.at == text.len()).then_some(node)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn value(&mut self, depth: usize) -> Option<Node<'t>> {
        self.space();
        let start = self.at;
        let value = match self.peek()? {
            b'"' => Value::String(self.string()?),
            b'{' if depth < DEPTH => Value::Object(self.object(depth)?),
            b'[' if depth < DEPTH => Value::Array(self.array(depth)?),
            b't' => self.word("true", Value::Bool(true))?,
            b'f' => self.word("false", Value::Bool(false))?,
            b'n' => self.word("null", Value::Null)?,
            _ => Value::Number(self.number()?.into()),
        };
        Some(Node { value, span: Span { start, end: self.at } })
    }

    fn object(&mut self, depth: usize) -> Option<Vec<Member<'t>>> {
        self.at += 1;
        let mut members = Vec::new();
        if self.takes(b'}') {
            return Some(members);
        }
        loop {
            self.space();
            let start = self.at;
            let key = self.string()?;
            let key_span = Span { start, end: self.at };
            if !self.takes(b':') {
                return None;
            }
            members.push(Member { key, key_span, value: self.value(depth + 1)? });
            if !self.comma_or(b'}')? {
                return Some(members);
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Node<'t>>> {
        self.at += 1;
        if self.takes(b']') {
            return Some(Vec::new());
        }
        let start = self.at;
        let first = self.value(depth + 1)?;
        // The items of most arrays are about as long as the first one.
        let alike = (self.text.len() - self.at) / (self.at - start);
        let mut items = Vec::with_capacity(if alike > MANY { alike.min(MAX_IDS) } else { FEW });
        items.push(first);
        while self.comma_or(b']')? {
            self.space();
            // Long arrays are lists of strings, which need no second look.
            items.push(match self.peek()? {
                b'"' => self.string_node()?,
                _ => self.value(depth + 1)?,
            });
        }
        if items.capacity() > MANY && items.len() < items.capacity() / 2 {
            items.shrink_to_fit();
        }
        Some(items)
    }

    #[inline]
    fn string_node(&mut self) -> Option<Node<'t>> {
        let start = self.at;
        let value = Value::String(self.string()?);
        Some(Node { value, span: Span { start, end: self.at } })
    }

    #[inline]
    fn string(&mut self) -> Option<Cow<'t, str>> {
        let (b'"', rest) = self.text.as_bytes().get(self.at..)?.split_first()? else { return None };
        // Nearly all strings are ASCII without escapes.
        let plain = plain_len(rest);
        if rest.get(plain) == Some(&b'"') {
            let start = self.at + 1;
            self.at = start + plain + 1;
            return self.text.get(start..start + plain).map(Cow::Borrowed);
        }
        self.any_string()
    }

    fn any_string(&mut self) -> Option<Cow<'t, str>> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let plain = unescaped_len(rest);
            self.at += plain;
            match rest.get(plain)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    // The library below checks the escape; here it only must not end the string.
                    self.at += 2;
                }
                _ => return None,
            }
        }
        let raw = self.text.get(start..self.at)?;
        self.at += 1;
        if escaped {
            let quoted = self.text.get(start - 1..self.at)?;
            return serde_json::from_str::<String>(quoted).ok().map(Cow::Owned);
        }
        Some(Cow::Borrowed(raw))
    }

    fn number(&mut self) -> Option<&'t str> {
        let start = self.at;
        self.takes_here(b"-");
        if !self.takes_here(b"0") {
            self.digits()?;
        }
        if self.takes_here(b".") {
            self.digits()?;
        }
        if self.takes_here(b"eE") {
            self.takes_here(b"+-");
            self.digits()?;
        }
        self.text.get(start..self.at)
    }

    /// Reads one or more digits.
    fn digits(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        (digits > 0).then_some(())
    }

    /// Consumes the next byte if it is one of some.
    fn takes_here(&mut self, any: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(found);
        found
    }

    /// Consumes the next byte after white space if it is `wanted`.
    fn takes(&mut self, wanted: u8) -> bool {
        self.space();
        self.takes_here(&[wanted])
    }

    /// Consumes a comma (true) or the closing bracket (false) after white space.
    #[inline]
    fn comma_or(&mut self, end: u8) -> Option<bool> {
        self.space();
        let next = self.peek()?;
        self.at += 1;
        if next == b',' { Some(true) } else { (next == end).then_some(false) }
    }

    fn word(&mut self, word: &str, value: Value<'t>) -> Option<Value<'t>> {
        let found = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(value)
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// The number of bytes before the first quote, backslash or control character: of a JSON string that has no
/// escapes in them.
pub fn unescaped_len(text: &[u8]) -> usize {
    let (eights, rest) = text.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let special = special(u64::from_le_bytes(*eight));
        if special != 0 {
            return at * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let end = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    eights.len() * 8 + rest.iter().position(end).unwrap_or(rest.len())
}

/// The number of bytes before the first byte that is a quote, a backslash, a control character or not ASCII, or
/// of those before the last seven bytes of the text.
#[inline]
pub fn plain_len(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some((eight, after)) = rest.split_first_chunk() {
        let bytes = u64::from_le_bytes(*eight);
        // What is borrowed from a byte changes only those after it, and bytes that are not ASCII end the text.
        let below = |limit: u64, bytes: u64| bytes.wrapping_sub(ONES * limit);
        let special = (bytes
            | below(0x20, bytes)
            | below(1, bytes ^ (ONES * 0x22))
            | below(1, bytes ^ (ONES * 0x5c)))
            & TOPS;
        if special != 0 {
            return text.len() - rest.len() + special.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    text.len() - rest.len()
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Sets the top bit of each quote, backslash or control character. Only the lowest set bit is reliable.
fn special(bytes: u64) -> u64 {
    let zero = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes & TOPS;
    let control = bytes.wrapping_sub(ONES * 0x20) & !bytes & TOPS;
    control | zero(bytes ^ (ONES * 0x22)) | zero(bytes ^ (ONES * 0x5c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_include_quotes_and_brackets() {
        let text = " {\"a\\n\" : [ -1.5e3 , \"é\" ] }\n";
        let node = parse_plain(text).unwrap();
        let at = |span: Span| &text[span.start..span.end];
        assert_eq!(at(node.span), "{\"a\\n\" : [ -1.5e3 , \"é\" ] }");
        let member = node.member("a\n").unwrap();
        assert_eq!(at(member.key_span), "\"a\\n\"");
        assert_eq!(at(member.value.span), "[ -1.5e3 , \"é\" ]");
        assert_eq!(at(node.resolve("/a\n/0").unwrap().span), "-1.5e3");
        assert_eq!(at(node.resolve("/a\n/1").unwrap().span), "\"é\"");
        assert!(parse_plain(&"[".repeat(100_000)).is_none());
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse_plain(&deep(64)).is_some() && parse_plain(&deep(65)).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// A text is parsed exactly when the JSON library parses it, to the same value. The library
        /// also refuses numbers beyond the range of a double.
        #[test]
        fn a_text_is_parsed_as_the_library_parses_it(
            parts in prop::collection::vec(
                prop_oneof![
                    3 => "[\\[\\]{},:\"\\\\ 0a.e+-]",
                    1 => prop::sample::select(vec![
                        "\"a\":", "{\"a\":1}", "[1,2]", "null", "true", "false", "-0.5E+10", "01", "\"\\u00e9\"",
                        "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\u{1}\"", "/*a*/", ",", "\n", "\u{a0}", "é",
                    ]).prop_map(str::to_owned),
                ],
                0..10,
            ),
        ) {
            let text = parts.concat();
            let expected = serde_json::from_str::<serde_json::Value>(&text).ok();
            let found = parse_plain(&text).map(|node| node.to_plain());
            if expected.is_none() && found.is_some() {
                prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
            } else {
                prop_assert_eq!(found, expected);
            }
        }
    }
}
