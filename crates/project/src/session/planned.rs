//! Plans that are kept in memory.

use std::io::BufReader;
use std::path::Path;

use massup_model::{RecordId, limits};
use massup_planner::ids::{Hints, Ids};
use massup_planner::{Decision, Plan, Summary, file};
use massup_rules::change::{Change, Select};
use massup_rules::report::{Diagnostic, FileReport, Report};
use massup_rules::{Facts, Linter, Severity};
use serde::Serialize;

use super::{Session, SessionError, shown, with_sources};
use crate::plan::{diagnostic, is_covered, plan_of, policy, sample};
use crate::{FileChecker, plan_document, snapshot};

/// A plan in memory, or why none is possible.
#[derive(Debug)]
#[non_exhaustive]
pub struct Planned {
    plan: Plan,
    decision: Decision,
    /// The totals; `None` if no plan is possible.
    summary: Option<Summary>,
    findings: Vec<Diagnostic>,
    /// The lines of the plan file; `None` if no plan is possible or a finding is an error.
    pub text: Option<Vec<u8>>,
}

impl Planned {
    /// What the plan does, or why none is possible, in a sentence.
    pub fn sentence(&self) -> String {
        match &self.summary {
            Some(summary) => self.plan.sentence(summary),
            None => format!("no mass update is possible: {}", self.decision.reasons()),
        }
    }

    /// The document of `massup plan --format json`.
    pub fn document(&self) -> impl Serialize + use<> {
        let Self { plan, decision, summary, findings, .. } = self;
        let remedies = decision.remedies.iter().map(ToString::to_string).collect();
        plan_document(plan, decision, summary.as_ref(), findings, remedies)
    }
}

/// Why a change cannot be planned.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unplanned {
    /// The text is not a valid change file: the report.
    Findings(Box<Report>),
    /// A file of ids cannot be used, or no call can be made.
    Error(SessionError),
}

impl Session {
    /// Plans a change file, as `massup plan` does. Files of ids are found relative to `folder`.
    ///
    /// ```
    /// use massup_project::Session;
    /// use std::path::Path;
    ///
    /// let change = br#"{"module": "Leads", "set": {"City": "Chennai"}, "select": {"ids": ["7", "8"]}}"#;
    /// let planned = Session::from_json(b"")?.plan("change.json", change, Path::new("")).unwrap();
    /// let lines = String::from_utf8(planned.text.unwrap()).unwrap();
    /// assert!(lines.lines().nth(1).unwrap().contains("/crm/v8/Leads/actions/mass_update"));
    /// # Ok::<(), massup_project::SessionError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * [`Unplanned::Findings`]: the text has errors, or is not a change file.
    /// * [`Unplanned::Error`]: a file of ids cannot be read, has a line that is not an id, or no call can be made.
    pub fn plan(&self, name: &str, bytes: &[u8], folder: &Path) -> Result<Planned, Unplanned> {
        let (change, report) = read_change(self.checker.linter(), name, bytes)?;
        planned(&change, report, self.known(), folder)
    }

    /// Plans a change file on disk; see [`Session::plan`].
    ///
    /// # Errors
    ///
    /// As [`Session::plan`]; [`Unplanned::Error`] also if the file cannot be read.
    pub fn plan_file(&self, path: &Path) -> Result<Planned, Unplanned> {
        let bytes = crate::read(path).map_err(|error| Unplanned::Error(error.into()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        self.plan(&path.display().to_string(), &bytes, folder)
    }
}

impl FileChecker {
    /// Plans a change file while it is edited: as [`Session::plan`], with the facts of this checker. `None` if its
    /// files of ids are larger than `most` bytes together, which would take too long.
    ///
    /// # Errors
    ///
    /// As [`Session::plan`].
    pub fn plan(
        &self,
        name: &str,
        bytes: &[u8],
        folder: &Path,
        most: u64,
    ) -> Result<Option<Planned>, Unplanned> {
        let (change, report) = read_change(self.linter(), name, bytes)?;
        if bytes_of(&change.select, folder) > most {
            return Ok(None);
        }
        planned(&change, report, self.known(), folder).map(Some)
    }
}

fn read_change(
    linter: &Linter,
    name: &str,
    bytes: &[u8],
) -> Result<(Change, FileReport), Unplanned> {
    linter
        .read_change(name, bytes)
        .map_err(|report| Unplanned::Findings(Box::new(Report::new(vec![*report]))))
}

fn planned(
    change: &Change,
    report: FileReport,
    known: Option<&Facts>,
    folder: &Path,
) -> Result<Planned, Unplanned> {
    let mut findings = report.diagnostics;
    let wrong =
        |error: &dyn std::error::Error| Unplanned::Error(SessionError::Files(with_sources(error)));
    let policy = policy(&change.policy).map_err(|error| wrong(&error))?;
    let plan = plan_of(change, policy, known).map_err(|error| wrong(&error))?;
    let plan = snapshot::aged(plan, snapshot::now());
    let ids = ids_of(&change.select, &change.module, folder).map_err(Unplanned::Error)?;
    let mut decision = plan.decide(None);
    if decision.route.is_none() {
        // The remedies depend on the number of records.
        let counted = ids.as_deref().map(|ids| {
            let mut calls = plan.calls(ids.iter().copied().map(Ok));
            calls.by_ref().try_for_each(|call| call.map(drop)).map(|()| calls.summary().records)
        });
        let records = counted.transpose().map_err(|error| wrong(&error))?.flatten();
        let decision = plan.decide(records);
        return Ok(Planned { plan, decision, summary: None, findings, text: None });
    }
    let first = ids.as_deref().unwrap_or_default();
    let first = first.get(..limits::MAX_IDS).unwrap_or(first);
    let calls = sample(&plan, &decision, first).map_err(|error| wrong(&error))?;
    let linter = Linter::new().facts(known.cloned().unwrap_or_default());
    for found in calls.iter().flat_map(|call| linter.check(call).diagnostics) {
        let same = |one: &Diagnostic| (one.code, &one.message) == (found.code, &found.message);
        if !is_covered(&found) && !findings.iter().any(same) {
            findings.push(found);
        }
    }
    let mut text = Vec::new();
    let summary = match ids {
        Some(ids) => file::write(&mut text, plan.calls(ids.into_iter().map(Ok))),
        None => file::write_steps(&mut text, &plan),
    };
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => match error.decision() {
            Some(decision) => {
                let decision = decision.clone();
                return Ok(Planned { plan, decision, summary: None, findings, text: None });
            }
            None => return Err(wrong(&error)),
        },
    };
    decision = plan.decide(summary.records);
    findings.extend(decision.hazards.iter().filter_map(|found| diagnostic(&plan, found)));
    let refused = findings.iter().any(|found| found.severity == Severity::Error);
    let text = Some(text).filter(|_| !refused);
    Ok(Planned { plan, decision, summary: Some(summary), findings, text })
}

/// The ids of a selection; `None` for a view.
fn ids_of(
    select: &Select,
    module: &str,
    folder: &Path,
) -> Result<Option<Vec<RecordId>>, SessionError> {
    Ok(match select {
        Select::View { .. } => None,
        Select::Ids(ids) => Some(ids.clone()),
        Select::File { path, column } => {
            Some(read(&folder.join(path), Hints { column: column.as_deref(), module })?)
        }
        Select::Several(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(ids_of(part, module, folder)?.into_iter().flatten());
            }
            Some(all)
        }
    })
}

/// The bytes of the files of ids of a selection.
fn bytes_of(select: &Select, folder: &Path) -> u64 {
    match select {
        Select::View { .. } | Select::Ids(_) => 0,
        Select::File { path, .. } => {
            std::fs::metadata(folder.join(path)).map_or(0, |file| file.len())
        }
        Select::Several(parts) => {
            parts.iter().map(|part| bytes_of(part, folder)).fold(0, u64::saturating_add)
        }
    }
}

/// Reads a file of ids in text or JSON.
fn read(path: &Path, hints: Hints<'_>) -> Result<Vec<RecordId>, SessionError> {
    let cannot = |error: &dyn std::error::Error| {
        SessionError::Files(format!("`{}`: {}", shown(path), with_sources(error)))
    };
    let file = crate::open(path).map_err(|error| SessionError::Files(with_sources(&error)))?;
    let (ids, _) = Ids::detect(BufReader::new(file), hints).map_err(|error| cannot(&error))?;
    ids.collect::<Result<_, _>>().map_err(|error| cannot(&error))
}
