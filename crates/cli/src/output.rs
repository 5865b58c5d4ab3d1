//! Standard output and standard error.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

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
    let folder = folder_of(path);
    if !folder.is_dir() {
        anyhow::bail!("cannot write `{}`: `{}` is no folder", path.display(), folder.display());
    }
    let cannot = || format!("cannot write `{}`", path.display());
    let old = std::fs::metadata(path).ok().map(|old| old.permissions());
    // A folder lets it be replaced all the same, but whoever protects a file does not want that.
    if old.as_ref().is_some_and(std::fs::Permissions::readonly) {
        anyhow::bail!("cannot write `{}`: it is protected from being written", shown(path));
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole(&target, |temporary| {
        temporary.write_all(text.as_bytes()).with_context(cannot)?;
        // What may read the old file may read the new one.
        if let Some(old) = old {
            std::fs::set_permissions(temporary.path(), old).with_context(cannot)?;
        }
        Ok(())
    })
}

/// Makes a file that appears when it is whole; a pipe or a device takes what would be in it. Only its owner
/// may read it, unless `write` says otherwise.
///
/// # Errors
///
/// The file cannot be written, or what `write` gives.
pub(crate) fn whole<T>(
    path: &Path,
    write: impl FnOnce(&mut NamedTempFile) -> Result<T>,
) -> Result<T> {
    let cannot = || format!("cannot write `{}`", path.display());
    // A pipe or a device is written to, and never replaced by a file.
    if std::fs::metadata(path).is_ok_and(|old| !old.is_file() && !old.is_dir()) {
        let mut temporary = NamedTempFile::new().with_context(cannot)?;
        let written = write(&mut temporary)?;
        let mut there = std::fs::File::options().write(true).open(path).with_context(cannot)?;
        let mut text = temporary.reopen().with_context(cannot)?;
        std::io::copy(&mut text, &mut there).with_context(cannot)?;
        return Ok(written);
    }
    let mut temporary = NamedTempFile::new_in(folder_of(path)).with_context(cannot)?;
    let written = write(&mut temporary)?;
    temporary.as_file().sync_all().with_context(cannot)?;
    temporary.persist(path).with_context(cannot)?;
    Ok(written)
}

/// A path as people would write it where they are.
pub(crate) fn shown(path: &Path) -> std::path::Display<'_> {
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(inside) if inside != Path::new("") => inside.display(),
        _ => path.display(),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Writes a problem to standard error. There is nowhere left to say that this failed.
pub(crate) fn complain(message: &str) {
    let message = printable(message);
    let _ = writeln!(anstream::stderr(), "\u{1b}[1;31mmassup\u{1b}[0m: {message}");
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
