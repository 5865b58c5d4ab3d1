//! An open document, and what was found in it.

use std::path::PathBuf;

use lsp_types::Uri;
use massup_project::FileChecker;
use massup_rules::{Diagnostic, FileReport};

use crate::position::{Encoding, Text};
use crate::workspace::Workspace;

/// A document as the client has it, saved or not.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) text: Text,
    /// Where the file is, or would be.
    pub(crate) path: PathBuf,
    /// What was found, unless the text or the settings have changed since.
    checked: Option<Findings>,
    /// Whether the client has what was found.
    pub(crate) is_published: bool,
    /// Whether the last list that the client got was not empty.
    pub(crate) is_marked: bool,
}

/// What was found in a document.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Where the file is, or would be.
    pub(crate) path: PathBuf,
    /// The name of the file in reports.
    pub(crate) name: String,
    /// `None` for a file that holds no call, or if the settings cannot be used.
    pub(crate) checker: Option<FileChecker>,
    /// All findings, as fixes need them.
    pub(crate) report: FileReport,
    /// Those that the user sees: not accepted by a baseline, and no more than there is room for.
    pub(crate) shown: Vec<Diagnostic>,
    /// Why nothing was checked.
    pub(crate) fault: Option<String>,
}

impl Document {
    pub(crate) fn new(
        item: lsp_types::TextDocumentItem,
        path: PathBuf,
        encoding: Encoding,
    ) -> Self {
        let text = Text::new(item.text, encoding);
        let (checked, is_published, is_marked) = (None, false, false);
        Self { uri: item.uri, version: item.version, text, path, checked, is_published, is_marked }
    }

    /// Says that the text or the settings have changed.
    pub(crate) fn changed(&mut self) {
        self.checked = None;
        self.is_published = false;
    }

    /// What is found in the text as it is now.
    pub(crate) fn findings(&mut self, workspace: &mut Workspace) -> (&Findings, &Text) {
        let Self { checked, text, path, .. } = self;
        (checked.get_or_insert_with(|| find(text.as_str(), path, workspace)), text)
    }
}

fn find(text: &str, path: &std::path::Path, workspace: &mut Workspace) -> Findings {
    let mut job = match workspace.job(path, text) {
        Ok(Some(job)) => job,
        Ok(None) => return Findings::default(),
        Err(fault) => return Findings { fault: Some(fault), ..Findings::default() },
    };
    let name = job.input.name.clone();
    // Findings beyond the first of a rule have no fixes unless all are listed.
    job.checker = job.checker.map(massup_rules::Linter::all_findings);
    let checker = job.checker.clone();
    let report = match job.check(text.as_bytes()) {
        Ok(report) => report,
        Err(error) => return Findings { fault: Some(error.to_string()), ..Findings::default() },
    };
    let shown = workspace.shown(path, job.checked(text.as_bytes().to_vec(), report.clone()));
    let path = path.to_owned();
    Findings { path, name, checker: Some(checker), report, shown, fault: None }
}

impl Findings {
    /// The bytes of a finding; the first byte of the file for one without a place.
    pub(crate) fn bytes(found: &Diagnostic) -> std::ops::Range<usize> {
        found.span.map_or(0..0, |span| span.start..span.end)
    }
}
