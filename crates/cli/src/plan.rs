//! `massup plan`.

mod by_name;
mod intent;
mod several;

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use massup_model::{RecordId, Request, limits};
use massup_planner::ids::{BadId, Reason};
use massup_planner::{Decision, Error, ErrorKind, Plan, Summary, file};
use massup_project::plan::{is_covered, sample};
use massup_project::{Checked, snapshot};
use massup_rules::change::Change;
use massup_rules::{Facts, Linter, Severity};

use crate::args::{Format, Global, PlanArgs};
use crate::records::{Records, WrongForm};
use crate::render::plan::Shown;
use crate::signature::Signer;
use crate::{Outcome, output, policy, render};

/// Why there is no plan.
enum Refusal {
    /// Findings that are already reported.
    Findings,
    /// The command line is incomplete or contradictory.
    Usage(String),
}

pub(crate) fn run(args: &PlanArgs, global: &Global) -> Result<Outcome> {
    if args.sign.is_some() && args.output.as_deref() == Some(Path::new("-")) {
        output::complain("a plan on standard output cannot be signed; use `-o FILE`");
        return Ok(Outcome::Usage);
    }
    // Before anything is planned: the passphrase may be wrong.
    let signer = match args.sign.as_deref().map(Signer::unlock).transpose() {
        Ok(signer) => signer,
        Err(error) => return Ok(output::misused(error)),
    };
    let signer = signer.as_ref();
    if args.changes.len() > 1 {
        return several::run(args, signer, global);
    }
    match intent::intent(args, args.changes.first().map(PathBuf::as_path), global)? {
        Ok(change) => one(args, &change, args.output.as_deref(), signer, global),
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
    signer: Option<&Signer>,
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
    let mut change = change.clone();
    intent::typed(args, &mut change, known.as_deref(), global);
    let change = &change;
    let plan = match massup_project::plan::plan_of(change, policy, known.as_deref()) {
        Ok(plan) => snapshot::aged(plan, snapshot::now()),
        Err(error) => return refused(error.into(), None, global),
    };
    let decision = plan.decide(None);
    if decision.route.is_none() {
        // The remedies depend on the number of records.
        return match counted(&plan, change) {
            Ok(records) => infeasible(&plan, &plan.decide(records), global),
            Err(error) => refused(error, None, global),
        };
    }
    let mut ids = match Selected::of(change, global) {
        Ok(ids) => ids,
        Err(error) => return refused(error, None, global),
    };
    let deny = args.deny.map_or(Severity::Error, Severity::from);
    let first = sample(&plan, &decision, &ids.first)?;
    if lint(&first, known, global)?.is_some_and(|worst| worst >= deny) {
        return Ok(stopped());
    }
    let written = written(output, &plan, &mut ids, |summary| {
        let decision = plan.decide(summary.records);
        let worst = Shown::of(&plan, &decision).diagnostics().iter().map(|one| one.severity).max();
        // The lint of the first calls has reported it.
        let suspicion = summary.suspicion.map(|_| Severity::Warning);
        if worst.max(suspicion).is_some_and(|worst| worst >= deny) {
            return Err(Denied(Box::new((summary, decision))).into());
        }
        Ok((summary, decision))
    });
    match written {
        Ok((summary, decision)) => {
            let signature = match (signer, output) {
                (Some(signer), Some(path)) => Some(signer.sign(path)?),
                _ => None,
            };
            let shown = Shown { summary: Some(&summary), ..Shown::of(&plan, &decision) };
            let text = match global.format {
                Format::Human if global.quiet => String::new(),
                Format::Human => {
                    let also = signature.map(|path| format!("signed in {}\n", path.display()));
                    shown.words() + &place(output, &summary) + &also.unwrap_or_default()
                }
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
        Err(error) => match error.downcast::<Denied>() {
            Ok(Denied(made)) => {
                let (summary, decision) = *made;
                let shown = Shown { summary: Some(&summary), ..Shown::of(&plan, &decision) };
                match global.format {
                    Format::Human => output::aside(&shown.words()),
                    format => output::print(&shown.written(format)?)?,
                }
                Ok(stopped())
            }
            Err(error) => refused(error, Some(&plan), global),
        },
    }
}

/// A plan that is not kept because of its findings.
#[derive(Debug)]
struct Denied(Box<(Summary, Decision)>);

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("findings at the `--deny` level")
    }
}

impl std::error::Error for Denied {}

fn stopped() -> Outcome {
    output::remark("no plan was made: findings at the `--deny` level");
    Outcome::Findings
}

/// Where the plan was written.
fn place(written_to: Option<&Path>, summary: &Summary) -> String {
    match written_to {
        None if summary.records == Some(0) => String::new(),
        Some(path) if path != Path::new("-") => format!("written to {}\n", path.display()),
        Some(_) => String::new(),
        None => "plan not saved; use `-o FILE`\n".to_owned(),
    }
}

fn infeasible(plan: &Plan, decision: &Decision, global: &Global) -> Result<Outcome> {
    let shown = Shown::of(plan, decision);
    match global.format {
        Format::Human => output::aside(&shown.words()),
        format => output::print(&shown.written(format)?)?,
    }
    Ok(Outcome::Findings)
}

/// Reports why there is no plan. Bad ids and impossible plans are findings.
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
                output::complain(&format!("{more} more lines are not record ids"));
            }
            let is_list = |bad: &BadId| {
                matches!(bad.reason, Reason::Digits(_))
                    && bad.text.contains([',', ';', '\t', '[', ' '])
            };
            if first.iter().any(is_list) {
                output::remark("a list has one id per line; for a table, use `--column NAME`");
            }
            if first.iter().any(|bad| bad.reason == Reason::NoKey) {
                output::remark("name the key that holds the ids with `--column NAME`");
            }
            output::remark("no plan was made: correct or remove these lines");
            Ok(Outcome::Findings)
        }
        _ if error.is::<WrongForm>() => {
            output::complain(&error.to_string());
            Ok(Outcome::Usage)
        }
        Some(ErrorKind::Column) => {
            output::complain(&format!("{error:#}"));
            output::remark("name the column of the record ids with `--column NAME`");
            Ok(Outcome::Usage)
        }
        Some(ErrorKind::Intent | ErrorKind::Json | ErrorKind::Table) => {
            output::complain(&format!("{error:#}"));
            Ok(Outcome::Usage)
        }
        _ => Err(error),
    }
}

/// Reports findings on standard error: standard output is for the plan or its summary.
fn report_findings(linted: Checked, global: &Global) -> Result<()> {
    if !linted.report.diagnostics.is_empty() {
        let only = if global.quiet { Severity::Error } else { Severity::Note };
        let text = render::human::report(&[linted], Some(only));
        anstream::stderr().write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Lints calls, reports the findings, and returns the worst severity.
fn lint(calls: &[Request], known: Option<Arc<Facts>>, global: &Global) -> Result<Option<Severity>> {
    let linter = Linter::new().facts(known.unwrap_or_default());
    let mut worst = None;
    let mut reported = BTreeSet::new();
    for request in calls {
        let mut found = linter.check(request);
        found
            .diagnostics
            .retain(|one| !is_covered(one) && reported.insert((one.code, one.message.clone())));
        worst = worst.max(found.worst());
        let bytes = request.body().to_string().into_bytes();
        report_findings(Checked::new(bytes, found), global)?;
    }
    Ok(worst)
}

/// The ids of a change, of which the first are read already.
struct Selected<'c> {
    first: Vec<RecordId>,
    /// What ended the first ids early.
    fault: Option<Error>,
    /// `None` for a view.
    rest: Option<Records<'c>>,
}

impl<'c> Selected<'c> {
    fn of(change: &'c Change, global: &Global) -> Result<Self> {
        let mut rest = Records::of(&change.select, &change.module)?;
        let (mut first, mut fault) = (Vec::new(), None);
        if let Some(ids) = &mut rest {
            if !global.quiet {
                ids.remarks().iter().for_each(|remark| output::remark(remark));
            }
            for id in ids.take(limits::MAX_IDS) {
                match id {
                    Ok(id) => first.push(id),
                    Err(error) => fault = Some(error),
                }
            }
        }
        Ok(Self { first, fault, rest })
    }

    /// All ids; `None` for a view.
    fn take(&mut self) -> Option<impl Iterator<Item = Result<RecordId, Error>> + use<'c>> {
        let first = std::mem::take(&mut self.first).into_iter().map(Ok);
        let rest = self.rest.take()?;
        Some(first.chain(self.fault.take().map(Err)).chain(rest))
    }
}

/// The number of different ids; `None` for a view.
fn counted(plan: &Plan, change: &Change) -> Result<Option<u64>> {
    let Some(ids) = Records::of(&change.select, &change.module)? else { return Ok(None) };
    let mut calls = plan.calls(ids);
    calls.by_ref().try_for_each(|call| call.map(drop))?;
    Ok(calls.summary().records)
}

/// Writes the plan. A file is kept only if `check` accepts the totals.
fn written<T>(
    output: Option<&Path>,
    plan: &Plan,
    ids: &mut Selected<'_>,
    check: impl FnOnce(Summary) -> Result<T>,
) -> Result<T> {
    let ids = ids.take();
    let write = |out: &mut dyn io::Write| {
        check(match ids {
            Some(ids) => file::write(out, plan.calls(ids)),
            None => file::write_steps(out, plan),
        }?)
    };
    match output {
        None => write(&mut io::sink()),
        Some(path) if path == Path::new("-") => write(&mut io::stdout().lock()),
        Some(path) => output::whole(path, |file| write(file)),
    }
}
