//! SARIF 2.1.0, the common format of static analysis.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use massup_project::Checked;
use massup_rules::fix::safe_changes;
use massup_rules::{Rule, rules};
use massup_syntax::Cursor;
use serde_json::{Value, json};

use super::{Further, Placed, Places, RepositoryPath, further};

/// The log of one run.
pub fn log(files: &[Checked]) -> Value {
    let mut run = json!({
        "tool": { "driver": driver() },
        // What most readers assume.
        "columnKind": "utf16CodeUnits",
        "results": results(files),
    });
    let notifications: Vec<Value> = further(files).map(notification).collect();
    if let (false, Value::Object(members)) = (notifications.is_empty(), &mut run) {
        let invocation =
            json!({ "executionSuccessful": true, "toolExecutionNotifications": notifications });
        members.insert("invocations".to_owned(), json!([invocation]));
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    })
}

/// The count of the findings of a file that are not listed.
fn notification(further: Further) -> Value {
    let Further { path, severity, message, .. } = further;
    json!({
        "level": severity.as_str(),
        "message": { "text": message },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(path.as_ref()) } }],
    })
}

fn artifact(path: Option<&RepositoryPath>) -> Value {
    match path {
        Some(path) => json!({ "uri": uri(&path.bytes) }),
        None => json!({ "description": { "text": "standard input" } }),
    }
}

fn driver() -> Value {
    let mut driver = json!({
        "name": "massup",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules().iter().map(|rule| descriptor(rule)).collect::<Value>(),
    });
    // Empty until the package has an address.
    let address = env!("CARGO_PKG_REPOSITORY");
    if let (false, Value::Object(members)) = (address.is_empty(), &mut driver) {
        members.insert("informationUri".to_owned(), json!(address));
    }
    driver
}

fn descriptor(rule: &Rule) -> Value {
    let severity = (rule.severity)(massup_model::ApiVersion::LATEST);
    let mut descriptor = json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary() },
        "fullDescription": { "text": rule.summary() },
        "help": { "text": rule.documentation.trim(), "markdown": rule.documentation.trim() },
        // Our words for weights are those of SARIF.
        "defaultConfiguration": { "level": severity.as_str() },
    });
    if let (Some(source), Value::Object(members)) = (rule.sources.first(), &mut descriptor) {
        members.insert("helpUri".to_owned(), json!(source.url));
    }
    descriptor
}

fn results(files: &[Checked]) -> Value {
    let mut places = Places::here();
    let mut results = Vec::new();
    for file in files.iter().filter(|file| !file.report.diagnostics.is_empty()) {
        let text = file.bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let found = &file.report.diagnostics;
        let changes = safe_changes(&file.report.path, text, found);
        let spans = found.iter().filter_map(|found| found.span).map(|span| (span.start, span.end));
        let edges = changes.iter().flatten().map(|(range, _)| (range.start, range.end));
        let lines = Positions::of(text, spans.chain(edges));
        for (placed, changed) in places.of(file).iter().zip(&changes) {
            results.push(result(placed, changed, &lines));
        }
    }
    Value::Array(results)
}

fn result(placed: &Placed<'_>, changes: &[(Range<usize>, String)], lines: &Positions) -> Value {
    let Placed { path, found, fingerprint } = placed;
    let index = rules().iter().position(|rule| rule.code == found.code);
    let file = artifact(path.as_ref());
    let mut place = json!({ "artifactLocation": file });
    if let (Some(span), Value::Object(members)) = (found.span, &mut place) {
        members.insert("region".to_owned(), lines.region(span.start, span.end));
    }
    let mut message = plain(&found.message);
    if let Some(help) = &found.help {
        message = message + "\nhelp: " + &plain(help);
    }
    let mut result = json!({
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.severity.as_str(),
        "message": { "text": message },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "massup/v1": fingerprint },
    });
    if let (Some(fix), Value::Object(members), false, Some(_)) =
        (&found.fix, &mut result, changes.is_empty(), path)
    {
        let replacement = |(range, text): &(Range<usize>, String)| {
            json!({
                "deletedRegion": lines.region(range.start, range.end),
                "insertedContent": { "text": text },
            })
        };
        let fix = json!([{
            "description": { "text": plain(&fix.title) },
            "artifactChanges": [{
                "artifactLocation": file,
                "replacements": changes.iter().map(replacement).collect::<Value>(),
            }],
        }]);
        members.insert("fixes".to_owned(), fix);
    }
    result
}

/// A message without the links that SARIF has in plain text, `[text](target)`.
fn plain(message: &str) -> String {
    message.replace("](", "] (")
}

/// The lines and columns of places in a text, found in one pass over it.
struct Positions(BTreeMap<usize, (usize, usize)>);

impl Positions {
    /// Of the ends of spans, in bytes.
    fn of(text: &str, spans: impl Iterator<Item = (usize, usize)>) -> Self {
        let bytes: BTreeSet<usize> = spans.flat_map(|(start, end)| [start, end]).collect();
        let mut place = Cursor::start_of(text);
        let mut at = |byte| {
            place.move_to(byte);
            (byte, (place.line(), place.utf16_column()))
        };
        Self(bytes.into_iter().map(&mut at).collect())
    }

    /// Lines and columns from 1, columns in code units of UTF-16.
    fn region(&self, start: usize, end: usize) -> Value {
        let at = |byte| self.0.get(&byte).copied().unwrap_or((1, 1));
        let ((line, column), (end_line, end_column)) = (at(start), at(end.max(start)));
        json!({
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        })
    }
}

/// A path as a relative reference, or as a `file:` URI where it is absolute. Its bytes are percent-encoded
/// where a URI does not take them, UTF-8 or not; so is a colon, which would end a scheme.
fn uri(path: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let scheme = if path.starts_with(b"/") { "file://" } else { "" };
    let encode = |byte: &u8| {
        if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
    };
    scheme.to_owned() + &path.iter().map(encode).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_count_code_units_and_lines_of_windows_end_with_two_bytes() {
        let text = "\u{feff}{\r\n \"\u{1d11e}\": é7,\r\n}";
        let is = |[line, column, end_line, end_column]: [usize; 4]| json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            let end = start + part.len();
            Positions::of(text, [(start, end)].into_iter()).region(start, end)
        };
        assert_eq!(at("{"), is([1, 1, 1, 2]));
        assert_eq!(at("\"\u{1d11e}\""), is([2, 2, 2, 6]));
        assert_eq!(at("7"), is([2, 9, 2, 10]));
        assert_eq!(at("7,\r\n}"), is([2, 9, 3, 2]));
    }

    #[test]
    fn a_safe_fix_is_given_as_a_change_of_the_file() {
        let body = "{\n\"data\": [{\"City\": \"x\"}], \"ids\": [554023000000497007]}";
        let report = massup_rules::Linter::new().module("Leads").lint("a.json", body.as_bytes());
        let log = log(&[Checked::new(body.into(), report)]);
        let change = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], "\"554023000000497007\"");
        let region = &change["replacements"][0]["deletedRegion"];
        assert_eq!((&region["startLine"], &region["endColumn"]), (&json!(2), &json!(52)));
    }

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/ü#?.json".as_bytes()), "a%20b/%C3%BC%23%3F.json");
        assert_eq!(uri(b"/tmp/c:d.json"), "file:///tmp/c%3Ad.json");
        assert_eq!(uri(b"caf\xe9%.json"), "caf%E9%25.json");
    }
}
