//! Change files, which people write and review, and from which calls are planned.

use massup_model::draft::{Kind, Spot};
use massup_model::json::{Node, Span};
use massup_model::{ApiVersion, Draft, RecordId, TerritoryId, ViewId};
use serde_json::Value;

use crate::engine::Linter;
use crate::report::{FileReport, Severity};

/// A valid change: any number of fields and records.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `module`, as an API name.
    pub module: String,
    /// `api_version`, if the file has it.
    pub version: Option<ApiVersion>,
    /// `set`: field API names and values, in the order of the file.
    pub set: Vec<(String, Value)>,
    /// `over_write`, if the file has it.
    pub over_write: Option<bool>,
    /// `select`.
    pub select: Select,
    /// `policy`, an object with valid keys and types, or `null`.
    pub policy: Value,
}

/// The records of a [`Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Select {
    /// `select.ids`.
    Ids(Vec<RecordId>),
    /// `select.ids_file`, relative to the change file.
    File {
        /// The path as in the file.
        path: String,
        /// `select.column`, if the file is a table.
        column: Option<String>,
    },
    /// Several of the two above, from a `select` that is a list.
    Several(Vec<Select>),
    /// `select.view`, perhaps with `select.territory`.
    View {
        /// The custom view.
        view: ViewId,
        /// The territory that narrows the view, and whether its children are included.
        territory: Option<(TerritoryId, bool)>,
    },
}

impl Linter {
    /// Reads a change file. Returns the change and a report of warnings and notes.
    ///
    /// ```
    /// use massup_rules::Linter;
    ///
    /// let file = b"module: Leads\nset: { City: Chennai }\nselect: { ids: ['7', '8'] }\n";
    /// let (change, _) = Linter::new().read_change("a.massup.yaml", file).unwrap();
    /// assert_eq!(change.module, "Leads");
    ///
    /// let report = Linter::new().read_change("a.massup.yaml", b"module: Leads\n").unwrap_err();
    /// assert!(!report.diagnostics.is_empty());
    /// ```
    ///
    /// # Errors
    ///
    /// The report, if it has errors or the file is not one change file.
    pub fn read_change(
        &self,
        name: &str,
        bytes: &[u8],
    ) -> Result<(Change, FileReport), Box<FileReport>> {
        let mut document = massup_syntax::read(name, bytes);
        let mut report = self.lint_document(name, &document);
        if report.worst() == Some(Severity::Error) {
            return Err(report.into());
        }
        let call = document.calls.pop().filter(|_| document.calls.is_empty());
        match call.as_ref().and_then(change) {
            Some(change) => Ok((change, report)),
            None => {
                let whole = self.not_a_change_file(name, bytes);
                report.diagnostics.extend(whole.diagnostics);
                Err(report.into())
            }
        }
    }
}

impl Linter {
    /// Checks the bytes of a file as [`Linter::lint`] does. If they are a change file without errors, also returns
    /// the change, and the place of its policy, or of the whole change if it has none.
    pub fn lint_change(&self, name: &str, bytes: &[u8]) -> (FileReport, Option<(Change, Span)>) {
        let mut checker = self.checker_of_one();
        if let Some(report) = checker.lint_quickly(name, bytes) {
            return (report, None);
        }
        let (report, mut document) = checker.lint_rest(name, bytes);
        let is_one = document.number_of_calls() == 1 && report.worst() != Some(Severity::Error);
        let found = document.calls.pop().filter(|_| is_one).and_then(|call| {
            let place = call.policy.as_ref().or(call.body.as_ref())?.span;
            Some((change(&call)?, place))
        });
        (report, found)
    }
}

/// The change that a draft represents, if it is one.
fn change(draft: &Draft<'_>) -> Option<Change> {
    if draft.kind != Kind::Intent {
        return None;
    }
    let set = draft.fields().iter().map(|m| (m.key.to_string(), m.value.to_plain())).collect();
    let id = |node: &Node<'_>| RecordId::from_number(node.as_id()?);
    let ids = draft.ids().iter().map(id).collect::<Option<Vec<_>>>()?;
    let file = |file: &Spot<'_>, column: Option<&Spot<'_>>| Select::File {
        path: file.text.to_string(),
        column: column.map(|column| column.text.to_string()),
    };
    let first = draft.ids_file.as_ref().map(|spot| file(spot, draft.column.as_ref()));
    let more = draft.more_files.iter().map(|(spot, column)| file(spot, column.as_ref()));
    let mut files: Vec<Select> = first.into_iter().chain(more).collect();
    let select = if let Some(view) = draft.key("cvid") {
        let territory = match draft.key("territory") {
            Some(territory) => {
                let id = TerritoryId::from_number(territory.field("id")?.as_id()?)?;
                let child = territory.field("include_child").and_then(Node::as_bool);
                Some((id, child.unwrap_or(false)))
            }
            None => None,
        };
        Select::View { view: ViewId::from_number(view.as_id()?)?, territory }
    } else if files.is_empty() {
        Select::Ids(ids)
    } else if files.len() == 1 && ids.is_empty() {
        files.pop()?
    } else {
        let ids = Some(Select::Ids(ids)).filter(|ids| *ids != Select::Ids(Vec::new()));
        Select::Several(ids.into_iter().chain(files).collect())
    };
    Some(Change {
        module: draft.module_name()?.to_owned(),
        version: draft.version,
        set,
        over_write: draft.key("over_write").and_then(Node::as_bool),
        select,
        policy: draft.policy.as_ref().map_or(Value::Null, Node::to_plain),
    })
}

#[cfg(test)]
mod tests;
