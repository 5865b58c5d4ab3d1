//! Every documented error of the mass update and of its status, as data.
//!
//! A row is one error as a document lists it: a wire code with a message. Rules name the rows that
//! they foretell, clients look up what an answer means and whether to try again.
//!
//! ```
//! use massup_model::ApiVersion;
//! use massup_model::catalogue::{self, Endpoint, Retry};
//!
//! let message = "Already a Mass Action scheduler is running for the given cvid";
//! let error = catalogue::recognise(
//!     Endpoint::MassUpdate, "ALREADY_SCHEDULED", message, ApiVersion::V7,
//! ).ok_or("unknown")?;
//! assert_eq!(error.key, "already-scheduled");
//! assert_eq!(error.retry, Retry::Later);
//! // An error, and yet the server answers as if it had accepted the call.
//! assert_eq!(error.status(ApiVersion::V7), Some(202));
//!
//! let unknown = catalogue::recognise(Endpoint::MassUpdate, "TOO_SLEEPY", "", ApiVersion::V7);
//! assert_eq!(unknown, None);
//! # Ok::<(), &str>(())
//! ```

mod any;
mod code;
mod recognise;
mod record;
mod related;
mod row;
mod status;
#[cfg(test)]
mod tests;
mod whole_call;

pub use any::*;
pub use code::Code;
pub use recognise::{matching, recognise};
pub use record::*;
pub use related::*;
pub use row::{DocumentedError, Endpoint, Reach, Retry, Standing};
pub use status::*;
pub use whole_call::*;

/// Every row: of the mass update as a whole, of its records, of its status, of any call; each group
/// in the order of the reference page.
pub static ALL: &[&DocumentedError] =
    &row::joined::<
        { whole_call::ROWS.len() + record::ROWS.len() + status::ROWS.len() + any::ROWS.len() },
    >(&[whole_call::ROWS, record::ROWS, status::ROWS, any::ROWS]);

/// The rows with exactly this wire code; none for an unknown code.
///
/// ```
/// use massup_model::catalogue::by_code;
///
/// assert_eq!(by_code("CANNOT_PROCESS").count(), 1);
/// assert_eq!(by_code("cannot-process").count(), 0);
/// ```
pub fn by_code(code: &str) -> impl Iterator<Item = &'static DocumentedError> + use<'_> {
    ALL.iter().copied().filter(move |row| row.code == code)
}

/// The row with one of our own keys.
///
/// ```
/// use massup_model::catalogue::by_key;
///
/// assert_eq!(by_key("max-field-limit").map(|row| row.code), Some("INVALID_DATA"));
/// assert!(by_key("INVALID_DATA").is_none());
/// ```
pub fn by_key(key: &str) -> Option<&'static DocumentedError> {
    ALL.iter().copied().find(|row| row.key == key)
}
