//! What the emulator remembers, in SQLite.

mod devices;
mod jobs;
mod tokens;

use std::io::Read as _;
use std::path::Path;

use massup_model::{RecordId, TerritoryId};
use rusqlite::{Connection, OptionalExtension as _, Result, Row, params};
use serde_json::{Map, Value};

use crate::Error;
use crate::metadata::{Description, Record, RecordState};
use crate::time::Instant;

pub(crate) use jobs::{Job, Status};
pub(crate) use tokens::Access;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS organisation (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS modules (api_name TEXT PRIMARY KEY, position INTEGER NOT NULL, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, module TEXT NOT NULL, state TEXT NOT NULL, territories TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS records_of_module ON records (module, id);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, view INTEGER NOT NULL, territory TEXT,
    fields TEXT NOT NULL, over_write INTEGER NOT NULL, version TEXT NOT NULL, user TEXT NOT NULL,
    call INTEGER NOT NULL, status TEXT NOT NULL, total INTEGER NOT NULL, updated INTEGER NOT NULL,
    failed INTEGER NOT NULL, not_before INTEGER NOT NULL, automations INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS open_jobs ON jobs (status);
CREATE TABLE IF NOT EXISTS job_records (
    job INTEGER NOT NULL, position INTEGER NOT NULL, record INTEGER NOT NULL, refusal TEXT,
    PRIMARY KEY (job, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    user TEXT, status INTEGER, refusal TEXT);
CREATE TABLE IF NOT EXISTS automations (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, module TEXT NOT NULL,
    record INTEGER NOT NULL, call INTEGER NOT NULL, job INTEGER, trigger TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS credits (hour INTEGER PRIMARY KEY, used INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, user TEXT NOT NULL,
    scopes TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER, refresh TEXT);
CREATE TABLE IF NOT EXISTS clients (
    refresh_token TEXT PRIMARY KEY, client_id TEXT NOT NULL, client_secret TEXT NOT NULL, code TEXT,
    user TEXT NOT NULL, scopes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS devices (
    device TEXT PRIMARY KEY, user_code TEXT NOT NULL, client TEXT NOT NULL, scopes TEXT NOT NULL,
    expires INTEGER NOT NULL, granted INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, json TEXT NOT NULL);
";

/// What marks a database as one of the emulator: the letters of its name.
const APPLICATION: i32 = i32::from_be_bytes(*b"mass");

/// The open database.
pub(crate) struct Store {
    db: Connection,
}

/// One entry of the automation log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Automation {
    pub(crate) number: i64,
    pub(crate) at: Instant,
    pub(crate) module: String,
    pub(crate) record: RecordId,
    pub(crate) call: i64,
    pub(crate) job: Option<i64>,
    pub(crate) trigger: String,
}

impl Store {
    /// A database that ends with this value.
    pub(crate) fn in_memory() -> Result<Self> {
        Self::of(Connection::open_in_memory()?)
    }

    /// The database of a file, which no other process has at the same time.
    pub(crate) fn keep(path: &Path) -> std::result::Result<Self, Error> {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Error::of(format!("there is no folder `{}`", folder.display())));
        }
        if is_something_else(path) {
            return Err(Error::of("it is no database, and is left as it is".to_owned()));
        }
        keep_private(path)
            .map_err(|error| Error::of(format!("it cannot be kept private: {error}")))?;
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
        if !ours {
            db.pragma_update(None, "application_id", APPLICATION)?;
        }
        // What is acknowledged has been written through to the disk.
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        Ok(Self::of(db)?)
    }

    fn of(db: Connection) -> Result<Self> {
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch(SCHEMA)?;
        Ok(Self { db })
    }

    /// What was kept under a name; `None` where there is nothing that can be read.
    pub(crate) fn kept<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let text: Option<String> = self
            .db
            .query_row("SELECT json FROM kept WHERE name = ?1", [name], |row| row.get(0))
            .optional()?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Keeps a value under a name.
    pub(crate) fn keep_as(&self, name: &str, value: &impl serde::Serialize) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO kept VALUES (?1, ?2)";
        self.db.execute(sql, params![name, json(value)])?;
        Ok(())
    }

    pub(crate) fn begin(&self) -> Result<()> {
        self.db.execute_batch("BEGIN IMMEDIATE")
    }

    pub(crate) fn commit(&self) -> Result<()> {
        self.db.execute_batch("COMMIT")
    }

    pub(crate) fn roll_back(&self) -> Result<()> {
        if self.db.is_autocommit() { Ok(()) } else { self.db.execute_batch("ROLLBACK") }
    }

    /// Replaces everything by an organisation.
    pub(crate) fn import(&self, description: &Description) -> Result<()> {
        self.db.execute_batch(
            "DELETE FROM organisation; DELETE FROM modules; DELETE FROM records; DELETE FROM jobs;
             DELETE FROM job_records; DELETE FROM calls; DELETE FROM automations; DELETE FROM credits;
             DELETE FROM tokens; DELETE FROM clients; DELETE FROM devices;",
        )?;
        let mut organisation = description.clone();
        for (module, position) in std::mem::take(&mut organisation.modules).into_iter().zip(0i64..)
        {
            let mut module = module;
            for record in std::mem::take(&mut module.records) {
                self.insert(&module.api_name, &record)?;
            }
            self.db.execute(
                "INSERT INTO modules VALUES (?1, ?2, ?3)",
                params![module.api_name, position, json(&module)],
            )?;
        }
        for client in &organisation.clients {
            self.db.execute(
                "INSERT OR REPLACE INTO clients VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    client.refresh_token,
                    client.client_id,
                    client.client_secret,
                    client.grant,
                    client.user,
                    client.scopes.join(" ")
                ],
            )?;
        }
        for token in &organisation.tokens {
            self.db.execute(
                "INSERT OR REPLACE INTO tokens (token, user, scopes, created) VALUES (?1, ?2, ?3, 0)",
                params![token.token, token.user, token.scopes.join(" ")],
            )?;
        }
        self.db.execute("INSERT INTO organisation VALUES (1, ?1)", [json(&organisation)])?;
        // Ids of jobs look like all others.
        self.db.execute_batch(
            "DELETE FROM sqlite_sequence WHERE name = 'jobs';
             INSERT INTO sqlite_sequence (name, seq) VALUES ('jobs', 5725767000050600000);",
        )
    }

    /// The organisation without its records; `None` in a new database.
    pub(crate) fn description(&self) -> Result<Option<Description>> {
        let text: Option<String> =
            self.db.query_row("SELECT json FROM organisation", [], |row| row.get(0)).optional()?;
        let Some(text) = text else { return Ok(None) };
        let mut description: Description = from_json(&text)?;
        let mut statement = self.db.prepare("SELECT json FROM modules ORDER BY position")?;
        for module in statement.query_map([], |row| row.get::<_, String>(0))? {
            description.modules.push(from_json(&module?)?);
        }
        Ok(Some(description))
    }

    /// Adds a record, or replaces the one with its id.
    pub(crate) fn insert(&self, module: &str, record: &Record) -> Result<()> {
        let mut statement =
            self.db.prepare_cached("INSERT OR REPLACE INTO records VALUES (?1, ?2, ?3, ?4, ?5)")?;
        statement.execute(params![
            number(record.id.get()),
            module,
            word(record.state),
            json(&record.territories),
            json(&record.data)
        ])?;
        Ok(())
    }

    /// Replaces the data of a record that is there.
    pub(crate) fn set_data(&self, id: RecordId, data: &Map<String, Value>) -> Result<()> {
        let sql = "UPDATE records SET data = ?2 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![number(id.get()), json(data)])?;
        Ok(())
    }

    /// A record of a module.
    pub(crate) fn record(&self, module: &str, id: RecordId) -> Result<Option<Record>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, state, territories, data FROM records WHERE id = ?1 AND module = ?2",
        )?;
        statement.query_row(params![number(id.get()), module], read_record).optional()
    }

    /// The data of the record with an id, of whatever module.
    pub(crate) fn data_of(&self, id: RecordId) -> Result<Option<Map<String, Value>>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id, state, territories, data FROM records WHERE id = ?1")?;
        let record = statement.query_row([number(id.get())], read_record).optional()?;
        Ok(record.map(|record| record.data))
    }

    /// The records of a module that pass a test, by id.
    pub(crate) fn matching(
        &self,
        module: &str,
        mut test: impl FnMut(&Record) -> bool,
    ) -> Result<Vec<Record>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, state, territories, data FROM records WHERE module = ?1 ORDER BY id",
        )?;
        let mut found = Vec::new();
        for record in statement.query_map([module], read_record)? {
            let record = record?;
            if test(&record) {
                found.push(record);
            }
        }
        Ok(found)
    }

    /// The ids of all records of a module, in order.
    pub(crate) fn ids(&self, module: &str) -> Result<Vec<RecordId>> {
        let sql = "SELECT id FROM records WHERE module = ?1 ORDER BY id";
        self.db.prepare_cached(sql)?.query_map([module], |row| id_column(row, 0))?.collect()
    }

    /// The first records of a module, by id.
    pub(crate) fn first(&self, module: &str, limit: u32) -> Result<Vec<Record>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, state, territories, data FROM records WHERE module = ?1 ORDER BY id LIMIT ?2",
        )?;
        statement.query_map(params![module, limit], read_record)?.collect()
    }

    /// How many records a module has.
    pub(crate) fn count(&self, module: &str) -> Result<u64> {
        self.db.query_row("SELECT COUNT(*) FROM records WHERE module = ?1", [module], |row| {
            row.get::<_, i64>(0).map(unsigned)
        })
    }

    /// Whether another record of the module has a value in a field.
    pub(crate) fn has_other(
        &self,
        module: &str,
        field: &str,
        value: &Value,
        id: RecordId,
    ) -> Result<bool> {
        let mut statement = self.db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM records WHERE module = ?1 AND id <> ?2
             AND json_extract(data, '$.' || json_quote(?3)) = json_extract(?4, '$'))",
        )?;
        statement.query_row(params![module, number(id.get()), field, json(value)], |row| row.get(0))
    }

    /// Writes the start of a call, and gives it a number.
    pub(crate) fn log_call(&self, at: Instant, method: &str, path: &str) -> Result<i64> {
        let mut statement =
            self.db.prepare_cached("INSERT INTO calls (at, method, path) VALUES (?1, ?2, ?3)")?;
        statement.insert(params![at, method, path])
    }

    /// Writes how a call ended.
    pub(crate) fn end_call(
        &self,
        call: i64,
        user: Option<&str>,
        status: u16,
        refusal: Option<&str>,
    ) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE calls SET user = ?2, status = ?3, refusal = ?4 WHERE number = ?1",
        )?;
        statement.execute(params![call, user, status, refusal])?;
        Ok(())
    }

    /// The newest calls first: number, time, method, path, status, refusal.
    pub(crate) fn calls(&self, limit: u32) -> Result<Vec<Value>> {
        let mut statement = self.db.prepare_cached(
            "SELECT json_object('number', number, 'at', at, 'method', method, 'path', path, 'user', user,
             'status', status, 'refusal', refusal) FROM calls ORDER BY number DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], |row| row.get::<_, String>(0))?;
        rows.map(|text| from_json(&text?)).collect()
    }

    /// Writes down that an update of a record triggered automations.
    pub(crate) fn log_automation(&self, entry: &Automation) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO automations (at, module, record, call, job, trigger)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let record = number(entry.record.get());
        statement.execute(params![
            entry.at,
            entry.module,
            record,
            entry.call,
            entry.job,
            entry.trigger
        ])?;
        Ok(())
    }

    /// The automation log behind an entry, oldest first.
    pub(crate) fn automations(&self, after: i64, limit: u32) -> Result<Vec<Automation>> {
        let mut statement = self.db.prepare_cached(
            "SELECT number, at, module, record, call, job, trigger FROM automations
             WHERE number > ?1 ORDER BY number LIMIT ?2",
        )?;
        let rows = statement.query_map(params![after, limit], |row| {
            Ok(Automation {
                number: row.get(0)?,
                at: row.get(1)?,
                module: row.get(2)?,
                record: id_column(row, 3)?,
                call: row.get(4)?,
                job: row.get(5)?,
                trigger: row.get(6)?,
            })
        })?;
        rows.collect()
    }

    /// How many automations were triggered.
    pub(crate) fn automation_count(&self) -> Result<u64> {
        self.db.query_row("SELECT COUNT(*) FROM automations", [], |row| {
            row.get::<_, i64>(0).map(unsigned)
        })
    }
}

/// Makes the file if it is not there, and lets nobody but its owner read it: it holds records and tokens.
/// SQLite gives the files beside it the same rights.
fn keep_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(0o600).open(path)?;
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            match std::fs::set_permissions(&name, std::fs::Permissions::from_mode(0o600)) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }
    #[cfg(not(unix))]
    options.open(path).map(|_| ())
}

/// Whether a file has content, and is no database. SQLite itself would write over a short text.
fn is_something_else(path: &Path) -> bool {
    const HEAD: &[u8; 16] = b"SQLite format 3\0";
    let Ok(mut file) = std::fs::File::open(path) else { return false };
    let mut start = [0; 16];
    match file.read(&mut start) {
        Ok(0) | Err(_) => false,
        Ok(_) => start != *HEAD,
    }
}

fn read_record(row: &Row<'_>) -> Result<Record> {
    let state: String = row.get(1)?;
    let territories: String = row.get(2)?;
    let data: String = row.get(3)?;
    let territories: Vec<TerritoryId> = from_json(&territories)?;
    let state: RecordState = from_json(&format!("\"{state}\""))?;
    Ok(Record { id: id_column(row, 0)?, data: from_json(&data)?, state, territories })
}

fn id_column(row: &Row<'_>, column: usize) -> Result<RecordId> {
    let id: i64 = row.get(column)?;
    let id = u64::try_from(id).ok().and_then(RecordId::from_number);
    id.ok_or(rusqlite::Error::IntegralValueOutOfRange(column, 0))
}

fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn word(state: RecordState) -> String {
    json(&state).trim_matches('"').to_owned()
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}
