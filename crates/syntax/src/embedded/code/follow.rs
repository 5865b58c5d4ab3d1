//! From the URL of a mass update in a program to the body that is sent there.

use std::cell::Cell;
use std::collections::HashSet;

use massup_model::draft::Spot;
use massup_model::json::{Member, Node, Span, Value};

use super::super::decoded::Decoded;
use super::super::{Body, Call, header, is_mass_update};
use super::lexer::{Kind, Source, Token};
use super::program::Program;
use super::value::{EXPRESSION, Literal, Reader, node_of};
use crate::document::Document;
use crate::steps;

/// How far a call or an assignment may be from its URL, in brackets.
const MAX_OUTWARD: usize = 4;

/// The methods of HTTP, which functions are named after.
const METHODS: [&str; 5] = ["post", "get", "put", "patch", "delete"];

/// Methods of containers that change them.
const CHANGES: [&str; 11] = [
    "update",
    "append",
    "push",
    "put",
    "add",
    "setdefault",
    "extend",
    "merge",
    "store",
    "set",
    "assign",
];

/// Adds the mass updates of a program.
pub(super) fn calls(document: &mut Document<'_>, source: &Source) {
    let sites: Vec<usize> = (0..source.tokens.len()).filter(|at| is_site(source, *at)).collect();
    prose(document, source);
    if sites.is_empty() {
        return;
    }
    let program = Program::new(source);
    let variable = |name: &str, at: usize| program.value_of(name, at);
    let budget = Cell::new(1_000 + 20 * source.tokens.len());
    let reader = Reader { source, variable: &variable, budget };
    let alone = sites.len() == 1;
    let mut seen = HashSet::new();
    for site in sites {
        let follow = Follow { source, program: &program, reader: &reader };
        if let Some(url) = follow.url(site) {
            for call in follow.calls(site, url, alone) {
                let key = call.url.place(Span { start: 0, end: call.url.text.len() });
                if seen.insert((key, call.body_span())) {
                    document.embedded(call);
                }
            }
        }
    }
}

impl Call<'_> {
    fn body_span(&self) -> Option<Span> {
        match &self.body {
            Body::Tree(node) => Some(node.span),
            Body::Text(text) => Some(text.place(Span { start: 0, end: text.text.len() })),
            _ => None,
        }
    }
}

/// Whether a string may be the end of the URL.
fn is_site(source: &Source, at: usize) -> bool {
    let text = source.tokens.get(at).and_then(Token::text);
    text.is_some_and(is_mass_update)
}

/// Strings that stand for themselves are written for people.
fn prose(document: &mut Document<'_>, source: &Source) {
    for (at, token) in source.tokens.iter().enumerate() {
        let last = source.tokens.get(at + 1).is_none_or(|next| next.begins_line);
        if token.text().is_some() && token.begins_line && token.inside.is_none() && last {
            document.covered.push(token.span);
        }
    }
}

/// What follows the calls of one URL.
struct Follow<'s> {
    source: &'s Source,
    program: &'s Program<'s>,
    reader: &'s Reader<'s>,
}

impl Follow<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.source.tokens.get(at)
    }

    fn is(&self, at: usize, mark: char) -> bool {
        self.token(at).is_some_and(|token| token.is(mark))
    }

    /// Whether so many more tokens may be looked at; a program that names thousands of URLs in one call takes no
    /// longer than its length allows.
    fn spend(&self, tokens: usize) -> bool {
        let rest = self.reader.budget.get().checked_sub(tokens);
        self.reader.budget.set(rest.unwrap_or(0));
        steps::add(if rest.is_some() { tokens } else { 1 });
        rest.is_some()
    }

    /// The URL that ends in a string, with what is joined to it from the left.
    fn url(&self, site: usize) -> Option<Decoded> {
        let mut operands = vec![site];
        let mut at = site;
        while operands.len() < 12
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
        let url = url.resolved(|written| {
            let name = written.trim_matches(['$', '{', '}', '#', ' ']);
            let value = self.program.value_of(name, site)?;
            let text = self.token(value)?.text()?;
            (text.text.len() < 1_000).then_some(text)
        });
        Some(url)
    }

    /// The calls that a URL is for.
    fn calls(&self, site: usize, url: Decoded, alone: bool) -> Vec<Call<'static>> {
        let mut groups = Vec::new();
        match self.assigned(site) {
            Some((name, at)) => {
                for used in self.program.uses(name, at).take(50) {
                    groups.extend(self.group(used));
                }
            }
            None => groups.extend(self.group(site)),
        }
        groups.sort_unstable();
        groups.dedup();
        if groups.is_empty() {
            let body = if alone { self.only_body() } else { None };
            return body.map(|body| Call { url, body, ..Call::default() }).into_iter().collect();
        }
        let call = |(open, close): (usize, usize)| {
            // Method, body and headers are looked for apart.
            let enough = self.spend(3 * (close - open));
            enough.then(|| Call {
                method: self.method(open, close),
                url: url.clone(),
                body: self.body(open, close),
                problems: self.headers(open, close),
                ..Call::default()
            })
        };
        let mut calls: Vec<_> = groups.into_iter().filter_map(call).collect();
        let is_get = |call: &Call<'_>| call.method.as_ref().is_some_and(|m| m.text == "GET");
        let known = |call: &Call<'_>| !matches!(call.body, Body::Unknown);
        for call in calls.iter_mut().filter(|call| is_get(call) && !known(call)) {
            call.body = Body::Absent;
        }
        if calls.iter().any(known) {
            // What only passes the URL on is no call of its own.
            calls.retain(known);
        } else if let Some(body) = self.only_body().filter(|_| alone) {
            // Sent by another statement than the one that has the URL.
            calls.truncate(1);
            for call in &mut calls {
                call.body = body.clone();
            }
        }
        calls
    }

    /// The variable that the expression with a token is given to, and where.
    fn assigned(&self, site: usize) -> Option<(&str, usize)> {
        let mut inside = self.token(site)?.inside;
        let (mut at, mut steps) = (site, 0);
        while let Some(before) = at.checked_sub(1) {
            let token = self.token(before)?;
            // `URI("…")` is still the URL.
            if Some(before) == inside && token.is('(') && !self.sends(before) {
                inside = token.inside;
                at = before;
                steps += 1;
                continue;
            }
            if steps > 40 || token.inside != inside {
                return None;
            }
            if token.is('=') {
                let name = (before.saturating_sub(12)..before)
                    .rev()
                    .find(|name| self.program.assignment(*name) == Some(before + 1))?;
                return self.token(name)?.word().map(|word| (word, name));
            }
            if token.is(';')
                || token.is(',')
                || self.token(at)?.begins_line && token.inside.is_none()
            {
                return None;
            }
            at = token.pair.filter(|pair| *pair < before).unwrap_or(before);
            steps += 1;
        }
        None
    }

    /// The brackets of the call that a token is an argument of, or of the object that it is in; in PowerShell the
    /// statement. The brackets of a call that makes a URL are passed over.
    fn group(&self, at: usize) -> Option<(usize, usize)> {
        let mut open = self.token(at)?.inside;
        for _ in 0..MAX_OUTWARD {
            let Some(bracket) = open else { break };
            let token = self.token(bracket)?;
            let close = token.pair?;
            if token.is('(') && !self.spend(close - bracket) {
                return None;
            }
            let alone = token.is('(')
                && !(bracket + 1..close).any(|at| {
                    self.is(at, ',') && self.token(at).is_some_and(|t| t.inside == Some(bracket))
                });
            let function = token.is('{') && !self.is_object(bracket);
            if function {
                break;
            }
            if !alone || self.sends(bracket) {
                return Some((bracket, close));
            }
            open = token.inside;
        }
        if self.source.language.lines && self.token(at)?.inside.is_none() {
            return self.statement(at);
        }
        None
    }

    /// Whether a brace begins an object, and not a block.
    fn is_object(&self, open: usize) -> bool {
        let key = self
            .token(open + 1)
            .is_some_and(|token| token.word().is_some() || token.text().is_some());
        key && (self.is(open + 2, ':')
            || self.is(open + 2, '=')
            || self.is(open + 2, ',')
            || self.token(open + 2).is_some_and(|token| matches!(token.kind, Kind::Arrow)))
    }

    /// Whether the name in front of a bracket is that of a method of HTTP.
    fn sends(&self, open: usize) -> bool {
        self.callee(open).is_some_and(|name| {
            METHODS.contains(&name.as_str()) || name == "fetch" || name == "request"
        })
    }

    fn callee(&self, open: usize) -> Option<String> {
        let word = self.token(open.checked_sub(1)?)?.word()?;
        Some(word.to_ascii_lowercase())
    }

    /// The lines of a command without brackets.
    fn statement(&self, at: usize) -> Option<(usize, usize)> {
        let mut first = at;
        while self.spend(1)
            && first > 0
            && (!self.token(first)?.begins_line || self.is(first - 1, '`'))
        {
            first -= 1;
        }
        let mut last = at;
        while self.spend(1)
            && self.token(last + 1).is_some_and(|next| !next.begins_line || self.is(last, '`'))
        {
            last += 1;
        }
        let command = self.token(first)?.word()?;
        // `$url = …` is no command.
        (!command.starts_with('$') || !self.is(first + 1, '=') || last > at + 1)
            .then_some((first, last + 1))
    }

    /// The method that a call names.
    fn method(&self, open: usize, close: usize) -> Option<Spot<'static>> {
        let spot = |text: &str, span| {
            Some(Spot { text: text.to_ascii_uppercase().into(), span: Some(span) })
        };
        let is_method = |text: &str| METHODS.contains(&text.to_ascii_lowercase().as_str());
        for at in open..close {
            let token = self.token(at)?;
            let key = token.word().or(token.text().map(|text| text.text.as_str()));
            let names = key
                .is_some_and(|key| ["method", "type"].contains(&key.to_ascii_lowercase().as_str()));
            if names {
                let value = (at + 1..at + 4).filter_map(|at| self.token(at)).find_map(|token| {
                    let word = token.text().map(|text| text.text.as_str()).or(token.word())?;
                    is_method(word).then_some((word, token.span))
                });
                if let Some((word, span)) = value {
                    return spot(word, span);
                }
            }
        }
        let callee = open.checked_sub(1).and_then(|at| self.token(at));
        if let Some((word, span)) = callee.and_then(|token| Some((token.word()?, token.span)))
            && is_method(word)
        {
            return spot(word, span);
        }
        (open..close).filter_map(|at| self.token(at)).find_map(|token| {
            let text = token.text()?.text.as_str();
            is_method(text).then(|| spot(text, token.span)).flatten()
        })
    }

    /// The body among the arguments of a call, if there is but one.
    fn body(&self, open: usize, close: usize) -> Body<'static> {
        let mut found: Vec<Body<'static>> = Vec::new();
        let mut at = open + 1;
        while at < close {
            let Some(token) = self.token(at) else { break };
            let (body, next) = self.candidate(token, at, close);
            found.extend(body);
            at = next;
        }
        let one = found.pop();
        if found.is_empty() { one.unwrap_or(Body::Unknown) } else { Body::Unknown }
    }

    /// The body that a token may stand for, and the token to look at next.
    fn candidate(&self, token: &Token, at: usize, close: usize) -> (Option<Body<'static>>, usize) {
        let after = token.pair.filter(|pair| *pair > at).unwrap_or(at) + 1;
        match &token.kind {
            Kind::Mark('{' | '[') => match self.literal(at) {
                Some(body) => (Some(body), after),
                None => (None, at + 1),
            },
            Kind::Text(text) if text.text.trim_start().starts_with('{') => {
                let read = self.reader.read(at, 0);
                let next = read.next.max(at + 1).min(close);
                let Literal::Text(text) = read.value else { return (None, next) };
                (json(&text).then_some(Body::Text(text)), next)
            }
            Kind::Word(name) => {
                let member = at.checked_sub(1).is_some_and(|before| self.is(before, '.'));
                let named = self.is(at + 1, '=') || self.is(at + 1, ':') || self.is(at + 1, '(');
                if member || named {
                    return (None, at + 1);
                }
                (self.of_variable(name, at), at + 1)
            }
            _ => (None, at + 1),
        }
    }

    /// The object that begins at a token, if it looks like a body.
    fn literal(&self, at: usize) -> Option<Body<'static>> {
        let node = node_of(self.reader.read_operand(at)?);
        is_body(&node).then_some(Body::Tree(node))
    }

    /// The body that a variable holds where it is used.
    fn of_variable(&self, name: &str, used: usize) -> Option<Body<'static>> {
        let value = self.program.value_of(name, used)?;
        match self.reader.read(value, 0).value {
            Literal::Text(text) => json(&text).then_some(Body::Text(text)),
            Literal::Node(node) => {
                let node = self.changed(node, name, value, used);
                is_body(&node).then_some(Body::Tree(node))
            }
        }
    }

    /// A body with the members that are put into it before it is used: `body["ids"] = …`.
    fn changed(
        &self,
        mut node: Node<'static>,
        name: &str,
        value: usize,
        used: usize,
    ) -> Node<'static> {
        let between = self.program.uses(name, value.saturating_sub(1)).take_while(|at| *at < used);
        for at in between {
            if !self.spend(1) {
                node.value = Value::Unknown(EXPRESSION.into());
                break;
            }
            let key = self.token(at + 2).and_then(Token::text);
            let sets = self.is(at + 1, '[') && self.is(at + 3, ']') && self.is(at + 4, '=');
            if let (Some(key), true, Value::Object(members)) = (key, sets, &mut node.value) {
                let key_span = self.token(at + 2).map(|token| token.span).unwrap_or_default();
                let value = node_of(self.reader.read(at + 5, 0).value);
                members.retain(|member| member.key != key.text);
                members.push(Member { key: key.text.clone().into(), key_span, value });
                continue;
            }
            let called = self.token(at + 2).and_then(Token::word);
            let changes =
                self.is(at + 1, '.') && called.is_some_and(|name| CHANGES.contains(&name));
            let assigns = self.is(at + 1, '.') && self.is(at + 3, '=');
            if self.is(at + 1, '[') || changes || assigns {
                node.value = Value::Unknown(EXPRESSION.into());
            }
        }
        node
    }

    /// The only body in the file.
    fn only_body(&self) -> Option<Body<'static>> {
        if !self.spend(self.source.tokens.len()) {
            return None;
        }
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(token) = self.token(at) {
            let (body, next) = match &token.kind {
                Kind::Word(_) => (None, at + 1),
                _ => self.candidate(token, at, self.source.tokens.len()),
            };
            // What is put into it later counts as well.
            let name = at.checked_sub(2).filter(|_| at > 0 && self.is(at - 1, '='));
            let name = name.and_then(|name| self.token(name)?.word());
            let body = match (body, name) {
                (Some(Body::Tree(node)), Some(name)) => {
                    let node = self.changed(node, name, at, usize::MAX);
                    let known = is_body(&node) && self.program.has_one_value(name);
                    Some(if known { Body::Tree(node) } else { Body::Unknown })
                }
                (body, _) => body,
            };
            found.extend(body);
            at = next;
        }
        if found.len() == 1 { found.pop() } else { None }
    }

    /// What is wrong with the headers that are written out in a call.
    fn headers(&self, open: usize, close: usize) -> Vec<(crate::problem::ProblemKind, Span)> {
        let found = (open..close).find_map(|at| {
            let token = self.token(at)?;
            let key = token.text().map(|text| text.text.as_str()).or(token.word())?;
            if !key.eq_ignore_ascii_case("authorization") {
                return None;
            }
            let value = (at + 1..at + 3).find_map(|at| self.token(at)?.text())?;
            header::scheme(value, 0, Span::default())
        });
        found.into_iter().collect()
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

/// Whether a text may be a body in JSON.
fn json(text: &Decoded) -> bool {
    text.text.contains("\"data\"") && text.text.trim_end().ends_with('}')
}
