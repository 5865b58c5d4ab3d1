//! The emulator as a library: one organisation behind one lock.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use massup_model::{ApiVersion, RecordId};
use serde_json::Value;

use crate::Refusal;
use crate::body::{self, Parsed};
use crate::control::Caller;
use crate::example::Example;
use crate::metadata::{Description, Record, RecordState};
use crate::refusal::Denial;
use crate::reply::{Reply, Request};
use crate::route::{self, Route};
use crate::seed;
use crate::settings::{Fault, Faults, Settings};
use crate::store::{Automation, Disk, Store, Ticket};
use crate::time::{self, Clock, Instant};

/// Why an emulator cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Error {
    what: String,
    #[source]
    source: Option<rusqlite::Error>,
}

impl Error {
    pub(crate) fn of(what: String) -> Self {
        Self { what, source: None }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        let what = match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy) => "another process is using the database",
            _ => "the emulator's database cannot be used",
        };
        Self { what: what.into(), source: Some(source) }
    }
}

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

/// What is behind the lock.
pub(crate) struct Core {
    pub(crate) store: Store,
    /// The organisation without its records.
    pub(crate) organisation: Arc<Description>,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core")
            .field("settings", &self.settings)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

impl Emulator {
    /// The organisation that ships with the crate, in memory, at a clock that stands still.
    ///
    /// # Errors
    ///
    /// When SQLite fails.
    pub fn seeded() -> Result<Self, Error> {
        Self::of(&seed::organisation())
    }

    /// An organisation in memory, at a clock that stands still.
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
        let (reply, ticket) = {
            let mut core = self.core();
            (core.handle(request, read, caller, true), core.store.ticket())
        };
        // An answer tells nothing that a kill could undo.
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

impl Core {
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Replaces everything by another organisation, or says why it cannot be.
    pub(crate) fn import(&mut self, description: &Description) -> Result<(), Error> {
        crate::import::check(description).map_err(Error::of)?;
        self.store.import(description)?;
        self.organisation = Arc::new(self.store.description());
        Ok(())
    }

    /// Puts a record into a state. Says whether there is such a record.
    pub(crate) fn set_state(&self, module: &str, id: RecordId, state: RecordState) -> bool {
        let Some(record) = self.store.record(module, id) else { return false };
        self.store.insert(module, &Record { state, ..record });
        true
    }

    /// The organisation with its records as they are now.
    pub(crate) fn whole(&self) -> Description {
        let mut whole = self.organisation.as_ref().clone();
        for module in &mut whole.modules {
            module.records = self.store.first(&module.api_name, usize::MAX);
        }
        whole
    }

    /// Writes settings and clock down, so that they are there again after a kill. Faults are for now.
    pub(crate) fn keep_settings(&self) {
        let settings = Settings { faults: Faults::default(), ..self.settings.clone() };
        self.store.keep_as("settings", &settings);
        if let Clock::System { ahead } = self.clock {
            self.store.keep_as("ahead", &ahead);
        }
    }

    /// Answers a call, and leaves everything as it was.
    pub(crate) fn try_out(&mut self, request: &Request) -> Reply {
        let read = body::parse_call(request);
        self.handle(request, read, Caller::Holder, false)
    }

    pub(crate) fn timestamp(&self) -> String {
        time::format(self.now())
    }

    fn handle(
        &mut self,
        request: &Request,
        read: Option<Parsed>,
        caller: Caller,
        keep: bool,
    ) -> Reply {
        let route = Route::of(request);
        self.store.begin();
        if let Route::Control(path) = &route {
            let reply = crate::control::answer(self, request, caller, path);
            self.store.commit();
            return reply;
        }
        let met = if keep { self.fault(request, &route) } else { None };
        let path = request.path.split('?').next().unwrap_or_default();
        let call = self.store.log_call(self.now(), &request.method, path);
        let before = met.as_ref().and_then(|met| met.before(route.version()));
        let (reply, user) = match before {
            Some(reply) => (reply, None),
            None => route::answer(self, request, read, &route, call),
        };
        let reply = match met {
            Some(met) => met.after(reply, route.version()),
            None => reply,
        };
        self.store.end_call(|entry| crate::control::end_call(entry, request, &route, user, &reply));
        if keep {
            self.store.commit();
        } else {
            self.store.roll_back();
        }
        reply
    }

    /// The fault that a call meets, taken off its counter. Only calls of the API and for tokens meet faults:
    /// a browser that asks for an icon spends none.
    fn fault(&mut self, request: &Request, route: &Route) -> Option<Met> {
        let faults = &mut self.settings.faults;
        if let Route::Api(_, words, query) = route {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some(refusal) = faults.refuse(&request.method, &words, query) {
                return Some(Met::Refused(refusal));
            }
        }
        if matches!(route, Route::Nowhere) { None } else { faults.take().map(Met::Fault) }
    }
}

/// A fault that a call meets.
enum Met {
    Refused(Refusal),
    Fault(Fault),
}

impl Met {
    /// The answer to a call that is not done.
    fn before(&self, version: ApiVersion) -> Option<Reply> {
        let refusal = match self {
            Self::Refused(refusal) => *refusal,
            Self::Fault(Fault::DropBefore | Fault::ErrorBefore) => Refusal::Internal,
            Self::Fault(Fault::TooManyRequests) => Refusal::TooManyRequests,
            Self::Fault(Fault::InvalidToken) => Refusal::TokenInvalid,
            Self::Fault(Fault::DropAfter | Fault::ErrorAfter) => return None,
        };
        Some(Denial::from(refusal).reply(version))
    }

    /// What the caller gets of an answer.
    fn after(&self, mut reply: Reply, version: ApiVersion) -> Reply {
        match self {
            Self::Fault(Fault::DropBefore | Fault::DropAfter) => {
                reply.dropped = true;
                reply
            }
            Self::Fault(Fault::ErrorAfter) => Denial::from(Refusal::Internal).reply(version),
            Self::Fault(Fault::ErrorBefore | Fault::TooManyRequests | Fault::InvalidToken)
            | Self::Refused(_) => reply,
        }
    }
}
