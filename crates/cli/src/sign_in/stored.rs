//! The logins that are stored for later commands, one for each accounts server.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use etcetera::BaseStrategy as _;
use massup_transport::http::{Http, Settings};
use massup_transport::{BaseUrl, Credentials, Refresh, Secret};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::Builder;

use super::kept;
use crate::interrupt::Unfinished;
use massup_project::plain_file;

/// The version of the file's format.
const FORMAT: u32 = 1;

/// Bytes of the file at most.
const MAX_FILE: u64 = 64 << 10;

/// A refresh token, with its client and with the servers that it is for.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) accounts: BaseUrl,
    pub(crate) api: BaseUrl,
    /// Whether calls go to `api`, and not to the domain that a token answer names.
    pub(crate) fixed: bool,
    pub(crate) refresh: Refresh,
}

#[derive(Deserialize)]
struct File {
    format: u32,
    logins: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    accounts: String,
    api: String,
    #[serde(default)]
    fixed: bool,
    client_id: Secret,
    client_secret: Secret,
    refresh_token: Secret,
}

impl Stored {
    /// The credentials of the login.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials { access_token: None, refresh: Some(self.refresh.clone()) }
    }

    /// A transport with these credentials, and with the access token of an earlier command while it is valid.
    pub(crate) fn connect(&self, settings: Settings) -> Http {
        kept::connect(self, settings)
    }

    /// All logins, the newest first.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not one of massup, or can be read by other users.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let Ok(path) = path() else { return Ok(Vec::new()) };
        let shown = path.display();
        let cannot = || format!("cannot read the logins in `{shown}`");
        let file = match plain_file::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            file => file.with_context(cannot)?,
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if file.metadata()?.permissions().mode() & 0o077 != 0 {
                bail!(
                    "other users can read the logins in `{shown}`\nhelp: run `chmod 600 {shown}`"
                );
            }
        }
        let mut text = String::new();
        file.take(MAX_FILE).read_to_string(&mut text).with_context(cannot)?;
        // The error of the reader would quote the text.
        let file = serde_json::from_str::<File>(&text).ok().filter(|file| file.format == FORMAT);
        let logins: Option<_> = file.and_then(|f| f.logins.into_iter().map(Entry::read).collect());
        logins.with_context(|| {
            format!(
                "the logins in `{shown}` are damaged, or of another version of massup\n\
                 help: sign in again with `massup login`"
            )
        })
    }

    /// Stores the login in a file that only its owner can read, in the place of an older one for the same
    /// server.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    pub(crate) fn save(self) -> Result<PathBuf> {
        kept::forget(&self.accounts)?;
        // Logins that cannot be read are of no use any more.
        let mut logins = Self::all().unwrap_or_default();
        logins.retain(|login| login.accounts != self.accounts);
        logins.insert(0, self);
        write(&logins)
    }

    /// Removes the login, and the file with the last one.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written.
    pub(crate) fn remove(&self) -> Result<()> {
        kept::forget(&self.accounts)?;
        let mut logins = Self::all()?;
        logins.retain(|login| login.accounts != self.accounts);
        if !logins.is_empty() {
            return write(&logins).map(drop);
        }
        let path = path()?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove `{}`", path.display()))
            }
            _ => Ok(()),
        }
    }
}

impl Entry {
    fn read(self) -> Option<Stored> {
        Some(Stored {
            accounts: self.accounts.parse().ok()?,
            api: self.api.parse().ok()?,
            fixed: self.fixed,
            refresh: Refresh {
                client_id: self.client_id,
                client_secret: self.client_secret,
                refresh_token: self.refresh_token,
            },
        })
    }
}

fn write(logins: &[Stored]) -> Result<PathBuf> {
    let path = path()?;
    let entries = logins.iter().map(|login| {
        json!({
            "accounts": login.accounts.as_str(),
            "api": login.api.as_str(),
            "fixed": login.fixed,
            "client_id": login.refresh.client_id.reveal(),
            "client_secret": login.refresh.client_secret.reveal(),
            "refresh_token": login.refresh.refresh_token.reveal(),
        })
    });
    let content = json!({ "format": FORMAT, "logins": entries.collect::<Value>() });
    let cannot = || format!("cannot store the login in `{}`", path.display());
    write_private(&path, &content).with_context(cannot)?;
    Ok(path)
}

/// Writes a whole file that only its owner can read.
///
/// # Errors
///
/// The folder or the file cannot be written.
pub(super) fn write_private(path: &Path, content: &Value) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    private_folder(folder)?;
    // Temporary files are made for their owner alone.
    let made = Unfinished::make(|| {
        let made = Builder::new().prefix(".credentials.").suffix(".part").tempfile_in(folder)?;
        let path = made.path().to_owned();
        Ok((made, path))
    });
    let (mut temporary, _unfinished) = made?;
    temporary.write_all(format!("{content:#}\n").as_bytes())?;
    temporary.as_file().sync_all()?;
    Unfinished::whole(|| temporary.persist(path)).map_err(|error| error.error)?;
    Ok(())
}

/// Where logins are stored: in the user's folder for configuration.
pub(super) fn path() -> Result<PathBuf> {
    let base = etcetera::choose_base_strategy()
        .context("there is no home folder to store a login in; set HOME or XDG_CONFIG_HOME")?;
    Ok(base.config_dir().join("massup/credentials.json"))
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}
