//! `--baseline`: findings that were there before, and are accepted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use massup_rules::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::checker::Checked;
use crate::error::Error;

/// The number of this format.
const FORMAT: u32 = 1;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    massup_baseline: u32,
    findings: Vec<Finding>,
}

/// A finding as it is known again: by no line, so that lines may be added above it.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Finding {
    /// From the folder of the baseline, with `/`.
    path: String,
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<usize>,
    pointer: String,
    message: String,
}

/// The accepted findings, each with how often.
#[derive(Clone, Debug)]
pub struct Baseline {
    folder: PathBuf,
    accepted: BTreeMap<Finding, usize>,
}

/// What a baseline took from reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Findings that it accepts, and that were there.
    pub taken: usize,
    /// Findings that it accepts, and that were not there any more.
    pub gone: usize,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// [`Error::NoBaseline`]: the file cannot be read; [`Error::NotABaseline`]: it is something else, or
    /// in a format of another version.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let mut baseline = Self::empty(file)?;
        let text = crate::read::settings(file).map_err(|error| match error {
            Error::Read(file, error) => Error::NoBaseline(file, error),
            error => error,
        })?;
        let not_one = |why: String| Error::NotABaseline { file: file.to_owned(), why };
        let read: File = serde_json::from_str(&text).map_err(|error| not_one(error.to_string()))?;
        if read.massup_baseline != FORMAT {
            let format = read.massup_baseline;
            return Err(not_one(format!("it has format {format}; this massup reads {FORMAT}")));
        }
        for finding in read.findings {
            *baseline.accepted.entry(finding).or_default() += 1;
        }
        Ok(baseline)
    }

    /// A baseline that accepts nothing, to be written to a file.
    ///
    /// # Errors
    ///
    /// [`Error::NoWorkingDirectory`].
    pub fn empty(file: &Path) -> Result<Self, Error> {
        let absolute = std::path::absolute(file).map_err(Error::NoWorkingDirectory)?;
        let folder = absolute.parent().unwrap_or(&absolute).to_owned();
        Ok(Self { folder, accepted: BTreeMap::new() })
    }

    /// Takes the accepted findings out of reports.
    pub fn take_from<'f>(&mut self, files: impl IntoIterator<Item = &'f mut Checked>) -> Accepted {
        let mut taken = 0;
        for file in files {
            let path = self.inside(&file.report.path);
            file.report.diagnostics.retain(|found| {
                match self.accepted.get_mut(&finding(&path, found)).filter(|left| **left > 0) {
                    Some(left) => {
                        *left -= 1;
                        taken += 1;
                        false
                    }
                    None => true,
                }
            });
        }
        Accepted { taken, gone: self.accepted.values().sum() }
    }

    /// The text of a baseline that accepts what was found, and nothing else, and how many findings that
    /// are.
    pub fn text<'f>(&self, files: impl IntoIterator<Item = &'f Checked>) -> (String, usize) {
        let mut findings: Vec<_> = files
            .into_iter()
            .flat_map(|file| {
                let path = self.inside(&file.report.path);
                file.report.diagnostics.iter().map(move |found| finding(&path, found))
            })
            .collect();
        findings.sort();
        let number = findings.len();
        let file = File { massup_baseline: FORMAT, findings };
        // Its strings and numbers can all be written as JSON.
        (serde_json::to_string_pretty(&file).unwrap_or_default() + "\n", number)
    }

    /// A path from the folder of the baseline, so that it does not depend on where massup is started.
    fn inside(&self, path: &str) -> String {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| Path::new(path).to_owned());
        match absolute.strip_prefix(&self.folder) {
            Ok(inside) if path != "-" => {
                inside.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
            }
            _ => path.to_owned(),
        }
    }
}

fn finding(path: &str, found: &Diagnostic) -> Finding {
    Finding {
        path: path.to_owned(),
        code: found.code.to_owned(),
        call: found.call,
        pointer: found.pointer.clone(),
        message: found.message.clone(),
    }
}
