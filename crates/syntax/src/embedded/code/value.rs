//! Values that are written out: objects, arrays, strings, numbers.

use std::collections::HashSet;

use massup_model::json::{Member, Node, Span, Value};

use super::super::decoded::Decoded;
use super::keys::Key;
use super::lexer::{Kind, Source, Token};
use super::merged::{extend, members_of};
use super::program::Program;
use crate::format::json;
use crate::steps;

/// How deep values may be nested, variables that stand for values included.
const MAX_DEPTH: usize = 64;

/// What stands for a value that is computed.
pub(super) const EXPRESSION: &str = "an expression";

/// A value that was read.
pub(super) struct Read {
    pub(super) value: Literal,
    /// The token behind it.
    pub(super) next: usize,
}

/// What a value is.
pub(super) enum Literal {
    Node(Node<'static>),
    Text(Decoded),
}

/// The value as a part of a tree.
pub(super) fn node_of(literal: Literal) -> Node<'static> {
    match literal {
        Literal::Node(node) => node,
        Literal::Text(text) => {
            let span = text.place(Span { start: 0, end: text.text.len() });
            let known = text.variables.is_empty();
            let value = text.text.into();
            Node { value: if known { Value::String(value) } else { Value::Unknown(value) }, span }
        }
    }
}

/// Reads values from the tokens of a program.
pub(super) struct Reader<'s> {
    pub(super) source: &'s Source,
    pub(super) program: &'s Program<'s>,
    /// The token before which values are changed: what comes later has no part in them.
    pub(super) until: std::cell::Cell<usize>,
    /// How many more tokens may be read, so that values named many times take no longer than the file is.
    pub(super) budget: std::cell::Cell<usize>,
}

impl Reader<'_> {
    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.source.tokens.get(index)
    }

    pub(super) fn is(&self, index: usize, mark: char) -> bool {
        self.token(index).is_some_and(|token| token.is(mark))
    }

    /// The value that begins at a token.
    pub(super) fn read(&self, index: usize, depth: usize) -> Read {
        let end = self.end_of(index);
        let unknown = || Read { value: Literal::Node(self.unknown(index, end)), next: end };
        let Some(budget) = self.budget.get().checked_sub(1) else { return unknown() };
        self.budget.set(budget);
        if depth >= MAX_DEPTH {
            return unknown();
        }
        let Some(read) = self.operand(index, depth) else { return unknown() };
        let read = self.chained(read, depth);
        // The comma in `new Dictionary<string, object> { … }` does not end it.
        if read.next == end || read.next > end && self.end_of(read.next) == read.next {
            return read;
        }
        match read.value {
            Literal::Text(text) => self.joined(text, read.next, end),
            Literal::Node(node) => self.with_others(node, read.next, end, depth),
        }
        .unwrap_or_else(unknown)
    }

    /// The value that begins at a token, with the calls that put something into it, whatever is behind them.
    pub(super) fn read_whole(&self, index: usize) -> Option<Read> {
        self.operand(index, 0).map(|read| self.chained(read, 0))
    }

    /// One value without an operator behind it.
    pub(super) fn operand(&self, index: usize, depth: usize) -> Option<Read> {
        let token = self.token(index)?;
        let node = |value| Literal::Node(Node { value, span: token.span });
        let value = match &token.kind {
            Kind::Text(text) => {
                let mut text = (**text).clone();
                let mut next = index + 1;
                // Python joins strings that follow each other.
                while let Some(more) = self.token(next).and_then(Token::text) {
                    text.append(more);
                    next += 1;
                }
                return Some(Read { value: Literal::Text(text), next });
            }
            Kind::Number(digits) if json::is_number(digits) => {
                node(Value::Number(digits.clone().into()))
            }
            Kind::Word(word) => match word.trim_start_matches('$').to_ascii_lowercase().as_str() {
                "true" => node(Value::Bool(true)),
                "false" => node(Value::Bool(false)),
                "null" | "none" | "nil" => node(Value::Null),
                _ => return self.word(word, index, depth),
            },
            Kind::Mark('@') if !self.is(index + 1, '@') => return self.operand(index + 1, depth),
            Kind::Mark('(') if self.source.language.lines => return self.list(index, depth),
            Kind::Mark('{') => return self.object(index, depth),
            Kind::Mark('[') => return self.array(index, depth),
            Kind::Mark('%') if self.source.language.is("rb") => return self.words(index),
            _ => return None,
        };
        Some(Read { value, next: index + 1 })
    }

    /// A variable, or what makes a value out of another: `json.dumps(x)`, `[]string{…}`.
    fn word(&self, word: &str, index: usize, depth: usize) -> Option<Read> {
        const SAME: [&str; 10] = [
            "dumps",
            "jsonencode",
            "stringify",
            "json_encode",
            "array",
            "Create",
            "Serialize",
            "SerializeObject",
            "to_json",
            "Marshal",
        ];
        if let Some(read) = self.made_by_class(index) {
            return Some(read);
        }
        let mut at = index;
        let mut last = word;
        while self.is(at + 1, '.') && !self.merges_others(at + 1) {
            last = self.token(at + 2)?.word()?;
            at += 2;
        }
        if self.is(at + 1, '(') {
            let close = self.token(at + 1)?.pair?;
            if let Some(read) = self.made(index, at, depth) {
                return Some(read);
            }
            if !SAME.contains(&last) {
                return None;
            }
            let inner = if last == "array" {
                self.array_of(at + 1, depth)?
            } else {
                self.read(at + 2, depth + 1)
            };
            return Some(Read { value: inner.value, next: close + 1 });
        }
        if at > index {
            return None;
        }
        // `ArrayBuffer[Record]()` of Scala.
        if ["ArrayBuffer", "List", "ListBuffer", "Seq"].contains(&word) && self.is(index + 1, '[') {
            let open = self.token(index + 1)?.pair? + 1;
            return if self.is(open, '(') { self.items(open, depth) } else { None };
        }
        // Composite literals of Go and anonymous objects of C#.
        if word == "map" && self.is(index + 1, '[') {
            let from = self.token(index + 1)?.pair?;
            return self.object(self.brace_behind_type(from)?, depth);
        }
        if word == "new" {
            return self.made_new(index, depth);
        }
        let value = self.program.value_of(word, index)?;
        let read = match self.read(value, depth + 1).value {
            Literal::Node(node) => Literal::Node(self.changed(node, word, value, depth)),
            text @ Literal::Text(_) => text,
        };
        Some(Read { value: read, next: index + 1 })
    }

    /// `{ … }`: an object, or in C# and Go an array.
    pub(super) fn object(&self, open: usize, depth: usize) -> Option<Read> {
        let close = self.token(open)?.pair?;
        let span = self.span(open, close);
        let mut members = Vec::new();
        let mut inherited = HashSet::new();
        let mut at = open + 1;
        if at < close && !self.is_key(at) {
            return self.items(open, depth);
        }
        while at < close {
            if self.is(at, ',') || self.is(at, ';') {
                at += 1;
                continue;
            }
            if self.is_spread(at) {
                let spread = self.read(at + 1, depth + 1);
                let Some(all) = members_of(spread.value) else {
                    return Some(self.whole_unknown(open, close));
                };
                inherited.extend(all.iter().map(|member| member.key.clone()));
                extend(&mut members, all);
                at = spread.next.max(at + 1);
                continue;
            }
            let Some(Key { name: Some(name), span: key_span, value }) = self.key(at) else {
                return Some(self.whole_unknown(open, close));
            };
            let read = self.read(value, depth + 1);
            let member = Member { key: name.into(), key_span, value: node_of(read.value) };
            if inherited.remove(&member.key) {
                extend(&mut members, vec![member]);
            } else {
                members.push(member);
            }
            at = read.next.max(value + 1);
        }
        let value = Literal::Node(Node { value: Value::Object(members), span });
        Some(Read { value, next: close + 1 })
    }

    /// `[ … ]`: an array, in PHP and Deluge perhaps an object, in Go the beginning of one.
    fn array(&self, open: usize, depth: usize) -> Option<Read> {
        let close = self.token(open)?.pair?;
        let typed = |token: &Token| token.word().is_some() && !token.begins_line;
        if close == open + 1 && self.token(close + 1).is_some_and(typed) {
            return self.array_of(self.brace_behind_type(close + 1)?, depth);
        }
        if self.has_key_behind(open) || self.is_spread(open + 1) && self.has_arrow(open, close) {
            return self.object(open, depth);
        }
        self.array_of(open, depth)
    }

    /// `%w[7 8]` of Ruby: an array of strings without quotes.
    fn words(&self, index: usize) -> Option<Read> {
        let open = self.token(index + 2).filter(|_| self.word_at(index + 1) == Some("w"))?;
        let close = open.pair?;
        let mut items = Vec::new();
        for at in index + 3..close {
            let token = self.token(at)?;
            let (Kind::Word(text) | Kind::Number(text)) = &token.kind else {
                return Some(self.whole_unknown(index, close));
            };
            // `a-b` is one word, and several tokens.
            if self.token(at - 1)?.span.end == token.span.start && at > index + 3 {
                return Some(self.whole_unknown(index, close));
            }
            items.push(Node { value: Value::String(text.clone().into()), span: token.span });
        }
        let value = Value::Array(items);
        let value = Literal::Node(Node { value, span: self.span(index, close) });
        Some(Read { value, next: close + 1 })
    }

    /// The `{` behind a type of Go, some of which have braces themselves: `map[string]interface{}{`.
    fn brace_behind_type(&self, from: usize) -> Option<usize> {
        let of_type = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| self.token(before)?.word());
            before.is_some_and(|word| ["interface", "struct"].contains(&word))
        };
        (from..from + 16).find(|at| self.is(*at, '{') && !of_type(*at))
    }

    /// `@( … )` of PowerShell.
    fn list(&self, open: usize, depth: usize) -> Option<Read> {
        let before = open.checked_sub(1)?;
        if self.is(before, '@') { self.array_of(open, depth) } else { None }
    }

    /// The items between two brackets.
    fn array_of(&self, open: usize, depth: usize) -> Option<Read> {
        let arrow = self.token(open + 2).is_some_and(|token| matches!(token.kind, Kind::Arrow));
        if arrow { self.object(open, depth) } else { self.items(open, depth) }
    }

    /// The items between two brackets, none of which is a member.
    pub(super) fn items(&self, open: usize, depth: usize) -> Option<Read> {
        let close = self.token(open)?.pair?;
        let mut items = Vec::new();
        let mut at = open + 1;
        while at < close {
            if self.is(at, ',') {
                at += 1;
                continue;
            }
            // Items may be spread or computed: how many there are is unknown.
            if self
                .token(at)
                .is_some_and(|token| matches!(token.kind, Kind::Operator(_)) || token.is('*'))
            {
                return Some(self.whole_unknown(open, close));
            }
            let read = self.read(at, depth + 1);
            let computed = (at..read.next).any(|at| {
                let word = self.token(at).and_then(Token::word);
                self.token(at).is_some_and(|t| t.inside == Some(open)) && word == Some("for")
            });
            if computed {
                return Some(self.whole_unknown(open, close));
            }
            at = read.next.max(at + 1);
            items.push(node_of(read.value));
        }
        let value =
            Literal::Node(Node { value: Value::Array(items), span: self.span(open, close) });
        Some(Read { value, next: close + 1 })
    }

    pub(super) fn span(&self, first: usize, last: usize) -> Span {
        let span = |at: usize| self.token(at).map(|token| token.span).unwrap_or_default();
        Span { start: span(first).start, end: span(last).end.max(span(first).start) }
    }

    pub(super) fn whole_unknown(&self, open: usize, close: usize) -> Read {
        Read { value: Literal::Node(self.unknown(open, close + 1)), next: close + 1 }
    }

    /// A value that nobody knows, over some tokens.
    fn unknown(&self, first: usize, next: usize) -> Node<'static> {
        let span = self.span(first, next.saturating_sub(1).max(first));
        let name = match self.token(first).map(|token| &token.kind) {
            Some(Kind::Word(name)) if next == first + 1 => name.clone(),
            _ => EXPRESSION.to_owned(),
        };
        Node { value: Value::Unknown(name.into()), span }
    }

    /// A text with what follows it up to the end of the expression: other texts, and variables between them.
    fn joined(&self, mut text: Decoded, mut at: usize, end: usize) -> Option<Read> {
        while at < end {
            if !self.is(at, self.source.language.join) {
                return None;
            }
            let operand = self.token(at + 1)?;
            match &operand.kind {
                Kind::Text(more) => {
                    text.append(more);
                    at += 2;
                }
                Kind::Word(word) => {
                    let next = self.end_of_operand(at + 1, end);
                    let span = self.span(at + 1, next.saturating_sub(1));
                    text.push_variable(word, span);
                    at = next;
                }
                _ => return None,
            }
        }
        Some(Read { value: Literal::Text(text), next: end })
    }

    /// The token behind an operand: its brackets and what is behind full stops belong to it.
    fn end_of_operand(&self, mut at: usize, end: usize) -> usize {
        while at < end && !self.is(at, self.source.language.join) {
            at =
                self.token(at).and_then(|token| token.pair).filter(|pair| *pair > at).unwrap_or(at)
                    + 1;
        }
        at.min(end)
    }

    /// The token behind the expression that begins at a token: a separator, a bracket that closes what is
    /// around it, or the next line where lines end statements.
    pub(super) fn end_of(&self, index: usize) -> usize {
        let Some(first) = self.token(index) else { return index };
        let bracket = first.inside.and_then(|open| self.token(open));
        // In braces lines end statements, or members of a hash of PowerShell; in other brackets they do not.
        let by_line =
            bracket.is_none_or(|open| open.is('{') && self.source.language.ends_by_line());
        let mut at = index;
        while let Some(token) = self.token(at) {
            steps::add(1);
            let ends = [',', ';', ')', ']', '}'].iter().any(|mark| token.is(*mark));
            if ends || at > index && by_line && token.begins_line && !self.goes_on(at) {
                return at;
            }
            at = token.pair.filter(|pair| *pair > at).unwrap_or(at) + 1;
        }
        at
    }

    /// Whether a line goes on with what the line before it began.
    fn goes_on(&self, at: usize) -> bool {
        let join = self.source.language.join;
        let before = at.checked_sub(1);
        let operator = |at: usize| {
            self.token(at).is_some_and(|t| {
                t.is(join)
                    || t.is('.')
                    || t.is('|')
                    || t.is('?')
                    || t.is(':')
                    || t.is('`')
                    || matches!(t.kind, Kind::Operator(_))
            })
        };
        operator(at) || before.is_some_and(operator)
    }
}
