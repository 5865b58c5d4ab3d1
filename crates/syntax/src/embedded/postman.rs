//! Postman collections, version 2: requests in folders, each with its body as a string.

use massup_model::draft::Spot;
use massup_model::json::{Node, Span};

use super::decoded::Decoded;
use super::strings::Strings;
use super::{Body, Call};
use crate::document::Document;

/// The collection that a document is, or holds as the Postman API sends it.
pub(crate) fn collection<'n, 't>(root: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let root = root.field("collection").unwrap_or(root);
    let schema = root.field("info")?.field("schema")?.as_str()?;
    schema.contains("collection/v2").then_some(root)
}

/// Adds the mass updates of a collection. Saved responses and their requests are skipped.
pub(crate) fn calls(document: &mut Document<'_>, collection: &Node<'_>, strings: &Strings<'_>) {
    let mut open = vec![collection];
    while let Some(item) = open.pop() {
        let items = item.field("item").and_then(Node::as_array).unwrap_or_default();
        open.extend(items.iter().rev());
        if let Some(call) = item.field("request").and_then(|request| call(request, strings)) {
            document.embedded(call);
        }
    }
}

fn call(request: &Node<'_>, strings: &Strings<'_>) -> Option<Call> {
    let url = request.field("url").unwrap_or(request);
    let url =
        url.field("raw").or(Some(url)).and_then(|raw| strings.decoded(raw)).or_else(|| {
            let mut joined = Decoded::default();
            for segment in url.field("path")?.as_array()? {
                joined
                    .push_escape("/", Span { start: segment.span.start, end: segment.span.start });
                joined.append(&strings.decoded(segment)?);
            }
            Some(joined)
        })?;
    let method = match request.field("method") {
        Some(method) => {
            let text = method.as_str().filter(|text| !text.contains("{{"));
            text.map(|text| Spot { text: text.to_owned().into(), span: Some(method.span) })
        }
        None => Some(Spot::outside("GET")),
    };
    Some(Call { method, url: with_segments(url.with_braces()), body: body(request, strings) })
}

fn body(request: &Node<'_>, strings: &Strings<'_>) -> Body {
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
        Some(_) => Body::Absent,
    }
}

/// Marks path variables, which stand for a segment: `/:module/`.
fn with_segments(mut url: Decoded) -> Decoded {
    let end = url.text.find(['?', '#']).unwrap_or(url.text.len());
    let path = url.text.get(..end).unwrap_or_default();
    let marks = path.match_indices("/:").map(|(at, _)| {
        let name = path.get(at + 1..).unwrap_or_default();
        Span { start: at + 1, end: at + 1 + name.find('/').unwrap_or(name.len()) }
    });
    let mut variables: Vec<_> = marks.chain(url.variables.iter().copied()).collect();
    variables.sort();
    url.variables = variables;
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_with_a_colon_are_variables() {
        for (url, expected) in [
            ("https://x/crm/:version/:module/actions", &[":version", ":module"][..]),
            ("https://x/{{v}}/:module?a=/:b", &["{{v}}", ":module"]),
            ("https://x/:last", &[":last"]),
            ("https://x/a:b/c", &[]),
        ] {
            let raw = serde_json::to_string(url).unwrap();
            let decoded = with_segments(Decoded::of_json_string(&raw, 0).with_braces());
            let found: Vec<_> =
                decoded.variables.iter().map(|v| &decoded.text[v.start..v.end]).collect();
            assert_eq!(found, expected, "{url}");
        }
    }
}
