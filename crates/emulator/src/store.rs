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

use crate::Error;
use crate::metadata::{Description, Module, Record};

pub(crate) use disk::{Disk, Ticket};
pub(crate) use jobs::{Job, Status};
pub(crate) use log::{Automation, CallEntry, Triggered};
pub(crate) use records::{Place, Shared, View, cell};
pub(crate) use tokens::Access;

use disk::Batch;
use log::Log;
use records::{Interner, Row, Table};
use tokens::{Tokens, given};

/// Ids of jobs look like all others.
const FIRST_JOB: i64 = 5_725_767_000_050_600_001;

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
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(disk) = &self.disk {
            // What is left is the log of calls that read: nobody waits for it.
            let _ = disk.flush_all();
        }
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

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
