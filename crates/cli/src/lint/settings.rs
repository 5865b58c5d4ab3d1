//! What holds for each file: the command line first, then massup.toml.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use massup_rules::levels::Level;
use massup_rules::{Linter, Severity};

use crate::args::{Deny, LintArgs, RuleName};
use crate::config::{self, Config};
use crate::facts::{self, Snapshot};
use crate::inputs::Input;
use crate::output::shown;

/// A file with the linter that is made for it.
pub(super) struct Job {
    pub(super) input: Input,
    pub(super) linter: Linter,
    pub(super) deny: Severity,
}

/// What is to be done, and what is to be said before.
pub(super) struct Planned {
    pub(super) jobs: Vec<Job>,
    pub(super) remarks: Vec<String>,
    /// What is wrong with the facts; the rest of them counts.
    pub(super) faults: Vec<String>,
}

/// After how many days facts are called old, where nothing is said.
const MAX_AGE_DAYS: u32 = 30;

/// Finds out what holds for each file.
///
/// # Errors
///
/// A configuration or the folder of a snapshot cannot be read, or the former says what massup does not know.
pub(super) fn plan(args: &LintArgs, inputs: Vec<Input>) -> Result<Planned> {
    let mut known = Known::new(args);
    let jobs = inputs.into_iter().map(|input| known.job(input)).collect::<Result<_>>()?;
    Ok(Planned { jobs, remarks: known.remarks, faults: known.faults })
}

/// What was read so far, each file once.
struct Known<'a> {
    args: &'a LintArgs,
    /// The configuration that holds in a folder, with its own folder.
    configs: HashMap<PathBuf, Option<Arc<(PathBuf, Config)>>>,
    snapshots: HashMap<PathBuf, Arc<Snapshot>>,
    remarks: Vec<String>,
    faults: Vec<String>,
}

impl<'a> Known<'a> {
    fn new(args: &'a LintArgs) -> Self {
        Self {
            args,
            configs: HashMap::new(),
            snapshots: HashMap::new(),
            remarks: Vec::new(),
            faults: Vec::new(),
        }
    }

    fn job(&mut self, input: Input) -> Result<Job> {
        let args = self.args;
        let file = input.path.clone().unwrap_or_else(|| PathBuf::from("-"));
        let file = std::path::absolute(&file).context("the working folder is gone")?;
        let found = match &args.config {
            Some(path) => self.named(path)?,
            None => self.above(file.parent().unwrap_or(&file))?,
        };
        let (folder, config) = match &found {
            Some(found) => (Some(found.0.as_path()), &found.1),
            None => (None, &Config::default()),
        };
        let inside = folder.and_then(|folder| file.strip_prefix(folder).ok()).unwrap_or(&file);
        let mut settings = config.settings(inside);
        for (rules, level) in [(&args.allow, Level::Allow), (&args.warn, Level::Warning)] {
            for RuleName(rule) in rules {
                settings.levels.set(rule, level);
            }
        }
        let mut deny = config.deny.map_or(Severity::Error, Severity::from);
        for named in &args.deny {
            match named {
                Deny::Level(level) => deny = Severity::from(*level),
                Deny::Rule(RuleName(rule)) => settings.levels.set(rule, Level::Error),
            }
        }
        let mut linter = Linter::new().levels(settings.levels);
        if let Some(snapshot) = self.snapshot(folder, config)? {
            linter = linter.facts(snapshot.facts.clone());
        }
        if let Some(module) = args.target.module.clone().or(settings.module) {
            linter = linter.module(module);
        }
        if let Some(version) = args.target.api_version.or(settings.api_version) {
            linter = linter.version(version);
        }
        Ok(Job { input, linter, deny })
    }

    /// The configuration that the command line names.
    fn named(&mut self, path: &Path) -> Result<Option<Arc<(PathBuf, Config)>>> {
        if let Some(known) = self.configs.get(path) {
            return Ok(known.clone());
        }
        let file = std::path::absolute(path).context("the working folder is gone")?;
        let folder = file.parent().unwrap_or(&file).to_owned();
        let found = Some(Arc::new((folder, Config::read(path)?)));
        self.configs.insert(path.to_owned(), found.clone());
        Ok(found)
    }

    /// The configuration of a folder: its own, or that of the nearest folder above.
    fn above(&mut self, folder: &Path) -> Result<Option<Arc<(PathBuf, Config)>>> {
        if let Some(known) = self.configs.get(folder) {
            return Ok(known.clone());
        }
        let file = folder.join(config::NAME);
        let found = if file.is_file() {
            Some(Arc::new((folder.to_owned(), Config::read(&file)?)))
        } else {
            match folder.parent() {
                Some(parent) => self.above(parent)?,
                None => None,
            }
        };
        self.configs.insert(folder.to_owned(), found.clone());
        Ok(found)
    }

    fn snapshot(&mut self, base: Option<&Path>, config: &Config) -> Result<Option<Arc<Snapshot>>> {
        let base = base.unwrap_or(Path::new(""));
        let (folder, named) = match (&self.args.snapshot, &config.snapshot) {
            (Some(folder), _) => (folder.clone(), true),
            (None, Some(folder)) => (base.join(folder), true),
            (None, None) => (base.join(facts::FOLDER), false),
        };
        if let Some(known) = self.snapshots.get(&folder) {
            return Ok(Some(known.clone()));
        }
        if !folder.is_dir() {
            anyhow::ensure!(!named, "`{}` is no folder; expected one of facts", shown(&folder));
            return Ok(None);
        }
        let snapshot = Arc::new(facts::read(&folder)?);
        let most = config.snapshot_max_age_days.unwrap_or(MAX_AGE_DAYS);
        if let Some(days) = snapshot.days_old().filter(|days| *days > i64::from(most)) {
            self.remarks.push(format!(
                "the facts in `{}` are {days} days old: take them anew, with the command or calls that wrote them",
                shown(&folder)
            ));
        }
        self.faults.extend_from_slice(&snapshot.faults);
        self.snapshots.insert(folder, snapshot.clone());
        Ok(Some(snapshot))
    }
}
