//! Calls over HTTP.

use std::error::Error;
use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use massup_model::catalogue::{Code, Endpoint};
use massup_model::response;
use ureq::http::Response;
use ureq::{Agent, Body, Timeout};

use crate::{
    Answer, BaseUrl, Call, Credentials, Failure, InvalidUrl, Method, Refresh, Secret, Transport,
    retry_after,
};

/// Bytes of an answer at most.
const MAX_ANSWER: u64 = 64 << 20;

/// A token is no longer used when it has less than this left.
const MARGIN: Duration = Duration::from_mins(1);

/// Where and how calls are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where calls go until a token answer names its `api_domain`.
    pub api: BaseUrl,
    /// Where tokens are got.
    pub accounts: BaseUrl,
    /// Whether calls go to [`Settings::api`] whatever domain a token answer names.
    pub fixed: bool,
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long a call may take in all.
    pub whole: Duration,
}

impl Settings {
    /// Ten seconds to connect, two minutes in all: a call of 500 records takes its time.
    pub fn new(api: BaseUrl, accounts: BaseUrl) -> Self {
        let (connect, whole) = (Duration::from_secs(10), Duration::from_mins(2));
        Self { api, accounts, fixed: false, connect, whole }
    }
}

/// A transport over HTTP, with the tokens that it needs.
///
/// A token is refreshed before it runs out, and once more when the server calls it invalid: by one of
/// the calls that wait for it, for all of them. A call is sent again only in that case, in which the
/// server has surely not done it. No redirect is followed.
///
/// ```no_run
/// use massup_transport::http::{Http, Settings};
/// use massup_transport::{Call, Credentials, DataCentre, Environment, Transport as _};
///
/// let centre = DataCentre::Eu;
/// let settings = Settings::new(centre.api(Environment::Production), centre.accounts());
/// let http = Http::new(settings, Credentials::of_token("1000.…"));
/// let answer = http.send(&Call::read("/crm/v8/settings/modules", &[])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Http {
    agent: Agent,
    settings: Settings,
    refresh: Option<Refresh>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    token: Option<Secret>,
    /// When the token is no longer used; never, as far as is known, where nobody told.
    until: Option<Instant>,
    api: BaseUrl,
    scopes: Option<Vec<String>>,
}

/// Why a call cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// The token endpoint cannot be reached.
    #[error("`{0}` cannot be reached for a token")]
    Accounts(BaseUrl, #[source] Box<ureq::Error>),
    /// The token endpoint refuses. Its own word is kept: `invalid_code`, `Access Denied`.
    #[error(
        "no token was given: the accounts server answers {0}; are client, refresh token and data centre right?"
    )]
    Refused(String),
    /// The token endpoint gives no token now: too many were asked for, or it is out of order.
    #[error("no token was given for now: the accounts server answers {0}")]
    NotNow(String),
    /// The token endpoint names an API domain that no token should be sent to.
    #[error("the token answer names an API domain that is none")]
    Domain(#[source] InvalidUrl),
    /// The token endpoint names a domain that is not Zoho's.
    #[error(
        "the token answer leads to `{0}`, which is no API domain of Zoho: no token is sent there"
    )]
    Stranger(BaseUrl),
    /// The credentials hold no access token and nothing to get one with.
    #[error("the access token is no longer good, and there is no refresh token to get another")]
    NoToken,
    /// The API wants the call elsewhere; a token is not sent to another host.
    #[error("the server redirects to `{0}`: calls are not sent on; say where the API is")]
    Redirect(String),
    /// The connection could not be made.
    #[error("`{0}` cannot be reached")]
    Unreachable(BaseUrl, #[source] Box<ureq::Error>),
}

impl Http {
    /// A transport that has sent nothing yet.
    pub fn new(settings: Settings, credentials: Credentials) -> Self {
        // What is on this machine needs no proxy, and a token must not pass one in the clear.
        let here =
            [&settings.api, &settings.accounts].map(|url| url.as_str().starts_with("http://"));
        let proxy = if here.contains(&true) { None } else { ureq::Proxy::try_from_env() };
        let config = Agent::config_builder()
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("massup/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(settings.connect))
            .timeout_global(Some(settings.whole))
            // A connection that the server may be about to close is not used again.
            .max_idle_age(Duration::from_secs(3))
            .build();
        let state = State {
            token: credentials.access_token,
            until: None,
            api: settings.api.clone(),
            scopes: None,
        };
        let agent = config.into();
        Self { agent, settings, refresh: credentials.refresh, state: Mutex::new(state) }
    }

    /// The scopes of the token, where the answer that brought it told them.
    pub fn scopes(&self) -> Option<Vec<String>> {
        self.state().scopes.clone()
    }

    /// Where calls go now.
    pub fn api(&self) -> BaseUrl {
        self.state().api.clone()
    }

    /// A token that is good for a while, and where to send it. Whoever comes while it is refreshed
    /// waits for it.
    fn token(&self) -> Result<(Secret, BaseUrl), Failure> {
        let mut state = self.state();
        let good = state.until.is_none_or(|until| Instant::now() < until);
        match state.token.clone().filter(|_| good) {
            Some(token) => Ok((token, state.api.clone())),
            None => self.renew(&mut state),
        }
    }

    /// Another token than one that the server called invalid.
    fn other_than(&self, refused: &Secret) -> Result<(Secret, BaseUrl), Failure> {
        let mut state = self.state();
        match state.token.clone().filter(|token| token != refused) {
            Some(token) => Ok((token, state.api.clone())),
            None => self.renew(&mut state),
        }
    }

    fn renew(&self, state: &mut State) -> Result<(Secret, BaseUrl), Failure> {
        let refresh = self.refresh.as_ref().ok_or(NotSent::NoToken).map_err(unsendable)?;
        let accounts = &self.settings.accounts;
        let asked = Instant::now();
        let mut response = self
            .agent
            .post(format!("{accounts}/oauth/v2/token"))
            .send_form([
                ("grant_type", "refresh_token"),
                ("client_id", refresh.client_id.reveal()),
                ("client_secret", refresh.client_secret.reveal()),
                ("refresh_token", refresh.refresh_token.reveal()),
            ])
            .map_err(|error| not_sent(NotSent::Accounts(accounts.clone(), Box::new(error))))?;
        let body: TokenAnswer = response
            .body_mut()
            .read_to_vec()
            .ok()
            .and_then(|body| serde_json::from_slice(&body).ok())
            .unwrap_or_default();
        let Some(token) = body.access_token else {
            return Err(no_token(refresh, body.error, response.status().as_u16()));
        };
        if let Some(domain) = body.api_domain.filter(|_| !self.settings.fixed) {
            let api: BaseUrl =
                domain.parse().map_err(|error| unsendable(NotSent::Domain(error)))?;
            if !accounts.may_lead_to(&api) {
                return Err(unsendable(NotSent::Stranger(api)));
            }
            state.api = api;
        }
        let lifetime = Duration::from_secs(body.expires_in.unwrap_or(3_600));
        state.until = Some(asked + lifetime.saturating_sub(MARGIN.min(lifetime / 2)));
        let scopes = body.scope.map(|scope| scope.split([' ', ',']).map(str::to_owned).collect());
        state.scopes = scopes.or_else(|| state.scopes.take());
        state.token = Some(token.clone());
        Ok((token, state.api.clone()))
    }

    fn send_once(&self, call: &Call, token: &Secret, api: &BaseUrl) -> Result<Answer, Failure> {
        let query = call.query().map_or_else(String::new, |query| format!("?{query}"));
        let url = format!("{api}{}{query}", call.path());
        let authorization = format!("Zoho-oauthtoken {}", token.reveal());
        let sent = match call.method() {
            Method::Get => self.agent.get(url).header("Authorization", authorization).call(),
            Method::Post => self
                .agent
                .post(url)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .send(call.body().unwrap_or_default()),
        };
        let mut response = sent.map_err(|error| failure(error, api))?;
        let status = response.status().as_u16();
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            let to = header(&response, "location").unwrap_or_default();
            let host = to.split("://").nth(1).and_then(|rest| rest.split('/').next());
            return Err(unsendable(NotSent::Redirect(host.unwrap_or(api.host()).to_owned())));
        }
        let number = |name: &str| header(&response, name)?.trim().parse().ok();
        let retry_after = header(&response, "retry-after");
        let retry_after = retry_after.and_then(|text| retry_after::read(&text, SystemTime::now()));
        let credits_remaining = number("x-api-credits-remaining");
        let body = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        // The head has come: the call was done or refused, and which is in the part that is lost.
        let body = body.map_err(|error| Failure::InDoubt(Box::new(error)))?;
        Ok(Answer { status, retry_after, credits_remaining, body })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is changed in whole steps, each of which leaves it usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Http {
    fn send(&self, call: &Call) -> Result<Answer, Failure> {
        let (token, api) = self.token()?;
        let answer = self.send_once(call, &token, &api)?;
        if !is_about_the_token(&answer) || self.refresh.is_none() {
            return Ok(answer);
        }
        let (token, api) = self.other_than(&token)?;
        self.send_once(call, &token, &api)
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct TokenAnswer {
    access_token: Option<Secret>,
    api_domain: Option<String>,
    expires_in: Option<u64>,
    scope: Option<String>,
    error: Option<String>,
}

fn is_about_the_token(answer: &Answer) -> bool {
    let read = response::Answer::read(Endpoint::Any, &answer.body);
    read.refusal().is_some_and(|error| {
        matches!(
            error.code,
            Code::InvalidToken | Code::InvalidOauthtoken | Code::AuthenticationFailure
        )
    })
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

/// Why the accounts server gives no token. Its words are shown, but for any that repeat what it was sent.
fn no_token(refresh: &Refresh, error: Option<String>, status: u16) -> Failure {
    let Some(error) = error else {
        return not_sent(NotSent::NotNow(format!("HTTP {status} without a word")));
    };
    let secrets = [&refresh.refresh_token, &refresh.client_secret, &refresh.client_id];
    let shown = secrets.into_iter().fold(error, |shown, secret| match secret.reveal() {
        // No secret is as short, and any word holds one letter or another.
        short if short.len() < 6 => shown,
        secret => shown.replace(secret, "…"),
    });
    let shown: String = shown.chars().filter(|c| !c.is_control()).take(100).collect();
    if status >= 500 || status == 429 || shown == "Access Denied" {
        return not_sent(NotSent::NotNow(format!("`{shown}`")));
    }
    unsendable(NotSent::Refused(format!("`{shown}`")))
}

fn unsendable(why: NotSent) -> Failure {
    Failure::Unsendable(Box::new(why))
}

fn not_sent(why: NotSent) -> Failure {
    Failure::NotSent(Box::new(why))
}

/// Whether a connection that ended was surely never used.
fn failure(error: ureq::Error, api: &BaseUrl) -> Failure {
    let unused = match &error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        // A token that is no header.
        | ureq::Error::Http(_)
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        ureq::Error::Io(error) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            // A certificate is looked at before the first byte of a call goes out.
            matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
                || matches!(
                    error.kind(),
                    ErrorKind::ConnectionRefused
                        | ErrorKind::HostUnreachable
                        | ErrorKind::NetworkUnreachable
                        | ErrorKind::AddrNotAvailable
                )
        }
        _ => false,
    };
    let error: Box<ureq::Error> = Box::new(error);
    if unused {
        not_sent(NotSent::Unreachable(api.clone(), error))
    } else {
        Failure::InDoubt(error as Box<dyn Error + Send + Sync>)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustls::{CertificateError, Error as TlsError};

    use super::*;

    #[test]
    fn only_what_surely_sent_nothing_is_not_in_doubt() {
        let api: BaseUrl = "https://www.zohoapis.com".parse().unwrap();
        let tls = |error| ureq::Error::Io(io::Error::new(ErrorKind::InvalidData, error));
        let io = |kind: ErrorKind| ureq::Error::Io(kind.into());
        for error in [
            ureq::Error::HostNotFound,
            ureq::Error::ConnectionFailed,
            ureq::Error::Timeout(Timeout::Connect),
            io(ErrorKind::ConnectionRefused),
            tls(TlsError::InvalidCertificate(CertificateError::Expired)),
        ] {
            assert!(!failure(error, &api).is_in_doubt());
        }
        for error in [
            ureq::Error::Timeout(Timeout::Global),
            ureq::Error::Timeout(Timeout::RecvResponse),
            io(ErrorKind::ConnectionReset),
            io(ErrorKind::UnexpectedEof),
            io(ErrorKind::BrokenPipe),
            tls(TlsError::DecryptError),
        ] {
            assert!(failure(error, &api).is_in_doubt());
        }
    }
}
