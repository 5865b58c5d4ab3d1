//! `massup plan`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use massup_model::{ApiVersion, RecordId};
use massup_planner::ids::Ids;
use massup_planner::{Error, ErrorKind, Plan, Summary, file};
use massup_rules::change::{Change, Select};
use massup_rules::{Linter, Severity};
use serde_json::Value;

use crate::args::{Format, Global, PlanArgs};
use crate::lint::Linted;
use crate::{Outcome, inputs, output, render};

/// Larger than a line of a plan, so that each is written at once.
const BUFFER: usize = 1 << 16;

/// Why there is no plan, by how the run ends.
enum Refusal {
    /// Said already, with places.
    Findings,
    /// The command line lacks something, or contradicts itself.
    Usage(String),
}

pub(crate) fn run(args: &PlanArgs, global: &Global) -> Result<Outcome> {
    let change = match intent(args, global)? {
        Ok(change) => change,
        Err(Refusal::Findings) => return Ok(Outcome::Findings),
        Err(Refusal::Usage(message)) => {
            output::complain(&message);
            return Ok(Outcome::Usage);
        }
    };
    let version = change.version.unwrap_or(ApiVersion::LATEST);
    let plan = match Plan::new(version, &change.module, change.set.clone(), change.over_write) {
        Ok(plan) => plan,
        Err(error) => return refused(error.into()),
    };
    // What the calls share is checked on one of them; ids are checked as they are read.
    if !first_call_is_clean(&plan, global)? {
        return Ok(Outcome::Findings);
    }
    match written(args, &plan, &change) {
        Ok(summary) => {
            let text = match global.format {
                Format::Json => serde_json::to_string_pretty(&summary)? + "\n",
                _ if global.quiet => String::new(),
                _ => words(&summary, args.output.as_deref()),
            };
            if args.output.as_deref() == Some(Path::new("-")) {
                if !global.quiet {
                    output::remark(text.trim_end());
                }
            } else {
                output::print(&text)?;
            }
            Ok(Outcome::Clean)
        }
        Err(error) => refused(error),
    }
}

/// Ids and intents that cannot be planned are findings; anything else could not run.
fn refused(error: anyhow::Error) -> Result<Outcome> {
    let kind = error.downcast_ref::<Error>().map(Error::kind);
    match kind {
        Some(ErrorKind::BadIds) => {
            let bad = error.downcast_ref::<Error>();
            let (first, count) =
                bad.map_or((&[][..], 0), |error| (error.bad_ids(), error.bad_id_count()));
            for bad in first {
                output::complain(&bad.to_string());
            }
            let more = count.saturating_sub(first.len() as u64);
            if more > 0 {
                output::complain(&format!("{more} more lines are no record ids"));
            }
            output::remark("no plan was made: correct these lines or take them out");
            Ok(Outcome::Findings)
        }
        Some(ErrorKind::Intent | ErrorKind::Column | ErrorKind::Table) => {
            output::complain(&format!("{error:#}"));
            Ok(Outcome::Usage)
        }
        _ => Err(error),
    }
}

/// What is to be done: the change file, and what flags add to it.
fn intent(args: &PlanArgs, global: &Global) -> Result<Result<Change, Refusal>> {
    let mut change = match &args.change {
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
        },
    };
    if let Some(module) = &args.target.module {
        change.module.clone_from(module);
    }
    change.version = args.target.api_version.or(change.version);
    change.over_write = args.over_write.or(change.over_write);
    for setting in &args.set {
        let Some((field, value)) = setting.split_once('=') else {
            let message = format!("--set `{setting}` has no `=`; expected FIELD=VALUE");
            return Ok(Err(Refusal::Usage(message)));
        };
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        change.set.retain(|(name, _)| name != field || args.change.is_none());
        change.set.push((field.to_owned(), value));
    }
    if let Some(ids) = &args.ids {
        change.select =
            Select::File { path: ids.display().to_string(), column: args.column.clone() };
    }
    Ok(match &change.select {
        _ if change.module.is_empty() => {
            Err(Refusal::Usage("no module: name it with --module, or in a change file".to_owned()))
        }
        _ if change.set.is_empty() => {
            Err(Refusal::Usage("no field is set: use --set FIELD=VALUE, or a change file".to_owned()))
        }
        Select::Ids(ids) if ids.is_empty() => Err(Refusal::Usage(
            "no records: name a file of ids with --ids, `-` for standard input".to_owned(),
        )),
        Select::View { .. } => Err(Refusal::Usage(
            "plans by custom view cannot be made yet; plan by ids, or send the call of the view as \
             `massup explain no-selection` shows it"
                .to_owned(),
        )),
        Select::Ids(_) | Select::File { .. } => Ok(change),
    })
}

fn change_file(path: &Path, args: &PlanArgs, global: &Global) -> Result<Option<Change>> {
    let bytes = inputs::read(path)?;
    let mut linter = Linter::new();
    if let Some(version) = args.target.api_version {
        linter = linter.version(version);
    }
    match linter.read_change(&path.display().to_string(), &bytes) {
        Ok((mut change, report)) => {
            tell(Linted::new(bytes, report), global)?;
            // A file of ids stands beside the change file that names it.
            if let Select::File { path: ids, .. } = &mut change.select {
                let folder = path.parent().unwrap_or(Path::new(""));
                *ids = folder.join(&*ids).display().to_string();
            }
            Ok(Some(change))
        }
        Err(report) => {
            tell(Linted::new(bytes, report), global)?;
            Ok(None)
        }
    }
}

/// Findings go to standard error: standard output is for the plan or its summary.
fn tell(linted: Linted, global: &Global) -> Result<()> {
    if !linted.report.diagnostics.is_empty() {
        let only = if global.quiet { Severity::Error } else { Severity::Note };
        let text = render::human::report(&[linted], Some(only));
        anstream::stderr().write_all(text.as_bytes())?;
    }
    Ok(())
}

fn first_call_is_clean(plan: &Plan, global: &Global) -> Result<bool> {
    let any = RecordId::from_number(1).map(Ok);
    let linter = Linter::new();
    let mut clean = true;
    for request in plan.calls(any) {
        let request = request?;
        let report = linter.check(&request);
        clean &= report.worst() != Some(Severity::Error);
        let bytes = request.body().to_string().into_bytes();
        tell(Linted::new(bytes, report), global)?;
    }
    Ok(clean)
}

/// Makes the calls, writes them where they are wanted, and counts them.
fn written(args: &PlanArgs, plan: &Plan, change: &Change) -> Result<Summary> {
    match &change.select {
        Select::Ids(ids) => deliver(args, plan, ids.iter().copied().map(Ok)),
        Select::File { path, column } => {
            let reader = open(Path::new(path))?;
            match column {
                Some(column) => deliver(args, plan, Ids::from_column(reader, column)?),
                None => deliver(args, plan, Ids::from_lines(reader)),
            }
        }
        Select::View { .. } => bail!("a view has no ids to plan with"),
    }
}

fn deliver(
    args: &PlanArgs,
    plan: &Plan,
    ids: impl Iterator<Item = Result<RecordId, Error>>,
) -> Result<Summary> {
    let calls = plan.calls(ids);
    match &args.output {
        None => Ok(file::write(io::sink(), calls)?),
        Some(path) if path == Path::new("-") => {
            Ok(file::write(BufWriter::with_capacity(BUFFER, io::stdout().lock()), calls)?)
        }
        Some(path) => output::whole(path, |file| {
            Ok(file::write(BufWriter::with_capacity(BUFFER, file), calls)?)
        }),
    }
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::with_capacity(BUFFER, io::stdin().lock())));
    }
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
}

/// The plan in words.
fn words(summary: &Summary, written_to: Option<&Path>) -> String {
    let Summary { module, api_version, calls, records, duplicates, .. } = summary;
    let per_call = massup_model::limits::MAX_IDS;
    let limit = massup_model::limits::fields_per_call(module);
    let groups: Vec<_> = summary.field_groups.iter().map(|group| group.join(", ")).collect();
    let chunks = calls / (groups.len().max(1) as u64);
    if *records == 0 {
        return format!(
            "{module}, {api_version}: no record ids were given, so there is nothing to do\n"
        );
    }
    let mut text = format!("{module}, {api_version}: {calls} calls update {records} records\n");
    text += &format!("  fields       {}\n", summary.fields.join(", "));
    text += &format!(
        "  calls        {chunks} × {per_call} records at most × {} of fields ({limit} on {module}): {}\n",
        output::count(groups.len(), "group"),
        groups.join(" | "),
    );
    if *duplicates > 0 {
        text += &format!("  left out     {duplicates} ids that stand there twice\n");
    }
    text += "  automations  triggered by every call: workflows, approvals and blueprints always run \
             for calls by ids";
    if groups.len() > 1 {
        text += &format!(", here {} times a record", groups.len());
    }
    text += "\n";
    match written_to {
        Some(path) if path != Path::new("-") => text += &format!("written to {}\n", path.display()),
        Some(_) => {}
        None => text += "nothing is written: -o FILE keeps the plan\n",
    }
    text
}
