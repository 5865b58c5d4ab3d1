//! From the URL of a mass update in a program to the body that is sent there.

mod address;
mod body;
mod named;
mod query;

use std::cell::Cell;
use std::collections::HashSet;

use massup_model::draft::Spot;
use massup_model::json::Span;

use super::super::decoded::Decoded;
use super::super::{Body, Call, header, is_mass_update};
use super::lexer::{Kind, Source, Token};
use super::program::Program;
use super::value::{EXPRESSION, Reader};
use crate::document::Document;
use crate::problem::ProblemKind;
use crate::steps;

/// How far a call or an assignment may be from its URL, in brackets.
const MAX_OUTWARD: usize = 4;

/// The methods of HTTP, which functions are named after.
const METHODS: [&str; 5] = ["post", "get", "put", "patch", "delete"];

/// The method of HTTP that a function or a class is named after: `post`, `PostAsync`, `postForEntity`, `HttpGet`.
fn method_in(name: &str) -> Option<&'static str> {
    const SUFFIXES: [&str; 6] = ["", "async", "asjsonasync", "forentity", "forobject", "json"];
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("http").unwrap_or(&name);
    METHODS
        .into_iter()
        .find(|method| name.strip_prefix(method).is_some_and(|suffix| SUFFIXES.contains(&suffix)))
}

/// Adds the mass updates of a program.
pub(super) fn calls(document: &mut Document<'_>, source: &Source) {
    let sites: Vec<usize> = (0..source.tokens.len()).filter(|at| is_site(source, *at)).collect();
    prose(document, source);
    let named = named::calls(source);
    if sites.is_empty() && named.is_empty() {
        return;
    }
    let program = Program::new(source);
    let budget = Cell::new(1_000 + 20 * source.tokens.len());
    let reader = Reader { source, program: &program, until: Cell::new(0), budget };
    let mut seen = HashSet::new();
    let follow = Follow { source, program: &program, reader: &reader };
    let urls = sites.into_iter().filter_map(|site| Some((site, follow.url(site)?)));
    let urls: Vec<_> = urls.map(|(site, url)| (site, follow.asks(site, &url), url)).collect();
    let updates = urls.iter().filter(|(_, asks, _)| !asks).count();
    for (site, asks, url) in urls {
        for call in follow.calls(site, url, updates == 1 && !asks) {
            let key = call.url.place(Span { start: 0, end: call.url.text.len() });
            if seen.insert((key, call.body_span())) {
                document.embedded(call);
            }
        }
    }
    follow.named(document, &named);
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

/// Strings in statements of their own are written for people.
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

    /// Whether the call of a URL asks for the status of a job.
    fn asks(&self, site: usize, url: &Decoded) -> bool {
        let method = || self.group(site).and_then(|(open, close)| self.method(open, close));
        url.text.contains("job_id=") || method().is_some_and(|method| method.text == "GET")
    }

    /// The calls that a URL is for.
    fn calls(&self, site: usize, url: Decoded, alone: bool) -> Vec<Call<'static>> {
        let mut groups = Vec::new();
        match self.assigned(site) {
            Some((name, at)) => {
                for used in self.program.uses(name, at).take(50) {
                    groups.extend(self.group(used));
                }
                // A request that is not sent by name: `new RestRequest(url, Method.Get)`.
                let names = |(open, close): &(usize, usize)| self.method(*open, *close).is_some();
                if groups.is_empty() {
                    groups.extend(self.group(site).filter(names));
                }
            }
            None => groups.extend(self.group(site)),
        }
        groups.sort_unstable();
        groups.dedup();
        if groups.is_empty() {
            let body = if alone { self.only_body() } else { None };
            let method = self.only_method();
            let call = body.map(|body| Call { method, url, body, ..Call::default() });
            return call.into_iter().collect();
        }
        let call = |(open, close): (usize, usize)| {
            // Method, parameters, body and headers are looked for apart.
            let enough = self.spend(4 * (close - open));
            let call = enough.then(|| Call {
                method: self.method(open, close),
                url: self.with_parameters(url.clone(), open, close),
                body: self.body(open, close),
                problems: self.headers(open, close),
                ..Call::default()
            })?;
            Some((call, self.sends(open)))
        };
        let (mut calls, sends): (Vec<_>, Vec<_>) = groups.into_iter().filter_map(call).unzip();
        if self.source.language.is("powershell") {
            let curl = |token: &Token| token.word() == Some("curl") && token.begins_line;
            if self.source.tokens.get(..site).is_some_and(|before| {
                before
                    .iter()
                    .rposition(|token| token.begins_line)
                    .is_some_and(|at| self.token(at).is_some_and(curl))
            }) {
                return Vec::new();
            }
            self.get_by_default(&mut calls);
        }
        let is_get = |call: &Call<'_>| call.method.as_ref().is_some_and(|m| m.text == "GET");
        let known = |call: &Call<'_>| !matches!(call.body, Body::Unknown);
        for call in calls.iter_mut().filter(|call| is_get(call) && !known(call)) {
            call.body = Body::Absent;
            if !call.url.has_parameters() && self.gives_job_id() {
                let span = call.url.place(Span { start: 0, end: call.url.text.len() });
                call.url.push_parameter("", span);
                call.url.push_variable(EXPRESSION, span);
            }
        }
        if calls.iter().any(known) {
            // Code that only passes the URL on is not a call of its own.
            let mut sends = sends.into_iter();
            calls.retain(|call| sends.next() == Some(true) || known(call));
        } else if let Some(body) = self.only_body().filter(|_| alone) {
            // Sent by another statement than the one that has the URL.
            calls.truncate(1);
            for call in &mut calls {
                call.body = body.clone();
                call.method = call.method.take().or_else(|| self.only_method());
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
            if !(alone || self.formats(bracket)) || self.sends(bracket) {
                return Some((bracket, self.end_of_block(close)));
            }
            open = token.inside;
        }
        if self.source.language.lines && self.token(at)?.inside.is_none() {
            return self.statement(at);
        }
        None
    }

    /// The end of the block of Kotlin behind a call, in which the request is built: `post(url) { setBody(…) }`.
    fn end_of_block(&self, close: usize) -> usize {
        let block = self.token(close + 1).filter(|open| open.is('{'));
        let block = block.filter(|_| self.source.language.is("kt"));
        block.and_then(|open| open.pair).filter(|end| self.spend(end - close)).unwrap_or(close)
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
        self.callee(open)
            .is_some_and(|name| method_in(&name).is_some() || name == "fetch" || name == "request")
    }

    /// Whether a bracket is that of a function which puts texts into a URL.
    fn formats(&self, open: usize) -> bool {
        let before = open.checked_sub(1).and_then(|at| self.token(at));
        let word = |token: &Token| token.word().is_some_and(|w| address::FORMATS.contains(&w));
        before.is_some_and(|token| word(token) || token.is('!'))
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
        // `$url = …` is not a command.
        (!command.starts_with('$') || !self.is(first + 1, '=') || last > at + 1)
            .then_some((first, last + 1))
    }

    /// The method that a call names.
    fn method(&self, open: usize, close: usize) -> Option<Spot<'static>> {
        let spot = |text: &str, span| {
            Some(Spot { text: text.to_ascii_uppercase().into(), span: Some(span) })
        };
        let is_method = |text: &str| METHODS.contains(&text.to_ascii_lowercase().as_str());
        // `HttpMethod.Put`
        let of_type = |at: usize| {
            let owner = at.checked_sub(2).and_then(|owner| self.token(owner)?.word());
            self.is(at.saturating_sub(1), '.')
                && owner.is_some_and(|owner| owner.ends_with("Method"))
        };
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
            && let Some(method) = method_in(word)
        {
            return spot(method, span);
        }
        (open..close).find_map(|at| {
            let token = self.token(at)?;
            let text = token.text().map(|text| text.text.as_str());
            let text = text.or_else(|| token.word().filter(|_| of_type(at)))?;
            is_method(text).then(|| spot(text, token.span)).flatten()
        })
    }

    /// A command of PowerShell without a method and a body is a GET.
    fn get_by_default(&self, calls: &mut [Call<'_>]) {
        let says = |call: &Call<'_>| {
            let url = call.url.place(Span { start: 0, end: call.url.text.len() });
            let tokens = &self.source.tokens;
            let at = tokens.partition_point(|token| token.span.end <= url.start);
            let Some((first, next)) = self.statement(at) else { return true };
            (first..next).any(|at| {
                let word = self.token(at).and_then(Token::word).unwrap_or_default();
                // What `@name` splats is not known.
                ["method", "body", "infile", "form"].contains(&&*word.to_ascii_lowercase())
                    || self.is(at, '@')
            })
        };
        for call in calls.iter_mut().filter(|call| call.method.is_none()) {
            if !says(call) {
                call.method = Some(Spot::outside("GET"));
            }
        }
    }

    /// The method that another statement names, if all that do name the same: `request.setMethod("PUT")`.
    fn only_method(&self) -> Option<Spot<'static>> {
        const SETTERS: [&str; 7] = [
            "setmethod",
            "setrequestmethod",
            "httpmethod",
            "method",
            "requestmethod",
            "curlopt_customrequest",
            "verb",
        ];
        if !self.spend(self.source.tokens.len()) {
            return None;
        }
        let is_setter = |token: &Token| {
            token.word().is_some_and(|w| SETTERS.contains(&&*w.to_ascii_lowercase()))
        };
        let named = |at: usize| {
            (at + 1..at + 4).filter_map(|at| self.token(at)).find_map(|token| {
                let word = token.text().map(|text| text.text.as_str()).or(token.word())?;
                let known = METHODS.contains(&word.to_ascii_lowercase().as_str());
                known.then(|| Spot {
                    text: word.to_ascii_uppercase().into(),
                    span: Some(token.span),
                })
            })
        };
        let tokens = self.source.tokens.iter().enumerate();
        let mut found =
            tokens.filter(|(_, token)| is_setter(token)).filter_map(|(at, _)| named(at));
        let first = found.next()?;
        found.all(|other| other.text == first.text).then_some(first)
    }

    /// What is wrong with the headers that are written out in a call.
    fn headers(&self, open: usize, close: usize) -> Vec<(ProblemKind, Span)> {
        let found = (open..close).find_map(|at| {
            let token = self.token(at)?;
            let key = token.text().map(|text| text.text.as_str()).or(token.word())?;
            if !key.eq_ignore_ascii_case("authorization") {
                return None;
            }
            let (at, value) =
                (at + 1..at + 3).find_map(|at| Some((at, self.token(at)?.text()?)))?;
            let joined = self.is(at + 1, self.source.language.join);
            header::scheme(value, 0, Span::default()).or_else(|| header::joined(value, joined))
        });
        found.into_iter().collect()
    }
}
