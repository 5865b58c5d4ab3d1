//! Why an emulator cannot be used.

/// Why an emulator cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Error {
    what: String,
    #[source]
    source: Option<rusqlite::Error>,
}

impl Error {
    pub(crate) fn of(what: String) -> Self {
        Self { what, source: None }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        let what = match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy) => "another process is using the database",
            _ => "the emulator's database cannot be used",
        };
        Self { what: what.into(), source: Some(source) }
    }
}
