//! The state, read from the database.

use massup_model::{ApiVersion, RecordId, TerritoryId, ViewId};
use rusqlite::{Connection, OptionalExtension as _, Result, Row};
use serde_json::{Map, Value};

use super::super::jobs::Status;
use super::super::log::{CALLS, CallEntry, Triggered};
use super::super::records::{Interner, Table};
use super::super::tokens::{Access, Issued, Tokens};
use super::super::{FIRST_JOB, Job, State};
use super::write::{from_json, ids};
use crate::metadata::{Client, Description, RecordState};

/// Everything that is there; an empty state in a new database.
pub(super) fn state(db: &Connection) -> Result<State> {
    let mut state = State { organisation: organisation(db)?, ..State::default() };
    state.tables = state.organisation.modules.iter().map(|m| Table::of(&m.api_name)).collect();
    records(db, &mut state.tables)?;
    let mut statement = db.prepare("SELECT * FROM jobs")?;
    for job in statement.query_map([], job)? {
        let job = job?;
        state.jobs.insert(job.id, job);
    }
    state.next_job = state.jobs.keys().next_back().map_or(FIRST_JOB, |last| last + 1);
    each(db, "SELECT job, ids FROM job_members", |row| {
        let members: Vec<RecordId> = ids(&row.get::<_, Vec<u8>>(1)?);
        state.members.insert(row.get(0)?, members.into());
        Ok(())
    })?;
    state.tokens = tokens(db)?;
    each(db, "SELECT hour, used FROM credits", |row| {
        state.credits.insert(row.get(0)?, unsigned(row.get(1)?));
        Ok(())
    })?;
    logs(db, &mut state)?;
    each(db, "SELECT name, json FROM kept", |row| {
        state.kept.insert(row.get(0)?, row.get(1)?);
        Ok(())
    })?;
    Ok(state)
}

fn each(db: &Connection, sql: &str, mut read: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        read(row)?;
    }
    Ok(())
}

fn organisation(db: &Connection) -> Result<Description> {
    let text: Option<String> =
        db.query_row("SELECT json FROM organisation", [], |row| row.get(0)).optional()?;
    let Some(text) = text else { return Ok(Description::default()) };
    let mut description: Description = from_json(&text)?;
    each(db, "SELECT json FROM modules ORDER BY position", |row| {
        description.modules.push(from_json(&row.get::<_, String>(0)?)?);
        Ok(())
    })?;
    Ok(description)
}

fn records(db: &Connection, tables: &mut [Table]) -> Result<()> {
    let mut interner = Interner::default();
    each(db, "SELECT id, module, state, territories, data FROM records ORDER BY id", |row| {
        let module: String = row.get(1)?;
        let Some(table) = tables.iter_mut().find(|table| table.module == module) else {
            return Ok(());
        };
        let id = RecordId::from_number(unsigned(row.get(0)?));
        let id = id.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, 0))?;
        let state: RecordState = from_json(&format!("\"{}\"", row.get::<_, String>(2)?))?;
        let territories: Vec<TerritoryId> = from_json(&row.get::<_, String>(3)?)?;
        let data: Map<String, Value> = from_json(&row.get::<_, String>(4)?)?;
        let row = interner.row(table, &data, state, &territories);
        table.push(id, row);
        Ok(())
    })?;
    tables.iter_mut().for_each(Table::sort);
    // Updates kept next to the records are not always merged yet.
    each(db, "SELECT module, ids, data FROM updates ORDER BY number", |row| {
        let module: String = row.get(0)?;
        let data: Map<String, Value> = from_json(&row.get::<_, String>(2)?)?;
        if let Some(table) = tables.iter_mut().find(|table| table.module == module) {
            table.update(&ids(&row.get::<_, Vec<u8>>(1)?), &data);
        }
        Ok(())
    })
}

fn job(row: &Row<'_>) -> Result<Job> {
    let view = ViewId::from_number(unsigned(row.get("view")?));
    let territory: Option<String> = row.get("territory")?;
    let count = |column: &str| row.get::<_, i64>(column).map(unsigned);
    Ok(Job {
        id: row.get("id")?,
        module: row.get("module")?,
        view: view.ok_or(rusqlite::Error::IntegralValueOutOfRange(2, 0))?,
        territory: territory.map(|text| from_json(&text)).transpose()?,
        fields: from_json(&row.get::<_, String>("fields")?)?,
        over_write: row.get("over_write")?,
        version: row.get::<_, String>("version")?.parse().unwrap_or(ApiVersion::LATEST),
        user: row.get("user")?,
        call: row.get("call")?,
        status: Status::read(&row.get::<_, String>("status")?),
        total: count("total")?,
        updated: count("updated")?,
        failed: count("failed")?,
        not_before: row.get("not_before")?,
        automations: row.get("automations")?,
    })
}

fn tokens(db: &Connection) -> Result<Tokens> {
    let scopes = |text: String| text.split(' ').map(str::to_owned).collect();
    let mut tokens = Tokens::default();
    let sql =
        "SELECT token, user, scopes, created, expires, refresh, number FROM tokens ORDER BY number";
    each(db, sql, |row| {
        tokens.issued.push(Issued {
            token: row.get(0)?,
            access: Access { user: row.get(1)?, scopes: scopes(row.get(2)?) },
            created: row.get(3)?,
            expires: row.get(4)?,
            refresh: row.get(5)?,
        });
        tokens.count = tokens.count.max(row.get(6)?);
        Ok(())
    })?;
    each(db, "SELECT * FROM clients", |row| {
        tokens.clients.push(Client {
            client_id: row.get("client_id")?,
            client_secret: row.get("client_secret")?,
            refresh_token: row.get("refresh_token")?,
            grant: row.get("code")?,
            user: row.get("user")?,
            scopes: scopes(row.get("scopes")?),
        });
        Ok(())
    })?;
    each(db, "SELECT json FROM kept WHERE name = 'tokens'", |row| {
        let count: String = row.get(0)?;
        tokens.count = tokens.count.max(count.parse().unwrap_or(0));
        Ok(())
    })?;
    Ok(tokens)
}

fn logs(db: &Connection, state: &mut State) -> Result<()> {
    let sql = format!(
        "SELECT * FROM (SELECT * FROM calls ORDER BY number DESC LIMIT {CALLS}) ORDER BY number"
    );
    each(db, &sql, |row| {
        state.log.calls.push_back(CallEntry {
            number: row.get("number")?,
            at: row.get("at")?,
            method: row.get("method")?,
            path: row.get("path")?,
            user: row.get("user")?,
            status: row.get("status")?,
            refusal: row.get("refusal")?,
            ..CallEntry::default()
        });
        Ok(())
    })?;
    state.log.last_call = state.log.calls.back().map_or(0, |entry| entry.number);
    each(db, "SELECT first, at, module, call, job, ids FROM triggered ORDER BY first", |row| {
        state.log.trigger(Triggered {
            first: row.get(0)?,
            at: row.get(1)?,
            module: row.get::<_, String>(2)?.into(),
            call: row.get(3)?,
            job: row.get(4)?,
            records: ids(&row.get::<_, Vec<u8>>(5)?),
        });
        Ok(())
    })?;
    state.marks = (state.log.last_call, state.log.last_automation);
    Ok(())
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
