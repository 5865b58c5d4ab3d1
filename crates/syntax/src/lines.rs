//! From bytes to lines and columns.

/// Where the lines of a text begin: from bytes to lines.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Finds the lines of a text.
    pub fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte, from 1.
    pub fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// A line, counted from 1, with its end.
    pub fn text(&self, line: usize) -> Option<&'t str> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end)
    }
}

/// A place in a text that moves on, with its line and column. To go through many places in the order of
/// the text takes one pass over it, however long its lines are.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'t> {
    text: &'t str,
    byte: usize,
    line: usize,
    column: usize,
    utf16: usize,
}

impl<'t> Cursor<'t> {
    /// The start of a text.
    pub fn start_of(text: &'t str) -> Self {
        Self { text, byte: 0, line: 1, column: 1, utf16: 1 }
    }

    /// The offset, in bytes.
    pub fn byte(&self) -> usize {
        self.byte
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1, in characters (code points); a byte order mark is not counted.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The column, from 1, in code units of UTF-16; a byte order mark is not counted.
    pub fn utf16_column(&self) -> usize {
        self.utf16
    }

    /// Moves to a byte, or to the start of the character that it is part of. What is behind is found from
    /// the start again.
    pub fn move_to(&mut self, byte: usize) {
        let byte = self.text.floor_char_boundary(byte);
        if byte < self.byte {
            *self = Self::start_of(self.text);
        }
        let passed = self.text.get(self.byte..byte).unwrap_or_default();
        let passed = if self.byte == 0 { passed.trim_start_matches('\u{feff}') } else { passed };
        let ends = memchr::memchr_iter(b'\n', passed.as_bytes()).count();
        let mut rest = passed;
        if ends > 0 {
            self.line += ends;
            (self.column, self.utf16) = (1, 1);
            rest = passed.rsplit_once('\n').map_or(passed, |(_, rest)| rest);
        }
        if rest.is_ascii() {
            self.column += rest.len();
            self.utf16 += rest.len();
        } else {
            let characters = rest.chars().count();
            self.column += characters;
            // Characters of four bytes are two units of UTF-16.
            self.utf16 += characters + rest.bytes().filter(|byte| *byte >= 0xF0).count();
        }
        self.byte = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Lines};

    #[test]
    fn columns_count_characters() {
        let text = "{\n  \"é\": 1\r\n}";
        let mut place = Cursor::start_of(text);
        let mut at = |byte| {
            place.move_to(byte);
            (place.line(), place.column(), Lines::new(text).line(byte) == place.line())
        };
        assert_eq!(at(0), (1, 1, true));
        assert_eq!(at(1), (1, 2, true));
        assert_eq!(at(2), (2, 1, true));
        assert_eq!(at(10), (2, 8, true));
        assert_eq!(at(13), (3, 1, true));
        assert_eq!(at(4), (2, 3, true), "and back");
        let mut place = Cursor::start_of("\u{feff}{}");
        place.move_to(4);
        assert_eq!((place.line(), place.column()), (1, 2));
    }

    #[test]
    fn utf16_columns_count_code_units() {
        // A clef is two units of UTF-16, and one character of four bytes.
        let text = "\u{feff}{\r\n \"\u{1d11e}\": é7,\r\n}";
        let mut place = Cursor::start_of(text);
        let mut at = |byte| {
            place.move_to(byte);
            (place.line(), place.column(), place.utf16_column())
        };
        let byte = |part: &str| text.find(part).unwrap();
        assert_eq!(at(byte("{")), (1, 1, 1));
        assert_eq!(at(byte("\"\u{1d11e}")), (2, 2, 2));
        assert_eq!(at(byte("7")), (2, 8, 9));
        assert_eq!(at(byte("}")), (3, 1, 1));
        assert_eq!(at(byte("{")), (1, 1, 1), "and back");
    }

    #[test]
    fn an_offset_inside_a_character_is_its_start() {
        let text = "é\u{1d11e}x";
        for (byte, column) in [(0, 1), (1, 1), (2, 2), (3, 2), (5, 2), (6, 3), (7, 4), (99, 4)] {
            let mut place = Cursor::start_of(text);
            place.move_to(byte);
            assert_eq!(place.column(), column, "{byte}");
            assert!(text.is_char_boundary(place.byte()));
        }
    }
}
