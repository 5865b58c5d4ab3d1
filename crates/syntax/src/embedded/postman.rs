//! Postman collections, version 2: requests in folders, each with its body as a string.

use std::collections::HashMap;

use massup_model::draft::Spot;
use massup_model::json::{Node, Span};

use super::decoded::Decoded;
use super::strings::Strings;
use super::{Body, Call, header};
use crate::document::Document;
use crate::problem::{Form, ProblemKind, Scheme};

/// The collection that a document is, or holds as the Postman API sends it.
pub(crate) fn collection<'n, 't>(root: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let root = root.field("collection").unwrap_or(root);
    let schema = root.field("info")?.field("schema")?.as_str()?;
    schema.contains("collection/v2").then_some(root)
}

/// Variables by name, each with its value.
type Variables = HashMap<String, Decoded>;

/// Adds the mass updates of a collection. Saved responses and their requests are skipped.
pub(crate) fn calls(document: &mut Document<'_>, collection: &Node<'_>, strings: &Strings<'_>) {
    let variables = variables(collection, strings);
    let mut open = vec![collection];
    while let Some(item) = open.pop() {
        let items = item.field("item").and_then(Node::as_array).unwrap_or_default();
        open.extend(items.iter().rev());
        document.covered.extend(item.field("response").map(|saved| saved.span));
        let request = item.field("request");
        if let Some(call) = request.and_then(|request| call(request, &variables, strings))
            && document.embedded(call)
        {
            // The URL is there twice: as a text, and in its parts.
            let url = request.and_then(|request| request.field("url"));
            document.covered.extend(url.map(|url| url.span));
        }
    }
}

/// The variables that a collection or a URL gives a value to.
fn variables(holder: &Node<'_>, strings: &Strings<'_>) -> Variables {
    let variables = holder.field("variable").and_then(Node::as_array).unwrap_or_default();
    let known = variables.iter().filter_map(|variable| {
        let disabled = variable.field("disabled").and_then(Node::as_bool) == Some(true);
        let name = variable.field("key").or_else(|| variable.field("id"))?.as_str()?;
        let value = strings.decoded(variable.field("value")?)?.with_braces();
        (!disabled && !value.text.is_empty()).then(|| (name.to_owned(), value))
    });
    known.collect()
}

/// A text with the values of the variables that are known.
fn resolved(text: Decoded, variables: &Variables) -> Decoded {
    let name = |written: &str| written.trim_matches(['{', '}', ' ']).to_owned();
    text.with_braces().resolved(|written| variables.get(&name(written)))
}

fn call(request: &Node<'_>, variables: &Variables, strings: &Strings<'_>) -> Option<Call<'static>> {
    let place = request.field("url").unwrap_or(request);
    let url =
        place.field("raw").or(Some(place)).and_then(|raw| strings.decoded(raw)).or_else(|| {
            let mut joined = Decoded::default();
            for segment in place.field("path")?.as_array()? {
                joined
                    .push_escape("/", Span { start: segment.span.start, end: segment.span.start });
                joined.append(&strings.decoded(segment)?);
            }
            Some(joined)
        })?;
    let of_path = self::variables(place, strings);
    let url = resolved(url, variables).with_segments();
    let url = url.resolved(|written| of_path.get(written.strip_prefix(':')?));
    let url = resolved(url, variables);
    let method = match request.field("method") {
        Some(method) => {
            let text = method.as_str().filter(|text| !text.contains("{{"));
            text.map(|text| Spot { text: text.to_owned().into(), span: Some(method.span) })
        }
        None => Some(Spot::outside("GET")),
    };
    let headers = request.field("header").and_then(Node::as_array).unwrap_or_default();
    let problem = header::listed(headers, "key", strings);
    let auth = request
        .field("auth")
        .filter(|auth| auth.field("type").and_then(Node::as_str) == Some("bearer"));
    let bearer = auth.map(|auth| {
        let span = auth.field("type").map_or(auth.span, |kind| kind.span);
        (ProblemKind::Authorization(Scheme::Named("Bearer")), span)
    });
    // The span of the scheme alone may be shown, and a token never.
    let problems = problem.into_iter().chain(bearer).collect();
    let body = match body(request, strings) {
        Body::Text(text) => Body::Text(resolved(text, variables)),
        other => other,
    };
    let without_comments = is_json(request);
    Some(Call { method, url, body, without_comments, problems, ..Call::default() })
}

/// Whether the body is marked as JSON: from such a body Postman removes comments before it sends it.
fn is_json(request: &Node<'_>) -> bool {
    let raw = request.field("body").and_then(|body| body.field("options")?.field("raw"));
    let language = raw.and_then(|raw| raw.field("language")?.as_str());
    let headers = request.field("header").and_then(Node::as_array).unwrap_or_default();
    let is_json = |header: &Node<'_>| {
        let text = |key| header.field(key).and_then(Node::as_str).unwrap_or_default();
        text("key").eq_ignore_ascii_case("content-type") && text("value").contains("json")
    };
    language == Some("json") || headers.iter().any(is_json)
}

fn body(request: &Node<'_>, strings: &Strings<'_>) -> Body<'static> {
    let Some(body) = request.field("body") else { return Body::Absent };
    if body.field("disabled").and_then(Node::as_bool) == Some(true) {
        return Body::Absent;
    }
    match body.field("mode").and_then(Node::as_str) {
        Some("file") => {
            let file = body.field("file").and_then(|file| file.field("src"));
            let file = file.and_then(|file| strings.decoded(file)).map(Decoded::with_braces);
            file.map_or(Body::Unknown, Body::Elsewhere)
        }
        Some("raw") | None => match body.field("raw").and_then(|raw| strings.decoded(raw)) {
            Some(raw) => Body::Text(raw.with_braces()),
            None => Body::Absent,
        },
        Some("urlencoded") => {
            Body::Form(Form::UrlEncoded, body.field("mode").map_or(body.span, |mode| mode.span))
        }
        Some("formdata") => {
            Body::Form(Form::Multipart, body.field("mode").map_or(body.span, |mode| mode.span))
        }
        Some("graphql") => Body::Unknown,
        Some(_) => Body::Absent,
    }
}
