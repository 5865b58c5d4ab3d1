//! Several change files at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use massup_rules::change::Select;

use super::intent::intent;
use super::{one, refused};
use crate::args::{Global, PlanArgs};
use crate::signature::Signer;
use crate::{Outcome, conflict, output};

/// Plans several change files, a plan each, after a look at what they do together.
pub(super) fn run(args: &PlanArgs, signer: Option<&Signer>, global: &Global) -> Result<Outcome> {
    if global.format.is_of_plans() {
        let message = "several plans are not one page; keep them with -o FOLDER and show each";
        output::complain(message);
        return Ok(Outcome::Usage);
    }
    let folder = args.output.as_deref();
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let message = "is not a directory; several change files give one plan each";
        output::complain(&format!("`{}` {message}", folder.display()));
        return Ok(Outcome::Usage);
    }
    if folder.is_some()
        && let Some((first, second)) = of_one_name(&args.changes)
    {
        output::complain(&format!(
            "the plans of `{}` and `{}` would both be `{}`; rename one of the change files",
            first.display(),
            second.display(),
            plan_name(first)
        ));
        return Ok(Outcome::Usage);
    }
    let mut changes = Vec::with_capacity(args.changes.len());
    for path in &args.changes {
        match intent(args, Some(path), global)? {
            Ok(change) => changes.push((path.display().to_string(), change)),
            Err(refusal) => return Ok(refusal.outcome()),
        }
    }
    if changes.iter().any(|(_, change)| reads_standard_input(&change.select)) {
        let message = "several plans cannot be made from standard input, which is read once; write the ids to \
                       a file";
        output::complain(message);
        return Ok(Outcome::Usage);
    }
    let conflicts = match conflict::among(&changes) {
        Ok(conflicts) => conflicts,
        Err(error) => return refused(error, None, global),
    };
    for remark in &conflicts.remarks {
        output::remark(remark);
    }
    for certain in &conflicts.certain {
        output::complain(certain);
    }
    if !conflicts.certain.is_empty() {
        output::remark("no plan was made: what a record gets would depend on which runs last");
        return Ok(Outcome::Findings);
    }
    let mut worst = Outcome::Clean;
    for (path, (_, change)) in args.changes.iter().zip(&changes) {
        let output = folder.map(|folder| folder.join(plan_name(path)));
        let outcome = one(args, change, output.as_deref(), signer, global)?;
        if outcome != Outcome::Clean {
            worst = outcome;
        }
    }
    Ok(worst)
}

fn reads_standard_input(select: &Select) -> bool {
    match select {
        Select::File { path, .. } => path == "-",
        Select::Several(parts) => parts.iter().any(reads_standard_input),
        Select::Ids(_) | Select::View { .. } => false,
    }
}

/// `a.massup.yaml` becomes `a.plan.jsonl`.
fn plan_name(change: &Path) -> String {
    let name = change.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.rsplit_once('.').map_or(&*name, |(stem, _)| stem);
    format!("{}.plan.jsonl", stem.strip_suffix(".massup").unwrap_or(stem))
}

/// Two change files whose plans would have the same name.
fn of_one_name(changes: &[PathBuf]) -> Option<(&Path, &Path)> {
    let mut names = BTreeMap::new();
    changes
        .iter()
        .find_map(|path| Some((names.insert(plan_name(path), path)?.as_path(), path.as_path())))
}
