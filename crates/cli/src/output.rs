//! Standard output and standard error.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;

use anstream::adapter::StripBytes;
use anyhow::{Context as _, Result, bail};
pub(crate) use massup_project::shown;
use serde::Serialize;
use tempfile::Builder;

use crate::interrupt::Unfinished;
use crate::render;
use crate::text::Line;

/// Writes a text to standard output; colours are dropped where they are not wanted.
///
/// # Errors
///
/// Standard output cannot be written.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a value to standard output as JSON over several lines.
///
/// # Errors
///
/// Standard output cannot be written.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    let mut out = uncoloured();
    render::json::pretty(value, &mut out)?;
    Ok(out.flush()?)
}

/// Writes a value to standard output as a line of JSON, at once.
///
/// # Errors
///
/// Standard output cannot be written.
pub(crate) fn json_line(value: &impl Serialize) -> Result<()> {
    let mut out = uncoloured();
    render::json::line(value, &mut out)?;
    Ok(out.flush()?)
}

/// Standard output, written in large pieces; colours are dropped where they are not wanted.
pub(crate) fn stdout() -> Stripped<BufWriter<StdoutLock<'static>>> {
    let choice = anstream::AutoStream::choice(&io::stdout());
    Stripped::new(uncoloured(), choice == anstream::ColorChoice::Never)
}

/// Standard output for what has no colours, written in large pieces.
pub(crate) fn uncoloured() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Standard error, where standard output is taken.
pub(crate) fn stderr() -> impl Write {
    anstream::stderr().lock()
}

/// A writer that drops colours, unless they are wanted.
pub(crate) struct Stripped<W> {
    out: W,
    strip: Option<StripBytes>,
}

impl<W: Write> Stripped<W> {
    pub(crate) fn new(out: W, strip: bool) -> Self {
        Self { out, strip: strip.then(StripBytes::new) }
    }
}

impl<W: Write> Write for Stripped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.strip {
            Some(strip) => {
                for part in strip.strip_next(bytes) {
                    self.out.write_all(part)?;
                }
            }
            None => self.out.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes bytes to standard output as they are.
///
/// # Errors
///
/// Standard output cannot be written.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Writes a text to standard error, where standard output is taken. There is nowhere left to report a
/// failure to.
pub(crate) fn aside(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Replaces a file, whole or not at all; see [`replace_with`].
///
/// # Errors
///
/// As [`replace_with`].
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    replace_with(path, |file| Ok(file.write_all(text.as_bytes())?))
}

/// Replaces a file by what is written, whole or not at all; a link stays one. Who may read the old file may
/// read the new one.
///
/// # Errors
///
/// The directory does not exist, or cannot be written to; the file is read-only; or what `write` gives.
pub(crate) fn replace_with(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&mut File>) -> Result<()>,
) -> Result<()> {
    let cannot = || format!("cannot write `{}`", shown(path));
    whole(path, |file| {
        let mut buffered = BufWriter::new(&mut *file);
        write(&mut buffered).with_context(cannot)?;
        buffered.flush().with_context(cannot)?;
        drop(buffered);
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
/// The file cannot be written or is read-only, or what `write` gives.
pub(crate) fn whole<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    let cannot = || format!("cannot write `{}`", shown(path));
    let target = match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => bail!("{}: it is a directory", cannot()),
        // The directory would let it be replaced, but that is not what read-only means to people.
        Ok(there) if there.permissions().readonly() => {
            bail!("{}: the file is read-only", cannot())
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
        bail!("{}: `{}` is not a directory", cannot(), folder.display());
    }
    // The temporary name has that of the file, for people who find what a killed run has left; in an error it
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

/// As [`whole`], of a file with data of records: only its owner may read it.
///
/// # Errors
///
/// As [`whole`].
pub(crate) fn private<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    whole(path, |file| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
        write(file)
    })
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

/// Writes a problem to standard error: one line, and one for what to do. A name in a message can at most
/// begin a line with `help:`. There is nowhere left to report a failure to.
pub(crate) fn complain(message: &str) {
    let (what, help) = match message.split_once("\nhelp: ") {
        Some((what, help)) => (what, Some(help)),
        None => (message, None),
    };
    let _ = writeln!(anstream::stderr(), "\u{1b}[1;31mmassup\u{1b}[0m: {}", Line::of(what));
    if let Some(help) = help {
        remark(&format!("help: {help}"));
    }
}

/// Complains of a setting that cannot be used.
pub(crate) fn misused(error: impl Into<anyhow::Error>) -> crate::Outcome {
    complain(&format!("{:#}", error.into()));
    crate::Outcome::Usage
}

/// Writes a remark to standard error, as one line.
pub(crate) fn remark(message: &str) {
    let _ = writeln!(anstream::stderr(), "{}", Line::of(message));
}

/// A text of our own lines, each without characters that no input should bring to a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.split('\n').map(|line| Line::of(line).to_string()).collect::<Vec<_>>().join("\n")
}

/// Takes it for success that the reader of the output has gone.
pub(crate) fn unless_closed(written: anyhow::Result<()>) -> anyhow::Result<()> {
    written.or_else(|error| if is_broken_pipe(&error) { Ok(()) } else { Err(error) })
}

/// Whether the reader of the output has gone.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        // JSON that is written as it is made wraps the error.
        io.or_else(|| cause.downcast_ref::<serde_json::Error>()?.io_error_kind())
    };
    error.chain().filter_map(kind).any(|kind| kind == io::ErrorKind::BrokenPipe)
}

/// `3 files`, `1 file`.
pub(crate) fn count<N: Copy + fmt::Display + PartialEq + From<u8>>(number: N, one: &str) -> String {
    let many = if number == N::from(1) { "" } else { "s" };
    format!("{number} {one}{many}")
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read as _;

    use super::*;

    /// A pipe without a reader.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_new_file_is_for_whom_the_umask_says_and_an_old_one_stays_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (usual, new, old) =
            (folder.path().join("usual"), folder.path().join("new"), folder.path().join("old"));
        std::fs::write(&usual, "").unwrap();
        replace(&new, "text").unwrap();
        assert_eq!(mode(&new), mode(&usual));

        std::fs::write(&old, "").unwrap();
        std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o600)).unwrap();
        replace(&old, "text").unwrap();
        assert_eq!(mode(&old), 0o600);
    }

    #[test]
    fn a_closed_pipe_is_seen_through_what_was_said_about_it() {
        let pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&pipe().into()));
        assert!(is_broken_pipe(&anyhow::Error::from(pipe()).context("cannot write")));
        assert!(is_broken_pipe(&serde_json::to_writer(Closed, &1).unwrap_err().into()));
        assert!(!is_broken_pipe(&io::Error::from(io::ErrorKind::NotFound).into()));
    }

    #[test]
    fn colours_are_dropped_also_when_they_come_in_pieces() {
        let mut text = Vec::new();
        let mut out = Stripped::new(&mut text, true);
        for piece in ["a\u{1b}[1;3", "1mb\u{1b}[0m", "c"] {
            out.write_all(piece.as_bytes()).unwrap();
        }
        assert_eq!(text, b"abc");
    }

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
