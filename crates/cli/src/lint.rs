//! `massup lint`.

use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use anyhow::{Result, bail};
use massup_project::{
    Checked, Content, Input, Job, Options, Settings, Skipped, Tally, follow, limits,
};
use massup_rules::Severity;
use massup_rules::levels::{Level, Levels};
use rayon::prelude::*;

use crate::accepted::Accepted;
use crate::args::{Deny, Format, Global, LintArgs, Output, RuleName};
use crate::render::{Detail, Run};
use crate::{Outcome, fix, output, render};

/// How many files are checked before their findings are counted: what is beyond a limit is dropped then.
const BATCH: usize = 256;

/// Fewer files are checked in less time than threads take to start.
const FEW: usize = 8;

pub(crate) fn run(args: &LintArgs, global: &Global) -> Result<Outcome> {
    if args.fixes.also_unsafe && fix::wanted(args).is_none() {
        output::complain("`--unsafe` needs `--fix` or `--diff`");
        return Ok(Outcome::Usage);
    }
    if args.statistics && global.format != Format::Human {
        output::complain("`--statistics` is for people; use it without `--format`");
        return Ok(Outcome::Usage);
    }
    let mut settings = Settings::new(options(args));
    let (inputs, errors) = Input::list(&args.paths);
    let mut excluded = 0;
    let mut jobs = Vec::with_capacity(inputs.len());
    for input in inputs {
        match settings.excludes(&input) {
            Ok(true) => excluded += 1,
            Ok(false) => match settings.job(input) {
                Ok(job) => jobs.push(job),
                Err(error) => return Ok(output::misused(error)),
            },
            Err(error) => return Ok(output::misused(error)),
        }
    }
    let mut accepted = match Accepted::read(args, &jobs) {
        Ok(accepted) => accepted,
        Err(error) => return Ok(output::misused(error)),
    };
    for remark in settings.remarks() {
        output::remark(remark);
    }
    let faults = settings.faults().to_vec();
    for fault in &faults {
        output::complain(fault);
    }
    let mut unread = 0;
    let mut complain = |error: anyhow::Error| {
        output::complain(&format!("{error:#}"));
        unread += 1;
    };
    errors.into_iter().map(Into::into).for_each(&mut complain);

    let mut checked = Vec::with_capacity(jobs.len());
    let mut tally = Tally::default();
    let mut room = limits::FINDINGS_OF_RUN;
    let mut jobs = jobs.into_iter().peekable();
    while jobs.peek().is_some() {
        let batch: Vec<_> = jobs.by_ref().take(BATCH).collect();
        // The order of the output does not depend on threads.
        let done: Vec<_> = if batch.len() < FEW {
            batch.into_iter().map(|job| apart(args, job)).collect()
        } else {
            batch.into_par_iter().map(|job| apart(args, job)).collect()
        };
        for done in done {
            let done = match done {
                Ok(Err(why)) => {
                    tally.skipped(why);
                    continue;
                }
                Ok(Ok(done)) => done.finish(args),
                Err(error) => Err(error),
            };
            match done {
                Ok(mut file) => {
                    // A baseline knows findings of all kinds, so it comes before the limits.
                    if accepted.is_empty() {
                        keep(&mut file, &mut room);
                    }
                    checked.push(file);
                }
                Err(error) => complain(error),
            }
        }
    }
    if fix::wanted(args).is_none()
        && let Err(error) = follow(&mut settings, &mut checked)
    {
        complain(error.into());
    }
    if args.update_baseline {
        // Findings that need data which could not be read would no longer be accepted.
        if unread > 0 || !faults.is_empty() {
            output::complain("baseline not updated: not everything could be read");
            return Ok(if unread > 0 { Outcome::Failed } else { Outcome::Usage });
        }
        accepted.update(&checked)?;
        return Ok(Outcome::Clean);
    }
    if !accepted.is_empty() {
        accepted.take_from(&mut checked);
        for file in &mut checked {
            keep(file, &mut room);
        }
    }
    let run = Run { files: &checked, unread, excluded, tally: Some(&tally) };
    // A reader that has seen enough, such as `head`, does not make the findings good.
    output::unless_closed(write(args, global, &run))?;
    Ok(if unread > 0 {
        Outcome::Failed
    } else if !faults.is_empty() {
        // What was found without these facts is shown, but they were meant to count.
        Outcome::Usage
    } else if checked.iter().any(Checked::is_denied) {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Keeps the findings of a file within the limits of a file and of the run.
fn keep(file: &mut Checked, room: &mut usize) {
    file.keep(limits::FINDINGS_OF_FILE.min(*room));
    *room -= file.report.diagnostics.len();
    if file.report.diagnostics.is_empty() {
        file.bytes = Vec::new();
    }
}

/// What the command line says of the files.
fn options(args: &LintArgs) -> Options {
    let mut levels = Levels::default();
    for (rules, level) in [(&args.allow, Level::Allow), (&args.warn, Level::Warning)] {
        for RuleName(rule) in rules {
            levels.set(rule, level);
        }
    }
    let mut options = Options::default();
    for named in &args.deny {
        match named {
            Deny::Rule(RuleName(rule)) => levels.set(rule, Level::Error),
            Deny::Level(level) => options.deny = Some((*level).into()),
        }
    }
    options.levels = levels;
    options.module.clone_from(&args.target.module);
    options.version = args.target.api_version;
    options.snapshot.clone_from(&args.snapshot);
    options.config.clone_from(&args.config);
    options.require_signature.clone_from(&args.require_signature);
    options
}

/// Looks at a file so that a mistake of massup in one file does not hide the findings of the others.
fn apart(args: &LintArgs, job: Job) -> Result<Result<fix::Done, Skipped>> {
    let name = job.input.name.clone();
    // What is known of a file is dropped with it, and nothing else was being changed.
    let looked = std::panic::catch_unwind(AssertUnwindSafe(|| look(args, job)));
    looked.unwrap_or_else(|_| {
        bail!("`{name}` was not checked: massup failed on it; please report this, with the file")
    })
}

/// Reads a file and checks it, or says why it is passed over: nobody named it, and it holds no call.
fn look(args: &LintArgs, job: Job) -> Result<Result<fix::Done, Skipped>> {
    if fix::wanted(args).is_none()
        && let Some(report) = job.check_clean_lines()?
    {
        let checked = job.checked(Vec::new(), report);
        return Ok(Ok(fix::Done::unchanged(job.input, checked)));
    }
    let bytes = match job.input.content()? {
        Content::Read(bytes) => bytes,
        Content::Skipped(why) => return Ok(Err(why)),
    };
    Ok(Ok(match fix::wanted(args) {
        Some(most) => fix::fixed(job, bytes, most)?,
        None => {
            let report = job.check(&bytes)?;
            if job.input.is_unrecognised(&report) {
                return Ok(Err(Skipped::Unrecognised));
            }
            // Many files may be clean: what is not needed is not kept.
            let bytes = if report.diagnostics.is_empty() { Vec::new() } else { bytes };
            let checked = job.checked(bytes, report);
            fix::Done::unchanged(job.input, checked)
        }
    }))
}

fn write(args: &LintArgs, global: &Global, run: &Run<'_>) -> Result<()> {
    // What --quiet hides is what makes no file fail.
    let only = global.quiet.then(|| run.files.iter().map(|file| file.deny).min()).flatten();
    let only = only.or(global.quiet.then_some(Severity::Error));
    let detail = Detail { only, verbose: args.verbose };
    let fixes_stdin = args.fixes.fix && args.paths.iter().any(|path| path == Path::new("-"));
    if args.fixes.diff || fixes_stdin {
        // The difference, or the fixed text, has standard output to itself.
        render::write(Format::Human, run, detail, &mut output::stderr())?;
    } else {
        let mut out: Box<dyn Write> = match global.format {
            Format::Human => Box::new(output::stdout()),
            _ => Box::new(output::uncoloured()),
        };
        if args.statistics {
            render::statistics(run, &mut out)?;
        } else {
            render::write(global.format, run, detail, &mut out)?;
        }
        out.flush()?;
    }
    for Output { format, file } in &args.output {
        output::replace_with(file, |file| {
            // A file takes no colours.
            render::write(*format, run, Detail::default(), &mut output::Stripped::new(file, true))
        })?;
    }
    Ok(())
}
