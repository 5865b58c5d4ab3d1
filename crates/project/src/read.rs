//! Reads files within bounds.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use crate::error::Error;
use crate::limits;

/// Reads a file to check, as far as [`limits::FILE_BYTES`] or, for one value a line,
/// [`limits::LINES_FILE_BYTES`] allow.
///
/// # Errors
///
/// * [`Error::Read`]: it cannot be read;
/// * [`Error::NotPlain`]: it is a device, a socket or a named pipe;
/// * [`Error::TooLarge`]: it has more bytes.
pub(crate) fn input(path: &Path) -> Result<Vec<u8>, Error> {
    bounded(path, most_of(path))
}

/// Reads a file that a walk through a directory has found to be a plain file, as [`input`] does; what it is need not be
/// asked a second time before it is opened.
///
/// # Errors
///
/// As [`input`].
pub(crate) fn met(path: &Path) -> Result<Vec<u8>, Error> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // It may be a pipe without a writer by now.
        options.custom_flags(libc::O_NONBLOCK);
    }
    let file = options.open(path).map_err(|error| Error::Read(path.to_owned(), error))?;
    opened(path, file, most_of(path))
}

/// Reads standard input, as far as [`limits::LINES_FILE_BYTES`] allow.
///
/// # Errors
///
/// [`Error::Stdin`] or [`Error::TooLarge`].
pub(crate) fn stdin() -> Result<Vec<u8>, Error> {
    let most = limits::LINES_FILE_BYTES;
    match at_most(&mut io::stdin().lock(), most, 0).map_err(Error::Stdin)? {
        Some(bytes) => Ok(bytes),
        None => Err(Error::TooLarge { file: "-".into(), most }),
    }
}

/// Reads a text of settings, as far as [`limits::SETTINGS_BYTES`] allow.
///
/// # Errors
///
/// As [`input`]; [`Error::Read`] also if it is not UTF-8.
pub(crate) fn settings(path: &Path) -> Result<String, Error> {
    let bytes = bounded(path, limits::SETTINGS_BYTES)?;
    String::from_utf8(bytes).map_err(|_| {
        let why = io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8; save it as UTF-8");
        Error::Read(path.to_owned(), why)
    })
}

fn most_of(path: &Path) -> u64 {
    let is_lines = path
        .extension()
        .is_some_and(|end| ["jsonl", "ndjson"].iter().any(|lines| end.eq_ignore_ascii_case(lines)));
    if is_lines { limits::LINES_FILE_BYTES } else { limits::FILE_BYTES }
}

/// Opens a file to read it, unless it may have no end or no writer.
///
/// # Errors
///
/// * [`Error::Read`]: it cannot be opened;
/// * [`Error::NotPlain`]: it is a device, a socket or a named pipe. Pipes that this process has open are read.
pub fn open(path: &Path) -> Result<File, Error> {
    let cannot = |error| Error::Read(path.to_owned(), error);
    refuse_without_end(path, &std::fs::metadata(path).map_err(cannot)?)?;
    File::open(path).map_err(cannot)
}

fn refuse_without_end(path: &Path, there: &Metadata) -> Result<(), Error> {
    if there.is_file() || there.is_dir() || ends(path) {
        return Ok(());
    }
    Err(Error::NotPlain { file: path.to_owned(), kind: kind(there) })
}

/// Reads a file of at most so many bytes.
pub(crate) fn bounded(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    opened(path, open(path)?, most)
}

fn opened(path: &Path, mut file: File, most: u64) -> Result<Vec<u8>, Error> {
    let cannot = |error| Error::Read(path.to_owned(), error);
    let there = file.metadata().map_err(cannot)?;
    refuse_without_end(path, &there)?;
    match at_most(&mut file, most, there.len()).map_err(cannot)? {
        Some(bytes) => Ok(bytes),
        None => Err(Error::TooLarge { file: path.to_owned(), most }),
    }
}

/// The bytes of a reader, unless there are more than so many. Of a file as many as it is said to have are read, with
/// one call; of what has no size, such as a pipe, all.
fn at_most(reader: &mut impl Read, most: u64, size: u64) -> io::Result<Option<Vec<u8>>> {
    if size > most {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    let end = if size == 0 { most.saturating_add(1) } else { size };
    reader.take(end).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Whether something that is not a file can be read without waiting for somebody to open it: what this
/// process has open already, as the pipe that a shell makes of `<(command)`, or the empty device.
fn ends(path: &Path) -> bool {
    ["/dev/fd", "/proc/self/fd"].iter().any(|folder| path.starts_with(folder))
        || ["/dev/stdin", "/dev/null"].iter().any(|device| path == Path::new(device))
}

fn kind(there: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = there.file_type();
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    let _ = there;
    "a device"
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_file_is_refused_and_never_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        for (path, kind) in [
            (pipe, "a named pipe"),
            (folder.path().join("socket"), "a socket"),
            ("/dev/zero".into(), "a device"),
        ] {
            let error = input(&path).unwrap_err().to_string();
            assert!(error.contains(kind), "{error}");
            assert!(met(&path).is_err());
        }
        assert!(matches!(input(folder.path()), Err(Error::Read(..))), "a directory");
        assert!(input(Path::new("/dev/null")).unwrap().is_empty());
    }

    #[test]
    fn a_file_is_read_up_to_its_limit_and_not_beyond() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(bounded(&file, 5).unwrap(), b"12345");
        let error = bounded(&file, 4).unwrap_err();
        assert!(matches!(error, Error::TooLarge { most: 4, .. }), "{error}");
        assert_eq!(at_most(&mut io::repeat(0), 1000, 0).unwrap(), None, "an endless one ends");
        assert_eq!(at_most(&mut io::repeat(7), 1000, 3).unwrap(), Some(vec![7; 3]));
        assert_eq!(at_most(&mut &b"123"[..], 1000, 9).unwrap(), Some(b"123".to_vec()));
        assert_eq!(most_of(Path::new("a.plan.JSONL")), limits::LINES_FILE_BYTES);
        assert_eq!(most_of(Path::new("jsonl")), limits::FILE_BYTES);
    }
}
