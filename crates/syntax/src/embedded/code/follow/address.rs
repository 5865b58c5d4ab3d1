//! The URL of a call, from the strings that it is put together from.

use super::super::value::EXPRESSION;
use super::{Decoded, Follow, Kind, Token};

/// Functions that put their arguments into their first.
pub(super) const FORMATS: [&str; 4] = ["format", "Format", "sprintf", "Sprintf"];

/// Of how many strings and variables a URL is put together on each side of its path.
const MAX_OPERANDS: usize = 12;

impl Follow<'_> {
    /// The URL that a string is the path of, with what is joined to it on both sides.
    pub(super) fn url(&self, site: usize) -> Option<Decoded> {
        let mut operands = vec![site];
        let mut at = site;
        while operands.len() < MAX_OPERANDS
            && at.checked_sub(1).is_some_and(|plus| self.is(plus, self.source.language.join))
        {
            let Some(mut operand) = at.checked_sub(2) else { break };
            let first = self.token(operand)?;
            if first.text().is_none() && first.word().is_none() {
                break;
            }
            operands.push(operand);
            // `self.base`: the last name stands for it.
            while first.word().is_some()
                && operand.checked_sub(1).is_some_and(|dot| self.is(dot, '.'))
            {
                operand = operand.saturating_sub(2);
            }
            at = operand;
        }
        let mut url = Decoded::default();
        for operand in operands.into_iter().rev() {
            let token = self.token(operand)?;
            match &token.kind {
                Kind::Text(text) => url.append(text),
                Kind::Word(name) => match self
                    .program
                    .value_of(name, operand)
                    .and_then(|value| self.token(value)?.text())
                {
                    Some(text) => url.append(text),
                    None => url.push_variable(name, token.span),
                },
                _ => return None,
            }
        }
        self.join_behind(&mut url, site + 1);
        let url = url.resolved(|written| {
            let name = written.trim_matches(['$', '{', '}', '#', ' ']);
            self.text_of(name, site)
        });
        Some(self.formatted(url, site))
    }

    /// Adds to a URL what is joined to it from a token on: `"…?job_id=" + job`.
    fn join_behind(&self, url: &mut Decoded, mut at: usize) {
        let join = self.source.language.join;
        let is_member = |at: usize| {
            let mark = self.token(at).map(|token| &token.kind);
            let dot = matches!(mark, Some(Kind::Mark('.') | Kind::Operator("->" | "::")));
            dot && !self.is(at, join)
        };
        // What follows the path is the query.
        let unknown = |url: &mut Decoded, name: &str, span| {
            if !url.text.contains('?') {
                url.push_parameter("", span);
            }
            url.push_variable(name, span);
        };
        for _ in 0..MAX_OPERANDS {
            let Some(operand) = self.token(at + 1).filter(|_| self.is(at, join)) else { return };
            at += 2;
            match &operand.kind {
                Kind::Text(text) => url.append(text),
                Kind::Word(name) => {
                    let word = at;
                    while let Some(token) = self.token(at) {
                        let called = (token.is('(') || token.is('[')) && !token.begins_line;
                        at = match token.pair {
                            Some(close) if called => close + 1,
                            _ if is_member(at) => at + 2,
                            _ => break,
                        };
                    }
                    match self.text_of(name, word) {
                        _ if at > word => unknown(url, EXPRESSION, operand.span),
                        Some(text) => url.append(text),
                        None => unknown(url, name, operand.span),
                    }
                }
                _ => return unknown(url, EXPRESSION, operand.span),
            }
        }
    }

    /// The text that a variable holds at a token.
    pub(super) fn text_of(&self, name: &str, at: usize) -> Option<&Decoded> {
        let text = self.token(self.program.value_of(name, at)?)?.text()?;
        (text.text.len() < 1_000).then_some(text)
    }

    /// A URL with the texts that a function or an operator puts in the place of `{}` and `%s`:
    /// `"…".format(module)`, `"…" % module`, `sprintf("…", module)`.
    fn formatted(&self, url: Decoded, site: usize) -> Decoded {
        let mark = |at: usize, mark| self.is(at, mark);
        let word = |at: usize| self.token(at).and_then(Token::word).unwrap_or_default();
        let arguments = if mark(site + 1, '.') && word(site + 2) == "format" {
            self.arguments(site + 3)
        } else if mark(site + 1, '%') && mark(site + 2, '(') {
            self.arguments(site + 2)
        } else if mark(site + 1, '%') {
            vec![(None, site + 2)]
        } else if let Some(open) = site.checked_sub(1).filter(|open| self.formats(*open)) {
            // The first argument is the URL.
            self.arguments(open).into_iter().skip(1).collect()
        } else {
            return url;
        };
        let mut next = 0;
        let known = url.with_placeholders_of_format();
        known.resolved(|written| {
            let name = written.trim_matches(['{', '}']).split([':', '!']).next()?;
            let named = |(key, _): &&(Option<&str>, usize)| *key == Some(name);
            let (_, at) = match name.parse::<usize>() {
                Ok(index) => arguments.get(index),
                Err(_) if name.is_empty() || name.starts_with('%') => {
                    next += 1;
                    arguments.get(next - 1)
                }
                Err(_) => arguments.iter().find(named),
            }?;
            let token = self.token(*at)?;
            let text = token.text().or_else(|| self.text_of(token.word()?, *at))?;
            text.variables.is_empty().then_some(text)
        })
    }

    /// The arguments in brackets: the name of each, where it has one, and its first token.
    fn arguments(&self, open: usize) -> Vec<(Option<&str>, usize)> {
        let close = self.token(open).filter(|token| token.is('(')).and_then(|token| token.pair);
        let (mut arguments, mut at) = (Vec::new(), open + 1);
        while close.is_some_and(|close| at < close) && arguments.len() < 16 {
            let named = self.is(at + 1, '=');
            let name = self.token(at).and_then(Token::word).filter(|_| named);
            let value = if name.is_some() { at + 2 } else { at };
            arguments.push((name, value));
            at = self.reader.end_of(value).max(value) + 1;
        }
        arguments
    }
}
