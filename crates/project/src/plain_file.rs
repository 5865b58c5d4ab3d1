//! Opens plain files without following links.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file to read it.
///
/// # Errors
///
/// It does not exist, is a link or anything else than a plain file, or cannot be opened.
pub fn read(path: &Path) -> io::Result<File> {
    open(path, File::options().read(true))
}

/// Opens a file to write it, empty.
///
/// # Errors
///
/// It is a link or anything else than a plain file, or cannot be opened.
pub fn create(path: &Path) -> io::Result<File> {
    let file = lock_file(path)?;
    // Only now is it known to be a plain file.
    file.set_len(0)?;
    Ok(file)
}

/// Opens a file as it is, to lock it.
///
/// # Errors
///
/// As [`create`].
pub fn lock_file(path: &Path) -> io::Result<File> {
    open(path, File::options().read(true).write(true).create(true).truncate(false))
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let is_link = || io::Error::other("it is a link, and links are not followed here");
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe without a writer would never open.
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    #[cfg(not(unix))]
    if path.is_symlink() {
        return Err(is_link());
    }
    // The system's own error for a link does not name it.
    let file =
        options.open(path).map_err(|error| if path.is_symlink() { is_link() } else { error })?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    Ok(file)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn links_pipes_and_directories_are_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "kept").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        std::os::unix::fs::symlink(path("nowhere"), path("dangling")).unwrap();
        fs::create_dir(path("folder")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        for name in ["link", "dangling", "folder", "pipe"] {
            for open in [read, create, lock_file] {
                let error = open(&path(name)).unwrap_err().to_string();
                let is_link = ["link", "dangling"].contains(&name);
                assert_eq!(error.contains("links are not followed"), is_link, "{name}: {error}");
            }
        }
        assert_eq!(fs::read_to_string(path("file")).unwrap(), "kept");
        assert!(!path("nowhere").exists());
        assert!(read(&path("file")).is_ok() && lock_file(&path("file")).is_ok());
        assert_eq!(fs::read_to_string(path("file")).unwrap(), "kept");
        create(&path("file")).unwrap();
        assert_eq!(fs::read_to_string(path("file")).unwrap(), "");
    }
}
