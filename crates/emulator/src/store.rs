//! What the emulator remembers: in memory, and where it is kept in a file, in SQLite as well.
//!
//! Memory is what calls work on. A call changes it and writes down how to take the change back; when it is
//! committed, what it changed goes to the disk as one batch, and its answer waits for that. The batches of
//! calls that come at the same time are written together.

mod devices;
mod disk;
mod jobs;
mod log;
mod records;
mod tokens;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use massup_model::RecordId;
use serde_json::Value;

use crate::Error;
use crate::metadata::{Client, Description, Module, Record};
use crate::time::Instant;

pub(crate) use devices::{Codes, Device};
pub(crate) use disk::{Disk, Ticket};
pub(crate) use jobs::{Job, Status};
pub(crate) use log::{Automation, CallEntry, Triggered};
pub(crate) use records::{Shared, View, cell};
pub(crate) use tokens::Access;

use disk::{Batch, Update};
use log::Log;
use records::{Interner, Row, Table};
use tokens::{Issued, Tokens};

/// Ids of jobs look like all others.
const FIRST_JOB: i64 = 5_725_767_000_050_600_001;

/// Where the records of a module are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(usize);

/// Everything that is remembered.
pub(crate) struct Store {
    state: RefCell<State>,
    disk: Option<Arc<Disk>>,
}

/// The state in memory.
#[derive(Default)]
struct State {
    /// The organisation without its records.
    organisation: Description,
    tables: Vec<Table>,
    jobs: BTreeMap<i64, Job>,
    next_job: i64,
    /// The records that each running job found when it started.
    members: HashMap<i64, Arc<[RecordId]>>,
    tokens: Tokens,
    /// Credits used, by the hour.
    credits: BTreeMap<i64, u64>,
    log: Log,
    kept: BTreeMap<String, String>,
    /// How to take back what the present call has changed.
    undo: Vec<Undo>,
    /// Where the logs were when the present call began.
    marks: (i64, i64),
    batch: Batch,
    epoch: u64,
    ticket: Ticket,
}

/// One change, taken back.
enum Undo {
    Row(usize, RecordId, Option<Arc<Row>>),
    Job(i64, Option<Box<Job>>),
    NextJob(i64),
    Members(i64, Option<Arc<[RecordId]>>),
    Tokens(Box<Tokens>),
    Credits(i64, Option<u64>),
}

impl Store {
    /// A state that ends with this value.
    pub(crate) fn in_memory() -> Self {
        Self { state: RefCell::new(State { next_job: FIRST_JOB, ..State::default() }), disk: None }
    }

    /// The state of a file, which no other process has at the same time.
    pub(crate) fn keep(path: &Path) -> Result<Self, Error> {
        let disk = Disk::open(path)?;
        let state = disk.load()?;
        Ok(Self { state: RefCell::new(state), disk: Some(Arc::new(disk)) })
    }

    /// The file, if the state is kept in one.
    pub(crate) fn disk(&self) -> Option<Arc<Disk>> {
        self.disk.clone()
    }

    /// What has to be on the disk before an answer is sent that saw the present state.
    pub(crate) fn ticket(&self) -> Ticket {
        self.state.borrow().ticket
    }

    /// Reads everything from the disk again, after a write that failed. What was not written is gone.
    pub(crate) fn recover(&self) -> Result<(), rusqlite::Error> {
        let Some(disk) = &self.disk else { return Ok(()) };
        // Another call may have done it meanwhile.
        if self.state.borrow().epoch != disk.epoch() {
            let state = disk.load()?;
            *self.state.borrow_mut() = state;
        }
        Ok(())
    }

    /// Begins a change that is done whole or not at all.
    pub(crate) fn begin(&self) {
        // One that a panic cut off is taken back first.
        self.roll_back();
        let mut state = self.state.borrow_mut();
        state.marks = (state.log.last_call, state.log.last_automation);
    }

    /// Ends a change: it counts.
    pub(crate) fn commit(&self) {
        let mut state = self.state.borrow_mut();
        state.undo.clear();
        let mut batch = std::mem::take(&mut state.batch);
        if let Some(disk) = &self.disk {
            batch.tokens = batch.tokens_changed.then(|| state.tokens.clone());
            let (call, automation) = state.marks;
            let calls = state.log.calls.iter().rev().take_while(|entry| entry.number > call);
            batch.calls = calls.cloned().collect();
            let triggered = state.log.triggered.iter().rev().take_while(|t| t.first > automation);
            batch.triggered = triggered.cloned().collect();
            state.ticket = disk.enqueue(batch, state.epoch, state.ticket);
        }
        state.log.trim();
        state.marks = (state.log.last_call, state.log.last_automation);
    }

    /// Ends a change: everything is as it was before.
    pub(crate) fn roll_back(&self) {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        state.batch = Batch::default();
        while let Some(undo) = state.undo.pop() {
            match undo {
                Undo::Row(table, id, old) => {
                    let table = state.tables.get_mut(table);
                    match (table, old) {
                        (Some(table), Some(old)) => drop(table.put(id, old)),
                        (Some(table), None) => table.remove(id),
                        (None, _) => {}
                    }
                }
                Undo::Job(id, Some(old)) => drop(state.jobs.insert(id, *old)),
                Undo::Job(id, None) => drop(state.jobs.remove(&id)),
                Undo::NextJob(id) => state.next_job = id,
                Undo::Members(id, Some(old)) => drop(state.members.insert(id, old)),
                Undo::Members(id, None) => drop(state.members.remove(&id)),
                Undo::Tokens(old) => state.tokens = *old,
                Undo::Credits(hour, Some(old)) => drop(state.credits.insert(hour, old)),
                Undo::Credits(hour, None) => drop(state.credits.remove(&hour)),
            }
        }
        let (call, automation) = state.marks;
        state.log.take_back(call, automation);
    }

    /// What was kept under a name; `None` where there is nothing that can be read.
    pub(crate) fn kept<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.state.borrow().kept.get(name)?).ok()
    }

    /// Keeps a value under a name. It counts with the next commit.
    pub(crate) fn keep_as(&self, name: &str, value: &impl serde::Serialize) {
        let mut state = self.state.borrow_mut();
        let json = json(value);
        state.batch.kept.push((name.to_owned(), json.clone()));
        state.kept.insert(name.to_owned(), json);
    }

    /// Replaces everything by an organisation.
    pub(crate) fn import(&self, description: &Description) -> Result<(), rusqlite::Error> {
        let mut new = State { next_job: FIRST_JOB, ..State::default() };
        let mut interner = Interner::default();
        let (mut organisation, modules) = parts(description);
        for (module, records) in modules {
            let mut table = Table::of(&module.api_name);
            for record in records {
                let Record { id, data, state, territories } = record;
                let row = interner.row(&mut table, data, *state, territories);
                table.push(*id, row);
            }
            table.sort();
            new.tables.push(table);
            organisation.modules.push(module);
        }
        new.tokens.clients.clone_from(&organisation.clients);
        new.tokens.issued = organisation.tokens.iter().map(given).collect();
        new.organisation = organisation;
        let mut state = self.state.borrow_mut();
        new.kept = std::mem::take(&mut state.kept);
        if let Some(disk) = &self.disk {
            (new.epoch, new.ticket) = (state.epoch, state.ticket);
            if let Err(error) = disk.replace(&new) {
                state.kept = new.kept;
                return Err(error);
            }
        }
        *state = new;
        Ok(())
    }

    /// The organisation without its records.
    pub(crate) fn description(&self) -> Description {
        self.state.borrow().organisation.clone()
    }

    /// Adds a record, or replaces the one with its id.
    pub(crate) fn insert(&self, module: &str, record: &Record) {
        let mut state = self.state.borrow_mut();
        let Some(place) = state.place(module) else { return };
        let Some(table) = state.tables.get_mut(place) else { return };
        let Record { id, data, state: held, territories } = record;
        let row = Interner::default().row(table, data, *held, territories);
        let (row, names) = (Arc::new(row), Arc::clone(&table.names));
        let old = table.put(*id, Arc::clone(&row));
        state.undo.push(Undo::Row(place, *id, old));
        state.batch.rows.push((module.to_owned(), *id, View { names, row }));
    }

    /// Where the records of a module are.
    pub(crate) fn place(&self, module: &str) -> Place {
        Place(self.state.borrow().place(module).unwrap_or(usize::MAX))
    }

    /// The number by which the cells of a field are set.
    pub(crate) fn number(&self, place: Place, field: &str) -> u32 {
        let mut state = self.state.borrow_mut();
        state.tables.get_mut(place.0).map_or(u32::MAX, |table| table.number(field))
    }

    /// Sets cells of a record that is there, and gives the record as it is then.
    pub(crate) fn set(&self, place: Place, id: RecordId, cells: &[(u32, Shared)]) -> Option<View> {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let table = state.tables.get_mut(place.0)?;
        let row = Arc::new(table.row(id)?.with(cells));
        let names = Arc::clone(&table.names);
        let old = table.put(id, Arc::clone(&row));
        state.undo.push(Undo::Row(place.0, id, old));
        if self.disk.is_some() {
            match state.batch.updates.last_mut().filter(|u| u.is_of(&table.module, cells)) {
                Some(update) => update.ids.push(id),
                None => state.batch.updates.push(Update {
                    module: table.module.clone(),
                    ids: vec![id],
                    names: Arc::clone(&names),
                    cells: cells.to_vec(),
                }),
            }
        }
        Some(View { names, row })
    }

    /// A record as it is now.
    pub(crate) fn view_at(&self, place: Place, id: RecordId) -> Option<View> {
        let state = self.state.borrow();
        let table = state.tables.get(place.0)?;
        Some(View { names: Arc::clone(&table.names), row: Arc::clone(table.row(id)?) })
    }

    /// A record of a module as it is now.
    pub(crate) fn view(&self, module: &str, id: RecordId) -> Option<View> {
        self.view_at(self.place(module), id)
    }

    /// The record with an id, of whatever module.
    pub(crate) fn view_of(&self, id: RecordId) -> Option<View> {
        let state = self.state.borrow();
        let view = |table: &Table| {
            Some(View { names: Arc::clone(&table.names), row: Arc::clone(table.row(id)?) })
        };
        state.tables.iter().find_map(view)
    }

    /// A record of a module, with its id and all its fields.
    pub(crate) fn record(&self, module: &str, id: RecordId) -> Option<Record> {
        Some(self.view(module, id)?.record(id))
    }

    /// The ids of the records of a module that pass a test, in order.
    pub(crate) fn matching(&self, module: &str, test: impl Fn(&View) -> bool) -> Vec<RecordId> {
        let state = self.state.borrow();
        let Some(table) = state.place(module).and_then(|place| state.tables.get(place)) else {
            return Vec::new();
        };
        table.views().filter(|(_, view)| test(view)).map(|(id, _)| id).collect()
    }

    /// The first records of a module, by id.
    pub(crate) fn first(&self, module: &str, limit: usize) -> Vec<Record> {
        let state = self.state.borrow();
        let table = state.place(module).and_then(|place| state.tables.get(place));
        let views = table.into_iter().flat_map(Table::views).take(limit);
        views.map(|(id, view)| view.record(id)).collect()
    }

    /// The ids of all records of a module, in order.
    pub(crate) fn ids(&self, module: &str) -> Vec<RecordId> {
        let state = self.state.borrow();
        let table = state.place(module).and_then(|place| state.tables.get(place));
        table.map(Table::ids).unwrap_or_default()
    }

    /// How many records a module has.
    pub(crate) fn count(&self, module: &str) -> u64 {
        let state = self.state.borrow();
        let table = state.place(module).and_then(|place| state.tables.get(place));
        table.map_or(0, Table::len) as u64
    }

    /// Whether another record of the module has a value in a field.
    pub(crate) fn has_other(&self, module: &str, field: &str, value: &Value, id: RecordId) -> bool {
        let others = self.matching(module, |view| view.get(field) == Some(value));
        others.into_iter().any(|other| other != id)
    }

    /// Writes the start of a call, and gives it a number.
    pub(crate) fn log_call(&self, at: Instant, method: &str, path: &str) -> i64 {
        self.state.borrow_mut().log.begin_call(at, method, path)
    }

    /// Writes how the call ended that was begun last.
    pub(crate) fn end_call(&self, end: impl FnOnce(&mut CallEntry)) {
        if let Some(entry) = self.state.borrow_mut().log.call() {
            end(entry);
        }
    }

    /// The newest calls first.
    pub(crate) fn calls(&self, limit: usize) -> Vec<CallEntry> {
        self.state.borrow().log.calls.iter().rev().take(limit).cloned().collect()
    }

    /// Writes down that updates of records triggered automations.
    pub(crate) fn log_automations(
        &self,
        at: Instant,
        module: &str,
        call: i64,
        job: Option<i64>,
        records: Vec<RecordId>,
    ) {
        if records.is_empty() {
            return;
        }
        let mut state = self.state.borrow_mut();
        let first = state.log.last_automation.saturating_add(1);
        state.log.trigger(Triggered { first, at, module: module.into(), call, job, records });
    }

    /// The automation log behind an entry, oldest first.
    pub(crate) fn automations(&self, after: i64, limit: usize) -> Vec<Automation> {
        self.state.borrow().log.automations(after, limit)
    }

    /// The newest calls and steps of jobs that triggered automations, with the records.
    pub(crate) fn triggered(&self, limit: usize) -> Vec<Triggered> {
        self.state.borrow().log.triggered.iter().rev().take(limit).cloned().collect()
    }

    /// How many automations were triggered.
    pub(crate) fn automation_count(&self) -> i64 {
        self.state.borrow().log.last_automation
    }

    /// Adds a job; its own id is not read. Returns the id it got.
    pub(crate) fn add_job(&self, mut job: Job) -> i64 {
        let mut state = self.state.borrow_mut();
        let id = state.next_job;
        state.undo.push(Undo::NextJob(id));
        state.next_job = id.saturating_add(1);
        job.id = id;
        drop(state);
        self.save_job(&job);
        id
    }

    /// Writes how far a job is.
    pub(crate) fn save_job(&self, job: &Job) {
        let mut state = self.state.borrow_mut();
        let old = state.jobs.insert(job.id, job.clone());
        state.undo.push(Undo::Job(job.id, old.map(Box::new)));
        state.batch.jobs.push(job.clone());
        drop(state);
        if !job.status.is_open() {
            self.set_members(job.id, None);
        }
    }

    /// The job with an id.
    pub(crate) fn job(&self, id: i64) -> Option<Job> {
        self.state.borrow().jobs.get(&id).cloned()
    }

    /// The jobs that are not over, oldest first.
    pub(crate) fn open_jobs(&self) -> Vec<Job> {
        self.state.borrow().jobs.values().filter(|job| job.status.is_open()).cloned().collect()
    }

    /// The newest jobs first.
    pub(crate) fn jobs(&self, limit: usize) -> Vec<Job> {
        self.state.borrow().jobs.values().rev().take(limit).cloned().collect()
    }

    /// Keeps the records that a job found when it started; none when it is over.
    pub(crate) fn set_members(&self, job: i64, records: Option<Vec<RecordId>>) {
        let mut state = self.state.borrow_mut();
        let records: Option<Arc<[RecordId]>> = records.map(Into::into);
        let old = match &records {
            Some(records) => state.members.insert(job, Arc::clone(records)),
            None => state.members.remove(&job),
        };
        state.undo.push(Undo::Members(job, old));
        state.batch.members.push((job, records));
    }

    /// Some of the records of a job, from a position on.
    pub(crate) fn members(&self, job: i64, from: u64, limit: u64) -> Vec<RecordId> {
        let state = self.state.borrow();
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let members = state.members.get(&job).map(|members| members.iter());
        let members = members.into_iter().flatten();
        members.skip(place(from)).take(place(limit)).copied().collect()
    }

    /// What a token allows now; `None` for an unknown or expired one.
    pub(crate) fn access(&self, token: &str, now: Instant) -> Option<Access> {
        self.state.borrow().tokens.access(token, now)
    }

    /// The client that a refresh token belongs to, if id and secret are right.
    pub(crate) fn client_of_refresh(
        &self,
        id: &str,
        secret: &str,
        refresh: &str,
    ) -> Option<Client> {
        let state = self.state.borrow();
        state.tokens.client(id, secret, |client| client.refresh_token == refresh).cloned()
    }

    /// The client that a grant code belongs to, if id and secret are right. The code is used up.
    pub(crate) fn client_of_code(&self, id: &str, secret: &str, code: &str) -> Option<Client> {
        let mut state = self.state.borrow_mut();
        let has = |client: &Client| client.grant.as_deref() == Some(code);
        let client = state.tokens.client(id, secret, has)?.clone();
        for known in state.changed_tokens().clients.iter_mut().filter(|known| has(known)) {
            known.grant = None;
        }
        Some(client)
    }

    /// How many access tokens a refresh token got in the ten minutes before now.
    pub(crate) fn recent_tokens(&self, refresh: &str, now: Instant) -> usize {
        self.state.borrow().tokens.recent(refresh, now)
    }

    /// Issues an access token.
    pub(crate) fn issue(&self, client: &Client, now: Instant, lifetime: i64) -> String {
        self.state.borrow_mut().changed_tokens().issue(client, now, lifetime)
    }

    /// Ends every access token that has an end at all.
    pub(crate) fn expire_tokens(&self, now: Instant) -> usize {
        self.state.borrow_mut().changed_tokens().expire(now)
    }

    /// New codes for a device; `None` for an unknown client.
    pub(crate) fn begin_device(&self, id: &str, scopes: &str, expires: Instant) -> Option<Codes> {
        self.state.borrow_mut().changed_tokens().begin_device(id, scopes, expires, random())
    }

    /// Records the consent of a person. Returns whether there is such a code.
    pub(crate) fn grant_device(&self, user_code: &str) -> bool {
        self.state.borrow_mut().changed_tokens().grant_device(user_code)
    }

    /// A device by its code, if id and secret of its client are right.
    pub(crate) fn device(&self, code: &str, id: &str, secret: &str) -> Option<Device> {
        self.state.borrow().tokens.device(code, id, secret).cloned()
    }

    /// Forgets a device that has its token.
    pub(crate) fn end_device(&self, code: &str) {
        let mut state = self.state.borrow_mut();
        state.changed_tokens().devices.retain(|device| device.codes.device != code);
    }

    /// Ends a refresh token with its access tokens, or one access token. Returns whether there is such a token.
    pub(crate) fn revoke(&self, token: &str, now: Instant) -> bool {
        self.state.borrow_mut().changed_tokens().revoke(token, now, random())
    }

    /// Takes credits.
    pub(crate) fn spend(&self, credits: u64, now: Instant) {
        let mut state = self.state.borrow_mut();
        let hour = now.div_euclid(3600);
        let old = state.credits.get(&hour).copied();
        let used = old.unwrap_or_default().saturating_add(credits);
        state.credits.insert(hour, used);
        state.undo.push(Undo::Credits(hour, old));
        state.batch.credits.push((hour, used));
    }

    /// Credits used in the 24 hours before now, by the hour.
    pub(crate) fn spent(&self, now: Instant) -> u64 {
        tokens::spent(&self.state.borrow().credits, now)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(disk) = &self.disk {
            // What is left is the log of calls that read: nobody waits for it.
            let _ = disk.flush_all();
        }
    }
}

impl State {
    fn place(&self, module: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.module == module)
    }

    /// The tokens, to be changed.
    fn changed_tokens(&mut self) -> &mut Tokens {
        let old = Box::new(self.tokens.clone());
        self.undo.push(Undo::Tokens(old));
        self.batch.tokens_changed = true;
        &mut self.tokens
    }
}

/// A description without its modules, and each module apart from its records.
fn parts(description: &Description) -> (Description, Vec<(Module, &[Record])>) {
    let Description { org, profiles, users, territories, modules, tokens, clients } = description;
    let organisation = Description {
        org: org.clone(),
        profiles: profiles.clone(),
        users: users.clone(),
        territories: territories.clone(),
        modules: Vec::new(),
        tokens: tokens.clone(),
        clients: clients.clone(),
    };
    let modules = modules.iter().map(|module| {
        let alone = Module {
            api_name: module.api_name.clone(),
            module_name: module.module_name.clone(),
            singular_label: module.singular_label.clone(),
            plural_label: module.plural_label.clone(),
            generated_type: module.generated_type.clone(),
            fields: module.fields.clone(),
            layouts: module.layouts.clone(),
            views: module.views.clone(),
            records: Vec::new(),
        };
        (alone, module.records.as_slice())
    });
    (organisation, modules.collect())
}

/// A token that is valid from the start.
fn given(token: &crate::metadata::Token) -> Issued {
    Issued {
        token: token.token.clone(),
        access: Access { user: token.user.clone(), scopes: token.scopes.clone() },
        created: 0,
        expires: None,
        refresh: None,
    }
}

/// A number that nobody can foretell.
fn random() -> u64 {
    getrandom::u64().unwrap_or_default()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
