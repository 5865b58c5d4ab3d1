//! Ids of JSON Lines, one object per line.

use std::fmt;
use std::io::BufRead;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::{cell, read_line};
use crate::Error;
use crate::bad_ids::Reason;

/// The objects, and the key of the id.
pub(super) struct JsonLines<R> {
    reader: R,
    line: Vec<u8>,
    number: u64,
    key: String,
    /// The text of the last value, or of the last line, where it has none.
    text: String,
}

/// A line.
pub(super) enum Line {
    /// The text of the value; [`JsonLines::text`] holds it.
    Value(u64),
    Bad(u64, Reason),
    End,
}

impl<R: BufRead> JsonLines<R> {
    pub(super) fn new(reader: R, key: &str) -> Self {
        let (line, text) = (Vec::new(), String::new());
        Self { reader, line, number: 0, key: key.to_owned(), text }
    }

    pub(super) fn next(&mut self) -> Result<Line, Error> {
        loop {
            if !read_line(&mut self.reader, &mut self.line)? {
                return Ok(Line::End);
            }
            self.number += 1;
            let line = cell::without_mark(&self.line, self.number == 1).trim_ascii();
            if line.is_empty() {
                continue;
            }
            let mut json = serde_json::Deserializer::from_slice(line);
            let found = Member(&self.key).deserialize(&mut json).and_then(|found| {
                json.end()?;
                Ok(found)
            });
            let reason = match found {
                Ok(Some(text)) => {
                    self.text = text;
                    return Ok(Line::Value(self.number));
                }
                Ok(None) => Reason::NoKey,
                Err(_) => Reason::NotJson,
            };
            self.text = String::from_utf8_lossy(line).into_owned();
            return Ok(Line::Bad(self.number, reason));
        }
    }

    pub(super) fn text(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

/// Finds the value of a key and skips the other members.
struct Member<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            if key == self.0 {
                found = match map.next_value()? {
                    serde_json::Value::String(text) => Some(text),
                    // A number keeps all its digits, or is refused.
                    serde_json::Value::Number(number) => Some(number.to_string()),
                    _ => return Err(A::Error::custom("neither a string nor a number")),
                };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}
