//! Calls over HTTP.

mod accounts;
mod connection;
mod error;
mod redact;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use massup_model::catalogue::{Code, Endpoint};
use massup_model::response;
use ureq::{Agent, Body};

use crate::{
    BaseUrl, Call, Credentials, Failure, Method, Refresh, Response, Secret, Transport, retry_after,
};
use connection::failure;
use redact::redacted_bytes;

pub use accounts::{Accounts, DeviceAnswer, DeviceCode, OauthClient, Token};
pub use connection::{Roots, RootsError};
pub use error::{SendError, Source, TooLong};

/// A token is no longer used when it has less than this left.
const MARGIN: Duration = Duration::from_mins(1);

/// Where and how calls are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Where calls go until a token answer names its `api_domain`.
    pub api: BaseUrl,
    /// The accounts server, which issues tokens.
    pub accounts: BaseUrl,
    /// Whether calls go to [`Settings::api`], and not to the domain that a token answer names.
    pub fixed: bool,
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long a call may take in all.
    pub whole: Duration,
    /// Bytes of an answer at most. A longer one is cut off, and the call is in doubt.
    pub max_answer: u64,
    /// The certificate authorities that servers are checked against.
    pub roots: Roots,
}

impl Settings {
    /// Ten seconds to connect, two minutes in all (a call of 500 records takes its time), and answers of up to
    /// 32 MiB.
    pub fn new(api: BaseUrl, accounts: BaseUrl) -> Self {
        let (connect, whole) = (Duration::from_secs(10), Duration::from_mins(2));
        let (max_answer, roots) = (32 << 20, Roots::default());
        Self { api, accounts, fixed: false, connect, whole, max_answer, roots }
    }
}

/// A transport over HTTP, with the tokens that it needs.
///
/// A token is refreshed before it expires, and once more when the server calls it invalid: by one of the
/// calls that wait for it, for all of them. A call is sent again only in that case, in which the server has
/// surely not carried it out. No redirect is followed. An answer that repeats the token is given without it.
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
    keeper: Option<Keeper>,
    state: Mutex<State>,
}

/// What is called with each new token.
struct Keeper(Box<dyn Fn(&Token) + Send + Sync>);

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

#[derive(Debug)]
struct State {
    token: Option<Secret>,
    /// When the token is no longer used; `None` where its age is unknown.
    until: Option<Instant>,
    api: BaseUrl,
    scopes: Option<Vec<String>>,
    credits_remaining: Option<u64>,
}

impl Http {
    /// A transport that has sent nothing yet.
    pub fn new(settings: Settings, credentials: Credentials) -> Self {
        let state = State {
            token: credentials.access_token,
            until: None,
            api: settings.api.clone(),
            scopes: None,
            credits_remaining: None,
        };
        let agent = connection::agent(&settings);
        let refresh = credentials.refresh;
        Self { agent, settings, refresh, keeper: None, state: Mutex::new(state) }
    }

    /// Calls a function with each token that is got by the refresh token, so that another process can begin with
    /// it ([`Token::kept`]): an accounts server issues only ten in ten minutes.
    #[must_use]
    pub fn keeping(mut self, keep: impl Fn(&Token) + Send + Sync + 'static) -> Self {
        self.keeper = Some(Keeper(Box::new(keep)));
        self
    }

    /// A transport that begins with a token just issued.
    ///
    /// # Errors
    ///
    /// [`Failure::Unsendable`] when the token is for a domain that tokens are not sent to.
    pub fn with_token(
        settings: Settings,
        refresh: Option<Refresh>,
        token: Token,
    ) -> Result<Self, Failure> {
        let http = Self::new(settings, Credentials { access_token: None, refresh });
        http.adopt(&mut http.state(), token, Instant::now())?;
        Ok(http)
    }

    /// The scopes of the token, where the answer that brought it named them.
    pub fn scopes(&self) -> Option<Vec<String>> {
        self.state().scopes.clone()
    }

    /// Where calls go now.
    pub fn api(&self) -> BaseUrl {
        self.state().api.clone()
    }

    /// The API credits left, as the last answer that named them did.
    pub fn credits_remaining(&self) -> Option<u64> {
        self.state().credits_remaining
    }

    /// A token that is valid for a while, and where to send it. Calls that come while it is refreshed wait
    /// for it.
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
        let no_token = || SendError::NoToken.into_failure();
        let refresh = self.refresh.as_ref().ok_or_else(no_token)?;
        let asked = Instant::now();
        let accounts = Accounts::sharing(self.agent.clone(), self.settings.accounts.clone());
        let token = accounts.refresh(refresh)?;
        let kept = token.clone();
        let adopted = self.adopt(state, token, asked)?;
        if let Some(Keeper(keep)) = &self.keeper {
            keep(&kept);
        }
        Ok(adopted)
    }

    /// Takes a token that was asked for at a time.
    fn adopt(
        &self,
        state: &mut State,
        token: Token,
        asked: Instant,
    ) -> Result<(Secret, BaseUrl), Failure> {
        if let Some(domain) = token.api_domain.filter(|_| !self.settings.fixed) {
            state.api = self.known(&domain)?;
        }
        let lifetime = token.lifetime;
        state.until = asked.checked_add(lifetime.saturating_sub(MARGIN.min(lifetime / 2)));
        state.scopes = token.scopes.or_else(|| state.scopes.take());
        state.token = Some(token.access_token.clone());
        Ok((token.access_token, state.api.clone()))
    }

    /// The address of a domain that a token answer names, if a token may be sent there.
    fn known(&self, domain: &str) -> Result<BaseUrl, Failure> {
        let api: Option<BaseUrl> = domain.parse().ok();
        let known =
            api.filter(|api| *api == self.settings.api || self.settings.accounts.may_lead_to(api));
        known.ok_or_else(|| {
            let shown = domain.chars().filter(|c| !c.is_control()).take(100).collect();
            SendError::UnknownDomain(shown).into_failure()
        })
    }

    fn send_once(&self, call: &Call, token: &Secret, api: &BaseUrl) -> Result<Response, Failure> {
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
            return Err(SendError::Redirect(host.unwrap_or(api.host()).to_owned()).into_failure());
        }
        let retry_after = header(&response, "retry-after");
        let retry_after = retry_after.and_then(|text| retry_after::read(&text, SystemTime::now()));
        let credits_remaining = header(&response, "x-api-credits-remaining");
        let credits_remaining = credits_remaining.and_then(|text| text.trim().parse().ok());
        if credits_remaining.is_some() {
            self.state().credits_remaining = credits_remaining;
        }
        let body = response.body_mut().with_config().limit(self.settings.max_answer).read_to_vec();
        // The head has come: the call was done or refused, and which is in the part that is lost.
        let body = body.map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(most) => Failure::InDoubt(Box::new(TooLong(most))),
            error => Failure::InDoubt(Box::new(error)),
        })?;
        let body = redacted_bytes(body, token);
        Ok(Response { status, retry_after, credits_remaining, body })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is changed in whole steps, each of which leaves it usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Http {
    fn send(&self, call: &Call) -> Result<Response, Failure> {
        let (token, api) = self.token()?;
        let answer = self.send_once(call, &token, &api)?;
        if !is_about_the_token(&answer) || self.refresh.is_none() {
            return Ok(answer);
        }
        let (token, api) = self.other_than(&token)?;
        self.send_once(call, &token, &api)
    }
}

/// Bytes of an error at most: a longer answer is not read twice.
const MAX_ERROR: usize = 64 << 10;

fn is_about_the_token(answer: &Response) -> bool {
    if answer.body.len() > MAX_ERROR {
        return false;
    }
    let read = response::Answer::read(Endpoint::Any, &answer.body);
    read.refusal().is_some_and(|error| {
        matches!(
            error.code,
            Code::InvalidToken | Code::InvalidOauthtoken | Code::AuthenticationFailure
        )
    })
}

fn header(response: &ureq::http::Response<Body>, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}
