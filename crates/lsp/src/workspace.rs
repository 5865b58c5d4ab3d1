//! The folders of the client: which settings and which snapshot apply to a file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use lsp_types::InitializeParams;
use massup_model::ApiVersion;
use massup_project::{Baseline, Checked, Input, Job, Options, Settings, config, follow, limits};
use massup_rules::{Diagnostic, Origin, looks_like_a_call};
use serde::Deserialize;

use crate::uri;

/// What the client can set, as `initializationOptions` or under `massup` in its settings. Paths are relative to
/// the folder of the workspace that holds the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Given {
    /// The API name of the module of bare request bodies.
    module: Option<String>,
    /// Their API version, such as `v8`.
    api_version: Option<String>,
    /// The snapshot directory.
    snapshot: Option<PathBuf>,
    /// The configuration file.
    config: Option<PathBuf>,
}

/// The folders of the client, and what applies in them.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    roots: Vec<PathBuf>,
    given: Given,
    /// By root; files outside of all roots have settings of their own.
    settings: HashMap<Option<PathBuf>, Settings>,
    baselines: HashMap<PathBuf, Baseline>,
    remarks: Vec<String>,
}

impl Workspace {
    pub(crate) fn new(parameters: &InitializeParams) -> Self {
        let folders = parameters.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        #[expect(deprecated, reason = "what clients without workspace folders send")]
        let root = parameters.root_uri.iter().filter(|_| parameters.workspace_folders.is_none());
        let roots = folders.chain(root).filter_map(uri::path).collect();
        let mut workspace = Self { roots, ..Self::default() };
        if let Some(options) = &parameters.initialization_options {
            workspace.configure(options);
        }
        workspace
    }

    /// Takes the settings of the client. Returns whether they have changed.
    pub(crate) fn configure(&mut self, options: &serde_json::Value) -> bool {
        let options = options.get("massup").unwrap_or(options);
        if options.is_null() {
            return false;
        }
        let given = match Given::deserialize(options) {
            Ok(given) => given,
            Err(error) => {
                self.remarks.push(format!("the settings of massup are not used: {error}"));
                return false;
            }
        };
        let changed = given != self.given;
        self.given = given;
        if changed {
            self.reload();
        }
        changed
    }

    pub(crate) fn change_folders(&mut self, event: &lsp_types::WorkspaceFoldersChangeEvent) {
        let gone: Vec<_> =
            event.removed.iter().filter_map(|folder| uri::path(&folder.uri)).collect();
        self.roots.retain(|root| !gone.contains(root));
        self.roots.extend(event.added.iter().filter_map(|folder| uri::path(&folder.uri)));
        self.reload();
    }

    /// Reads configurations and snapshots again when they are needed next.
    pub(crate) fn reload(&mut self) {
        self.settings.clear();
        self.baselines.clear();
    }

    /// What should be said to the user, once.
    pub(crate) fn take_remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    pub(crate) fn add_remark(&mut self, remark: String) {
        self.remarks.push(remark);
    }

    /// Where a document without a file would be: in the first folder.
    pub(crate) fn unsaved(&self, name: &str) -> PathBuf {
        self.roots.first().cloned().unwrap_or_default().join(name)
    }

    /// What checks a file; `None` if it holds no call, or massup.toml leaves it out.
    ///
    /// # Errors
    ///
    /// The message for the user: the configuration or the snapshot cannot be used.
    pub(crate) fn job(&mut self, path: &Path, text: &str) -> Result<Option<Job>, String> {
        if text.len() as u64 > limits::FILE_BYTES {
            return Ok(None);
        }
        let root = self.root(path);
        let settings = match self.settings.entry(root) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                let options = options(&self.given, new.key().as_deref())?;
                new.insert(Settings::new(options))
            }
        };
        let input = Input::met(path);
        if is_settings(path) || settings.excludes(&input).map_err(|error| error.to_string())? {
            return Ok(None);
        }
        let known = settings.faults().len();
        let job = settings.job(input).map_err(|error| error.to_string())?;
        self.remarks.extend_from_slice(settings.faults().get(known..).unwrap_or_default());
        // A file that a glob of massup.toml matches is as good as named.
        let is_named = job.origin == Origin::Named;
        let is_call = is_named || looks_like_a_call(&job.input.name, text.as_bytes());
        Ok(is_call.then_some(job))
    }

    /// The findings that the user sees: without those that a baseline accepts, and without what says of a body in
    /// another file that it is not there, if it is. The other file has findings of its own when it is open.
    pub(crate) fn shown(&mut self, path: &Path, mut checked: Checked) -> Vec<Diagnostic> {
        if let Some(file) = checked.baseline.clone() {
            match self.baseline(&file) {
                Ok(mut baseline) => {
                    baseline.take_from([&mut checked]);
                }
                Err(error) => self.remarks.push(error.to_string()),
            }
        }
        checked.keep(limits::FINDINGS_OF_FILE);
        let mut files = vec![checked];
        let root = self.root(path);
        if let Some(settings) = self.settings.get_mut(&root)
            && let Err(error) = follow(settings, &mut files)
        {
            self.remarks.push(error.to_string());
        }
        files.into_iter().next().map(|file| file.report.diagnostics).unwrap_or_default()
    }

    fn baseline(&mut self, file: &Path) -> Result<Baseline, massup_project::Error> {
        if let Some(known) = self.baselines.get(file) {
            return Ok(known.clone());
        }
        let read = Baseline::read(file)?;
        self.baselines.insert(file.to_owned(), read.clone());
        Ok(read)
    }

    /// The innermost folder that holds a file.
    fn root(&self, path: &Path) -> Option<PathBuf> {
        let roots = self.roots.iter().filter(|root| path.starts_with(root));
        roots.max_by_key(|root| root.as_os_str().len()).cloned()
    }
}

/// Whether a file decides how others are checked: massup.toml, or a file of a snapshot.
pub(crate) fn is_setting(path: &Path) -> bool {
    let in_snapshot =
        path.ancestors().any(|folder| folder.ends_with(massup_project::snapshot::FOLDER));
    is_settings(path) || in_snapshot
}

fn is_settings(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == config::NAME)
}

fn options(given: &Given, root: Option<&Path>) -> Result<Options, String> {
    let inside = |path: &PathBuf| root.map_or_else(|| path.clone(), |root| root.join(path));
    let mut options = Options::default();
    options.module.clone_from(&given.module);
    options.version = match &given.api_version {
        Some(version) => Some(version.parse::<ApiVersion>().map_err(|error| error.to_string())?),
        None => None,
    };
    options.snapshot = given.snapshot.as_ref().map(inside);
    options.config = given.config.as_ref().map(inside);
    Ok(options)
}
