//! Why a call over HTTP has no answer.

use std::error::Error;

use crate::{BaseUrl, Failure};

/// The source of an error, such as a connection that is refused.
pub type Source = Box<dyn Error + Send + Sync>;

/// An answer is longer than [`Settings::max_answer`](super::Settings::max_answer): the number of bytes. Another one
/// would be too.
#[derive(Debug, thiserror::Error)]
#[error("the answer is longer than {0} bytes")]
pub struct TooLong(pub u64);

/// Why a call was not sent. No variant holds a token or secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// No connection could be made: the name is unknown, nothing listens, or a proxy refuses.
    #[error("cannot connect to `{0}`")]
    Unreachable(BaseUrl, #[source] Source),
    /// The server cannot show who it is, so nothing was sent to it.
    #[error(
        "the certificate of `{0}` is not trusted; if a proxy on the way replaces it, set SSL_CERT_FILE to the \
         certificates of that proxy"
    )]
    Certificate(BaseUrl, #[source] Source),
    /// The accounts server refuses to issue a token. The text is its error code, such as `invalid_code`.
    #[error(
        "the accounts server `{accounts}` answers `{code}`: the client and its token belong to another data centre, \
         or one of them is wrong, expired or revoked"
    )]
    Refused {
        /// The server that was asked.
        accounts: BaseUrl,
        /// Its error code, with secrets replaced.
        code: String,
    },
    /// The accounts server issues no token now: too many were asked for, or it is out of order.
    #[error("the accounts server issues no token now: it answers {0}")]
    NotNow(String),
    /// The token answer names a domain that is not a known API domain of Zoho.
    #[error(
        "the token answer names the API domain `{0}`, which is not known: no token is sent there"
    )]
    UnknownDomain(String),
    /// The access token has expired, or was refused, and there is nothing to get another with.
    #[error("the access token is no longer valid, and there is no refresh token to get another")]
    NoToken,
    /// The API redirects. A token is not sent to another address.
    #[error("the server redirects to `{0}`, and tokens are not sent on")]
    Redirect(String),
}

impl SendError {
    /// The failure of a call: one that may be tried again, or one that may not.
    pub(crate) fn into_failure(self) -> Failure {
        match self {
            Self::Unreachable(..) | Self::NotNow(_) => Failure::NotSent(Box::new(self)),
            Self::Certificate(..)
            | Self::Refused { .. }
            | Self::UnknownDomain(_)
            | Self::NoToken
            | Self::Redirect(_) => Failure::Unsendable(Box::new(self)),
        }
    }
}
