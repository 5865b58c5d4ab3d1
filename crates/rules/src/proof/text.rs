//! JSON strings, read in place.

use std::borrow::Cow;

use massup_model::json::{plain_len, unescaped_len};

use super::Spare;

/// A valid JSON string without its quotes, escapes not resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'t> {
    /// Valid UTF-8.
    raw: &'t [u8],
    escaped: bool,
}

/// The text of bytes that are known to be valid UTF-8.
pub(super) fn utf8(bytes: &[u8]) -> &str {
    let text = str::from_utf8(bytes);
    debug_assert!(text.is_ok(), "strings are checked when they are read");
    text.unwrap_or_default()
}

impl<'t> Text<'t> {
    pub(super) fn new(raw: &'t [u8], escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// Reads a string after its opening quote; returns it and the text after it.
    #[inline]
    pub(super) fn read_from(text: &'t [u8]) -> Option<(Self, &'t [u8])> {
        match plain(text) {
            Some((raw, rest)) => Some((Self::new(raw, false), rest)),
            None => Self::read_any(text),
        }
    }

    /// The same for all strings.
    fn read_any(text: &'t [u8]) -> Option<(Self, &'t [u8])> {
        let mut rest = text;
        let mut escaped = false;
        loop {
            rest = rest.get(unescaped_len(rest)..)?;
            match rest.first()? {
                b'"' => break,
                b'\\' => rest = rest.get(escape(rest)?..)?,
                _ => return None,
            }
            escaped = true;
        }
        let raw = text.get(..text.len() - rest.len())?;
        str::from_utf8(raw).ok()?;
        Some((Self::new(raw, escaped), rest.get(1..)?))
    }

    /// The string with its escapes.
    pub(super) fn raw(&self) -> &'t [u8] {
        self.raw
    }

    pub(super) fn is_escaped(&self) -> bool {
        self.escaped
    }

    pub(super) fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Whether the string has only white space.
    pub(super) fn is_blank(&self) -> bool {
        match self.raw.first() {
            Some(first) if first.is_ascii_graphic() && *first != b'\\' => false,
            _ if self.escaped => self.letters().all(char::is_whitespace),
            _ => utf8(self.raw).trim().is_empty(),
        }
    }

    /// The string, escapes resolved.
    pub(super) fn decode(&self, spare: &mut Spare) -> Cow<'t, str> {
        if !self.escaped {
            return utf8(self.raw).into();
        }
        let mut text = spare.text();
        text.extend(self.letters());
        text.into()
    }

    /// The characters, escapes resolved.
    fn letters(&self) -> impl Iterator<Item = char> {
        let mut letters = utf8(self.raw).chars();
        std::iter::from_fn(move || {
            let letter = letters.next()?;
            if letter != '\\' {
                return Some(letter);
            }
            Some(match letters.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let first = unit(&mut letters)?;
                    let second = || {
                        letters.nth(1)?;
                        unit(&mut letters)
                    };
                    let second = matches!(first, 0xd800..0xdc00).then(second).flatten();
                    char::decode_utf16([Some(first), second].into_iter().flatten()).next()?.ok()?
                }
                itself => itself,
            })
        })
    }
}

/// Reads a string of plain ASCII without escapes after its opening quote; returns it and the text after it.
#[inline]
pub(super) fn plain(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (raw, rest) = text.split_at_checked(plain_len(text))?;
    let (b'"', rest) = rest.split_first()? else { return None };
    Some((raw, rest))
}

/// The length of an escape in bytes; `None` if it is invalid or half a surrogate pair.
fn escape(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => match unit_of(text)? {
            0xd800..0xdc00 => {
                let second = text.get(6..).filter(|second| second.starts_with(b"\\u"))?;
                matches!(unit_of(second)?, 0xdc00..0xe000).then_some(12)
            }
            0xdc00..0xe000 => None,
            _ => Some(6),
        },
        _ => None,
    }
}

/// The code unit of an escape such as `\u0041`.
fn unit_of(text: &[u8]) -> Option<u16> {
    unit(&mut str::from_utf8(text.get(2..6)?).ok()?.chars())
}

/// Reads four hexadecimal digits.
fn unit(letters: &mut std::str::Chars<'_>) -> Option<u16> {
    let mut digit = || u16::try_from(letters.next()?.to_digit(16)?).ok();
    Some(((digit()? * 16 + digit()?) * 16 + digit()?) * 16 + digit()?)
}
