//! `massup lint`.

use std::path::Path;

use anyhow::Result;
use massup_project::{Baseline, Checked, Error, Input, Job, Options, Settings, follow};
use massup_rules::Severity;
use massup_rules::levels::{Level, Levels};
use rayon::prelude::*;

use crate::args::{Deny, Global, LintArgs, Output, RuleName};
use crate::output::count;
use crate::{Outcome, fix, output, render};

pub(crate) fn run(args: &LintArgs, global: &Global) -> Result<Outcome> {
    if args.fixes.also_unsafe && fix::wanted(args).is_none() {
        output::complain("`--unsafe` needs `--fix` or `--diff`");
        return Ok(Outcome::Usage);
    }
    let mut settings = Settings::new(options(args));
    let (inputs, errors) = Input::list(&args.paths);
    let jobs = inputs.into_iter().map(|input| settings.job(input)).collect::<Result<Vec<_>, _>>();
    let (jobs, accepted) = match jobs.and_then(|jobs| Ok((jobs, baseline(args)?))) {
        Ok(read) => read,
        Err(error) => return Ok(output::misused(error)),
    };
    for remark in settings.remarks() {
        output::remark(remark);
    }
    let faults = settings.faults().to_vec();
    for fault in &faults {
        output::complain(fault);
    }
    let mut failed = !errors.is_empty();
    let mut complain = |error: anyhow::Error| {
        output::complain(&format!("{error:#}"));
        failed = true;
    };
    errors.into_iter().map(Into::into).for_each(&mut complain);

    // Output order does not depend on threads.
    let done: Vec<_> = jobs.into_par_iter().map(|job| look(args, job)).collect();
    let mut checked = Vec::with_capacity(done.len());
    for done in done {
        match done.and_then(|done| done.map(|done| done.finish(args)).transpose()) {
            Ok(Some(file)) => checked.push(file),
            Ok(None) => {}
            Err(error) => complain(error),
        }
    }
    if fix::wanted(args).is_none()
        && let Err(error) = follow(&mut settings, &mut checked)
    {
        complain(error.into());
    }
    if let (Some(mut accepted), Some(file)) = (accepted, &args.baseline) {
        if args.update_baseline {
            // What was not checked with all that was meant to count would be accepted no more.
            if failed || !faults.is_empty() {
                output::complain("baseline not updated: not everything could be read");
                return Ok(if failed { Outcome::Failed } else { Outcome::Usage });
            }
            update(&accepted, file, &checked)?;
            return Ok(Outcome::Clean);
        }
        accept(&mut accepted, file, &mut checked);
    }
    write(args, global, &checked)?;
    Ok(if failed {
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
    options
}

/// The baseline that is named; one to be written anew need not be readable.
fn baseline(args: &LintArgs) -> Result<Option<Baseline>, Error> {
    let read = if args.update_baseline { Baseline::empty } else { Baseline::read };
    args.baseline.as_deref().map(read).transpose()
}

/// Accepts what was found, and nothing else.
fn update(baseline: &Baseline, file: &Path, checked: &[Checked]) -> Result<()> {
    let (text, number) = baseline.text(checked);
    output::replace(file, &text)?;
    output::remark(&format!("`{}` accepts {}", file.display(), count(number, "finding")));
    Ok(())
}

/// Takes out what is accepted, and says how much.
fn accept(baseline: &mut Baseline, file: &Path, checked: &mut [Checked]) {
    let accepted = baseline.take_from(checked);
    let file = file.display();
    if accepted.taken > 0 {
        output::remark(&format!("{} accepted by `{file}`", count(accepted.taken, "finding")));
    }
    if accepted.gone > 0 {
        output::remark(&format!(
            "{} of `{file}` no longer found: `--update-baseline` removes them",
            count(accepted.gone, "finding")
        ));
    }
}

/// Reads a file and checks it; `None` if it holds no call and was not asked for by name.
fn look(args: &LintArgs, job: Job) -> Result<Option<fix::Done>> {
    let Some(bytes) = job.input.read()? else { return Ok(None) };
    Ok(Some(match fix::wanted(args) {
        Some(most) => fix::fixed(job, bytes, most),
        None => {
            let report = job.checker.check(&job.input.name, &bytes);
            // Many files may be clean: what is not needed is not kept.
            let bytes = if report.diagnostics.is_empty() { Vec::new() } else { bytes };
            fix::Done::unchanged(job.input, Checked::new(bytes, report).deny(job.deny))
        }
    }))
}

fn write(args: &LintArgs, global: &Global, checked: &[Checked]) -> Result<()> {
    // What --quiet hides is what makes no file fail.
    let only = global.quiet.then(|| checked.iter().map(|file| file.deny).min()).flatten();
    let only = only.or(global.quiet.then_some(Severity::Error));
    let fixes_stdin = args.fixes.fix && args.paths.iter().any(|path| path == Path::new("-"));
    if args.fixes.diff || fixes_stdin {
        // The difference, or the fixed text, has standard output to itself.
        output::aside(&render::findings(crate::args::Format::Human, checked, only)?);
    } else {
        output::print(&render::findings(global.format, checked, only)?)?;
    }
    for Output { format, file } in &args.output {
        // A file takes no colours.
        let text =
            anstream::adapter::strip_str(&render::findings(*format, checked, None)?).to_string();
        output::replace(file, &text)?;
    }
    Ok(())
}
