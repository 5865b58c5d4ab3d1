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
    /// What holds in a folder, by the folder as the files in it are named.
    folders: HashMap<PathBuf, Arc<Folder>>,
    /// The configuration that holds in a folder, with its own folder.
    configs: HashMap<PathBuf, Option<Arc<(PathBuf, Config)>>>,
    snapshots: HashMap<PathBuf, Option<Arc<Snapshot>>>,
    /// The linter for the files of a configuration, by its folder, that the same globs match.
    linters: HashMap<(Option<PathBuf>, Vec<usize>), Linter>,
    remarks: Vec<String>,
    faults: Vec<String>,
}

/// A folder of files.
struct Folder {
    absolute: PathBuf,
    /// The configuration that holds there, with its own folder.
    config: Option<Arc<(PathBuf, Config)>>,
}

impl<'a> Known<'a> {
    fn new(args: &'a LintArgs) -> Self {
        Self {
            args,
            folders: HashMap::new(),
            configs: HashMap::new(),
            snapshots: HashMap::new(),
            linters: HashMap::new(),
            remarks: Vec::new(),
            faults: Vec::new(),
        }
    }

    fn job(&mut self, input: Input) -> Result<Job> {
        let file = input.path.as_deref().unwrap_or(Path::new("-"));
        let folder = self.folder(file.parent().unwrap_or(Path::new("")))?;
        let name = folder.absolute.join(file.file_name().unwrap_or_default());
        let found = folder.config.as_deref();
        let config = found.map(|(_, config)| config);
        let base = found.map(|(base, _)| base.as_path());
        let inside = base.and_then(|base| name.strip_prefix(base).ok()).unwrap_or(&name);
        let matching = config.map_or_else(Vec::new, |config| config.matching(inside));
        let key = (base.map(Path::to_owned), matching);
        let linter = match self.linters.get(&key) {
            Some(linter) => linter.clone(),
            None => {
                let linter = self.linter(base, config.unwrap_or(&Config::default()), &key.1)?;
                self.linters.entry(key).or_insert(linter).clone()
            }
        };
        let level = |named: &Deny| if let Deny::Level(level) = named { Some(*level) } else { None };
        let deny = self.args.deny.iter().filter_map(level).next_back();
        let deny =
            deny.or(config.and_then(|config| config.deny)).map_or(Severity::Error, Severity::from);
        Ok(Job { input, linter, deny })
    }

    /// What holds for the files of a folder.
    fn folder(&mut self, named: &Path) -> Result<Arc<Folder>> {
        if let Some(known) = self.folders.get(named) {
            return Ok(known.clone());
        }
        let named_or_here = if named == Path::new("") { Path::new(".") } else { named };
        let absolute = std::path::absolute(named_or_here).context("the working folder is gone")?;
        let config = match &self.args.config {
            Some(path) => self.named(path)?,
            None => self.above(&absolute)?,
        };
        let folder = Arc::new(Folder { absolute, config });
        self.folders.insert(named.to_owned(), folder.clone());
        Ok(folder)
    }

    /// The linter for files that some globs of a configuration match.
    fn linter(
        &mut self,
        base: Option<&Path>,
        config: &Config,
        matching: &[usize],
    ) -> Result<Linter> {
        let args = self.args;
        let mut settings = config.settings(matching);
        for (rules, level) in [(&args.allow, Level::Allow), (&args.warn, Level::Warning)] {
            for RuleName(rule) in rules {
                settings.levels.set(rule, level);
            }
        }
        for named in &args.deny {
            if let Deny::Rule(RuleName(rule)) = named {
                settings.levels.set(rule, Level::Error);
            }
        }
        let mut linter = Linter::new().levels(settings.levels);
        if let Some(snapshot) = self.snapshot(base, config)? {
            linter = linter.facts(snapshot.facts.clone());
        }
        if let Some(module) = args.target.module.clone().or(settings.module) {
            linter = linter.module(module);
        }
        if let Some(version) = args.target.api_version.or(settings.api_version) {
            linter = linter.version(version);
        }
        Ok(linter)
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
            return Ok(known.clone());
        }
        if !folder.is_dir() {
            anyhow::ensure!(!named, "`{}` is no folder; expected one of facts", shown(&folder));
            self.snapshots.insert(folder, None);
            return Ok(None);
        }
        let snapshot = Arc::new(facts::read(&folder)?);
        let most = config.snapshot_max_age_days.unwrap_or(MAX_AGE_DAYS);
        self.remarks.extend(snapshot.remarks(&folder, most));
        self.faults.extend_from_slice(&snapshot.faults);
        self.snapshots.insert(folder, Some(snapshot.clone()));
        Ok(Some(snapshot))
    }
}
