//! The access token of a login, kept until it expires: an accounts server issues only ten in ten minutes for a
//! refresh token. What goes wrong here only means that the next command asks for a new one.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use massup_transport::http::{Http, Settings, Token};
use massup_transport::{BaseUrl, Secret};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::stored::{self, Stored};
use massup_project::plain_file;

/// The name of the file, next to that of the logins.
const NAME: &str = "access-tokens.json";

/// Bytes of the file at most.
const MAX_FILE: u64 = 64 << 10;

/// The longest that a token is valid. A longer time means that the clock was set back.
const LIFETIME: Duration = Duration::from_hours(1);

#[derive(Deserialize)]
struct Entry {
    accounts: String,
    /// A digest of the refresh token, so that a token is not used for a later login of someone else.
    login: String,
    access_token: Secret,
    /// When it expires, in seconds since 1970.
    expires: u64,
    api_domain: Option<String>,
    scopes: Option<Vec<String>>,
}

impl Entry {
    fn left(&self) -> Option<Duration> {
        let left = Duration::from_secs(self.expires).checked_sub(since_1970())?;
        (left <= LIFETIME).then_some(left)
    }

    fn to_json(&self) -> Value {
        json!({
            "accounts": self.accounts,
            "login": self.login,
            "access_token": self.access_token.reveal(),
            "expires": self.expires,
            "api_domain": self.api_domain,
            "scopes": self.scopes,
        })
    }
}

/// A transport for a login. It begins with the token that an earlier command has kept, and keeps each new one.
pub(super) fn connect(login: &Stored, settings: Settings) -> Http {
    let (accounts, digest) = (login.accounts.to_string(), digest(login));
    let mut entries = read().into_iter();
    let known = entries.find(|entry| entry.accounts == accounts && entry.login == digest);
    let token = known.and_then(|entry| {
        let left = entry.left()?;
        Some(Token::kept(entry.access_token, left, entry.api_domain, entry.scopes))
    });
    let begun = token.and_then(|token| {
        Http::with_token(settings.clone(), Some(login.refresh.clone()), token).ok()
    });
    let http = begun.unwrap_or_else(|| Http::new(settings, login.credentials()));
    http.keeping(move |token| {
        let expires = since_1970().saturating_add(token.lifetime).as_secs();
        let entry = Entry {
            accounts: accounts.clone(),
            login: digest.clone(),
            access_token: token.access_token.clone(),
            expires,
            api_domain: token.api_domain.clone(),
            scopes: token.scopes.clone(),
        };
        let mut entries = read();
        entries.retain(|other| other.accounts != accounts && other.left().is_some());
        entries.push(entry);
        let _ = write(&entries);
    })
}

/// Forgets the token for an accounts server.
///
/// # Errors
///
/// The file cannot be written or removed.
pub(super) fn forget(accounts: &BaseUrl) -> Result<()> {
    let mut entries = read();
    entries.retain(|entry| entry.accounts != accounts.as_str());
    if entries.is_empty() {
        match fs::remove_file(path()?) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    } else {
        write(&entries)
    }
}

/// The tokens of the file; none if it cannot be read, or if others can read it.
fn read() -> Vec<Entry> {
    let text = || {
        let file = plain_file::read(&path().ok()?).ok()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if file.metadata().ok()?.permissions().mode() & 0o077 != 0 {
                return None;
            }
        }
        let mut text = String::new();
        file.take(MAX_FILE).read_to_string(&mut text).ok()?;
        Some(text)
    };
    text().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn write(entries: &[Entry]) -> Result<()> {
    let content: Value = entries.iter().map(Entry::to_json).collect();
    stored::write_private(&path()?, &content)
}

fn path() -> Result<PathBuf> {
    Ok(stored::path()?.with_file_name(NAME))
}

fn digest(login: &Stored) -> String {
    let digest = Sha256::digest(login.refresh.refresh_token.reveal());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
