//! `massup login` and `massup logout`.

mod client;
mod kept;
mod stored;

use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use massup_model::ApiVersion;
use massup_transport::http::{Accounts, DeviceAnswer, Http, Roots, SendError, Settings, Token};
use massup_transport::{DataCentre, Environment, Failure, Refresh};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Outcome;
use crate::api_client::{self, Connection, Origin, ask};
use crate::args::{Format, Global, LoginArgs, LogoutArgs, PlaceArgs};
use crate::output;
use crate::whoami::Identity;
use client::Given;

pub(crate) use stored::Stored;

/// The scopes that `massup` uses: metadata, counts, mass updates.
const SCOPES: [&str; 7] = [
    "ZohoCRM.settings.READ",
    "ZohoCRM.users.READ",
    "ZohoCRM.org.READ",
    "ZohoCRM.modules.READ",
    "ZohoSearch.securesearch.READ",
    "ZohoCRM.mass_update.READ",
    "ZohoCRM.mass_update.UPDATE",
];

/// Signs in, and stores a refresh token.
///
/// # Errors
///
/// * The client or the code cannot be read.
/// * The accounts server refuses or cannot be reached.
/// * The login cannot be stored.
pub(crate) fn login(args: &LoginArgs, global: &Global) -> Result<Outcome> {
    let given = match Given::of(args.client.as_deref(), args.device)? {
        Ok(given) => given,
        Err(missing) => {
            output::complain(&missing);
            return Ok(Outcome::Usage);
        }
    };
    let mut settings = settings(&args.place)?;
    let token = match &given.code {
        Some(code) => {
            let accounts = Accounts::new(&settings);
            ask(global.quiet, || accounts.exchange(&given.client, code))?
        }
        None => by_device(&given, &args.scope, &mut settings, global.quiet)?,
    };
    let Some(refresh_token) = token.refresh_token.clone() else {
        bail!(
            "the accounts server issued no refresh token\n\
             help: generate the code in a Self Client, or sign in with `massup login --device`"
        );
    };
    let refresh = Refresh {
        client_id: given.client.id.clone(),
        client_secret: given.client.secret.clone(),
        refresh_token,
    };
    let (accounts, fixed) = (settings.accounts.clone(), settings.fixed);
    let http = Http::with_token(settings, Some(refresh.clone()), token);
    let http = http.map_err(api_client::explained)?;
    let stored = Stored { accounts: accounts.clone(), api: http.api(), fixed, refresh };
    // The code cannot be used again, so the login is stored even if the next call fails.
    let path = stored.save()?;
    let connection = Connection { http, origin: Origin::Login, accounts };
    match Identity::read(connection, ApiVersion::LATEST, global.quiet) {
        Ok(identity) => report(&identity, &path, global)?,
        Err(error) => output::remark(&format!("signed in, but the API cannot be asked: {error:#}")),
    }
    Ok(Outcome::Clean)
}

fn report(identity: &Identity, path: &std::path::Path, global: &Global) -> Result<()> {
    let path = path.display().to_string();
    if global.format == Format::Json {
        let mut data = identity.data();
        data.stored = Some(path);
        return output::json(&data);
    }
    if global.quiet {
        return Ok(());
    }
    let path = output::printable(&path);
    output::print(&format!("{}login stored in {path}, which only you can read\n", identity.lines()))
}

fn settings(place: &PlaceArgs) -> Result<Settings> {
    let api = place.base_url.clone().unwrap_or_else(|| place.dc.api(Environment::Production));
    let accounts = match (&place.accounts_url, &place.base_url) {
        (Some(accounts), _) => accounts.clone(),
        (None, Some(base)) if base.as_str().starts_with("http://") => base.clone(),
        (None, _) => place.dc.accounts(),
    };
    let mut settings = Settings::new(api, accounts);
    settings.fixed = place.base_url.is_some();
    settings.roots = Roots::of_environment()?;
    Ok(settings)
}

/// Waits until a person has entered a code in a browser.
fn by_device(
    given: &Given,
    scopes: &[String],
    settings: &mut Settings,
    quiet: bool,
) -> Result<Token> {
    let mut accounts = Accounts::new(settings);
    let own: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let scopes = if own.is_empty() { SCOPES.as_slice() } else { own.as_slice() };
    let code = ask(quiet, || accounts.device_code(&given.client, scopes))?;
    // Without these lines nobody can go on, so `--quiet` shows them too.
    output::remark(&format!("open {}", code.verification_url));
    output::remark(&format!("and enter the code {} there", code.user_code));
    let begun = Instant::now();
    while begun.elapsed() < code.lifetime {
        thread::sleep(code.interval);
        match ask(quiet, || accounts.device_token(&given.client, &code))? {
            DeviceAnswer::Token(token) => return Ok(*token),
            DeviceAnswer::OtherDataCentre(location) => {
                let centre: DataCentre = location.parse().with_context(|| {
                    "the organisation is in a data centre that massup does not know; pass its addresses with \
                     --base-url and --accounts-url"
                })?;
                settings.accounts = centre.accounts();
                if !settings.fixed {
                    settings.api = centre.api(Environment::Production);
                }
                accounts = Accounts::new(settings);
            }
            _ => {}
        }
    }
    Err(anyhow!("the code was not entered in time\nhelp: run the command again"))
}

/// Revokes the stored token, and removes it.
///
/// # Errors
///
/// * The stored login cannot be read or removed.
/// * The accounts server cannot be reached; the login is then kept.
pub(crate) fn logout(args: &LogoutArgs, global: &Global) -> Result<Outcome> {
    let logins = Stored::all()?;
    let wanted = args.accounts_url.clone().or(args.base_url.clone());
    let wanted = wanted.or(args.dc.map(DataCentre::accounts));
    let mut logins = logins.into_iter();
    let found = logins.find(|login| wanted.as_ref().is_none_or(|wanted| login.accounts == *wanted));
    let Some(stored) = found else { return said(global, "no login is stored", false) };
    if args.offline {
        stored.remove()?;
        return said(global, "login removed; its token was not revoked", false);
    }
    let mut settings = Settings::new(stored.api.clone(), stored.accounts.clone());
    settings.roots = Roots::of_environment()?;
    let accounts = Accounts::new(&settings);
    let revoked = ask(global.quiet, || match accounts.revoke(&stored.refresh.refresh_token) {
        Ok(()) => Ok(true),
        // A token that the server does not know is as good as revoked.
        Err(Failure::Unsendable(source)) if is_refusal(source.downcast_ref()) => Ok(false),
        Err(failure) => Err(failure),
    });
    let revoked = revoked.map_err(|error| {
        anyhow!("the token is not revoked: {error:#}\nhelp: `massup logout --offline` removes it without")
    })?;
    stored.remove()?;
    let accounts = stored.accounts.as_str();
    let text = if revoked {
        format!("login at {accounts} removed and its token revoked")
    } else {
        format!("login at {accounts} removed; the server did not know its token")
    };
    said(global, &text, revoked)
}

fn is_refusal(error: Option<&SendError>) -> bool {
    matches!(error, Some(SendError::Refused { .. }))
}

/// What became of a login.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SignedOut<'t> {
    /// The number of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    format: u32,
    /// What was done, in words.
    message: &'t str,
    /// Whether the server has revoked the token; false if there was none, or the server did not know it.
    revoked: bool,
}

fn said(global: &Global, text: &str, revoked: bool) -> Result<Outcome> {
    if global.format == Format::Json {
        output::json(&SignedOut { format: 1, message: text, revoked })?;
    } else if !global.quiet {
        output::print(&format!("{text}\n"))?;
    }
    Ok(Outcome::Clean)
}
