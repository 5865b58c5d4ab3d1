//! From bytes to lines and characters, as the client counts them.

use std::ops::Range;

use lsp_types::{Position, PositionEncodingKind};

/// How the client counts the characters of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    #[default]
    Utf16,
}

impl Encoding {
    /// UTF-8 if the client offers it: it is what the text is kept in.
    pub(crate) fn of(offered: Option<&[PositionEncodingKind]>) -> Self {
        let utf8 = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
        if utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// The length of a text.
    fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }

    /// The byte of a line after so many units; a character that they would split is left out.
    fn byte(self, line: &str, units: usize) -> usize {
        match self {
            Self::Utf8 => line.floor_char_boundary(units),
            Self::Utf16 => {
                let mut left = units;
                for (byte, c) in line.char_indices() {
                    if left < c.len_utf16() {
                        return byte;
                    }
                    left -= c.len_utf16();
                }
                line.len()
            }
        }
    }
}

/// A text with the places where its lines begin.
#[derive(Debug)]
pub(crate) struct Text {
    content: String,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Text {
    pub(crate) fn new(text: String, encoding: Encoding) -> Self {
        let mut new = Self { content: text, starts: Vec::new(), encoding };
        new.find_lines();
        new
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.content
    }

    /// Replaces a part of the text, or all of it.
    pub(crate) fn replace(&mut self, range: Option<lsp_types::Range>, with: &str) {
        match range {
            Some(range) => {
                let (start, end) = (self.byte(range.start), self.byte(range.end));
                self.content.replace_range(start.min(end)..end, with);
            }
            None => with.clone_into(&mut self.content),
        }
        self.find_lines();
    }

    /// Lines end at a line feed, a carriage return, or both.
    fn find_lines(&mut self) {
        let bytes = self.content.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| {
            **byte == b'\n' || **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')
        });
        self.starts.clear();
        self.starts.push(0);
        self.starts.extend(ends.map(|(at, _)| at + 1));
    }

    /// The bytes of a line, without its end.
    fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(self.content.len());
        let text = self.content.get(start..end)?;
        Some(start..start + text.trim_end_matches(['\r', '\n']).len())
    }

    /// The byte of a position; the end of the line, or of the text, for one behind it.
    pub(crate) fn byte(&self, position: Position) -> usize {
        let Some(line) = self.line(position.line as usize) else { return self.content.len() };
        let text = self.content.get(line.clone()).unwrap_or_default();
        line.start + self.encoding.byte(text, position.character as usize)
    }

    /// The position of a byte, or of the character that it is part of.
    pub(crate) fn position(&self, byte: usize) -> Position {
        let byte = self.content.floor_char_boundary(byte);
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let units = self.encoding.length(self.content.get(start..byte).unwrap_or_default());
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(units) }
    }

    pub(crate) fn range(&self, bytes: Range<usize>) -> lsp_types::Range {
        lsp_types::Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    pub(crate) fn bytes(&self, range: lsp_types::Range) -> Range<usize> {
        self.byte(range.start)..self.byte(range.end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_are_counted_as_the_client_counts_them() {
        // A clef is two units of UTF-16, and four bytes.
        let text = "a\r\n\u{1d11e}é: 7\rx\n";
        for (encoding, character) in [(Encoding::Utf16, 5), (Encoding::Utf8, 8)] {
            let text = Text::new(text.to_owned(), encoding);
            let seven = text.as_str().find('7').unwrap();
            assert_eq!(text.position(seven), Position { line: 1, character });
            assert_eq!(text.byte(Position { line: 1, character }), seven);
            assert_eq!(text.byte(Position { line: 1, character: 1 }), 3, "inside a character");
            assert_eq!(text.byte(Position { line: 0, character: 9 }), 1, "behind the line");
            assert_eq!(text.byte(Position { line: 9, character: 0 }), text.as_str().len());
            assert_eq!(text.position(text.as_str().find('x').unwrap()).line, 2);
        }
    }

    proptest! {
        #[test]
        fn a_byte_has_one_position(text in "[aé\u{1d11e}\r\n]{0,20}", at in 0_usize..60) {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let text = Text::new(text.clone(), encoding);
                let byte = text.as_str().floor_char_boundary(at);
                // Between the two characters of a line end there is no position.
                let split = text.as_str().as_bytes().get(byte.saturating_sub(1)) == Some(&b'\r')
                    && text.as_str().as_bytes().get(byte) == Some(&b'\n');
                if !split {
                    prop_assert_eq!(text.byte(text.position(byte)), byte);
                }
            }
        }

        #[test]
        fn edits_by_parts_give_the_same_text(
            text in "[aé\u{1d11e}\r\n]{0,12}",
            with in "[b\n]{0,4}",
            from in 0_usize..30,
            to in 0_usize..30,
        ) {
            let mut edited = Text::new(text.clone(), Encoding::Utf16);
            let (start, end) = (edited.position(from.min(to)), edited.position(from.max(to)));
            let bytes = edited.byte(start)..edited.byte(end);
            edited.replace(Some(lsp_types::Range { start, end }), &with);
            let mut plain = text;
            plain.replace_range(bytes, &with);
            let fresh = Text::new(plain, Encoding::Utf16);
            prop_assert_eq!(&edited.starts, &fresh.starts);
            prop_assert_eq!(edited.as_str(), fresh.as_str());
        }
    }
}
