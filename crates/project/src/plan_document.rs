//! A plan as JSON: the document of `massup plan --format json`.

use massup_model::ApiVersion;
use massup_planner::decision::{Alternative, Objection};
use massup_planner::division::{Division, Part, Unknown};
use massup_planner::{Decision, Estimate, Plan, Route, Summary};
use massup_rules::Severity;
use massup_rules::report::Diagnostic;
use schemars::JsonSchema;
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
) -> PlanDocument {
    let taken = |other: &&Alternative| Some(other.route) == decision.route;
    let taken = decision.alternatives.iter().find(taken).map(|other| other.estimate);
    let outcome = match summary {
        Some(summary) => Outcome::Planned(summary.clone()),
        None => Outcome::Impossible(Impossible {
            module: plan.module().to_owned(),
            api_version: plan.version(),
            route: (),
            fields: plan.fields().to_vec(),
            nearest: remedies,
        }),
    };
    PlanDocument {
        outcome,
        cost: taken.map(|Estimate { reads, polls, credits, .. }| Cost { reads, polls, credits }),
        findings: findings.iter().map(short).collect(),
        division: decision.division.as_ref().map(Divided::of),
        alternatives: decision.alternatives.iter().map(Way::of).collect(),
    }
}

/// A plan, or why there is none. See [`document`].
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanDocument {
    #[serde(flatten)]
    outcome: Outcome,
    #[serde(flatten)]
    cost: Option<Cost>,
    /// Hazards of the plan.
    findings: Vec<Short>,
    /// How to divide the view, where that would make a plan possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Divided")]
    division: Option<Divided>,
    /// All ways to update the records, with what speaks against each.
    alternatives: Vec<Way>,
}

/// The totals of a plan, or why there is none.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum Outcome {
    Planned(Summary),
    Impossible(Impossible),
}

/// A way to update the records.
#[derive(Debug, Serialize, JsonSchema)]
struct Way {
    /// The way.
    route: Route,
    #[serde(flatten)]
    estimate: Estimate,
    /// What speaks against it, in words; empty if it is possible.
    why_not: Vec<String>,
}

impl Way {
    fn of(other: &Alternative) -> Self {
        let why_not = other.objections.iter().map(Objection::to_string).collect();
        Self { route: other.route, estimate: other.estimate, why_not }
    }
}

/// A division of a view into views that a job can update.
#[derive(Debug, Serialize, JsonSchema)]
struct Divided {
    /// The API name of the field by which it is divided.
    field: String,
    /// The criteria of the parts.
    parts: Vec<Condition>,
    /// What is not known about the parts, in words.
    open: Vec<String>,
}

/// The criteria of a part.
#[derive(Debug, Serialize, JsonSchema)]
struct Condition {
    /// In words.
    words: String,
    /// As the API takes them for a custom view.
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

/// A plan that is not possible.
#[derive(Debug, Serialize, JsonSchema)]
struct Impossible {
    /// The module's API name.
    module: String,
    /// The API version of every call.
    api_version: ApiVersion,
    /// `null`: no way is possible.
    route: (),
    /// The API names of the fields, in the given order.
    fields: Vec<String>,
    /// Changes that would make a plan possible, in words.
    nearest: Vec<String>,
}

/// What the plan costs. A number is `null` if it depends on an unknown number of records.
#[derive(Debug, Serialize, JsonSchema)]
struct Cost {
    /// Calls that read ids first.
    reads: Option<u64>,
    /// Calls for the status of jobs: at least as many.
    polls: Option<u64>,
    /// API credits of all calls.
    credits: Option<u64>,
}

/// A hazard.
#[derive(Debug, Serialize, JsonSchema)]
struct Short {
    /// The code of the rule.
    #[schemars(extend("pattern" = "^MU[0-9]{3}$"))]
    code: &'static str,
    /// The name of the rule.
    name: &'static str,
    /// The weight.
    severity: Severity,
    /// What is wrong, in one sentence.
    message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    help: Option<String>,
}

fn short(found: &Diagnostic) -> Short {
    let Diagnostic { code, name, severity, message, help, .. } = found.clone();
    Short { code, name, severity, message, help }
}
