//! Texts that a file contains in another form, and the way back to their places.

use massup_model::json::Span;

use crate::steps;

/// A text that is in a file with escapes, in quotes or in pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decoded {
    /// The text as a program would read it, with variables as their names.
    pub(super) text: String,
    pieces: Vec<Piece>,
    /// The variables, as ranges of `text`, in order.
    pub(super) variables: Vec<Span>,
    /// The parts of the file that it is in, in order, without what may hold a secret.
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
    /// How many pieces of the file it is put together of.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Begins a part of the file that may be shown.
    pub(super) fn open(&mut self, at: usize) {
        if self.parts.is_empty() {
            self.parts.reserve_exact(1);
        }
        self.parts.push(Span { start: at, end: at });
    }

    /// Ends the part that was begun last.
    pub(super) fn close(&mut self, at: usize) {
        if let Some(part) = self.parts.last_mut() {
            part.end = at.max(part.start);
        }
    }

    /// Adds letters that are in the file as they are.
    pub(super) fn push(&mut self, text: &str, start: usize) {
        let source = Span { start, end: start + text.len() };
        match self.pieces.last_mut() {
            Some(last) if last.same && last.source.end == start => last.source.end = source.end,
            _ => {
                // Most texts are one piece.
                if self.pieces.is_empty() {
                    self.pieces.reserve_exact(1);
                }
                self.pieces.push(Piece { at: self.text.len(), source, same: true });
            }
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
    pub(crate) fn append(&mut self, other: &Self) {
        steps::add(other.pieces.len() + self.parts.len());
        let by = self.text.len();
        let moved = |span: &Span| Span { start: span.start + by, end: span.end + by };
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { at: piece.at + by, ..*piece }));
        self.variables.extend(other.variables.iter().map(moved));
        self.parts.extend(&other.parts);
        self.parts.sort_unstable();
        self.text += &other.text;
    }

    /// The text without its first bytes.
    pub(super) fn after(&self, from: usize) -> Self {
        self.slice(Span { start: from, end: self.text.len() })
    }

    /// A range of the text. The parts stay: they say what may be shown.
    pub(super) fn slice(&self, range: Span) -> Self {
        let mut slice = Self { parts: self.parts.clone(), ..Self::default() };
        slice.extend(self, range);
        slice
    }

    /// Adds a range of another text behind this one, without its parts.
    pub(super) fn extend(&mut self, other: &Self, range: Span) {
        let Span { start, end } = range;
        let (base, end) = (self.text.len(), end.min(other.text.len()));
        let Some(text) = other.text.get(start..end).filter(|text| !text.is_empty()) else { return };
        let first = other.pieces.partition_point(|piece| piece.at <= start).saturating_sub(1);
        for piece in other.pieces.iter().skip(first).take_while(|piece| piece.at < end) {
            steps::add(1);
            let gone = start.saturating_sub(piece.at);
            let mut source = piece.source;
            if piece.same {
                source.start += gone;
            }
            let at = base + piece.at.saturating_sub(start);
            self.pieces.push(Piece { at, source, same: piece.same });
        }
        let first = other.variables.partition_point(|variable| variable.end <= start);
        let within = other.variables.iter().skip(first).take_while(|variable| variable.start < end);
        self.variables.extend(within.map(|variable| Span {
            start: base + variable.start.saturating_sub(start),
            end: base + variable.end.min(end) - start,
        }));
        self.text += text;
    }

    /// The same text with the values of those variables that are known. `value` gets a name as it is
    /// written.
    #[must_use]
    pub(super) fn resolved<'d>(&self, mut value: impl FnMut(&str) -> Option<&'d Self>) -> Self {
        let mut resolved = Self { parts: self.parts.clone(), ..Self::default() };
        let mut done = 0;
        for variable in &self.variables {
            let name = self.text.get(variable.start..variable.end).unwrap_or_default();
            if let Some(known) = value(name) {
                resolved.extend(self, Span { start: done, end: variable.start });
                resolved.append(known);
                done = variable.end;
            }
        }
        if done == 0 {
            return self.clone();
        }
        resolved.extend(self, Span { start: done, end: self.text.len() });
        resolved
    }

    /// A text whose lines are in a part of the file that begins at a byte, with indentation between them. Where
    /// they do not, the part as a whole is the place of the rest.
    pub(crate) fn of_lines(text: &str, raw: &str, start: usize) -> Self {
        let mut decoded = Self::default();
        let end = start + raw.len();
        decoded.open(start);
        decoded.close(end);
        let (mut done, mut at) = (0, 0);
        for line in text.split_inclusive(['\n', ' ']) {
            let letters = line.trim_end_matches(['\n', ' ']);
            let rest = raw.get(at..).unwrap_or_default();
            // It is the next that is there, or the text is written in another way.
            let blank = rest.len() - rest.trim_start().len();
            if !rest.get(blank..).is_some_and(|rest| rest.starts_with(letters)) {
                break;
            }
            at += blank;
            decoded.push(letters, start + at);
            at += letters.len();
            let marks = line.get(letters.len()..).unwrap_or_default();
            if !marks.is_empty() {
                decoded.push_escape(marks, Span { start: start + at, end: start + at });
            }
            done += line.len();
        }
        if done < text.len() {
            decoded
                .push_escape(text.get(done..).unwrap_or_default(), Span { start: start + at, end });
        }
        decoded
    }

    /// A text that is in the file as it is, and may be shown.
    pub(crate) fn of_source(text: &str, start: usize) -> Self {
        let mut decoded = Self::default();
        decoded.open(start);
        decoded.push(text, start);
        decoded.close(start + text.len());
        decoded
    }

    /// A text that a range of the file stands for, and that may be shown.
    pub(crate) fn of_escape(text: &str, source: Span) -> Self {
        let mut decoded = Self { parts: vec![source], ..Self::default() };
        decoded.push_escape(text, source);
        decoded
    }

    /// Whether a URL has a query.
    pub(crate) fn has_query(&self) -> bool {
        self.text.contains('?')
    }

    /// Whether something is in the query of a URL.
    pub(super) fn has_parameters(&self) -> bool {
        self.text.split_once('?').is_some_and(|(_, query)| !query.is_empty())
    }

    /// Begins a parameter in the query of a URL, after what its name says.
    pub(super) fn push_parameter(&mut self, name: &str, source: Span) {
        let mark = match self.text.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        self.push_escape(&format!("{mark}{name}"), source);
    }

    /// Whether a range of the text contains a variable.
    pub(super) fn has_variable(&self, range: Span) -> bool {
        let next = self.variables.partition_point(|variable| variable.end <= range.start);
        self.variables.get(next).is_some_and(|variable| variable.start < range.end)
    }

    /// Whether the text is a variable and nothing else.
    pub(super) fn is_variable(&self) -> bool {
        self.variables.first() == Some(&Span { start: 0, end: self.text.len() })
    }

    /// Where a range of the text is in the file. Of a text that is put together from several places it
    /// is the first one.
    pub(super) fn place(&self, range: Span) -> Span {
        let Some(last) = self.pieces.last() else {
            let at = self.parts.first().map_or(0, |part| part.start);
            return Span { start: at, end: at };
        };
        if range.start >= self.text.len() {
            return Span { start: last.source.end, end: last.source.end };
        }
        let Some(first) = self.piece(range.start) else { return Span::default() };
        let start = first.source.start + if first.same { range.start - first.at } else { 0 };
        let Some(last) = range.end.min(self.text.len()).checked_sub(1) else {
            return Span { start, end: start };
        };
        let piece = self.piece(last).filter(|_| range.end > range.start);
        let end = piece.map_or(start, |piece| {
            if piece.same { piece.source.start + (last - piece.at) + 1 } else { piece.source.end }
        });
        let part = self.part(start);
        // What lies between two places is not a part of the text, and may be secret.
        if end < start || part.is_some_and(|part| end > part.end) {
            let end = part.map_or(first.source.end, |part| part.end);
            return Span { start, end: end.max(start) };
        }
        Span { start, end }
    }

    /// Where the end of the text is: as much of it as is in one place.
    pub(super) fn place_of_end(&self, range: Span) -> Span {
        let Some(last) = range.end.checked_sub(1).and_then(|last| self.piece(last)) else {
            return self.place(range);
        };
        let whole = self.place(range);
        let end = self.place(Span { start: range.end.saturating_sub(1), end: range.end });
        if whole.end == end.end {
            return whole;
        }
        let start = last.at.max(range.start);
        self.place(Span { start, end: range.end })
    }

    fn part(&self, at: usize) -> Option<Span> {
        let next = self.parts.partition_point(|part| part.start <= at);
        self.parts.get(next.checked_sub(1)?).copied().filter(|part| at < part.end)
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        let next = self.pieces.partition_point(|piece| piece.at <= at);
        self.pieces.get(next.checked_sub(1)?)
    }

    /// The text of a JSON string, which is in the file at `at`, quotes included.
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

    /// Marks text in two pairs of braces as variables: `{{name}}`.
    #[must_use]
    pub(super) fn with_braces(mut self) -> Self {
        let (mut from, known) = (0, self.variables.len());
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
        self.sort_variables(known);
        self
    }

    /// Marks the segments of a URL that stand for a name: `{module}`, `<module>`, `:module`.
    #[must_use]
    pub(super) fn with_segments(mut self) -> Self {
        let end = self.text.find(['?', '#']).unwrap_or(self.text.len());
        let path = self.text.get(..end).unwrap_or_default();
        let (mut at, mut found) = (0, Vec::new());
        for segment in path.split('/') {
            let colon = at > 0 && segment.len() > 1 && segment.starts_with(':');
            let format = ["%s", "%d", "%("].iter().any(|mark| segment.contains(mark));
            if colon || format || segment.contains(['{', '<', '[', '$']) {
                found.push(Span { start: at, end: at + segment.len() });
            }
            at += segment.len() + 1;
        }
        let free = |span: &Span| !self.has_variable(*span);
        let found: Vec<_> = found.into_iter().filter(free).collect();
        let known = self.variables.len();
        self.variables.extend(found);
        self.sort_variables(known);
        self
    }

    /// Marks what a function that formats texts replaces: `{}`, `{0}`, `{name}` and `%s`.
    #[must_use]
    pub(super) fn with_placeholders_of_format(mut self) -> Self {
        let known = self.variables.len();
        let (mut from, mut found) = (0, Vec::new());
        while let Some(start) = self.text.get(from..).and_then(|rest| rest.find(['{', '%'])) {
            let start = from + start;
            let rest = self.text.get(start..).unwrap_or_default();
            let length = if rest.starts_with("%s") {
                Some(2)
            } else {
                rest.find('}').filter(|_| rest.starts_with('{')).map(|length| length + 1)
            };
            from = start + length.unwrap_or(1);
            let span = Span { start, end: from };
            found.extend(length.map(|_| span).filter(|span| !self.has_variable(*span)));
        }
        self.variables.extend(found);
        self.sort_variables(known);
        self
    }

    /// Marks every occurrence of a word as a variable.
    #[must_use]
    pub(super) fn with_marks(mut self, mark: &str) -> Self {
        let known = self.variables.len();
        let found = self.text.match_indices(mark).map(|(start, _)| start);
        let spans: Vec<_> = found.map(|start| Span { start, end: start + mark.len() }).collect();
        self.variables.extend(spans);
        self.sort_variables(known);
        self
    }

    /// Brings the variables from an index on to their places; of two that overlap the first stays.
    fn sort_variables(&mut self, from: usize) {
        if from == 0 || from == self.variables.len() {
            return;
        }
        self.variables.sort();
        let mut end = 0;
        self.variables.retain(|variable| {
            let free = variable.start >= end;
            end = end.max(variable.end);
            free
        });
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

/// What a place in a JSON text is in, letter by letter.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    within: Within,
    last: char,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Within {
    #[default]
    Nothing,
    String,
    LineComment,
    BlockComment,
}

impl Scan {
    pub(crate) fn is_outside(&self) -> bool {
        self.within == Within::Nothing
    }

    fn over(&mut self, text: &str) {
        text.chars().for_each(|letter| self.step(letter));
    }

    /// Goes on by a letter.
    pub(crate) fn step(&mut self, letter: char) {
        let last = std::mem::replace(&mut self.last, letter);
        self.within = match (&self.within, last, letter) {
            (Within::Nothing, _, '"') => Within::String,
            (Within::Nothing, '/', '/') => Within::LineComment,
            (Within::Nothing, '/', '*') => {
                self.last = ' ';
                Within::BlockComment
            }
            (Within::String, '\\', _) => {
                // What follows an escape is not escaped itself.
                self.last = ' ';
                return;
            }
            (Within::String, _, '"') | (Within::LineComment, _, '\n') => Within::Nothing,
            (Within::BlockComment, '*', '/') => {
                self.last = ' ';
                Within::Nothing
            }
            _ => return,
        };
    }
}

#[cfg(test)]
mod tests;
