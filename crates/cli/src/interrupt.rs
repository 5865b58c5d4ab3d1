//! Removes unfinished files when the process is asked to stop.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// The exit code of a process that Ctrl-C stops, as shells have it: 128 and the number of SIGINT.
const STOPPED: i32 = 130;

/// Files and folders to remove, held while one of them is put in its place.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Whether the first signal only asks the run to stop, and whether one has.
static GRACEFUL: AtomicBool = AtomicBool::new(false);
static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first signal sets the flag that is returned, and only the second stops the process.
pub(crate) fn graceful() -> &'static AtomicBool {
    handle();
    GRACEFUL.store(true, Ordering::Relaxed);
    &ASKED
}

/// Whether a signal has asked the run to stop.
pub(crate) fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// A file or folder that is removed when Ctrl-C or SIGTERM stops the process.
#[derive(Debug)]
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    /// Registers a path, which need not exist yet.
    pub(crate) fn new(path: &Path) -> Self {
        handle();
        unfinished().insert(path.to_owned());
        Self(path.to_owned())
    }

    /// Makes a file or folder and registers it, so that no signal comes in between.
    ///
    /// # Errors
    ///
    /// As `make`.
    pub(crate) fn make<T>(
        make: impl FnOnce() -> io::Result<(T, PathBuf)>,
    ) -> io::Result<(T, Self)> {
        handle();
        let mut held = unfinished();
        let (value, path) = make()?;
        held.insert(path.clone());
        Ok((value, Self(path)))
    }

    /// Runs a step that must not be cut in two: a signal waits for its end.
    pub(crate) fn whole<T>(step: impl FnOnce() -> T) -> T {
        let _held = unfinished();
        step()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().remove(&self.0);
    }
}

/// Sets the handler of the process, once.
fn handle() {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(|| {
        // Without a handler the process stops all the same, and leaves its files.
        let _ = listen();
    });
}

/// SIGHUP keeps its meaning: under `nohup` it is ignored.
#[cfg(unix)]
fn listen() -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let wait = move || signals.forever().for_each(|_| stop());
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop)
}

#[cfg(not(unix))]
fn listen() -> io::Result<()> {
    ctrlc::set_handler(stop).map_err(io::Error::other)
}

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::exit, reason = "the main thread may wait for the network")]
fn stop() {
    if GRACEFUL.load(Ordering::Relaxed) && !ASKED.swap(true, Ordering::Relaxed) {
        return;
    }
    let held = unfinished();
    for path in &*held {
        // There is nowhere left to report an error to.
        let _ = match fs::symlink_metadata(path) {
            Ok(there) if there.is_dir() => fs::remove_dir_all(path),
            _ => fs::remove_file(path),
        };
    }
    std::process::exit(STOPPED);
}
