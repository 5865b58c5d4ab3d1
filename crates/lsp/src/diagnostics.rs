//! Findings as diagnostics of the protocol.

use std::str::FromStr as _;

use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    Uri,
};
use massup_rules::{Diagnostic, Severity, find};

use crate::document::Findings;
use crate::position::Text;

/// The name that clients show next to a finding.
pub(crate) const SOURCE: &str = "massup";

/// What was found, in the order of the text.
pub(crate) fn of(
    findings: &Findings,
    text: &Text,
    uri: &Uri,
    related: bool,
) -> Vec<lsp_types::Diagnostic> {
    let found = findings.shown.iter().map(|found| one(found, text, uri, related));
    let fault = findings.fault.iter().map(|fault| lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_owned()),
        message: format!("not checked: {fault}"),
        ..lsp_types::Diagnostic::default()
    });
    fault.chain(found).collect()
}

/// A finding. Its help is part of the message, since many clients show nothing else; the answers of the server
/// are related information.
pub(crate) fn one(
    found: &Diagnostic,
    text: &Text,
    uri: &Uri,
    related: bool,
) -> lsp_types::Diagnostic {
    let range = text.range(Findings::bytes(found));
    let mut message = found.message.clone();
    if let Some(help) = &found.help {
        message += &format!("\nhelp: {help}");
    }
    let answers = found.answers.iter().map(|answer| {
        let status = answer.status.map_or_else(String::new, |status| format!("HTTP {status} "));
        let (code, message) = (answer.code, answer.message);
        DiagnosticRelatedInformation {
            location: Location { uri: uri.clone(), range },
            message: format!("the server would answer: {status}{code} `{message}`"),
        }
    });
    let answers: Vec<_> = answers.take(if related { usize::MAX } else { 0 }).collect();
    let source = find(found.code).and_then(|rule| rule.sources.first());
    let href = source.and_then(|source| Uri::from_str(source.url).ok());
    lsp_types::Diagnostic {
        range,
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(found.code.to_owned())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!answers.is_empty()).then_some(answers),
        tags: None,
        data: None,
    }
}
