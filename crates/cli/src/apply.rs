//! `massup apply`, `massup status` and `massup rollback`.

mod back;
mod before;
mod files;
mod irreversible;
mod report;
mod watch;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use massup_executor::entry::Identity;
use massup_executor::journal::JournalErrorKind;
use massup_executor::sqlite::Sqlite;
use massup_executor::{Ahead, JournalError, Options, ReadBack, Report, Run, RunError, verify};
use massup_planner::file::{self, Footer, Header, Reader};
use massup_planner::{Action, ErrorKind};
use massup_project::signature::{self, PublicKey, Signed};
use massup_project::{plan::is_current, snapshot};
use massup_rules::Facts;
use massup_transport::http::Http;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::api_client::{self, Connection};
use crate::args::{ApplyArgs, Format, Global, RunArgs, StatusArgs};
use crate::held_file::HeldFile;
use crate::render::plan::Shown;
use crate::signature::{refuse, signers};
use crate::{Outcome, interrupt, output, render};

pub(crate) use back::{WayBack, rollback};
pub(crate) use report::RunData;

/// How many bytes of a plan are read at a time.
const BLOCK: usize = 1 << 18;

/// A plan file that is whole.
struct Plan<'p> {
    path: &'p Path,
    file: Arc<File>,
    /// The id of the trusted key that signed it, if a signature is required.
    signed_by: Option<String>,
    header: Header,
    footer: Footer,
    /// What the steps set, by the names of the fields.
    values: BTreeMap<String, Value>,
}

impl<'p> Plan<'p> {
    /// Reads and verifies a plan, and its signature if there are trusted keys; `None` where it is damaged or not
    /// signed by one of them, which has been said.
    fn open(path: &'p Path, trusted: &[PublicKey]) -> Result<Option<Self>> {
        let cannot = || format!("cannot read `{}`", path.display());
        if path == Path::new("-") {
            bail!("a plan that is run is read twice: save it to a file");
        }
        // The file stays open: what is run is what was verified, even if another takes its name.
        let file = Arc::new(File::open(path).with_context(cannot)?);
        let signed_by = if trusted.is_empty() {
            None
        } else {
            match signature::check(path, &*file, trusted)? {
                Signed::By(id) => Some(id),
                Signed::Not(why) => {
                    refuse(path, &why);
                    return Ok(None);
                }
            }
        };
        let mut values = BTreeMap::new();
        let reader = BufReader::with_capacity(BLOCK, HeldFile::from_start(&file));
        let seen = file::verify_each(reader, |step| {
            for (name, value) in step.fields() {
                if !values.contains_key(name) {
                    values.insert(name.clone(), value.clone());
                }
            }
        });
        match seen {
            Ok((header, footer)) => {
                Ok(Some(Self { path, file, signed_by, header, footer, values }))
            }
            Err(error) if error.kind() == ErrorKind::PlanFile => {
                output::complain(&format!("`{}`: {error}", path.display()));
                output::remark("make the plan again with `massup plan`");
                Ok(None)
            }
            Err(error) => Err(error).with_context(cannot),
        }
    }

    fn steps(&self) -> Result<Reader<BufReader<HeldFile>>> {
        let cannot = || format!("cannot read `{}`", self.path.display());
        let file = HeldFile::from_start(&self.file);
        Reader::new(BufReader::with_capacity(BLOCK, file)).with_context(cannot)
    }

    /// The plan in words.
    fn words(&self) -> Result<String> {
        let plan = snapshot::aged(self.header.plan_with(&self.values)?, snapshot::now());
        let decision = plan.decide(self.footer.records);
        let summary = self.header.summary(&plan, &self.footer);
        let digest = Some(self.footer.digest.as_str());
        let shown = Shown { summary: Some(&summary), digest, ..Shown::of(&plan, &decision) };
        let signed = self.signed_by.as_ref();
        let signed = signed.map(|id| format!("  signature    of the trusted key {id}\n\n"));
        Ok(shown.words() + &signed.unwrap_or_default())
    }

    /// How many records the plan updates, if that is known.
    fn records(&self) -> Option<u64> {
        let facts = self.header.facts.as_ref();
        self.footer.records.or(facts.and_then(|facts| facts.known.view.records))
    }

    fn identity(&self, organisation: String) -> Identity {
        Identity {
            plan: self.footer.digest.clone(),
            organisation,
            api_version: self.header.api_version,
            module: self.header.module.clone(),
        }
    }
}

pub(crate) fn run(args: &ApplyArgs, global: &Global) -> Result<Outcome> {
    let trusted = match signers(&args.plan, &args.run.require_signature) {
        Ok(trusted) => trusted,
        Err(error) => return Ok(output::misused(error)),
    };
    let Some(plan) = Plan::open(&args.plan, &trusted)? else { return Ok(Outcome::Findings) };
    let known = match snapshot::known(args.snapshot.as_deref()) {
        Ok(known) => known,
        Err(error) => return Ok(output::misused(error)),
    };
    if !args.allow_stale && known.as_ref().is_some_and(|known| !is_current(&plan.header, known)) {
        output::complain("the facts have changed since the plan was made");
        output::remark("make the plan again, or pass --allow-stale");
        return Ok(Outcome::Findings);
    }
    if args.dry_run {
        return dry_run(&plan, global);
    }
    let connection = match api_client::connection(&args.run.api)? {
        Ok(connection) => connection,
        Err(missing) => {
            output::complain(&missing);
            return Ok(Outcome::Usage);
        }
    };
    let journal = args.run.journal.clone();
    let intent = Intent { words: plan.words()?, facts: known.as_deref() };
    apply(&plan, connection, &args.run, journal, Some(&intent), global)
}

/// What is shown before the question, next to what the organisation says.
struct Intent<'f> {
    /// The plan in words.
    words: String,
    facts: Option<&'f Facts>,
}

/// Asks, runs and reports a plan.
fn apply(
    plan: &Plan<'_>,
    connection: Connection,
    args: &RunArgs,
    journal: Option<PathBuf>,
    intent: Option<&Intent<'_>>,
    global: &Global,
) -> Result<Outcome> {
    let ready = before::look(plan, connection, global.quiet)?;
    let journal_file = journal.unwrap_or_else(|| files::beside(plan.path, "journal"));
    let is_new = !journal_file.exists();
    let mut journal = match Sqlite::open(&journal_file, &plan.identity(ready.organisation.clone()))
    {
        Ok(journal) => journal,
        Err(error) => return Ok(refused(&error)),
    };
    let begun = Report::of(&mut journal)?;
    if global.format == Format::Human && !global.quiet {
        let words = intent.map(|intent| intent.words.clone()).unwrap_or_default();
        output::aside(&(words + &ready.words(plan, &begun, args, intent)?));
    }
    let word = if report::is_begun(&begun) { "resume" } else { "apply" };
    let refused = if ready.is_barred() {
        for (what, help) in &ready.barriers {
            output::complain(what);
            output::remark(&format!("help: {help}"));
        }
        Some(Outcome::Findings)
    } else {
        (!args.yes && !confirmed(word)?).then_some(Outcome::Usage)
    };
    if let Some(outcome) = refused {
        drop(journal);
        if is_new {
            // An empty journal would only confuse.
            let _ = std::fs::remove_file(&journal_file);
        }
        return Ok(outcome);
    }
    let mut watch = watch::Watch::new(plan.records(), &begun, global);
    let outcome = Run::new(options(plan, args))
        .stopped_by(interrupt::graceful())
        .apply(plan.steps()?, &ready.http, &mut journal, &mut watch)
        .map_err(explained);
    watch.finish();
    let outcome = outcome?;
    let report = Report::of(&mut journal)?;
    let verified =
        if args.verify { Some(check(plan, &ready.http, &mut journal, args)?) } else { None };
    let written =
        files::write(plan, &mut journal, args.failed.as_deref(), args.done.as_deref(), true)?;
    let whole = report::Whole {
        report: &report,
        ahead: Ahead::of(plan.steps()?, &mut journal)?,
        outcome: Some(&outcome),
        verified: verified.as_ref(),
        plan: plan.path,
        written: &written,
    };
    whole.print(global)?;
    Ok(whole.exit())
}

fn options(plan: &Plan<'_>, args: &RunArgs) -> Options {
    let policy = &plan.header.policy;
    let limit = policy.concurrency.and_then(|limit| usize::try_from(limit).ok());
    let milliseconds = args.stop_at.map(jiff::Timestamp::as_millisecond);
    Options {
        in_doubt: args.in_doubt.into(),
        max_failures: args.max_failures,
        max_credits: args.max_credits,
        stop_at: milliseconds.and_then(|time| u64::try_from(time).ok()),
        concurrency: limit.unwrap_or(usize::MAX).min(usize::from(args.concurrency)),
        rate: args.rate,
        backup: Some(args.backup).filter(|most| *most > 0),
        records: plan.records(),
        credits: policy.credits,
        ..Options::default()
    }
}

/// Reads the records back; each that is not as the plan wanted it is a line.
fn check(
    plan: &Plan<'_>,
    http: &Http,
    journal: &mut Sqlite,
    args: &RunArgs,
) -> Result<report::Checked> {
    let Header { api_version, module, .. } = &plan.header;
    let reader = ReadBack::new(http, *api_version, module, usize::from(args.concurrency));
    let mut differences = Vec::new();
    let mut more = 0_u64;
    let totals = verify(plan.steps()?, journal, &reader, |difference| {
        if differences.len() < report::MOST_DIFFERENCES {
            differences.push(difference);
        } else {
            more += 1;
        }
    })?;
    Ok(report::Checked { totals, differences, more })
}

/// A step that a run would take.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DryStep<'s> {
    /// The number of the step, counted from 1.
    #[schemars(range(min = 1))]
    step: u64,
    /// The step that must have ended before it begins; `null` if there is none.
    after: Option<u64>,
    /// The HTTP method.
    method: &'static str,
    /// The path of the call.
    path: String,
    /// The API names of the fields that are set; empty for a step that reads ids.
    fields: Vec<&'s str>,
    /// The records, in words.
    what: String,
}

/// Shows every call.
fn dry_run(plan: &Plan<'_>, global: &Global) -> Result<Outcome> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let version = plan.header.api_version;
    for step in plan.steps()? {
        let step = step?;
        let (method, path, what) = match &step.action {
            Action::Read(read) => {
                let path = read.path(version, &plan.header.module);
                (read.method(), path, "reads the ids of the view".to_owned())
            }
            Action::Update(request) => {
                (request.method(), request.path(), before::selection(request))
            }
            Action::UpdateRead { step, template } => {
                let what = format!("for each 500 of the ids that step {step} has read");
                (template.method(), template.path(), what)
            }
        };
        let names: Vec<&str> = step.fields().iter().map(|(name, _)| name.as_str()).collect();
        if global.format == Format::Human {
            let set = if names.is_empty() {
                String::new()
            } else {
                format!(", sets {}", names.join(", "))
            };
            writeln!(out, "{} {method} {path}: {what}{set}", step.number)?;
        } else {
            let (step, after) = (step.number, step.after);
            let line = DryStep { step, after, method, path, fields: names, what };
            render::json::line(&line, &mut out)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// Whether the user agrees on the terminal.
fn confirmed(verb: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        output::complain("there is no terminal to ask on; pass --yes to start without asking");
        return Ok(false);
    }
    let mut err = anstream::stderr();
    write!(err, "Type `{verb}` to go on: ")?;
    err.flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let agreed = line.trim().eq_ignore_ascii_case(verb);
    if !agreed {
        output::remark("nothing was sent");
    }
    Ok(agreed)
}

/// What became of a plan.
pub(crate) fn status(args: &StatusArgs, global: &Global) -> Result<Outcome> {
    let Some(plan) = Plan::open(&args.plan, &[])? else { return Ok(Outcome::Findings) };
    let path = args.journal.clone().unwrap_or_else(|| files::beside(plan.path, "journal"));
    if !path.exists() {
        output::complain(&format!(
            "`{}` does not exist: the plan has not been run from here",
            path.display()
        ));
        output::remark("run it with `massup apply`, or name its journal with --journal");
        return Ok(Outcome::Usage);
    }
    let mut journal = match open(&path, &plan) {
        Ok(journal) => journal,
        Err(error) => return Ok(refused(&error)),
    };
    let report = Report::of(&mut journal)?;
    let written =
        files::write(&plan, &mut journal, args.failed.as_deref(), args.done.as_deref(), false)?;
    let whole = report::Whole {
        report: &report,
        ahead: Ahead::of(plan.steps()?, &mut journal)?,
        outcome: None,
        verified: None,
        plan: plan.path,
        written: &written,
    };
    whole.print(global)?;
    Ok(whole.exit())
}

/// The journal of a plan, whatever organisation it is of.
fn open(path: &Path, plan: &Plan<'_>) -> Result<Sqlite, JournalError> {
    use massup_executor::Journal as _;
    let journal = Sqlite::open_existing(path)?;
    let found = &journal.identity().plan;
    if *found != plan.footer.digest {
        let what = format!("the journal belongs to another plan, with digest `{found}`");
        return Err(JournalError::new(JournalErrorKind::Foreign, what));
    }
    Ok(journal)
}

/// Says why a journal cannot be used, and what to do.
fn refused(error: &JournalError) -> Outcome {
    let mut text = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        text += &format!(": {source}");
    }
    output::complain(&text);
    let (help, outcome) = match error.kind() {
        JournalErrorKind::Busy => {
            ("wait until the other run has ended, or stop it", Outcome::Failed)
        }
        JournalErrorKind::Foreign => ("name another journal with --journal", Outcome::Usage),
        JournalErrorKind::Newer => ("update massup", Outcome::Failed),
        JournalErrorKind::NotAJournal => ("name another file with --journal", Outcome::Usage),
        _ => (
            "see that there is space on the disk and that the file can be written",
            Outcome::Failed,
        ),
    };
    output::remark(help);
    outcome
}

/// An error of a run, with what to do.
fn explained(error: RunError) -> anyhow::Error {
    let help = match &error {
        RunError::Journal(_) => {
            "no further call was sent; free disk space and run the command again: it resumes"
        }
        RunError::Plan(_) => "make the plan again; what was done is in the journal",
        _ => "run the command again: it resumes",
    };
    anyhow!("the run has stopped: {:#}\nhelp: {help}", anyhow::Error::new(error))
}
