//! The state on the disk: batches of changes, each written whole.

use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use massup_model::RecordId;
use rusqlite::Connection;

use super::log::{CallEntry, Triggered};
use super::records::{Names, Shared, View};
use super::tokens::Tokens;
use super::{Job, State};
use crate::Error;

mod load;
mod write;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS organisation (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS modules (api_name TEXT PRIMARY KEY, position INTEGER NOT NULL, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, module TEXT NOT NULL, state TEXT NOT NULL, territories TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS updates (
    number INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, ids BLOB NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, view INTEGER NOT NULL, territory TEXT,
    fields TEXT NOT NULL, over_write INTEGER NOT NULL, version TEXT NOT NULL, user TEXT NOT NULL,
    call INTEGER NOT NULL, status TEXT NOT NULL, total INTEGER NOT NULL, updated INTEGER NOT NULL,
    failed INTEGER NOT NULL, not_before INTEGER NOT NULL, automations INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS job_members (job INTEGER PRIMARY KEY, ids BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    user TEXT, status INTEGER, refusal TEXT);
CREATE TABLE IF NOT EXISTS triggered (
    first INTEGER PRIMARY KEY, at INTEGER NOT NULL, module TEXT NOT NULL, call INTEGER NOT NULL, job INTEGER,
    ids BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS credits (hour INTEGER PRIMARY KEY, used INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, user TEXT NOT NULL,
    scopes TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER, refresh TEXT);
CREATE TABLE IF NOT EXISTS clients (
    refresh_token TEXT PRIMARY KEY, client_id TEXT NOT NULL, client_secret TEXT NOT NULL, code TEXT,
    user TEXT NOT NULL, scopes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, json TEXT NOT NULL);
DROP TABLE IF EXISTS automations;
DROP TABLE IF EXISTS job_records;
";

/// What marks a database as one of the emulator: the letters of its name.
const APPLICATION: i32 = i32::from_be_bytes(*b"mass");

/// Batches that nobody waits for, until they are written nevertheless.
const QUEUED: usize = 1_000;

/// The same cells set on some records.
#[derive(Clone, Debug)]
pub(super) struct Update {
    pub(super) module: String,
    pub(super) ids: Vec<RecordId>,
    pub(super) names: Arc<Names>,
    pub(super) cells: Vec<(u32, Shared)>,
}

impl Update {
    /// Whether it sets these very cells on records of a module.
    pub(super) fn is_of(&self, module: &str, cells: &[(u32, Shared)]) -> bool {
        let same = |(a, b): (&(u32, Shared), &(u32, Shared))| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1);
        self.module == module
            && self.cells.len() == cells.len()
            && self.cells.iter().zip(cells).all(same)
    }
}

/// What one call changed.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) updates: Vec<Update>,
    pub(super) rows: Vec<(String, RecordId, View)>,
    pub(super) jobs: Vec<Job>,
    pub(super) members: Vec<(i64, Option<Arc<[RecordId]>>)>,
    pub(super) tokens_changed: bool,
    pub(super) tokens: Option<Tokens>,
    pub(super) credits: Vec<(i64, u64)>,
    pub(super) calls: Vec<CallEntry>,
    pub(super) triggered: Vec<Triggered>,
    pub(super) kept: Vec<(String, String)>,
}

impl Batch {
    /// Whether an answer has to wait until this is written. The log of a call that only read need not.
    fn matters(&self) -> bool {
        !(self.updates.is_empty()
            && self.rows.is_empty()
            && self.jobs.is_empty()
            && self.members.is_empty()
            && self.tokens.is_none()
            && self.kept.is_empty())
    }
}

/// What has to be on the disk, and of which state: a state that could not be written is given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ticket {
    epoch: u64,
    number: u64,
}

/// The batches that wait to be written.
#[derive(Default)]
struct Queue {
    batches: Vec<Batch>,
    /// The number of the last one.
    last: u64,
    epoch: u64,
}

/// The database of a file, which no other process has at the same time.
pub(crate) struct Disk {
    queue: Mutex<Queue>,
    db: Mutex<Connection>,
    /// The number of the last batch that is written.
    written: AtomicU64,
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disk").field("written", &self.written).finish_non_exhaustive()
    }
}

/// A write failed, or the state that the ticket is of was given up.
#[derive(Debug)]
pub(crate) struct Lost;

impl Disk {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Error::of(format!("there is no folder `{}`", folder.display())));
        }
        if is_something_else(path) {
            return Err(Error::of("it is not a database, and is left as it is".to_owned()));
        }
        let private = |error| Error::of(format!("it cannot be made private: {error}"));
        create_private(path).map_err(private)?;
        let db = Connection::open(path)?;
        db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 1000;")?;
        let (ours, tables) = db.query_row(
            "SELECT (SELECT * FROM pragma_application_id()) = ?1, (SELECT COUNT(*) FROM sqlite_master)",
            [APPLICATION],
            |row| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?)),
        )?;
        if tables > 0 && !ours {
            let what = "it is the database of another program, and is left as it is";
            return Err(Error::of(what.to_owned()));
        }
        make_private(path).map_err(private)?;
        if !ours {
            db.pragma_update(None, "application_id", APPLICATION)?;
        }
        // What is acknowledged has been written through to the disk.
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch(SCHEMA)?;
        let mut db = db;
        write::fold(&mut db)?;
        let queue = Mutex::new(Queue::default());
        Ok(Self { queue, db: Mutex::new(db), written: AtomicU64::new(0) })
    }

    /// The number of states that were given up.
    pub(super) fn epoch(&self) -> u64 {
        self.queue().epoch
    }

    /// Queues what a call changed, and says what its answer has to wait for; `before` is what those of the
    /// calls before it have to.
    pub(super) fn enqueue(&self, batch: Batch, epoch: u64, before: Ticket) -> Ticket {
        let mut queue = self.queue();
        if queue.epoch != epoch {
            // The state is given up: what it changes is not written.
            return Ticket { epoch, number: u64::MAX };
        }
        let matters = batch.matters() || queue.batches.len() >= QUEUED;
        queue.batches.push(batch);
        queue.last += 1;
        if matters { Ticket { epoch, number: queue.last } } else { before }
    }

    /// Waits until everything up to a ticket is on the disk. Whoever comes first writes what all others wait
    /// for.
    pub(crate) fn flush(&self, ticket: Ticket) -> Result<(), Lost> {
        let done = || ticket.number <= self.written.load(Ordering::Acquire);
        if done() && self.epoch() == ticket.epoch {
            return Ok(());
        }
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let (batches, last) = {
            let mut queue = self.queue();
            if queue.epoch != ticket.epoch {
                return Err(Lost);
            }
            if done() {
                return Ok(());
            }
            (std::mem::take(&mut queue.batches), queue.last)
        };
        match write::batches(&mut db, &batches) {
            Ok(()) => {
                self.written.store(last, Ordering::Release);
                Ok(())
            }
            Err(_) => {
                let mut queue = self.queue();
                queue.epoch += 1;
                queue.batches.clear();
                Err(Lost)
            }
        }
    }

    /// Waits until everything is on the disk.
    pub(crate) fn flush_all(&self) -> Result<(), Lost> {
        let ticket = {
            let queue = self.queue();
            Ticket { epoch: queue.epoch, number: queue.last }
        };
        self.flush(ticket)
    }

    /// Replaces everything by another state.
    pub(super) fn replace(&self, state: &State) -> rusqlite::Result<()> {
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        write::replace(&mut db, state)?;
        let mut queue = self.queue();
        queue.batches.clear();
        self.written.store(queue.last, Ordering::Release);
        Ok(())
    }

    /// Reads everything.
    pub(super) fn load(&self) -> rusqlite::Result<State> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = load::state(&db)?;
        let queue = self.queue();
        state.epoch = queue.epoch;
        state.ticket = Ticket { epoch: queue.epoch, number: self.written.load(Ordering::Acquire) };
        Ok(state)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets every write fail from now on, or work again.
    #[cfg(test)]
    pub(crate) fn refuse_writes(&self, refuse: bool) {
        let db = self.db.lock().unwrap();
        db.pragma_update(None, "query_only", refuse).unwrap();
    }
}

/// Whether a file has content, and is not a database. SQLite itself would write over a short text.
fn is_something_else(path: &Path) -> bool {
    const HEAD: &[u8; 16] = b"SQLite format 3\0";
    let Ok(mut file) = std::fs::File::open(path) else { return false };
    let mut start = [0; 16];
    match file.read(&mut start) {
        Ok(0) | Err(_) => false,
        Ok(_) => start != *HEAD,
    }
}

/// Makes the file if it is not there, readable by its owner alone: it holds records and tokens. SQLite gives
/// the files next to it the same rights.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Makes an existing file, and those next to it, readable by its owner only.
fn make_private(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            match std::fs::set_permissions(&name, std::fs::Permissions::from_mode(0o600)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Others cannot open the file, not even while it is created.
    #[test]
    fn a_new_file_is_private_from_the_start() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crm.db");
        create_private(&file).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
