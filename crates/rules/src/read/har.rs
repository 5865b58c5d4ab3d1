//! HTTP archives, as browsers write them: every request of a session.

use massup_model::Draft;
use massup_model::draft::Spot;
use massup_model::json::Node;

use super::Reader;
use super::embedded::{Body, Call};
use super::strings::Strings;

/// The entries of an archive, if a document is one.
pub(super) fn entries<'n, 't>(root: &'n Node<'t>) -> Option<&'n [Node<'t>]> {
    root.field("log")?.field("entries")?.as_array()
}

impl Reader<'_> {
    /// The mass updates of an archive.
    pub(super) fn archive(
        &mut self,
        entries: &[Node<'_>],
        strings: &Strings<'_>,
        drafts: &mut Vec<Draft<'_>>,
    ) {
        for request in entries.iter().filter_map(|entry| entry.field("request")) {
            let Some(url) = request.field("url").and_then(|url| strings.decoded(url)) else {
                continue;
            };
            let method = request.field("method").and_then(|method| {
                let text = method.as_str()?.to_owned().into();
                Some(Spot { text, span: Some(method.span) })
            });
            let text =
                request.field("postData").and_then(|data| strings.decoded(data.field("text")?));
            let body = text.map_or(Body::Absent, Body::Text);
            drafts.extend(self.embedded(Call { method, url, body }));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Linter;

    #[test]
    fn requests_of_an_archive_are_checked_and_nothing_else_is_shown() {
        let text = r#"{"log":{"version":"1.2","entries":[
{"request":{"method":"OPTIONS","url":"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"}},
{"request":{"method":"GET","url":"https://www.zohoapis.com/crm/v8/Leads"}},
{"request":{"method":"POST","url":"https://me:secret@www.zohoapis.com/crm/v8/Leads/actions/mass_update?authtoken=secret","headers":[{"name":"Authorization","value":"secret"}],"postData":{"text":"{\"data\":[{\"City\":\"{{x}}\"}],\"cvid\":7}"}}},
{"request":{"method":"GET","url":"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update?job_id=x"}}]}}"#;
        let report = Linter::new().lint("a.har", text.as_bytes());
        let names: Vec<_> =
            report.diagnostics.iter().map(|d| (d.call, d.name, d.line.unwrap())).collect();
        assert_eq!(names, [(Some(1), "id-as-number", 4), (Some(2), "malformed-job-id", 5)]);
        for found in &report.diagnostics {
            let (span, shown) = (found.span.unwrap(), found.shown.unwrap());
            assert!(shown.start <= span.start && span.end <= shown.end);
            assert!(!text[shown.start..shown.end].contains("secret"));
        }
    }
}
