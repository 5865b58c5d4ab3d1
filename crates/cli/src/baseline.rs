//! `--baseline`: findings that were there before, and are accepted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use massup_rules::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::args::LintArgs;
use crate::lint::Linted;
use crate::output::{self, count};

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
pub(crate) struct Baseline {
    file: PathBuf,
    folder: PathBuf,
    accepted: BTreeMap<Finding, usize>,
}

/// Reads the baseline of a command line, if it names one.
///
/// # Errors
///
/// The file is not there, and is not to be written; or it is no baseline.
pub(crate) fn read(args: &LintArgs) -> Result<Option<Baseline>> {
    let Some(file) = args.baseline.clone() else { return Ok(None) };
    let absolute = std::path::absolute(&file).context("the working folder is gone")?;
    let folder = absolute.parent().unwrap_or(&absolute).to_owned();
    let mut accepted = BTreeMap::new();
    // What is to be written anew need not be readable.
    if !args.update_baseline {
        let text = std::fs::read_to_string(&file).with_context(|| {
            format!("cannot read the baseline `{}`; `--update-baseline` writes one", file.display())
        })?;
        let read: File = serde_json::from_str(&text)
            .with_context(|| format!("`{}` is no baseline", file.display()))?;
        anyhow::ensure!(
            read.massup_baseline == FORMAT,
            "`{}` has format {}; this massup reads {FORMAT}",
            file.display(),
            read.massup_baseline
        );
        for finding in read.findings {
            *accepted.entry(finding).or_default() += 1;
        }
    }
    Ok(Some(Baseline { file, folder, accepted }))
}

impl Baseline {
    /// Takes the accepted findings out of reports, and says how many.
    pub(crate) fn take_from(&mut self, files: &mut [Linted]) {
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
        let gone: usize = self.accepted.values().sum();
        let file = self.file.display();
        if taken > 0 {
            output::remark(&format!("{} accepted by `{file}`", count(taken, "finding")));
        }
        if gone > 0 {
            output::remark(&format!(
                "{} of `{file}` not found any more: `--update-baseline` takes them out",
                count(gone, "finding")
            ));
        }
    }

    /// Accepts what was found, and nothing else.
    pub(crate) fn replace(&self, files: &[Linted]) -> Result<()> {
        let mut findings: Vec<_> = files
            .iter()
            .flat_map(|file| {
                let path = self.inside(&file.report.path);
                file.report.diagnostics.iter().map(move |found| finding(&path, found))
            })
            .collect();
        findings.sort();
        let number = findings.len();
        let text = serde_json::to_string_pretty(&File { massup_baseline: FORMAT, findings })?;
        output::replace(&self.file, &(text + "\n"))?;
        output::remark(&format!("`{}` accepts {}", self.file.display(), count(number, "finding")));
        Ok(())
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
