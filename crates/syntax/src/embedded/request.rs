//! A request that was read line by line.

use std::collections::HashMap;

use massup_model::draft::Spot;
use massup_model::json::Span;

use super::decoded::Decoded;
use super::{Body, Call, header};
use crate::document::Document;
use crate::problem::{Form, ProblemKind};

/// The parts of a request.
#[derive(Default)]
pub(crate) struct Request {
    /// The method and its place; GET goes without saying.
    pub(crate) method: Option<(String, Span)>,
    pub(crate) url: Decoded,
    pub(crate) headers: Vec<Decoded>,
    /// Where the body is.
    pub(crate) body: Option<Span>,
    /// The client removes comments from the body.
    pub(crate) without_comments: bool,
    /// The file that holds the body.
    pub(crate) file: Option<Decoded>,
    /// A form is sent, whose fields are there.
    pub(crate) form: Option<(Form, Span)>,
    /// What is wrong with other parts of the request, each at its place, which may be shown.
    pub(crate) problems: Vec<(ProblemKind, Span)>,
}

/// Adds a request with the values of the variables that are known.
pub(crate) fn add(
    document: &mut Document<'_>,
    request: Request,
    text: &str,
    variables: &HashMap<String, Decoded>,
) {
    let mut budget = 1 << 20;
    let mut resolved = |text: Decoded| {
        text.with_braces().resolved(|written| {
            let value = variables.get(written.trim_matches(['{', '}', ' ']))?;
            budget = usize::checked_sub(budget, value.text.len())?;
            Some(value)
        })
    };
    // A variable may hold another: the host in the base of the URL.
    let url = resolved(request.url);
    let url = resolved(url);
    let body = match (request.form, request.file, request.body) {
        // The names and values of its fields may be secret.
        (Some((form, span)), ..) => Body::Form(form, Span { start: span.start, end: span.start }),
        (None, Some(file), _) => Body::Elsewhere(file),
        (None, None, Some(span)) => {
            let raw = text.get(span.start..span.end).unwrap_or_default();
            Body::Text(resolved(Decoded::of_source(raw, span.start)))
        }
        (None, None, None) => Body::Absent,
    };
    let method = match request.method {
        Some((method, span)) => Spot { text: method.into(), span: Some(span) },
        None => Spot::outside("GET"),
    };
    let headers = request.headers.into_iter().map(Decoded::with_braces);
    let problems = headers.filter_map(|header| header::authorization(&header));
    let problems = problems.chain(request.problems).collect();
    document.embedded(Call {
        method: Some(method),
        url,
        body,
        problems,
        without_comments: request.without_comments,
        ..Call::default()
    });
}
