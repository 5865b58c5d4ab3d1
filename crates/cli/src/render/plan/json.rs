//! A plan as JSON.

use anyhow::Result;
use massup_model::ApiVersion;
use massup_planner::Summary;
use massup_planner::decision::Alternative;
use massup_planner::division::Division;
use massup_planner::route::{Estimate, Route};
use massup_rules::Severity;
use massup_rules::report::Diagnostic;
use serde::Serialize;

use super::Shown;

/// The plan for programs.
///
/// # Errors
///
/// JSON cannot be written.
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
            nearest: &shown.decision.nearest,
        }),
        findings,
        division: shown.decision.division.as_ref(),
        alternatives: &shown.decision.alternatives,
    };
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

/// The form in JSON.
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
    division: Option<&'p Division>,
    alternatives: &'p [Alternative],
}

#[derive(Debug, Serialize)]
struct Infeasible<'p> {
    module: &'p str,
    api_version: ApiVersion,
    route: Option<Route>,
    fields: &'p [String],
    nearest: &'p [String],
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
