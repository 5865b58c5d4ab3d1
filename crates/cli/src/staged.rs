//! A folder that is written next to the one it replaces, and appears when it is complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

use crate::interrupt::Unfinished;
use crate::output::shown;
use massup_project::plain_file;

/// A folder with its changes, not yet in its place.
///
/// A run that stops on the way leaves the folder as it was; the next one removes what is left next to it.
/// Links are never followed inside the folder: a folder with one is refused.
pub(crate) struct Staged {
    target: PathBuf,
    /// The whole folder as it will be.
    new: PathBuf,
    /// Where the present folder is while it is replaced.
    old: PathBuf,
    _unfinished: Unfinished,
    _lock: Lock,
    /// Dropped last, once the lock is gone.
    _made: Option<EmptyFolder>,
}

impl Staged {
    /// Begins with a copy of the folder, if it exists.
    ///
    /// # Errors
    ///
    /// * Another process is writing the folder.
    /// * The folder, or anything in it, is neither a plain file nor a folder.
    /// * A file cannot be read or written.
    pub(crate) fn begin(folder: &Path) -> Result<Self> {
        let cannot = || format!("cannot write next to `{}`", shown(folder));
        // A link to the folder stays; the folder that it leads to is replaced.
        let target = fs::canonicalize(folder).or_else(|_| std::path::absolute(folder))?;
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            bail!("`{}` cannot be the folder of a snapshot", shown(folder));
        };
        let present = kind(&target)?;
        if present.is_some_and(|kind| !kind.is_dir()) {
            bail!("`{}` is not a folder", shown(folder));
        }
        let made = (!parent.exists()).then(|| EmptyFolder(parent.to_owned()));
        fs::create_dir_all(parent).with_context(cannot)?;
        let beside = |what: &str| {
            let mut beside = OsString::from(".");
            beside.push(name);
            beside.push(what);
            parent.join(beside)
        };
        let (lock, new, old) = (beside(".lock"), beside(".new"), beside(".old"));
        let lock = Lock::take(lock, folder)?;
        for left in [&new, &old] {
            if kind(left)?.is_some_and(|kind| !kind.is_dir()) {
                bail!("`{}` is not a folder of massup: remove it", shown(left));
            }
        }
        if kind(&old)?.is_some() && present.is_none() {
            fs::rename(&old, &target).with_context(cannot)?;
        }
        for left in [&new, &old] {
            remove_folder(left).with_context(cannot)?;
        }
        let unfinished = Unfinished::new(&new);
        fs::create_dir(&new).with_context(cannot)?;
        let staged = Self { target, new, old, _unfinished: unfinished, _lock: lock, _made: made };
        if staged.target.exists() {
            copy(&staged.target, &staged.new)?;
        }
        Ok(staged)
    }

    /// Makes a file, empty, with the folders above it.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or something else has its name.
    pub(crate) fn create(&self, file: &str) -> Result<File> {
        let path = self.new.join(file);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| plain_file::create(&path))
            .with_context(|| format!("cannot write `{file}` of the snapshot"))
    }

    /// The text of a file; `None` where there is no such file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not UTF-8.
    pub(crate) fn read(&self, file: &str) -> Result<Option<String>> {
        let cannot = || format!("cannot read `{file}` of the snapshot");
        let mut text = String::new();
        match plain_file::read(&self.new.join(file)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.and_then(|mut file| file.read_to_string(&mut text)),
        }
        .with_context(cannot)?;
        Ok(Some(text))
    }

    /// The members of a JSON object; none where there is no such file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not a JSON object.
    pub(crate) fn object(&self, file: &str) -> Result<Map<String, Value>> {
        let Some(text) = self.read(file)? else { return Ok(Map::new()) };
        serde_json::from_str(&text)
            .with_context(|| format!("`{file}` of the snapshot is not a JSON object"))
    }

    /// Updates a JSON object: keys that are `null` are removed, keys that are not mentioned are kept.
    ///
    /// # Errors
    ///
    /// The file is not a JSON object, or cannot be read or written.
    pub(crate) fn merge(&self, file: &str, news: Map<String, Value>) -> Result<()> {
        let mut kept = self.object(file)?;
        kept.extend(news);
        kept.retain(|_, value| !value.is_null());
        let text = format!("{:#}\n", Value::Object(kept));
        self.create(file)?
            .write_all(text.as_bytes())
            .with_context(|| format!("cannot write `{file}` of the snapshot"))
    }

    /// The names in a folder; none where there is no such folder.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub(crate) fn names(&self, folder: &str) -> Result<Vec<String>> {
        let entries = match fs::read_dir(self.new.join(folder)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => {
                entries.with_context(|| format!("cannot read `{folder}` of the snapshot"))?
            }
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.collect())
    }

    /// Removes a file, if it exists, and its folder once that is empty.
    ///
    /// # Errors
    ///
    /// The file cannot be removed.
    pub(crate) fn remove(&self, file: &str) -> Result<()> {
        let path = self.new.join(file);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("cannot remove `{file}` of the snapshot"));
            }
            _ => {}
        }
        if let Some(folder) = path.parent().filter(|folder| *folder != self.new) {
            // Fails where other files are in it.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    /// Puts the new folder in the place of the old one.
    ///
    /// # Errors
    ///
    /// The system refuses; the old folder is then there as before.
    pub(crate) fn publish(self) -> Result<()> {
        Unfinished::whole(|| self.replace())
    }

    fn replace(&self) -> Result<()> {
        let cannot = || format!("cannot replace `{}`", shown(&self.target));
        let here = std::env::current_dir().and_then(fs::canonicalize);
        if here.is_ok_and(|here| here.starts_with(&self.target)) {
            // The working folder must stay where it is.
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
        remove_folder(&self.old).with_context(cannot)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // The next run removes what is left over.
        let _ = remove_folder(&self.new);
    }
}

/// A folder that was made for the snapshot, and is removed if nothing comes into it.
struct EmptyFolder(PathBuf);

impl Drop for EmptyFolder {
    fn drop(&mut self) {
        // Fails where the snapshot is in it.
        let _ = fs::remove_dir(&self.0);
    }
}

/// A file that one process at a time has locked.
struct Lock {
    path: PathBuf,
    _unfinished: Unfinished,
    _file: File,
}

impl Lock {
    fn take(path: PathBuf, folder: &Path) -> Result<Self> {
        let opened = plain_file::lock_file(&path);
        let file = opened.with_context(|| format!("cannot write `{}`", shown(&path)))?;
        if file.try_lock().is_err() || !is_at(&file, &path) {
            bail!("another `massup pull` is writing `{}`", shown(folder));
        }
        Ok(Self { _unfinished: Unfinished::new(&path), path, _file: file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A lock file that is left over is taken again.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether a file that was opened is still at its path: another process may have removed it meanwhile.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(opened), Ok(there)) => place(opened) == place(there),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// What is at a path, links not followed; `None` where there is nothing.
fn kind(path: &Path) -> Result<Option<fs::FileType>> {
    match fs::symlink_metadata(path) {
        Ok(there) => Ok(Some(there.file_type())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot look at `{}`", shown(path))),
    }
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Copies plain files and folders.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let cannot = |path: &Path| format!("cannot copy `{}`", shown(path));
    let permissions = fs::metadata(from).map(|there| there.permissions());
    for entry in fs::read_dir(from).with_context(|| cannot(from))? {
        let entry = entry.with_context(|| cannot(from))?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().with_context(|| cannot(&path))?;
        if kind.is_dir() {
            fs::create_dir(&to).with_context(|| cannot(&path))?;
            copy(&path, &to)?;
        } else if kind.is_file() {
            copy_file(&path, &to).with_context(|| cannot(&path))?;
        } else {
            bail!(
                "`{}` is a link or a device: a snapshot holds plain files only; remove it",
                shown(&path)
            );
        }
    }
    // Last, since the folder may be one that takes no files.
    permissions.and_then(|there| fs::set_permissions(to, there)).with_context(|| cannot(from))
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = plain_file::read(from)?;
    let mut to = File::create_new(to)?;
    io::copy(&mut from, &mut to)?;
    to.set_permissions(from.metadata()?.permissions())
}

/// Removes the files that are gone, and moves each other file to its place.
fn replace_files(new: &Path, target: &Path) -> Result<()> {
    if kind(target)?.is_some_and(|kind| !kind.is_dir()) {
        bail!("`{}` is not a folder", shown(target));
    }
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(target)? {
        let path = entry?.path();
        if kind(&path)?.is_some_and(|kind| kind.is_file())
            && !new.join(path.file_name().unwrap_or_default()).exists()
        {
            fs::remove_file(path)?;
        }
    }
    for entry in fs::read_dir(new)? {
        let entry = entry?;
        let (from, to) = (entry.path(), target.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            replace_files(&from, &to)?;
        } else {
            fs::rename(&from, &to)?;
        }
    }
    Ok(())
}
