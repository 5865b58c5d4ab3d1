//! What applies to each file: the options first, then massup.toml.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use massup_model::ApiVersion;
use massup_rules::levels::Levels;
use massup_rules::{Linter, Severity};

use crate::checker::FileChecker;
use crate::config::{self, Config};
use crate::error::Error;
use crate::input::Input;
use crate::snapshot::{self, Snapshot};

/// What a user asked for; each comes before what massup.toml says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The API name of the module of bare request bodies.
    pub module: Option<String>,
    /// Their API version.
    pub version: Option<ApiVersion>,
    /// The snapshot directory, `.massup/snapshot` where none is named.
    pub snapshot: Option<PathBuf>,
    /// The configuration, massup.toml in or above the directory of each file where none is named.
    pub config: Option<PathBuf>,
    /// The level from which findings count as a failure.
    pub deny: Option<Severity>,
    /// Levels by rule.
    pub levels: Levels,
}

/// A file with the checker that is made for it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Job {
    /// The file.
    pub input: Input,
    /// What checks it.
    pub checker: FileChecker,
    /// The level from which its findings count as a failure.
    pub deny: Severity,
}

/// After how many days facts are called old, where nothing is said.
const MAX_AGE_DAYS: u32 = 30;

/// Finds out what applies to each file; configurations and snapshots are read once.
#[derive(Debug, Default)]
pub struct Settings {
    options: Options,
    /// What holds in a folder, by the folder as the files in it are named.
    folders: HashMap<PathBuf, Arc<Folder>>,
    /// The configuration that holds in a folder, with its own folder.
    configs: HashMap<PathBuf, Option<Arc<(PathBuf, Config)>>>,
    snapshots: HashMap<PathBuf, Option<Arc<Snapshot>>>,
    /// The checker for the files of a configuration, by its folder, that the same globs match.
    checkers: HashMap<(Option<PathBuf>, Vec<usize>), FileChecker>,
    remarks: Vec<String>,
    faults: Vec<String>,
}

/// A folder of files.
#[derive(Debug)]
struct Folder {
    absolute: PathBuf,
    /// The configuration that holds there, with its own folder.
    config: Option<Arc<(PathBuf, Config)>>,
}

impl Settings {
    /// Settings that begin with what a user asked for.
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// What should be said about the snapshots that were read so far.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// What is wrong with the snapshots that were read so far; the rest of them is used.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Finds out what applies to a file.
    ///
    /// # Errors
    ///
    /// A configuration or a snapshot directory cannot be read, or the former is not valid.
    pub fn job(&mut self, input: Input) -> Result<Job, Error> {
        let file = input.path.as_deref().unwrap_or(Path::new("-"));
        let folder = self.folder(file.parent().unwrap_or(Path::new("")))?;
        let name = folder.absolute.join(file.file_name().unwrap_or_default());
        let found = folder.config.as_deref();
        let config = found.map(|(_, config)| config);
        let base = found.map(|(base, _)| base.as_path());
        let inside = base.and_then(|base| name.strip_prefix(base).ok()).unwrap_or(&name);
        let matching = config.map_or_else(Vec::new, |config| config.matching(inside));
        let key = (base.map(Path::to_owned), matching);
        let checker = match self.checkers.get(&key) {
            Some(checker) => checker.clone(),
            None => {
                let checker = self.checker(base, config.unwrap_or(&Config::default()), &key.1)?;
                self.checkers.entry(key).or_insert(checker).clone()
            }
        };
        let deny = self.options.deny.or(config.and_then(|config| config.deny));
        Ok(Job { input, checker, deny: deny.unwrap_or(Severity::Error) })
    }

    /// What holds for the files of a folder.
    fn folder(&mut self, named: &Path) -> Result<Arc<Folder>, Error> {
        if let Some(known) = self.folders.get(named) {
            return Ok(known.clone());
        }
        let named_or_here = if named == Path::new("") { Path::new(".") } else { named };
        let absolute = std::path::absolute(named_or_here).map_err(Error::NoWorkingDirectory)?;
        let config = match self.options.config.clone() {
            Some(path) => self.named(&path)?,
            None => self.above(&absolute)?,
        };
        let folder = Arc::new(Folder { absolute, config });
        self.folders.insert(named.to_owned(), folder.clone());
        Ok(folder)
    }

    /// The checker for files that some globs of a configuration match.
    fn checker(
        &mut self,
        base: Option<&Path>,
        config: &Config,
        matching: &[usize],
    ) -> Result<FileChecker, Error> {
        let mut settings = config.settings(matching);
        settings.levels.extend(&self.options.levels);
        let mut linter = Linter::new().levels(settings.levels);
        if let Some(snapshot) = self.snapshot(base, config)? {
            linter = linter.facts(snapshot.facts.clone());
        }
        if let Some(module) = self.options.module.clone().or(settings.module) {
            linter = linter.module(module);
        }
        if let Some(version) = self.options.version.or(settings.api_version) {
            linter = linter.version(version);
        }
        Ok(FileChecker::new(linter))
    }

    /// The configuration that the command line names.
    fn named(&mut self, path: &Path) -> Result<Option<Arc<(PathBuf, Config)>>, Error> {
        if let Some(known) = self.configs.get(path) {
            return Ok(known.clone());
        }
        let file = std::path::absolute(path).map_err(Error::NoWorkingDirectory)?;
        let folder = file.parent().unwrap_or(&file).to_owned();
        let found = Some(Arc::new((folder, Config::read(path)?)));
        self.configs.insert(path.to_owned(), found.clone());
        Ok(found)
    }

    /// The configuration of a folder: its own, or that of the nearest folder above.
    fn above(&mut self, folder: &Path) -> Result<Option<Arc<(PathBuf, Config)>>, Error> {
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

    fn snapshot(
        &mut self,
        base: Option<&Path>,
        config: &Config,
    ) -> Result<Option<Arc<Snapshot>>, Error> {
        let base = base.unwrap_or(Path::new(""));
        let (folder, named) = match (&self.options.snapshot, &config.snapshot) {
            (Some(folder), _) => (folder.clone(), true),
            (None, Some(folder)) => (base.join(folder), true),
            (None, None) => (base.join(snapshot::FOLDER), false),
        };
        if let Some(known) = self.snapshots.get(&folder) {
            return Ok(known.clone());
        }
        if !folder.is_dir() {
            if named {
                return Err(Error::NotASnapshot(folder));
            }
            self.snapshots.insert(folder, None);
            return Ok(None);
        }
        let snapshot = Arc::new(snapshot::read(&folder)?);
        let most = config.snapshot_max_age_days.unwrap_or(MAX_AGE_DAYS);
        self.remarks.extend(snapshot.remarks(&folder, most));
        self.faults.extend_from_slice(&snapshot.faults);
        self.snapshots.insert(folder, Some(snapshot.clone()));
        Ok(Some(snapshot))
    }
}
