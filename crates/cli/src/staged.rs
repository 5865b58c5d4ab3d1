//! A folder that is written beside the one it takes the place of, and appears when it is whole.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// A folder with its changes, not yet where it belongs.
///
/// Whoever stops on the way leaves the folder as it was; what lies beside it then is put right by the next
/// who begins.
pub(crate) struct Staged {
    target: PathBuf,
    /// The whole folder as it will be.
    new: PathBuf,
    /// Where the present one waits for an instant.
    old: PathBuf,
    /// Where the lock is.
    locked: PathBuf,
    /// Held as long as this lives: one at a time.
    _lock: File,
}

impl Staged {
    /// Begins with a copy of what is in the folder, if it is there.
    ///
    /// # Errors
    ///
    /// Another process is at it, or a file cannot be read or written.
    pub(crate) fn begin(folder: &Path) -> Result<Self> {
        let cannot = || format!("cannot write beside `{}`", folder.display());
        // A link is not replaced, but what it leads to.
        let target = fs::canonicalize(folder).or_else(|_| std::path::absolute(folder))?;
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            bail!("`{}` cannot be the folder of a snapshot", folder.display());
        };
        if target.exists() && !target.is_dir() {
            bail!("`{}` is no folder", folder.display());
        }
        fs::create_dir_all(parent).with_context(cannot)?;
        let beside = |what: &str| {
            let mut beside = OsString::from(".");
            beside.push(name);
            beside.push(what);
            parent.join(beside)
        };
        let locked = beside(".lock");
        let lock = File::create(&locked).with_context(cannot)?;
        if lock.try_lock().is_err() {
            bail!("another `massup pull` is writing `{}`", folder.display());
        }
        let (new, old) = (beside(".new"), beside(".old"));
        if old.exists() && !target.exists() {
            fs::rename(&old, &target).with_context(cannot)?;
        }
        for left in [&new, &old] {
            remove(left).with_context(cannot)?;
        }
        fs::create_dir(&new).with_context(cannot)?;
        if target.exists() {
            copy(&target, &new).with_context(cannot)?;
        }
        Ok(Self { target, new, old, locked, _lock: lock })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.new
    }

    /// Puts the new folder in the place of the old one.
    ///
    /// # Errors
    ///
    /// The system does not let it be done; the old folder is then there as before.
    pub(crate) fn publish(self) -> Result<()> {
        let cannot = || format!("cannot replace `{}`", self.target.display());
        let here = std::env::current_dir().and_then(fs::canonicalize);
        if here.is_ok_and(|here| here.starts_with(&self.target)) {
            // Whoever stands in the folder would stand in one that is gone.
            return replace_files(&self.new, &self.target).with_context(cannot);
        }
        if !self.target.exists() {
            return fs::rename(&self.new, &self.target).with_context(cannot);
        }
        fs::rename(&self.target, &self.old).with_context(cannot)?;
        if let Err(error) = fs::rename(&self.new, &self.target) {
            fs::rename(&self.old, &self.target).with_context(cannot)?;
            return Err(error).with_context(cannot);
        }
        remove(&self.old).with_context(cannot)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // What is left over is taken away by the next who begins.
        let _ = remove(&self.new);
        let _ = fs::remove_file(&self.locked);
    }
}

fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let from = entry?.path();
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            fs::create_dir(&to)?;
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Takes away the files that are gone, and moves each other to its place.
fn replace_files(new: &Path, target: &Path) -> std::io::Result<()> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(target)? {
        let path = entry?.path();
        if path.is_file() && !new.join(path.file_name().unwrap_or_default()).exists() {
            fs::remove_file(path)?;
        }
    }
    for entry in fs::read_dir(new)? {
        let from = entry?.path();
        let to = target.join(from.file_name().unwrap_or_default());
        if from.is_dir() { replace_files(&from, &to)? } else { fs::rename(&from, &to)? }
    }
    Ok(())
}
