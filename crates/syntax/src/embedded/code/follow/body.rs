//! The body of a call: written out among its arguments, or held by a variable.

use massup_model::json::{Node, Span, Value};

use super::super::super::Body;
use super::super::value::Literal;
use super::{Decoded, Follow, Kind, Token};
use crate::problem::Form;
use crate::{foreign, format};

impl Follow<'_> {
    /// The body among the arguments of a call, if there is but one.
    pub(super) fn body(&self, open: usize, close: usize) -> Body<'static> {
        let mut found: Vec<Body<'static>> = Vec::new();
        let mut at = open + 1;
        while at < close {
            let Some(token) = self.token(at) else { break };
            let (body, next) = self.candidate(token, at, close);
            found.extend(body);
            at = next;
        }
        if found.iter().any(|body| !matches!(body, Body::Answer)) {
            found.retain(|body| !matches!(body, Body::Answer));
        }
        let one = found.pop();
        if found.is_empty() { one.unwrap_or(Body::Unknown) } else { Body::Unknown }
    }

    /// The body that a token may stand for, and the token to look at next.
    fn candidate(&self, token: &Token, at: usize, close: usize) -> (Option<Body<'static>>, usize) {
        let after = token.pair.filter(|pair| *pair > at).unwrap_or(at) + 1;
        self.reader.until.set(at);
        match &token.kind {
            Kind::Mark('{' | '[') => match self.literal(at) {
                Some(_) if self.is_a_part(at) => self.put_together(at),
                Some(body) => (Some(self.as_sent(body, at)), after),
                None => (None, at + 1),
            },
            Kind::Text(text) if text.text.trim_start().starts_with('{') => {
                let read = self.reader.read(at, 0);
                let next = read.next.max(at + 1).min(close);
                let Literal::Text(text) = read.value else { return (None, next) };
                (body_of(Literal::Text(text)), next)
            }
            Kind::Word(name) => {
                let member = at.checked_sub(1).is_some_and(|before| self.is(before, '.'));
                if !member && (MAKERS.contains(&name.as_str()) || self.merges(at)) {
                    let Some(read) = self.reader.read_whole(at) else { return (None, at + 1) };
                    let next = read.next.max(at + 1);
                    let body = body_of(read.value).map(|body| self.as_sent(body, at));
                    return if body.is_some() { (body, next) } else { (None, at + 1) };
                }
                let named = self.is(at + 1, '=') || self.is(at + 1, ':') || self.is(at + 1, '(');
                if member || named {
                    return (None, at + 1);
                }
                match self.of_variable(name, at) {
                    Some(_) if self.is_a_part(at) => self.put_together(at),
                    body => (body.map(|body| self.as_sent(body, at)), at + 1),
                }
            }
            _ => (None, at + 1),
        }
    }

    /// Whether a function that puts objects together is called at a token.
    fn merges(&self, at: usize) -> bool {
        let word = self.token(at).and_then(Token::word);
        word.is_some_and(|word| MERGERS.contains(&word))
            && (self.is(at + 1, '(') || self.is(at + 1, '.') && self.is(at + 3, '('))
    }

    /// Whether the value at a token is less than what is sent.
    fn is_a_part(&self, at: usize) -> bool {
        self.reader.is_inserted(at) || self.reader.is_added_to(at)
    }

    /// A body that is put together from the value at a token and others.
    fn put_together(&self, at: usize) -> (Option<Body<'static>>, usize) {
        let read = self.reader.read(at, 0);
        let known = Some(read.value).filter(|_| !self.reader.is_inserted(at)).and_then(body_of);
        let known = known.map(|body| self.as_sent(body, at));
        (Some(known.unwrap_or(Body::Unknown)), read.next.max(at + 1))
    }

    /// The object that begins at a token, if it looks like a body.
    fn literal(&self, at: usize) -> Option<Body<'static>> {
        body_of(self.reader.read_whole(at)?.value)
    }

    /// The body that a variable holds where it is used.
    fn of_variable(&self, name: &str, used: usize) -> Option<Body<'static>> {
        let value = self.program.value_of(name, used)?;
        self.reader.until.set(used);
        self.of_value(name, value)
    }

    /// The body that a variable is given at a token, with what is put into it later.
    fn of_value(&self, name: &str, value: usize) -> Option<Body<'static>> {
        body_of(match self.reader.read(value, 0).value {
            Literal::Node(node) => Literal::Node(self.reader.changed(node, name, value, 0)),
            text @ Literal::Text(_) => text,
        })
    }

    /// The same, whatever is done with the value where it is given: `{…}.to_json`.
    fn filled(&self, name: &str, value: usize) -> Option<Body<'static>> {
        body_of(match self.reader.read_whole(value)?.value {
            Literal::Node(node) => Literal::Node(self.reader.changed(node, name, value, 0)),
            text @ Literal::Text(_) => text,
        })
    }

    /// The only body in the file.
    pub(super) fn only_body(&self) -> Option<Body<'static>> {
        if !self.spend(self.source.tokens.len()) {
            return None;
        }
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(token) = self.token(at) {
            let assigned = token.word().zip(self.program.assignment(at));
            if let Some((name, value)) = assigned {
                // What is put into it later counts as well.
                self.reader.until.set(usize::MAX);
                let as_written = self.literal(value);
                let filled = self.filled(name, value);
                if as_written.is_some() || filled.is_some() {
                    let known = filled.filter(|_| self.program.has_one_value(name));
                    found.push(known.unwrap_or(Body::Unknown));
                    let whole = self.reader.read_whole(value).map_or(value, |read| read.next);
                    at = self.reader.end_of(value).max(whole).max(value + 1);
                    continue;
                }
            }
            let (body, next) = match &token.kind {
                Kind::Word(name) if self.is_a_part(at) => {
                    // What is sent has more than any object in the file.
                    if self.of_variable(name, at).is_some() {
                        return None;
                    }
                    (None, at + 1)
                }
                Kind::Word(name) if !MAKERS.contains(&name.as_str()) => (None, at + 1),
                _ => self.candidate(token, at, self.source.tokens.len()),
            };
            // A text that an object is made of is found where it is written.
            let again = token.word().is_some() && matches!(body, Some(Body::Text(_)));
            found.extend(body.filter(|_| !again));
            at = next;
        }
        found.retain(|body| !matches!(body, Body::Answer));
        if found.len() == 1 { found.pop() } else { None }
    }

    /// A body as it is sent: some clients make a form of an object.
    fn as_sent(&self, body: Body<'static>, at: usize) -> Body<'static> {
        let form = match body {
            Body::Tree(_) => self.form(at),
            _ => None,
        };
        form.map_or(body, |(form, span)| Body::Form(form, span))
    }

    /// The form that a client makes of the object at a token, and the word that says so.
    fn form(&self, at: usize) -> Option<(Form, Span)> {
        let mark = at.checked_sub(1)?;
        let before = self.token(mark)?;
        let key = self.token(at.checked_sub(2)?)?;
        let name = key.word().or(key.text().map(|text| text.text.as_str()))?;
        let pairs = before.is('=') || before.is(':') || matches!(before.kind, Kind::Arrow);
        let found = |form| Some((form, key.span));
        match name {
            "payload" if before.is(':') && self.source.language.is("gs") => {
                let open = before.inside.and_then(|brace| self.token(brace)?.inside)?;
                let fetches = self.token(open.checked_sub(3)?)?.word() == Some("UrlFetchApp");
                fetches.then_some((Form::UrlEncoded, key.span))
            }
            "form" | "form_params" if pairs => found(Form::UrlEncoded),
            "multipart" | "formData" if pairs => found(Form::Multipart),
            "CURLOPT_POSTFIELDS" => found(Form::Multipart),
            "urlencode" | "http_build_query" | "URLSearchParams" if before.is('(') => {
                found(Form::UrlEncoded)
            }
            "data" if before.is('=') && self.source.language.is("python") => {
                let imports =
                    |token: &Token| token.word().is_some_and(|word| CLIENTS.contains(&word));
                self.source.tokens.iter().any(imports).then_some((Form::UrlEncoded, key.span))
            }
            "data" if before.is(':') => {
                let open = before.inside.and_then(|brace| brace.checked_sub(1))?;
                let owner = self.token(open.checked_sub(3)?)?.word()?;
                let jquery = self.is(open, '(') && ["$", "jQuery"].contains(&owner);
                jquery.then_some((Form::UrlEncoded, key.span))
            }
            _ => None,
        }
    }
}

/// Functions and owners of functions that put objects together.
const MERGERS: [&str; 7] = ["Object", "_", "lodash", "jQuery", "$", "array_merge", "array_replace"];

/// Words that begin a value which a function or a class makes.
const MAKERS: [&str; 6] = ["new", "dict", "Map", "ImmutableMap", "mapOf", "mutableMapOf"];

/// The HTTP clients of Python that send `data={…}` as a form.
const CLIENTS: [&str; 3] = ["requests", "httpx", "aiohttp"];

/// The body that a value is, if it looks like one.
fn body_of(value: Literal) -> Option<Body<'static>> {
    match value {
        Literal::Text(text) if json(&text) => {
            Some(if is_answer(&text.text) { Body::Answer } else { Body::Text(text) })
        }
        Literal::Text(_) => None,
        Literal::Node(node) if foreign::answer(&node).is_some() => Some(Body::Answer),
        Literal::Node(node) => is_body(&node).then_some(Body::Tree(node)),
    }
}

/// Whether an object has `data` with what else a body has, or a record alone.
fn is_body(node: &Node<'_>) -> bool {
    let has = |key: &str| node.member(key).is_some();
    let record = node
        .field("data")
        .is_some_and(|data| data.as_array().is_some() || matches!(data.value, Value::Unknown(_)));
    has("data") && (has("ids") || has("cvid") || has("over_write") || record)
}

/// Whether a text is what the API answers, which tests have next to the URL.
fn is_answer(text: &str) -> bool {
    let named = ["\"code\"", "\"Status\""].iter().any(|key| text.contains(key));
    let read = if named { format::json::parse(text).ok() } else { None };
    read.and_then(|read| read.root).is_some_and(|root| foreign::answer(&root).is_some())
}

/// Whether a text may be a body in JSON.
fn json(text: &Decoded) -> bool {
    text.text.contains("\"data\"") && text.text.trim_end().ends_with('}')
}
