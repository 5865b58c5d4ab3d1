//! Requests of Hurl: `POST https://…`, headers, sections, a body, and what is expected of the answer behind `HTTP`.

use std::collections::HashMap;

use massup_model::json::Span;

use super::{Format, METHODS};
use crate::document::Document;
use crate::embedded::decoded::Decoded;
use crate::embedded::request::{self, Request};
use crate::problem::Form;

pub(super) static FORMAT: Format = Format {
    name: "a Hurl file",
    extensions: &["hurl"],
    seems: Some("a Hurl file"),
    read,
    ..Format::NEW
};

/// What a line is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Headers,
    /// The parameters of the query.
    Query,
    /// A section that says nothing about the call.
    Section,
    Body,
    Answer,
}

fn read(document: &mut Document<'_>, text: &str) {
    let variables = HashMap::new();
    let mut request: Option<Request> = None;
    let mut state = State::Answer;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let line = line.trim();
        let span = Span { start, end: start + line.len() };
        if let Some(next) =
            first_line(line, start).filter(|_| state != State::Body || !line.contains('"'))
        {
            if let Some(done) = request.replace(next) {
                request::add(document, done, text, &variables);
            }
            state = State::Headers;
            continue;
        }
        let Some(request) = &mut request else {
            document.covered.extend(line.starts_with('#').then_some(span));
            continue;
        };
        if state == State::Answer || line.starts_with("HTTP") && !line.contains(':') {
            // What is expected may name the call as well.
            document.covered.push(span);
            state = State::Answer;
        } else if state == State::Body {
            if !line.is_empty() && line != "```" {
                body(request, span);
            }
        } else if line.starts_with('#') {
            document.covered.push(span);
        } else if let Some(section) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            state = match section {
                "Query" | "QueryStringParams" => State::Query,
                "Form" | "FormParams" => {
                    request.form = Some((Form::UrlEncoded, span));
                    State::Section
                }
                "Multipart" | "MultipartFormData" => {
                    request.form = Some((Form::Multipart, span));
                    State::Section
                }
                _ => State::Section,
            };
        } else if line.starts_with("```") {
            state = State::Body;
        } else if let Some(file) = line.strip_prefix("file,") {
            let name = file.trim_end_matches(';').trim();
            let from = start + line.len() - file.len() + file.len() - file.trim_start().len();
            request.file = Some(Decoded::of_source(name, from));
        } else if line.starts_with(['{', '`']) {
            state = State::Body;
            body(request, span);
        } else if let (State::Query, Some((name, value))) = (state, line.split_once(':')) {
            let mark = if request.url.has_query() { "&" } else { "?" };
            let parameter = format!("{mark}{}={}", name.trim(), value.trim());
            request.url.append(&Decoded::of_escape(&parameter, span));
        } else if state == State::Headers && line.contains(':') {
            request.headers.push(Decoded::of_source(line, start));
        }
    }
    if let Some(request) = request {
        request::add(document, request, text, &variables);
    }
}

fn body(request: &mut Request, line: Span) {
    match &mut request.body {
        Some(body) => body.end = line.end,
        None => request.body = Some(line),
    }
}

/// `POST https://…`.
fn first_line(line: &str, start: usize) -> Option<Request> {
    let (method, url) = line.split_once(' ')?;
    if !METHODS.contains(&method) {
        return None;
    }
    let url = url.trim();
    let method = Some((method.to_owned(), Span { start, end: start + method.len() }));
    let at = start + line.len() - url.len();
    Some(Request { method, url: Decoded::of_source(url, at), ..Request::default() })
}
