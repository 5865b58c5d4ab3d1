//! The files that paths stand for.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use ignore::WalkBuilder;
use massup_syntax::looks_like_a_call;

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
        let name = plain.display().to_string().replace(std::path::MAIN_SEPARATOR, "/");
        Self { name, path: Some(path.to_owned()), found }
    }

    /// A file that is asked for by name.
    pub fn named(path: &Path) -> Self {
        Self::new(path, false)
    }

    /// Whether it was met in a folder, not named.
    pub(crate) fn is_found(&self) -> bool {
        self.found
    }

    /// The bytes; `None` if nothing in them asks to be looked at.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read(&self) -> Result<Option<Vec<u8>>, Error> {
        let Some(path) = &self.path else {
            return crate::read::stdin().map(Some);
        };
        let bytes = read(path)?;
        Ok((!self.found || looks_like_a_call(&self.name, &bytes)).then_some(bytes))
    }

    /// The files that paths stand for, each once, in the order of the paths and of the names in a
    /// directory. What cannot be walked is an error, and the others are there all the same.
    pub fn list(paths: &[PathBuf]) -> (Vec<Self>, Vec<Error>) {
        list(paths)
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
    files.sort();
    (files, errors)
}

#[cfg(test)]
mod tests {
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
