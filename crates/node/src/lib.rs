//! The native part of the npm package `massup`: sessions, and reports as JSON. `index.js` makes objects of them.

use std::path::Path;

use massup_project::{Explanation, SessionError, Unplanned};
use massup_rules::report::Summary;
use napi::bindgen_prelude::{Buffer, Either};
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde::Serialize;

fn thrown(error: &SessionError) -> Error {
    let status = match error {
        SessionError::Options(_) => Status::InvalidArg,
        _ => Status::GenericFailure,
    };
    Error::new(status, error.to_string())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::from_reason(error.to_string()))
}

/// The text of a caller, in UTF-8.
type Text = Either<String, Buffer>;

fn bytes(text: &Text) -> &[u8] {
    match text {
        Either::A(text) => text.as_bytes(),
        Either::B(bytes) => bytes,
    }
}

/// Options that were read, and the snapshot that they name.
#[napi]
pub struct Session(massup_project::Session);

/// A report. It is plain data: memory of native objects is only freed when the event loop turns, which a loop over many
/// bodies prevents.
#[napi(object, object_from_js = false)]
pub struct RawReport {
    /// The number of errors.
    pub errors: u32,
    /// The number of warnings.
    pub warnings: u32,
    /// The number of notes.
    pub notes: u32,
    /// The document of `massup lint --format json`.
    pub json: String,
}

/// A plan, or the report of a change with errors.
#[napi(object, object_from_js = false)]
pub struct RawPlan {
    /// The document of `massup plan --format json`.
    pub json: Option<String>,
    /// The lines of the plan, if one is possible.
    pub lines: Option<String>,
    /// The report of a change with errors.
    pub report: Option<RawReport>,
}

#[napi]
impl Session {
    /// Reads options in JSON.
    ///
    /// # Errors
    ///
    /// An option is unknown or wrong, or the snapshot cannot be read.
    #[napi(constructor)]
    pub fn new(options: String) -> Result<Self> {
        massup_project::Session::from_json(options.as_bytes())
            .map(Self)
            .map_err(|error| thrown(&error))
    }

    /// Checks a text.
    ///
    /// # Errors
    ///
    /// The report cannot be written as JSON, which does not happen.
    #[napi]
    pub fn lint(&self, name: String, text: Text) -> Result<RawReport> {
        reported(&self.0.lint(&name, bytes(&text)))
    }

    /// Checks a file.
    ///
    /// # Errors
    ///
    /// The file, its configuration or its snapshot cannot be read.
    #[napi]
    pub fn lint_file(&self, path: String) -> Result<RawReport> {
        reported(&self.0.lint_file(Path::new(&path)).map_err(|error| thrown(&error))?)
    }

    /// Plans a change.
    ///
    /// # Errors
    ///
    /// A file of ids cannot be used, or no call can be made.
    #[napi]
    pub fn plan(&self, name: String, text: Text, folder: String) -> Result<RawPlan> {
        planned(self.0.plan(&name, bytes(&text), Path::new(&folder)))
    }

    /// Plans a change file.
    ///
    /// # Errors
    ///
    /// As [`Session::plan`], or the file cannot be read.
    #[napi]
    pub fn plan_file(&self, path: String) -> Result<RawPlan> {
        planned(self.0.plan_file(Path::new(&path)))
    }
}

fn reported(report: &massup_rules::report::Report) -> Result<RawReport> {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    let Summary { errors, warnings, notes, .. } = report.summary;
    Ok(RawReport {
        errors: number(errors),
        warnings: number(warnings),
        notes: number(notes),
        json: json(report)?,
    })
}

fn planned(made: std::result::Result<massup_project::Planned, Unplanned>) -> Result<RawPlan> {
    match made {
        Ok(plan) => {
            let json = Some(json(&plan.document())?);
            let lines = plan.text.map(String::from_utf8).transpose();
            let lines = lines.map_err(|error| Error::from_reason(error.to_string()))?;
            Ok(RawPlan { json, lines, report: None })
        }
        Err(Unplanned::Findings(report)) => {
            Ok(RawPlan { json: None, lines: None, report: Some(reported(&report)?) })
        }
        Err(Unplanned::Error(error)) => Err(thrown(&error)),
        Err(other) => Err(Error::from_reason(format!("{other:?}"))),
    }
}

/// Explains a rule or an answer of the server: in words, and as JSON.
///
/// # Errors
///
/// The word is neither.
#[napi]
pub fn explain(word: String) -> Result<Vec<String>> {
    let meaning = Explanation::of(&word)
        .map_err(|error| Error::new(Status::InvalidArg, error.to_string()))?;
    Ok(vec![meaning.to_string(), meaning.as_json().to_string()])
}

/// The version of the package.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
