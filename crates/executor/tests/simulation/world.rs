//! A world in which a run is simulated: a seeded chance, an organisation in the emulator, a network that
//! loses calls, a clock that jumps, and a journal that ends with the process at any write.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use massup_emulator::metadata::{Description, Record, RecordState};
use massup_emulator::settings::Faults;
use massup_emulator::{Emulator, Request, seed};
use massup_executor::entry::{Entry, Identity, Image, Key, ReadState, RecordEntry, State};
use massup_executor::journal::JournalErrorKind;
use massup_executor::{Journal, JournalError, Memory};
use massup_model::{RecordId, ViewId};
use massup_transport::{Call, Failure, Response, Transport};
use serde_json::{Map, json};

/// A `SplitMix64`: the same seed gives the same world.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

pub(crate) const MODULE: &str = "Leads";

/// Fields that any record of the module takes.
pub(crate) const FIELDS: [&str; 3] = ["Company", "Designation", "City"];

pub(crate) fn id(number: u64) -> RecordId {
    RecordId::from_number(5_725_767_000_001_000_000 + number).unwrap()
}

/// An organisation with so many leads, some of which refuse to be updated; and a view of all of them.
pub(crate) fn organisation(records: u64, chance: &mut Chance) -> (Description, ViewId) {
    let mut description = seed::without_records();
    description.modules.retain(|module| module.api_name == MODULE);
    let leads = description.modules.iter_mut().find(|module| module.api_name == MODULE).unwrap();
    leads.views[0].criteria = None;
    let view = leads.views[0].id;
    let refuses = chance.pick(&[0, 0, 5, 30]);
    leads.records = (0..records)
        .map(|number| {
            let value = |chance: &mut Chance| chance.pick(&["old", "older", "new0", "new1"]);
            let mut data = Map::new();
            for field in FIELDS {
                data.insert(field.to_owned(), value(chance).into());
            }
            data.insert("Last_Name".to_owned(), "Kumar".into());
            data.insert("Modified_Time".to_owned(), "2026-05-01T10:00:00+00:00".into());
            let state =
                if chance.percent(refuses) { RecordState::Locked } else { RecordState::Free };
            Record { id: id(number), data, state, territories: Vec::new() }
        })
        .collect();
    (description, view)
}

/// How the network and the server misbehave: to so many of a hundred calls.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Network {
    pub(crate) not_sent: u64,
    pub(crate) drop_before: u64,
    pub(crate) drop_after: u64,
    pub(crate) error_before: u64,
    pub(crate) error_after: u64,
    pub(crate) too_many: u64,
    pub(crate) token: u64,
}

impl Network {
    pub(crate) fn any(chance: &mut Chance) -> Self {
        let mut some = || chance.pick(&[0, 0, 0, 3, 15]);
        Self {
            not_sent: some(),
            drop_before: some(),
            drop_after: some(),
            error_before: some(),
            error_after: some(),
            too_many: some(),
            token: some() / 5,
        }
    }
}

/// The server, with what it has done.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) emulator: Emulator,
    pub(crate) faults: Network,
    /// Updating calls that were carried out, and the last entry of the automation log.
    pub(crate) updates: u64,
    logged: i64,
    /// Records that somebody else has changed, with the entries that this has left in the log.
    pub(crate) meddled: BTreeMap<RecordId, u64>,
}

impl Server {
    pub(crate) fn new(description: &Description) -> Self {
        let emulator = Emulator::of(description).unwrap();
        Self {
            emulator,
            faults: Network::default(),
            updates: 0,
            logged: 0,
            meddled: BTreeMap::new(),
        }
    }

    /// Carries a call out, or not, and makes up what comes back.
    pub(crate) fn handle(&mut self, call: &Call, chance: &mut Chance) -> Result<Response, Failure> {
        self.emulator.advance(1 + i64::try_from(chance.below(3)).unwrap());
        let faults = self.faults;
        if chance.percent(faults.not_sent) {
            return Err(Failure::NotSent("no route".into()));
        }
        self.emulator.configure(|settings| {
            let played = &mut settings.faults;
            for (counter, percent) in [
                (&mut played.drops_before, faults.drop_before),
                (&mut played.drops_after, faults.drop_after),
                (&mut played.errors_before, faults.error_before),
                (&mut played.errors_after, faults.error_after),
                (&mut played.too_many_requests, faults.too_many),
                (&mut played.invalid_tokens, faults.token),
            ] {
                *counter = u32::from(chance.percent(percent));
            }
        });
        let query = call.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", call.path());
        let request = Request::new(call.method().as_str(), &path)
            .with_token(seed::DEMO_TOKEN)
            .with_body(call.body().unwrap_or_default());
        let reply = self.emulator.handle(&request);
        let last = self.last_logged();
        self.updates += u64::from(last > self.logged);
        self.logged = last;
        if reply.dropped {
            return Err(Failure::InDoubt("the connection was closed".into()));
        }
        let mut answer = Response::new(reply.status, reply.body.clone());
        answer.credits_remaining =
            reply.header("X-API-CREDITS-REMAINING").and_then(|left| left.parse().ok());
        Ok(answer)
    }

    fn last_logged(&self) -> i64 {
        let mut last = self.logged;
        while let Some(entry) = self.emulator.automations(last).unwrap().last() {
            last = entry["number"].as_i64().unwrap();
        }
        last
    }

    /// Somebody else gives a record another value.
    pub(crate) fn meddle(&mut self, id: RecordId, field: &str) {
        self.emulator.advance(2);
        let request = Request::new("PUT", &format!("/crm/v8/{MODULE}/{id}"))
            .with_token(seed::DEMO_TOKEN)
            .with_json(&json!({ "data": [{ field: "theirs" }] }));
        self.emulator.configure(|settings| settings.faults = Faults::default());
        if self.emulator.handle(&request).status == 200 {
            *self.meddled.entry(id).or_default() += 1;
        }
        self.logged = self.last_logged();
    }

    /// How often each record was updated.
    pub(crate) fn updates_by_record(&self) -> BTreeMap<RecordId, u64> {
        let (mut counts, mut after) = (BTreeMap::new(), 0);
        loop {
            let entries = self.emulator.automations(after).unwrap();
            let Some(last) = entries.last() else { break };
            after = last["number"].as_i64().unwrap();
            for entry in &entries {
                let id: RecordId = serde_json::from_value(entry["record"].clone()).unwrap();
                *counts.entry(id).or_default() += 1;
            }
        }
        for (id, times) in &self.meddled {
            if let Some(count) = counts.get_mut(id) {
                *count -= times;
            }
        }
        counts
    }

    pub(crate) fn value(&self, id: RecordId, field: &str) -> String {
        let record = self.emulator.record(MODULE, id).unwrap().unwrap();
        record.data.get(field).unwrap_or(&json!(null)).as_str().unwrap_or_default().to_owned()
    }
}

/// The server without a network.
pub(crate) struct Direct<'a>(pub(crate) &'a Emulator);

impl Transport for Direct<'_> {
    fn send(&self, call: &Call) -> Result<Response, Failure> {
        let query = call.query().map(|query| format!("?{query}")).unwrap_or_default();
        let request = Request::new(call.method().as_str(), &format!("{}{query}", call.path()))
            .with_token(seed::DEMO_TOKEN)
            .with_body(call.body().unwrap_or_default());
        let reply = self.0.handle(&request);
        Ok(Response::new(reply.status, reply.body))
    }
}

/// A journal that outlives the processes that write it.
#[derive(Debug)]
pub(crate) struct Shared(pub(crate) Rc<RefCell<Memory>>, pub(crate) Identity);

/// A journal in a process that may end at any write, before or after it.
#[derive(Debug)]
pub(crate) struct Mortal<'j, J> {
    pub(crate) journal: &'j mut J,
    /// Writes left; the last one is made where `after` is set.
    pub(crate) left: Rc<Cell<u64>>,
    pub(crate) after: bool,
}

impl<J: Journal> Journal for Mortal<'_, J> {
    fn identity(&self) -> &Identity {
        self.journal.identity()
    }

    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let left = self.left.get();
        if left == 0 {
            if self.after {
                self.journal.write(entries)?;
            }
            return Err(JournalError::new(JournalErrorKind::Io, "the process was killed"));
        }
        self.left.set(left - 1);
        self.journal.write(entries)
    }

    fn call(&mut self, key: Key) -> Result<Option<State>, JournalError> {
        self.journal.call(key)
    }

    fn read(&mut self, step: u64) -> Result<Option<ReadState>, JournalError> {
        self.journal.read(step)
    }

    fn ids(&mut self, key: Key) -> Result<Vec<RecordId>, JournalError> {
        self.journal.ids(key)
    }

    fn images(&mut self, key: Key, part: u32) -> Result<Vec<Image>, JournalError> {
        self.journal.images(key, part)
    }

    fn calls_after(
        &mut self,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, State)>, JournalError> {
        self.journal.calls_after(after, limit)
    }

    fn records_after(
        &mut self,
        after: Option<(Key, RecordId)>,
        limit: usize,
    ) -> Result<Vec<RecordEntry>, JournalError> {
        self.journal.records_after(after, limit)
    }

    fn images_after(
        &mut self,
        after: Option<(Key, u32)>,
        limit: usize,
    ) -> Result<Vec<(Key, u32)>, JournalError> {
        self.journal.images_after(after, limit)
    }
}

impl Journal for Shared {
    fn identity(&self) -> &Identity {
        &self.1
    }

    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        self.0.borrow_mut().write(entries)
    }

    fn call(&mut self, key: Key) -> Result<Option<State>, JournalError> {
        self.0.borrow_mut().call(key)
    }

    fn read(&mut self, step: u64) -> Result<Option<ReadState>, JournalError> {
        self.0.borrow_mut().read(step)
    }

    fn ids(&mut self, key: Key) -> Result<Vec<RecordId>, JournalError> {
        self.0.borrow_mut().ids(key)
    }

    fn images(&mut self, key: Key, part: u32) -> Result<Vec<Image>, JournalError> {
        self.0.borrow_mut().images(key, part)
    }

    fn calls_after(
        &mut self,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, State)>, JournalError> {
        self.0.borrow_mut().calls_after(after, limit)
    }

    fn records_after(
        &mut self,
        after: Option<(Key, RecordId)>,
        limit: usize,
    ) -> Result<Vec<RecordEntry>, JournalError> {
        self.0.borrow_mut().records_after(after, limit)
    }

    fn images_after(
        &mut self,
        after: Option<(Key, u32)>,
        limit: usize,
    ) -> Result<Vec<(Key, u32)>, JournalError> {
        self.0.borrow_mut().images_after(after, limit)
    }
}
