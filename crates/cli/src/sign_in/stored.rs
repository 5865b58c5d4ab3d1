//! The login that is stored for later commands.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use etcetera::BaseStrategy as _;
use massup_transport::{BaseUrl, Credentials, Refresh, Secret};
use serde::Deserialize;
use serde_json::json;
use tempfile::Builder;

use crate::interrupt::Unfinished;
use crate::plain_file;

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

    /// The login, if there is one.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not one of massup, or can be read by others.
    pub(crate) fn load() -> Result<Option<Self>> {
        let Ok(path) = path() else { return Ok(None) };
        let shown = path.display();
        let file = match plain_file::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file.with_context(|| format!("cannot read the login in `{shown}`"))?,
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if file.metadata()?.permissions().mode() & 0o077 != 0 {
                bail!("others can read the login in `{shown}`\nhelp: run `chmod 600 {shown}`");
            }
        }
        let mut text = String::new();
        file.take(MAX_FILE)
            .read_to_string(&mut text)
            .with_context(|| format!("cannot read the login in `{shown}`"))?;
        // The error of the reader would quote the text.
        let login = serde_json::from_str::<File>(&text).ok().filter(|file| file.format == FORMAT);
        let login = login.and_then(|file| {
            Some(Self {
                accounts: file.accounts.parse().ok()?,
                api: file.api.parse().ok()?,
                fixed: file.fixed,
                refresh: Refresh {
                    client_id: file.client_id,
                    client_secret: file.client_secret,
                    refresh_token: file.refresh_token,
                },
            })
        });
        match login {
            Some(login) => Ok(Some(login)),
            None => bail!(
                "the login in `{shown}` is damaged, or of another version of massup\n\
                 help: sign in again with `massup login`"
            ),
        }
    }

    /// Writes the login to a file that only its owner can read.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    pub(crate) fn save(&self) -> Result<PathBuf> {
        let path = path()?;
        let cannot = || format!("cannot store the login in `{}`", path.display());
        let folder = path.parent().unwrap_or(Path::new("."));
        private_folder(folder).with_context(cannot)?;
        let content = json!({
            "format": FORMAT,
            "accounts": self.accounts.as_str(),
            "api": self.api.as_str(),
            "fixed": self.fixed,
            "client_id": self.refresh.client_id.reveal(),
            "client_secret": self.refresh.client_secret.reveal(),
            "refresh_token": self.refresh.refresh_token.reveal(),
        });
        // Temporary files are made for their owner alone.
        let made = Unfinished::make(|| {
            let made =
                Builder::new().prefix(".credentials.").suffix(".part").tempfile_in(folder)?;
            let path = made.path().to_owned();
            Ok((made, path))
        });
        let (mut temporary, _unfinished) = made.with_context(cannot)?;
        temporary.write_all(format!("{content:#}\n").as_bytes()).with_context(cannot)?;
        temporary.as_file().sync_all().with_context(cannot)?;
        let persisted = Unfinished::whole(|| temporary.persist(&path));
        persisted.map_err(|error| error.error).with_context(cannot)?;
        Ok(path)
    }

    /// Removes the file.
    ///
    /// # Errors
    ///
    /// The file cannot be removed.
    pub(crate) fn remove() -> Result<()> {
        let path = path()?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove `{}`", path.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Where the login is stored: in the user's folder for configuration.
fn path() -> Result<PathBuf> {
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
