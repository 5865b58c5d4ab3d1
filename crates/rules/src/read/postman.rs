//! Postman collections, version 2: requests in folders, each with its body as a string.

use massup_model::Draft;
use massup_model::draft::Spot;
use massup_model::json::{Node, Span};

use super::Reader;
use super::decoded::Decoded;
use super::embedded::{Body, Call};
use super::strings::Strings;

/// The collection that a document is, or holds as the Postman API sends it.
pub(super) fn collection<'n, 't>(root: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let root = root.field("collection").unwrap_or(root);
    let schema = root.field("info")?.field("schema")?.as_str()?;
    schema.contains("collection/v2").then_some(root)
}

impl Reader<'_> {
    /// The mass updates of a collection. Saved responses and their requests are passed over.
    pub(super) fn collection(
        &mut self,
        collection: &Node<'_>,
        strings: &Strings<'_>,
        drafts: &mut Vec<Draft<'_>>,
    ) {
        let mut open = vec![collection];
        while let Some(item) = open.pop() {
            let items = item.field("item").and_then(Node::as_array).unwrap_or_default();
            open.extend(items.iter().rev());
            if let Some(call) = item.field("request").and_then(|request| call(request, strings)) {
                drafts.extend(self.embedded(call));
            }
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
    use crate::Linter;

    fn found(text: &str) -> Vec<(&'static str, usize, usize)> {
        let report = Linter::new().lint("a.postman_collection.json", text.as_bytes());
        report.diagnostics.iter().map(|d| (d.name, d.line.unwrap(), d.column.unwrap())).collect()
    }

    fn with(request: &str) -> String {
        let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
        format!(
            "{{\"info\":{{\"name\":\"x\",\"schema\":\"{schema}\"}},\n\"item\":[{{\"name\":\"f\",\"item\":[{{\"name\":\"r\",\n{request}}}]}}]}}"
        )
    }

    #[test]
    fn bodies_are_checked_where_they_stand() {
        let text = with(
            r#""request":{"method":"POST","url":{"raw":"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"},
"body":{"mode":"raw","raw":"{\n  \"data\": [{ \"City\": \"x\" }],\n  \"ids\": [\"5x\"]\n}"}},
"response":[{"originalRequest":{"method":"POST","url":{"raw":"https://x/crm/v8/Leads/actions/mass_update"}}}]"#,
        );
        let column = text.lines().nth(3).unwrap().find(r#"\"5x"#).unwrap() + 1;
        assert_eq!(found(&text), [("malformed-id", 4, column)]);
    }

    #[test]
    fn urls_may_be_strings_objects_and_hold_variables() {
        for url in [
            r#""{{base}}/crm/v2/:module/actions/mass_update""#,
            r#""{{base}}/{{module}}/actions/mass_update""#,
            r#"{"raw":"{{host}}/crm/{{v}}/Leads/actions/mass_update?x={{y}}"}"#,
            r#"{"host":["x"],"path":["crm","v8","Leads","actions","mass_update"]}"#,
        ] {
            let request = format!(
                r#""request":{{"method":"POST","url":{url},"body":{{"mode":"raw","raw":"{{\"data\":[{{\"City\":\"{{{{c}}}}\"}}],\"ids\":{{{{ids}}}}}}"}}}}"#
            );
            let names: Vec<_> = found(&with(&request)).iter().map(|found| found.0).collect();
            assert_eq!(names, ["unresolved-variable"], "{url}");
        }
        let wrong = r#""request":{"method":"PUT","url":"{{base}}/crm/v9/Leads/actions/mass_update","body":{"raw":"{\"data\": ["}}"#;
        let names: Vec<_> = found(&with(wrong)).iter().map(|found| found.0).collect();
        assert_eq!(names, ["wrong-method", "wrong-path", "malformed-json"]);
    }

    #[test]
    fn other_requests_are_passed_over() {
        for request in [
            r#""request":{"method":"POST","url":"https://x/crm/v8/Leads","body":{"mode":"raw","raw":"{"}}"#,
            r#""request":"https://x/crm/v8/Leads""#,
            r#""request":{"url":{"path":[1]}}"#,
            r#""request":{"method":"GET","url":"https://x/crm/v8/Leads/actions/mass_update?job_id={{id}}"}"#,
        ] {
            assert_eq!(found(&with(request)), [], "{request}");
        }
    }

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
