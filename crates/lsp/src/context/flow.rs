//! Objects and arrays in brackets: JSON, and the same in YAML and TOML.

use super::{At, Entry, Slot, Step, Style, Token};

/// How deep brackets are followed.
const MAX_DEPTH: usize = 128;

/// What was found so far.
pub(super) struct Flow<'t> {
    pub(super) text: &'t str,
    style: Style,
    pub(super) cursor: usize,
    pub(super) entries: Vec<Entry>,
    pub(super) found: Option<Slot>,
}

impl<'t> Flow<'t> {
    pub(super) fn new(text: &'t str, style: Style, cursor: usize) -> Self {
        Self { text, style, cursor, entries: Vec::new(), found: None }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn begins(&self, at: usize, with: &str) -> bool {
        self.text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// The byte after blanks and comments. A cursor in a comment is nowhere: `None` from then on.
    pub(super) fn blanks(&self, mut at: usize) -> usize {
        loop {
            match self.byte(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                Some(b'#') if self.style != Style::Json => at = self.line_end(at),
                Some(b'/') if self.style == Style::Json && self.begins(at, "//") => {
                    at = self.line_end(at);
                }
                Some(b'/') if self.style == Style::Json && self.begins(at, "/*") => {
                    let rest = self.text.get(at..).unwrap_or_default();
                    at = rest.find("*/").map_or(self.text.len(), |end| at + end + 2);
                }
                // A byte order mark.
                Some(0xef) if at == 0 && self.begins(0, "\u{feff}") => at += 3,
                _ => return at,
            }
        }
    }

    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.find('\n').map_or(self.text.len(), |end| at + end)
    }

    /// Whether only blanks are between two bytes: no comment.
    fn is_blank(&self, from: usize, to: usize) -> bool {
        self.text.get(from..to).is_some_and(|gap| gap.trim().is_empty())
    }

    pub(super) fn find(&mut self, path: &[Step], at: At, token: Token) {
        if self.found.is_none() {
            self.found = Some(Slot { path: path.to_owned(), at, token });
        }
    }

    /// A key or value is expected in a gap; the cursor may be there.
    fn gap(&mut self, from: usize, to: usize, path: &[Step], at: At) {
        let cursor = self.cursor;
        // From the start of the cursor's line: a comment above it does not matter.
        let before = self.text.get(from..cursor).unwrap_or_default();
        let line = before.rfind('\n').map_or(from, |end| from + end);
        if (from..=to).contains(&cursor) && self.is_blank(line, cursor) {
            self.find(path, at, Token::empty(cursor));
        }
    }

    /// The string at a byte.
    pub(super) fn string(&self, start: usize, quote: u8) -> Token {
        let mut at = start + 1;
        let mut closed = false;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' => break,
                b'\\' if quote == b'"' => at += 1,
                _ if byte == quote => {
                    at += 1;
                    closed = true;
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        let mut end = self.text.ceil_char_boundary(at.min(self.text.len()));
        if !closed && self.byte(end.saturating_sub(1)) == Some(b'\r') {
            end -= 1;
        }
        Token { bytes: start..end.max(start + 1), quote: Some(quote), closed }
    }

    pub(super) fn quote(&self, at: usize) -> Option<u8> {
        let quote = self.byte(at)?;
        (quote == b'"' || quote == b'\'' && self.style != Style::Json).then_some(quote)
    }

    /// A word without quotes, up to something that ends it.
    fn bare(&self, start: usize, ends: &[u8]) -> Token {
        let mut end = start;
        while let Some(byte) = self.byte(end) {
            if ends.contains(&byte) || byte == b'\n' {
                break;
            }
            end += 1;
        }
        let text = self.text.get(start..end).unwrap_or_default();
        Token { bytes: start..start + text.trim_end().len(), quote: None, closed: false }
    }

    pub(super) fn word(&self, token: &Token) -> String {
        self.text.get(token.inner()).unwrap_or_default().to_owned()
    }

    pub(super) fn touches(&self, token: &Token) -> bool {
        let inside = token.closed && self.cursor == token.bytes.end;
        token.bytes.start <= self.cursor
            && self.cursor <= token.bytes.end
            && !inside
            && (token.quote.is_none() || token.bytes.start < self.cursor)
    }

    /// Reads a value that begins behind a byte; returns the byte after it, and the value if it is a word.
    pub(super) fn value(
        &mut self,
        from: usize,
        path: &mut Vec<Step>,
        depth: usize,
    ) -> (usize, Option<String>) {
        let at = self.blanks(from);
        if depth > MAX_DEPTH {
            return (self.text.len(), None);
        }
        match self.byte(at) {
            Some(b'{') => (self.object(at + 1, path, depth), None),
            Some(b'[') => (self.array(at + 1, path, depth), None),
            None | Some(b',' | b'}' | b']') => {
                self.gap(from, at, path, At::Value);
                (at, None)
            }
            Some(_) => {
                if at > from {
                    self.gap(from, at - 1, path, At::Value);
                }
                let token = match self.quote(at) {
                    Some(quote) => self.string(at, quote),
                    None => self.bare(at, b",}]#"),
                };
                if self.touches(&token) {
                    self.find(path, At::Value, token.clone());
                }
                // What cannot be a word is passed over.
                (token.bytes.end.max(at + 1), Some(self.word(&token)))
            }
        }
    }

    fn array(&mut self, from: usize, path: &mut Vec<Step>, depth: usize) -> usize {
        path.push(Step::Item);
        let mut at = from;
        let end = loop {
            let start = at;
            let next = self.blanks(at);
            match self.byte(next) {
                None | Some(b']' | b'}') => {
                    self.gap(start, next, path, At::Value);
                    break (next + 1).min(self.text.len());
                }
                Some(b',') => {
                    self.gap(start, next, path, At::Value);
                    at = next + 1;
                }
                Some(_) => {
                    at = self.value(start, path, depth + 1).0.max(next + 1);
                    // Behind a value only a comma or the end is expected.
                    let behind = self.blanks(at);
                    at = match self.byte(behind) {
                        Some(b',') => behind + 1,
                        _ => behind,
                    };
                }
            }
        };
        path.pop();
        end
    }

    fn object(&mut self, from: usize, path: &mut Vec<Step>, depth: usize) -> usize {
        let mut at = from;
        let mut expected = true;
        loop {
            let start = at;
            let next = self.blanks(at);
            let free = At::Key { assigned: false };
            match self.byte(next) {
                None | Some(b'}' | b']') => {
                    if expected {
                        self.gap(start, next, path, free);
                    }
                    return (next + 1).min(self.text.len());
                }
                Some(b',') => {
                    if expected {
                        self.gap(start, next, path, free);
                    }
                    expected = true;
                    at = next + 1;
                }
                // A value without a key: it is followed, to find where it ends.
                Some(b'{' | b'[') => at = self.value(next, path, depth + 1).0.max(next + 1),
                Some(_) => {
                    if expected && next > start {
                        self.gap(start, next - 1, path, free);
                    }
                    at = self.member(next, path, depth);
                    expected = false;
                }
            }
        }
    }

    /// A key and its value; returns the byte after them.
    fn member(&mut self, start: usize, path: &mut Vec<Step>, depth: usize) -> usize {
        let token = match self.quote(start) {
            Some(quote) => self.string(start, quote),
            None => self.bare(start, b":=,{}[]\"'# \t\r"),
        };
        if token.bytes.is_empty() {
            let next = self.text.ceil_char_boundary(start + 1);
            return next;
        }
        let behind = self.blanks(token.bytes.end);
        let assigned = matches!(self.byte(behind), Some(b':' | b'='));
        if self.touches(&token) {
            self.find(path, At::Key { assigned }, token.clone());
        }
        if !assigned {
            return token.bytes.end;
        }
        let key = self.word(&token);
        let place = self.entries.len();
        self.entries.push(Entry {
            parent: path.clone(),
            key: key.clone(),
            value: None,
            start: token.bytes.start,
        });
        path.push(Step::Key(key));
        let (end, value) = self.value(behind + 1, path, depth + 1);
        path.pop();
        if let Some(entry) = self.entries.get_mut(place) {
            entry.value = value;
        }
        end
    }
}
