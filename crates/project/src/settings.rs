//! What applies to each file: the options first, then massup.toml.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead as _, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use massup_model::ApiVersion;
use massup_rules::levels::Levels;
use massup_rules::{FileReport, Linter, Origin, Severity};

use crate::checker::{Checked, FileChecker};
use crate::config::{self, Config};
use crate::error::Error;
use crate::input::Input;
use crate::signature::{self, PublicKey, Seen};
use crate::snapshot::{self, Snapshot};

/// What a user asked for; each comes before what massup.toml says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The API name of the module of bare request bodies.
    pub module: Option<String>,
    /// Their API version.
    pub version: Option<ApiVersion>,
    /// The snapshot directory, `.massup/snapshot` in or above the directory of each file where none is named.
    pub snapshot: Option<PathBuf>,
    /// The configuration, massup.toml in or above the directory of each file where none is named.
    pub config: Option<PathBuf>,
    /// The level from which findings count as a failure.
    pub deny: Option<Severity>,
    /// Levels by rule.
    pub levels: Levels,
    /// The public keys of which one must have signed each plan, those of massup.toml where none are named.
    pub require_signature: Vec<PublicKey>,
    /// Settings in the form of massup.toml, with the directory from which their paths and globs count. The settings of
    /// an editor, for example.
    pub overriding: Option<Arc<(PathBuf, Config)>>,
}

/// A file with the checker that is made for it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Job {
    /// The file.
    pub input: Input,
    /// What checks it.
    pub checker: FileChecker,
    /// Whether somebody named the file, on the command line or by a glob of massup.toml.
    pub origin: Origin,
    /// The level from which its findings count as a failure.
    pub deny: Severity,
    /// The file that lists its accepted findings, by massup.toml.
    pub baseline: Option<Arc<Path>>,
    /// The public keys of which one must have signed it, if it is a plan.
    pub trusted: Arc<[PublicKey]>,
}

impl Job {
    /// Checks the bytes of the file and, if it is a plan, its signature.
    ///
    /// # Errors
    ///
    /// None for bytes that are in memory; see [`Job::check_clean_lines`].
    pub fn check(&self, bytes: &[u8]) -> Result<FileReport, Error> {
        let report = self.checker.check(&self.input.name, bytes);
        if !massup_syntax::is_plan(bytes) {
            return Ok(report);
        }
        self.with_signature(report, io::Cursor::new(bytes))
    }

    /// Checks a large file while reading it, as [`FileChecker::check_clean_lines`] does; of a plan, also its signature.
    ///
    /// # Errors
    ///
    /// [`Error::Read`]: reading fails.
    pub fn check_clean_lines(&self) -> Result<Option<FileReport>, Error> {
        let report = self.checker.check_clean_lines(&self.input)?;
        let (Some(report), Some(path)) = (report, &self.input.path) else { return Ok(None) };
        let cannot = |error| Error::Read(path.clone(), error);
        let mut file = io::BufReader::new(File::open(path).map_err(cannot)?);
        if !massup_syntax::is_plan(file.fill_buf().map_err(cannot)?) {
            return Ok(Some(report));
        }
        self.with_signature(report, file).map(Some)
    }

    fn with_signature(
        &self,
        report: FileReport,
        plan: impl Read + Seek,
    ) -> Result<FileReport, Error> {
        let linter = self.checker.linter();
        Ok(match signature::look(self.input.path.as_deref(), plan, &self.trusted)? {
            Seen::None => report,
            Seen::Unchecked(signature, entry) => {
                linter.with_unchecked(FileReport { signature: Some(signature), ..report }, entry)
            }
            Seen::Holds(signature) => FileReport { signature: Some(signature), ..report },
            Seen::Refused(found) => linter.with_findings(report, vec![*found]),
        })
    }

    /// The file with what was found in it.
    pub fn checked(&self, bytes: Vec<u8>, report: FileReport) -> Checked {
        let mut checked = Checked::new(bytes, report).deny(self.deny);
        checked.path.clone_from(&self.input.path);
        checked.baseline.clone_from(&self.baseline);
        checked
    }
}

/// After how many days facts are called old, where nothing is said.
const MAX_AGE_DAYS: u32 = 30;

/// Finds out what applies to each file; configurations and snapshots are read once.
#[derive(Debug, Default)]
pub struct Settings {
    options: Options,
    /// What holds in a folder, by the folder as the files in it are named.
    folders: HashMap<PathBuf, Arc<Folder>>,
    /// The last of them that was asked for: files come folder by folder.
    last: Option<(PathBuf, Arc<Folder>)>,
    /// The configuration that holds in a folder, with its own folder.
    configs: HashMap<PathBuf, Option<Arc<(PathBuf, Config)>>>,
    snapshots: HashMap<PathBuf, Arc<Snapshot>>,
    checkers: HashMap<Alike, FileChecker>,
    /// The keys that may sign plans, by the folder of the configuration that names them.
    trusted: HashMap<PathBuf, Arc<[PublicKey]>>,
    remarks: Vec<String>,
    faults: Vec<String>,
}

/// What files have in common that are checked in the same way.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Alike {
    /// The folder of their configuration.
    base: Option<PathBuf>,
    /// The globs of the configuration that match them.
    globs: Vec<usize>,
    /// The globs of the overriding settings that match them.
    overriding: Vec<usize>,
    snapshot: Option<PathBuf>,
}

/// A folder of files.
#[derive(Debug)]
struct Folder {
    absolute: PathBuf,
    /// The configuration that holds there, with its own folder.
    config: Option<Arc<(PathBuf, Config)>>,
    /// The snapshot directory that is used there.
    snapshot: Option<PathBuf>,
}

impl Folder {
    /// A file in it, named from the folder of the configuration.
    fn inside<'n>(&self, name: &'n Path) -> &'n Path {
        let base = self.config.as_deref().map(|(base, _)| base);
        base.and_then(|base| name.strip_prefix(base).ok()).unwrap_or(name)
    }
}

impl Settings {
    /// Settings that begin with what a user asked for.
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// The snapshot directories that were read so far.
    pub fn snapshots(&self) -> impl Iterator<Item = &Path> {
        self.snapshots.keys().map(PathBuf::as_path)
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
        let (folder, name) = self.place(&input)?;
        let found = folder.config.as_deref();
        let config = found.map(|(_, config)| config);
        let base = found.map(|(base, _)| base.as_path());
        let globs = config.map_or_else(Vec::new, |config| config.matching(folder.inside(&name)));
        let overriding =
            self.options.overriding.as_deref().map_or_else(Vec::new, |(base, config)| {
                config.matching(name.strip_prefix(base).unwrap_or(&name))
            });
        let snapshot = folder.snapshot.clone();
        // Files that a team has named by a glob are as good as named.
        let found = input.is_found() && globs.is_empty() && overriding.is_empty();
        let alike = Alike { base: base.map(Path::to_owned), globs, overriding, snapshot };
        let checker = match self.checkers.get(&alike) {
            Some(checker) => checker.clone(),
            None => {
                let config = config.cloned().unwrap_or_default();
                let settings = self.settings_of(&config, &alike);
                let checker = self.checker_of(alike.snapshot.as_deref(), &config, settings)?;
                self.checkers.entry(alike).or_insert(checker).clone()
            }
        };
        let origin = if found { Origin::Found } else { Origin::Named };
        let checker = checker.map(|linter| linter.origin(origin));
        let deny = self.options.deny.or(config.and_then(|config| config.deny));
        let own = |(base, config): &(PathBuf, Config)| {
            Some(Arc::from(base.join(config.baseline.as_deref()?)))
        };
        let overriding = self.options.overriding.as_deref().and_then(own);
        let baseline = overriding.or_else(|| folder.config.as_deref().and_then(own));
        let trusted = self.trusted(&input, &folder)?;
        let deny = deny.unwrap_or(Severity::Error);
        Ok(Job { input, checker, origin, deny, baseline, trusted })
    }

    /// The public keys of which one must have signed a plan in a file: those that the user named, or else those of the
    /// massup.toml that holds for the file. None if plans need no signature.
    ///
    /// # Errors
    ///
    /// The configuration cannot be read, or is not valid.
    pub fn signers(&mut self, plan: &Path) -> Result<Arc<[PublicKey]>, Error> {
        let input = Input::named(plan);
        let (folder, _) = self.place(&input)?;
        self.trusted(&input, &folder)
    }

    fn trusted(&mut self, input: &Input, folder: &Folder) -> Result<Arc<[PublicKey]>, Error> {
        if !self.options.require_signature.is_empty() {
            return Ok(self.options.require_signature.clone().into());
        }
        // A plan that comes through a pipe has no place for a signature.
        let found = folder.config.as_deref().filter(|_| input.path.is_some());
        let Some((base, config)) = found else { return Ok(Arc::from([])) };
        if let Some(known) = self.trusted.get(base) {
            return Ok(known.clone());
        }
        let trusted: Arc<[PublicKey]> = config.trusted(base)?.into();
        self.trusted.insert(base.clone(), trusted.clone());
        Ok(trusted)
    }

    /// Whether massup.toml leaves a file out, which was met in a folder.
    ///
    /// # Errors
    ///
    /// The configuration cannot be read, or is not valid.
    pub fn excludes(&mut self, input: &Input) -> Result<bool, Error> {
        if !input.is_found() {
            return Ok(false);
        }
        let (folder, file) = self.folder_of(input)?;
        let overriding = self.options.overriding.as_deref();
        let mut found = folder.config.as_deref().into_iter().chain(overriding).peekable();
        if found.peek().is_none() {
            return Ok(false);
        }
        let name = folder.absolute.join(file);
        Ok(found.any(|(base, config)| config.excludes(name.strip_prefix(base).unwrap_or(&name))))
    }

    /// The folder of a file, and the absolute path of the file.
    fn place(&mut self, input: &Input) -> Result<(Arc<Folder>, PathBuf), Error> {
        let (folder, file) = self.folder_of(input)?;
        let name = folder.absolute.join(file);
        Ok((folder, name))
    }

    /// The folder of a file, and the name of the file in it.
    fn folder_of<'i>(&mut self, input: &'i Input) -> Result<(Arc<Folder>, &'i OsStr), Error> {
        let file = input.path.as_deref().unwrap_or(Path::new("-"));
        let folder = self.folder(file.parent().unwrap_or(Path::new("")))?;
        Ok((folder, file.file_name().unwrap_or_default()))
    }

    /// What holds for the files of a folder.
    fn folder(&mut self, named: &Path) -> Result<Arc<Folder>, Error> {
        // To compare the bytes is faster than the parts of a path.
        let is_last = |(last, _): &&(PathBuf, _)| last.as_os_str() == named.as_os_str();
        if let Some((_, folder)) = self.last.as_ref().filter(is_last) {
            return Ok(folder.clone());
        }
        let folder = self.known_folder(named)?;
        self.last = Some((named.to_owned(), folder.clone()));
        Ok(folder)
    }

    fn known_folder(&mut self, named: &Path) -> Result<Arc<Folder>, Error> {
        if let Some(known) = self.folders.get(named) {
            return Ok(known.clone());
        }
        let named_or_here = if named == Path::new("") { Path::new(".") } else { named };
        let absolute = std::path::absolute(named_or_here).map_err(Error::NoWorkingDirectory)?;
        let config = match self.options.config.clone() {
            Some(path) => self.named(&path)?,
            None => self.above(&absolute)?,
        };
        let named_snapshot = || {
            let (base, config) = config.as_deref()?;
            Some(base.join(config.snapshot.as_ref()?))
        };
        let overriding = self.options.overriding.as_deref();
        let given =
            overriding.and_then(|(base, config)| Some(base.join(config.snapshot.as_ref()?)));
        let snapshot = self.options.snapshot.clone().or(given).or_else(named_snapshot);
        let snapshot = snapshot.or_else(|| snapshot::nearest(&absolute));
        let folder = Arc::new(Folder { absolute, config, snapshot });
        self.folders.insert(named.to_owned(), folder.clone());
        Ok(folder)
    }

    /// The settings of files that are checked in the same way.
    fn settings_of(&self, config: &Config, alike: &Alike) -> config::Settings {
        let mut settings = config.settings(&alike.globs);
        if let Some((_, config)) = self.options.overriding.as_deref() {
            let given = config.settings(&alike.overriding);
            settings.module = given.module.or(settings.module);
            settings.api_version = given.api_version.or(settings.api_version);
            settings.levels.extend(&given.levels);
        }
        settings
    }

    /// The checker for files that some globs of a configuration match.
    pub(crate) fn checker(
        &mut self,
        snapshot: Option<&Path>,
        config: &Config,
        matching: &[usize],
    ) -> Result<FileChecker, Error> {
        self.checker_of(snapshot, config, config.settings(matching))
    }

    fn checker_of(
        &mut self,
        snapshot: Option<&Path>,
        config: &Config,
        mut settings: config::Settings,
    ) -> Result<FileChecker, Error> {
        settings.levels.extend(&self.options.levels);
        let mut linter = Linter::new().levels(settings.levels);
        if let Some(snapshot) = snapshot.map(|folder| self.snapshot(folder, config)).transpose()? {
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

    fn snapshot(&mut self, folder: &Path, config: &Config) -> Result<Arc<Snapshot>, Error> {
        if let Some(known) = self.snapshots.get(folder) {
            return Ok(known.clone());
        }
        if !folder.is_dir() {
            return Err(Error::NotASnapshot(folder.to_owned()));
        }
        let snapshot = Arc::new(snapshot::read(folder)?);
        let overriding = self.options.overriding.as_deref();
        let given = overriding.and_then(|(_, config)| config.snapshot_max_age_days);
        let most = given.or(config.snapshot_max_age_days).unwrap_or(MAX_AGE_DAYS);
        self.remarks.extend(snapshot.remarks(folder, most));
        self.faults.extend_from_slice(&snapshot.faults);
        self.snapshots.insert(folder.to_owned(), snapshot.clone());
        Ok(snapshot)
    }
}

#[cfg(test)]
mod tests;
