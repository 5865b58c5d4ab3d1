//! SARIF 2.1.0, the common format of static analysis.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use massup_rules::{Diagnostic, Rule, rules};
use serde_json::{Value, json};

use super::{each, fingerprint, with_help};
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
            "columnKind": "unicodeCodePoints",
            "results": each(files).map(|(path, found)| result(path, found)).collect::<Value>(),
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

fn result(path: &str, found: &Diagnostic) -> Value {
    let index = rules().iter().position(|rule| rule.code == found.code);
    let mut place = json!({ "artifactLocation": { "uri": uri(path) } });
    if let (Some(line), Some(column), Value::Object(members)) =
        (found.line, found.column, &mut place)
    {
        members.insert("region".to_owned(), json!({ "startLine": line, "startColumn": column }));
    }
    json!({
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.severity.as_str(),
        "message": { "text": with_help(found) },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "massup/v1": fingerprint(path, found) },
    })
}

/// A path as a relative reference: what a URI does not take is written as `%xx`, and so is a colon, which
/// would make a scheme of what stands before it.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let path = path.replace('\\', "/");
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
