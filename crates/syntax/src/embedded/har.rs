//! HTTP archives, as browsers write them: every request of a session.

use massup_model::draft::Spot;
use massup_model::json::Node;

use super::strings::Strings;
use super::{Body, Call, header};
use crate::document::Document;

/// The entries of an archive, if a document is one.
pub(crate) fn entries<'n, 't>(root: &'n Node<'t>) -> Option<&'n [Node<'t>]> {
    root.field("log")?.field("entries")?.as_array()
}

/// Adds the mass updates of an archive.
pub(crate) fn calls(document: &mut Document<'_>, entries: &[Node<'_>], strings: &Strings<'_>) {
    // An answer of a server is not a call.
    document.covered.extend(entries.iter().filter_map(|entry| Some(entry.field("response")?.span)));
    for request in entries.iter().filter_map(|entry| entry.field("request")) {
        let Some(url) = request.field("url").and_then(|url| strings.decoded(url)) else {
            continue;
        };
        let method = request.field("method").and_then(|method| {
            let text = method.as_str()?.to_owned().into();
            Some(Spot { text, span: Some(method.span) })
        });
        let text = request.field("postData").and_then(|data| strings.decoded(data.field("text")?));
        let body = text.map_or(Body::Absent, Body::Text);
        let headers = request.field("headers").and_then(Node::as_array).unwrap_or_default();
        let problems = header::listed(headers, "name", strings).into_iter().collect();
        document.embedded(Call { method, url, body, was_sent: true, problems, ..Call::default() });
    }
}
