//! Changes written to the database, and folded into its records.

use std::collections::BTreeMap;

use massup_model::RecordId;
use rusqlite::{Connection, Result, params};
use serde_json::{Map, Value};

use super::super::log::{AUTOMATIONS, CALLS, CallEntry, Triggered};
use super::super::records::View;
use super::super::tokens::{Issued, Tokens};
use super::super::{Job, State, json};
use super::{Batch, Update};
use crate::metadata::Client;

/// Updates that are kept next to the records before they are merged into them.
const UPDATES: i64 = 4_000;

/// Writes some batches, all of them or none.
pub(super) fn batches(db: &mut Connection, batches: &[Batch]) -> Result<()> {
    let transaction = db.transaction()?;
    for batch in batches {
        self::batch(&transaction, batch)?;
    }
    let long =
        transaction.query_row("SELECT COUNT(*) > ?1 FROM updates", [UPDATES], |r| r.get(0))?;
    transaction.commit()?;
    if long {
        fold(db)?;
    }
    Ok(())
}

fn batch(db: &Connection, batch: &Batch) -> Result<()> {
    for change in &batch.updates {
        update(db, change)?;
    }
    for (module, id, view) in &batch.rows {
        record(db, module, *id, view)?;
    }
    for job in &batch.jobs {
        self::job(db, job)?;
    }
    for (job, records) in &batch.members {
        match records {
            Some(records) => db
                .prepare_cached("INSERT OR REPLACE INTO job_members VALUES (?1, ?2)")?
                .execute(params![job, blob(records)])?,
            None => db.prepare_cached("DELETE FROM job_members WHERE job = ?1")?.execute([job])?,
        };
    }
    if let Some(tokens) = &batch.tokens {
        self::tokens(db, tokens)?;
    }
    for (hour, used) in &batch.credits {
        db.prepare_cached("INSERT OR REPLACE INTO credits VALUES (?1, ?2)")?
            .execute(params![hour, signed(*used)])?;
    }
    for entry in &batch.calls {
        call(db, entry)?;
    }
    for entry in &batch.triggered {
        triggered(db, entry)?;
    }
    for (name, text) in &batch.kept {
        db.prepare_cached("INSERT OR REPLACE INTO kept VALUES (?1, ?2)")?
            .execute(params![name, text])?;
    }
    Ok(())
}

fn update(db: &Connection, update: &Update) -> Result<()> {
    let mut data = String::from("{");
    for (place, (number, cell)) in update.cells.iter().enumerate() {
        if place > 0 {
            data.push(',');
        }
        data.push_str(&Value::from(update.names.name(*number)).to_string());
        data.push(':');
        data.push_str(&cell.json);
    }
    data.push('}');
    db.prepare_cached("INSERT INTO updates (module, ids, data) VALUES (?1, ?2, ?3)")?
        .execute(params![update.module, blob(&update.ids), data])?;
    Ok(())
}

fn record(db: &Connection, module: &str, id: RecordId, view: &View) -> Result<()> {
    // Updates kept next to the record are merged into what is written now.
    let state = json(&view.row.state);
    db.prepare_cached("INSERT OR REPLACE INTO records VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(
        params![
            signed(id.get()),
            module,
            state.trim_matches('"'),
            json(&view.row.territories),
            view.json()
        ],
    )?;
    Ok(())
}

fn job(db: &Connection, job: &Job) -> Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT OR REPLACE INTO jobs (id, module, view, territory, fields, over_write, version, user, call,
         status, total, updated, failed, not_before, automations)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    statement.execute(params![
        job.id,
        job.module,
        signed(job.view.get()),
        job.territory.map(|territory| json(&territory)),
        json(&job.fields),
        job.over_write,
        job.version.as_str(),
        job.user,
        job.call,
        job.status.as_str(),
        signed(job.total),
        signed(job.updated),
        signed(job.failed),
        job.not_before,
        job.automations,
    ])?;
    Ok(())
}

fn tokens(db: &Connection, tokens: &Tokens) -> Result<()> {
    db.execute_batch("DELETE FROM tokens; DELETE FROM clients;")?;
    for Issued { token, access, created, expires, refresh } in &tokens.issued {
        db.prepare_cached(
            "INSERT INTO tokens (token, user, scopes, created, expires, refresh)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            token,
            access.user,
            access.scopes.join(" "),
            created,
            expires,
            refresh
        ])?;
    }
    for client in &tokens.clients {
        let Client { client_id, client_secret, refresh_token, grant, user, scopes } = client;
        db.prepare_cached("INSERT OR REPLACE INTO clients VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                refresh_token,
                client_id,
                client_secret,
                grant,
                user,
                scopes.join(" ")
            ])?;
    }
    db.prepare_cached("INSERT OR REPLACE INTO kept VALUES ('tokens', ?1)")?
        .execute([tokens.count.to_string()])?;
    Ok(())
}

fn call(db: &Connection, entry: &CallEntry) -> Result<()> {
    let CallEntry { number, at, method, path, user, status, refusal, .. } = entry;
    db.prepare_cached("INSERT OR REPLACE INTO calls VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![number, at, method, path, user, status, refusal])?;
    if number % 1_000 == 0 {
        let oldest = number.saturating_sub(length(CALLS));
        db.execute("DELETE FROM calls WHERE number <= ?1", [oldest])?;
    }
    Ok(())
}

fn triggered(db: &Connection, entry: &Triggered) -> Result<()> {
    let Triggered { first, at, module, call, job, records } = entry;
    db.prepare_cached("INSERT OR REPLACE INTO triggered VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![first, at, &**module, call, job, blob(records)])?;
    let oldest = first.saturating_sub(length(AUTOMATIONS));
    db.prepare_cached("DELETE FROM triggered WHERE first < ?1")?.execute([oldest])?;
    Ok(())
}

/// Merges the updates kept next to the records into them.
pub(super) fn fold(db: &mut Connection) -> Result<()> {
    let transaction = db.transaction()?;
    {
        let mut sets: Vec<Map<String, Value>> = Vec::new();
        let mut changes = Changes::default();
        let mut updates = transaction.prepare("SELECT ids, data FROM updates ORDER BY number")?;
        let mut rows = updates.query([])?;
        while let Some(row) = rows.next()? {
            sets.push(from_json(&row.get::<_, String>(1)?)?);
            changes.add(&ids(&row.get::<_, Vec<u8>>(0)?), &sets);
        }
        changes.drop_replaced(&sets);
        let mut read = transaction.prepare("SELECT data FROM records WHERE id = ?1")?;
        let mut write = transaction.prepare("UPDATE records SET data = ?2 WHERE id = ?1")?;
        for changes in changes.of_updates.chunk_by(|(a, _), (b, _)| a == b) {
            let mut last: BTreeMap<&String, &Value> = BTreeMap::new();
            for (name, value) in
                changes.iter().filter_map(|(_, update)| sets.get(*update)).flatten()
            {
                last.entry(name).or_insert(value);
            }
            let Some((id, _)) = changes.first() else { continue };
            let mut data: Map<String, Value> =
                from_json(&read.query_row([id], |row| row.get::<_, String>(0))?)?;
            data.extend(last.into_iter().map(|(name, value)| (name.clone(), value.clone())));
            write.execute(params![id, json(&data)])?;
        }
    }
    transaction.execute("DELETE FROM updates", [])?;
    transaction.commit()
}

/// The records that updates change.
#[derive(Default)]
struct Changes {
    /// The id of a record and the place of an update of it; the last updates of a record come first.
    of_updates: Vec<(i64, usize)>,
    /// How many there were when those that count no more were dropped.
    kept: usize,
}

impl Changes {
    /// Changes that are collected before those that count no more are dropped.
    const COLLECTED: usize = if cfg!(test) { 4 } else { 1 << 16 };

    /// Adds the records of the last of some updates. Only as many stay as there are records, or so: what folding takes
    /// stays with the thread that does it, and each time it may be another one.
    fn add(&mut self, ids: &[RecordId], sets: &[Map<String, Value>]) {
        let update = sets.len().saturating_sub(1);
        self.of_updates.extend(ids.iter().map(|id| (signed(id.get()), update)));
        if self.of_updates.len() >= 2 * self.kept.max(Self::COLLECTED) {
            self.drop_replaced(sets);
        }
    }

    /// Drops the updates of a record whose values later ones replace.
    fn drop_replaced(&mut self, sets: &[Map<String, Value>]) {
        self.of_updates.sort_unstable_by(|a, b| b.cmp(a));
        // Few names, so that looking through them is quickest.
        let (mut record, mut set) = (None, Vec::new());
        self.of_updates.retain(|(id, update)| {
            if record.replace(*id) != Some(*id) {
                set.clear();
            }
            let before = set.len();
            for name in sets.get(*update).into_iter().flat_map(Map::keys) {
                if !set.contains(&name) {
                    set.push(name);
                }
            }
            set.len() > before
        });
        self.kept = self.of_updates.len();
    }
}

/// Writes a whole state in the place of what is there.
pub(super) fn replace(db: &mut Connection, state: &State) -> Result<()> {
    let transaction = db.transaction()?;
    transaction.execute_batch(
        "DELETE FROM organisation; DELETE FROM modules; DELETE FROM records; DELETE FROM updates;
         DELETE FROM jobs; DELETE FROM job_members; DELETE FROM calls; DELETE FROM triggered;
         DELETE FROM credits; DELETE FROM tokens; DELETE FROM clients;",
    )?;
    let mut organisation = state.organisation.clone();
    for (position, module) in (0i64..).zip(std::mem::take(&mut organisation.modules)) {
        let values = params![module.api_name, position, json(&module)];
        transaction.execute("INSERT INTO modules VALUES (?1, ?2, ?3)", values)?;
    }
    transaction.execute("INSERT INTO organisation VALUES (1, ?1)", [json(&organisation)])?;
    for table in &state.tables {
        for (id, view) in table.views() {
            record(&transaction, &table.module, id, &view)?;
        }
    }
    tokens(&transaction, &state.tokens)?;
    transaction.commit()
}

/// Ids as eight bytes each.
fn blob(ids: &[RecordId]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.get().to_le_bytes()).collect()
}

/// Reads what [`blob`] wrote.
pub(super) fn ids(blob: &[u8]) -> Vec<RecordId> {
    let (parts, _) = blob.as_chunks::<8>();
    parts.iter().filter_map(|part| RecordId::from_number(u64::from_le_bytes(*part))).collect()
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn length(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_that_count_no_more_are_not_collected() {
        let ids: Vec<_> = (1..=8).filter_map(RecordId::from_number).collect();
        let names = ["City", "State"].map(|name| Map::from_iter([(name.to_owned(), Value::Null)]));
        let (mut changes, mut sets) = (Changes::default(), Vec::new());
        for number in 0..1_000 {
            sets.push(names[number % 2].clone());
            changes.add(&ids, &sets);
            // The last update of each name, and as many again before they are dropped.
            assert!(changes.of_updates.len() < 4 * ids.len() + ids.len());
        }
        changes.drop_replaced(&sets);
        let last: Vec<_> = (1..=8).rev().flat_map(|id| [(id, 999), (id, 998)]).collect();
        assert_eq!(changes.of_updates, last);
    }
}
