//! The client and the grant code to sign in with.

use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use massup_transport::Secret;
use massup_transport::http::OauthClient;
use serde::Deserialize;

/// Bytes of a file with a client at most.
const MAX_FILE: u64 = 64 << 10;

/// A client, and a grant code unless a device signs in.
pub(super) struct Given {
    pub(super) client: OauthClient,
    pub(super) code: Option<Secret>,
}

/// The keys of a client file. The API console writes others too.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Parts {
    client_id: Option<String>,
    client_secret: Option<String>,
    code: Option<String>,
}

impl Given {
    /// Reads a file, or else the environment, and asks for what is missing. Where nobody can be asked, `Err` is
    /// the message that says what is missing.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a part cannot be what it should be.
    pub(super) fn of(file: Option<&Path>, device: bool) -> Result<Result<Self, String>> {
        let parts = match file {
            Some(file) => Parts::of_file(file)?,
            None => Parts::of_environment(),
        };
        // Standard input may be the file.
        let ask = std::io::stdin().is_terminal();
        let Some(id) = part("client id", parts.client_id, ask)? else {
            return Ok(Err(missing("client id", "MASSUP_CLIENT_ID")));
        };
        let Some(secret) = part("client secret", parts.client_secret, ask)? else {
            return Ok(Err(missing("client secret", "MASSUP_CLIENT_SECRET")));
        };
        let client = OauthClient { id, secret };
        if device {
            return Ok(Ok(Self { client, code: None }));
        }
        let Some(code) = part("grant code", parts.code, ask)? else {
            return Ok(Err(missing("grant code", "MASSUP_GRANT_CODE")));
        };
        Ok(Ok(Self { client, code: Some(code) }))
    }
}

fn missing(name: &str, variable: &str) -> String {
    format!(
        "the {name} is missing\nhelp: run the command in a terminal, add it to the file of --client, or set {variable}"
    )
}

impl Parts {
    fn of_environment() -> Self {
        let get = |name| std::env::var(name).ok();
        Self {
            client_id: get("MASSUP_CLIENT_ID"),
            client_secret: get("MASSUP_CLIENT_SECRET"),
            code: get("MASSUP_GRANT_CODE"),
        }
    }

    fn of_file(file: &Path) -> Result<Self> {
        let shown = file.display();
        let cannot = || format!("cannot read `{shown}`");
        let mut text = String::new();
        if file == Path::new("-") {
            std::io::stdin().take(MAX_FILE).read_to_string(&mut text).with_context(cannot)?;
        } else {
            let file = File::open(file).with_context(cannot)?;
            file.take(MAX_FILE).read_to_string(&mut text).with_context(cannot)?;
        }
        // The error of the reader would quote the text.
        serde_json::from_str(&text).ok().with_context(|| {
            format!("`{shown}` is not a JSON object with `client_id`, `client_secret` and `code`")
        })
    }
}

/// A part that is given, or that a person types unseen.
fn part(name: &str, given: Option<String>, ask: bool) -> Result<Option<Secret>> {
    let text = match given.filter(|text| !text.trim().is_empty()) {
        Some(text) => text,
        None if ask => {
            let mut err = anstream::stderr();
            write!(err, "{name}: ").and_then(|()| err.flush())?;
            rpassword::read_password().with_context(|| format!("cannot read the {name}"))?
        }
        None => return Ok(None),
    };
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!(
            "the {name} is empty or has a character that it cannot have; is it complete, and nothing else?"
        );
    }
    Ok(Some(Secret::new(text)))
}
