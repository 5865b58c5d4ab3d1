//! The native part of the Python package `massup`: sessions, and reports as JSON. The Python part makes objects of them.

use std::ffi::OsString;
use std::path::PathBuf;

use massup_project::{Explanation, SessionError, Unplanned};
use massup_rules::report::Summary;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Serialize;

pyo3::create_exception!(massup, Error, pyo3::exceptions::PyException, "A file cannot be used.");

fn raised(error: &SessionError) -> PyErr {
    match error {
        SessionError::Options(_) => PyValueError::new_err(error.to_string()),
        _ => Error::new_err(error.to_string()),
    }
}

fn json(value: &impl Serialize) -> PyResult<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| Error::new_err(error.to_string()))
}

/// Options that were read, and the snapshot that they name.
#[pyclass(frozen)]
struct Session(massup_project::Session);

/// A report that is written as JSON when somebody asks for it.
#[pyclass(frozen)]
struct Report(massup_rules::report::Report);

/// The document of a plan and its lines, or the report of a change with errors.
#[derive(IntoPyObject)]
enum Planned<'py> {
    Plan(Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>),
    Findings(Report),
}

#[pymethods]
impl Session {
    #[new]
    fn new(py: Python<'_>, options: &[u8]) -> PyResult<Self> {
        let session = py.detach(|| massup_project::Session::from_json(options));
        session.map(Self).map_err(|error| raised(&error))
    }

    fn lint(&self, py: Python<'_>, name: &str, text: &[u8]) -> Report {
        Report(py.detach(|| self.0.lint(name, text)))
    }

    fn lint_file(&self, py: Python<'_>, path: PathBuf) -> PyResult<Report> {
        let report = py.detach(|| self.0.lint_file(&path));
        report.map(Report).map_err(|error| raised(&error))
    }

    fn plan<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        text: &[u8],
        folder: PathBuf,
    ) -> PyResult<Planned<'py>> {
        planned(py, py.detach(|| self.0.plan(name, text, &folder)))
    }

    fn plan_file<'py>(&self, py: Python<'py>, path: PathBuf) -> PyResult<Planned<'py>> {
        planned(py, py.detach(|| self.0.plan_file(&path)))
    }
}

fn planned(
    py: Python<'_>,
    made: Result<massup_project::Planned, Unplanned>,
) -> PyResult<Planned<'_>> {
    match made {
        Ok(plan) => {
            let document = PyBytes::new(py, &json(&plan.document())?);
            let lines = plan.text.as_deref().map(|lines| PyBytes::new(py, lines));
            Ok(Planned::Plan(document, lines))
        }
        Err(Unplanned::Findings(report)) => Ok(Planned::Findings(Report(*report))),
        Err(Unplanned::Error(error)) => Err(raised(&error)),
        Err(other) => Err(Error::new_err(format!("{other:?}"))),
    }
}

#[pymethods]
impl Report {
    /// The numbers of errors, warnings and notes.
    #[getter]
    fn counts(&self) -> (usize, usize, usize) {
        let Summary { errors, warnings, notes, .. } = self.0.summary;
        (errors, warnings, notes)
    }

    fn json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &json(&self.0)?))
    }
}

/// The explanation of a rule or an answer, in words and as JSON.
#[pyfunction]
fn explain(text: &str) -> PyResult<(String, String)> {
    let meaning =
        Explanation::of(text).map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok((meaning.to_string(), meaning.as_json().to_string()))
}

/// Runs the command `massup`, and returns its exit code.
#[pyfunction]
fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| massup_cli::run(arguments))
}

#[pymodule]
mod _massup {
    #[pymodule_export]
    use super::{Error, Report, Session, explain, run};

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
