#![doc = include_str!("../README.md")]

mod call;
mod credentials;
mod decide;
#[cfg(feature = "http")]
pub mod http;
mod in_memory;
mod place;
#[cfg(feature = "http")]
mod retry_after;

use std::error::Error;
use std::time::Duration;

pub use call::{Call, InvalidPath, Method, PageStart};
pub use credentials::{Credentials, CredentialsError, Refresh, Secret};
pub use decide::{Backoff, Decision, Purpose};
pub use in_memory::InMemory;
pub use place::{BaseUrl, DataCentre, Environment, InvalidUrl, UnknownDataCentre};

/// Something that sends a call and waits for its answer.
///
/// One call, one answer: an implementation neither repeats a call nor judges an answer.
pub trait Transport {
    /// Sends a call.
    ///
    /// # Errors
    ///
    /// * [`Failure::NotSent`]: the call did not reach the server.
    /// * [`Failure::Unsendable`]: it did not, and another attempt would end the same way.
    /// * [`Failure::InDoubt`]: the call may have reached the server, but no whole answer came.
    fn send(&self, call: &Call) -> Result<Response, Failure>;
}

/// The answer of a server, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status, such as 200. The body decides the outcome of a call, not this number.
    pub status: u16,
    /// How long the server asks to wait before the next call: the header `Retry-After`.
    pub retry_after: Option<Duration>,
    /// API credits left in the day: the header `X-API-CREDITS-REMAINING`, which the server sends
    /// only once half of them are used.
    pub credits_remaining: Option<u64>,
    /// The bytes of the body, as they came.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without the headers that matter here.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, retry_after: None, credits_remaining: None, body: body.into() }
    }
}

/// The reason that a call has no answer.
///
/// ```
/// use massup_transport::Failure;
///
/// assert!(!Failure::NotSent("the host name is not known".into()).is_in_doubt());
/// assert!(Failure::InDoubt("the connection was closed".into()).is_in_doubt());
/// ```
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The call did not reach the server; it can be sent again.
    #[error("the call was not sent")]
    NotSent(#[source] Box<dyn Error + Send + Sync>),
    /// The call was not sent, and another attempt would end the same way.
    #[error("the call cannot be sent")]
    Unsendable(#[source] Box<dyn Error + Send + Sync>),
    /// The call may have been carried out; sending it again may carry it out twice.
    #[error("the call may have been carried out, but no answer came")]
    InDoubt(#[source] Box<dyn Error + Send + Sync>),
}

impl Failure {
    /// Whether the call may have been carried out.
    pub fn is_in_doubt(&self) -> bool {
        matches!(self, Self::InDoubt(_))
    }
}
