//! Descriptions of the API in OpenAPI: the examples of bodies in them.

use massup_model::json::{Node, Span};

use super::decoded::Decoded;
use super::is_mass_update;
use crate::document::Document;
use crate::format::call;

/// Adds the examples of a description of the mass update, which is among the paths of an object. Whether there is such a
/// description.
pub(super) fn examples<'t>(document: &mut Document<'t>, paths: &Node<'t>) -> bool {
    let mut any = false;
    for path in paths.as_object().unwrap_or_default() {
        let described = path.value.member("post").is_some() || path.value.member("get").is_some();
        let is_path = path.key.starts_with('/') && described;
        if !is_path || !is_mass_update(&Decoded::of_source(&path.key, path.key_span.start)) {
            continue;
        }
        any = true;
        document.is_known = true;
        document.covered.push(Span { start: path.key_span.start, end: path.value.span.end });
        let body = path.value.field("post").and_then(|post| post.field("requestBody"));
        let content = body.and_then(|body| body.field("content")).and_then(Node::as_object);
        for media in content.unwrap_or_default() {
            let named = media.value.field("examples").and_then(Node::as_object).unwrap_or_default();
            let of_schema = media.value.field("schema").and_then(|schema| schema.field("example"));
            let bodies = named.iter().filter_map(|example| example.value.field("value"));
            for body in bodies.chain(media.value.field("example")).chain(of_schema) {
                if call::is_body(body) {
                    document.shown_body(body.clone());
                }
            }
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use crate::{ProblemKind, read};

    /// How many calls are read, and whether the path is reported as a call that is not followed.
    fn found(text: &str) -> (usize, bool) {
        let document = read("a.json", text.as_bytes());
        let not_followed = |kind: &ProblemKind| matches!(kind, ProblemKind::NotFollowed(_));
        (document.calls.len(), document.problems.iter().any(|problem| not_followed(&problem.kind)))
    }

    #[test]
    fn descriptions_are_told_from_calls() {
        const PATH: &str = "/crm/v8/{module}/actions/mass_update";
        let body = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
        let example = format!(r#"{{"a/b":{{"example":{body}}}}}"#);
        let named = format!(r#"{{"a/b":{{"examples":{{"one":{{"value":{body}}},"no":{{}}}}}}}}"#);
        let schema = format!(r#"{{"a/b":{{"schema":{{"example":{body}}}}}}}"#);
        for content in [example, named, schema] {
            let post = format!(r#"{{"post":{{"requestBody":{{"content":{content}}}}}}}"#);
            assert_eq!(found(&format!(r#"{{"paths":{{"{PATH}":{post}}}}}"#)), (1, false), "{post}");
        }
        assert_eq!(found(&format!(r#"{{"paths":{{"{PATH}":{{"get":{{}}}}}}}}"#)), (0, false));
        // Anything else may be a call.
        assert_eq!(found(&format!(r#"{{"paths":{{"{PATH}":{{"x":1}}}}}}"#)), (0, true));
        let whole = format!("https://www.zohoapis.com{PATH}");
        assert_eq!(found(&format!(r#"{{"paths":{{"{whole}":{{"post":{{}}}}}}}}"#)), (0, true));
    }
}
