//! What the server knows, and how it answers.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions,
    CompletionOptions, DidChangeTextDocumentParams, DidChangeWatchedFilesRegistrationOptions,
    FileSystemWatcher, GlobPattern, Hover, HoverContents, HoverProviderCapability,
    InitializeParams, InitializeResult, MarkupContent, MarkupKind, MessageType, OneOf,
    PublishDiagnosticsParams, Registration, RegistrationParams, SaveOptions, ServerCapabilities,
    ServerInfo, ShowMessageParams, TextDocumentPositionParams, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::completion::Schemas;
use crate::document::{Document, Findings};
use crate::position::{Encoding, Text};
use crate::workspace::{Workspace, is_setting};
use crate::{Refusal, actions, completion, diagnostics, hover, lens, uri};

/// What the client watches for the server: what decides how files are checked.
const WATCHED: [&str; 2] = ["**/massup.toml", "**/.massup/snapshot/**"];

/// The open documents of a client.
pub(crate) struct Server {
    documents: HashMap<Uri, Document>,
    workspace: Workspace,
    encoding: Encoding,
    /// Whether the client shows related information.
    related: bool,
    /// Whether the client can watch files.
    watches: bool,
    /// Whether the client can be asked for its settings, folder by folder.
    configures: bool,
    /// How many requests were sent.
    asked: u64,
    /// The request for settings that was sent last; answers to earlier ones are out of date.
    settings_request: Option<RequestId>,
    /// Snapshot directories that the client was asked to watch.
    watched: BTreeSet<PathBuf>,
    schemas: Schemas,
    unsaved: usize,
    /// Lists of diagnostics to be emptied.
    closed: Vec<Uri>,
}

impl Server {
    /// A server for a client, and what it can do.
    pub(crate) fn new(client: &InitializeParams) -> (Self, InitializeResult) {
        let capabilities = &client.capabilities;
        let general = capabilities.general.as_ref();
        let encoding = Encoding::of(general.and_then(|of| of.position_encodings.as_deref()));
        let text_document = capabilities.text_document.as_ref();
        let published = text_document.and_then(|of| of.publish_diagnostics.as_ref());
        let of_workspace = capabilities.workspace.as_ref();
        let watched = of_workspace.and_then(|of| of.did_change_watched_files.as_ref());
        let server = Self {
            documents: HashMap::new(),
            workspace: Workspace::new(client),
            encoding,
            related: published.and_then(|of| of.related_information).unwrap_or(false),
            watches: watched.and_then(|of| of.dynamic_registration).unwrap_or(false),
            configures: of_workspace.and_then(|of| of.configuration).unwrap_or(false),
            asked: 0,
            settings_request: None,
            watched: BTreeSet::new(),
            schemas: Schemas::default(),
            unsaved: 0,
            closed: Vec::new(),
        };
        let info = ServerInfo {
            name: "massup".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        };
        let result = InitializeResult { capabilities: offered(encoding), server_info: Some(info) };
        (server, result)
    }

    /// The server with something to tell the user.
    pub(crate) fn with_remark(mut self, remark: String) -> Self {
        self.workspace.add_remark(remark);
        self
    }

    /// What to ask the client once it is ready.
    pub(crate) fn started(&mut self) -> Vec<Message> {
        let watched = self.watches.then(|| self.watch(WATCHED.map(str::to_owned).to_vec()));
        watched.into_iter().chain(self.ask_for_settings()).collect()
    }

    /// Asks the client to watch files.
    fn watch(&mut self, globs: Vec<String>) -> Message {
        let watcher =
            |glob| FileSystemWatcher { glob_pattern: GlobPattern::String(glob), kind: None };
        let watchers = globs.into_iter().map(watcher).collect();
        let options = DidChangeWatchedFilesRegistrationOptions { watchers };
        let registration = Registration {
            id: format!("settings-{}", self.asked + 1),
            method: notification::DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let parameters = RegistrationParams { registrations: vec![registration] };
        self.ask(request::RegisterCapability::METHOD, json!(parameters)).0
    }

    /// Asks the client for its settings of each folder, if it can be asked.
    fn ask_for_settings(&mut self) -> Option<Message> {
        let item = |uri: &Uri| json!({ "scopeUri": uri, "section": "massup" });
        let items: Vec<_> = self.workspace.root_uris().map(item).collect();
        if !self.configures || items.is_empty() {
            return None;
        }
        let method = request::WorkspaceConfiguration::METHOD;
        let (message, id) = self.ask(method, json!({ "items": items }));
        self.settings_request = Some(id);
        Some(message)
    }

    fn ask(&mut self, method: &str, parameters: Value) -> (Message, RequestId) {
        self.asked += 1;
        let id = RequestId::from(format!("massup-{}", self.asked));
        (Request::new(id.clone(), method.to_owned(), parameters).into(), id)
    }

    /// Takes an answer of the client: its settings. Whether it watches files does not matter.
    pub(crate) fn take(&mut self, answer: Response) {
        if self.settings_request.as_ref() != Some(&answer.id) {
            return;
        }
        self.settings_request = None;
        if let Ok(Value::Array(settings)) = answer.response_result
            && self.workspace.configure_folders(&settings)
        {
            self.reload();
        }
    }

    /// What to send when no message waits: the findings of what has changed.
    pub(crate) fn idle(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        for uri in std::mem::take(&mut self.closed) {
            messages.push(published(uri, Vec::new(), None));
        }
        let Self { documents, workspace, .. } = self;
        let mut due: Vec<_> = documents.values_mut().filter(|one| !one.is_published).collect();
        due.sort_by(|a, b| a.uri.cmp(&b.uri));
        for document in due {
            document.is_published = true;
            let (uri, version) = (document.uri.clone(), document.version);
            let list = isolated(|| {
                let (findings, text) = document.findings(workspace);
                Ok(diagnostics::of(findings, text, &uri, self.related))
            });
            let list = list.unwrap_or_else(|(_, why)| {
                workspace.add_remark(why);
                Vec::new()
            });
            // Of a file that holds no call, nothing is said.
            if !list.is_empty() || document.is_marked {
                document.is_marked = !list.is_empty();
                messages.push(published(uri, list, Some(version)));
            }
        }
        // The names of directories that settings name are known once they are read.
        let used = workspace.snapshots().filter(|folder| !is_setting(folder)).map(Path::to_owned);
        let new: Vec<_> = used.filter(|folder| self.watched.insert(folder.clone())).collect();
        let remarks = workspace.take_remarks();
        if self.watches && !new.is_empty() {
            let globs = new.iter().map(|folder| format!("{}/**", folder.display())).collect();
            messages.push(self.watch(globs));
        }
        for message in remarks {
            let parameters = ShowMessageParams { typ: MessageType::WARNING, message };
            let method = notification::ShowMessage::METHOD.to_owned();
            messages.push(Notification::new(method, parameters).into());
        }
        messages
    }

    /// Answers a request.
    ///
    /// # Errors
    ///
    /// The method is unknown, the parameters are not of its form, or massup failed.
    pub(crate) fn answer(&mut self, request: Request) -> Result<Value, Refusal> {
        let Request { method, params, .. } = request;
        isolated(|| match method.as_str() {
            request::CodeActionRequest::METHOD => {
                let asked: lsp_types::CodeActionParams = parsed(params)?;
                let uri = asked.text_document.uri.clone();
                Ok(self.about(&uri, |findings, text| actions::at(&asked, findings, text)))
            }
            request::CodeLensRequest::METHOD => {
                let asked: lsp_types::CodeLensParams = parsed(params)?;
                Ok(self.about(&asked.text_document.uri, lens::of))
            }
            request::HoverRequest::METHOD => {
                let asked: lsp_types::HoverParams = parsed(params)?;
                let place = &asked.text_document_position_params;
                Ok(self.at(place, |findings, text, byte| {
                    let (value, bytes) = hover::at(byte, findings, text)?;
                    let contents = MarkupContent { kind: MarkupKind::Markdown, value };
                    let contents = HoverContents::Markup(contents);
                    Some(Hover { contents, range: Some(text.range(bytes)) })
                }))
            }
            request::Completion::METHOD => {
                let asked: lsp_types::CompletionParams = parsed(params)?;
                let place = &asked.text_document_position;
                let schemas = self.schemas.clone();
                Ok(self.at(place, |findings, text, byte| {
                    completion::at(byte, findings, text, &schemas)
                }))
            }
            _ => Err((ErrorCode::MethodNotFound, format!("massup does not answer `{method}`"))),
        })
    }

    /// Answers by what was found in a document; `null` for one that is not open.
    fn about<T: Serialize>(
        &mut self,
        uri: &Uri,
        answer: impl FnOnce(&Findings, &Text) -> T,
    ) -> Value {
        let Some(document) = self.documents.get_mut(uri) else { return Value::Null };
        let (findings, text) = document.findings(&mut self.workspace);
        json!(answer(findings, text))
    }

    /// Answers by what was found in a document, and a place in it.
    fn at<T: Serialize>(
        &mut self,
        place: &TextDocumentPositionParams,
        answer: impl FnOnce(&Findings, &Text, usize) -> T,
    ) -> Value {
        self.about(&place.text_document.uri, |findings, text| {
            answer(findings, text, text.byte(place.position))
        })
    }

    /// Takes note of what the client says, and returns what to ask it. What cannot be read is passed over, as the
    /// protocol wants it.
    pub(crate) fn note(&mut self, note: Notification) -> Option<Message> {
        let Notification { method, params } = note;
        let asks = [
            notification::DidChangeConfiguration::METHOD,
            notification::DidChangeWorkspaceFolders::METHOD,
        ];
        let asks = asks.contains(&method.as_str());
        let noted = isolated(|| {
            match method.as_str() {
                notification::DidOpenTextDocument::METHOD => {
                    let opened: lsp_types::DidOpenTextDocumentParams = parsed(params)?;
                    self.open(opened.text_document);
                }
                notification::DidChangeTextDocument::METHOD => self.change(parsed(params)?),
                notification::DidCloseTextDocument::METHOD => {
                    let closed: lsp_types::DidCloseTextDocumentParams = parsed(params)?;
                    let document = self.documents.remove(&closed.text_document.uri);
                    if document.is_some_and(|document| document.is_marked) {
                        self.closed.push(closed.text_document.uri);
                    }
                }
                notification::DidSaveTextDocument::METHOD => {
                    let saved: lsp_types::DidSaveTextDocumentParams = parsed(params)?;
                    let path = uri::path(&saved.text_document.uri);
                    // A client that cannot watch files says at least that it has saved one.
                    let is_used = |path: &PathBuf| {
                        is_setting(path)
                            || self.watched.iter().any(|folder| path.starts_with(folder))
                    };
                    if !self.watches || path.is_some_and(|path| is_used(&path)) {
                        self.reload();
                    }
                }
                notification::DidChangeWatchedFiles::METHOD => self.reload(),
                notification::DidChangeConfiguration::METHOD => {
                    let changed: lsp_types::DidChangeConfigurationParams = parsed(params)?;
                    if self.workspace.configure(&changed.settings) {
                        self.reload();
                    }
                }
                notification::DidChangeWorkspaceFolders::METHOD => {
                    let changed: lsp_types::DidChangeWorkspaceFoldersParams = parsed(params)?;
                    self.workspace.change_folders(&changed.event);
                    self.reload();
                }
                _ => {}
            }
            Ok(())
        });
        if let Err((ErrorCode::InternalError, why)) = noted {
            self.workspace.add_remark(why);
        }
        if asks { self.ask_for_settings() } else { None }
    }

    fn open(&mut self, item: lsp_types::TextDocumentItem) {
        let path = uri::path(&item.uri).unwrap_or_else(|| {
            self.unsaved += 1;
            let end = match item.language_id.as_str() {
                "yaml" | "toml" | "markdown" | "python" | "javascript" => &item.language_id,
                "shellscript" | "sh" | "bash" => "sh",
                _ => "json",
            };
            self.workspace.unsaved(&format!("untitled-{}.{end}", self.unsaved))
        });
        if !self.watches {
            self.workspace.reload();
        }
        let document = Document::new(item, path, self.encoding);
        self.documents.insert(document.uri.clone(), document);
    }

    fn change(&mut self, changed: DidChangeTextDocumentParams) {
        let Some(document) = self.documents.get_mut(&changed.text_document.uri) else { return };
        document.version = changed.text_document.version;
        document.changed();
        for change in changed.content_changes {
            document.text.replace(change.range, &change.text);
        }
    }

    /// Checks everything again, by the settings as they are now.
    fn reload(&mut self) {
        self.schemas.clear();
        self.workspace.reload();
        self.documents.values_mut().for_each(Document::changed);
    }
}

fn offered(encoding: Encoding) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions::default())),
        ..TextDocumentSyncOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(OneOf::Left(true)),
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, actions::FIX_ALL]),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(completion::TRIGGERS.map(str::to_owned).into()),
            ..CompletionOptions::default()
        }),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}

fn published(uri: Uri, diagnostics: Vec<lsp_types::Diagnostic>, version: Option<i32>) -> Message {
    let parameters = PublishDiagnosticsParams { uri, diagnostics, version };
    Notification::new(notification::PublishDiagnostics::METHOD.to_owned(), parameters).into()
}

fn parsed<P: DeserializeOwned>(parameters: Value) -> Result<P, Refusal> {
    serde_json::from_value(parameters)
        .map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

/// Runs something so that a mistake of massup in one message does not end the server.
fn isolated<T>(run: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    // What was found in a document is replaced as a whole, so that nothing is left half-changed.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let why = "massup failed on this document; please report this, with the file";
        Err((ErrorCode::InternalError, why.to_owned()))
    })
}
