//! JSON that is safe to look at.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

use crate::text::{ends_with_command, is_hidden};

/// Writes a value over several lines.
///
/// # Errors
///
/// The writer fails.
pub(crate) fn pretty(value: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer_pretty(Visible(&mut *out), value)?;
    Ok(writeln!(out)?)
}

/// Writes a value on a line.
///
/// # Errors
///
/// The writer fails.
pub(crate) fn line(value: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer(Visible(&mut *out), value)?;
    Ok(writeln!(out)?)
}

/// Escapes what a terminal might obey or hide. Such characters are only in strings of JSON, where an escape
/// means the same.
struct Visible<'o>(&'o mut dyn Write);

impl Write for Visible<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let plain = bytes.iter().all(|byte| matches!(byte, b'\n' | b' '..=b'~'));
        if plain && !bytes.windows(2).any(|two| two == b"##") {
            self.0.write_all(bytes)?;
            return Ok(bytes.len());
        }
        // The writer of JSON passes whole strings, or parts of them between escapes.
        match str::from_utf8(bytes) {
            Ok(text) => {
                let mut escaped = String::with_capacity(text.len() + 16);
                for c in text.chars() {
                    if is_hidden(c) && c != '\n' || c == '[' && ends_with_command(&escaped) {
                        for unit in c.encode_utf16(&mut [0; 2]) {
                            escaped += &format!("\\u{unit:04x}");
                        }
                    } else {
                        escaped.push(c);
                    }
                }
                self.0.write_all(escaped.as_bytes())?;
            }
            Err(_) => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_read_back() {
        let text = "a\u{9b}2J\u{202e}b\n\u{1b}\u{7f}\u{feff}\u{e0041}é🦀\" ##[x] [y]";
        let mut written = Vec::new();
        line(&text, &mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.contains("##\\u005bx] [y]"), "{written}");
        assert!(written.trim_end().chars().all(|c| !is_hidden(c)), "{written}");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
