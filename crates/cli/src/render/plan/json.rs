//! A plan as JSON.

use anyhow::Result;
use massup_model::ApiVersion;
use massup_planner::decision::{Alternative, Objection};
use massup_planner::division::{Division, Part, Unknown};
use massup_planner::{Estimate, Route, Summary};
use massup_rules::Severity;
use massup_rules::report::Diagnostic;
use serde::Serialize;
use serde_json::Value;

use super::Shown;

/// The plan as JSON.
///
/// # Errors
///
/// A value cannot be written as JSON.
pub(super) fn document(shown: &Shown<'_>) -> Result<String> {
    let findings: Vec<_> = shown.diagnostics().iter().map(short).collect();
    let cost =
        shown.taken().map(|Estimate { reads, polls, credits, .. }| Cost { reads, polls, credits });
    let whole = Whole {
        summary: shown.summary,
        cost,
        infeasible: shown.summary.is_none().then(|| Infeasible {
            module: shown.plan.module(),
            api_version: shown.plan.version(),
            route: None,
            fields: shown.plan.fields(),
            nearest: shown.remedies(),
        }),
        findings,
        division: shown.decision.division.as_ref().map(Divided::of),
        alternatives: shown.decision.alternatives.iter().map(Way::of).collect(),
    };
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

/// The JSON document.
#[derive(Debug, Serialize)]
struct Whole<'p> {
    #[serde(flatten)]
    summary: Option<&'p Summary>,
    #[serde(flatten)]
    infeasible: Option<Infeasible<'p>>,
    #[serde(flatten)]
    cost: Option<Cost>,
    findings: Vec<Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    division: Option<Divided<'p>>,
    alternatives: Vec<Way>,
}

/// An alternative, with its objections in words.
#[derive(Debug, Serialize)]
struct Way {
    route: Route,
    #[serde(flatten)]
    estimate: Estimate,
    why_not: Vec<String>,
}

impl Way {
    fn of(other: &Alternative) -> Self {
        let why_not = other.objections.iter().map(Objection::to_string).collect();
        Self { route: other.route, estimate: other.estimate, why_not }
    }
}

/// A division, with its conditions in words and as criteria of the API.
#[derive(Debug, Serialize)]
struct Divided<'p> {
    field: &'p str,
    parts: Vec<Condition>,
    open: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Condition {
    words: String,
    criteria: Value,
}

impl<'p> Divided<'p> {
    fn of(division: &'p Division) -> Self {
        let condition =
            |part: &Part| Condition { words: part.to_string(), criteria: part.criteria() };
        Self {
            field: &division.field,
            parts: division.parts.iter().map(condition).collect(),
            open: division.unknown.iter().map(Unknown::to_string).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Infeasible<'p> {
    module: &'p str,
    api_version: ApiVersion,
    route: Option<Route>,
    fields: &'p [String],
    nearest: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Cost {
    reads: Option<u64>,
    polls: Option<u64>,
    credits: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Short {
    code: &'static str,
    name: &'static str,
    severity: Severity,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

fn short(found: &Diagnostic) -> Short {
    let Diagnostic { code, name, severity, message, help, .. } = found.clone();
    Short { code, name, severity, message, help }
}
