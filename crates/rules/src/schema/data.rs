//! The rules and the documented errors as data, with schemas of their own.

use massup_model::ApiVersion;
use massup_model::catalogue::{ALL, DocumentedError, Endpoint, Reach, Retry, Standing};
use massup_model::source::Source;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;
use serde_json::{Value, json};

use crate::engine::rules;

/// The rules as data.
pub fn catalogue() -> Value {
    let rule = |rule: &&crate::Rule| {
        let severity = |version| (version, (rule.severity)(version).as_str());
        let severities: serde_json::Map<String, Value> = ApiVersion::ALL
            .iter()
            .copied()
            .map(severity)
            .map(|(version, severity)| (version.to_string(), severity.into()))
            .collect();
        let answers = rule.answers.iter().map(|error| error.key).collect::<Vec<_>>();
        json!({
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary(),
            "stage": rule.stage(),
            "severity": severities,
            "evidence": rule.evidence,
            "status": rule.status,
            "answers": answers,
            "sources": rule.sources,
        })
    };
    json!({ "format": 1, "rules": rules().iter().map(rule).collect::<Vec<_>>() })
}

/// The schema of [`catalogue`].
pub fn catalogue_schema() -> Schema {
    let level = json!({ "enum": ["note", "warning", "error"] });
    let severity: serde_json::Map<_, _> =
        ApiVersion::ALL.iter().map(|version| (version.to_string(), level.clone())).collect();
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The rules of massup",
        "description": "The output of `massup rules --format json`.",
        "type": "object",
        "required": ["format", "rules"],
        "additionalProperties": false,
        "properties": {
            "format": { "description": "The number of this format.", "const": 1 },
            "rules": { "type": "array", "items": { "$ref": "#/$defs/rule" } },
        },
        "$defs": {
            "rule": {
                "type": "object",
                "required": ["code", "name", "summary", "stage", "severity", "evidence", "status", "answers", "sources"],
                "additionalProperties": false,
                "properties": {
                    "code": { "description": "The permanent code.", "type": "string", "pattern": "^MU[0-9]{3}$" },
                    "name": { "description": "The name, which reads after `allow`.", "type": "string", "pattern": "^[a-z0-9-]+$" },
                    "summary": { "description": "What the rule finds, in a sentence.", "type": "string", "minLength": 1 },
                    "stage": { "description": "What the rule looks at." , "type": "string" },
                    "severity": {
                        "description": "How much a finding weighs, by API version.",
                        "type": "object",
                        "required": ApiVersion::ALL,
                        "additionalProperties": false,
                        "properties": severity,
                    },
                    "evidence": { "description": "How well the constraint is known.", "enum": ["documented", "contradicted", "inferred"] },
                    "status": { "description": "Since when the rule is there.", "type": "object" },
                    "answers": {
                        "description": "Keys in errors.json: what the server would answer.",
                        "type": "array",
                        "items": { "enum": ALL.iter().map(|error| error.key).collect::<Vec<_>>() },
                    },
                    "sources": { "type": "array", "items": { "$ref": "#/$defs/source" } },
                },
            },
            "source": source(),
        },
    })
}

fn source() -> Value {
    json!({
        "description": "A document that states it.",
        "type": "object",
        "required": ["name", "url"],
        "properties": { "name": { "type": "string" }, "url": { "type": "string" } },
    })
}

/// The documented errors as data.
pub fn errors() -> Value {
    json!({ "format": 1, "errors": ALL.iter().map(|row| ErrorData::of(row)).collect::<Vec<_>>() })
}

/// A documented error as data.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorData {
    /// A stable, unique name.
    key: &'static str,
    /// The `code` on the wire.
    code: &'static str,
    /// The message as documented; empty if no document quotes one.
    message: &'static str,
    /// Other documented wordings of the message.
    variants: &'static [&'static str],
    /// The call that it answers.
    endpoint: Endpoint,
    /// What it refuses.
    reach: Reach,
    /// HTTP statuses, oldest version first. The body decides, not the status.
    statuses: Vec<StatusSince>,
    /// The versions whose documents list it.
    versions: Versions,
    /// The cause.
    meaning: &'static str,
    /// What to do.
    cure: &'static str,
    /// Whether the same call can succeed later.
    retry: Retry,
    /// How well it is documented.
    standing: Standing,
    /// The documents that list it.
    sources: &'static [Source],
}

/// An HTTP status, and the first API version that documents it.
#[derive(Debug, Serialize, JsonSchema)]
struct StatusSince {
    since: ApiVersion,
    #[schemars(range(min = 200, max = 599))]
    status: u16,
}

/// A range of API versions.
#[derive(Debug, Serialize, JsonSchema)]
struct Versions {
    oldest: ApiVersion,
    newest: ApiVersion,
}

impl ErrorData {
    /// The data of an error.
    pub fn of(error: &DocumentedError) -> Self {
        let statuses = error.statuses.iter();
        let (oldest, newest) = error.versions;
        Self {
            key: error.key,
            code: error.code,
            message: error.message,
            variants: error.variants,
            endpoint: error.endpoint,
            reach: error.reach,
            statuses: statuses.map(|&(since, status)| StatusSince { since, status }).collect(),
            versions: Versions { oldest, newest },
            meaning: error.meaning,
            cure: error.cure,
            retry: error.retry,
            standing: error.standing,
            sources: error.sources,
        }
    }
}

/// The schema of [`errors`].
pub fn errors_schema() -> Schema {
    let text = |description: &str| json!({ "description": description, "type": "string" });
    let version = || json!({ "enum": ApiVersion::ALL });
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The documented errors of mass updates",
        "description": "Every documented error of the two calls, in errors.json.",
        "type": "object",
        "required": ["format", "errors"],
        "additionalProperties": false,
        "properties": {
            "format": { "description": "The number of this format.", "const": 1 },
            "errors": { "type": "array", "items": { "$ref": "#/$defs/error" } },
        },
        "$defs": {
            "error": {
                "type": "object",
                "required": ["key", "code", "message", "variants", "endpoint", "reach", "statuses", "versions", "meaning", "cure", "retry", "standing", "sources"],
                "additionalProperties": false,
                "properties": {
                    "key": text("A stable, unique name, to which rules.json refers."),
                    "code": text("The `code` on the wire."),
                    "message": text("The message as documented; empty if no document quotes one."),
                    "variants": { "description": "Other documented wordings.", "type": "array", "items": { "type": "string" } },
                    "endpoint": { "description": "The call that it answers.", "enum": [Endpoint::MassUpdate, Endpoint::Status, Endpoint::Any] },
                    "reach": { "description": "What it refuses.", "enum": [Reach::WholeCall, Reach::Record] },
                    "statuses": {
                        "description": "HTTP statuses, oldest version first. The body decides, not the status.",
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["since", "status"],
                            "additionalProperties": false,
                            "properties": {
                                "since": version(),
                                "status": { "type": "integer", "minimum": 200, "maximum": 599 },
                            },
                        },
                    },
                    "versions": {
                        "description": "The versions whose documents list it.",
                        "type": "object",
                        "required": ["oldest", "newest"],
                        "additionalProperties": false,
                        "properties": { "oldest": version(), "newest": version() },
                    },
                    "meaning": text("The cause."),
                    "cure": text("What to do."),
                    "retry": { "description": "Whether the same call can succeed later.", "enum": [Retry::Never, Retry::Later, Retry::AfterFix, Retry::AfterRefresh] },
                    "standing": { "description": "How well it is documented.", "enum": [Standing::Documented, Standing::Sdk, Standing::Assumed] },
                    "sources": { "type": "array", "items": { "$ref": "#/$defs/source" } },
                },
            },
            "source": source(),
        },
    })
}
