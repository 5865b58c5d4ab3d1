//! Bodies that scripts and collections take from files: `curl -d @leads.json`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use massup_rules::{BodyFile, Linter};

use super::{Linted, settings};
use crate::args::LintArgs;
use crate::inputs::Input;

/// What says of a call that its body is not there.
const ELSEWHERE: &str = "body-elsewhere";

/// A file with a body, and the call that sends it.
struct Sent {
    path: PathBuf,
    call: BodyFile,
    /// The place in the list of the file that names it.
    by: usize,
}

/// Checks the bodies that calls take from files, each for the module and the version of its call. A file
/// that was looked at already gets what is found with them known; any other comes behind the file that
/// names it.
///
/// # Errors
///
/// A configuration or a snapshot cannot be read, or a file that was there is gone.
pub(super) fn follow(args: &LintArgs, linted: &mut Vec<Linted>) -> Result<()> {
    let mut sent = Vec::new();
    for (by, file) in linted.iter_mut().enumerate() {
        sent.extend(of(file).into_iter().map(|(path, call)| Sent { path, call, by }));
    }
    if sent.is_empty() {
        return Ok(());
    }
    let inputs = sent.iter().map(|sent| Input::named(&sent.path)).collect();
    let jobs = settings::plan(args, inputs)?.jobs;
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut places: HashMap<PathBuf, usize> = linted
        .iter()
        .enumerate()
        .map(|(place, file)| (canonical(Path::new(&file.report.path)), place))
        .collect();
    let mut new: Vec<(usize, Linted)> = Vec::new();
    for (Sent { path, call, by }, job) in sent.into_iter().zip(jobs) {
        let mut linter = job.linter;
        linter = if let Some(module) = call.module { linter.module(module) } else { linter };
        linter = if let Some(version) = call.version { linter.version(version) } else { linter };
        let Some(bytes) = job.input.read()? else { continue };
        let report = linter.lint(&job.input.name, &bytes);
        let file = Linted { bytes, report, deny: job.deny };
        // Two calls that send one file: the first says what it is.
        match places.get(&canonical(&path)) {
            Some(place) if *place < linted.len() => {
                if let Some(known) = linted.get_mut(*place) {
                    *known = file;
                }
            }
            Some(_) => continue,
            None => new.push((by, file)),
        }
        places.insert(canonical(&path), usize::MAX);
    }
    for (by, file) in new.into_iter().rev() {
        linted.insert(by + 1, file);
    }
    Ok(())
}

/// The files that the calls of a file name and that are there; what was said of these is taken back.
fn of(file: &mut Linted) -> Vec<(PathBuf, BodyFile)> {
    if !file.report.diagnostics.iter().any(|found| found.name == ELSEWHERE) {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&file.bytes);
    let beside = Path::new(&file.report.path).parent().unwrap_or(Path::new(""));
    let folders = [Path::new(".").join(beside), PathBuf::from(".")].map(|path| path.canonicalize());
    // A script from somebody else must not have other files of this machine shown in a report.
    let inside = |path: &PathBuf| {
        let real = path.canonicalize().ok().filter(|real| real.is_file());
        real.is_some_and(|real| folders.iter().flatten().any(|folder| real.starts_with(folder)))
    };
    let found: Vec<_> = Linter::new()
        .body_files(&file.report.path, &text)
        .into_iter()
        .filter_map(|call| {
            let path = [beside.join(&call.path), PathBuf::from(&call.path)];
            Some((path.into_iter().find(inside)?, call))
        })
        .collect();
    file.report.diagnostics.retain(|said| {
        let line = |(_, call): &(PathBuf, BodyFile)| Some(call.line) == said.line;
        said.name != ELSEWHERE || !found.iter().any(line)
    });
    found
}
