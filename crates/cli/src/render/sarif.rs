//! SARIF 2.1.0, the common format of static analysis.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use massup_rules::{Rule, rules};
use serde_json::{Value, json};

use super::{Placed, placed, with_help};
use massup_project::Checked;

/// The log of one run.
pub fn log(files: &[Checked]) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "massup",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules().iter().map(|rule| descriptor(rule)).collect::<Value>(),
            } },
            // What most readers take columns for, told or not.
            "columnKind": "utf16CodeUnits",
            "results": results(files),
        }],
    })
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
    let mut last = Place::start_of(&[]);
    let mut results = Vec::new();
    for placed in placed(files) {
        let same = std::ptr::eq(last.bytes, placed.bytes);
        let from = if same { last } else { Place::start_of(placed.bytes) };
        let place = placed.found.span.map(|span| (from.to(span.start), span.end));
        last = place.map_or(from, |(start, _)| start);
        results.push(result(&placed, place.map(|(start, end)| region(start, start.to(end)))));
    }
    Value::Array(results)
}

fn result(Placed { path, found, fingerprint, .. }: &Placed<'_>, region: Option<Value>) -> Value {
    let index = rules().iter().position(|rule| rule.code == found.code);
    let file = match path {
        Some(path) => json!({ "uri": uri(path) }),
        None => json!({ "description": { "text": "standard input" } }),
    };
    let mut place = json!({ "artifactLocation": file });
    if let (Some(region), Value::Object(members)) = (region, &mut place) {
        members.insert("region".to_owned(), region);
    }
    json!({
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.severity.as_str(),
        "message": { "text": with_help(found) },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "massup/v1": fingerprint },
    })
}

/// Where a finding begins and ends.
fn region(start: Place<'_>, end: Place<'_>) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A place in a file: lines from 1, columns from 1 in code units of UTF-16.
#[derive(Clone, Copy)]
struct Place<'f> {
    bytes: &'f [u8],
    at: usize,
    line: usize,
    column: usize,
}

impl<'f> Place<'f> {
    fn start_of(bytes: &'f [u8]) -> Self {
        Self { bytes, at: 0, line: 1, column: 1 }
    }

    /// The place of a byte, from here, so that even a long line is gone through but once.
    fn to(self, at: usize) -> Self {
        let from = if at < self.at { Self::start_of(self.bytes) } else { self };
        let passed = self.bytes.get(from.at..at).unwrap_or_default();
        let passed = String::from_utf8_lossy(passed);
        let passed = if from.at == 0 { passed.trim_start_matches('\u{feff}') } else { &passed };
        let (lines, column, rest) = match passed.rsplit_once('\n') {
            Some((lines, rest)) => (lines.matches('\n').count() + 1, 1, rest),
            None => (0, from.column, passed),
        };
        let column = column + rest.encode_utf16().count();
        Self { at, line: from.line + lines, column, ..self }
    }
}

/// A path as a relative reference, or as a `file:` URI where it is absolute: what a URI does not take is
/// written as `%xx`, and so is a colon, which would make a scheme of what stands before it.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let path = path.replace(std::path::MAIN_SEPARATOR, "/");
    let path: String = path
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    scheme.to_owned() + &path
}

#[cfg(test)]
mod tests {
    use massup_model::json::Span;

    use super::*;

    #[test]
    fn places_count_code_units_and_lines_of_windows_end_with_two_bytes() {
        // A clef is two units of UTF-16, and one character of four bytes.
        let text = "\u{feff}{\r\n \"\u{1d11e}\": é7,\r\n}";
        let span = |part: &str| {
            let start = text.find(part).unwrap();
            Span { start, end: start + part.len() }
        };
        let is = |[line, column, end_line, end_column]: [usize; 4]| json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
        let region = |span: Span| {
            let start = Place::start_of(text.as_bytes()).to(span.start);
            super::region(start, start.to(span.end))
        };
        let at = |part: &str| region(span(part));
        assert_eq!(at("{"), is([1, 1, 1, 2]));
        assert_eq!(at("\"\u{1d11e}\""), is([2, 2, 2, 6]));
        assert_eq!(at("7"), is([2, 9, 2, 10]));
        assert_eq!(at("7,\r\n}"), is([2, 9, 3, 2]));
        let end = Span { start: text.len(), end: text.len() };
        assert_eq!(region(end), is([3, 2, 3, 2]));
        let back = Place::start_of(text.as_bytes()).to(text.len()).to(6);
        assert_eq!((back.line, back.column), (2, 1), "and back");
    }

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/ü#?.json"), "a%20b/%C3%BC%23%3F.json");
        assert_eq!(uri("/tmp/c:d.json"), "file:///tmp/c%3Ad.json");
    }
}
