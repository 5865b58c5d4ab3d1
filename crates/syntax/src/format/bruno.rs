//! Requests of Bruno: blocks such as `post { … }` and `body:json { … }`, each closed by a `}` at the beginning of a
//! line.

use std::collections::HashMap;

use massup_model::json::Span;

use super::{Format, METHODS};
use crate::document::Document;
use crate::embedded::code;
use crate::embedded::decoded::Decoded;
use crate::embedded::request::{self, Request};
use crate::problem::{Form, ProblemKind, Scheme};

pub(super) static FORMAT: Format = Format {
    name: "a request of Bruno",
    extensions: &["bru"],
    seems: Some("a request of Bruno"),
    read,
    ..Format::NEW
};

fn read(document: &mut Document<'_>, text: &str) {
    let mut request = None;
    let mut rest = Request::default();
    let mut variables: HashMap<String, Decoded> = HashMap::new();
    for Block { name, span, at } in blocks(text) {
        let method = name.to_ascii_uppercase();
        if METHODS.contains(&method.as_str()) {
            let url = members(text, span).find(|(key, _)| *key == "url");
            let place = Span { start: at, end: at + name.len() };
            request = url.map(|(_, url)| Request {
                method: Some((method, place)),
                url,
                ..Request::default()
            });
            continue;
        }
        match name {
            "headers" => rest.headers.extend(members(text, span).map(|(name, value)| {
                let place = Span { start: span.start, end: span.start };
                let mut header = Decoded::of_escape(&format!("{name}: "), place);
                header.append(&value);
                header
            })),
            "body:json" | "body:text" | "body" => {
                rest.body = Some(span);
                rest.without_comments = name == "body:json";
            }
            "body:form-urlencoded" => rest.form = Some((Form::UrlEncoded, span)),
            "body:multipart-form" => rest.form = Some((Form::Multipart, span)),
            "auth:bearer" => {
                let place = Span { start: at, end: at + name.len() };
                rest.problems.push((ProblemKind::Authorization(Scheme::Named("Bearer")), place));
            }
            "vars" | "vars:pre-request" => {
                let named = |(name, value): (&str, Decoded)| (name.to_owned(), value);
                variables.extend(members(text, span).map(named));
            }
            "script:pre-request" | "script:post-response" | "tests" => {
                code::part(document, text, span, "javascript");
            }
            "docs" => document.covered.push(span),
            _ => {}
        }
    }
    if let Some(request) = request {
        let request = Request { method: request.method, url: request.url, ..rest };
        request::add(document, request, text, &variables);
    }
}

/// A block of a file.
struct Block<'t> {
    name: &'t str,
    /// What is between its braces.
    span: Span,
    /// Where its name is.
    at: usize,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match open {
            None => {
                let name = line.trim_end().strip_suffix('{').map(str::trim_end);
                open = name.filter(|name| !name.is_empty()).map(|name| (name, start, at));
            }
            Some((name, place, from)) if line.starts_with('}') => {
                blocks.push(Block { name, span: Span { start: from, end: start }, at: place });
                open = None;
            }
            Some(_) => {}
        }
    }
    blocks
}

/// The lines `name: value` of a block that are not switched off by `~`.
fn members(text: &str, block: Span) -> impl Iterator<Item = (&str, Decoded)> {
    let mut at = block.start;
    let lines = text.get(block.start..block.end).unwrap_or_default().split_inclusive('\n');
    lines.filter_map(move |line| {
        let start = at;
        at += line.len();
        let (name, value) = line.split_once(':')?;
        let from = start + name.len() + 1 + value.len() - value.trim_start().len();
        let on = !name.trim_start().starts_with('~');
        on.then(|| (name.trim(), Decoded::of_source(value.trim(), from)))
    })
}
