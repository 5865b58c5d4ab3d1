//! Where the commands of a session run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::{env, fs, io};

use serde_json::Value;
use tempfile::TempDir;

use crate::repository_root;

/// A folder that is gone afterwards, and an environment that is the same everywhere.
#[derive(Debug)]
pub struct Place {
    folder: TempDir,
    path: OsString,
}

impl Place {
    /// A folder with copies of files and folders of the repository, at the same places as there.
    ///
    /// `programs` is searched before the folders of `PATH`.
    ///
    /// # Errors
    ///
    /// A file is not there or cannot be copied, or no folder can be made.
    pub fn new(files: &[&str], programs: Option<&Path>) -> io::Result<Self> {
        let folder = TempDir::with_prefix("massup-session-")?;
        fs::create_dir(folder.path().join("home"))?;
        fs::create_dir(folder.path().join("work"))?;
        for file in files {
            copy(&repository_root().join(file), &folder.path().join("work").join(file))?;
        }
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders =
            programs.map(Path::to_path_buf).into_iter().chain(env::split_paths(&inherited));
        let path = env::join_paths(folders).map_err(io::Error::other)?;
        Ok(Self { folder, path })
    }

    /// Runs a command: the lines that it prints, standard error among them, and its exit code.
    ///
    /// The exit code of a command that a signal ended is -1.
    ///
    /// # Errors
    ///
    /// There is no `bash`.
    pub fn run(&self, command: &str) -> io::Result<(Vec<String>, i32)> {
        let output = Command::new("bash")
            // One pipe for both, so that lines keep their order.
            .args(["--noprofile", "--norc", "-c", &format!("exec 2>&1\n{command}")])
            .current_dir(self.folder.path().join("work"))
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.folder.path().join("home"))
            .env("TERM", "dumb")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| io::Error::new(error.kind(), format!("`bash`: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok((text.lines().map(str::to_owned).collect(), output.status.code().unwrap_or(-1)))
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", from.display()));
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from).map_err(named)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).map(drop).map_err(named)
}

/// The `massup` program, built once a process.
///
/// # Errors
///
/// It cannot be built.
pub fn massup() -> io::Result<&'static Path> {
    static BUILT: LazyLock<Result<PathBuf, String>> =
        LazyLock::new(|| build().map_err(|e| e.to_string()));
    BUILT.as_deref().map_err(|log| io::Error::other(log.as_str()))
}

fn build() -> io::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--package", "massup-cli", "--bin", "massup", "--message-format=json"]);
    // The profile of the tests, so that nothing is compiled for this alone.
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.current_dir(repository_root()).output()?;
    if !output.status.success() {
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(format!("massup cannot be built\n{log}")));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message.pointer("/target/name").is_some_and(|name| name == "massup"))
        .find_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .ok_or_else(|| io::Error::other("cargo names no `massup` among what it built"))
}
