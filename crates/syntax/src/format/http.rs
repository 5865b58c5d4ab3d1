//! Files of requests for editors: `POST https://…`, headers, an empty line, a body; `###` between them.

use std::collections::HashMap;

use massup_model::json::Span;

use super::{Format, METHODS};
use crate::document::Document;
use crate::embedded::decoded::Decoded;
use crate::embedded::request::{self, Request};

pub(super) static FORMAT: Format = Format {
    name: "a file of HTTP requests",
    extensions: &["http", "rest"],
    seems: Some("a file of HTTP requests"),
    read: |document, text| part(document, text, Span { start: 0, end: text.len() }),
    ..Format::NEW
};

/// Reads a part of a file.
pub(super) fn part(document: &mut Document<'_>, text: &str, part: Span) {
    let mut variables: HashMap<String, Decoded> = HashMap::new();
    let mut request: Option<Request> = None;
    let mut state = State::Before;
    let mut at = part.start;
    for line in text.get(part.start..part.end).unwrap_or_default().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        let span = Span { start, end: start + line.trim_end().len() };
        if trimmed.starts_with("###") {
            finish(document, request.take(), text, &variables);
            state = State::Before;
            document.covered.push(span);
            continue;
        }
        let comment = trimmed.starts_with('#') || trimmed.starts_with("//");
        match state {
            State::Before | State::Headers if comment => document.covered.push(span),
            State::Before => {
                if let Some((name, value)) =
                    variable(trimmed, start + line.len() - line.trim_start().len())
                {
                    variables.insert(name, value);
                } else if let Some(first) =
                    first_line(trimmed, start + line.len() - line.trim_start().len())
                {
                    request = Some(first);
                    state = State::Headers;
                }
            }
            State::Headers => {
                let Some(request) = &mut request else { continue };
                if trimmed.is_empty() {
                    state = State::Body;
                } else if trimmed.starts_with(['?', '&']) {
                    request.url.append(&Decoded::of_source(
                        trimmed,
                        start + line.len() - line.trim_start().len(),
                    ));
                } else {
                    request.headers.push(Decoded::of_source(
                        trimmed,
                        start + line.len() - line.trim_start().len(),
                    ));
                }
            }
            State::Body => {
                let Some(request) = &mut request else { continue };
                // What follows is a script of the editor, not a part of the body.
                if trimmed.starts_with("> ") {
                    state = State::After;
                    continue;
                }
                if let Some(file) = trimmed.strip_prefix("< ") {
                    let file = file.trim();
                    request.file = Some(Decoded::of_source(file, span.end - file.len()));
                } else if request.body.is_none() && !trimmed.is_empty() {
                    request.body = Some(span);
                } else if let (Some(body), false) = (&mut request.body, trimmed.is_empty()) {
                    body.end = span.end;
                }
            }
            State::After => {}
        }
    }
    finish(document, request, text, &variables);
}

/// What a line of a request is.
#[derive(Clone, Copy)]
enum State {
    Before,
    Headers,
    Body,
    After,
}

/// `@name = value`.
fn variable(line: &str, start: usize) -> Option<(String, Decoded)> {
    let (name, value) = line.strip_prefix('@')?.split_once('=')?;
    let text = value.trim();
    let at = start + line.len() - value.trim_start().len();
    Some((name.trim().to_owned(), Decoded::of_source(text, at)))
}

/// `POST https://… HTTP/1.1`, or the URL alone.
fn first_line(line: &str, start: usize) -> Option<Request> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let (method, url) = if METHODS.contains(&first.to_ascii_uppercase().as_str()) {
        (Some((first.to_owned(), Span { start, end: start + first.len() })), words.next()?)
    } else if first.contains("://") || first.starts_with("{{") || first.starts_with('/') {
        (None, first)
    } else {
        return None;
    };
    let at = line.find(url)?;
    Some(Request { method, url: Decoded::of_source(url, start + at), ..Request::default() })
}

fn finish(
    document: &mut Document<'_>,
    request: Option<Request>,
    text: &str,
    variables: &HashMap<String, Decoded>,
) {
    if let Some(request) = request {
        request::add(document, request, text, variables);
    }
}
