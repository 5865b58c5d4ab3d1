//! The emulator as a library: one organisation behind one lock.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use massup_model::RecordId;
use serde_json::Value;

use crate::control::Caller;
use crate::metadata::{Description, Record, RecordState};
use crate::reply::{Reply, Request};
use crate::seed;
use crate::settings::{Fault, Faults, Settings};
use crate::store::Store;
use crate::time::{self, Clock, Instant};
use crate::{Refusal, route};

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
}

/// What stands behind the lock.
pub(crate) struct Core {
    pub(crate) store: Store,
    /// The organisation without its records.
    pub(crate) organisation: Description,
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
        let emulator = Self::with_store(Store::in_memory()?, Clock::Manual { now: Clock::START })?;
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
        let emulator = Self::with_store(Store::keep(path)?, Clock::System { ahead: 0 })?;
        if emulator.core().organisation.modules.is_empty() {
            emulator.import(&seed::organisation())?;
        }
        Ok(emulator)
    }

    fn with_store(store: Store, clock: Clock) -> Result<Self, Error> {
        let organisation = store.description()?.unwrap_or_default();
        let settings = store.kept("settings")?.unwrap_or_default();
        let clock = match clock {
            Clock::System { .. } => Clock::System { ahead: store.kept("ahead")?.unwrap_or(0) },
            Clock::Manual { .. } => clock,
        };
        let core = Core { store, organisation, settings, clock };
        Ok(Self { core: Mutex::new(core) })
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
        self.core().handle(request, caller, true)
    }

    /// Answers a call as [`handle`](Self::handle) would, and leaves everything as it was.
    pub fn try_out(&self, request: &Request) -> Reply {
        self.core().handle(request, Caller::Holder, false)
    }

    /// Does one step of the background work: starts the jobs whose time has come, and lets each running
    /// one do [`job_batch`](Settings::job_batch) records. Says whether there was anything to do.
    ///
    /// # Errors
    ///
    /// When SQLite fails; the step is then not done at all.
    pub fn tick(&self) -> Result<bool, Error> {
        self.core().tick().map_err(Error::from)
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
        self.core().organisation.clone()
    }

    /// A record as it is now; `None` where the module has none with that id.
    ///
    /// # Errors
    ///
    /// When SQLite fails.
    pub fn record(&self, module: &str, id: RecordId) -> Result<Option<Record>, Error> {
        Ok(self.core().store.record(module, id)?)
    }

    /// Every record of a module, by id.
    ///
    /// # Errors
    ///
    /// When SQLite fails.
    pub fn records(&self, module: &str) -> Result<Vec<Record>, Error> {
        Ok(self.core().store.matching(module, |_| true)?)
    }

    /// The first records of a module, by id.
    pub(crate) fn first_records(&self, module: &str, limit: u32) -> Result<Vec<Record>, Error> {
        Ok(self.core().store.first(module, limit)?)
    }

    /// Puts a record into a state. Says whether there is such a record.
    ///
    /// # Errors
    ///
    /// When SQLite fails.
    pub fn set_state(&self, module: &str, id: RecordId, state: RecordState) -> Result<bool, Error> {
        let core = self.core();
        let Some(mut record) = core.store.record(module, id)? else { return Ok(false) };
        record.state = state;
        core.store.insert(module, &record)?;
        Ok(true)
    }

    /// The automation log behind an entry, oldest first, at most 10,000 entries: objects of `number`,
    /// `at`, `module`, `record`, `call`, `job` and `trigger`. `0` starts at the beginning.
    ///
    /// # Errors
    ///
    /// When SQLite fails.
    pub fn automations(&self, after: i64) -> Result<Vec<Value>, Error> {
        let entries = self.core().store.automations(after, 10_000)?;
        Ok(entries.iter().map(crate::control::automation).collect())
    }

    /// The numbers that the server limits by: calls under way at the same time.
    pub(crate) fn concurrency(&self) -> usize {
        let core = self.core();
        core.settings.concurrency.unwrap_or_else(|| core.organisation.org.edition.concurrency())
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
        self.store.begin()?;
        let done = self.store.import(description).and_then(|()| self.store.commit());
        if let Err(error) = done {
            self.store.roll_back()?;
            return Err(error.into());
        }
        self.organisation = self.store.description()?.unwrap_or_default();
        Ok(())
    }

    /// The organisation with its records as they are now.
    pub(crate) fn whole(&self) -> Result<Description, rusqlite::Error> {
        let mut whole = self.organisation.clone();
        for module in &mut whole.modules {
            module.records = self.store.matching(&module.api_name, |_| true)?;
        }
        Ok(whole)
    }

    /// Writes settings and clock down, so that they are there again after a kill. Faults are for now.
    pub(crate) fn keep_settings(&self) -> Result<(), rusqlite::Error> {
        let settings = Settings { faults: Faults::default(), ..self.settings.clone() };
        self.store.keep_as("settings", &settings)?;
        match self.clock {
            Clock::System { ahead } => self.store.keep_as("ahead", &ahead),
            Clock::Manual { .. } => Ok(()),
        }
    }

    pub(crate) fn timestamp(&self) -> String {
        time::format(self.now())
    }

    fn handle(&mut self, request: &Request, caller: Caller, keep: bool) -> Reply {
        let internal = || crate::refusal::Denial::from(Refusal::Internal);
        let route = route::Route::of(request);
        if let route::Route::Control(path) = &route {
            return crate::control::answer(self, request, caller, path);
        }
        let version = route.version();
        // Only calls of the API and for tokens meet faults: a browser that asks for an icon spends none.
        let met = keep && !matches!(route, route::Route::Nowhere);
        if let route::Route::Api(_, words, query) = &route
            && met
        {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let faults = &mut self.settings.faults;
            if let Some(refusal) = faults.refuse(&request.method, &words, query) {
                return crate::refusal::Denial::from(refusal).reply(version);
            }
        }
        let fault = if met { self.settings.faults.take() } else { None };
        let dropped = |mut reply: Reply| {
            reply.dropped = true;
            reply
        };
        match fault {
            Some(Fault::DropBefore) => return dropped(internal().reply(version)),
            Some(Fault::ErrorBefore) => return internal().reply(version),
            Some(Fault::TooManyRequests) => {
                return crate::refusal::Denial::from(Refusal::TooManyRequests).reply(version);
            }
            Some(Fault::InvalidToken) => {
                return crate::refusal::Denial::from(Refusal::TokenInvalid).reply(version);
            }
            Some(Fault::DropAfter | Fault::ErrorAfter) | None => {}
        }
        let reply = self.in_transaction(request, &route, keep).unwrap_or_else(|_| {
            // Nothing can be done about a database that cannot even roll back.
            let _ = self.store.roll_back();
            internal().reply(version)
        });
        match fault {
            Some(Fault::DropAfter) => dropped(reply),
            Some(Fault::ErrorAfter) => internal().reply(version),
            _ => reply,
        }
    }

    fn in_transaction(
        &mut self,
        request: &Request,
        route: &route::Route,
        keep: bool,
    ) -> Result<Reply, rusqlite::Error> {
        self.store.begin()?;
        // Secrets may stand in the query.
        let path = request.path.split('?').next().unwrap_or_default();
        let call = self.store.log_call(self.now(), &request.method, path)?;
        let (reply, user) = route::answer(self, request, route, call)?;
        let refusal = reply.refusal.map(|refusal| format!("{refusal:?}"));
        self.store.end_call(call, user.as_deref(), reply.status, refusal.as_deref())?;
        if keep {
            self.store.commit()?;
        } else {
            self.store.roll_back()?;
        }
        Ok(reply)
    }
}
