//! Bodies that scripts and collections take from files: `curl -d @leads.json`.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use massup_rules::{BodyFile, Linter, Origin};

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
        let linter = linter.origin(Origin::Sent);
        let Some(bytes) = job.input.read()? else { continue };
        let mut report = FileChecker::new(linter).check(&job.input.name, &bytes);
        // It is one call with the one that sends it.
        report.calls = 0;
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
    let (folder, here) =
        (Path::new(".").join(beside).canonicalize(), Path::new(".").canonicalize());
    // A script from somebody else must not have other files of this machine shown in a report: the body is next to
    // or below the script, or below the working directory if the script is there too.
    let below = |folder: &Path, real: &Path| {
        let hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        real.strip_prefix(folder).is_ok_and(|path| !path.components().any(hidden))
    };
    let inside = |path: &PathBuf| {
        let real = path.canonicalize().ok().filter(|real| real.is_file());
        real.is_some_and(|real| {
            folder.as_ref().is_ok_and(|folder| {
                let at_home =
                    here.as_ref().is_ok_and(|here| folder.starts_with(here) && below(here, &real));
                at_home || below(folder, &real)
            })
        })
    };
    let found: Vec<_> = Linter::new()
        .body_files(&file.report.path, &text)
        .into_iter()
        .filter_map(|call| {
            let path = [beside.join(&call.path), PathBuf::from(&call.path)];
            Some((path.into_iter().find(|path| inside(path) && is_json(path))?, call))
        })
        .collect();
    file.report.diagnostics.retain(|said| {
        let line = |(_, call): &(PathBuf, BodyFile)| Some(call.line) == said.line;
        said.name != ELSEWHERE || !found.iter().any(line)
    });
    found
}

/// Whether a file begins as JSON does. Any other may hold anything, and a report may be public.
fn is_json(path: &Path) -> bool {
    let mut first = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(PROBED).read_to_end(&mut first));
    read.is_ok() && massup_syntax::begins_as_json(&first)
}

/// How many bytes of a file are read to recognise JSON.
const PROBED: u64 = 4_096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Options;

    /// The names of the files in a report, each with its findings, after bodies were followed. All is one call.
    fn followed(script: &Path) -> Vec<(String, Vec<&'static str>)> {
        let mut settings = Settings::new(Options::default());
        let job = settings.job(Input::named(script)).unwrap();
        let bytes = job.input.read().unwrap().unwrap();
        let report = job.checker.check(&job.input.name, &bytes);
        let mut checked = vec![Checked::new(bytes, report)];
        follow(&mut settings, &mut checked).unwrap();
        assert_eq!(checked.iter().map(|file| file.report.calls).sum::<usize>(), 1);
        let name = |file: &Checked| {
            let path = Path::new(&file.report.path);
            path.file_name().unwrap().to_string_lossy().into_owned()
        };
        let found = |file: &Checked| file.report.diagnostics.iter().map(|d| d.name).collect();
        checked.iter().map(|file| (name(file), found(file))).collect()
    }

    #[test]
    fn bodies_are_followed_only_where_a_script_may_look() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("scripts");
        std::fs::create_dir_all(folder.join("below")).unwrap();
        let body = r#"{"data": [{"City": "a", "State": "b"}], "ids": ["7"]} // why"#;
        for name in ["scripts/a.json", "scripts/below/b.json", "scripts/.env", "c.json"] {
            std::fs::write(outside.path().join(name), body).unwrap();
        }
        std::fs::write(folder.join("notes"), "PASSWORD=secret\n").unwrap();
        let script = folder.join("update.sh");
        let wrong = || vec!["not-plain-json", "too-many-fields"];
        for (file, name) in [
            ("a.json", Some("a.json")),
            ("below/b.json", Some("b.json")),
            // Hidden files hold secrets, and what is outside is somebody else's.
            (".env", None),
            // What is no JSON may hold anything.
            ("notes", None),
            ("../c.json", None),
            ("/etc/hosts", None),
            ("gone.json", None),
        ] {
            let url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
            std::fs::write(&script, format!("curl {url} -d @{file}\n")).unwrap();
            let found = followed(&script);
            match name {
                Some(name) => {
                    let [(_, first), (followed, mut names)] = <[_; 2]>::try_from(found).unwrap();
                    names.sort_unstable();
                    assert_eq!((first.len(), followed.as_str(), names), (0, name, wrong()));
                }
                None => {
                    assert_eq!(found, [("update.sh".to_owned(), vec!["body-elsewhere"])], "{file}");
                }
            }
        }
    }
}
