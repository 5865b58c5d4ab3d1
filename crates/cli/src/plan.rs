//! `massup plan`.

mod several;

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use massup_model::{RecordId, Request, Selection};
use massup_planner::ids::{BadId, Reason};
use massup_planner::{Action, Decision, Error, ErrorKind, Plan, Step, Summary, file};
use massup_project::{Checked, snapshot};
use massup_rules::change::{Change, Select};
use massup_rules::{Facts, Linter, Severity};
use serde_json::Value;

use crate::args::{Format, Global, PlanArgs};
use crate::records::{Records, WrongForm};
use crate::render::plan::Shown;
use crate::{Outcome, output, policy, render};

/// Why there is no plan, by how the run ends.
enum Refusal {
    /// Said already, with places.
    Findings,
    /// The command line lacks something, or contradicts itself.
    Usage(String),
}

pub(crate) fn run(args: &PlanArgs, global: &Global) -> Result<Outcome> {
    if args.changes.len() > 1 {
        return several::run(args, global);
    }
    match intent(args, args.changes.first().map(PathBuf::as_path), global)? {
        Ok(change) => one(args, &change, args.output.as_deref(), global),
        Err(refusal) => Ok(refusal.outcome()),
    }
}

impl Refusal {
    fn outcome(self) -> Outcome {
        match self {
            Self::Findings => Outcome::Findings,
            Self::Usage(message) => {
                output::complain(&message);
                Outcome::Usage
            }
        }
    }
}

fn one(
    args: &PlanArgs,
    change: &Change,
    output: Option<&Path>,
    global: &Global,
) -> Result<Outcome> {
    let known = match snapshot::known(args.snapshot.as_deref()) {
        Ok(known) => known,
        Err(error) => return Ok(output::misused(error)),
    };
    let policy = match policy::policy(&change.policy, &args.policy) {
        Ok(policy) => policy,
        Err(message) => {
            output::complain(&message);
            return Ok(Outcome::Usage);
        }
    };
    let plan = match massup_project::plan::plan_of(change, policy, known.as_deref()) {
        Ok(plan) => snapshot::aged(plan, snapshot::now()),
        Err(error) => return refused(error.into(), None, global),
    };
    let decision = plan.decide(None);
    if decision.route.is_none() {
        // What would make it possible depends on how many records there are.
        return match counted(&plan, change) {
            Ok(records) => infeasible(&plan, &plan.decide(records), global),
            Err(error) => refused(error, None, global),
        };
    }
    // What the calls share is checked on one of them; ids are checked as they are read.
    if !first_calls_are_clean(&plan, &decision, known, global)? {
        return Ok(Outcome::Findings);
    }
    match written(output, &plan, change) {
        Ok(summary) => {
            let decision = plan.decide(summary.records);
            let shown =
                Shown { plan: &plan, decision: &decision, summary: Some(&summary), digest: None };
            let text = match global.format {
                Format::Human if global.quiet => String::new(),
                Format::Human => shown.words() + &place(output, &summary),
                format => shown.written(format)?,
            };
            if output == Some(Path::new("-")) {
                if !global.quiet {
                    output::aside(&text);
                }
            } else {
                output::print(&text)?;
            }
            Ok(Outcome::Clean)
        }
        Err(error) => refused(error, Some(&plan), global),
    }
}

/// Where the plan is to be found.
fn place(written_to: Option<&Path>, summary: &Summary) -> String {
    match written_to {
        None if summary.records == Some(0) => String::new(),
        Some(path) if path != Path::new("-") => format!("written to {}\n", path.display()),
        Some(_) => String::new(),
        None => "nothing is written: -o FILE keeps the plan\n".to_owned(),
    }
}

fn infeasible(plan: &Plan, decision: &Decision, global: &Global) -> Result<Outcome> {
    let shown = Shown { plan, decision, summary: None, digest: None };
    match global.format {
        Format::Human => output::aside(&shown.words()),
        format => output::print(&shown.written(format)?)?,
    }
    Ok(Outcome::Findings)
}

/// Ids and intents that cannot be planned are findings; anything else could not run.
fn refused(error: anyhow::Error, plan: Option<&Plan>, global: &Global) -> Result<Outcome> {
    let known = error.downcast_ref::<Error>();
    if let (Some(plan), Some(decision)) = (plan, known.and_then(Error::decision)) {
        return infeasible(plan, decision, global);
    }
    match known.map(Error::kind) {
        Some(ErrorKind::BadIds) => {
            let bad = error.downcast_ref::<Error>();
            let (first, count) =
                bad.map_or((&[][..], 0), |error| (error.bad_ids(), error.bad_id_count()));
            let file = bad.and_then(Error::file);
            let file = file.map_or_else(String::new, |file| format!("`{file}`: "));
            for bad in first {
                output::complain(&format!("{file}{bad}"));
            }
            let more = count.saturating_sub(first.len() as u64);
            if more > 0 {
                output::complain(&format!("{more} more lines are no record ids"));
            }
            let is_list = |bad: &BadId| {
                bad.reason != Reason::Rounded && bad.text.contains([',', ';', '\t', '[', ' '])
            };
            if first.iter().any(is_list) {
                output::remark(
                    "a list has one id a line; of a table, name the column with --column",
                );
            }
            output::remark("no plan was made: correct these lines or take them out");
            Ok(Outcome::Findings)
        }
        _ if error.is::<WrongForm>() => {
            output::complain(&error.to_string());
            Ok(Outcome::Usage)
        }
        Some(ErrorKind::Intent | ErrorKind::Column | ErrorKind::Table) => {
            output::complain(&format!("{error:#}"));
            Ok(Outcome::Usage)
        }
        _ => Err(error),
    }
}

/// What is to be done: the change file, and what flags add to it.
fn intent(
    args: &PlanArgs,
    file: Option<&Path>,
    global: &Global,
) -> Result<Result<Change, Refusal>> {
    let mut change = match file {
        Some(path) => match change_file(path, args, global)? {
            Some(change) => change,
            None => return Ok(Err(Refusal::Findings)),
        },
        None => Change {
            module: String::new(),
            version: None,
            set: Vec::new(),
            over_write: None,
            select: Select::Ids(Vec::new()),
            policy: Value::Null,
        },
    };
    if let Some(module) = &args.module {
        change.module.clone_from(module);
    }
    change.version = args.api_version.or(change.version);
    change.over_write = args.over_write.or(change.over_write);
    for setting in &args.set {
        let Some((field, value)) = setting.split_once('=') else {
            let message = format!("--set `{setting}` has no `=`; expected FIELD=VALUE");
            return Ok(Err(Refusal::Usage(message)));
        };
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        change.set.retain(|(name, _)| name != field || file.is_none());
        change.set.push((field.to_owned(), value));
    }
    if let Some(ids) = &args.ids {
        change.select =
            Select::File { path: ids.display().to_string(), column: args.column.clone() };
    }
    if let Some(view) = args.view {
        let territory = args.territory.map(|territory| (territory, args.include_child));
        change.select = Select::View { view, territory };
    }
    Ok(match &change.select {
        _ if change.module.is_empty() => {
            Err(Refusal::Usage("no module: name it with --module, or in a change file".to_owned()))
        }
        _ if change.set.is_empty() => {
            Err(Refusal::Usage("no field is set: use --set FIELD=VALUE, or a change file".to_owned()))
        }
        Select::Ids(ids) if ids.is_empty() => Err(Refusal::Usage(
            "no records: name a custom view with --view, or a file of ids with --ids, `-` for standard \
             input"
                .to_owned(),
        )),
        Select::Ids(_) | Select::File { .. } | Select::Several(_) | Select::View { .. } => Ok(change),
    })
}

/// Names the files of a selection from where the change file stands.
fn beside(folder: &Path, select: &mut Select) {
    match select {
        Select::File { path, .. } if path == "-" => {}
        Select::File { path, .. } => *path = folder.join(&*path).display().to_string(),
        Select::Several(parts) => parts.iter_mut().for_each(|part| beside(folder, part)),
        Select::Ids(_) | Select::View { .. } => {}
    }
}

fn change_file(path: &Path, args: &PlanArgs, global: &Global) -> Result<Option<Change>> {
    let bytes = massup_project::read(path)?;
    let mut linter = Linter::new();
    if let Some(version) = args.api_version {
        linter = linter.version(version);
    }
    match linter.read_change(&path.display().to_string(), &bytes) {
        Ok((mut change, report)) => {
            tell(Checked::new(bytes, report), global)?;
            // A file of ids stands beside the change file that names it.
            beside(path.parent().unwrap_or(Path::new("")), &mut change.select);
            Ok(Some(change))
        }
        Err(report) => {
            tell(Checked::new(bytes, report), global)?;
            Ok(None)
        }
    }
}

/// Findings go to standard error: standard output is for the plan or its summary.
fn tell(linted: Checked, global: &Global) -> Result<()> {
    if !linted.report.diagnostics.is_empty() {
        let only = if global.quiet { Severity::Error } else { Severity::Note };
        let text = render::human::report(&[linted], Some(only));
        anstream::stderr().write_all(text.as_bytes())?;
    }
    Ok(())
}

/// What the planner says in its own words about a view.
const SAID_BY_THE_PLAN: [&str; 4] =
    ["automations-by-count", "moving-view", "self-changing-view", "view-too-large"];

fn first_calls_are_clean(
    plan: &Plan,
    decision: &Decision,
    known: Option<Arc<Facts>>,
    global: &Global,
) -> Result<bool> {
    let linter = Linter::new().facts(known.unwrap_or_default());
    let mut clean = true;
    let mut said = BTreeSet::new();
    for request in sample(plan, decision)? {
        let mut report = linter.check(&request);
        report.diagnostics.retain(|found| {
            !SAID_BY_THE_PLAN.contains(&found.name)
                && said.insert((found.code, found.message.clone()))
        });
        clean &= report.worst() != Some(Severity::Error);
        let bytes = request.body().to_string().into_bytes();
        tell(Checked::new(bytes, report), global)?;
    }
    Ok(clean)
}

/// A call of each kind that the plan makes.
fn sample(plan: &Plan, decision: &Decision) -> Result<Vec<Request>> {
    if matches!(plan.selection(), Selection::Ids(_)) {
        let any = RecordId::from_number(1).map(Ok);
        return Ok(plan.calls(any).collect::<Result<_, _>>()?);
    }
    let steps = decision.route.map(|route| plan.steps(route)).transpose()?.unwrap_or_default();
    let any = || Selection::Ids(RecordId::from_number(1).into_iter().collect());
    let request = |step: Step| match step.action {
        Action::Read(_) => None,
        Action::Update(request) => Some(Ok(request)),
        Action::UpdateRead { template, .. } => Some(template.request(any())),
    };
    Ok(steps.into_iter().filter_map(request).collect::<Result<_, _>>()?)
}

/// How many different ids there are; `None` for a view.
fn counted(plan: &Plan, change: &Change) -> Result<Option<u64>> {
    let Some(ids) = Records::of(&change.select)? else { return Ok(None) };
    let mut calls = plan.calls(ids);
    calls.by_ref().try_for_each(|call| call.map(drop))?;
    Ok(calls.summary().records)
}

/// Makes the calls, writes them where they are wanted, and counts them.
fn written(output: Option<&Path>, plan: &Plan, change: &Change) -> Result<Summary> {
    let ids = Records::of(&change.select)?;
    let write = |out: &mut dyn io::Write| match ids {
        Some(ids) => file::write(out, plan.calls(ids)),
        None => file::write_steps(out, plan),
    };
    match output {
        None => Ok(write(&mut io::sink())?),
        Some(path) if path == Path::new("-") => Ok(write(&mut io::stdout().lock())?),
        Some(path) => output::whole(path, |file| Ok(write(file)?)),
    }
}
