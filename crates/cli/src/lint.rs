//! `massup lint`.

mod bodies;
mod settings;

use anyhow::Result;
use massup_rules::{Facts, FileReport, Severity};
use rayon::prelude::*;

use crate::args::{Global, LintArgs, Output};
use crate::{Outcome, baseline, check, fix, inputs, output, render};
use settings::{Job, Planned};

/// A file that was read, and what was found in it.
#[derive(Clone, Debug)]
pub struct Linted {
    /// The bytes of the file; none where nothing was found, and none have to be shown.
    pub bytes: Vec<u8>,
    /// What was found.
    pub report: FileReport,
    /// The level from which findings count as a failure.
    pub deny: Severity,
}

impl Linted {
    /// A file whose errors are failures.
    pub fn new(bytes: Vec<u8>, report: FileReport) -> Self {
        Self { bytes, report, deny: Severity::Error }
    }
}

pub(crate) fn run(args: &LintArgs, global: &Global) -> Result<Outcome> {
    if args.fixes.also_unsafe && fix::wanted(args).is_none() {
        output::complain("`--unsafe` goes with `--fix` or `--diff`");
        return Ok(Outcome::Usage);
    }
    let (inputs, errors) = inputs::of(&args.paths);
    let Planned { jobs, remarks, faults } = match settings::plan(args, inputs) {
        Ok(planned) => planned,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            return Ok(Outcome::Usage);
        }
    };
    let accepted = match baseline::read(args) {
        Ok(accepted) => accepted,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            return Ok(Outcome::Usage);
        }
    };
    for remark in &remarks {
        output::remark(remark);
    }
    for fault in &faults {
        output::complain(fault);
    }
    let mut failed = !errors.is_empty();
    let mut complain = |error: &anyhow::Error| {
        output::complain(&format!("{error:#}"));
        failed = true;
    };
    errors.iter().for_each(&mut complain);

    // Threads change nothing in the order of what comes out.
    let done: Vec<_> = jobs.into_par_iter().map(|job| look(args, job)).collect();
    let mut linted = Vec::with_capacity(done.len());
    for done in done {
        match done.and_then(|done| done.map(|done| done.finish(args)).transpose()) {
            Ok(Some(file)) => linted.push(file),
            Ok(None) => {}
            Err(error) => complain(&error),
        }
    }
    if fix::wanted(args).is_none()
        && let Err(error) = bodies::follow(args, &mut linted)
    {
        output::complain(&format!("{error:#}"));
        failed = true;
    }
    if let Some(mut accepted) = accepted {
        if args.update_baseline {
            // What was not looked at with all that was meant to count would be accepted no more.
            if failed || !faults.is_empty() {
                output::complain(
                    "the baseline is left as it is, since not everything could be read",
                );
                return Ok(if failed { Outcome::Failed } else { Outcome::Usage });
            }
            accepted.replace(&linted)?;
            return Ok(Outcome::Clean);
        }
        accepted.take_from(&mut linted);
    }
    write(args, global, &linted)?;
    let denied = |file: &Linted| file.report.worst() >= Some(file.deny);
    Ok(if failed {
        Outcome::Failed
    } else if !faults.is_empty() {
        // What was found without these facts is shown, but they were meant to count.
        Outcome::Usage
    } else if linted.iter().any(denied) {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Reads a file and looks at it; `None` if it holds no call and was not asked for by name.
fn look(args: &LintArgs, job: Job) -> Result<Option<fix::Done>> {
    let Job { input, linter, deny } = job;
    let Some(bytes) = input.read()? else { return Ok(None) };
    Ok(Some(match fix::wanted(args) {
        Some(most) => fix::fixed(&linter, input, bytes, most, deny),
        None => {
            let mut report = linter.lint(&input.name, &bytes);
            if check::is_plan(&bytes) {
                // That such a field comes last is for the rules on plans to see.
                report.diagnostics.retain(|found| found.name != "self-changing-view");
                check::calls_alone(&mut report.diagnostics, &bytes);
                let known = Some(linter.known()).filter(|known| **known != Facts::default());
                report = linter.with_findings(report, check::plan_file(&bytes, known));
            }
            // Many files may be clean: what is not needed is not kept.
            let bytes = if report.diagnostics.is_empty() { Vec::new() } else { bytes };
            fix::Done::unchanged(input, Linted { bytes, report, deny })
        }
    }))
}

fn write(args: &LintArgs, global: &Global, linted: &[Linted]) -> Result<()> {
    // What --quiet hides is what makes no file fail.
    let only = global.quiet.then(|| linted.iter().map(|file| file.deny).min()).flatten();
    let only = only.or(global.quiet.then_some(Severity::Error));
    if args.fixes.fix && args.paths.iter().any(|path| path == std::path::Path::new("-")) {
        // The fixed text has standard output to itself.
        output::aside(&render::findings(crate::args::Format::Human, linted, only)?);
    } else if !args.fixes.diff {
        output::print(&render::findings(global.format, linted, only)?)?;
    }
    for Output { format, file } in &args.output {
        // A file takes no colours.
        let text =
            anstream::adapter::strip_str(&render::findings(*format, linted, None)?).to_string();
        output::replace(file, &text)?;
    }
    Ok(())
}
