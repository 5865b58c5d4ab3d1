//! Bodies that scripts and collections take from files: `curl -d @leads.json`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use massup_rules::{BodyFile, Linter};

use crate::checker::{Checked, FileChecker};
use crate::error::Error;
use crate::input::Input;
use crate::settings::Settings;

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
pub fn follow(settings: &mut Settings, checked: &mut Vec<Checked>) -> Result<(), Error> {
    let mut sent = Vec::new();
    for (by, file) in checked.iter_mut().enumerate() {
        sent.extend(of(file).into_iter().map(|(path, call)| Sent { path, call, by }));
    }
    if sent.is_empty() {
        return Ok(());
    }
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut places: HashMap<PathBuf, usize> = checked
        .iter()
        .enumerate()
        .map(|(place, file)| (canonical(Path::new(&file.report.path)), place))
        .collect();
    let mut new: Vec<(usize, Checked)> = Vec::new();
    for Sent { path, call, by } in sent {
        let job = settings.job(Input::named(&path))?;
        let mut linter = job.checker.linter().clone();
        linter = if let Some(module) = call.module { linter.module(module) } else { linter };
        linter = if let Some(version) = call.version { linter.version(version) } else { linter };
        let Some(bytes) = job.input.read()? else { continue };
        let report = FileChecker::new(linter).check(&job.input.name, &bytes);
        let file = job.checked(bytes, report);
        // Two calls that send one file: the first says what it is.
        match places.get(&canonical(&path)) {
            Some(place) if *place < checked.len() => {
                if let Some(known) = checked.get_mut(*place) {
                    *known = file;
                }
            }
            Some(_) => continue,
            None => new.push((by, file)),
        }
        places.insert(canonical(&path), usize::MAX);
    }
    for (by, file) in new.into_iter().rev() {
        checked.insert(by + 1, file);
    }
    Ok(())
}

/// The files that the calls of a file name and that are there; what was said of these is taken back.
fn of(file: &mut Checked) -> Vec<(PathBuf, BodyFile)> {
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
