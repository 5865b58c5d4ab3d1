//! Reads of the API: where it is, with which credentials, how often a call is sent, what an answer is worth.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use massup_model::ApiVersion;
use massup_model::catalogue::{Code, Endpoint};
use massup_model::response;
use massup_transport::http::{Http, Roots, SendError, Settings, TooLong};
use massup_transport::{
    Backoff, BaseUrl, Call, Credentials, DataCentre, Decision, Environment, Failure, Purpose,
    Response, Transport,
};
use serde_json::{Value, json};

use crate::args::{ApiArgs, CopyOf};
use crate::output;
use crate::sign_in::Stored;

/// The error message for a run without credentials.
const NO_CREDENTIALS: &str = "no credentials\nhelp: sign in with `massup login`, or set MASSUP_CLIENT_ID, \
     MASSUP_CLIENT_SECRET and MASSUP_REFRESH_TOKEN (or MASSUP_ACCESS_TOKEN), or use --credentials FILE or \
     --credentials-command COMMAND";

/// The longest wait that a server may ask for before the command gives up.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// Calls before the command gives up on a server that has never answered: a wrong address is more likely
/// than a short outage.
const FIRST_CALLS: u32 = 3;

/// Bytes of all answers to one command at most.
const MAX_RECEIVED: u64 = 1 << 30;

/// A transport that knows what the token answer said about the caller.
pub(crate) trait Authorized: Transport {
    /// The scopes of the token, if they are known.
    fn scopes(&self) -> Option<Vec<String>>;

    /// The address that calls are sent to.
    fn domain(&self) -> String;
}

impl Authorized for Http {
    fn scopes(&self) -> Option<Vec<String>> {
        Self::scopes(self)
    }

    fn domain(&self) -> String {
        self.api().to_string()
    }
}

/// Sends calls that read, and repeats them where that may help.
pub(crate) struct Client<S = Http> {
    session: S,
    version: ApiVersion,
    backoff: Backoff,
    quiet: bool,
    sleep: fn(Duration),
    /// Whether any answer came that an API gives.
    answered: Cell<bool>,
    /// Bytes of all answers so far.
    received: Cell<u64>,
}

/// The refusal of one call. Other calls may still be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The error code of the answer, or what is wrong with an answer that has none.
    why: String,
    message: String,
}

impl Refusal {
    /// Whether the code of the answer is this one.
    pub(crate) fn is(&self, code: &Code) -> bool {
        self.why == code.as_str()
    }

    /// A list that is longer than massup reads.
    pub(crate) fn of_length(length: &str) -> Self {
        Self { why: length.to_owned(), message: String::new() }
    }

    /// Whether the organisation has not enabled the feature that the call is about.
    pub(crate) fn is_feature_off(&self) -> bool {
        self.why == "FEATURE_NOT_ENABLED" || self.is(&Code::TerritoryNotEnabled)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => write!(f, "the server answers {}", self.why),
            message => write!(f, "the server answers {} `{message}`", self.why),
        }
    }
}

/// A transport, and where its credentials come from.
pub(crate) struct Connection {
    pub(crate) http: Http,
    pub(crate) origin: Origin,
    pub(crate) accounts: BaseUrl,
}

/// Where credentials come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Command,
    File,
    Environment,
    Login,
}

impl Origin {
    /// The word of `--format json`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Login => "login",
        }
    }
}

/// Opens a connection to the host that the flags name. If credentials are missing, the error says which.
///
/// # Errors
///
/// The credentials exist and cannot be read.
pub(crate) fn connection(args: &ApiArgs) -> Result<Result<Connection, String>> {
    let given = match (&args.credentials_command, &args.credentials) {
        (Some(command), _) => Some((Origin::Command, Credentials::of_command(command)?)),
        (None, Some(file)) => Some((Origin::File, Credentials::of_file(file)?)),
        (None, None) => Credentials::of_environment(|name| std::env::var(name).ok())
            .context("the environment holds credentials in part")?
            .map(|credentials| (Origin::Environment, credentials)),
    };
    let roots = Roots::of_environment()?;
    let (origin, http, accounts) = match given {
        Some((origin, credentials)) => {
            let mut settings = settings(args, None);
            settings.roots = roots;
            let accounts = settings.accounts.clone();
            (origin, Http::new(settings, credentials), accounts)
        }
        None => match of_logins(args, &Stored::all()?) {
            Ok((login, mut settings)) => {
                settings.roots = roots;
                let accounts = settings.accounts.clone();
                (Origin::Login, login.connect(settings), accounts)
            }
            Err(missing) => return Ok(Err(missing)),
        },
    };
    Ok(Ok(Connection { http, origin, accounts }))
}

/// The newest login for the place that the flags describe. A stored token goes to the server that issued it,
/// and to no other.
fn of_logins<'l>(args: &ApiArgs, logins: &'l [Stored]) -> Result<(&'l Stored, Settings), String> {
    let mut all = logins.iter().map(|login| (login, settings(args, Some(login))));
    if let Some(found) = all.find(|(login, settings)| login.accounts == settings.accounts) {
        return Ok(found);
    }
    if logins.is_empty() {
        return Err(NO_CREDENTIALS.to_owned());
    }
    let stored: Vec<String> = logins.iter().map(|login| format!("`{}`", login.accounts)).collect();
    Err(format!(
        "no login is stored for `{}`, only for {}\n\
         help: sign in there with `massup login`, or give other credentials",
        settings(args, None).accounts,
        stored.join(", ")
    ))
}

/// Where calls go, by the flags and by the login that is used.
fn settings(args: &ApiArgs, login: Option<&Stored>) -> Settings {
    let environment = match args.environment {
        CopyOf::Production => Environment::Production,
        CopyOf::Sandbox => Environment::Sandbox,
        CopyOf::Developer => Environment::Developer,
    };
    let production = environment == Environment::Production;
    let of_login = login.and_then(|login| DataCentre::of_accounts(&login.accounts));
    let centre = args.dc.or(of_login).unwrap_or_default();
    let home = login.filter(|_| args.dc.is_none());
    let api = match (&args.base_url, home) {
        (Some(base), _) => base.clone(),
        (None, Some(login)) if production => login.api.clone(),
        (None, _) => centre.api(environment),
    };
    let accounts = match (&args.accounts_url, &args.base_url, home) {
        (Some(accounts), ..) => accounts.clone(),
        // The emulator serves both; elsewhere tokens come from the data centre.
        (None, Some(base), _) if base.as_str().starts_with("http://") => base.clone(),
        (None, _, Some(login)) => login.accounts.clone(),
        (None, ..) => centre.accounts(),
    };
    let mut settings = Settings::new(api, accounts);
    // A sandbox that is asked for is never left for the organisation itself.
    settings.fixed =
        args.base_url.is_some() || !production || home.is_some_and(|login| login.fixed);
    settings
}

/// Asks an accounts server, a few times where it cannot be reached.
///
/// # Errors
///
/// It refuses, or cannot be reached.
pub(crate) fn ask<T>(quiet: bool, ask: impl Fn() -> Result<T, Failure>) -> Result<T> {
    let backoff = Backoff { calls: FIRST_CALLS, ..Backoff::default() };
    let mut sent = 1;
    loop {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(Failure::NotSent(source)) if sent < backoff.calls => {
                let wait = backoff.wait(sent, chance());
                if !quiet {
                    let (why, seconds) = (anyhow!(source), wait.as_secs_f64());
                    output::remark(&format!("{why:#}; trying again in {seconds:.1} s"));
                }
                thread::sleep(wait);
                sent += 1;
            }
            Err(failure) => return Err(explained(failure)),
        }
    }
}

impl<S: Authorized> Client<S> {
    pub(crate) fn new(session: S, version: ApiVersion, quiet: bool) -> Self {
        let (answered, received) = (Cell::new(false), Cell::new(0));
        let (backoff, sleep) = (Backoff::default(), thread::sleep);
        Self { session, version, backoff, quiet, sleep, answered, received }
    }

    /// Replaces how the client waits.
    #[cfg(test)]
    pub(crate) fn with_sleep(mut self, sleep: fn(Duration)) -> Self {
        self.sleep = sleep;
        self
    }

    pub(crate) fn session(&self) -> &S {
        &self.session
    }

    pub(crate) fn into_session(self) -> S {
        self.session
    }

    /// Reads what is below `/crm/{version}/`: the JSON body of the answer, which has the key `root`, or why
    /// this one call is refused. A list without entries comes as an empty array.
    ///
    /// # Errors
    ///
    /// * There is no answer, or the server asks to wait for long.
    /// * The answer refuses every call: the token, the domain, the rate of calls.
    /// * The answer is not one of the API, and no answer before it was.
    pub(crate) fn read(
        &self,
        path: &str,
        query: &[(&str, &str)],
        root: &str,
    ) -> Result<Result<Value, Refusal>> {
        let answer = self.answer(path, query)?;
        self.received.set(self.received.get().saturating_add(answer.body.len() as u64));
        if self.received.get() > MAX_RECEIVED {
            bail!("the answers are longer than {} MiB in all", MAX_RECEIVED >> 20);
        }
        if answer.status == 204 {
            self.answered.set(true);
            return Ok(Ok(json!({ root: [] })));
        }
        let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if let Some(body) = body.filter(|body| body.get(root).is_some()) {
            self.answered.set(true);
            return Ok(Ok(body));
        }
        let read = response::Answer::read(Endpoint::Any, &answer.body);
        let Some(error) = read.refusal() else {
            let why = format!("HTTP {} without `{root}`", answer.status);
            if !self.answered.get() {
                bail!("GET {path}: the server answers {why}; is this the address of the API?");
            }
            return Ok(Err(Refusal { why, message: String::new() }));
        };
        self.answered.set(true);
        let refusal =
            Refusal { why: error.code.as_str().to_owned(), message: error.message.clone() };
        match &error.code {
            Code::InvalidToken | Code::InvalidOauthtoken | Code::AuthenticationFailure => {
                Err(anyhow!(
                    "{refusal}: the token belongs to another data centre, has expired or was revoked\n\
                     help: pass the data centre of the organisation with `--dc`, then check the token; with a \
                     refresh token massup gets new access tokens itself"
                ))
            }
            code if code.as_str() == "INVALID_HOST" => Err(anyhow!(
                "{refusal}: the organisation is in another data centre than `{}`\n\
                 help: pass its data centre with `--dc`",
                self.session.domain()
            )),
            Code::TooManyRequests => {
                Err(anyhow!("{refusal}\nhelp: run the command again later, or free API credits"))
            }
            _ => Ok(Err(refusal)),
        }
    }

    /// The answer to a call, repeated as long as that may help.
    fn answer(&self, path: &str, query: &[(&str, &str)]) -> Result<Response> {
        let path = format!("/crm/{}/{path}", self.version);
        let call = Call::read(&path, query)?;
        let mut backoff = self.backoff;
        let mut sent = 1;
        loop {
            let outcome = self.session.send(&call);
            if outcome.is_err() && !self.answered.get() {
                backoff.calls = backoff.calls.min(FIRST_CALLS);
            }
            let decision = backoff.decide(Purpose::Read, self.version, &outcome, sent, chance());
            match decision {
                Decision::RetryAfter(wait) if wait > LONGEST_WAIT => {
                    let minutes = wait.as_secs().div_ceil(60);
                    bail!("the server asks to wait {minutes} minutes: call again then");
                }
                Decision::RetryAfter(wait) if !is_too_long(&outcome) => {
                    self.say(outcome, wait);
                    (self.sleep)(wait);
                }
                Decision::RetryAfter(_) | Decision::Done | Decision::Failed | Decision::InDoubt => {
                    return outcome.map_err(|failure| match failure {
                        Failure::InDoubt(source) => {
                            anyhow!(source).context(format!("GET {path} has no answer"))
                        }
                        unsent => explained(unsent),
                    });
                }
            }
            sent += 1;
        }
    }

    /// Says why nothing seems to happen.
    fn say(&self, outcome: Result<Response, Failure>, wait: Duration) {
        if self.quiet {
            return;
        }
        let why = match outcome {
            Ok(answer) => format!("the server answers HTTP {}", answer.status),
            Err(failure) => format!("{:#}", reason(failure)),
        };
        output::remark(&format!("{why}; trying again in {:.1} s", wait.as_secs_f64()));
    }
}

/// Whether the answer was cut off, as another one would be.
fn is_too_long(outcome: &Result<Response, Failure>) -> bool {
    matches!(outcome, Err(Failure::InDoubt(source)) if source.is::<TooLong>())
}

/// The reason of a failure first: it is what the user can change.
fn reason(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::NotSent(source) | Failure::Unsendable(source) => anyhow!(source),
        // Only calls that change nothing are sent here.
        Failure::InDoubt(source) => anyhow!(source).context("no answer came"),
    }
}

/// A failure as a command ends with it, with what to do.
pub(crate) fn explained(failure: Failure) -> anyhow::Error {
    let help = match &failure {
        Failure::NotSent(source) | Failure::Unsendable(source) => source.downcast_ref().map(help),
        Failure::InDoubt(_) => None,
    };
    match (reason(failure), help.flatten()) {
        (reason, Some(help)) => anyhow!("{reason:#}\nhelp: {help}"),
        (reason, None) => reason,
    }
}

fn help(error: &SendError) -> Option<&'static str> {
    match error {
        SendError::Refused { .. } => Some(
            "pass the data centre of the organisation with `--dc`, then check the client and its token",
        ),
        SendError::UnknownDomain(_) => {
            Some("if this is the API of your organisation, pass it with `--base-url`")
        }
        SendError::Redirect(_) => Some("pass the address of the API with `--dc` or `--base-url`"),
        SendError::NoToken => {
            Some("pass a new access token, or a refresh token, from which massup gets them itself")
        }
        SendError::NotNow(_) => {
            Some("wait some minutes: a refresh token gets ten access tokens in ten minutes")
        }
        SendError::Unreachable(..) => Some("check the address, the network and HTTPS_PROXY"),
        _ => None,
    }
}

/// A number between 0 and 1 that differs from process to process and call to call: enough to keep
/// clients apart.
fn chance() -> f64 {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
