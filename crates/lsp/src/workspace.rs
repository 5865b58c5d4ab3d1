//! The folders of the client: which settings and which snapshot apply to a file.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{InitializeParams, Uri};
use massup_model::ApiVersion;
use massup_project::config::{self, Config};
use massup_project::{Baseline, Checked, Input, Job, Options, Settings, follow, limits};
use massup_rules::{Diagnostic, Origin, looks_like_a_call};
use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::uri;

/// What the client can set, as `initializationOptions`, under `massup` in its settings, or for a folder of the workspace:
/// the keys of massup.toml, and three that say what holds for all files. Paths and globs are relative to the folder of
/// the workspace that holds the file.
#[derive(Clone, Debug, Default)]
struct Given {
    /// The API name of the module of bare request bodies.
    module: Option<String>,
    /// Their API version.
    api_version: Option<ApiVersion>,
    /// The configuration file.
    config: Option<PathBuf>,
    /// What massup.toml could say as well; it comes before massup.toml.
    settings: Config,
}

/// Keys that are for the client alone.
const OF_CLIENT: [&str; 2] = ["path", "trace"];

/// Keys of massup.toml that an editor cannot set: they decide what passes for the team.
const OF_TEAM: [&str; 2] = ["deny", "require_signature"];

impl Given {
    /// Reads the settings of a client.
    ///
    /// # Errors
    ///
    /// The message for the user: a key is unknown, is for massup.toml alone, or has a wrong value.
    fn of(mut members: Map<String, Value>) -> Result<Self, String> {
        if let Some(key) = OF_TEAM.iter().find(|key| members.contains_key(**key)) {
            return Err(format!("`{key}` can be set in massup.toml only"));
        }
        let mut take = |key: &str| match members.remove(key) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(format!("`{key}` is {other}, expected a string")),
            None => Ok(None),
        };
        let version = take("api_version")?.map(|version| version.parse::<ApiVersion>());
        Ok(Self {
            module: take("module")?,
            api_version: version.transpose().map_err(|error| error.to_string())?,
            config: take("config")?.map(PathBuf::from),
            settings: Config::deserialize(Value::from(members))
                .map_err(|error| error.to_string())?,
        })
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The folders of the client, and what applies in them.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    roots: Vec<PathBuf>,
    /// The roots as the client names them.
    uris: HashMap<PathBuf, Uri>,
    /// What the client has set for all folders.
    given: Map<String, Value>,
    /// What the client has set for a folder.
    of_root: HashMap<PathBuf, Map<String, Value>>,
    /// By root; files outside of all roots have settings of their own.
    settings: HashMap<Option<PathBuf>, Settings>,
    baselines: HashMap<PathBuf, Baseline>,
    remarks: Vec<String>,
    /// What was said about snapshots.
    said: BTreeSet<String>,
}

impl Workspace {
    pub(crate) fn new(parameters: &InitializeParams) -> Self {
        let folders = parameters.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        #[expect(deprecated, reason = "what clients without workspace folders send")]
        let root = parameters.root_uri.iter().filter(|_| parameters.workspace_folders.is_none());
        let mut workspace = Self::default();
        folders.chain(root).for_each(|uri| workspace.add_root(uri));
        if let Some(options) = &parameters.initialization_options {
            workspace.configure(options);
        }
        workspace
    }

    /// Takes the settings of the client for all folders. Returns whether they have changed.
    pub(crate) fn configure(&mut self, options: &Value) -> bool {
        let Some(given) = self.understood(options) else { return false };
        let changed = given != self.given;
        self.given = given;
        changed
    }

    /// Takes the settings of the client for each folder, in the order of [`Workspace::root_uris`]. Returns whether they have
    /// changed.
    pub(crate) fn configure_folders(&mut self, options: &[Value]) -> bool {
        let mut of_root = HashMap::new();
        for (root, options) in self.roots.clone().into_iter().zip(options) {
            of_root.extend(self.understood(options).map(|given| (root, given)));
        }
        let changed = of_root != self.of_root;
        self.of_root = of_root;
        changed
    }

    /// The settings in what a client sends; `None` if there are none, or they cannot be used.
    fn understood(&mut self, options: &Value) -> Option<Map<String, Value>> {
        let options = options.get("massup").unwrap_or(options);
        if options.is_null() {
            return None;
        }
        let mut members = options.as_object().cloned().unwrap_or_default();
        // Some clients send every key, and leave empty what is not set.
        members.retain(|key, value| !OF_CLIENT.contains(&key.as_str()) && !is_empty(value));
        match Given::of(members.clone()) {
            Ok(_) => Some(members),
            Err(why) => {
                self.remarks.push(format!("the settings of massup are not used: {why}"));
                None
            }
        }
    }

    fn add_root(&mut self, uri: &Uri) {
        let Some(root) = uri::path(uri).filter(|root| !self.roots.contains(root)) else { return };
        self.uris.insert(root.clone(), uri.clone());
        self.roots.push(root);
    }

    /// The folders of the workspace, as the client names them.
    pub(crate) fn root_uris(&self) -> impl Iterator<Item = &Uri> {
        self.roots.iter().filter_map(|root| self.uris.get(root))
    }

    /// The snapshot directories that are in use.
    pub(crate) fn snapshots(&self) -> impl Iterator<Item = &Path> {
        self.settings.values().flat_map(Settings::snapshots)
    }

    pub(crate) fn change_folders(&mut self, event: &lsp_types::WorkspaceFoldersChangeEvent) {
        let gone: Vec<_> =
            event.removed.iter().filter_map(|folder| uri::path(&folder.uri)).collect();
        self.roots.retain(|root| !gone.contains(root));
        self.of_root.retain(|root, _| !gone.contains(root));
        event.added.iter().for_each(|folder| self.add_root(&folder.uri));
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
                let root = new.key().as_deref();
                let mut given = self.given.clone();
                given.extend(
                    root.and_then(|root| self.of_root.get(root)).into_iter().flat_map(Map::clone),
                );
                let options = options(Given::of(given)?, root);
                new.insert(Settings::new(options))
            }
        };
        let input = Input::met(path);
        if is_settings(path) || settings.excludes(&input).map_err(|error| error.to_string())? {
            return Ok(None);
        }
        let (faults, remarks) = (settings.faults().len(), settings.remarks().len());
        let job = settings.job(input).map_err(|error| error.to_string())?;
        self.remarks.extend_from_slice(settings.faults().get(faults..).unwrap_or_default());
        // That a snapshot is old is said once, not each time it is read.
        for remark in settings.remarks().get(remarks..).unwrap_or_default() {
            if self.said.insert(remark.clone()) {
                self.remarks.push(remark.clone());
            }
        }
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

fn options(given: Given, root: Option<&Path>) -> Options {
    let root = root.unwrap_or(Path::new(""));
    let mut options = Options::default();
    options.module = given.module;
    options.version = given.api_version;
    options.config = given.config.map(|config| root.join(config));
    options.overriding = Some(Arc::new((root.to_owned(), given.settings)));
    options
}
