//! Connections, and which of their errors leave a call unsent.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};
use ureq::{Agent, Error};

use super::{SendError, Settings};
use crate::{BaseUrl, Failure};

/// The certificate authorities that servers are checked against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots(Option<Vec<Vec<u8>>>);

/// Certificate authorities that the environment names cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("SSL_CERT_FILE or SSL_CERT_DIR names no certificates that can be read{0}")]
pub struct RootsError(String);

impl Roots {
    /// The authorities in the files that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, or else those of Mozilla,
    /// which are part of this library.
    ///
    /// # Errors
    ///
    /// [`RootsError`] when one of the variables is set, and no certificate can be read.
    pub fn of_environment() -> Result<Self, RootsError> {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if !set("SSL_CERT_FILE") && !set("SSL_CERT_DIR") {
            return Ok(Self(None));
        }
        let read = rustls_native_certs::load_native_certs();
        if read.certs.is_empty() {
            let why = read.errors.first().map(|error| format!(": {error}"));
            return Err(RootsError(why.unwrap_or_default()));
        }
        Ok(Self::of_der(read.certs.iter().map(|one| one.as_ref().to_vec())))
    }

    /// Certificates in DER, in the place of those of Mozilla.
    pub fn of_der(certificates: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(Some(certificates.into_iter().collect()))
    }

    fn to_certs(&self) -> RootCerts {
        match &self.0 {
            None => RootCerts::WebPki,
            Some(certs) => certs.iter().map(|der| Certificate::from_der(der).to_owned()).into(),
        }
    }
}

/// An agent that sends nothing twice and follows no redirect. Bodies are taken as they come: none is
/// decompressed.
pub(super) fn agent(settings: &Settings) -> Agent {
    // A call to this machine needs no proxy, and a token must not pass one in the clear.
    let here = [&settings.api, &settings.accounts].map(|url| url.as_str().starts_with("http://"));
    let proxy = if here.contains(&true) { None } else { ureq::Proxy::try_from_env() };
    let config = Agent::config_builder()
        .proxy(proxy)
        .tls_config(TlsConfig::builder().root_certs(settings.roots.to_certs()).build())
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("massup/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(settings.connect))
        .timeout_global(Some(settings.whole))
        // A connection that the server may be about to close is not used again.
        .max_idle_age(Duration::from_secs(3))
        .build();
    Agent::with_parts(config, Connect::default(), Resolve::default())
}

/// An error before the first byte of a call went out.
#[derive(Debug)]
struct Unconnected(Error);

impl fmt::Display for Unconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Unconnected {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

impl Unconnected {
    fn of(error: Error) -> Error {
        Error::Other(Box::new(Self(error)))
    }
}

/// Looks up names; a failure there is distinguished from a lost connection.
#[derive(Debug, Default)]
struct Resolve(DefaultResolver);

impl Resolver for Resolve {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        self.0.resolve(uri, config, timeout).map_err(Unconnected::of)
    }
}

/// Makes connections, TLS included; a failure there is distinguished from a lost connection.
#[derive(Debug, Default)]
struct Connect(DefaultConnector);

impl Connector for Connect {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        self.0.connect(details, chained).map_err(Unconnected::of)
    }
}

/// The failure of a call, by what the connection came to.
pub(super) fn failure(error: Error, url: &BaseUrl) -> Failure {
    match unsent(error, url) {
        Ok(unsent) => unsent.into_failure(),
        Err(error) => Failure::InDoubt(Box::new(error)),
    }
}

/// Why a call was surely not sent, or else the error as it came.
pub(super) fn unsent(error: Error, url: &BaseUrl) -> Result<SendError, Error> {
    let source = match error {
        Error::Other(source) => match source.downcast::<Unconnected>() {
            Ok(unconnected) => unconnected.0,
            Err(source) => return Err(Error::Other(source)),
        },
        // The address, or a header such as the token's, cannot be written into a call.
        error @ (Error::BadUri(_) | Error::Http(_)) => error,
        error => return Err(error),
    };
    let distrusted = is_distrust(&source);
    let (url, source) = (url.clone(), Box::new(source));
    Ok(if distrusted {
        SendError::Certificate(url, source)
    } else {
        SendError::Unreachable(url, source)
    })
}

/// Whether the certificate of the server is the reason.
fn is_distrust(error: &Error) -> bool {
    let tls = match error {
        Error::Rustls(error) => Some(error),
        Error::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref()),
        _ => None,
    };
    matches!(
        tls,
        Some(
            rustls::Error::InvalidCertificate(_)
                | rustls::Error::NoCertificatesPresented
                | rustls::Error::UnsupportedNameType
        )
    )
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};

    use rustls::{CertificateError, Error as TlsError};
    use ureq::Timeout;

    use super::*;

    fn url() -> BaseUrl {
        "https://www.zohoapis.com".parse().unwrap()
    }

    #[test]
    fn only_errors_before_a_connection_leave_a_call_unsent() {
        let tls = |error| Error::Io(io::Error::new(ErrorKind::InvalidData, error));
        let io = |kind: ErrorKind| Error::Io(kind.into());
        let all = || {
            [
                Error::HostNotFound,
                Error::ConnectionFailed,
                Error::Timeout(Timeout::Connect),
                Error::Timeout(Timeout::Global),
                Error::Timeout(Timeout::RecvResponse),
                io(ErrorKind::ConnectionRefused),
                io(ErrorKind::ConnectionReset),
                io(ErrorKind::UnexpectedEof),
                io(ErrorKind::BrokenPipe),
                io(ErrorKind::Other),
                tls(TlsError::DecryptError),
                tls(TlsError::InvalidCertificate(CertificateError::Expired)),
            ]
        };
        for error in all() {
            assert!(failure(error, &url()).is_in_doubt());
        }
        for error in all() {
            let failure = failure(Unconnected::of(error), &url());
            assert!(!failure.is_in_doubt(), "{failure:?}");
        }
        assert!(!failure(Error::BadUri(String::new()), &url()).is_in_doubt());
    }

    #[test]
    fn a_certificate_that_is_not_trusted_is_final() {
        let of = |error| {
            let error = Error::Io(io::Error::new(ErrorKind::InvalidData, error));
            failure(Unconnected::of(error), &url())
        };
        for error in [CertificateError::Expired, CertificateError::UnknownIssuer] {
            assert!(matches!(of(TlsError::InvalidCertificate(error)), Failure::Unsendable(_)));
        }
        assert!(matches!(of(TlsError::HandshakeNotComplete), Failure::NotSent(_)));
    }
}
