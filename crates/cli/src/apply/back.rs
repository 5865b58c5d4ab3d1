//! `massup rollback`: the values from before a plan.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use massup_executor::rollback::{Left, LeftWhy, Rollback};
use massup_executor::{JournalError, ReadBack};
use massup_planner::file::Header;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Plan, apply, files, open, refused};
use crate::api_client;
use crate::args::{Format, Global, RollbackArgs, RunArgs};
use crate::output::{self, count, printable};
use crate::signature::signers;
use crate::{Outcome, interrupt};

/// The most records that are listed as left.
const MOST_LEFT: usize = 20;

/// Works out the way back, writes it as plans, and runs them.
///
/// # Errors
///
/// The plan, its journal or the records cannot be read; or as `massup apply`.
pub(crate) fn rollback(args: &RollbackArgs, global: &Global) -> Result<Outcome> {
    let trusted = match signers(&args.plan, &args.run.require_signature) {
        Ok(trusted) => trusted,
        Err(error) => return Ok(output::misused(error)),
    };
    let Some(plan) = Plan::open(&args.plan, &trusted)? else { return Ok(Outcome::Findings) };
    let journal = args.run.journal.clone().unwrap_or_else(|| files::beside(plan.path, "journal"));
    if !journal.exists() {
        output::complain(&format!(
            "`{}` does not exist: there is nothing to take back",
            journal.display()
        ));
        output::remark("name the journal of the run with --journal");
        return Ok(Outcome::Usage);
    }
    let back = match way_back(&plan, &journal, args, global)? {
        Ok(back) => back,
        Err(outcome) => return Ok(outcome),
    };
    if global.format == Format::Human && !global.quiet {
        output::aside(&words(&back));
    }
    let mut written = Vec::new();
    for (number, restoring) in (1..).zip(&back.plans) {
        let ending = match back.plans.len() {
            1 => "rollback.plan.jsonl".to_owned(),
            _ => format!("rollback-{number}.plan.jsonl"),
        };
        let path = files::beside(plan.path, &ending);
        output::private(&path, |file| Ok(restoring.write(std::io::BufWriter::new(file))?))?;
        written.push(path);
    }
    if args.plan_only && global.format != Format::Human {
        let plans = written.iter().map(|path| path.display().to_string()).collect();
        output::json(&WayBack { format: 1, plans })?;
    }
    if written.is_empty() {
        output::remark("there is nothing to restore");
        return Ok(if back.left.is_empty() { Outcome::Clean } else { Outcome::Findings });
    }
    if args.plan_only {
        if global.format != Format::Human {
            return Ok(Outcome::Clean);
        }
        for path in &written {
            output::print(&format!("{}\n", printable(&path.display().to_string())))?;
        }
        return Ok(Outcome::Clean);
    }
    run(&written, &args.run, global, !back.left.is_empty())
}

/// The plans that restore the values from before a plan.
#[derive(Serialize, JsonSchema)]
pub(crate) struct WayBack {
    /// The number of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    format: u32,
    /// The files of the plans that restore the records, to be run in this order.
    plans: Vec<String>,
}

/// The way back, by the journal and the records as they are now.
fn way_back(
    plan: &Plan<'_>,
    journal: &std::path::Path,
    args: &RollbackArgs,
    global: &Global,
) -> Result<Result<Rollback, Outcome>> {
    let connection = match api_client::connection(&args.run.api)? {
        Ok(connection) => connection,
        Err(missing) => {
            output::complain(&missing);
            return Ok(Err(Outcome::Usage));
        }
    };
    let mut journal = match open(journal, plan) {
        Ok(journal) => journal,
        Err(error) => return Ok(Err(refused(&error))),
    };
    let ready = super::before::look(plan, connection, global.quiet)?;
    {
        use massup_executor::Journal as _;
        let (of, now) = (&journal.identity().organisation, &ready.organisation);
        if of != now {
            let what =
                format!("the plan was run in the organisation `{of}`; the token is one of `{now}`");
            let kind = massup_executor::journal::JournalErrorKind::Foreign;
            return Ok(Err(refused(&JournalError::new(kind, what))));
        }
    }
    let Header { api_version, module, .. } = &plan.header;
    let reader =
        ReadBack::new(&ready.http, *api_version, module, usize::from(args.run.concurrency));
    Ok(Ok(Rollback::of(plan.steps()?, &mut journal, &reader)?))
}

/// Runs the plans of the way back, one after another.
fn run(plans: &[PathBuf], args: &RunArgs, global: &Global, left: bool) -> Result<Outcome> {
    let mut worst = if left { Outcome::Findings } else { Outcome::Clean };
    for path in plans {
        let Some(plan) = Plan::open(path, &[])? else { return Ok(Outcome::Failed) };
        let connection = match api_client::connection(&args.api)? {
            Ok(connection) => connection,
            Err(missing) => {
                output::complain(&missing);
                return Ok(Outcome::Usage);
            }
        };
        // Each plan of the way back has a journal of its own, next to it.
        let journal = Some(files::beside(path, "journal"));
        match apply(&plan, connection, args, journal, None, global)? {
            Outcome::Clean => {}
            Outcome::Findings => worst = Outcome::Findings,
            other => return Ok(other),
        }
        if interrupt::is_asked() {
            break;
        }
    }
    Ok(worst)
}

/// What is restored, and what is left.
fn words(back: &Rollback) -> String {
    let mut text = String::new();
    for plan in &back.plans {
        let records: usize = plan.values.iter().map(|values| values.ids.len()).sum();
        let groups = plan.values.len();
        text += &format!(
            "{} get former values of {} back ({})\n",
            count(records, "record"),
            plan.fields.join(", "),
            count(groups, "different value")
        );
    }
    if back.unchanged > 0 {
        text += &format!("{} are as they were before\n", back.unchanged);
    }
    if !back.without_images.is_empty() {
        text += &format!(
            "{} cannot be taken back: no values were kept before\n",
            count(back.without_images.len(), "call")
        );
    }
    text + &left(&back.left)
}

fn left(left: &[Left]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for record in left {
        let kind = match record.why {
            LeftWhy::ChangedSince { .. } => "changed by someone since",
            LeftWhy::Gone => "gone",
            LeftWhy::NotSettable => "with a former value that no mass update can set",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    let mut text = String::from("left as they are:\n");
    for (kind, number) in kinds {
        text += &format!("  {} {kind}\n", count(number, "record"));
    }
    for record in left.iter().take(MOST_LEFT) {
        let field = record
            .field
            .as_deref()
            .map_or_else(String::new, |field| format!(" {}", printable(field)));
        let by = match &record.why {
            LeftWhy::ChangedSince { by: Some(by), .. } => {
                format!(", last changed by {}", printable(by))
            }
            _ => String::new(),
        };
        text += &format!("    {}{field}{by}\n", record.id);
    }
    if left.len() > MOST_LEFT {
        text += &format!("    … and {} more\n", left.len() - MOST_LEFT);
    }
    text
}
