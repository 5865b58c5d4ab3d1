//! SARIF 2.1.0, the common format of static analysis.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use massup_model::json::Span;
use massup_rules::{Rule, rules};
use serde_json::{Value, json};

use super::{Placed, placed, with_help};
use crate::lint::Linted;

/// The log of one run.
pub fn log(files: &[Linted]) -> Value {
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
            "results": placed(files).iter().map(result).collect::<Value>(),
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

fn result(Placed { path, found, bytes, fingerprint }: &Placed<'_>) -> Value {
    let index = rules().iter().position(|rule| rule.code == found.code);
    let file = match path {
        Some(path) => json!({ "uri": uri(path) }),
        None => json!({ "description": { "text": "standard input" } }),
    };
    let mut place = json!({ "artifactLocation": file });
    if let (Some(span), Value::Object(members)) = (found.span, &mut place) {
        members.insert("region".to_owned(), region(bytes, span));
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

/// Where a finding begins and ends: lines from 1, columns from 1 in code units of UTF-16. One without
/// extent is a place between two characters.
fn region(bytes: &[u8], span: Span) -> Value {
    let place = |at: usize| {
        let before = bytes.get(..at).unwrap_or(bytes);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let text = String::from_utf8_lossy(before.get(start..).unwrap_or_default());
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        (line, text.encode_utf16().count() + 1)
    };
    let ((line, column), (end_line, end_column)) = (place(span.start), place(span.end));
    json!({
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    })
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
        let at = |part: &str| region(text.as_bytes(), span(part));
        assert_eq!(at("{"), is([1, 1, 1, 2]));
        assert_eq!(at("\"\u{1d11e}\""), is([2, 2, 2, 6]));
        assert_eq!(at("7"), is([2, 9, 2, 10]));
        assert_eq!(at("7,\r\n}"), is([2, 9, 3, 2]));
        let end = Span { start: text.len(), end: text.len() };
        assert_eq!(region(text.as_bytes(), end), is([3, 2, 3, 2]));
    }

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/ü#?.json"), "a%20b/%C3%BC%23%3F.json");
        assert_eq!(uri("/tmp/c:d.json"), "file:///tmp/c%3Ad.json");
    }
}
