//! Explanations as data.

use massup_model::ApiVersion;
use massup_model::source::Source;
use massup_rules::rule::{Evidence, Stage, Status};
use massup_rules::schema::ErrorData;
use massup_rules::{Rule, Severity};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Found, foretold_by, meaning};

/// The meaning of a text: a rule; or errors of the server, states of jobs, and other words of the API.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Data {
    Rule(RuleData),
    Answer(AnswerData),
}

/// A rule.
#[derive(Serialize, JsonSchema)]
pub(super) struct RuleData {
    /// The permanent code.
    #[schemars(extend("pattern" = "^MU[0-9]{3}$"))]
    code: &'static str,
    /// The name.
    name: &'static str,
    /// What the rule finds, in a sentence.
    summary: &'static str,
    /// What the rule looks at.
    stage: Stage,
    /// How much a finding weighs in the newest API version.
    severity: Severity,
    /// How well the constraint is known.
    evidence: Evidence,
    /// Since when the rule is there.
    status: Status,
    /// The documentation, in Markdown.
    documentation: &'static str,
    /// What the server would answer.
    answers: Vec<ErrorData>,
    /// The documents that state the constraint.
    sources: &'static [Source],
}

/// What a code, a message or an answer of the server means.
#[derive(Serialize, JsonSchema)]
pub(super) struct AnswerData {
    /// The code, if all errors have the same one; otherwise the text that is explained.
    code: String,
    /// The documented errors that it can be.
    errors: Vec<Foretold>,
    /// The states of scheduled jobs in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    states: Vec<StateData>,
    /// Other words of the API in it: keys, counts, permissions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    terms: Vec<TermData>,
}

/// A documented error, and the rules about it.
#[derive(Serialize, JsonSchema)]
struct Foretold {
    #[serde(flatten)]
    error: ErrorData,
    /// The codes of the rules that predict it.
    rules: Vec<&'static str>,
}

/// A state of a scheduled job.
#[derive(Serialize, JsonSchema)]
struct StateData {
    /// `Status` in the answer.
    state: String,
    /// What it means.
    meaning: &'static str,
}

/// A word of the API.
#[derive(Serialize, JsonSchema)]
struct TermData {
    /// The word.
    term: &'static str,
    /// What kind of word it is.
    kind: &'static str,
    /// What it means.
    meaning: &'static str,
}

impl Data {
    pub(super) fn of_rule(rule: &Rule) -> Self {
        Self::Rule(RuleData {
            code: rule.code,
            name: rule.name,
            summary: rule.summary(),
            stage: rule.stage(),
            severity: (rule.severity)(ApiVersion::LATEST),
            evidence: rule.evidence,
            status: rule.status,
            documentation: rule.documentation,
            answers: rule.answers.iter().map(|error| ErrorData::of(error)).collect(),
            sources: rule.sources,
        })
    }

    /// The data of what was found in a text.
    pub(super) fn of_answer(text: &str, found: &Found) -> Self {
        let code = match found.errors.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other.code == first.code) => first.code,
            _ => text,
        };
        let errors = found.errors.iter().map(|error| Foretold {
            error: ErrorData::of(error),
            rules: foretold_by(error).iter().map(|rule| rule.code).collect(),
        });
        let states = found
            .states
            .iter()
            .map(|state| StateData { state: state.as_str().to_owned(), meaning: meaning(state) });
        let terms = found.terms.iter().map(|term| TermData {
            term: term.name,
            kind: term.kind,
            meaning: term.meaning,
        });
        Self::Answer(AnswerData {
            code: code.to_owned(),
            errors: errors.collect(),
            states: states.collect(),
            terms: terms.collect(),
        })
    }
}
