//! `massup lint --baseline`: findings that are accepted, by the files that list them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use massup_project::{Baseline, Checked, Error, Job};

use crate::args::LintArgs;
use crate::output::{self, count, shown};

/// The baselines of a run, and which files each is for.
pub(crate) struct Accepted {
    /// The one that the command line names, for all files.
    named: Option<PathBuf>,
    baselines: BTreeMap<PathBuf, Baseline>,
}

impl Accepted {
    /// Reads the baseline of the command line, or those that massup.toml files name. One that is to be
    /// written anew need not be readable.
    ///
    /// # Errors
    ///
    /// A baseline cannot be read, or there is none to update.
    pub(crate) fn read(args: &LintArgs, jobs: &[Job]) -> Result<Self, Error> {
        let read = if args.update_baseline { Baseline::empty } else { Baseline::read };
        let of_jobs = jobs.iter().filter_map(|job| job.baseline.as_deref());
        let files: Vec<&Path> = match &args.baseline {
            Some(file) => vec![file],
            None => of_jobs.collect(),
        };
        let mut baselines = BTreeMap::new();
        for file in files {
            if !baselines.contains_key(file) {
                baselines.insert(file.to_owned(), read(file)?);
            }
        }
        if args.update_baseline && baselines.is_empty() {
            return Err(Error::NothingToUpdate);
        }
        Ok(Self { named: args.baseline.clone(), baselines })
    }

    /// Whether there is no baseline.
    pub(crate) fn is_empty(&self) -> bool {
        self.baselines.is_empty()
    }

    /// Takes out what is accepted, and says how much.
    pub(crate) fn take_from(&mut self, checked: &mut [Checked]) {
        for (file, baseline) in &mut self.baselines {
            let named = self.named.is_some();
            let own = checked.iter_mut().filter(|one| named || is_of(one, file));
            let accepted = baseline.take_from(own);
            let file = shown(file);
            if accepted.taken > 0 {
                output::remark(&format!(
                    "{} accepted by `{file}`",
                    count(accepted.taken, "finding")
                ));
            }
            if accepted.gone > 0 {
                output::remark(&format!(
                    "{} of `{file}` no longer found: `--update-baseline` removes them",
                    count(accepted.gone, "finding")
                ));
            }
        }
    }

    /// Accepts what was found, and nothing else.
    ///
    /// # Errors
    ///
    /// A baseline cannot be written.
    pub(crate) fn update(&self, checked: &[Checked]) -> Result<()> {
        for (file, baseline) in &self.baselines {
            let named = self.named.is_some();
            let own = checked.iter().filter(|one| named || is_of(one, file));
            let (text, number) = baseline.text(own);
            output::replace(file, &text)?;
            output::remark(&format!("`{}` accepts {}", shown(file), count(number, "finding")));
        }
        Ok(())
    }
}

fn is_of(checked: &Checked, file: &Path) -> bool {
    checked.baseline.as_ref().map(Arc::as_ref) == Some(file)
}
