//! Tokens and secrets, and where they come from.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

/// Bytes of a file, or of the output of a command, at most.
const MAX_FILE: u64 = 64 << 10;

/// A text that is never shown: not by `Debug`, not in an error.
///
/// ```
/// use massup_transport::Secret;
///
/// let secret = Secret::new("1000.abc");
/// assert_eq!(format!("{secret:?}"), "Secret(…)");
/// assert_eq!(secret.reveal(), "1000.abc");
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be sent to the server and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The credentials of a client: an access token, or a refresh token with its client, or both.
///
/// A file, and the output of a command, hold them as one JSON object:
///
/// ```
/// use massup_transport::Credentials;
///
/// let text = r#"{ "client_id": "1000.id", "client_secret": "s", "refresh_token": "1000.r" }"#;
/// let credentials = Credentials::parse(text)?;
/// assert!(credentials.refresh.is_some());
/// assert!(!format!("{credentials:?}").contains("1000.r"));
///
/// assert!(Credentials::parse(r#"{ "client_id": "1000.id" }"#).is_err());
/// # Ok::<(), massup_transport::CredentialsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// An access token, valid for an hour at most.
    pub access_token: Option<Secret>,
    /// The refresh token, with its client.
    pub refresh: Option<Refresh>,
}

/// A refresh token, with the client that it was issued to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// `client_id`.
    pub client_id: Secret,
    /// `client_secret`.
    pub client_secret: Secret,
    /// `refresh_token`.
    pub refresh_token: Secret,
}

/// The reason that credentials cannot be read. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// There is neither an access token nor a refresh token with its client.
    #[error(
        "`{0}` is missing: expected an access token, or a client id, a client secret and a refresh token"
    )]
    Missing(&'static str),
    /// The text is not a JSON object with the known keys.
    #[error(
        "expected a JSON object with `access_token`, or with `client_id`, `client_secret` and `refresh_token`"
    )]
    Shape,
    /// A part has a character that no token or id has: white space, or anything but ASCII.
    #[error("`{0}` has a character that no token or id has; is it complete, and nothing else?")]
    Character(&'static str),
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// Other users than the owner can read the file.
    #[error("other users can read `{}`; run `chmod 600` on it", .0.display())]
    Open(PathBuf),
    /// The command cannot be run.
    #[error("the command for credentials cannot be run")]
    Command(#[source] std::io::Error),
    /// The command ended with an error.
    #[error("the command for credentials failed with {0}")]
    Failed(std::process::ExitStatus),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Parts {
    access_token: Option<Secret>,
    client_id: Option<Secret>,
    client_secret: Option<Secret>,
    refresh_token: Option<Secret>,
}

impl Parts {
    fn whole(mut self) -> Result<Credentials, CredentialsError> {
        for (name, part) in [
            ("access_token", &mut self.access_token),
            ("client_id", &mut self.client_id),
            ("client_secret", &mut self.client_secret),
            ("refresh_token", &mut self.refresh_token),
        ] {
            let Some(Secret(text)) = part else { continue };
            // The end of a line is easily copied with it.
            *text = text.trim().to_owned();
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(CredentialsError::Character(name));
            }
        }
        let refresh = match (self.client_id, self.client_secret, self.refresh_token) {
            (Some(client_id), Some(client_secret), Some(refresh_token)) => {
                Some(Refresh { client_id, client_secret, refresh_token })
            }
            (None, None, None) if self.access_token.is_some() => None,
            (None, None, None) => return Err(CredentialsError::Missing("access_token")),
            (None, ..) => return Err(CredentialsError::Missing("client_id")),
            (_, None, _) => return Err(CredentialsError::Missing("client_secret")),
            (.., None) => return Err(CredentialsError::Missing("refresh_token")),
        };
        Ok(Credentials { access_token: self.access_token, refresh })
    }
}

impl Credentials {
    /// An access token alone.
    pub fn of_token(token: impl Into<String>) -> Self {
        Self { access_token: Some(Secret::new(token)), refresh: None }
    }

    /// Reads a JSON object.
    ///
    /// # Errors
    ///
    /// * [`CredentialsError::Shape`]: the text is not one, or has an unknown key.
    /// * [`CredentialsError::Missing`]: a part is missing.
    /// * [`CredentialsError::Character`]: a part has a character that it cannot have.
    pub fn parse(text: &str) -> Result<Self, CredentialsError> {
        // The error of the reader would quote the text.
        let parts: Parts = serde_json::from_str(text).map_err(|_| CredentialsError::Shape)?;
        parts.whole()
    }

    /// Reads `MASSUP_ACCESS_TOKEN`, `MASSUP_CLIENT_ID`, `MASSUP_CLIENT_SECRET` and
    /// `MASSUP_REFRESH_TOKEN`; `None` where none of them is set.
    ///
    /// # Errors
    ///
    /// * [`CredentialsError::Missing`]: some are set, and others that they need are not.
    /// * [`CredentialsError::Character`]: one of them has a character that it cannot have.
    pub fn of_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, CredentialsError> {
        let get = |name: &str| {
            let value = variable(&format!("MASSUP_{name}"));
            value.filter(|value| !value.is_empty()).map(Secret)
        };
        let parts = Parts {
            access_token: get("ACCESS_TOKEN"),
            client_id: get("CLIENT_ID"),
            client_secret: get("CLIENT_SECRET"),
            refresh_token: get("REFRESH_TOKEN"),
        };
        let all =
            [&parts.access_token, &parts.client_id, &parts.client_secret, &parts.refresh_token];
        if all.iter().all(|part| part.is_none()) {
            return Ok(None);
        }
        parts.whole().map(Some)
    }

    /// Reads a file that only its owner can read. The permissions are checked on Unix only.
    ///
    /// # Errors
    ///
    /// * [`CredentialsError::Read`]: the file cannot be read.
    /// * [`CredentialsError::Open`]: its group or other users can read it.
    /// * As [`Credentials::parse`].
    pub fn of_file(path: &Path) -> Result<Self, CredentialsError> {
        let cannot = |source| CredentialsError::Read { path: path.to_owned(), source };
        // The permissions are those of the file that is read, even if another takes its place meanwhile.
        let file = std::fs::File::open(path).map_err(cannot)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = file.metadata().map_err(cannot)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(CredentialsError::Open(path.to_owned()));
            }
        }
        let mut text = String::new();
        file.take(MAX_FILE).read_to_string(&mut text).map_err(cannot)?;
        Self::parse(&text)
    }

    /// Runs a shell command that prints the JSON object, or an access token alone.
    ///
    /// # Errors
    ///
    /// * [`CredentialsError::Command`], [`CredentialsError::Failed`]: it cannot be run, or fails.
    /// * As [`Credentials::parse`].
    pub fn of_command(command: &str) -> Result<Self, CredentialsError> {
        let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
        let mut process = Command::new(shell)
            .args([flag, command])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(CredentialsError::Command)?;
        let mut text = Vec::new();
        if let Some(out) = process.stdout.take() {
            out.take(MAX_FILE).read_to_end(&mut text).map_err(CredentialsError::Command)?;
        }
        let status = process.wait().map_err(CredentialsError::Command)?;
        if !status.success() {
            return Err(CredentialsError::Failed(status));
        }
        let text = String::from_utf8(text).map_err(|_| CredentialsError::Shape)?;
        let bare = text.trim();
        let token = bare.starts_with(|c: char| c.is_ascii_alphanumeric())
            && bare.bytes().all(|byte| byte.is_ascii_graphic());
        if token { Ok(Self::of_token(bare)) } else { Self::parse(bare) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_gives_all_or_nothing() {
        let of = |set: &[&str]| {
            Credentials::of_environment(|name| set.contains(&name).then(|| "x".to_owned()))
        };
        assert!(of(&[]).unwrap().is_none());
        assert!(of(&["MASSUP_ACCESS_TOKEN"]).unwrap().unwrap().refresh.is_none());
        let refresh = ["MASSUP_CLIENT_ID", "MASSUP_CLIENT_SECRET", "MASSUP_REFRESH_TOKEN"];
        assert!(of(&refresh).unwrap().unwrap().refresh.is_some());
        for left_out in 0..3 {
            let some: Vec<_> = refresh
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|(_, n)| *n)
                .collect();
            assert!(matches!(of(&some), Err(CredentialsError::Missing(_))), "{some:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.json");
        std::fs::write(&path, r#"{ "access_token": "1000.x" }"#).unwrap();
        for (mode, right) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = Credentials::of_file(&path);
            assert_eq!(read.is_ok(), right, "{mode:o}: {read:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_writes_a_token_or_an_object() {
        let token = Credentials::of_command("echo 1000.abc.def").unwrap();
        assert_eq!(token, Credentials::of_token("1000.abc.def"));
        let token = Credentials::of_command("echo 1000.a-b_c").unwrap();
        assert_eq!(token, Credentials::of_token("1000.a-b_c"));
        let object = Credentials::of_command(r#"echo '{ "access_token": "1000.x" }'"#).unwrap();
        assert_eq!(object, Credentials::of_token("1000.x"));
        assert!(matches!(Credentials::of_command("exit 3"), Err(CredentialsError::Failed(_))));
        // A command that never ends its output is ended by it.
        assert!(Credentials::of_command("yes").is_err());
    }

    #[test]
    fn what_no_header_can_hold_is_no_token() {
        let of = |token: &str| {
            Credentials::parse(&serde_json::json!({ "access_token": token }).to_string())
        };
        assert_eq!(of(" 1000.x\n").unwrap(), Credentials::of_token("1000.x"));
        for token in ["", " ", "1000.x\n1000.y", "1000.\u{e9}", "1000.\u{7}", "a b"] {
            let read = of(token);
            assert!(matches!(read, Err(CredentialsError::Character("access_token"))), "{read:?}");
        }
    }

    #[test]
    fn no_error_quotes_a_secret() {
        for text in [
            r#"{ "access_token": 7, "hush": 1 }"#,
            r#"{ "hush": "hush" }"#,
            "hush",
            r#"{ "access_token": "hush hush" }"#,
        ] {
            let error = Credentials::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
        }
    }
}
