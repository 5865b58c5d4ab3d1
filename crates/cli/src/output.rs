//! Standard output and standard error.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
pub(crate) use massup_project::shown;
use tempfile::Builder;

use crate::interrupt::Unfinished;

/// Writes a text to standard output; colours are dropped where they are not wanted.
///
/// # Errors
///
/// Standard output cannot be written.
pub(crate) fn print(text: &str) -> Result<()> {
    let plain = anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never;
    if !plain {
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())?;
        return Ok(out.flush()?);
    }
    // All at once: the stream that strips as it goes writes piece by piece.
    bytes(anstream::adapter::strip_str(text).to_string().as_bytes())
}

/// Writes bytes to standard output as they are.
///
/// # Errors
///
/// Standard output cannot be written.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Writes a text to standard error, where standard output is taken. There is nowhere left to say that
/// this failed.
pub(crate) fn aside(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Puts a text in the place of the file that may be there, whole or not at all; a link stays one.
///
/// # Errors
///
/// The folder is not there, or takes no file; or the file that is there is protected from being written.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    let cannot = || format!("cannot write `{}`", shown(path));
    whole(path, |file| {
        file.write_all(text.as_bytes()).with_context(cannot)?;
        // What may read the old file may read the new one.
        if let Ok(old) = std::fs::metadata(path).map(|old| old.permissions()) {
            file.set_permissions(old).with_context(cannot)?;
        }
        Ok(())
    })
}

/// Makes a file that appears when it is complete. The umask decides who may read it, unless `write` sets permissions. A
/// device or a pipe is written to as it is.
///
/// # Errors
///
/// The file cannot be written or is protected from it, or what `write` gives.
pub(crate) fn whole<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    let cannot = || format!("cannot write `{}`", shown(path));
    let target = match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => bail!("{}: it is a folder", cannot()),
        // A folder lets it be replaced all the same, but whoever protects a file does not want that.
        Ok(there) if there.permissions().readonly() => {
            bail!("{}: it is protected from being written", cannot())
        }
        Ok(there) if !there.is_file() => {
            let mut file = File::options().write(true).open(path).with_context(cannot)?;
            return write(&mut file);
        }
        // A link goes on leading to the file.
        Ok(_) => path.canonicalize().with_context(cannot)?,
        Err(_) => path.to_owned(),
    };
    let folder = folder_of(&target);
    if !folder.is_dir() {
        bail!("{}: `{}` is no folder", cannot(), folder.display());
    }
    // The temporary name tells of which file it is, to whoever finds what a killed run has left; in an error it
    // would only confuse.
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let made = Unfinished::make(|| {
        let made = named(&format!(".{name}.")).tempfile_in(folder);
        let made = made.map_err(|error| io::Error::from(error.kind()))?;
        let path = made.path().to_owned();
        Ok((made, path))
    });
    let (mut temporary, _unfinished) = made.with_context(cannot)?;
    let written = write(temporary.as_file_mut())?;
    temporary.as_file().sync_all().with_context(cannot)?;
    let persisted = Unfinished::whole(|| temporary.persist(&target));
    persisted.map_err(|error| error.error).with_context(cannot)?;
    Ok(written)
}

/// A file with this prefix that others may read as the umask allows.
fn named(prefix: &str) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(prefix).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Writes a problem to standard error. There is nowhere left to say that this failed.
pub(crate) fn complain(message: &str) {
    let message = printable(message);
    let _ = writeln!(anstream::stderr(), "\u{1b}[1;31mmassup\u{1b}[0m: {message}");
}

/// Complains of a setting that cannot be used.
pub(crate) fn misused(error: impl Into<anyhow::Error>) -> crate::Outcome {
    complain(&format!("{:#}", error.into()));
    crate::Outcome::Usage
}

/// Writes a remark to standard error.
pub(crate) fn remark(message: &str) {
    let _ = writeln!(anstream::stderr(), "{}", printable(message));
}

/// A text without control characters, so that no input can command the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// Whether the reader of the output has gone.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// `3 files`, `1 file`.
pub(crate) fn count(number: usize, one: &str) -> String {
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {one}{many}")
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_pipe_is_written_to_and_a_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, file, link) =
            (folder.path().join("pipe"), folder.path().join("file"), folder.path().join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                std::fs::File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        replace(&pipe, "found").unwrap();
        assert_eq!(reader.join().unwrap(), "found");
        assert!(!std::fs::metadata(&pipe).unwrap().is_file());

        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    }
}
