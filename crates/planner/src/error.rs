//! Why there is no plan.

use std::io;

use massup_model::RequestError;

use crate::decision::Decision;
use crate::ids::{BadId, BadIds};

/// Why a plan cannot be made, written or read.
///
/// [`kind`](Self::kind) tells the causes apart; the cause behind, where there is one, is its source.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Cause);

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A list of ids holds lines that are no ids: [`Error::bad_ids`].
    BadIds,
    /// A table has no column of the wanted name.
    Column,
    /// No route does what is wanted: [`Error::decision`] says why, and what would.
    Infeasible,
    /// No call can set what was asked for: a name is no API name, a field is set twice, or none is.
    Intent,
    /// Reading or writing failed.
    Io,
    /// A file is not a whole, untouched plan that this version can read.
    PlanFile,
    /// A table breaks off, has a stray quote, or is not UTF-8 in its header.
    Table,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{0}")]
    BadIds(BadIds),
    #[error("there is no column `{wanted}`; the table has {}", names(.found))]
    Column { wanted: String, found: Vec<String> },
    #[error("there is no plan: {}", reasons(.0))]
    Infeasible(Box<Decision>),
    #[error("no call can be made")]
    Intent(#[from] RequestError),
    #[error("{doing} failed")]
    Io { doing: &'static str, source: io::Error },
    #[error("line {line} of the plan: {what}")]
    PlanFile { line: u64, what: String },
    #[error("line {line} of the table: {what}")]
    Quotes { line: u64, what: &'static str },
    #[error("the table cannot be read")]
    Table(#[from] csv::Error),
}

impl Error {
    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        match &self.0 {
            Cause::BadIds(_) => ErrorKind::BadIds,
            Cause::Column { .. } => ErrorKind::Column,
            Cause::Infeasible(_) => ErrorKind::Infeasible,
            Cause::Intent(_) => ErrorKind::Intent,
            Cause::Io { .. } => ErrorKind::Io,
            Cause::PlanFile { .. } => ErrorKind::PlanFile,
            Cause::Quotes { .. } | Cause::Table(_) => ErrorKind::Table,
        }
    }

    /// The first 20 lines that are no ids, in order; empty for an error of another kind.
    pub fn bad_ids(&self) -> &[BadId] {
        if let Cause::BadIds(bad) = &self.0 { &bad.first } else { &[] }
    }

    /// The number of lines that are no ids, those beyond the first 20 too.
    pub fn bad_id_count(&self) -> u64 {
        if let Cause::BadIds(bad) = &self.0 { bad.count } else { 0 }
    }

    /// Why no route does what is wanted.
    pub fn decision(&self) -> Option<&Decision> {
        if let Cause::Infeasible(decision) = &self.0 { Some(decision) } else { None }
    }

    /// The line of the plan file that is at fault, counted from 1.
    pub fn plan_line(&self) -> Option<u64> {
        if let Cause::PlanFile { line, .. } = &self.0 { Some(*line) } else { None }
    }

    /// The line and what is wrong with it, or the error again if it is of another kind.
    pub(crate) fn into_plan_file(self) -> Result<(u64, String), Self> {
        match self.0 {
            Cause::PlanFile { line, what } => Ok((line, what)),
            other => Err(Self(other)),
        }
    }

    pub(crate) fn reading(source: io::Error) -> Self {
        Self(Cause::Io { doing: "reading", source })
    }

    pub(crate) fn writing(source: impl Into<io::Error>) -> Self {
        Self(Cause::Io { doing: "writing", source: source.into() })
    }

    pub(crate) fn infeasible(decision: Decision) -> Self {
        Self(Cause::Infeasible(Box::new(decision)))
    }

    pub(crate) fn plan_file(line: u64, what: impl Into<String>) -> Self {
        Self(Cause::PlanFile { line, what: what.into() })
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self(error.into())
    }
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        Self(error.into())
    }
}

fn reasons(decision: &Decision) -> String {
    let planned = decision.alternatives.iter().filter(|other| !other.route.is_comparison());
    let reasons = planned.filter_map(|other| other.why_not.first()).map(String::as_str);
    reasons.collect::<Vec<_>>().join("; ")
}

fn names(found: &[String]) -> String {
    if found.is_empty() {
        return "none".to_owned();
    }
    found.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
