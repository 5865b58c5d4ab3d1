//! The way to the API: where it is, with which credentials, and how often a call is sent.

use std::hash::{BuildHasher as _, Hasher as _};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use massup_model::ApiVersion;
use massup_transport::http::{Http, Settings};
use massup_transport::{
    Answer, Backoff, Call, Credentials, Decision, Environment, Failure, Purpose, Transport as _,
};

use crate::args::{ApiArgs, CopyOf};
use crate::output;

/// What to say where nobody gave credentials.
pub(crate) const NO_CREDENTIALS: &str = "no credentials: set MASSUP_CLIENT_ID, MASSUP_CLIENT_SECRET and \
     MASSUP_REFRESH_TOKEN (or MASSUP_ACCESS_TOKEN), or use --credentials FILE or --credentials-command COMMAND";

/// The API, as calls that read reach it.
pub(crate) struct Client {
    http: Http,
    version: ApiVersion,
    backoff: Backoff,
    quiet: bool,
}

/// A server that asks for more is not waited for.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// The transport that the flags ask for; `None` where there are no credentials.
///
/// # Errors
///
/// The credentials are there and cannot be read.
pub(crate) fn transport(args: &ApiArgs) -> anyhow::Result<Option<Http>> {
    let credentials = match (&args.credentials_command, &args.credentials) {
        (Some(command), _) => Some(Credentials::of_command(command)?),
        (None, Some(file)) => Some(Credentials::of_file(file)?),
        (None, None) => Credentials::of_environment(|name| std::env::var(name).ok())
            .context("the environment holds credentials in part")?,
    };
    let Some(credentials) = credentials else { return Ok(None) };
    let environment = match args.environment {
        CopyOf::Production => Environment::Production,
        CopyOf::Sandbox => Environment::Sandbox,
        CopyOf::Developer => Environment::Developer,
    };
    let api = args.base_url.clone().unwrap_or_else(|| args.dc.api(environment));
    // The emulator serves both; elsewhere tokens come from the data centre.
    let accounts = match (&args.accounts_url, &args.base_url) {
        (Some(accounts), _) => accounts.clone(),
        (None, Some(base)) if base.as_str().starts_with("http://") => base.clone(),
        (None, _) => args.dc.accounts(),
    };
    let mut settings = Settings::new(api, accounts);
    // A sandbox that is asked for is never left for the organisation itself.
    settings.fixed = args.base_url.is_some() || environment != Environment::Production;
    Ok(Some(Http::new(settings, credentials)))
}

impl Client {
    pub(crate) fn new(http: Http, version: ApiVersion, quiet: bool) -> Self {
        Self { http, version, backoff: Backoff::default(), quiet }
    }

    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    /// The answer to a call that reads, sent again as long as that may help.
    ///
    /// # Errors
    ///
    /// There is no answer, the server asks to wait for long, or the path is none.
    pub(crate) fn read(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let path = format!("/crm/{}/{path}", self.version);
        let call = Call::read(&path, query)?;
        let mut sent = 1;
        loop {
            let outcome = self.http.send(&call);
            let decision =
                self.backoff.decide(Purpose::Read, self.version, &outcome, sent, chance());
            match decision {
                Decision::RetryAfter(wait) if wait > LONGEST_WAIT => {
                    let minutes = wait.as_secs().div_ceil(60);
                    bail!("the server asks to wait {minutes} minutes: call again then");
                }
                Decision::RetryAfter(wait) => {
                    self.say(&outcome, wait);
                    thread::sleep(wait);
                }
                Decision::Done | Decision::Failed | Decision::InDoubt => {
                    return outcome.with_context(|| format!("GET {path} has no answer"));
                }
            }
            sent += 1;
        }
    }
}

impl Client {
    /// Says why nothing seems to happen.
    fn say(&self, outcome: &Result<Answer, Failure>, wait: Duration) {
        if self.quiet {
            return;
        }
        let why = match outcome {
            Ok(answer) => format!("the server answers HTTP {}", answer.status),
            Err(failure) => failure.to_string(),
        };
        output::remark(&format!("{why}; trying again in {:.1} s", wait.as_secs_f64()));
    }
}

/// A number between 0 and 1 that differs from process to process and call to call: enough to keep
/// clients apart.
fn chance() -> f64 {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
