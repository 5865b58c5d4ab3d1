//! Source code to words, strings and marks.

use massup_model::json::Span;

use super::super::decoded::Decoded;
use crate::bounds::MAX_TOKENS;
use crate::steps;

use super::languages::{Escape, Inserts, Language, Quote};

/// A part of a program that was read.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Span>,
    pub(super) language: &'static Language,
    /// Where reading stopped, if the program is too long.
    pub(super) cut: Option<usize>,
}

/// A token and its place.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// It is the first of its line.
    pub(super) begins_line: bool,
    /// How far its line is indented, in bytes.
    pub(super) indent: usize,
    /// The bracket that closes what this one opens, or the other way round.
    pub(super) pair: Option<usize>,
    /// The bracket that the token is in.
    pub(super) inside: Option<usize>,
}

/// What a token is.
#[derive(Debug)]
pub(super) enum Kind {
    Word(String),
    Number(String),
    Text(Box<Decoded>),
    /// A bracket, a separator, an operator of one character.
    Mark(char),
    /// `=>`.
    Arrow,
    /// An operator of several characters, or what reads like one: a regular expression, a quote that is not
    /// closed.
    Operator(&'static str),
}

impl Token {
    pub(super) fn is(&self, mark: char) -> bool {
        matches!(self.kind, Kind::Mark(own) if own == mark)
    }

    pub(super) fn word(&self) -> Option<&str> {
        if let Kind::Word(word) = &self.kind { Some(word) } else { None }
    }

    pub(super) fn text(&self) -> Option<&Decoded> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }
}

/// Operators that are not to be taken for an assignment or a separator.
const OPERATORS: [&str; 17] = [
    "===", "!==", "**=", "...", "==", "!=", "<=", ">=", "+=", "-=", "|=", "&&", "||", "->", "**",
    "??", "::",
];

pub(super) fn read(text: &str, part: Span, language: &'static Language) -> Source {
    let source = Source { tokens: Vec::new(), comments: Vec::new(), language, cut: None };
    let mut lexer = Lexer {
        text,
        at: part.start,
        end: part.end,
        source,
        begins_line: true,
        line: part.start,
        indent: 0,
        open: Vec::new(),
        unclosed: Vec::new(),
    };
    lexer.run();
    lexer.source
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    source: Source,
    begins_line: bool,
    /// Where the line begins.
    line: usize,
    /// The indentation of the line.
    indent: usize,
    open: Vec<usize>,
    /// Quotes with the place up to which nothing closes them, so that no text is searched twice.
    unclosed: Vec<(&'static str, usize)>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn run(&mut self) {
        let language = self.source.language;
        while let Some(first) = self.rest().chars().next() {
            steps::add(1);
            if self.source.tokens.len() + self.source.comments.len() >= MAX_TOKENS {
                self.source.cut = Some(self.at);
                return;
            }
            let rest = self.rest();
            if let Some((_, close)) = language.block.filter(|(open, _)| rest.starts_with(open)) {
                let body = rest.get(2..).unwrap_or_default();
                let length = memchr::memmem::find(body.as_bytes(), close.as_bytes());
                self.comment(length.map_or(rest.len(), |length| 2 + length + close.len()));
            } else if language.comments.iter().any(|open| rest.starts_with(open)) {
                self.comment(rest.find('\n').unwrap_or(rest.len()));
            } else if first == '\n' {
                self.begins_line = true;
                self.at += 1;
                self.line = self.at;
            } else if first.is_whitespace() {
                self.at += first.len_utf8();
            } else if let Some(quote) = language.quotes.iter().find(|q| rest.starts_with(q.open)) {
                self.quoted(quote);
            } else if first.is_ascii_digit() {
                self.run_of(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_', Kind::Number);
            } else if is_word(first) {
                self.run_of(|c| is_word(c) || c.is_ascii_digit(), Kind::Word);
            } else if language.regex && first == '/' && self.may_be_regex() {
                self.regex();
            } else if let Some(mark) = ["=>"].iter().find(|mark| rest.starts_with(**mark)) {
                self.push(Kind::Arrow, mark.len());
            } else if let Some(mark) = OPERATORS.iter().find(|mark| rest.starts_with(**mark)) {
                self.push(Kind::Operator(mark), mark.len());
            } else {
                self.mark(first);
            }
        }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let span = Span { start: self.at, end: self.at + length };
        self.at = span.end;
        let begins_line = std::mem::take(&mut self.begins_line);
        if begins_line {
            self.indent = span.start - self.line;
        }
        let (indent, inside) = (self.indent, self.open.last().copied());
        self.source.tokens.push(Token { kind, span, begins_line, indent, pair: None, inside });
    }

    fn comment(&mut self, length: usize) {
        let span = Span { start: self.at, end: self.at + length };
        self.source.comments.push(span);
        self.at = span.end.max(self.at + 1).min(self.end);
    }

    fn run_of(&mut self, belongs: fn(char) -> bool, kind: fn(String) -> Kind) {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default().to_owned();
        self.push(kind(word), length);
    }

    fn mark(&mut self, mark: char) {
        let index = self.source.tokens.len();
        if [')', ']', '}'].contains(&mark) {
            let open = self.open.pop();
            self.push(Kind::Mark(mark), mark.len_utf8());
            if let Some(open) = open {
                for (one, other) in [(open, index), (index, open)] {
                    if let Some(token) = self.source.tokens.get_mut(one) {
                        token.pair = Some(other);
                    }
                }
            }
            return;
        }
        self.push(Kind::Mark(mark), mark.len_utf8());
        if ['(', '[', '{'].contains(&mark) {
            self.open.push(index);
        }
    }

    /// Whether a value may begin here, so that `/` does not divide.
    fn may_be_regex(&self) -> bool {
        self.source.tokens.last().is_none_or(|token| match &token.kind {
            Kind::Mark(mark) => ![')', ']', '}'].contains(mark),
            Kind::Operator(_) | Kind::Arrow => true,
            Kind::Word(word) => ["return", "typeof", "case"].contains(&word.as_str()),
            Kind::Number(_) | Kind::Text(_) => false,
        })
    }

    fn regex(&mut self) {
        let (mut escaped, mut class) = (false, false);
        for (at, letter) in self.rest().char_indices().skip(1) {
            match letter {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => class = true,
                ']' => class = false,
                '/' if !class => return self.push(Kind::Operator(""), at + 1),
                _ => {}
            }
        }
        self.push(Kind::Operator(""), 1);
    }

    /// A string; one that its line does not close is none.
    fn quoted(&mut self, quote: &Quote) {
        let begin = self.at;
        if self.unclosed.iter().any(|(open, until)| *open == quote.open && begin < *until) {
            return self.push(Kind::Operator(""), quote.open.len());
        }
        let mut text = Decoded::default();
        let mut at = begin + quote.open.len();
        text.open(begin);
        loop {
            let rest = self.text.get(at..self.end).unwrap_or_default();
            steps::add(1);
            if rest.is_empty() || !quote.long && rest.starts_with('\n') {
                // Only the mark that begins it is passed over.
                self.unclosed.retain(|(open, _)| *open != quote.open);
                self.unclosed.push((quote.open, at));
                return self.push(Kind::Operator(""), quote.open.len());
            }
            if rest.starts_with(quote.close) {
                let doubled =
                    rest.get(quote.close.len()..).is_some_and(|r| r.starts_with(quote.close));
                if quote.escape != Escape::Doubled || !doubled {
                    break;
                }
                let end = at + 2 * quote.close.len();
                text.push_escape(quote.close, Span { start: at, end });
                at = end;
                continue;
            }
            let (length, piece) = piece(rest, quote);
            let source = Span { start: at, end: at + length };
            match piece {
                Piece::Same => text.push(rest.get(..length).unwrap_or_default(), at),
                Piece::Letter(letter) => {
                    text.push_escape(letter.encode_utf8(&mut [0; 4]), source);
                }
                Piece::Nothing => {}
                Piece::Variable => {
                    let written = rest.get(..length).unwrap_or_default();
                    let shown = if written.len() <= 40 && !written.contains(['"', '\'']) {
                        written
                    } else {
                        "{...}"
                    };
                    text.push_variable(shown, source);
                }
            }
            at += length;
        }
        let end = at + quote.close.len();
        text.close(end);
        self.push(Kind::Text(Box::new(text)), end - begin);
    }
}

/// What a piece of a string stands for.
enum Piece {
    Same,
    Letter(char),
    Nothing,
    Variable,
}

/// The piece at the beginning of a text, at least one byte long, and its length.
fn piece(rest: &str, quote: &Quote) -> (usize, Piece) {
    let first = rest.chars().next().unwrap_or(' ');
    let second = rest.chars().nth(1);
    let braces = |from: usize| closed(rest, from, '{', '}').map(|length| (length, Piece::Variable));
    let found = match (first, second, quote.escape, quote.inserts) {
        ('\\', Some(_), Escape::Backslash, _) => Some(escape(rest)),
        ('`', Some(next), Escape::Backtick, _) => {
            let letter = match next {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            };
            Some((1 + next.len_utf8(), Piece::Letter(letter)))
        }
        ('{', Some('{'), _, Inserts::Braces) => Some((2, Piece::Letter('{'))),
        ('}', Some('}'), _, Inserts::Braces) => Some((2, Piece::Letter('}'))),
        ('{', _, _, Inserts::Braces) | ('{', Some('$'), _, Inserts::Dollar) => braces(0),
        ('$', Some('{'), _, Inserts::DollarBraces | Inserts::Dollar)
        | ('#', Some('{'), _, Inserts::HashBraces) => braces(1),
        ('$', Some('('), _, Inserts::Dollar) => {
            closed(rest, 1, '(', ')').map(|length| (length, Piece::Variable))
        }
        ('$', Some(next), _, Inserts::Dollar) if is_word(next) => {
            let name = rest.get(1..).unwrap_or_default();
            let length = name.find(|c: char| !is_word(c) && !c.is_ascii_digit());
            Some((1 + length.unwrap_or(name.len()), Piece::Variable))
        }
        _ => None,
    };
    found.unwrap_or_else(|| {
        let special = ['\\', '`', '{', '}', '$', '#', '\n', '"', '\''];
        let plain = rest.find(special).unwrap_or(rest.len());
        (plain.max(first.len_utf8()), Piece::Same)
    })
}

/// The length up to the bracket that closes the one at a byte, if it is near.
fn closed(text: &str, from: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices().skip_while(|(at, _)| *at < from).take(400) {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at + letter.len_utf8());
            }
        }
    }
    None
}

/// The escape at the beginning of a text, as most languages have them.
fn escape(rest: &str) -> (usize, Piece) {
    let code = |from: usize, digits: usize| {
        let digits = rest.get(from..from + digits)?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        Some((from + digits.len(), Piece::Letter(char::from_u32(code)?)))
    };
    let next = rest.chars().nth(1).unwrap_or('\\');
    let simple = |letter| (2, Piece::Letter(letter));
    match next {
        '\n' => (2, Piece::Nothing),
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        '0' => simple('\0'),
        'x' => code(2, 2).unwrap_or(simple('x')),
        'u' => code(2, 4).unwrap_or(simple('u')),
        other => (1 + other.len_utf8(), Piece::Letter(other)),
    }
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_' || letter == '$'
}
