//! A plan as JSON: the document of `massup plan --format json`.

use massup_model::ApiVersion;
use massup_planner::decision::{Alternative, Objection};
use massup_planner::division::{Division, Part, Unknown};
use massup_planner::{Decision, Estimate, Plan, Route, Summary};
use massup_rules::Severity;
use massup_rules::report::Diagnostic;
use serde::Serialize;
use serde_json::Value;

/// A plan as JSON: the totals, or without them the ways to make a plan possible; the cost, the findings, how to divide
/// a view, and the alternatives.
pub fn document(
    plan: &Plan,
    decision: &Decision,
    summary: Option<&Summary>,
    findings: &[Diagnostic],
    remedies: Vec<String>,
) -> impl Serialize + use<> {
    let taken = |other: &&Alternative| Some(other.route) == decision.route;
    let taken = decision.alternatives.iter().find(taken).map(|other| other.estimate);
    Whole {
        summary: summary.cloned(),
        cost: taken.map(|Estimate { reads, polls, credits, .. }| Cost { reads, polls, credits }),
        infeasible: summary.is_none().then(|| Infeasible {
            module: plan.module().to_owned(),
            api_version: plan.version(),
            route: None,
            fields: plan.fields().to_vec(),
            nearest: remedies,
        }),
        findings: findings.iter().map(short).collect(),
        division: decision.division.as_ref().map(Divided::of),
        alternatives: decision.alternatives.iter().map(Way::of).collect(),
    }
}

/// The JSON document.
#[derive(Debug, Serialize)]
struct Whole {
    #[serde(flatten)]
    summary: Option<Summary>,
    #[serde(flatten)]
    infeasible: Option<Infeasible>,
    #[serde(flatten)]
    cost: Option<Cost>,
    findings: Vec<Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    division: Option<Divided>,
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
struct Divided {
    field: String,
    parts: Vec<Condition>,
    open: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Condition {
    words: String,
    criteria: Value,
}

impl Divided {
    fn of(division: &Division) -> Self {
        let condition =
            |part: &Part| Condition { words: part.to_string(), criteria: part.criteria() };
        Self {
            field: division.field.clone(),
            parts: division.parts.iter().map(condition).collect(),
            open: division.unknown.iter().map(Unknown::to_string).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Infeasible {
    module: String,
    api_version: ApiVersion,
    route: Option<Route>,
    fields: Vec<String>,
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
