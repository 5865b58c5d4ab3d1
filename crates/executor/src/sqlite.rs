//! A journal in an SQLite file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use massup_model::RecordId;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::entry::{Entry, Identity, Image, Key, ReadState, RecordEntry, RecordOutcome, State};
use crate::journal::{Journal, JournalError, JournalErrorKind, check_identity};

/// The format that is written. A journal with a higher number is refused.
const FORMAT: i32 = 1;

/// What marks a database as a journal.
const APPLICATION: i32 = i32::from_be_bytes(*b"musj");

const SCHEMA: &str = "
CREATE TABLE identity (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), json TEXT NOT NULL);
CREATE TABLE calls (step INTEGER NOT NULL, part INTEGER NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (step, part)) WITHOUT ROWID;
CREATE TABLE records (step INTEGER NOT NULL, part INTEGER NOT NULL, id INTEGER NOT NULL,
    in_doubt INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (step, part, id)) WITHOUT ROWID;
CREATE TABLE images (step INTEGER NOT NULL, part INTEGER NOT NULL, page INTEGER NOT NULL,
    json TEXT NOT NULL, PRIMARY KEY (step, part, page));
CREATE TABLE reads (step INTEGER PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE ids (step INTEGER NOT NULL, part INTEGER NOT NULL, ids BLOB NOT NULL,
    PRIMARY KEY (step, part));
";

/// A journal in a file. Only one run at a time can open it.
///
/// Entries are on the disk when [`write`](Journal::write) returns. Only the owner can read the file, since it
/// contains values of records.
#[derive(Debug)]
pub struct Sqlite {
    db: Connection,
    identity: Identity,
}

impl Sqlite {
    /// Opens the journal of a run, or creates it.
    ///
    /// # Errors
    ///
    /// * [`JournalErrorKind::Busy`]: another run has it open.
    /// * [`JournalErrorKind::Foreign`]: it belongs to another plan or organisation.
    /// * [`JournalErrorKind::Newer`]: a newer version of massup wrote it.
    /// * [`JournalErrorKind::NotAJournal`]: the file is not a journal; it is left unchanged.
    /// * [`JournalErrorKind::Io`]: it cannot be read or written.
    pub fn open(path: &Path, identity: &Identity) -> Result<Self, JournalError> {
        if !path.exists() {
            create(path, identity)?;
        }
        let journal = Self::open_existing(path)?;
        check_identity(&journal.identity, identity)?;
        Ok(journal)
    }

    /// Opens an existing journal of any run.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), except [`JournalErrorKind::Foreign`].
    pub fn open_existing(path: &Path) -> Result<Self, JournalError> {
        check_file(path)?;
        Self::of(connect(path)?)
    }

    fn of(db: Connection) -> Result<Self, JournalError> {
        let mark: i32 =
            db.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
        if mark != APPLICATION {
            let what = "the file is a database of another program";
            return Err(JournalError::new(JournalErrorKind::NotAJournal, what));
        }
        let format: i32 =
            db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        if format > FORMAT {
            let what = format!(
                "the journal has format {format}; this version of massup reads formats up to {FORMAT}"
            );
            return Err(JournalError::new(JournalErrorKind::Newer, what));
        }
        let identity: String =
            db.query_row("SELECT json FROM identity", [], |row| row.get(0)).map_err(failed)?;
        let identity = parse(&identity)?;
        Ok(Self { db, identity })
    }
}

/// Creates the journal of a run, so that it appears complete or not at all, whenever the process is killed.
///
/// If another run creates it at the same time, that one is kept.
fn create(path: &Path, identity: &Identity) -> Result<(), JournalError> {
    let not_created = |error: std::io::Error| {
        let what = format!("the journal `{}` cannot be created", path.display());
        JournalError::new(JournalErrorKind::Io, what).because(error)
    };
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    // Only its owner can read a temporary file.
    let file = tempfile::Builder::new()
        .prefix(".massup-")
        .suffix(".journal")
        .tempfile_in(folder)
        .map_err(not_created)?;
    let mut db = Connection::open(file.path()).map_err(failed)?;
    db.execute_batch("PRAGMA synchronous = FULL").map_err(failed)?;
    let transaction = db.transaction().map_err(failed)?;
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(failed)?;
    transaction.pragma_update(None, "user_version", FORMAT).map_err(failed)?;
    transaction.execute_batch(SCHEMA).map_err(failed)?;
    transaction
        .execute("INSERT INTO identity VALUES (1, ?1)", [json(identity)?])
        .map_err(failed)?;
    transaction.commit().map_err(failed)?;
    db.close().map_err(|(_, error)| failed(error))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(not_created(error.error)),
    }?;
    // The name has to survive a power failure as well as the content does.
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(not_created)?;
    Ok(())
}

/// Refuses a file that is not a journal, before SQLite takes a short text for an empty database.
fn check_file(path: &Path) -> Result<(), JournalError> {
    let unreadable = |error: std::io::Error| {
        let what = format!("the journal `{}` cannot be read", path.display());
        JournalError::new(JournalErrorKind::Io, what).because(error)
    };
    let mut start = Vec::new();
    File::open(path).map_err(unreadable)?.take(72).read_to_end(&mut start).map_err(unreadable)?;
    if start.starts_with(b"SQLite format 3\0")
        && start.get(68..72).is_some_and(|id| id == APPLICATION.to_be_bytes())
    {
        return Ok(());
    }
    let what = format!("`{}` is not a journal of massup", path.display());
    Err(JournalError::new(JournalErrorKind::NotAJournal, what))
}

fn connect(path: &Path) -> Result<Connection, JournalError> {
    let db = Connection::open(path).map_err(failed)?;
    db.set_prepared_statement_cache_capacity(32);
    // One run at a time; committed entries are on the disk.
    db.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT;",
    )
    .map_err(failed)?;
    Ok(db)
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes it so")]
fn failed(error: rusqlite::Error) -> JournalError {
    let (kind, what) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (JournalErrorKind::Busy, "another run is using the journal")
        }
        Some(ErrorCode::DiskFull) => {
            return JournalError::new(JournalErrorKind::Io, "the disk is full");
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            (JournalErrorKind::NotAJournal, "the journal is damaged")
        }
        _ => (JournalErrorKind::Io, "the journal cannot be read or written"),
    };
    // Its own source says the same again.
    JournalError::new(kind, what).because(error.to_string())
}

fn json(value: &impl Serialize) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|error| {
        JournalError::new(JournalErrorKind::Io, "an entry cannot be written as JSON").because(error)
    })
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, JournalError> {
    serde_json::from_str(text).map_err(|error| {
        JournalError::new(JournalErrorKind::NotAJournal, "the journal is damaged").because(error)
    })
}

/// A number as SQLite keeps it: steps and ids fit 63 bits.
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn key(row: &rusqlite::Row<'_>) -> rusqlite::Result<Key> {
    let step: i64 = row.get(0)?;
    Ok(Key { step: step.unsigned_abs(), part: row.get(1)? })
}

fn write_entry(db: &Transaction<'_>, entry: &Entry) -> Result<(), JournalError> {
    let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
        db.prepare_cached(sql).and_then(|mut sql| sql.execute(params)).map(drop).map_err(failed)
    };
    match entry {
        Entry::Call(Key { step, part }, state) => run(
            "INSERT OR REPLACE INTO calls VALUES (?1, ?2, ?3)",
            params![number(*step), part, json(state)?],
        ),
        Entry::Record(record) => run(
            "INSERT OR REPLACE INTO records VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                number(record.key.step),
                record.key.part,
                number(record.id.get()),
                record.outcome == RecordOutcome::InDoubt,
                json(record)?
            ],
        ),
        Entry::ForgetDoubts(Key { step, part }, ids) => ids.iter().try_for_each(|id| {
            run(
                "DELETE FROM records WHERE step = ?1 AND part = ?2 AND id = ?3 AND in_doubt",
                params![number(*step), part, number(id.get())],
            )
        }),
        Entry::Images(Key { step, part }, page, images) => {
            if *page == 0 {
                let sql = "DELETE FROM images WHERE step = ?1 AND part = ?2";
                run(sql, params![number(*step), part])?;
            }
            run(
                "INSERT OR REPLACE INTO images VALUES (?1, ?2, ?3, ?4)",
                params![number(*step), part, page, json(images)?],
            )
        }
        Entry::Read(step, state) => {
            if *state == ReadState::Begun {
                run("DELETE FROM ids WHERE step = ?1", params![number(*step)])?;
            }
            run(
                "INSERT OR REPLACE INTO reads VALUES (?1, ?2)",
                params![number(*step), json(state)?],
            )
        }
        Entry::Ids(Key { step, part }, ids) => {
            let bytes: Vec<u8> = ids.iter().flat_map(|id| id.get().to_be_bytes()).collect();
            run(
                "INSERT OR REPLACE INTO ids VALUES (?1, ?2, ?3)",
                params![number(*step), part, bytes],
            )
        }
    }
}

impl Journal for Sqlite {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let transaction = self.db.transaction().map_err(failed)?;
        entries.iter().try_for_each(|entry| write_entry(&transaction, entry))?;
        transaction.commit().map_err(failed)
    }

    fn call(&mut self, Key { step, part }: Key) -> Result<Option<State>, JournalError> {
        let sql = "SELECT state FROM calls WHERE step = ?1 AND part = ?2";
        let mut sql = self.db.prepare_cached(sql).map_err(failed)?;
        let found: Option<String> = sql
            .query_row(params![number(step), part], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        found.map(|text| parse(&text)).transpose()
    }

    fn read(&mut self, step: u64) -> Result<Option<ReadState>, JournalError> {
        let sql = "SELECT state FROM reads WHERE step = ?1";
        let found: Option<String> =
            self.db.query_row(sql, [number(step)], |row| row.get(0)).optional().map_err(failed)?;
        found.map(|text| parse(&text)).transpose()
    }

    fn ids(&mut self, Key { step, part }: Key) -> Result<Vec<RecordId>, JournalError> {
        let sql = "SELECT ids FROM ids WHERE step = ?1 AND part = ?2";
        let mut sql = self.db.prepare_cached(sql).map_err(failed)?;
        let found: Option<Vec<u8>> = sql
            .query_row(params![number(step), part], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        let ids = found.unwrap_or_default();
        let (numbers, _) = ids.as_chunks();
        Ok(numbers.iter().filter_map(|id| RecordId::from_number(u64::from_be_bytes(*id))).collect())
    }

    fn images(&mut self, Key { step, part }: Key, page: u32) -> Result<Vec<Image>, JournalError> {
        let sql = "SELECT json FROM images WHERE step = ?1 AND part = ?2 AND page = ?3";
        let mut sql = self.db.prepare_cached(sql).map_err(failed)?;
        let found: Option<String> = sql
            .query_row(params![number(step), part, page], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        found.map_or(Ok(Vec::new()), |text| parse(&text))
    }

    fn calls_after(
        &mut self,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, State)>, JournalError> {
        let (step, part) = after.map_or((-1, 0), |key| (number(key.step), key.part));
        let sql = "SELECT step, part, state FROM calls WHERE (step, part) > (?1, ?2)
            ORDER BY step, part LIMIT ?3";
        let mut sql = self.db.prepare_cached(sql).map_err(failed)?;
        let rows = sql
            .query_map(params![step, part, number(limit as u64)], |row| {
                Ok((key(row)?, row.get::<_, String>(2)?))
            })
            .map_err(failed)?;
        rows.map(|row| {
            let (key, state) = row.map_err(failed)?;
            Ok((key, parse(&state)?))
        })
        .collect()
    }

    fn records_after(
        &mut self,
        after: Option<(Key, RecordId)>,
        limit: usize,
    ) -> Result<Vec<RecordEntry>, JournalError> {
        let (step, part, id) =
            after.map_or((-1, 0, 0), |(key, id)| (number(key.step), key.part, number(id.get())));
        let sql = "SELECT json FROM records WHERE (step, part, id) > (?1, ?2, ?3)
            ORDER BY step, part, id LIMIT ?4";
        let mut sql = self.db.prepare_cached(sql).map_err(failed)?;
        let rows = sql
            .query_map(params![step, part, id, number(limit as u64)], |row| row.get::<_, String>(0))
            .map_err(failed)?;
        rows.map(|row| parse(&row.map_err(failed)?)).collect()
    }

    fn images_after(
        &mut self,
        after: Option<(Key, u32)>,
        limit: usize,
    ) -> Result<Vec<(Key, u32)>, JournalError> {
        let (step, part, page) =
            after.map_or((-1, 0, 0), |(key, page)| (number(key.step), key.part, page));
        let sql = "SELECT step, part, page FROM images WHERE (step, part, page) > (?1, ?2, ?3)
            ORDER BY step, part, page LIMIT ?4";
        let mut sql = self.db.prepare_cached(sql).map_err(failed)?;
        let rows = sql
            .query_map(params![step, part, page, number(limit as u64)], |row| {
                Ok((key(row)?, row.get(2)?))
            })
            .map_err(failed)?;
        rows.map(|row| row.map_err(failed)).collect()
    }
}
