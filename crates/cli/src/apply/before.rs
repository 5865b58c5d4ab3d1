//! What is looked at before the first call that updates records.

use anyhow::Result;
use massup_executor::Report;
use massup_model::{Request, Selection};
use massup_planner::Action;
use massup_rules::{Facts, Linter, Severity};
use massup_transport::http::Http;
use serde_json::Value;

use super::irreversible::losses;
use super::{Intent, Plan, report};
use crate::api_client::{Client, Connection};
use crate::args::RunArgs;
use crate::caller::Caller;
use crate::output::printable;

/// The rule that finds a scope missing.
const MISSING_SCOPE: &str = "missing-scope";

/// What was found out about the organisation.
pub(super) struct Ready {
    pub(super) http: Http,
    /// The id of the organisation, or the address of its API where the id cannot be read.
    pub(super) organisation: String,
    caller: Caller,
    credits: Option<u64>,
    /// Of a plan on a view: how many records it holds now.
    counted: Option<u64>,
    /// Problems that stop the run, each with its remedy.
    pub(super) barriers: Vec<(String, String)>,
}

/// Asks the organisation who the caller is, which scopes and credits there are, and how many records the view
/// of the plan holds.
///
/// # Errors
///
/// There is no answer, or the token is refused.
pub(super) fn look(plan: &Plan<'_>, connection: Connection, quiet: bool) -> Result<Ready> {
    let client = Client::new(connection.http, plan.header.api_version, quiet);
    let caller = Caller::read(&client)?;
    let mut counted = None;
    if let Some(view) = &plan.header.select {
        let path = format!("{}/actions/count", plan.header.module);
        let count = client.read(&path, &[("cvid", &view.view.to_string())], "count")?;
        counted = count.ok().and_then(|body| body.get("count")?.as_u64());
    }
    let barrier = caller.scopes.as_ref().map(|scopes| missing_scope(plan, scopes)).transpose()?;
    let barriers = barrier.flatten().into_iter().collect();
    let http = client.into_session();
    let id = |organisation: &Value| match organisation.get("id")? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    };
    let organisation = caller.organisation.as_ref().ok().and_then(id);
    let organisation = organisation.unwrap_or_else(|| http.api().to_string());
    let credits = http.credits_remaining();
    Ok(Ready { http, organisation, caller, credits, counted, barriers })
}

/// Why the scopes of the token do not allow the first call of a plan, and what to do. A warning, as for a scope
/// that works but is not documented, does not stop a run.
fn missing_scope(plan: &Plan<'_>, scopes: &[String]) -> Result<Option<(String, String)>> {
    let linter = Linter::new().facts(Facts::default().scopes(scopes.iter().cloned()));
    for step in plan.steps()? {
        if let Action::Update(request) = step?.action {
            let report = linter.check(&request);
            let mut found = report.diagnostics.into_iter();
            let barrier =
                found.find(|it| it.name == MISSING_SCOPE && it.severity == Severity::Error);
            return Ok(barrier.map(|found| (found.message, found.help.unwrap_or_default())));
        }
    }
    Ok(None)
}

impl Ready {
    /// Whether the plan cannot be run.
    pub(super) fn is_barred(&self) -> bool {
        !self.barriers.is_empty()
    }

    /// What will happen, in which organisation, and what has no way back, for people.
    ///
    /// # Errors
    ///
    /// The header of the plan is not valid.
    pub(super) fn words(
        &self,
        plan: &Plan<'_>,
        begun: &Report,
        args: &RunArgs,
        intent: Option<&Intent<'_>>,
    ) -> Result<String> {
        let text = |entry: Option<&Value>, key: &str| {
            let value = entry.and_then(|entry| entry.get(key)).and_then(Value::as_str);
            printable(value.unwrap_or("unknown"))
        };
        let organisation = self.caller.organisation.as_ref().ok();
        let user = self.caller.user.as_ref().ok();
        let mut rows = vec![
            (
                "organisation",
                format!(
                    "{} ({}) at {}",
                    text(organisation, "company_name"),
                    printable(&self.organisation),
                    self.http.api()
                ),
            ),
            ("user", text(user, "full_name")),
        ];
        if let Some(left) = self.credits {
            rows.push(("credits left", left.to_string()));
        }
        if let Some(now) = self.counted {
            let planned = plan.records().filter(|planned| *planned != now);
            let then = planned.map_or_else(String::new, |then| format!(", {then} when planned"));
            rows.push(("in the view", format!("{now} records now{then}")));
        }
        let records = self.counted.or(plan.records());
        rows.push(("before-images", backup(records, args)));
        if report::is_begun(begun) {
            rows.push(("resumes", report::counts(begun)));
        }
        let mut text: String =
            rows.iter().map(|(name, value)| format!("{name:<14} {value}\n")).collect();
        let Some(intent) = intent else { return Ok(text) };
        text += "`massup rollback` will not restore everything:\n";
        for loss in losses(plan, intent.facts, keeps(records, args))? {
            text += &format!("  - {loss}\n");
        }
        Ok(text)
    }
}

/// Whether before-images of so many records are kept.
fn keeps(records: Option<u64>, args: &RunArgs) -> bool {
    args.backup > 0 && records.is_none_or(|records| records <= args.backup)
}

fn backup(records: Option<u64>, args: &RunArgs) -> String {
    match (args.backup, records) {
        (0, _) => "none: there is no way back".to_owned(),
        (most, Some(records)) if records > most => format!(
            "none, and no way back: {records} records are more than {most}; --backup {records} keeps them"
        ),
        _ => "kept in the journal, for `massup rollback`".to_owned(),
    }
}

/// The records of a call, in words.
pub(super) fn selection(request: &Request) -> String {
    match request.selection() {
        Selection::Ids(ids) if ids.len() == 1 => "1 record".to_owned(),
        Selection::Ids(ids) => format!("{} records", ids.len()),
        Selection::View { view, territory: None } => format!("the view {view}, as a job"),
        Selection::View { view, territory: Some(territory) } => {
            format!("the view {view} within the territory {}, as a job", territory.id)
        }
    }
}
