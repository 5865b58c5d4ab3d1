//! Errors of making, writing and reading plans.

use std::{fmt, io};

use massup_model::RequestError;

use crate::bad_ids::{BadId, BadIds};
use crate::decision::Decision;
use crate::ids::header;
use crate::words::quoted;

/// Why a plan cannot be made, written or read.
///
/// [`kind`](Self::kind) distinguishes the causes; an underlying error is the source.
#[derive(Debug)]
// Boxed, so that the many results without an error stay small.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    cause: Cause,
    /// The name of the file of ids, if set.
    file: Option<String>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.0.file {
            write!(f, "`{file}`: ")?;
        }
        self.0.cause.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.source()
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(Box::new(Inner { cause, file: None }))
    }
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A list of ids contains lines that are not ids: [`Error::bad_ids`].
    BadIds,
    /// A table does not have the requested column, or none is obviously that of the ids.
    Column,
    /// No route is possible: [`Error::decision`] holds the objections and remedies.
    Infeasible,
    /// No call can set these fields: a name is not an API name, a field is set twice, or no field is set.
    Intent,
    /// Reading or writing failed.
    Io,
    /// A file of ids is not valid JSON, or does not have the structure of a list of ids.
    Json,
    /// A file is not a complete, unmodified plan that this version can read.
    PlanFile,
    /// A table is cut off, has a stray quote, or its header is not UTF-8.
    Table,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{0}")]
    BadIds(BadIds),
    #[error("{}", column(.wanted.as_deref(), .found))]
    Column { wanted: Option<String>, found: Vec<String> },
    #[error("no plan is possible: {}", .0.reasons())]
    Infeasible(Box<Decision>),
    #[error("no call can be made")]
    Intent(#[from] RequestError),
    #[error("{doing} failed")]
    Io { doing: &'static str, source: io::Error },
    #[error("line {line} of the JSON: {what}")]
    Json { line: u64, what: String },
    #[error("line {line} of the plan: {what}")]
    PlanFile { line: u64, what: String },
    #[error("line {line} of the table: {what}")]
    TableLine { line: u64, what: &'static str },
    #[error("the table cannot be read")]
    Table(#[from] csv::Error),
}

impl Error {
    /// The kind of error.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::BadIds(_) => ErrorKind::BadIds,
            Cause::Column { .. } => ErrorKind::Column,
            Cause::Infeasible(_) => ErrorKind::Infeasible,
            Cause::Intent(_) => ErrorKind::Intent,
            Cause::Io { .. } => ErrorKind::Io,
            Cause::Json { .. } => ErrorKind::Json,
            Cause::PlanFile { .. } => ErrorKind::PlanFile,
            Cause::TableLine { .. } | Cause::Table(_) => ErrorKind::Table,
        }
    }

    /// The first 20 lines that are not ids, in order; empty for an error of another kind.
    pub fn bad_ids(&self) -> &[BadId] {
        if let Cause::BadIds(bad) = &self.0.cause { &bad.first } else { &[] }
    }

    /// The number of all lines that are not ids.
    pub fn bad_id_count(&self) -> u64 {
        if let Cause::BadIds(bad) = &self.0.cause { bad.count } else { 0 }
    }

    /// Why no route is possible.
    pub fn decision(&self) -> Option<&Decision> {
        if let Cause::Infeasible(decision) = &self.0.cause { Some(decision) } else { None }
    }

    /// The line of the plan file that is at fault, counted from 1, and what is wrong with it.
    pub fn plan_fault(&self) -> Option<(u64, &str)> {
        if let Cause::PlanFile { line, what } = &self.0.cause { Some((*line, what)) } else { None }
    }

    /// The line and what is wrong with it, or the error itself if it is of another kind.
    pub(crate) fn into_plan_file(self) -> Result<(u64, String), Self> {
        match self.0.cause {
            Cause::PlanFile { line, what } => Ok((line, what)),
            other => Err(other.into()),
        }
    }

    /// Sets the name of the file of ids.
    #[must_use]
    pub fn in_file(mut self, name: &str) -> Self {
        self.0.file = Some(name.to_owned());
        self
    }

    /// The name of the file of ids, if set.
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    pub(crate) fn reading(source: io::Error) -> Self {
        Cause::Io { doing: "reading", source }.into()
    }

    pub(crate) fn writing(source: impl Into<io::Error>) -> Self {
        Cause::Io { doing: "writing", source: source.into() }.into()
    }

    pub(crate) fn infeasible(decision: Decision) -> Self {
        Cause::Infeasible(Box::new(decision)).into()
    }

    pub(crate) fn plan_file(line: u64, what: impl Into<String>) -> Self {
        Cause::PlanFile { line, what: what.into() }.into()
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Cause::from(error).into()
    }
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        let line = error.position().map_or(1, csv::Position::line);
        match error.kind() {
            csv::ErrorKind::Utf8 { .. } => {
                let what = "the name of a column is not UTF-8; save the table as UTF-8";
                Cause::TableLine { line, what }.into()
            }
            csv::ErrorKind::Io(_) => Self::reading(error.into()),
            _ => Cause::Table(error).into(),
        }
    }
}

fn column(wanted: Option<&str>, found: &[String]) -> String {
    let Some(wanted) = wanted else {
        return format!("no column is obviously that of the record ids; {}", names(found));
    };
    let folded = wanted.trim().to_lowercase();
    if found.iter().filter(|name| name.to_lowercase() == folded).count() > 1 {
        return format!("several columns match `{wanted}`; {}", names(found));
    }
    match header::similar(found, wanted) {
        Some(near) => format!("the table has no column `{wanted}`; did you mean `{near}`?"),
        None => format!("the table has no column `{wanted}`; {}", names(found)),
    }
}

/// How many columns a message lists.
const LISTED: usize = 8;

fn names(found: &[String]) -> String {
    if found.is_empty() {
        return "it has none".to_owned();
    }
    let more = match found.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let listed = found.get(..LISTED).unwrap_or(found);
    format!("its columns are {}{more}", quoted(listed))
}
