//! `massup lint`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use ignore::WalkBuilder;
use massup_rules::{Facts, FileReport, Linter, Severity, looks_like_a_call};

use crate::args::{Global, LintArgs, Output, RuleName};
use crate::{Outcome, facts, fix, output, render};

/// A file that was read, and what was found in it.
#[derive(Clone, Debug)]
pub struct Linted {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// What was found.
    pub report: FileReport,
}

pub(crate) fn run(args: &LintArgs, global: &Global) -> Result<Outcome> {
    let linter = match linter(args) {
        Ok(linter) => linter,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            return Ok(Outcome::Usage);
        }
    };
    if args.unsafe_fixes && fix::wanted(args).is_none() {
        output::complain("`--unsafe` goes with `--fix` or `--diff`");
        return Ok(Outcome::Usage);
    }
    let mut linted: Vec<Linted> = Vec::new();
    let mut unreadable = false;
    for path in &args.paths {
        match inputs(path) {
            Ok(inputs) => {
                for (name, bytes) in inputs {
                    linted.push(match fix::wanted(args) {
                        Some(most) => fix::run(&linter, args, &name, bytes, most)?,
                        None => Linted { report: linter.lint(&name, &bytes), bytes },
                    });
                }
            }
            Err(error) => {
                output::complain(&format!("{error:#}"));
                unreadable = true;
            }
        }
    }
    for file in &mut linted {
        apply_levels(args, &mut file.report);
    }
    let deny = Severity::from(args.deny);
    let only = global.quiet.then_some(deny);
    // A difference, or a fixed text on standard output, has the output to itself.
    let own_output =
        args.diff || (args.fix && args.paths.iter().any(|path| path == Path::new("-")));
    if !own_output {
        output::print(&render::findings(global.format, &linted, only)?)?;
    }
    for Output { format, file } in &args.output {
        // A file takes no colours.
        let text =
            anstream::adapter::strip_str(&render::findings(*format, &linted, None)?).to_string();
        output::replace(file, &text)?;
    }
    let worst = linted.iter().filter_map(|file| file.report.worst()).max();
    Ok(if unreadable {
        Outcome::Failed
    } else if worst >= Some(deny) {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Leaves out the findings of allowed rules, and makes those of others warnings.
fn apply_levels(args: &LintArgs, report: &mut FileReport) {
    let among =
        |rules: &[RuleName], code: &str| rules.iter().any(|RuleName(rule)| rule.code == code);
    report.diagnostics.retain(|found| !among(&args.allow, found.code));
    report.unchecked.retain(|entry| !among(&args.allow, entry.code));
    for found in &mut report.diagnostics {
        if among(&args.warn, found.code) {
            found.severity = Severity::Warning;
        }
    }
}

/// The folder of facts, where none is named.
const SNAPSHOT: &str = ".massup/snapshot";

/// The facts of the folder that is named, or of the usual one, if it is there.
///
/// # Errors
///
/// The folder that is named is not there, or a file of it cannot be read.
pub(crate) fn known(snapshot: Option<&Path>) -> Result<Option<Facts>> {
    let folder = snapshot.unwrap_or(Path::new(SNAPSHOT));
    if snapshot.is_some() && !folder.is_dir() {
        anyhow::bail!("`{}` is no folder; expected one of facts", folder.display());
    }
    if folder.is_dir() { facts::read(folder).map(Some) } else { Ok(None) }
}

fn linter(args: &LintArgs) -> Result<Linter> {
    let mut linter = Linter::new();
    if let Some(facts) = known(args.snapshot.as_deref())? {
        linter = linter.facts(facts);
    }
    if let Some(module) = &args.target.module {
        linter = linter.module(module);
    }
    if let Some(version) = args.target.api_version {
        linter = linter.version(version);
    }
    Ok(linter)
}

/// The files that a path stands for, with their bytes.
fn inputs(path: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(vec![("-".to_owned(), bytes)]);
    }
    if !path.is_dir() {
        return Ok(vec![(path.display().to_string(), read(path)?)]);
    }
    let mut inputs = Vec::new();
    // What git ignores is left out, also where there is no repository.
    for path in walk(path, WalkBuilder::new(path).require_git(false))? {
        let bytes = read(&path)?;
        let name = path.display().to_string();
        if looks_like_a_call(&name, &bytes) {
            inputs.push((name, bytes));
        }
    }
    Ok(inputs)
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// The files that a walk through a folder meets, in the order of their names.
pub(crate) fn walk(folder: &Path, walk: &WalkBuilder) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.with_context(|| format!("cannot walk `{}`", folder.display()))?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}
