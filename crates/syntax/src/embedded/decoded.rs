//! Texts that stand in a file in another form, and the way back to their places.

use massup_model::json::Span;

/// A text that stands in a file with escapes, in quotes or in pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoded {
    /// The text as a program would read it; variables stand in it by their names.
    pub(super) text: String,
    pieces: Vec<Piece>,
    /// The variables, as ranges of `text`, in order.
    pub(super) variables: Vec<Span>,
    /// The parts of the file that it stands in, without what may hold a secret.
    pub(super) parts: Vec<Span>,
}

/// A part of the text and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Its first byte in the text.
    at: usize,
    source: Span,
    /// Letter for letter, and not by an escape.
    same: bool,
}

impl Decoded {
    /// Begins a part of the file that may be shown.
    pub(super) fn open(&mut self, at: usize) {
        self.parts.push(Span { start: at, end: at });
    }

    /// Ends the part that was begun last.
    pub(super) fn close(&mut self, at: usize) {
        if let Some(part) = self.parts.last_mut() {
            part.end = at.max(part.start);
        }
    }

    /// Adds letters that stand in the file as they are.
    pub(super) fn push(&mut self, text: &str, start: usize) {
        let source = Span { start, end: start + text.len() };
        match self.pieces.last_mut() {
            Some(last) if last.same && last.source.end == start => last.source.end = source.end,
            _ => self.pieces.push(Piece { at: self.text.len(), source, same: true }),
        }
        self.text += text;
    }

    /// Adds what an escape stands for.
    pub(super) fn push_escape(&mut self, text: &str, source: Span) {
        self.pieces.push(Piece { at: self.text.len(), source, same: false });
        self.text += text;
    }

    /// Adds a variable by its name.
    pub(super) fn push_variable(&mut self, name: &str, source: Span) {
        let start = self.text.len();
        self.push_escape(name, source);
        self.variables.push(Span { start, end: self.text.len() });
    }

    /// Adds another text behind this one.
    pub(super) fn append(&mut self, other: &Self) {
        let by = self.text.len();
        let moved = |span: &Span| Span { start: span.start + by, end: span.end + by };
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { at: piece.at + by, ..*piece }));
        self.variables.extend(other.variables.iter().map(moved));
        self.parts.extend(&other.parts);
        self.text += &other.text;
    }

    /// The text without its first bytes.
    pub(super) fn after(&self, from: usize) -> Self {
        let rest = |span: &Span| Span {
            start: span.start.saturating_sub(from),
            end: span.end.saturating_sub(from),
        };
        let mut after = Self {
            text: self.text.get(from..).unwrap_or_default().to_owned(),
            pieces: Vec::new(),
            variables: self.variables.iter().map(rest).filter(|span| span.end > 0).collect(),
            parts: self.parts.clone(),
        };
        let ends = self.pieces.iter().skip(1).map(|piece| piece.at).chain([self.text.len()]);
        for (piece, end) in self.pieces.iter().zip(ends) {
            if end <= from {
                continue;
            }
            let gone = from.saturating_sub(piece.at);
            let mut source = piece.source;
            if piece.same {
                source.start += gone;
            }
            after.pieces.push(Piece {
                at: piece.at.saturating_sub(from),
                source,
                same: piece.same,
            });
        }
        after
    }

    /// Whether a variable stands in a range of the text.
    pub(super) fn has_variable(&self, range: Span) -> bool {
        let next = self.variables.partition_point(|variable| variable.end <= range.start);
        self.variables.get(next).is_some_and(|variable| variable.start < range.end)
    }

    /// Whether the text is a variable and nothing else.
    pub(super) fn is_variable(&self) -> bool {
        self.variables.first() == Some(&Span { start: 0, end: self.text.len() })
    }

    /// Where a range of the text stands in the file.
    pub(super) fn place(&self, range: Span) -> Span {
        let Some(last) = self.pieces.last() else {
            let at = self.parts.first().map_or(0, |part| part.start);
            return Span { start: at, end: at };
        };
        if range.start >= self.text.len() {
            return Span { start: last.source.end, end: last.source.end };
        }
        let start = self.piece(range.start).map_or(0, |piece| {
            piece.source.start + if piece.same { range.start - piece.at } else { 0 }
        });
        let end = match range.end.min(self.text.len()).checked_sub(1) {
            Some(last) if range.end > range.start => {
                let end = |piece: &Piece| piece.source.start + (last - piece.at) + 1;
                self.piece(last)
                    .map_or(start, |piece| if piece.same { end(piece) } else { piece.source.end })
            }
            _ => start,
        };
        Span { start, end: end.max(start) }
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        let next = self.pieces.partition_point(|piece| piece.at <= at);
        self.pieces.get(next.checked_sub(1)?)
    }

    /// The text of a JSON string, which stands in the file at `at`, quotes included.
    pub(super) fn of_json_string(raw: &str, at: usize) -> Self {
        let mut decoded = Self::default();
        decoded.open(at);
        decoded.close(at + raw.len());
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or_default();
        let at = at + 1;
        let mut rest = inner;
        while !rest.is_empty() {
            let start = at + inner.len() - rest.len();
            let plain = rest.find('\\').unwrap_or(rest.len());
            if plain > 0 {
                decoded.push(rest.get(..plain).unwrap_or_default(), start);
                rest = rest.get(plain..).unwrap_or_default();
                continue;
            }
            let (letter, length) = json_escape(rest);
            let source = Span { start, end: start + length };
            decoded.push_escape(letter.encode_utf8(&mut [0; 4]), source);
            rest = rest.get(length..).unwrap_or_default();
        }
        decoded
    }

    /// Marks what stands in two pairs of braces as variables: `{{name}}`.
    #[must_use]
    pub(super) fn with_braces(mut self) -> Self {
        let mut from = 0;
        while let Some(start) = self.text.get(from..).and_then(|rest| rest.find("{{")) {
            let start = from + start;
            let name = self.text.get(start + 2..).unwrap_or_default();
            let length = name.find(['{', '}', '"', '\n']).unwrap_or(name.len());
            let closed = name.get(length..).is_some_and(|rest| rest.starts_with("}}"));
            if closed && length > 0 {
                from = start + length + 4;
                self.variables.push(Span { start, end: from });
            } else {
                from = start + 1;
            }
        }
        self
    }

    /// The text with a JSON string in the place of each variable that stands where a value should, each
    /// byte at its place, and whether there was one.
    pub(super) fn with_placeholders(&self) -> (String, bool) {
        let mut text = String::with_capacity(self.text.len());
        let mut scan = Scan::default();
        let mut bare = false;
        for variable in &self.variables {
            let before = self.text.get(text.len()..variable.start).unwrap_or_default();
            scan.over(before);
            text += before;
            let name = self.text.get(variable.start..variable.end).unwrap_or_default();
            if scan.is_outside() && name.len() >= 2 {
                bare = true;
                text.push('"');
                text.extend(std::iter::repeat_n('_', name.len() - 2));
                text.push('"');
            } else {
                text += name;
            }
        }
        text += self.text.get(text.len()..).unwrap_or_default();
        (text, bare)
    }
}

/// The character of the escape at the beginning of a text, and its length in bytes.
fn json_escape(text: &str) -> (char, usize) {
    let unit = |from: usize| {
        let digits = text.get(from..)?.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let simple = |letter| (letter, 2);
    match text.get(1..).and_then(|rest| rest.chars().next()) {
        Some('n') => simple('\n'),
        Some('t') => simple('\t'),
        Some('r') => simple('\r'),
        Some('b') => simple('\u{8}'),
        Some('f') => simple('\u{c}'),
        Some('u') => match (unit(0), unit(6)) {
            (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                (char::from_u32(code).unwrap_or('\u{fffd}'), 12)
            }
            (Some(code), _) => (char::from_u32(code).unwrap_or('\u{fffd}'), 6),
            (None, _) => simple('u'),
        },
        Some(letter) => (letter, 1 + letter.len_utf8()),
        None => ('\\', 1),
    }
}

/// What a place in a JSON text is in.
#[derive(Debug, Default, PartialEq, Eq)]
enum Scan {
    #[default]
    Outside,
    String,
    LineComment,
    BlockComment,
}

impl Scan {
    fn is_outside(&self) -> bool {
        *self == Self::Outside
    }

    fn over(&mut self, text: &str) {
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            *self = match (&self, letter, letters.peek()) {
                (Self::Outside, '"', _) => Self::String,
                (Self::Outside, '/', Some('/')) => Self::LineComment,
                (Self::Outside, '/', Some('*')) => {
                    letters.next();
                    Self::BlockComment
                }
                (Self::String, '"', _) | (Self::LineComment, '\n', _) => Self::Outside,
                (Self::BlockComment, '*', Some('/')) => {
                    letters.next();
                    Self::Outside
                }
                (Self::String, '\\', _) => {
                    letters.next();
                    continue;
                }
                _ => continue,
            };
        }
    }
}

#[cfg(test)]
mod tests;
