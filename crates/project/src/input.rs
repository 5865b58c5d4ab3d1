//! The files that paths stand for.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf, is_separator};

use ignore::WalkBuilder;
use massup_rules::FileReport;
use massup_syntax::{is_binary, looks_like_a_call};

use crate::error::Error;

/// A file to look at, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// How it is called in reports: with `/`, and without what changes nothing, such as `./`. `-` is
    /// standard input.
    pub name: String,
    /// `None` for standard input.
    pub path: Option<PathBuf>,
    /// It was met in a folder, and is passed over if it holds no call.
    found: bool,
}

impl Input {
    fn new(path: &Path, found: bool) -> Self {
        let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        let mut name = plain.display().to_string();
        if std::path::MAIN_SEPARATOR != '/' {
            name = name.replace(std::path::MAIN_SEPARATOR, "/");
        }
        Self { name, path: Some(path.to_owned()), found }
    }

    /// A file that is asked for by name.
    pub fn named(path: &Path) -> Self {
        Self::new(path, false)
    }

    /// A file that is met, as in a directory: it is passed over if it holds no call.
    pub fn met(path: &Path) -> Self {
        Self::new(path, true)
    }

    /// Whether it was met in a directory, and not named.
    pub fn is_found(&self) -> bool {
        self.found
    }

    /// Whether a file that was met in a directory turned out to hold nothing to report on.
    pub fn is_unrecognised(&self, report: &FileReport) -> bool {
        self.found && report.calls == 0 && report.diagnostics.is_empty()
    }

    /// The bytes; `None` if nothing in them asks to be looked at.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(match self.content()? {
            Content::Read(bytes) => Some(bytes),
            Content::Skipped(_) => None,
        })
    }

    /// The bytes, or why they are not looked at. What is named is always looked at.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn content(&self) -> Result<Content, Error> {
        let Some(path) = &self.path else {
            return crate::read::stdin().map(Content::Read);
        };
        let bytes = if self.found { crate::read::met(path)? } else { read(path)? };
        Ok(if !self.found || looks_like_a_call(&self.name, &bytes) {
            Content::Read(bytes)
        } else if is_binary(&bytes) {
            Content::Skipped(Skipped::Binary)
        } else {
            Content::Skipped(Skipped::Unrelated)
        })
    }

    /// The files that paths stand for, each once, in the order of the paths and of the names in a
    /// directory. What cannot be walked is an error, and the others are there all the same.
    pub fn list(paths: &[PathBuf]) -> (Vec<Self>, Vec<Error>) {
        list(paths)
    }
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Its bytes, to be checked.
    Read(Vec<u8>),
    /// It is passed over.
    Skipped(Skipped),
}

/// Why a file of a directory is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// It is not a text.
    Binary,
    /// It does not name the API, and has no body of a mass update.
    Unrelated,
    /// It was read, and nothing in it was recognised.
    Unrecognised,
}

impl Skipped {
    /// The reason in a few words: `not a text file`.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Binary => "not a text file",
            Self::Unrelated => "no mass update",
            Self::Unrecognised => "not recognised",
        }
    }
}

/// How many files of a run were passed over, by reason.
///
/// ```
/// use massup_project::{Skipped, Tally};
///
/// let mut tally = Tally::default();
/// tally.skipped(Skipped::Unrelated);
/// tally.skipped(Skipped::Unrelated);
/// let reasons: Vec<_> = tally.reasons().map(|(why, files)| (why.reason(), files)).collect();
/// assert_eq!(reasons, [("no mass update", 2)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    skipped: BTreeMap<Skipped, usize>,
}

impl Tally {
    /// Counts a file that was passed over.
    pub fn skipped(&mut self, why: Skipped) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// The reasons for which files were not read, each with the number of files.
    pub fn reasons(&self) -> impl Iterator<Item = (Skipped, usize)> {
        self.skipped.iter().map(|(why, files)| (*why, *files))
    }
}

fn list(paths: &[PathBuf]) -> (Vec<Input>, Vec<Error>) {
    let (mut inputs, mut errors) = (Vec::<Input>::new(), Vec::new());
    let mut known = HashMap::new();
    for path in paths {
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        if path == Path::new("-") {
            if known.insert(real, inputs.len()).is_none() {
                inputs.push(Input { name: "-".to_owned(), path: None, found: false });
            }
        } else if path.is_dir() {
            // What git ignores is left out, also where there is no repository.
            let (files, failed) = walk(path, WalkBuilder::new(path).require_git(false));
            errors.extend(failed);
            if paths.len() == 1 {
                // A walk meets each file once.
                inputs.extend(files.iter().map(|file| Input::new(file, true)));
                break;
            }
            // No link is followed on a walk: below a real folder paths are real.
            for file in &files {
                let inside = file.strip_prefix(path).unwrap_or(file);
                known.entry(real.join(inside)).or_insert_with(|| {
                    inputs.push(Input::new(file, true));
                    inputs.len() - 1
                });
            }
        } else if let Some(place) = known.get(&real) {
            // A name says more than a folder does.
            if let Some(input) = inputs.get_mut(*place) {
                input.found = false;
            }
        } else {
            known.insert(real, inputs.len());
            inputs.push(Input::named(path));
        }
    }
    (inputs, errors)
}

/// The bytes of a file.
///
/// # Errors
///
/// It cannot be read, is not a plain file, or is larger than massup reads.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    crate::read::input(path)
}

/// The files that a walk through a folder meets, in the order of their names, and what cannot be looked into.
pub fn walk(folder: &Path, walk: &WalkBuilder) -> (Vec<PathBuf>, Vec<Error>) {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for entry in walk.build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                files.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => {
                let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                errors.push(Error::Walk { folder: folder.to_owned(), why });
            }
        }
    }
    files.sort_by_cached_key(|file| in_order(file));
    (files, errors)
}

/// Bytes that compare as the parts of a path do, and faster: nothing that can be in a name is less than a separator.
fn in_order(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().map(|byte| if is_separator(char::from(*byte)) { 0 } else { *byte }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_has_one_name_and_comes_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, "{}").unwrap();
        let dotted = folder.path().join(".").join("a.json");
        let (inputs, errors) = list(&[dotted, file.clone(), folder.path().to_owned(), "-".into()]);
        assert!(errors.is_empty());
        let names: Vec<_> = inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, [&*file.display().to_string().replace('\\', "/"), "-"]);
        assert!(!inputs[0].found);
        let (inputs, _) = list(&[folder.path().to_owned(), file]);
        assert!(
            matches!(&inputs[..], [input] if !input.found),
            "a file that is named is not only met"
        );
        assert_eq!(Input::new(Path::new("./d/./a.json"), true).name, "d/a.json");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn files_are_in_the_order_of_their_names(
            paths in prop::collection::vec(prop::collection::vec("[a\u{1}.!0é-]{1,3}", 1..4), 0..20),
        ) {
            let is_name = |part: &String| part != "." && part != "..";
            let paths = paths.into_iter().filter(|parts| parts.iter().all(is_name));
            let mut paths: Vec<PathBuf> = paths.map(|parts| parts.iter().collect()).collect();
            let mut expected = paths.clone();
            paths.sort_by_cached_key(|path| in_order(path));
            expected.sort();
            prop_assert_eq!(paths, expected);
        }
    }

    #[test]
    fn what_is_passed_over_is_counted_by_reason() {
        let folder = tempfile::tempdir().unwrap();
        let call = "curl https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d '{}'\n";
        let remark = "# once: /crm/v8/Leads/actions/mass_update\necho done\n";
        let files: [(&str, &[u8]); 6] = [
            ("a.sh", call.as_bytes()),
            ("f.sh", remark.as_bytes()),
            ("b.py", b"print('hello')\n"),
            ("c.bin", b"\0\x01/crm/v8/Leads/actions/mass_update"),
            ("d.json", br#"{"data": {"ids": ["1"]}, "\u0069ds": 1, "x": {"data": 1, "ids": 2}}"#),
            ("e.md", b"nothing of the kind"),
        ];
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut settings = crate::Settings::new(crate::Options::default());
        let (inputs, _) = list(&[folder.path().to_owned()]);
        let (mut tally, mut read, mut calls) = (Tally::default(), 0, 0);
        for input in inputs {
            match input.content().unwrap() {
                Content::Skipped(why) => tally.skipped(why),
                Content::Read(bytes) => {
                    let job = settings.job(input).unwrap();
                    let report = job.checker.check(&job.input.name, &bytes);
                    if job.input.is_unrecognised(&report) {
                        tally.skipped(Skipped::Unrecognised);
                    } else {
                        (read, calls) = (read + 1, calls + report.calls);
                    }
                }
            }
        }
        assert_eq!((read, calls), (2, 2));
        let reasons: Vec<_> = tally.reasons().collect();
        let unrecognised = (Skipped::Unrecognised, 1);
        assert_eq!(reasons, [(Skipped::Binary, 1), (Skipped::Unrelated, 2), unrecognised]);
    }

    #[test]
    fn what_cannot_be_looked_into_hides_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, "{}").unwrap();
        let mut builder = WalkBuilder::new(folder.path().join("gone"));
        let (files, errors) = walk(folder.path(), builder.add(folder.path()));
        assert_eq!(files, [file]);
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert!(error.to_string().starts_with("cannot walk `"), "{error}");
    }
}
