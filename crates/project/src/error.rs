//! Why something could not be read.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file, a directory or a setting could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The working directory no longer exists.
    #[error("the working directory no longer exists")]
    NoWorkingDirectory(#[source] io::Error),
    /// A file cannot be read.
    #[error("cannot read `{}`", shown(.0))]
    Read(PathBuf, #[source] io::Error),
    /// What is named is not a file that can be read to its end: a device, a socket or a named pipe.
    #[error("`{}` is {kind}, not a file (`-` reads standard input)", shown(.file))]
    NotPlain {
        /// What is named.
        file: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// A file has more bytes than massup reads.
    #[error("{} has more than {} MiB, the most that massup reads; divide it", named(.file), .most >> 20)]
    TooLarge {
        /// The file, `-` for standard input.
        file: PathBuf,
        /// The most bytes that are read.
        most: u64,
    },
    /// Standard input cannot be read.
    #[error("cannot read standard input")]
    Stdin(#[source] io::Error),
    /// A directory, or a part of it, cannot be walked: the reason.
    #[error("cannot walk `{}`: {why}", shown(.folder))]
    Walk {
        /// The directory.
        folder: PathBuf,
        /// The reason.
        why: String,
    },
    /// `massup.toml` is not valid: the reason, with its line.
    #[error("`{}`: {why}", shown(.file))]
    Config {
        /// The file.
        file: PathBuf,
        /// The reason, with its line.
        why: String,
    },
    /// A baseline cannot be read.
    #[error("cannot read the baseline `{}`; `--update-baseline` creates one", shown(.0))]
    NoBaseline(PathBuf, #[source] io::Error),
    /// A file is not a baseline: the reason.
    #[error("`{}` is not a baseline: {why}", shown(.file))]
    NotABaseline {
        /// The file.
        file: PathBuf,
        /// The reason.
        why: String,
    },
    /// A baseline is to be updated, and none is named.
    #[error(
        "no baseline to update; name one with `--baseline FILE`, or as `baseline` in massup.toml"
    )]
    NothingToUpdate,
    /// The snapshot that is named is not a directory.
    #[error("`{}` is not a snapshot directory", shown(.0))]
    NotASnapshot(PathBuf),
    /// A snapshot has a file that cannot be used: the reason, with the name of the file.
    #[error("{0}")]
    BrokenSnapshot(String),
    /// A file of a snapshot cannot be used: the reason.
    #[error("cannot use snapshot file `{}`: {why}", shown(.file))]
    SnapshotFile {
        /// The file.
        file: PathBuf,
        /// The reason.
        why: String,
    },
}

fn named(path: &Path) -> String {
    if path == Path::new("-") { "standard input".into() } else { format!("`{}`", shown(path)) }
}

/// A path as people would write it in the working directory.
pub fn shown(path: &Path) -> std::path::Display<'_> {
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(inside) if inside != Path::new("") => inside.display(),
        _ => path.display(),
    }
}
