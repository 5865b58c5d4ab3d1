//! What the tools answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use massup_planner::file;
use massup_project::{Checked, Input, Options, Settings, snapshot};
use massup_rules::change::{Change, Select};
use massup_rules::{Facts, Linter, Report, Severity};
use serde_json::Value;

use super::tools::{LintInput, PlanInput};
use crate::args::Format;
use crate::list::{self, Missing, Table};
use crate::output;
use crate::records::Records;
use crate::render::human;
use crate::render::plan::Shown;

/// The answer of a tool: for the assistant to read, and as data.
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) data: Value,
}

/// The directory whose files the assistant can have read.
pub(super) struct Root {
    folder: PathBuf,
    snapshot: Option<PathBuf>,
}

impl Root {
    /// # Errors
    ///
    /// The directory does not exist.
    pub(super) fn of(folder: &Path, snapshot: Option<&Path>) -> Result<Self> {
        let cannot = || format!("cannot use `{}` as the root", output::shown(folder));
        let folder = folder.canonicalize().with_context(cannot)?;
        let snapshot = snapshot.map(std::path::absolute).transpose()?;
        Ok(Self { folder, snapshot })
    }

    /// A file of the directory. Links are followed before it is decided where a file is.
    fn file(&self, path: &Path) -> Result<PathBuf> {
        let shown = output::shown(path);
        let real = self.folder.join(path).canonicalize();
        let real = real.with_context(|| format!("cannot read `{shown}`"))?;
        if !real.starts_with(&self.folder) {
            bail!(
                "`{shown}` is outside of `{}`, which is all that this server reads; the user can start it with \
                 `massup mcp --root FOLDER`, or you give the text itself",
                output::shown(&self.folder)
            );
        }
        Ok(real)
    }

    /// Where the snapshot is, if there is one.
    fn snapshot(&self) -> Option<PathBuf> {
        self.snapshot.clone().or_else(|| snapshot::nearest(&self.folder))
    }

    /// The facts of the snapshot.
    pub(super) fn facts(&self) -> Result<Arc<Facts>> {
        let facts = self.snapshot().map(|folder| snapshot::known(Some(&folder))).transpose()?;
        facts.flatten().ok_or_else(|| {
            anyhow!(
                "no snapshot of the organisation was found; ask the user to download one: `massup pull --module Leads`"
            )
        })
    }
}

/// A snapshot's tables.
pub(super) fn tables(found: Result<Vec<Table>, Missing>) -> Result<Answer> {
    match found {
        Ok(tables) => {
            let data = tables.last().map_or(Value::Null, |table| table.json.clone());
            Ok(Answer { text: list::in_words(&tables), data })
        }
        Err(Missing { message, remarks }) => {
            bail!("{}", [vec![message], remarks].concat().join("\n"))
        }
    }
}

/// Checks what is about to be sent.
pub(super) fn lint(root: &Root, input: LintInput) -> Result<Answer> {
    let LintInput { body, text, path, name, module, api_version } = input;
    let named = name.as_deref().unwrap_or("request.json");
    let (name, file, bytes) = match (body, text, path) {
        (Some(body), None, None) => {
            let text = serde_json::to_string_pretty(&body)?;
            ("request.json".to_owned(), root.folder.join("request.json"), text.into_bytes())
        }
        (None, Some(text), None) => (named.to_owned(), root.folder.join(named), text.into_bytes()),
        (None, None, Some(path)) => {
            let file = root.file(&path)?;
            let bytes = massup_project::read(&file)?;
            (path.display().to_string(), file, bytes)
        }
        _ => bail!("give exactly one of `body`, `text` and `path`"),
    };
    let mut options = Options::default();
    (options.module, options.version) = (module, api_version);
    options.snapshot.clone_from(&root.snapshot);
    let mut settings = Settings::new(options);
    let job = settings.job(Input::named(&file))?;
    let mut report = job.check(&bytes)?;
    report.path = name;
    let mut data = serde_json::to_value(Report::new(vec![report.clone()]))?;
    let remarks = [settings.remarks(), settings.faults()].concat();
    if let Some(members) = data.as_object_mut().filter(|_| !remarks.is_empty()) {
        members.insert("remarks".to_owned(), remarks.clone().into());
    }
    let missing: Vec<String> = report
        .unchecked
        .iter()
        .filter(|one| one.can_be_supplied())
        .map(|one| {
            format!("not checked: {} {} needs {} ({})", one.code, one.name, one.needs, one.supply)
        })
        .collect();
    let found = human::report(&[Checked::new(bytes, report)], Some(Severity::Note));
    let mut text = plain(&found);
    for line in missing.iter().chain(&remarks) {
        text += &format!("{line}\n");
    }
    if text.is_empty() {
        "no findings\n".clone_into(&mut text);
    }
    Ok(Answer { text, data })
}

/// Plans a change, and keeps nothing.
pub(super) fn plan(root: &Root, input: PlanInput) -> Result<Answer> {
    let (name, folder, bytes) = match (input.change, input.path) {
        (Some(change), None) => {
            let text = serde_json::to_string_pretty(&change)?;
            ("change.massup.json".to_owned(), root.folder.clone(), text.into_bytes())
        }
        (None, Some(path)) => {
            let file = root.file(&path)?;
            let folder = file.parent().unwrap_or(&root.folder).to_owned();
            (path.display().to_string(), folder, massup_project::read(&file)?)
        }
        _ => bail!("give exactly one of `change` and `path`"),
    };
    let known = root.snapshot().map(|folder| snapshot::known(Some(&folder))).transpose()?.flatten();
    let linter = Linter::new().facts(known.clone().unwrap_or_default());
    let (mut change, report) = match linter.read_change(&name, &bytes) {
        Ok(read) => read,
        Err(report) => bail!("{}", plain(&human::report(&[Checked::new(bytes, *report)], None))),
    };
    inside(root, &folder, &mut change.select)?;
    let mut answer = planned(&change, known.as_deref())?;
    let found = plain(&human::report(&[Checked::new(bytes, report)], Some(Severity::Note)));
    answer.text = found + &answer.text;
    Ok(answer)
}

/// Makes the paths of a selection absolute, if they are in the root.
fn inside(root: &Root, folder: &Path, select: &mut Select) -> Result<()> {
    match select {
        Select::File { path, .. } if path == "-" => {
            bail!("ids cannot come from standard input here; give them in `select.ids`")
        }
        Select::File { path, .. } => {
            *path = root.file(&folder.join(&*path))?.display().to_string();
            Ok(())
        }
        Select::Several(parts) => parts.iter_mut().try_for_each(|part| inside(root, folder, part)),
        Select::Ids(_) | Select::View { .. } => Ok(()),
    }
}

fn planned(change: &Change, known: Option<&Facts>) -> Result<Answer> {
    let policy = massup_project::plan::policy(&change.policy)?;
    let plan = massup_project::plan::plan_of(change, policy, known)?;
    let plan = snapshot::aged(plan, snapshot::now());
    let mut decision = plan.decide(None);
    let mut summary = None;
    if decision.route.is_some() {
        let mut out = std::io::sink();
        let made = match Records::of(&change.select, &change.module)? {
            Some(ids) => file::write(&mut out, plan.calls(ids))?,
            None => file::write_steps(&mut out, &plan)?,
        };
        decision = plan.decide(made.records);
        summary = Some(made);
    }
    let shown = Shown { summary: summary.as_ref(), ..Shown::of(&plan, &decision) };
    let data = serde_json::from_str(&shown.written(Format::Json)?)?;
    Ok(Answer { text: plain(&shown.words()), data })
}

/// A text without the colours that a terminal would show.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
