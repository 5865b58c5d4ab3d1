//! What programs in other languages call: options by name, reports as JSON.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use massup_model::ApiVersion;
use massup_rules::Facts;
use massup_rules::levels::{Level, Levels};
use massup_rules::report::Report;
use serde::Deserialize;

use crate::checker::FileChecker;
use crate::config::{self, Config};
use crate::error::{Error, shown};
use crate::input::Input;
use crate::settings::{Options, Settings};

mod planned;

pub use planned::{Planned, Unplanned};

/// The options of a [`Session`], as a JSON object or a struct.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SessionOptions {
    /// The API name of the module of bare request bodies.
    pub module: Option<String>,
    /// Their API version, such as `v8`.
    pub api_version: Option<String>,
    /// The snapshot directory.
    pub snapshot: Option<PathBuf>,
    /// Rules whose findings are left out, by code or name.
    pub allow: Vec<String>,
    /// Rules whose findings are warnings.
    pub warn: Vec<String>,
    /// Rules whose findings are errors.
    pub deny: Vec<String>,
}

impl SessionOptions {
    fn options(&self) -> Result<Options, SessionError> {
        let mut levels = Levels::default();
        let by_level =
            [(&self.allow, Level::Allow), (&self.warn, Level::Warning), (&self.deny, Level::Error)];
        for (names, level) in by_level {
            for name in names {
                levels.set(config::rule(name).map_err(SessionError::Options)?, level);
            }
        }
        let version = self.api_version.as_deref().map(str::parse::<ApiVersion>).transpose();
        Ok(Options {
            module: self.module.clone(),
            version: version.map_err(|error| SessionError::Options(error.to_string()))?,
            snapshot: self.snapshot.clone(),
            levels,
            ..Options::default()
        })
    }
}

/// Checks texts and files, and plans changes, with one set of options. It can be shared by threads; snapshots and
/// configurations are read once.
///
/// ```
/// use massup_project::Session;
///
/// let session = Session::from_json(br#"{"module": "Leads", "api_version": "v8"}"#)?;
/// let report = session.lint("body.json", br#"{"data": [{"City": "Chennai"}], "ids": []}"#);
/// assert_eq!(report.files[0].diagnostics[0].name, "empty-ids");
///
/// let error = Session::from_json(br#"{"modul": "Leads"}"#).unwrap_err();
/// assert!(error.to_string().starts_with("unknown field `modul`"));
/// # Ok::<(), massup_project::SessionError>(())
/// ```
#[derive(Debug)]
pub struct Session {
    /// For texts, which no directory has settings for.
    checker: FileChecker,
    /// For files, whose directories have.
    settings: Mutex<Settings>,
    snapshot: Option<PathBuf>,
}

/// Why there is no session, or a file cannot be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// An option is unknown or has a wrong value.
    #[error("{0}")]
    Options(String),
    /// A file or directory cannot be used.
    #[error("{0}")]
    Files(String),
}

impl From<Error> for SessionError {
    fn from(error: Error) -> Self {
        Self::Files(with_sources(&error))
    }
}

/// An error and its sources, on one line.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}

impl Session {
    /// A session with these options.
    ///
    /// # Errors
    ///
    /// * [`SessionError::Options`]: there is no such API version or rule.
    /// * [`SessionError::Files`]: the snapshot is not a directory, or one of its files cannot be used.
    pub fn new(options: &SessionOptions) -> Result<Self, SessionError> {
        let snapshot = options.snapshot.clone();
        let mut settings = Settings::new(options.options()?);
        let checker = settings.checker(snapshot.as_deref(), &Config::default(), &[])?;
        unless_broken(&settings)?;
        Ok(Self { checker, settings: Mutex::new(settings), snapshot })
    }

    /// A session with options in JSON; no text at all means no options.
    ///
    /// # Errors
    ///
    /// As [`Session::new`]; [`SessionError::Options`] also if the text is not an object with known keys.
    pub fn from_json(options: &[u8]) -> Result<Self, SessionError> {
        if options.is_empty() {
            return Self::new(&SessionOptions::default());
        }
        let wrong = |error: serde_json::Error| SessionError::Options(error.to_string());
        // A struct would also be read from an array.
        let options: serde_json::Map<_, _> = serde_json::from_slice(options).map_err(wrong)?;
        Self::new(&serde_json::from_value(options.into()).map_err(wrong)?)
    }

    /// Checks a text. Its name says what it is: `body.json`, `leads.massup.yaml`, `leads.plan.jsonl`. Configurations
    /// and snapshots that are not in the options do not count.
    pub fn lint(&self, name: &str, bytes: &[u8]) -> Report {
        Report::new(vec![self.checker.check(name, bytes)])
    }

    /// Checks a file as `massup lint FILE` does, with the nearest `massup.toml` and the nearest snapshot.
    ///
    /// # Errors
    ///
    /// The file, its configuration or its snapshot cannot be read.
    pub fn lint_file(&self, path: &Path) -> Result<Report, SessionError> {
        let job = {
            let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
            let job = settings.job(Input::named(path))?;
            unless_broken(&settings)?;
            job
        };
        let bytes = crate::read(path)?;
        Ok(Report::new(vec![job.check(&bytes)?]))
    }

    /// What is known about the organisation.
    fn known(&self) -> Option<&Facts> {
        let known = self.checker.linter().known();
        self.snapshot.is_some().then_some(known)
    }
}

/// Refuses a snapshot that is only partly readable: a missing fact would look like an unknown one.
fn unless_broken(settings: &Settings) -> Result<(), SessionError> {
    match settings.faults().first() {
        Some(fault) => Err(SessionError::Files(fault.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
