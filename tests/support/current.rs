//! Files that the tests keep up to date.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use similar::TextDiff;

/// What becomes of a file that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It is left alone, and the difference is shown: in CI.
    Refuse,
    /// It is written anew, and somebody has to read the difference: everywhere else.
    Rewrite,
}

impl Stale {
    /// What the environment asks for: `CI` set to anything but nothing refuses.
    pub fn from_environment() -> Self {
        match env::var_os("CI") {
            Some(value) if !value.is_empty() => Self::Refuse,
            _ => Self::Rewrite,
        }
    }
}

/// The folder that holds the workspace.
pub fn repository_root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Fails unless a file holds this text.
///
/// `path` counts from the root of the repository. Outside of CI the file is brought up to date, so
/// that the next run passes; in CI it is left alone. Line ends count as `\n`.
///
/// # Panics
///
/// When the file differs, is not there, or cannot be read or written.
#[track_caller]
pub fn assert_current(path: impl AsRef<Path>, content: &str) {
    let path = path.as_ref();
    match bring_up_to_date(&repository_root().join(path), content, Stale::from_environment()) {
        Ok(None) => {}
        Ok(Some(report)) => panic!("{}: {report}", path.display()),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// Compares a file with the text that it should hold, and says what was done about a difference.
///
/// # Errors
///
/// Whatever reading or writing the file meets; that it is not there is a difference.
pub fn bring_up_to_date(path: &Path, content: &str, stale: Stale) -> io::Result<Option<String>> {
    let present = match fs::read_to_string(path) {
        Ok(text) => Some(text.replace("\r\n", "\n")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if present.as_deref() == Some(content) {
        return Ok(None);
    }
    let changes = difference(present.as_deref().unwrap_or_default(), content);
    Ok(Some(match stale {
        Stale::Refuse => {
            format!("out of date; run `cargo test` outside of CI and commit the result\n{changes}")
        }
        Stale::Rewrite => {
            let folder: PathBuf = path.parent().map(Path::to_path_buf).unwrap_or_default();
            fs::create_dir_all(folder)?;
            fs::write(path, content)?;
            format!("rewritten, read the diff; the next run passes\n{changes}")
        }
    }))
}

fn difference(present: &str, wanted: &str) -> String {
    TextDiff::from_lines(present, wanted)
        .unified_diff()
        .context_radius(3)
        .header("in the file", "as it should be")
        .to_string()
}
