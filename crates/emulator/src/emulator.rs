//! The emulator as a library: one organisation behind one lock.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use massup_model::{ApiVersion, RecordId};
use serde_json::Value;

use crate::body;
use crate::control::{self, Caller};
use crate::core::Core;
use crate::example::Example;
use crate::metadata::{Description, Record, RecordState};
use crate::refusal::Denial;
use crate::reply::{Reply, Request};
use crate::route::Route;
use crate::seed;
use crate::settings::Settings;
use crate::store::{Automation, Disk, Store, Ticket};
use crate::time::Clock;
use crate::{Error, Refusal};

/// The API as documented, in this process.
///
/// All methods take `&self`; calls are done one after the other. In a file everything is kept: what a
/// reply has acknowledged is on the disk.
///
/// ```
/// use massup_emulator::{Emulator, Refusal, Request, seed};
/// use serde_json::json;
///
/// let emulator = Emulator::seeded()?;
/// let call = Request::new("POST", "/crm/v8/Leads/actions/mass_update").with_token(seed::DEMO_TOKEN);
/// let ids = ["5725767000001000001", "1"];
/// let reply = emulator.handle(&call.clone().with_json(&json!({
///     "data": [{ "City": "Chennai" }], "ids": ids,
/// })));
/// assert_eq!(reply.status, 207);
/// assert_eq!(reply.records, [None, Some(Refusal::IdUnknown)]);
///
/// // Any module but Deals takes one field a call.
/// let reply = emulator.handle(&call.with_json(&json!({
///     "data": [{ "City": "Chennai", "State": "Tamil Nadu" }], "ids": ids,
/// })));
/// assert_eq!(reply.refusal, Some(Refusal::TooManyFields));
/// assert_eq!(reply.to_json()["message"], "Max field limit exceeded");
/// # Ok::<(), massup_emulator::Error>(())
/// ```
#[derive(Debug)]
pub struct Emulator {
    core: Mutex<Core>,
    disk: Option<Arc<Disk>>,
}

/// How the server treats calls, by the settings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pacing {
    /// How long a client may take to send a call, and how long not to read its answer.
    pub(crate) patience: Duration,
    /// How long a call waits before it is done, and its answer before it is sent.
    pub(crate) before: Duration,
    pub(crate) after: Duration,
    /// Calls under way at the same time.
    pub(crate) concurrency: usize,
    /// How long the background work pauses after a step.
    pub(crate) job_pause: Duration,
}

impl Emulator {
    /// The organisation that ships with the crate, in memory, with a clock that does not move by itself.
    ///
    /// # Errors
    ///
    /// When SQLite fails.
    pub fn seeded() -> Result<Self, Error> {
        Self::of(&seed::organisation())
    }

    /// An organisation in memory, with a clock that does not move by itself.
    ///
    /// # Errors
    ///
    /// As [`import`](Self::import).
    pub fn of(description: &Description) -> Result<Self, Error> {
        let emulator = Self::with_store(Store::in_memory(), Clock::Manual { now: Clock::START });
        emulator.import(description)?;
        Ok(emulator)
    }

    /// The organisation that is kept in a file, at the machine's clock. A new file gets the seed.
    ///
    /// What the control endpoint took of settings and of the clock is kept there too, faults left out.
    ///
    /// # Errors
    ///
    /// * The file cannot be read or written.
    /// * It is something else: it is then left as it is.
    /// * Another process has it open.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let emulator = Self::with_store(Store::keep(path)?, Clock::System { ahead: 0 });
        if emulator.core().organisation.modules.is_empty() {
            emulator.import(&seed::organisation())?;
        }
        Ok(emulator)
    }

    fn with_store(store: Store, clock: Clock) -> Self {
        let organisation = store.description();
        let settings = store.kept("settings").unwrap_or_default();
        let clock = match clock {
            Clock::System { .. } => Clock::System { ahead: store.kept("ahead").unwrap_or(0) },
            Clock::Manual { .. } => clock,
        };
        let disk = store.disk();
        let core = Core { store, organisation: Arc::new(organisation), settings, clock };
        Self { core: Mutex::new(core), disk }
    }

    /// Replaces everything by another organisation: its records, jobs, logs and tokens too.
    ///
    /// # Errors
    ///
    /// * Two modules have one name, two records one id, or the like; a user has a profile that is not there,
    ///   a token a user, a record a territory.
    /// * SQLite fails.
    pub fn import(&self, description: &Description) -> Result<(), Error> {
        self.core().import(description)
    }

    /// Answers a call.
    pub fn handle(&self, request: &Request) -> Reply {
        self.handle_from(request, Caller::Holder)
    }

    /// Answers a call of a caller who may see less than the owner of the emulator.
    pub(crate) fn handle_from(&self, request: &Request, caller: Caller) -> Reply {
        // The lock is held for the work alone, not for reading the call.
        let read = body::parse_call(request);
        let route = Route::of(request);
        let (reply, ticket) = {
            let mut core = self.core();
            let reply = match &route {
                Route::Control(path) => control::answer(&mut core, request, caller, path),
                _ => core.handle(request, &route, read, true),
            };
            (reply, core.store.ticket())
        };
        // An answer reports nothing that a kill could undo.
        match self.flush(ticket) {
            Ok(()) => reply,
            Err(_) => Denial::from(Refusal::Internal).reply(ApiVersion::LATEST),
        }
    }

    /// Answers a call as [`handle`](Self::handle) would, and leaves everything as it was.
    pub fn try_out(&self, request: &Request) -> Reply {
        self.core().try_out(request)
    }

    /// Does one step of the background work: starts the jobs whose time has come, and lets each running
    /// one do [`job_batch`](Settings::job_batch) records. Says whether there was anything to do.
    ///
    /// # Errors
    ///
    /// When SQLite fails; the step is then not done at all.
    pub fn tick(&self) -> Result<bool, Error> {
        let (worked, ticket) = {
            let mut core = self.core();
            (core.tick(), core.store.ticket())
        };
        self.flush(ticket)?;
        if let Some(disk) = &self.disk {
            // The log of calls that only read is written here too.
            disk.flush_all().map_err(|_| self.recovered())?;
        }
        Ok(worked)
    }

    /// The file, if the organisation is kept in one.
    #[cfg(test)]
    pub(crate) fn disk(&self) -> Option<Arc<Disk>> {
        self.disk.clone()
    }

    /// Waits until everything up to a ticket is on the disk.
    fn flush(&self, ticket: Ticket) -> Result<(), Error> {
        match &self.disk {
            Some(disk) => disk.flush(ticket).map_err(|_| self.recovered()),
            None => Ok(()),
        }
    }

    /// Goes back to what is on the disk, after a write that failed.
    fn recovered(&self) -> Error {
        let mut core = self.core();
        let recovered = core.store.recover();
        core.organisation = Arc::new(core.store.description());
        match recovered {
            Ok(()) => Error::of("the emulator's database cannot be written".to_owned()),
            Err(error) => error.into(),
        }
    }

    /// Ticks until no job can go on. Jobs that are to start later, or are made to stall, stay.
    ///
    /// # Errors
    ///
    /// As [`tick`](Self::tick).
    pub fn run_jobs(&self) -> Result<(), Error> {
        while self.tick()? {}
        Ok(())
    }

    /// The present second since 1970.
    pub fn now(&self) -> i64 {
        self.core().clock.now()
    }

    /// Moves the clock by a number of seconds.
    pub fn advance(&self, seconds: i64) {
        self.core().clock.advance(seconds);
    }

    /// Takes another clock.
    pub fn set_clock(&self, clock: Clock) {
        self.core().clock = clock;
    }

    /// The settings.
    pub fn settings(&self) -> Settings {
        self.core().settings.clone()
    }

    /// Changes settings.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.core().settings);
    }

    /// The organisation without its records.
    pub fn organisation(&self) -> Description {
        self.core().organisation.as_ref().clone()
    }

    /// A record as it is now; `None` where the module has none with that id.
    ///
    /// # Errors
    ///
    /// None at present: records are in memory. Kept for stores that can fail.
    pub fn record(&self, module: &str, id: RecordId) -> Result<Option<Record>, Error> {
        Ok(self.core().store.record(module, id))
    }

    /// Every record of a module, by id.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub fn records(&self, module: &str) -> Result<Vec<Record>, Error> {
        Ok(self.core().store.first(module, usize::MAX))
    }

    /// A call that works, if there is one.
    pub(crate) fn example(&self) -> Option<Example> {
        Example::of(&mut self.core())
    }

    /// Puts a record into a state. Says whether there is such a record.
    ///
    /// # Errors
    ///
    /// When SQLite fails; the record is then in the state that it was in.
    pub fn set_state(&self, module: &str, id: RecordId, state: RecordState) -> Result<bool, Error> {
        let (found, ticket) = {
            let core = self.core();
            core.store.begin();
            let found = core.set_state(module, id, state);
            core.store.commit();
            (found, core.store.ticket())
        };
        self.flush(ticket)?;
        Ok(found)
    }

    /// The automation log behind an entry, oldest first, at most 10,000 entries: objects of `number`,
    /// `at`, `module`, `record`, `call`, `job` and `trigger`. `0` starts at the oldest of the newest 200,000,
    /// which are kept.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub fn automations(&self, after: i64) -> Result<Vec<Value>, Error> {
        let entries: Vec<Automation> = self.core().store.automations(after, 10_000);
        Ok(entries.iter().map(crate::control::automation).collect())
    }

    /// What the server has to know of the settings before it answers a call.
    pub(crate) fn pacing(&self) -> Pacing {
        let core = self.core();
        let settings = &core.settings;
        Pacing {
            patience: Duration::from_millis(settings.read_timeout_ms),
            before: Duration::from_millis(settings.faults.latency_ms),
            after: Duration::from_millis(settings.faults.answer_latency_ms),
            job_pause: Duration::from_millis(settings.job_pause_ms),
            concurrency: settings
                .concurrency
                .unwrap_or_else(|| core.organisation.org.edition.concurrency()),
        }
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        // Every change is one transaction, so a panic while the lock was held left nothing half done.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
